"""What the command line shows while it works: progress, and tables."""
from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from app.health import SourceHealth, health_of, span
from app.jobs import Step
from app.reprocess import Report
from app.service import Service
from app.store.ledger import COUNTS
from app.store.queries import Queries
from scraper.collected import Listing, Page, Unchanged

__all__ = ["lines_of", "scrape", "show_sources"]

_LOOK = 0.5  # seconds between two looks at a run that another process carries out


@dataclass(slots=True)
class _Tally:
    task: Any
    links: int = 0
    read: int = 0
    new: int = 0
    failed: int = 0

    def text(self) -> str:
        return f"{self.links} links, {self.read} read, {self.new} new" + (f", {self.failed} failed" if self.failed else "")


def scrape(service: Service, names: Iterable[str], *, stop: threading.Event, progress_to: Console,
           result_to: Console) -> str:
    """Run these sources (none: all) to the end and show what came of it; the run's state is returned.

    Where another process carries the run out already, it is watched. Raises `StoreError`.
    """
    ledger, queries = service.store.ledger, Queries(service.store.engine)
    ledger.recover()
    run = service.store.request_run(sorted(set(names)) or None, "cli")
    claimed = ledger.claim_queued(run)
    columns = (SpinnerColumn(finished_text=" "), TextColumn("{task.description:<24}"), TextColumn("{task.fields[told]}"),
               TimeElapsedColumn())
    with Progress(*columns, console=progress_to, transient=True) as bars:
        if claimed is None:
            task = bars.add_task(run, told="is carried out by another process", total=None)
            while (row := queries.run(run)) is not None and row["state"] in ("queued", "running") and not stop.is_set():
                bars.update(task, told=", ".join(f"{row[name]} {name}" for name in COUNTS))
                time.sleep(_LOOK)
                ledger.recover()  # or the run of a process that died would be waited for without end
        else:
            tallies = {state.source.id: _Tally(bars.add_task(state.source.id, told="", total=None))
                       for state in claimed.sources}

            def show(step: Step) -> None:
                tally = tallies[step.source]
                if step.item is None:
                    bars.update(tally.task, told=f"{tally.text()}{f' ({step.error[0]})' if step.error else ''}", total=1,
                                completed=1)
                    return
                if isinstance(step.item, Listing):
                    tally.links = len(step.item.links)
                elif isinstance(step.item, Page | Unchanged):
                    tally.read += 1
                    tally.new += bool(step.recorded and step.recorded.new)
                elif hasattr(step.item, "error_class"):
                    tally.failed += 1
                bars.update(tally.task, told=tally.text())

            service.runner.carry_out(claimed, stop=stop, progress=show)
    row = queries.run(run)
    state = row["state"] if row is not None else "failed"
    result_to.print(_summary(run, state, queries.run_sources(run)))
    return state


def show_sources(rows: Iterable[Mapping[str, Any]], now: datetime, result_to: Console) -> None:
    """A table of sources with their health, as the store knows it, and below it what to mend. `rows` have the columns of
    `app.health` and `kind`."""
    table = Table(title="Sources", title_justify="left")
    table.add_column("source", no_wrap=True)  # to be copied into other commands
    for name in ("kind", "state", "asked each", "brings news each", "last success", "last new", "pages read"):
        table.add_column(name, overflow="fold")
    told: list[str] = []
    for row in rows:
        health = health_of(row, now)
        table.add_row(row["id"], row["kind"], health.state.value, span(timedelta(seconds=row["pace"] or row["interval"])),
                      span(timedelta(seconds=row["cadence"])) if row["cadence"] else "", _ago(row["last_success"], now),
                      _ago(row["last_item"], now), "" if health.pages_read is None else f"{100 * health.pages_read:.0f} %")
        told += [f"{row['id']}: {line}" for line in lines_of(row, health)]
    result_to.print(table)
    for line in told:
        result_to.print(line, markup=False, highlight=False, soft_wrap=True)


def lines_of(row: Mapping[str, Any], health: SourceHealth) -> list[str]:
    """What is wrong with a source and what to do about it, a line for each reason."""
    times = f" ({row['failures']} times in a row)" if row["failures"] > 1 else ""
    return [f"{reason.code}: {reason.detail}{times if not number else ''}. {reason.mend}"
            for number, reason in enumerate(health.reasons)]


def _ago(moment: str | None, now: datetime) -> str:
    return f"{span(now - datetime.fromisoformat(moment))} ago" if moment else "never"


def show_reprocess(report: Report, result_to: Console) -> None:
    """What became of each event, a line each with what changed below it, and the counts."""
    outcomes = report.outcomes()
    for outcome in outcomes:
        heir = f", one with {outcome.heir}" if outcome.heir else ""
        result_to.print(f"{outcome.event}  {outcome.became}{heir}  {outcome.title}", markup=False)
        for name, (old, new) in outcome.fields.items():
            result_to.print(f"    {name}: {_short(old)} -> {_short(new)}", markup=False)
        if outcome.became == "changed" and not outcome.fields:
            result_to.print("    rests on other claims, and looks the same", markup=False)
    counts = Counter(outcome.became for outcome in outcomes)
    told = ", ".join(f"{counts[name]} {name}" for name in ("changed", "new", "withdrawn"))
    result_to.print(f"{report.articles} articles read, {report.failed} failed; events: {told}; "
                    f"{report.rendered} rendered anew", markup=False)
    if report.let_go:
        result_to.print(f"{report.let_go} articles could not be read again, since their text is no longer kept; what they claimed "
                        "stays", markup=False)
    if not report.complete:
        result_to.print(f"Broken off. To go on: summitry reprocess --after {report.last}", markup=False)


def _short(value: Any) -> str:
    """A field's value in a line."""
    if isinstance(value, list):
        return ", ".join(map(_short, value)) or "none"
    if isinstance(value, dict):
        return str(value.get("edtf") or value.get("name") or value.get("actor") or value.get("url") or value.get("country"))
    return "none" if value is None else str(value)


def _summary(run: str, state: str, rows: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(title=f"Run {run}: {state}", title_justify="left")
    table.add_column("source", no_wrap=True)
    table.add_column("state")
    for name in COUNTS:
        table.add_column(name, justify="right")
    table.add_column("error", overflow="fold")
    for row in rows:
        error = f"{row['error_class']}: {row['error_detail']}" if row["error_class"] else ""
        table.add_row(row["source_id"], row["state"], *(str(row[name]) for name in COUNTS), Text(error))
    return table
