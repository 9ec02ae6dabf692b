"""One event as a line of a desk diary: "Thu 9 Nov · Astana · Putin – Tokayev, meeting · held"."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from app.api.objects import event_bytes
from app.event_json import sound_event_json
from app.store.queries import EventRow
from timeline.clean import clean_line
from timeline.titles import state_name
from timeline.when import When

__all__ = ["STATUSES", "EventLine", "date_words", "event_objects", "line_of", "lines_of", "moment_of", "path_of", "when_of"]

EventObject = Mapping[str, Any]

STATUSES = {"planned": "announced, and its time is not past", "held": "reported as having taken place",
            "postponed": "put off, with no new date told", "cancelled": "called off",
            "unreported": "planned, its time is past, and no source has told whether it took place"}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")


class EventLine(NamedTuple):
    """What a line shows. `first` and `last` are the days that the event covers, or may fall on where `vague`; `moment`
    (aware) is its beginning where both clock time and zone are known. `path` is as addresses have it, with nothing to escape."""

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
    year = today.replace(month=1, day=1)  # no more of the day is in the words: what is remembered outlasts midnight
    return [line for row in rows if (line := _line(row.json, row.unreported, year)) is not None]


@lru_cache(maxsize=4096)
def _line(stored: bytes, unreported: bool, today: date) -> EventLine | None:
    """Remembered by the bytes: to read five hundred costs more than the rest of their page."""
    try:
        told = _shown(stored)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(told, dict):
        return None
    return line_of(told | {"status": "unreported"} if unreported else told, today)


def _shown(stored: bytes) -> Any:
    """An event object without its parties and sources, which are most of it and not on its line: to read what is left takes a third
    of the time. No text looks like the name of a field, since its quotation marks have a backslash; another order is read whole."""
    first, _, rest = stored.partition(b'"participants":')
    place, _, rest = rest.partition(b'"place":')[2].partition(b',"confidence":')
    last = rest.partition(b',"formerly":')[2]
    return orjson.loads(b'%b"place":%b,"formerly":%b' % (first, place, last) if last else stored)


def line_of(told: EventObject, today: date) -> EventLine:
    """The line of an event object; years are named where they are not this year's."""
    words, first, last, vague, moment = _dated(told["start"], told["end"], told["precision"], told["time"], told["time_zone"], today)
    place = told["place"]
    shown = "" if place is None or told["type"] == "call" else _place(place["name"], place["country"])
    formerly = date_words(told["formerly"][-1], today) if told["formerly"] else ""
    # In the order of the fields: with their names it takes twice as long, and a list has five hundred.
    return EventLine(told["id"], path_of(told["id"]), clean_line(told["title"]) or told["type"].capitalize(), words, shown, told["status"],
                     first, last, vague, told["time"] or "", moment, told["time_zone"] or "", told["updated"], formerly)


def path_of(event_id: str) -> str:
    """The path of an event's page."""
    return f"/events/{event_id if event_id.isalnum() and event_id.isascii() else quote(event_id, safe='')}"


@lru_cache(maxsize=4096)
def _place(name: str | None, country: str | None) -> str:
    return clean_line(name or state_name(country or ""))


@lru_cache(maxsize=4096)
def _dated(start: str, end: str | None, precision: str, time: str | None, time_zone: str | None, today: date) \
        -> tuple[str, date, date, bool, datetime | None]:
    """Words, `first`, `last`, `vague` and `moment`: a list has many events of few days."""
    when = When.parse(start, end, precision, time, time_zone)
    return date_words({"precision": precision, "start": start, "end": end}, today), when.first, when.last, not when.exact, moment_of(when)


def when_of(told: Mapping[str, Any]) -> When:
    """The `When` of an event object, or of one of its `formerly`."""
    return When.parse(told["start"], told["end"], told["precision"], told["time"], told["time_zone"])


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
