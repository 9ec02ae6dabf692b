"""The OpenAPI document: what APIFlask makes of the views, and what it leaves out."""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast

from apiflask import APIFlask

from app.api.admission import Admission
from app.api.corrections import CORRECTION_KINDS
from app.api.problems import MEDIA_TYPE
from app.scopes import Scope
from app.store.errors import StoreError

__all__ = ["SECURITY_SCHEMES", "Document", "schema_name"]

SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer",
               "description": "A token (RFC 6750); beside each operation that needs one stands the scope that it must have."},
    "basic": {"type": "http", "scheme": "basic",
              "description": "A token as the password, under any name (RFC 7617), for calendar programs and feed readers."}}

_PATH_PARAMETER = re.compile(r"<(?:[^<:]+:)?([^>]+)>")


class Document:
    """The document of one application. It tells whether tokens are needed, and so becomes another one with the first token."""

    def __init__(self, app: APIFlask, admission: Admission, now: Callable[[], datetime]) -> None:
        self._app = app
        self._admission = admission
        self._now = now
        self.since = now()  # it is made of the code and the settings, and as old as the process, or as the first token
        self._made: dict[bool, dict[str, Any]] = {}

    def __call__(self) -> dict[str, Any]:
        try:
            wanted = self._admission.wants_tokens()
        except StoreError:  # the document must be there all the same
            wanted = True
        if wanted not in self._made:
            document = cast(dict[str, Any], self._app.spec)
            _require_bodies(document)
            document["components"]["schemas"]["CorrectionRequest"]["oneOf"] = CORRECTION_KINDS
            for operation, scope in self._operations(document):
                if scope is not None:
                    _tell_scope(operation, scope, optional=not wanted)
                _refusal(operation, "429", "Too many requests; `Retry-After` tells when to ask again.")
            if self._made:
                self.since = self._now()
            self._made[wanted] = document
        return self._made[wanted]

    def _operations(self, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Scope | None]]:
        for rule in self._app.url_map.iter_rules():
            described = document["paths"].get(_PATH_PARAMETER.sub(r"{\1}", rule.rule), {})
            for method in rule.methods or ():
                if method.lower() in described:
                    yield described[method.lower()], self._admission.scope_of(rule.endpoint)


def schema_name(schema: Any) -> str:
    """`Event` for `EventSchema`."""
    return (schema if isinstance(schema, type) else type(schema)).__name__.removesuffix("Schema")


def _require_bodies(document: dict[str, Any]) -> None:
    """A body is required where its schema has a required field."""
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rsplit("/", 1)[1]
                operation["requestBody"]["required"] = bool(schemas[name].get("required"))


def _tell_scope(operation: dict[str, Any], scope: Scope, *, optional: bool) -> None:
    """`optional`: there is no token, and clients on this machine need none."""
    # OpenAPI 3.1 lets schemes that are not OAuth name what they need as roles (section 4.8.30).
    ways: list[dict[str, list[str]]] = [{"bearer": [scope.value]}]
    if scope is Scope.READ:
        ways.append({"basic": [scope.value]})
    operation["security"] = [*ways, {}] if optional else ways
    _refusal(operation, "401", "The token is missing or wrong.")
    _refusal(operation, "403", f"The token has not the scope `{scope.value}`; or there is none, and the client is not on this machine.")


def _refusal(operation: dict[str, Any], status: str, description: str) -> None:
    operation["responses"][status] = {
        "description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
