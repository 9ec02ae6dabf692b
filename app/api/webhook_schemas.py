"""Webhooks as the OpenAPI document describes them, and what may be asked of them."""
from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf

from app.api.schemas import FailureSchema
from app.saved_filter import checked_filter
from scraper.guard import LONGEST_URL

_FILTER = {"description": "Query parameters of `/events` that choose events, by name; a list for one that is given several times.",
           "example": {"country": ["KZ"], "status": "planned"},
           "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}}
_URL = {"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}
_TYPES = ("event.added", "event.changed", "event.removed", "webhook.test")


class _Filter(Dict):
    """The object itself, once it is a filter."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return checked_filter(value)


class _Flag(Boolean):
    """`true` or `false`: to marshmallow 1 and 0 are as good, whatever words it is told to take."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class NewWebhookSchema(Schema):
    url = String(required=True, validate=Length(1, LONGEST_URL), metadata=_URL | {
        "description": "Where messages are posted to; https, or http.", "example": "https://receiver.example/summitry"})
    filter = _Filter(load_default=dict, metadata=_FILTER | {"description": f"{_FILTER['description']} Without it, all events."})
    from_start = _Flag(load_default=False, metadata={
        "description": "Begin with all events that stand and match, and not with the next change."})


class ChangedWebhookSchema(Schema):
    """What is left out stays as it is."""

    url = String(validate=Length(1, LONGEST_URL), metadata=_URL)
    filter = _Filter(metadata=_FILTER)
    rotate_secret = _Flag(validate=OneOf([True]), metadata={
        "description": "Give it a new secret; messages are signed by the former one too, for 24 hours."})


class DisabledSchema(Schema):
    at = String(required=True)
    reason = String(required=True, validate=OneOf(["failing", "gone"]), metadata={
        "description": "`failing`: every attempt of the schedule failed; `gone`: the receiver answered 410."})
    detail = String(required=True)


class WebhookSchema(Schema):
    id = String(required=True)
    url = String(required=True)
    filter = Dict(required=True, metadata={"description": "As it was given."})
    state = String(required=True, validate=OneOf(["active", "disabled"]))
    disabled = Nested(DisabledSchema, required=True, allow_none=True)
    created = String(required=True)
    changed = String(required=True)
    waiting = Integer(required=True, metadata={"description": "Events that the receiver is still to be told of."})
    waiting_since = String(required=True, allow_none=True, metadata={"description": "When the oldest of them changed."})
    failures = Integer(required=True, metadata={"description": "Attempts that failed in a row, one under way included."})
    due = String(required=True, allow_none=True, metadata={"description": "Before it nothing is sent; null where nothing failed."})
    former_secret_until = String(required=True, allow_none=True, metadata={
        "description": "While a secret is being rotated: until when the former one signs too."})
    deliveries = String(required=True, metadata={"description": "Address of its last attempts."})


class OneWebhookSchema(WebhookSchema):
    secret = String(metadata={"description": "Only in the answer that makes or rotates it; it is never shown again."})


class WebhooksSchema(Schema):
    webhooks = List(Nested(WebhookSchema), required=True, metadata={"description": "By age."})


class DeliverySchema(Schema):
    message = String(required=True, metadata={"description": "The `webhook-id` that it was sent under."})
    type = String(required=True, validate=OneOf(_TYPES))
    event = String(required=True, allow_none=True, metadata={"description": "Null for a test."})
    attempt = Integer(required=True, metadata={"description": "At this message, from 1; begins anew when the webhook is enabled."})
    at = String(required=True)
    seconds = Float(required=True, allow_none=True, metadata={"description": "What it took."})
    outcome = String(required=True, allow_none=True, validate=OneOf(["delivered", "failed", None]), metadata={
        "description": "Null: it is under way, or its process died, and the message is sent again."})
    status = Integer(required=True, allow_none=True, metadata={"description": "Of the answer; null where there was none."})
    error = Nested(FailureSchema, required=True, allow_none=True)


class DeliveriesSchema(Schema):
    deliveries = List(Nested(DeliverySchema), required=True, metadata={"description": "The newest first."})


class TestMessageSchema(Schema):
    message = String(required=True, metadata={"description": "The `webhook-id` that it is sent under."})
    deliveries = String(required=True, metadata={"description": "Address where its outcome is shown."})
