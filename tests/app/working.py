"""A scheduler that hands out, and workers, over the desk of `newsdesk`: each for a process of its own, or for a thread of the test's."""
from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import newsdesk

from app.handing_out import HandingOut
from app.jobs import Runner
from app.scheduler import Scheduler
from app.store.job_queue import JobQueue
from app.store.shared_runs import SharedRuns
from app.store.store import Store
from app.store.turns import SharedTurns
from app.worker import Worker
from scraper.fetch import Fetcher
from scraper.source import Source


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workplace:
    """`pages` are sentences of one article each, by source. Each source may have a `host` whose pages are asked for, one for each item."""

    url: str
    pages: Mapping[str, Sequence[str]]
    life: float = 60.0
    deadline: float = 60.0
    interval: int = 3600
    pause: float = 0.0  # before each item
    at_once: int = 1
    host: str = ""
    gap: float = 0.0

    @property
    def sources(self) -> list[Source]:
        return [newsdesk.source(name, interval=self.interval) for name in self.pages]

    def store(self) -> Store:
        return newsdesk.open_store(self.url, now, life=self.life)

    def handing_out(self, store: Store) -> HandingOut:
        return HandingOut(store.ledger, self.shared(store), JobQueue(store._database), most=4, run_deadline=self.deadline)

    def shared(self, store: Store) -> SharedRuns:
        return SharedRuns(store._database, store.ledger, now)

    def runner(self, store: Store) -> Runner:
        fetcher = Fetcher(host_gap=self.gap, allow_hosts=(self.host.removeprefix("http://"),),
                          turns=SharedTurns(store._database)) if self.host else None

        class Desk(newsdesk.Desk):
            def __call__(desk, source: Source, *arguments: Any, **others: Any) -> Iterator[Any]:
                for number, item in enumerate(super().__call__(source, *arguments, **others)):
                    time.sleep(self.pause)
                    if fetcher is not None:
                        fetcher.fetch(f"{self.host}/{os.getpid()}/{source.id}/{number}")
                    yield item

        desk = Desk(now)
        desk.pages = {name: [newsdesk.article(str(number), sentence, of=name) for number, sentence in enumerate(told)]
                      for name, told in self.pages.items()}
        return Runner(store, collect=desk, read=newsdesk.read, workers=self.at_once, run_deadline=self.deadline)

    # For a process of its own -------------------------------------------------------------------------------------------

    def schedule(self, ready: Callable[[], None]) -> None:
        store = self.store()
        scheduler = Scheduler(store.ledger, self.runner(store), tick=0.2, hand_out=self.handing_out(store))
        told = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: told.set())
        scheduler.start()
        ready()
        told.wait()
        scheduler.stop()

    def work(self, ready: Callable[[], None]) -> None:
        asyncio.run(self._work(ready))

    async def _work(self, ready: Callable[[], None], told: asyncio.Event | None = None) -> None:
        store = self.store()
        worker = Worker(self.shared(store), JobQueue(store._database), self.runner(store), clock=now, at_once=self.at_once,
                        life=self.life, run_deadline=self.deadline, look=0.2, grace=1.0)
        told = told or asyncio.Event()

        def stop() -> None:
            worker.halt()
            told.set()

        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        ready()
        await worker.run(told)
        store.close()

    # For a thread -------------------------------------------------------------------------------------------------------

    @contextmanager
    def working(self) -> Iterator[None]:
        """A worker in a thread of this process."""
        told: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

        async def work() -> None:
            event = asyncio.Event()
            told.append((asyncio.get_running_loop(), event))
            await self._work(lambda: None, event)

        thread = threading.Thread(target=lambda: asyncio.run(work()), daemon=True)
        thread.start()
        try:
            yield
        finally:
            loop, event = told[0]
            loop.call_soon_threadsafe(event.set)
            thread.join(10)
