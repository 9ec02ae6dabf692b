"""Words of a match as values, and what a reader keeps of the expressions before."""
from __future__ import annotations

import re
from datetime import date
from functools import cached_property

from timeline.dates.calendar import timex
from timeline.dates.clause import Clauses
from timeline.dates.lexicon import PLAIN, Lexicon
from timeline.dates.reading import Captures, Reading, Span
from timeline.dates.row import Tokens
from timeline.mentions import DateKind
from timeline.when import Precision, When

_DIGITS = re.compile(r"\d+")
SENTENCE_YEAR = 20  # tokens within which a year reaches a month or a day after it


class Words:
    """One text under reading: the values of its words, and the day and the period mentioned last.

    Every function takes a span in tokens: first, last exclusive.
    """

    def __init__(self, lexicon: Lexicon, tokens: Tokens, anchor: date) -> None:
        self._lexicon, self._tokens, self._row = lexicon, tokens, tokens.row
        self._anchor = anchor
        self._clauses = Clauses(lexicon, tokens)
        self._sets = lexicon.cues
        self._day: When | None = None  # the last stretch of days that was mentioned
        self._day_at: int | None = None  # the token at which it ended
        self._last: When | None = None  # the last stretch at any precision
        self._last_at = 0  # the token at which it ended
        self._quarter: When | None = None  # the last quarter

    @cached_property
    def _month_is_name(self) -> bool:
        """Whether the text knows a person by the name of a month ("Mrs May")."""
        return self._lexicon.names_person(self._row)

    def together(self, one: int, other: int) -> bool:
        """Whether two tokens, in their order, stand in one sentence."""
        return other < self._clauses.sentence(one, one + 1)[1]

    def _remember(self, reading: Reading, end: int) -> None:
        when = reading.when
        if reading.kind is DateKind.DURATION and re.fullmatch(r"P(6|9|12)M", reading.timex or ""):
            self._quarter = None  # "for the nine months": what follows is compared with those
        if when is None or reading.declined or reading.kind is DateKind.DURATION:
            return
        self._last, self._last_at = when, end
        if when.exact:
            self._day, self._day_at = when, end
        if when.precision is Precision.QUARTER and reading.timex and "Q" in reading.timex and reading.basis != "relative":
            self._quarter = when

    def _value(self, name: str, span: Span) -> object:
        """Value of the first token in the span that has one in this class."""
        values = self._lexicon.values.get(name, {})
        for word in self._tokens.words(*span):
            value = values.get(word.lower())
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
        for word in self._tokens.words(*span):
            if word[0].isdigit():
                return int(_DIGITS.match(word.replace(",", ""))[0])  # type: ignore[index]
        return None

    def _ordinal(self, span: Span) -> int:
        number = self._digits(span)
        if number is None:
            parts = [value for word in self._tokens.words(*span) for name in ("ORD", "CARD")
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
            value = self._lexicon.value("CARD", self._tokens.word(index))
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
        values = [value for word in self._tokens.words(*span) if (value := self._lexicon.value("CARD", word))]
        if len(values) >= 2 and values[1] == 1000:
            return int(values[0] * 1000 + sum(values[2:]))
        if len(values) >= 2:
            return int(values[0] * 100 + sum(values[1:]))
        raise ValueError("no year")

    def _stated_year(self, captures: Captures, second: bool = False) -> int | None:
        if second and "year2" in captures:
            return self._year(captures["year2"])
        if "year" in captures:
            return self._year(captures["year"])
        for index in range(*captures.get("rel", (0, 0))):
            shift = self._lexicon.value("SHIFT", self._tokens.word(index))
            if shift is not None:
                return self._anchor.year + int(shift)
            shift = self._lexicon.value("ANASHIFT", self._tokens.word(index))
            if shift is not None:  # "in October that year"
                return (self._last.first.year if self._last else self._anchor.year) + int(shift)
        return None

    def _year_of_sentence(self, span: Span) -> int | None:
        """The year that this sentence has named last ("the 2024 summit in July"), None where it named none."""
        last = self._last
        if last is None or last.precision is not Precision.YEAR or last.first.year != last.last.year:
            return None
        if span[0] - self._last_at > SENTENCE_YEAR or self._is((self._last_at - 3, self._last_at), "SINCE"):
            return None
        return last.first.year if self._last_at >= self._clauses.sentence(*span)[0] else None

    def _unit(self, captures: Captures) -> str:
        value = self._value("UNIT", captures["unit"]) or self._value("UNITS", captures["unit"])
        return str(value or self._value("CLOCKUNIT", captures["unit"]))

    def _shift(self, captures: Captures, name: str = "shift") -> int | None:
        """-1, 0 or 1; the last of several words decides ("this past", "this coming")."""
        shift: int | None = None
        for key in (name, name + "2"):
            for index in range(*captures.get(key, (0, 0))):
                for table in ("SHIFT", "ANASHIFT"):
                    value = self._lexicon.value(table, self._tokens.word(index))
                    if value is not None:
                        shift = int(value)
        return shift

    def _is(self, span: Span, name: str) -> bool:
        return any(symbol in self._sets[name] for symbol in self._row[span[0]:span[1]])

    def _before(self, index: int) -> str:
        return self._row[index - 1] if index > 0 else PLAIN

    def _after(self, index: int) -> str:
        return self._row[index] if index < len(self._row) else PLAIN

    def _part(self, captures: Captures, name: str = "part") -> str:
        code = self._value("PARTOFDAY", captures[name]) if name in captures else None
        return f"T{code}" if code else ""

    def _dated(self, when: When, suffix: str, basis: str, other: When | None = None) -> Reading:
        kind = DateKind.TIME if suffix else DateKind.DATE
        return Reading(when, timex(when) + suffix, kind, basis, other=other)
