"""Processes that answer no HTTP, until they are told to stop: the scheduler, and workers."""
from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec

import structlog

from app.config import Settings, SettingsError
from app.service import Service
from app.store.engine import checked_url, sqlite_file
from app.vitals import telling

__all__ = ["is_shared", "queue_is_installed", "run_scheduler", "run_worker"]

log = structlog.get_logger(__name__)

STOP_SECONDS = 8.0  # from the signal to the end


def run_scheduler(settings: Settings, *, announce: Callable[[str], None], metrics_port: int | None = None) -> None:
    """Find what is due, and deliver to webhooks, until SIGTERM or SIGINT. `announce` is told when it has begun. How it does is told on
    `metrics_port`, where one is given.

    Over PostgreSQL what is due becomes jobs for workers; over SQLite it is collected here. Raises what `Service` raises, and
    `SettingsError` where the queue is not installed.
    """
    shared = is_shared(settings)
    if shared:
        _require_queue()
    with closing(Service(settings, queue=shared, hands_out=shared)) as service, _told_to_stop(service.scheduler.halt) as told, \
            telling("scheduler", service.scheduler.vitals, host=settings.host, port=metrics_port) as address:
        service.scheduler.start()
        announce(f"Scheduling for {service.database_name}" + (f", {address}/metrics" if address else ""))
        log.info("scheduling", database=service.database_name, workers=shared)
        told.wait()
        log.info("stopping")
        service.scheduler.stop(STOP_SECONDS)
    log.info("stopped")


def run_worker(settings: Settings, *, announce: Callable[[str], None], metrics_port: int | None = None) -> None:
    """Take jobs until SIGTERM or SIGINT. `announce` is told when it has begun; `metrics_port` as above.

    Raises what `Service` raises, and `SettingsError` where the store is no PostgreSQL or the queue is not installed.
    """
    if not is_shared(settings):
        raise SettingsError("SUMMITRY_DATABASE: workers need PostgreSQL; over SQLite `summitry scheduler` and `summitry serve` collect "
                            "themselves")
    _require_queue()
    with closing(Service(settings, queue=True, sources_file=False)) as service:
        worker = service.worker()

        async def work() -> None:
            told = asyncio.Event()

            def stop() -> None:
                worker.halt()
                told.set()

            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stop)
            announce(f"Working for {service.database_name}" + (f", {address}/metrics" if address else ""))
            log.info("working", database=service.database_name, at_once=settings.workers)
            await worker.run(told)

        with telling("worker", worker.vitals, host=settings.host, port=metrics_port) as address:
            asyncio.run(work())
    log.info("stopped")


def is_shared(settings: Settings) -> bool:
    """Whether the store is a server. Raises `StoreError` where it is none that Summitry can use."""
    return sqlite_file(checked_url(settings.database)) is None


def queue_is_installed() -> bool:
    return find_spec("procrastinate") is not None


def _require_queue() -> None:
    if not queue_is_installed():
        raise SettingsError("workers need Procrastinate: pip install 'summitry[postgres,queue]'")


@contextmanager
def _told_to_stop(halt: Callable[[], None]) -> Iterator[threading.Event]:
    """Set at SIGTERM and SIGINT; `halt` is called at once, in the signal's handler. Further signals change nothing."""
    told = threading.Event()

    def stop(*_: object) -> None:
        halt()
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    yield told
