"""The sample as it is rendered and served in the time zone of this process; `python rendered_sample.py FOLDER` prints it."""
from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import sample_timeline
from sample_timeline import NOW, PUTIN, TOKAYEV, asserted, told
from serving import SampleStore, sample_app

from app.ical import vevent
from timeline.fold import fold
from timeline.model import EventType, Status
from timeline.when import When

BERLIN = ((date(2023, 3, 26), "spring"), (date(2023, 10, 29), "autumn"), (date(2023, 7, 1), "summer"))


def rendered(folder: Path) -> str:
    """Three entries around changes of clocks, and what is served of the sample, which is made in the folder."""
    found = []
    article = told("courier", date(2023, 11, 10), "talks", "Talks", "The two presidents met in Berlin.")
    claim = asserted(article, 0, EventType.MEETING, (PUTIN, TOKAYEV), When.day(BERLIN[0][0]), Status.PLANNED)
    for day, name in BERLIN:  # half past two: skipped, twice, once
        when = When.day(day).at(time(2, 30), "Europe/Berlin")
        event = fold([replace(claim, when=when)], name)
        found.append(vevent(event, first_seen=NOW, updated=NOW).decode())
    file = folder / "timeline.db"
    sample_timeline.make(f"sqlite:///{file}")
    store = SampleStore(f"sqlite:///{file}")
    client = sample_app(store).test_client()
    for address in ("/calendar.ics?vague=span&alarm=30", "/calendar.ics?window=week", "/api/v1/events", "/api/v1/events.atom", "/api/v1/changes"):
        answer = client.get(address)
        found.append(f"{answer.status} {answer.headers.get('Last-Modified')} {answer.headers['ETag']}\n{answer.get_data(as_text=True)}\n")
    store.close()
    return "".join(found)


if __name__ == "__main__":
    sys.stdout.buffer.write(rendered(Path(sys.argv[1])).encode())
