"""The queue of jobs that workers take, on the PostgreSQL of the store: Procrastinate, and what Summitry asks of it.

A job is the collecting of one source in one run, bound to the lease that the ledger gave for it. The ledger stays the one truth:
a job is made in the transaction that takes its run, and carries nothing out unless its source still waits by then. What the queue
adds is that any worker may take it, at once, and that no two jobs of one host are under way together.
"""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import procrastinate
from procrastinate import exceptions, jobs, sql
from procrastinate.schema import SchemaManager
from psycopg.errors import RaiseException
from sqlalchemy import Column, Connection, MetaData, Table, text

from app.store.engine import Database
from app.store.errors import SchemaMismatch, StoreUnreadable
from app.store.leases import Claimed, Lease
from app.store.tables import Text
from scraper.source import Source
from scraper.turns import host_of

__all__ = ["JobQueue", "WorkApp", "lock_of", "queue_steps", "upgrade_queue"]

log = logging.getLogger(__name__)

COLLECT = "collect"  # name of the task and of its queue
_ANSWER = 5.0  # seconds in which the database must say that it is there
_ASKED_FOR = 1  # priority of what somebody waits for


# Which of Procrastinate's steps its tables have. Apart from the tables of the store, as these are: what waits there is no part of
# the timeline, and goes into no copy of it.
queue_steps = Table("queue_steps", MetaData(), Column("step", Text, primary_key=True))


class JobQueue:
    """The queue over a PostgreSQL with its tables (`upgrade_queue` makes them)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def hand_out(self, connection: Connection, claimed: Claimed) -> Mapping[str, int]:
        """Make a job of each source, within the transaction that takes them. Numbers of the jobs, by source. Raises `StoreError`."""
        made = [jobs.Job(queue=COLLECT, task_name=COLLECT, lock=lock_of(state.source), queueing_lock=None,
                         priority=_ASKED_FOR if claimed.trigger != "schedule" else 0,
                         task_kwargs={"run": state.lease.run, "source": state.lease.source, "fence": state.lease.fence})
                for state in claimed.sources]
        if not made:
            return {}
        with self._named_errors():
            done = self._app.job_manager.batch_defer_jobs(jobs=made, connection=connection.connection.driver_connection)
        return {str(job.task_kwargs["source"]): job.id for job in done if job.id is not None}

    def drop(self, job: int) -> None:
        """Take a job away that nobody shall carry out, with its lock; one that is gone already is no fault. Raises `StoreError`."""
        manager = self._app.job_manager
        with self._database.named_errors(), self._named_errors(), self._database.engine.begin() as connection:
            driver = connection.connection.driver_connection
            with suppress(exceptions.NoResult):
                if manager.get_job_status(job, connection=driver) is jobs.Status.DOING:
                    self._app.connector.execute_query_one_with_connection(
                        driver, sql.queries["retry_job"], job_id=job, retry_at=datetime.now(UTC), new_priority=None,
                        new_queue_name=None, new_lock=None)
                manager.cancel_job_by_id(job, delete_job=True, connection=driver)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except exceptions.ConnectorException as error:
            if isinstance(error.__cause__, RaiseException):  # the job has become another one meanwhile: nothing is to be done
                return
            raise StoreUnreadable(f"{self._database.name}: {error.__cause__ or error}") from error

    def app_for_work(self, collect: Callable[[Lease], None], *, attempts: int = 3) -> WorkApp:
        """What takes jobs from the queue and calls `collect` for each, in threads."""
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(
            conninfo=url, min_size=1, max_size=3, timeout=3.0, kwargs={"connect_timeout": 5, "application_name": "summitry worker"}))

        @app.task(name=COLLECT, queue=COLLECT, retry=procrastinate.RetryStrategy(max_attempts=attempts, wait=1))
        def task(run: str, source: str, fence: int) -> None:
            collect(Lease(run, source, fence))

        return WorkApp(app)


class WorkApp:
    """One worker's side of the queue, for the event loop that it lives in. Errors of Procrastinate and psycopg pass through."""

    def __init__(self, app: procrastinate.App) -> None:
        self._app = app

    def open(self) -> AbstractAsyncContextManager[Any]:
        return self._app.open_async()

    async def work(self, *, at_once: int, life: float, look: float, patience: float) -> None:
        """Take jobs until the task is cancelled; those under way then have `patience` seconds. All in seconds: `life` is after how
        long without a sign of it this worker counts as dead, `look` how often it asks where no notice of a job arrives."""
        asyncio.get_running_loop().set_exception_handler(_told)
        await self._app.run_worker_async(
            queues=[COLLECT], concurrency=at_once, install_signal_handlers=False, fetch_job_polling_interval=look, delete_jobs="always",
            update_heartbeat_interval=life / 3, stalled_worker_timeout=life, shutdown_graceful_timeout=patience)

    async def reach(self) -> None:
        """Ask the database whether it is there. Whatever it raises, it is not."""
        await asyncio.wait_for(self._app.check_connection_async(), _ANSWER)

    async def give_back(self, life: float) -> int:
        """Let the jobs of workers that are gone be taken again; how many there were. The ledger says which are still wanted."""
        found = list(await self._app.job_manager.get_stalled_jobs(queue=COLLECT, seconds_since_heartbeat=life))
        for job in found:
            with suppress(exceptions.ConnectorException):  # another worker was first
                await self._app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        return len(found)


def _told(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Of tasks that nobody awaits, as the jobs of Procrastinate: it fails to write down the end of one that is there no more."""
    error = context.get("exception")
    if isinstance(error, exceptions.ConnectorException) and isinstance(error.__cause__, RaiseException):
        log.info("a job has ended that was given to another worker meanwhile")
    else:
        loop.default_exception_handler(context)


def lock_of(source: Source) -> str:
    """Two jobs of one lock are never under way together."""
    host = host_of(source.url)
    return f"host:{host}" if host else f"source:{source.id}"


def upgrade_queue(connection: Connection) -> None:
    """Make the queue's tables, or take the steps of Procrastinate that they lack. Raises `SchemaMismatch` where tables of its names
    are there that were not made here."""
    steps = _steps()
    queue_steps.create(connection, checkfirst=True)
    there = connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None
    taken = set(connection.execute(queue_steps.select()).scalars())
    if there and not taken:
        raise SchemaMismatch("the database holds tables of Procrastinate that Summitry did not make; give it a database of its own")
    # Several statements at once, with percent signs that stand for nothing: past SQLAlchemy, to the driver itself.
    execute = connection.connection.driver_connection.execute  # type: ignore[union-attr]
    if not there:
        execute(SchemaManager.get_schema())
    else:
        for name in sorted(steps.keys() - taken):
            execute(steps[name])
    if new := sorted(steps.keys() - taken):
        connection.execute(queue_steps.insert(), [{"step": name} for name in new])


def _steps() -> dict[str, str]:
    """Procrastinate's own migrations, by name; they are taken in the order of their names."""
    folder = Path(SchemaManager.get_migrations_path())
    return {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.sql")}
