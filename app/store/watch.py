"""Whether anything was written since: what lets an answer be given twice."""
from __future__ import annotations

import os
import threading
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.store.engine import sqlite_file
from app.store.statements import driver_errors

__all__ = ["Watch"]


class Watch:
    """Tells by a mark whether a database is as it was. For several threads.

    SQLite counts, for each connection, what others committed (`PRAGMA data_version`), so that one connection is kept for
    asking. PostgreSQL names the transactions that can be seen (`pg_current_snapshot`): with the same ones, the same is there. They are
    those of all databases of the server, so that a busy neighbour makes answers last for less.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = sqlite_file(engine.url)
        self._turn = threading.Lock()
        self._connection: Any = None

    def mark(self) -> object:
        """Equal to an earlier one where nothing was committed in between, by any process. Raises `SQLAlchemyError`."""
        if self._file is None:
            with self._engine.connect() as connection:
                return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()
        with self._turn:
            if self._connection is None:
                with driver_errors(self._engine):
                    self._connection = self._engine.raw_connection()
            try:
                version = self._connection.driver_connection.execute("PRAGMA data_version").fetchone()[0]
                found = os.stat(self._file)  # of a file that was taken away or replaced nothing else would tell
            except Exception as error:
                self._connection = None  # whatever is wrong is told better by who opens it anew
                raise DBAPIError("PRAGMA data_version", None, error) from error
            return version, found.st_dev, found.st_ino
