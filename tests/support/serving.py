"""The application over a real store, in process or behind a real server on loopback."""
from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import sample_timeline
from apiflask import APIFlask
from sqlalchemy import Engine, select

from app.config import Settings
from app.http_server import close_http_server, open_http_server
from app.store import tables
from app.store.codec import claim_from_json, event_from_json
from app.store.corrections import Corrections
from app.store.tokens import Tokens
from app.store.webhooks import Webhooks
from app.web_app import create_app
from timeline.model import Article, Claim, Event


class SampleStore:
    """The sample's database with its store, and its events by title."""

    def __init__(self, url: str) -> None:
        self.clock = sample_timeline.Clock(sample_timeline.NOW)
        self._database, self.store = sample_timeline.open_store(url, self.clock)

    @classmethod
    def copied(cls, sample: Path, file: Path) -> SampleStore:
        shutil.copy(sample, file)
        return cls(f"sqlite:///{file}")

    @property
    def engine(self) -> Engine:
        return self.store.engine

    @property
    def events(self) -> dict[str, Event]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(tables.events.c.id, tables.events.c.title, tables.events.c.event)).all()
            claims = connection.execute(select(tables.claims.c.event_id, tables.claims.c.claim)
                                        .order_by(tables.claims.c.position)).all()
        return {row.title: event_from_json(row.event, tuple(claim_from_json(claim.claim) for claim in claims
                                                            if claim.event_id == row.id)) for row in rows}

    @property
    def corrections(self) -> Corrections:
        return self.store.corrections

    @property
    def tokens(self) -> Tokens:
        return self.store.tokens

    @property
    def webhooks(self) -> Webhooks:
        return self.store.webhooks

    def request_run(self, sources: Sequence[str] | None, trigger: str, *, key: str | None = None) -> str:
        return self.store.request_run(sources, trigger, key=key)

    def record(self, told: Iterable[tuple[Article, list[Claim]]]) -> None:
        """Put further articles in."""
        sample_timeline.record(self.store, told, self.clock)

    def close(self) -> None:
        self._database.close()


def sample_app(store: Any, *, now: Callable[[], datetime] = lambda: sample_timeline.NOW, extract: Any = None, sourcing: Any = None,
               **settings: Any) -> APIFlask:
    return create_app(Settings(**settings), store, now=now, extract=extract, sourcing=sourcing)


@contextmanager
def served(app: APIFlask, **limits: Any) -> Iterator[str]:
    """The base address of the application behind its server on a free loopback port."""
    server = open_http_server(app, host="127.0.0.1", port=0, threads=4, **limits)

    def run() -> None:
        with suppress(OSError):  # `close` below takes the sockets away from under it
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        with server.trigger.lock:  # or a request's end wakes the server, which then ends before the letter that wakes it is written
            server.trigger.thunks.append(lambda: _end(server))  # in its own thread: no socket is closed while that waits for it
            server.trigger.pull_trigger()
        thread.join(5)
        server.task_dispatcher.shutdown()


def _end(server: Any) -> None:
    """Close the connections that clients keep open, too."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    close_http_server(server)
