"""Forty thousand hostile texts as titles, places, parties, bodies and quotations: as many events come out of each parser as
went in, with the text that went in, cleaned as at the collector's door."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from calendar_parsers import PARSERS, comparable, missing
from hostile_text import hostile_texts
from sample_timeline import NOW, PUTIN, asserted, person, told

from app.ical import calendar, sound_vevent, vevent
from app.vevent_choices import marked, with_alarm
from timeline.clean import clean_line
from timeline.fold import fold
from timeline.model import EventType, Place, Status
from timeline.when import When

FIELDS = 5  # texts in one event
TEXTS = hostile_texts()
ROWS = [TEXTS[start:start + FIELDS] for start in range(0, len(TEXTS) - FIELDS + 1, FIELDS)]


def rendered(number: int, texts: list[str], status: Status) -> bytes:
    title, place, party, body, quotation = texts
    article = told("courier", date(2023, 11, 10), f"hostile-{number}", "Talks", "They met.")
    claim = replace(asserted(article, 0, EventType.MEETING, (PUTIN, replace(person("A B", "CN", "Envoy"), name=party)),
                             When.day(date(2023, 11, 9)), status), quotation=quotation)
    event = replace(fold([claim], f"hostile{number:09}"), title=title, organisation=body, place=Place(place, "KZ"))
    return vevent(event, first_seen=NOW, updated=NOW, publishers={claim.article: quotation})


@pytest.fixture(scope="module")
def vevents() -> list[bytes]:
    """A third of them planned, a third held and a third cancelled."""
    statuses = (Status.PLANNED, Status.HELD, Status.CANCELLED)
    return [rendered(number, texts, statuses[number % 3]) for number, texts in enumerate(ROWS)]


@pytest.mark.clients
@pytest.mark.timeout(300)
@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("chosen", [False, True], ids=["as stored", "marked and with alarms"])
def test_as_many_events_come_out_as_went_in_with_their_texts(vevents: list[bytes], parser: str, chosen: bool) -> None:
    if reason := missing(parser):
        pytest.skip(reason)
    assert len(TEXTS) >= 32_000
    sent = dict(enumerate(vevents))
    if chosen:  # half of the planned and the cancelled; those held are the same bytes as without a choice
        sent = {number: with_alarm(one, 30) if number % 6 == 0 else marked(one) for number, one in sent.items() if number % 6 in (0, 5)}
    else:
        assert all(map(sound_vevent, vevents))
    read = PARSERS[parser](calendar(sent.values(), name=TEXTS[77], colour="#4682B4"))
    assert len(read) == len(sent)
    for number, found in zip(sent, read, strict=True):
        texts = ROWS[number]
        event = {name: comparable(parser, text) for name, text in found.items()}
        title, place, party, body, quotation = (comparable(parser, clean_line(text)) for text in texts)
        before = "Cancelled: " if chosen and number % 6 == 5 else ""
        assert event["uid"] == f"hostile{number:09}@summitry"
        assert event["summary"] == before + (title or "Meeting"), repr(texts[0])
        assert event["location"] == (f"{place}, Kazakhstan" if place else "Kazakhstan"), repr(texts[1])
        description = event["description"]
        assert f"{party} (Envoy, China)" in description or not party, repr(texts[2])
        assert f"\nOrganisation: {body}\n" in description or not body, repr(texts[3])
        assert f"“{quotation}”" in description or len(clean_line(texts[4])) > 400, repr(texts[4])


def test_no_text_makes_a_property_or_a_line_that_is_too_long(vevents: list[bytes]) -> None:
    """No alarm, no attendee, no recurrence: the names of properties are those that are written here, in every event."""
    expected = {b"BEGIN", b"UID", b"DTSTAMP", b"STATUS", b"DTSTART", b"DTEND", b"SEQUENCE", b"CREATED", b"LAST-MODIFIED", b"TRANSP",
                b"SUMMARY", b"DESCRIPTION", b"CATEGORIES", b"LOCATION", b"URL", b"END"}
    for one in vevents:
        lines = one.split(b"\r\n")
        assert lines.pop() == b""
        assert max(map(len, lines)) <= 75
        assert b"\n" not in one.replace(b"\r\n", b"")
        names = [line.split(b":")[0].split(b";")[0] for line in lines if not line.startswith(b" ")]
        assert len(names) == len(set(names)), "each property once"
        assert set(names) == expected


def test_the_texts_are_many_and_the_same_each_time() -> None:
    assert hostile_texts() == TEXTS
    assert len(set(TEXTS)) == len(TEXTS) >= 32_000
