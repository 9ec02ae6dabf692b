"""Serving: HTTP and the scheduler in one process, until it is told to stop; and the demonstration."""
from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from filelock import FileLock, Timeout

from app.config import Settings
from app.event_json import API_PREFIX
from app.http_server import close_http_server, open_http_server
from app.newsroom import fill_sources, serve_newsroom
from app.service import Service

__all__ = ["SAMPLES", "address_of", "demo", "serve"]

log = structlog.get_logger(__name__)

SAMPLES = Path(__file__).parents[1] / "samples"
STOP_SECONDS = 9.0  # from the signal to the end


def serve(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is told the service's address once it answers.

    Raises what `Service` raises, and `OSError` where the address is taken.
    """
    with ExitStack() as stack:
        service = Service(settings)
        stack.callback(service.close)
        server = open_http_server(service.web_app(), host=settings.host, port=settings.port, threads=settings.threads)
        stop_at = float("inf")

        def stop(number: int, frame: FrameType | None) -> None:
            nonlocal stop_at
            if stop_at == float("inf"):
                stop_at = time.monotonic() + STOP_SECONDS
                service.scheduler.halt()  # no new page from here on
            raise SystemExit

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        if settings.scheduler:
            service.scheduler.start()
        announce(address_of(server))
        log.info("serving", address=address_of(server), scheduler=settings.scheduler, database=service.database_name)
        try:
            server.run()  # ends with SystemExit, which it keeps to itself, and gives requests 5 s to be answered
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            log.info("stopping")
            service.scheduler.stop(max(1.0, min(stop_at, time.monotonic() + STOP_SECONDS) - time.monotonic()))
            with suppress(OSError):
                close_http_server(server)
    log.info("stopped")


def demo(settings: Settings, *, samples: Path = SAMPLES, folder: Path | None = None,
         announce: Callable[[str], None]) -> None:
    """Serve a timeline of the sample newsroom, which is served on loopback and scraped over HTTP each minute.

    All that it writes goes to `folder`; without one, to a scratch folder that is removed at the end. Raises
    `FileNotFoundError` where the samples are missing, `FileExistsError` where another demonstration has the folder.
    """
    if not (samples / "sources.toml").is_file():
        raise FileNotFoundError(2, "the sample newsroom is missing", str(samples))
    with ExitStack() as stack:
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="summitry-demo-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        stack.enter_context(_of_one(folder))
        newsroom = stack.enter_context(serve_newsroom(samples / "site"))
        sources = folder / "sources.toml"
        sources.write_text(fill_sources(samples / "sources.toml", newsroom.base_url), encoding="utf-8")
        settings = replace(settings, database=f"sqlite:///{folder / 'demo.db'}", sources=sources, names=None, base_url=None,
                           scheduler=True, adapt_intervals=False, host_gap=0.0,
                           allow_hosts=(*settings.allow_hosts, newsroom.address))

        def told(address: str) -> None:
            announce(f"The diary            {address}/?day=2023-11-09\n"
                     f"The picture, the map {address}/timeline  {address}/map\n"
                     f"The desk             {address}/desk\n"
                     f"The sample newsroom  {newsroom.base_url}/\n"
                     f"The timeline, JSON   {address}{API_PREFIX}/events\n"
                     f"The calendar         {address}/calendar.ics\n"
                     f"The API's docs       {address}/docs\n"
                     f"Files                {folder}\n"
                     "Pages are scraped now, and again each minute. Ctrl-C ends it.")

        serve(settings, announce=told)


@contextmanager
def _of_one(folder: Path) -> Iterator[None]:
    """A second demonstration would give the first one's sources the address of its own newsroom."""
    lock = FileLock(folder / "demo.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise FileExistsError(17, "another demonstration is using this folder", str(folder)) from None
    try:
        yield
    finally:
        lock.release()


def address_of(server: Any) -> str:
    """Where a server of `open_http_server` listens."""
    host, port = getattr(server, "effective_host", None), getattr(server, "effective_port", None)
    if host is None:  # one name, several addresses
        host, port = server.effective_listen[0]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
