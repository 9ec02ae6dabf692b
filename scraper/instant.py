"""Dates as pages and feeds write them -> a day and, where the time is told, an aware instant."""
from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from dateutil import parser as dateutil_parser
from dateutil.tz import tzlocal, tzoffset

__all__ = ["Instant", "read_instant", "with_offset"]

LATEST = date(2199, 12, 31)  # 9999-12-31 stands for "never", and no zone can be told of it
EARLIEST = date(1994, 1, 1)  # no outlet was on the web before; 1970 and 1900 are what empty fields become


@dataclass(frozen=True, slots=True)
class Instant:
    """A day in the outlet's zone; `at` is aware, and None where only the day is known."""

    day: date
    at: datetime | None

    def is_after(self, latest: datetime) -> bool:
        return self.at > latest if self.at is not None else self.day > latest.date()


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
                  r"(?:(?:[T ]|\s+|T\s)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*"
                  r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?(?:\[[\w/+-]+\])?", re.IGNORECASE)
_MIDNIGHT = re.compile(r"(?<![\d:+-])24:00(?::00(?:\.0+)?)?(?![\d:])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
# RFC 5322, 4.3, and those that news desks write. Ambiguous ones (IST, CST of China, BST of Bangladesh) are left out.
_ZONES = {"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "EET": 2,
          "EEST": 3, "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10,
          "AEDT": 11, "GMT": 0, "UTC": 0}


def read_instant(text: str, zone: ZoneInfo) -> Instant | None:
    """What `text` says, a time without zone being one of `zone`; None where it says no whole date.

    Days and times that don't exist (32 February, +99:00) are None as well, as are days and months that could be
    changed about (`09/11/2023`), and everything before 1994 or after 2199.
    """
    text = text.strip()
    if not 8 <= len(text) <= 100:
        return None
    try:
        midnight = _MIDNIGHT.search(text)  # ISO 8601, 4.2.3 of 2004: the end of a day
        instant = _read(text if midnight is None else f"{text[:midnight.start()]}00:00:00{text[midnight.end():]}", zone)
        if midnight is not None and instant is not None and instant.at is not None:
            instant = _at(instant.at + timedelta(1), zone)
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return instant if instant is not None and EARLIEST <= instant.day <= LATEST else None


def _read(text: str, zone: ZoneInfo) -> Instant | None:
    if _EPOCH.fullmatch(text):
        return _at(datetime.fromtimestamp(int(text[:10]), UTC), zone)
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second, offset = found.groups()
        whole = date(int(year), int(month), int(day))
        if hour is None:
            return Instant(whole, None)
        at = datetime(whole.year, whole.month, whole.day, int(hour), int(minute), int(second or 0))
        return _at(at.replace(tzinfo=_offset(offset, zone)), zone)
    if numbers := _NUMBERS.match(text):
        first, second_number = int(numbers[1]), int(numbers[2])
        if first <= 12 and second_number <= 12 and first != second_number:
            return None
    # RFC 822 had years of two digits; RFC 5322, 4.3, says which.
    if re.match(r"(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} (?:\d{4}|\d{2}) \d", text):
        with suppress(ValueError):
            stamp = parsedate_to_datetime(text)
            if stamp.tzinfo is not None and not text.endswith("-0000"):  # RFC 5322, 3.3: a zone that is not told
                return _at(stamp, zone)
    return _written_out(text, zone)


def _written_out(text: str, zone: ZoneInfo) -> Instant | None:
    """`November 9, 2023 10:00 AM EST`: dateutil fills what is missing from a default, so two defaults show the gaps."""
    if not re.search(r"(?:19|20)\d\d", text):
        return None
    readings = [dateutil_parser.parse(text, default=default, tzinfos=_named_zone)
                for default in (datetime(2001, 2, 3, 4, 5), datetime(2002, 6, 7, 8, 9))]
    first, second = readings
    if first.date() != second.date():
        return None
    if first.time() != second.time():
        return Instant(first.date(), None)
    if first.tzinfo is None or isinstance(first.tzinfo, tzlocal):
        first = first.replace(tzinfo=zone)
    return _at(first, zone)


def _named_zone(name: str | None, offset: int | None) -> tzoffset | None:
    """None for a name that is not known: the time is then one of the outlet's zone."""
    if offset is not None:
        return tzoffset(name, offset)
    hours = _ZONES.get(name or "")
    return tzoffset(name, hours * 3600) if hours is not None else None


def _at(at: datetime, zone: ZoneInfo) -> Instant:
    return Instant(at.astimezone(zone).date(), with_offset(at))


def with_offset(at: datetime) -> datetime:
    """The same aware time with a fixed UTC offset instead of a zone. Raises `ValueError` for a naive one."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"no zone: {at}")
    return at.astimezone(timezone(offset))


def _offset(text: str | None, zone: ZoneInfo) -> tzinfo:
    if text is None:
        return zone
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:  # +14:00 is the farthest there is
        raise ValueError(f"no UTC offset: {text}")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))
