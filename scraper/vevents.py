"""An official calendar (iCalendar, RFC 5545) -> one `Article` for each VEVENT. Pure: bytes in, articles out."""
from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import icalendar

from scraper.article import language_of
from scraper.errors import DiscoverError
from scraper.instant import EARLIEST, LATEST
from scraper.source import Source
from timeline.clean import clean_line, clean_text
from timeline.model import Appointment, Article, Form, Status
from timeline.when import When

__all__ = ["read_calendar"]

MOST_ENTRIES = 1000  # the latest, where a calendar holds more
LONGEST_SUMMARY = 500
LONGEST_DESCRIPTION = 5000
LONGEST_NIGHT = timedelta(hours=14)  # what ends as long after its beginning is of one day, though past midnight


def read_calendar(source: Source, body: bytes, base_url: str, fetched_at: datetime) -> tuple[Article, ...]:
    """The entries of the calendar `body`, which was fetched from `base_url` at `fetched_at` (aware), in its order.

    An entry's URL is the calendar's with its UID (and RECURRENCE-ID) as the fragment, so an entry that changes is a new
    version of that article. Its first paragraph is one line of SUMMARY, DTSTART and DTEND, LOCATION and STATUS; DESCRIPTION
    follows. An entry without UID, SUMMARY or DTSTART is passed over. Raises `DiscoverError("format")` where the bytes are no
    calendar, and nothing else whatever they are.
    """
    if not re.search(rb"BEGIN:VCALENDAR", body[:4096], re.IGNORECASE):
        raise DiscoverError("format" if body.strip() else "blank", "no calendar")
    try:
        calendars = icalendar.Calendar.from_ical(body.decode("utf-8-sig", "replace"), multiple=True)
        entries = {entry.url: entry for calendar in calendars for event in calendar.walk("VEVENT")
                   if (entry := _entry(source, calendar, event, base_url, fetched_at)) is not None}
    except MemoryError:
        raise
    except Exception as error:  # a parser raises what it likes; the calendar's bytes are at fault, not the program
        raise DiscoverError("parser", f"can't be read as a calendar: {type(error).__name__}: {error}"[:300]) from error
    if len(entries) > MOST_ENTRIES:
        latest = sorted(entries.values(), key=lambda entry: entry.appointment.when.last if entry.appointment else date.min)
        kept = {entry.url for entry in latest[-MOST_ENTRIES:]}
        entries = {url: entry for url, entry in entries.items() if url in kept}
    return tuple(entries.values())


def _entry(source: Source, calendar: Any, event: Any, base_url: str, fetched_at: datetime) -> Article | None:
    uid, summary = clean_line(str(event.get("UID", ""))), clean_line(str(event.get("SUMMARY", "")))[:LONGEST_SUMMARY]
    when = _when(event, source)
    if not uid or not summary or when is None:
        return None
    recurrence = _dt(event, "RECURRENCE-ID")
    cancelled = "CANCELLED" in (_word(event, "STATUS"), *(["CANCELLED"] if _word(calendar, "METHOD") == "CANCEL" else []))
    tentative = _word(event, "STATUS") == "TENTATIVE"
    location = clean_line(str(event.get("LOCATION", "")))[:LONGEST_SUMMARY]
    status = "cancelled" if cancelled else "tentative" if tentative else ""
    line = "; ".join(part for part in (summary, _told(when, event), location, status) if part)
    description = clean_text(str(event.get("DESCRIPTION", "")))[:LONGEST_DESCRIPTION]
    paragraphs = (line, *(part for part in re.split(r"\s*\n\s*", description) if part))
    changed = _changed(event, fetched_at)
    day = (changed or fetched_at).astimezone(source.zone).date()
    key = uid + (f";{recurrence.isoformat()}" if isinstance(recurrence, date) else "")
    return Article(
        url=f"{base_url.split('#')[0]}#{quote(key, safe='@;:')}", source=source.id, outlet=source.outlet_id, headline=summary,
        paragraphs=paragraphs, publisher=source.name, published_on=day, published_at=changed, published_basis="calendar", modified_at=changed,
        language=language_of(None, paragraphs, source.language), time_zone=source.time_zone, tier=source.tier,
        form=Form.APPOINTMENT, appointment=Appointment(
            when, Status.CANCELLED if cancelled else Status.PLANNED, location, firm=not tentative, repeats="RRULE" in event))


def _dt(event: Any, name: str) -> Any:
    """The value of a property of time; None where it is missing, given twice, or none."""
    with suppress(AttributeError, ValueError, TypeError, icalendar.BrokenCalendarProperty):
        return event[name].dt if name in event else None
    return None


def _word(component: Any, name: str) -> str:
    return str(component.get(name, "")).strip().upper()


def _changed(event: Any, fetched_at: datetime) -> datetime | None:
    """LAST-MODIFIED, else CREATED. DTSTAMP is when the calendar was written out, in many of them at each request."""
    for name in ("LAST-MODIFIED", "CREATED"):
        at = _dt(event, name)
        if isinstance(at, datetime):
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            if EARLIEST <= at.date() <= LATEST and at <= fetched_at:
                return at.astimezone(UTC)
    return None


def _when(event: Any, source: Source) -> When | None:
    """DTSTART and DTEND or DURATION exactly. DTEND of days is the day after the last (RFC 5545, 3.6.1); a time in UTC or
    in a zone of the calendar's own is given in the source's; of one in a zone that nobody knows only the day is certain."""
    start = _dt(event, "DTSTART")
    end = _dt(event, "DTEND")
    length = _dt(event, "DURATION")
    if not isinstance(start, date) or not EARLIEST <= (start.date() if isinstance(start, datetime) else start) <= LATEST:
        return None
    if not isinstance(start, datetime):
        if isinstance(length, timedelta):
            end = start + length
        last = end - timedelta(1) if isinstance(end, date) and not isinstance(end, datetime) else start
        return When.days(start, max(start, last))
    zone = getattr(start.tzinfo, "key", None)
    if start.tzinfo is None and event["DTSTART"].params.get("TZID"):
        return When.day(start.date())
    if start.tzinfo is None:
        start, zone = start.replace(tzinfo=source.zone), source.time_zone
    elif zone is None or zone in ("UTC", "Etc/UTC"):
        start, zone = start.astimezone(source.zone), source.time_zone
    if isinstance(length, timedelta):
        end = start + length
    if isinstance(end, datetime):
        with suppress(OverflowError):
            end = (end.replace(tzinfo=start.tzinfo) if end.tzinfo is None else end).astimezone(start.tzinfo)
            if end.date() > start.date() and end - start > LONGEST_NIGHT:
                return When.days(start.date(), (end - timedelta(microseconds=1)).date())
    return When.day(start.date()).at(start.time().replace(microsecond=0), zone)


def _told(when: When, event: Any) -> str:
    """The time as text: ISO 8601 days, clock time, zone; and that the entry repeats."""
    told = when.first.isoformat() if when.first == when.last else f"{when.first} to {when.last}"
    if when.time is not None:
        told += f", {when.time:%H:%M} ({when.time_zone})"
    return told + (", repeated" if "RRULE" in event else "")
