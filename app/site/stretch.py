"""The stretch of days that a picture shows: as the address asks for it, or one in which there is something to be seen."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

__all__ = ["Stretch", "asked_stretch", "stretch_of", "whole", "year_of"]

_ENOUGH = 30  # of a year, to be a map of its own
_BEFORE, _AFTER = 90, 60  # days around today, of more
_SHORT = 28  # days of a picture that nobody has asked to be shorter
_LEAST = 7
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Count = Callable[["Stretch", int], int]
"""How many events overlap a stretch, or the number that is given where they are as many."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """`3 – 9 Nov 2023`, `26 Oct 2023 – 26 Mar 2024`."""
        first, last = self.first, self.last
        end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
        if first == last:
            return end
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} – {end}"
        year = "" if first.year == last.year else f" {first.year}"
        return f"{first.day} {_MONTHS[first.month - 1]}{year} – {end}"

    def moved(self, share: float) -> Stretch:
        """By a share of its length, to the later where positive."""
        step = round(self.days * share)
        return _within(self.first, self.last, step, step)

    def scaled(self, factor: float) -> Stretch:
        """About its middle; a week at least."""
        more = max(round(self.days * (factor - 1) / 2), -((self.days - _LEAST) // 2) if self.days > _LEAST else 0)
        return _within(self.first, self.last, -more, more)


def _within(first: date, last: date, before: int, after: int) -> Stretch:
    """Some days earlier or later at both ends, but not past those of the calendar."""
    low, high = date.min.toordinal(), date.max.toordinal()
    return Stretch(date.fromordinal(min(max(first.toordinal() + before, low), high)), date.fromordinal(min(max(last.toordinal() + after, low), high)))


def asked_stretch(asked: dict[str, Any], fallback: Stretch) -> Stretch | None:
    """What `from` and `to` say; one that is missing is that of `fallback`. None where neither is given, or they are the wrong way round."""
    if "from_" not in asked and "to" not in asked:
        return None
    first = asked["from_"].first if "from_" in asked else min(fallback.first, asked["to"].first)
    last = asked["to"].last if "to" in asked else max(fallback.last, asked["from_"].last)
    return Stretch(first, last) if first <= last else None


def whole(ends: tuple[str, str] | None, today: date) -> Stretch:
    """All that the events cover, of whose first and last day are given; the days around today where there are none."""
    if ends is None:
        return Stretch(today - timedelta(_BEFORE), today + timedelta(_AFTER))
    return Stretch(date.fromisoformat(ends[0]), date.fromisoformat(ends[1]))


def stretch_of(days: Sequence[str], everything: Stretch) -> Stretch:
    """What a picture over time shows where the address says nothing: the first days that are given (in their order), but for the
    few outermost, so that one event of long ago does not press all others together; four weeks at least."""
    if not days:
        return everything
    few = len(days) // 20
    first, last = date.fromisoformat(days[few]), date.fromisoformat(days[-1 - few])
    edge = max(2, (last - first).days // 25, (_SHORT - (last - first).days) // 2)
    return _within(first, last, -edge, edge)


def year_of(everything: Stretch, today: date, count: Count) -> Stretch:
    """What a map shows where the address says nothing: the last twelve months and what is planned; all, where that is little."""
    year = Stretch(today - timedelta(365), max(today, everything.last))
    return year if year.first > everything.first and count(year, _ENOUGH) >= _ENOUGH else everything
