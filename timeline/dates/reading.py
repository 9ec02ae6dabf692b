"""What a rule makes of its match, and the TIMEX3 values of what is no stretch of days."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from timeline.mentions import DateKind
from timeline.when import When

Span = tuple[int, int]
Captures = dict[str, Span]
PAST_REF, PRESENT_REF, FUTURE_REF = "PAST_REF", "PRESENT_REF", "FUTURE_REF"


@dataclass(slots=True)  # not frozen: that takes twice as long to make, and nobody else sees it
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
    step: Callable[[When], When] | None = None  # from a day to what is so many units from it


CLOCK_ALONE = "a clock time without a day"
FROM_EVENT = "counted from an event whose day is told elsewhere, if at all"


def declined(reason: str, value: str | None = None, kind: DateKind = DateKind.DATE) -> Reading:
    return Reading(None, value, kind, declined=reason)


def reference(value: str) -> Reading:
    return Reading(None, value, DateKind.REFERENCE, "relative", "names no day, month or year")


def length_value(number: int | None, unit: str) -> str:
    """TIMEX3 value of a duration: `P3D`, `PT2H`, `PXW`."""
    count = "X" if number is None else str(number)
    if unit in ("H", "MIN", "SEC"):
        return f"PT{count}{unit[0]}"
    if number is not None and unit in ("E", "C", "FN", "WE", "Q"):
        factor, letter = {"E": (10, "Y"), "C": (100, "Y"), "FN": (2, "W"), "WE": (2, "D"), "Q": (1, "Q")}[unit]
        return f"P{number * factor}{letter}"
    return f"P{count}{unit}"


def days_in(number: int | None, unit: str) -> int | None:
    """Length in days where the unit is a day or a week."""
    factor = {"D": 1, "W": 7, "FN": 14, "WE": 2}.get(unit)
    return None if number is None or factor is None or number * factor > 10_000 else number * factor
