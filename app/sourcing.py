"""Finding an outlet's feed or listing and trying it, before its row goes into the sources file: what the command line and the
desk share."""
from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.trial import Trial, try_source
from scraper.collected import Fetch
from scraper.errors import Paused
from scraper.fetch import Response
from scraper.find import FrontParser, find_source
from scraper.source import Kind, Source, Tier, faults_of
from timeline.model import Article, Claim

__all__ = ["FINDING", "Asked", "Faulty", "Sourcing", "Stopped", "find_and_try"]


@dataclass(frozen=True, slots=True)
class Asked:
    """An outlet's address, with or without its scheme, and what an operator says of it beforehand (None: as it is found)."""

    address: str
    id: str | None = None
    time_zone: str | None = None
    tier: Tier = Tier.PRESS
    interval: int | None = None

    @property
    def url(self) -> str:
        return self.address if "://" in self.address else f"https://{self.address}"

    def check(self) -> None:
        """What is wrong with what was said need not be fetched first. Raises `Faulty`."""
        self.on(_ANY)

    def on(self, found: Source) -> Source:
        """`found` with what was said of it. Raises `Faulty` where that can't stand in its row."""
        source = replace(found, id=self.id or found.id, time_zone=self.time_zone or found.time_zone, tier=self.tier,
                         interval=self.interval or found.interval)
        if faults := faults_of(source):
            raise Faulty(faults)
        return source


_ANY = Source("any", "Any", "https://any.invalid/", Kind.FEED, "https://any.invalid/")


class Faulty(ValueError):
    """What was said of a source can't stand in its row; `faults` are fields with reasons."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in faults))


class Stopped(Exception):
    """The service ends, and a trial with it."""


FINDING = 45.0
"""Seconds in which an outlet is found and tried for somebody at the desk."""


class Sourcing(Protocol):
    """How the desk comes to new sources; `app.service.Service`."""

    def find(self, asked: Asked, fetching: Callable[[str], None]) -> Trial:
        """As `find_and_try`, within `FINDING` seconds. Raises as it does, and `Stopped`."""
        ...

    def add(self, source: Source) -> None:
        """Write the row of a source into the sources file, and take it in. Raises as `scraper.source_row.add_source`."""
        ...


def find_and_try(asked: Asked, fetch: Fetch, parser: FrontParser, read: Callable[[Article], Sequence[Claim]],
                 now: Callable[[], datetime], *, deadline: float, fetching: Callable[[str], None] = lambda url: None) -> Trial:
    """Find the source at an address and collect it once, three pages of it, all within some `deadline` seconds; nothing is stored.

    `fetching` is called with each address before it is fetched; what it raises ends the trial. Raises `Faulty`, and as
    `find_source` where nothing is found.
    """
    asked.check()
    ends, fetch = time.monotonic() + deadline, _told(fetch, fetching)
    found = asked.on(find_source(asked.url, _until(ends, fetch), parser))
    return try_source(found, fetch, parser, read, now, deadline=max(1.0, ends - time.monotonic()))


def _told(fetch: Fetch, fetching: Callable[[str], None]) -> Fetch:
    """`fetch`, of which each address is told first."""
    def telling(url: str, *, etag: str | None = None, last_modified: str | None = None, deadline: float | None = None) -> Response:
        fetching(url)
        return fetch(url, etag=etag, last_modified=last_modified, deadline=deadline)

    return telling


def _until(ends: float, fetch: Fetch) -> Fetch:
    """`fetch`, and nothing any more from the time `ends` on."""
    def bounded(url: str, *, etag: str | None = None, last_modified: str | None = None, deadline: float | None = None) -> Response:
        left = ends - time.monotonic()
        if left <= 0:
            raise Paused("the time for looking is over", url)
        return fetch(url, etag=etag, last_modified=last_modified, deadline=left if deadline is None else min(deadline, left))

    return bounded
