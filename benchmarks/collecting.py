"""Collecting what has not changed: what a run of a source costs beside the fetch of its feed.

    python benchmarks/collecting.py

A feed of 50 items stands on a server in a process of its own, and answers 304; its pages are known and not due. Figures are
CPU time of this process for one source, the best of five rounds: of the fetch alone, of collecting it where pages may be due
(looking up what is known of all 50) and where none is due before a known time, and of the whole run of it then (taking its
slot and writing what came of it as well, in transactions of their own). The ratios of one run are what counts, since machines differ. It is to cost no more than 2 ms beside the fetch.
"""
from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.event_json import event_json
from app.ical import vevent
from app.jobs import Runner
from app.store.engine import Database
from app.store.migrations import upgrade
from app.store.store import Store
from scraper.collect import collect
from scraper.collected import Page
from scraper.discover import discover
from scraper.fetch import Fetcher
from scraper.source import Kind, Source
from timeline import reconcile
from timeline.model import Article

ITEMS, SOURCES, ROUNDS = 50, 20, 5
SERVER = """
import http.server, sys
items = "".join(f"<item><title>Part {n}</title><link>/{n}</link></item>" for n in range(50))
feed = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        known = self.headers.get("If-None-Match") == '"1"'
        body = b"" if known or self.path == "/robots.txt" else feed
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


class InPlace:
    """The parser without its sandbox; nothing is parsed where nothing has changed."""

    discover = staticmethod(discover)

    @staticmethod
    def read_article(*_: object, **__: object) -> Article:
        raise AssertionError("no page is due")


def cost(act: Callable[[], object]) -> float:
    """CPU milliseconds for one source, the best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        best = min(best, (time.process_time() - began) / SOURCES)
    return best * 1000


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            measure(f"127.0.0.1:{server.stdout.readline().strip()}", f"sqlite:///{folder}/store.db")
    finally:
        server.kill()
        server.wait()


def measure(host: str, url: str) -> None:
    now = datetime(2023, 11, 10, 12, tzinfo=UTC)
    upgrade(url)
    store = Store(Database(url), render_json=event_json, render_vevent=vevent, merging=reconcile,  # type: ignore[arg-type]
                  clock=lambda: now)
    rows = [Source(f"s{number}", "S", f"http://{host}/", Kind.FEED, f"http://{host}/feed{number}", interval=3600)
            for number in range(SOURCES)]
    store.ledger.sync_sources(rows)
    claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
    assert claimed is not None
    listed = [f"http://{host}/{number}" for number in range(ITEMS)]
    for number, address in enumerate(listed):
        article = Article(url=address, source="s0", headline="Diary", paragraphs=(f"Part {number}.",), publisher="S",
                          language="en")
        store.record(claimed.sources[0].lease, Page(address, article, '"1"', None, now - timedelta(minutes=5)), ())
    for state in claimed.sources:
        store.ledger.finish_source(state.lease, etag='"1"', listed=listed)
    store.ledger.finish_run(claimed.run)
    with Fetcher(allow_hosts=(host,), host_gap=0.0) as fetcher:
        runner = Runner(store, read=lambda article: (), workers=1, collect=lambda source, seen, **options: collect(
            source, fetcher.fetch, seen, InPlace(), now=lambda: now, **options))

        def run() -> None:
            claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
            assert claimed is not None
            assert runner.carry_out(claimed) == "ok"

        def fetch() -> None:
            for row in rows:
                assert fetcher.fetch(row.url, etag='"1"').status == 304

        def gather(quiet_until: datetime | None) -> None:
            for row in rows:
                assert len(list(collect(row, fetcher.fetch, store.seen_all, InPlace(), now=lambda: now, etag='"1"',
                                        listed=listed, quiet_until=quiet_until))) == 2

        run()  # asks once, and finds until when nothing is due
        alone, looking = cost(fetch), cost(lambda: gather(None))
        quiet, whole = cost(lambda: gather(now + timedelta(hours=1))), cost(run)
    store.close()
    print(f"fetch of the feed, answered 304       {alone:6.2f} ms of CPU")
    for name, total in (("looking up 50 pages", looking), ("none of them is due", quiet), ("the whole run of it", whole)):
        print(f"{name:<20} beside the fetch {total - alone:6.2f} ms, {(total - alone) / alone:.1f} times the fetch")


main()
