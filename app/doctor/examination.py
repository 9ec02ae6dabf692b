"""All checks, one after the other. Nothing is written; `mend` writes down anew what follows from the rest."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.config import Settings
from app.doctor.articles import flaws_of_actor, flaws_of_article
from app.doctor.events import BACKUP, Rendering, flaws_of_event
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
    report.skipped = {check: reason for check, reason in report.skipped.items() if check in ("schema", *_STORE)}
    if "events" in report.skipped:
        report.skipped |= dict.fromkeys(_RUNNING, report.skipped["events"])
        zones = set[str]()
    else:
        rows = inspection.sources()
        zones = _zones_of(rows, report)
        report.add(_whatever_stands_there("ledger", "", flaws_of_ledger(inspection, now, settings.run_life)))
        report.add(_whatever_stands_there("sources", "", flaws_of_sources(inspection, now)))
        report.add(_whatever_stands_there("deliveries", "", flaws_of_deliveries(inspection, now)))
        report.add(_whatever_stands_there("retention", "", flaws_of_retention(
            inspection.chores(), now, not (settings.keep_bodies_days or settings.keep_runs_days))))
        report.add(_whatever_stands_there("clock", "", flaws_of_clock(now, inspection.latest_times(), inspection.server_time())))
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
            report.add(_whatever_stands_there("articles", article.row.id, flaws_of_article(article)))
        for number, event in enumerate(inspection.events(), 1):
            if number % 1_000 == 0:
                progress(f"{number:,} events")
            report.saw("events")
            report.saw("changes", len(event.changes))
            report.add(_whatever_stands_there("events", event.row.id, flaws_of_event(event, rendering, inspection.claims_by_id)))
        progress("actors, corrections, heirs")
        for actor in inspection.actors():
            report.saw("actors")
            report.add(_whatever_stands_there("actors", actor.id, flaws_of_actor(actor)))
        report.add(_whatever_stands_there("heirs", "", flaws_of_heirs(inspection)))
        report.add(_whatever_stands_there("rulings", "", flaws_of_rulings(inspection)))
        progress("tokens and webhooks")
        report.add(_whatever_stands_there("tokens", "", flaws_of_tokens(inspection)))
        report.add(_whatever_stands_there("webhooks", "", flaws_of_webhooks(inspection)))
    except StoreError as error:
        report.add([_unreadable(error)])
        report.skipped |= dict.fromkeys(set(_STORE) - {finding.check for finding in report.findings() if finding.level is not Level.OK},
                                        "since the store can't be read through")
    return report


def _whatever_stands_there(check: str, subject: str, flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """The flaws of one thing, and one more where a column holds what nothing of ours writes there, so that the look itself ends: SQLite
    takes any value in any column from a shell."""
    try:
        yield from flaws
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        yield Flaw(check, "it can't be looked through: a column holds what the service never writes there",
                   ": ".join(filter(None, (subject, type(error).__name__, str(error)))), BACKUP)


def _zones_of(rows: Iterable[Mapping[str, Any]], report: Report) -> set[str]:
    """The zones that active sources name."""
    zones = set[str]()
    for row in rows:
        if not row["active"]:
            continue
        try:
            zone = json.loads(row["row"]).get("time_zone")
        except (ValueError, TypeError, AttributeError) as error:
            report.add([Flaw("sources", "what was taken in of the sources file can't be read", f"{row['id']}: {error}", BACKUP)])
            continue
        zones |= {zone} if zone else set()
    return zones


def _unreadable(error: StoreError) -> Flaw:
    return Flaw("file", "the store can't be read, or not to its end", str(error), "Look whether the file or the server is there. Where it is "
                "damaged, put a backup back (`summitry restore`), and look for what damaged it (disk, memory, another program).")
