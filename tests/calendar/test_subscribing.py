"""What a subscriber chooses, and what becomes of an event in a calendar program from the first sync to the next."""
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from calendar_parsers import PARSERS, missing
from calendar_subscriber import Subscriber
from flask.testing import FlaskClient
from installed_clients import program
from later_story import AMMAN, CHISINAU, CSTO, NEW, story_goes_on
from sample_timeline import NOW
from serving import SampleStore, sample_app, served
from sqlalchemy import update

from app.colours import COLOURS, name_of
from app.store import tables

CHOICES = ["cancelled=keep", "cancelled=mark", "cancelled=hide", "alarm=30", "alarm=0", "limit=3", "name=Gipfel%2C+%C3%A4", "color=steelblue",
           "color=%231e90ff", "vague=span", "vague=span&cancelled=mark&alarm=60&name=x&color=red&limit=5"]
needs_programs = pytest.mark.skipif(program("vdirsyncer") is None or program("khal") is None,
                                    reason="vdirsyncer and khal are not installed (Debian: apt-get install vdirsyncer khal)")


def events(client: FlaskClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/calendar.ics?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {str(event["summary"]): event for event in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def test_cancelled_events_are_kept_marked_or_hidden(client: FlaskClient) -> None:
    kept, marked, hidden = (events(client, f"cancelled={choice}") for choice in ("keep", "mark", "hide"))
    assert kept.keys() == events(client).keys()
    assert kept[AMMAN]["status"] == "CANCELLED"
    assert "status" not in marked[f"Cancelled: {AMMAN}"], "Google hides what has STATUS:CANCELLED"
    assert marked[f"Cancelled: {AMMAN}"]["uid"] == kept[AMMAN]["uid"]
    assert hidden.keys() == kept.keys() - {AMMAN} == marked.keys() - {f"Cancelled: {AMMAN}"}
    for title in hidden:
        assert kept[title].to_ical() == marked[title].to_ical() == hidden[title].to_ical()


@pytest.mark.parametrize("minutes", [0, 30, 40320])
def test_an_alarm_is_there_when_asked_for_and_for_plans_alone(client: FlaskClient, minutes: int) -> None:
    assert b"VALARM" not in client.get("/calendar.ics").data
    found = events(client, f"alarm={minutes}")
    ringing = {title: event.walk("VALARM") for title, event in found.items() if event.walk("VALARM")}
    assert ringing.keys() == {CSTO, "Xi – Biden, meeting"}, "neither what is over nor what is called off rings"
    for title, (alarm,) in ringing.items():
        assert (alarm["action"], alarm["description"]) == ("DISPLAY", title)
        assert alarm.decoded("trigger") == -timedelta(minutes=minutes)
        assert max(map(len, found[title].to_ical().split(b"\r\n"))) <= 75


@pytest.mark.parametrize("query", [
    "alarm=-1", "alarm=40321", "alarm=1.5", "alarm=PT5M", "alarm=", "alarm=5&alarm=6", "cancelled=drop", "cancelled=", "vague=some",
    "limit=0", "limit=1e9", "limit=NaN", "name=", "name=a%0D%0Ab", "name=" + "x" * 201, "name=%00", "color=", "color=stelblue", "color=4682b4",
    "color=%234682b", "color=%23gggggg", "color=url(x)", "color=red;X:y", "sort=start", "cursor=x"])
def test_a_choice_that_is_none_is_refused(client: FlaskClient, query: str) -> None:
    for path in ("/calendar.ics", "/api/v1/calendar/links"):
        answer = client.get(f"{path}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
        assert answer.get_json()["errors"][0]["parameter"] == query.split("=")[0]


def test_a_feed_has_the_name_and_the_colour_that_were_asked_for(client: FlaskClient) -> None:
    for query, name, colour, value in (("name=Gipfel%2C+%C3%A4&color=steelblue", "Gipfel, ä", "steelblue", "#4682B4"),
                                       ("color=%231e90ff", "Summitry", "dodgerblue", "#1E90FF"),
                                       ("color=%231e90fe", "Summitry", "dodgerblue", "#1E90FE"),
                                       ("name=END:VCALENDAR&color=RED", "END:VCALENDAR", "red", "#FF0000"),
                                       ("name=%E2%80%8B&color=tan", "Summitry", "tan", "#D2B48C")):
        head = client.get(f"/calendar.ics?{query}").get_data(as_text=True).split("BEGIN:VEVENT")[0].split("\r\n")
        escaped = name.replace(",", "\\,")
        assert [line for line in head if "NAME" in line] == [f"NAME:{escaped}", f"X-WR-CALNAME:{escaped}"]
        assert [line for line in head if "COLOR" in line] == [f"COLOR:{colour}", f"X-APPLE-CALENDAR-COLOR:{value}"]
    assert b"COLOR" not in client.get("/calendar.ics").data


def test_the_colour_names_are_those_of_css() -> None:
    """147 of them (CSS Color 3, section 4.3); two spellings of grey, and two names each of cyan and magenta, have one value."""
    assert len(COLOURS) == 147
    assert len(set(COLOURS.values())) == 147 - 7 - 2
    for name, value in COLOURS.items():
        assert re.fullmatch("#[0-9A-F]{6}", value)
        assert COLOURS[name_of(value)] == value
        if "gray" in name:
            assert COLOURS[name.replace("gray", "grey")] == value


@pytest.mark.parametrize("query", CHOICES)
def test_two_fetches_are_equal_to_the_byte_with_every_choice(store: SampleStore, query: str) -> None:
    first = sample_app(store).test_client().get(f"/calendar.ics?{query}")
    later = sample_app(store, now=lambda: NOW + timedelta(hours=14), base_url="https://other.example").test_client() \
        .get(f"/calendar.ics?{query}", headers={"Host": "other.example"})
    assert later.data == first.data
    assert later.headers["ETag"] == first.headers["ETag"]


@pytest.mark.clients
@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("query", CHOICES)
def test_real_parsers_read_every_choice_without_complaint(client: FlaskClient, parser: str, query: str) -> None:
    if reason := missing(parser):
        pytest.skip(reason)
    data = client.get(f"/calendar.ics?{query}").data
    assert [event["summary"] for event in PARSERS[parser](data)] == list(events(client, query))
    for listed in client.get("/api/v1/events").get_json()["events"]:
        (one,) = PARSERS[parser](client.get(f"{listed['url']}.ics?alarm=15").data)
        assert one["uid"] == f"{listed['id']}@summitry"


# Size --------------------------------------------------------------------------------------------------------------------

def many(store: SampleStore, count: int) -> None:
    """Far more events than a calendar takes, copied from one, a day apart, around today."""
    with store.engine.begin() as connection:
        row = dict(connection.execute(tables.events.select().where(tables.events.c.title == CSTO)).mappings().one())
        for number in range(count):
            day = NOW.date() + timedelta(number - count // 2)
            identity = f"copy{number:012}"
            vevent = re.sub(rb"UID:.*?\r\n", b"UID:%s@summitry\r\n" % identity.encode(), row["vevent"])
            vevent = re.sub(rb"DTSTART.*?\r\n", b"DTSTART;VALUE=DATE:%s\r\n" % f"{day:%Y%m%d}".encode(), vevent)
            vevent = re.sub(rb"DTEND.*?\r\n", b"", vevent)
            connection.execute(tables.events.insert().values(**row | {
                "id": identity, "first": day.isoformat(), "last": day.isoformat(), "vevent": vevent, "status": "held"}))


@pytest.mark.parametrize("query", ["", "alarm=30", "cancelled=mark"])
def test_by_default_a_feed_stays_below_a_megabyte_and_keeps_the_nearest(client: FlaskClient, store: SampleStore, query: str) -> None:
    """Google's calendar takes no more."""
    many(store, 2500)
    answer = client.get(f"/calendar.ics?{query}")
    assert 900_000 < len(answer.data) <= 1_000_000
    days = [date.fromisoformat(day.decode()) for day in re.findall(rb"\nUID:copy.*?\nDTSTART;VALUE=DATE:(\d{8})", answer.data, re.DOTALL)]
    assert days == sorted(days)
    distances = [abs((day - NOW.date()).days) for day in days]
    assert len(days) > 800
    assert max(distances) <= len(days) // 2 + 1, "no day is left out that is nearer than one that is there"


def test_a_smaller_feed_can_be_asked_for_and_no_larger_one_is_given(store: SampleStore) -> None:
    few = sample_app(store, calendar_events=4).test_client()
    assert [len(events(few, query)) for query in ("", "limit=2", "limit=4", "limit=100000")] == [4, 2, 4, 4]
    small = sample_app(store, calendar_bytes=10_000).test_client()
    assert len(events(small)) == 7, "what has room is all there"


# One event, and the links --------------------------------------------------------------------------------------------------

def test_one_event_is_a_file_with_the_same_uid_and_nothing_of_a_feed(client: FlaskClient, store: SampleStore) -> None:
    whole = {str(event["uid"]): event.to_ical() for event in events(client, "vague=span").values()}
    for event in store.events.values():
        answer = client.get(f"/api/v1/events/{event.id}.ics")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'inline; filename="{event.id}.ics"'
        (one,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
        assert one.to_ical() == whole[f"{event.id}@summitry"]
        assert b"NAME" not in answer.data
        assert b"REFRESH" not in answer.data
        again = client.get(f"/api/v1/events/{event.id}.ics", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_the_file_of_an_event_that_is_not_there_says_what_became_of_it(client: FlaskClient, store: SampleStore) -> None:
    kept, lost, other = (store.events[title].id for title in ("Putin – Tokayev, meeting", CSTO, CHISINAU))
    store.corrections.merge(kept, lost, by="desk")
    store.corrections.withdraw(other, by="desk")
    moved = client.get(f"/api/v1/events/{lost}.ics")
    assert (moved.status_code, urlsplit(moved.headers["Location"]).path) == (301, f"/api/v1/events/{kept}.ics")
    for name, status in ((other, 410), ("nowhere", 404)):
        answer = client.get(f"/api/v1/events/{name}.ics")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    with store.engine.begin() as connection:
        connection.execute(update(tables.events).where(tables.events.c.id == kept).values(vevent=b"BEGIN:VEVENT\r\n"))
    assert client.get(f"/api/v1/events/{kept}.ics").status_code == 500


def test_the_links_lead_to_the_calendar_that_was_asked_for(store: SampleStore) -> None:
    query = "country=KZ&country=RU&cancelled=mark&name=Gipfel+%C3%A4"
    for base, home in ((None, "http://localhost"), ("https://summitry.example/diary", "https://summitry.example/diary")):
        client = sample_app(store, base_url=base).test_client()
        links = client.get(f"/api/v1/calendar/links?{query}").get_json()
        asked = urlsplit(links["address"])
        assert links["address"].startswith(f"{home}/calendar.ics?")
        assert parse_qs(asked.query) == parse_qs(query)
        assert client.get(f"/calendar.ics?{asked.query}").data == client.get(f"/calendar.ics?{query}").data
        assert links["webcal"] == links["apple"] == "webcal://" + links["address"].split("://")[1]
        pages = {name: link.split("?")[0] for name, link in links.items() if name in ("google", "outlook", "office365")}
        assert pages == {"google": "https://calendar.google.com/calendar/render", "outlook": "https://outlook.live.com/calendar/0/addfromweb",
                         "office365": "https://outlook.office.com/calendar/0/addfromweb"}
        assert parse_qs(urlsplit(links["google"]).query) == {"cid": [links["webcal"]]}
        for service in ("outlook", "office365"):
            assert parse_qs(urlsplit(links[service]).query) == {"url": [links["address"]], "name": ["Gipfel ä"]}
    assert client.get("/api/v1/calendar/links").get_json()["address"] == f"{home}/calendar.ics"


# In a calendar program ----------------------------------------------------------------------------------------------------

@pytest.fixture
def address(store: SampleStore) -> Iterator[str]:
    with served(sample_app(store)) as base:
        yield base


def agenda(subscriber: Subscriber) -> dict[str, list[tuple[str, str]]]:
    """First day and status of each entry by title."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in subscriber.agenda("2023-01-01", "2024-01-01"):
        found.setdefault(entry["title"], []).append((entry["start-date"], entry["status"]))
    return found


@needs_programs
@pytest.mark.clients
@pytest.mark.parametrize(("choice", "title", "status"), [
    ("keep", CHISINAU, "CANCELLED"), ("mark", f"Cancelled: {CHISINAU}", ""), ("hide", None, None)])
def test_between_two_syncs_a_moved_event_moves_a_cancelled_one_says_so_and_nothing_is_doubled(
        address: str, store: SampleStore, tmp_path: Path, choice: str, title: str | None, status: str | None) -> None:
    """vdirsyncer and khal, from the first subscription on."""
    subscriber = Subscriber(tmp_path / "subscriber", f"{address}/calendar.ics?cancelled={choice}&alarm=30")
    subscriber.synchronise()
    before = agenda(subscriber)
    assert before[CSTO] == [("2023-11-23", "TENTATIVE")]
    assert before[CHISINAU][0][0] == "2023-11-05"
    story_goes_on(store)
    subscriber.synchronise()
    after = agenda(subscriber)
    assert after[CSTO] == [("2023-11-24", "TENTATIVE")]
    assert after[NEW] == [("2023-11-20", "TENTATIVE")]
    if title is None:
        assert not [name for name in after if CHISINAU in name]
    else:
        assert after[title] == [("2023-11-05", status)]
        assert len([name for name in after if CHISINAU in name]) == 1
    assert all(len(entries) == 1 for entries in after.values())
    untouched = before.keys() - {CSTO, CHISINAU}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    quiet = subscriber.synchronise()
    assert not [word for word in ("Copying", "Deleting", "error", "warning") if word in quiet]


@needs_programs
@pytest.mark.clients
def test_a_merged_event_leaves_the_subscriber_with_one(address: str, store: SampleStore, tmp_path: Path) -> None:
    subscriber = Subscriber(tmp_path / "subscriber", f"{address}/calendar.ics")
    subscriber.synchronise()
    kept, lost = (store.events[title].id for title in ("Putin – Tokayev, meeting", "Biden – Netanyahu, call"))
    count = len(agenda(subscriber))
    store.corrections.merge(kept, lost, by="desk")
    subscriber.synchronise()
    assert len(agenda(subscriber)) == count - 1
