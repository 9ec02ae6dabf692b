"""How often one client may ask: a flood is answered with 429 before it costs anything.

Each client may use up a minute's worth at once, and gets it back evenly (the generic cell rate algorithm, ITU-T I.371). What is
kept of a client is one number, in this process alone: four workers allow four times as much.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["Rate"]

_CLIENTS = 50_000  # that are remembered; who is pushed out begins anew


class Rate:
    """At most `per_minute` for each client, 0: any number. `clock` counts seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._full: dict[str, float] = {}  # when a client will have its whole minute's worth again
        self._lock = threading.Lock()

    def take(self, client: str) -> float:
        """Count one more; 0 where it is allowed, else the seconds until it would be, and it does not count."""
        with self._lock:
            wait = self._wait(client)
            if not wait and self._gap:
                self._full[client] = max(self._full.pop(client, 0.0), self._clock()) + self._gap  # the last used stands last
                if len(self._full) > _CLIENTS:
                    del self._full[next(iter(self._full))]
        return wait

    def wait(self, client: str) -> float:
        """What `take` would give, and nothing counts."""
        with self._lock:
            return self._wait(client)

    def _wait(self, client: str) -> float:
        wait = self._full.get(client, 0.0) + self._gap - self._clock() - 60.0 if self._gap else 0.0
        return wait if wait > 1e-6 else 0.0  # less is rounding
