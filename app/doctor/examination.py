"""All checks, one after the other. Nothing is written; `mend` writes down anew what follows from the rest."""
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from app.config import Settings
from app.doctor.articles import flaws_of_actor, flaws_of_article
from app.doctor.events import Rendering, flaws_of_event
from app.doctor.findings import CHECKS, Flaw, Level, Report
from app.doctor.machine import Machine, flaws_of_clock, flaws_of_room, flaws_of_settings, flaws_of_zones
from app.doctor.outward import flaws_of_deliveries, flaws_of_tokens, flaws_of_webhooks
from app.doctor.whole import (
    flaws_of_database,
    flaws_of_heirs,
    flaws_of_ledger,
    flaws_of_retention,
    flaws_of_rulings,
    flaws_of_schema,
    flaws_of_sources,
    flaws_of_words,
)
from app.store.engine import Database
from app.store.errors import StoreError
from app.store.inspection import Inspection

__all__ = ["examine", "examine_store"]

_STORE = ("file", "references", "numbers", "events", "claims", "evidence", "rendered", "links", "words", "states", "history", "articles", "actors",
          "heirs", "rulings", "tokens", "webhooks")
_RUNNING = ("ledger", "sources", "deliveries", "retention", "clock")

Progress = Callable[[str], None]


def examine(database: Database, settings: Settings, rendering: Rendering, *, now: datetime, machine: Machine = Machine(),  # noqa: B008
            progress: Progress = lambda told: None) -> Report:
    """Everything: the store, the machine, the settings. A store that can't be read is a fault like others."""
    report = examine_store(database, rendering, progress=progress)
    inspection = Inspection(database)
    report.skipped = {check: reason for check, reason in report.skipped.items() if check in _STORE}
    if "events" in report.skipped:
        report.skipped |= dict.fromkeys(_RUNNING, report.skipped["events"])
        zones = set[str]()
    else:
        rows = inspection.sources()
        zones = {zone for row in rows if row["active"] and (zone := json.loads(row["row"]).get("time_zone"))}
        report.add(flaws_of_ledger(inspection, now, settings.run_life))
        report.add(flaws_of_sources(inspection, now))
        report.add(flaws_of_deliveries(inspection, now))
        report.add(flaws_of_retention(inspection.chores(), now, not (settings.keep_bodies_days or settings.keep_runs_days)))
        report.add(flaws_of_clock(now, inspection.latest_times(), inspection.server_time()))
    report.add(flaws_of_room(inspection.file, machine))
    if inspection.file is None:
        report.skipped |= dict.fromkeys(("log", "disk"), "since they are the database server's")
    report.add(flaws_of_zones(zones, machine))
    report.add(flaws_of_settings(settings))
    return report


def examine_store(database: Database, rendering: Rendering, *, progress: Progress = lambda told: None) -> Report:
    """What must hold of a store wherever it is, one that nobody serves too."""
    inspection, report = Inspection(database), Report(database.name)
    report.skipped = dict.fromkeys(set(CHECKS) - {"schema", *_STORE}, "since it is no service's")
    progress("the tables")
    try:
        flaws = list(flaws_of_schema(inspection))
    except StoreError as error:
        report.add([_unreadable(error)])
        report.skipped |= dict.fromkeys(("schema", *_STORE[1:]), "since the store can't be read")
        return report
    report.add(flaws)
    if any(not flaw.subject.startswith("index") for flaw in flaws):
        report.skipped |= dict.fromkeys(_STORE, "since the tables are not those of this version")
        return report
    try:
        report.add(flaws_of_database(inspection))
        report.add(flaws_of_words(inspection))
        for number, article in enumerate(inspection.articles(), 1):
            if number % 1_000 == 0:
                progress(f"{number:,} articles")
            report.saw("articles")
            report.saw("versions", len(article.versions))
            report.saw("claims", len(article.claims))
            report.add(flaws_of_article(article))
        for number, event in enumerate(inspection.events(), 1):
            if number % 1_000 == 0:
                progress(f"{number:,} events")
            report.saw("events")
            report.saw("changes", len(event.changes))
            report.add(flaws_of_event(event, rendering, inspection.claims_by_id))
        progress("actors, corrections, heirs")
        for actor in inspection.actors():
            report.saw("actors")
            report.add(flaws_of_actor(actor))
        report.add(flaws_of_heirs(inspection))
        report.add(flaws_of_rulings(inspection))
        progress("tokens and webhooks")
        report.add(flaws_of_tokens(inspection))
        report.add(flaws_of_webhooks(inspection))
    except StoreError as error:
        report.add([_unreadable(error)])
        report.skipped |= dict.fromkeys(set(_STORE) - {finding.check for finding in report.findings() if finding.level is not Level.OK},
                                        "since the store can't be read through")
    return report


def _unreadable(error: StoreError) -> Flaw:
    return Flaw("file", "the store can't be read, or not to its end", str(error), "Look whether the file or the server is there. Where it is "
                "damaged, put a backup back (`summitry restore`), and look for what damaged it (disk, memory, another program).")
