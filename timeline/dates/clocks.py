"""Readings of clock times and parts of the day, of how often and how long, and of "now" and "recently"."""
from __future__ import annotations

from datetime import time

from timeline.dates.calendar import timex
from timeline.dates.lexicon import CAPITALISED
from timeline.dates.reading import (
    CLOCK_ALONE,
    FUTURE_REF,
    PAST_REF,
    PRESENT_REF,
    Captures,
    Reading,
    Span,
    days_in,
    declined,
    length_value,
    reference,
)
from timeline.dates.words import Words
from timeline.mentions import DateKind
from timeline.when import When


class ClockReadings(Words):
    """What the rules for times of day, lengths and vague words denote."""

    def _make_clock(self, captures: Captures, span: Span) -> Reading | None:
        clock = self._clock(captures)
        if clock is None:
            return None
        zone = self._clock_zone(captures)
        bare = "zone" not in captures and "noon" not in captures and not self._is(span, "AMPM")
        if bare and not self._is(span, "CLOCKWORD"):
            behind = self._day_at is not None and span[0] - self._day_at  # "on Monday, 13 November, at 11.30"
            dotted = "." in self._tokens.word(captures["time"][0])
            if dotted and (not behind or behind > 2 or self._after(span[1]) not in self._sets["CLAUSEEND"] | {CAPITALISED}):
                return None  # a price, a share
            if self._before(span[0]) not in self._sets["CLOCKPREP"] and (behind != 1 or self._before(span[0]) not in self._sets["COMMA"]):
                return None  # a score, a ratio, a verse
        left, _ = self._clauses.sentence(*span)
        known = self._day is not None and self._day_at is not None and self._day_at >= left and self._day.length == 1
        day = self._day.first if known and self._day is not None else self._anchor
        when = When.day(day).at(clock, zone)
        if known:
            return Reading(when, timex(when), DateKind.TIME, "inferred", note="the day is that of the same sentence")
        return Reading(when, timex(when), DateKind.TIME, "inferred", CLOCK_ALONE)

    def _clock(self, captures: Captures) -> time | None:
        if "noon" in captures:
            return time.fromisoformat(str(self._value("NOON", captures["noon"])))
        words = self._tokens.words(*captures["time"])
        minute = 0
        if "." in words[0] and words[0][0].isdigit():
            hour, minute = (int(part) for part in words[0].split("."))
        elif len(words) >= 3 and words[1] == ":":
            if len(words[2]) != 2:
                return None
            hour, minute = int(words[0]), int(words[2])
        elif len(words[0]) == 4 and words[0].isdigit():
            hour, minute = int(words[0][:2]), int(words[0][2:])
        else:
            number = self._number((captures["time"][0], captures["time"][0] + 1))
            if number is None:
                return None
            hour = number
        half = next((value for word in words if (value := self._lexicon.ampm(word)) is not None), None)
        part = self._value("PARTOFDAY", captures["part"]) if "part" in captures else None
        if half is not None or part is not None:
            afternoon = half == 12 or part in ("AF", "EV") or (part == "NI" and hour > 5)
            if half is not None and not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if afternoon else 0)
        if hour == 24 and minute == 0:
            hour = 0
        return time(hour, minute) if hour < 24 and minute < 60 else None

    def _clock_zone(self, captures: Captures) -> str | None:
        if "zone" not in captures:
            return None
        span = captures["zone"]
        zone = self._value("ZONE", span) or self._value("ZONEPLACE", span)
        return str(zone) if zone else None

    def _make_partofday(self, captures: Captures, span: Span) -> Reading:
        if self._is(span, "THIS"):
            day = When.day(self._anchor)
        elif self._day is None:
            return declined("no day before it", timex(When.day(self._anchor)) + self._part(captures), DateKind.TIME)
        else:
            day = self._day
        return self._dated(When.day(day.first), self._part(captures), "relative")

    def _make_set(self, captures: Captures, span: Span) -> Reading | None:
        reason = "tells how often, not when"
        value: str | None = None
        if "often" in captures and self._tokens.word(span[0])[0].isupper() and CAPITALISED in (
                self._before(span[0]), self._after(span[1])):
            return None  # "China Daily"
        if "often" in captures:
            value = str(self._value("TIMEXSET", captures["often"]))
        elif "wd" in captures:
            weekday = self._int("WDAY", captures["wd"])
            if weekday is None:
                weekday = self._int("WDAYS", captures["wd"])
            value = f"XXXX-WXX-{(weekday or 0) + 1}"
        elif "unit" in captures:
            number = self._number(captures["n"]) if "n" in captures else 1
            value = length_value(number, self._unit(captures))
        elif "month" in captures:
            value = f"XXXX-{self._month(captures['month']):02d}"
        elif "season" in captures:
            value = f"XXXX-{self._value('SEASON', captures['season'])}"
        return declined(reason, value, DateKind.SET)

    def _make_duration(self, captures: Captures, span: Span) -> Reading | None:
        if "weekslong" in captures:
            word = self._tokens.word(captures["weekslong"][0]).lower()
            unit = next((code for name, code in self._lexicon.values["UNIT"].items() if word.startswith(name)), "D")
            return Reading(None, f"P1{unit}", DateKind.DURATION, days=days_in(1, unit))
        if "unit" not in captures:
            unit = str(self._value("UNITS", captures["vague"]) or self._value("UNIT", captures["vague"]))
            return Reading(None, length_value(None, unit), DateKind.DURATION)
        unit = self._unit(captures)
        if "n" not in captures:
            return Reading(None, length_value(None, unit), DateKind.DURATION)
        number = self._number(captures["n"])
        if unit == "SEC" and not self._is(captures["n"], "NUMERAL"):
            return None
        return Reading(None, length_value(number, unit), DateKind.DURATION, days=days_in(number, unit))

    def _make_present(self, captures: Captures, span: Span) -> Reading:
        return reference(PRESENT_REF)

    def _make_past(self, captures: Captures, span: Span) -> Reading:
        return reference(PAST_REF)

    def _make_future(self, captures: Captures, span: Span) -> Reading | None:
        if self._is(span, "SOON") and span[1] - span[0] == 1 and self._after(span[1]) in self._sets["ASAFTER"]:
            return None
        return reference(FUTURE_REF)
