"""Jobs stand and fall with the transaction that takes their run."""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from newsdesk import Clock, open_store, rows_of, source
from sqlalchemy import Connection, text

from app.handing_out import HandingOut
from app.store.engine import Database
from app.store.errors import SchemaMismatch
from app.store.job_queue import JobQueue, lock_of, queue_steps
from app.store.leases import Claimed, Lease
from app.store.migrations import upgrade
from app.store.shared_runs import SharedRuns
from app.store.store import Store
from app.store.tables import run_sources, runs
from scraper.source import Kind

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(queue_url: str, clock: Clock) -> Iterator[Store]:
    store = open_store(queue_url, clock)
    store.ledger.sync_sources([source("meridian"), source("harbour")])
    yield store
    store.close()


@pytest.fixture
def queue(store: Store) -> JobQueue:
    return JobQueue(store._database)


def jobs(store: Store) -> list[tuple[str, str, int]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT lock, status::text, priority FROM procrastinate_jobs ORDER BY lock"))]


def test_each_source_of_a_run_is_a_job_that_locks_its_host_and_what_is_asked_for_goes_before(store: Store, queue: JobQueue) -> None:
    store.ledger.claim_queued(store.request_run(["meridian"], "api"), hand_out=queue.hand_out)
    store.ledger.claim_due(hand_out=queue.hand_out)
    assert jobs(store) == [("host:harbour.example", "todo", 0), ("host:meridian.example", "todo", 1)]


def test_where_the_taking_of_a_run_fails_there_is_no_job(store: Store, queue: JobQueue) -> None:
    def failing(connection: Connection, claimed: Claimed) -> dict[str, int]:
        queue.hand_out(connection, claimed)
        raise KeyError("after the jobs were made")

    with pytest.raises(KeyError):
        store.ledger.claim_due(hand_out=failing)
    assert jobs(store) == []
    assert rows_of(store, runs) == []


def test_a_job_is_dropped_with_its_lock_whether_it_waits_or_its_worker_is_gone(store: Store, queue: JobQueue) -> None:
    made: dict[str, int] = {}

    def hand_out(connection: Connection, claimed: Claimed) -> dict[str, int]:
        made.update(queue.hand_out(connection, claimed))
        return made

    store.ledger.claim_due(hand_out=hand_out)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE lock = 'host:harbour.example'"))
    for number in made.values():
        queue.drop(number)
        queue.drop(number)
    assert jobs(store) == []


def test_a_worker_whose_job_was_taken_away_meanwhile_says_so_and_no_error(store: Store, queue: JobQueue, caplog: pytest.LogCaptureFixture) -> None:
    """As one that was frozen, and wakes when others have done its work."""
    made: dict[str, int] = {}

    def hand_out(connection: Connection, claimed: Claimed) -> dict[str, int]:
        made.update(queue.hand_out(connection, claimed))
        return made

    done: list[str] = []

    def collect(lease: Lease) -> None:
        queue.drop(made[lease.source])
        done.append(lease.source)

    async def work() -> None:
        app = queue.app_for_work(collect)
        async with app.open():
            working = asyncio.create_task(app.work(at_once=1, life=60, look=0.1, patience=1))
            while len(done) < len(made) or not caplog.records:
                await asyncio.sleep(0.05)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    store.ledger.claim_due(hand_out=hand_out)
    with caplog.at_level(logging.INFO, "app"):
        asyncio.run(asyncio.wait_for(work(), 20))
    assert sorted(done) == sorted(made)
    assert "given to another worker meanwhile" in caplog.text
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_no_more_is_handed_out_than_can_soon_be_taken(store: Store, queue: JobQueue, clock: Clock) -> None:
    store.ledger.sync_sources([source(f"s{number}") for number in range(9)])
    shared = SharedRuns(store._database, store.ledger, clock)
    handing_out = HandingOut(store.ledger, shared, queue, most=2, run_deadline=600)
    waiting = []
    for _ in range(3):
        handing_out.tick(lambda: False)
        waiting.append(shared.counts()["queued"])
        for row in rows_of(store, run_sources, state="queued"):
            assert shared.begin(Lease(row["run_id"], row["source_id"], row["fence"])) is not None
    assert waiting == [2, 2, 4]  # as many as are under way by then
    assert handing_out.figures == {"sources_queued": 4, "sources_running": 4}


def test_files_lock_themselves() -> None:
    folder = replace(source("diary"), kind=Kind.FOLDER, url="/srv/articles")
    assert lock_of(folder) == "source:diary"


def test_the_queues_tables_are_made_once_and_only_what_they_lack_is_added(store: Store, queue_url: str) -> None:
    taken = rows_of(store, queue_steps)
    assert len(taken) > 30
    assert upgrade(queue_url, queue=True) == upgrade(queue_url)
    assert rows_of(store, queue_steps) == taken


def test_a_store_that_is_up_to_date_gets_its_queue_with_the_first_scheduler(copy_of: Callable[[str, Path], str], tmp_path: Path) -> None:
    url = copy_of("postgresql", tmp_path)
    upgrade(url, queue=True)
    database = Database(url)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 0
    database.close()


def test_tables_of_another_are_left_alone(queue_url: str) -> None:
    database = Database(queue_url)
    database.write(lambda connection: connection.execute(queue_steps.delete()))
    database.close()
    with pytest.raises(SchemaMismatch, match="did not make"):
        upgrade(queue_url, queue=True)
