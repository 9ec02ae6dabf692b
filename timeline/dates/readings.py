"""What each rule's match denotes: from words and an anchor to a stretch of days.

The functions know no language: words reach them as values of classes. A function `_make_…` belongs to the rules whose
`make` bears its name; it returns None where the words are no expression of time after all.
"""
from __future__ import annotations

from collections.abc import Callable

from timeline.dates.clocks import ClockReadings
from timeline.dates.periods import PeriodReadings
from timeline.dates.reading import Captures, Reading, Span, declined
from timeline.dates.units import UnitReadings


class Reader(UnitReadings, PeriodReadings, ClockReadings):
    """Reads the matches of one text in their order."""

    def read(self, make: str, captures: Captures, span: Span) -> Reading | tuple[Reading, ...] | None:
        """The reading of a match; days that the calendar does not have are declined."""
        maker: Callable[[Captures, Span], Reading | tuple[Reading, ...] | None] = getattr(self, f"_make_{make}")
        try:
            result = maker(captures, span)
        except (ValueError, OverflowError):
            return declined("there is no such day in the calendar")
        for reading in result if isinstance(result, tuple) else (result,) if result else ():
            self._remember(reading, (reading.span or span)[1])
        return result
