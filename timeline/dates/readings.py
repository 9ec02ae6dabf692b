"""What each rule's match denotes: from words and an anchor to a stretch of days.

The functions here know no language: words reach them as values of classes. A function returns None where the words
are no expression of time after all.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from timeline.dates.calendar import (decade, easter, month_of, plus_months, quarter_of, season,
                                     timex)
from timeline.dates.clause import Clauses
from timeline.dates.lexicon import CAPITALISED, PLAIN, Lexicon
from timeline.mentions import DateKind
from timeline.when import Precision, When

Span = tuple[int, int]
Captures = dict[str, Span]
PAST_REF, PRESENT_REF, FUTURE_REF = "PAST_REF", "PRESENT_REF", "FUTURE_REF"
_AGAINST_TENSE = 200  # days by which a month must be nearer to be chosen against the tense of its clause


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression denotes; the fields are those of `DateMention`, the span counts tokens.

    `parts` are the expressions that TimeML sees in a range: first and last token (exclusive) and value of each.
    """

    when: When | None
    timex: str | None
    kind: DateKind = DateKind.DATE
    basis: str = "stated"
    declined: str | None = None
    other: When | None = None
    days: int | None = None
    note: str | None = None
    span: Span | None = None
    parts: tuple[tuple[int, int, str], ...] = ()


def _declined(reason: str, value: str | None = None, kind: DateKind = DateKind.DATE) -> Reading:
    return Reading(None, value, kind, declined=reason)


def _reference(value: str) -> Reading:
    return Reading(None, value, DateKind.REFERENCE, "relative", "names no day, month or year")


