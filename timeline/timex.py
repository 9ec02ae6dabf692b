"""TIMEX3 annotations (TimeML 1.2.1), for measuring `find_dates` on corpora annotated that way."""
from __future__ import annotations

import re
from datetime import date

from timeline.dates.finder import find
from timeline.mentions import DateKind

_TYPES = {DateKind.DATE: "DATE", DateKind.REFERENCE: "DATE", DateKind.TIME: "TIME", DateKind.DURATION: "DURATION",
          DateKind.SET: "SET"}
_WEEKDAY_PART = re.compile(r"\d{4}-\d\d-\d\dT(?:MO|AF|EV|NI)")


def timex(text: str, dct: date) -> list[tuple[int, int, str, str]]:
    """Start, end, value and type of each expression of time. `dct` is the document creation date.

    Where the corpora's conventions differ from ours: a range is two expressions, and "Friday night" is the day of
    type DATE that most of their annotators made of it.
    """
    rows: list[tuple[int, int, str, str]] = []
    for one in find(text, dct, "en"):
        kind, value = _TYPES[one.reading.kind], one.reading.timex
        if one.parts:
            rows.extend((start, end, part, kind) for start, end, part in one.parts)
        elif value is not None and one.rule == "weekday" and _WEEKDAY_PART.fullmatch(value):
            rows.append((one.start, one.end, value[:10], "DATE"))
        elif value is not None:
            rows.append((one.start, one.end, value, kind))
    return rows
