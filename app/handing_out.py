"""Hands runs out to workers, and takes back what they left: what the tick of `summitry scheduler` does over PostgreSQL."""
from __future__ import annotations

from collections.abc import Callable

import structlog

from app.store.job_queue import JobQueue
from app.store.ledger import Ledger
from app.store.shared_runs import SharedRuns

__all__ = ["HandingOut"]

log = structlog.get_logger(__name__)


class HandingOut:
    """At most `runs_at_once` runs wait or are under way with the workers, of `most` sources each; so nothing is handed out long before
    it can be taken. `run_deadline` is in seconds."""

    def __init__(self, ledger: Ledger, shared: SharedRuns, queue: JobQueue, *, most: int, run_deadline: float, runs_at_once: int = 4) -> None:
        self._ledger = ledger
        self._shared = shared
        self._queue = queue
        self._most = most
        self._deadline = run_deadline
        self._runs_at_once = runs_at_once
        self.figures: dict[str, float] = {}
        """As of the last tick: sources that wait for a worker, and those that workers are at."""

    def tick(self, stopped: Callable[[], bool]) -> None:
        """Raises `StoreError`."""
        for left in self._shared.recover(self._deadline):
            log.warning("source was left behind and is due again", run=left.run, source=left.source, reason=left.reason)
            if left.job is not None:
                self._queue.drop(left.job)
        while not stopped() and self._shared.open_runs() < self._runs_at_once:
            claimed = self._ledger.claim_queued(hand_out=self._queue.hand_out) or \
                self._ledger.claim_due(self._most, hand_out=self._queue.hand_out)
            if claimed is None:
                break
            log.info("run handed out", run=claimed.run, trigger=claimed.trigger, sources=len(claimed.sources), busy=len(claimed.busy))
        counts = self._shared.counts()
        self.figures = {"sources_queued": counts["queued"], "sources_running": counts["running"]}
