"""What a run holds of its sources, and how whoever carries it out keeps it. `app.store.ledger` gives and takes it."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from app.store.codec import from_json, moment
from scraper.source import Source

__all__ = ["Claimed", "HandOut", "Hold", "Lease", "SourceState", "source_state"]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for one source; `fence` is higher than that of every lease before."""

    run: str
    source: str
    fence: int


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as the run finds it, with the validators of its listing and the links that this held.

    `source.url` is where the listing is now: one that moved for good is asked at its new address.
    """

    lease: Lease
    source: Source
    etag: str | None
    last_modified: str | None
    listed: tuple[str, ...] = ()
    digest: str | None = None
    quiet_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that this process carries out now. `busy` are sources that another run holds."""

    run: str
    trigger: str
    started: datetime
    sources: tuple[SourceState, ...]
    busy: tuple[str, ...] = ()


HandOut = Callable[[Connection, Claimed], Mapping[str, int]]
"""Makes a job of each source of a run, in the transaction that takes the run; the jobs' numbers by source."""


class Hold(Protocol):
    """How whoever carries out a run, or a part of it, shows that it lives, and says how it ended. All raise `StoreError`."""

    def beat(self) -> None:
        """A sign of life. Raises `LeaseLost` where it was given up for dead."""
        ...

    def end(self, error: tuple[str, str] | None) -> str:
        """It has ended; what is left has failed with `error`. The state that it ends in."""
        ...

    def interrupt(self, reason: str) -> None:
        """It was broken off: what is left is due again."""
        ...


def source_state(row: Any, lease: Lease) -> SourceState:
    """What a run needs to know of a source, from its row."""
    source = from_json(Source, row.row)
    if row.address is not None:
        source = replace(source, url=row.address)
    return SourceState(lease, source, row.etag, row.last_modified, tuple(json.loads(row.listed)) if row.listed else (), row.digest,
                       moment(row.quiet_until) if row.quiet_until else None)
