"""How a source does, told from what runs saw of it; and a redesign, which concludes nothing."""
from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from newsdesk import Clock, Desk, article, open_store, page, read, rows_of, source, taken, timeline_of

import scraper.errors as errors
from app.health import UNKNOWN, State, health_of, overview, span
from app.jobs import Runner
from app.remedies import REMEDIES, remedy
from app.store.codec import moment
from app.store.standing import MOVES, Reading
from app.store.store import Store
from app.store.tables import articles, changes, events, sources
from scraper.article import read_article
from scraper.collect import collect
from scraper.collected import Failure
from scraper.discover import discover
from scraper.errors import FetchError
from scraper.fetch import Response
from scraper.source import Kind, Selectors, Source

NOW = datetime(2023, 11, 10, 9, tzinfo=UTC)
AN_HOUR_AGO = "2023-11-10T08:00:00.000000Z"
GOOD = dict(UNKNOWN) | {"id": "meridian", "interval": 1800, "skipped": 0, "last_run": AN_HOUR_AGO,
                        "last_success": AN_HOUR_AGO, "last_item": AN_HOUR_AGO, "links": 40, "usual_links": 40.0}


def judged(**values: Any) -> tuple[str, list[str]]:
    health = health_of(GOOD | values, NOW)
    return health.state.value, [reason.code for reason in health.reasons]


# Judging a row -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("values", "state", "reasons"), [
    ({}, "ok", []),
    ({"last_success": None, "last_item": None, "links": None, "usual_links": None}, "waiting", []),
    ({"active": False, "failures": 3, "error_class": "dns"}, "inactive", ["dns"]),
    ({"failures": 1, "error_class": "http-403", "error_detail": "the server answered 403"}, "failing", ["http-403"]),
    ({"links": 4}, "degraded", ["fewer-links"]), ({"links": 5}, "ok", []), ({"links": 0, "empties": 1}, "degraded", ["fewer-links"]),
    ({"links": 0, "usual_links": 3.0, "empties": 2}, "ok", []),
    ({"links": 0, "usual_links": 3.0, "empties": 3}, "degraded", ["empty-listing"]),
    ({"links": 0, "usual_links": None, "empties": 1}, "degraded", ["empty-listing"]),
    ({"pages_asked": 10.0, "pages_answered": 10.0, "pages_read": 10.0, "pages_dated": 10.0}, "ok", []),
    ({"pages_asked": 10.0, "pages_answered": 10.0, "pages_read": 5.0, "pages_dated": 5.0}, "degraded", ["unread-pages"]),
    ({"pages_asked": 10.0, "pages_answered": 10.0, "pages_read": 10.0, "pages_dated": 5.0}, "degraded", ["undated-pages"]),
    ({"pages_asked": 10.0, "pages_answered": 10.0, "pages_read": 6.0, "pages_dated": 6.0}, "ok", []),
    ({"pages_asked": 10.0, "pages_answered": 4.0, "pages_read": 4.0, "pages_dated": 4.0}, "degraded", ["refused-pages"]),
    ({"pages_asked": 3.0, "pages_answered": 3.0}, "ok", []),
    ({"cadence": 3600.0, "last_item": "2023-11-08T09:00:00.000000Z"}, "ok", []),  # a weekend
    ({"cadence": 3600.0, "last_item": "2023-11-06T09:00:00.000000Z"}, "stale", ["stale"]),
    ({"cadence": 86_400.0, "last_item": "2023-11-02T09:00:00.000000Z"}, "ok", []),
    ({"cadence": 86_400.0, "last_item": "2023-10-30T09:00:00.000000Z"}, "stale", ["stale"]),
    ({"last_item": "2023-10-20T09:00:00.000000Z"}, "ok", []),
    ({"last_item": "2023-10-01T09:00:00.000000Z"}, "stale", ["stale"]),
    ({"moved_to": "https://new.example/", "moves": 2}, "ok", ["moved"]),
    ({"failures": 2, "error_class": "dns", "links": 1, "cadence": 60.0, "last_item": "2023-10-01T09:00:00.000000Z"},
     "failing", ["dns", "fewer-links", "stale"])])
def test_a_source_is_judged_by_the_worst_that_is_seen(values: dict[str, Any], state: str, reasons: list[str]) -> None:
    assert judged(**values) == (state, reasons)


