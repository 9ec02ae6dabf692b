"""The web application: everything that answers HTTP, put together from what is passed in."""
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Any

import orjson
from apiflask import APIFlask
from flask import Response, g, request

from app.api import problems
from app.api.actors import actors_blueprint, articles_blueprint
from app.api.admission import Admission
from app.api.answers import Answered
from app.api.backend import Backend, Extract, ScrapeStore, utc_now
from app.api.calendar import calendar_blueprint
from app.api.changes import changes_blueprint
from app.api.corrections import corrections_blueprint
from app.api.document import SECURITY_SCHEMES, Document, schema_name
from app.api.encounters import encounters_blueprint
from app.api.events import events_blueprint
from app.api.extraction import extraction_blueprint, in_turns
from app.api.kept_answers import KeptAnswers, keep
from app.api.problems import Problem
from app.api.scrapes import scrapes_blueprint
from app.api.service import service_blueprint
from app.api.webhooks import webhooks_blueprint
from app.config import Settings
from app.event_json import API_PREFIX
from app.metrics import Metrics
from app.site.blueprint import site_blueprint
from app.site.own_forms import FORM, takes_form
from app.sourcing import Sourcing
from app.static_files import static_file
from app.store.encounters import Encounters
from app.store.queries import Queries
from app.store.watch import Watch

__all__ = ["BODY_LIMIT", "create_app"]

BODY_LIMIT = 2_500_000
"""Bytes that a request's body may have: the longest text that `POST /extract` takes, each character as `\\uXXXX`
escapes (12 bytes at most), and what goes with it."""

_CONTROLS = re.compile("[\x00-\x1f]")
_NESTING = 4  # levels of a JSON body; ours have three
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'",
}


_LASTING = (*(f"{API_PREFIX}/{name}" for name in ("events", "changes", "actors", "countries")), "/calendar.ics", "/events", "/timeline", "/map",
            "/actors", "/countries", "/sitemap")  # beginnings of the paths below which answers last


def create_app(settings: Settings, store: ScrapeStore, *, extract: Extract | None = None, sourcing: Sourcing | None = None,
               now: Callable[[], datetime] = utc_now, last_look_age: Callable[[], float | None] = lambda: None) -> APIFlask:
    """The application over an open store.

    `extract` reads one article for `POST /extract`; by default `app.extraction`, loaded when first asked. `sourcing` finds and adds
    sources for the desk. `now` is the clock (aware). `last_look_age` tells in seconds how long ago the scheduler of this process last
    looked for what is due; None where it has none. Nothing global is set: two applications in one process know nothing of each other.
    """
    queries = Queries(store.engine)
    metrics = Metrics(queries, now, last_look_age)
    app = APIFlask(__name__, title="Summitry", version=_version(), docs_path=None, spec_path=None)
    admission = Admission(app, settings, store.tokens)
    backend = Backend(settings=settings, queries=queries, encounters=Encounters(store.engine),
                      extract=in_turns(extract or _extract, max(1, settings.threads // 2)), now=now, metrics=metrics, corrections=store.corrections,
                      webhooks=store.webhooks, request_run=partial(store.request_run, trigger="api"), admission=admission, version=app.version,
                      sourcing=sourcing)
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        DESCRIPTION="One timeline of who met whom, when and where, read from diplomatic news. Every error is problem "
                    "details (RFC 9457).",
        SERVERS=[{"url": (settings.base_url or "").rstrip("/") or "/"}],
        SECURITY_SCHEMES=SECURITY_SCHEMES,
        AUTO_VALIDATION_ERROR_RESPONSE=False, AUTO_404_RESPONSE=False, AUTO_AUTH_ERROR_RESPONSE=False)
    app.view_functions["static"] = static_file
    app.schema_name_resolver = schema_name
    document = Document(app, admission, now)
    site, front, as_page = site_blueprint(backend, document)
    problems.install(app, as_page)
    app.before_request(_begin)
    app.before_request(admission.check)
    app.before_request(_refuse_odd_bytes)
    for make in (events_blueprint, changes_blueprint, encounters_blueprint, actors_blueprint, articles_blueprint, scrapes_blueprint, extraction_blueprint,
                 corrections_blueprint, webhooks_blueprint):
        app.register_blueprint(make(backend), url_prefix=API_PREFIX)
    app.register_blueprint(calendar_blueprint(backend))
    app.register_blueprint(site)
    app.register_blueprint(service_blueprint(backend, document, front))

    @app.after_request
    def _end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "none"
        if isinstance(response, Answered) and response.status_code == 200:
            response = _what_is_needed(response, route)
        else:
            _add_headers(response)
        metrics.answered(request.method, route, response.status_code, perf_counter() - g.began)
        return response

    app.wsgi_app = KeptAnswers(  # type: ignore[method-assign]
        app.wsgi_app, mark=Watch(store.engine).mark, now=now, paths=_LASTING,
        answered=metrics.answered, admits=admission.admits_at_once)
    return app


def _what_is_needed(response: Answered, route: str) -> Response:
    """All of an answer, or the part of it that this client needs."""
    found = response.answer
    own = list(response.headers)
    names = {name for name, _ in own}
    found.headers = [pair for pair in own if pair[0] not in ("Content-Type", "Content-Length")]
    found.headers += [pair for pair in _HEADERS.items() if pair[0] not in names]
    keep(request.environ, found, route)
    sent = found.sent(request.environ)
    if sent is None:
        refused = Problem(412, "What is here now is not what the request asks it to be.", headers={"Vary": "Accept-Encoding"}).response()
        _add_headers(refused)
        return refused
    response.sent, response.status_code = sent, sent.status
    return response


def _add_headers(response: Response) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _begin() -> None:
    g.began = perf_counter()


def _refuse_odd_bytes() -> None:
    """Refuse what no view should have to think of: control characters in the path, and bodies that are not JSON, or not the
    form that a page of the site posts to its own address."""
    if _CONTROLS.search(request.path):
        raise Problem(404, "There is nothing at an address with control characters.")
    if request.method not in ("POST", "PATCH"):
        return
    length = request.content_length
    if request.content_type is None and not length and "Transfer-Encoding" not in request.headers:
        return
    if takes_form(request):
        if request.mimetype != FORM:
            raise Problem(415, f"The body must be {FORM}.", headers={"Accept-Post": FORM})
        return
    if request.mimetype != "application/json":
        raise Problem(415, "The body must be application/json.", headers={"Accept-Post": "application/json"})
    try:
        body = orjson.loads(request.get_data(cache=True))
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"The body is no JSON: {error}.") from error
    if not _flat(body, _NESTING):
        raise Problem(400, "The body is nested deeper than any that this service takes.")


def _flat(value: Any, levels: int) -> bool:
    """Whether JSON is nested at most so many levels deep."""
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_flat(item, levels - 1) for item in inner)


def _extract(row: Any) -> dict[str, Any]:
    from app.extraction import reading_of_row  # the gazetteer takes a moment to load
    from timeline.gazetteer import load_gazetteer

    return reading_of_row(row, load_gazetteer())


def _version() -> str:
    try:
        return version("summitry")
    except PackageNotFoundError:
        return "0"
