"""Answers that are kept until the timeline changes."""
from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, func, select

from app.store.tables import changes

__all__ = ["Remembered"]

T = TypeVar("T")


class Remembered:
    """The last `most` answers that were asked for. One that was made before the latest change, by whatever process, is never given.

    Each change of an event has a row of `changes` in its own transaction, and transactions write one after the other: the highest
    number says what the timeline was. It is looked up first, so that an answer may be newer than its mark and is made once more then.
    """

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[int | None, object]] = OrderedDict()

    def answer(self, question: Hashable, ask: Callable[[Connection], T]) -> T:
        """What `ask` says, or said since the latest change. `question` names all that the answer depends on beside the timeline; nobody may
        change the answer. `SQLAlchemyError` passes through."""
        with self._engine.connect() as connection:
            mark = connection.execute(select(func.max(changes.c.id))).scalar()
            with self._lock:
                known = self._kept.get(question)
                if known is not None and known[0] == mark:
                    self._kept.move_to_end(question)
                    return cast(T, known[1])
            answer: Any = ask(connection)
        with self._lock:
            self._kept[question] = (mark, answer)
            self._kept.move_to_end(question)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return cast(T, answer)
