"""Whole articles, read and merged: what the timeline says must not depend on the order in which they came.

The texts are written for the tests; the events are those of 2023, when a visit to Beijing was put off for four months, and a
summit of Russia's neighbours in Minsk was told of before and after.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import permutations
from typing import Any

import pytest

from app.event_detail import contradictions_fields, statuses_fields
from app.extraction import article_of_row
from app.merging import MergedTimeline
from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.model import Article, Claim

Row = Mapping[str, Any]

READOUT = ("Secretary of State Antony J. Blinken met today with People's Republic of China State Councilor and Foreign Minister Qin Gang "
           "in Beijing. The Secretary emphasized the importance of diplomacy and maintaining open channels of communication "
           "across the full range of issues to reduce the risk of misperception and miscalculation.")

BEIJING: list[Row] = [
    {"id": "preview", "url": "https://morning.example/preview", "publisher": "Morning Sheet", "published": "2023-01-18",
     "title": "Blinken to travel to China",
     "text": "US Secretary of State Antony Blinken will visit Beijing on February 5, 2023, officials said on Tuesday."},
    {"id": "putting-off", "url": "https://evening.example/off", "publisher": "Evening Sheet", "published": "2023-02-03",
     "title": "Balloon casts its shadow",
     "text": "Antony Blinken's visit to Beijing, scheduled for February 5, has been postponed because of a balloon over Montana."},
    {"id": "anew", "url": "https://morning.example/anew", "publisher": "Morning Sheet", "published": "2023-06-14",
     "title": "Blinken goes after all",
     "text": "US Secretary of State Antony Blinken will visit Beijing on June 18, 2023, four months after the visit was called off."},
    {"id": "readout", "url": "https://www.state.gov/readout", "publisher": "Office of the Spokesperson", "published": "2023-06-18",
     "title": "Secretary Blinken's Meeting with Qin Gang", "text": READOUT},
    {"id": "copy", "url": "https://evening.example/copy", "publisher": "Evening Sheet", "published": "2023-06-18",
     "title": "American visitor in Beijing", "text": READOUT}]

OFF: list[Row] = [
    {"id": "plan", "url": "https://morning.example/argentina", "publisher": "Morning Sheet", "published": "2018-11-20",
     "text": "Donald Trump will meet Vladimir Putin in Buenos Aires on December 1, 2018, the White House said."},
    {"id": "off", "url": "https://evening.example/argentina", "publisher": "Evening Sheet", "published": "2018-11-29",
     "text": "Donald Trump cancelled a meeting with Vladimir Putin in Buenos Aires on December 1, 2018, citing ships seized near Crimea."}]


@cache
def _claims(article: Article) -> tuple[Claim, ...]:
    return claims_from(article, load_gazetteer())


def merged(rows: Iterable[Row]) -> MergedTimeline:
    timeline = MergedTimeline(_claims)
    for row in rows:
        timeline.add(row)
    return timeline


def seen(timeline: MergedTimeline) -> list[dict[str, Any]]:
    """All that is served of each event but its id, which is that of whichever claim came first."""
    shown = []
    for event, fields in zip(timeline.ordered(), timeline.events(), strict=True):
        shown.append({name: value for name, value in fields.items() if name != "id"} | {
            "claims": [claim.id for claim in event.claims], "statuses": statuses_fields(event.claims),
            "contradictions": contradictions_fields(event.claims)})
    return sorted(shown, key=lambda event: event["claims"])


def test_all_120_orders_of_five_articles_end_in_one_timeline() -> None:
    """With its witnesses, confirmations, steps and contradictions."""
    first = seen(merged(BEIJING))
    for order in permutations(BEIJING):
        assert seen(merged(order)) == first


def test_the_story_that_they_tell() -> None:
    event, = (event for event in seen(merged(BEIJING)) if event["start"] == "2023-06-18")
    assert (event["status"], event["witnesses"], event["confirmed_by"]) == ("held", 3, ["US"])
    assert {source["url"]: source["copy_of"] for source in event["sources"] if source["copy_of"]} == {
        "https://evening.example/copy": "https://www.state.gov/readout"}
    assert [(step["turn"], step["when"]["edtf"]) for step in event["statuses"]["steps"]] == [
        ("planned", "2023-02-05"), ("postponed", "2023-02-05"), ("rescheduled", "2023-06-18"), ("held", "2023-06-18")]


@pytest.mark.parametrize("rows", [BEIJING, OFF])
def test_reading_twice_changes_nothing(rows: Sequence[Row]) -> None:
    once = merged(rows)
    before = once.events()
    for row in rows:
        once.add(row)
        assert once.events() == before


@pytest.mark.parametrize("rows", [BEIJING, OFF])
def test_no_claim_is_lost_and_none_is_in_two_events(rows: Sequence[Row]) -> None:
    told = [claim.id for row in rows for claim in _claims(article_of_row(row))]
    held = [claim.id for event in merged(rows).ordered() for claim in event.claims]
    assert told
    assert sorted(held) == sorted(told)


@pytest.mark.parametrize("rows", [BEIJING, OFF])
def test_every_quotation_stands_at_its_offsets(rows: Sequence[Row]) -> None:
    texts = {article.url: article.text for article in map(article_of_row, rows)}
    for event in merged(rows).ordered():
        for claim in event.claims:
            assert texts[claim.article][claim.start:claim.end] == claim.quotation


def test_a_bilateral_points_to_the_summit_that_it_was_held_at() -> None:
    rows: list[Row] = [
        {"id": "opening", "url": "https://morning.example/g20", "publisher": "Morning Sheet", "published": "2023-09-10",
         "text": "Narendra Modi welcomed Rishi Sunak to the G20 summit in New Delhi on September 9, 2023."},
        {"id": "talks", "url": "https://evening.example/g20", "publisher": "Evening Sheet", "published": "2023-09-10",
         "text": "Rishi Sunak met Narendra Modi in New Delhi on September 9, 2023."}]
    for order in permutations(rows):
        events = merged(order).events()
        summit, = (event for event in events if event["type"] == "summit")
        talks, = (event for event in events if event["type"] == "meeting")
        assert talks["part_of"] == {"id": summit["id"], "title": "G20 summit", "kind": "summit"}
        assert summit["part_of"] is None


def test_an_older_article_that_comes_late_does_not_undo_a_newer_cancellation() -> None:
    plan, off = OFF
    for order in ([plan, off], [off, plan]):
        event, = merged(order).events()
        assert (event["status"], event["start"]) == ("cancelled", "2018-12-01")


def test_an_official_readout_outweighs_a_preview() -> None:
    """Whichever is read first."""
    for order in permutations([BEIJING[2], BEIJING[3]]):
        event, = merged(order).events()
        assert (event["status"], event["type"], event["confirmed_by"]) == ("held", "meeting", ["US"])
