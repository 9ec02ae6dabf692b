"""`/changes`: what changed since a client last asked, for those who keep a copy of the timeline."""
from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api import cursor
from app.api.answers import answer, settled
from app.api.backend import Backend
from app.api.pages import with_next
from app.api.parameters import ChangeParameters
from app.api.problems import Problem, problems
from app.api.schemas import ChangePageSchema
from app.change_json import change_json
from app.event_json import API_PREFIX, dump

__all__ = ["changes_blueprint"]

_QUESTION = "changes"
_DIGITS = 18  # what any database takes for a number


def changes_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("changes", __name__, tag="Changes")
    queries = backend.queries

    def reached(asked: dict[str, Any]) -> int:
        """The number of the last change that the client has. Raises `Problem` 400 and 410."""
        if "since" not in asked:
            return 0
        try:
            number, at = cursor.decode(asked["since"], question=_QUESTION, parts=2)
            if not number.isdecimal() or len(number) > _DIGITS:
                raise cursor.CursorError("not a cursor of this service")
        except cursor.CursorError as error:
            raise Problem(400, f"since: {error}", errors=[{"parameter": "since", "detail": str(error)}]) from error
        # A store that was put back from a backup gives the same numbers to other changes.
        if queries.change_at(int(number)) != at:
            raise Problem(410, "This timeline has no such change: it is another one, or was put back to an earlier state. "
                               "Begin again without since.")
        return int(number)

    @blueprint.get("/changes")
    @blueprint.input(ChangeParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ChangePageSchema)
    @blueprint.doc(operation_id="listChanges", responses=problems(
        _400="A parameter is wrong or unknown, or `since` is not ours.",
        _410="The timeline is not the one that gave this `since`: begin again without it."))
    def list_changes(asked: dict[str, Any]) -> Response:
        """List the changes of all events, oldest first

        Replayed from the start, they give the timeline. None is left out and none is told twice, whatever is written meanwhile.
        """
        limit = asked["limit"]
        rows = queries.changes(reached(asked), limit + 1)
        more, rows = len(rows) > limit, rows[:limit]
        since = cursor.encode((str(rows[-1].number), rows[-1].at), question=_QUESTION) if rows else asked.get("since")
        told = [change for row in rows if (change := change_json(row)) is not None]
        body = b'{"changes":[' + b",".join(told) + b'],"since":' + dump(since) + b',"more":' + dump(more) + b"}"
        following = backend.address(f"{API_PREFIX}/changes?{urlencode({'limit': limit, 'since': since})}") if more else None
        changed = settled(queries.last_change_at(), backend.now())
        return with_next(answer(body, "application/json", last_modified=changed, lasting=True), following)

    return blueprint
