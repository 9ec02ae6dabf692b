"""Whose turn it is at a host: one exchange at a time, a gap after each, and none while the host wants to be left alone."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from scraper.errors import Paused

__all__ = ["LocalTurns", "Turns", "host_of"]


def host_of(url: str) -> str:
    """The host by which the pace of a checked URL is kept: http and https of one host share it, an unusual port is a host of its
    own; empty where a URL has none."""
    parts = urlsplit(url)
    return (parts.hostname or "") if parts.port in (None, 80, 443) else parts.netloc


class Turns(Protocol):
    """What a fetcher asks before each exchange. All times are in seconds."""

    def turn(self, host: str, *, gap: float, ends: float, longest: float) -> AbstractContextManager[None]:
        """A context in which its holder alone asks the host, for `longest` at most; the next turn comes `gap` after its end.

        Raises `Paused` where it would come after `ends` (on the fetcher's clock), or the host is paused.
        """
        ...

    def pause(self, host: str, seconds: float) -> None:
        """Leave the host alone for that long, or for longer where that was asked for already."""
        ...

    def paused_for(self, host: str) -> float:
        """How long the host wants to be left alone yet; 0 where it does not."""
        ...


@dataclass(slots=True)
class _Host:
    """What is kept of a host, on the monotonic clock. `turn` is held for the length of one exchange."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    free: float = float("-inf")
    paused: float = float("-inf")


class LocalTurns:
    """Turns among the threads of one process. `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, *, gap: float, ends: float, longest: float) -> Iterator[None]:
        known = self._host(host)
        if not known.turn.acquire(timeout=min(max(ends - self._clock(), 0.0), threading.TIMEOUT_MAX)):
            raise Paused("others ask the host for longer than there is time")
        try:
            if (pause := known.paused - self._clock()) > 0:
                raise Paused(f"the host asked for a pause; {pause:.0f} s are left", retry_after=pause)
            if (wait := known.free - self._clock()) > 0:
                if self._clock() + wait >= ends:
                    raise Paused(f"the host's next turn is in {wait:.0f} s, and there is no time for it")
                self._sleep(wait)
            try:
                yield
            finally:
                known.free = self._clock() + gap
        finally:
            known.turn.release()

    def pause(self, host: str, seconds: float) -> None:
        known = self._host(host)
        known.paused = max(known.paused, self._clock() + seconds)

    def paused_for(self, host: str) -> float:
        return max(0.0, self._host(host).paused - self._clock())

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(name, _Host())
