"""Events over time as an SVG that needs no script: lanes of points and bars, each a link.

Places to the right are shares of the width, so that the picture fits any screen and its words keep their size; heights are
pixels. `app/static/timeline.js` draws the same picture again, where scripts run, to be zoomed: a change here belongs there too.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from markupsafe import Markup

from app.site.event_line import date_words
from app.site.stretch import Stretch
from app.store.marks import Mark
from timeline.clean import clean_line
from timeline.model import Status
from timeline.when import Precision, When

__all__ = ["LANES", "Lane", "lanes_of", "picture"]

LANES = ("country", "actor", "type")
OTHERS = ""  # the key of the lane of those that belong to none that is shown

_MOST_LANES = 8
_WIDTH = 760  # pixels that the picture is stacked for; it is shown wider or narrower
_AXIS = 30  # pixels above the lanes
_LOWEST, _HIGHEST, _TOGETHER = 60, 190, 900  # of one lane, and of all of them where they would be higher
_LABEL, _BELOW = 24, 16  # pixels of a lane above its points, and below its line
_SLOT, _ROW = 9.5, 10.0  # pixels that a point takes, to the right and upwards
_SOFT = 5.0  # and a window, downwards
_LAST_WORDS = 95.0  # per cent of the width, after which there is no room for a day's words
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Lane:
    key: str
    label: str
    marks: Sequence[Mark]


def lanes_of(marks: Sequence[Mark], by: str, label: Callable[[str], str]) -> list[Lane]:
    """The most frequent countries, actors or types of these events, each with all of its events: one of two parties stands in two
    lanes. What is filtered for has all events, and so the first lane. Those that are in no lane have one of their own, the last."""
    counts = Counter(key for mark in marks for key in keys_of(mark, by))
    chosen = sorted(counts, key=lambda key: (-counts[key], key))[:_MOST_LANES]
    lanes = [Lane(key, label(key), [mark for mark in marks if key in keys_of(mark, by)]) for key in chosen]
    others = [mark for mark in marks if not set(keys_of(mark, by)) & set(chosen)]
    return [*lanes, Lane(OTHERS, "All others" if lanes else "Events", others)] if others else lanes


def keys_of(mark: Mark, by: str) -> tuple[str, ...]:
    return {"country": mark.countries, "actor": mark.actors, "type": (mark.type,)}[by]


def picture(lanes: Sequence[Lane], shown: Stretch, today: date, path: Callable[[str], str]) -> Markup:
    """The SVG. `path` gives the address of an event's page by its id."""
    stacks = [_Stack.of(lane, shown) for lane in lanes]
    heights = lane_heights([stack.height for stack in stacks])
    total = _AXIS + sum(heights)
    drawn = [f'<svg class="drawn" width="100%" height="{total}" aria-hidden="true" focusable="false">{_DEFINITIONS}']
    for place, (day, words, minor) in enumerate(ticks(shown)):
        x = _share(day, shown)
        text = f'<text x="{x}" y="14" dx="4">{words}</text>' if float(x[:-1]) < _LAST_WORDS else ""  # else they would be cut off
        drawn.append(f'<g class="tick{" odd" if place % 2 else ""}{" minor" if minor else ""}"><line x1="{x}" x2="{x}" y1="20" y2="{total}"/>{text}</g>')
    if shown.first <= today <= shown.last:
        x = _share(today, shown, 0.5)
        drawn.append(f'<line class="now" x1="{x}" x2="{x}" y1="20" y2="{total}"/>')
    top = _AXIS
    for lane, stack, height in zip(lanes, stacks, heights, strict=True):
        drawn += _drawn_lane(lane, stack, top, height, shown, today, path)
        top += height
    return Markup("".join([*drawn, "</svg>"]))  # noqa: S704 - its texts are escaped


@dataclass(frozen=True, slots=True)
class _Stack:
    """In which row above the line each event stands whose days are told, and in which below it each of the others."""

    exact: Sequence[Mark]
    rows: Sequence[int]
    soft: Sequence[Mark]
    soft_rows: Sequence[int]

    @classmethod
    def of(cls, lane: Lane, shown: Stretch) -> _Stack:
        scale = _WIDTH / shown.days
        exact = [mark for mark in lane.marks if _exact(mark)]
        soft = [mark for mark in lane.marks if not _exact(mark)]
        return cls(exact, stacked([_taken(mark, shown, scale) for mark in exact]), soft, stacked([_span(mark, shown, scale) for mark in soft]))

    @property
    def height(self) -> float:
        """That of a lane in which nothing need be pressed together."""
        return _LABEL + _BELOW + _ROW * (max(self.rows, default=0) + 1)


def lane_heights(wanted: Sequence[float]) -> list[int]:
    """What lanes get that want so much."""
    heights = [min(max(height, _LOWEST), _HIGHEST) for height in wanted]
    over = sum(height - _LOWEST for height in heights)
    share = min(1.0, max(_TOGETHER - _LOWEST * len(heights), 0) / over) if over else 1.0
    return [round(_LOWEST + (height - _LOWEST) * share) for height in heights]


