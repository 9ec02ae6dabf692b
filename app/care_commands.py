"""Commands that keep the store: back it up and put it back, move it, look it through, let go of what is old."""
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.config import Settings
from app.terminal import print_json, say, settings_of_environment

if TYPE_CHECKING:
    from app.doctor.findings import Report
    from app.store.backup import Manifest

__all__ = ["backup", "doctor", "migrate_store", "restore", "retain"]

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Take the place of a FILE that is there already.")
def backup(file: Path, replace: bool) -> None:
    """Write the whole store into FILE, while the service runs.

    FILE holds one state of the store, and the same whether that is SQLite or PostgreSQL; `summitry restore` puts it back into
    either. It has its name only when it is whole. It may be read by its owner alone, since it holds secrets.
    """
    settings = settings_of_environment()
    from datetime import UTC, datetime

    from app.store.backup import back_up

    with _progress() as progress:
        manifest = back_up(settings.database, file, now=datetime.now(UTC), replace=replace, progress=progress)
    say(f"{file}: {_told(manifest)}, {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put it in the place of the timeline that the store holds.")
@click.option("--check", is_flag=True, help="Only see whether FILE is whole; nothing is put back.")
def restore(file: Path, replace: bool, check: bool) -> None:
    """Put back what `summitry backup` wrote into FILE, whole or not at all.

    The file is read through first: one that is torn or damaged is refused. Then it is brought up to date with this version, looked
    through as by `summitry doctor`, and takes the place of what the store holds in one step; a service may run meanwhile.
    The exit code is 1 where the doctor found a fault: it is as it was backed up then.
    """
    settings = settings_of_environment()
    if check:
        from app.store.backup import check_backup

        with _progress() as progress:
            manifest = check_backup(file, progress)
        say(f"{file}: is whole: {_told(manifest)}")
        return
    sys.exit(_put_back(settings, file, settings.database, replace=replace))


@click.command("migrate-store")
@click.argument("from_url")
@click.argument("to_url")
@click.option("--replace", is_flag=True, help="Take the place of a timeline that TO_URL holds.")
def migrate_store(from_url: str, to_url: str, replace: bool) -> None:
    """Copy the whole timeline from one database to another: SQLite to PostgreSQL, and back.

    Both are URLs as SUMMITRY_DATABASE takes them. Stop the service first: what is stored after the copy was begun is not in it.
    FROM_URL is left as it is. The exit code is 1 where the doctor found a fault in the copy.
    """
    settings = settings_of_environment()
    import tempfile
    from datetime import UTC, datetime

    from app.store.backup import back_up
    from app.store.engine import checked_url, sqlite_file

    beside = next((file.parent for url in (to_url, from_url) if (file := sqlite_file(checked_url(url))) is not None and file.parent.is_dir()),
                  None)
    with tempfile.TemporaryDirectory(prefix=".summitry-", dir=beside) as folder:
        file = Path(folder) / "store.backup"
        with _progress() as progress:
            back_up(from_url, file, now=datetime.now(UTC), progress=progress)
        code = _put_back(settings, file, to_url, replace=replace)
    say("Set SUMMITRY_DATABASE to the new URL, and start the service.")
    sys.exit(code)


@click.command()
@click.option("--repair", is_flag=True, help="Write down anew what follows from the rest: rendered events, and rows that they are found by.")
@_AS_JSON
def doctor(repair: bool, as_json: bool) -> None:
    """Look through the store, the machine and the settings, and say what to do about what is wrong.

    Nothing is written without --repair, and the service may run meanwhile. The exit code is 1 where there is a fault, else 0.
    """
    settings = settings_of_environment()
    from datetime import UTC, datetime

    from app.doctor.examination import examine
    from app.store.engine import Database

    rendering = _rendering(settings)
    with closing(Database(settings.database, busy_timeout=settings.busy_timeout)) as database, _progress() as progress:
        report = examine(database, settings, rendering, now=datetime.now(UTC), progress=progress)
        if repair and report.anew:
            from app.service import store_of

            mended = store_of(settings, database, rendering.naming).mending.write_anew(report.anew)
            report = examine(database, settings, rendering, now=datetime.now(UTC), progress=progress)
            report.mended = mended
    _show(report, as_json=as_json)
    sys.exit(0 if report.sound else 1)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be let go.")
