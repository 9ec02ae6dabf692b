"""Calendar programs of others read the demonstration's feed without complaint, and list what the timeline holds."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from calendar_parsers import PARSERS, missing
from calendar_subscriber import Subscriber
from installed_clients import program
from running_service import Service

pytestmark = pytest.mark.clients

needs_programs = pytest.mark.skipif(program("vdirsyncer") is None or program("khal") is None,
                                    reason="vdirsyncer and khal are not installed (Debian: apt-get install vdirsyncer khal)")


@pytest.fixture(scope="module")
def feed(demonstration: Service) -> bytes:
    return demonstration.get("/calendar.ics")


def listed(feed: bytes) -> list[tuple[str, str, str]]:
    """First day, last day and title of each event, in order."""
    rows = []
    for event in icalendar.Calendar.from_ical(feed).walk("VEVENT"):
        first, last = event.start, event.end
        if isinstance(first, date) and not isinstance(first, datetime):
            last -= timedelta(days=1)  # DTEND is exclusive
        rows.append((f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", str(event["SUMMARY"])))
    return sorted(rows)


@needs_programs
def test_vdirsyncer_subscribes_and_khal_lists_every_event_once(demonstration: Service, feed: bytes, tmp_path: Path) -> None:
    subscriber = Subscriber(tmp_path / "subscriber", demonstration.address + "/calendar.ics")
    subscriber.synchronise()
    agenda = subscriber.agenda("1990-01-01", "2040-01-01")
    assert sorted((entry["start-date"], entry["end-date"], entry["title"]) for entry in agenda) == listed(feed)
    astana = [entry for entry in agenda if entry["start-date"] == "2023-11-09" and "Putin" in entry["title"]]
    assert [(entry["location"], entry["status"]) for entry in astana] == [("Astana, Kazakhstan", "CONFIRMED")]
    assert "CANCELLED" in {entry["status"] for entry in agenda}


@needs_programs
def test_a_second_synchronisation_moves_nothing(demonstration: Service, tmp_path: Path) -> None:
    subscriber = Subscriber(tmp_path / "subscriber", demonstration.address + "/calendar.ics")
    assert "Copying" in subscriber.synchronise()
    again = subscriber.synchronise()
    assert "Syncing summitry" in again
    assert not [word for word in ("Copying", "Deleting", "error", "warning") if word in again]


@pytest.mark.parametrize("parser", PARSERS)
def test_parsers_of_other_clients_find_the_same_events(feed: bytes, parser: str) -> None:
    if reason := missing(parser):
        pytest.skip(reason)
    read = PARSERS[parser](feed)
    assert len(read) == feed.count(b"BEGIN:VEVENT") > 0
    assert sorted(event["summary"] or "" for event in read) == sorted(title for _, _, title in listed(feed))
