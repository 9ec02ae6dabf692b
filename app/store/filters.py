"""What an event is searched by, as conditions on the rows of `events` or on those of its earlier states."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, Table, and_, false, func, literal, or_, select, text
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from app.store.folding import fold
from app.store.search import by_index, each_begins_a_word
from app.store.tables import (
    actors,
    event_actors,
    event_countries,
    event_sources,
    event_state_links,
    event_states,
    events,
)

__all__ = ["PRESENT", "STATES", "WORDS", "EventFilter", "Guide", "Searched", "aside", "begins_late_enough", "codes", "conditions", "exact", "links_of", "one_of",
           "is_unreported", "unreported"]

_VAGUER_THAN_A_WEEK = ("month", "quarter", "year")
WORDS = "words"
"""What `q` asks for, among the names of what leads."""

# To the letter as the partial index of `app.store.tables` has it, and without parameters: else it is not found to fit.
_SPANS_MONTHS = text("substr(spanning.first, 1, 7) <> substr(spanning.last, 1, 7)")


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


Links = tuple[Select[Any], ColumnElement[Any], ColumnElement[Any]]
"""Rows of a kind of link, the column with the event's (or state's) key, and the one with the value."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A table of events: its id for the reader, and where the actors, countries and sources of its rows stand."""

    table: Table
    id: Column[Any]
    key: Column[Any]  # what links refer to
    links: Callable[[str], Links]


@dataclass(frozen=True, slots=True)
class Guide:
    """How SQLite is led to the rows (`app.store.leads`); PostgreSQL knows which values are frequent and needs no guide.

    With a `lead`, the rows of these keys are read and each is looked at; `led_by` names what all of them have. Else they are read
    in the order of the page; `straight` says that no index of a column is worth a detour from that order.
    """

    lead: Select[Any] | None = None
    led_by: frozenset[str] = frozenset()
    straight: bool = False


def _present_links(kind: str) -> Links:
    table, name = {"actor": (event_actors, "actor_id"), "country": (event_countries, "country"),
                   "source": (event_sources, "source_id")}[kind]
    told = table.alias()
    return select(told.c.event_id), told.c.event_id, told.c[name]


def _state_links(kind: str) -> Links:
    told = event_state_links.alias()
    return select(told.c.state_id).where(told.c.kind == kind), told.c.state_id, told.c.value


PRESENT = Searched(events, events.c.id, events.c.id, _present_links)
STATES = Searched(event_states, event_states.c.event_id, event_states.c.id, _state_links)


def unreported(due: ColumnElement[str], of: Searched = PRESENT) -> ColumnElement[bool]:
    """`due` is the first day that is not past yet."""
    table = of.table.c
    return and_(table.status == "planned", table.last < due).label("unreported")


def is_unreported(status: str, last: str, due: str) -> bool:
    """The same of a row that is here: a thousand of them are told sooner than by the database."""
    return status == "planned" and last < due


def conditions(wanted: EventFilter, due: ColumnElement[str], of: Searched = PRESENT, guide: Guide | None = None) -> list[ColumnElement[bool]]:
    """What a row must meet. `due` is the first day that is not past yet. `guide` is for SQLite, and only for it."""
    # SQLite takes any index that fits a condition, and would read half of the table through one. So a column is put in a form
    # that no index has, where its index is a detour: always (those of no order of pages), or beside a lead or a straight way.
    never = guide is not None
    led = guide is not None and guide.lead is not None
    by_the_way = led or (guide is not None and guide.straight)
    table = of.table.c
    last = aside(table.last, never)
    found: list[ColumnElement[bool]] = []
    if of is PRESENT:
        found.append(events.c.withdrawn.is_(False))
        if wanted.as_of is not None:
            found.append(aside(events.c.since, never) <= wanted.as_of.isoformat())
    elif wanted.as_of is not None:
        day = wanted.as_of.isoformat()
        found += [event_states.c.since <= day, event_states.c.until > day]
    if guide is not None and guide.lead is not None:
        found.append(of.key.in_(guide.lead))
    if wanted.first is not None:
        found.append(last >= wanted.first.isoformat())
        if of is PRESENT and not by_the_way:
            found.append(begins_late_enough(literal(wanted.first.isoformat())))
    if wanted.last is not None:
        found.append(aside(table.first, by_the_way) <= wanted.last.isoformat())
    for name, (rows, key, is_it) in links_of(wanted, of).items():
        meets = rows.where(is_it)
        if guide is None:
            found.append(of.key.in_(meets))
        elif name not in guide.led_by:
            found.append(meets.where(key == of.key).correlate(of.table).exists())
    if wanted.types:
        found.append(one_of(aside(table.type, by_the_way or (never and len(wanted.types) > 1)), wanted.types))
    if wanted.statuses:
        found.append(_has_status(wanted.statuses, due, aside(table.status, by_the_way or (never and len(wanted.statuses) > 1)), last))
        if wanted.statuses == ("planned",) and of is PRESENT and not by_the_way:
            found.append(begins_late_enough(due))
    if wanted.place is not None:
        found.append(aside(table.place, by_the_way) == fold(wanted.place) if fold(wanted.place) else false())
    if wanted.country_of_place is not None:
        found.append(one_of(aside(table.place_country, by_the_way), codes(wanted.country_of_place)))
    if wanted.q is not None:
        if guide is None:
            found.append(by_index(of.table, wanted.q))
        elif WORDS not in guide.led_by:
            found += each_begins_a_word(table.words, wanted.q)
    if wanted.updated_since is not None:
        found.append(aside(table.updated, led) >= wanted.updated_since)
    return found


