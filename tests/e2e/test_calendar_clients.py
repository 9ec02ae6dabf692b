"""Calendar programs of others read the feed without complaint, and list what the timeline holds."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from calendar_clients import Subscriber, ical_js, libical, program, read_with_ical_js, read_with_libical
from running_service import Service

pytestmark = pytest.mark.clients

needs_programs = pytest.mark.skipif(program("vdirsyncer") is None or program("khal") is None,
                                    reason="vdirsyncer and khal are neither on PATH nor in CALENDAR_CLIENTS")
needs_libical = pytest.mark.skipif(libical() is None, reason="libical is not installed (Debian: libical3)")
needs_ical_js = pytest.mark.skipif(not ical_js(), reason="node with ical.js is not there (npm install ical.js; NODE_PATH)")


@pytest.fixture(scope="module")
def feed(demonstration: Service) -> bytes:
    return demonstration.get("/calendar.ics")


def listed(feed: bytes) -> list[tuple[str, str, str]]:
    """First day, last day and title of each event, in order."""
    rows = []
    for event in icalendar.Calendar.from_ical(feed).walk("VEVENT"):
        first, end = event.start, event.end
        last = end - timedelta(days=1) if isinstance(first, date) and not isinstance(first, datetime) else end
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


@needs_libical
def test_libical_finds_every_event_and_no_error(feed: bytes) -> None:
    library = libical()
    assert library is not None
    assert read_with_libical(library, feed) == (feed.count(b"BEGIN:VEVENT"), 0)


@needs_libical
def test_libical_does_see_an_error_where_there_is_one(feed: bytes) -> None:
    library = libical()
    assert library is not None
    broken = feed.replace(b"DTSTART;VALUE=DATE:", b"DTSTART;VALUE=DATE:soon", 1)
    assert read_with_libical(library, broken)[1] > 0


@needs_ical_js
def test_ical_js_reads_the_same_events(feed: bytes) -> None:
    events = read_with_ical_js(feed.decode("utf-8"))
    expected = {str(event["UID"]): (int(event["SEQUENCE"]), str(event["SUMMARY"]), event.start.isoformat())
                for event in icalendar.Calendar.from_ical(feed).walk("VEVENT")}
    assert {event["uid"]: (event["sequence"], event["summary"], event["start"].removesuffix("Z")) for event in events} == {
        uid: (sequence, summary, start.removesuffix("+00:00")) for uid, (sequence, summary, start) in expected.items()}
    assert len(events) == len(expected) > 0
