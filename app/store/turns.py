"""Turns at hosts that all processes over one PostgreSQL share: manners hold whatever the number of machines.

Each step is a short transaction of its own, which takes no part in the order of the writers. Times are those of the database's
clock. A process that dies during an exchange holds its host up for as long as the exchange could have lasted at most.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog
from sqlalchemy import text

from app.store.engine import Database
from app.store.errors import StoreError
from scraper.errors import Paused
from scraper.turns import LocalTurns

__all__ = ["SharedTurns"]

log = structlog.get_logger(__name__)

_LOOK = 0.1  # seconds between two looks at whether another process's exchange has ended
_NOW = "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
_KNOW = text("INSERT INTO host_turns (host, free_at, paused_until, busy_until) VALUES (:host, 0, 0, 0) ON CONFLICT (host) DO NOTHING")
_TAKE = text(f"UPDATE host_turns SET holder = :holder, busy_until = {_NOW} + :longest WHERE host = :host "  # noqa: S608 - no input in it
             f"AND free_at <= {_NOW} AND paused_until <= {_NOW} AND busy_until <= {_NOW}")
_LEFT = text(f"SELECT paused_until - {_NOW} AS paused, free_at - {_NOW} AS free FROM host_turns WHERE host = :host")  # noqa: S608
_GIVE_BACK = text(f"UPDATE host_turns SET holder = NULL, busy_until = 0, free_at = {_NOW} + :gap "  # noqa: S608
                  "WHERE host = :host AND holder = :holder")
_PAUSE = text(f"UPDATE host_turns SET paused_until = greatest(paused_until, {_NOW} + :seconds) WHERE host = :host")  # noqa: S608


class SharedTurns:
    """`scraper.turns.Turns` over a PostgreSQL. `clock` is that of the fetcher. Raises `StoreError` beside what turns raise."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._threads = LocalTurns(clock, sleep)  # those of this process wait here, and one of them asks the database
        self._known: set[str] = set()

    @contextmanager
    def turn(self, host: str, *, gap: float, ends: float, longest: float) -> Iterator[None]:
        holder = uuid4().hex
        with self._threads.turn(host, gap=0.0, ends=ends, longest=longest):
            self._wait(host, holder, ends, longest)
            try:
                yield
            finally:
                self._give_back(host, holder, gap)

    def pause(self, host: str, seconds: float) -> None:
        self._know(host)
        with self._database.named_errors(), self._database.engine.begin() as connection:
            connection.execute(_PAUSE, {"host": host, "seconds": seconds})

    def paused_for(self, host: str) -> float:
        with self._database.reading() as connection:
            row = connection.execute(_LEFT, {"host": host}).first()
        return max(0.0, row.paused) if row is not None else 0.0

    def _wait(self, host: str, holder: str, ends: float, longest: float) -> None:
        self._know(host)
        while True:
            with self._database.named_errors(), self._database.engine.begin() as connection:
                if connection.execute(_TAKE, {"host": host, "holder": holder, "longest": max(longest, 0.0)}).rowcount == 1:
                    return
                left = connection.execute(_LEFT, {"host": host}).first()
            if left is None:  # the tables were put back meanwhile
                self._known.discard(host)
                self._know(host)
                continue
            if left.paused > 0:
                raise Paused(f"the host asked for a pause; {left.paused:.0f} s are left", retry_after=left.paused)
            wait = max(left.free, 0.0) or _LOOK
            if self._clock() + wait >= ends:
                raise Paused(f"the host's next turn is in {wait:.0f} s, and there is no time for it" if left.free > 0
                             else "others ask the host for longer than there is time")
            self._sleep(wait)

    def _give_back(self, host: str, holder: str, gap: float) -> None:
        try:
            with self._database.named_errors(), self._database.engine.begin() as connection:
                connection.execute(_GIVE_BACK, {"host": host, "holder": holder, "gap": gap})
        except StoreError as error:  # what was fetched is there; the turn ends by itself
            log.warning("a turn could not be given back", host=host, error_class=error.error_class, error=str(error))

    def _know(self, host: str) -> None:
        if host in self._known:
            return
        with self._database.named_errors(), self._database.engine.begin() as connection:
            connection.execute(_KNOW, {"host": host})
        self._known.add(host)