class Reader:
    """Reads one text. Holds what earlier expressions leave behind: the day and the period mentioned last."""

    def __init__(self, lexicon: Lexicon, text: str, words: list[str], row: str, anchor: date, zone: str | None) -> None:
        self._lexicon, self._words, self._row = lexicon, words, row
        self._anchor, self._zone = anchor, zone
        self._clauses = Clauses(lexicon, words, row)
        self._sets = lexicon.cue_sets
        self._day: When | None = None  # the last stretch of days that was mentioned
        self._day_at: int | None = None  # the token at which it ended
        self._last: When | None = None  # the last stretch at any precision
        self._quarter: When | None = None  # the last quarter
        self._month_names_person = lexicon.names_person(row)

    def read(self, make: str, captures: Captures, span: Span) -> Reading | tuple[Reading, ...] | None:
        """The reading of a match; days that the calendar does not have are declined."""
        maker: Callable[[Captures, Span], Reading | tuple[Reading, ...] | None] = getattr(self, f"_make_{make}")
        try:
            result = maker(captures, span)
        except (ValueError, OverflowError):
            return _declined("there is no such day in the calendar")
        for reading in result if isinstance(result, tuple) else (result,) if result else ():
            self._remember(reading, (reading.span or span)[1])
        return result

    def _remember(self, reading: Reading, end: int) -> None:
        when = reading.when
        if reading.kind is DateKind.DURATION and re.fullmatch(r"P(6|9|12)M", reading.timex or ""):
            self._quarter = None  # "for the nine months": what follows is compared with those
        if when is None or reading.declined or reading.kind is DateKind.DURATION:
            return
        self._last = when
        if when.exact:
            self._day, self._day_at = when, end
        if when.precision is Precision.QUARTER and reading.timex and "Q" in reading.timex and reading.basis != "relative":
            self._quarter = when

    # ------------------------------------------------------------------------------------------------ words

    def _value(self, name: str, span: Span) -> object:
        """Value of the first token in the span that has one in this class."""
        for word in self._words[span[0]:span[1]]:
            value = self._lexicon.value(name, word)
            if value is not None:
                return value
        return None

    def _int(self, name: str, span: Span) -> int | None:
        value = self._value(name, span)
        return value if isinstance(value, int) else None

    def _month(self, span: Span) -> int:
        month = self._int("MONTH", span) or self._int("MONTHABBR", span)
        if month is None:
            raise ValueError("no month")
        return month

    def _weekday(self, span: Span) -> int:
        weekday = self._int("WDAY", span)
        if weekday is None:
            weekday = self._int("WDAYABBR", span)
        if weekday is None:
            raise ValueError("no weekday")
        return weekday

    def _digits(self, span: Span) -> int | None:
        for word in self._words[span[0]:span[1]]:
            if word[0].isdigit():
                return int(re.match(r"\d+", word.replace(",", ""))[0])  # type: ignore[index]
        return None

    def _ordinal(self, span: Span) -> int:
        number = self._digits(span)
        if number is None:
            parts = [value for word in self._words[span[0]:span[1]] for name in ("ORD", "CARD")
                     if (value := self._lexicon.value(name, word)) is not None]
            number = sum(parts[:2]) if parts else 0
        if not number:
            raise ValueError("no ordinal")
        return number

    def _number(self, span: Span) -> int | None:
        """How many; None where only vaguely told. "a" is one."""
        digits = self._digits(span)
        if digits is not None:
            return digits
        total, vague, found = 0, False, False
        for index in range(*span):
            value = self._lexicon.value("CARD", self._words[index])
            if value is not None:
                total, found = (max(total, 1) * value if value >= 100 else total + value), True
            elif self._row[index] in self._sets["VAGUE"]:
                vague = True
        if vague:
            return None
        return total if found else 1

    def _year(self, span: Span) -> int:
        digits = self._digits(span)
        if digits is not None:
            return digits
        values = [value for word in self._words[span[0]:span[1]] if (value := self._lexicon.value("CARD", word))]
        if len(values) >= 2 and values[1] == 1000:
            return values[0] * 1000 + sum(values[2:])
        if len(values) >= 2:
            return values[0] * 100 + (sum(values[1:]) if values[1] >= 10 else values[1])
        raise ValueError("no year")

    def _stated_year(self, captures: Captures, second: bool = False) -> int | None:
        if second and "year2" in captures:
            return self._year(captures["year2"])
        if "year" in captures:
            return self._year(captures["year"])
        for index in range(*captures.get("rel", (0, 0))):
            shift = self._lexicon.value("SHIFT", self._words[index])
            if shift is not None:
                return self._anchor.year + int(shift)
        return None

    def _unit(self, captures: Captures) -> str:
        value = self._value("UNIT", captures["unit"]) or self._value("UNITS", captures["unit"])
        return str(value or self._value("CLOCKUNIT", captures["unit"]))

    def _shift(self, captures: Captures, name: str = "shift") -> int | None:
        """-1, 0 or 1; the last of several words decides ("this past", "this coming")."""
        shift: int | None = None
        for key in (name, name + "2"):
            for index in range(*captures.get(key, (0, 0))):
                for table in ("SHIFT", "ANASHIFT"):
                    value = self._lexicon.value(table, self._words[index])
                    if value is not None:
                        shift = int(value)
        return shift

    def _is(self, span: Span, name: str) -> bool:
        return any(symbol in self._sets[name] for symbol in self._row[span[0]:span[1]])

    def _before(self, index: int) -> str:
        return self._row[index - 1] if index > 0 else PLAIN

    def _after(self, index: int) -> str:
        return self._row[index] if index < len(self._row) else PLAIN

    # ------------------------------------------------------------------------------------------------ names

    def _make_named(self, captures: Captures, span: Span) -> Reading:
        value = None
        if "month" in captures:
            when, _ = self._day_of_year(self._month(captures["month"]), self._ordinal(captures["day"]), 0)
            value = timex(when)
        return _declined("names an event, not a time", value)

    def _make_name(self, captures: Captures, span: Span) -> Reading:
        return _declined("part of a name")

    def _make_age(self, captures: Captures, span: Span) -> Reading:
        number = self._number(captures["n"]) if "n" in captures else None
        unit = self._unit(captures) if "unit" in captures else "Y"
        return _declined("an age", f"P{number}{unit}" if number else None, DateKind.DURATION)

    # ------------------------------------------------------------------------------------------------ calendar dates

    def _day_of_year(self, month: int, day: int, direction: int) -> tuple[When, When | None]:
        """The day nearest to the anchor, and the nearest on the other side. `direction` decides near ties."""
        days = []
        for year in range(self._anchor.year - 8, self._anchor.year + 9):
            try:
                days.append(date(year, month, day))
            except ValueError:
                continue
        if not days:
            raise ValueError("no such day")
        days.sort(key=lambda candidate: abs(candidate - self._anchor))
        best = days[0]
        other = next((one for one in days[1:] if (one > self._anchor) != (best > self._anchor)), None)
        if other and direction and (best > self._anchor) != (direction > 0) and abs(best - self._anchor).days > 120:
            best, other = other, best
        return When.day(best), When.day(other) if other else None

    def _weekday_near(self, weekday: int, direction: int) -> tuple[date, date]:
        """The day of the past seven (the anchor's among them) and that of the next seven; the likelier first."""
        back = (self._anchor.weekday() - weekday) % 7
        past, future = self._anchor - timedelta(days=back), self._anchor + timedelta(days=(7 - back) % 7)
        if direction > 0:
            return future, past if past != future else past - timedelta(days=7)
        return past, future if future != past else future + timedelta(days=7)

    def _make_calendar(self, captures: Captures, span: Span) -> Reading:
        month, day = self._month(captures["month"]), self._ordinal(captures["day"])
        year = self._stated_year(captures)
        weekday = self._weekday(captures["wd"]) if "wd" in captures else None
        if year is not None:
            when = When.day(date(year, month, day))
            note = None
            if weekday is not None and when.first.weekday() != weekday:
                note = f"{when.first.isoformat()} is no such weekday; the date is kept, for it has its year"
            return Reading(when, timex(when), basis="stated", note=note)
        direction = self._clauses.direction(*span)
        when, other = self._day_of_year(month, day, direction)
        shift = self._shift(captures)
        if shift and other and (when.first > self._anchor) != (shift > 0):
            when, other = other, when
        if weekday is None or when.first.weekday() == weekday:
            return Reading(when, timex(when), basis="inferred", other=other)
        for candidate_year in sorted(range(self._anchor.year - 1, self._anchor.year + 2),
                                     key=lambda one: abs(one - when.first.year)):
            try:
                candidate = date(candidate_year, month, day)
            except ValueError:
                continue
            if candidate.weekday() == weekday and abs(candidate - self._anchor).days < 370:
                return Reading(When.day(candidate), candidate.isoformat(), basis="inferred", other=when)
        near, _ = self._weekday_near(weekday, direction)
        return Reading(When.day(near), near.isoformat(), basis="inferred", other=when,
                       note=f"the weekday contradicts {when.first.isoformat()}; the weekday near the anchor is kept")

    def _make_numeric(self, captures: Captures, span: Span) -> Reading | None:
        if "y" not in captures:  # 9.11.2023: day, month, year
            first, second, year = (int(part) for part in self._words[span[0]].split("."))
            if year < 1000 or not 1 <= second <= 12 or not 1 <= first <= 31:
                return None
            when = When.day(date(year, second, first))
            return Reading(when, timex(when))
        year, a, b = (int(self._words[captures[name][0]]) for name in "yab")
        if captures["y"][0] < captures["a"][0]:
            if not 1 <= a <= 12 or not 1 <= b <= 31:
                return None
            when = When.day(date(year, a, b))
            return Reading(when, timex(when))
        if len(self._words[captures["y"][0]]) == 2:
            year += 2000 if year <= (self._anchor.year + 10) % 100 else 1900
        if year < 1000:
            return None
        american, british = (a, b), (b, a)
        readings = [date(year, month, day) for month, day in (american, british) if 1 <= month <= 12 and 1 <= day <= 31]
        if not readings:
            return None
        if len(readings) == 2 and a != b:
            readings.sort(key=lambda one: abs(one - self._anchor))
            if abs(readings[1] - self._anchor).days < 60:
                return _declined("day and month may be either way round")
            return Reading(When.day(readings[0]), readings[0].isoformat(), other=When.day(readings[1]), basis="inferred")
        return Reading(When.day(readings[0]), readings[0].isoformat())

    def _make_span(self, captures: Captures, span: Span) -> Reading | tuple[Reading, ...] | None:
        """Two days of which the second may lack its month, the first its year."""
        month = self._month(captures["month"]) if "month" in captures else self._month(captures["month2"])
        month2 = self._month(captures["month2"]) if "month2" in captures else month
        day, day2 = self._ordinal(captures["day"]), self._ordinal(captures["day2"])
        year2 = self._stated_year(captures, second=True)
        direction = self._clauses.direction(*span)
        if year2 is not None:
            last = date(year2, month2, day2)
            if "year" in captures:
                first = date(self._year(captures["year"]), month, day)
            else:
                first = date(year2, month, day)
                if first > last:
                    first = date(year2 - 1, month, day)
            basis = "stated"
        else:
            first = self._day_of_year(month, day, direction)[0].first
            last = date(first.year, month2, day2)
            if last < first:
                last = date(first.year + 1, month2, day2)
            basis = "inferred"
        parts = ((*captures["one"], first.isoformat()), (*captures["two"], last.isoformat()))
        apart = self._is((captures["one"][1], captures["two"][0]), "CONJUNCTION") and not self._is(
            (span[0], captures["one"][0]), "BETWEEN")
        if last < first or (last - first).days > 200 or (apart and (last - first).days != 1):
            return tuple(Reading(When.day(day), day.isoformat(), basis=basis, span=captures[name])
                         for day, name in ((first, "one"), (last, "two")))
        return Reading(When.days(first, last), first.isoformat(), basis=basis, parts=parts)

    def _make_monthday(self, captures: Captures, span: Span) -> Reading | None:
        day = self._ordinal(captures["day"])
        if self._after(span[1]) in (PLAIN, CAPITALISED) and "wd" not in captures and (
                self._words[span[1]][0].isalpha() if span[1] < len(self._words) else False):
            return None  # "on the 25th anniversary"
        days = [date(one.year, one.month, day) for months in (-1, 0, 1)
                if day <= month_of(one := plus_months(self._anchor.replace(day=1), months)).last.day]
        if "wd" in captures:
            days = [one for one in days if one.weekday() == self._weekday(captures["wd"])] or days
        direction = self._clauses.direction(*span)
        if direction:
            days = [one for one in days if (one - self._anchor).days * direction >= 0] or days
        when = When.day(min(days, key=lambda one: abs(one - self._anchor)))
        return Reading(when, timex(when), basis="inferred")

    # ------------------------------------------------------------------------------------------------ weekdays

    def _make_weekday(self, captures: Captures, span: Span) -> Reading:
        weekday = self._weekday(captures["wd"])
        monday = self._anchor - timedelta(days=self._anchor.weekday())
        suffix = self._part(captures)
        if "unit" in captures or (shift := self._shift(captures)) is None and "n" in captures:
            number = self._number(captures["n"])
            if number is None:
                return _declined("how many is not told", PAST_REF)
            ago = self._is(span, "AGO")
            near, _ = self._weekday_near(weekday, -1 if ago else 1)
            day = near + timedelta(days=7 * number * (-1 if ago else 1))
            return self._dated(When.day(day), suffix, "relative")
        if shift is not None and self._is(span, "WEEK"):
            return self._dated(When.day(monday + timedelta(days=weekday + 7 * shift)), suffix, "relative")
        anaphoric = shift is not None and any(self._is(captures[key], "ANASHIFT") for key in ("shift",))
        if shift is None or (anaphoric and shift == 0):
            if anaphoric and self._day is not None and self._day.first.weekday() == weekday:
                return self._dated(self._day, suffix, "relative")
            direction = self._clauses.direction(*span)
            near, far = self._weekday_near(weekday, direction)
            if direction > 0 and (after := self._before_in_sentence(span)) is not None and after > near:
                near, far = after + timedelta(days=(weekday - after.weekday()) % 7), near
            return self._dated(When.day(near), suffix, "relative", other=When.day(far))
        base = self._day.first if anaphoric and self._day is not None else self._anchor
        back = (base.weekday() - weekday) % 7 or 7
        if shift < 0:
            return self._dated(When.day(base - timedelta(days=back)), suffix, "relative")
        ahead = (weekday - base.weekday()) % 7
        if shift == 0:  # "this Friday"
            direction = self._clauses.direction(*span)
            day = base - timedelta(days=back % 7) if direction < 0 else base + timedelta(days=ahead)
            return self._dated(When.day(day), suffix, "relative")
        soon = base + timedelta(days=ahead or 7)
        if self._is(captures["shift"], "NEXT") and not anaphoric and soon < monday + timedelta(days=7):
            # Of a day still to come in this week, "next" means that of the week after.
            return self._dated(When.day(soon + timedelta(days=7)), suffix, "relative", other=When.day(soon))
        return self._dated(When.day(soon), suffix, "relative")

    def _before_in_sentence(self, span: Span) -> date | None:
        """The last day mentioned in this sentence, for what is told after it comes after it ("before returning on Monday")."""
        if self._day is None or self._day_at is None:
            return None
        left, _ = self._clauses.sentence(*span)
        if self._day_at < left or any(symbol in self._sets["SINCE"] for symbol in self._row[self._day_at:span[0]]):
            return None
        return self._day.last

    def _part(self, captures: Captures, name: str = "part") -> str:
        code = self._value("PARTOFDAY", captures[name]) if name in captures else None
        return f"T{code}" if code else ""

    def _dated(self, when: When, suffix: str, basis: str, other: When | None = None) -> Reading:
        kind = DateKind.TIME if suffix else DateKind.DATE
        return Reading(when, timex(when) + suffix, kind, basis, other=other)

    def _make_wdspan(self, captures: Captures, span: Span) -> Reading | tuple[Reading, ...]:
        first, last = self._weekday(captures["wd"]), self._weekday(captures["wd2"])
        direction = self._clauses.direction(*span)
        start, other = self._weekday_near(first, direction)
        length = (last - first) % 7
        end = start + timedelta(days=length)
        if direction == 0 and end > self._anchor and start < self._anchor - timedelta(days=3):
            start, other = other, start
            end = start + timedelta(days=length)
        parts = ((*captures["one"], start.isoformat()), (*captures["two"], end.isoformat()))
        conjunction = self._is((captures["one"][1], captures["two"][0]), "CONJUNCTION")
        if conjunction and not self._is((span[0], captures["one"][0]), "BETWEEN") and length != 1:
            readings = []
            for weekday, name in ((first, "one"), (last, "two")):
                near, far = self._weekday_near(weekday, direction)
                readings.append(Reading(When.day(near), near.isoformat(), basis="relative", other=When.day(far),
                                        span=captures[name]))
            return tuple(readings)
        return Reading(When.days(start, end), start.isoformat(), basis="relative",
                       other=When.days(other, other + timedelta(days=length)), parts=parts)

    def _make_today(self, captures: Captures, span: Span) -> Reading | None:
        if "day" not in captures:
            if "tonight" in captures:
                return self._dated(When.day(self._anchor), "TNI", "relative")
            if "overnight" in captures:
                return self._dated(When.day(self._anchor), "TNI", "relative")
            return None
        shift = self._int("TODAY", captures["day"]) or 0
        if "before" in captures or "after" in captures:
            shift *= 2
        suffix = self._part(captures)
        return self._dated(When.day(self._anchor + timedelta(days=shift)), suffix, "relative")

    def _make_holiday(self, captures: Captures, span: Span) -> Reading | None:
        words = " ".join(self._words[slice(*captures["day"])]).lower().replace("’", "'").replace(" '", "'")
        rule = self._lexicon.holidays.get(words)
        if rule is None:
            return None
        if "year" in captures:
            when = When.day(_holiday(rule, self._year(captures["year"])))
            return Reading(when, timex(when))
        days = [_holiday(rule, year) for year in range(self._anchor.year - 1, self._anchor.year + 2)]
        shift = self._shift(captures)
        if shift == -1:
            day = max(one for one in days if one < self._anchor)
        elif shift == 1:
            day = min(one for one in days if one > self._anchor)
        else:
            direction = self._clauses.direction(*span)
            near = [one for one in days if direction == 0 or (one - self._anchor).days * direction >= 0] or days
            day = min(near, key=lambda one: abs(one - self._anchor))
        return Reading(When.day(day), day.isoformat(), basis="inferred")

    # ------------------------------------------------------------------------------------------------ quarters, halves

    def _make_quarter(self, captures: Captures, span: Span) -> Reading | None:
        if "q" in captures or "qn" in captures:
            number = self._ordinal(captures["q"]) if "q" in captures else self._digits(captures["qn"])
            if number is None or not 1 <= number <= 4:
                return None
            if "year" in captures:
                when = When.quarter(self._year(captures["year"]), number)
                return Reading(when, timex(when))
            shift = self._shift(captures)
            if "earlier" in captures:
                shift = -1
            if shift is not None:
                when = When.quarter(self._anchor.year + shift, number)
                return Reading(when, timex(when), basis="relative")
            if "qn" in captures and not self._words[captures["qn"][0] - 1].isupper():
                return None
            direction = self._clauses.direction(*span)
            started = [one for year in (self._anchor.year - 1, self._anchor.year)
                       if (one := When.quarter(year, number)).first <= self._anchor]
            ahead = [one for year in (self._anchor.year, self._anchor.year + 1)
                     if (one := When.quarter(year, number)).last >= self._anchor]
            near = min((started[-1], ahead[0]), key=lambda one: one.gap_days(When.day(self._anchor)))
            when = ahead[0] if direction > 0 and near is ahead[0] else started[-1]
            if direction == 0 and near.gap_days(When.day(self._anchor)) < 45:
                when = near
            return Reading(when, timex(when), basis="inferred", other=ahead[0] if when is started[-1] else started[-1])
        quarter = self._quarter or quarter_of(plus_months(self._anchor, -3))
        if "latest" in captures:
            current = not self._is(captures["latest"], "LATEST")
            when = quarter_of(self._anchor) if current else quarter
            return Reading(when, timex(when), basis="relative")
        year = self._year(captures["year"]) if "year" in captures else self._anchor.year - 1
        if self._quarter is None:
            return Reading(When.year(year), f"{year}", basis="relative")
        when = When.quarter(year, (quarter.first.month + 2) // 3)
        return Reading(when, timex(when), basis="relative")

    def _make_half(self, captures: Captures, span: Span) -> Reading | None:
        if not captures.get("half"):
            return None
        year = self._anchor.year + (self._shift(captures) or 0)
        if "year" in captures:
            year = self._year(captures["year"])
        number = self._digits(captures["half"])
        if number is None:
            number = 1 if self._is(captures["half"], "FIRST") else 2
        if number not in (1, 2):
            return None
        when = When(date(year, 6 * number - 5, 1), When.month(year, 6 * number).last, Precision.MONTH)
        return Reading(when, f"{year}-H{number}", basis="stated" if "year" in captures else "relative")

    def _make_fiscal(self, captures: Captures, span: Span) -> Reading:
        if "year" in captures:
            when = When.year(self._year(captures["year"]))
            return Reading(when, timex(when), note="a fiscal year: its bounds are not told")
        when = When.year(self._anchor.year + (self._shift(captures) or 0))
        return Reading(when, timex(when), basis="relative", note="a fiscal year: its bounds are not told")

    # ------------------------------------------------------------------------------------------------ months

    def _month_near(self, month: int, direction: int) -> tuple[When, When]:
        """The month that the anchor lies in or that lies nearest, and the one on the other side."""
        year = self._anchor.year
        past = When.month(year if month <= self._anchor.month else year - 1, month)
        future = When.month(year if month >= self._anchor.month else year + 1, month)
        if past == future:
            return past, When.month(year + (1 if direction < 0 else -1), month)
        day = When.day(self._anchor)
        ahead = future.gap_days(day) + (_AGAINST_TENSE if direction < 0 else 0)
        back = past.gap_days(day) + (_AGAINST_TENSE if direction > 0 else 0)
        return (future, past) if ahead < back else (past, future)

    def _month_direction(self, span: Span) -> int:
        """A month by which something is to be done lies ahead, whoever said so in the past."""
        if self._before(span[0]) in self._sets["AHEADOF"]:
            return 1
        return self._clauses.direction(*span)

    def _make_month(self, captures: Captures, span: Span) -> Reading | None:
        month = self._month(captures["month"])
        year = self._stated_year(captures)
        if year is not None:
            when = When.month(year, month)
            return Reading(when, timex(when), basis="stated" if "year" in captures else "relative")
        shift = self._shift(captures) if not self._is(captures.get("part", (0, 0)), "ORD") else None
        if shift is not None:
            when = self._shifted_month(month, shift)
            return Reading(when, timex(when), basis="relative")
        if not self._is_month(captures["month"], span):
            return None
        when, other = self._month_near(month, self._month_direction(span))
        return Reading(when, timex(when), basis="inferred", other=other)

    def _shifted_month(self, month: int, shift: int) -> When:
        year = self._anchor.year
        if shift < 0:
            return When.month(year if month < self._anchor.month else year - 1, month)
        if shift > 0:
            return When.month(year if month > self._anchor.month else year + 1, month)
        return When.month(year, month)

    def _is_month(self, month: Span, span: Span) -> bool:
        """Whether a bare name of a month is one: May, March, April, June and August are names and words besides."""
        index = month[0]
        word = self._words[index]
        before = self._before(span[0])
        if self._row[index] in self._sets["MONTHABBR"]:
            return before in self._sets["PREP"] and self._after(index + 1) in self._sets["DOT"]
        if self._row[index] not in self._sets["AMBIGUOUSMONTH"]:
            return True
        if word.isupper() and len(word) > 1 and not (before in self._sets["PREP"]):
            return False
        if before in self._sets["TITLEWORD"] or (before == CAPITALISED and not self._is((span[0], index), "PARTADJ")):
            return False
        after = self._after(span[1])
        if after == CAPITALISED and before not in self._sets["PREP"]:
            return False
        if span[0] < index or before in self._sets["MONTHPREP"]:
            return True
        if self._row[index] in self._sets["MARCH"] and after in self._sets["MARCHING"]:
            return False  # "the March for Life"
        if self._row[index] in self._sets["MAY"] and self._month_names_person:
            return False
        return before in self._sets["PREP"] or before in self._sets["SPECIFIER"] or before in self._sets["S"]

    def _make_monthspan(self, captures: Captures, span: Span) -> Reading | tuple[Reading, ...] | None:
        first, last = self._month(captures["month"]), self._month(captures["month2"])
        year2 = self._stated_year(captures, second=True)
        one, two = captures["one"], captures["two"]
        if not self._is_month(captures["month"], (one[0], one[1])) and "year2" not in captures:
            return None
        if year2 is not None:
            year = self._year(captures["year"]) if "year" in captures else year2 - (first > last)
            start, end = When.month(year, first), When.month(year2, last)
        else:
            start = self._month_near(first, self._month_direction(span))[0]
            end = When.month(start.first.year + (last < first), last)
        conjunction = self._is((one[1], two[0]), "CONJUNCTION") and not self._is((span[0], one[0]), "BETWEEN")
        if conjunction or end.first < start.first:
            return (Reading(start, timex(start), basis="inferred", span=(span[0], one[1])),
                    Reading(end, timex(end), basis="inferred", span=two))
        when = When(start.first, end.last, Precision.MONTH)
        return Reading(when, timex(start), basis="inferred", parts=((*one, timex(start)), (*two, timex(end))))

    # ------------------------------------------------------------------------------------------------ units

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
            shift = self._shift(captures) or 0
            return self._dated(When.day(self._anchor + timedelta(days=shift)), self._part(captures), "relative")
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
            return _reference(FUTURE_REF if shift == 1 else PAST_REF)
        number, unit = self._number(captures["n"]) or 1, self._unit(captures)
        length = _length(number, unit)
        if shift is None or shift == 0 or unit in ("H", "MIN", "SEC", "WE", "C"):
            return Reading(None, length, DateKind.DURATION, days=_days(number, unit))
        ends = sorted((self._anchor, self._moved(self._anchor, unit, number * shift)))
        precision = {"D": Precision.DAY, "W": Precision.WEEK, "FN": Precision.WEEK, "M": Precision.MONTH,
                     "Q": Precision.MONTH}.get(unit, Precision.YEAR)
        if self._after(span[1]) in self._sets["OF"]:
            return Reading(None, length, DateKind.DURATION, days=_days(number, unit))
        return Reading(When(ends[0], ends[1], precision), length, DateKind.DURATION, "relative", days=_days(number, unit))

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
            return _reference(PAST_REF)
        number, unit = self._number(captures["n"]), self._unit(captures)
        if number is None:
            return _reference(PAST_REF)
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

    # ------------------------------------------------------------------------------------------------ back-references

    def _make_anaphora(self, captures: Captures, span: Span) -> Reading | None:
        shift = self._shift(captures)
        if "part" in captures and "unit" not in captures:
            if shift is None:  # "year-end", "month's end"
                year = month_of(self._anchor) if self._is(span, "MONTHUNIT") else When.year(self._anchor.year)
                return Reading(year, timex(year), basis="relative")
            day = self._day.first if self._day else self._anchor
            next_one = shift == 0 and False
            return self._dated(When.day(day + timedelta(days=shift + next_one)), self._part(captures), "relative")
        unit = self._unit(captures)
        if "before" in captures or "after" in captures:
            if self._after(span[1]) not in self._sets["CLAUSEEND"]:
                return _declined("counted from an event whose day is told elsewhere, if at all")
            shift = -1 if "before" in captures else 1
        if shift is None:
            shift = 0
        if unit == "Q" and shift == 0:
            when = self._quarter or quarter_of(plus_months(self._anchor, -3))
            return Reading(when, timex(when), basis="relative")
        if unit in ("D", "WE"):
            base = self._day
            if base is None:
                if shift == 0:
                    base = When.day(self._anchor)
                else:
                    return _declined("no day before it to count from")
            day = base.last if shift > 0 else base.first
            when = self._unit_at(unit, day, shift)
        else:
            anchored = self._last.first if self._last is not None and not self._is(captures.get("unit"), "NONE") else self._anchor
            if shift == 0 and "shift" not in captures:
                anchored = self._anchor
            when = self._unit_at(unit, anchored, shift)
        if when is None:
            return None
        return Reading(when, self._unit_value(unit, when), basis="relative")

    def _make_offset(self, captures: Captures, span: Span) -> Reading:
        """"Two days later", "a year earlier": counted from the date that was mentioned last."""
        if "n" not in captures:
            return _declined("how many is not told", None)
        number, unit = self._number(captures["n"]), self._unit(captures)
        if "anchor" in captures:
            if number is None:
                return _reference(FUTURE_REF)
            when = self._at_precision(self._moved(self._anchor, unit, number), unit)
            return Reading(when, timex(when), basis="relative")
        direction = self._int("DIRECTION", captures["dir"]) or 1
        length = _length(number, unit)
        if self._is(captures["dir"], "BEFOREAFTER") and self._after(span[1]) not in self._sets["CLAUSEEND"]:
            return Reading(None, length, DateKind.DURATION, "relative",
                           "counted from an event whose day is told elsewhere, if at all", days=_days(number, unit))
        if number is None:
            return _reference(PAST_REF if direction < 0 else FUTURE_REF)
        if unit in ("H", "MIN", "SEC"):
            return _declined("hours or minutes from an event", length, DateKind.DURATION)
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
                return _declined("no day before it to count from")
        moved = self._moved(base.last if direction > 0 else base.first, unit, number * direction)
        when = self._at_precision(moved, unit)
        if unit == "M" and base.precision is Precision.YEAR:
            return _declined("counted in months from a year")
        return Reading(when, timex(when), basis="relative")

    def _make_ahead(self, captures: Captures, span: Span) -> Reading | None:
        """"In two weeks": from the anchor where the clause looks ahead, else a length of time."""
        number, unit = self._number(captures["n"]), self._unit(captures)
        length = _length(number, unit)
        days = _days(number, unit)
        inner = (captures["n"][0], span[1])
        if number is None or self._clauses.direction(*span) <= 0 or unit in ("WE", "C") or not self._is(
                (span[0], span[0] + 1), "IN") or self._is((max(0, span[0] - 12), span[0]), "OCCASION"):
            return Reading(None, length, DateKind.DURATION, days=days, span=inner)
        when = self._at_precision(self._moved(self._anchor, unit, number), unit)
        return Reading(when, timex(when), DateKind.DATE, "relative", days=days)

    # ------------------------------------------------------------------------------------------------ long stretches

    def _make_decade(self, captures: Captures, span: Span) -> Reading:
        if "w" in captures:
            short = self._int("DECADEWORD", captures["w"]) or 0
            year = 1900 + short
        else:
            year = self._digits(captures["d"]) or 0
            if year < 100:
                year += 1900 if year > self._anchor.year % 100 or self._anchor.year < 2000 else 2000
        when = decade(year)
        return Reading(when, f"{year:04d}"[:3])

    def _make_century(self, captures: Captures, span: Span) -> Reading:
        number = self._ordinal(captures["n"])
        first = (number - 1) * 100
        when = When(date(max(first, 1), 1, 1), date(first + 99, 12, 31), Precision.YEAR)
        return Reading(when, f"{number - 1:02d}")

    def _make_season(self, captures: Captures, span: Span) -> Reading | None:
        code = str(self._value("SEASON", captures["season"]))
        if "year" in captures:
            year = self._year(captures["year"])
            return Reading(season(year, code), f"{year}-{code}")
        direction = self._clauses.direction(*span)
        seasons = [season(self._anchor.year + shift, code) for shift in (-1, 0, 1)]
        started = [one for one in seasons if one.first <= self._anchor]
        ahead = [one for one in seasons if one.last >= self._anchor]
        when = ahead[0] if direction > 0 else started[-1]
        return Reading(when, f"{when.first.year}-{code}", basis="inferred")

    def _make_yearspan(self, captures: Captures, span: Span) -> Reading | tuple[Reading, ...] | None:
        first = self._year(captures["year"])
        if "short" in captures:
            short = self._digits(captures["short"]) or 0
            last = first - first % 100 + short
            if not first < last <= first + 20 or not 1900 <= first <= 2100:
                return None
        else:
            last = self._year(captures["year2"])
        if not (1500 <= first <= last <= 2100) or self._before(span[0]) in self._sets["CURRENCY"]:
            return None
        if self._is((captures["one"][1], captures["two"][0]), "CONJUNCTION") and not self._is(
                (span[0], captures["one"][0]), "BETWEEN"):
            return tuple(reading for name in ("one", "two") if (reading := self._plain_year(captures[name])) is not None)
        when = When(date(first, 1, 1), date(last, 12, 31), Precision.YEAR)
        return Reading(when, f"{first}", parts=((*captures["one"], f"{first}"), (*captures["two"], f"{last}")))

    def _plain_year(self, span: Span) -> Reading | None:
        year = self._year(span)
        when = When.year(year)
        return Reading(when, timex(when), span=span)

    def _make_year(self, captures: Captures, span: Span) -> Reading | None:
        year = self._year(captures["year"])
        before, after = self._before(span[0]), self._after(span[1])
        if span[1] - span[0] > 1:
            when = When.year(year)
            return Reading(when, timex(when), span=(captures["year"] if before == PLAIN and False else None))
        if before in self._sets["CURRENCY"] or before in self._sets["SLASH"] or after in self._sets["UNITLIKE"]:
            return None
        prepositional = before in self._sets["PREP"]
        if not (1900 <= year <= 2100) and not (prepositional and 1500 <= year < 1900):
            return None
        if year % 100 == 0 and not prepositional:
            return None
        if after in self._sets["DASH"] and self._after(span[1] + 1) not in self._sets["NUMERAL"]:
            follows = self._words[span[1] + 1] if span[1] + 1 < len(self._words) else ""
            if follows[:1].isupper() and len(follows) < 3:
                return None
        if after == PLAIN and not prepositional and before not in self._sets["THE"] and (
                self._words[span[1]].endswith("s") and year % 10 == 0):
            return None  # "1500 soldiers"
        when = When.year(year)
        return Reading(when, timex(when))

    # ------------------------------------------------------------------------------------------------ clock, sets, lengths

    def _make_clock(self, captures: Captures, span: Span) -> Reading | None:
        clock = self._clock(captures)
        if clock is None:
            return None
        zone = self._clock_zone(captures)
        bare = "zone" not in captures and "noon" not in captures and not self._is(span, "AMPM")
        if bare and not self._is(span, "CLOCKWORD") and self._before(span[0]) not in self._sets["CLOCKPREP"]:
            return None  # a score, a ratio, a verse
        when = When.day(self._anchor).at(clock, zone)
        return Reading(when, timex(when), DateKind.TIME, "inferred", note="clock time alone")

    def _clock(self, captures: Captures) -> time | None:
        if "noon" in captures:
            return time.fromisoformat(str(self._value("NOON", captures["noon"])))
        words = self._words[slice(*captures["time"])]
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
            return self._zone
        span = captures["zone"]
        zone = self._value("ZONE", span) or self._value("ZONEPLACE", span)
        return str(zone) if zone else self._zone

    def _make_partofday(self, captures: Captures, span: Span) -> Reading:
        day = When.day(self._anchor) if self._is(span, "THIS") or self._day is None else self._day
        return self._dated(When.day(day.first), self._part(captures), "relative")

    def _make_set(self, captures: Captures, span: Span) -> Reading:
        reason = "tells how often, not when"
        value: str | None = None
        if "often" in captures:
            value = str(self._value("TIMEXSET", captures["often"]))
        elif "wd" in captures:
            weekday = self._int("WDAY", captures["wd"])
            if weekday is None:
                weekday = self._int("WDAYS", captures["wd"])
            value = f"XXXX-WXX-{(weekday or 0) + 1}"
        elif "unit" in captures:
            number = self._number(captures["n"]) if "n" in captures else 1
            value = _length(number, self._unit(captures))
        elif "month" in captures:
            value = f"XXXX-{self._month(captures['month']):02d}"
        elif "season" in captures:
            value = f"XXXX-{self._value('SEASON', captures['season'])}"
        return _declined(reason, value, DateKind.SET)

    def _make_duration(self, captures: Captures, span: Span) -> Reading | None:
        if "weekslong" in captures:
            word = self._words[captures["weekslong"][0]].lower()
            unit = next((code for name, code in self._lexicon.values["UNIT"].items() if word.startswith(name)), "D")
            return Reading(None, f"P1{unit}", DateKind.DURATION, days=_days(1, unit))
        if "unit" not in captures:
            unit = str(self._value("UNITS", captures["vague"]) or self._value("UNIT", captures["vague"]))
            return Reading(None, _length(None, unit), DateKind.DURATION)
        unit = self._unit(captures)
        if "n" not in captures:
            return Reading(None, _length(None, unit), DateKind.DURATION)
        number = self._number(captures["n"])
        if unit == "SEC" and not self._is(captures["n"], "NUMERAL"):
            return None
        return Reading(None, _length(number, unit), DateKind.DURATION, days=_days(number, unit))

    def _make_present(self, captures: Captures, span: Span) -> Reading:
        return _reference(PRESENT_REF)

    def _make_past(self, captures: Captures, span: Span) -> Reading:
        return _reference(PAST_REF)

    def _make_future(self, captures: Captures, span: Span) -> Reading | None:
        if self._is(span, "SOON") and span[1] - span[0] == 1 and self._after(span[1]) in self._sets["ASAFTER"]:
            return None
        return _reference(FUTURE_REF)


def _length(number: int | None, unit: str) -> str:
    """TIMEX3 value of a duration: `P3D`, `PT2H`, `PXW`."""
    count = "X" if number is None else str(number)
    if unit in ("H", "MIN", "SEC"):
        return f"PT{count}{unit[0]}"
    if number is not None and unit in ("E", "C", "FN", "WE", "Q"):
        factor, letter = {"E": (10, "Y"), "C": (100, "Y"), "FN": (2, "W"), "WE": (2, "D"), "Q": (1, "Q")}[unit]
        return f"P{number * factor}{letter}"
    return f"P{count}{unit}"


def _days(number: int | None, unit: str) -> int | None:
    """Length in days where the unit is a day or a week."""
    factor = {"D": 1, "W": 7, "FN": 14, "WE": 2}.get(unit)
    return None if number is None or factor is None or number * factor > 10_000 else number * factor


def _holiday(rule: str, year: int) -> date:
    """A named day by its rule in the lexicon: `12-25`, `4th thu 11`, `last mon 5`, `easter-2`."""
    if rule.startswith("easter"):
        return easter(year) + timedelta(days=int(rule[6:] or 0))
    if " " not in rule:
        month, day = rule.split("-")
        return date(year, int(month), int(day))
    which, name, month_text = rule.split(" ")
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name)
    if which == "last":
        last = When.month(year, int(month_text)).last
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, int(month_text), 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (int(which[0]) - 1))
