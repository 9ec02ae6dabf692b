"""What a page of a country costs that has very many events: counted anew, and counted since the timeline last changed.

    python benchmarks/encounter_pages.py [EVENTS]        by default 60000, of which the busiest country has three of ten

The events are made (`made_events.py`), in a SQLite file and, under `scripts/with_postgres`, in PostgreSQL. A page is asked for in process,
in turns: from an application that has nothing in mind, and from one that was asked before, by another name of the host each time, so that
no whole answer is given again (`app.api.kept_answers`). Milliseconds, the median of the rounds, and the ratio.
"""
from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

import made_events
from serving import SampleStore, sample_app

LEAST = 5.0  # times
ROUNDS = 7
_HOSTS = count()
PAGES = ("/countries/US", "/countries/US/RU", "/actors/person:aval-us", "/api/v1/countries/US")


def took(client: Any, path: str) -> float:
    began = time.perf_counter()
    headers = {"Host": f"host-{next(_HOSTS)}.example"} | ({} if path.startswith("/api") else {"Accept": "text/html"})
    assert client.get(path, headers=headers).status_code == 200
    return (time.perf_counter() - began) * 1000


def compared(name: str, url: str) -> float:
    """The least ratio of the two."""
    store, least = SampleStore(url), float("inf")

    def made() -> Any:
        return sample_app(store, now=lambda: datetime(2024, 1, 26, 9, tzinfo=UTC)).test_client()

    asked = made()
    for path in PAGES:
        anew, again = [], []
        took(asked, path)
        for _ in range(ROUNDS):
            client = made()
            took(client, path.replace("US", "MX").replace("us", "mx"))  # its templates are made
            anew.append(took(client, path))
            again.append(took(asked, path))
        first, second = statistics.median(anew), statistics.median(again)
        least = min(least, first / second)
        print(f"{name:<11}{path:<24} counted anew {first:6.1f} ms, again {second:5.1f} ms: {first / second:4.1f} times")
    store.close()
    return least


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": f"sqlite:///{folder}/made.db"}
        if "SUMMITRY_TEST_POSTGRES" in os.environ:
            urls["PostgreSQL"] = os.environ["SUMMITRY_TEST_POSTGRES"]
        ratios = []
        for name, url in urls.items():
            made_events.make(url, events)
            ratios.append(compared(name, url))
    sys.exit(min(ratios) < LEAST)


if __name__ == "__main__":
    main()
