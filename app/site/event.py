"""`/events/<id>`: the facts of one event, the sentences they rest on, how its status came about, and what contradicts what."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import partial
from typing import Any

import orjson
from flask import Response

from app.api.backend import Backend
from app.api.gone import removal
from app.api.objects import detail_object, event_bytes, history_object, series_object
from app.api.parameters import unreported_before
from app.api.problems import Problem
from app.forms.json_ld import event_json_ld
from app.forms.wording import when_text, where_text
from app.site.event_line import EventObject, line_of
from app.site.pages import Pages
from app.web_address import web_address

__all__ = ["event_page"]

_FIELDS = {"when": "Date", "status": "Status", "type": "Type", "place": "Place", "title": "Title", "participants": "Parties",
           "organisation": "Organisation", "start": "First day", "end": "Last day", "precision": "Precision", "time": "Clock time",
           "time_zone": "Time zone", "formerly": "Earlier dates", "confidence": "Confidence", "witnesses": "Witnesses",
           "confirmed_by": "Confirmed by", "plover": "PLOVER code", "cameo": "CAMEO code"}


def event_page(backend: Backend, pages: Pages, event_id: str, *, corrects: bool) -> Response:
    """The page, with links to correct it where the reader `corrects`; a 301 to the event that this one became one with.

    Raises `Problem` 404 and 410.
    """
    queries, now = backend.queries, backend.now()
    today = now.astimezone(UTC).date()
    row = queries.event(event_id, due=unreported_before(now))
    if row is None:
        raise Problem(404, f"There is no event {event_id[:100]!r}.")
    if row.withdrawn:
        heir = queries.heir(event_id)
        if heir is None:
            raise removal(backend, event_id)
        return pages.elsewhere(f"/events/{pages.segment(heir)}", 301, kept="no-cache")  # or a reader would not see that it was undone
    told: dict[str, Any] = orjson.loads(event_bytes(row))
    evidence = queries.evidence(event_id)
    detail = series_object(event_id, *queries.neighbours(event_id)) | detail_object(evidence)
    for sentence in detail["evidence"]:
        sentence["link"] = web_address(sentence["article"])
    line = line_of(told, today)
    publishers = {source["source"]: source["publisher"] for source in told["sources"]}
    response = pages.page(
        "event.html", title=line.title, about=_about(told), json=told["url"], kind="article", linked=event_json_ld(told, f"{pages.home()}{line.path}"),
        event=told, line=line, when=when_text(told), where=where_text(told), fields=_FIELDS,
        formerly=[when_text(when) for when in told["formerly"]], history=[history_object(change) for change in queries.history(event_id)],
        reason=partial(_reason, publishers), outlets=partial(_outlets, publishers), said=_said, day=_day, statuses_told=detail.pop("statuses"), corrects=corrects, **detail)
    response.vary.add("Cookie")
    if corrects:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _day(at: str) -> str:
    """The day of a time or a day."""
    return when_text({"precision": "day", "start": at[:10], "end": None, "time": None, "time_zone": None})


def _about(told: EventObject) -> str:
    where = where_text(told)
    return f"{told['title']}: {told['status']}, {when_text(told)}{', ' + where if where else ''}. What {len(told['sources'])} " \
           f"{'source says' if len(told['sources']) == 1 else 'sources say'} of it, sentence by sentence."


def _reason(publishers: Mapping[str, str], reason: str) -> str:
    """Why an event changed, as `timeline.reconcile` writes it, with outlets by their names: "status planned → held; told by Harbour Wire"."""
    parts = []
    for part in reason.replace("->", "→").split("; "):
        words, by, sources = part.partition("told by ")
        parts.append(words + by + _outlets(publishers, sources.split(", ")))
    return "; ".join(parts)


def _outlets(publishers: Mapping[str, str], sources: Iterable[str]) -> str:
    """The names of the outlets of these sources, each once."""
    return ", ".join(dict.fromkeys(publishers.get(source, source) for source in sources))


def _said(value: Any) -> str:
    """A value of the event object in words, for the history and for contradictions."""
    if value is None or value == []:
        return "–"
    if isinstance(value, Mapping):
        if "precision" in value:
            return when_text(value)
        return ", ".join(str(value[name]) for name in ("name", "country", "role") if value.get(name)) or "–"
    if isinstance(value, list):
        return "; ".join(_said(item) for item in value)
    return str(value)
