"""The events of a calendar, the nearest in time first, with their stored VEVENTs.

Which events they are is read from indexes alone. What was read is kept in memory from one calendar to the next: one event changes,
and a thousand others need not be looked for again, nor their VEVENTs be read.
"""
from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, func, literal, select

from app.store.filters import EventFilter, Guide, aside, begins_late_enough, conditions, exact, is_unreported
from app.store.leads import guide_for
from app.store.statements import Asking, Row, given
from app.store.tables import Text, changes, events
from timeline.model import Status

__all__ = ["CalendarRow", "CalendarRows", "calendar_event"]

_KEPT = 4_000_000  # bytes of VEVENTs, for some thousand events; and those of all lists together, which mostly are the same
_LIFE = 60.0  # seconds: then all is read anew, also what was mended with nothing else of an event changed
_FEW = 50  # changes that are worth looking at one by one
_SPARE = 32  # events beyond those asked for, which move up where others leave

_DUE = given("due", Text)


class CalendarRow(NamedTuple):
    id: str
    first: str
    status: str  # as stored
    vevent: bytes
    unreported: bool
    withdrawn: bool


_as_calendar_row = partial(tuple.__new__, CalendarRow)  # `_make` without counting the columns

_Placed = tuple[int, CalendarRow]
"""With its place: twice the days away, and one more of what is past. What is coming begins on its first day (below 0 while it is
under way), what is past on its last."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which events a calendar is to hold."""

    wanted: EventFilter
    today: date
    due: date
    limit: int
    vague: bool
    cancelled: bool


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The nearest events as they were after a change; those that are further away are not known, unless it holds all."""

    change: int
    rows: list[_Placed]
    all: bool
    size: int  # bytes of VEVENTs


class CalendarRows:
    """Those of one database. For several threads."""

    def __init__(self) -> None:
        self._lists: dict[_Asked, _Nearest] = {}
        self._vevents: dict[str, tuple[str, bytes]] = {}  # when it was written, and what
        self._size = 0
        self._until = 0.0

    def nearest(self, asking: Asking, wanted: EventFilter, *, today: date, due: date, limit: int, vague: bool,
                cancelled: bool) -> tuple[CalendarRow, ...]:
        """See `Queries.calendar`."""
        asked = _Asked(wanted, today, due, limit, vague, cancelled)
        if time.monotonic() > self._until:
            self._lists, self._vevents, self._size, self._until = {}, {}, 0, time.monotonic() + _LIFE
        known = self._lists.get(asked)
        found = (known and self._brought_up_to_date(asking, asked, known)) or self._read_list(asking, asked)
        if found is not known:
            self._keep_list(asked, found)
        return tuple([row for _, row in found.rows[:limit]])

    def _read_list(self, asking: Asking, asked: _Asked) -> _Nearest:
        # Before the events: a change that comes between the two is then looked at once more.
        change = asking.rows("number of the last change", lambda: select(func.max(changes.c.id)))[0][0] or 0
        guide, limit = guide_for(asking, asked.wanted, asked.limit), asked.limit + _SPARE
        question = ("calendar", asked.wanted, asked.today, asked.vague, asked.cancelled, guide and guide.led_by)
        sides = [asking.blocks((*question, past), partial(_keys, asked, past, guide), due=asked.due.isoformat(), limit=limit)
                 for past in (False, True)]
        rows = [self._placed(asking, asked, row) for row in _nearest(sides, asked.today.toordinal(), limit)]
        return _Nearest(change, rows, len(rows) < limit, sum(len(row.vevent) for _, row in rows))

    def _brought_up_to_date(self, asking: Asking, asked: _Asked, known: _Nearest) -> _Nearest | None:
        """None where the list had better be read anew."""
        # The last one that was seen is asked for again: a store that does not know it is another one than it was.
        log = asking.rows("changed since", lambda: select(changes.c.id, changes.c.event_id).where(
            changes.c.id >= given("change", Integer())).order_by(changes.c.id).limit(_FEW + 2), change=known.change)
        if not log or log[0][0] != known.change or len(log) > _FEW + 1:
            return None
        changed = {event_id for _, event_id in log[1:]}
        if not changed:
            return known
        guide = Guide(straight=True) if asking.dialect == "sqlite" else None
        question = ("calendar, one event", asked.wanted, asked.vague, asked.cancelled)
        rows = [placed for placed in known.rows if placed[1].id not in changed]
        for id in changed:
            for row in asking.rows(question, lambda: _matching(asked, guide).where(events.c.id == given("id", Text)), due=asked.due.isoformat(), id=id):
                _insert(rows, self._placed(asking, asked, row), at_end=known.all)
        if len(rows) < asked.limit and not known.all:
            return None
        most = asked.limit + 2 * _SPARE
        return _Nearest(log[-1][0], rows[:most], known.all and len(rows) <= most, known.size)

    def _placed(self, asking: Asking, asked: _Asked, row: Row) -> _Placed:
        id, first, last, status, changed = row
        known = self._vevents.get(id)
        vevent = known[1] if known is not None and known[0] == changed else self._read(asking, id)
        return _place(row, asked.today.toordinal()), _as_calendar_row(
            (id, first, status, vevent, is_unreported(status, last, asked.due.isoformat()), False))

    def _read(self, asking: Asking, id: str) -> bytes:
        ((changed, vevent),) = asking.rows("vevent", lambda: select(events.c.changed, events.c.vevent).where(events.c.id == given("id", Text)), id=id)
        self._keep(id, changed, bytes(vevent))
        return bytes(vevent)

    def _keep(self, id: str, changed: str, vevent: bytes) -> None:
        self._size += len(vevent)
        if self._size > _KEPT:
            self._vevents, self._size = {}, len(vevent)
        self._vevents[id] = (changed, vevent)

    def _keep_list(self, asked: _Asked, found: _Nearest) -> None:
        others = {other: known for other, known in self._lists.items() if other != asked}
        room = _KEPT - found.size
        while others and sum(known.size for known in others.values()) > room:
            del others[next(iter(others))]
        self._lists = others | {asked: found} if room >= 0 and found.change else others


def _place(row: Row, today: int) -> int:
    _, first, last, _, _ = row
    days = _ordinal(last) - today
    return -2 * days + 1 if days < 0 else 2 * (_ordinal(first) - today)


def _insert(rows: list[_Placed], placed: _Placed, *, at_end: bool) -> None:
    """Where the statements of `_keys` have it: on one day by the id, of what is past backwards."""
    place, row = placed
    at = bisect_left(rows, place, key=_its_place)
    while at < len(rows) and rows[at][0] == place and (rows[at][1].id > row.id if place % 2 else rows[at][1].id < row.id):
        at += 1
    if at < len(rows) or at_end:
        rows.insert(at, placed)


def _nearest(sides: list[Iterator[Sequence[Row]]], today: int, limit: int) -> list[Row]:
    """The nearest rows of what is coming and of what is past, which come in blocks, the nearest first. No more blocks are read
    than are needed."""
    found: list[tuple[int, Row]] = []
    reached = dict.fromkeys(range(len(sides)), 0)  # the place of the last row of each side, while there are more
    while reached and (len(found) < limit or min(reached.values()) < sorted([place for place, _ in found])[limit - 1]):
        side = min(reached, key=reached.__getitem__)
        block = [(_place(row, today), row) for row in next(sides[side], ())]
        found += block
        if block:
            reached[side] = block[-1][0]
        else:
            del reached[side]
    found.sort(key=_its_place)
    return [row for _, row in found[:limit]]


_its_place = itemgetter(0)


def calendar_event(connection: Connection, event_id: str, *, due: date) -> CalendarRow | None:
    """One event, a withdrawn one too."""
    row = connection.execute(select(*_KEYS, events.c.withdrawn, events.c.vevent).where(events.c.id == event_id)).first()
    if row is None:
        return None
    id, first, last, status, _, withdrawn, vevent = row
    return CalendarRow(id, first, status, bytes(vevent), is_unreported(status, last, due.isoformat()), withdrawn)


_KEYS = (events.c.id, events.c.first, events.c.last, events.c.status, events.c.changed)


def _matching(asked: _Asked, guide: Guide | None) -> Select[Any]:
    query = select(*_KEYS).where(*conditions(asked.wanted, _DUE, guide=guide))
    if not asked.vague:
        query = query.where(exact(events))
    if not asked.cancelled:
        query = query.where(events.c.status != Status.CANCELLED.value)
    return query


def _keys(asked: _Asked, past: bool, guide: Guide | None) -> Select[Any]:
    """What `ix_events_by_first` and `ix_events_by_last` hold of the events on one side of today, the nearest first."""
    query, day = _matching(asked, guide), asked.today.isoformat()
    if past:
        query = query.where(events.c.last < day).order_by(events.c.last.desc(), events.c.id.desc())
    else:
        query = query.where(_last(guide) >= day).order_by(events.c.first, events.c.id)
        if guide is None or guide.lead is None:
            query = query.where(begins_late_enough(literal(day), vague=asked.vague))
    return query.limit(given("limit", Integer()))


def _last(guide: Guide | None) -> ColumnElement[str]:
    """Not by the index of last days, whose order is another."""
    return aside(events.c.last, guide is not None)


@lru_cache(maxsize=20_000)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
