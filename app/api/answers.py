"""How bytes leave: with a strong ETag from their content, Last-Modified where it is known, compressed where that is asked
for, and as 304 where nothing changed."""
from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Response, request
from werkzeug.datastructures import Accept

from app.api.conditional import outcome
from app.api.problems import Problem
from app.event_json import dump

__all__ = ["answer", "answer_json", "latest", "midnight", "modified", "settled"]

# A copy may be kept, but must be checked each time: a timeline that changed is never shown as it was.
_REVALIDATE = "no-cache"
_WORTH = 1_000  # bytes below which compressing saves nothing
_LEVEL = 5  # of zlib: most of what level 9 gains, in a third of its time
_SETTLED = timedelta(seconds=10)  # longer than any change takes from its time to its commit


def answer(body: bytes, mimetype: str, *, last_modified: datetime | None = None) -> Response:
    """200 with the body, or 304 without it where the client has these very bytes (RFC 9110, section 13).

    `last_modified` is aware; a `mimetype` with parameters is taken as it is. The compressed bytes have an ETag of their own,
    as section 8.8.3.3 asks for. Raises `Problem` 412 where a condition of the request does not hold.
    """
    packed = len(body) >= _WORTH and _takes_gzip(request.accept_encodings)
    etag = hashlib.blake2b(body, digest_size=16).hexdigest() + ("-gzip" if packed else "")
    status = outcome(request.headers, etag, last_modified)
    if status == 412:
        raise Problem(412, "What is here now is not what the request asks it to be.", headers={"Vary": "Accept-Encoding"})
    response = Response(content_type=mimetype) if ";" in mimetype else Response(mimetype=mimetype)
    if status == 304:
        response.status_code = 304
        del response.headers["Content-Type"]
    elif packed:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))  # without the time: the same bytes each time
    else:
        response.set_data(body)
    response.set_etag(etag)
    if last_modified is not None:
        response.last_modified = last_modified
    response.headers["Cache-Control"] = _REVALIDATE
    response.vary.add("Accept-Encoding")
    return response


def answer_json(value: Any, *, last_modified: datetime | None = None) -> Response:
    return answer(dump(value), "application/json", last_modified=last_modified)


def modified(last_change: str | None, now: datetime) -> datetime | None:
    """Last-Modified of anything made of events: the last change of any event (an event that left a filter leaves no
    other trace), or the last midnight in UTC, when a planned event can become `unreported` without a change.

    None for some seconds after a change: another one of the same second could follow, which no date would tell apart
    (section 8.8.2.2).
    """
    begun = midnight(now)
    return begun if last_change is None or datetime.fromisoformat(last_change) < begun else settled(last_change, now)


def settled(at: str | None, now: datetime) -> datetime | None:
    """The time of a change as Last-Modified, once it is over for long enough; `at` is as the store writes it."""
    moment = datetime.fromisoformat(at) if at else None
    return moment if moment is not None and moment <= now - _SETTLED else None


def latest(at: Iterable[str | None], now: datetime) -> datetime | None:
    """The last of the times at which the rows of a page were finished as Last-Modified; None where one is not finished yet, or
    there is none."""
    times = list(at)
    return settled(max(map(str, times)), now) if times and None not in times else None


def midnight(now: datetime) -> datetime:
    """The last one in UTC: what follows from the clock changes then."""
    return datetime.combine(now.astimezone(UTC).date(), time(0), UTC)


def _takes_gzip(accept: Accept) -> bool:
    """RFC 9110, section 12.5.3: gzip is named, or covered by `*`, and not liked less than bytes as they are."""
    told = {name.lower(): quality for name, quality in accept}
    quality = max((told[name] for name in ("gzip", "x-gzip") if name in told), default=told.get("*", 0))
    return quality > 0 and quality >= told.get("identity", 0)
