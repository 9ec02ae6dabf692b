"""The write side: articles with their versions, what they claim, and the events that follow.

One version of an article is one transaction: the version, its claims, the events that they change and the history of
those changes are stored together or not at all.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from app.store.codec import article_json, claim_from_json, claim_json, event_from_json, event_json, moment, plain, stamp
from app.store.engine import Database
from app.store.event_rows import Naming, actor_rows, columns_of, countries_of, sources_of
from app.store.ledger import Lease, Ledger
from app.store.pace import Pace
from app.store.tables import (
    actors,
    article_links,
    article_versions,
    articles,
    changes,
    claims,
    event_actors,
    event_countries,
    event_keys,
    event_sources,
    events,
    failures,
    sources,
)
from scraper.collected import Failure, Known, Page
from timeline.model import Article, Change, Claim, Event, identifier

__all__ = ["Merging", "Recorded", "Render", "Store"]

VERSIONS = 24  # of an article whose text changes with each reading (a clock, an advertisement in it)
_CHUNK = 500

Row = TypeVar("Row")


class Render(Protocol):
    """How an event is written down for its readers. Times are aware; `publishers` gives outlets by article URL."""

    def __call__(self, event: Event, *, first_seen: datetime, updated: datetime,
                 publishers: Mapping[str, str]) -> bytes: ...


class Merging(Protocol):
    """What decides: `timeline.reconcile`, or what stands in for it."""

    def candidate_keys(self, claim: Claim) -> frozenset[str]: ...

    def event_keys(self, event: Event) -> frozenset[str]: ...

    def reconcile(self, known: Iterable[Event], claims: Iterable[Claim], now: datetime, *,
                  replaces: Collection[str] = ()) -> tuple[Change, ...]: ...


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

    def __init__(self, database: Database, *, render_json: Render, render_vevent: Render, merging: Merging,
                 clock: Callable[[], datetime] = lambda: datetime.now(UTC), life: float = 60.0,
                 holder: str | None = None, naming: Naming = lambda code: None, pace: Pace = Pace()) -> None:  # noqa: B008
        self._database = database
        self._naming = naming
        self._render_json = render_json
        self._render_vevent = render_vevent
        self._merging = merging
        self._clock = clock
        self.ledger = Ledger(database, clock=clock, life=life, holder=holder, pace=pace)

    def close(self) -> None:
        self._database.close()

    @property
    def engine(self) -> Engine:
        """For reading."""
        return self._database.engine

    def request_run(self, asked: Sequence[str] | None, trigger: str) -> str:
        """See `Ledger.request_run`."""
        return self.ledger.request_run(asked, trigger)

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
                _each(asked, lambda part: look_up(connection, part))
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
            return _standing(connection, article, lease.source).wanted

    # What a run brings ------------------------------------------------------------------------------------------------

    def record(self, lease: Lease, page: Page, claims_made: Sequence[Claim] | None) -> Recorded:
        """Store one reading of a page with what it claims, and bring the events up to date. Raises `LeaseLost`.

        `claims_made` is None where they could not be made: the text is kept, and the next run tries again. A page whose
        text did not change leaves nothing but the time.
        """
        def work(connection: Connection) -> Recorded:
            self.ledger.hold(connection, lease)
            return self._record(connection, lease, page, claims_made)

        return self._database.write(work)

    def touch(self, lease: Lease, url: str, fetched_at: datetime) -> None:
        """A known page was asked for again and has not changed. Raises `LeaseLost`."""
        def work(connection: Connection) -> None:
            self.ledger.hold(connection, lease)
            connection.execute(update(articles).where(articles.c.id == _article_id(connection, url)).values(
                last_seen=stamp(fetched_at), gone=None))
            self.ledger.count(connection, lease, fetched=1)

        self._database.write(work)

    def fail(self, lease: Lease, failure: Failure) -> None:
        """A page could not be had or read: kept in the ledger. It concludes nothing about its events. Raises `LeaseLost`."""
        def work(connection: Connection) -> None:
            self.ledger.hold(connection, lease)
            now = stamp(self._clock())
            connection.execute(insert(failures).values(
                run_id=lease.run, source_id=lease.source, url=plain(failure.url), at=now,
                error_class=failure.error_class, detail=plain(failure.detail)[:1000]))
            if failure.kind == "page":
                if failure.error_class in ("http-404", "http-410"):
                    connection.execute(update(articles).where(
                        articles.c.id == _article_id(connection, failure.url)).values(
                            gone=func.coalesce(articles.c.gone, now)))
                self.ledger.count(connection, lease, failed=1)

        self._database.write(work)

    def _record(self, connection: Connection, lease: Lease, page: Page, made: Sequence[Claim] | None) -> Recorded:
        article, at = page.article, stamp(page.fetched_at)
        known = _standing(connection, article, lease.source)
        # Without validators the page comes whole next time, and is read for its claims then.
        validators = (page.etag, page.last_modified) if made is not None or not known.wanted else (None, None)
        self.ledger.count(connection, lease, fetched=1, new=int(known.id is None),
                          changed=int(known.id is not None and known.new_text))
        article_id = known.id or identifier(article.url)
        if known.id is None:
            connection.execute(insert(articles).values(
                id=article_id, url=plain(article.url), source_id=lease.source, version=0, first_seen=at, last_seen=at,
                headline="", publisher=""))
            connection.execute(update(sources).where(sources.c.id == lease.source).values(last_item=at))
        _link(connection, page.url, article)
        if not known.foreign:  # else the source that has the say would not look, or be told 304 of a text that it never read
            connection.execute(update(articles).where(articles.c.id == article_id).values(
                last_seen=at, gone=None, etag=validators[0], last_modified=validators[1]))
        if not known.wanted:
            return Recorded()
        version = known.version + 1 if known.new_text else known.version
        if known.new_text:
            connection.execute(insert(article_versions).values(
                article_id=article_id, version=version, digest=article.digest, fetched=at, read=made is not None,
                article=article_json(article)))
            connection.execute(update(articles).where(articles.c.id == article_id).values(
                version=version, headline=plain(article.headline), publisher=plain(article.publisher),
                published_on=article.published_on.isoformat() if article.published_on else None))
        told = Recorded(new=known.id is None, changed=known.id is not None and known.new_text)
        if made is None:
            return told
        if not known.new_text:
            connection.execute(update(article_versions).where(
                article_versions.c.article_id == article_id, article_versions.c.version == version).values(read=True))
        return replace(told, events=self._merge(connection, article_id, version, made))

    # Events -----------------------------------------------------------------------------------------------------------

    def _merge(self, connection: Connection, article_id: str, version: int, made: Sequence[Claim]) -> tuple[str, ...]:
        """Store the claims of one version in place of those of the version before, and apply what follows."""
        now = self._clock()
        old = set(connection.execute(select(claims.c.id).where(
            claims.c.article_id == article_id, claims.c.current.is_(True))).scalars())
        made = list({claim.id: claim for claim in made}.values())
        _store_claims(connection, article_id, version, made)
        gone = old - {claim.id for claim in made}
        _each(gone, lambda part: connection.execute(update(claims).where(claims.c.id.in_(part)).values(current=False)))
        known = self._candidates(connection, made, old | {claim.id for claim in made})
        found = self._merging.reconcile(known, made, now, replaces=old)
        for change in sorted(found, key=lambda change: change.after is None):
            self._apply(connection, change)
        return tuple(change.event_id for change in found)

    def _candidates(self, connection: Connection, made: Iterable[Claim], own: Collection[str]) -> list[Event]:
        keys = sorted({key for claim in made for key in self._merging.candidate_keys(claim)})
        ids: set[str] = set()
        _each(keys, lambda part: ids.update(connection.execute(
            select(event_keys.c.event_id).where(event_keys.c.key.in_(part))).scalars()))
        _each(own, lambda part: ids.update(connection.execute(
            select(claims.c.event_id).where(claims.c.id.in_(part), claims.c.event_id.is_not(None))).scalars()))
        told: dict[str, list[Claim]] = {}
        rows: list[Any] = []

        def load(part: list[str]) -> None:
            rows.extend(connection.execute(select(events.c.id, events.c.event, events.c.withdrawn)
                                           .where(events.c.id.in_(part))))
            for row in connection.execute(select(claims.c.event_id, claims.c.claim, claims.c.id).where(
                    claims.c.event_id.in_(part)).order_by(claims.c.event_id, claims.c.position, claims.c.id)):
                told.setdefault(row.event_id, []).append(claim_from_json(row.claim))

        _each(ids, load)
        return [event_from_json(row.event, () if row.withdrawn else tuple(told.get(row.id, ()))) for row in rows]

    def _apply(self, connection: Connection, change: Change) -> None:
        at = stamp(change.at)
        row = connection.execute(select(events).where(events.c.id == change.event_id)).first()
        after = change.after
        if after is None:
            if row is not None:
                self._withdraw(connection, change, at)
        else:
            if row is not None and row.withdrawn and after.revision <= row.revision:
                after = replace(after, revision=row.revision + 1)  # a calendar's SEQUENCE never goes back
            self._write_event(connection, change, after, row, at)
        connection.execute(insert(changes).values(
            event_id=change.event_id, at=at, reason=plain(change.reason), material=change.material,
            before=event_json(change.before) if change.before else None, after=event_json(after) if after else None,
            claims=json.dumps([claim.id for claim in after.claims] if after else [])))

    def _write_event(self, connection: Connection, change: Change, after: Event, row: Any, at: str) -> None:
        material = change.material or row is None or row.withdrawn
        first_seen = row.first_seen if row is not None else at
        changed = at if material else row.changed
        publishers = _publishers(connection, after.articles)

        def rendered(render: Render, updated: str) -> bytes:
            return render(after, first_seen=moment(first_seen), updated=moment(updated), publishers=publishers)

        # A change that readers can't see changes no byte: neither of the calendar nor, where possible, of the JSON.
        updated = at if material or rendered(self._render_json, row.updated) != bytes(row.json) else row.updated
        values = columns_of(after, self._naming) | {
            "first_seen": first_seen, "updated": updated, "changed": changed, "withdrawn": False,
            "event": event_json(after), "json": rendered(self._render_json, updated),
            "vevent": rendered(self._render_vevent, changed) if material else bytes(row.vevent)}
        if row is None:
            connection.execute(insert(events).values(id=after.id, **values))
        else:
            connection.execute(update(events).where(events.c.id == after.id).values(**values))
        before = {claim.id for claim in change.before.claims} if change.before else set()
        kept = [claim.id for claim in after.claims]
        _each(before - set(kept), lambda part: connection.execute(
            update(claims).where(claims.c.id.in_(part), claims.c.event_id == after.id).values(event_id=None)))
        for position, claim in enumerate(kept):
            connection.execute(update(claims).where(claims.c.id == claim).values(event_id=after.id, position=position))
        self._write_links(connection, after)

    def _write_links(self, connection: Connection, event: Event) -> None:
        _store_actors(connection, actor_rows(event, self._naming))
        for table, name, values in (
                (event_actors, "actor_id", {participant.actor_id for participant in event.participants}),
                (event_countries, "country", countries_of(event)), (event_sources, "source_id", sources_of(event)),
                (event_keys, "key", self._merging.event_keys(event))):
            stored = set(connection.execute(select(table.c[name]).where(table.c.event_id == event.id)).scalars())
            if gone := stored - values:
                connection.execute(delete(table).where(table.c.event_id == event.id, table.c[name].in_(gone)))
            if added := sorted(values - stored):
                connection.execute(insert(table), [{"event_id": event.id, name: value} for value in added])

    def _withdraw(self, connection: Connection, change: Change, at: str) -> None:
        """The event stays, so that it comes back under its id when it is told again; its history stays with it."""
        connection.execute(update(events).where(events.c.id == change.event_id).values(
            withdrawn=True, updated=at, changed=at))
        if change.before is not None:
            self._write_links(connection, replace(change.before, claims=()))
            ids = {claim.id for claim in change.before.claims}
            _each(ids, lambda part: connection.execute(update(claims).where(
                claims.c.id.in_(part), claims.c.event_id == change.event_id).values(event_id=None)))


# Built once: they are asked for each source in each run, and building one costs more than the database does.
_STATE = (articles.c.first_seen, articles.c.last_seen, articles.c.etag, articles.c.last_modified)
_URLS = bindparam("urls", expanding=True)
_SEEN = select(articles.c.url, *_STATE).where(articles.c.url.in_(_URLS))
_SEEN_BY_LINK = select(article_links.c.url, *_STATE).join(articles, articles.c.id == article_links.c.article_id).where(
    article_links.c.url.in_(_URLS))
_FAILED = select(failures.c.url, func.min(failures.c.at), func.max(failures.c.at)).where(
    failures.c.url.in_(_URLS)).group_by(failures.c.url)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How an article's reading compares with what is stored: `wanted` says that it is to be read for claims."""

    id: str | None
    version: int = 0
    new_text: bool = True
    wanted: bool = True
    foreign: bool = False  # another source has the say over this page


