"""The store as it is looked through from end to end: some events or articles at a time, each with all that belongs to it.

Each portion is read from one state of the store and then let go, so that a store of any size can be looked through while it is
written, and no state of it is held for long. Nothing here judges, and nothing writes.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Table, func, select, text

from app.store.codec import CodecError, claim_from_json, event_from_json
from app.store.engine import Database, sqlite_file
from app.store.event_rows import LINKS
from app.store.event_writer import publishers_of
from app.store.migrations import missing_parts, newest_schema, schema_of
from app.store.parts import in_parts
from app.store.rulings import concerned, marks_of, ruling_of
from app.store.tables import (
    actors,
    article_versions,
    articles,
    changes,
    chores,
    claims,
    event_state_links,
    event_states,
    events,
    metadata,
    ruling_marks,
    rulings,
    run_sources,
    runs,
    sources,
    tokens,
    webhook_events,
    webhooks,
)
from app.store.webhooks import webhook_rows
from app.store.word_index import word_index_flaws
from timeline.model import Event
from timeline.rulings import Ruling

__all__ = ["ArticleParts", "EventParts", "Inspection", "RuledEvents"]

_EVENTS, _ARTICLES = 200, 50  # at a time
_FEW = 5  # of which the first are named
_LAST_CHANGE = select(func.coalesce(func.max(changes.c.id), 0)).scalar_subquery().label("last")


@dataclass(slots=True)
class EventParts:
    """One event as stored: the rows of it, and what those tables hold in which it is found, by their names."""

    row: Any
    claims: list[Any] = field(default_factory=list)  # in their order
    changes: list[Any] = field(default_factory=list)  # the oldest first
    links: dict[str, set[str]] = field(default_factory=lambda: {table.name: set() for table in LINKS})
    states: list[Any] = field(default_factory=list)
    state_links: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    rulings: tuple[Ruling, ...] | None = ()  # that concern it; None: they can't be read
    publishers: Mapping[str, str] = field(default_factory=dict)  # by URL of the article
    gone: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ArticleParts:
    """One article as stored: its row, its versions in their order, all claims that were ever read from it."""

    row: Any
    versions: list[Any] = field(default_factory=list)
    claims: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RuledEvents:
    """Rulings that belong together, in the order in which they were made, and the events that they concern, with their claims."""

    rulings: tuple[Ruling, ...]
    events: tuple[Event, ...]


class Inspection:
    """All methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.file = sqlite_file(database.url)

    # The database -----------------------------------------------------------------------------------------------------

    def schema(self) -> tuple[str | None, str]:
        """Name of the schema that the tables have, and of that which they should have."""
        return schema_of(self._database), newest_schema()

    def missing(self) -> list[str]:
        """Tables, columns and indexes that the schema has and the database has not."""
        with self._database.reading() as connection:
            return missing_parts(connection)

    def damage(self) -> list[str]:
        """What SQLite finds wrong with its file; nothing of PostgreSQL, which has its own means."""
        if self.file is None:
            return []
        with self._database.snapshot() as connection:
            found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
        return [] if found == ["ok"] else found

    def words(self) -> list[str]:
        """See `app.store.word_index.word_index_flaws`."""
        if self.file is not None:  # SQLite asks its index by writing to it
            return self._database.write(word_index_flaws)
        with self._database.reading() as connection:
            return word_index_flaws(connection)

    def loose_references(self) -> Iterator[tuple[str, int, list[str]]]:
        """Where rows refer to such as are not there: the column, how many, and the first keys."""
        with self._database.snapshot() as connection:
            for table in metadata.sorted_tables:
                for key in table.foreign_keys:
                    if found := _loose(connection, table, key):
                        yield found
            for column, told in ((changes.c.event_id, changes.c.id), (webhook_events.c.event_id, webhook_events.c.event_id)):  # by no foreign key
                if found := _counted(connection, str(column), told, column.table.outerjoin(events, events.c.id == column),
                                     events.c.id.is_(None)):
                    yield found

    def stuck_numbers(self) -> list[str]:
        """Tables whose next number is taken already, so that nothing can be added (PostgreSQL counts apart from the rows)."""
        if self.file is not None:
            return []
        found = []
        with self._database.snapshot() as connection:
            for table in metadata.sorted_tables:
                if (column := table.autoincrement_column) is None:
                    continue
                name = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), {
                    "table": table.name, "column": column.name}).scalar()
                next_one = 0 if name is None else connection.execute(text(
                    f"SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM {name}")).scalar()  # noqa: S608
                if (next_one or 0) <= (connection.execute(select(func.max(column))).scalar() or 0):
                    found.append(str(table.name))
        return found

    def server_time(self) -> str | None:
        """PostgreSQL's own clock, ISO 8601; None for SQLite."""
        if self.file is not None:
            return None
        with self._database.reading() as connection:
            return str(connection.execute(text("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
                       .scalar())

    def latest_times(self) -> dict[str, str]:
        """The latest time that was written for each of what the clock stamps."""
        with self._database.reading() as connection:
            found = {name: connection.execute(select(func.max(column))).scalar() for name, column in (
                ("a change", changes.c.at), ("a run", runs.c.queued), ("a look at a page", articles.c.last_seen))}
        return {name: time for name, time in found.items() if time is not None}

    # Events and articles ----------------------------------------------------------------------------------------------

    def events(self) -> Iterator[EventParts]:
        """All events by id."""
        last = ""
        while True:
            with self._database.snapshot() as connection:
                rows = connection.execute(select(events).where(events.c.id > last).order_by(events.c.id).limit(_EVENTS)).all()
                found = _with_parts(connection, rows)
            yield from found
            if len(rows) < _EVENTS:
                return
            last = rows[-1].id

    def claims_by_id(self, ids: Collection[str]) -> dict[str, str]:
        """JSON of claims."""
        with self._database.reading() as connection:
            return {row.id: row.claim for row in in_parts(connection, ids, lambda part: select(claims.c.id, claims.c.claim).where(
                claims.c.id.in_(part)))}

    def articles(self) -> Iterator[ArticleParts]:
        """All articles by id."""
        last = ""
        while True:
            with self._database.snapshot() as connection:
                rows = connection.execute(select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(_ARTICLES)).all()
                found = {row.id: ArticleParts(row) for row in rows}
                for row in connection.execute(select(article_versions).where(article_versions.c.article_id.in_(found)).order_by(
                        article_versions.c.article_id, article_versions.c.version)):
                    found[row.article_id].versions.append(row)
                for row in connection.execute(select(claims).where(claims.c.article_id.in_(found)).order_by(claims.c.id)):
                    found[row.article_id].claims.append(row)
            yield from found.values()
            if len(rows) < _ARTICLES:
                return
            last = rows[-1].id

    def actors(self) -> Iterator[Any]:
        """All actors by id."""
        last = ""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(select(actors).where(actors.c.id > last).order_by(actors.c.id).limit(1_000)).all()
            yield from rows
            if len(rows) < 1_000:
                return
            last = rows[-1].id

    def heirs(self) -> Iterator[tuple[str, str, bool, bool, str | None]]:
        """Of each event that names an heir: its id, the heir, whether it is withdrawn, whether the heir is there, and the heir's own."""
        other = events.alias("other")
        with self._database.snapshot() as connection:
            for row in connection.execute(select(
                    events.c.id, events.c.heir, events.c.withdrawn, other.c.id.label("there"), other.c.heir.label("next")).outerjoin(
                        other, other.c.id == events.c.heir).where(events.c.heir.is_not(None)).order_by(events.c.id)):
                yield row.id, row.heir, bool(row.withdrawn), row.there is not None, row.next

    # Corrections ------------------------------------------------------------------------------------------------------

    def rulings(self) -> Iterator[tuple[Any, set[tuple[str, str]]]]:
        """All rulings by number, with the marks that they are found by."""
        with self._database.snapshot() as connection:
            marks: dict[str, set[tuple[str, str]]] = {}
            for row in connection.execute(select(ruling_marks)):
                marks.setdefault(row.ruling_id, set()).add((row.kind, row.value))
            for row in connection.execute(select(rulings).order_by(rulings.c.number)):
                yield row, marks.get(row.id, set())

    def ruled_events(self) -> Iterator[RuledEvents]:
        """The rulings that stand, those together that meet in an event, with what they are about."""
        seen: set[str] = set()
        with self._database.snapshot() as connection:
            for row in connection.execute(select(rulings).where(rulings.c.undone_at.is_(None)).order_by(rulings.c.number)).all():
                if row.id in seen:
                    continue
                ids, found = concerned(connection, [value for kind, value in marks_of(ruling_of(row.ruling)) if kind == "event"], ())
                seen |= {row.id, *(ruling.id for ruling in found)}
                yield RuledEvents(found, tuple(_events(connection, ids)))

    # Tokens and webhooks ----------------------------------------------------------------------------------------------

    def tokens(self) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(select(tokens).order_by(tokens.c.name, tokens.c.id)))

    def webhooks(self) -> list[Any]:
        """Each with `last`, the number of the last change as of the same moment: a service goes on meanwhile."""
        with self._database.reading() as connection:
            return list(connection.execute(select(webhooks, _LAST_CHANGE).order_by(webhooks.c.id)))

    def webhook_events(self) -> Iterator[Any]:
        """What each receiver was told of or waits to be, without the bytes (`bare` where there are none), and with `last`."""
        columns = [column for column in webhook_events.c if column.name != "body"]
        with self._database.snapshot() as connection:
            yield from connection.execute(select(*columns, webhook_events.c.body.is_(None).label("bare"), _LAST_CHANGE).order_by(
                *webhook_events.primary_key.columns).execution_options(yield_per=1_000))

    def webhook_standing(self) -> list[Any]:
        """See `app.store.webhooks.webhook_rows`."""
        with self._database.reading() as connection:
            return list(connection.execute(webhook_rows()))

    # The ledger -------------------------------------------------------------------------------------------------------

    def sources(self) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(select(sources).order_by(sources.c.id)).mappings())

    def leases(self) -> list[Any]:
        """Sources that are held, each with the state of the run that holds it (None: there is no such run)."""
        with self._database.reading() as connection:
            return list(connection.execute(select(sources.c.id, sources.c.lease, runs.c.state).outerjoin(
                runs, runs.c.id == sources.c.lease).where(sources.c.lease.is_not(None)).order_by(sources.c.id)))

    def running(self) -> list[Any]:
        """What is under way: id, holder, heartbeat of each run, and of each source of those that workers carry out."""
        whole = select(runs.c.id, runs.c.holder, runs.c.heartbeat).where(runs.c.state == "running", runs.c.holder.is_not(None))
        part = select((run_sources.c.source_id + " in " + run_sources.c.run_id).label("id"), run_sources.c.holder, run_sources.c.heartbeat).join(
            runs, runs.c.id == run_sources.c.run_id).where(runs.c.state == "running", runs.c.holder.is_(None), run_sources.c.state == "running")
        with self._database.reading() as connection:
            return [*connection.execute(whole.order_by(runs.c.id)), *connection.execute(part.order_by(run_sources.c.run_id, run_sources.c.source_id))]

    def queued(self) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.execute(select(runs.c.id).where(runs.c.state == "queued").order_by(runs.c.id)).scalars())

    def unended(self) -> list[Any]:
        """Sources that are under way in a run which is not: run and source."""
        with self._database.reading() as connection:
            return list(connection.execute(select(run_sources.c.run_id, run_sources.c.source_id).join(
                runs, runs.c.id == run_sources.c.run_id).where(run_sources.c.state == "running", runs.c.state != "running")
                .order_by(run_sources.c.run_id, run_sources.c.source_id)))

    def chores(self) -> dict[str, str]:
        """When each chore is due."""
        with self._database.reading() as connection:
            return {row.name: row.due for row in connection.execute(select(chores))}


