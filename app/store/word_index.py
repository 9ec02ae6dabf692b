"""Whether the index of words is whole, and making it anew. It is the database's own and in no list of tables: see `app.store.search`."""
from __future__ import annotations

import importlib
import sqlite3

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

__all__ = ["make_word_index", "word_index_flaws"]

_TABLES = ("events", "event_states")
_SEARCHED = ("event_search", "event_state_search")
_TRIGGERS = tuple(f"{table}_searched_{when}" for table in _TABLES for when in ("insert", "update", "delete"))


def word_index_flaws(connection: Connection) -> list[str]:
    """What of it is missing or does not hold what the rows hold. SQLite takes the write lock for it, for some 25 ms for each
    thousand events."""
    if connection.dialect.name == "postgresql":  # which keeps an index whole by itself, as long as it is there
        return [f"index {name}" for table in _TABLES if (name := f"ix_{table}_words") not in {
            index["name"] for index in inspect(connection).get_indexes(table)}]
    there = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    found = [f"trigger {name}" for name in _TRIGGERS if name not in there]
    for name in _SEARCHED:
        try:
            # https://www.sqlite.org/fts5.html#the_integrity_check_command; with a rank it compares with the rows as well.
            connection.execute(text(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)"))  # noqa: S608
        except DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT):
                raise
            found.append(f"index {name}")
    return found


def make_word_index(connection: Connection) -> None:
    """Make it anew, by the very statements that made it first."""
    step = importlib.import_module("app.store.migrations.versions.v0010_search")
    if connection.dialect.name == "postgresql":
        statements = [f"DROP INDEX IF EXISTS ix_{table}_words" for table in _TABLES] + list(step.POSTGRESQL)
    else:
        statements = [f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS] + [f"DROP TABLE IF EXISTS {name}" for name in _SEARCHED]
        statements += ["DROP VIEW IF EXISTS event_words", "DROP TABLE IF EXISTS event_numbers", *step.SQLITE]
    for statement in statements:
        connection.execute(text(statement))
