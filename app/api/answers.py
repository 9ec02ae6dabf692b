"""How bytes leave: with a strong ETag from their content, Last-Modified where it is known, and 304 where nothing changed."""
from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time
from typing import Any

from flask import Response, request

from app.event_json import dump

__all__ = ["answer", "answer_json", "modified"]

# A copy may be kept, but must be checked each time: a timeline that changed is never shown as it was.
_REVALIDATE = "no-cache"


def answer(body: bytes, mimetype: str, *, last_modified: datetime | None = None) -> Response:
    """200 with the body, or 304 without it where the client has these very bytes. `last_modified` is aware; a `mimetype` with
    parameters is taken as it is."""
    response = Response(body, content_type=mimetype) if ";" in mimetype else Response(body, mimetype=mimetype)
    response.set_etag(hashlib.blake2b(body, digest_size=16).hexdigest())
    if last_modified is not None:
        response.last_modified = last_modified
    response.headers["Cache-Control"] = _REVALIDATE
    response.make_conditional(request.environ)
    return response


def answer_json(value: Any, *, last_modified: datetime | None = None) -> Response:
    return answer(dump(value), "application/json", last_modified=last_modified)


def modified(last_change: str | None, now: datetime) -> datetime:
    """Last-Modified of anything made of events: the last change of any event (an event that left a filter leaves no
    other trace), or the last midnight in UTC, when a planned event can become `unreported` without a change.
    """
    midnight = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    return max(midnight, datetime.fromisoformat(last_change)) if last_change else midnight
