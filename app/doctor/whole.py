"""What must hold of the store as a whole: its tables, its references, corrections, heirs, and the ledger of runs."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from app.doctor.findings import Flaw, Level
from app.health import health_of, is_overdue, overview
from app.store.codec import CodecError, moment
from app.store.holder import has_died
from app.store.inspection import Inspection, RuledEvents
from app.store.retention import CHORE
from app.store.rulings import marks_of, ruling_of
from timeline.reconcile import reconcile

__all__ = ["flaws_of_database", "flaws_of_heirs", "flaws_of_ledger", "flaws_of_retention", "flaws_of_rulings", "flaws_of_schema",
           "flaws_of_sources", "flaws_of_words"]

BACKUP = "Put a backup back (`summitry restore`), and look for what damaged the store (disk, memory, another program)."
_DAY = timedelta(days=1)


def flaws_of_schema(inspection: Inspection) -> Iterator[Flaw]:
    """Where there is one, nothing else of the store can be looked at."""
    found, wanted = inspection.schema()
    if found is None:
        yield Flaw("schema", "the store has no tables", "", "Look whether SUMMITRY_DATABASE names the right store; `summitry migrate` makes them.")
    elif found != wanted:
        yield Flaw("schema", f"the tables are of schema {found}, and this version works with {wanted}", "",
                   "`summitry migrate` brings them up to date; where it says that a later version made them, install that one.")
    else:
        for part in inspection.missing():
            kind, _, name = part.partition(" ")
            if kind == "index":
                yield Flaw("schema", "an index is missing, so that answers come late", part, "`summitry doctor --repair` makes it anew.",
                           anew=("index", name))
            else:
                yield Flaw("schema", "a part of the schema is missing", part, "Somebody has changed the tables by hand, and what stood there is "
                           "gone: put a backup back (`summitry restore`).")


def flaws_of_database(inspection: Inspection) -> Iterator[Flaw]:
    for told in inspection.damage():
        yield Flaw("file", "the database finds itself damaged", told, BACKUP)
    for column, count, first in inspection.loose_references():
        yield from (Flaw("references", f"{column} refers to rows that are not there", key, BACKUP)
                    for key in first + [""] * (count - len(first)))
    for table in inspection.stuck_numbers():
        yield Flaw("numbers", "the next number of a table is taken, so that nothing can be added", table,
                   "`summitry doctor --repair` lets the numbers go on after the highest.", anew=("numbers", ""))


def flaws_of_words(inspection: Inspection) -> Iterator[Flaw]:
    for part in inspection.words():
        yield Flaw("words", "the index of words is not whole, so that events are not found by them, or can't be written", part,
                   "`summitry doctor --repair` makes it anew.", anew=("words", ""))


def flaws_of_heirs(inspection: Inspection) -> Iterator[Flaw]:
    nexts: dict[str, str] = {}
    for event, heir, withdrawn, there, _ in inspection.heirs():
        nexts[event] = heir
        if not there:
            yield Flaw("heirs", "an event leads to one that is not there", f"{event} to {heir}", BACKUP)
        if not withdrawn:
            yield Flaw("heirs", "an event that stands leads to another one", f"{event} to {heir}", BACKUP)
    for event in nexts:
        seen = {event}
        after = nexts[event]
        while after in nexts and after not in seen:
            seen.add(after)
            after = nexts[after]
        if after == event:
            yield Flaw("heirs", "events lead to each other in a circle", event, BACKUP)


def flaws_of_rulings(inspection: Inspection) -> Iterator[Flaw]:
    for row, marks in inspection.rulings():
        try:
            ruling = ruling_of(row.ruling)
        except CodecError as error:
            yield Flaw("rulings", "a correction can't be read", f"{row.id}: {error}", BACKUP)
            return
        if (ruling.id, ruling.kind.value) != (row.id, row.kind):
            yield Flaw("rulings", "a correction is another one than its row", row.id, BACKUP)
        if marks != marks_of(ruling):
            yield Flaw("rulings", "a correction is not found by all that it concerns", row.id, "`summitry doctor --repair` writes it down "
                       "anew.", anew=("ruling", row.id))
    for ruled in inspection.ruled_events():
        if not _applied(ruled):
            yield Flaw("rulings", "corrections are not applied", ", ".join(ruling.id for ruling in ruled.rulings),
                       "`summitry reprocess` reads all articles again and applies them; after an update it is needed. Else undo the "
                       "last of them (`summitry correct undo`) and make it again.")


def _applied(ruled: RuledEvents) -> bool:
    """Whether what the claims and the corrections give together is what stands."""
    return not reconcile(ruled.events, (), datetime.now(UTC), rulings=ruled.rulings)


def flaws_of_ledger(inspection: Inspection, now: datetime, life: float) -> Iterator[Flaw]:
    """`life` is the seconds after which a run without a sign of life counts as dead."""
    for run in inspection.running():
        beat = moment(run.heartbeat) if run.heartbeat else None
        if has_died(run.holder or ""):
            yield Flaw("ledger", "a run is under way whose process is gone", run.id, "The next tick of `summitry serve`, or `summitry scrape`, "
                       "frees its sources.", Level.WARN)
        elif beat is None or now - beat > timedelta(seconds=2 * life):
            yield Flaw("ledger", "a run is under way that shows no sign of life", run.id, "The next tick of `summitry serve`, or `summitry "
                       "scrape`, frees its sources. If it stays so, no service runs: start it.", Level.WARN)
    for lease in inspection.leases():
        if lease.state != "running":
            yield Flaw("ledger", "a source is held by a run that is over, so that it is never collected", f"{lease.id} by {lease.lease}",
                       "`summitry doctor --repair` frees it.", anew=("lease", lease.id))
    for row in inspection.unended():
        yield Flaw("ledger", "a source is under way in a run that is over", f"{row.source_id} in {row.run_id}", "It is a record alone and "
                   "stops nothing; it goes with its run (SUMMITRY_KEEP_RUNS_DAYS).", Level.WARN)
    queued = inspection.queued()
    if len(queued) > 1:
        yield Flaw("ledger", "more than one run waits", ", ".join(queued), "Each is carried out in turn; if it happens again, report it.",
                   Level.WARN)


def flaws_of_sources(inspection: Inspection, now: datetime) -> Iterator[Flaw]:
    rows = inspection.sources()
    health = overview(rows, now)
    for row in rows:
        if row["id"] in (*health.failing, *health.degraded, *health.stale):
            told = health_of(row, now)
            yield Flaw("sources", f"a source is {told.state.value}", f"{row['id']}: {told.reasons[0].code}",
                       "`summitry sources check` says of each what to mend.", Level.WARN)
    if not health.sources:
        yield Flaw("sources", "there are no sources", "", "Look whether SUMMITRY_SOURCES names the right file; the service takes it in.", Level.WARN)
    for name in (row["id"] for row in rows if is_overdue(row, now)):
        yield Flaw("sources", "a source should have been asked long ago", name, "No service collects: start `summitry serve`, or see its log.",
                   Level.WARN)


def flaws_of_retention(chores: Mapping[str, str], now: datetime, keeps_all: bool) -> Iterator[Flaw]:
    due = chores.get(CHORE)
    if keeps_all:
        return
    if due is None or moment(due) < now - 2 * _DAY:
        yield Flaw("retention", "what is kept for a time only was not looked after for days", "", "It is done by `summitry serve`: see whether "
                   "it runs and collects. `summitry retain` does it now.", Level.WARN)
