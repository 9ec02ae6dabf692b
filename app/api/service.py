"""The addresses around the API: an index, its documentation, health and metrics."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from marshmallow import RAISE
from sqlalchemy.exc import SQLAlchemyError

from app.api.admission import needs_nothing
from app.api.answers import answer_json
from app.api.backend import Backend
from app.api.document import Document
from app.api.parameters import NoParameters
from app.api.problems import Problem, problems
from app.api.schemas import HealthSchema, IndexSchema
from app.event_json import API_PREFIX
from app.health import overview

__all__ = ["service_blueprint"]

_LINKS = {
    "events": f"{API_PREFIX}/events", "changes": f"{API_PREFIX}/changes", "actors": f"{API_PREFIX}/actors",
    "sources": f"{API_PREFIX}/sources", "scrapes": f"{API_PREFIX}/scrapes", "calendar": "/calendar.ics",
    "calendar_links": f"{API_PREFIX}/calendar/links", "atom": f"{API_PREFIX}/events.atom?sort=-updated",
    "json_feed": f"{API_PREFIX}/events.jsonfeed?sort=-updated", "docs": "/docs", "openapi": "/openapi.json",
    "health": "/healthz", "metrics": "/metrics"}

_METRICS: dict[int, Any] = {
    200: {"description": "Prometheus' text format", "content": {"text/plain": {"schema": {"type": "string"}}}}}


def service_blueprint(backend: Backend, document: Document, front: Callable[[], Response]) -> APIBlueprint:
    """`document` is the OpenAPI document, `front` the page that readers find at `/`."""
    blueprint = APIBlueprint("service", __name__, tag="Service")
    begun = backend.now()  # what is made of the code and the settings is as old as the process

    def addresses() -> Response:
        links = {name: backend.address(path) for name, path in _LINKS.items()}
        return answer_json({"name": "Summitry", "version": backend.version, "links": links}, last_modified=begun)

    @blueprint.get("/")
    @blueprint.output(IndexSchema)
    @blueprint.doc(operation_id="getIndex")
    def index() -> Response:
        """List the addresses of this service

        Programs get them as JSON; who prefers HTML, as browsers do, finds the diary here.
        """
        liked = request.accept_mimetypes.best_match(["application/json", "text/html"])
        response = front() if liked == "text/html" else addresses()
        response.vary.add("Accept")
        return response

    @blueprint.get(API_PREFIX)
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(IndexSchema)
    @blueprint.doc(operation_id="getApiIndex", responses=problems(_400="A parameter is unknown."))
    def api_index(asked: dict[str, Any]) -> Response:
        """List the addresses of this service"""
        return addresses()

    @blueprint.get("/openapi.json")
    @needs_nothing
    @blueprint.doc(hide=True)
    def openapi() -> Response:
        return answer_json(document(), last_modified=document.since)

    @blueprint.get("/healthz")
    @needs_nothing
    @blueprint.output(HealthSchema)
    @blueprint.doc(operation_id="getHealth", responses=problems(_503="The store can't be read."))
    def healthz() -> Response:
        """Tell whether the service can answer

        `degraded`: it can, but sources fail, bring nothing new for long, or much less than usual can be read of them. Which, is
        told to those who may read.
        """
        try:
            health = overview(backend.queries.health(), backend.now())
        except SQLAlchemyError as error:
            raise Problem(503, "The store can't be read.", headers={"Retry-After": "5"}) from error
        told: dict[str, Any] = {"status": "ok" if health.well else "degraded"}
        if backend.admission.may_read():
            told |= {"sources": health.sources, "failing": list(health.failing), "degraded": list(health.degraded),
                     "stale": list(health.stale), "empty": list(health.empty)}
        response = answer_json(told)
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get("/metrics")
    @blueprint.doc(operation_id="getMetrics", responses=_METRICS)
    def metrics() -> Response:
        """Get the metrics"""
        return Response(backend.metrics.render(), content_type=backend.metrics.CONTENT_TYPE,
                        headers={"Cache-Control": "no-store"})

    return blueprint
