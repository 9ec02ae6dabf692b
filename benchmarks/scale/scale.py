"""What an article costs as the store grows, what reading and merging add to parsing, and what further processes bring:

    python benchmarks/scale/scale.py [--long] [--only growth|shares|processes] [--archives FILE...]

Figures are compared within one run. *Growth* and *shares* count CPU time of this process, so that other programs of the machine falsify them
little; *processes* count time by the clock, and want a machine that does nothing else. `--long` measures at 10,000, 100,000 and 1,000,000
stored articles (half an hour, 8 GB), else at 2,000 and 10,000. `--archives` are WARC files of one's own, in the place of made pages.
"""
from __future__ import annotations

import argparse
import gzip
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from filled_stores import fill, opened, readings, world_of
from made_articles import pages

from app.archive_reading import BATCH
from app.store.archives import Archives, Reading
from scraper.archive import Archive, Format, find_archives, read_records
from scraper.archived import Captured, Mark
from scraper.article import read_article
from scraper.collected import Page
from scraper.errors import PageError
from scraper.outlets import Outlets
from timeline.extract import claims_from
from timeline.firstlook import may_tell_of_events
from timeline.gazetteer import load_gazetteer

MOST_GROWTH = 1.3
MOST_ADDED = 0.2
ROUNDS, ROUND = 9, 100
FETCH = 0.75  # ms of a bounded GET, as measured before; there is no fetch here