def _drawn_lane(lane: Lane, stack: _Stack, top: int, height: int, shown: Stretch, today: date, path: Callable[[str], str]) -> list[str]:
    base = top + height - _BELOW
    row = min(_ROW, (height - _LABEL - _BELOW) / (max(stack.rows, default=0) + 1))
    soft_row = min(_SOFT, (_BELOW - 4) / (max(stack.soft_rows, default=0) + 1))
    thick = min(7.0, max(row - 1, 2.0))
    drawn = [f'<g class="lane"><text class="label" x="0" y="{top + 17}">{escape(lane.label)} <tspan>{len(lane.marks)}</tspan></text>'
             f'<line class="base" x1="0" x2="100%" y1="{base}" y2="{base}"/>']
    for mark, place in zip(stack.soft, stack.soft_rows, strict=True):
        left, right = _share(_day(mark.first), shown), _share(_day(mark.last), shown, 1.0)
        drawn.append(_linked(mark, today, path, f'<rect class="soft" x="{left}" width="{_width(left, right)}" '
                                                f'y="{base + 3 + place * soft_row:.1f}" height="4" rx="2"/>'))
    for mark, place in zip(stack.exact, stack.rows, strict=True):
        y = base - 6 - place * row
        if mark.first == mark.last:
            shape = f'<use href="#mark-{escape(mark.status)}" x="{_share(_day(mark.first), shown, 0.5)}" y="{y:.1f}"/>'
        else:
            left, right = _share(_day(mark.first), shown), _share(_day(mark.last), shown, 1.0)
            shape = f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>' if mark.status == Status.CANCELLED else \
                f'<rect class="stay" x="{left}" width="{_width(left, right)}" y="{y - thick / 2:.1f}" height="{thick:.1f}" rx="{thick / 2:.1f}"/>'
        drawn.append(_linked(mark, today, path, shape))
    return [*drawn, "</g>"]


def stacked(spans: Sequence[tuple[float, float]]) -> list[int]:
    """For each stretch (in the order of their beginnings) the lowest row in which nothing is in its way."""
    ends: list[float] = []
    rows = []
    for left, right in spans:
        row = next((row for row, end in enumerate(ends) if end <= left + 0.01), len(ends))
        if row == len(ends):
            ends.append(right)
        else:
            ends[row] = right
        rows.append(row)
    return rows


def ticks(shown: Stretch) -> list[tuple[date, str, bool]]:
    """The days with a line, the words at each, and whether it is a lesser one: days, weeks, months, quarters or years, as many as
    can be read."""
    scale = _WIDTH / shown.days
    if scale >= 48:
        return [(day, f"{day.day} {_MONTHS[day.month - 1]}", False) for day in _each(shown.first, shown.last, 1)]
    if scale * 7 >= 52:
        return [(day, f"{day.day} {_MONTHS[day.month - 1]}", False)
                for day in _each(shown.first + timedelta(-shown.first.weekday() % 7), shown.last, 7)]
    months = next((step for step in (1, 3, 12, 24, 60, 120, 240, 600, 1200, 6000) if scale * 30.44 * step >= 34), 12_000)
    found = []
    number = shown.first.year * 12 + shown.first.month - 1
    number = -(-number // months) * months if shown.first.day == 1 else -(-(number + 1) // months) * months
    while number < 9999 * 12 and (day := date(number // 12, number % 12 + 1, 1)) <= shown.last:
        found.append((day, str(day.year) if day.month == 1 else _MONTHS[day.month - 1], day.month != 1))
        number += months
    return found


def _each(first: date, last: date, step: int) -> list[date]:
    return [first + timedelta(number) for number in range(0, (last - first).days + 1, step)]


def _linked(mark: Mark, today: date, path: Callable[[str], str], shape: str) -> str:
    words = f"{title_of(mark)}: {dates_of(mark, today)}, {mark.status}"
    return (f'<a class="is-{escape(mark.status)}" href="{escape(path(mark.id))}" tabindex="-1"><title>{escape(words)}</title>'
            f"{shape}</a>")


def title_of(mark: Mark) -> str:
    return clean_line(mark.title) or mark.type.capitalize()


def dates_of(mark: Mark, today: date) -> str:
    when = _when(mark)
    return date_words({"precision": mark.precision, "start": when.start, "end": when.end}, today)


def _when(mark: Mark) -> When:
    precision = Precision.DAY if mark.precision == Precision.MINUTE else Precision(mark.precision)  # the clock time is not known here
    return When(_day(mark.first), _day(mark.last), precision)


def _exact(mark: Mark) -> bool:
    return mark.precision in (Precision.DAY, Precision.MINUTE)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _span(mark: Mark, shown: Stretch, scale: float) -> tuple[float, float]:
    """Left and right edge in pixels."""
    return (((_day(mark.first) - shown.first).days) * scale, ((_day(mark.last) - shown.first).days + 1) * scale)


def _taken(mark: Mark, shown: Stretch, scale: float) -> tuple[float, float]:
    """What no other may stand in: a point takes as much on any scale, a stay at least as much."""
    left, right = _span(mark, shown, scale)
    if mark.first == mark.last:
        return (left + right - _SLOT) / 2, (left + right + _SLOT) / 2
    return left, max(right, left + _SLOT)


def _share(day: date, shown: Stretch, more: float = 0.0) -> str:
    return f"{((day - shown.first).days + more) * 100 / shown.days:.2f}%"


def _width(left: str, right: str) -> str:
    return f"{max(float(right[:-1]) - float(left[:-1]), 0.6):.2f}%"


_DEFINITIONS = (
    '<defs><circle id="mark-held" r="4"/><circle id="mark-planned" r="3.25"/><circle id="mark-unreported" r="3.25"/>'
    '<path id="mark-postponed" d="M0-4.5 4.5 0 0 4.5-4.5 0z"/><path id="mark-cancelled" d="M-4 4 4-4"/></defs>')
