"""Events as a picture over time needs them: when, what, and whose they are; no more than columns, so that thousands are cheap."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, ScalarSelect, Table, case, func, select

from app.store.filters import EventFilter, conditions, unreported
from app.store.parts import in_parts
from app.store.tables import actors, event_actors, event_countries, events

__all__ = ["Mark", "actor_names", "count", "days_near", "ends", "marks"]

_BETWEEN = "\n"  # no code and no id holds one


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


def marks(connection: Connection, wanted: EventFilter, due: date, limit: int) -> list[Mark]:
    """The events that match, by first day and id, at most `limit`. One query. `wanted.as_of` is not looked at."""
    status = case((unreported(due), "unreported"), else_=events.c.status)
    query = select(events.c.id, events.c.first, events.c.last, events.c.precision, events.c.type, status, events.c.title,
                   _joined(event_countries, "country"), _joined(event_actors, "actor_id")) \
        .where(*conditions(wanted, due)).order_by(events.c.first, events.c.id).limit(limit)
    return [Mark(*row[:7], _parted(row[7]), _parted(row[8])) for row in connection.execute(query)]


def actor_names(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    return {row.id: row.name for row in in_parts(connection, set(ids), lambda part: select(actors.c.id, actors.c.name).where(actors.c.id.in_(part)))}


def ends(connection: Connection, wanted: EventFilter, due: date) -> tuple[str, str] | None:
    """The first and the last day that the events cover which match; None where none does. Each end by the order of an index."""
    mine = conditions(wanted, due)
    first = connection.execute(select(events.c.first).where(*mine).order_by(events.c.first).limit(1)).scalar()
    last = connection.execute(select(events.c.last).where(*mine).order_by(events.c.last.desc()).limit(1)).scalar()
    return None if first is None or last is None else (first, last)


def count(connection: Connection, wanted: EventFilter, due: date, most: int) -> int:
    """How many events match; `most` where they are as many or more, so that nobody counts a million to say "many"."""
    some = select(events.c.id).where(*conditions(wanted, due)).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def days_near(connection: Connection, wanted: EventFilter, due: date, day: date, most: int) -> list[str]:
    """The first days, in their order, of those events nearest to a day that are told to the day: at most so many up to it, and half
    as many after it."""
    exact = select(events.c.first).where(*conditions(wanted, due), events.c.precision.in_(("day", "minute")))
    before = exact.where(events.c.first <= day.isoformat()).order_by(events.c.first.desc()).limit(most)
    after = exact.where(events.c.first > day.isoformat()).order_by(events.c.first).limit(most // 2)
    return [*reversed(connection.execute(before).scalars().all()), *connection.execute(after).scalars()]


def _joined(table: Table, name: str) -> ScalarSelect[str]:
    return select(func.aggregate_strings(table.c[name], _BETWEEN)).where(table.c.event_id == events.c.id).scalar_subquery()


def _parted(text: str | None) -> tuple[str, ...]:
    return tuple(sorted(text.split(_BETWEEN))) if text else ()
