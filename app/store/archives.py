"""Archive files as jobs: who reads which, how far it is, and what its pages bring.

A file is claimed as a source is: by one conditional UPDATE, with a fence that is one higher each time. What a batch of records brings is
stored in one transaction with how far the file is read, and only where the claim still stands at its end. So a process may be killed at any
point, and the next one goes on behind the last batch.

Pages of an archive come in any order: of two readings of a page the one that was captured later counts, whichever is read first.
"""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.articles import columns_of_article
from app.store.codec import article_json, moment, plain, stamp
from app.store.engine import Database
from app.store.errors import LeaseLost
from app.store.event_writer import Ending, EventWriter
from app.store.holder import has_died, this_process
from app.store.page_rows import link_page, standing_of
from app.store.parts import each_part, in_parts
from app.store.reach import Reach, write_beside
from app.store.tables import archive_files, article_versions, articles, declined_pages
from scraper.archive import Archive
from scraper.archived import Mark
from scraper.collected import Page
from timeline.model import Article, Claim, identifier

__all__ = ["ArchiveState", "Archives", "Reading", "Taken"]

# Built once: to build a statement costs SQLAlchemy more than it costs the database to carry it out.
_FILE_HELD = update(archive_files).where(archive_files.c.id == bindparam("file"), archive_files.c.fence == bindparam("held_by"),
                                         archive_files.c.state == "reading")
_DECLINED_LATER = select(declined_pages.c.captured).where(declined_pages.c.id == bindparam("page"), declined_pages.c.captured > bindparam("at"))
_DECLINED_NO_MORE = delete(declined_pages).where(declined_pages.c.id == bindparam("page"))
_STORED = select(articles.c.id).where(articles.c.id.in_(bindparam("part", expanding=True)))
_NEW_ARTICLE, _NEW_VERSION = insert(articles), insert(article_versions)

ATTEMPTS = 3  # claims of a file that moved it by no batch, before it is given up


