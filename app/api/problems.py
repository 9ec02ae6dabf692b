"""Every error as problem details (RFC 9457): `application/problem+json` with type, title, status, detail, instance.

Where single parameters or fields are wrong, `errors` names each of them with the reason.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask, HTTPError, Schema
from apiflask.fields import Integer, List, Nested, String
from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers

from app.event_json import dump
from app.store.errors import StoreError, UnknownSource, store_error

__all__ = ["MEDIA_TYPE", "Problem", "ProblemSchema", "install", "problem_json", "problems", "reasons"]

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER = "5"  # seconds; as long as a writer holds the store at most

log = logging.getLogger(__name__)


class WrongValue(Schema):
    parameter = String(metadata={"description": "Name of the query parameter that is wrong."})
    field = String(metadata={"description": "Name of the body's field that is wrong."})
    header = String(metadata={"description": "Name of the header that is wrong."})
    detail = String(required=True)


class ProblemSchema(Schema):
    """RFC 9457, section 3.1."""

    type = String(required=True)
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    instance = String(required=True)
    errors = List(Nested(WrongValue))


class Problem(Exception):
    """Ends the request with this problem. `errors` has `parameter`, `field` or `header`, and `detail`, in each item; a header with a
    list stands once for each item."""

    def __init__(self, status: int, detail: str, *, errors: Sequence[Mapping[str, str]] = (),
                 headers: Mapping[str, str | list[str]] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def response(self) -> Response:
        response = Response(problem_json(self.status, self.detail, request.path, self.errors), self.status, mimetype=MEDIA_TYPE)
        response.headers.update(self.headers)
        response.headers["Cache-Control"] = "no-store"
        return response


def problem_json(status: int, detail: str, instance: str, errors: Sequence[Mapping[str, str]] = ()) -> bytes:
    """`instance` is the path that was asked."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail,
                            "instance": instance}
    return dump(body | {"errors": list(errors)} if errors else body)


def problems(**details: str) -> dict[int, Any]:
    """Error responses for `doc(responses=…)`: `problems(_404="No such event.")`."""
    return {int(code.lstrip("_")): {"description": text, "content": {MEDIA_TYPE: {"schema": ProblemSchema}}}
            for code, text in details.items()}


def install(app: APIFlask, as_page: Callable[[Problem], Response | None] = lambda problem: None) -> None:
    """Make every error of the application a problem. `as_page` gives the page for it where a page was asked for."""

    @app.errorhandler(Problem)
    def _told(error: Problem) -> Response:
        return as_page(error) or error.response()

    @app.error_processor
    def _http(error: HTTPError) -> Response:
        wrong = list(_wrong_values(error.detail)) if isinstance(error.detail, dict) else []
        detail = "; ".join(f"{item.get('parameter') or item.get('field') or item.get('header') or 'body'}: {item['detail']}" for item in wrong)
        return _told(Problem(error.status_code, detail or _DETAILS.get(error.status_code) or error.message or "",
                             errors=wrong, headers=dict(Headers(error.headers))))

    @app.errorhandler(SQLAlchemyError)
    def _database(error: SQLAlchemyError) -> Response:
        named = store_error(error, "the store")
        return _bug(error) if named is None else _store(named)

    @app.errorhandler(StoreError)
    def _store(error: StoreError) -> Response:
        """Said to the client without what the message tells of this machine."""
        log.error("%s %s: the store failed (%s): %s", request.method, request.path, error.error_class, error)
        return _told(Problem(503, "The store can't be used now.", headers={"Retry-After": _RETRY_AFTER}))

    @app.errorhandler(UnknownSource)
    def _unknown_source(error: UnknownSource) -> Response:
        reasons = [f"There is no source {name!r}." for name in error.names]
        return Problem(422, " ".join(reasons),
                       errors=[{"field": "sources", "detail": reason} for reason in reasons]).response()

    @app.errorhandler(Exception)
    def _bug(error: Exception) -> Response:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        return _told(Problem(500, _DETAILS[500]))


_DETAILS = {
    400: "The request can't be understood.",
    404: "There is nothing at this address.",
    405: "This address does not know that method; the Allow header names those that it knows.",
    413: "The body is larger than this service takes.",
    500: "The service failed at this request. It is logged.",
}


def _wrong_values(messages: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """From marshmallow's `{location: {name: [reason, …]}}`."""
    for location, named in messages.items():
        key = {"query": "parameter", "headers": "header"}.get(location, "field")
        if not isinstance(named, Mapping):
            yield from ({"detail": reason} for reason in reasons(named))
            continue
        for name, told in named.items():
            for reason in reasons(told):
                yield {"detail": reason} if name == "_schema" else {key: str(name)[:100], "detail": reason}


def reasons(found: Any) -> Iterator[str]:
    """Each reason in marshmallow's messages for one field."""
    if isinstance(found, Mapping):
        for key, value in found.items():
            for reason in reasons(value):
                yield f"item {key}: {reason}" if isinstance(key, int) else f"{key}: {reason}"
    elif isinstance(found, list | tuple):
        for item in found:
            yield from reasons(item)
    else:
        yield str(found)
