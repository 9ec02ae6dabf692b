"""The diaries of today and of this week, and what is new, in every form."""
from __future__ import annotations

from datetime import date, timedelta

import icalendar
import pytest
from feed_validators import atom_entries
from flask.testing import FlaskClient
from sample_timeline import NOW
from serving import SampleStore, sample_app

WEEK = ["Putin – Tokayev, meeting", "Biden – Netanyahu, call"]


def titles(client: FlaskClient, query: str) -> set[str]:
    return {event["title"] for event in client.get(f"/api/v1/events?{query}").get_json()["events"]}


def on(store: SampleStore, day: date) -> FlaskClient:
    return sample_app(store, now=lambda: NOW.replace(year=day.year, month=day.month, day=day.day)).test_client()


@pytest.mark.parametrize("day", [date(2023, 11, 5) + timedelta(days=shift) for shift in range(20)])
def test_a_window_is_the_days_that_it_names(store: SampleStore, day: date) -> None:
    """Today in UTC; the week from Monday to Sunday that holds it."""
    client = on(store, day)
    monday = day - timedelta(days=day.weekday())
    assert titles(client, "window=today") == titles(client, f"from={day}&to={day}")
    assert titles(client, "window=week") == titles(client, f"from={monday}&to={monday + timedelta(days=6)}")


def test_a_window_narrows_further_with_other_filters(client: FlaskClient) -> None:
    """It is Sunday, 12 November 2023."""
    assert titles(client, "window=week") == set(WEEK)
    assert titles(client, "window=week&type=call") == {"Biden – Netanyahu, call"}
    assert titles(client, "window=week&from=2023-11-07") == {"Putin – Tokayev, meeting"}
    assert titles(client, "window=week&to=2023-11-07") == {"Biden – Netanyahu, call"}
    assert titles(client, "window=week&from=2023-12") == set()
    assert titles(client, "window=today&as_of=2023-11-09") == {"Putin – Tokayev, meeting"}
    assert client.get("/api/v1/events?window=month").status_code == 400


def test_a_diary_is_a_feed_and_a_calendar(client: FlaskClient) -> None:
    entries = atom_entries(client.get("/api/v1/events.atom?window=week").data)
    assert {entry["title"] for entry in entries} == set(WEEK)
    found = icalendar.Calendar.from_ical(client.get("/calendar.ics?window=week").data).walk("VEVENT")
    assert {str(event["summary"]) for event in found} == set(WEEK)


def test_the_feed_of_a_diary_changes_when_its_day_does(store: SampleStore) -> None:
    """And a client that knows only dates hears of it; the id of the feed stays."""
    today, tomorrow = on(store, date(2023, 11, 15)), on(store, date(2023, 11, 16))
    one, two = (client.get("/api/v1/events.atom?window=today") for client in (today, tomorrow))
    assert [entry["title"] for entry in atom_entries(one.data)] == ["Xi – Biden, meeting"]
    assert atom_entries(two.data) == []
    assert one.data.split(b"<id>")[1][:45] == two.data.split(b"<id>")[1][:45]
    assert one.data.split(b"<updated>")[1][:20] == b"2023-11-15T00:00:00Z"
    since = {"If-Modified-Since": one.headers["Last-Modified"]}
    assert today.get("/api/v1/events.atom?window=today", headers=since).status_code == 304
    assert tomorrow.get("/api/v1/events.atom?window=today", headers=since).status_code == 200


def test_what_is_new_comes_first_in_a_feed_that_asks_for_it(client: FlaskClient) -> None:
    entries = atom_entries(client.get("/api/v1/events.atom?sort=-updated&limit=3").data)
    assert [entry["updated"] for entry in entries] == sorted((entry["updated"] for entry in entries), reverse=True)
    since = (NOW - timedelta(hours=14)).strftime("%Y-%m-%dT%H:%M:%SZ")
    entries = atom_entries(client.get(f"/api/v1/events.atom?updated_since={since}").data)
    assert {entry["title"] for entry in entries} == {"Postponed: Erdoğan – Ukraine, meeting", "Xi – Biden, meeting"}
