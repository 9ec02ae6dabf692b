"""A reader that never ends makes SQLite's write-ahead log grow: that is told, and when the reader is gone the log is small again."""
from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from newsdesk import Clock, open_store, source
from sqlalchemy import update

from app.config import Settings
from app.doctor.machine import Machine, flaws_of_room
from app.store.store import Store
from app.store.tables import sources
from app.web_app import create_app


def write(store: Store, times: int) -> None:
    """A megabyte each time, of which every page is another one than before."""
    for number in range(times):
        told = "ab"[number % 2] * 1_000_000
        store._database.write(lambda connection, told=told: connection.execute(update(sources).values(listed=f'["{told}"]')))


def test_the_log_that_a_stuck_reader_keeps_is_alerted_and_shrinks_when_it_is_gone(sqlite_url: str, clock: Clock) -> None:
    store = open_store(sqlite_url, clock)
    store.ledger.sync_sources([source()])
    client = create_app(Settings(), store, now=lambda: datetime.now(UTC)).test_client()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    log = file.with_name(file.name + "-wal")
    roomy = Machine(room=lambda folder: 10**12)

    def alerted() -> tuple[list[str], bool]:
        """What the doctor says, and whether the alert on the metric would."""
        told, = (line for line in client.get("/metrics").get_data(as_text=True).splitlines() if line.startswith("summitry_store_log_bytes "))
        return [flaw.check for flaw in flaws_of_room(file, roomy)], float(told.split()[1]) > 64e6

    write(store, 70)
    assert log.stat().st_size < 20_000_000, "without a reader it begins anew again and again"
    assert alerted() == ([], False)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        write(store, 70)
        assert log.stat().st_size > 64_000_000
        assert alerted() == (["log"], True)
        assert client.get("/api/v1/events").status_code == 200
    write(store, 3)
    assert log.stat().st_size <= 20_000_000, "the service goes on, and need not be started anew"
    assert alerted() == ([], False)
    store.close()
