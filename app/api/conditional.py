"""Conditional requests as RFC 9110, section 13 has them."""
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["outcome"]

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|\Z)')
_EMPTY = re.compile(r"\s*,")  # an empty element of a list (section 5.6.1.2)


def outcome(headers: Mapping[str, str], etag: str, last_modified: datetime | None) -> int:
    """200, 304 or 412 for a GET or HEAD of something that is there, in the order of section 13.2.2.

    `etag` is the opaque tag of the selected representation, a strong one; `last_modified` is aware. A header that is not
    well-formed is passed over, as one that was not sent.
    """
    modified = last_modified.astimezone(UTC).replace(microsecond=0) if last_modified is not None else None
    if (wanted := _tags(headers.get("If-Match"))) is not None:
        if wanted != "*" and (False, etag) not in wanted:  # strong comparison: a weak tag matches nothing
            return 412
    elif (since := _date(headers.get("If-Unmodified-Since"))) is not None and modified is not None and modified > since:
        return 412
    if (known := _tags(headers.get("If-None-Match"))) is not None:
        return 304 if known == "*" or etag in {tag for _, tag in known} else 200  # weak comparison
    if (since := _date(headers.get("If-Modified-Since"))) is not None and modified is not None and modified <= since:
        return 304
    return 200


def _tags(header: str | None) -> str | set[tuple[bool, str]] | None:
    """`*`, or the tags with whether they are weak; None where there is no such header, or an ill-formed one."""
    if header is None:
        return None
    if header.strip() == "*":
        return "*"
    found, place = set(), 0
    while place < len(header.rstrip()):
        if empty := _EMPTY.match(header, place):
            place = empty.end()
            continue
        tag = _TAG.match(header, place)
        if tag is None:
            return None
        found.add((tag[1] is not None, tag[2]))
        place = tag.end()
    return found or None


def _date(header: str | None) -> datetime | None:
    """An HTTP date in any of its three forms (section 5.6.7); None where it is none."""
    if header is None:
        return None
    try:
        found = parsedate_to_datetime(header)
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
