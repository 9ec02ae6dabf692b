"""A calendar as a source, through the store: one event for each entry, whatever becomes of the entry."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import newsdesk
import pytest

from app.jobs import Runner
from app.store.codec import article_from_json
from app.store.store import Store
from app.store.tables import article_versions, events
from scraper.article import read_article
from scraper.collect import collect
from scraper.collected import Collected, Seen
from scraper.discover import discover
from scraper.fetch import Response
from scraper.source import Kind, Source
from scraper.vevents import read_calendar
from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.model import Form, Tier

URL = "https://diary.example/calendar.ics"
DIARY = Source("diary", "The Diary", "https://diary.example/", Kind.ICS, URL, time_zone="Asia/Almaty", tier=Tier.OFFICIAL)


Read = Callable[[], list[dict[str, object]]]


class Calendar:
    """A calendar on the web, which the test edits."""

    discover = staticmethod(discover)
    read_article = staticmethod(read_article)
    read_calendar = staticmethod(read_calendar)

    def __init__(self, clock: newsdesk.Clock) -> None:
        self.clock = clock
        self.entries: dict[str, tuple[str, ...]] = {}

    def __call__(self, source: Source, seen: Seen, **options: object) -> Iterator[Collected]:
        return collect(source, self._fetch, seen, self, now=self.clock, **options)  # type: ignore[arg-type]

    def _fetch(self, url: str, **_: object) -> Response:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:synthetic"]
        for uid, fields in self.entries.items():
            lines += ["BEGIN:VEVENT", f"UID:{uid}", *fields, "END:VEVENT"]
        return Response(url, url, 200, {}, "\r\n".join([*lines, "END:VCALENDAR", ""]).encode())


@pytest.fixture
def calendar(clock: newsdesk.Clock) -> Calendar:
    return Calendar(clock)


@pytest.fixture
def read(store: Store, calendar: Calendar, clock: newsdesk.Clock) -> Read:
    store.ledger.sync_sources([DIARY])
    runner = Runner(store, collect=calendar, read=lambda article: claims_from(article, load_gazetteer()), workers=1)

    def once() -> list[dict[str, object]]:
        clock.forward(60)
        assert runner.carry_out(newsdesk.taken(store, "diary")) == "ok"
        return newsdesk.rows_of(store, events)

    return once


SUMMIT = ("SUMMARY:CSTO summit", "DTSTART:20231123T040000Z", "LOCATION:Minsk")


def test_an_entry_is_one_planned_event_and_its_changes_revise_it(calendar: Calendar, read: Read, store: Store) -> None:
    calendar.entries = {"1": SUMMIT, "2": ("SUMMARY:Office closed", "DTSTART;VALUE=DATE:20231124")}
    (planned,) = read()
    assert (planned["status"], planned["first"], planned["revision"]) == ("planned", "2023-11-23", 0)
    assert read() == [planned]

    calendar.entries["1"] = ("SUMMARY:CSTO summit", "DTSTART:20231215T040000Z", "LOCATION:Minsk", "SEQUENCE:1")
    (moved,) = read()
    assert (moved["id"], moved["first"], moved["revision"]) == (planned["id"], "2023-12-15", 1)

    calendar.entries["1"] = (*calendar.entries["1"], "STATUS:CANCELLED")
    (cancelled,) = read()
    assert (cancelled["id"], cancelled["status"]) == (planned["id"], "cancelled")


def test_an_entry_that_vanishes_takes_nothing_with_it(calendar: Calendar, read: Read, store: Store) -> None:
    calendar.entries = {"1": SUMMIT, "2": ("SUMMARY:Office closed", "DTSTART;VALUE=DATE:20231124")}
    before = read()
    del calendar.entries["1"]
    assert read() == before
    calendar.entries = {}
    assert read() == before


def test_what_names_nobody_is_stored_without_events(calendar: Calendar, read: Read, store: Store) -> None:
    calendar.entries = {"2": ("SUMMARY:Office closed", "DTSTART;VALUE=DATE:20231124")}
    assert read() == []
    (version,) = newsdesk.rows_of(store, article_versions)
    stored = article_from_json(version["article"])
    assert stored.form is Form.APPOINTMENT
    assert stored == read_calendar(DIARY, calendar._fetch(URL).body, URL, datetime(2023, 11, 10, 9, 1, tzinfo=UTC))[0]
