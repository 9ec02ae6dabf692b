"""What each filter costs beside a page without one, in the store alone."""
from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.store.engine import Database
from app.store.queries import EventFilter, Queries

ROUNDS = 5


def filters(file: Path) -> dict[str, dict[str, Any]]:
    """By name; `many` of the events have the first ones, some hundred the next, few or none the last."""
    store, today = sqlite3.connect(file), datetime.now(UTC).date()

    def ranked(column: str, table: str, *ranks: int) -> list[str]:
        found = [row[0] for row in store.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC")]
        return [found[rank] for rank in ranks]

    many, some, few = ranked("country", "event_countries", 0, 40, -1)
    second = ranked("country", "event_countries", 1)[0]
    star, other = ranked("actor_id", "event_actors", 0, -1)
    name = store.execute("SELECT words FROM actors WHERE id = ?", (star,)).fetchone()[0]
    place, village = ranked("place", "events", 0, -1)
    return {
        "no filter": {}, "country, many": {"countries": (many,)}, "country, some": {"countries": (some,)}, "country, few": {"countries": (few,)},
        "country, none": {"countries": ("QQ",)}, "two countries, many": {"countries": (many, second)}, "two countries, some": {"countries": (many, some)},
        "actor, many": {"actors": (star,)}, "actor, few": {"actors": (other,)}, "actor by words": {"actors": (name,)}, "actor by one letter": {"actors": ("a",)},
        "source, many": {"sources": ("outlet-0",)}, "source, some": {"sources": ("outlet-39",)}, "source, none": {"sources": ("outlet-x",)},
        "place, many": {"place": place}, "place, few": {"place": village}, "place, none": {"place": "nowhere at all"},
        "status=unreported": {"statuses": ("unreported",)}, "status=planned": {"statuses": ("planned",)}, "status=cancelled": {"statuses": ("cancelled",)},
        "two types": {"types": ("call", "visit")}, "from=today": {"first": today}, "from a day to another": {"first": today - timedelta(4000), "last": today - timedelta(3990)},
        "to=long ago": {"last": today - timedelta(7000)}, "from=never": {"first": today + timedelta(9000)}, "updated_since=now": {"updated_since": "2999"},
        "q, many": {"q": "meeting"}, "q, one letter": {"q": "m"}, "q, some": {"q": name}, "q, two words": {"q": f"meeting {name.split()[-1]}"},
        "q, none": {"q": "xylophone"}, "q, country, none": {"q": "xylophone", "countries": (many,)},
        "country and days": {"countries": (many,), "first": today - timedelta(700), "last": today - timedelta(300)}}


def costs(file: Path) -> Iterator[tuple[str, int, float]]:
    """Of each filter: its name, the events of its first page, seconds of CPU (the least of some rounds)."""
    database = Database(f"sqlite:///{file}")
    queries, due = Queries(database.engine), datetime.now(UTC).date() - timedelta(1)
    for name, wanted in filters(file).items():
        best, rows = float("inf"), 0
        for _ in range(ROUNDS):
            began = time.process_time()
            rows = len(queries.events(EventFilter(**wanted), due=due, limit=100).rows)
            best = min(best, time.process_time() - began)
        yield name, rows, best
    database.close()
