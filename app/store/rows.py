"""All rows of a database, table by table: how many there are, what they are, and how they come into another database.

Which tables there are follows from `app.store.tables`. Of a database with an earlier schema only what it has is taken. Indexes
that a database keeps by itself (of words, say) are no rows of ours: they come about again where rows are put in.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, Table, column, delete, func, insert, inspect, select, text
from sqlalchemy import table as lightweight

from app.store.errors import BackupError
from app.store.tables import metadata

__all__ = ["Contents", "columns_there", "contents_of", "copy_rows", "empty", "put_on_sequences"]

_BATCH = 1_000
Columns = Mapping[str, Sequence[str]]
"""Names of the columns by table, tables in the order in which rows can be put in."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What one table holds: the number of its rows, and a digest (SHA-256, hexadecimal) over them in the order of their keys.

    The digest is the same on SQLite and PostgreSQL.
    """

    columns: tuple[str, ...]
    rows: int
    digest: str


def columns_there(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The tables and columns of `app.store.tables` that this database has."""
    there = inspect(connection)
    names = set(there.get_table_names())
    found = {}
    for table in metadata.sorted_tables:
        if table.name in names:
            stored = {each["name"] for each in there.get_columns(table.name)}
            found[str(table.name)] = tuple(str(column.name) for column in table.columns if column.name in stored)
    return found


def contents_of(connection: Connection, columns: Columns, progress: Callable[[str], None] = lambda table: None) -> dict[str, Contents]:
    """What the tables hold."""
    found = {}
    for name, wanted in columns.items():
        progress(name)
        tally = _Tally(wanted)
        for batch in _batches(connection, metadata.tables[name], wanted):
            tally.add(batch)
        found[name] = tally.contents()
    return found


def copy_rows(source: Connection, target: Connection, columns: Columns,
              progress: Callable[[str], None] = lambda table: None) -> dict[str, Contents]:
    """Put all rows into another database whose tables are there and empty; what was read."""
    found = {}
    for name, wanted in columns.items():
        progress(name)
        tally, columns_of = _Tally(wanted), metadata.tables[name].c
        into = insert(lightweight(name, *(column(each, columns_of[each].type) for each in wanted)))  # without defaults of later columns
        for batch in _batches(source, metadata.tables[name], wanted):
            tally.add(batch)
            target.execute(into, [dict(zip(wanted, row, strict=True)) for row in batch])
        found[name] = tally.contents()
    return found


def empty(connection: Connection) -> None:
    """Take all rows out. Who reads meanwhile reads them still."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))


def put_on_sequences(connection: Connection) -> None:
    """Let numbers go on after the highest one there is. SQLite does so by itself; PostgreSQL counts apart from the rows."""
    if connection.dialect.name != "postgresql":
        return
    there = columns_there(connection)
    for table in metadata.sorted_tables:
        number = table.autoincrement_column
        if number is None or table.name not in there:
            continue
        highest = connection.execute(select(func.max(number))).scalar()
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :number, :used)"), {
            "table": table.name, "column": number.name, "number": highest or 1, "used": highest is not None})


class _Tally:
    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._rows = 0
        self._hash = hashlib.sha256()

    def add(self, batch: Iterable[Sequence[Any]]) -> None:
        for row in batch:
            self._rows += 1
            self._hash.update(orjson.dumps(list(row), default=_in_json, option=orjson.OPT_APPEND_NEWLINE))

    def contents(self) -> Contents:
        return Contents(self._columns, self._rows, self._hash.hexdigest())


def _in_json(value: Any) -> str:
    return bytes(value).hex()


def _batches(connection: Connection, table: Table, columns: Sequence[str]) -> Iterator[list[Sequence[Any]]]:
    """All rows by key. Raises `BackupError` where a row holds what the table does not take (a damaged file)."""
    query = select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    rows = connection.execute(query.execution_options(yield_per=_BATCH))
    try:
        with rows:
            while batch := list(islice(rows, _BATCH)):
                yield batch
    except (ValueError, TypeError) as error:  # text that is none, a number that is text
        raise BackupError(f"table {table.name}: a row can't be read ({error})") from error