def links_of(wanted: EventFilter, of: Searched) -> dict[str, tuple[Select[Any], ColumnElement[Any], ColumnElement[bool]]]:
    """For each actor, country and source that is wanted, by a name of its own: rows of links, the column with the event's key, and
    what the value must be."""
    found = {}
    for kind, values, meets in (("actor", wanted.actors, _is_actor), ("country", wanted.countries, _is_country),
                                ("source", wanted.sources, _is_source)):
        for value in values:
            rows, key, column = of.links(kind)
            found[f"{kind} {value}"] = (rows, key, meets(column, value))
    return found


def begins_late_enough(day: ColumnElement[str], *, vague: bool = True) -> ColumnElement[bool]:
    """What follows for the first day of an event whose last day is `day` or later, so that an index by first days can be
    entered near the day and need not be read from the beginning of time.

    An event that lies in one month begins in the month of `day` or later. Those that begin before it span months: they are few,
    and the earliest of them is looked up; without `vague`, of those told more exactly than to the month.
    """
    month = func.substr(day, 1, 7)
    spanning = events.alias("spanning")
    begins = spanning.c.first.concat("")  # not by the order of first days: by the index of such events alone
    earliest = select(func.min(begins)).where(_SPANS_MONTHS, spanning.c.last >= day, begins < month)
    if not vague:
        earliest = earliest.where(exact(spanning))
    return events.c.first >= func.coalesce(earliest.scalar_subquery(), month)


def exact(table: FromClause) -> ColumnElement[bool]:
    """Told to the week or closer."""
    return table.c.precision.not_in([literal(one) for one in _VAGUER_THAN_A_WEEK])


def codes(country: str) -> tuple[str, ...]:
    """The code as typed and in capitals, as most are written."""
    return tuple({country, country.upper()})


def aside(column: ColumnElement[Any], yes: bool = True) -> ColumnElement[Any]:
    """The same value in a form that no index of SQLite's has: `+first` (https://www.sqlite.org/optoverview.html, section 2)."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type) if yes else column


def one_of(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_([literal(value) for value in values])


def _is_actor(column: ColumnElement[Any], actor: str) -> ColumnElement[bool]:
    if ":" in actor:
        return column == actor
    return column.in_(select(actors.c.id).where(*each_begins_a_word(actors.c.words, actor)))


def _is_country(column: ColumnElement[Any], country: str) -> ColumnElement[bool]:
    return one_of(column, codes(country))


def _is_source(column: ColumnElement[Any], source: str) -> ColumnElement[bool]:
    return column == source


def _has_status(statuses: Sequence[str], due: ColumnElement[str], status: ColumnElement[str],
                last: ColumnElement[str]) -> ColumnElement[bool]:
    """The status as served: a planned event whose time is past is `unreported` and no longer `planned`."""
    stored = [one for one in statuses if one not in ("planned", "unreported")]
    choices: list[ColumnElement[bool]] = [one_of(status, stored)] if stored else []
    if "planned" in statuses:
        choices.append(and_(status == "planned", last >= due))
    if "unreported" in statuses:
        choices.append(and_(status == "planned", last < due))
    return or_(*choices)
