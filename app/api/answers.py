"""How bytes leave: with a strong ETag from their content, Last-Modified where it is known, compressed where that is asked
for, and as 304 where nothing changed."""
from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

from flask import Response
from werkzeug.datastructures import EnvironHeaders
from werkzeug.http import http_date, parse_accept_header
from werkzeug.utils import get_content_type

from app.api.conditional import outcome
from app.event_json import dump

__all__ = ["Answer", "Answered", "Sent", "answer", "answer_json", "latest", "midnight", "modified", "settled"]

# A copy may be kept, but must be checked each time: a timeline that changed is never shown as it was.
_REVALIDATE = "no-cache"
_WORTH = 1_000  # bytes below which compressing saves nothing
_LEVEL = 5  # of zlib: most of what level 9 gains, in a third of its time
_SETTLED = timedelta(seconds=10)  # longer than any change takes from its time to its commit
_LARGE = 65_536  # bytes from which a server that takes files copies less
_BEFORE_TAGS = frozenset({"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"})  # conditions that are weighed before If-None-Match
_CONDITIONS = _BEFORE_TAGS | {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes to one client."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """As a WSGI application."""
        start_response(_LINES[self.status], self.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return (b"",)
        if len(self.body) >= _LARGE and (wrapper := environ.get("wsgi.file_wrapper")):
            return cast(Iterable[bytes], wrapper(BytesIO(self.body)))
        return (self.body,)


@dataclass(slots=True)
class Answer:
    """All that is there to be sent, whatever part of it a client then needs. `headers` has none that depend on the client."""

    body: bytes
    etag: str
    last_modified: datetime | None
    lasting: bool  # whether it follows from the store and the day alone
    headers: list[tuple[str, str]]
    content_type: str
    packed: bytes | None = None

    def sent(self, environ: dict[str, Any]) -> Sent | None:
        """What goes to the client of this WSGI request: 200 with the body, or 304 without it where the client has these very
        bytes (RFC 9110, section 13). None where a condition of the request does not hold (412).

        The compressed bytes have an ETag of their own, as section 8.8.3.3 asks for.
        """
        packed = len(self.body) >= _WORTH and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag = f"{self.etag}-gzip" if packed else self.etag
        status = _outcome(environ, etag, self.last_modified)
        if status == 412:
            return None
        headers = [*self.headers, ("ETag", f'"{etag}"')]
        if status == 304:
            return Sent(status, headers, b"")
        body = self.body
        if packed:
            if self.packed is None:
                self.packed = gzip.compress(body, _LEVEL, mtime=0)  # without the time: the same bytes each time
            body = self.packed
            headers.append(("Content-Encoding", "gzip"))
        headers += ("Content-Type", self.content_type), ("Content-Length", str(len(body)))
        return Sent(status, headers, body)


class Answered(Response):
    """A response of which the whole answer is known. Once it is clear what of that the client needs, this is sent and no more."""

    answer: Answer
    sent: Sent | None = None

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return super().__call__(environ, start_response) if self.sent is None else self.sent(environ, start_response)


def answer(body: bytes, mimetype: str, *, last_modified: datetime | None = None, lasting: bool = False) -> Answered:
    """200 with the body; who asked on a condition gets 304 or 412 in the end, who takes gzip gets that.

    `last_modified` is aware; a `mimetype` with parameters is taken as it is. `lasting` says that the body follows from the
    store, the request and the day (in UTC) alone, so that it may be sent again while those are the same.
    """
    content_type = mimetype if ";" in mimetype else get_content_type(mimetype, "utf-8")
    headers = [("Content-Type", content_type), ("Cache-Control", _REVALIDATE), ("Vary", "Accept-Encoding")]
    if last_modified is not None:
        headers.append(("Last-Modified", _http_date(last_modified)))
    response = Answered(body, headers=headers)
    etag = hashlib.sha1(body, usedforsecurity=False).hexdigest()  # the fastest where processors have it built in
    response.answer = Answer(body, etag, last_modified, lasting, [], content_type)
    return response


def answer_json(value: Any, *, last_modified: datetime | None = None, lasting: bool = False) -> Answered:
    return answer(dump(value), "application/json", last_modified=last_modified, lasting=lasting)


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


def _outcome(environ: dict[str, Any], etag: str, last_modified: datetime | None) -> int:
    """See `outcome`. What most clients ask, which is without a condition or by the very tag that they got, is told at once."""
    if environ.keys().isdisjoint(_CONDITIONS):
        return 200
    if environ.get("HTTP_IF_NONE_MATCH") == f'"{etag}"' and environ.keys().isdisjoint(_BEFORE_TAGS):
        return 304
    return outcome(EnvironHeaders(environ), etag, last_modified)


_http_date = lru_cache(maxsize=100)(http_date)


@lru_cache(maxsize=500)
def _takes_gzip(header: str) -> bool:
    """RFC 9110, section 12.5.3: gzip is named, or covered by `*`, and not liked less than bytes as they are."""
    told = {name.lower(): quality for name, quality in parse_accept_header(header)}
    quality = max((told[name] for name in ("gzip", "x-gzip") if name in told), default=told.get("*", 0))
    return quality > 0 and quality >= told.get("identity", 0)
