"""PostgreSQL ends in the middle of a run, in order or by a crash, and comes back, or another takes its place: nothing is lost or doubled."""
from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from newsdesk import Clock, Desk, article, open_store, read, rows_of, source, timeline_of
from postgresql_cluster import Cluster
from test_scheduling import MET, MOVED, TO_MEET, until

from app.config import Settings
from app.jobs import Runner
from app.scheduler import Scheduler
from app.store.migrations import upgrade
from app.store.store import Store
from app.store.tables import changes, run_sources, runs, sources
from app.web_app import create_app

pytestmark = pytest.mark.postgres

PASSWORD = "planted-0c4e"
TOLD = {"meridian": [("a", MET), ("b", TO_MEET), ("c", "Nothing happened."), ("f", "held call of RU, CN on 2023-11-08")],
        "harbour": [("d", MET), ("e", MOVED)]}
PAGES = {name: [article(path, *sentences, of=name) for path, *sentences in told] for name, told in TOLD.items()}
EVERY = bool(os.environ.get("SUMMITRY_TEST_FAULTS"))


def now() -> datetime:
    return datetime.now(UTC)


class SteppingDesk(Desk):
    """Hands pages out one by one; after the so-many-th it waits until what happens meanwhile has happened."""

    def __init__(self, after: int) -> None:
        super().__init__(now)
        self.pages = dict(PAGES)
        self.reached, self.go_on = threading.Event(), threading.Event()
        self._after = after

    def __call__(self, *arguments: Any, **others: Any) -> Iterator[Any]:
        for item in super().__call__(*arguments, **others):
            yield item
            self._after -= 1
            if self._after == 0:
                self.reached.set()
                self.go_on.wait(60)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.close()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """The timeline of a run that nothing disturbed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'store.db'}"
    upgrade(url)
    store = open_store(url, Clock(now()))
    desk = Desk(now)
    desk.pages = dict(PAGES)
    store.ledger.sync_sources([source(name) for name in PAGES])
    claimed = store.ledger.claim_due()
    assert claimed is not None
    assert Runner(store, collect=desk, read=read, workers=1).carry_out(claimed) == "ok"
    found = told_by(store)
    store.close()
    assert len(found) == 3
    return found


def told_by(store: Store) -> list[tuple[Any, ...]]:
    """The timeline without ids and revisions: a source that failed comes after the others, and who tells first gives an event its id."""
    return sorted(tuple(value for number, value in enumerate(row) if number not in (0, 6)) for row in timeline_of(store))


def converges(store: Store, expected: list[tuple[Any, ...]]) -> None:
    """The scheduler that lived through it collects all, by itself."""
    def all_told() -> bool:
        return told_by(store) == expected and "running" not in {row["state"] for row in rows_of(store, runs)}

    until(lambda: quietly(all_told), 60)
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    assert {row["state"] for row in rows_of(store, runs)} <= {"ok", "failed", "partial", "interrupted"}
    assert not [row for row in rows_of(store, run_sources) if row["state"] == "running"]
    assert len({row["event_id"] for row in rows_of(store, changes)}) == len(expected)


def quietly(look: Any) -> Any:
    try:
        return look()
    except Exception:
        return False


@pytest.mark.parametrize("after", range(1, 10) if EVERY else [5])
@pytest.mark.parametrize("how", ["fast", "immediate"] if EVERY else ["immediate"])
def test_a_server_that_ends_in_the_middle_of_a_run_fails_it_and_the_next_ends_in_the_same_timeline(
        cluster: Cluster, expected: list[tuple[Any, ...]], caplog: pytest.LogCaptureFixture, how: str, after: int) -> None:
    """Clients are answered 503 meanwhile, and the password of the database is told to nobody."""
    caplog.set_level(logging.DEBUG)
    url = cluster.url(PASSWORD)
    upgrade(url)
    store = open_store(url, now, busy_timeout=0.5)
    store.ledger.sync_sources([source(name, interval=10) for name in PAGES])
    client = create_app(Settings(database=url), store, now=now).test_client()
    desk = SteppingDesk(after)
    scheduler = Scheduler(store.ledger, Runner(store, collect=desk, read=read, workers=1), tick=0.2)
    scheduler.start()
    assert desk.reached.wait(30)
    cluster.stop(how)
    desk.go_on.set()
    told = [client.get(path) for path in ("/api/v1/events", "/healthz", "/calendar.ics", "/metrics", "/events", "/api/v1/changes")]
    assert [answer.status_code for answer in told] == [503, 503, 503, 200, 503, 503]
    until(lambda: not scheduler._active)  # the run has ended, and says so when it can
    assert scheduler.last_look_age is not None
    cluster.start()
    until(lambda: client.get("/healthz").status_code == 200)
    converges(store, expected)
    assert client.get("/api/v1/events").status_code == 200
    scheduler.stop(5)
    store.close()
    assert PASSWORD not in caplog.text + "".join(answer.get_data(as_text=True) for answer in told)


@pytest.mark.skipif(not EVERY, reason="a second server is slow to make: `make faults` does it")
def test_another_server_takes_over_in_the_middle_of_a_run(cluster: Cluster, expected: list[tuple[Any, ...]]) -> None:
    """Both are named in the URL; what was committed is on both."""
    upgrade(cluster.url())
    other = Cluster(copy_of=cluster)
    try:
        other.start()
        cluster.stop("fast")
        cluster.start("-c synchronous_standby_names=*")
        url = (f"postgresql://summitry@/postgres?host=127.0.0.1:{cluster.port}&host=127.0.0.1:{other.port}"
               "&target_session_attrs=read-write")
        store = open_store(url, now, busy_timeout=0.5)
        store.ledger.sync_sources([source(name, interval=10) for name in PAGES])
        desk = SteppingDesk(5)
        scheduler = Scheduler(store.ledger, Runner(store, collect=desk, read=read, workers=1), tick=0.2)
        scheduler.start()
        assert desk.reached.wait(60)
        before = timeline_of(store)
        cluster.stop("immediate")
        other.promote()
        desk.go_on.set()
        until(lambda: quietly(lambda: rows_of(store, runs)), 60)
        assert {row[0] for row in before} <= {row[0] for row in timeline_of(store)}, "nothing that was committed is lost"
        converges(store, expected)
        scheduler.stop(5)
        store.close()
    finally:
        other.close()

