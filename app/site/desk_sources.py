"""The sources as the desk's table shows them: how each does, in words, and what to mend."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.api.objects import source_object
from app.health import State, span

__all__ = ["TONES", "SourceLine", "ago", "counts", "short", "source_lines", "until"]

TONES = {"ok": "held", "waiting": "planned", "stale": "unreported", "degraded": "postponed", "failing": "cancelled", "inactive": "unreported",
         "queued": "unreported", "running": "planned", "partial": "postponed", "failed": "cancelled", "interrupted": "unreported",
         "skipped": "unreported"}
"""The colour and shape, by the status of an event that has it too, of the states of sources and of runs."""

_SHORT = {"day": "d", "hour": "h", "minute": "min", "second": "s"}
_ORDER = (State.FAILING, State.DEGRADED, State.STALE, State.WAITING, State.OK, State.INACTIVE)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source object of the API, and its times in words; nothing where a time is not known."""

    told: Mapping[str, Any]
    success: str
    item: str
    cadence: str
    pace: str
    due: str

    @property
    def active(self) -> bool:
        return self.told["health"] != State.INACTIVE


def source_lines(rows: Sequence[Any], now: datetime) -> list[SourceLine]:
    """What is not well comes first."""
    told = sorted((source_object(row, now) for row in rows), key=lambda one: (_ORDER.index(State(one["health"])), one["id"]))
    return [SourceLine(one, ago(one["last_success"], now), ago(one["last_item"], now),
                       short(timedelta(seconds=one["cadence"])) if one["cadence"] else "", short(timedelta(seconds=one["pace"])),
                       until(one["due"], now)) for one in told]


def counts(lines: Sequence[SourceLine]) -> dict[str, int]:
    """How many sources have each state, the worst first."""
    found = Counter(line.told["health"] for line in lines)
    return {state.value: found[state.value] for state in _ORDER if found[state.value]}


def ago(at: str | None, now: datetime) -> str:
    """`3 h ago`; nothing where `at` is not known."""
    if at is None:
        return ""
    length = now - datetime.fromisoformat(at)
    return f"{short(length)} ago" if length >= timedelta(minutes=1) else "just now"


def short(length: timedelta) -> str:
    """A length of time as a table has it: `3 d`, `5 h`, `20 min`, `40 s`."""
    number, _, unit = span(length).partition(" ")
    return f"{number} {_SHORT[unit.rstrip('s')]}"


def until(at: str, now: datetime) -> str:
    """`in 3 h`, or `now`."""
    left = datetime.fromisoformat(at) - now
    return f"in {short(left)}" if left > timedelta(0) else "now"
