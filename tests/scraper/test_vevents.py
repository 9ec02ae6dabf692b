"""An official calendar's entries become articles that hold their time and status in fields. All calendars here are synthetic."""
from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.article import read_article
from scraper.collect import Failure, Finished, Known, Listing, Page, collect
from scraper.discover import discover
from scraper.errors import DiscoverError
from scraper.fetch import Response
from scraper.sandbox import Sandbox
from scraper.source import Kind, Source
from scraper.vevents import MOST_ENTRIES, read_calendar
from timeline.model import Article, Form, Status, Tier
from timeline.when import When

URL = "https://mfa.example/calendar.ics"
SOURCE = Source("mfa", "Ministry of Foreign Affairs", "https://mfa.example/", Kind.ICS, URL, time_zone="Asia/Almaty", tier=Tier.OFFICIAL)
NOW = datetime(2023, 11, 1, 12, tzinfo=UTC)


def vevent(*lines: str, uid: str = "1@mfa.example", summary: str = "Talks with the Foreign Minister of Turkey") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{summary}", *lines, "END:VEVENT", ""))


def vcalendar(*entries: str, more: str = "") -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:synthetic\r\n{more}{''.join(entries)}END:VCALENDAR\r\n".encode()


def entry(*lines: str) -> Article:
    (found,) = read_calendar(SOURCE, vcalendar(vevent(*lines)), URL, NOW)
    return found


def when(*lines: str) -> When:
    appointment = entry(*lines).appointment
    assert appointment is not None
    return appointment.when


def test_an_entry_is_an_article_with_its_uid_and_its_fields() -> None:
    found = entry("DTSTART:20231109T040000Z", "DTEND:20231109T053000Z", "LOCATION:Astana", "DESCRIPTION:At the residence.\\n\\nOpen to the press.",
                  "LAST-MODIFIED:20231030T080000Z")
    assert found.url == f"{URL}#1@mfa.example"
    assert found.headline == "Talks with the Foreign Minister of Turkey"
    assert found.paragraphs == ("Talks with the Foreign Minister of Turkey; 2023-11-09, 10:00 (Asia/Almaty); Astana", "At the residence.", "Open to the press.")
    assert (found.published_on, found.published_basis, found.form, found.tier) == (date(2023, 10, 30), "calendar", Form.APPOINTMENT, Tier.OFFICIAL)
    assert (found.source, found.outlet) == ("mfa", "mfa.example")
    assert found.appointment is not None
    assert (found.appointment.status, found.appointment.location, found.appointment.firm) == (Status.PLANNED, "Astana", True)


ZONE = ("BEGIN:VTIMEZONE\r\nTZID:Ministry\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n")


@pytest.mark.parametrize(("lines", "told"), [
    (["DTSTART;VALUE=DATE:20231109"], When.day(date(2023, 11, 9))),
    (["DTSTART;VALUE=DATE:20231109", "DTEND;VALUE=DATE:20231111"], When.days(date(2023, 11, 9), date(2023, 11, 10))),
    (["DTSTART;VALUE=DATE:20231109", "DURATION:P3D"], When.days(date(2023, 11, 9), date(2023, 11, 11))),
    (["DTSTART:20231109T200000Z"], When.day(date(2023, 11, 10)).at(time(2), "Asia/Almaty")),
    (["DTSTART;TZID=Europe/Paris:20231109T200000"], When.day(date(2023, 11, 9)).at(time(20), "Europe/Paris")),
    (["DTSTART:20231109T200000"], When.day(date(2023, 11, 9)).at(time(20), "Asia/Almaty")),
    (["DTSTART;TZID=Nowhere/Town:20231109T200000"], When.day(date(2023, 11, 9))),
    (["DTSTART:20231109T040000Z", "DTEND:20231111T040000Z"], When.days(date(2023, 11, 9), date(2023, 11, 11))),
    (["DTSTART;TZID=Europe/Paris:20231109T200000", "DTEND;TZID=Europe/Paris:20231110T010000"], When.day(date(2023, 11, 9)).at(time(20), "Europe/Paris")),
    (["DTSTART;VALUE=DATE:20231109", "DTEND;VALUE=DATE:20231101"], When.day(date(2023, 11, 9)))])
def test_the_time_is_that_of_its_fields(lines: list[str], told: When) -> None:
    assert when(*lines) == told


def test_a_time_in_a_zone_of_the_calendars_own_is_given_in_the_sources() -> None:
    (found,) = read_calendar(SOURCE, vcalendar(vevent("DTSTART;TZID=Ministry:20231109T070000"), more=ZONE), URL, NOW)
    assert found.appointment is not None
    assert found.appointment.when == When.day(date(2023, 11, 9)).at(time(10), "Asia/Almaty")


@pytest.mark.parametrize(("line", "status", "firm"), [("STATUS:CONFIRMED", Status.PLANNED, True), ("STATUS:TENTATIVE", Status.PLANNED, False), ("STATUS:CANCELLED", Status.CANCELLED, True)])
def test_the_status_is_that_of_its_field(line: str, status: Status, firm: bool) -> None:
    appointment = entry("DTSTART:20231109T040000Z", line).appointment
    assert appointment is not None
    assert (appointment.status, appointment.firm) == (status, firm)


