"""`When`: a stretch of whole days with the precision that a source gave it.

One convention everywhere: `first` and `last` are both *inclusive* days. At day precision the length is how long the
event lasts; at a coarser precision it is the window the event falls in.
"""
from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from datetime import time as clock_time  # the field `time` hides the name in the class
from enum import StrEnum
from typing import Self


class Precision(StrEnum):
    """How exactly a source told the time, finest first."""

    MINUTE = "minute"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def rank(self) -> int:
        """0 for minute up to 5 for year: a smaller rank is more exact."""
        return _RANK[self]


_RANK = {precision: rank for rank, precision in enumerate(Precision)}


@dataclass(frozen=True, slots=True)
class When:
    """First and last day (inclusive), precision, and clock time with IANA zone where the source gave one.

    Raises `ValueError` where `last` lies before `first`, or where precision `minute` has no `time`.
    """

    first: date
    last: date
    precision: Precision = Precision.DAY
    time: clock_time | None = None
    time_zone: str | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"last day {self.last} lies before first day {self.first}")
        if (self.precision is Precision.MINUTE) != (self.time is not None):
            raise ValueError("precision 'minute' and a clock time go together")

    @classmethod
    def day(cls, day: date) -> Self:
        return cls(day, day)

    @classmethod
    def days(cls, first: date, last: date) -> Self:
        """An occasion that lasts from `first` to `last`."""
        return cls(first, last)

    @classmethod
    def week(cls, day: date) -> Self:
        """The ISO week (Monday to Sunday) that holds `day`."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6), Precision.WEEK)

    @classmethod
    def weekend(cls, day: date) -> Self:
        """Saturday and Sunday of the ISO week that holds `day`."""
        saturday = day - timedelta(days=day.weekday()) + timedelta(days=5)
        return cls(saturday, saturday + timedelta(days=1))

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]), Precision.MONTH)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        last = quarter * 3
        return cls(date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]), Precision.QUARTER)

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)

    def at(self, clock: clock_time, zone: str | None) -> When:
        """The same single day with a clock time. Raises `ValueError` where this is no single day."""
        if self.first != self.last:
            raise ValueError("a clock time needs a single day")
        return replace(self, precision=Precision.MINUTE, time=clock, time_zone=zone)

    @property
    def length(self) -> int:
        """Number of days, at least 1."""
        return (self.last - self.first).days + 1

    @property
    def exact(self) -> bool:
        """Whether the days themselves are told (precision minute or day)."""
        return self.precision is Precision.DAY or self.precision is Precision.MINUTE

    @property
    def start(self) -> str:
        """`start` of the event JSON: ISO 8601 at this precision (`2023-11-09`, `2023-09`, `2023`)."""
        return _iso(self.first, self.precision)

    @property
    def end(self) -> str | None:
        """`end` of the event JSON: only where the occasion lasts past `start`'s own unit."""
        text = _iso(self.last, self.precision)
        return None if text == self.start else text

    def edtf(self) -> str:
        """Extended Date/Time Format, ISO 8601-2:2019 (level 0 and 1): `2023-11-27/2023-11-28`, `2023-09`."""
        if self.time is not None:
            return f"{self.first.isoformat()}T{self.time:%H:%M}"
        return self.start if self.end is None else f"{self.start}/{self.end}"

    def overlaps(self, other: When) -> bool:
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: When) -> bool:
        return self.first <= other.first and other.last <= self.last

    def gap_days(self, other: When) -> int:
        """Days between the two stretches, 0 where they touch or overlap."""
        return max(0, (other.first - self.last).days, (self.first - other.last).days)

    @classmethod
    def parse(cls, start: str, end: str | None = None, precision: str | None = None,
              clock: str | None = None, zone: str | None = None) -> When:
        """Read the `start`, `end`, `precision`, `time`, `time_zone` of the event JSON back.

        Raises `ValueError` where `start` or `end` is no ISO 8601 date, month or year.
        """
        first, unit = _bounds(start)
        last, _ = _bounds(end) if end else (first, unit)
        stated = Precision(precision) if precision else unit
        if stated is Precision.MINUTE and clock is None:
            stated = Precision.DAY
        at = clock_time.fromisoformat(clock) if clock and stated.rank <= Precision.DAY.rank else None
        if at is not None:
            stated = Precision.MINUTE
        return cls(first[0], max(first[1], last[1]), stated, at, zone if at is not None else None)


def _iso(day: date, precision: Precision) -> str:
    if precision is Precision.YEAR:
        return f"{day.year:04d}"
    if precision in (Precision.MONTH, Precision.QUARTER):
        return f"{day.year:04d}-{day.month:02d}"
    return day.isoformat()


def _bounds(text: str) -> tuple[tuple[date, date], Precision]:
    if len(text) == 10 and text[4] == text[7] == "-":  # most are days, and this is the quick way
        day = date.fromisoformat(text)
        return (day, day), Precision.DAY
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        when = When.year(parts[0])
    elif len(parts) == 2:
        when = When.month(parts[0], parts[1])
    elif len(parts) == 3:
        when = When.day(date(parts[0], parts[1], parts[2]))
    else:
        raise ValueError(f"not an ISO 8601 date: {text!r}")
    return (when.first, when.last), when.precision
