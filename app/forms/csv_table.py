"""CSV (RFC 4180): a line for each event, safe to open in a spreadsheet.

A cell that begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a carriage return is a formula to spreadsheet
programs (CWE-1236). Text of sources that begins so gets an apostrophe before it, which those programs take for "this is
text"; so does text that begins with an apostrophe, so that taking one away gives what was told, always. Numbers are ours,
and stay numbers.
"""
from __future__ import annotations

import csv
import io
from typing import Any

from app.forms.listing import EventObject, Listing, each
from app.forms.wording import who_text
from timeline.clean import clean_line

__all__ = ["COLUMNS", "csv_table"]

BETWEEN = " | "
_FORMULA = tuple("=+-@\t\r\n＝＋－＠'")


def csv_table(listing: Listing) -> bytes:
    """UTF-8 without a byte order mark; the first line names the columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    writer.writerows(each(listing.events, lambda event: [_cell(make(event)) for make in COLUMNS.values()]))
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return repr(value)
    text = clean_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _of_place(name: str) -> Any:
    return lambda event: event["place"] and event["place"][name]


def _field(name: str) -> Any:
    return lambda event: event[name]


def _countries(event: EventObject) -> str:
    return BETWEEN.join(sorted({one["country"] for one in event["participants"] if one["country"]}))


COLUMNS: dict[str, Any] = {
    **{name: _field(name) for name in ("id", "type", "status", "start", "end", "precision", "time", "time_zone", "edtf",
                                       "title")},
    "participants": lambda event: BETWEEN.join(who_text(one) for one in event["participants"]),
    "actors": lambda event: BETWEEN.join(one["actor"] for one in event["participants"]),
    "countries": _countries,
    "organisation": _field("organisation"),
    "place": _of_place("name"), "place_country": _of_place("country"), "latitude": _of_place("latitude"),
    "longitude": _of_place("longitude"),
    "confidence": _field("confidence"), "witnesses": _field("witnesses"),
    "confirmed_by": lambda event: BETWEEN.join(event["confirmed_by"]),
    "sources": lambda event: BETWEEN.join(source["url"] for source in event["sources"]),
    "plover": _field("plover"), "cameo": _field("cameo"), "schema_status": _field("schema_status"),
    "formerly": lambda event: BETWEEN.join(when["edtf"] for when in event["formerly"]),
    **{name: _field(name) for name in ("first_seen", "updated", "revision", "url")},
}
"""The columns in their order, each with what makes its cells of an event object."""
