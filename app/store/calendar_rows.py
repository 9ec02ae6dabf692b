"""The events of a calendar, the nearest in time first, with their stored VEVENTs.

Which events they are is read from indexes alone. Their VEVENTs are kept in memory from one calendar to the next: one event
changes, and a thousand others need not be read again.
"""
from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, literal, select

from app.store.filters import EventFilter, Guide, aside, begins_late_enough, conditions, exact, is_unreported
from app.store.leads import guide_for
from app.store.statements import Asking, Row, given
from app.store.tables import Text, events
from timeline.model import Status

__all__ = ["CalendarRow", "CalendarRows", "calendar_event"]

_KEPT = 4_000_000  # bytes of VEVENTs, for some thousand events
_LIFE = 60.0  # seconds: then VEVENTs are read anew that were mended with nothing else of the event changed

_DUE = given("due", Text)


class CalendarRow(NamedTuple):
    id: str
    first: str
    status: str  # as stored
    vevent: bytes
    unreported: bool
    withdrawn: bool


_as_calendar_row = partial(tuple.__new__, CalendarRow)  # `_make` without counting the columns


class CalendarRows:
    """Those of one database. For several threads."""

    def __init__(self) -> None:
        self._vevents: dict[str, tuple[str, bytes]] = {}  # when it was written, and what
        self._size = 0
        self._until = 0.0

    def nearest(self, asking: Asking, wanted: EventFilter, *, today: date, due: date, limit: int, vague: bool,
                cancelled: bool) -> tuple[CalendarRow, ...]:
        """See `Queries.calendar`."""
        guide = guide_for(asking, wanted, limit)
        question = ("calendar", wanted, today, vague, cancelled, guide and guide.led_by)
        found = _nearest([asking.blocks((*question, past), lambda past=past: _keys(wanted, today, vague, cancelled, past, guide), due=due.isoformat(),
                                        limit=limit) for past in (False, True)], today.toordinal(), limit)
        if time.monotonic() > self._until:
            self._vevents, self._size, self._until = {}, 0, time.monotonic() + _LIFE
        kept, over = self._vevents.get, due.isoformat()
        return tuple([_as_calendar_row((
            id, first, status, known[1] if (known := kept(id)) is not None and known[0] == changed else self._read(asking, id),
            is_unreported(status, last, over), False)) for id, first, last, status, changed in found])

    def _read(self, asking: Asking, id: str) -> bytes:
        ((changed, vevent),) = asking.rows("vevent", lambda: select(events.c.changed, events.c.vevent).where(events.c.id == given("id", Text)), id=id)
        self._keep(id, changed, bytes(vevent))
        return bytes(vevent)

    def _keep(self, id: str, changed: str, vevent: bytes) -> None:
        self._size += len(vevent)
        if self._size > _KEPT:
            self._vevents, self._size = {}, len(vevent)
        self._vevents[id] = (changed, vevent)


def _nearest(sides: list[Iterator[Sequence[Row]]], day: int, limit: int) -> list[Row]:
    """The nearest rows of what is coming and of what is past, which come in blocks, the nearest first. No more blocks are read
    than are needed."""
    found: list[tuple[int, Row]] = []
    reached = dict.fromkeys(range(len(sides)), 0)  # how far away the last row of each side is, while there are more
    while reached and (len(found) < limit or min(reached.values()) < sorted([distance for distance, _ in found])[limit - 1]):
        side = min(reached, key=reached.__getitem__)
        # Days away: for what is coming by its first day (below 0 while it is under way), for what is past by its last.
        rows = next(sides[side], ())
        block = [(day - _ordinal(row[2]), row) for row in rows] if side else [(_ordinal(row[1]) - day, row) for row in rows]
        found += block
        if block:
            reached[side] = block[-1][0]
        else:
            del reached[side]
    found.sort(key=_distance)
    return [row for _, row in found[:limit]]


_distance = itemgetter(0)


def calendar_event(connection: Connection, event_id: str, *, due: date) -> CalendarRow | None:
    """One event, a withdrawn one too."""
    row = connection.execute(select(*_KEYS, events.c.withdrawn, events.c.vevent).where(events.c.id == event_id)).first()
    if row is None:
        return None
    id, first, last, status, _, withdrawn, vevent = row
    return CalendarRow(id, first, status, bytes(vevent), is_unreported(status, last, due.isoformat()), withdrawn)


_KEYS = (events.c.id, events.c.first, events.c.last, events.c.status, events.c.changed)


def _keys(wanted: EventFilter, today: date, vague: bool, cancelled: bool, past: bool, guide: Guide | None) -> Select[Any]:
    """What `ix_events_by_first` and `ix_events_by_last` hold of the events on one side of today, the nearest first."""
    query, day = select(*_KEYS).where(*conditions(wanted, _DUE, guide=guide)), today.isoformat()
    if not vague:
        query = query.where(exact(events))
    if not cancelled:
        query = query.where(events.c.status != Status.CANCELLED.value)
    if past:
        query = query.where(events.c.last < day).order_by(events.c.last.desc(), events.c.id.desc())
    else:
        query = query.where(_last(guide) >= day).order_by(events.c.first, events.c.id)
        if guide is None or guide.lead is None:
            query = query.where(begins_late_enough(literal(day), vague=vague))
    return query.limit(given("limit", Integer()))


def _last(guide: Guide | None) -> ColumnElement[str]:
    """Not by the index of last days, whose order is another."""
    return aside(events.c.last, guide is not None)


@lru_cache(maxsize=20_000)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
