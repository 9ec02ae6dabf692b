"""Who meets whom, counted: how many events somebody takes part in, in which years, and with whom.

What is counted are rows of the links between events and their actors or countries, which hold nothing but ids: no event is
read for it. Events that were withdrawn keep their links, so those are counted apart, by an index that has them alone, and taken
away; of the two counts the second is small. Years and statuses are read from an index that has them beside the id.

That is a look-up for each of somebody's events all the same: a fifth of a second for a country with twenty thousand. What was counted
is therefore kept until the timeline changes (`app.store.remembered`), and so are the ids of the latest events of two.
"""
from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    RowMapping,
    Select,
    Subquery,
    Table,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)

from app.store.folding import fold
from app.store.queries import ActorFilter, EventRow, actor_conditions, rows_of
from app.store.remembered import Remembered
from app.store.tables import actors, event_actors, event_countries, events
from timeline.model import Status

__all__ = ["Encounters", "Office", "Party", "Tally"]

OFFICES_FROM = 1_000
"""Events of a person, the latest first, in which offices are looked for."""


_KEPT = 200  # answers; the longest are lists of 500 rows. The ids of 200 events are 3.4 KB, as they are kept


@dataclass(frozen=True, slots=True)
class Party:
    """Whose events are counted: an actor's or a country's; of two values the events in which both take part."""

    kind: str  # actor or country
    values: tuple[str, ...]

    @property
    def links(self) -> tuple[Table, str]:
        """The table of links, and the name of its column."""
        return (event_actors, "actor_id") if self.kind == "actor" else (event_countries, "country")


@dataclass(frozen=True, slots=True)
class Tally:
    """Events that stand. `first` and `last` are ISO 8601 days, None where there is no event; an event counts in the year
    of its first day, and by the status that it is served with."""

    total: int
    first: str | None
    last: str | None
    statuses: dict[str, int]
    years: dict[str, int]  # in order
    soonest: str | None  # id of the event that is planned next
    latest_held: str | None  # and of the one that was held last


@dataclass(frozen=True, slots=True)
class Office:
    """An office in which somebody took part in events, with the first and the last day of those."""

    office: str
    country: str | None
    first: str
    last: str
    events: int


