"""`/desk`: how collecting goes, what was corrected, and where both are begun by hand."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api import cursor
from app.api.backend import Backend
from app.api.objects import correction_object
from app.api.pages import after_cursor
from app.api.parameters import PageParameters, question, unreported_before
from app.api.problems import Problem
from app.site.desk_sources import TONES, ago, counts, source_lines
from app.site.event_line import event_objects
from app.site.filters import DeskParameters, Wanted, taken
from app.site.notices import DONE, done
from app.site.pages import Pages
from app.site.runs import run_lines
from app.site.signing_in import Operator
from app.store.errors import AlreadyUndone, UnknownRuling

__all__ = ["correction_list", "desk", "undo"]

_RUNS, _CORRECTIONS = 8, 8  # that the desk itself shows


def desk(operator: Operator, backend: Backend, pages: Pages) -> Response:
    """The page. `health` narrows the sources, `done` and `of` tell of the action that led here."""
    asked, now = taken(DeskParameters), backend.now()
    lines = source_lines(backend.queries.sources(), now)
    shown = [line for line in lines if line.told["health"] in asked["health"]] if asked.get("health") else [
        line for line in lines if line.active]
    return pages.page(
        "desk.html", title="The desk", about="Sources, runs and corrections.", private=True, json="/api/v1/sources", operator=operator, tones=TONES,
        sources=shown, counts=counts(lines), wanted=Wanted(), done=DONE.get(asked.get("done", "")), what=asked.get("done"), of=asked.get("of"),
        runs=run_lines(backend, backend.queries.runs(limit=_RUNS)), adds=backend.sourcing is not None,
        corrections=_corrections(backend, backend.queries.corrections(limit=_CORRECTIONS)))


def correction_list(operator: Operator, backend: Backend, pages: Pages) -> Response:
    """All corrections, a page at a time."""
    asked = taken(PageParameters)
    asking, limit = question("corrections"), asked["limit"]
    after = after_cursor(asked, asking, parts=1)
    if after is not None and not after[0].isdecimal():
        raise Problem(400, "cursor: not a cursor of this service")
    rows = backend.queries.corrections(limit=limit + 1, after=int(after[0]) if after else None)
    last = rows[limit - 1] if len(rows) > limit else None
    return pages.page("desk_corrections.html", title="Corrections", about="What operators corrected.", private=True, json="/api/v1/corrections",
                      operator=operator, corrections=_corrections(backend, rows[:limit]),
                      next=Wanted().query(cursor=cursor.encode((str(last["number"]),), question=asking)) if last else None)


def undo(operator: Operator, backend: Backend, pages: Pages, correction: str) -> Response:
    """Undo a correction. Raises `Problem` 404, and 409 where it was undone before."""
    try:
        backend.corrections.undo(correction, by=operator.name)
    except UnknownRuling as error:
        raise Problem(404, f"There is no correction {correction[:100]!r}.") from error
    except AlreadyUndone as error:
        raise Problem(409, f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return done(pages, "undone", correction)


def _corrections(backend: Backend, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Correction objects of the API, each side with the title of its event."""
    now = backend.now()
    found = []
    for row in rows:
        told = correction_object(row)
        for side in told["sides"]:
            event = backend.queries.event(side["event"], due=unreported_before(now))
            side["title"] = next((one["title"] for one in event_objects([event] if event is not None else [])), side["event"])
        found.append(told | {"ago": ago(told["at"], now)})
    return found
