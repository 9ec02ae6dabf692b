"""The write side: articles with their versions, what they claim, and the events that follow.

One version of an article is one transaction: the version, its claims, the events that they change and the history of
those changes are stored together or not at all.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from app.store.archives import Archives
from app.store.articles import columns_of_article
from app.store.codec import article_from_json, article_json, from_json, moment, plain, stamp
from app.store.corrections import Corrections
from app.store.engine import Database, order
from app.store.event_rows import Naming
from app.store.event_writer import EventWriter, Merging, Render, RenderJson
from app.store.ledger import Lease, Ledger
from app.store.mending import Mending
from app.store.pace import Pace
from app.store.page_rows import Standing, article_id_of, link_page, standing_of
from app.store.parts import each_part, in_parts
from app.store.reach import EVERYTHING, Reach, write_beside
from app.store.tables import article_links, article_versions, articles, events, failures, sources
from app.store.tokens import Tokens
from app.store.webhooks import Webhooks
from scraper.collected import Failure, Known, Page
from scraper.source import Source
from timeline.model import Article, Change, Claim, identifier

__all__ = ["Merging", "Recorded", "Render", "Store"]

_GONE = ("http-404", "http-410")  # a page that is gone
DELISTED = 3  # good readings in a row that lack an entry of an official calendar, before it is flagged


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one page brought. `new` and `changed` tell of the article, `events` are the ids of events that changed."""

    new: bool = False
    changed: bool = False
    events: tuple[str, ...] = ()