def test_an_overview_sorts_the_active_sources_by_what_is_wrong() -> None:
    found = overview([GOOD, GOOD | {"id": "b", "failures": 1}, GOOD | {"id": "c", "links": 0, "empties": 1},
                      GOOD | {"id": "d", "last_item": "2023-01-01T00:00:00.000000Z"}, GOOD | {"id": "e", "active": False}], NOW)
    assert (found.sources, found.failing, found.degraded, found.stale, found.empty, found.well) == (
        4, ("b",), ("c",), ("d",), ("c",), False)
    assert overview([GOOD], NOW).well


@pytest.mark.parametrize(("seconds", "told"), [(0, "0 seconds"), (59, "59 seconds"), (90, "2 minutes"), (3600, "1 hour"),
                                               (86_400, "1 day"), (10 * 86_400, "10 days")])
def test_a_span_is_told_in_its_largest_unit(seconds: int, told: str) -> None:
    assert span(timedelta(seconds=seconds)) == told


def test_each_class_of_error_has_a_remedy() -> None:
    """Those of the code, and those that the documentation lists."""
    named = {value.error_class for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, FetchError)}
    named -= {"fetch", "refused"}  # never raised themselves
    named |= {f"listing-{word}" for word in re.findall(r"`(\w+)`", errors.DiscoverError.__doc__ or "") if word != "reason"}
    page_text = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    named |= {word for line in re.findall(r"^\| (`.*?) \|", page_text.split("error class |")[1].split("\n\n")[0], re.MULTILINE)
              for word in re.findall(r"`([a-z-]+)`", line)}
    named |= {"http-400", "http-403", "http-404", "http-410", "http-429", "http-451", "http-500", "http-503", "http-999", "bug-KeyError"}
    unknown = remedy("nothing-like-it")
    assert len(named) > 25
    assert {name for name in named if remedy(name) == unknown} == set()
    assert all(text.endswith(".") for text in REMEDIES.values())


# What runs remember ------------------------------------------------------------------------------------------------------

def row(store: Store, name: str = "meridian") -> dict[str, Any]:
    found, = rows_of(store, sources, id=name)
    return found


def state(store: Store, clock: Clock) -> State:
    return health_of(row(store), clock.now).state


def test_a_collapse_is_seen_at_once_and_is_not_soon_the_usual(store: Store, clock: Clock) -> None:
    def told(links: int) -> None:
        claimed = taken(store, "meridian")
        store.ledger.finish_source(claimed.sources[0].lease, reading=Reading(links=links), empty=not links)
        store.ledger.finish_run(claimed.run)

    for _ in range(5):
        told(50)
    assert state(store, clock) is State.OK
    for _ in range(30):
        told(0)
        assert state(store, clock) is State.DEGRADED
    told(48)
    assert state(store, clock) is State.OK


def test_a_run_counts_pages_read_and_dated(store: Store, clock: Clock) -> None:
    desk = Desk(clock)
    desk.pages = {"meridian": [article("a", "x"), article("b", "y", day=None),  # type: ignore[arg-type]
                               Failure("https://meridian.example/c", "page-body", "no text"),
                               Failure("https://meridian.example/d", "http-500", "the server answered 500"),
                               Failure("https://meridian.example/e", "page-budget", "parser budget: CPU")]}
    Runner(store, collect=desk, read=lambda told: ()).carry_out(taken(store, "meridian"))
    found = row(store)
    assert [found[f"pages_{name}"] for name in ("asked", "answered", "read", "dated")] == [4, 3, 2, 1]
    assert found["links"] == 5


# A redesign --------------------------------------------------------------------------------------------------------------

SENTENCES = {"1": "held meeting of RU, KZ on 2023-11-09 in Astana", "2": "planned meeting of RU, UZ on 2023-11-20 in Tashkent",
             "3": "held meeting of RU, CN on 2023-11-08"}
FILLER = "The two sides spoke about trade between their countries and about the roads that carry it. " * 5


