"""What of the timeline a transaction may read and write while others merge beside it.

Events are found by their blocking keys (`timeline.blocking`). Whoever merges holds the keys that its claims are looked up by, and
all keys of the events that it reads and writes, as they were and as they become; so no other can change an event that it has read,
nor make one that it would have found. Where it holds too few it begins anew with more, before it has written anything.

Locks are taken in one order, all at once, and a later one is only tried: nobody waits in a circle. Rows that are no one
neighbourhood's (runs, sources, actors, the numbers of changes) are written last, under the lock that orders all commits.
"""
from __future__ import annotations

from collections.abc import Callable, Collection
from hashlib import blake2b
from typing import TypeVar

from sqlalchemy import Connection, text

from app.store.engine import Database

__all__ = ["EVERYTHING", "Reach", "TooNarrow", "write_beside"]

T = TypeVar("T")

_SPACE = 0x53756D6D  # of the locks' two numbers the first: "Summ"
_MOST = 400  # keys; the server has room for some thousand locks of all its transactions
_ATTEMPTS = 5
_WAIT = text("SELECT pg_advisory_xact_lock(:space, key) FROM unnest(CAST(:keys AS integer[])) AS key")
_TRY = text("SELECT bool_and(pg_try_advisory_xact_lock(:space, key)) FROM unnest(CAST(:keys AS integer[])) AS key")


class TooNarrow(Exception):
    """More is needed than is held: these keys too, or (None) that nobody merges meanwhile."""

    def __init__(self, keys: frozenset[str] | None) -> None:
        self.keys = keys
        super().__init__("the transaction needs a wider reach")


class Reach:
    """The keys that a transaction holds; None: it is the only one that writes events, and holds all."""

    def __init__(self, keys: frozenset[str] | None) -> None:
        self._keys = keys

    def take(self, connection: Connection) -> None:
        """Wait for the locks of all keys."""
        if self._keys:
            connection.execute(_WAIT, {"space": _SPACE, "keys": _numbers(self._keys)})

    def need(self, keys: Collection[str]) -> None:
        """Of what was read. Raises `TooNarrow` where it was read without its lock."""
        if self._keys is not None and not self._keys.issuperset(keys):
            raise TooNarrow(self._keys.union(keys))

    def widen(self, connection: Connection, keys: Collection[str]) -> None:
        """Of what will be written, before anything is. Raises `TooNarrow` where another holds one of them."""
        if self._keys is None or self._keys.issuperset(keys):
            return
        wider = self._keys.union(keys)
        if len(wider) > _MOST or not connection.execute(_TRY, {"space": _SPACE, "keys": _numbers(wider - self._keys)}).scalar():
            raise TooNarrow(wider)
        self._keys = wider

    def need_all(self) -> None:
        """Raises `TooNarrow` where others may merge meanwhile."""
        if self._keys is not None:
            raise TooNarrow(None)

    def begin_anew(self) -> None:
        """Of what others did meanwhile elsewhere, and what can't happen to who is alone. Raises `TooNarrow`."""
        if self._keys is not None:
            raise TooNarrow(self._keys)


EVERYTHING = Reach(None)


def write_beside(database: Database, keys: Callable[[Connection], Collection[str]], work: Callable[[Connection, Reach], T]) -> T:
    """The result of `work` in a transaction beside which others may merge elsewhere; on SQLite, alone.

    `keys` are those to begin with, by what can be seen before any lock is held. `work` may be called several times; it calls
    `order` of the connection's module before it writes what is not of its reach. Raises `StoreError`; nothing is then stored.
    """
    if not database.shared:
        return database.write(lambda connection: work(connection, EVERYTHING))
    wider: frozenset[str] = frozenset()

    def attempt(connection: Connection) -> T:
        held = frozenset(keys(connection)) | wider
        if len(held) > _MOST:
            raise TooNarrow(None)
        reach = Reach(held)
        reach.take(connection)
        return work(connection, reach)

    for _ in range(_ATTEMPTS):
        try:
            return database.write(attempt, beside=True)
        except TooNarrow as narrow:
            if narrow.keys is None:
                break
            wider = narrow.keys
    return database.write(lambda connection: work(connection, EVERYTHING))


def _numbers(keys: Collection[str]) -> list[int]:
    """In one order for all, whatever two keys share a number."""
    return sorted({int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big", signed=True) for key in keys})
