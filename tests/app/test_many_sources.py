"""A hundred outlets, of which ten hang, over a real server on loopback and a real store."""
from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from newsdesk import open_store, read, rows_of, taken

sys.path.insert(0, str(Path(__file__).parents[1] / "scraper"))

from misbehaving import MisbehavingServer, Request, answer, drip, silence

from app.jobs import Runner
from app.store.tables import articles, events, failures, run_sources, runs
from scraper.article import read_article
from scraper.collect import collect
from scraper.discover import discover
from scraper.fetch import Fetcher
from scraper.source import Kind, Source

SOURCES, HANGING = 100, 10
RUN_DEADLINE = 40.0
TOLD = "held meeting of RU, KZ on 2023-11-09 in Astana. " + "The two sides spoke about trade and the roads that carry it. " * 6


class InPlace:
    """The parser without its sandbox."""

    discover = staticmethod(discover)
    read_article = staticmethod(read_article)


def outlet(number: int) -> str:
    """What hangs comes first."""
    return f"outlet-{number:03}.example"


def listing(*_: Any) -> bytes:
    return answer(b'<rss version="2.0"><channel><title>x</title><item><title>Diary</title><link>/diary</link></item></channel></rss>')


def page() -> bytes:
    return answer(f"""<!doctype html><!-- synthetic --><html lang="en"><head><title>Diary</title>
<meta property="article:published_time" content="2023-11-10T10:00:00Z"></head><body><article><h1>Diary</h1>
<p>{TOLD}</p><p>{TOLD}</p></article></body></html>""".encode(), Content_Type="text/html")


# What the ten do instead of answering: at their robots.txt, their listing, or their page.
HANGS = [("/robots.txt", silence), ("/robots.txt", drip(b"HTTP/1.1 200 OK\r\nX: a")), ("/feed", silence),
         ("/feed", drip(b"HTTP/1.1 200 OK\r\n\r\n<rss>")), ("/diary", silence)]


@pytest.fixture
def outlets() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()

    def reply(path: str, good: bytes) -> Any:
        def send(connection: socket.socket, request: Request) -> None:
            number = int(request.headers["host"].split(".")[0].removeprefix("outlet-"))
            where, hang = HANGS[number % len(HANGS)]
            if number < HANGING and where == path:
                hang(connection, request)
            else:
                connection.sendall(good)
        return send

    server.routes = {"/robots.txt": reply("/robots.txt", answer(b"")), "/feed": reply("/feed", listing()),
                     "/diary": reply("/diary", page())}
    yield server
    server.close()


def test_of_a_hundred_sources_ten_hang_and_ninety_are_collected(outlets: MisbehavingServer, sqlite_url: str) -> None:
    now = datetime(2023, 11, 10, 12, tzinfo=UTC)
    store = open_store(sqlite_url, lambda: now)
    store.ledger.sync_sources([
        Source(name.split(".")[0], name, f"http://{name}:{outlets.port}/", Kind.FEED, f"http://{name}:{outlets.port}/feed")
        for name in map(outlet, range(SOURCES))])
    with Fetcher(deadline=1.5, host_gap=0.0, resolver=lambda host, port: ["127.0.0.1"],
                 allow_hosts=tuple(f"{outlet(number)}:{outlets.port}" for number in range(SOURCES))) as fetcher:
        runner = Runner(store, read=read, workers=4, run_deadline=RUN_DEADLINE, source_deadline=5.0,
                        collect=lambda source, seen, **options: collect(
                            source, fetcher.fetch, seen, InPlace(), now=lambda: now, **options))
        claimed = taken(store)
        began = time.monotonic()
        assert runner.carry_out(claimed) == "partial"
        assert time.monotonic() - began < RUN_DEADLINE + 2.0
    run, = rows_of(store, runs)
    assert (run["state"], run["ended"] is not None, run["new"]) == ("partial", True, SOURCES - HANGING)
    found = {row["source_id"]: row for row in rows_of(store, run_sources)}
    for number in range(SOURCES):
        told = found[outlet(number).split(".")[0]]
        if number >= HANGING:
            assert (told["state"], told["new"], told["failed"]) == ("ok", 1, 0)
        elif HANGS[number % len(HANGS)][0] == "/diary":
            assert (told["state"], told["new"], told["failed"]) == ("ok", 0, 1)
        else:
            assert (told["state"], told["error_class"]) == ("failed", "timeout")
    assert {row["error_class"] for row in rows_of(store, failures)} == {"timeout"}
    assert len({row["source_id"] for row in rows_of(store, articles)}) == SOURCES - HANGING
    assert len(rows_of(store, events)) == 1  # ninety tell of one meeting
    store.close()