@_AS_JSON
def retain(dry_run: bool, as_json: bool) -> None:
    """Let go now of what SUMMITRY_KEEP_BODIES_DAYS and SUMMITRY_KEEP_RUNS_DAYS keep for a time only.

    Of articles' texts the sentences stay that events rest on. `summitry serve` does it by itself once a day.
    """
    settings = settings_of_environment()
    from dataclasses import asdict
    from datetime import UTC, datetime

    from app.store.engine import Database
    from app.store.retention import Pruned, Retention

    with closing(Database(settings.database, busy_timeout=settings.busy_timeout)) as database:
        retention = Retention(database, lambda: datetime.now(UTC), body_days=settings.keep_bodies_days, run_days=settings.keep_runs_days)
        pruned = retention.would_go() if dry_run else Pruned(more=True)
        while not dry_run and pruned.more:
            pruned += retention.batch()
    if as_json:
        print_json({name: value for name, value in asdict(pruned).items() if name != "more"} | {"dry_run": dry_run})
        return
    if retention.keeps_all:
        say("All is kept: neither SUMMITRY_KEEP_BODIES_DAYS nor SUMMITRY_KEEP_RUNS_DAYS is set.")
        return
    say(f"{'Would be let' if dry_run else 'Let'} go: the texts of {pruned.versions:,} versions of articles ({pruned.characters:,} characters as "
        f"stored) but for {pruned.sentences:,} quoted sentences; {pruned.runs:,} runs with {pruned.failures:,} failures.")
    if pruned.damaged:
        say(f"{pruned.damaged:,} texts do not hold what is quoted of them, and are kept: see `summitry doctor`.")


# What they share ----------------------------------------------------------------------------------------------------------

def _put_back(settings: Settings, file: Path, url: str, *, replace: bool) -> int:
    """Put a backup into the database at `url`, and show what the doctor says of it; the exit code."""
    from dataclasses import replace as with_other

    from app.doctor.examination import examine_store
    from app.service import open_store
    from app.store.backup import put_back
    from app.store.engine import Database, checked_url

    rendering = _rendering(settings)
    reports: list[Report] = []

    with _progress() as progress:
        def ready(copy: str) -> None:
            database, store = open_store(with_other(settings, database=copy), rendering.naming)
            with closing(database):
                store.ledger.interrupt_all("the store was put back from a backup")
                reports.append(examine_store(database, rendering, progress=progress))

        manifest = put_back(file, url, ready, replace=replace, progress=progress)
    report = reports[-1]
    report.store = Database(url).name
    say(f"{checked_url(url).render_as_string(hide_password=True)}: {_told(manifest)}")
    if not report.sound:
        _show(report, as_json=False)
    return 0 if report.sound else 1


def _rendering(settings: Settings) -> Any:
    import timeline.reconcile
    from app.doctor.events import Rendering
    from app.event_json import event_json
    from app.extraction import ready_gazetteer
    from app.ical import vevent

    return Rendering(event_json, vevent, timeline.reconcile.event_keys, ready_gazetteer(settings.names).party_name)


def _told(manifest: Manifest) -> str:
    events = manifest.tables["events"].rows if "events" in manifest.tables else 0
    return f"{events:,} events, {manifest.rows:,} rows in all, of {manifest.made[:19]}Z, schema {manifest.schema}"


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json(), indent=sys.stdout.isatty())
        return
    if report.mended:
        say(f"{report.mended:,} things were written down anew.")
    for line in report.lines():
        say(line)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line on a terminal that tells what is being done, and nothing anywhere else."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda told: None
        return
    with console.status("") as status:
        yield lambda told: status.update(told)