class Outlet:
    """An outlet's web server, before and after its redesign: the listing's markup is new, and old pages lead nowhere."""

    def __init__(self) -> None:
        self.redesigned = False
        self.asked: list[str] = []

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None,
              deadline: float | None = None) -> Response:
        self.asked.append(url)
        name = url.rsplit("/", 1)[1]
        return Response(url, url, 200, {"content-type": "text/html; charset=utf-8"}, self._body(name).encode())

    def _body(self, name: str) -> str:
        head = '<!doctype html><!-- synthetic --><html lang="en"><title>The Meridian</title>'
        if name == "news":
            kind = "card-2024" if self.redesigned else "story"
            links = "".join(f'<div class="{kind}"><a href="/{number}">Talks, part {number}</a></div>'
                            for number in [*SENTENCES, *range(10, 20)])
            return f"{head}<body>{links}</body></html>"
        if self.redesigned:
            return f"{head}<body><div id=app></div><noscript>Please enable JavaScript.</noscript></body></html>"
        told = SENTENCES.get(name, "Nothing happened.")
        return (f'{head}<meta property="article:published_time" content="2023-11-10T08:00:00Z"><body><article><h1>Talks, part '
                f"{name}</h1><p>{told}. {FILLER}</p><p>{FILLER}</p></article></body></html>")


class InPlace:
    discover = staticmethod(discover)
    read_article = staticmethod(read_article)


@pytest.fixture
def outlet_store(database_url: str, clock: Clock) -> Iterator[tuple[Store, Outlet, Runner]]:
    store, outlet = open_store(database_url, clock), Outlet()
    store.ledger.sync_sources([Source("meridian", "The Meridian", "https://meridian.example/", Kind.LISTING,
                                      "https://meridian.example/news", interval=60, selectors=Selectors(links="div.story"))])
    runner = Runner(store, read=read, collect=lambda one, seen, **options: collect(
        one, outlet.fetch, seen, InPlace(), now=clock, **options))
    yield store, outlet, runner
    store.close()


def test_a_redesign_is_told_and_neither_cancels_nor_deletes_an_event(outlet_store: tuple[Store, Outlet, Runner],
                                                                     clock: Clock) -> None:
    store, outlet, runner = outlet_store
    assert runner.carry_out(taken(store)) == "ok"
    before = timeline_of(store)
    assert [event[2] for event in sorted(before, key=lambda event: event[3])] == ["held", "held", "planned"]
    told = rows_of(store, changes)
    assert state(store, clock) is State.OK
    outlet.redesigned = True
    for _ in range(5):
        clock.forward(86_400)  # known pages fall due again
        assert runner.carry_out(taken(store)) == "ok"
        health = health_of(row(store), clock.now)
        assert health.state is State.DEGRADED
        assert health.reasons[0].code == "fewer-links"
        assert "redesigned" in health.reasons[0].mend
    assert timeline_of(store) == before
    assert rows_of(store, changes) == told
    assert not any(found["withdrawn"] for found in rows_of(store, events))


def test_pages_that_can_no_longer_be_read_degrade_their_source_and_change_nothing(
        outlet_store: tuple[Store, Outlet, Runner], clock: Clock) -> None:
    """The listing is as before, and the pages are drawn by a script."""
    store, outlet, runner = outlet_store
    runner.carry_out(taken(store))
    before, told = timeline_of(store), rows_of(store, changes)
    store.ledger.sync_sources([Source("meridian", "The Meridian", "https://meridian.example/", Kind.LISTING,
                                      "https://meridian.example/news", interval=60, selectors=Selectors(links="div a"))])
    outlet.redesigned = True
    for _ in range(3):
        clock.forward(86_400)
        runner.carry_out(taken(store))
    health = health_of(row(store), clock.now)
    assert (health.state, health.reasons[0].code) == (State.DEGRADED, "unread-pages")
    assert health.pages_read is not None
    assert health.pages_read < 0.5
    assert timeline_of(store) == before
    assert rows_of(store, changes) == told


@pytest.mark.parametrize("answers", [
    [b"", b"<rss", b"<!doctype html><html><title>Just a moment...</title><p>Checking your browser</html>",
     b'<rss version="2.0"><channel><title>x</title></channel></rss>']])
