"""A writer that changes an event so many times a second, as scraping does: `python -m serving.writing FILE RATE SECONDS`."""
from __future__ import annotations

import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta


class Writer:
    """Changes the events nearest to today one after the other, each in a transaction of its own."""

    def __init__(self, file: str) -> None:
        self._store = sqlite3.connect(file, isolation_level=None, timeout=30)
        self._store.execute("PRAGMA synchronous = NORMAL")
        today = datetime.now(UTC).date()
        self._ids = [row[0] for row in self._store.execute("SELECT id FROM events WHERE first BETWEEN ? AND ? ORDER BY first, id LIMIT 500", (
            (today - timedelta(20)).isoformat(), (today + timedelta(20)).isoformat()))]
        self._at = 0

    def change(self) -> None:
        id, self._at = self._ids[self._at % len(self._ids)], self._at + 1
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._store.execute("BEGIN IMMEDIATE")
        event = self._store.execute("SELECT event FROM events WHERE id = ?", (id,)).fetchone()[0]
        self._store.execute("UPDATE events SET updated = ?, changed = ?, revision = revision + 1, json = CAST(replace(CAST(json AS TEXT), "
                            "'\"revision\":' || revision, '\"revision\":' || (revision + 1)) AS BLOB), vevent = CAST(replace(CAST(vevent AS TEXT), "
                            "'SEQUENCE:' || revision, 'SEQUENCE:' || (revision + 1)) AS BLOB) WHERE id = ?", (now, now, id))
        self._store.execute("INSERT INTO changes (event_id, at, reason, material, before, after, claims) VALUES (?, ?, 'made', 1, ?, ?, '[]')",
                            (id, now, event, event))
        self._store.execute("COMMIT")

    def close(self) -> None:
        self._store.close()


def main() -> None:
    file, rate, seconds = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    writer, began, count = Writer(file), time.monotonic(), 0
    while (now := time.monotonic() - began) < seconds:
        if count <= now * rate:
            writer.change()
            count += 1
        else:
            time.sleep(0.5 / rate)
    writer.close()
    print(f"{count / seconds:.0f} transactions a second")


if __name__ == "__main__":
    main()
