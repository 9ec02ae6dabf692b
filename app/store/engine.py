"""One database, opened the way that keeps it whole: SQLite in a file, or PostgreSQL through psycopg.

SQLite runs in WAL mode, so that reading goes on while something is written. Each write transaction takes the write lock
at its beginning (BEGIN IMMEDIATE): one that begins by reading and then writes would be refused when another wrote in
between. On PostgreSQL advisory locks do the same. One orders all commits, so that the numbers of changes are that order: it is
held from before the first number until after the commit. Another keeps whoever writes events alone; those that merge into
different neighbourhoods share it, and go on side by side until they come to the end (`app.store.reach`).
"""
from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from app.store.errors import StoreError, StoreLocked, StoreUnreadable, store_error

__all__ = ["Database", "checked_url", "order", "sqlite_file"]

T = TypeVar("T")

_EVENTS = 0x53756D6D69747279  # keys of the advisory locks: "Summitry"
_ORDER = _EVENTS + 1
_ATTEMPTS = 4
_LOG_KEPT = 16_000_000  # bytes of SQLite's write-ahead log that stay when it begins anew: what a reader made it grow to goes


class Database:
    """A database that exists already (`app.store.migrations.upgrade` makes it).

    `engine` is for reading; writing goes through `write`. `busy_timeout` is in seconds: how long a write waits for the
    lock before it is tried anew. Raises `StoreUnreadable` where `url` names no database that Summitry can use.
    """

    def __init__(self, url: str, *, busy_timeout: float = 5.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self.url = checked_url(url)
        self.name = _shown(self.url)
        self._sleep = sleep
        self._turn = threading.Lock()
        file = sqlite_file(self.url)
        self.engine = (_sqlite(self.url, file, busy_timeout) if file is not None
                       else _postgresql(self.url, busy_timeout))

    @property
    def shared(self) -> bool:
        """Whether it is a server, that processes on several machines may share."""
        return sqlite_file(self.url) is None

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction; each of its statements sees one state of the database. Raises `StoreError`."""
        with self.named_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction of many statements that all see one state of the database, and that can write nothing. Raises `StoreError`.

        SQLite keeps its write-ahead log for as long as it is open.
        """
        options = {} if self.url.get_backend_name() == "sqlite" else {
            "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.named_errors(), self.engine.connect().execution_options(**options) as connection:
            yield connection

    def write(self, work: Callable[[Connection], T], *, events: bool = True, beside: bool = False) -> T:
        """The result of `work` in a transaction of its own, which alone may write.

        `work` may be called several times, where another process holds the lock for long. Raises `StoreError`; nothing
        of `work` is then stored.

        On PostgreSQL, work that touches neither articles, claims, events nor changes (`events` False) waits for nobody who merges;
        `beside` is for `app.store.reach`, whose work says by `order` where its end begins.
        """
        kind = "beside" if beside else "alone" if events else "apart"
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                # Threads of one process wait here, in a queue, instead of asking the file again and again.
                with self._turn, self.named_errors(), \
                        self.engine.connect().execution_options(writes=True, lock=kind) as connection, connection.begin():
                    return work(connection)
            except StoreLocked:
                if attempt == _ATTEMPTS:
                    raise
                self._sleep(0.1 * attempt)
        raise AssertionError("not reached")

    def write_if_free(self, work: Callable[[Connection], object]) -> bool:
        """The same for what may as well be left, and touches no events: where anyone else writes now, or writing fails, nothing is
        done, at once, and False."""
        if not self._turn.acquire(blocking=False):
            return False
        try:
            with self.named_errors(), \
                    self.engine.connect().execution_options(writes=True, lock="apart", waits=False) as connection, connection.begin():
                work(connection)
        except StoreError:
            return False
        finally:
            self._turn.release()
        return True

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            named = store_error(error, self.name)
            if named is None:
                raise
            raise named from error


def order(connection: Connection) -> None:
    """From here on the transaction is the only one that ends: what it now writes comes after all that was committed before, and
    before all that is later. Said again it changes nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ORDER})"))


def checked_url(url: str) -> URL:
    """`url` with the driver that is used. Raises `StoreUnreadable` for a database of another kind."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # What can't be taken apart may hold a password anywhere, and so does SQLAlchemy's own message.
        raise StoreUnreadable("the database's setting is no URL such as sqlite:///var/summitry.db") from None
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreUnreadable(f"database {_shown(parsed)!r}: names no file")
        return parsed.set(drivername="sqlite")
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreUnreadable(f"database {_shown(parsed)!r}: must be SQLite or PostgreSQL")


def _shown(url: URL) -> str:
    """As it may be told: libpq takes passwords among the parameters too."""
    return url.difference_update_query(("password", "sslpassword")).render_as_string(hide_password=True)


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database, None for PostgreSQL."""
    return Path(url.database).absolute() if url.get_backend_name() == "sqlite" and url.database else None


def _sqlite(url: URL, file: Path, busy_timeout: float) -> Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a file that is gone must be an error and never a new, empty timeline.
        connection = sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, timeout=busy_timeout,
                                     isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode = WAL", f"journal_size_limit = {_LOG_KEPT}", "synchronous = NORMAL", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    # The connection that was used last has the pages in its cache that are asked for most.
    engine = create_engine(url, creator=connect, pool_size=20, max_overflow=30, pool_timeout=10, pool_use_lifo=True)
    first: list[tuple[int, int]] = []

    @event.listens_for(engine, "checkout")
    def same_file(dbapi_connection: Any, record: Any, proxy: Any) -> None:
        # SQLite goes on writing to a file that was removed, where nobody will find it again.
        reason = "is not the file that was opened"
        try:
            found = os.stat(file)
        except OSError as error:
            found, reason = None, error.strerror or str(error)
        if found is not None and not first:
            first.append((found.st_dev, found.st_ino))
        if found is None or (found.st_dev, found.st_ino) != first[0]:
            gone = StoreUnreadable(f"{file}: {reason}")
            raise OperationalError("open", None, gone)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("waits", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(busy_timeout * 1000)}")

    return engine


def _postgresql(url: URL, busy_timeout: float) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=20, pool_timeout=10, pool_pre_ping=True,
                           connect_args={"connect_timeout": 5, "application_name": "summitry"})

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writes", False):
            kind = options.get("lock", "alone")
            wait = int(busy_timeout * 1000) if options.get("waits", True) else 1  # 0 would be for ever
            connection.execute(text(f"SET LOCAL lock_timeout = {wait}"))
            # Who is frozen in the middle of a write must not hold up all others: the server ends it before they give up.
            connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {int(busy_timeout * 3000)}"))
            if kind != "apart":
                connection.execute(text(f"SELECT pg_advisory_xact_lock{'_shared' if kind == 'beside' else ''}({_EVENTS})"))
            if kind != "beside":
                order(connection)

    return engine

