"""`GET /calendar.ics`: which events, in which calendar, the same bytes each time."""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import icalendar
import pytest
from calendar_parsers import PARSERS, TOLERANT, Complaint, comparable, missing
from flask.testing import FlaskClient
from sample_timeline import NOW, PUTIN, articles, asserted, person, told
from serving import SampleStore, sample_app
from sqlalchemy import update

from app.ical import calendar, vevent
from app.store import tables
from timeline.clean import clean_line
from timeline.fold import fold
from timeline.model import EventType, Place, Status
from timeline.when import When

VAGUE = "Tokayev – Scholz, meeting (day not told)"
SUMMARIES = ["Jordan – United States – Egypt, summit", "Germany visits Moldova", "Biden – Netanyahu, call",
             "Putin – Tokayev, meeting", "Postponed: Erdoğan – Ukraine, meeting", "Xi – Biden, meeting", "CSTO summit"]


def summaries(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"/calendar.ics?{query}")
    assert answer.status_code == 200
    return [str(event["summary"]) for event in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")]


def test_it_is_one_calendar_that_asks_to_be_looked_at_hourly(client: FlaskClient) -> None:
    answer = client.get("/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    head = answer.data.split(b"BEGIN:VEVENT")[0].decode()
    assert head == ("BEGIN:VCALENDAR\r\nPRODID:-//Summitry//Summitry//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\n"
                    "NAME:Summitry\r\nX-WR-CALNAME:Summitry\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
                    "X-PUBLISHED-TTL:PT1H\r\n")
    for unwanted in (b"\r\nMETHOD", b"VTIMEZONE", b"VALARM", b"ATTENDEE", b"ORGANIZER", b"TZID"):
        assert unwanted not in answer.data
    assert answer.data.count(b"\r\nBEGIN:VEVENT\r\n") == answer.data.count(b"\r\nEND:VEVENT\r\n") == len(SUMMARIES)


def test_events_come_in_the_order_of_time_and_vague_ones_when_asked(client: FlaskClient) -> None:
    assert summaries(client) == SUMMARIES
    assert summaries(client, "vague=omit") == SUMMARIES
    assert summaries(client, "vague=span") == [VAGUE, *SUMMARIES]


@pytest.mark.parametrize("query", ["country=KZ", "country=KZ&country=DE", "type=summit", "status=unreported",
                                   "actor=putin", "from=2023-11-10", "to=2023-10", "q=moldova", "place=minsk",
                                   "source=ministry", "updated_since=2023-11-12"])
def test_it_filters_as_the_list_does(client: FlaskClient, query: str) -> None:
    listed = [f"{event['id']}@summitry" for event in client.get(f"/api/v1/events?{query}").get_json()["events"]]
    found = icalendar.Calendar.from_ical(client.get(f"/calendar.ics?vague=span&{query}").data)
    assert [str(event["uid"]) for event in found.walk("VEVENT")] == listed


def test_two_fetches_of_an_unchanged_timeline_are_equal_to_the_byte(store: SampleStore) -> None:
    """From any host, at any time of the day, by any application."""
    first = sample_app(store).test_client().get("/calendar.ics")
    later = sample_app(store, now=lambda: NOW + timedelta(hours=14), base_url="https://other.example").test_client() \
        .get("/calendar.ics", headers={"Host": "other.example"})
    assert later.data == first.data
    assert later.headers["ETag"] == first.headers["ETag"]


def test_an_unchanged_calendar_is_304(client: FlaskClient) -> None:
    first = client.get("/calendar.ics")
    again = client.get("/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_a_moved_event_keeps_its_uid_and_goes_one_up_in_sequence(client: FlaskClient, store: SampleStore) -> None:
    before = {str(event["uid"]): event for event in
              icalendar.Calendar.from_ical(client.get("/calendar.ics").data).walk("VEVENT")}
    summit = next(event for event in before.values() if event["summary"] == "CSTO summit")
    article, claims = articles()[4]
    moved = replace(article, paragraphs=(*article.paragraphs[:2], "Minsk will host the CSTO summit on November 24."))
    claim = asserted(moved, 2, EventType.SUMMIT, claims[2].participants, When.day(date(2023, 11, 24)), Status.PLANNED,
                     claims[2].place, "CSTO")
    store.record([(moved, [*claims[:2], claim])])
    answer = client.get("/calendar.ics")
    after = {str(event["uid"]): event for event in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}
    assert after.keys() == before.keys()
    now = after[str(summit["uid"])]
    assert now.decoded("dtstart") == date(2023, 11, 24)
    assert now["sequence"] == summit["sequence"] + 1
    assert now.decoded("last-modified") > summit.decoded("last-modified")
    unmoved = [name for name in before if name != str(summit["uid"])]
    assert all(before[name].to_ical() == after[name].to_ical() for name in unmoved)


def test_a_plan_nobody_reported_is_tentative(client: FlaskClient, store: SampleStore) -> None:
    """Two weeks on, with the same stored bytes."""
    later = sample_app(store, now=lambda: NOW + timedelta(days=14)).test_client()
    feeds = [icalendar.Calendar.from_ical(one.get("/calendar.ics?q=csto").data) for one in (client, later)]
    today, then = (feed.walk("VEVENT")[0] for feed in feeds)
    assert str(today["description"]).startswith("Planned.\n")
    assert str(then["description"]).startswith("Planned, and no source has told whether it took place.\n")
    assert then["status"] == "TENTATIVE"


@pytest.mark.parametrize("cap", [1, 2, 3, 5, 7])
def test_of_too_many_events_the_nearest_in_time_stay(store: SampleStore, cap: int) -> None:
    by_distance = ["Postponed: Erdoğan – Ukraine, meeting", "Xi – Biden, meeting", "Putin – Tokayev, meeting",
                   "Biden – Netanyahu, call", "Germany visits Moldova", "CSTO summit",
                   "Jordan – United States – Egypt, summit"]
    found = summaries(sample_app(store, calendar_events=cap).test_client())
    assert len(found) == cap
    assert [title for title in SUMMARIES if title in found] == found
    # Two are three days away, one to either side: either may stand for the other.
    near = {2: 1, 3: 3}.get(cap, cap)
    assert set(by_distance[:near]) <= set(found)


def test_a_damaged_row_does_not_make_the_calendar_unreadable(client: FlaskClient, store: SampleStore) -> None:
    good = tables.events.c.title == "Biden – Netanyahu, call"
    for junk in (b"", b"BEGIN:VEVENT\r\nSUMMARY:half", b"\x00\xff", b"END:VCALENDAR\r\n",
                 b"BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\n"):
        with store.engine.begin() as connection:
            connection.execute(update(tables.events).where(good).values(vevent=junk))
        assert summaries(client) == [title for title in SUMMARIES if not title.startswith("Biden")]


@pytest.mark.clients
@pytest.mark.parametrize("parser", PARSERS)
def test_real_parsers_read_it_without_complaint(client: FlaskClient, parser: str) -> None:
    if reason := missing(parser):
        pytest.skip(reason)
    events = PARSERS[parser](client.get("/calendar.ics?vague=span").data)
    assert [event["summary"] for event in events] == [VAGUE, *SUMMARIES]
    assert all(re.fullmatch(r"[a-z2-7]{16}@summitry", event["uid"] or "") for event in events)


HOSTILE = [
    "", " ", "\t", "a\tb", "\\", "\\\\", "\\n", "\\N", "C:\\new", "a\\,b\\;c", "a,b;c:d", '"quoted"', "^n^'^^", "%0D%0A",
    "a\r\nb", "a\nb", "a\rb", "a\n\n\nb", "a\x0bb\x0cc", "a\x85b", "a\u2028b\u2029c", "a\x1cb\x1db\x1eb", "\x00", "a\x00b",
    "\x07\x08\x1b[31m", "\x7f\x80\x9f", "\ufeffa", "a\ufffe\uffffb", "\U0001fffe", "\ud800", "\udc00a", "\ud83d\ude00",
    "\u202egnp.exe", "\u2066x\u2069", "a\u200bb\u00adc", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "👩\u200d👩\u200d👧",
    "e\u0301", "\u1e9b\u0323", "ﬁ", "Ⅻ", "\u0300" * 100, "م" * 200, "שלום", "日本語" * 50, "🕊" * 100, "\u00e9" * 74, "x" * 73, "x" * 74,
    "x" * 75, "x" * 76, "x" * 5000, "END:VEVENT", "\r\nEND:VEVENT\r\n", "\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:DISPLAY",
    "\nATTENDEE:mailto:a@b.example", "\r\n ATTENDEE:x", "\\r\\nATTENDEE:x", "x\r\nORGANIZER:mailto:a@b.example",
    "\u2028END:VEVENT\u2028", "\x85BEGIN:VEVENT\x85", "BEGIN:VCALENDAR", ";VALUE=DATE:20231109", ":", ";", ",", "=",
    "<script>alert(1)</script>", "<b>bold</b> & &amp;", "' OR 1=1 --", "../../etc/passwd", "${jndi:ldap://x}", "{{7*7}}",
    "%s%n%x", "NaN", "null", "undefined", "true", "0", "-1", "1e309", "=1+1", "@SUM(A1)", "+49", "http://x/\r\nX:y",
    "text:\\;\\,\\:\\\\", "trailing\\", "trailing\r", "trailing\n", " leading", "MAILTO:a@b.example", "TZID=Europe/Berlin:x",
]


@pytest.mark.clients
@pytest.mark.parametrize("parser", PARSERS)
def test_hostile_text_comes_out_as_text_and_as_many_events_as_went_in(parser: str) -> None:
    """As title of an event, as name of its place, its parties and its body, and in what is quoted.

    Text is cleaned as at the collector's door (`timeline.clean`); all that is left must come out as it went in.
    """
    if reason := missing(parser):
        pytest.skip(reason)
    def hostile(number: int, text: str) -> bytes:
        article = told("courier", date(2023, 11, 10), f"hostile-{number}", "Talks", "They met.")
        claim = replace(asserted(article, 0, EventType.MEETING, (PUTIN, replace(person("A B", "CN", "Envoy"), name=text)),
                                 When.day(date(2023, 11, 9)), Status.HELD), quotation=text)
        event = replace(fold([claim], f"hostile{number:09}"), title=text, organisation=text, place=Place(text, "KZ"))
        return vevent(event, first_seen=NOW, updated=NOW, publishers={claim.article: text})

    data = calendar([hostile(number, text) for number, text in enumerate(HOSTILE)], name="Hostile\r\nEND:VCALENDAR")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    unfolded = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert {line.split(b":")[0].split(b";")[0] for line in unfolded if line} <= {
        b"BEGIN", b"END", b"PRODID", b"VERSION", b"CALSCALE", b"NAME", b"X-WR-CALNAME", b"REFRESH-INTERVAL",
        b"X-PUBLISHED-TTL", b"UID", b"DTSTAMP", b"STATUS", b"DTSTART", b"DTEND", b"SEQUENCE", b"CREATED", b"LAST-MODIFIED",
        b"TRANSP", b"SUMMARY", b"DESCRIPTION", b"CATEGORIES", b"LOCATION", b"URL"}
    events = PARSERS[parser](data)
    assert len(events) == len(HOSTILE)
    for found, text in zip(events, HOSTILE, strict=True):
        clean = comparable(parser, clean_line(text))
        event = {name: comparable(parser, value) for name, value in found.items()}
        assert event["summary"] == (clean or "Meeting"), repr(text)
        assert event["location"] == (f"{clean}, Kazakhstan" if clean else "Kazakhstan"), repr(text)
        if clean and len(clean) < 400:
            assert f"“{clean}”" in event["description"], repr(text)


@pytest.mark.clients
@pytest.mark.parametrize("parser", [parser for parser in PARSERS if parser not in TOLERANT])
def test_these_parsers_do_complain_of_a_line_that_is_none(client: FlaskClient, parser: str) -> None:
    if reason := missing(parser):
        pytest.skip(reason)
    broken = client.get("/calendar.ics").data.replace(b"\r\nTRANSP:", b"\r\nA line without sense\r\nTRANSP:", 1)
    with pytest.raises((Complaint, ValueError)):
        PARSERS[parser](broken)
