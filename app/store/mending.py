"""What follows from the rest of the store, written down anew where it was damaged."""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Connection, delete, select, update

from app.store.articles import columns_of_article
from app.store.codec import CodecError, article_from_json
from app.store.engine import Database
from app.store.errors import StoreUnreadable
from app.store.event_rows import words_of_name
from app.store.event_writer import EventWriter
from app.store.parts import in_parts
from app.store.rows import put_on_sequences
from app.store.rulings import ruling_of, write_marks
from app.store.tables import actors, article_versions, articles, ruling_marks, rulings, runs, sources

__all__ = ["Mending"]

_BATCH = 50


class Mending:
    """`writer` writes events down. Some things at a time make a transaction, so that a service can go on beside it."""

    def __init__(self, database: Database, writer: EventWriter) -> None:
        self._database = database
        self._ways: dict[str, Callable[[Connection, list[str]], None]] = {
            "ruling": _marks, "event": writer.write_anew, "entry": writer.write_entries_anew, "article": _articles, "actor": _actors, "lease": _leases,
            "numbers": lambda connection, ids: put_on_sequences(connection)}

    def write_anew(self, things: Collection[tuple[str, str]]) -> int:
        """Write these down anew: kind (event, its calendar entry, article, actor, ruling: what it is found by; lease: of the
        source that it holds; numbers: all) and id. How many they were. Raises `StoreError`."""
        for kind, way in self._ways.items():
            ids = sorted(id_ for one, id_ in things if one == kind)
            for start in range(0, len(ids), _BATCH):
                try:
                    self._database.write(lambda connection, part=ids[start:start + _BATCH], way=way: way(connection, part))
                except CodecError as error:
                    raise StoreUnreadable(f"{self._database.name}: can't be mended, since what the rest follows from is damaged: "
                                          f"{error}") from error
        return len(things)


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
