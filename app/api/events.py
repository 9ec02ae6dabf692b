"""`/events/{id}`: one event with its evidence, and its history. The list of them is in `app.api.event_list`."""
from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.answers import answer, answer_json
from app.api.backend import Backend
from app.api.event_list import add_event_list
from app.api.gone import moved_or_gone
from app.api.objects import (
    NO_SERIES,
    detail_object,
    event_bytes,
    history_object,
    series_object,
    statuses_object,
)
from app.api.parameters import NoParameters, OneEventParameters, unreported_before
from app.api.problems import Problem, problems
from app.api.schemas import EventDetailSchema, HistorySchema, MovedSchema
from app.event_json import dump
from app.store.queries import EventRow, EvidenceRow

__all__ = ["events_blueprint"]


def events_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("events", __name__, tag="Events")
    queries = backend.queries
    add_event_list(blueprint, backend)

    def found(event_id: str) -> EventRow:
        row = queries.event(event_id, due=unreported_before(backend.now()))
        if row is None:
            raise Problem(404, f"There is no event {event_id[:100]!r}.")
        return row

    def detail(row: EventRow, evidence: list[EvidenceRow], series: dict[str, Any]) -> Response:
        # Without Last-Modified: a further claim can change the evidence and leave the event as it was.
        return answer(event_bytes(row)[:-1] + b"," + dump(series | detail_object(evidence))[1:], "application/json",
                      lasting=True)

    def as_known(event_id: str, day: date) -> Response:
        row = queries.event(event_id, due=unreported_before(backend.now(), day), as_of=day)
        if row is None and queries.heir(event_id) is not None:
            return moved_or_gone(backend, event_id, suffix=f"?as_of={day.isoformat()}")
        if row is None:
            raise Problem(404, f"Nobody had told of an event {event_id[:100]!r} by {day.isoformat()}.")
        # What is part of what is derived from the events as they stand now, and so not told of an earlier day.
        return detail(row, queries.evidence_as_of(event_id, day), NO_SERIES)

    @blueprint.get("/events/<event_id>")
    @blueprint.input(OneEventParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(EventDetailSchema)
    @blueprint.doc(operation_id="getEvent", responses={
        301: {"description": "It is one with another event, which is here.",
              "content": {"application/json": {"schema": MovedSchema}}},
        **problems(_400="A parameter is wrong or unknown.", _404="There is no such event, or nobody had told of it by that day.",
                   _410="Nothing tells of the event any more, or an operator has withdrawn it.")})
    def get_event(event_id: str, asked: dict[str, Any]) -> Response:
        """Get one event with its evidence

        Each fact rests on a quotation, with its offsets in the article's text.
        """
        if "as_of" in asked:
            return as_known(event_id, asked["as_of"])
        row = found(event_id)
        if row.withdrawn:
            return moved_or_gone(backend, event_id)
        return detail(row, queries.evidence(event_id), series_object(event_id, *queries.neighbours(event_id)))

    @blueprint.get("/events/<event_id>/history")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(HistorySchema)
    @blueprint.doc(operation_id="getHistory", responses=problems(
        _400="A parameter is unknown.", _404="There never was such an event."))
    def get_history(event_id: str, asked: dict[str, Any]) -> Response:
        """Get the history of one event

        What changed, when, and on what grounds; of a withdrawn event too. `statuses` tells the same of the status alone, in
        the order in which the sources told and not in that of the reading.
        """
        found(event_id)
        changes = [history_object(change) for change in queries.history(event_id)]
        return answer_json({"id": event_id, "history": changes, "statuses": statuses_object(queries.evidence(event_id))}, lasting=True)

    return blueprint
