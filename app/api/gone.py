"""What is said of an event that is not in the timeline any more."""
from __future__ import annotations

from flask import Response

from app.api.backend import Backend
from app.api.objects import address_of
from app.api.problems import Problem
from app.event_json import dump

__all__ = ["moved_or_gone", "removal"]


def moved_or_gone(backend: Backend, event_id: str, *, suffix: str = "") -> Response:
    """301 to the event that this one became one with; `suffix` is what follows its address. Raises `Problem` 410 where it
    is none any more."""
    heir = backend.queries.heir(event_id)
    if heir is not None:
        path = address_of("events", heir)
        response = Response(dump({"id": heir, "url": path}), 301, mimetype="application/json")
        response.headers["Location"] = backend.address(path + suffix)
        response.headers["Cache-Control"] = "no-cache"  # or a client would not see that it was undone
        return response
    raise removal(backend, event_id)


def removal(backend: Backend, event_id: str) -> Problem:
    """Why the event is no more: 410."""
    ruling = backend.queries.withdrawal(event_id)
    if ruling is not None:
        return Problem(410, f"Withdrawn by correction {ruling['id']}, by {ruling['author']}"
                            f"{': ' + ruling['note'] if ruling['note'] else ''}; its history is kept under /history.")
    return Problem(410, "No article tells of this event any more; its history is kept under /history.")
