"""`/sources` and `/scrapes`: how collecting goes, and starting it by hand."""
from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.admission import needs
from app.api.answers import answer_json, latest, settled
from app.api.backend import Backend
from app.api.objects import address_of, run_object, run_source_object, source_object, time_text
from app.api.pages import after_cursor, cut, next_page, with_next
from app.api.parameters import NoParameters, PageParameters, question
from app.api.problems import Problem, problems
from app.api.schemas import (
    IdempotencyKey,
    RunDetailSchema,
    RunPageSchema,
    ScrapeRequestSchema,
    SourcesSchema,
    StartedRunSchema,
)
from app.event_json import dump
from app.scopes import Scope
from app.store.errors import KeyReused, UnknownSource

__all__ = ["scrapes_blueprint"]

_FAILURES = 100


def scrapes_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("scrapes", __name__, tag="Collecting")
    queries = backend.queries

    @blueprint.get("/sources")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(SourcesSchema)
    @blueprint.doc(operation_id="listSources", responses=problems(_400="A parameter is unknown."))
    def list_sources(asked: dict[str, Any]) -> Response:
        """List sources with their health"""
        return answer_json({"sources": [source_object(row, backend.now()) for row in queries.sources()]})

    @blueprint.get("/scrapes")
    @blueprint.input(PageParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(RunPageSchema)
    @blueprint.doc(operation_id="listScrapes", responses=problems(_400="A parameter is wrong or unknown."))
    def list_scrapes(asked: dict[str, Any]) -> Response:
        """List scrapes, the newest first"""
        limit, asking = asked["limit"], question("scrapes")
        after = after_cursor(asked, asking, parts=2)
        rows, last = cut(queries.runs(limit=limit + 1, after=(after[0], after[1]) if after else None), limit)
        cursor, address = next_page(backend, (last["queued"], last["id"]) if last else None, asking)
        found = [run_object(row) for row in rows]
        ended = latest((row["ended"] for row in rows), backend.now())
        return with_next(answer_json({"scrapes": found, "cursor": cursor, "next": address}, last_modified=ended), address)

    @blueprint.get("/scrapes/<run_id>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(RunDetailSchema)
    @blueprint.doc(operation_id="getScrape", responses=problems(_400="A parameter is unknown.",
                                                                _404="There is no such scrape."))
    def get_scrape(run_id: str, asked: dict[str, Any]) -> Response:
        """Get one scrape: its state, its counts by source, and what could not be read"""
        row = queries.run(run_id)
        if row is None:
            raise Problem(404, f"There is no scrape {run_id[:100]!r}.")
        failed = [{"source": one["source_id"], "url": one["url"], "at": time_text(one["at"]),
                   "error_class": one["error_class"], "detail": one["detail"]}
                  for one in queries.run_failures(run_id, limit=_FAILURES)]
        return answer_json(run_object(row) | {
            "by_source": [run_source_object(one) for one in queries.run_sources(run_id)], "failures": failed},
            last_modified=settled(row["ended"], backend.now()))

    @blueprint.post("/scrapes")
    @needs(Scope.TRIGGER)
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(IdempotencyKey, location="headers", error_status_code=400, arg_name="headers")
    @blueprint.input(ScrapeRequestSchema, location="json", arg_name="wanted")
    @blueprint.output(StartedRunSchema, status_code=202, description="The scrape that was started, or that was under way.")
    @blueprint.doc(operation_id="startScrape", responses=problems(
        _400="The body is no JSON, or a parameter or header is wrong.", _413="The body is too large.",
        _415="The body is not application/json.",
        _422="A field is wrong, names no source, or other sources were asked for under this Idempotency-Key."))
    def start_scrape(asked: dict[str, Any], headers: dict[str, Any], wanted: dict[str, Any]) -> Response:
        """Scrape now, all sources or those named

        While a scrape of them waits or is under way, that one is answered. Without a body, all sources.
        """
        sources = wanted.get("sources")
        unknown = queries.unknown_sources(sources) if sources is not None else []
        if unknown:
            raise UnknownSource(unknown)
        try:
            run_id = backend.request_run(sorted(set(sources)) if sources is not None else None, key=headers.get("key"))
        except KeyReused as error:
            raise Problem(422, "Another scrape was asked for under this Idempotency-Key.") from error
        row = queries.run(run_id)
        if row is None:
            raise Problem(503, "The scrape was asked for, but can't be read back now.", headers={"Retry-After": "1"})
        response = Response(dump(run_object(row)), 202, mimetype="application/json")
        response.headers["Location"] = backend.address(address_of("scrapes", run_id))
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
