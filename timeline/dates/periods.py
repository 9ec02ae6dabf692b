"""Readings of months, quarters, halves, seasons, years and longer stretches."""
from __future__ import annotations

from datetime import date

from timeline.dates.calendar import decade, plus_months, quarter_of, season, timex
from timeline.dates.lexicon import CAPITALISED, PLURAL
from timeline.dates.reading import Captures, Reading, Span
from timeline.dates.words import Words
from timeline.when import Precision, When

# Days by which a month must be nearer to be chosen against the tense of its clause: of a far verb, of a near one.
_AGAINST_TENSE = {0: 0, 1: 130, 2: 300}


class PeriodReadings(Words):
    """What the rules that end in a stretch of the calendar denote."""

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
            if "qn" in captures and not self._tokens.word(captures["qn"][0] - 1).isupper():
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

    def _month_near(self, month: int, direction: int) -> tuple[When, When]:
        """The month that the anchor lies in or that lies nearest, and the one on the other side."""
        year = self._anchor.year
        past = When.month(year if month <= self._anchor.month else year - 1, month)
        future = When.month(year if month >= self._anchor.month else year + 1, month)
        if past == future:
            return past, When.month(year + (1 if direction < 0 else -1), month)
        day = When.day(self._anchor)
        ahead = future.gap_days(day) + _AGAINST_TENSE[max(0, -direction)]
        back = past.gap_days(day) + _AGAINST_TENSE[max(0, direction)]
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
            return Reading(when, timex(when), basis="relative", other=When.month(when.first.year + (shift or -1), month))
        if not self._is_month(captures["month"], span):
            return None
        near, other = self._month_near(month, self._month_direction(span))
        named = self._year_of_sentence(span)
        if named is not None and named not in (near.first.year, self._anchor.year):
            return Reading(When.month(named, month), f"{named}-{month:02d}", basis="inferred", other=near)
        return Reading(near, timex(near), basis="inferred", other=other)

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
        word = self._tokens.word(index)
        before = self._before(span[0])
        if self._row[index] in self._sets["MONTHABBR"]:
            return before in self._sets["PREP"] and self._after(index + 1) in self._sets["DOT"]
        if self._row[index] not in self._sets["AMBIGUOUSMONTH"]:
            return True
        if word.isupper() and len(word) > 1 and before not in self._sets["PREP"]:
            return False
        if before in self._sets["TITLEWORD"] or (before == CAPITALISED and not self._is((span[0], index), "PARTADJ")):
            return False
        after = self._after(span[1])
        if after == CAPITALISED and before not in self._sets["PREP"] and before not in self._sets["SPECIFIER"]:
            return False  # "April Smith", but "the June G7 summit"
        if span[0] < index or before in self._sets["MONTHPREP"]:
            return True
        if self._row[index] in self._sets["MARCH"] and after in self._sets["MARCHING"]:
            return False  # "the March for Life"
        if self._row[index] in self._sets["MAY"] and self._month_is_name:
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
            return self._plain_year(captures["one"], first), self._plain_year(captures["two"], last)
        when = When(date(first, 1, 1), date(last, 12, 31), Precision.YEAR)
        return Reading(when, f"{first}", parts=((*captures["one"], f"{first}"), (*captures["two"], f"{last}")))

    def _plain_year(self, span: Span, year: int) -> Reading:
        when = When.year(year)
        return Reading(when, timex(when), span=span)

    def _make_year(self, captures: Captures, span: Span) -> Reading | None:
        year = self._year(captures["year"])
        before, after = self._before(span[0]), self._after(span[1])
        if span[1] - span[0] > 1:
            return self._plain_year(span, year)
        if before in self._sets["NOYEAR"] or after in self._sets["UNITLIKE"]:
            return None
        prepositional = before in self._sets["PREP"]
        if not (1900 <= year <= 2100) and not (prepositional and 1500 <= year < 1900):
            return None
        if year % 100 == 0 and not prepositional:
            return None
        if after == PLURAL and not prepositional and before not in self._sets["THE"] and year % 10 == 0:
            return None  # "1500 soldiers"
        when = When.year(year)
        return Reading(when, timex(when))
