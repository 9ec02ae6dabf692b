"""One run: collect each source, read its articles, store what they tell.

Sources are collected side by side by a bounded number of threads; what they bring is written one page at a time. A source
that fails fails alone. One that takes longer than its share of the time gives its place to the next. A run ends at its
deadline whatever its sources do: what still hangs then has lost its lease and can write nothing any more.
"""
from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from app.store.errors import LeaseLost, StoreError
from app.store.leases import Claimed, Hold, SourceState
from app.store.standing import Reading
from app.store.store import Recorded, Store
from scraper.collected import Collected, Failure, Finished, Listing, Page, Seen, Unchanged
from scraper.source import Kind, Source
from timeline.model import Article, Claim

__all__ = ["Collect", "Progress", "Read", "Runner", "Step"]

log = structlog.get_logger(__name__)

Read = Callable[[Article], Sequence[Claim]]
"""An article in, what it claims out: `timeline.extract.claims_from` with its gazetteer."""

_A_FEW = 4
_LOOK = 0.2  # seconds between two looks at whether to go on


class Collect(Protocol):
    """`scraper.collect.collect` with its fetcher, parser and clocks."""

    def __call__(self, source: Source, seen: Seen, *, etag: str | None, last_modified: str | None,
                 listed: Sequence[str], digest: str | None, quiet_until: datetime | None, max_pages: int,
                 deadline: float) -> Iterator[Collected]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What just happened to one source: `item` was taken in, or (None) the source has ended, with `error` or without."""

    source: str
    item: Collected | None = None
    recorded: Recorded | None = None
    error: tuple[str, str] | None = None


Progress = Callable[[Step], None]


class _Broken(Exception):
    """The store can't be written: the run ends here."""