def _with_parts(connection: Connection, rows: Iterable[Any]) -> list[EventParts]:
    found = {row.id: EventParts(row) for row in rows}
    ids = list(found)
    for row in in_parts(connection, ids, lambda part: select(claims).where(claims.c.event_id.in_(part)).order_by(
            claims.c.position, claims.c.id)):
        found[row.event_id].claims.append(row)
    for row in in_parts(connection, ids, lambda part: select(changes).where(changes.c.event_id.in_(part)).order_by(changes.c.id)):
        found[row.event_id].changes.append(row)
    for table, name in LINKS.items():
        for row in in_parts(connection, ids, _of_events(table, table.c[name])):
            found[row.event_id].links[table.name].add(row[1])
    owners: dict[int, EventParts] = {}
    for row in in_parts(connection, ids, lambda part: select(event_states).where(event_states.c.owner.in_(part)).order_by(
            event_states.c.since, event_states.c.event_id, event_states.c.id)):
        owners[row.id] = found[row.owner]
        found[row.owner].states.append(row)
    if owners:
        for row in connection.execute(select(event_state_links).join(
                event_states, event_states.c.id == event_state_links.c.state_id).where(event_states.c.owner.in_(ids))):
            owners[row.state_id].state_links.setdefault(row.state_id, set()).add((row.kind, row.value))
    marked = {(row.kind, row.value) for row in connection.execute(select(ruling_marks.c.kind, ruling_marks.c.value).join(
        rulings, rulings.c.id == ruling_marks.c.ruling_id).where(rulings.c.undone_at.is_(None)))}
    told = in_parts(connection, ids, lambda part: select(claims.c.event_id, articles.c.url).join(
        articles, articles.c.id == claims.c.article_id).where(claims.c.event_id.in_(part)))
    publishers, gone = publishers_of(connection, {row.url for row in told})
    for id_, parts in found.items():
        parts.publishers, parts.gone = publishers, gone
        if parts.claims and marked & {("event", id_), *(("article", claim.article_id) for claim in parts.claims)}:
            try:
                parts.rulings = concerned(connection, (id_,), ())[1]
            except CodecError:
                parts.rulings = None
    return list(found.values())


