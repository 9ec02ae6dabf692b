"""Schedulers hand sources out, workers collect them: real processes over a real PostgreSQL."""
from __future__ import annotations

import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from forking import Forked, forked
from newsdesk import open_store, rows_of, taken, timeline_of
from roles import address_of, asked, role
from roles import ended as told_to_end
from test_roles import diary  # noqa: F401
from test_scheduling import until
from working import Workplace, now

from app.store.migrations import upgrade
from app.store.store import Store
from app.store.tables import articles, run_sources, runs, sources

pytestmark = pytest.mark.postgres

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook.md"
DAYS = [f"held meeting of RU, KZ on 2023-11-{day:02} in Astana" for day in range(1, 15)]


@pytest.fixture
def place(queue_url: str) -> Workplace:
    return Workplace(queue_url, {"harbour": DAYS[:7], "meridian": DAYS[7:]})


@pytest.fixture
def store(place: Workplace) -> Iterator[Store]:
    store = place.store()
    store.ledger.sync_sources(place.sources)
    yield store
    store.close()


class Visited:
    """A web server that notes when each request began and ended."""

    def __init__(self) -> None:
        self.visits: list[tuple[float, float, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                began = time.monotonic()
                time.sleep(0.05)  # an overlap would show
                self.send_response(404 if self.path == "/robots.txt" else 200)
                self.send_header("Content-Length", "0")
                outer.visits.append((began, time.monotonic(), self.path))
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def host() -> Iterator[Visited]:
    host = Visited()
    yield host
    host.close()


def states(store: Store) -> Counter[str]:
    return Counter(row["state"] for row in rows_of(store, run_sources))


def stopped(process: Forked) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(10)


# Processes ---------------------------------------------------------------------------------------------------------------

def test_what_is_due_a_scheduler_hands_to_a_worker_and_both_end_when_they_are_told_to(
        queue_url: str, diary: Path, tmp_path: Path) -> None:  # noqa: F811
    """As an operator starts them; the worker has no sources file. Both tell how they do."""
    with role("scheduler", queue_url, diary, "--metrics-port", "0") as scheduler, \
            role("worker", queue_url, tmp_path / "none.toml", "--metrics-port", "0") as worker:
        store = open_store(queue_url, now)
        until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"], 60)
        assert len(timeline_of(store)) == 1
        section = HANDBOOK.read_text(encoding="utf-8").partition("## Metrics of schedulers and workers\n")[2].partition("\n## ")[0]
        for process, figure in ((scheduler, "summitry_scheduler_sources_queued 0.0"), (worker, "summitry_worker_jobs_done 1.0")):
            metrics = address_of(process)
            assert asked(metrics.replace("/metrics", "/healthz"))["status"] == "ok"
            with urlopen(metrics, timeout=10) as answer:
                told = answer.read().decode().splitlines()
            assert figure in told
            kind = re.match("summitry_[a-z]+", figure)[0]  # type: ignore[index]
            assert {line.split()[0] for line in told if line.startswith("summitry_")} == set(re.findall(rf"`({kind}_\w+)`", section))
        assert [told_to_end(worker), told_to_end(scheduler)] == [0, 0]
        store.close()


def test_three_schedulers_and_two_workers_collect_each_slot_once_and_share_the_pace_of_a_host(
        place: Workplace, store: Store, host: Visited) -> None:
    """Six sources whose pages all lie on one host: its requests come one at a time, with the gap between them, from two processes."""
    place = replace(place, pages={f"s{number}": DAYS[number:number + 1] for number in range(6)}, interval=3, at_once=2,
                    host=host.address, gap=0.1)
    store.ledger.sync_sources(place.sources)
    with ExitStack() as stack:
        for work in (place.schedule, place.schedule, place.schedule, place.work, place.work):
            stack.enter_context(forked(work))
        until(lambda: states(store)["ok"] >= 12 and len({visit[2].split("/")[1] for visit in host.visits}) == 3, 60)
        assert {row["state"] for row in rows_of(store, runs)} <= {"ok", "running"}
    slots = Counter((row["source_id"], row["slot"]) for row in rows_of(store, run_sources) if row["slot"])
    assert set(slots.values()) == {1}
    visits = sorted(host.visits)
    assert all(after[0] >= before[1] + 0.1 for before, after in pairwise(visits)), visits
    assert len(timeline_of(store)) == 6


def test_whatever_becomes_of_workers_the_timeline_ends_as_if_one_had_done_it_all(place: Workplace, store: Store, tmp_path: Path) -> None:
    """One is killed in the middle of a source, one is told to stop, one is frozen and wakes when others have done its work."""
    place = replace(place, life=1.5)
    slow = replace(place, pause=0.3)
    watching = place.store()
    scheduler = place.handing_out(watching)

    def stored(more_than: int) -> int:
        scheduler.tick(lambda: False)
        count = len(rows_of(store, articles))
        return count if count > more_than else 0

    with forked(slow.work) as killed:
        before = until(lambda: stored(0))
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    with forked(slow.work) as leaving:
        until(lambda: stored(before) and states(store)["interrupted"])
        assert stopped(leaving) == 0
    assert states(store)["running"] == 0
    assert states(store)["interrupted"] == 2
    with forked(slow.work) as frozen:
        until(lambda: stored(0) and states(store)["running"])
        frozen.send_signal(signal.SIGSTOP)
        with place.working():
            until(lambda: stored(13) and states(store)["ok"] == 2)
        told = timeline_of(store), rows_of(store, run_sources), rows_of(store, sources)
        frozen.send_signal(signal.SIGCONT)
        time.sleep(1.0)
        assert (timeline_of(store), rows_of(store, run_sources), rows_of(store, sources)) == told
        assert stopped(frozen) == 0
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    assert timeline_of(store) == undisturbed(place, tmp_path)
    watching.close()


def undisturbed(place: Workplace, folder: Path) -> list[tuple[Any, ...]]:
    """The timeline of one process that nothing disturbed."""
    url = f"sqlite:///{folder / 'undisturbed.db'}"
    upgrade(url)
    other = open_store(url, now)
    other.ledger.sync_sources(place.sources)
    assert place.runner(other).carry_out(taken(other)) == "ok"
    told = timeline_of(other)
    other.close()
    return told
