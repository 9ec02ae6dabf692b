"""Events as a picture over time needs them: when, what, and whose they are; no more than columns, so that thousands are cheap."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, ScalarSelect, Select, Table, case, func, literal, select

from app.store.filters import EventFilter, conditions, unreported
from app.store.leads import guide_for
from app.store.parts import in_parts
from app.store.statements import Asking, Row, given
from app.store.tables import Text, actors, event_actors, event_countries, events

__all__ = ["Mark", "actor_names", "count", "days_near", "ends", "marks"]

_BETWEEN = "\n"  # no code and no id holds one
_DUE = given("due", Text)


@dataclass(frozen=True, slots=True)
class Mark:
    """One event. `first` and `last` are ISO 8601 days, both included; `status` is as served; codes and ids are sorted."""

    id: str
    first: str
    last: str
    precision: str
    type: str
    status: str
    title: str
    countries: tuple[str, ...]
    actors: tuple[str, ...]


def marks(asking: Asking, wanted: EventFilter, due: date, limit: int) -> list[Mark]:
    """The events that match, by first day and id, at most `limit`. One query. `wanted.as_of` is not looked at."""
    return [Mark(*row[:7], _parted(row[7]), _parted(row[8])) for row in _rows(asking, "marks", wanted, partial(_marks, asking.dialect), due, limit)]


def actor_names(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    return {row.id: row.name for row in in_parts(connection, set(ids), lambda part: select(actors.c.id, actors.c.name).where(actors.c.id.in_(part)))}


def ends(asking: Asking, wanted: EventFilter, due: date) -> tuple[str, str] | None:
    """The first and the last day that the events cover which match; None where none does. Each end by the order of an index."""
    first = _rows(asking, "first", wanted, lambda mine: select(events.c.first).where(*mine).order_by(events.c.first), due, 1)
    last = _rows(asking, "last", wanted, lambda mine: select(events.c.last).where(*mine).order_by(events.c.last.desc()), due, 1)
    return (first[0][0], last[0][0]) if first and last else None


def count(asking: Asking, wanted: EventFilter, due: date, most: int) -> int:
    """How many events match; `most` where they are as many or more, so that nobody counts a million to say "many"."""
    return len(_rows(asking, "count", wanted, lambda mine: select(events.c.id).where(*mine), due, most))


def days_near(asking: Asking, wanted: EventFilter, due: date, day: date, most: int) -> list[str]:
    """The first days, in their order, of those events nearest to a day that are told to the day: at most so many up to it, and half
    as many after it."""
    pivot = given("day", Text)

    def told(mine: list[ColumnElement[bool]]) -> Select[Any]:
        return select(events.c.first).where(*mine, events.c.precision.in_([literal("day"), literal("minute")]))

    before = _rows(asking, "days before", wanted, lambda mine: told(mine).where(events.c.first <= pivot).order_by(events.c.first.desc()),
                   due, most, day=day.isoformat())
    after = _rows(asking, "days after", wanted, lambda mine: told(mine).where(events.c.first > pivot).order_by(events.c.first),
                  due, most // 2, day=day.isoformat())
    return [row[0] for row in (*reversed(before), *after)]


def _rows(asking: Asking, name: str, wanted: EventFilter, build: Callable[[list[ColumnElement[bool]]], Select[Any]], due: date, limit: int,
          **values: str) -> Sequence[Row]:
    """At most `limit` rows of the statement that is built from the conditions of a filter."""
    guide = guide_for(asking, wanted, limit)

    def statement() -> Select[Any]:
        return build(conditions(wanted, _DUE, guide=guide)).limit(given("limit", Integer()))

    return asking.rows((name, wanted, guide and guide.led_by), statement, due=due.isoformat(), limit=limit, **values)


def _marks(dialect: str, mine: list[ColumnElement[bool]]) -> Select[Any]:
    status = case((unreported(_DUE), "unreported"), else_=events.c.status)
    return select(events.c.id, events.c.first, events.c.last, events.c.precision, events.c.type, status, events.c.title,
                  _joined(dialect, event_countries, "country"), _joined(dialect, event_actors, "actor_id")) \
        .where(*mine).order_by(events.c.first, events.c.id)


def _joined(dialect: str, table: Table, name: str) -> ScalarSelect[str]:
    aggregate = func.group_concat if dialect == "sqlite" else func.string_agg  # `aggregate_strings` writes its separator out each time
    return select(aggregate(table.c[name], literal(_BETWEEN))).where(table.c.event_id == events.c.id).scalar_subquery()


def _parted(text: str | None) -> tuple[str, ...]:
    return tuple(sorted(text.split(_BETWEEN))) if text else ()
