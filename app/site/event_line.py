"""One event as a line of a desk diary: "Thu 9 Nov · Astana · Putin – Tokayev, meeting · held"."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from app.api.objects import event_bytes
from app.event_json import sound_event_json
from app.store.queries import EventRow
from timeline.clean import clean_line
from timeline.titles import state_name
from timeline.when import When

__all__ = ["STATUSES", "EventLine", "date_words", "event_objects", "line_of", "lines_of", "moment_of", "when_of"]

EventObject = Mapping[str, Any]

STATUSES = {"planned": "announced, and its time is not past", "held": "reported as having taken place",
            "postponed": "put off, with no new date told", "cancelled": "called off",
            "unreported": "planned, its time is past, and no source has told whether it took place"}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")


@dataclass(frozen=True, slots=True)
class EventLine:
    """What a line shows. `first` and `last` are the days that the event covers, or may fall on where `vague`; `moment`
    (aware) is its beginning where both clock time and zone are known."""

    id: str
    path: str
    title: str
    date: str
    place: str
    status: str
    first: date
    last: date
    vague: bool
    clock: str  # "11:00", or nothing
    moment: datetime | None
    zone: str
    updated: str
    formerly: str  # the date that it was moved from, or nothing

    @property
    def machine(self) -> str:
        """For the `datetime` attribute of `time` (HTML, section 4.5.14); nothing where no one day is known."""
        if self.moment is not None:
            return self.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.first.isoformat() if not self.vague else ""


def event_objects(rows: Sequence[EventRow]) -> list[EventObject]:
    """The event objects of these rows as they are served; a damaged one is left out (the API logs it)."""
    return [orjson.loads(event_bytes(row)) for row in rows if sound_event_json(row.json)]


def lines_of(rows: Sequence[EventRow], today: date) -> list[EventLine]:
    """The lines of these rows; a damaged one is left out (the API logs it)."""
    return [line for row in rows if (line := _line(event_bytes(row), today)) is not None]


@lru_cache(maxsize=4096)
def _line(rendered: bytes, today: date) -> EventLine | None:
    """Remembered by the bytes: to read five hundred costs more than the rest of their page."""
    try:
        told = orjson.loads(rendered)
    except orjson.JSONDecodeError:
        return None
    return line_of(told, today) if isinstance(told, dict) else None


def line_of(told: EventObject, today: date) -> EventLine:
    """The line of an event object; years are named where they are not this year's."""
    when = when_of(told)
    place = told["place"]
    return EventLine(
        id=told["id"], path=f"/events/{told['id'] if told['id'].isalnum() and told['id'].isascii() else quote(told['id'], safe='')}",
        title=clean_line(told["title"]) or told["type"].capitalize(), date=date_words(told, today),
        place="" if place is None or told["type"] == "call" else clean_line(place["name"] or state_name(place["country"] or "")),
        status=told["status"], first=when.first, last=when.last,
        vague=not when.exact, clock=told["time"] or "", moment=moment_of(when),
        zone=told["time_zone"] or "", updated=told["updated"],
        formerly=date_words(told["formerly"][-1], today) if told["formerly"] else "")


def when_of(told: Mapping[str, Any]) -> When:
    """The `When` of an event object, or of one of its `formerly`."""
    return _when(told["start"], told["end"], told["precision"], told["time"], told["time_zone"])


_when = lru_cache(maxsize=4096)(When.parse)  # a list has many events of few days


def moment_of(when: When) -> datetime | None:
    """When an event begins, aware, where its clock time and zone are told."""
    if when.time is None or when.time_zone is None:
        return None
    try:
        return datetime.combine(when.first, when.time, ZoneInfo(when.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None


def date_words(told: Mapping[str, Any], today: date) -> str:
    """`Thu 9 Nov`, `Mon 27 – Tue 28 Nov`, `week of 6 Nov`, `September`, `September – October`, `2023`; with the year where
    it is not that of `today`."""
    precision, start, end = told["precision"], told["start"], told["end"]
    if precision == "week":
        return f"week of {_day(start, today, weekday=False)}"
    if not end:
        return _day(start, today)
    if len(start) == len(end) == 10 and start[:7] == end[:7]:
        return f"{_weekday(start)} {int(start[8:])} – {_day(end, today)}"
    if start[:4] == end[:4]:
        return f"{_day(start, today).removesuffix(' ' + start[:4])} – {_day(end, today)}"
    return f"{_day(start, today)} – {_day(end, today)}"


def _weekday(text: str) -> str:
    return _DAYS[date.fromisoformat(text).weekday()]


@lru_cache(maxsize=4096)
def _day(text: str, today: date, *, weekday: bool = True) -> str:
    year, *rest = text.split("-")
    if not rest:
        return year
    shown = "" if int(year) == today.year else f" {year}"
    month = _MONTHS[int(rest[0]) - 1]
    if len(rest) == 1:
        return f"{month}{shown}"
    return f"{_weekday(text) + ' ' if weekday else ''}{int(rest[1])} {month[:3]}{shown}"
