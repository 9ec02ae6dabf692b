"""`/events`: the timeline as a list, in every form that it comes in."""
from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from apiflask import APIBlueprint
from flask import Response, request
from marshmallow import RAISE

from app.api.answers import answer, midnight, modified
from app.api.backend import Backend
from app.api.forms import FORMS, JSON, Form, accepted
from app.api.objects import event_bytes
from app.api.pages import after_cursor, home_address, next_page, with_next
from app.api.parameters import EventParameters, event_filter, question, unreported_before
from app.api.problems import Problem, problems
from app.api.schemas import EventPageSchema
from app.event_json import API_PREFIX, dump, sound_event_json
from app.forms.listing import EventObject, Listing
from app.store.codec import moment
from app.store.queries import EventPage, EventRow, Sort

__all__ = ["add_event_list", "joined"]

log = logging.getLogger(__name__)

_NEVER = "2000-01-01T00:00:00Z"  # when an empty timeline last changed: a feed must say some time (RFC 4287, section 4.1.1)
_NOT_OF_THE_FEED = ("cursor", "limit")  # which part of a feed, and not which feed


def joined(rows: Sequence[EventRow], before: bytes = b"", after: bytes = b"") -> bytes:
    """A JSON array of the rows' stored bytes, between other bytes. A damaged row is left out and logged, so that the others are
    served."""
    return b",".join(_sound(rows)).join((before + b"[", b"]" + after))


def _sound(rows: Sequence[EventRow]) -> list[bytes]:
    if damaged := sound_event_json.damaged([row.json for row in rows]):
        for place in damaged:
            log.error("the stored JSON of event %s is damaged", rows[place].id)
        rows = [row for place, row in enumerate(rows) if place not in damaged]
    return [event_bytes(row) if row.unreported else row.json for row in rows]


def _objects(rows: Sequence[EventRow]) -> list[EventObject]:
    return [orjson.loads(rendered) for rendered in _sound(rows)]


def _listing(page: EventPage, path: str, home: str, cursor: str | None, updated: datetime) -> Listing:
    """What a form is written from; `path` is where its pages lie."""
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    this_feed = [(name, value) for name, value in given if name not in _NOT_OF_THE_FEED]

    def address(cursor: str | None) -> str:
        asked = urlencode([*given, ("cursor", cursor)] if cursor else given)
        return f"{home}{path}?{asked}" if asked else f"{home}{path}"

    return Listing(
        events=_objects(page.rows), home=home, this=address(request.args.get("cursor")), first=address(None),
        next=address(cursor) if cursor else None, updated=updated, asked=urlencode(sorted(this_feed)),
        title=f"Summitry: {', '.join(' '.join(pair) for pair in this_feed)}" if this_feed else "Summitry")


def add_event_list(blueprint: APIBlueprint, backend: Backend) -> None:
    """Put the list into a blueprint, under `/events` and under an address for each form."""
    queries = backend.queries

    def listed(asked: dict[str, Any], form: Form, path: str) -> Response:
        now, sort = backend.now(), Sort(asked["sort"])
        wanted = event_filter(asked, now)
        asking = question(wanted, sort)
        after = after_cursor(asked, asking, parts=2)
        page = queries.events(wanted, due=unreported_before(now, wanted.as_of), limit=asked["limit"], sort=sort,
                              after=(after[0], after[1]) if after else None)
        cursor, address = next_page(backend, page.next, asking, path=path)
        changed = modified(page.last_change, now)
        if form.write is None:
            body = joined(page.rows, b'{"events":', b',"cursor":' + dump(cursor) + b',"next":' + dump(address) + b"}")
        else:
            # The clock changes what a window shows; else a feed changes with its events alone.
            updated = moment(page.last_change or _NEVER)
            if "window" in asked:
                updated = max(updated, midnight(now))
            body = form.write(_listing(page, path, home_address(backend), cursor, updated))
        return with_next(answer(body, form.content_type, last_modified=changed, lasting=True), address)

    def list_in(form: Form) -> Callable[[dict[str, Any]], Response]:
        path = f"{API_PREFIX}/events.{form.suffix}"
        return lambda asked: listed(asked, form, path)

    @blueprint.get("/events")
    @blueprint.input(EventParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(EventPageSchema)
    @blueprint.doc(operation_id="listEvents", responses={
        200: {"content": {form.media_type: {"schema": _SCHEMAS[form.name]} for form in FORMS
                          if form.media_type and form is not JSON}},
        **problems(_400="A parameter is wrong or unknown.", _406="The Accept header names none of the forms.")})
    def list_events(asked: dict[str, Any]) -> Response:
        """List events

        Those that match every filter, a page at a time. The Accept header chooses the form; each has an address of its own
        too, `/events.csv` and so on.
        """
        form = accepted(request.accept_mimetypes)
        if form is None:
            told = ", ".join(form.media_type for form in FORMS if form.media_type)
            raise Problem(406, f"The list comes as {told}.", headers={"Vary": "Accept"})
        path = request.path if form is JSON else f"{API_PREFIX}/events.{form.suffix}"
        response = listed(asked, form, path)
        response.vary.add("Accept")
        return response

    for form in FORMS:
        view: Any = list_in(form)
        view.__name__ = f"list_events_{form.name.lower()}"
        view = blueprint.input(EventParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")(view)
        if form is JSON:
            view = blueprint.output(EventPageSchema)(view)
        view = blueprint.doc(
            operation_id=f"listEvents{form.name}", summary=f"List events as {form.told}",
            description="The same filters, order and pages as `/events`.",
            responses={**({} if form is JSON else {200: {"description": form.told, "content": {
                           form.content_type.partition(";")[0]: {"schema": _SCHEMAS[form.name]}}}}),
                       **problems(_400="A parameter is wrong or unknown.")})(view)
        blueprint.get(f"/events.{form.suffix}")(view)


_TEXT, _OBJECT = {"type": "string"}, {"type": "object"}
_SCHEMAS = {form.name: _TEXT if form.name in ("Csv", "Atom") else _OBJECT for form in FORMS}
