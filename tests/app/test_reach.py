"""A transaction that merges beside others holds what it reads and writes, or begins anew with more."""
from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from app.store.engine import Database
from app.store.reach import EVERYTHING, Reach, write_beside

BESIDE = pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, busy_timeout=2.0)
    yield database
    database.close()


@BESIDE
def test_what_was_read_without_its_lock_is_read_anew_with_it(database: Database) -> None:
    tries: list[Reach] = []

    def work(connection: Connection, reach: Reach) -> str:
        tries.append(reach)
        reach.need({"a", "b"})
        return "done"

    assert write_beside(database, lambda connection: {"a"}, work) == "done"
    assert len(tries) == 2


@BESIDE
def test_a_key_that_another_holds_is_not_waited_for_with_others_in_hand(database: Database, database_url: str) -> None:
    held, go = threading.Event(), threading.Event()
    tries: list[Reach] = []

    def hold(connection: Connection, reach: Reach) -> None:
        held.set()
        assert go.wait(30)

    def work(connection: Connection, reach: Reach) -> None:
        tries.append(reach)
        if len(tries) == 2:
            return
        threading.Timer(0.2, go.set).start()
        reach.widen(connection, {"b"})

    other = Database(database_url)
    holder = threading.Thread(target=write_beside, args=(other, lambda connection: {"b"}, hold))
    holder.start()
    assert held.wait(30)
    write_beside(database, lambda connection: {"a"}, work)
    assert len(tries) == 2
    holder.join(30)
    other.close()


def test_what_no_keys_can_tell_is_done_alone(database: Database) -> None:
    reaches: list[Reach] = []

    def work(connection: Connection, reach: Reach) -> None:
        reaches.append(reach)
        reach.need_all()

    write_beside(database, lambda connection: {"a"}, work)
    assert reaches[-1] is EVERYTHING


def test_alone_a_transaction_reaches_everything(database: Database) -> None:
    def work(connection: Connection) -> None:
        EVERYTHING.need({"a"})
        EVERYTHING.widen(connection, {"b"})
        EVERYTHING.need_all()

    database.write(work)
