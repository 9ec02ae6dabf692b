"""A worker: takes the jobs that a scheduler handed out, and collects a source with each."""
from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import structlog

from app.jobs import Runner
from app.store.job_queue import JobQueue, WorkApp
from app.store.leases import Lease
from app.store.shared_runs import SharedRuns
from app.vitals import Vitals

__all__ = ["Worker"]

log = structlog.get_logger(__name__)

_LOOK = 1.0  # seconds between two looks at whether the database is there
_AGAIN = 2.0  # seconds after which a queue that was away is asked again


class Worker:
    """Takes `at_once` jobs at a time. `clock` gives aware times; `life`, `look`, `grace` and `run_deadline` are in seconds.

    A database that is away for a while stops no worker: it goes on when it is back.
    """

    def __init__(self, shared: SharedRuns, queue: JobQueue, runner: Runner, *, clock: Callable[[], datetime], at_once: int, life: float,
                 run_deadline: float, look: float = 5.0, grace: float = 5.0) -> None:
        self._shared = shared
        self._queue = queue
        self._runner = runner
        self._clock = clock
        self._at_once = at_once
        self._life = life
        self._deadline = run_deadline
        self._look = look
        self._grace = grace
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._under_way = 0
        self._done = 0
        self._fault: str | None = "the queue was not reached yet"

    def vitals(self) -> Vitals:
        """What is under way, and how many jobs were done; a fault while the queue can't be used."""
        return Vitals(self._fault, {"jobs_running": self._under_way, "jobs_done": self._done})

    def halt(self) -> None:
        """Begin nothing more, not even a page. May be called from any thread."""
        self._stop.set()

    async def run(self, told_to_stop: asyncio.Event) -> None:
        """Work until it is told to stop; what is under way then has `grace` seconds, and is left to others."""
        # The default has too few threads on a small machine; a job holds one for as long as its source takes.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self._at_once + 1, "job"))
        while not told_to_stop.is_set():
            work = asyncio.create_task(self._work())
            stop = asyncio.create_task(told_to_stop.wait())
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            if not told_to_stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(told_to_stop.wait(), _AGAIN)

    def collect(self, lease: Lease) -> None:
        """One job. Raises `StoreError` where it could not be begun."""
        self._runner.settle()
        claimed = self._shared.begin(lease)
        if claimed is None:
            log.info("job is not wanted any more", run=lease.run, source=lease.source)
            return
        left = self._deadline - (self._clock() - claimed.started).total_seconds()
        self._count(1, 0)
        try:
            self._runner.carry_out(claimed, stop=self._stop, grace=self._grace, hold=self._shared.hold(lease), seconds=max(left, 1.0))
        finally:
            self._count(-1, 1)

    def _count(self, under_way: int, done: int) -> None:
        with self._lock:
            self._under_way += under_way
            self._done += done

    async def _work(self) -> None:
        """Take jobs until the queue can't be used, or the task is cancelled."""
        app = self._queue.app_for_work(self.collect)
        try:
            async with app.open():
                self._fault = None
                work = asyncio.create_task(app.work(at_once=self._at_once, life=self._life, look=self._look, patience=self._grace + 1))
                beside = [asyncio.create_task(self._watch(app)), asyncio.create_task(self._give_back(app))]
                try:
                    done, _ = await asyncio.wait((work, beside[0]), return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
                finally:
                    for task in (work, *beside):
                        task.cancel()
                    await asyncio.gather(work, *beside, return_exceptions=True)
            self._fault = "the queue can't be used"  # Procrastinate ended by itself, and has said why
        except asyncio.CancelledError:
            raise
        except Exception as error:  # of the queue's many; the jobs' own never come here
            self._fault = f"{type(error).__name__}: {error}"
            log.error("the queue can't be used", error=self._fault)

    async def _watch(self, app: WorkApp) -> None:
        """Raises as soon as the database is away: Procrastinate would go on without notices of jobs, or without signs of life."""
        while True:
            await asyncio.sleep(_LOOK)
            await app.reach()

    async def _give_back(self, app: WorkApp) -> None:
        while True:
            with suppress(Exception):  # the watch says what is wrong
                if count := await app.give_back(self._life):
                    log.warning("jobs of workers that are gone were given back", jobs=count)
            await asyncio.sleep(self._life / 2)
