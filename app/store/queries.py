"""The read side of the store: what the API, the calendar and the metrics ask.

Nothing here writes. Pages are cut by key and never by offset: a page costs the same at any depth, and rows that are
added meanwhile neither repeat a row nor push one out. Times are the store's text (UTC, `…Z`), days ISO 8601.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, and_, false, func, literal, or_, select, tuple_

from app.store.folding import fold
from app.store.tables import (
    actors,
    article_versions,
    articles,
    changes,
    claims,
    event_actors,
    event_countries,
    event_sources,
    events,
    failures,
    run_sources,
    runs,
    sources,
)

__all__ = ["ActorFilter", "CalendarRow", "EventFilter", "EventPage", "EventRow", "EvidenceRow", "Key", "Queries", "Sort"]

Key = tuple[str, str]
"""Where a page ended: the value that is sorted by, and the id that makes it unique."""

_VAGUER_THAN_A_WEEK = ("month", "quarter", "year")


class Sort(StrEnum):
    START = "start"
    START_DESCENDING = "-start"
    UPDATED = "updated"
    UPDATED_DESCENDING = "-updated"


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
    sources: tuple[str, ...] = ()
    q: str | None = None
    updated_since: str | None = None  # as the store writes times


@dataclass(frozen=True, slots=True)
class ActorFilter:
    q: str | None = None
    country: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    id: str
    json: bytes
    updated: str
    unreported: bool  # planned, past, and nobody reported
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    rows: tuple[EventRow, ...]
    next: Key | None  # None on the last page


@dataclass(frozen=True, slots=True)
class CalendarRow:
    id: str
    vevent: bytes
    unreported: bool


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One claim as stored, with what its article says of itself."""

    claim: str  # JSON of model.Claim
    article_id: str
    version: int  # of the article that the claim was read from
    publisher: str
    headline: str