def test_a_listing_that_turns_bad_is_told_and_keeps_what_was_there(database_url: str, clock: Clock,
                                                                   answers: list[bytes]) -> None:
    """Blank, cut off, a bot check in its place, empty: each is seen, and no event is touched."""
    store = open_store(database_url, clock)
    store.ledger.sync_sources([source("meridian")])
    told = article("a", SENTENCES["1"])
    claimed = taken(store, "meridian")
    store.record(claimed.sources[0].lease, page(told), read(told))
    store.ledger.finish_source(claimed.sources[0].lease, reading=Reading(links=40))
    store.ledger.finish_run(claimed.run)
    before = timeline_of(store)
    for body in answers:
        def fetch(url: str, *, body: bytes = body, **_: Any) -> Response:
            return Response(url, url, 200, {"content-type": "application/xml"}, body)

        clock.forward(60)
        runner = Runner(store, read=read, collect=lambda one, seen, fetch=fetch, **options: collect(
            one, fetch, seen, InPlace(), now=clock, **options))
        runner.carry_out(taken(store, "meridian"))
        assert state(store, clock) in (State.FAILING, State.DEGRADED)
        assert timeline_of(store) == before
    store.close()


# From the answer to the row ------------------------------------------------------------------------------------------------

def collected_with(store: Store, clock: Clock, fetch: Any) -> None:
    Runner(store, read=read, collect=lambda one, seen, **options: collect(one, fetch, seen, InPlace(), now=clock, **options)
           ).carry_out(taken(store, "meridian"))


def test_a_listing_that_redirects_for_good_is_followed_and_its_events_keep_their_ids(store: Store, clock: Clock) -> None:
    outlet, asked = Outlet(), []
    new = "https://meridian.example/feeds/all"

    def fetch(url: str, **options: Any) -> Response:
        if not url.endswith(("/feed", "/all")):
            return outlet.fetch(url)
        asked.append(url)
        items = "".join(f"<item><title>Talks</title><link>https://meridian.example/{number}</link></item>" for number in SENTENCES)
        body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
        moved = url != new
        return Response(url, new, 200, {"content-type": "application/xml"}, body, redirects=(url,) if moved else (), permanent=moved)

    collected_with(store, clock, fetch)
    before = timeline_of(store)
    assert len(before) == 3
    for _ in range(MOVES):
        clock.forward(60)
        collected_with(store, clock, fetch)
    assert asked == [source("meridian").url] * MOVES + [new]
    assert timeline_of(store) == before
    assert {found["source_id"] for found in rows_of(store, articles)} == {"meridian"}
    assert [reason.code for reason in health_of(row(store), clock.now).reasons] == ["moved"]


def test_a_server_that_asks_for_time_is_given_it_beyond_the_run(store: Store, clock: Clock) -> None:
    def fetch(url: str, **options: Any) -> Response:
        raise errors.BadStatus(503, url, 7200.0)

    collected_with(store, clock, fetch)
    found = row(store)
    assert (found["error_class"], found["failures"]) == ("http-503", 1)
    assert (moment(found["due"]) - clock.now).total_seconds() >= 7200


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_is_gone_keeps_its_events_and_is_marked(store: Store, clock: Clock, status: int) -> None:
    """And it is no new one when it comes back."""
    outlet, gone = Outlet(), False

    def fetch(url: str, **options: Any) -> Response:
        if url.endswith("/feed"):
            body = b'<rss version="2.0"><channel><title>x</title><item><title>T</title><link>/1</link></item></channel></rss>'
            return Response(url, url, 200, {"content-type": "application/xml"}, body)
        if gone:
            raise errors.BadStatus(status, url)
        return outlet.fetch(url)

    collected_with(store, clock, fetch)
    def stands() -> list[tuple[Any, ...]]:
        return [tuple(found[name] for name in ("id", "status", "withdrawn", "revision", "changed", "vevent")) for found in rows_of(store, events)]

    before, told = stands(), rows_of(store, changes)
    assert before
    gone = True
    clock.forward(86_400)
    collected_with(store, clock, fetch)
    assert [found["gone"] is not None for found in rows_of(store, articles)] == [True]
    gone = False
    clock.forward(86_400)
    collected_with(store, clock, fetch)
    assert [found["gone"] for found in rows_of(store, articles)] == [None]
    assert (stands(), [found for found in rows_of(store, changes) if found["material"]]) == (before, told)
