"""Processes over one PostgreSQL take turns at a host, as the threads of one process do."""
from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from test_scheduling import until

from app.store.engine import Database
from app.store.turns import SharedTurns
from scraper.errors import Paused

pytestmark = pytest.mark.postgres


@pytest.fixture
def two(queue_url: str) -> Iterator[tuple[SharedTurns, SharedTurns]]:
    """The turns of two processes."""
    databases = Database(queue_url), Database(queue_url)
    yield SharedTurns(databases[0]), SharedTurns(databases[1])
    for database in databases:
        database.close()


def soon(seconds: float) -> float:
    return time.monotonic() + seconds


def test_one_waits_for_the_exchange_of_another_and_for_the_gap_after_it(two: tuple[SharedTurns, SharedTurns]) -> None:
    ends: list[float] = []
    begins: list[float] = []

    def other() -> None:
        with two[1].turn("news.example", gap=0.0, ends=soon(30), longest=5):
            begins.append(time.monotonic())

    waiting = threading.Thread(target=other)
    with two[0].turn("news.example", gap=0.3, ends=soon(30), longest=5):
        waiting.start()
        time.sleep(0.2)
        assert begins == []
        ends.append(time.monotonic())
    waiting.join(30)
    assert begins[0] - ends[0] >= 0.3


def test_hosts_do_not_wait_for_each_other(two: tuple[SharedTurns, SharedTurns]) -> None:
    with two[0].turn("one.example", gap=0, ends=soon(30), longest=60), two[1].turn("two.example", gap=0, ends=soon(30), longest=60):
        pass


def test_no_turn_is_waited_for_that_comes_too_late(two: tuple[SharedTurns, SharedTurns]) -> None:
    with two[0].turn("news.example", gap=60, ends=soon(30), longest=5), pytest.raises(Paused, match="others ask"), \
            two[1].turn("news.example", gap=0, ends=soon(0.2), longest=5):
        pass
    with pytest.raises(Paused, match="no time for it"), two[1].turn("news.example", gap=0, ends=soon(30), longest=5):
        pass


def test_a_pause_that_one_is_asked_for_holds_for_all_and_the_longest_counts(two: tuple[SharedTurns, SharedTurns]) -> None:
    two[0].pause("news.example", 120)
    two[1].pause("news.example", 10)
    assert 100 < two[1].paused_for("news.example") <= 120
    with pytest.raises(Paused) as caught, two[1].turn("news.example", gap=0, ends=soon(600), longest=5):
        pass
    assert 100 < caught.value.retry_after <= 120
    assert two[1].paused_for("other.example") == 0


def test_the_turn_of_a_process_that_died_ends_when_its_exchange_must_have(two: tuple[SharedTurns, SharedTurns]) -> None:
    two[0]._wait("news.example", "dead", soon(30), 0.5)  # takes the turn, and never gives it back
    began = time.monotonic()
    with two[1].turn("news.example", gap=0, ends=soon(30), longest=5):
        assert time.monotonic() - began >= 0.3
    until(lambda: two[1].paused_for("news.example") == 0)
