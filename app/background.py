"""Processes that answer no HTTP: the scheduler, until it is told to stop."""
from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import structlog

from app.config import Settings
from app.service import Service

__all__ = ["run_scheduler"]

log = structlog.get_logger(__name__)

STOP_SECONDS = 8.0  # from the signal to the end


def run_scheduler(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Collect what is due and deliver to webhooks until SIGTERM or SIGINT. `announce` is told when it has begun.

    Raises what `Service` raises.
    """
    with closing(Service(settings)) as service, _told_to_stop(service.scheduler.halt) as told:
        service.scheduler.start()
        announce(f"Scheduling for {service.database_name}")
        log.info("scheduling", database=service.database_name)
        told.wait()
        log.info("stopping")
        service.scheduler.stop(STOP_SECONDS)
    log.info("stopped")


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
