"""`/desk/webhooks`: where changes are pushed to, and how that goes; made from a choice of `/subscribe`, tried, given another secret,
enabled and removed, each as the API does it."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request
from marshmallow import ValidationError

from app.api.backend import Backend
from app.api.objects import attempt_object, webhook_object
from app.api.problems import Problem, reasons
from app.api.webhook_schemas import NewWebhookSchema
from app.api.webhooks import made, of_known, rotated
from app.site.desk_sources import ago, until
from app.site.filters import WebhookParameters, taken
from app.site.notices import DONE, done
from app.site.pages import Pages
from app.site.signing_in import Operator

__all__ = ["add_webhook", "enable_webhook", "remove_webhook", "rotate_secret", "send_test", "webhook_list"]

_PATH = "/desk/webhooks"
_WHY = {"failing": "every attempt of three days failed", "gone": "its receiver said that it is gone (410)"}


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook object of the API with its last attempt, and its times in words; nothing where a time is not known."""

    told: Mapping[str, Any]
    filter: Sequence[tuple[str, str]]
    query: str
    testing: bool  # a test message waits or is under way
    last: Mapping[str, Any] | None
    tried: str
    due: str
    why: str


def webhook_list(operator: Operator, backend: Backend, pages: Pages) -> Response:
    """All webhooks. `done` and `of` tell of the act that led here."""
    asked = taken(WebhookParameters)
    return _page(operator, backend, pages, done=DONE.get(asked.get("done", "")), of=asked.get("of"))


def add_webhook(operator: Operator, backend: Backend, pages: Pages) -> Response:
    """Make one, and show its secret this once. What is wrong is said beside the field, and what was typed stays."""
    given = {name: request.form.get(name, "").strip() for name in ("url", "filter", "from_start")}
    if not given["url"]:
        return _page(operator, backend, pages, given=given, wrong={"url": "Give the address of your receiver."}, status=422)
    try:
        row = NewWebhookSchema().load({"url": given["url"], "filter": _read(given["filter"]), "from_start": bool(given["from_start"])})
        webhook, secret = made(backend, row)
    except ValidationError as error:
        told = error.normalized_messages()
        return _page(operator, backend, pages, given=given, wrong={str(name): " ".join(reasons(why)) for name, why in told.items()}, status=422)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        detail = problem.errors[0]["detail"] if problem.errors else problem.detail
        return _page(operator, backend, pages, given=given, wrong={"url": f"{detail[:1].upper()}{detail[1:]}"}, status=problem.status)
    return _page(operator, backend, pages, secret=secret, of=webhook, status=201)


def rotate_secret(operator: Operator, backend: Backend, pages: Pages, webhook: str) -> Response:
    """Show its new secret this once. Raises `Problem` 404, as all of these."""
    return _page(operator, backend, pages, secret=rotated(backend, webhook), of=webhook, rotated=True)


def send_test(operator: Operator, backend: Backend, pages: Pages, webhook: str) -> Response:
    of_known(webhook, lambda: backend.webhooks.request_test(webhook))
    return done(pages, "tested", webhook, path=_PATH)


def enable_webhook(operator: Operator, backend: Backend, pages: Pages, webhook: str) -> Response:
    of_known(webhook, lambda: backend.webhooks.enable(webhook))
    return done(pages, "enabled", webhook, path=_PATH)


def remove_webhook(operator: Operator, backend: Backend, pages: Pages, webhook: str) -> Response:
    of_known(webhook, lambda: backend.webhooks.remove(webhook))
    return done(pages, "removed", path=_PATH)


def _page(operator: Operator, backend: Backend, pages: Pages, *, given: Mapping[str, str] | None = None,
          wrong: Mapping[str, str] | None = None, status: int = 200, **told: Any) -> Response:
    now = backend.now()
    lines = [_line(backend, row, now) for row in backend.queries.webhooks()]
    asked = _pairs(_read(given["filter"])) if given else []
    return pages.page("desk_webhooks.html", title="Webhooks", about="Where changes are sent.", private=True, json="/api/v1/webhooks", status=status,
                      operator=operator, webhooks=lines, given=given, asked=asked, wrong=wrong or {}, **told)


def _line(backend: Backend, row: Any, now: datetime) -> WebhookLine:
    told = webhook_object(row)
    attempts = backend.queries.webhook_attempts(told["id"], limit=1)
    last = attempt_object(attempts[0]) if attempts else None
    pairs = _pairs(told["filter"])
    return WebhookLine(told, pairs, f"?{urlencode(pairs, safe=':')}" if pairs else "", row["test"] is not None, last,
                       ago(last["at"], now) if last else "", until(told["due"], now) if told["due"] else "",
                       _WHY.get(told["disabled"]["reason"], "") if told["disabled"] else "")


def _read(text: str) -> Any:
    """JSON, of the hidden field that the page itself filled; nothing where somebody made it something else."""
    try:
        return orjson.loads(text)
    except ValueError:
        return None


def _pairs(wanted: Any) -> list[tuple[str, str]]:
    """A filter as the parameters of an address."""
    if not isinstance(wanted, dict):
        return []
    return [(name, str(value)) for name, values in wanted.items() for value in (values if isinstance(values, list) else [values])]
