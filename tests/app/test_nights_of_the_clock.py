"""The nights in which clocks are put on and back: slots lie on one grid whatever the zone of the machine."""
from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newsdesk import Clock, open_store, rows_of, source
from starting import command
from test_scheduling import until

from app.store.codec import stamp
from app.store.store import Store
from app.store.tables import run_sources, sources

NIGHTS = [("Europe/Berlin", date(2024, 3, 31), 23), ("Europe/Berlin", date(2024, 10, 27), 25), ("America/New_York", date(2024, 11, 3), 25)]


@pytest.fixture
def zone(request: pytest.FixtureRequest) -> Iterator[ZoneInfo]:
    """The machine's own."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield ZoneInfo(request.param)
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize(("zone", "day", "hours"), NIGHTS, indirect=["zone"])
def test_an_hourly_source_is_collected_once_in_each_hour_that_there_is(store: Store, clock: Clock, zone: ZoneInfo, day: date, hours: int) -> None:
    store.ledger.sync_sources([source(interval=3600)])
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    clock.now = midnight - timedelta(hours=3)
    ends = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)  # of the day by the wall
    begun = []
    while clock.now < ends.astimezone(UTC):
        if (claimed := store.ledger.claim_due()) is not None:
            begun.append(clock.now)
            for state in claimed.sources:
                store.ledger.finish_source(state.lease)
            store.ledger.finish_run(claimed.run)
        clock.forward(1200)
    on_the_day = [moment for moment in begun if moment >= midnight]
    assert len(on_the_day) == hours
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(begun[1:])} == {3600}


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 31), 5), (date(2024, 10, 27), 7)])
def test_a_process_lives_through_both_nights(sqlite_url: str, tmp_path: Path, day: date, hours: int) -> None:
    """To six in the morning by the wall, in a process whose machine is in Berlin. Its clock goes on by twenty minutes each time that it has
    done what is due. What speaks to PostgreSQL counts its waits by the same clock, and would give up on connections."""
    libraries = [*Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), *Path("/usr/lib").glob("faketime/libfaketimeMT.so.1")]
    if not libraries:
        pytest.skip("libfaketime is not installed")
    told = tmp_path / "faketime"
    pages = tmp_path / "pages.json"
    pages.write_text('{"meridian": []}')
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    morning = datetime(day.year, day.month, day.day, 6, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    ahead = midnight - timedelta(hours=3) - datetime.now(UTC)

    def goes_to(step: timedelta) -> None:
        told.write_text(f"{(ahead + step).total_seconds():+.0f}\n")

    goes_to(timedelta())
    environment = os.environ | {"LD_PRELOAD": str(libraries[0]), "FAKETIME_TIMESTAMP_FILE": str(told), "FAKETIME_NO_CACHE": "1",
                                "DONT_FAKE_MONOTONIC": "1", "TZ": "Europe/Berlin"}
    store = open_store(sqlite_url, Clock())
    process = subprocess.Popen(command("schedule", sqlite_url, str(pages), "--interval", "3600", "--tick", "0.1", "--life", "1000000"),
                               env=environment)

    def collected() -> list[datetime]:
        return sorted(datetime.fromisoformat(row["slot"]) for row in rows_of(store, run_sources, source_id="meridian") if row["state"] == "ok")

    try:
        until(collected, 60)
        for twenty in range(1, 100):
            now = datetime.now(UTC) + ahead + twenty * timedelta(minutes=20)
            if now - timedelta(hours=1) > morning:
                break
            goes_to(twenty * timedelta(minutes=20))
            until(lambda now=now: [row for row in rows_of(store, sources) if row["lease"] is None and row["due"] > stamp(now)])
    finally:
        process.kill()
        process.wait()
    assert max(Counter(collected()).values()) == 1
    assert len([slot for slot in collected() if midnight <= slot < morning]) == hours
    store.close()
