"""A bad row that is in the database already costs itself and nothing else; markup in a title is never run."""
from __future__ import annotations

import json
import logging

import pytest
from calendar_parsers import PARSERS, missing
from feed_validators import atom_entries, csv_rows, geojson_features, json_feed_items, json_ld_events, timeline_slides
from flask.testing import FlaskClient
from serving import SampleStore
from sqlalchemy import select, update

from app.api.forms import FORMS
from app.store import tables

CALL = "Biden – Netanyahu, call"
JSON = [b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"id":"x"', b'{"id":"x","title":}', b'{"id":"x"}}', b'{"id":"x"},{"id":"y"}',
        b'{"id":"x","a":"\x00"}', b'{"id":"x","a":"\xff"}', b'{"id":"x","a":NaN}', b'{"id":"' + b"x" * 1_000_000]
VEVENTS = [b"", b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"BEGIN:VEVENT\nUID:a\nEND:VEVENT\n",
           b"BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:a\x00b\r\nEND:VEVENT\r\n", b"BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:a\nb\r\nEND:VEVENT\r\n",
           b"BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:a\rb\r\nEND:VEVENT\r\n", b"BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:\xff\r\nEND:VEVENT\r\n",
           b"BEGIN:VEVENT\r\nUID:a\r\nA line without sense\r\nEND:VEVENT\r\n", b"BEGIN:VEVENT\r\nUID:a\r\nend:vevent\r\nEND:VEVENT\r\n",
           b"BEGIN:VEVENT\r\nUID:a\r\nend:vevent\r\nbegin:valarm\r\nEND:VEVENT\r\n", b"BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
           b"BEGIN:VEVENT\r\nUID:a\r\nBEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\n", b"BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT"]


def poison(store: SampleStore, **values: bytes) -> str:
    identity = store.events[CALL].id
    with store.engine.begin() as connection:
        connection.execute(update(tables.events).where(tables.events.c.id == identity).values(**values))
    return identity


@pytest.mark.parametrize("junk", JSON, ids=lambda junk: repr(junk[:24]))
def test_a_damaged_event_is_left_out_of_every_list_and_logged(client: FlaskClient, store: SampleStore, junk: bytes,
                                                              caplog: pytest.LogCaptureFixture) -> None:
    whole = [event["id"] for event in client.get("/api/v1/events").get_json()["events"]]
    identity = poison(store, json=junk)
    with caplog.at_level(logging.ERROR):
        left = [event["id"] for event in json.loads(client.get("/api/v1/events").data)["events"]]
    assert left == [name for name in whole if name != identity]
    assert identity in caplog.text
    actor = json.loads(client.get("/api/v1/actors/person:joe-biden").data)
    assert [event["title"] for event in actor["events"]] == ["Xi – Biden, meeting"]
    changes = json.loads(client.get("/api/v1/changes").data)["changes"]
    assert {change["event"] for change in changes} == set(left)
    for form, read in zip(FORMS[1:], (csv_rows, atom_entries, json_feed_items, geojson_features, json_ld_events, timeline_slides), strict=True):
        found = read(client.get(f"/api/v1/events.{form.suffix}").data)
        assert len(found) - (form.suffix == "csv") == len(left), form.suffix


@pytest.mark.parametrize("junk", VEVENTS, ids=lambda junk: repr(junk[12:40]))
@pytest.mark.parametrize("query", ["", "alarm=30&cancelled=mark"])
def test_a_damaged_entry_is_left_out_of_the_calendar_and_logged(client: FlaskClient, store: SampleStore, junk: bytes, query: str,
                                                               caplog: pytest.LogCaptureFixture) -> None:
    identity = poison(store, vevent=junk)
    with caplog.at_level(logging.ERROR):
        data = client.get(f"/calendar.ics?{query}").data
    assert identity in caplog.text
    for parser in ("icalendar", "libical"):
        if missing(parser) is None:
            assert len(PARSERS[parser](data)) == 6
    assert identity.encode() not in data


def test_markup_in_a_title_is_text_in_every_form_and_no_browser_guesses(client: FlaskClient, store: SampleStore) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    with store.engine.connect() as connection:
        stored = bytes(connection.execute(select(tables.events.c.json).where(tables.events.c.title == CALL)).scalar_one())
    poison(store, json=stored.replace(json.dumps(CALL, ensure_ascii=False).encode(), json.dumps(script).encode()))
    for form in FORMS:
        answer = client.get(f"/api/v1/events.{form.suffix}")
        assert answer.mimetype != "text/html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert b"alert(1)" in answer.data
        if form.suffix in ("atom", "timelinejs.json"):
            assert b"<script" not in answer.data
            assert b"<img" not in answer.data
