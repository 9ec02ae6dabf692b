"""`/desk`: how collecting goes, what was corrected, and where both are begun by hand."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Response

from app.api import cursor
from app.api.backend import Backend
from app.api.corrections import undone
from app.api.objects import correction_object
from app.api.pages import after_number, cut
from app.api.parameters import PageParameters, question, unreported_before
from app.scopes import Scope
from app.site.desk_sources import TONES, ago, counts, source_lines
from app.site.event_line import event_objects
from app.site.filters import DeskParameters, Wanted, taken
from app.site.notices import DONE, done
from app.site.pages import Pages
from app.site.runs import run_lines
from app.site.signing_in import Operator

__all__ = ["correction_list", "desk", "undo"]

_RUNS, _CORRECTIONS = 8, 8  # that the desk itself shows


def desk(operator: Operator, backend: Backend, pages: Pages) -> Response:
    """The page. `health` narrows the sources, `done` and `of` tell of the action that led here."""
    asked, now = taken(DeskParameters), backend.now()
    lines = source_lines(backend.queries.sources(), now)
    shown = [line for line in lines if line.told["health"] in asked["health"]] if asked.get("health") else [
        line for line in lines if line.active]
    notice = DONE.get(asked.get("done", ""))
    return pages.page(
        "desk.html", title=f"{notice} The desk" if notice else "The desk", about="Sources, runs and corrections.", private=True, json="/api/v1/sources", operator=operator, tones=TONES,
        sources=shown, counts=counts(lines), wanted=Wanted(), done=notice, what=asked.get("done"), of=asked.get("of"),
        runs=run_lines(backend, backend.queries.runs(limit=_RUNS)), adds=backend.sourcing is not None,
        corrections=_corrections(backend, backend.queries.corrections(limit=_CORRECTIONS)),
        webhooks=Counter(bool(row["active"]) for row in backend.queries.webhooks()) if operator.may(Scope.PUSH) else None)


def correction_list(operator: Operator, backend: Backend, pages: Pages) -> Response:
    """All corrections, a page at a time."""
    asked = taken(PageParameters)
    asking, limit = question("corrections"), asked["limit"]
    rows, last = cut(backend.queries.corrections(limit=limit + 1, after=after_number(asked, asking)), limit)
    return pages.page("desk_corrections.html", title="Corrections", about="What operators corrected.", private=True, json=f"/api/v1/corrections{Wanted().query()}",
                      operator=operator, corrections=_corrections(backend, rows),
                      next=Wanted().query(cursor=cursor.encode((str(last["number"]),), question=asking)) if last else None)


def undo(operator: Operator, backend: Backend, pages: Pages, correction: str) -> Response:
    """Undo a correction. Raises as `undone` does."""
    undone(backend.corrections, correction, operator.name)
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
