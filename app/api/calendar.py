"""`/calendar.ics`: the timeline as a calendar to subscribe to."""
from __future__ import annotations

import logging
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.answers import answer, modified
from app.api.backend import Backend
from app.api.parameters import CalendarParameters, event_filter, unreported_before
from app.api.problems import problems
from app.ical import as_unreported, calendar, sound_vevent

__all__ = ["calendar_blueprint"]

log = logging.getLogger(__name__)


def calendar_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("calendar", __name__, tag="Calendar")
    queries = backend.queries

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
        rows = queries.calendar(event_filter(asked), today=now.date(), due=unreported_before(now),
                                limit=backend.settings.calendar_events, vague=asked["vague"] == "span")
        vevents = []
        for row in rows:
            if sound_vevent(row.vevent):
                vevents.append(as_unreported(row.vevent) if row.unreported else row.vevent)
            else:
                log.error("the stored VEVENT of event %s is damaged", row.id)
        response = answer(calendar(vevents, name="Summitry"), "text/calendar",
                          last_modified=modified(queries.last_change(), now))
        response.headers["Content-Disposition"] = 'inline; filename="summitry.ics"'
        return response

    return blueprint
