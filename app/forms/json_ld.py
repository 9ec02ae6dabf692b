"""JSON-LD 1.1 with the vocabulary of schema.org: an ItemList of Events with their eventStatus."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.event_json import dump
from app.forms.geojson import point
from app.forms.listing import EventObject, Listing, each, urn
from app.forms.wording import lines, who_text
from app.web_address import web_address
from timeline.clean import clean_line

__all__ = ["event_json_ld", "json_ld"]

_SCHEMA = "https://schema.org/"


def json_ld(listing: Listing) -> bytes:
    items = each(listing.events, lambda event: event_json_ld(event, listing.address(event["url"])))
    return dump({
        "@context": _SCHEMA,
        "@type": "ItemList",
        "@id": urn("list", listing.asked),
        "name": clean_line(listing.title),
        "url": listing.this,
        "itemListElement": [{"@type": "ListItem", "position": place, "item": item} for place, item in enumerate(items, 1)],
    })


def event_json_ld(event: EventObject, address: str) -> dict[str, Any]:
    """One Event, which is at this address. `startDate` is as exact as it was told: ISO 8601 at reduced precision (a year, a month, a week) where
    no day was. `endDate` is inclusive."""
    call = event["type"] == "call"
    made: dict[str, Any] = {
        "@type": "Event",
        "@id": urn("event", event["id"]),
        "identifier": event["id"],
        "name": clean_line(event["title"]),
        "description": "\n".join(lines(event)),
        "startDate": _start(event),
        "endDate": _end(event),
        "eventStatus": _SCHEMA + event["schema_status"],
        "previousStartDate": [_day(when, "start") for when in event["formerly"]],
        "eventAttendanceMode": _SCHEMA + ("OnlineEventAttendanceMode" if call else "OfflineEventAttendanceMode"),
        "location": {"@type": "VirtualLocation", "name": "By telephone or video"} if call else _place(event),
        "attendee": [_attendee(one) for one in event["participants"]],
        "about": {"@type": "Organization", "name": clean_line(event["organisation"])} if event["organisation"] else None,
        "subjectOf": [_article(source) for source in event["sources"]],
        "url": address,
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def _start(event: EventObject) -> str:
    if not event["time"]:
        return _day(event, "start")
    told = datetime.combine(date.fromisoformat(event["start"]), time.fromisoformat(event["time"]))
    try:
        return told.replace(tzinfo=ZoneInfo(event["time_zone"])).isoformat(timespec="minutes")
    except (TypeError, ValueError, OSError, KeyError):
        return told.isoformat(timespec="minutes")  # a local time: no zone was told


def _end(event: EventObject) -> str | None:
    """None where the event does not last past the day, week, month or year of its beginning."""
    if event["end"] is None:
        return None
    end = _day(event, "end")
    return end if end != _day(event, "start") else None


def _day(when: Mapping[str, Any], side: str) -> str:
    """The beginning or end as exact as it is known; of a week the week (ISO 8601-1, section 5.2.3), of which no day is told."""
    if when["precision"] != "week":
        return str(when[side])
    year, week, _ = date.fromisoformat(when[side]).isocalendar()
    return f"{year:04}-W{week:02}"


def _place(event: EventObject) -> dict[str, Any] | None:
    place = event["place"]
    if place is None or not (place["name"] or place["country"]):
        return None
    name = clean_line(place["name"] or "")
    address = {"@type": "PostalAddress", "addressLocality": name, "addressCountry": place["country"]}
    made: dict[str, Any] = {"@type": "Place", "address": {name: value for name, value in address.items() if value}}
    if name:
        made["name"] = name
    if (pin := point(event)) is not None:
        longitude, latitude = pin["coordinates"]
        made["geo"] = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return made


def _attendee(participant: Mapping[str, Any]) -> dict[str, Any]:
    """A person with the office, or a delegation. Whom a person stands for is not their nationality, and is not said so."""
    if participant["kind"] == "person":
        made = {"@type": "Person", "name": clean_line(participant["name"] or "") or who_text(participant)}
        return made | ({"jobTitle": clean_line(participant["role"])} if participant["role"] else {})
    return {"@type": "Organization", "name": who_text(participant)}


def _article(source: Mapping[str, Any]) -> dict[str, Any]:
    made = {"@type": "NewsArticle", "datePublished": source["published"],
            "publisher": {"@type": "Organization", "name": clean_line(source["publisher"])}}
    address = web_address(source["url"])
    return made | ({"url": address} if address else {})
