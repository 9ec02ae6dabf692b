"""Readings that count: from the anchor ("last week", "two days ago"), or from the date before ("a day later")."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from timeline.dates.calendar import decade, month_of, plus_months, quarter_of, season, timex
from timeline.dates.days import DayReadings
from timeline.dates.reading import (
    FROM_EVENT,
    FUTURE_REF,
    PAST_REF,
    Captures,
    Reading,
    Span,
    days_in,
    declined,
    length_value,
    reference,
)
from timeline.mentions import DateKind
from timeline.when import Precision, When


class UnitReadings(DayReadings):
    """What the rules that count days, weeks, months and years denote."""

    def _make_weekof(self, captures: Captures, span: Span) -> Reading:
        day = self._make_calendar(captures, span)
        if day.when is None:
            return day
        when = When.week(day.when.first)
        return replace(day, when=when, timex=timex(when), other=None)

    def _unit_at(self, unit: str, day: date, shift: int) -> When | None:
        """The unit that holds `day`, moved by `shift` units."""
        if unit == "D":
            return When.day(day + timedelta(days=shift))
        if unit == "W":
            return When.week(day + timedelta(days=7 * shift))
        if unit == "WE":
            return When.weekend(day + timedelta(days=7 * shift))
        if unit == "M":
            return month_of(plus_months(day.replace(day=1), shift))
        if unit == "Q":
            return quarter_of(plus_months(day.replace(day=1), 3 * shift))
        if unit == "Y":
            return When.year(day.year + shift)
        if unit == "E":
            return decade(day.year + 10 * shift)
        if unit == "C":
            first = day.year - day.year % 100 + 100 * shift
            return When(date(first, 1, 1), date(first + 99, 12, 31), Precision.YEAR)
        return None

    def _unit_value(self, unit: str, when: When) -> str:
        return f"{when.first.year:04d}"[: {"E": 3, "C": 2}.get(unit, 4)] if unit in ("E", "C") else timex(when)

    def _make_unit(self, captures: Captures, span: Span) -> Reading | None:
        if "part" in captures:  # "last night", "this morning", "next evening"
            night = self._anchor + timedelta(days=self._shift(captures) or 0)
            return self._dated(When.day(night), self._part(captures), "relative")
        shift = self._shift(captures)
        if "season" in captures:
            return self._season_shifted(str(self._value("SEASON", captures["season"])), shift or 0)
        unit = self._unit(captures)
        if shift is None:
            shift = 2 if self._is(span, "AFTER") else -2
        if unit == "D":
            if self._is(captures["shift"], "NEXT"):
                return self._make_anaphora(captures, span)
            return None
        if unit == "WE":
            return self._make_weekend(captures, span)
        if self._is(captures.get("shift", (0, 0)), "LAST") and self._before(captures["shift"][0]) in self._sets["THE"] \
                and self._after(span[1]) in self._sets["OF"]:
            return None  # "the last week of the campaign"
        when = self._unit_at(unit, self._anchor, shift)
        if when is None:
            return None
        if shift < 0 and self._is(captures.get("shift", (0, 0)), "PASTWORD") and unit in ("W", "M", "Y"):
            first = {"W": self._anchor - timedelta(days=7), "M": plus_months(self._anchor, -1),
                     "Y": plus_months(self._anchor, -12)}[unit]
            return Reading(When(first, self._anchor, when.precision), timex(when), basis="relative")
        return Reading(when, self._unit_value(unit, when), basis="relative")

    def _season_shifted(self, code: str, shift: int) -> Reading:
        years = range(self._anchor.year - 2, self._anchor.year + 3)
        seasons = [season(year, code) for year in years]
        if shift < 0:
            when = max((one for one in seasons if one.last < self._anchor), key=lambda one: one.first)
        elif shift > 0:
            when = min((one for one in seasons if one.first > self._anchor), key=lambda one: one.first)
        else:
            when = min(seasons, key=lambda one: one.gap_days(When.day(self._anchor)))
        return Reading(when, f"{when.first.year}-{code}", basis="relative")

    def _make_weekend(self, captures: Captures, span: Span) -> Reading:
        if "month" in captures:
            day = self._make_calendar({key: value for key, value in captures.items() if key != "shift"}, span)
            if day.when is None:
                return day
            when = When.weekend(day.when.first)
            return replace(day, when=when, timex=timex(when), other=None)
        shift, weekday = self._shift(captures), self._anchor.weekday()
        here = When.weekend(self._anchor)
        before, after = When.weekend(self._anchor - timedelta(days=7)), When.weekend(self._anchor + timedelta(days=7))
        if shift == -1:
            when, other = before, None
        elif shift == 1:
            when, other = (after, here) if self._is(captures["shift"], "NEXT") else (here if weekday < 5 else after, None)
        elif weekday >= 4:
            when, other = here, before
        elif shift == 0:
            when, other = (before, here) if self._clauses.direction(*span) < 0 else (here, before)
        else:
            when, other = (here, before) if self._clauses.direction(*span) > 0 else (before, here)
        return Reading(when, timex(when), basis="relative", other=other)

    def _make_window(self, captures: Captures, span: Span) -> Reading | None:
        """"The past two weeks", "the next three days": a length that ends or begins at the anchor."""
        shift = self._shift(captures)
        if "n" not in captures or self._number(captures["n"]) is None:
            if shift is None and "shift" in captures:
                return None
            return reference(FUTURE_REF if shift == 1 else PAST_REF)
        number, unit = self._number(captures["n"]) or 1, self._unit(captures)
        length = length_value(number, unit)
        if shift is None or shift == 0 or unit in ("H", "MIN", "SEC", "WE", "C"):
            return Reading(None, length, DateKind.DURATION, days=days_in(number, unit))
        ends = sorted((self._anchor, self._moved(self._anchor, unit, number * shift)))
        precision = {"D": Precision.DAY, "W": Precision.WEEK, "FN": Precision.WEEK, "M": Precision.MONTH,
                     "Q": Precision.MONTH}.get(unit, Precision.YEAR)
        if self._after(span[1]) in self._sets["OF"]:
            return Reading(None, length, DateKind.DURATION, days=days_in(number, unit))
        return Reading(When(ends[0], ends[1], precision), length, DateKind.DURATION, "relative", days=days_in(number, unit))

    def _moved(self, day: date, unit: str, number: int) -> date:
        if unit in ("D", "W", "WE", "FN"):
            return day + timedelta(days=number * {"D": 1, "W": 7, "WE": 7, "FN": 14}[unit])
        return plus_months(day, number * {"M": 1, "Q": 3, "Y": 12, "E": 120, "C": 1200}[unit])

    def _at_precision(self, day: date, unit: str) -> When:
        """Counted in weeks, months or years, a day is known to the week, month or year."""
        if unit == "D":
            return When.day(day)
        if unit in ("W", "FN", "WE"):
            return When.week(day)
        if unit in ("M", "Q"):
            return month_of(day)
        return When.year(day.year)

    def _make_ago(self, captures: Captures, span: Span) -> Reading:
        if "n" not in captures:
            return reference(PAST_REF)
        number, unit = self._number(captures["n"]), self._unit(captures)
        if number is None:
            return reference(PAST_REF)
        if unit in ("H", "MIN", "SEC"):
            return Reading(When.day(self._anchor), None, DateKind.TIME, "relative",
                           note="counted in hours or minutes")
        day = self._moved(self._anchor, unit, -number)
        when = self._at_precision(day, unit)
        value = timex(when)
        if unit == "Y" and number == 1 and self._quarter is not None:
            value = timex(When.quarter(self._quarter.first.year - (self._quarter.first.year >= self._anchor.year),
                                       (self._quarter.first.month + 2) // 3))
        return Reading(when, value, basis="relative")

    def _make_anaphora(self, captures: Captures, span: Span) -> Reading | None:
        shift = self._shift(captures)
        if "part" in captures and "unit" not in captures:
            if shift is None:  # "year-end", "month's end"
                year = month_of(self._anchor) if self._is(span, "MONTHUNIT") else When.year(self._anchor.year)
                return Reading(year, timex(year), basis="relative")
            day = self._day.first if self._day else self._anchor
            return self._dated(When.day(day + timedelta(days=shift)), self._part(captures), "relative")
        unit = self._unit(captures)
        if "before" in captures or "after" in captures:
            shift = -1 if "before" in captures else 1
            if self._after(span[1]) not in self._sets["CLAUSEEND"]:
                step = timedelta(days=shift)
                return Reading(None, None, basis="relative", declined=FROM_EVENT,
                               step=lambda base: When.day((base.first if step.days < 0 else base.last) + step))
        if shift is None:
            shift = 0
        if unit == "Q" and shift == 0:
            quarter = self._quarter or quarter_of(plus_months(self._anchor, -3))
            return Reading(quarter, timex(quarter), basis="relative")
        if unit in ("D", "WE"):
            base = self._day
            if base is None:
                if shift == 0:
                    base = When.day(self._anchor)
                else:
                    return declined("no day before it to count from")
            day = base.last if shift > 0 else base.first
            when = self._unit_at(unit, day, shift)
        else:
            anchored = self._last.first if self._last is not None else self._anchor
            if shift == 0 and "shift" not in captures:
                anchored = self._anchor
            when = self._unit_at(unit, anchored, shift)
        if when is None:
            return None
        return Reading(when, self._unit_value(unit, when), basis="relative")

    def _make_offset(self, captures: Captures, span: Span) -> Reading:
        """"Two days later", "a year earlier": counted from the date that was mentioned last."""
        if "n" not in captures:
            return declined("how many is not told", None)
        number, unit = self._number(captures["n"]), self._unit(captures)
        if "anchor" in captures:
            if number is None:
                return reference(FUTURE_REF)
            when = self._at_precision(self._moved(self._anchor, unit, number), unit)
            return Reading(when, timex(when), basis="relative")
        direction = self._int("DIRECTION", captures["dir"]) or 1
        length = length_value(number, unit)
        if self._is(captures["dir"], "BEFOREAFTER") and self._after(span[1]) not in self._sets["CLAUSEEND"]:
            def step(base: When, count: int | None = number) -> When:
                day = base.last if direction > 0 else base.first
                return self._at_precision(self._moved(day, unit, direction * (count or 0)), unit)

            countable = number is not None and number < 1000 and unit not in ("H", "MIN", "SEC")
            return Reading(None, length, DateKind.DURATION, "relative", FROM_EVENT, days=days_in(number, unit),
                           step=step if countable else None)
        if number is None:
            return reference(PAST_REF if direction < 0 else FUTURE_REF)
        if unit in ("H", "MIN", "SEC"):
            return declined("hours or minutes from an event", length, DateKind.DURATION)
        if unit == "Y" and number == 1 and direction < 0 and self._quarter is not None:
            when = When.quarter(self._quarter.first.year - 1, (self._quarter.first.month + 2) // 3)
            if self._quarter.first.year < self._anchor.year:
                when = self._quarter
            return Reading(when, timex(when), basis="relative")
        base = self._day if unit in ("D", "W", "FN") else self._last
        if base is None or (unit in ("D", "W", "FN") and not base.exact):
            if direction < 0 and number == 1 and unit in ("D", "Y"):
                base = When.day(self._anchor)  # "a day earlier" in the first sentence of a report
            else:
                return declined("no day before it to count from")
        moved = self._moved(base.last if direction > 0 else base.first, unit, number * direction)
        when = self._at_precision(moved, unit)
        if unit == "M" and base.precision is Precision.YEAR:
            return declined("counted in months from a year")
        return Reading(when, timex(when), basis="relative")

    def _make_ahead(self, captures: Captures, span: Span) -> Reading | None:
        """"In two weeks": from the anchor where the clause looks ahead, else a length of time."""
        number, unit = self._number(captures["n"]), self._unit(captures)
        length = length_value(number, unit)
        days = days_in(number, unit)
        inner = (captures["n"][0], span[1])
        if number is None or self._clauses.direction(*span) <= 0 or unit in ("WE", "C") or not self._is(
                (span[0], span[0] + 1), "IN") or self._is((max(0, span[0] - 12), span[0]), "OCCASION"):
            return Reading(None, length, DateKind.DURATION, days=days, span=inner)
        when = self._at_precision(self._moved(self._anchor, unit, number), unit)
        return Reading(when, timex(when), DateKind.DATE, "relative", days=days)