def _standing(connection: Connection, article: Article, source: str) -> _Standing:
    row = connection.execute(
        select(articles.c.id, articles.c.source_id, articles.c.version, article_versions.c.digest,
               article_versions.c.read, article_versions.c.article, sources.c.active)
        .join(article_versions, (article_versions.c.article_id == articles.c.id)
              & (article_versions.c.version == articles.c.version))
        .outerjoin(sources, sources.c.id == articles.c.source_id)
        .where(articles.c.url == plain(article.url))).first()
    if row is None:
        return _Standing(None)
    if row.digest == article.digest:
        return _Standing(row.id, row.version, new_text=False, wanted=not row.read)
    # Two sources that list one page may read it with different selectors: the first of them has the say.
    foreign = row.source_id != source and row.active
    if foreign:
        return _Standing(row.id, row.version, new_text=False, wanted=False, foreign=True)
    if row.version >= VERSIONS and not _edited(row.article, article):
        return _Standing(row.id, row.version, new_text=False, wanted=False)
    return _Standing(row.id, row.version)


def _edited(stored: str, article: Article) -> bool:
    """Whether the outlet itself says that it has edited the page since."""
    before = json.loads(stored).get("modified_at")
    return article.modified_at is not None and (before is None or article.modified_at > moment(before))


