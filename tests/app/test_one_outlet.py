"""An outlet whose pages two sources list, a feed and a sitemap: which of them reads a page first is chance, and must not show."""
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import newsdesk
import pytest
from made_archive import html, packed, record
from newsdesk import START, Clock, page, rows_of, source, state_of, taken
from sqlalchemy import select

from app.archive_reading import read_archive
from app.doctor.events import Rendering, flaws_of_event
from app.event_json import event_json as render_json
from app.ical import vevent as render_vevent
from app.reprocess import reprocess
from app.store.codec import claim_from_json, event_from_json
from app.store.engine import Database
from app.store.inspection import Inspection
from app.store.store import Store
from app.store.tables import claims, event_states, events
from scraper.archive import Archive, find_archives
from scraper.article import read_article
from scraper.source import Kind, Source
from timeline.model import Article, Event
from timeline.reconcile import event_keys

FEED = source("meridian")
SITEMAP = replace(FEED, id="meridian-archive", kind=Kind.SITEMAP, url="https://meridian.example/sitemap.xml")
HARBOUR = source("harbour")
SOURCES = (FEED, SITEMAP, HARBOUR)
MET = "held meeting of RU, KZ on 2023-11-09 in Astana"
ELSEWHERE = "held meeting of RU, KZ on 2023-11-09 in Almaty"
PLAN = "planned meeting of RU, KZ on 2023-11-09 in Astana"

# Path, day of publication, what it says: all of one occasion. The first is read first, so that the event's id is always the same.
MERIDIAN = [("plan", "2023-11-03", PLAN), ("met", "2023-11-09", MET), ("elsewhere", "2023-11-10", ELSEWHERE)]
THEIRS = ("theirs", "2023-11-10", ELSEWHERE)

Opened = Callable[[], Any]


