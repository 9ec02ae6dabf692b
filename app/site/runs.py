"""`/desk/runs`: the runs, how far one is that is under way, and what one could not read."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request

from app.api import cursor
from app.api.backend import Backend
from app.api.objects import run_object, run_source_object
from app.api.pages import after_cursor, cut
from app.api.parameters import PageParameters, question
from app.api.problems import Problem
from app.remedies import remedy
from app.site.desk_sources import TONES, ago, short
from app.site.filters import Wanted, taken
from app.site.notices import done
from app.site.pages import Pages
from app.web_address import web_address

__all__ = ["RunLine", "run_lines", "run_page", "runs_page", "start_run"]

_FAILURES = 100
_UNDER_WAY = ("queued", "running")
_TRIGGERS = {"schedule": "on schedule", "api": "by hand", "cli": "from a terminal"}


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run object of the API. `ended` of its `sources` are done; both are 0 where it has none yet."""

    told: Mapping[str, Any]
    at: str  # when it was asked for, or began: as the API writes it
    ago: str
    took: str
    by: str
    sources: int
    ended: int

    @property
    def under_way(self) -> bool:
        return self.told["state"] in _UNDER_WAY


def run_lines(backend: Backend, rows: Sequence[Any]) -> list[RunLine]:
    now = backend.now()
    return [_line(backend, run_object(row), now) for row in rows]


def runs_page(backend: Backend, pages: Pages) -> Response:
    """All runs, a page at a time. To htmx, which asks while one is under way, it also says when none is any more."""
    asked = taken(PageParameters)
    asking, limit = question("scrapes"), asked["limit"]
    after = after_cursor(asked, asking, parts=2)
    rows, last = cut(backend.queries.runs(limit=limit + 1, after=(after[0], after[1]) if after else None), limit)
    lines = run_lines(backend, rows)
    response = pages.page("desk_runs.html", title="Runs", about="Each collection of the sources.", private=True, json=f"/api/v1/scrapes{Wanted().query()}", tones=TONES,
                          runs=lines, wanted=Wanted(), next=Wanted().query(cursor=cursor.encode((last["queued"], last["id"]), question=asking)) if last else None)
    if "HX-Request" in request.headers and not any(line.under_way for line in lines):
        response.headers["HX-Trigger"] = "runs-ended"
    return response


def run_page(backend: Backend, pages: Pages, run_id: str) -> Response:
    """One run: its sources, and the pages that could not be read. Raises `Problem` 404."""
    row = backend.queries.run(run_id)
    if row is None:
        raise Problem(404, f"There is no run {run_id[:100]!r}.")
    line, = run_lines(backend, [row])
    failures = [dict(one) | {"link": web_address(one["url"]), "mend": remedy(one["error_class"])}
                for one in backend.queries.run_failures(run_id, limit=_FAILURES)]
    return pages.page("desk_run.html", title=f"Run {run_id}", about="One collection of the sources.", private=True, json=line.told["url"],
                      tones=TONES, run=line, sources=[run_source_object(one) for one in backend.queries.run_sources(run_id)], failures=failures,
                      most=_FAILURES)


def start_run(backend: Backend, pages: Pages) -> Response:
    """A run of the sources that were chosen, or of all. Raises `Problem` 422 where one of them is not there."""
    chosen = None if "all" in request.form else sorted(set(request.form.getlist("source")))
    if chosen is not None:
        if not chosen:
            return done(pages, "none-chosen")
        if unknown := backend.queries.unknown_sources(chosen):
            raise Problem(422, " ".join(f"There is no source {name[:100]!r}." for name in unknown[:5]))
    return done(pages, "run", backend.request_run(chosen, key=None))


def _line(backend: Backend, told: dict[str, Any], now: datetime) -> RunLine:
    at = told["started"] or told["queued"]
    states: list[str] = []
    if told["state"] == "running":
        states = [one["state"] for one in backend.queries.run_sources(told["id"])]
    until = datetime.fromisoformat(told["ended"]) if told["ended"] else now
    return RunLine(told, at, ago(at, now), short(until - datetime.fromisoformat(at)) if told["started"] else "",
                   _TRIGGERS.get(told["trigger"], told["trigger"]), len(states), sum(state not in ("queued", "running") for state in states))