class Store:
    """The one door to the database for whoever writes. All methods raise `StoreError`.

    `clock` gives aware times, `naming` the name of a party by its code, to search by. `life` and `pace` are
    described at `Ledger`.
    """

    def __init__(self, database: Database, *, render_json: RenderJson, render_vevent: Render, merging: Merging,
                 clock: Callable[[], datetime] = lambda: datetime.now(UTC), life: float = 60.0,
                 holder: str | None = None, naming: Naming = lambda code: None, pace: Pace = Pace()) -> None:  # noqa: B008
        self._database = database
        self._clock = clock
        self._events = EventWriter(render_json=render_json, render_vevent=render_vevent, merging=merging, clock=clock,
                                   naming=naming)
        self.corrections = Corrections(database, self._events, clock)
        self.tokens = Tokens(database, clock)
        self.webhooks = Webhooks(database, clock)
        self.mending = Mending(database, self._events, clock)
        self.archives = Archives(database, self._events, clock, life=5 * life, holder=holder)  # who waits long for others is not dead
        self.ledger = Ledger(database, clock=clock, life=life, holder=holder, pace=pace)

    def close(self) -> None:
        self._database.close()

    @property
    def engine(self) -> Engine:
        """For reading."""
        return self._database.engine

    def request_run(self, asked: Sequence[str] | None, trigger: str, *, key: str | None = None) -> str:
        """See `Ledger.request_run`."""
        return self.ledger.request_run(asked, trigger, key=key)

    def fill_states(self, batch: int = 100) -> None:
        """Make the earlier states of events from a store of before they were kept, some at a time."""
        while self._database.write(lambda connection: self._events.fill_states(connection, batch)):
            pass

    # Reading again ----------------------------------------------------------------------------------------------------

    def newest_articles(self, after: str, limit: int) -> list[tuple[str, int, Article | None]]:
        """Id, version and article in the newest version stored, by id, from the one after `after` on; None where its text was
        let go, so that it can't be read again. Its outlet is that of its source as the sources file names it now."""
        query = select(articles.c.id, articles.c.version, article_versions.c.article, article_versions.c.let_go).join(
            article_versions, (article_versions.c.article_id == articles.c.id)
            & (article_versions.c.version == articles.c.version))
        with self._database.reading() as connection:
            rows = connection.execute(query.where(articles.c.id > after).order_by(articles.c.id).limit(limit)).all()
            found = [(row.id, row.version, None if row.let_go else article_from_json(row.article)) for row in rows]
            named = {article.source for _, _, article in found if article is not None}
            outlets = {row.id: from_json(Source, row.row).outlet_id for row in in_parts(
                connection, named, lambda part: select(sources.c.id, sources.c.row).where(sources.c.id.in_(part)))}
        return [(id_, version, replace(article, outlet=outlets.get(article.source, article.outlet)) if article is not None else None)
                for id_, version, article in found]

    def read_again(self, article_id: str, version: int, made: Sequence[Claim]) -> tuple[Change, ...] | None:
        """Put claims in the place of those that a version had; what follows. None where a newer version came meanwhile, or the
        text was let go, so that nothing would show what is quoted."""
        def work(connection: Connection) -> tuple[Change, ...] | None:
            newest = connection.execute(select(articles.c.version).where(articles.c.id == article_id)).scalar()
            if newest != version:
                return None
            kept = connection.execute(update(article_versions).where(
                article_versions.c.article_id == article_id, article_versions.c.version == version,
                article_versions.c.let_go.is_(None)).values(read=True))
            if kept.rowcount != 1:
                return None
            return self._events.merge(connection, article_id, version, made)

        return self._database.write(work)

    def render_again(self, after: str, limit: int) -> tuple[str | None, int]:
        """Write the JSON of some events down anew, by id, from the one after `after` on.

        The id of the last of them (None: there are no more), and how many look different now.
        """
        def work(connection: Connection) -> tuple[str | None, int]:
            ids = connection.execute(select(events.c.id).where(events.c.id > after).order_by(events.c.id)
                                     .limit(limit)).scalars().all()
            return (ids[-1], self._events.render_again(connection, ids)) if ids else (None, 0)

        return self._database.write(work)

    # What is known already --------------------------------------------------------------------------------------------

    def seen(self, url: str) -> Known | None:
        """What is known of the page behind a link; None for one that was never fetched."""
        return self.seen_all((url,)).get(url)

    def seen_all(self, urls: Sequence[str]) -> dict[str, Known]:
        """What is known of the pages behind these links; those that were never fetched are left out."""
        asked: dict[str, list[str]] = {}  # as stored -> as asked
        for url in urls:
            asked.setdefault(plain(url), []).append(url)
        found: dict[str, tuple[Any, ...]] = {}
        failed: dict[str, tuple[str, str]] = {}

        def look_up(connection: Connection, part: list[str]) -> None:
            for url, *state in connection.execute(_SEEN, {"urls": part}):
                found[url] = tuple(state)
            if len(found) < len(asked):  # an article's own address goes before others that lead to it
                for url, *state in connection.execute(_SEEN_BY_LINK, {"urls": part}):
                    found.setdefault(url, tuple(state))
            for url, first, last in connection.execute(_FAILED, {"urls": part}):
                failed[url] = (first, last)

        if asked:
            with self._database.reading() as connection:
                each_part(asked, lambda part: look_up(connection, part))
        known: dict[str, Known] = {}
        for stored, names in asked.items():
            if stored in found:
                first, last, etag, last_modified = found[stored]
                last = max(last, failed.get(stored, ("", ""))[1])
                state = Known(moment(first), moment(last), etag, last_modified)
            elif stored in failed:
                state = Known(moment(failed[stored][0]), moment(failed[stored][1]))
            else:
                continue
            known |= dict.fromkeys(names, state)
        return known

    def wants(self, lease: Lease, article: Article) -> bool:
        """Whether this reading of an article is to be read for claims: it is new, or its text is, or it never was."""
        with self._database.reading() as connection:
            return standing_of(connection, article, lease.source).wanted

    # What a run brings ------------------------------------------------------------------------------------------------

    def record(self, lease: Lease, page: Page, claims_made: Sequence[Claim] | None) -> Recorded:
        """Store one reading of a page with what it claims, and bring the events up to date. Raises `LeaseLost`.

        `claims_made` is None where they could not be made: the text is kept, and the next run tries again. A page whose
        text did not change leaves nothing but the time.
        """
        article_id = identifier(page.article.url)

        def keys(connection: Connection) -> set[str]:
            found = {f"article:{article_id}"} | ({f"link:{plain(page.url)}"} if page.url != page.article.url else set())
            return found if not claims_made else found | self._events.keys_near(connection, article_id, claims_made)

        return write_beside(self._database, keys, lambda connection, reach: self._record(connection, lease, page, claims_made, reach))

    def touch(self, lease: Lease, url: str, fetched_at: datetime) -> None:
        """A known page was asked for again and has not changed. Raises `LeaseLost`."""
        def work(connection: Connection, reach: Reach) -> None:
            article_id = article_id_of(connection, url)
            reach.need({f"article:{article_id}"})
            connection.execute(update(articles).where(articles.c.id == article_id).values(last_seen=stamp(fetched_at)))
            self._set_gone(connection, article_id, None, reach)
            order(connection)
            self.ledger.hold(connection, lease)
            self.ledger.count(connection, lease, fetched=1)

        write_beside(self._database, lambda connection: {f"article:{article_id_of(connection, url)}"}, work)

    def fail(self, lease: Lease, failure: Failure) -> None:
        """A page could not be had or read: kept in the ledger. It concludes nothing about its events. Raises `LeaseLost`."""
        def work(connection: Connection) -> None:
            self.ledger.hold(connection, lease)
            now = stamp(self._clock())
            connection.execute(insert(failures).values(
                run_id=lease.run, source_id=lease.source, url=plain(failure.url), at=now,
                error_class=failure.error_class, detail=plain(failure.detail)[:1000]))
            if failure.kind == "page":
                if failure.error_class in _GONE:
                    self._set_gone(connection, article_id_of(connection, failure.url), now)
                self.ledger.count(connection, lease, failed=1)

        self._database.write(work, events=failure.error_class in _GONE)

    def take_listed(self, lease: Lease, listed: Collection[str]) -> None:
        """Take in all entries that an official calendar lists. Raises `LeaseLost`.

        One that is still to come and that `DELISTED` good readings in a row lacked counts as gone, and is back when it is
        listed again. It is flagged and never cancelled: calendars lose entries for many reasons.
        """
        def work(connection: Connection) -> None:
            self.ledger.hold(connection, lease)
            now = self._clock()
            there = set(map(plain, listed))
            rows = connection.execute(select(articles.c.id, articles.c.url, articles.c.missed, article_versions.c.article)
                                      .join(article_versions, (article_versions.c.article_id == articles.c.id)
                                            & (article_versions.c.version == articles.c.version))
                                      .where(articles.c.source_id == lease.source)).all()
            for row in rows:
                entry = article_from_json(row.article).appointment
                if entry is None:
                    continue
                if row.url in there:
                    missed = 0
                    self._set_gone(connection, row.id, None)
                elif entry.when.last >= now.date():
                    missed = row.missed + 1
                    if missed == DELISTED:
                        self._set_gone(connection, row.id, stamp(now))
                else:  # what is over falls off any calendar in time
                    missed = row.missed
                if missed != row.missed:
                    connection.execute(update(articles).where(articles.c.id == row.id).values(missed=missed))

        self._database.write(work)

    def _set_gone(self, connection: Connection, article_id: str | None, since: str | None, reach: Reach = EVERYTHING) -> None:
        """Whether an article's page is gone; the first time that it answered so counts."""
        other = articles.c.gone.is_(None) if since is not None else articles.c.gone.is_not(None)
        if reach is not EVERYTHING:  # all events that the article tells of say so
            if connection.execute(select(articles.c.id).where(articles.c.id == article_id, other)).first() is not None:
                reach.need_all()
            return
        changed = connection.execute(update(articles).where(articles.c.id == article_id, other).values(gone=since))
        if changed.rowcount and article_id is not None:
            self._events.page_came_or_went(connection, article_id)

    def _record(self, connection: Connection, lease: Lease, page: Page, made: Sequence[Claim] | None, reach: Reach) -> Recorded:
        known = standing_of(connection, page.article, lease.source)
        told = self._write_reading(connection, known, lease.source, page, made, reach)
        # What all who write share comes last, for as short as can be.
        order(connection)
        self.ledger.hold(connection, lease)
        if known.id is None:
            connection.execute(update(sources).where(sources.c.id == lease.source).values(last_item=stamp(page.fetched_at)))
        self.ledger.count(connection, lease, fetched=1, new=int(known.id is None),
                          changed=int(known.id is not None and known.new_text))
        return told

    def _write_reading(self, connection: Connection, known: Standing, source: str, page: Page, made: Sequence[Claim] | None,
                       reach: Reach) -> Recorded:
        article, at = page.article, stamp(page.fetched_at)
        # Without validators the page comes whole next time, and is read for its claims then.
        validators = (page.etag, page.last_modified) if made is not None or not known.wanted else (None, None)
        article_id = known.id or identifier(article.url)
        if known.id is None:
            connection.execute(insert(articles).values(
                id=article_id, url=plain(article.url), source_id=source, version=0, first_seen=at, last_seen=at,
                headline="", publisher=""))
        link_page(connection, page.url, article)
        if not known.foreign:  # else the source that has the say would not look, or be told 304 of a text that it never read
            connection.execute(update(articles).where(articles.c.id == article_id).values(
                last_seen=at, etag=validators[0], last_modified=validators[1]))
            self._set_gone(connection, article_id, None, reach)
        if not known.wanted:
            return Recorded()
        version = known.version + 1 if known.new_text else known.version
        if known.new_text:
            connection.execute(insert(article_versions).values(
                article_id=article_id, version=version, digest=article.digest, fetched=at, read=made is not None,
                article=article_json(article)))
            connection.execute(update(articles).where(articles.c.id == article_id).values(
                version=version, **columns_of_article(article)))
        told = Recorded(new=known.id is None, changed=known.id is not None and known.new_text)
        if made is None:
            return told
        if not known.new_text:
            connection.execute(update(article_versions).where(
                article_versions.c.article_id == article_id, article_versions.c.version == version).values(read=True))
        return replace(told, events=tuple(change.event_id for change in self._events.merge(connection, article_id, version, made, reach)))


# Built once: they are asked for each source in each run, and building one costs more than the database does.
_STATE = (articles.c.first_seen, articles.c.last_seen, articles.c.etag, articles.c.last_modified)
_URLS = bindparam("urls", expanding=True)
_SEEN = select(articles.c.url, *_STATE).where(articles.c.url.in_(_URLS))
_SEEN_BY_LINK = select(article_links.c.url, *_STATE).join(articles, articles.c.id == article_links.c.article_id).where(
    article_links.c.url.in_(_URLS))
_FAILED = select(failures.c.url, func.min(failures.c.at), func.max(failures.c.at)).where(
    failures.c.url.in_(_URLS)).group_by(failures.c.url)
