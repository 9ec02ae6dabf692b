"""One event as a VEVENT: what each property says."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone

import icalendar
import pytest
from sample_timeline import ASTANA, MINSK, NOW, PUTIN, TOKAYEV, articles, asserted, state, told

from app.ical import as_unreported, sound_vevent, uid, vevent
from timeline.fold import fold
from timeline.model import Claim, Event, EventType, Place, Status
from timeline.when import When

DAY = When.day(date(2023, 11, 9))


def claim_of(when: When = DAY, status: Status = Status.HELD, source: str = "courier", **changes: object) -> Claim:
    article = told(source, date(2023, 11, 10), "talks", "Talks", "The two presidents met in Astana.")
    claim = asserted(article, 0, EventType.MEETING, (PUTIN, TOKAYEV), when, status, ASTANA)
    return replace(claim, **changes)  # type: ignore[arg-type]


def event_of(when: When = DAY, status: Status = Status.HELD, source: str = "courier", **changes: object) -> Event:
    event = replace(fold([claim_of(when, status, source)], "abcdefgh"), when=when, status=status)
    return replace(event, **changes)  # type: ignore[arg-type]


def rendered(event: Event, updated: datetime = NOW) -> bytes:
    return vevent(event, first_seen=NOW - timedelta(days=1), updated=updated, publishers={})


def parsed(event: Event) -> icalendar.Event:
    data = rendered(event)
    assert sound_vevent(data)
    found = icalendar.Event.from_ical(data)
    assert isinstance(found, icalendar.Event)
    assert not found.errors
    return found


def test_an_event_says_what_when_where_and_on_whose_word() -> None:
    item = parsed(event_of(revision=3))
    assert item["uid"] == "abcdefgh@summitry"
    assert item["summary"] == "Putin – Tokayev, meeting"
    assert item.decoded("dtstart") == date(2023, 11, 9)
    assert item.decoded("dtend") == date(2023, 11, 10), "the end is exclusive"
    assert item["sequence"] == 3
    assert item["status"] == "CONFIRMED"
    assert item["transp"] == "TRANSPARENT"
    assert item["location"] == "Astana, Kazakhstan"
    assert item["geo"].to_ical() == "51.1694;71.4491"
    assert item["categories"].to_ical() == b"Meeting"
    assert item["url"] == "https://courier.example/2023/11/10/talks"
    assert item.decoded("dtstamp") == item.decoded("last-modified") == NOW
    assert item.decoded("created") == NOW - timedelta(days=1)
    description = str(item["description"])
    assert "“The two presidents met in Astana.”" in description
    assert "courier, 2023-11-10\nhttps://courier.example/2023/11/10/talks" in description
    assert "Vladimir Putin (President, Russia); Kassym-Jomart Tokayev (President, Kazakhstan)" in description


def test_days_are_date_values_and_clock_times_are_utc() -> None:
    assert b"\r\nDTSTART;VALUE=DATE:20231127\r\nDTEND;VALUE=DATE:20231129\r\n" in rendered(
        event_of(When.days(date(2023, 11, 27), date(2023, 11, 28))))
    timed = rendered(event_of(DAY.at(time(14, 30), "Asia/Almaty")))
    assert b"\r\nDTSTART:20231109T083000Z\r\n" in timed
    assert b"DTEND" not in timed
    assert b"TZID" not in timed


@pytest.mark.parametrize(("day", "zone", "utc"), [
    (date(2023, 3, 26), "Europe/Berlin", "20230326T013000Z"),  # 02:30 is skipped
    (date(2023, 10, 29), "Europe/Berlin", "20231029T003000Z"),  # 02:30 comes twice: the first
    (date(2023, 7, 1), "Europe/Berlin", "20230701T003000Z"),
    (date(2023, 7, 1), "Asia/Kathmandu", "20230630T204500Z")])
def test_clock_times_follow_the_zone_on_that_day(day: date, zone: str, utc: str) -> None:
    assert f"\r\nDTSTART:{utc}\r\n".encode() in rendered(event_of(When.day(day).at(time(2, 30), zone)))


@pytest.mark.parametrize("zone", [None, "Nowhere/Atlantis", "../etc/passwd", ""])
def test_a_clock_time_whose_zone_is_not_known_makes_no_guess(zone: str | None) -> None:
    item = parsed(event_of(DAY.at(time(14, 30), zone)))
    assert item.decoded("dtstart") == date(2023, 11, 9)
    assert "At 14:30, in a time zone that was not told." in str(item["description"])


@pytest.mark.parametrize(("when", "start", "end"), [
    (When.week(date(2023, 11, 9)), date(2023, 11, 6), date(2023, 11, 13)),
    (When.month(2023, 9), date(2023, 9, 1), date(2023, 10, 1)),
    (When.year(2023), date(2023, 1, 1), date(2024, 1, 1))])
def test_a_vague_date_is_a_span_that_says_so(when: When, start: date, end: date) -> None:
    item = parsed(event_of(when))
    assert (item.decoded("dtstart"), item.decoded("dtend")) == (start, end)
    assert str(item["summary"]).endswith("(day not told)")
    assert f"The day is not told: {when.edtf()}." in str(item["description"])


def test_the_last_day_of_the_calendar_has_no_day_after() -> None:
    assert "dtend" not in parsed(event_of(When.day(date.max)))


@pytest.mark.parametrize(("status", "source", "when", "expected"), [
    (Status.HELD, "courier", DAY, "CONFIRMED"),
    (Status.CANCELLED, "ministry", DAY, "CANCELLED"),
    (Status.POSTPONED, "ministry", DAY, "TENTATIVE"),
    (Status.PLANNED, "courier", DAY, "TENTATIVE"),
    (Status.PLANNED, "ministry", DAY, "CONFIRMED"),
    (Status.PLANNED, "ministry", When.month(2023, 11), "TENTATIVE")])
def test_the_status_follows_the_table(status: Status, source: str, when: When, expected: str) -> None:
    assert parsed(event_of(when, status, source))["status"] == expected


def test_postponed_without_a_new_date_stays_at_the_old_one_and_says_so() -> None:
    item = parsed(event_of(status=Status.POSTPONED))
    assert str(item["summary"]) == "Postponed: Putin – Tokayev, meeting"
    assert item.decoded("dtstart") == date(2023, 11, 9)


def test_an_earlier_date_is_told() -> None:
    item = parsed(event_of(formerly=(When.day(date(2023, 11, 2)),)))
    assert "Earlier date: 2023-11-02." in str(item["description"])


@pytest.mark.parametrize("source", ["courier", "ministry"])
def test_an_unreported_plan_is_tentative_and_says_so_on_sound_lines(source: str) -> None:
    plan = rendered(event_of(status=Status.PLANNED, source=source))
    served = as_unreported(plan)
    item = icalendar.Event.from_ical(served)
    assert isinstance(item, icalendar.Event)
    assert item["status"] == "TENTATIVE"
    before = str(icalendar.Event.from_ical(plan)["description"])  # type: ignore[index]
    assert str(item["description"]) == before.replace(
        "Planned.", "Planned, and no source has told whether it took place.", 1)
    assert max(map(len, served.split(b"\r\n"))) <= 75
    assert sound_vevent(served)


@pytest.mark.parametrize("status", [Status.HELD, Status.CANCELLED, Status.POSTPONED])
def test_text_of_a_source_is_never_taken_for_the_status(status: Status) -> None:
    """Neither in the VEVENT nor in what it quotes."""
    quotation = "\r\nSTATUS:CONFIRMED\r\nDESCRIPTION:Planned.\\n"
    event = event_of(status=status)
    event = replace(event, title=quotation, claims=(replace(event.claims[0], quotation=quotation),))
    data = as_unreported(rendered(event))
    assert b"no source has told" not in data
    assert data.count(b"\r\nSTATUS:") == 1


def test_a_call_has_no_place() -> None:
    item = parsed(event_of(type=EventType.CALL))
    assert "location" not in item
    assert "geo" not in item


@pytest.mark.parametrize("place", [None, Place(None, "KZ"), Place("Astana", None), Place(None, None),
                                   Place("X", "KZ", 95.0, 10.0), Place("X", "KZ", float("nan"), 1.0),
                                   Place("X", "KZ", 0.00000001, -0.0)])
def test_what_is_known_of_a_place_is_shown_and_nothing_else(place: Place | None) -> None:
    item = parsed(event_of(place=place))
    if "geo" in item:
        assert item["geo"].to_ical() == "0.0;-0.0"
    assert str(item.get("location", "")) in ("", "Kazakhstan", "Astana", "X, Kazakhstan")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "urn:article:1", "https://a.example/\r\nATTENDEE:x",
                                     "https://[::1", "", "//a.example/", "https://a.example/ü?q=a b#ö"])
def test_an_address_is_one_of_the_web_in_ascii_or_none(address: str) -> None:
    event = event_of()
    data = rendered(replace(event, claims=(replace(event.claims[0], article=address),)))
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert not any(line.startswith(b"ATTENDEE") for line in lines)
    for line in lines:
        if line.startswith(b"URL:"):
            assert line.startswith(b"URL:https://a.example/")
            assert line.isascii()


def test_the_quotations_are_the_official_ones_first_and_few() -> None:
    (_, first), (_, second), (_, third) = articles()[3:6]
    event = fold([*third, second[0], *first], "abcdefgh")
    more = tuple(replace(second[0], id=f"c{n}", article=f"https://more.example/{n}", quotation=f"Number {n}.")
                 for n in range(9))
    description = str(parsed(replace(event, claims=event.claims + more))["description"])
    assert description.count("“") == 3
    assert description.index("Akorda") < description.index("held talks")


def test_a_quotation_of_any_length_is_cut() -> None:
    event = event_of()
    data = rendered(replace(event, claims=(replace(event.claims[0], quotation="word " * 100_000),)))
    assert len(data) < 2000
    assert "…”".encode() in data.replace(b"\r\n ", b"")


def test_the_bytes_follow_from_the_event_alone() -> None:
    """Not from the order of the claims, and not from the clock or zone of the machine."""
    claims = [claim for _, made in articles() for claim in made if claim.when == DAY]
    assert len(claims) == 3
    event = fold(claims, "abcdefgh")
    assert len({rendered(replace(event, claims=tuple(order))) for order in (claims, claims[::-1])}) == 1
    zoned = NOW.astimezone(timezone(timedelta(hours=5, minutes=45))).replace(microsecond=123456)
    assert rendered(event, zoned) == rendered(event)


def test_ids_make_uids_that_are_different_and_the_same_everywhere() -> None:
    assert uid("abcdefgh") == "abcdefgh@summitry"


def test_no_line_is_longer_than_75_octets() -> None:
    event = event_of(title="Ѕаммит 首脑会议 🕊" * 30, organisation="é" * 500, place=replace(MINSK, name="ü" * 300),
                     participants=(*[state("KZ")] * 40, PUTIN))
    data = rendered(event)
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        line.decode()