@dataclass(frozen=True, slots=True)
class Taken:
    """The right to read one archive file, from behind `mark` on. `counts` are those of before."""

    id: str
    fence: int
    mark: Mark
    counts: Mapping[str, int]
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """How far a file is: `state` is waiting, reading, done or failed; `error` its first fault, as class and detail."""

    id: str
    path: str
    state: str
    size: int
    passed: int
    counts: Mapping[str, int]
    error: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One page of an archive. `claims` is None where they were not made: since the store has this text or a later one, or (with `broken`)
    since our code failed. `declined`: a first look tells that there is nothing in it; its text is not kept."""

    page: Page
    claims: Sequence[Claim] | None = field(default=None)
    declined: bool = False
    broken: bool = False


class Archives:
    """The archive files of one store. All methods raise `StoreError`.

    `life` is how many seconds a reader may show no sign of life before another takes its file over.
    """

    def __init__(self, database: Database, events: EventWriter, clock: Callable[[], datetime], *, life: float, holder: str | None = None) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._life = timedelta(seconds=life)
        self._holder = holder or this_process()

    # Who reads what ---------------------------------------------------------------------------------------------------

    def add(self, found: Iterable[Archive]) -> None:
        """Make jobs of these files; those that are known stay as they are, and are known by their new path. One that was given up is tried
        anew."""
        found = {archive.id: archive for archive in found}

        def work(connection: Connection) -> None:
            now = stamp(self._clock())
            known = {row.id: row for row in in_parts(connection, found, lambda part: select(archive_files).where(archive_files.c.id.in_(part)))}
            for archive in found.values():
                row = known.get(archive.id)
                path = plain(str(archive.path))
                if row is None:
                    connection.execute(insert(archive_files).values(
                        id=archive.id, path=path, format=archive.format.value, size=archive.size, state="waiting", counts="{}", added=now))
                elif row.state == "failed":
                    connection.execute(update(archive_files).where(archive_files.c.id == archive.id, archive_files.c.state == "failed").values(
                        path=path, state="waiting", attempts=0, ended=None, error_class=None, error_detail=None))
                elif row.path != path:
                    connection.execute(update(archive_files).where(archive_files.c.id == archive.id).values(path=path))

        self._database.write(work, events=False)

    def claim(self, ids: Sequence[str]) -> Taken | None:
        """Take one of these files that waits, or whose reader is gone; None where there is none, which does not say that all are done."""
        wanted = dict.fromkeys(ids)
        with self._database.reading() as connection:
            if not any(self._free(row) for row in self._unfinished(connection, wanted)):
                return None

        def work(connection: Connection) -> Taken | None:
            rows = {row.id: row for row in self._unfinished(connection, wanted)}
            for id_ in wanted:  # in the order in which they were given
                row = rows.get(id_)
                if row is None or not self._free(row):
                    continue
                now = stamp(self._clock())
                if row.attempts >= ATTEMPTS:
                    connection.execute(update(archive_files).where(archive_files.c.id == id_).values(
                        state="failed", ended=now, holder=None, error_class="died",
                        error_detail=f"the process that read it died {ATTEMPTS} times behind record {row.number}"))
                    continue
                connection.execute(update(archive_files).where(archive_files.c.id == id_, archive_files.c.fence == row.fence).values(
                    state="reading", holder=self._holder, heartbeat=now, fence=row.fence + 1, attempts=row.attempts + 1,
                    started=row.started or now))
                return Taken(id_, row.fence + 1, Mark(row.number, row.offset), json.loads(row.counts),
                             (row.error_class, row.error_detail) if row.error_class else None)
            return None

        return self._database.write(work, events=False)

    def _unfinished(self, connection: Connection, ids: Iterable[str]) -> list[Any]:
        return in_parts(connection, ids, lambda part: select(archive_files).where(
            archive_files.c.id.in_(part), or_(archive_files.c.state == "waiting", archive_files.c.state == "reading")))

    def _free(self, row: Any) -> bool:
        if row.state == "waiting" or has_died(row.holder or ""):
            return True
        return abs(self._clock() - moment(row.heartbeat)) > self._life  # a heartbeat from the future: the clock was set back

    def states(self, ids: Iterable[str]) -> list[ArchiveState]:
        with self._database.reading() as connection:
            rows = in_parts(connection, ids, lambda part: select(archive_files).where(archive_files.c.id.in_(part)))
        return [ArchiveState(row.id, row.path, row.state, row.size, row.passed, json.loads(row.counts),
                             (row.error_class, row.error_detail) if row.error_class else None) for row in rows]

    def give_back(self, taken: Taken) -> None:
        """Leave a file to the next reader, where it stands. Raises `LeaseLost`."""
        self._database.write(lambda connection: self._move(connection, taken, state="waiting", holder=None, attempts=0), events=False)

    def finish(self, taken: Taken, *, failed: tuple[str, str] | None = None) -> None:
        """A file was read to its end, or can't be read at all (class and detail). Raises `LeaseLost`."""
        told: dict[str, Any] = {"error_class": failed[0], "error_detail": plain(failed[1])[:1000]} if failed else {}
        self._database.write(lambda connection: self._move(connection, taken, state="failed" if failed else "done", holder=None,
                                                           ended=stamp(self._clock()), **told), events=False)

    def _move(self, connection: Connection, taken: Taken, **values: Any) -> None:
        # In the transaction of whoever calls; it writes the row, so that one that takes over must wait for this one.
        held = connection.execute(_FILE_HELD, {"file": taken.id, "held_by": taken.fence, "heartbeat": stamp(self._clock()), **values})
        if held.rowcount != 1:
            raise LeaseLost(f"archive file {taken.id} was taken over")

    # What its pages bring ---------------------------------------------------------------------------------------------

    def wants(self, page: Page) -> bool:
        """Whether this reading of a page is to be read for claims. What is not wanted now will not be later either."""
        with self._database.reading() as connection:
            return _comes_to(connection, page, declined=False) in ("new", "changed", "unread")

    def record(self, taken: Taken, readings: Sequence[Reading], mark: Mark, counts: Mapping[str, int],
               error: tuple[str, str] | None = None) -> dict[str, int]:
        """Store what a batch of records brought, and that the file is read up to `mark`; the counts as they are then.

        `counts` are those of the records alone; what became of the pages is added to them: `articles` (new ones), `changed`, `known`,
        `older` (a later reading is there), `foreign` (another source has the say), `declined`. Raises `LeaseLost`.
        """
        declined = [reading for reading in readings if reading.declined]

        def keys(connection: Connection) -> set[str]:
            found = {f"article:{identifier(reading.page.article.url)}" for reading in readings}
            found |= {f"link:{plain(reading.page.url)}" for reading in readings if reading.page.url != reading.page.article.url}
            for reading in [reading for reading in readings if not reading.declined] + _stored_and_not(connection, declined)[0]:
                found |= self._events.keys_near(connection, identifier(reading.page.article.url), reading.claims or ())
            return found

        def work(connection: Connection, reach: Reach) -> dict[str, int]:
            told, ending = Counter(counts), Ending()
            for reading in readings:
                if not reading.declined:
                    told[self._keep(connection, reading, reach, ending)] += 1
            # Those that were declined come after them, all at once: most pages of general news are, and the order is of no matter.
            known, unknown = _stored_and_not(connection, declined)
            for reading in known:
                told[self._keep(connection, reading, reach, ending)] += 1
            self._events.end(connection, ending, reach)
            if unknown:
                _mark_declined(connection, unknown)
                told["declined"] += len(unknown)
            # Last, whether the file is still ours: else nothing of this is stored. Who holds its row waits for nobody any more.
            self._move(connection, taken, number=mark.number, offset=mark.offset, passed=mark.passed, attempts=0, counts=json.dumps(told, sort_keys=True),
                       **({"error_class": error[0], "error_detail": plain(error[1])[:1000]} if error else {}))
            return dict(told)

        return write_beside(self._database, keys, work)

    def _keep(self, connection: Connection, reading: Reading, reach: Reach, ending: Ending) -> str:
        """Store one page; the name under which it counts."""
        page = reading.page
        article, at = page.article, stamp(page.fetched_at)
        article_id = identifier(article.url)
        became = _comes_to(connection, page, declined=reading.declined)
        if became not in ("new", "older-declined", "foreign") and not (became == "older" and reading.declined):
            self._seen(connection, article_id, at, older=became == "older")
        if became in ("known", "older", "older-declined", "foreign"):
            return became.removesuffix("-declined")
        made = () if reading.declined else reading.claims
        version = self._new(connection, page, article_id, at) if became == "new" else self._newer(connection, page, article_id, became)
        if became == "unread":
            connection.execute(update(article_versions).where(
                article_versions.c.article_id == article_id, article_versions.c.version == version).values(read=made is not None))
        else:
            connection.execute(_NEW_VERSION, {"article_id": article_id, "version": version, "digest": article.digest, "fetched": at,
                                              "read": made is not None, "article": article_json(article)})
        link_page(connection, page.url, article)
        if made or (made is not None and became != "new"):  # a new page that tells nothing leaves the events as they are
            self._events.merge(connection, article_id, version, made, reach, ending)
        return "known" if became == "unread" else "changed" if became == "changed" else "articles"

    def _new(self, connection: Connection, page: Page, article_id: str, at: str) -> int:
        """Make the row of an article; its version. An older reading of it that was declined is of no matter any more."""
        article = page.article
        connection.execute(_DECLINED_NO_MORE, {"page": article_id})
        connection.execute(_NEW_ARTICLE, {"id": article_id, "url": plain(article.url), "source_id": article.source, "version": 1,
                                          "first_seen": at, "last_seen": at, **columns_of_article(article)})
        return 1

    def _newer(self, connection: Connection, page: Page, article_id: str, became: str) -> int:
        version: int = connection.execute(select(articles.c.version).where(articles.c.id == article_id)).scalar_one()
        if became == "unread":
            return version
        connection.execute(update(articles).where(articles.c.id == article_id).values(version=version + 1, **columns_of_article(page.article)))
        return version + 1

    def _seen(self, connection: Connection, article_id: str, at: str, *, older: bool) -> None:
        """A reading of a known page, whose text is stored or (with `older`) is none that counts."""
        row = connection.execute(select(articles.c.first_seen, articles.c.last_seen).where(articles.c.id == article_id)).one()
        seen = {"first_seen": min(row.first_seen, at), "last_seen": row.last_seen if older else max(row.last_seen, at)}
        if (row.first_seen, row.last_seen) != (seen["first_seen"], seen["last_seen"]):
            connection.execute(update(articles).where(articles.c.id == article_id).values(seen))


