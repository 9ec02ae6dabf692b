"""The phrase book: every row is read as it says."""
from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from timeline.dates import find_dates
from timeline.mentions import DateMention

BOOK = tomllib.loads((Path(__file__).parent / "phrasebook.toml").read_text("utf-8"))["group"]
ROWS = [(group["anchor"], *row, group["why"]) for group in BOOK for row in group["rows"]]


def reading(mention: DateMention) -> str:
    """A mention in the words of the phrase book."""
    if mention.declined and mention.kind != "reference":
        return f"- {mention.declined}"
    if mention.when is None:
        return "?"
    precision = "" if mention.when.precision == "day" else f" {mention.when.precision}"
    return mention.when.edtf() + precision


def test_the_book_has_at_least_four_hundred_rows() -> None:
    assert len({(anchor, text, words) for anchor, text, words, *_ in ROWS}) >= 400


@pytest.mark.parametrize(("anchor", "text", "words", "expected", "why"), ROWS,
                         ids=[f"{text} [{words}]" for _, text, words, *_ in ROWS])
def test_row(anchor: date, text: str, words: str, expected: str, why: str) -> None:
    start = text.index(words)
    here = [one for one in find_dates(text, anchor) if one.start < start + len(words) and one.end > start]
    if expected == "none":
        assert not here, why
        return
    assert here, f"nothing found: {why}"
    found = reading(here[0])
    if expected.startswith("- "):
        assert found.startswith("- "), why
        assert expected[2:] in found, why
        assert here[0].when is None
    else:
        assert found == expected, why
        assert here[0].text.strip(".") in words or words in here[0].text, why
