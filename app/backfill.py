"""Years of archives: one file a job, read by as many processes as there are cores, and by those of other machines beside them.

What each process reads next is asked of the store (`app.store.archives`): several commands over one PostgreSQL share the files that they
were all given.
"""
from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess, parent_process
from pathlib import Path

import structlog

from app.config import Settings
from app.store.archives import Archives, ArchiveState
from scraper.archive import Archive, ArchiveError, find_archives

__all__ = ["Progress", "Summary", "backfill", "usable_cores"]

log = structlog.get_logger(__name__)

_LOOK = 1.0  # seconds between two looks at how far all is
_IDLE = 1.0  # and between two of a process at whether a file has become free
_GRACE = 60.0  # seconds in which a process that is stopped stores what it has read
_TOLD = 2  # exit code of a process that has said itself why it ends


@dataclass(frozen=True, slots=True)
class Progress:
    """How far all is: bytes and files of all, and what this command has seen come in `seconds`: `records`, and `bytes`."""

    files: int
    files_done: int
    size: int
    done: int
    records: int
    bytes: int
    seconds: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds; None where it can't be told yet."""
        return (self.size - self.done) * self.seconds / self.bytes if self.bytes > 0 else None


@dataclass(slots=True)
class Summary:
    """What came of it: `counts` are what was added while the command ran; `errors` are lines for people, each with its path."""

    states: list[ArchiveState] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    complete: bool = False
    seconds: float = 0.0


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def backfill(settings: Settings, archives: Archives, paths: Iterable[Path], *, processes: int, keep_declined: bool = False,
             stop: threading.Event | None = None, progress: Callable[[Progress], None] = lambda progress: None) -> Summary:
    """Read these files, and all in these folders, with so many processes. What can't be read is told in the summary, and the rest is read.

    Raises `StoreError`.
    """
    stop, summary, found = stop or threading.Event(), Summary(), dict[str, Archive]()
    for path in paths:
        for archive in find_archives(path):
            if isinstance(archive, ArchiveError):
                summary.errors.append(str(archive))
                log.error("can't be read", reason=str(archive))
            else:
                found.setdefault(archive.id, archive)
    archives.add(found.values())
    began, before = time.monotonic(), archives.states(found)
    counted = sum((Counter(state.counts) for state in before), Counter())
    done_before = sum(map(_done, before))

    def look() -> list[ArchiveState]:
        states = archives.states(found)
        counts = sum((Counter(state.counts) for state in states), Counter())
        done = sum(map(_done, states))
        progress(Progress(len(states), sum(state.state in ("done", "failed") for state in states), sum(state.size for state in states), done,
                          counts["records"] - counted["records"], done - done_before, time.monotonic() - began))
        return states

    crew = _Crew(settings, tuple(found.values()), keep_declined)
    open_ = sum(state.state not in ("done", "failed") for state in before)
    try:
        crew.start(min(processes, open_))
        while crew.at_work() and not stop.wait(_LOOK):
            look()
    finally:
        crew.stop()
    summary.states = look()
    summary.seconds = time.monotonic() - began
    summary.counts = sum((Counter(state.counts) for state in summary.states), Counter()) - counted
    summary.complete = all(state.state in ("done", "failed") for state in summary.states)
    summary.errors += [f"{state.path}: {state.error[0]}: {state.error[1]}" for state in summary.states if state.error]
    if not summary.complete and not stop.is_set():
        summary.errors.append("the processes that read have ended before all was read; what they said is in the log")
    return summary


def _done(state: ArchiveState) -> int:
    return state.size if state.state == "done" else state.passed


class _Crew:
    """The processes of one command. One that is killed is replaced; one that says why it ends is not."""

    def __init__(self, settings: Settings, found: Sequence[Archive], keep_declined: bool) -> None:
        # Each is a fresh interpreter: no lock, connection or thread of this one is in it.
        self._context = multiprocessing.get_context("spawn")
        self._arguments = (settings, found, keep_declined)
        self._processes: list[BaseProcess] = []

    def start(self, count: int) -> None:
        for _ in range(count):
            process = self._context.Process(target=_work, args=self._arguments, daemon=False)
            process.start()
            self._processes.append(process)

    def at_work(self) -> bool:
        ended = [process for process in self._processes if process.exitcode is not None]
        self._processes = [process for process in self._processes if process.exitcode is None]
        for process in ended:
            if process.exitcode not in (0, _TOLD):
                # How often one file may end a process is for the store to say.
                log.error("a process that reads has died, and another one takes its place", exit_code=process.exitcode)
                self.start(1)
        return bool(self._processes)

    def stop(self) -> None:
        ends = time.monotonic() + _GRACE
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(max(0.0, ends - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()


def _work(settings: Settings, found: Sequence[Archive], keep_declined: bool) -> None:
    """What each process does: file after file, until all are read, or whoever started it is gone."""
    from app.logs import set_up_logs
    from app.store.errors import StoreError
    from scraper.source import SourcesError
    from timeline.gazetteer import GazetteerError

    set_up_logs(settings.log_format)
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard's is the parent's affair
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    parent = parent_process()
    try:
        _read_all(settings, found, keep_declined, lambda: stop.is_set() or (parent is not None and not parent.is_alive()))
    except (StoreError, SourcesError, GazetteerError, OSError) as error:
        log.error("reading ends", error=str(error))
        raise SystemExit(_TOLD) from error


def _read_all(settings: Settings, found: Sequence[Archive], keep_declined: bool, stopped: Callable[[], bool]) -> None:
    from app.archive_reading import Broken, read_archive
    from app.extraction import ready_gazetteer
    from app.service import open_store
    from app.store.errors import LeaseLost
    from scraper.sandbox import Sandbox
    from scraper.source import load_sources
    from timeline.extract import claims_from
    from timeline.firstlook import may_tell_of_events

    by_id = {archive.id: archive for archive in found}
    sources = load_sources(settings.sources)
    gazetteer = ready_gazetteer(settings.names)
    database, store = open_store(settings, gazetteer.party_name)
    archives = store.archives
    try:
        with Sandbox(children=1) as parser:
            while not stopped():
                taken = archives.claim(list(by_id))
                if taken is None:
                    if all(state.state in ("done", "failed") for state in archives.states(by_id)):
                        return
                    time.sleep(_IDLE)  # others read the last ones, and may die of it
                    continue
                archive = by_id[taken.id]
                try:
                    read_archive(archives, archive, taken, parser=parser, sources=sources, cap=settings.fetch_cap, keep_declined=keep_declined,
                                 may_tell=lambda article: may_tell_of_events(article, gazetteer),
                                 read=lambda article: claims_from(article, gazetteer), stopped=stopped)
                except LeaseLost as error:
                    log.warning("file was taken over", file=str(archive.path), reason=str(error))
                except (ArchiveError, OSError) as error:
                    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
                    log.error("file can't be read", file=str(archive.path), reason=reason)
                    archives.finish(taken, failed=("file", reason))
                except Broken as error:
                    archives.give_back(taken)
                    raise OSError(str(error)) from error
    finally:
        database.close()
