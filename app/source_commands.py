"""Commands for the sources: check the file, see how its sources do, find and try new ones."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.config import Settings
from app.terminal import claim_reader, for_tables, say, settings_of_environment

if TYPE_CHECKING:
    from app.trial import Trial
    from scraper.source import Source

__all__ = ["sources"]

_FINDING = 300.0  # seconds to find an outlet's feed and to try it; some twenty addresses at the host's pace


@click.group()
def sources() -> None:
    """The sources file."""


@sources.command()
@click.argument("what", metavar="[SOURCE|FILE]", required=False)
def check(what: str | None) -> None:
    """Check the sources file, show how its sources fare, and say what to mend.

    All that is wrong with the file is listed, one fault a line, and the exit code is then 1. Nothing is fetched. With the
    id of a SOURCE, it is fetched once as a run would do it (nothing is stored): what its listing holds, how three of its
    articles are read, and what to mend where something fails; the exit code is then 1. FILE is another sources file.
    """
    file = Path(what) if what is not None and (Path(what).is_file() or "." in what or "/" in what) else None
    settings = settings_of_environment(sources=file)
    from scraper.source import SourcesError, load_sources

    try:
        rows = load_sources(settings.sources)
    except SourcesError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        click.echo(f"summitry: {settings.sources} can't be used: {len(error.problems)} fault(s)", err=True)
        sys.exit(1)
    if what is not None and file is None:
        source = next((row for row in rows if row.id == what), None)
        if source is None:
            raise click.UsageError(f"{settings.sources} has no source {what!r}, and there is no such file")
        sys.exit(_check_once(settings, source))
    from datetime import UTC, datetime

    from app.console import show_sources
    from app.health import UNKNOWN

    fares = _fares(settings)
    show_sources(({**fares.get(row.id, UNKNOWN), "id": row.id, "active": True, "kind": row.kind.value,
                   "interval": row.interval} for row in rows), datetime.now(UTC), for_tables())
    say(f"{settings.sources}: {len(rows)} source(s), nothing wrong with the file")


def _check_once(settings: Settings, source: Source) -> int:
    """Show what the store knows of a source, and what one look at it gives. 1 where it can't be collected, else 0."""
    from datetime import UTC, datetime

    from app.console import lines_of
    from app.health import health_of
    from app.service import open_fetcher
    from app.trial import try_source
    from scraper.sandbox import Sandbox

    row = _fares(settings).get(source.id)
    if row is not None:
        health = health_of(row, datetime.now(UTC))
        say(f"{source.id}: {health.state.value}")
        for line in lines_of(row, health):
            say(f"  {line}")
    read = claim_reader(settings)
    with open_fetcher(settings) as fetcher, Sandbox() as sandbox:
        return _show_trial(try_source(source, fetcher.fetch, sandbox, read, lambda: datetime.now(UTC), deadline=settings.source_deadline))


@sources.command()
@click.argument("url")
@click.option("--write", is_flag=True, help="Append the row to the sources file.")
@click.option("--id", "name", help="Id of the source; else its host's name.")
@click.option("--time-zone", help="IANA zone that the outlet dates its articles in; no page tells it.")
@click.option("--tier", type=click.Choice(["official", "wire", "press"]), default="press", show_default=True)
@click.option("--interval", type=int, help="Seconds between two runs to begin with.")
def add(url: str, write: bool, name: str | None, time_zone: str | None, tier: str, interval: int | None) -> None:
    """Find the feed or listing of the outlet at URL, and show how it would be read.

    URL is the outlet's feed, its sitemap, or a page of it. What is found is shown with three of its articles (headline, date,
    events) and the row for the sources file, which --write appends. Fetched is as runs do it: robots.txt, pace and the guard
    against internal addresses hold. The exit code is 1 where nothing is found, or what is found can't be read.
    """
    settings = settings_of_environment()
    from datetime import UTC, datetime

    from app.service import open_fetcher
    from app.sourcing import Asked, Faulty, find_and_try
    from scraper.errors import FetchError
    from scraper.find import NothingFound
    from scraper.sandbox import Sandbox
    from scraper.source import Tier
    from scraper.source_row import AlreadyThere, add_source, row_of

    asked = Asked(url, name, time_zone, Tier(tier), interval)
    read = claim_reader(settings)
    with open_fetcher(settings) as fetcher, Sandbox() as sandbox:
        try:
            trial = find_and_try(asked, fetcher.fetch, sandbox, read, lambda: datetime.now(UTC), deadline=_FINDING)
        except NothingFound as error:
            for tried in error.tried:
                click.echo(f"  {tried.url}: {tried.why}", err=True)
            click.echo(f"summitry: {asked.url}: {error.detail}", err=True)
            sys.exit(1)
        except FetchError as error:
            from app.remedies import remedy

            click.echo(f"summitry: {error.url or asked.url}: {error.error_class}: {error.detail}. {remedy(error.error_class)}",
                       err=True)
            sys.exit(1)
        except Faulty as error:
            raise click.UsageError(str(error)) from error
    failed = _show_trial(trial)
    found = trial.source
    say(f"\n{row_of(found)}")
    if time_zone is None:
        say("The time zone is not known: give --time-zone, or times without a zone are taken for UTC.")
    if not write:
        say(f"--write appends this row to {settings.sources}.")
        sys.exit(failed)
    if failed:
        raise click.ClickException("nothing was written: no article of it could be read")
    try:
        add_source(settings.sources, found)
    except AlreadyThere as error:
        raise click.ClickException(str(error)) from error
    say(f"Written to {settings.sources}.")


def _show_trial(trial: Trial) -> int:
    from app.trial import lines_of

    for line in lines_of(trial):
        say(line)
    return 0 if trial.well else 1


def _fares(settings: Settings) -> dict[str, Any]:
    """What the store knows of each source; nothing where there is no store yet."""
    from app.store.engine import Database, sqlite_file
    from app.store.queries import Queries

    database = Database(settings.database)
    try:
        file = sqlite_file(database.url)
        if file is not None and not file.exists():
            return {}
        with database.named_errors():
            return {row["id"]: dict(row) for row in Queries(database.engine).sources()}
    finally:
        database.close()