def _stored_and_not(connection: Connection, readings: Sequence[Reading]) -> tuple[list[Reading], list[Reading]]:
    """Those whose article is stored, and the others."""
    ids = [identifier(reading.page.article.url) for reading in readings]
    stored: set[str] = set()
    each_part(set(ids), lambda part: stored.update(connection.execute(_STORED, {"part": part}).scalars()))
    return ([reading for reading, id_ in zip(readings, ids, strict=True) if id_ in stored],
            [reading for reading, id_ in zip(readings, ids, strict=True) if id_ not in stored])


def _mark_declined(connection: Connection, declined: Sequence[Reading]) -> None:
    """Keep when pages were captured that were declined."""
    made: Any = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(declined_pages)
    connection.execute(made.on_conflict_do_update(index_elements=["id"], set_={"captured": made.excluded.captured},
                                                  where=declined_pages.c.captured < made.excluded.captured),
                       [{"id": identifier(reading.page.article.url), "captured": stamp(reading.page.fetched_at)} for reading in declined])


def _comes_to(connection: Connection, page: Page, *, declined: bool) -> str:
    """How a reading compares with what is stored: `new`, `changed`, `unread` (its text is there, its claims are not), `known`, `older`,
    `older-declined` (a later one was declined), `foreign`."""
    article: Article = page.article
    at = stamp(page.fetched_at)
    known = standing_of(connection, article, article.source)
    if known.id is None:
        later = None if declined else connection.execute(_DECLINED_LATER, {"page": identifier(article.url), "at": at}).scalar()
        return "new" if later is None else "older-declined"
    if known.foreign:
        return "foreign"
    if known.digest == article.digest:
        return "unread" if known.wanted and not declined else "known"
    # Of readings of one moment the order of their digests decides, and one that was declined comes before the others.
    order = (at, "" if declined else article.digest)
    return "changed" if order > (known.last_seen, known.digest) else "older"