def growth(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[int, tuple[Archives, object, Iterator[Reading]]] = {}
        for size in sizes:
            file, world = Path(folder) / f"{size}.db", world_of(size)
            events = fill(file, world, size)
            store = opened(file)
            store.archives.add([Archive("a" * 32, file, Format.WARC, 1)])
            stores[size] = (store.archives, store.archives.claim(["a" * 32]), readings(world, size))
            print(f"growth: {size:>9,} articles, {events:,} events, {file.stat().st_size / 1e6:,.0f} MB ({file.stat().st_size / size / 1000:.1f} kB an article)",
                  flush=True)
        # In turns, so that what else the machine does falls on all alike; the first round fills caches.
        costs: dict[int, list[float]] = {size: [] for size in sizes}
        memory = []
        for turn in range(ROUNDS + 1):
            for size, (archives, taken, told) in stores.items():
                batches = [list(itertools.islice(told, 25)) for _ in range(ROUND // 25)]
                spent = _cpu(lambda archives=archives, taken=taken, batches=batches: [
                    archives.record(taken, batch, Mark(1, 0), {}) for batch in batches])
                if turn:
                    costs[size].append(spent / ROUND)
            memory.append(_resident())
        for size in sizes:
            print(f"growth: {statistics.median(costs[size]):6.2f} ms to store and merge an article beside {size:>9,} stored")
        ratio = statistics.median(late / early for early, late in zip(costs[sizes[0]], costs[sizes[-1]], strict=True))
        print(f"growth: {ratio:.2f} times the cost at {sizes[-1] // sizes[0]} times the articles (at most {MOST_GROWTH} is asked)")
        print(f"growth: memory {memory[1]:.0f} MB after the first round, {memory[-1]:.0f} MB after the last")


def shares(archives: list[Path], count: int) -> None:
    """What first look, reading and merging add to fetch, parse and body extraction, over pages as they come."""
    gazetteer = load_gazetteer()
    outlets = Outlets([])
    spent = dict.fromkeys(("parse", "look", "read", "store"), 0.0)
    told = passed = 0
    batch: list[Reading] = []
    with tempfile.TemporaryDirectory() as folder:
        files = archives or [_made_archive(Path(folder) / "made.warc.gz", count)]
        file = Path(folder) / "store.db"
        fill(file, world_of(2_000), 2_000)
        store = opened(file)
        store.archives.add([Archive("a" * 32, file, Format.WARC, 1)])
        taken = store.archives.claim(["a" * 32])
        assert taken is not None
        captured = (item for path in files for found in find_archives(path) if isinstance(found, Archive)
                    for item in read_records(found, cap=10_000_000) if isinstance(item, Captured))
        for number, item in enumerate(itertools.islice(captured, count + 50)):
            if number == 50:  # what is loaded with the first pages is loaded
                spent, told, passed = dict.fromkeys(spent, 0.0), 0, 0
            source = outlets.of(item.url)
            assert source is not None
            began = time.process_time()
            try:
                article = read_article(item.body, item.url, source, fetched_at=item.at, content_type=item.content_type)
            except PageError:
                spent["parse"] += time.process_time() - began
                continue
            looked_at = time.process_time()
            telling = may_tell_of_events(article, gazetteer)
            read_at = time.process_time()
            claims = claims_from(article, gazetteer) if telling else ()
            stored_at = time.process_time()
            page = Page(item.url, article, None, None, item.at)
            batch.append(Reading(page, claims) if telling else Reading(page, None, declined=True))
            if len(batch) == BATCH:
                store.archives.record(taken, batch, Mark(number + 1, 0), {})
                batch = []
            ended = time.process_time()
            for name, seconds in (("parse", looked_at - began), ("look", read_at - looked_at), ("read", stored_at - read_at), ("store", ended - stored_at)):
                spent[name] += seconds
            told, passed = told + 1, passed + telling
    for name, seconds in spent.items():
        print(f"shares: {name:<6} {seconds / told * 1000:6.2f} ms a page")
    base = spent["parse"] / told + FETCH / 1000
    added = sum(spent[name] for name in ("look", "read", "store")) / told
    print(f"shares: {passed / told:.0%} of {told} pages pass the first look; the rest adds {spent['look'] / told / base:.1%}")
    print(f"shares: look, reading and merging add {added / base:.0%} to fetch, parse and body (at most {MOST_ADDED:.0%} is asked)")


def processes(archives: list[Path], count: int) -> None:
    """Articles a second of `summitry backfill` with 1, 2 and 4 processes, each over a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sources.toml").write_text("")
        files = archives or [_made_archive(Path(folder) / f"{part}.warc.gz", count // 8, start=part * count) for part in range(8)]
        first = 0.0
        for number in (1, 2, 4):
            environment = os.environ | {"SUMMITRY_DATABASE": f"sqlite:///{folder}/{number}.db", "SUMMITRY_SOURCES": f"{folder}/sources.toml",
                                        "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
            began = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", "from app.cli import main; main()", "backfill", "--processes", str(number), *map(str, files)],
                                  env=environment, capture_output=True, text=True, check=True)
            rate = count / (time.perf_counter() - began)
            first = first or rate
            print(f"processes: {number}: {rate:6.1f} pages a second, {rate / first:.2f} times one process ({done.stdout.splitlines()[1].split(':')[0]})",
                  flush=True)
        print(f"processes: on {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")


def _made_archive(path: Path, count: int, start: int = 0) -> Path:
    with path.open("wb") as file:
        for url, at, body in pages(count, start=start):
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            file.write(gzip.compress((f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {at:%Y-%m-%dT%H:%M:%SZ}\r\n"
                                      f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n").encode()
                                     + block + b"\r\n\r\n", 6))
    return path


def _cpu(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _resident() -> float:
    """MB that this process has in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--long", action="store_true")
    arguments.add_argument("--only", choices=["growth", "shares", "processes"])
    arguments.add_argument("--sizes", type=int, nargs="+", help="stored articles, for growth")
    arguments.add_argument("--pages", type=int, help="pages, for shares and processes")
    arguments.add_argument("--archives", type=Path, nargs="*", default=[])
    options = arguments.parse_args()
    random.seed(1)
    sizes = options.sizes or ([10_000, 100_000, 1_000_000] if options.long else [2_000, 10_000])
    count = options.pages or (20_000 if options.long else 400)
    for name, act in (("growth", lambda: growth(sizes)), ("shares", lambda: shares(options.archives, count)),
                      ("processes", lambda: processes(options.archives, count))):
        if options.only in (None, name):
            act()


if __name__ == "__main__":
    main()
