"""In which zone the clock time of an event is told."""
from __future__ import annotations

from datetime import date, time

import pytest

from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.reading import article_from_text


def told(text: str, time_zone: str = "UTC") -> list[tuple[time | None, str | None]]:
    article = article_from_text(text, title="News of the day", published=date(2023, 11, 8), url="https://example.org/a", time_zone=time_zone)
    return [(claim.when.time, claim.when.time_zone) for claim in claims_from(article, load_gazetteer())]


@pytest.mark.parametrize(("text", "clock", "zone"), [
    ("Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on Thursday at 11 a.m.", time(11), "Asia/Almaty"),
    ("Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on Thursday at 11 a.m. local time.", time(11), "Asia/Almaty"),
    ("Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on Thursday at 8 a.m. Moscow time.", time(8), "Europe/Moscow"),
    ("Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on Thursday at 0500 GMT.", time(5), "UTC"),
    ("Emmanuel Macron will meet Giorgia Meloni in Italy on Friday at 14:30.", time(14, 30), "Europe/Rome"),
])
def test_a_clock_time_without_a_zone_is_that_of_the_place(text: str, clock: time, zone: str) -> None:
    assert told(text, time_zone="America/New_York") == [(clock, zone)]


def test_a_call_is_timed_where_it_was_reported() -> None:
    assert told("PARIS, November 8 (Agency) - Emmanuel Macron will speak by phone with Justin Trudeau on Thursday at 4 p.m.") == [(time(16), "Europe/Paris")]


def test_without_a_place_it_is_that_of_the_outlet() -> None:
    assert told("Emmanuel Macron will speak by phone with Justin Trudeau on Thursday at 4 p.m.", time_zone="America/Toronto") == [(time(16), "America/Toronto")]


def test_no_zone_is_guessed_where_nobody_told() -> None:
    """In Canada the clocks differ, and an outlet in UTC is one of which no zone is known."""
    assert told("Emmanuel Macron will speak by phone with Justin Trudeau on Thursday at 4 p.m.") == [(time(16), None)]
    assert told("Emmanuel Macron will meet Justin Trudeau in Canada on Thursday at 4 p.m.", time_zone="Europe/Paris") == [(time(16), None)]


def test_a_clock_time_has_the_day_of_its_sentence() -> None:
    assert told("Antony Blinken will meet David Cameron at 4:15 p.m. in London on November 20.") == [(time(16, 15), "Europe/London")]
