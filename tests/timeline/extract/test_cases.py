"""Each case of cases.toml asserts the events that a careful reader finds in it, and no others."""
from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from one_sentence import told

from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.reading import article_from_text

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_text_asserts_these_events_and_no_others(case: dict) -> None:
    article = article_from_text(case["text"], title=case.get("title"), published=date.fromisoformat(case["published"]), url="https://example.org/a")
    found = claims_from(article, load_gazetteer())
    assert sorted(told(claim) for claim in found) == sorted(case["events"])
    for claim in found:
        assert claim.quotation == article.text[claim.start:claim.end]


def test_every_case_says_something_of_its_own() -> None:
    whys = [case["why"] for case in CASES]
    assert len(whys) == len(set(whys))
