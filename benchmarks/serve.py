"""What serving costs, beside what it costs others, in one run:

    python benchmarks/serve.py [--long] [--peers FOLDER] [--seconds N] [--rounds N] [--stores FOLDER]

A made timeline of 100,000 events is served by the real service, and the same table or the same bytes by FastAPI, datasette,
nginx, an empty Flask and Python's own sqlite3 (`serving/README.md` says how to install them; what is missing is left out and named).
Each figure is a ratio of CPU seconds for one request, taken in turns on one core, the median of some rounds: on a core that is
busy, half the CPU for a request is twice the requests. The client runs on another core and does not ask for compressed answers.

"New pages" are asked for one after the other, 900 of them, so that none is answered from memory. What is asked for again is
given again while nothing was written; those figures say so.

`--long` adds a timeline of 1,000,000 events beside one of 10,000 (12 minutes and 6 GB). `--stores` keeps the made timelines
there, and finds them the next time. Exit code 1 where a figure is not what was asked for.
"""
from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from serving import filters, servers
from serving.load import asked
from serving.made_timeline import make
from serving.servers import Server
from serving.writing import Writer

EVENTS = 100_000
RATE = 47  # transactions a second of the writer
PAGE = 100
RAW = "SELECT json FROM events WHERE (first, id) > (?, ?) ORDER BY first, id LIMIT 100"


class Report:
    def __init__(self) -> None:
        self.failed = False

    def part(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def figure(self, name: str, value: float, *, most: float | None = None, least: float | None = None, unit: str = "times") -> None:
        wanted = "" if most is None and least is None else f"at most {most:g}" if most is not None else f"at least {least:g}"
        met = (most is None or value <= most) and (least is None or value >= least)
        self.failed |= not met
        print(f"  {name:<70} {value:8.2f} {unit:<6} {wanted:<14} {'' if met else 'NOT MET'}", flush=True)


def main() -> None:
    asked_for = _arguments()
    os.sched_setaffinity(0, {int(servers.CORE)})  # what is measured in this process is measured on the same core
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="summitry-serve-")))
        folder.chmod(0o755)
        stores, report = asked_for.stores or folder, Report()
        run = Run(folder, asked_for.seconds, asked_for.rounds, report)
        store = _store(stores, EVENTS, folder)
        peers = asked_for.peers if (asked_for.peers / "bin" / "uvicorn").exists() else None
        with servers.summitry(store) as ours:
            pages = _walk(ours, 900)
            run.pages(ours, store, pages, peers)
            run.depth(ours, pages)
            run.not_modified(ours)
            run.calendar(ours, store)
            run.under_a_writer(ours, store, pages)
            report.part("Memory")
            report.figure("of the serving process after all this", ours.memory(), most=150, unit="MB")
        run.filters(store)
        if asked_for.long:
            run.size(_store(stores, 10_000, folder), _store(stores, 1_000_000, folder))
    sys.exit(report.failed)