def _article_id(connection: Connection, url: str) -> str | None:
    """Id of the article behind a link, by its canonical address or another one."""
    found = connection.execute(select(articles.c.id).where(articles.c.url == plain(url))).scalar()
    return found or connection.execute(select(article_links.c.article_id)
                                       .where(article_links.c.url == plain(url))).scalar()


def _link(connection: Connection, url: str, article: Article) -> None:
    if url == article.url:
        return
    article_id = identifier(article.url)
    known = connection.execute(select(article_links.c.article_id).where(article_links.c.url == plain(url))).scalar()
    if known is None:
        connection.execute(insert(article_links).values(url=plain(url), article_id=article_id))
    elif known != article_id:
        connection.execute(update(article_links).where(article_links.c.url == plain(url)).values(article_id=article_id))


def _store_claims(connection: Connection, article_id: str, version: int, made: Sequence[Claim]) -> None:
    stored: set[str] = set()
    _each([claim.id for claim in made], lambda part: stored.update(connection.execute(
        select(claims.c.id).where(claims.c.id.in_(part))).scalars()))
    for claim in made:
        values = {"article_id": article_id, "version": version, "current": True, "claim": claim_json(claim)}
        if claim.id in stored:
            connection.execute(update(claims).where(claims.c.id == claim.id).values(**values))
        else:
            connection.execute(insert(claims).values(id=claim.id, position=0, **values))


def _store_actors(connection: Connection, rows: Mapping[str, Mapping[str, Any]]) -> None:
    stored = {row.id: row for row in connection.execute(select(actors).where(actors.c.id.in_(sorted(rows))))}
    for actor_id, values in rows.items():
        row = stored.get(actor_id)
        if row is None:
            connection.execute(insert(actors).values(id=actor_id, **values))
        elif (row.name is None and values["name"]) or (row.country is None and values["country"]):
            connection.execute(update(actors).where(actors.c.id == actor_id).values(**values))


def _publishers(connection: Connection, urls: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    _each(urls, lambda part: found.update({row.url: row.publisher for row in connection.execute(
        select(articles.c.url, articles.c.publisher).where(articles.c.url.in_(part))) if row.publisher}))
    return found


def _each(values: Iterable[str], work: Callable[[list[str]], object]) -> None:
    """Do `work` for the values in parts that fit into one statement."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        work(ordered[start:start + _CHUNK])
