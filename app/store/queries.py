"""The read side of the store: what the API, the calendar and the metrics ask.

Nothing here writes. Pages are cut by key and never by offset: a page costs the same at any depth, and rows that are
added meanwhile neither repeat a row nor push one out. Times are the store's text (UTC, `…Z`), days ISO 8601.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    RowMapping,
    Select,
    and_,
    false,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from app.store.calendar_rows import CalendarRow, CalendarRows, calendar_event
from app.store.change_log import ChangeRow, changes_after
from app.store.engine import sqlite_file
from app.store.filters import PRESENT, STATES, EventFilter, Guide, Searched, codes, conditions, unreported
from app.store.leads import guide_for
from app.store.marks import Mark, actor_names, count, days_near, ends, marks
from app.store.months import months, of_month
from app.store.neighbours import neighbours
from app.store.parts import in_parts
from app.store.places import PlaceRow, places
from app.store.search import each_begins_a_word
from app.store.statements import Asking, Statements, given
from app.store.tables import (
    Text,
    actors,
    article_versions,
    articles,
    changes,
    claims,
    event_actors,
    event_states,
    events,
    failures,
    ruling_marks,
    rulings,
    run_sources,
    runs,
    sources,
)
from app.store.webhooks import attempts_of, webhook_rows
from timeline.model import Event

__all__ = ["ActorFilter", "CalendarRow", "ChangeRow", "EventFilter", "EventPage", "EventRow", "EvidenceRow", "Key", "Queries", "Sort", "actor_conditions", "rows_of"]

Key = tuple[str, str]
"""Where a page ended: the value that is sorted by, and the id that makes it unique."""


class Sort(StrEnum):
    START = "start"
    START_DESCENDING = "-start"
    UPDATED = "updated"
    UPDATED_DESCENDING = "-updated"


_DESCENDING = (Sort.START_DESCENDING, Sort.UPDATED_DESCENDING)
_BY_CHANGE = (Sort.UPDATED, Sort.UPDATED_DESCENDING)


@dataclass(frozen=True, slots=True)
class ActorFilter:
    q: str | None = None
    country: str | None = None
    kind: str | None = None


class EventRow(NamedTuple):
    id: str
    key: str  # the value that is sorted by
    json: bytes
    unreported: bool  # planned, past, and nobody reported
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    rows: tuple[EventRow, ...]
    next: Key | None  # None on the last page
    last_change: str | None  # of any event: `Queries.last_change` at the same time


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
        self._statements = Statements(engine)
        self._calendar = CalendarRows()

    # Events -----------------------------------------------------------------------------------------------------------

    def events(self, wanted: EventFilter, *, due: date, limit: int, sort: Sort = Sort.START,
               after: Key | None = None) -> EventPage:
        """One page. `due` is the first day that is not past yet: a planned event that ended before it is `unreported`.

        `after` is the `next` of the page before.
        """
        with self._statements.asking() as asking:
            found = [row for of in ((PRESENT,) if wanted.as_of is None else (PRESENT, STATES))
                     for row in _page(asking, of, wanted, due, limit + 1, sort, after)]
            last_change = _last_change(asking)
        if wanted.as_of is not None:
            found.sort(key=lambda row: (row.key, row.id), reverse=sort in _DESCENDING)
        return EventPage(tuple(found[:limit]), (found[limit - 1].key, found[limit - 1].id) if len(found) > limit else None, last_change)

    def event(self, event_id: str, *, due: date, as_of: date | None = None) -> EventRow | None:
        """One event, a withdrawn one too; with `as_of` as it was known on that day, None where nobody had told of it."""
        day, parameters = given("due", Text), {"due": due.isoformat()}
        with self._engine.connect() as connection:
            if as_of is None:
                row = connection.execute(_select(PRESENT, day).where(events.c.id == event_id), parameters).first()
                return None if row is None else EventRow._make(row)
            wanted = EventFilter(as_of=as_of)
            rows = [row for of in (PRESENT, STATES) for row in connection.execute(
                _select(of, day).where(of.id == event_id, *conditions(wanted, day, of)), parameters)]
        return EventRow._make(rows[0]) if rows else None

    def evidence(self, event_id: str) -> list[EvidenceRow]:
        """The current claims of an event, in its order."""
        with self._engine.connect() as connection:
            rows = connection.execute(_EVIDENCE.where(claims.c.event_id == event_id, claims.c.current.is_(True))
                                      .order_by(claims.c.position, claims.c.id)).all()
        return [_evidence_row(row) for row in rows]

    def evidence_as_of(self, event_id: str, as_of: date) -> list[EvidenceRow]:
        """The claims that an event rested on as it was known on a day, in the order of its state."""
        day = as_of.isoformat()
        with self._engine.connect() as connection:
            state = connection.execute(select(event_states.c.claims).where(
                event_states.c.event_id == event_id, event_states.c.since <= day, event_states.c.until > day)).first()
            if state is not None:
                order = {claim: place for place, claim in enumerate(json.loads(state.claims))}
                rows = connection.execute(_EVIDENCE.add_columns(claims.c.id).where(claims.c.id.in_(order))).all()
                return [_evidence_row(row) for row in sorted(rows, key=lambda row: order[row.id])]
        return self.evidence(event_id)

    def history(self, event_id: str) -> list[RowMapping]:
        """The changes of an event, oldest first: id, at, reason, material, before, after (JSON text or None), claims.

        Of one that a correction brought, also `ruling`, `undoing`, `kind`, `author`, `note` and `undone_by`."""
        query = select(changes.c.id, changes.c.at, changes.c.reason, changes.c.material, changes.c.before,
                       changes.c.after, changes.c.claims, changes.c.ruling, changes.c.undoing, rulings.c.kind,
                       rulings.c.author, rulings.c.note, rulings.c.undone_by) \
            .outerjoin(rulings, rulings.c.id == changes.c.ruling)
        return self._rows(query.where(changes.c.event_id == event_id).order_by(changes.c.id))

    def changes(self, after: int, limit: int) -> list[ChangeRow]:
        """See `app.store.change_log`."""
        with self._engine.connect() as connection:
            return changes_after(connection, after, limit)

    def change_at(self, number: int) -> str | None:
        """When a change was stored; None where there is none of that number."""
        with self._engine.connect() as connection:
            return connection.execute(select(changes.c.at).where(changes.c.id == number)).scalar()

    def last_change_at(self) -> str | None:
        """The latest time of any change, one that readers can't see too; None in an empty store."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(changes.c.at))).scalar()

    def neighbours(self, event_id: str) -> tuple[list[Event], dict[str, list[str]]]:
        """See `app.store.neighbours`."""
        with self._engine.connect() as connection:
            return neighbours(connection, event_id)

    def calendar(self, wanted: EventFilter, *, today: date, due: date, limit: int, vague: bool,
                 cancelled: bool = True) -> tuple[CalendarRow, ...]:
        """At most `limit` events, the nearest to `today` first. Without `vague`, those told no more exactly than to the
        month stay out; without `cancelled`, those that are called off."""
        with self._statements.asking() as asking:
            return self._calendar.nearest(asking, wanted, today=today, due=due, limit=limit, vague=vague, cancelled=cancelled)

    def calendar_event(self, event_id: str, *, due: date) -> CalendarRow | None:
        """One event, a withdrawn one too."""
        with self._engine.connect() as connection:
            return calendar_event(connection, event_id, due=due)

    def marks(self, wanted: EventFilter, *, due: date, limit: int) -> list[Mark]:
        """See `app.store.marks`."""
        with self._statements.asking() as asking:
            return marks(asking, wanted, due, limit)

    def ends(self, wanted: EventFilter, *, due: date) -> tuple[str, str] | None:
        """The first and the last day of the events that match; None where none does."""
        with self._statements.asking() as asking:
            return ends(asking, wanted, due)

    def count(self, wanted: EventFilter, *, due: date, most: int) -> int:
        """How many events match, or `most` where they are as many or more."""
        with self._statements.asking() as asking:
            return count(asking, wanted, due, most)

    def days_near(self, wanted: EventFilter, *, due: date, day: date, most: int) -> list[str]:
        """See `app.store.marks`."""
        with self._statements.asking() as asking:
            return days_near(asking, wanted, due, day, most)

    def actor_names(self, ids: Iterable[str]) -> dict[str, str | None]:
        with self._engine.connect() as connection:
            return actor_names(connection, ids)

    def places(self, wanted: EventFilter, *, due: date) -> list[PlaceRow]:
        """See `app.store.places`."""
        with self._statements.asking() as asking:
            return places(asking, wanted, due)

    def months(self) -> list[tuple[str, str]]:
        """See `app.store.months`."""
        with self._engine.connect() as connection:
            return months(connection)

    def of_month(self, month: str, *, limit: int) -> list[tuple[str, str]]:
        """See `app.store.months`."""
        with self._engine.connect() as connection:
            return of_month(connection, month, limit)

    def last_change(self) -> str | None:
        """When any event last changed, a withdrawn one too; None in an empty store."""
        with self._statements.asking() as asking:
            return _last_change(asking)

    # Corrections ------------------------------------------------------------------------------------------------------

    def corrections(self, *, limit: int, after: int | None = None) -> list[RowMapping]:
        """What operators corrected, the newest first; `after` is the `number` of the last one seen."""
        query = select(rulings).order_by(rulings.c.number.desc()).limit(limit)
        return self._rows(query if after is None else query.where(rulings.c.number < after))

    def correction(self, ruling_id: str) -> RowMapping | None:
        return self._one(select(rulings).where(rulings.c.id == ruling_id))

    def withdrawal(self, event_id: str) -> RowMapping | None:
        """The correction that keeps an event out of the timeline."""
        return self._one(select(rulings).join(ruling_marks, ruling_marks.c.ruling_id == rulings.c.id).where(
            ruling_marks.c.kind == "event", ruling_marks.c.value == event_id, rulings.c.kind == "withdraw",
            rulings.c.undone_at.is_(None)).order_by(rulings.c.number.desc()))

    def heir(self, event_id: str) -> str | None:
        """The event that a withdrawn one became one with, by however many steps; None where there is none."""
        seen = [event_id]
        with self._engine.connect() as connection:
            while True:
                heir = connection.execute(select(events.c.heir).where(
                    events.c.id == seen[-1], events.c.withdrawn.is_(True))).scalar()
                if heir is None or heir in seen:
                    return seen[-1] if len(seen) > 1 else None
                seen.append(heir)

    # Webhooks ---------------------------------------------------------------------------------------------------------

    def webhooks(self) -> list[RowMapping]:
        """See `app.store.webhooks.webhook_rows`."""
        return self._rows(webhook_rows())

    def webhook(self, webhook: str) -> RowMapping | None:
        return self._one(webhook_rows(webhook))

    def webhook_attempts(self, webhook: str, *, limit: int) -> list[RowMapping]:
        """The last attempts to deliver, the newest first."""
        return self._rows(attempts_of(webhook, limit))

    # Actors and articles ----------------------------------------------------------------------------------------------

    def actors(self, wanted: ActorFilter, *, limit: int, after: str | None = None) -> list[RowMapping]:
        """Actors by id, at most `limit`, each with the number of events that stand: id, kind, name, country, events."""
        counted = select(func.count()).select_from(event_actors.join(events, events.c.id == event_actors.c.event_id)) \
            .where(event_actors.c.actor_id == actors.c.id, events.c.withdrawn.is_(False)).scalar_subquery()
        query = select(actors.c.id, actors.c.kind, actors.c.name, actors.c.country, counted.label("events"))
        query = query.where(*actor_conditions(wanted))
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
        return self._rows(select(article_versions.c.version, article_versions.c.digest, article_versions.c.fetched, article_versions.c.let_go)
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
        return self._rows(select(*(column for column in sources.c if column.name not in ("row", "listed", "digest", "quiet_until")))
                          .where(sources.c.active.is_(True)).order_by(sources.c.id))

    def event_counts(self) -> dict[str, int]:
        """Events that stand, by stored status."""
        # Not by the order of an index of statuses, for which SQLite would read every row: by one that has all that is asked.
        status = events.c.status.concat(literal_column("''"))
        query = select(status.label("status"), func.count().label("count")).where(events.c.withdrawn.is_(False))
        return {row["status"]: row["count"] for row in self._rows(query.group_by(status))}

    def last_new_event(self) -> str | None:
        """When an event was last told of for the first time; None before the first."""
        row = self._one(select(changes.c.at).where(changes.c.before.is_(None)).order_by(changes.c.id.desc()).limit(1))
        return None if row is None else row["at"]

    def store_file(self) -> Path | None:
        """The file of an SQLite store; None for PostgreSQL."""
        return sqlite_file(self._engine.url)

    # Inside -----------------------------------------------------------------------------------------------------------

    def _rows(self, query: Select[Any]) -> list[RowMapping]:
        with self._engine.connect() as connection:
            return list(connection.execute(query).mappings())

    def _one(self, query: Select[Any]) -> RowMapping | None:
        with self._engine.connect() as connection:
            return connection.execute(query).mappings().first()


_EVIDENCE = select(claims.c.event_id, claims.c.claim, claims.c.article_id, claims.c.version, articles.c.headline,
                   articles.c.publisher).join(articles, articles.c.id == claims.c.article_id)


def actor_conditions(wanted: ActorFilter) -> list[ColumnElement[bool]]:
    """What a row of `actors` must meet."""
    found: list[ColumnElement[bool]] = []
    if wanted.q is not None:
        found += each_begins_a_word(actors.c.words, wanted.q)
    if wanted.country is not None:
        found.append(actors.c.country.in_(codes(wanted.country)))
    if wanted.kind is not None:
        found.append(actors.c.kind == wanted.kind)
    return found


_as_event_row = partial(tuple.__new__, EventRow)  # `_make` without counting the columns: half the time


def _last_change(asking: Asking) -> str | None:
    found: str | None = asking.rows("last change", lambda: select(func.max(events.c.updated)))[0][0]
    return found


def _select(of: Searched, due: ColumnElement[str], key: ColumnElement[str] | None = None) -> Select[Any]:
    """Columns as in `EventRow`."""
    table = of.table.c
    key = of.id if key is None else key
    withdrawn = table.withdrawn if of is PRESENT else false()
    return select(of.id.label("id"), key.label("key"), table.json, unreported(due, of), withdrawn.label("withdrawn"))


def _page(asking: Asking, of: Searched, wanted: EventFilter, due: date, limit: int, sort: Sort, after: Key | None) -> Iterator[EventRow]:
    guide = guide_for(asking, wanted, limit, of, straight=sort in _BY_CHANGE)
    reached = {} if after is None else {"after_key": after[0], "after_id": after[1]}
    return map(_as_event_row, asking.rows(
        ("page", of.table.name, wanted, sort, after is None, guide and guide.led_by),
        lambda: _page_statement(of, wanted, sort, after is not None, guide), due=due.isoformat(), limit=limit, **reached))


def _page_statement(of: Searched, wanted: EventFilter, sort: Sort, goes_on: bool, guide: Guide | None) -> Select[Any]:
    """One page, with `due` and `limit`, and `after_key` and `after_id` where it goes on from another page."""
    column = of.table.c.updated if sort in _BY_CHANGE else of.table.c.first
    due = given("due", Text)
    query, key = _select(of, due, column).where(*conditions(wanted, due, of, guide)), tuple_(column, of.id)
    after = tuple_(given("after_key", Text), given("after_id", Text))
    if sort in _DESCENDING:
        query = query.order_by(column.desc(), of.id.desc())
        reached = key < after
    else:
        query = query.order_by(column, of.id)
        reached = key > after
    return (query.where(reached) if goes_on else query).limit(given("limit", Integer()))


def rows_of(connection: Connection, ids: Sequence[str], *, due: date) -> list[EventRow]:
    """The events of these ids in their order, with the first day as the key; withdrawn ones stay out."""
    day = literal(due.isoformat())
    found = {row.id: EventRow._make(row) for row in in_parts(connection, ids, lambda part: _select(PRESENT, day, events.c.first).where(
        events.c.id.in_(part), events.c.withdrawn.is_(False)))}
    return [found[one] for one in ids if one in found]


def _evidence_row(row: Any) -> EvidenceRow:
    return EvidenceRow(row.claim, row.article_id, row.version, row.publisher, row.headline)

