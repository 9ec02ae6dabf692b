"""How a source does, from what the store remembers of it. Pure: a row in, a judgement out.

It tells people where to look. It concludes nothing: no event is changed for it.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.remedies import remedy
from app.store.standing import UNTOLD

__all__ = ["Overview", "Reason", "SourceHealth", "State", "UNKNOWN", "health_of", "is_overdue", "overview", "span"]

# What a row must hold to be judged, as it is for a source that was never read.
UNKNOWN: Mapping[str, Any] = UNTOLD | {
    "active": True, "last_run": None, "last_success": None, "last_item": None, "failures": 0, "empties": 0, "error_class": None,
    "error_detail": None}

EMPTY_RUNS = 3  # listings without links in a row; a sitemap of the last two days may well be empty once
FEW = 0.1  # of the usual number of links
ENOUGH_LINKS = 5.0  # below that, fewer tell nothing
HALF = 0.5
ENOUGH_PAGES = 4.0
OVERDUE = 10  # times the usual gap without anything new
SHORTEST_STALE = timedelta(days=3)  # a long weekend
UNKNOWN_STALE = timedelta(days=30)  # where it is not known what is usual


class State(StrEnum):
    OK = "ok"
    WAITING = "waiting"  # not read yet
    STALE = "stale"  # it answers, and nothing new has come for long
    DEGRADED = "degraded"  # it answers, and much less can be read than usual
    FAILING = "failing"  # the last run of it failed
    INACTIVE = "inactive"  # no longer in the sources file


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is a class of error, or a word of `app.remedies`; `detail` what was seen; `mend` what to do about it."""

    code: str
    detail: str
    mend: str


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """`pages_read` is the share of the last pages (some twenty) that could be had and read; None where none was asked
    for. The first of `reasons` is the one that gave the state; one that is well may have notes too."""

    state: State
    reasons: tuple[Reason, ...]
    pages_read: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The active sources, by what is wrong with them: ids in their order. `empty` are those whose last listing held no
    links, whatever their state. `healths` has all of them."""

    sources: int
    failing: tuple[str, ...]
    degraded: tuple[str, ...]
    stale: tuple[str, ...]
    empty: tuple[str, ...]
    healths: Mapping[str, SourceHealth]

    @property
    def well(self) -> bool:
        return not (self.failing or self.degraded or self.stale)


def health_of(row: Mapping[str, Any], now: datetime) -> SourceHealth:
    """`row` has the columns of `UNKNOWN` as the table `sources` has them; `now` is aware."""
    found = list(_reasons(row, now))
    state = next((state for state, _ in found if state is not None), State.OK)
    if not row["active"]:
        state = State.INACTIVE
    elif not row["last_success"] and state is State.OK:
        state = State.WAITING
    asked = row["pages_asked"]
    return SourceHealth(state, tuple(reason for _, reason in found), row["pages_read"] / asked if asked else None)


def is_overdue(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether an active source should have been asked so long ago that nobody can be collecting."""
    late = max(timedelta(hours=1), 10 * timedelta(seconds=row["interval"]))
    return bool(row["active"]) and datetime.fromisoformat(row["due"]) < now - late


def overview(rows: Iterable[Mapping[str, Any]], now: datetime) -> Overview:
    """The health of all active sources among the rows."""
    active = {row["id"]: row for row in rows if row["active"]}
    healths = {name: health_of(row, now) for name, row in active.items()}

    def those(wanted: State) -> tuple[str, ...]:
        return tuple(name for name, health in healths.items() if health.state is wanted)

    return Overview(len(active), those(State.FAILING), those(State.DEGRADED), those(State.STALE),
                    tuple(name for name, row in active.items() if row["empties"] and not row["failures"]), healths)


def _reasons(row: Mapping[str, Any], now: datetime) -> Iterable[tuple[State | None, Reason]]:
    """What is wrong, the worst first, each with the state that it makes (None: a note)."""
    if row["failures"]:
        code = row["error_class"] or "unfinished"
        yield State.FAILING, _reason(code, row["error_detail"] or code)
    links, usual = row["links"], row["usual_links"] or 0.0
    if links is not None and usual >= ENOUGH_LINKS and links <= usual * FEW:
        yield State.DEGRADED, _reason("fewer-links", f"{links} links, where {usual:.0f} are usual")
    elif row["empties"] >= EMPTY_RUNS or (row["empties"] and not usual):
        times = f"{row['empties']} times in a row" if row["empties"] > 1 else "at the last look"
        yield State.DEGRADED, _reason("empty-listing", f"no links, {times}")
    answered = row["pages_answered"]
    if answered >= ENOUGH_PAGES:
        without_body, without_date = answered - row["pages_read"], answered - row["pages_dated"]
        if without_body >= answered * HALF:
            yield State.DEGRADED, _reason("unread-pages", f"{_share(without_body, answered)} of the last pages could not be read")
        elif without_date >= answered * HALF:
            yield State.DEGRADED, _reason("undated-pages", f"{_share(without_date, answered)} of the last pages told no day")
    refused = row["pages_asked"] - answered
    if row["pages_asked"] >= ENOUGH_PAGES and refused >= row["pages_asked"] * HALF:
        yield State.DEGRADED, _reason("refused-pages", f"{_share(refused, row['pages_asked'])} of the last pages could not be had")
    if row["last_item"] and row["last_success"]:
        quiet = now - datetime.fromisoformat(row["last_item"])
        usual_gap = timedelta(seconds=row["cadence"]) if row["cadence"] else None
        allowed = max(OVERDUE * usual_gap, SHORTEST_STALE) if usual_gap else UNKNOWN_STALE
        if quiet > allowed:
            against = f", where {span(usual_gap)} is usual" if usual_gap else ""
            yield State.STALE, _reason("stale", f"nothing new for {span(quiet)}{against}")
    if row["address"] or row["moves"]:
        yield None, _reason("moved", f"answers at {row['address'] or row['moved_to']}")


def span(length: timedelta) -> str:
    """A length of time in its largest unit: `3 days`, `5 hours`, `20 minutes`."""
    seconds = length.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = round(seconds / size)
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{seconds:.0f} seconds"


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %"


def _reason(code: str, detail: str) -> Reason:
    return Reason(code, detail, remedy(code))