@pytest.fixture
def opened(database_url: str, copy_of: Callable[[str, Path], str], tmp_path: Path, clock: Clock) -> Opened:
    """Stores with these sources, all on one kind of database."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"

    @contextmanager
    def make(rows: Sequence[Source] = SOURCES) -> Iterator[tuple[Store, str]]:
        folder = tmp_path / f"store-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        url = copy_of(kind, folder)
        store = newsdesk.open_store(url, clock)
        store.ledger.sync_sources(rows)
        yield store, url
        store.close()

    return make


def told(of: Source, path: str, day: str, text: str) -> Article:
    host = of.home.removesuffix("/")
    return read_article(html(text, published=day), f"{host}/{path}", of, fetched_at=START)


def tell(store: Store, readings: Sequence[tuple[Source, tuple[str, str, str]]]) -> None:
    run = taken(store)
    for of, (path, day, text) in readings:
        found = told(of, path, day, text)
        store.record(state_of(run, of.id).lease, page(found), newsdesk.read(found))


def seen(store: Store) -> list[Any]:
    """All of each event, its columns, its JSON, its calendar entry and what was known before: without the names of the rows that read its
    pages."""
    found: list[Any] = []
    for row in rows_of(store, events):
        event = event_of(store, row["id"])
        bare = replace(event, claims=tuple(replace(each, source="") for each in event.claims))
        shown = {name: value for name, value in row.items() if name not in ("json", "event", "vevent")}
        found.append((bare, shown, _nameless(row["json"]), bytes(row["vevent"])))
    states = [(row["since"], row["until"], _nameless(row["json"])) for row in rows_of(store, event_states)]
    return [found, states]


def _nameless(body: bytes) -> Any:
    shown = json.loads(bytes(body))
    for one in shown["sources"]:
        del one["source"]
    return shown


def event_of(store: Store, id_: str) -> Event:
    with store.engine.connect() as connection:
        row = connection.execute(select(events).where(events.c.id == id_)).one()
        rests_on = connection.execute(select(claims.c.claim).where(claims.c.event_id == id_, claims.c.current.is_(True))
                                      .order_by(claims.c.position)).scalars()
        return event_from_json(row.event, tuple(map(claim_from_json, rests_on)))


def flaws(url: str) -> list[Any]:
    """What `summitry doctor` finds wrong with the events."""
    database = Database(url)
    try:
        inspection = Inspection(database)
        rendering = Rendering(render_json, render_vevent, event_keys, lambda code: None)
        return [flaw for parts in inspection.events() for flaw in flaws_of_event(parts, rendering, inspection.claims_by_id)]
    finally:
        database.close()


def test_the_same_pages_read_by_either_source_in_either_order_give_the_same_event(opened: Opened) -> None:
    first, *others = MERIDIAN
    found: dict[bool, list[Any]] = {False: [], True: []}
    for rows, turned in product(product((FEED, SITEMAP), repeat=2), (False, True)):
        readings = [*zip(rows, others, strict=True), (HARBOUR, THEIRS)]
        with opened() as (store, url):
            tell(store, [(FEED, first), *(readings[::-1] if turned else readings)])
            found[turned].append(seen(store))
            assert flaws(url) == []
    for in_one_order in found.values():
        assert all(one == in_one_order[0] for one in in_one_order), "which row read which page shows"
    (event, *_), = found[False][0][0]
    (turned_event, *_), = found[True][0][0]
    assert replace(turned_event, revision=event.revision) == event, "the order shows in more than how often the event was revised"
    assert (event.witnesses, len(event.claims), event.place.name) == (2, 4, "Almaty"), "two outlets, each with reports of its own"


def test_pages_from_an_archive_give_the_event_that_live_ones_give(opened: Opened, tmp_path: Path) -> None:
    """An archive's pages belong to the first of the outlet's sources, whichever reads them live."""
    with opened() as (store, _):
        tell(store, [(SITEMAP, MERIDIAN[0]), (FEED, MERIDIAN[1]), (SITEMAP, MERIDIAN[2]), (HARBOUR, THEIRS)])
        live = seen(store)
    (tmp_path / "a.warc.gz").write_bytes(packed([
        record(f"{of.home}{path}", html(text, published=day), at=START)
        for of, (path, day, text) in [*((FEED, one) for one in MERIDIAN), (HARBOUR, THEIRS)]]))
    archive, = find_archives(tmp_path / "a.warc.gz")
    assert isinstance(archive, Archive)
    with opened() as (store, _):
        store.archives.add([archive])
        mine = store.archives.claim([archive.id])
        assert mine is not None
        assert read_archive(store.archives, archive, mine, parser=Plain(), may_tell=lambda article: True, read=newsdesk.read, sources=SOURCES)
        assert seen(store) == live


class Plain:
    """Parses in place."""

    read_article = staticmethod(read_article)


def test_events_stored_before_outlets_were_kept_stand_and_count_no_outlet_more_often(opened: Opened) -> None:
    """After an upgrade old claims lie beside new ones; reading all again brings them together, under the same ids."""
    first, second, third = MERIDIAN
    with opened() as (store, url):
        run = taken(store)

        def record_(of: Source, what: tuple[str, str, str], **fields: str) -> None:
            found = replace(told(of, *what), **fields)  # type: ignore[arg-type]
            store.record(state_of(run, of.id).lease, page(found), newsdesk.read(found))

        record_(FEED, first, outlet="")
        record_(SITEMAP, second, outlet="")
        before, = rows_of(store, events)
        assert event_of(store, before["id"]).witnesses == 2
        assert flaws(url) == [], "what was stored follows from its claims still"
        record_(SITEMAP, third)
        mixed, = rows_of(store, events)
        assert (mixed["id"], event_of(store, before["id"]).witnesses) == (before["id"], 2), "no more than before"
        assert flaws(url) == []
        reprocess(store, newsdesk.read)
        after, = rows_of(store, events)
        assert (after["id"], after["revision"], event_of(store, before["id"]).witnesses) == (before["id"], mixed["revision"], 1)
        assert flaws(url) == []
        assert bytes(after["vevent"]) == bytes(mixed["vevent"])


def test_an_outlet_that_the_sources_file_names_anew_is_counted_so_when_all_is_read_again(opened: Opened) -> None:
    """Two bodies at one host are one outlet until the file says otherwise."""
    with opened() as (store, url):
        tell(store, [(FEED, MERIDIAN[1]), (SITEMAP, MERIDIAN[2])])
        row, = rows_of(store, events)
        assert event_of(store, row["id"]).witnesses == 1
        store.ledger.sync_sources([FEED, replace(SITEMAP, outlet="another-body")])
        reprocess(store, newsdesk.read)
        assert event_of(store, row["id"]).witnesses == 2
        assert flaws(url) == []
