"""Each case of cases.toml asserts the events that a careful reader finds in it, and no others."""
from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.model import Claim
from timeline.reading import article_from_text

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]


def told(claim: Claim) -> str:
    """A claim in the notation of cases.toml."""
    when = claim.when.start + (f"/{claim.when.end}" if claim.when.end else "")
    parties = {p.country or p.name or "" for p in claim.participants}
    if claim.type == "visit" and claim.place and claim.place.country:
        parties.add(claim.place.country)
    place = (claim.place.country or "-") if claim.place else "-"
    return f"{claim.type} | {when} | {claim.status} | {' '.join(sorted(parties))} | {place} | {claim.organisation or '-'}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_text_asserts_these_events_and_no_others(case: dict) -> None:
    article = article_from_text(case["text"], title=case.get("title"), published=date.fromisoformat(case["published"]), url="https://example.org/a")
    found = claims_from(article, load_gazetteer())
    assert sorted(told(claim) for claim in found) == sorted(case["events"])
    for claim in found:
        assert claim.quotation == article.text[claim.start:claim.end]
