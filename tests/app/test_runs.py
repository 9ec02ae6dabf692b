"""A run collects its sources side by side, ends in time, and tells what came of it."""
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from newsdesk import Clock, Desk, article, open_store, read, rows_of, source, taken, timeline_of
from sqlalchemy import event

from app.jobs import Runner, Step
from app.store.errors import LeaseLost
from app.store.store import Store
from app.store.tables import article_versions, articles, events, failures, run_sources, runs, sources
from scraper.collected import Failure

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"
UNREADABLE = "unreadable"


@pytest.fixture
def desk(clock: Clock) -> Iterator[Desk]:
    desk = Desk(clock)
    yield desk
    for gate in desk.hanging.values():
        gate.set()


def runner_of(store: Store, desk: Desk, **options: Any) -> Runner:
    return Runner(store, collect=desk, read=read, **({"workers": 2, "run_deadline": 20.0} | options))


def by_source(store: Store, run: str) -> dict[str, dict[str, Any]]:
    return {row["source_id"]: row for row in rows_of(store, run_sources, run_id=run)}


def test_a_run_counts_what_it_brought(store: Store, desk: Desk, clock: Clock) -> None:
    desk.pages = {"meridian": [article("a", MET), article("b", "Nothing happened."),
                               Failure("https://meridian.example/c", "timeout", "the total deadline is over")],
                  "harbour": []}
    claimed = taken(store)
    assert runner_of(store, desk).carry_out(claimed) == "ok"
    run, = rows_of(store, runs)
    assert {name: run[name] for name in ("state", "fetched", "new", "changed", "failed", "empty", "error_class")} == {
        "state": "ok", "fetched": 2, "new": 2, "changed": 0, "failed": 1, "empty": 1, "error_class": None}
    counts = by_source(store, claimed.run)
    assert (counts["meridian"]["fetched"], counts["harbour"]["empty"], counts["meridian"]["ended"]) == (
        2, 1, "2023-11-10T09:00:00.000000Z")
    assert len(rows_of(store, events)) == 1
    kept = {row["id"]: row for row in rows_of(store, sources)}
    assert (kept["meridian"]["etag"], kept["meridian"]["empties"], kept["harbour"]["empties"]) == ('"3"', 0, 1)
    clock.forward(60)
    desk.pages["meridian"][1] = article("b", "Something happened after all.")
    assert runner_of(store, desk).carry_out(taken(store)) == "ok"
    assert [row["changed"] for row in rows_of(store, runs)] == [0, 1]


def test_one_source_that_fails_fails_alone(store: Store, desk: Desk) -> None:
    desk.pages = {"meridian": [article("a", MET)]}
    desk.down = {"harbour"}
    claimed = taken(store)
    assert runner_of(store, desk).carry_out(claimed) == "partial"
    found = by_source(store, claimed.run)
    assert (found["harbour"]["state"], found["harbour"]["error_class"]) == ("failed", "http-503")
    assert (found["meridian"]["state"], found["meridian"]["new"]) == ("ok", 1)


def test_a_bug_in_collecting_one_source_fails_that_source(store: Store, desk: Desk) -> None:
    desk.pages = {"meridian": [article("a", MET)]}
    desk.broken = {"harbour": ZeroDivisionError("by zero")}
    claimed = taken(store)
    assert runner_of(store, desk).carry_out(claimed) == "partial"
    assert by_source(store, claimed.run)["harbour"]["error_class"] == "bug-ZeroDivisionError"
    assert len(rows_of(store, events)) == 1


def test_an_article_that_our_code_fails_at_is_kept_and_stops_no_other(store: Store, desk: Desk, clock: Clock) -> None:
    desk.pages = {"meridian": [article("a", UNREADABLE), article("b", MET)]}
    assert runner_of(store, desk).carry_out(taken(store, "meridian")) == "ok"
    assert len(rows_of(store, events)) == 1
    assert [row["read"] for row in rows_of(store, article_versions)].count(False) == 1
    failed, = rows_of(store, failures)
    assert (failed["url"], failed["error_class"]) == ("https://meridian.example/a", "bug-ValueError")
    assert rows_of(store, runs)[0]["failed"] == 1
    # Once the code is mended, the same text is read.
    clock.forward(60)
    told: list[str] = []
    mended = Runner(store, collect=desk, read=lambda found: told.append(found.url) or ())  # type: ignore[func-returns-value]
    assert mended.carry_out(taken(store, "meridian")) == "ok"
    assert told == ["https://meridian.example/a"]
    assert all(row["read"] for row in rows_of(store, article_versions))