def _of_events(table: Table, column: Column[str]) -> Callable[[list[str]], Any]:
    return lambda part: select(table.c.event_id, column).where(table.c.event_id.in_(part))


def _events(connection: Connection, ids: Iterable[str]) -> Iterator[Event]:
    """Events with their claims, without those that can't be read."""
    told: dict[str, list[Any]] = {}
    for row in in_parts(connection, ids, lambda part: select(claims.c.event_id, claims.c.claim, claims.c.position, claims.c.id).where(
            claims.c.event_id.in_(part)).order_by(claims.c.position, claims.c.id)):
        told.setdefault(row.event_id, []).append(row.claim)
    for row in in_parts(connection, ids, lambda part: select(events.c.id, events.c.event).where(events.c.id.in_(part))):
        try:
            yield event_from_json(row.event, tuple(map(claim_from_json, told.get(row.id, ()))))
        except CodecError:
            continue


def _loose(connection: Connection, table: Table, key: ForeignKey) -> tuple[str, int, list[str]] | None:
    parent = key.column.table.alias("parent")
    own = key.parent
    return _counted(connection, f"{table.name}.{own.name}", own, table.outerjoin(parent, parent.c[key.column.name] == own),
                    own.is_not(None), parent.c[key.column.name].is_(None))


def _counted(connection: Connection, name: str, told: Column[Any], rows: Any, *where: Any) -> tuple[str, int, list[str]] | None:
    count = connection.execute(select(func.count()).select_from(rows).where(*where)).scalar() or 0
    if not count:
        return None
    first = connection.execute(select(told).select_from(rows).where(*where).distinct().order_by(told).limit(_FEW)).scalars()
    return name, count, [str(one) for one in first]