class Run:
    def __init__(self, folder: Path, seconds: float, rounds: int, report: Report) -> None:
        self._folder, self._seconds, self._rounds, self._report = folder, seconds, rounds, report

    def ratio(self, one: Callable[[], float], other: Callable[[], float]) -> float:
        """The median of the rounds' ratios; each is taken once beforehand, to warm up."""
        one(), other()
        return statistics.median(one() / other() for _ in range(self._rounds))

    def load(self, server: Server, *paths: str, **headers: str) -> Callable[[], float]:
        return lambda: asked(server, paths, self._seconds, self._folder, {name.replace("_", "-"): value for name, value in headers.items()})

    def pages(self, ours: Server, store: Path, pages: list[str], peers: Path | None) -> None:
        self._report.part(f"A page of {PAGE} events, of {EVENTS:,}")
        new, again = self.load(ours, *pages), self.load(ours, pages[0])
        self._report.figure("new pages: CPU beside reading their bytes with sqlite3", self.ratio(new, lambda: _raw(store, 100)), most=3.6)
        self._report.figure("one page again and again: CPU beside reading its bytes with sqlite3", self.ratio(again, lambda: _raw(store, 1)), most=3.6)
        if peers is None:
            print("  FastAPI and datasette are not installed: see benchmarks/serving/README.md")
            return
        keys = _keys(store)[:899]
        with servers.fastapi(store, peers) as peer:
            theirs = self.load(peer, *(f"/events?first={first}&id={id}" for first, id in keys))
            self._report.figure("new pages: requests beside FastAPI with orjson", self.ratio(theirs, new), least=1.2)
            self._report.figure("one page again and again: requests beside FastAPI with orjson", self.ratio(self.load(peer, "/events"), again), least=1.2)
            joined = self.load(peer, *(f"/joined?first={first}&id={id}" for first, id in keys))
            self._report.figure("new pages: requests beside FastAPI that joins the stored bytes, as we do", self.ratio(joined, new))
        with servers.datasette(store, peers) as peer:
            table = f"/{store.stem}/events.json?_size={PAGE}&_sort=first&_nocount=1&_nofacet=1&_col=id&_col=title&_col=first&_col=last&_col=status&_col=place"
            theirs = self.load(peer, *(f"{table}&_next={first},{id}" for first, id in keys))
            self._report.figure("new pages: requests beside datasette (six short columns)", self.ratio(theirs, new), least=10)
            self._report.figure("one page again and again: requests beside datasette", self.ratio(self.load(peer, table), again), least=10)

    def depth(self, ours: Server, pages: list[str]) -> None:
        self._report.part("Depth")
        self._report.figure("pages 800 to 900 beside pages 1 to 100", self.ratio(self.load(ours, *pages[800:]), self.load(ours, *pages[:100])), most=1.2)

    def not_modified(self, ours: Server) -> None:
        self._report.part("304: the client has it already")
        with urllib.request.urlopen(ours.base + "/api/v1/events") as answer:
            tag = answer.headers["ETag"]
        with servers.empty_flask() as empty:
            self._report.figure("beside an empty answer of Flask, through the same server",
                                self.ratio(self.load(ours, "/api/v1/events", If_None_Match=tag), self.load(empty, "/")), most=1.1)

    def calendar(self, ours: Server, store: Path) -> None:
        self._report.part("A calendar of 1,000 events")
        path = "/calendar.ics?limit=1000"
        with urllib.request.urlopen(ours.base + path) as answer:
            body = answer.read()
        assert body.count(b"BEGIN:VEVENT") == 1_000
        if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
            root = self._folder / "www"
            root.mkdir()
            (root / "calendar.ics").write_bytes(body)
            with servers.nginx(self._folder, root) as peer:
                self._report.figure(f"from memory, beside nginx with a file of the same {len(body):,} bytes",
                                    self.ratio(self.load(ours, path), self.load(peer, "/calendar.ics")), most=2.7)
        else:
            print("  nginx is not installed: see benchmarks/serving/README.md")
        self._report.figure("made anew after one change", statistics.median(_rebuilt(store, path)) * 1e3, most=5, unit="ms")

    def under_a_writer(self, ours: Server, store: Path, pages: list[str]) -> None:
        self._report.part(f"While {RATE} transactions a second are written")
        for name, paths in (("new pages", pages), ("one page again and again", pages[:1])):
            alone = self.load(ours, *paths)

            def beside(alone: Callable[[], float] = alone) -> float:
                with _writer(store, self._seconds):
                    return alone()

            self._report.figure(f"{name}: requests beside those without", self.ratio(alone, beside), least=0.7)

    def filters(self, store: Path) -> None:
        self._report.part("The first page of each filter, in the store alone")
        found = list(filters.costs(store))
        for name, rows, seconds in found:
            self._report.figure(f"{name} ({rows})", seconds / found[0][2])

    def size(self, small: Path, large: Path) -> None:
        self._report.part("Size")
        with servers.summitry(small) as few, servers.summitry(large) as many:
            ratio = self.ratio(self.load(many, *_walk(many, 90)), self.load(few, *_walk(few, 90)))
            self._report.figure("new pages of 1,000,000 events beside those of 10,000", ratio, most=1.3)


def _raw(store: Path, pages: int) -> float:
    """Seconds of CPU to read the stored bytes of a page and join them."""
    keys = [("", ""), *_keys(store)[:pages - 1]]
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    times = max(1, 300 // pages)
    began = time.process_time()
    for _ in range(times):
        for key in keys:
            b",".join([row[0] for row in connection.execute(RAW, key)])
    taken = time.process_time() - began
    connection.close()
    return taken / times / pages


def _keys(store: Path) -> list[tuple[str, str]]:
    """Where each page but the first begins."""
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    keys = connection.execute("SELECT first, id FROM events ORDER BY first, id").fetchall()[PAGE - 1::PAGE]
    connection.close()
    return keys


def _walk(server: Server, count: int) -> list[str]:
    """The paths of so many pages, one after the other."""
    paths = ["/api/v1/events"]
    while len(paths) < count:
        with urllib.request.urlopen(server.base + paths[-1]) as answer:
            paths.append(json.load(answer)["next"])
    return paths


def _rebuilt(store: Path, path: str) -> Iterator[float]:
    """Seconds of CPU of an application in this process for the calendar, each time after another event of it was changed."""
    from werkzeug.test import Client

    from app.config import Settings
    from app.service import Service

    service = Service(Settings(database=f"sqlite:///{store}", sources=servers.ROOT / "sources.toml", scheduler=False, calendar_bytes=3_000_000))
    client, writer = Client(service.web_app()), Writer(str(store))
    client.get(path)
    for _ in range(30):
        writer.change()
        began = time.process_time()
        client.get(path)
        yield time.process_time() - began
    writer.close()
    service.close()


@contextmanager
def _writer(store: Path, seconds: float) -> Iterator[None]:
    command = ["taskset", "-c", "1" if (os.cpu_count() or 1) > 1 else "0", sys.executable, "-m", "serving.writing", str(store), str(RATE), str(seconds + 1)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)}, stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield
    finally:
        process.wait(seconds + 30)


def _store(folder: Path, count: int, scratch: Path) -> Path:
    file = folder / f"{count}.db"
    if not file.exists():
        print(f"a timeline of {count:,} events is made", flush=True)
        made = scratch / "made.db"
        make(made, count, datetime.now(UTC).date())
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(made, file)
    return file


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What serving costs, beside what it costs others.")
    parser.add_argument("--long", action="store_true", help="with 1,000,000 events too")
    parser.add_argument("--peers", type=Path, default=Path("/tmp/summitry-peers"), help="virtual environment with FastAPI and datasette")
    parser.add_argument("--seconds", type=int, default=2, help="of load for each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stores", type=Path, help="where made timelines are kept and found")
    return parser.parse_args()


if __name__ == "__main__":
    main()