def test_a_source_that_hangs_ends_at_the_deadline_and_writes_nothing_after_it(store: Store, desk: Desk) -> None:
    desk.pages = {"meridian": [article("a", MET)], "harbour": [article("b", MET, of="harbour")]}
    desk.hanging = {"harbour": threading.Event()}
    claimed = taken(store)
    began = time.monotonic()
    assert runner_of(store, desk, run_deadline=0.6).carry_out(claimed) == "partial"
    assert time.monotonic() - began < 5
    assert by_source(store, claimed.run)["harbour"]["error_class"] == "run-deadline"
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    desk.hanging["harbour"].set()
    for thread in threading.enumerate():
        if thread.name.startswith("collect-"):
            thread.join(5)
    assert {row["source_id"] for row in rows_of(store, articles)} == {"meridian"}


def test_sources_that_hang_for_ever_do_not_take_the_places_of_later_runs(store: Store, desk: Desk) -> None:
    desk.hanging = {"harbour": threading.Event()}
    runner = runner_of(store, desk, workers=1, run_deadline=2.0)
    for _ in range(3):
        assert runner.carry_out(taken(store, "harbour")) == "failed"
    desk.pages = {"meridian": [article("a", MET)]}
    assert runner.carry_out(taken(store, "meridian")) == "ok"


def test_no_more_sources_than_there_are_places_are_collected_at_once(database_url: str, clock: Clock, desk: Desk) -> None:
    store = open_store(database_url, clock)
    names = [f"source-{number}" for number in range(6)]
    store.ledger.sync_sources([source(name) for name in names])
    gate = threading.Event()
    desk.hanging = dict.fromkeys(names, gate)
    runner = runner_of(store, desk, workers=3)
    claimed = taken(store)
    carried = threading.Thread(target=runner.carry_out, args=(claimed,))
    carried.start()
    time.sleep(0.6)
    assert len(desk.collected) == 3
    gate.set()
    carried.join(10)
    assert sorted(desk.collected) == names
    assert rows_of(store, runs)[0]["state"] == "ok"
    store.close()


def test_a_run_that_is_stopped_leaves_the_rest_to_the_next(store: Store, desk: Desk, clock: Clock) -> None:
    desk.pages = {"meridian": [article("a", MET)], "harbour": [article("b", MET, of="harbour")]}
    desk.hanging = {"harbour": threading.Event()}
    stop = threading.Event()

    def stop_after_the_first(step: Step) -> None:
        if step.source == "meridian" and step.item is None:
            stop.set()

    claimed = taken(store)
    began = time.monotonic()
    assert runner_of(store, desk).carry_out(claimed, stop=stop, grace=0.3, progress=stop_after_the_first) == "interrupted"
    assert time.monotonic() - began < 5
    assert by_source(store, claimed.run)["harbour"]["state"] == "interrupted"
    desk.hanging["harbour"].set()
    again = store.ledger.claim_due()
    assert again is not None
    assert [state.source.id for state in again.sources] == ["harbour"]
    assert runner_of(store, desk).carry_out(again) == "ok"
    assert {row["source_id"] for row in rows_of(store, articles)} == {"meridian", "harbour"}


def test_a_run_that_was_taken_over_ends_without_writing(store: Store, desk: Desk, clock: Clock) -> None:
    desk.pages = {"meridian": [article("a", MET)]}
    desk.hanging = {"meridian": threading.Event()}
    claimed = taken(store, "meridian")
    states: list[str] = []
    carried = threading.Thread(target=lambda: states.append(runner_of(store, desk).carry_out(claimed)))
    carried.start()
    desk.began.wait(5)
    assert store.ledger.interrupt(claimed.run, "no sign of life")
    desk.hanging["meridian"].set()
    carried.join(10)
    assert states == ["interrupted"]
    assert rows_of(store, articles) == []
    with pytest.raises(LeaseLost):
        store.ledger.beat(claimed.run)


