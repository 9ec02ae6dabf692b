"""Stand-ins for what lies on both sides of the store: a desk that hands out pages, and a reader of plain sentences.

A sentence such as `held meeting of RU, KZ on 2023-11-09 in Astana` is one claim. What decides (`timeline.reconcile`) and
what renders is real.
"""
from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import timeline.reconcile
from app.event_json import event_json
from app.ical import vevent
from app.store.engine import Database
from app.store.ledger import Claimed, SourceState
from app.store.store import Store
from app.store.tables import claims, events
from scraper.collected import Collected, Failure, Finished, Listing, Page, Seen
from scraper.discover import Link
from scraper.source import Kind, Source
from timeline.model import ActorKind, Article, Claim, EventType, Participant, Place, Status, Tier, identifier
from timeline.when import When

START = datetime(2023, 11, 10, 9, 0, tzinfo=UTC)

LEADERS = {"RU": "Vladimir Putin", "KZ": "Kassym-Jomart Tokayev", "UZ": "Shavkat Mirziyoyev", "CN": "Xi Jinping"}

_CLAIM = re.compile(r"(?P<status>planned|held|cancelled|postponed) (?P<type>\w+) of (?P<who>[A-Z]{2}(?:, [A-Z]{2})*) "
                    r"on (?P<first>\d{4}-\d{2}-\d{2})(?: in (?P<place>\w+))?(?: instead of (?P<formerly>[\d-]{10}))?")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def source(name: str = "meridian", *, interval: int = 60, tier: Tier = Tier.PRESS) -> Source:
    return Source(name, name.title(), f"https://{name}.example/", Kind.FEED, f"https://{name}.example/feed", interval=interval,
                  tier=tier)


def article(path: str, *sentences: str, of: str = "meridian", day: date = date(2023, 11, 10), headline: str = "Diary",
            **fields: Any) -> Article:
    outlet = fields.pop("outlet", f"{of}.example")  # as `source` gives it
    return Article(url=f"https://{of}.example/{path}", source=of, headline=headline, paragraphs=sentences,
                   publisher=of.title(), published_on=day, language="en", outlet=outlet, **fields)


def page(told: Article, *, at: datetime = START, etag: str | None = None, url: str | None = None) -> Page:
    return Page(url or told.url, told, etag, None, at)


def read(told: Article) -> tuple[Claim, ...]:
    """The claims of an article's sentences. Raises `ValueError` for one that says `unreadable`."""
    if "unreadable" in told.text:
        raise ValueError("the sentence can't be read")
    assert told.published_on is not None
    found = []
    for match in _CLAIM.finditer(told.text):
        codes = match["who"].split(", ")
        place = Place(match["place"], codes[0], 51.18, 71.45) if match["place"] else None
        found.append(Claim(
            id=identifier(told.url, match.group()), article=told.url, source=told.source, outlet=told.outlet, tier=told.tier,
            told_on=told.published_on, told_at=told.published_at, type=EventType(match["type"]),
            participants=tuple(map(_leader, codes)),
            when=When.day(date.fromisoformat(match["first"])), status=Status(match["status"]), place=place,
            organisation=None, quotation=match.group(), start=match.start(), end=match.end(), rule="plain",
            confidence=0.9, formerly=When.day(date.fromisoformat(match["formerly"])) if match["formerly"] else None))
    return tuple(found)


def _leader(code: str) -> Participant:
    name = LEADERS[code]
    return Participant(ActorKind.PERSON, f"person:{name.lower().replace(' ', '-')}", name, code, "President")


def open_store(url: str, clock: Callable[[], datetime], *, merging: Any = timeline.reconcile, **options: Any) -> Store:
    return Store(Database(url, busy_timeout=options.pop("busy_timeout", 5.0)), render_json=event_json,
                 render_vevent=vevent, merging=merging, clock=clock, **options)


def taken(store: Store, *names: str) -> Claimed:
    """A run of these sources (or of all), taken."""
    claimed = store.ledger.claim_queued(store.request_run(names or None, "cli"))
    assert claimed is not None
    return claimed


class Desk:
    """Collects as `scraper.collect.collect` does, from pages that the test lays out for each source."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.pages: dict[str, list[Article | Failure]] = {}
        self.broken: dict[str, BaseException] = {}  # raised by `collect` itself
        self.down: set[str] = set()  # the listing fails
        self.hanging: dict[str, threading.Event] = {}  # waits for it before the first page
        self.began = threading.Event()
        self.collected: list[str] = []

    def __call__(self, source: Source, seen: Seen, *, etag: str | None = None, last_modified: str | None = None,
                 listed: Sequence[str] = (), digest: str | None = None, quiet_until: datetime | None = None,
                 max_pages: int = 50, deadline: float = 600.0) -> Iterator[Collected]:
        self.collected.append(source.id)
        self.began.set()
        if source.id in self.broken:
            raise self.broken[source.id]
        if source.id in self.down:
            yield Failure(source.url, "http-503", "the server answered 503", "listing")
            yield Finished(0, etag, last_modified)
            return
        found = self.pages.get(source.id, [])
        yield Listing(source.id, source.url, 200, tuple(Link(item.url) for item in found), not found)
        if source.id in self.hanging:
            self.hanging[source.id].wait(30)
        for item in found:
            yield item if isinstance(item, Failure) else page(item, at=self.clock())
        yield Finished(0, f'"{len(found)}"', None)


def timeline_of(store: Store) -> list[tuple[Any, ...]]:
    """What stands, without the times at which it came: equal for two stores that were told the same."""
    from sqlalchemy import select

    with store.engine.connect() as connection:
        rows = connection.execute(select(events.c.id, events.c.type, events.c.status, events.c.first, events.c.last,
                                         events.c.title, events.c.revision, events.c.withdrawn).order_by(events.c.id)).all()
        told = connection.execute(select(claims.c.event_id, claims.c.id).where(claims.c.current.is_(True))
                                  .order_by(claims.c.event_id, claims.c.position)).all()
    return [(*row, tuple(claim.id for claim in told if claim.event_id == row.id)) for row in rows]


def rows_of(store: Store, table: Any, **wanted: Any) -> list[dict[str, Any]]:
    from sqlalchemy import select

    query = select(table).where(*(table.c[name] == value for name, value in wanted.items()))
    with store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.order_by(*table.primary_key.columns)).mappings()]


def state_of(claimed: Claimed, name: str) -> SourceState:
    return next(state for state in claimed.sources if state.source.id == name)
