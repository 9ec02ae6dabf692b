"""Statements that are built and compiled once and then asked with other values, and rows as plain tuples.

Building a statement, having SQLAlchemy find its compiled form again and wrapping each row costs more than the database takes
for a page. So these go to the driver as they were compiled, through a connection of the engine's pool.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Engine, Select, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

__all__ = ["Asking", "Row", "Statements", "driver_errors", "given"]

log = logging.getLogger(__name__)

T = TypeVar("T")
Row = tuple[Any, ...]
_KEPT = 500
_BLOCK = 100


def given(name: str, type_: TypeEngine[T]) -> BindParameter[T]:
    """What is given a value each time that a statement is asked."""
    return bindparam(name, required=False, type_=type_)


class Statements:
    """Those of one database. For several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._compiled: dict[Hashable, SQLCompiler] = {}

    @contextmanager
    def asking(self) -> Iterator[Asking]:
        """In one transaction; SQLite then shows one state of the database. Raises `SQLAlchemyError`."""
        with driver_errors(self._engine):
            connection = self._engine.raw_connection()
        try:
            yield Asking(self._engine, self._compiled, connection)
        finally:
            connection.close()  # gives it back to the pool, which ends the transaction


class Asking:
    """`dialect` is the name of SQLAlchemy's."""

    def __init__(self, engine: Engine, compiled: dict[Hashable, SQLCompiler], connection: Any) -> None:
        self.dialect = engine.dialect.name
        self._engine = engine
        self._compiled = compiled
        self._connection = connection
        self._cursor = connection.cursor()
        if self.dialect == "sqlite":
            with driver_errors(self._engine):
                self._cursor.execute("BEGIN")

    def rows(self, question: Hashable, build: Callable[[], Select[Any]], **values: Any) -> Sequence[Row]:
        """The rows of the statement that `build` makes, in which nothing is written out each time (`in_` with plain values).

        `question` tells the statement from every other; `values` are those made by `given`, which may differ from one time to
        the next. Raises `SQLAlchemyError`.
        """
        with driver_errors(self._engine):
            return cast(Sequence[Row], self._ask(self._cursor, question, build, values).fetchall())

    def blocks(self, question: Hashable, build: Callable[[], Select[Any]], **values: Any) -> Iterator[Sequence[Row]]:
        """The same rows in blocks: SQLite reads no further than is asked for. Not to be used after the transaction."""
        with driver_errors(self._engine):
            cursor = self._ask(self._connection.cursor(), question, build, values)
            while block := cursor.fetchmany(_BLOCK):
                yield block

    def _ask(self, cursor: Any, question: Hashable, build: Callable[[], Select[Any]], values: dict[str, Any]) -> Any:
        compiled = self._compiled.get(question)
        if compiled is None:
            compiled = cast(SQLCompiler, build().compile(dialect=self._engine.dialect))
            if len(self._compiled) >= _KEPT:
                self._compiled.clear()
            self._compiled[question] = compiled
        named, order = compiled.construct_params(values), compiled.positiontup
        parameters = named if order is None else tuple([named[name] for name in order])
        log.debug("%s %s", compiled.string, parameters)
        cursor.execute(compiled.string, parameters)
        return cursor


@contextmanager
def driver_errors(engine: Engine) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's."""
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(None, None, error, driver.Error, dialect=engine.dialect) from error
