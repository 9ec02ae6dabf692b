"""Names and addresses that nobody should have: markup, scripts, letters without end, lines from right to left; and forty parties."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser
from reading_pages import faults, reading
from sample_timeline import ASTANA, PUTIN, asserted, person, told
from serving import SampleStore, sample_app, served

from timeline.model import EventType, Place, Status
from timeline.when import When

_MARKUP = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>'
_LONG = "Donaudampfschifffahrts" * 12
_DAY = When.day(date(2023, 11, 10))


@pytest.fixture
def odd(store: SampleStore) -> SampleStore:
    def one(slug: str, headline: str, sentence: str, url: str | None = None):
        made = told("courier", date(2023, 11, 11), slug, headline, sentence)
        return replace(made, url=url) if url else made

    many, markup = one("many", "Forty meet", "Forty ministers met in Astana on Thursday."), one("markup", _MARKUP, f"{_MARKUP} met.", "javascript:alert(3)//x")
    turned, long = one("turned", "لقاء محمد بن سلمان", "محمد بن سلمان met Putin."), one("long", _LONG, f"{_LONG} met.", f"https://courier.example/{'a' * 900}")
    codes = ["AF", "AL", "DZ", "AO", "AR", "AM", "AU", "AT", "AZ", "BD", "BE", "BJ", "BT", "BO", "BW", "BR", "BG", "BI", "KH", "CM", "CA", "TD", "CL", "CN",
             "CO", "CR", "HR", "CU", "CY", "CZ", "DK", "EC", "EE", "FI", "FR", "GA", "GE", "GH", "GR", "HT"]
    forty = [person(f"Ana {chr(65 + number % 26)}{'aeiou'[number // 26]}mberg", code, "Minister") for number, code in enumerate(codes)]
    store.record([
        (many, [asserted(many, 0, EventType.CONFERENCE, forty, When.day(date(2023, 11, 9)), Status.HELD, ASTANA)]),
        (markup, [asserted(markup, 0, EventType.MEETING, [person(_MARKUP.replace("/", ""), "RU", _MARKUP), person("Ana Evil", "KZ", "x")], _DAY, Status.HELD,
                           Place(_MARKUP, "KZ", 51, 71))]),
        (turned, [asserted(turned, 0, EventType.MEETING, [person("محمد بن سلمان", "SA", "ولي العهد"), PUTIN], _DAY, Status.PLANNED, Place("الرياض", "SA", 24.7, 46.7))]),
        (long, [asserted(long, 0, EventType.MEETING, [person(_LONG, "DE", _LONG), person("Łukasz 𠀀👩\u200d👩\u200d👧 é" * 9, "PL", "P")], When.month(2023, 11),
                         Status.PLANNED, Place(_LONG, "DE", 52, 13))])])
    return store


def test_no_page_is_wider_for_them_and_none_runs_them(chromium: Browser, odd: SampleStore) -> None:
    paths = ["/?day=2023-11-10", "/events", "/timeline", "/map", "/actors", "/subscribe?q=alert", "/countries/DE"]
    events = odd.events
    paths += [f"/events/{event.id}" for title, event in events.items() if any(part in title for part in ("alert", "سلمان", "Donau", "conference"))]
    paths += [f"/desk/events/{event.id}/split" for title, event in events.items() if "Donau" in title]
    assert len(paths) == 12
    with served(sample_app(odd)) as base, reading(chromium, base) as reader:
        page = reader.open("/", width=320)
        for path in paths:
            page.goto(base + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            assert page.evaluate("[...document.querySelectorAll('[href], [src], [cite], [action]')].flatMap(one => ['href', 'src', 'cite', 'action']"
                                 ".map(name => one.getAttribute(name) ?? '')).filter(url => /^\\s*(javascript|data|vbscript):/i.test(url))") == [], path
            assert page.locator("img, main script").count() == 0, path


def test_each_of_forty_parties_is_there(chromium: Browser, odd: SampleStore) -> None:
    event = next(event for title, event in odd.events.items() if "conference" in title)
    with served(sample_app(odd)) as base, reading(chromium, base) as reader:
        page = reader.open(f"/events/{event.id}", width=390)
        assert page.locator(".facts .who li").count() == 40
        assert faults(page) == []


def test_a_name_from_right_to_left_turns_nothing_around_it(chromium: Browser, odd: SampleStore) -> None:
    with served(sample_app(odd)) as base, reading(chromium, base) as reader:
        line = reader.open("/events?q=putin&country=SA", width=390).locator(".event", has_text="سلمان")
        date, place, status = (line.locator(part).evaluate("one => one.getBoundingClientRect().x") for part in (".date", ".place", ".status"))
        assert date < place < status
        assert line.locator(".title").evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"
