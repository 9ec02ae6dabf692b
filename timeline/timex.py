"""TIMEX3 annotations (TimeML 1.2.1), for measuring `find_dates` on corpora annotated that way."""
from __future__ import annotations

from datetime import date

from timeline.dates.finder import find
from timeline.mentions import DateKind

_TYPES = {DateKind.DATE: "DATE", DateKind.REFERENCE: "DATE", DateKind.TIME: "TIME", DateKind.DURATION: "DURATION",
          DateKind.SET: "SET"}


def timex(text: str, dct: date) -> list[tuple[int, int, str, str]]:
    """Start, end, value and type of each expression of time. `dct` is the document creation date.

    TimeML's conventions differ from ours: a range is two expressions.
    """
    rows: list[tuple[int, int, str, str]] = []
    for one in find(text, dct, "en", None):
        kind = _TYPES[one.reading.kind]
        if one.parts:
            rows.extend((start, end, value, kind) for start, end, value in one.parts)
        elif one.reading.timex is not None:
            rows.append((one.start, one.end, one.reading.timex, kind))
    return rows
