"""What an article says and no event comes of is told, in the order of its text, each with where it stands and why."""
from __future__ import annotations

from datetime import date

from timeline.extract import claims_and_declined, claims_from
from timeline.gazetteer import load_gazetteer
from timeline.reading import article_from_text

ARTICLE = article_from_text(
    "Biden spoke with Netanyahu by telephone on Monday. Ministers signed ten agreements two days after the vote.\n"
    "Blinken will not meet Lavrov, whom he saw lately.", title="A call", published=date(2023, 11, 10))


def test_claims_are_those_of_a_plain_reading() -> None:
    gazetteer = load_gazetteer()
    assert claims_and_declined(ARTICLE, gazetteer)[0] == claims_from(ARTICLE, gazetteer)


def test_dates_and_occasions_are_told_with_their_reasons() -> None:
    declined = claims_and_declined(ARTICLE, load_gazetteer())[1]
    assert [ARTICLE.text[one.start:one.end] for one in declined] == [one.text for one in declined]
    assert [one.start for one in declined] == sorted(one.start for one in declined)
    found = {(one.what, one.text): one.reason for one in declined}
    assert found["date", "two days after"] == "counted from an event whose day is told elsewhere, if at all"
    assert found["date", "lately"] == "names no day, month or year"
    assert found["occasion", "signed"] == "all that are told are of one state"
    assert all(one.reason and one.rule for one in declined)


def test_an_article_that_is_not_read_declines_nothing() -> None:
    undated = article_from_text("Biden spoke with Netanyahu on Monday.")
    assert claims_and_declined(undated, load_gazetteer()) == ((), ())
