"""Each slot is collected once, whatever the processes, clocks and signals do."""
import importlib.util
import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from newsdesk import Clock, Desk, article, open_store, read, rows_of, source, timeline_of
from starting import command, started

from app.jobs import Runner
from app.scheduler import Scheduler
from app.store.store import Store
from app.store.tables import articles, run_sources, runs, sources

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"
MOVED = "planned meeting of RU, UZ on 2023-11-22 in Tashkent instead of 2023-11-20"
TO_MEET = "planned meeting of RU, UZ on 2023-11-20 in Tashkent"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    file = tmp_path / "pages.json"
    file.write_text(json.dumps({
        "meridian": [["a", MET], ["b", TO_MEET], ["c", "Nothing happened."]],
        "harbour": [["d", MET], ["e", MOVED]]}))
    return file


def until(found: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `found` gives as soon as it is true."""
    ends = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.05)
    return result


def slots(store: Store) -> Counter[tuple[str, str]]:
    return Counter((row["source_id"], row["slot"]) for row in rows_of(store, run_sources) if row["slot"])


# In one process ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def desk(clock: Clock) -> Desk:
    return Desk(clock)


@pytest.fixture
def scheduler(store: Store, desk: Desk) -> Iterator[Scheduler]:
    scheduler = Scheduler(store.ledger, Runner(store, collect=desk, read=read), tick=0.1, grace=0.5)
    yield scheduler
    scheduler.stop(5)


def test_what_is_overdue_after_a_stop_comes_run_by_run_the_longest_overdue_first(store: Store, clock: Clock, desk: Desk) -> None:
    names = [f"s{number:02}" for number in range(30)]
    store.ledger.sync_sources([source(name) for name in names])
    clock.forward(7 * 86_400)
    store.ledger.sync_sources([source(name) for name in [*names, "fresh"]])  # due from now on
    runner = Runner(store, collect=desk, read=read, workers=4, run_deadline=600, source_deadline=120)
    taken = []
    while claimed := store.ledger.claim_due(runner.most_sources):
        taken.append([state.source.id for state in claimed.sources])
        assert runner.carry_out(claimed) == "ok"
    assert [len(part) for part in taken] == [20, 11]
    assert "fresh" in taken[1]
    assert sorted(taken[0] + taken[1]) == ["fresh", *names]


def test_what_is_due_is_collected_and_a_frozen_clock_gives_one_run(store: Store, desk: Desk, scheduler: Scheduler) -> None:
    desk.pages = {"meridian": [article("a", MET)]}
    scheduler.start()
    until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"])
    time.sleep(0.5)  # several ticks
    assert len(rows_of(store, runs)) == 1
    assert sorted(desk.collected) == ["harbour", "meridian"]


def test_two_schedulers_in_one_process_do_no_harm(store: Store, desk: Desk, scheduler: Scheduler) -> None:
    """As a debug reloader, or a worker that imports the application twice."""
    twin = Scheduler(store.ledger, Runner(store, collect=desk, read=read), tick=0.1)
    scheduler.start()
    twin.start()
    until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"])
    time.sleep(0.5)
    twin.stop(5)
    assert sorted(desk.collected) == ["harbour", "meridian"]


def test_what_is_asked_for_is_begun_at_once(store: Store, desk: Desk, clock: Clock) -> None:
    scheduler = Scheduler(store.ledger, Runner(store, collect=desk, read=read), tick=30.0)
    scheduler.start()
    until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"])
    run = store.request_run(["harbour"], "api")
    scheduler.wake()
    until(lambda: [row for row in rows_of(store, runs, id=run) if row["state"] == "ok"], 5)
    scheduler.stop(5)


def test_a_slow_source_holds_up_no_other(store: Store, desk: Desk, clock: Clock, scheduler: Scheduler) -> None:
    desk.hanging = {"harbour": threading.Event()}
    desk.pages = {"harbour": []}
    scheduler.start()
    until(lambda: desk.collected.count("harbour"))
    clock.forward(60)
    until(lambda: desk.collected.count("meridian") >= 2)
    assert desk.collected.count("harbour") == 1
    assert rows_of(store, sources, id="harbour")[0]["skipped"] == 1
    desk.hanging["harbour"].set()


def test_a_store_that_is_away_for_a_while_stops_no_scheduler(sqlite_url: str, clock: Clock, desk: Desk) -> None:
    store = open_store(sqlite_url, clock)
    store.ledger.sync_sources([source()])
    scheduler = Scheduler(store.ledger, Runner(store, collect=desk, read=read), tick=0.1)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    away = file.rename(file.with_suffix(".away"))
    assert scheduler.last_look_age is None
    scheduler.start()
    time.sleep(0.4)
    assert desk.collected == []
    assert (scheduler.last_look_age or 0.0) >= 0.4  # a look that failed is none
    away.rename(file)
    until(lambda: desk.collected == ["meridian"])
    until(lambda: (scheduler.last_look_age or 0.0) < 0.4)
    scheduler.stop(5)
    store.close()


def test_stopping_is_quick_and_begins_nothing_more(store: Store, desk: Desk, clock: Clock, scheduler: Scheduler) -> None:
    desk.hanging = {"harbour": threading.Event(), "meridian": threading.Event()}
    scheduler.start()
    until(lambda: len(desk.collected) == 2)
    began = time.monotonic()
    scheduler.stop(5)
    assert time.monotonic() - began < 4
    assert rows_of(store, runs)[0]["state"] == "interrupted"
    clock.forward(60)
    scheduler.tick()
    assert len(rows_of(store, runs)) == 1


# Several processes -------------------------------------------------------------------------------------------------------

def test_three_processes_collect_each_slot_once(database_url: str, pages: Path) -> None:
    with started("schedule", database_url, str(pages), "--interval", "2", "--tick", "0.05"), \
            started("schedule", database_url, str(pages), "--interval", "2", "--tick", "0.05"), \
            started("schedule", database_url, str(pages), "--interval", "2", "--tick", "0.05"):
        store = open_store(database_url, Clock())
        until(lambda: len([row for row in rows_of(store, run_sources) if row["state"] == "ok"]) >= 4, 40)
        collected, begun = rows_of(store, run_sources), rows_of(store, runs)  # before one is stopped: what it leaves is due at once
    for name in ("meridian", "harbour"):
        times = sorted(row["slot"] for row in collected if row["source_id"] == name and row["slot"])
        assert len(set(times)) == len(times)
        on_grid = [datetime.fromisoformat(slot) for slot in times[1:]]
        assert all((moment - on_grid[0]).total_seconds() % 2 == 0 for moment in on_grid)
    assert {row["state"] for row in begun} <= {"ok", "running"}
    store.close()


def test_a_process_that_was_stopped_is_replaced_and_can_write_nothing_when_it_wakes(database_url: str, pages: Path) -> None:
    """SIGSTOP for longer than the run's life, then SIGCONT."""
    store = open_store(database_url, Clock())
    with started("schedule", database_url, str(pages), "--life", "1.0", "--pause", "0.4", "--interval", "3600") as first:
        until(lambda: rows_of(store, articles))
        first.send_signal(signal.SIGSTOP)
        with started("schedule", database_url, str(pages), "--life", "1.0", "--interval", "3600") as second:
            until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"])
            held, = (row for row in rows_of(store, runs) if row["state"] == "interrupted")
            before = (timeline_of(store), rows_of(store, run_sources, run_id=held["id"]))
            first.send_signal(signal.SIGCONT)
            time.sleep(1.5)
            assert (timeline_of(store), rows_of(store, run_sources, run_id=held["id"])) == before
            for process in (first, second):
                process.send_signal(signal.SIGTERM)
                assert process.wait(10) == 0
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    assert len(rows_of(store, articles)) == 5
    store.close()


def test_a_process_that_was_suspended_makes_up_with_one_run(database_url: str, pages: Path) -> None:
    store = open_store(database_url, Clock())
    with started("schedule", database_url, str(pages), "--interval", "10", "--life", "60") as process:
        until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"])
        process.send_signal(signal.SIGSTOP)
        # An hour of the process's life, told to the store: all that is due lies an hour back.
        time.sleep(0.3)
        past = "2000-01-01T00:00:00.000000Z"
        store._database.write(lambda connection: connection.execute(sources.update().values(due=past)))
        count = len(rows_of(store, run_sources))
        process.send_signal(signal.SIGCONT)
        until(lambda: len(rows_of(store, run_sources)) >= count + 2)
        time.sleep(0.5)
        made_up = [row for row in rows_of(store, run_sources) if row["slot"] == past]
        assert sorted(row["source_id"] for row in made_up) == ["harbour", "meridian"]
    store.close()


@pytest.mark.parametrize("step", ["-01:00:00", "+02:00:00"])
def test_a_clock_that_is_set_while_the_scheduler_runs_stops_nothing(database_url: str, pages: Path, tmp_path: Path,
                                                                   step: str) -> None:
    """The next run comes within two intervals, and there is no burst."""
    if database_url.startswith("postgresql") and not os.environ.get("SUMMITRY_TEST_FAULTS"):
        pytest.skip("what is due is told from its rows by the same code on both: `make faults` does both")
    libraries = [*Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), *Path("/usr/lib").glob("faketime/libfaketimeMT.so.1")]
    if not libraries:
        pytest.skip("libfaketime is not installed")
    told = tmp_path / "faketime"
    told.write_text("+0\n")
    environment = os.environ | {"LD_PRELOAD": str(libraries[0]), "FAKETIME_TIMESTAMP_FILE": str(told),
                                "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}
    store = open_store(database_url, Clock())
    process = subprocess.Popen(command("schedule", database_url, str(pages), "--interval", "10"), env=environment)
    try:
        until(lambda: len([row for row in rows_of(store, run_sources) if row["state"] == "ok"]) >= 2)
        sign, hours = step[0], int(step[1:3])
        told.write_text(f"{sign}{hours}h\n")
        count = len(rows_of(store, run_sources))
        until(lambda: len(rows_of(store, run_sources)) >= count + 2, 25)
        time.sleep(1)
        assert len(rows_of(store, run_sources)) <= count + 4
    finally:
        process.kill()
        process.wait()
        store.close()


def test_a_clock_that_is_set_back_does_not_stop_the_ticks(store: Store, desk: Desk) -> None:
    """APScheduler waits for a time of day; here its next tick is put an hour ahead, as a step back of the clock does."""
    scheduler = Scheduler(store.ledger, Runner(store, collect=desk, read=read), tick=0.2)
    scheduler.start()
    until(lambda: [row for row in rows_of(store, runs) if row["state"] == "ok"])
    scheduler._scheduler.modify_job("tick", next_run_time=datetime.now(UTC) + timedelta(hours=1))
    store.request_run(["harbour"], "api")
    until(lambda: desk.collected.count("harbour") == 2, 10)
    scheduler.stop(5)


@pytest.mark.skipif(importlib.util.find_spec("werkzeug") is None, reason="werkzeug is not installed")
def test_a_debug_reloader_collects_each_slot_once(sqlite_url: str, pages: Path, tmp_path: Path) -> None:
    """The reloader's parent and its child import the same module, and both start a scheduler."""
    script = tmp_path / "reloaded.py"
    folder = Path(__file__).parent
    script.write_text(
        f"import sys, threading\nsys.path.insert(0, {str(folder)!r})\nimport argparse, processes\n"
        "from app.scheduler import Scheduler\n"
        f"options = argparse.Namespace(url={sqlite_url!r}, file={str(pages)!r}, shift=0, life=60, interval=2, pause=0,\n"
        "                             workers=2, deadline=60)\n"
        "store, runner = processes.opened(options)\nscheduler = Scheduler(store.ledger, runner, tick=0.05)\nscheduler.start()\n"
        "from flask import Flask\napp = Flask('reloaded')\n"
        "app.run(port=0, use_reloader=True, debug=True)\n")
    store = open_store(sqlite_url, Clock())
    process = subprocess.Popen([command()[0], str(script)], start_new_session=True, stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    try:
        until(lambda: len([row for row in rows_of(store, run_sources) if row["state"] == "ok"]) >= 4, 40)
        assert len({row["holder"] for row in rows_of(store, runs)}) >= 1
        assert set(slots(store).values()) == {1}
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        store.close()
