"""The scheduler: one dumb tick that asks the store what is due.

It knows no plan. What is due is a column of the database, and whoever moves it forward carries it out: so it does no
harm that several processes tick, that one was started twice, slept for an hour, or lives with a clock that was set.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from app.deliverer import Deliverer
from app.jobs import Runner
from app.store.errors import LeaseLost, StoreError
from app.store.ledger import Claimed, Ledger
from app.vitals import Vitals

if TYPE_CHECKING:
    from app.handing_out import HandingOut

__all__ = ["Scheduler"]

log = structlog.get_logger(__name__)

_JOB, _DELIVERIES = "tick", "deliveries"


class Scheduler:
    """Ticks each `tick` seconds, and carries out what it finds in threads of its own, at most `runs_at_once` runs.

    With `hand_out` it carries out nothing itself: workers do, and `runner` and `runs_at_once` are not used.
    `refresh` is called at each tick before anything is asked (to look at the sources file, say), `tidy` after all else: a little
    of what has no hurry. What webhooks wait for is looked at as often, by a job of its own.
    """

    def __init__(self, ledger: Ledger, runner: Runner, *, tick: float = 5.0, runs_at_once: int = 4,
                 grace: float = 5.0, refresh: Callable[[], None] = lambda: None, tidy: Callable[[], None] = lambda: None,
                 deliverer: Deliverer | None = None, hand_out: HandingOut | None = None) -> None:
        self._ledger = ledger
        self._runner = runner
        self._tick = tick
        self._runs_at_once = runs_at_once
        self._grace = grace
        self._refresh = refresh
        self._tidy = tidy
        self._deliverer = deliverer
        self._hand_out = hand_out
        self._stop = threading.Event()
        self._active: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()
        self._ticked = time.monotonic()
        self._looked: float | None = None
        self._fault: str | None = None
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)

    def start(self) -> None:
        # coalesce and no grace limit: ticks that were slept through are one; max_instances: ticks never overlap.
        self._looked = time.monotonic()
        jobs = {_JOB: self.tick} | ({_DELIVERIES: self._deliverer.tick} if self._deliverer is not None else {})
        for name, job in jobs.items():
            self._scheduler.add_job(job, IntervalTrigger(seconds=self._tick, timezone=UTC), id=name, coalesce=True,
                                    max_instances=1, misfire_grace_time=None, next_run_time=datetime.now(UTC))
        self._scheduler.start()
        threading.Thread(target=self._watch, name="scheduler-watch", daemon=True).start()

    @property
    def last_look_age(self) -> float | None:
        """Seconds since a tick last came to its end; None before the start."""
        return None if self._looked is None else time.monotonic() - self._looked

    def wake(self) -> None:
        """Tick at once: somebody has asked for a run."""
        if self._scheduler.running:
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))

    def halt(self) -> None:
        """Begin nothing more, not even a page. May be called from a signal handler."""
        self._stop.set()
        if self._deliverer is not None:
            self._deliverer.halt()

    def stop(self, wait: float = 8.0) -> None:
        """Halt, and wait for the runs under way: they end with the page they are at, or are left to the next start."""
        self.halt()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        ends = time.monotonic() + wait
        for thread in list(self._active.values()):
            thread.join(max(0.0, ends - time.monotonic()))
        if self._deliverer is not None:
            self._deliverer.stop(max(0.0, ends - time.monotonic()))

    def tick(self) -> None:
        """Take over from the dead, and carry out what waits and what is due. Never raises for what the store does."""
        self._ticked = time.monotonic()
        if self._stop.is_set():
            return
        try:
            self._refresh()
            self._runner.settle()
            self._stay_alive()
            for run in self._ledger.recover():
                log.warning("run was interrupted; its sources are due again", run=run)
            if self._hand_out is not None:
                self._hand_out.tick(self._stop.is_set)
            while self._hand_out is None and not self._stop.is_set() and len(self._active) < self._runs_at_once:
                claimed = self._ledger.claim_queued() or self._ledger.claim_due(self._runner.most_sources)
                if claimed is None:
                    break
                self._begin(claimed)
            if not self._stop.is_set():
                self._tidy()
        except StoreError as error:
            if self._fault != error.error_class:  # said once, and not at each tick
                log.error("the store can't be used", error_class=error.error_class, error=str(error))
            self._fault = error.error_class
        else:
            if self._fault is not None:
                log.info("the store can be used again")
            self._fault = None
            self._looked = time.monotonic()

    def vitals(self) -> Vitals:
        """How the ticks go; a fault where the store can't be used, or none came for long."""
        age = time.monotonic() - self._ticked
        fault = self._fault or ("no-tick" if age > 3 * self._tick + 5 else None)
        looked = self.last_look_age
        return Vitals(fault, ({"last_look_age_seconds": round(looked, 3)} if looked is not None else {}) | {"runs": len(self._active)}
                      | (self._hand_out.figures if self._hand_out is not None else {}))

    def _begin(self, claimed: Claimed) -> None:
        thread = threading.Thread(target=self._carry_out, args=(claimed,), name=f"run-{claimed.run}", daemon=True)
        with self._lock:
            self._active[claimed.run] = thread
        thread.start()

    def _carry_out(self, claimed: Claimed) -> None:
        try:
            self._runner.carry_out(claimed, stop=self._stop, grace=self._grace)
        except Exception:
            log.exception("run failed", run=claimed.run)
        finally:
            with self._lock:
                self._active.pop(claimed.run, None)

    def _stay_alive(self) -> None:
        """After a sleep our own runs look dead to ourselves: they give a sign of life before anybody is given up."""
        for run in list(self._active):
            with suppress(LeaseLost):  # it has just ended, or was taken over: whoever carries it out finds that, and says so
                self._ledger.beat(run)

    def _watch(self) -> None:
        """APScheduler waits for a time of day: where the clock is set back it would wait for that long. Seconds that pass
        do not lie."""
        while not self._stop.wait(self._tick):
            if time.monotonic() - self._ticked > 2 * self._tick + 1:
                log.warning("no tick for too long: was the clock set back?")
                self._ticked = time.monotonic()
                self.wake()