class Runner:
    """Carries out runs; `workers` sources are collected at once, over all runs.

    `run_deadline` is the seconds that one run may take in all, `source_deadline` those of one source in it (None: all of
    the run's). A source that ends at its time has read a part, and the next run goes on from there; one that has not
    ended `overtime` seconds after it (a page that is being parsed and stored may take as long) hangs: it has failed, and
    its place is given to the next.
    """

    def __init__(self, store: Store, *, collect: Collect, read: Read, workers: int = 4, run_deadline: float = 600.0,
                 source_deadline: float | None = None, overtime: float = 30.0, pages_per_source: int = 50,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._collect = collect
        self._read = read
        self._workers = workers
        self._deadline = run_deadline
        self._source_deadline = run_deadline if source_deadline is None else min(source_deadline, run_deadline)
        self._overtime = overtime
        self._pages = pages_per_source
        self._clock = clock
        self._permits = threading.Semaphore(workers)
        self._unsettled: list[tuple[Hold, tuple[str, str] | None]] = []
        self._reading = threading.Lock()

    @property
    def most_sources(self) -> int:
        """How many sources one run takes: those that it can collect by its deadline though each takes all of its time, and a
        few for each worker at least, since hardly any does."""
        return self._workers * max(_A_FEW, int(self._deadline // self._source_deadline))

    def carry_out(self, claimed: Claimed, *, stop: threading.Event | None = None, grace: float = 5.0,
                  progress: Progress = lambda step: None, hold: Hold | None = None, seconds: float | None = None) -> str:
        """Collect all sources of a run and return its final state; never raises for what a source or the store does.

        When `stop` is set no new page is begun, and what is not done within `grace` seconds is left to the next run. `hold`
        and `seconds` are for who carries out a part of a run alone: how it is held, and what is left of the run's time.
        """
        run = _Run(self, claimed, stop or threading.Event(), progress, hold or self._store.ledger.whole(claimed.run),
                   self._deadline if seconds is None else seconds)
        part = {} if hold is None else {"source": claimed.sources[0].source.id}
        with structlog.contextvars.bound_contextvars(run=claimed.run, **part):
            log.info("run begins", trigger=claimed.trigger, sources=len(claimed.sources), busy=len(claimed.busy))
            state = self._conduct(run, grace)
            log.info("run ended", state=state)
        return state

    def settle(self) -> None:
        """Write down the ends of runs that could not be written when they came, since the store was full or away."""
        for hold, error in list(self._unsettled):
            hold.end(error)
            self._unsettled.remove((hold, error))

    def _conduct(self, run: _Run, grace: float) -> str:
        ledger = self._store.ledger
        next_beat = self._clock() + ledger.life / 3
        stopped_at: float | None = None
        run.begin(self._workers)
        while not run.wait(_LOOK):
            now = self._clock()
            if run.stop.is_set() and stopped_at is None:
                stopped_at = now
            if now >= run.ends or (stopped_at is not None and now >= stopped_at + grace):
                break
            for state in run.give_up(now - self._source_deadline - self._overtime):
                self._give_up(state, run)
            if now >= next_beat:
                next_beat = now + ledger.life / 3
                try:
                    run.hold.beat()
                except LeaseLost as error:
                    log.warning("run was taken over", reason=str(error))
                    run.abandon()
                    return "interrupted"
                except StoreError as error:
                    log.error("sign of life could not be written", error_class=error.error_class, error=str(error))
        run.abandon()
        if run.stop.is_set() and run.unfinished and run.broken is None:
            return self._end(run.hold, None, interrupted="the service was stopped")
        error = run.broken
        if error is None and run.unfinished:
            error = ("run-deadline", f"the run's {self._deadline:.0f} s were over")
        return self._end(run.hold, error)

    def _end(self, hold: Hold, error: tuple[str, str] | None, interrupted: str | None = None) -> str:
        try:
            if interrupted is not None:
                hold.interrupt(interrupted)
                return "interrupted"
            return hold.end(error)
        except StoreError as fault:
            log.error("end of the run could not be written", error_class=fault.error_class, error=str(fault))
            self._unsettled.append((hold, error or (fault.error_class, str(fault))))
            return "failed"

    def _give_up(self, state: SourceState, run: _Run) -> None:
        """Write down that a source hangs. Its thread can't be ended, but can write nothing from here on."""
        error = ("source-deadline", f"hung for longer than the {self._source_deadline:.0f} s that a source may take")
        log.warning("source hangs and was given up", source=state.source.id)
        try:
            self._store.ledger.finish_source(state.lease, error=error)
        except LeaseLost:
            return  # it did end, just now
        except StoreError as fault:
            run.broken = run.broken or (fault.error_class, str(fault))
            return
        run.progress(Step(state.source.id, error=error))

    # One source, in a thread of its own -------------------------------------------------------------------------------

    def collect_source(self, state: SourceState, run: _Run, halted: Callable[[], bool]) -> bool:
        """Whether one source was collected, or failed, to its end. Raises `_Broken` where the store can't be written."""
        name = state.source.id
        try:
            error = self._source(state, run, halted)
        except LeaseLost as fault:
            log.warning("source was taken over", source=name, reason=str(fault))
            return False
        except StoreError as fault:
            log.error("store can't be written", source=name, error_class=fault.error_class, error=str(fault))
            raise _Broken(fault.error_class, str(fault)) from fault
        if error is _HALTED:
            return False
        if not halted():
            run.progress(Step(name, error=error))
        return True

    def _source(self, state: SourceState, run: _Run, halted: Callable[[], bool]) -> tuple[str, str] | None:
        ledger = self._store.ledger
        lease, listing, failed = state.lease, None, None
        seen_of = _SeenOf()
        finished = Finished(0, None, None)
        left = max(0.0, min(run.ends - self._clock(), self._source_deadline))
        try:
            items = self._collect(state.source, self._store.seen_all, etag=state.etag, last_modified=state.last_modified,
                                  listed=state.listed, digest=state.digest, quiet_until=state.quiet_until,
                                  max_pages=self._pages, deadline=left)
            with closing(_as_generator(items)) as items:
                for item in items:
                    if halted():
                        return _HALTED
                    recorded = None
                    if isinstance(item, Listing):
                        listing = item
                        if state.source.kind is Kind.ICS and item.status == 200 and not item.empty:
                            self._store.take_listed(lease, [link.url for link in item.links])
                    elif isinstance(item, Finished):
                        finished = item
                    elif isinstance(item, Page):
                        recorded = self._page(state, item)
                    elif isinstance(item, Unchanged):
                        self._store.touch(lease, item.url, item.fetched_at)
                    else:
                        failed = failed or item
                        log.info("could not be read", source=state.source.id, url=item.url, error_class=item.error_class)
                        self._store.fail(lease, item)
                    seen_of.take(item, recorded)
                    run.progress(Step(state.source.id, item, recorded))
        except StoreError:
            raise
        except Exception as fault:
            log.exception("source failed", source=state.source.id)
            error = (f"bug-{type(fault).__name__}", f"{type(fault).__name__}: {fault}")
            ledger.finish_source(lease, error=error)
            return error
        if listing is None:
            error = (failed.error_class, failed.detail) if failed else ("no-listing", "the listing was not read")
            ledger.finish_source(lease, error=error, retry_after=failed.retry_after if failed else None)
            return error
        ledger.finish_source(lease, empty=listing.empty, etag=finished.etag, last_modified=finished.last_modified,
                             listed=None if listing.status == 304 else [link.url for link in listing.links],
                             digest=finished.digest, quiet_until=finished.quiet_until, reading=seen_of.reading())
        return None

    def _page(self, state: SourceState, page: Page) -> Recorded:
        """Store one page. One that our own code fails at is kept unread, and counted as failed."""
        lease = state.lease
        try:
            if not self._store.wants(lease, page.article):
                return self._store.record(lease, page, None)
            with self._reading:  # pure Python: side by side it would only take turns, and hold the memory of all
                claims = self._read(page.article)
            return self._store.record(lease, page, claims)
        except StoreError:
            raise
        except Exception as fault:
            log.exception("article could not be read for events", source=state.source.id, url=page.url)
            recorded = self._store.record(lease, page, None)
            self._store.fail(lease, Failure(page.url, f"bug-{type(fault).__name__}", f"{type(fault).__name__}: {fault}"))
            return recorded


_HALTED = ("halted", "")
_OURS = ("page-budget", "page-process", "run-deadline", "paused")  # say nothing about how a page can be read


class _SeenOf:
    """Counts what one run sees of one source."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(("asked", "answered", "read", "dated", "new"), 0)
        self._links: int | None = None
        self._partial = False  # a sitemap of an index could not be had
        self._moved_to: str | None = None

    def take(self, item: Collected, recorded: Recorded | None) -> None:
        if isinstance(item, Listing):
            self._links = None if item.status == 304 else len(item.links)
            self._moved_to = item.moved_to
        elif isinstance(item, Page):
            told = {"asked": 1, "answered": 1, "read": 1, "dated": int(item.article.published_on is not None),
                    "new": int(recorded is not None and recorded.new)}
            self._counts = {name: count + told[name] for name, count in self._counts.items()}
        elif isinstance(item, Failure) and item.kind == "listing":
            self._partial = True
        elif isinstance(item, Failure) and item.error_class not in _OURS:
            self._counts["asked"] += 1
            self._counts["answered"] += item.error_class.startswith("page-")

    def reading(self) -> Reading:
        return Reading(links=None if self._partial else self._links, moved_to=self._moved_to, **self._counts)


def _as_generator(items: Iterator[Collected]) -> Iterator[Collected]:
    yield from items


class _Run:
    """The threads of one run."""

    def __init__(self, runner: Runner, claimed: Claimed, stop: threading.Event, progress: Progress, hold: Hold, seconds: float) -> None:
        self.claimed = claimed
        self.stop = stop
        self.hold = hold
        self.broken: tuple[str, str] | None = None
        self.ends = runner._clock() + seconds
        self._runner = runner
        self._progress = progress
        self._todo = deque(claimed.sources)
        self._under_way = 0
        self._left = False  # whether a source was broken off
        self._changed = threading.Condition()
        self._abandoned = threading.Event()
        self._workers: list[_Worker] = []

    @property
    def halted(self) -> bool:
        return self.stop.is_set() or self._abandoned.is_set() or self.broken is not None

    @property
    def unfinished(self) -> bool:
        with self._changed:
            return bool(self._todo) or self._under_way > 0 or self._left

    def progress(self, step: Step) -> None:
        if not self._abandoned.is_set():
            self._progress(step)

    def begin(self, workers: int) -> None:
        for _ in range(min(workers, len(self._todo))):
            self._hire()

    def wait(self, seconds: float) -> bool:
        """Whether all sources are done, or nothing goes on any more; waits that long for it."""
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0 and (not self._todo or self.halted), seconds)

    def give_up(self, before: float) -> list[SourceState]:
        """Leave behind the sources that were begun before this time (on the runner's clock); others get their places."""
        given_up = []
        with self._changed:
            for worker in self._workers:
                if worker.state is not None and worker.began < before and not worker.given_up:
                    worker.given_up = True
                    self._under_way -= 1
                    worker.permit.give_back()
                    given_up.append(worker.state)
        for _ in given_up:
            self._hire()
        return given_up

    def abandon(self) -> None:
        """Leave behind what still runs: others may have its permits."""
        self._abandoned.set()
        for worker in self._workers:
            worker.permit.give_back()

    def _hire(self) -> None:
        worker = _Worker(_Permit(self._runner._permits))
        self._workers.append(worker)
        # A daemon: a thread that hangs for ever must not keep the process from ending.
        threading.Thread(target=self._work, args=(worker,), name=f"collect-{len(self._workers)}", daemon=True).start()

    def _work(self, worker: _Worker) -> None:
        def halted() -> bool:
            return worker.given_up or self.halted

        with structlog.contextvars.bound_contextvars(run=self.claimed.run):
            while not halted():
                if not worker.permit.take(lambda: halted() or not self._todo):
                    return
                state = self._next(worker)
                ended = False
                try:
                    ended = state is None or self._runner.collect_source(state, self, halted)
                except _Broken as broken:
                    self.broken = self.broken or broken.args  # type: ignore[assignment]
                except BaseException:
                    log.exception("source failed", source=state.source.id if state else None)
                    raise
                finally:
                    worker.permit.give_back()
                    if state is not None:
                        self._done(worker, ended)
                if state is None:
                    return

    def _next(self, worker: _Worker) -> SourceState | None:
        with self._changed:
            if not self._todo or self.halted:
                return None
            self._under_way += 1
            worker.state, worker.began = self._todo.popleft(), self._runner._clock()
            return worker.state

    def _done(self, worker: _Worker, ended: bool) -> None:
        with self._changed:
            worker.state = None
            if worker.given_up:
                return  # counted as done when it was given up
            self._left |= not ended
            self._under_way -= 1
            self._changed.notify_all()


@dataclass(slots=True)
class _Worker:
    """One thread of a run, and the source that it is at, since when (on the runner's clock)."""

    permit: _Permit
    state: SourceState | None = None
    began: float = 0.0
    given_up: bool = False


class _Permit:
    """One of the runner's places, given back once: by the thread that took it, or by the run that left it behind."""

    def __init__(self, permits: threading.Semaphore) -> None:
        self._permits = permits
        self._taken = False
        self._lock = threading.Lock()

    def take(self, given_up: Callable[[], bool]) -> bool:
        while not given_up():
            if self._permits.acquire(timeout=_LOOK):
                with self._lock:
                    self._taken = True
                return True
        return False

    def give_back(self) -> None:
        with self._lock:
            if self._taken:
                self._taken = False
                self._permits.release()
