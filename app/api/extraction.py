"""`/extract`: an article in, its events out, nothing stored."""
from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.backend import Backend
from app.api.parameters import NoParameters
from app.api.problems import Problem, problems
from app.api.schemas import ExtractedSchema, ExtractRequestSchema
from app.event_json import dump

__all__ = ["extraction_blueprint"]


def extraction_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("extraction", __name__, tag="Reading")

    @blueprint.post("/extract")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(ExtractRequestSchema, location="json", arg_name="article")
    @blueprint.output(ExtractedSchema)
    @blueprint.doc(operation_id="extract", responses=problems(
        _400="The body is no JSON.", _413="The body is too large.", _415="The body is not application/json.",
        _422="A field is missing or wrong."))
    def extract(asked: dict[str, Any], article: dict[str, Any]) -> Response:
        """Read one article

        Its text and day of publication in, the events that it tells of out. Nothing is stored.
        """
        try:
            events = backend.extract(article)
        except ValueError as error:
            field, _, reason = str(error).partition(": ")
            wrong = {"field": field, "detail": reason} if field in article and reason else {"detail": str(error)}
            raise Problem(422, str(error), errors=[wrong]) from error
        response = Response(dump({"events": events}), mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
