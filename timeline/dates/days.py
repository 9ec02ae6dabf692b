"""Readings of days: calendar dates, weekdays, today, named days; and of names that only look like dates."""
from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta

from timeline.dates.calendar import holiday, month_of, plus_months, timex
from timeline.dates.lexicon import CAPITALISED, PLAIN, PLURAL
from timeline.dates.reading import PAST_REF, Captures, Reading, Span, declined
from timeline.dates.words import Words
from timeline.mentions import DateKind
from timeline.when import When

_TYPO = 60  # days: a weekday that contradicts a date so near is a slip, not the date of another year


class DayReadings(Words):
    """What the rules that end in a day denote."""

    def _make_named(self, captures: Captures, span: Span) -> Reading:
        value = None
        if "month" in captures:
            when, _ = self._day_of_year(self._month(captures["month"]), self._ordinal(captures["day"]), 0)
            value = timex(when)
        return declined("names an event, not a time", value)

    def _make_name(self, captures: Captures, span: Span) -> Reading:
        return declined("part of a name")

    def _make_age(self, captures: Captures, span: Span) -> Reading:
        number = self._number(captures["n"]) if "n" in captures else None
        unit = self._unit(captures) if "unit" in captures else "Y"
        return declined("an age", f"P{number}{unit}" if number else None, DateKind.DURATION)

    def _day_of_year(self, month: int, day: int, direction: int) -> tuple[When, When | None]:
        """The day nearest to the anchor, and the nearest on the other side. `direction` decides near ties."""
        days = []
        reach = 8 if (month, day) == (2, 29) else 1  # years to the next such day
        for year in range(self._anchor.year - reach, self._anchor.year + reach + 1):
            try:
                days.append(date(year, month, day))
            except ValueError:
                continue
        if not days:
            raise ValueError("no such day")
        # News tells of the past unless it says otherwise; a clear tense decides where both years are about as near.
        against = {-1: (0, 120), 0: (0, 60), 1: (120, 0)}[max(-1, min(1, direction))]
        days.sort(key=lambda one: abs(one - self._anchor).days + against[one > self._anchor])
        best = days[0]
        other = next((one for one in days[1:] if (one > self._anchor) != (best > self._anchor)), None)
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
        weekday_at = captures.get("wd", captures.get("wd2"))
        weekday = self._weekday(weekday_at) if weekday_at else None
        if year is not None:
            when = When.day(date(year, month, day))
            note = None
            if weekday is not None and when.first.weekday() != weekday:
                note = f"{when.first.isoformat()} is no such weekday; the date is kept, for it has its year"
            return Reading(when, timex(when), basis="stated", note=note)
        direction = self._clauses.direction(*span)
        when, other = self._day_of_year(month, day, direction)
        shift = self._shift(captures)
        named = self._year_of_sentence(span)
        if named is not None and named not in (when.first.year, self._anchor.year) and weekday is None:
            then = When.day(date(named, month, day))
            return Reading(then, timex(then), basis="inferred", other=when)
        if self._before(span[0]) in self._sets["SINCEONLY"]:
            shift = -1
        if shift and other and (when.first > self._anchor) != (shift > 0):
            when, other = other, when
        if weekday is None or when.first.weekday() == weekday:
            return Reading(when, timex(when), basis="inferred", other=other)
        agreeing = self._year_with(weekday, month, day) if abs(when.first - self._anchor).days >= _TYPO else None
        if agreeing is not None:
            return Reading(agreeing, timex(agreeing), basis="inferred", other=when)
        near, _ = self._weekday_near(weekday, direction)
        return Reading(When.day(near), near.isoformat(), basis="inferred", other=when,
                       note=f"the weekday contradicts {when.first.isoformat()}; the weekday near the anchor is kept")

    def _year_with(self, weekday: int, month: int, day: int) -> When | None:
        """The day in the anchor's year, the one before or the one after, if it has this weekday in one of them."""
        for year in (self._anchor.year, self._anchor.year - 1, self._anchor.year + 1):
            if (month, day) != (2, 29) or isleap(year):
                candidate = date(year, month, day)
                if candidate.weekday() == weekday:
                    return When.day(candidate)
        return None

    def _make_numeric(self, captures: Captures, span: Span) -> Reading | None:
        if "y" not in captures:  # 9.11.2023: day, month, year
            first, second, year = (int(part) for part in self._tokens.word(span[0]).split("."))
            if year < 1000 or not 1 <= second <= 12 or not 1 <= first <= 31:
                return None
            when = When.day(date(year, second, first))
            return Reading(when, timex(when))
        year, a, b = (int(self._tokens.word(captures[name][0])) for name in "yab")
        if captures["y"][0] < captures["a"][0]:
            if not 1 <= a <= 12 or not 1 <= b <= 31:
                return None
            when = When.day(date(year, a, b))
            return Reading(when, timex(when))
        if len(self._tokens.word(captures["y"][0])) == 2:
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
                return declined("day and month may be either way round")
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
        listed = self._is((captures["one"][1], captures["two"][0]), "DAYNUM")  # "November 9, 10 and 11"
        if last < first or (last - first).days > 200 or (apart and (last - first).days != 1 + listed):
            return tuple(Reading(When.day(day), day.isoformat(), basis=basis, span=captures[name])
                         for day, name in ((first, "one"), (last, "two")))
        return Reading(When.days(first, last), first.isoformat(), basis=basis, parts=parts)

    def _make_monthday(self, captures: Captures, span: Span) -> Reading | None:
        day = self._ordinal(captures["day"])
        if span[1] < len(self._row) and self._row[span[1]] in (PLAIN, PLURAL, CAPITALISED) and "wd" not in captures:
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

    def _make_weekday(self, captures: Captures, span: Span) -> Reading:
        weekday = self._weekday(captures["wd"])
        monday = self._anchor - timedelta(days=self._anchor.weekday())
        suffix = self._part(captures)
        if "unit" in captures or ((shift := self._shift(captures)) is None and "n" in captures):
            number = self._number(captures["n"])
            if number is None:
                return declined("how many is not told", PAST_REF)
            ago = self._is(span, "AGO")
            near, _ = self._weekday_near(weekday, -1 if ago else 1)
            day = near + timedelta(days=7 * number * (-1 if ago else 1))
            return self._dated(When.day(day), suffix, "relative")
        if shift is not None and self._is(span, "WEEK"):
            return self._dated(When.day(monday + timedelta(days=weekday + 7 * shift)), suffix, "relative")
        anaphoric = shift is not None and self._is(captures["shift"], "ANASHIFT")
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
        """The day that this sentence says comes first ("on Sunday before returning home on Wednesday")."""
        if self._day is None or self._day_at is None:
            return None
        left, _ = self._clauses.sentence(*span)
        if self._day_at < left or not self._is((self._day_at, span[0]), "FOLLOWON"):
            return None
        return self._day.last

    def _make_wdspan(self, captures: Captures, span: Span) -> Reading | tuple[Reading, ...]:
        first, last = self._weekday(captures["wd"]), self._weekday(captures["wd2"])
        direction = self._clauses.direction(*span)
        start, other = self._weekday_near(first, direction)
        if "shift" in captures:
            one = self._make_weekday({"wd": captures["wd"], "shift": captures["shift"]}, captures["one"])
            start = one.when.first if one.when else start
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

    def _make_today(self, captures: Captures, span: Span) -> Reading:
        if "day" not in captures:  # "tonight", "overnight"
            return self._dated(When.day(self._anchor), "TNI", "relative")
        shift = self._int("TODAY", captures["day"]) or 0
        if "before" in captures or "after" in captures:
            shift *= 2
        return self._dated(When.day(self._anchor + timedelta(days=shift)), self._part(captures), "relative")

    def _make_holiday(self, captures: Captures, span: Span) -> Reading | None:
        words = " ".join(self._tokens.words(*captures["day"])).lower().replace("’", "'").replace(" '", "'")
        rule = self._lexicon.holidays.get(words)
        if rule is None:
            return None
        if "year" in captures:
            when = When.day(holiday(rule, self._year(captures["year"])))
            return Reading(when, timex(when))
        days = [holiday(rule, year) for year in range(self._anchor.year - 1, self._anchor.year + 2)]
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