def test_a_change_of_time_or_status_is_a_new_text_at_the_same_address_and_a_new_stamp_is_none() -> None:
    before = entry("DTSTART:20231109T040000Z", "SEQUENCE:0", "DTSTAMP:20231030T080000Z")
    moved = entry("DTSTART:20231110T040000Z", "SEQUENCE:1", "DTSTAMP:20231030T080000Z")
    cancelled = entry("DTSTART:20231109T040000Z", "STATUS:CANCELLED")
    stamped = entry("DTSTART:20231109T040000Z", "SEQUENCE:0", "DTSTAMP:20231031T080000Z")
    assert before.url == moved.url == cancelled.url
    assert len({before.digest, moved.digest, cancelled.digest}) == 3
    assert stamped.digest == before.digest


def test_an_entry_of_a_series_says_so_and_a_changed_one_of_it_is_one_of_its_own() -> None:
    found = read_calendar(SOURCE, vcalendar(vevent("DTSTART:20231109T040000Z", "RRULE:FREQ=WEEKLY"),
                                            vevent("DTSTART:20231117T040000Z", "RECURRENCE-ID:20231116T040000Z")), URL, NOW)
    assert [one.appointment.repeats for one in found if one.appointment] == [True, False]
    assert len({one.url for one in found}) == 2


@pytest.mark.parametrize("lines", [[], ["DTSTART:soon"], ["DTSTART;VALUE=DATE:19690101"], ["DTSTART;VALUE=DATE:99991231"]])
def test_an_entry_without_a_time_that_can_be_is_passed_over(lines: list[str]) -> None:
    assert read_calendar(SOURCE, vcalendar(vevent(*lines)), URL, NOW) == ()


def test_entries_are_bounded_and_the_latest_stay() -> None:
    many = (vevent(f"DTSTART;VALUE=DATE:{2000 + number // 365}{number % 12 + 1:02}01", uid=str(number)) for number in range(MOST_ENTRIES + 50))
    found = read_calendar(SOURCE, vcalendar(*many), URL, NOW)
    assert len(found) == MOST_ENTRIES


@pytest.mark.parametrize(("body", "error_class"), [(b"", "listing-blank"), (b"<!doctype html><html>", "listing-format"), (b"\xff\xfe", "listing-format")])
def test_what_is_no_calendar_is_told(body: bytes, error_class: str) -> None:
    with pytest.raises(DiscoverError) as caught:
        read_calendar(SOURCE, body, URL, NOW)
    assert caught.value.error_class == error_class


WHOLE = vcalendar(vevent("DTSTART:20231109T040000Z", "DTEND:20231109T053000Z"), vevent("DTSTART;VALUE=DATE:20231201", uid="2"))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=60), st.integers(0, 60))
def test_no_bytes_raise_anything_but_a_discover_error(at: int, junk: bytes, drop: int) -> None:
    with suppress(DiscoverError):
        for found in read_calendar(SOURCE, WHOLE[:at] + junk + WHOLE[at + drop:], URL, NOW):
            found.text.encode("utf-8")


def test_the_sandbox_reads_the_same() -> None:
    with Sandbox(cpu=5, wall=10, children=1) as sandbox:
        assert sandbox.read_calendar(SOURCE, WHOLE, URL, NOW) == read_calendar(SOURCE, WHOLE, URL, NOW)
        with pytest.raises(DiscoverError):
            sandbox.read_calendar(SOURCE, b"none", URL, NOW)


# -- a run ------------------------------------------------------------------------------------------------------------

class _Parsers:
    discover = staticmethod(discover)
    read_article = staticmethod(read_article)
    read_calendar = staticmethod(read_calendar)


def run(body: bytes, known: dict[str, Known], status: int = 200) -> list[object]:
    def fetch(url: str, **_: object) -> Response:
        return Response(url, url, status, {}, body, '"v1"')

    return list(collect(SOURCE, fetch, lambda urls: {url: known[url] for url in urls if url in known}, _Parsers(), now=lambda: NOW))


def test_a_run_lists_all_entries_and_hands_on_those_that_are_new_or_changed() -> None:
    first = run(WHOLE, {})
    pages = [item for item in first if isinstance(item, Page)]
    assert [link.url for item in first if isinstance(item, Listing) for link in item.links] == [page.url for page in pages] == [f"{URL}#1@mfa.example", f"{URL}#2"]
    known = {page.url: Known(NOW, NOW, page.etag) for page in pages}
    assert not [item for item in run(WHOLE, known) if isinstance(item, Page)]
    moved = WHOLE.replace(b"20231201", b"20231202")
    assert [item.url for item in run(moved, known) if isinstance(item, Page)] == [f"{URL}#2"]
    assert first[-1] == Finished(0, '"v1"', None)


def test_an_entry_that_is_gone_is_in_no_link_and_nothing_is_said_of_it() -> None:
    items = run(vcalendar(vevent("DTSTART:20231109T040000Z")), {})
    assert [link.url for item in items if isinstance(item, Listing) for link in item.links] == [f"{URL}#1@mfa.example"]
    assert not [item for item in items if isinstance(item, Failure)]


def test_a_calendar_that_is_unchanged_or_broken_concludes_nothing() -> None:
    unchanged = run(b"", {}, 304)
    assert isinstance(unchanged[0], Listing)
    assert (unchanged[0].links, unchanged[0].empty, unchanged[0].status) == ((), False, 304)
    broken = run(b"<html>", {})
    assert [item.error_class for item in broken if isinstance(item, Failure)] == ["listing-format"]
