"""An event object in words: what feeds and timelines show to people."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.forms.listing import EventObject
from app.web_address import web_address
from timeline.clean import clean_line
from timeline.titles import state_name

__all__ = ["heading", "joined", "lines", "when_text", "where_text", "who_text"]

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")
_STATED = {"planned": "Planned.", "held": "Reported as held.", "cancelled": "Cancelled.",
           "postponed": "Postponed; no new date is known.",
           "unreported": "Planned, and no source has told whether it took place."}
_BEFORE = {"cancelled": "Cancelled: ", "postponed": "Postponed: "}


def heading(event: EventObject) -> str:
    """The title, with what makes it no appointment before it. Never empty."""
    title = clean_line(event["title"]) or str(event["type"]).capitalize()
    return _BEFORE.get(event["status"], "") + title


def lines(event: EventObject) -> list[str]:
    """What an event's calendar entry would say: status, time, place, parties, and who told it. Cleaned."""
    told = [_STATED[event["status"]], f"Time: {when_text(event)}."]
    if event["precision"] not in ("day", "minute"):
        told.append("The day is not told.")
    if where := where_text(event):
        told.append(f"Place: {where}.")
    if event["participants"]:
        told.append("Participants: " + "; ".join(who_text(one) for one in event["participants"]) + ".")
    if event["organisation"]:
        told.append(f"Organisation: {clean_line(event['organisation'])}.")
    told += [f"Earlier date: {when_text(when)}." for when in event["formerly"]]
    told += [f"{clean_line(source['publisher'])}, {source['published'][:10]}: "
             f"{web_address(source['url']) or clean_line(source['url'])}" for source in event["sources"]]
    return told


def when_text(when: Mapping[str, Any]) -> str:
    """`9 November 2023`, `27 November 2023 – 28 November 2023`, `week of 6 November 2023`, `September 2023`, `2023`."""
    if when["precision"] == "week":
        return f"week of {_day(when['start'])}"
    text = _day(when["start"]) + (f" – {_day(when['end'])}" if when["end"] else "")
    if when["time"]:
        text += f", {when['time']}" + (f" ({when['time_zone']})" if when["time_zone"] else " (zone not told)")
    return text


def where_text(event: EventObject) -> str:
    """`Astana, Kazakhstan`; nothing for a call, which is nowhere."""
    place = event["place"]
    if place is None or event["type"] == "call":
        return ""
    return joined(place["name"], place["country"] and state_name(place["country"]))


def who_text(participant: Mapping[str, Any]) -> str:
    """`Vladimir Putin (President, Russia)`, or the state alone."""
    country = participant["country"] and state_name(participant["country"])
    details = joined(participant["role"], country)
    name = clean_line(participant["name"] or "")
    if not name:
        return details or clean_line(participant["actor"])
    return f"{name} ({details})" if details else name


def joined(*parts: str | None) -> str:
    return ", ".join(cleaned for part in parts if part and (cleaned := clean_line(part)))


def _day(text: str) -> str:
    """An ISO 8601 day, month or year in words. Raises `ValueError` for anything else."""
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 3:
        day = date(*numbers)
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return " ".join([*(_MONTHS[number - 1] for number in numbers[1:]), str(numbers[0])])
