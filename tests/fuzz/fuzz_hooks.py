"""What no schema tells of the service: which events, sources and corrections there are. Loaded by schemathesis.

Where it makes a request that should be accepted, names that it made up are put in place by such that are there.
"""
from __future__ import annotations

import json
import os
from typing import Any
from zlib import crc32

import schemathesis

THERE: dict[str, list[str]] = json.loads(os.environ["SUMMITRY_TEST_FUZZ_THERE"])
"""Ids of `events` and of `sources`, and addresses of `articles`."""
made: list[str] = []  # ids of corrections
webhooks: list[str] = []  # ids of those that are there


def real(kind: str, name: str) -> str:
    """One that is there, always the same for one name."""
    return THERE[kind][crc32(name.encode("utf-8", "replace")) % len(THERE[kind])]


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.query, dict):  # a cursor is what the service gave, with the filters that it was given for
        for name in ("cursor", "since"):
            case.query.pop(name, None)
    operation = case.operation.definition.raw.get("operationId")
    if operation == "undoCorrection" and made:
        case.path_parameters["correction_id"] = made[-1]
    if "webhook_id" in (case.path_parameters or {}) and webhooks:
        case.path_parameters["webhook_id"] = webhooks[-1]
    if not isinstance(case.body, dict):
        return
    if operation == "correct":
        if "event" in case.body:
            case.body["event"] = real("events", case.body["event"])
        for name, kind in (("events", "events"), ("articles", "articles")):
            if name in case.body:
                case.body[name] = [real(kind, one) for one in case.body[name]]
    elif operation == "startScrape" and "sources" in case.body:
        case.body["sources"] = [real("sources", one) for one in case.body["sources"]]


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    operation = case.operation.definition.raw.get("operationId")
    if response.status_code == 201:
        (webhooks if operation == "addWebhook" else made).append(response.json()["id"])
    elif operation == "removeWebhook" and response.status_code == 204 and case.path_parameters["webhook_id"] in webhooks:
        webhooks.remove(case.path_parameters["webhook_id"])
