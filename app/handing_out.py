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
    """As many sources wait as workers are at, and `most` at least; one run has `most` at most. So no worker is without a job, however
    many there are, and little is handed out long before it can be taken; but for what was asked for. `run_deadline` is in seconds."""

    def __init__(self, ledger: Ledger, shared: SharedRuns, queue: JobQueue, *, most: int, run_deadline: float) -> None:
        self._ledger = ledger
        self._shared = shared
        self._queue = queue
        self._most = most
        self._deadline = run_deadline
        self.figures: dict[str, float] = {}
        """As of the last tick: sources that wait for a worker, and those that workers are at."""

    def tick(self, stopped: Callable[[], bool]) -> None:
        """Raises `StoreError`."""
        for left in self._shared.recover(self._deadline):
            log.warning("source was left behind and is due again", run=left.run, source=left.source, reason=left.reason)
            if left.job is not None:
                self._queue.drop(left.job)
        counts = self._shared.counts()
        while not stopped():
            claimed = self._ledger.claim_queued(hand_out=self._queue.hand_out)  # somebody waits for it
            if claimed is None and counts["queued"] < max(self._most, counts["running"]):
                claimed = self._ledger.claim_due(self._most, hand_out=self._queue.hand_out)
            if claimed is None:
                break
            log.info("run handed out", run=claimed.run, trigger=claimed.trigger, sources=len(claimed.sources), busy=len(claimed.busy))
            counts = self._shared.counts()
        self.figures = {"sources_queued": counts["queued"], "sources_running": counts["running"]}
