"""How a source stands after a run: the values of its row that follow from what the run saw of it. Pure."""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from app.store.codec import moment, stamp
from app.store.pace import Pace, arrival_gap

__all__ = ["MOVES", "UNTOLD", "Reading", "after_failure", "after_success"]

MOVES = 5  # answers in a row that a listing has moved to one and the same address, until that one is asked itself
_KEPT = 0.95  # of the counts of pages, for each further page: some twenty pages count
_USUAL_UP, _USUAL_DOWN = 0.2, 0.01  # how fast the usual number of links follows; a collapse must not soon be the usual

# What a source starts with, and what it is reset to where its listing becomes another one.
UNTOLD: dict[str, Any] = {
    "pace": None, "wait": None, "cadence": None, "last_news": None, "address": None, "moved_to": None, "moves": 0,
    "links": None, "usual_links": None, "pages_asked": 0.0, "pages_answered": 0.0, "pages_read": 0.0, "pages_dated": 0.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run saw of a source.

    `links` is how many its listing held (None: it had not changed, or was read in part), `moved_to` where permanent
    redirects led. Pages were `asked` for; so many `answered`, were `read` as articles, and told their day (`dated`).
    `new` are articles that were not known before.
    """

    links: int | None = None
    moved_to: str | None = None
    asked: int = 0
    answered: int = 0
    read: int = 0
    dated: int = 0
    new: int = 0


def after_success(row: Any, reading: Reading, pace: Pace, now: datetime, *, empty: bool) -> dict[str, Any]:
    """Values of a source whose listing was read. `due` and `wait` are not among them: they follow from `pace`."""
    values: dict[str, Any] = _pages(row, reading) | _moved(row, None if empty else reading.moved_to)
    if reading.links is not None:
        usual, links = row.usual_links, float(reading.links)
        values["links"] = reading.links
        if usual is None:
            values["usual_links"] = links or None
        else:
            values["usual_links"] = usual + (links - usual) * (_USUAL_UP if links > usual / 2 else _USUAL_DOWN)
    last = moment(row.last_news) if row.last_news else None
    cadence = row.cadence
    if last is None:
        values["last_news"] = stamp(now)  # what was there at the beginning came no one knows when
    elif reading.new:
        values["last_news"] = stamp(now)
        if not row.failures:  # else what came while nobody could look would count as one gap
            cadence = values["cadence"] = arrival_gap(cadence, (now - last).total_seconds())
    quiet = (now - moment(values.get("last_news") or row.last_news)).total_seconds()
    values["pace"] = pace.interval(row.interval, row.pace, gap=cadence, quiet=quiet)
    return values


def after_failure(row: Any, error_class: str, pace: Pace, now: datetime, *, retry_after: float | None,
                  jitter: float) -> dict[str, Any]:
    """Values of a source whose listing could not be had: when it is asked again, and at which address."""
    values: dict[str, Any] = {}
    wait = pace.wait(row.pace or row.interval, row.failures + 1, error_class, retry_after=retry_after, jitter=jitter)
    if wait is not None:
        values |= {"due": stamp(now + timedelta(seconds=ceil(wait))), "wait": ceil(wait)}
    if row.address is not None:  # where it moved to fails: the address that the sources file gives may have come back
        values |= {"address": None, "moved_to": None, "moves": 0}
    return values


def _pages(row: Any, reading: Reading) -> dict[str, float]:
    kept = _KEPT ** reading.asked
    return {f"pages_{name}": getattr(row, f"pages_{name}") * kept + getattr(reading, name)
            for name in ("asked", "answered", "read", "dated")}


def _moved(row: Any, moved_to: str | None) -> dict[str, Any]:
    """RFC 9110, 15.4.2 and 15.4.9: a permanent redirect asks for the link to be changed. One answer may be a slip, a
    captive portal or a lapsed domain; so it takes several equal ones in a row. None leads from https to http."""
    asked = row.address or json.loads(row.row)["url"]
    if moved_to is None or (asked.startswith("https:") and not moved_to.startswith("https:")):
        return {"moves": 0, "moved_to": None} if row.address is None else {"moves": 0}
    moves = row.moves + 1 if moved_to == row.moved_to and row.moves else 1
    return {"moved_to": moved_to, "moves": moves} | ({"address": moved_to, "moves": 0} if moves >= MOVES else {})
