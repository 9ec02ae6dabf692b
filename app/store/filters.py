"""What an event is searched by, as conditions on the rows of `events` or on those of its earlier states."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, false, literal, or_, select

from app.store.folding import fold
from app.store.tables import (
    actors,
    event_actors,
    event_countries,
    event_sources,
    event_state_links,
    event_states,
    events,
)

__all__ = ["PRESENT", "STATES", "EventFilter", "Searched", "codes", "conditions", "unreported", "words_in"]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to look for; an empty field asks nothing.

    An event has several actors, countries and sources: all that are named must be among them. It has one type and one
    status: it must be one of those named. `first` and `last` are inclusive days that the event must overlap. `statuses`
    may hold `unreported`, which is derived and not stored.
    """

    first: date | None = None
    last: date | None = None
    actors: tuple[str, ...] = ()  # an id (`person:vladimir-putin`), or words of a name
    countries: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    place: str | None = None
    country_of_place: str | None = None
    sources: tuple[str, ...] = ()
    q: str | None = None
    updated_since: str | None = None  # as the store writes times
    as_of: date | None = None  # what was known on that day, by the sources' own time


@dataclass(frozen=True, slots=True)
class Searched:
    """A table of events: its id for the reader, and where the actors, countries and sources of its rows stand."""

    table: Table
    id: Column[Any]
    key: Column[Any]  # what links refer to
    links: Callable[[str], tuple[Select[Any], Column[Any]]]  # rows of a kind of link, and the column with its value


def _present_links(kind: str) -> tuple[Select[Any], Column[Any]]:
    table, name = {"actor": (event_actors, "actor_id"), "country": (event_countries, "country"),
                   "source": (event_sources, "source_id")}[kind]
    return select(table.c.event_id), table.c[name]


def _state_links(kind: str) -> tuple[Select[Any], Column[Any]]:
    return select(event_state_links.c.state_id).where(event_state_links.c.kind == kind), event_state_links.c.value


PRESENT = Searched(events, events.c.id, events.c.id, _present_links)
STATES = Searched(event_states, event_states.c.event_id, event_states.c.id, _state_links)


def unreported(due: date, of: Searched = PRESENT) -> ColumnElement[bool]:
    table = of.table.c
    return and_(table.status == "planned", table.last < due.isoformat()).label("unreported")


def conditions(wanted: EventFilter, due: date, of: Searched = PRESENT) -> list[ColumnElement[bool]]:
    """What a row must meet. `due` is the first day that is not past yet."""
    table = of.table.c
    found: list[ColumnElement[bool]] = []
    if of is PRESENT:
        found.append(events.c.withdrawn.is_(False))
        if wanted.as_of is not None:
            found.append(events.c.since <= wanted.as_of.isoformat())
    elif wanted.as_of is not None:
        day = wanted.as_of.isoformat()
        found += [event_states.c.since <= day, event_states.c.until > day]
    if wanted.first is not None:
        found.append(table.last >= wanted.first.isoformat())
    if wanted.last is not None:
        found.append(table.first <= wanted.last.isoformat())
    found += [_linked(of, "actor", lambda column, actor=actor: _is_actor(column, actor)) for actor in wanted.actors]
    found += [_linked(of, "country", lambda column, country=country: column.in_(codes(country)))
              for country in wanted.countries]
    found += [_linked(of, "source", lambda column, source=source: column == source) for source in wanted.sources]
    if wanted.types:
        found.append(table.type.in_(wanted.types))
    if wanted.statuses:
        found.append(_has_status(wanted.statuses, due, of))
    if wanted.place is not None:
        found.append(table.place == fold(wanted.place) if fold(wanted.place) else false())
    if wanted.country_of_place is not None:
        found.append(table.place_country.in_(codes(wanted.country_of_place)))
    if wanted.q is not None:
        found += words_in(table.words, wanted.q)
    if wanted.updated_since is not None:
        found.append(table.updated >= wanted.updated_since)
    return found


def words_in(column: ColumnElement[str], text: str) -> list[ColumnElement[bool]]:
    """Each word of `text` begins a word of the column. Folded words hold no character that LIKE knows."""
    words = fold(text).split()
    if not words:
        return [false()]
    return [(literal(" ") + column).like(f"% {word}%") for word in words]


def codes(country: str) -> tuple[str, ...]:
    """The code as typed and in capitals, as most are written."""
    return tuple({country, country.upper()})


def _linked(of: Searched, kind: str, meets: Callable[[Column[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
    rows, column = of.links(kind)
    return of.key.in_(rows.where(meets(column)))


def _is_actor(column: Column[Any], actor: str) -> ColumnElement[bool]:
    if ":" in actor:
        return column == actor
    return column.in_(select(actors.c.id).where(*words_in(actors.c.words, actor)))


def _has_status(statuses: Sequence[str], due: date, of: Searched) -> ColumnElement[bool]:
    """The status as served: a planned event whose time is past is `unreported` and no longer `planned`."""
    table = of.table.c
    stored = [status for status in statuses if status not in ("planned", "unreported")]
    choices: list[ColumnElement[bool]] = [table.status.in_(stored)] if stored else []
    if "planned" in statuses:
        choices.append(and_(table.status == "planned", table.last >= due.isoformat()))
    if "unreported" in statuses:
        choices.append(and_(table.status == "planned", table.last < due.isoformat()))
    return or_(*choices)
