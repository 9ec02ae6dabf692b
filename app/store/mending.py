"""What follows from the rest of the store, written down anew where it was damaged."""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, case, cast, delete, func, or_, select, update

from app.scopes import Scope
from app.store.articles import columns_of_article
from app.store.codec import CodecError, article_from_json, moment, stamp
from app.store.engine import Database
from app.store.errors import StoreUnreadable
from app.store.event_rows import words_of_name
from app.store.event_writer import EventWriter
from app.store.parts import in_parts
from app.store.rows import put_on_sequences
from app.store.rulings import ruling_of, write_marks
from app.store.tables import (
    actors,
    article_versions,
    articles,
    changes,
    events,
    metadata,
    ruling_marks,
    rulings,
    runs,
    sources,
    tokens,
    webhook_events,
    webhooks,
)
from app.store.word_index import make_word_index

__all__ = ["Mending"]

_BATCH = 50


class Mending:
    """`writer` writes events down, `clock` gives aware times. Some things at a time make a transaction, so that a service can go
    on beside it."""

    def __init__(self, database: Database, writer: EventWriter, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ways: dict[str, Callable[[Connection, list[str]], None]] = {
            # Webhooks before events: who is told of changes is to be told of those that are made here.
            "index": _indexes, "words": lambda connection, ids: make_word_index(connection), "webhook": _webhooks, "ruling": _marks,
            "event": lambda connection, ids: _events(connection, ids, writer), "entry": writer.write_entries_anew, "article": _articles,
            "actor": _actors, "lease": _leases,
            "token": lambda connection, ids: _tokens(connection, ids, stamp(clock())),
            "numbers": lambda connection, ids: put_on_sequences(connection)}

    def write_anew(self, things: Collection[tuple[str, str]]) -> int:
        """Write these down anew: kind (index, by its name; words: their index; event, its calendar entry, article, actor, ruling: what it is found by;
        lease: of the source that it holds; webhook: what it has seen and what waits for it; token: it is revoked; numbers: all) and
        id. How many they were. Raises `StoreError`."""
        for kind, way in self._ways.items():
            ids = sorted(id_ for one, id_ in things if one == kind)
            for start in range(0, len(ids), _BATCH):
                try:
                    self._database.write(lambda connection, part=ids[start:start + _BATCH], way=way: way(connection, part))
                except CodecError as error:
                    raise StoreUnreadable(f"{self._database.name}: can't be mended, since what the rest follows from is damaged: "
                                          f"{error}") from error
        return len(things)


def _indexes(connection: Connection, names: Iterable[str]) -> None:
    wanted = set(names)
    for table in metadata.sorted_tables:
        for index in table.indexes:
            if index.name in wanted:
                index.create(connection, checkfirst=True)


def _events(connection: Connection, ids: list[str], writer: EventWriter) -> None:
    if connection.dialect.name == "sqlite":  # it lets a shell write text where bytes stand, which can't be compared with any
        connection.execute(update(events).where(events.c.id.in_(ids), func.typeof(events.c.json) != "blob").values(
            json=cast(events.c.json, LargeBinary)))
    writer.write_anew(connection, ids)


def _articles(connection: Connection, ids: Iterable[str]) -> None:
    for row in in_parts(connection, ids, lambda part: select(articles.c.id, article_versions.c.article).join(
            article_versions, (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)).where(
                articles.c.id.in_(part))):
        connection.execute(update(articles).where(articles.c.id == row.id).values(**columns_of_article(article_from_json(row.article))))


def _actors(connection: Connection, ids: Iterable[str]) -> None:
    for row in in_parts(connection, ids, lambda part: select(actors.c.id, actors.c.name).where(actors.c.id.in_(part))):
        connection.execute(update(actors).where(actors.c.id == row.id).values(words=words_of_name(row.name)))


def _marks(connection: Connection, ids: Iterable[str]) -> None:
    for row in in_parts(connection, ids, lambda part: select(rulings.c.id, rulings.c.ruling).where(rulings.c.id.in_(part))):
        connection.execute(delete(ruling_marks).where(ruling_marks.c.ruling_id == row.id))
        write_marks(connection, ruling_of(row.ruling))


def _leases(connection: Connection, ids: list[str]) -> None:
    under_way = select(runs.c.id).where(runs.c.state == "running")
    connection.execute(update(sources).where(sources.c.id.in_(ids), sources.c.lease.not_in(under_way)).values(lease=None))


def _webhooks(connection: Connection, ids: list[str]) -> None:
    """Bring down to the last change that there is what goes beyond it, and take away what is half there."""
    last = connection.execute(select(func.max(changes.c.id))).scalar() or 0
    one, event = webhooks.c, webhook_events.c
    connection.execute(update(webhooks).where(one.id.in_(ids)).values(reached=case((one.reached > last, last), else_=one.reached)))
    connection.execute(update(webhooks).where(one.id.in_(ids), one.holder.is_(None) != one.heartbeat.is_(None)).values(
        holder=None, heartbeat=None))
    connection.execute(update(webhooks).where(one.id.in_(ids), one.former_secret.is_(None) != one.former_until.is_(None)).values(
        former_secret=None, former_until=None))
    mine = event.webhook_id.in_(ids)
    connection.execute(update(webhook_events).where(mine, event.told > last).values(told=last))
    connection.execute(update(webhook_events).where(mine, event.due.is_(None) != event.waiting_since.is_(None)).values(
        due=func.coalesce(event.due, event.waiting_since), waiting_since=func.coalesce(event.waiting_since, event.due)))
    half = or_(*(column.is_(None) for column in (event.message, event.number, event.type, event.body)))
    connection.execute(update(webhook_events).where(mine, half).values(message=None, number=None, type=None, body=None, attempts=0))


def _tokens(connection: Connection, ids: list[str], now: str) -> None:
    """Revoke them, and leave of them what can be read."""
    for row in connection.execute(select(tokens).where(tokens.c.id.in_(ids))).all():
        known = " ".join(scope for scope in row.scopes.split() if scope in set(Scope))
        connection.execute(update(tokens).where(tokens.c.id == row.id).values(
            scopes=known, created=_time(row.created) or now, last_used=_time(row.last_used), expires=_time(row.expires),
            revoked=_time(row.revoked) or now))


def _time(text: str | None) -> str | None:
    try:
        return text if text is not None and moment(text) else None
    except ValueError:
        return None
