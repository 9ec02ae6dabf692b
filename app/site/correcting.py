"""`/desk/events/<id>/…`: merging an event with another, splitting it, and withdrawing it."""
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, timedelta
from itertools import groupby
from typing import Any

import orjson
from flask import Response, request

from app.api.backend import Backend
from app.api.objects import event_bytes, evidence_object
from app.api.parameters import unreported_before
from app.api.problems import Problem
from app.site.event_line import EventLine, EventObject, event_objects, line_of, when_of
from app.site.filters import MergeParameters, taken
from app.site.notices import done
from app.site.pages import Pages
from app.site.signing_in import Operator
from app.store.queries import EventFilter
from timeline.rulings import RulingError

__all__ = ["merge", "split", "withdraw"]

_NEAR = timedelta(days=10)
_LOOKED_AT, _OTHERS = 300, 15
_NOTE = 2_000  # characters; as the API takes
_ADDRESS = re.compile(r"(?:[^\s?#]*/events/)?([A-Za-z0-9]{1,200})(?:\.ics)?(?:[?#]\S*)?")


def merge(operator: Operator, backend: Backend, pages: Pages, event_id: str) -> Response:
    """The form, with events near to this one or found by words; after a POST the two are one."""
    told, note, fault = _standing(backend, event_id), _note(), _faults()
    if request.method == "POST":
        given = request.form.get("address", "").strip() or request.form.get("other", "")
        other = _ADDRESS.fullmatch(given)
        if other is None:
            fault["address"] = "That is neither an event's id nor its address." if given else "Choose an event, or give its id or address."
        else:
            kept, gone = (other[1], event_id) if request.form.get("keep") == "other" else (event_id, other[1])
            if _made(fault, "address", lambda: backend.corrections.merge(kept, gone, by=operator.name, note=note)):
                return done(pages, "merged", kept)
    words = taken(MergeParameters).get("q", "")
    return _page(backend, pages, "merge", "Merge with another event", told, fault, words=words, others=_others(backend, told, words))


def split(operator: Operator, backend: Backend, pages: Pages, event_id: str) -> Response:
    """The form, with the sentences that the event rests on; after a POST those that were chosen tell of an event of their own."""
    told, note, fault = _standing(backend, event_id), _note(), _faults()
    if request.method == "POST":
        articles, claims = request.form.getlist("article"), request.form.getlist("claim")
        if not articles and not claims:
            fault["claim"] = "Choose what tells of another event."
        elif _made(fault, "claim", lambda: backend.corrections.split(event_id, articles=articles, claims=claims, by=operator.name, note=note)):
            return done(pages, "split", event_id)
    evidence = sorted(map(evidence_object, backend.queries.evidence(event_id)),
                      key=lambda one: (one["published"], one["article"], one["offsets"]["start"]))
    return _page(backend, pages, "split", "Split into two events", told, fault,
                 articles=[list(those) for _, those in groupby(evidence, key=lambda one: one["article"])])


def withdraw(operator: Operator, backend: Backend, pages: Pages, event_id: str) -> Response:
    """The question whether; after a POST there is no such event."""
    told, note, fault = _standing(backend, event_id), _note(), _faults()
    if request.method == "POST" and _made(fault, "note", lambda: backend.corrections.withdraw(event_id, by=operator.name, note=note)):
        return done(pages, "withdrawn", event_id)
    return _page(backend, pages, "withdraw", "Withdraw the event", told, fault)


def _standing(backend: Backend, event_id: str) -> EventObject:
    """An event that can be corrected. Raises `Problem` 404, and 409 where it is withdrawn or one with another."""
    row = backend.queries.event(event_id, due=unreported_before(backend.now()))
    if row is None:
        raise Problem(404, f"There is no event {event_id[:100]!r}.")
    if row.withdrawn:
        heir = backend.queries.heir(event_id)
        raise Problem(409, f"Event {event_id} is one with {heir} already." if heir else f"Event {event_id} is withdrawn already.")
    told: EventObject = orjson.loads(event_bytes(row))
    return told


def _note() -> str:
    return request.form.get("note", "").strip()


def _faults() -> dict[str, str]:
    return {"note": f"At most {_NOTE:,} characters."} if len(_note()) > _NOTE else {}


def _made(fault: dict[str, str], field: str, act: Callable[[], Any]) -> bool:
    """Whether the correction was made; why it can't be is put under the field."""
    if not fault:
        try:
            act()
        except RulingError as error:
            fault[field] = f"{str(error)[:1].upper()}{str(error)[1:]}."
    return not fault


def _page(backend: Backend, pages: Pages, act: str, title: str, told: EventObject, fault: Mapping[str, str], **more: Any) -> Response:
    line = line_of(told, backend.now().astimezone(UTC).date())
    return pages.page("desk_correct.html", title=f"{title}: {line.title}", heading=title, about="A correction.", private=True, json=told["url"], act=act,
                      line=line, event=told, fault=fault, wrong=fault, given=request.form,
                      status=422 if fault else 200, **more)


def _others(backend: Backend, told: EventObject, words: str) -> Sequence[EventLine]:
    """Events that may be the same: those with these words, or else those near in time that share a party, the likeliest first."""
    when, now = when_of(told), backend.now()
    wanted = EventFilter(q=words) if words else EventFilter(first=_moved(when.first, -_NEAR), last=_moved(when.last, _NEAR))
    rows = backend.queries.events(wanted, due=unreported_before(now), limit=_LOOKED_AT).rows
    found = [(_shared(told, one), abs((when_of(one).first - when.first).days), one) for one in event_objects(rows) if one["id"] != told["id"]]
    found = sorted((one for one in found if words or one[0]), key=lambda one: (-one[0], one[1], one[2]["id"]))
    return [line_of(one, now.astimezone(UTC).date()) for _, _, one in found[:_OTHERS]]


def _shared(told: EventObject, other: EventObject) -> int:
    """How many actors and sides two events have in common."""
    mine, theirs = ({one[name] for one in event["participants"] for name in ("actor", "country") if one[name]} for event in (told, other))
    return len(mine & theirs) + (told["organisation"] is not None and told["organisation"] == other["organisation"])


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day
