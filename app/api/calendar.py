"""`/calendar.ics`: the timeline as a calendar to subscribe to; one event as a file; the links that subscribe."""
from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from marshmallow import RAISE

from app.api.answers import answer, answer_json, modified
from app.api.backend import Backend
from app.api.calendar_links import CALENDAR_NAME, calendar_links
from app.api.gone import moved_or_gone
from app.api.pages import home_address
from app.api.parameters import CalendarParameters, EventCalendarParameters, event_filter, unreported_before
from app.api.problems import Problem, problems
from app.api.schemas import CalendarLinksSchema, MovedSchema
from app.event_json import API_PREFIX
from app.ical import as_unreported, calendar, sound_vevent
from app.store.queries import CalendarRow
from app.vevent_choices import marked, with_alarm

__all__ = ["calendar_blueprint"]

log = logging.getLogger(__name__)

_AROUND = 1_000  # bytes of the calendar that are not its events', with the longest name


def calendar_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("calendar", __name__, tag="Calendar")
    queries, settings, begun = backend.queries, backend.settings, backend.now()

    @blueprint.get("/calendar.ics")
    @blueprint.input(CalendarParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.doc(operation_id="getCalendar", responses={
        200: {"description": "iCalendar (RFC 5545)", "content": {"text/calendar": {"schema": {"type": "string"}}}},
        **problems(_400="A parameter is wrong or unknown.")})
    def get_calendar(asked: dict[str, Any]) -> Response:
        """Get the calendar

        The same filters as for events. Of very many events it holds those nearest to today.
        """
        now = backend.now()
        rows = queries.calendar(event_filter(asked, now), today=now.date(), due=unreported_before(now),
                                limit=min(asked.get("limit", settings.calendar_events), settings.calendar_events),
                                vague=asked["vague"] == "span", cancelled=asked["cancelled"] != "hide")
        served = _fitting(_served(rows, asked), settings.calendar_bytes - _AROUND)
        vevents = [vevent for _, _, vevent in sorted(served)]
        return _calendar_answer(calendar(vevents, name=asked.get("name", CALENDAR_NAME), colour=asked.get("color")), "summitry")

    @blueprint.get(f"{API_PREFIX}/events/<event_id>.ics")
    @blueprint.input(EventCalendarParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.doc(operation_id="getEventCalendar", responses={
        200: {"description": "iCalendar (RFC 5545)", "content": {"text/calendar": {"schema": {"type": "string"}}}},
        301: {"description": "It is one with another event, which is here.",
              "content": {"application/json": {"schema": MovedSchema}}},
        **problems(_400="A parameter is wrong or unknown.", _404="There is no such event.",
                   _410="Nothing tells of the event any more, or an operator has withdrawn it.")})
    def get_event_calendar(event_id: str, asked: dict[str, Any]) -> Response:
        """Get one event as a calendar file

        With the UID that it has in the calendar.
        """
        row = queries.calendar_event(event_id, due=unreported_before(backend.now()))
        if row is None:
            raise Problem(404, f"There is no event {event_id[:100]!r}.")
        if row.withdrawn:
            return moved_or_gone(backend, event_id, suffix=".ics")
        served = _served([row], asked)
        if not served:
            raise Problem(500, "The stored calendar entry of this event is damaged. It is logged.")
        return _calendar_answer(calendar([served[0][2]]), row.id)

    @blueprint.get(f"{API_PREFIX}/calendar/links")
    @blueprint.input(CalendarParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(CalendarLinksSchema)
    @blueprint.doc(operation_id="getCalendarLinks", responses=problems(_400="A parameter is wrong or unknown."))
    def get_links(asked: dict[str, Any]) -> Response:
        """Get the links that subscribe to a calendar

        With the parameters of the calendar, which go into its address; and the same events as feeds and tables.
        """
        return answer_json(calendar_links(home_address(backend), list(request.args.items(multi=True))), last_modified=begun)

    def _calendar_answer(body: bytes, name: str) -> Response:
        response = answer(body, "text/calendar", last_modified=modified(queries.last_change(), backend.now()), lasting=True)
        response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
        return response

    return blueprint


def _served(rows: Sequence[CalendarRow], asked: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    """First day, id and VEVENT of each, as it was asked for. A damaged one is left out and logged."""
    if damaged := sound_vevent.damaged([row.vevent for row in rows]):
        for place in damaged:
            log.error("the stored VEVENT of event %s is damaged", rows[place].id)
        rows = [row for place, row in enumerate(rows) if place not in damaged]
    return [(row.first, row.id, row.vevent if row.status == "held" else _as_asked(row, asked)) for row in rows]


def _as_asked(row: CalendarRow, asked: dict[str, Any]) -> bytes:
    vevent = as_unreported(row.vevent) if row.unreported else row.vevent
    if row.status == "cancelled" and asked.get("cancelled") == "mark":
        vevent = marked(vevent)
    # An alarm for what is over, called off or put off would ring for nothing.
    if "alarm" in asked and row.status == "planned" and not row.unreported:
        vevent = with_alarm(vevent, asked["alarm"])
    return vevent


def _fitting(served: list[tuple[str, str, bytes]], room: int) -> list[tuple[str, str, bytes]]:
    """The first of them, as many as have room in so many bytes."""
    sizes = list(accumulate(map(len, map(itemgetter(2), served))))
    return served[:bisect_right(sizes, room)]
