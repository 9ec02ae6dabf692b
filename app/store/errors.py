"""What can go wrong with the store.

    StoreError            .error_class
    ├── StoreFull         "disk"        no room, or the file may not grow
    ├── StoreLocked       "locked"      another process kept the write lock for longer than a write waits
    ├── StoreUnreadable   "store"       file gone, replaced, corrupt or forbidden; database server away
    ├── SchemaMismatch    "schema"      the tables are not those of this version
    ├── LeaseLost         "lease-lost"  another run has taken the source over, or another process the webhook: nothing may be
    │                                   written for it any more
    ├── UnknownSource     "no-source"   a run was asked for of a source that the sources file does not have
    ├── KeyReused         "key-reused"  a run of other sources was asked for under this key
    ├── UnknownRuling     "no-ruling"   there is no such correction
    ├── AlreadyUndone     "undone"      a correction that was undone can't be undone again
    ├── UnknownToken      "no-token"    there is no token of that name
    ├── TokenTaken        "token-taken" a token of that name is good now
    ├── UnknownWebhook    "no-webhook"  there is no such webhook
    ├── TooManyWebhooks   "webhooks"    there are as many as there may be
    ├── BackupError       "backup"      a file is no whole backup, or there is none to be made of this store
    └── StoreInUse        "in-use"      something would be written over that holds a timeline
"""
from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

__all__ = ["AlreadyUndone", "BackupError", "KeyReused", "LeaseLost", "SchemaMismatch", "StoreError", "StoreFull", "StoreInUse",
           "StoreLocked", "StoreUnreadable", "TokenTaken", "TooManyWebhooks", "UnknownRuling", "UnknownSource", "UnknownToken",
           "UnknownWebhook", "sqlite_errors_named", "store_error"]


class StoreError(Exception):
    """`error_class` is a short word for counting, the message a sentence for people."""

    error_class = "store"


class StoreFull(StoreError):
    error_class = "disk"


class StoreLocked(StoreError):
    error_class = "locked"


class StoreUnreadable(StoreError):
    error_class = "store"


class SchemaMismatch(StoreError):
    error_class = "schema"


class LeaseLost(StoreError):
    error_class = "lease-lost"


class UnknownSource(StoreError):
    """`names` are the ids that no row of the sources file has."""

    error_class = "no-source"

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__("there is no source " + ", ".join(map(repr, self.names)))


class KeyReused(StoreError):
    error_class = "key-reused"


class UnknownRuling(StoreError):
    error_class = "no-ruling"


class AlreadyUndone(StoreError):
    error_class = "undone"


class UnknownToken(StoreError):
    error_class = "no-token"


class TokenTaken(StoreError):
    error_class = "token-taken"


class UnknownWebhook(StoreError):
    error_class = "no-webhook"


class TooManyWebhooks(StoreError):
    error_class = "webhooks"


class BackupError(StoreError):
    error_class = "backup"


class StoreInUse(StoreError):
    error_class = "in-use"


# Primary result codes, https://www.sqlite.org/rescode.html
_FULL, _IO_ERROR, _BUSY, _LOCKED = 13, 10, 5, 6
_UNREADABLE = {3: "may not be accessed", 8: "may not be written", 11: "is corrupt", 14: "can't be opened",
               26: "is no SQLite database"}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLSTATES = {"53100": StoreFull, "55P03": StoreLocked, "57014": StoreLocked, "40P01": StoreLocked, "40001": StoreLocked}
# Of the server and not of what it was asked: connections, resources, an operator's intervention (it is ended, a connection of it is),
# its system, damage; a transaction that it ended since nothing happened in it
_OF_THE_SERVER = ("08", "53", "57", "58", "XX", "25P03")


def store_error(error: SQLAlchemyError, where: str) -> StoreError | None:
    """The `StoreError` for a database's error, None where the error is a bug of ours. `where` names the database."""
    if isinstance(error, PoolTimeout):
        return StoreLocked(f"{where}: all connections are in use")
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.Error) and (named := _sqlite_error(cause, where)) is not None:
        return named
    state = getattr(cause, "sqlstate", None)
    if state in _SQLSTATES:
        return _SQLSTATES[state](f"{where}: {cause}")
    if isinstance(cause, StoreError):
        return cause
    if state in ("42P01", "42703") or "no such table" in str(cause) or "no such column" in str(cause):
        return SchemaMismatch(f"{where}: has not the tables of this version; `summitry migrate` brings them up to date")
    if error.connection_invalidated or str(state).startswith(_OF_THE_SERVER) or type(cause).__name__ in ("OperationalError", "InterfaceError"):
        return StoreUnreadable(f"{where}: {str(cause).strip() or type(cause).__name__}")
    return None


@contextmanager
def sqlite_errors_named(where: object) -> Iterator[None]:
    """The same for a connection that is not SQLAlchemy's. `where` names the file."""
    try:
        yield
    except sqlite3.Error as error:
        named = _sqlite_error(error, str(where))
        if named is None:
            raise
        raise named from error


def _sqlite_error(cause: sqlite3.Error, where: str) -> StoreError | None:
    code = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
    if code == _FULL:
        return StoreFull(f"{where}: the disk is full")
    if code == _IO_ERROR:
        return StoreFull(f"{where}: the disk does not take what is written ({cause})")
    if code in (_BUSY, _LOCKED):
        return StoreLocked(f"{where}: is locked by another process")
    if code in _UNREADABLE:
        return StoreUnreadable(f"{where}: {_UNREADABLE[code]} ({cause})")
    return None