class Queries:
    """Questions to the store. Each opens one connection and gives it back.

    `sqlalchemy.exc.SQLAlchemyError` passes through where the database cannot be read.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Events -----------------------------------------------------------------------------------------------------------

    def events(self, wanted: EventFilter, *, due: date, limit: int, sort: Sort = Sort.START,
               after: Key | None = None) -> EventPage:
        """One page. `due` is the first day that is not past yet: a planned event that ended before it is `unreported`.

        `after` is the `next` of the page before.
        """
        column = events.c.first if sort in (Sort.START, Sort.START_DESCENDING) else events.c.updated
        key = tuple_(column, events.c.id)
        query = select(events.c.id, column.label("key"), events.c.json, events.c.updated, _unreported(due),
                       events.c.withdrawn).where(*_conditions(wanted, due))
        if sort in (Sort.START, Sort.UPDATED):
            query = query.order_by(column, events.c.id)
            if after is not None:
                query = query.where(key > tuple_(literal(after[0]), literal(after[1])))
        else:
            query = query.order_by(column.desc(), events.c.id.desc())
            if after is not None:
                query = query.where(key < tuple_(literal(after[0]), literal(after[1])))
        with self._engine.connect() as connection:
            found = connection.execute(query.limit(limit + 1)).all()
        rows = tuple(EventRow(row.id, bytes(row.json), row.updated, bool(row.unreported), bool(row.withdrawn))
                     for row in found[:limit])
        return EventPage(rows, (found[limit - 1].key, found[limit - 1].id) if len(found) > limit else None)

    def event(self, event_id: str, *, due: date) -> EventRow | None:
        """One event, a withdrawn one too."""
        query = select(events.c.id, events.c.json, events.c.updated, _unreported(due), events.c.withdrawn)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(events.c.id == event_id)).first()
        return None if row is None else EventRow(row.id, bytes(row.json), row.updated, bool(row.unreported), bool(row.withdrawn))

    def evidence(self, event_id: str) -> list[EvidenceRow]:
        """The current claims of an event, in its order."""
        with self._engine.connect() as connection:
            rows = connection.execute(_EVIDENCE.where(claims.c.event_id == event_id, claims.c.current.is_(True))
                                      .order_by(claims.c.position, claims.c.id)).all()
        return [_evidence_row(row) for row in rows]

    def history(self, event_id: str) -> list[RowMapping]:
        """The changes of an event, oldest first: id, at, reason, material, before, after (JSON text or None), claims."""
        query = select(changes.c.id, changes.c.at, changes.c.reason, changes.c.material, changes.c.before,
                       changes.c.after, changes.c.claims)
        return self._rows(query.where(changes.c.event_id == event_id).order_by(changes.c.id))

    def calendar(self, wanted: EventFilter, *, today: date, due: date, limit: int,
                 vague: bool) -> tuple[CalendarRow, ...]:
        """At most `limit` events nearest to `today`, in order of time. Without `vague`, those told no more exactly than
        to the month stay out."""
        query = select(events.c.id, events.c.first, events.c.last, events.c.vevent, _unreported(due)) \
            .where(*_conditions(wanted, due))
        if not vague:
            query = query.where(events.c.precision.not_in(_VAGUER_THAN_A_WEEK))
        day = today.isoformat()
        coming = query.where(events.c.last >= day).order_by(events.c.first, events.c.id).limit(limit)
        past = query.where(events.c.last < day).order_by(events.c.last.desc(), events.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            found = [*connection.execute(coming), *connection.execute(past)]
        if len(found) > limit:
            found = sorted(found, key=lambda row: (_distance(row.first, row.last, today), row.id))[:limit]
        return tuple(CalendarRow(row.id, bytes(row.vevent), bool(row.unreported))
                     for row in sorted(found, key=lambda row: (row.first, row.id)))

    def last_change(self) -> str | None:
        """When any event last changed, a withdrawn one too; None in an empty store."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(events.c.updated))).scalar()

    # Actors and articles ----------------------------------------------------------------------------------------------

    def actors(self, wanted: ActorFilter, *, limit: int, after: str | None = None) -> list[RowMapping]:
        """Actors by id, at most `limit`, each with the number of events that stand: id, kind, name, country, events."""
        counted = select(func.count()).select_from(event_actors.join(events, events.c.id == event_actors.c.event_id)) \
            .where(event_actors.c.actor_id == actors.c.id, events.c.withdrawn.is_(False)).scalar_subquery()
        query = select(actors.c.id, actors.c.kind, actors.c.name, actors.c.country, counted.label("events"))
        if wanted.q is not None:
            query = query.where(*_words_in(actors.c.words, wanted.q))
        if wanted.country is not None:
            query = query.where(actors.c.country.in_(_codes(wanted.country)))
        if wanted.kind is not None:
            query = query.where(actors.c.kind == wanted.kind)
        if after is not None:
            query = query.where(actors.c.id > after)
        return self._rows(query.order_by(actors.c.id).limit(limit))

    def actor(self, actor_id: str) -> RowMapping | None:
        return self._one(select(actors.c.id, actors.c.kind, actors.c.name, actors.c.country)
                         .where(actors.c.id == actor_id))

    def article(self, article_id: str) -> RowMapping | None:
        """An article's row with its newest version: `article` is the JSON of model.Article."""
        query = select(articles, article_versions.c.article, article_versions.c.fetched, article_versions.c.digest) \
            .join(article_versions, and_(article_versions.c.article_id == articles.c.id,
                                         article_versions.c.version == articles.c.version))
        return self._one(query.where(articles.c.id == article_id))

    def article_versions(self, article_id: str) -> list[RowMapping]:
        return self._rows(select(article_versions.c.version, article_versions.c.digest, article_versions.c.fetched)
                          .where(article_versions.c.article_id == article_id).order_by(article_versions.c.version))

    def article_claims(self, article_id: str) -> list[tuple[str, EvidenceRow]]:
        """The current claims that an article makes, each with the id of its event."""
        mine = (claims.c.article_id == article_id, claims.c.current.is_(True), claims.c.event_id.is_not(None))
        with self._engine.connect() as connection:
            rows = connection.execute(_EVIDENCE.where(*mine)
                                      .order_by(claims.c.position, claims.c.id)).all()
        return [(row.event_id, _evidence_row(row)) for row in rows]

    # Sources and runs -------------------------------------------------------------------------------------------------

    def sources(self) -> list[RowMapping]:
        return self._rows(select(sources).order_by(sources.c.id))

    def unknown_sources(self, asked: Iterable[str]) -> list[str]:
        """Those of the ids that name no source of the sources file."""
        with self._engine.connect() as connection:
            known = set(connection.execute(select(sources.c.id).where(sources.c.active.is_(True))).scalars())
        return sorted(set(asked) - known)

    def runs(self, *, limit: int, after: Key | None = None) -> list[RowMapping]:
        """Runs, newest first."""
        query = select(runs).order_by(runs.c.queued.desc(), runs.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(tuple_(runs.c.queued, runs.c.id) < tuple_(literal(after[0]), literal(after[1])))
        return self._rows(query)

    def run(self, run_id: str) -> RowMapping | None:
        return self._one(select(runs).where(runs.c.id == run_id))

    def run_sources(self, run_id: str) -> list[RowMapping]:
        return self._rows(select(run_sources).where(run_sources.c.run_id == run_id).order_by(run_sources.c.source_id))

    def run_failures(self, run_id: str, *, limit: int) -> list[RowMapping]:
        """The pages that a run could not read, in the order in which they failed."""
        return self._rows(select(failures).where(failures.c.run_id == run_id).order_by(failures.c.id).limit(limit))

    def health(self) -> list[RowMapping]:
        """The columns of the active sources that their health is told by, in the order of their ids: cheap, since it is
        asked every few seconds."""
        return self._rows(select(*(column for column in sources.c if column.name not in ("row", "listed")))
                          .where(sources.c.active.is_(True)).order_by(sources.c.id))

    def event_counts(self) -> dict[str, int]:
        """Events that stand, by stored status."""
        query = select(events.c.status, func.count().label("count")).where(events.c.withdrawn.is_(False))
        return {row["status"]: row["count"] for row in self._rows(query.group_by(events.c.status))}

    # Inside -----------------------------------------------------------------------------------------------------------

    def _rows(self, query: Select[Any]) -> list[RowMapping]:
        with self._engine.connect() as connection:
            return list(connection.execute(query).mappings())

    def _one(self, query: Select[Any]) -> RowMapping | None:
        with self._engine.connect() as connection:
            return connection.execute(query).mappings().first()


_EVIDENCE = select(claims.c.event_id, claims.c.claim, claims.c.article_id, claims.c.version, articles.c.headline,
                   articles.c.publisher).join(articles, articles.c.id == claims.c.article_id)


def _evidence_row(row: Any) -> EvidenceRow:
    return EvidenceRow(row.claim, row.article_id, row.version, row.publisher, row.headline)


def _unreported(due: date) -> ColumnElement[bool]:
    return and_(events.c.status == "planned", events.c.last < due.isoformat()).label("unreported")


def _conditions(wanted: EventFilter, due: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [events.c.withdrawn.is_(False)]
    if wanted.first is not None:
        conditions.append(events.c.last >= wanted.first.isoformat())
    if wanted.last is not None:
        conditions.append(events.c.first <= wanted.last.isoformat())
    conditions += [events.c.id.in_(_events_of_actor(actor)) for actor in wanted.actors]
    conditions += [events.c.id.in_(select(event_countries.c.event_id)
                                   .where(event_countries.c.country.in_(_codes(country))))
                   for country in wanted.countries]
    conditions += [events.c.id.in_(select(event_sources.c.event_id).where(event_sources.c.source_id == source))
                   for source in wanted.sources]
    if wanted.types:
        conditions.append(events.c.type.in_(wanted.types))
    if wanted.statuses:
        conditions.append(_has_status(wanted.statuses, due))
    if wanted.place is not None:
        conditions.append(events.c.place == fold(wanted.place) if fold(wanted.place) else false())
    if wanted.q is not None:
        conditions += _words_in(events.c.words, wanted.q)
    if wanted.updated_since is not None:
        conditions.append(events.c.updated >= wanted.updated_since)
    return conditions


def _has_status(statuses: Sequence[str], due: date) -> ColumnElement[bool]:
    """The status as served: a planned event whose time is past is `unreported` and no longer `planned`."""
    stored = [status for status in statuses if status not in ("planned", "unreported")]
    choices: list[ColumnElement[bool]] = [events.c.status.in_(stored)] if stored else []
    if "planned" in statuses:
        choices.append(and_(events.c.status == "planned", events.c.last >= due.isoformat()))
    if "unreported" in statuses:
        choices.append(and_(events.c.status == "planned", events.c.last < due.isoformat()))
    return or_(*choices)


def _events_of_actor(actor: str) -> Select[Any]:
    query = select(event_actors.c.event_id)
    if ":" in actor:
        return query.where(event_actors.c.actor_id == actor)
    return query.where(event_actors.c.actor_id.in_(select(actors.c.id).where(*_words_in(actors.c.words, actor))))


def _words_in(column: ColumnElement[str], text: str) -> list[ColumnElement[bool]]:
    """Each word of `text` begins a word of the column. Folded words hold no character that LIKE knows."""
    words = fold(text).split()
    if not words:
        return [false()]
    return [(literal(" ") + column).like(f"% {word}%") for word in words]


def _codes(country: str) -> tuple[str, ...]:
    """The code as typed and in capitals, as most are written."""
    return tuple({country, country.upper()})


def _distance(first: str, last: str, today: date) -> timedelta:
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    return max(begins - today, today - ends, timedelta(0))
