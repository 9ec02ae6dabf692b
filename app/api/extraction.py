"""`/extract`: an article in, its events out, nothing stored."""
from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.backend import Backend, Extract
from app.api.parameters import NoParameters
from app.api.problems import Problem, problems
from app.api.schemas import ExtractedSchema, ExtractRequestSchema
from app.event_json import dump

__all__ = ["extraction_blueprint", "in_turns", "wrong_field"]


def extraction_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("extraction", __name__, tag="Reading")

    @blueprint.post("/extract")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(ExtractRequestSchema, location="json", arg_name="article")
    @blueprint.output(ExtractedSchema)
    @blueprint.doc(operation_id="extract", responses=problems(
        _400="The body is no JSON.", _413="The body is too large.", _415="The body is not application/json.",
        _422="A field is missing or wrong.", _503="Others are being read; `Retry-After` says when to ask again."))
    def extract(asked: dict[str, Any], article: dict[str, Any]) -> Response:
        """Read one article

        Its text and day of publication in, the events that it tells of out, and what was declined. Nothing is stored.
        """
        try:
            told = backend.extract(article)
        except ValueError as error:
            raise Problem(422, str(error), errors=[wrong_field(error, article)]) from error
        response = Response(dump(told), mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


def in_turns(extract: Extract, at_once: int) -> Extract:
    """`extract` for at most so many requests at once: reading a long article is a second's work, and other requests want threads
    too. One more raises `Problem` 503."""
    turns = threading.BoundedSemaphore(at_once)

    def read(row: Mapping[str, Any]) -> Mapping[str, Any]:
        if not turns.acquire(blocking=False):
            raise Problem(503, "Other articles are being read just now.", headers={"Retry-After": "2"})
        try:
            return extract(row)
        finally:
            turns.release()

    return read


def wrong_field(error: ValueError, article: Mapping[str, Any]) -> dict[str, str]:
    """What `extract` finds wrong, as an item of a problem's `errors`; its message may begin with the field's name."""
    field, _, reason = str(error).partition(": ")
    return {"field": field, "detail": reason} if field in article and reason else {"detail": str(error)}
