"""How many events there were in each year, as a small drawing of bars. Lengths are units of the SVG."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

__all__ = ["Bar", "YearBars", "year_bars"]

WIDTH, HEIGHT, FOOT, HEAD = 360, 84, 18, 16  # the years stand in the foot, the numbers in the head
LONGEST = 60
"""Years that are drawn; those before are told in words."""

_LABEL = 34  # what a year takes
_BROADEST = 48


@dataclass(frozen=True, slots=True)
class Bar:
    year: str
    events: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    labelled: bool  # whether there is room for the year below it
    counted: bool  # and for the number above


@dataclass(frozen=True, slots=True)
class YearBars:
    width: int
    height: int
    baseline: int
    bars: tuple[Bar, ...]
    before: int  # events of years that are too long ago to be drawn


def year_bars(years: Mapping[str, int]) -> YearBars:
    """The drawing of the numbers of events by year (four digits); years in between that have none are left empty."""
    if not years:
        return YearBars(WIDTH, HEIGHT, HEIGHT - FOOT, (), 0)
    last = int(max(years))
    first = max(int(min(years)), last - LONGEST + 1)
    shown = {f"{year:04}": years.get(f"{year:04}", 0) for year in range(first, last + 1)}
    step = min(WIDTH / len(shown), _BROADEST)
    gap = min(4.0, step * 0.25)
    each = ceil(_LABEL / step)
    most, room = max(shown.values()) or 1, HEIGHT - FOOT - HEAD
    bars = []
    for place, (year, events) in enumerate(shown.items()):
        height = round(max(room * events / most, 2.0 if events else 0.0), 1)
        bars.append(Bar(year, events, round(place * step + gap / 2, 1), round(HEIGHT - FOOT - height, 1), round(step - gap, 1), height,
                        round((place + 0.5) * step, 1), (len(shown) - 1 - place) % each == 0, bool(events) and step >= 8 * len(str(events))))
    return YearBars(WIDTH, HEIGHT, HEIGHT - FOOT, tuple(bars), sum(years.values()) - sum(shown.values()))