class Encounters:
    """Questions to the store. Each opens one connection and gives it back. `SQLAlchemyError` passes through."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._remembered = Remembered(engine, _KEPT)

    def tally(self, party: Party, *, today: date, due: date) -> Tally:
        """`today` parts what comes from what was; `due` is the first day that is not past yet: a planned event that ended before
        it is `unreported`."""
        return self._remembered.answer(("tally", party, today, due), lambda connection: self._tally(connection, party, today, due))

    def _tally(self, connection: Connection, party: Party, today: date, due: date) -> Tally:
        status = case((and_(events.c.status == Status.PLANNED.value, events.c.last < due.isoformat()), "unreported"), else_=events.c.status)
        year, key = func.substr(events.c.first, 1, 4), events.c.first.concat(" ").concat(events.c.id)
        coming = and_(events.c.status == Status.PLANNED.value, events.c.last >= today.isoformat())
        been = and_(events.c.status == Status.HELD.value, events.c.first <= today.isoformat())
        rows = connection.execute(select(
            year.label("year"), status.label("status"), func.count().label("events"), func.min(events.c.first).label("first"),
            func.max(events.c.last).label("last"), func.min(case((coming, key))).label("soonest"), func.max(case((been, key))).label("held"))
            .where(events.c.id.in_(_events_of(party)), events.c.withdrawn.is_(False)).group_by(year, status)).mappings().all()
        statuses: dict[str, int] = {}
        years: dict[str, int] = {}
        for row in sorted(rows, key=lambda row: (row["year"], row["status"])):
            statuses[row["status"]] = statuses.get(row["status"], 0) + row["events"]
            years[row["year"]] = years.get(row["year"], 0) + row["events"]
        return Tally(sum(years.values()), min((row["first"] for row in rows), default=None), max((row["last"] for row in rows), default=None),
                     statuses, years, _id_of(min((row["soonest"] for row in rows if row["soonest"]), default=None)),
                     _id_of(max((row["held"] for row in rows if row["held"]), default=None)))

    def together(self, party: Party, *, due: date, limit: int) -> list[EventRow]:
        """The latest events of a party, at most `limit`: the rows of a page of `Queries.events` in descending order of the start. `due` as in
        `tally`.

        They are chosen out of all events that two have in common; in the order of the timeline those lie too far apart."""
        ids = self._remembered.answer(("together", party, limit), lambda connection: " ".join(connection.execute(
            select(events.c.id).where(events.c.id.in_(_events_of(party)), events.c.withdrawn.is_(False))
            .order_by(events.c.first.desc(), events.c.id.desc()).limit(limit)).scalars()))
        with self._engine.connect() as connection:
            return rows_of(connection, ids.split(), due=due)

    def countries(self) -> list[RowMapping]:
        """Every country or body that takes part in an event, by the number of its events: country, events."""
        counts = _counts(event_countries, "country")
        return self._kept_rows(("countries",), select(counts.c.country, counts.c.events).order_by(counts.c.events.desc(), counts.c.country))

    def actors(self, wanted: ActorFilter, *, limit: int, after: tuple[int, str] | None = None) -> list[RowMapping]:
        """Actors that take part in an event, those of most events first: as `Queries.actors`. `after` is the number of events
        and the id of the last one seen."""
        asked = actor_conditions(wanted)
        counts = _counts(event_actors, "actor_id", *([event_actors.c.actor_id.in_(select(actors.c.id).where(*asked))] if asked else []))
        query = _counted_actors(counts).limit(limit)
        if after is not None:
            query = query.where(or_(counts.c.events < after[0], and_(counts.c.events == after[0], actors.c.id > after[1])))
        # What somebody searched for, or turned pages to, few others will.
        return self._rows(query) if wanted.q or after is not None else self._kept_rows(("actors", wanted, limit), query)

    def counterparts(self, party: Party, *, limit: int) -> list[RowMapping]:
        """Who takes part in the same events, those of most events first, at most `limit`.

        Of an actor: id, kind, name, country, events; whoever stands for the country that it stands for is no counterpart, but of
        two actors it is whoever else is there. Of countries: country, events.
        """
        asked, (table, name) = ("counterparts", party, limit), party.links
        counts = _counts(table, name, table.c[name].not_in(party.values), of=party)
        if party.kind == "country":
            return self._kept_rows(asked, select(counts.c.country, counts.c.events).order_by(
                counts.c.events.desc(), counts.c.country).limit(limit))
        query = _counted_actors(counts).limit(limit)
        if len(party.values) == 1:
            own = select(_own.c.country).where(_own.c.id == party.values[0]).scalar_subquery()
            query = query.where(or_(actors.c.country.is_(None), own.is_(None), actors.c.country != own))
        return self._kept_rows(asked, query)

    def offices(self, actor_id: str) -> list[Office]:
        """The offices in which a person takes part in events, the latest first, by its latest `OFFICES_FROM` events."""
        return list(self._remembered.answer(("offices", actor_id), lambda connection: self._offices(connection, actor_id)))

    def _offices(self, connection: Connection, actor_id: str) -> list[Office]:
        latest = select(events.c.id).where(events.c.id.in_(_events_of(Party("actor", (actor_id,)))), events.c.withdrawn.is_(False)) \
            .order_by(events.c.first.desc(), events.c.id).limit(OFFICES_FROM)
        found: dict[tuple[str, str | None], Office] = {}
        for row in connection.execute(select(events.c.first, events.c.last, events.c.event).where(events.c.id.in_(latest))).mappings():
            for office, country in _held_in(row["event"], actor_id):
                known = found.get((office, country), Office(office, country, row["first"], row["last"], 0))
                found[office, country] = Office(office, country, min(known.first, row["first"]), max(known.last, row["last"]),
                                                known.events + 1)
        return sorted(found.values(), key=lambda held: (held.last, held.first, held.office), reverse=True)

    def country_code(self, given: str) -> str | None:
        """The code as it is stored, of one typed in whatever case; None where no event knows it."""
        # One link is looked for: a country may have ten thousands.
        with self._engine.connect() as connection:
            for code in dict.fromkeys((given, given.upper())):
                if connection.execute(select(event_countries.c.event_id).where(event_countries.c.country == code).limit(1)).first() is not None:
                    return code
        return None

    def named(self, name: str) -> list[RowMapping]:
        """Actors that have this very name, accents and case aside: id, kind, name, country. At most two: one is meant, or it is not told which."""
        words = fold(name)
        columns = select(actors.c.id, actors.c.kind, actors.c.name, actors.c.country)
        return self._rows(columns.where(actors.c.words == words).order_by(actors.c.id).limit(2)) if words else []

    def _kept_rows(self, asked: tuple[Hashable, ...], query: Select[Any]) -> list[RowMapping]:
        return list(self._remembered.answer(asked, lambda connection: tuple(connection.execute(query).mappings())))

    def _rows(self, query: Select[Any]) -> list[RowMapping]:
        with self._engine.connect() as connection:
            return list(connection.execute(query).mappings())


_own = actors.alias("own")


def _events_of(party: Party) -> Select[tuple[str]]:
    """Ids of the events in which all of them take part, withdrawn ones too."""
    table, name = party.links
    first, *others = [table.alias() for _ in party.values]
    query = select(first.c.event_id).where(first.c[name] == party.values[0])
    for other, value in zip(others, party.values[1:], strict=True):
        query = query.join(other, other.c.event_id == first.c.event_id).where(other.c[name] == value)
    return query


def _id_of(key: str | None) -> str | None:
    """Of a first day and an id."""
    return key.partition(" ")[2] if key else None


def _counts(table: Table, name: str, *chosen: ColumnElement[bool], of: Party | None = None) -> Subquery:
    """How many events that stand each chosen value of a column of links has: the value and `events`, of events of a party."""
    value = table.c[name]
    all_of = select(value, func.count().label("events")).where(*chosen)
    withdrawn = select(events.c.id).where(events.c.withdrawn)
    if of is not None:
        mine = _events_of(of).subquery()
        all_of = all_of.join(mine, mine.c.event_id == table.c.event_id)
        withdrawn = withdrawn.where(events.c.id.in_(_events_of(of)))
    # Of values that were not chosen something is taken away as well: they are below zero and fall out.
    gone = select(value, (-func.count()).label("events")).where(table.c.event_id.in_(withdrawn))
    both = union_all(all_of.group_by(value), gone.group_by(value)).subquery()
    total = cast(func.sum(both.c.events), Integer)  # PostgreSQL's sum of numbers is of another type than they are
    return select(both.c[name], total.label("events")).group_by(both.c[name]).having(total > 0).subquery()


def _counted_actors(counts: Subquery) -> Select[Any]:
    return select(actors.c.id, actors.c.kind, actors.c.name, actors.c.country, counts.c.events) \
        .join(counts, counts.c.actor_id == actors.c.id).order_by(counts.c.events.desc(), actors.c.id)


def _held_in(event: str, actor_id: str) -> set[tuple[str, str | None]]:
    """The offices, with their countries, in which somebody takes part in an event (JSON of `model.Event`); none of a damaged one."""
    try:
        parties = orjson.loads(event)["participants"]
        return {(one["role"], one.get("country")) for one in parties if one["actor_id"] == actor_id and one.get("role")}
    except (ValueError, KeyError, TypeError):
        return set()
