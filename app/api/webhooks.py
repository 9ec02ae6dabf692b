"""`/webhooks`: where changes are pushed to. What is sent, and when, is in `docs/webhooks.md`."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.admission import needs
from app.api.backend import Backend
from app.api.objects import address_of, attempt_object, webhook_object
from app.api.parameters import DeliveryParameters, NoParameters
from app.api.problems import Problem, problems
from app.api.webhook_schemas import (
    ChangedWebhookSchema,
    DeliveriesSchema,
    NewWebhookSchema,
    OneWebhookSchema,
    TestMessageSchema,
    WebhooksSchema,
)
from app.event_json import dump
from app.scopes import Scope
from app.store.errors import TooManyWebhooks, UnknownWebhook
from app.webhook_message import new_secret
from scraper.errors import Refused
from scraper.guard import public_url

__all__ = ["made", "of_known", "rotated", "webhooks_blueprint"]

T = TypeVar("T")


def made(backend: Backend, wanted: dict[str, Any]) -> tuple[str, str]:
    """Id and secret of a new webhook; `wanted` is what `NewWebhookSchema` gives. Raises `Problem`: 422 where the address can't be, or must
    not be, one of a receiver, 409 where there are as many webhooks as there may be."""
    secret = new_secret()
    try:
        webhook = backend.webhooks.add(_receiver(backend, wanted["url"]), wanted["filter"], secret=secret, from_start=wanted["from_start"])
    except TooManyWebhooks as error:
        raise Problem(409, f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return webhook, secret


def rotated(backend: Backend, webhook: str) -> str:
    """The new secret. Raises `Problem` 404."""
    secret = new_secret()
    of_known(webhook, lambda: backend.webhooks.change(webhook, secret=secret))
    return secret


def of_known(webhook: str, act: Callable[[], T]) -> T:
    """What the act gives. Raises `Problem` 404 where there is no such webhook."""
    try:
        return act()
    except UnknownWebhook as error:
        raise _none(webhook) from error


def _receiver(backend: Backend, url: str) -> str:
    """The address as it is kept."""
    try:
        return public_url(url, backend.settings.allow_hosts)
    except Refused as error:
        raise Problem(422, f"url: {error.detail}", errors=[{"field": "url", "detail": error.detail}]) from error


def webhooks_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("webhooks", __name__, tag="Webhooks")
    queries, webhooks = backend.queries, backend.webhooks
    admitted = needs(Scope.PUSH)  # for reading too: an address may hold a receiver's own secret
    refusals = {"_400": "A parameter is unknown."}
    of_one = refusals | {"_404": "There is no such webhook."}
    bodies = {"_400": "A parameter is unknown, or the body is no JSON.", "_413": "The body is too large.",
              "_415": "The body is not application/json.", "_422": "A field is wrong or missing."}

    def told(webhook: str, status: int = 200, **more: Any) -> Response:
        row = queries.webhook(webhook)
        if row is None:
            raise _none(webhook)
        return _private(webhook_object(row) | more, status)

    @blueprint.get("/webhooks")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(WebhooksSchema)
    @blueprint.doc(operation_id="listWebhooks", responses=problems(**refusals))
    def list_webhooks(asked: dict[str, Any]) -> Response:
        """List webhooks"""
        return _private({"webhooks": [webhook_object(row) for row in queries.webhooks()]})

    @blueprint.post("/webhooks")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(NewWebhookSchema, location="json", arg_name="wanted")
    @blueprint.output(OneWebhookSchema, status_code=201, description="The webhook, and its secret, which is shown this once.")
    @blueprint.doc(operation_id="addWebhook", responses=problems(**bodies, _409="There are as many webhooks as there may be."))
    def add_webhook(asked: dict[str, Any], wanted: dict[str, Any]) -> Response:
        """Make a webhook

        It is sent the changes of the events that match its filter, signed by Standard Webhooks.
        """
        webhook, secret = made(backend, wanted)
        response = told(webhook, 201, secret=secret)
        response.headers["Location"] = backend.address(address_of("webhooks", webhook))
        return response

    @blueprint.get("/webhooks/<webhook_id>")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(OneWebhookSchema)
    @blueprint.doc(operation_id="getWebhook", responses=problems(**of_one))
    def get_webhook(webhook_id: str, asked: dict[str, Any]) -> Response:
        """Get one webhook"""
        return told(webhook_id)

    @blueprint.patch("/webhooks/<webhook_id>")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(ChangedWebhookSchema, location="json", arg_name="wanted")
    @blueprint.output(OneWebhookSchema, description="The webhook; where its secret was rotated, with the new one.")
    @blueprint.doc(operation_id="changeWebhook", responses=problems(**of_one | bodies))
    def change_webhook(webhook_id: str, asked: dict[str, Any], wanted: dict[str, Any]) -> Response:
        """Give a webhook another address, filter or secret"""
        url = _receiver(backend, wanted["url"]) if "url" in wanted else None
        secret = new_secret() if "rotate_secret" in wanted else None
        of_known(webhook_id, lambda: webhooks.change(webhook_id, url=url, wanted=wanted.get("filter"), secret=secret))
        return told(webhook_id, **({"secret": secret} if secret else {}))

    @blueprint.delete("/webhooks/<webhook_id>")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output({}, status_code=204, description="It is removed, with all that waited for it.")
    @blueprint.doc(operation_id="removeWebhook", responses=problems(**of_one))
    def remove_webhook(webhook_id: str, asked: dict[str, Any]) -> Response:
        """Remove a webhook"""
        of_known(webhook_id, lambda: webhooks.remove(webhook_id))
        return Response(status=204)

    @blueprint.post("/webhooks/<webhook_id>/enable")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(OneWebhookSchema)
    @blueprint.doc(operation_id="enableWebhook", responses=problems(**of_one))
    def enable_webhook(webhook_id: str, asked: dict[str, Any]) -> Response:
        """Send again to a webhook that was disabled

        What it missed is sent now: of each event its newest state.
        """
        of_known(webhook_id, lambda: webhooks.enable(webhook_id))
        return told(webhook_id)

    @blueprint.post("/webhooks/<webhook_id>/test")
    @admitted
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(TestMessageSchema, status_code=202, description="The message that is sent, or that waits already.")
    @blueprint.doc(operation_id="testWebhook", responses=problems(**of_one))
    def test_webhook(webhook_id: str, asked: dict[str, Any]) -> Response:
        """Send a test message

        Once, within the next seconds, to a webhook that is disabled as well. Its outcome is among the deliveries.
        """
        message = of_known(webhook_id, lambda: webhooks.request_test(webhook_id))
        return _private({"message": message, "deliveries": f"{address_of('webhooks', webhook_id)}/deliveries"}, 202)

    @blueprint.get("/webhooks/<webhook_id>/deliveries")
    @admitted
    @blueprint.input(DeliveryParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(DeliveriesSchema)
    @blueprint.doc(operation_id="listDeliveries", responses=problems(
        **of_one | {"_400": "A parameter is wrong or unknown."}))
    def list_deliveries(webhook_id: str, asked: dict[str, Any]) -> Response:
        """List the last attempts to deliver, the newest first"""
        if queries.webhook(webhook_id) is None:
            raise _none(webhook_id)
        rows = queries.webhook_attempts(webhook_id, limit=asked["limit"])
        return _private({"deliveries": [attempt_object(row) for row in rows]})

    return blueprint


def _none(webhook: str) -> Problem:
    return Problem(404, f"There is no webhook {webhook[:100]!r}.")


def _private(value: dict[str, Any], status: int = 200) -> Response:
    response = Response(dump(value), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
