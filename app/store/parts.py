"""Long lists of values in parts that fit into one statement."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Select

__all__ = ["each_part", "in_parts"]

_MOST = 500


def each_part(values: Iterable[str], work: Callable[[list[str]], object]) -> None:
    """Do `work` for the values, part by part, in their order."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _MOST):
        work(ordered[start:start + _MOST])


def in_parts(connection: Connection, values: Iterable[str], query: Callable[[list[str]], Select[Any]]) -> list[Any]:
    """The rows of the query for each part of the values, one after the other."""
    found: list[Any] = []
    each_part(values, lambda part: found.extend(connection.execute(query(part))))
    return found