class Refusal:
    """Refuses writes to a table as a full disk does, as long as it is told to."""

    def __init__(self, store: Store, table: str) -> None:
        self.table: str | None = table

        @event.listens_for(store.engine, "before_cursor_execute")
        def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if self.table is not None and statement.startswith(("INSERT", "UPDATE")) and f" {self.table} " in statement:
                import sqlite3

                from sqlalchemy.exc import OperationalError

                full = sqlite3.OperationalError("database or disk is full")
                full.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise OperationalError(statement, None, full)


def test_a_full_disk_ends_the_run_with_that_reason_and_all_is_well_with_room_again(store: Store, desk: Desk,
                                                                                   clock: Clock) -> None:
    desk.pages = {"meridian": [article("a", MET)], "harbour": []}
    disk = Refusal(store, "article_versions")
    claimed = taken(store)
    assert runner_of(store, desk, workers=1).carry_out(claimed) in ("failed", "partial")
    run, = rows_of(store, runs)
    assert (run["error_class"], run["ended"] is not None) == ("disk", True)
    assert rows_of(store, articles) == []
    disk.table = None
    clock.forward(60)
    assert runner_of(store, desk).carry_out(taken(store)) == "ok"
    assert len(rows_of(store, events)) == 1


def test_an_end_that_could_not_be_written_is_written_when_it_can_be(store: Store, desk: Desk) -> None:
    disk = Refusal(store, "run_sources")
    disk.table = None
    runner = runner_of(store, desk)
    claimed = taken(store)
    disk.table = "run_sources"
    assert runner.carry_out(claimed) == "failed"
    assert rows_of(store, runs)[0]["state"] == "running"
    disk.table = None
    runner.settle()
    run, = rows_of(store, runs)
    assert (run["state"], run["error_class"]) == ("failed", "disk")
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    runner.settle()


def test_progress_is_told_step_by_step(store: Store, desk: Desk) -> None:
    desk.pages = {"meridian": [article("a", MET)]}
    steps: list[Step] = []
    runner_of(store, desk).carry_out(taken(store, "meridian"), progress=steps.append)
    assert [type(step.item).__name__ for step in steps] == ["Listing", "Page", "Finished", "NoneType"]
    assert steps[1].recorded is not None
    assert steps[1].recorded.new


def test_a_run_twice_gives_the_same_timeline(store: Store, desk: Desk, clock: Clock) -> None:
    desk.pages = {"meridian": [article("a", MET)], "harbour": [article("b", MET, of="harbour")]}
    runner_of(store, desk).carry_out(taken(store))
    before = timeline_of(store)
    clock.forward(60)
    runner_of(store, desk).carry_out(taken(store))
    assert timeline_of(store) == before


# Sources that hang -------------------------------------------------------------------------------------------------------

def test_a_source_that_hangs_gives_its_place_to_the_next(database_url: str, clock: Clock, desk: Desk) -> None:
    """More of them hang for ever than there are places, and they come first."""
    store = open_store(database_url, clock)
    hanging = [f"a-hangs-{number}" for number in range(5)]
    well = [f"b-goes-{number}" for number in range(20)]
    store.ledger.sync_sources([source(name) for name in hanging + well])
    gate = threading.Event()
    desk.hanging = dict.fromkeys(hanging, gate)
    desk.pages = {name: [article("a", MET, of=name)] for name in hanging + well}
    claimed = taken(store)
    assert runner_of(store, desk, source_deadline=1.5, overtime=3.0, run_deadline=60.0).carry_out(claimed) == "partial"
    found = by_source(store, claimed.run)
    assert {found[name]["state"] for name in well} == {"ok"}
    assert {found[name]["error_class"] for name in hanging} == {"source-deadline"}
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    gate.set()
    for thread in threading.enumerate():
        if thread.name.startswith("collect-"):
            thread.join(5)
    assert {row["source_id"] for row in rows_of(store, articles)} == set(well)
    store.close()


def test_what_failed_lately_comes_last(store: Store, desk: Desk, clock: Clock) -> None:
    desk.down = {"harbour"}
    runner = runner_of(store, desk, workers=1)
    runner.carry_out(taken(store))
    clock.forward(60)
    runner.carry_out(taken(store))
    assert desk.collected == ["harbour", "meridian", "meridian", "harbour"]
