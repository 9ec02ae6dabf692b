"""The `summitry` command. What a command needs is loaded when it is called: `summitry extract` starts at once."""
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.backfill_command import backfill
from app.care_commands import backup, doctor, migrate_store, restore, retain
from app.config import SettingsError
from app.process_commands import scheduler, serve, web, worker
from app.source_commands import sources
from app.terminal import claim_reader, for_tables, print_json, say, settings_of_environment
from app.token_commands import tokens
from app.upkeep import correct, reprocess
from app.webhook_commands import webhooks

if TYPE_CHECKING:
    from timeline.model import Article

__all__ = ["main"]


class _Commands(click.Group):
    """Tells what an operator can mend in one line on standard error, with exit code 2, and never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
            raise
        except Exception as error:
            if not _is_for_operators(error):
                raise
            click.echo(f"summitry: {error}", err=True)
            ctx.exit(2)


def _is_for_operators(error: Exception) -> bool:
    if isinstance(error, SettingsError | OSError):
        return True
    from app.store.errors import StoreError
    from scraper.source import SourcesError
    from timeline.gazetteer import GazetteerError
    from timeline.rulings import RulingError

    return isinstance(error, StoreError | SourcesError | GazetteerError | RulingError)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="summitry", message="%(prog)s %(version)s")
def main() -> None:
    """One timeline of who met whom, when and where, read from diplomatic news.

    Settings come from SUMMITRY_... environment variables; docs/operating.md lists them.
    """


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
def scrape(sources: tuple[str, ...]) -> None:
    """Collect these sources now, or all of them.

    The exit code is 1 where nothing could be collected, 130 where it was interrupted.
    """
    settings = settings_of_environment()
    import signal
    import threading

    from rich.console import Console

    from app.console import scrape
    from app.service import Service

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    service = Service(settings)
    try:
        state = scrape(service, sources, stop=stop, progress_to=Console(stderr=True), result_to=for_tables())
    finally:
        service.close()
    sys.exit(130 if stop.is_set() else 1 if state in ("failed", "interrupted") else 0)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of publication, YYYY-MM-DD.")
@click.option("--title", help="Headline, where the text does not carry it.")
@click.option("--language", help="BCP 47 tag such as 'en'; recognised where it is not given.")
@click.option("--url", default="", help="Address of the article.")
@click.option("--ndjson", is_flag=True, help="Articles on standard input, one JSON object a line.")
def extract(file: Path | None, published: Any, title: str | None, language: str | None, url: str, ndjson: bool) -> None:
    """Print the events of the article in FILE (text or HTML; - for standard input). Nothing is stored.

    The result is one JSON object {"id", "events"}. With --ndjson each line of standard input is an article
    {"id", "title", "published", "language", "url", "publisher", "text"}, and each line of the result belongs to one of
    them; a line that can't be read gives {"id", "error"}, and the exit code is then 1.
    """
    settings = settings_of_environment()
    if ndjson != (file is None):
        raise click.UsageError("either FILE or --ndjson is needed")
    read = claim_reader(settings)
    from app.extraction import claim_fields

    if ndjson:
        from app.extraction import article_of_row

        sys.exit(_each_line(lambda row: {"events": [claim_fields(claim) for claim in read(article_of_row(row))]}))
    name, article = _article_in(file, published, title=title, language=language, url=url)
    print_json({"id": name, "events": [claim_fields(claim) for claim in read(article)]}, indent=sys.stdout.isatty())


@main.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of publication, YYYY-MM-DD.")
@click.option("--title", help="Headline, where the text does not carry it.")
@click.option("--language", help="BCP 47 tag such as 'en'; recognised where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
def explain(file: Path, published: Any, title: str | None, language: str | None, as_json: bool) -> None:
    """Show how the article in FILE is read: what each sentence holds, what was declined, and why."""
    settings = settings_of_environment()
    _, article = _article_in(file, published, title=title, language=language, url="")
    from app.explanation import lines_of
    from app.extraction import ready_gazetteer
    from timeline.extract import explain as explained

    told = explained(article, ready_gazetteer(settings.names))
    if as_json:
        print_json(told, indent=sys.stdout.isatty())
    else:
        click.echo("\n".join(lines_of(told)))


def _article_in(file: Path, published: Any, *, title: str | None, language: str | None, url: str) -> tuple[str, Article]:
    """Name and article of a file. Raises `click.ClickException` where it holds none, or does not tell its day."""
    from app.article_files import article_in

    name = "stdin" if str(file) == "-" else file.stem
    day: date | None = published.date() if published else None
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        article = article_in(data, name=file.name, published=day, title=title, language=language, url=url)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    if article.published_on is None:
        raise click.UsageError(f"{file} does not tell when it was published, and no date can be resolved without: "
                               "give --published")
    return name, article


@main.command()
@click.option("--ndjson", is_flag=True, required=True, help="Read NDJSON from standard input.")
def timeline(ndjson: bool) -> None:
    """Print the merged timeline of articles that come in order.

    Each line of standard input is an article (the fields of `extract --ndjson`, and "story" where several stories come
    together) or a whole story {"id", "articles": [...]}. Each line of the result is {"id", "events"}: the timeline after
    the last article of a story, each event with the ids of the "articles" that it rests on.
    """
    settings = settings_of_environment()
    read = claim_reader(settings)
    from app.merging import MergedTimeline, stories_of

    failed = 0
    rows: list[dict[str, Any]] = []
    for number, row in _rows():
        if isinstance(row, Exception):
            failed += 1
            click.echo(f"summitry: line {number}: {row}", err=True)
        else:
            rows.append(row)
    for story, articles in stories_of(rows):
        merged = MergedTimeline(read)
        for article in articles:
            try:
                merged.add(article)
            except ValueError as error:
                failed += 1
                click.echo(f"summitry: story {story}, article {article.get('id')}: {error}", err=True)
            except Exception:  # a bug at one article must not keep the others from being read
                failed += 1
                _tell_bug(f"story {story}, article {article.get('id')}")
        print_json({"id": story, "events": merged.events()})
    sys.exit(1 if failed else 0)


@main.command()
def export() -> None:
    """Print all events of the timeline, one JSON object a line, by time."""
    settings = settings_of_environment()
    from datetime import UTC, datetime

    from app.api.objects import event_bytes
    from app.api.parameters import unreported_before
    from app.store.engine import Database
    from app.store.queries import EventFilter, Queries

    database = Database(settings.database, busy_timeout=settings.busy_timeout)
    queries, after, due = Queries(database.engine), None, unreported_before(datetime.now(UTC))
    with database.named_errors():
        while True:
            page = queries.events(EventFilter(), due=due, limit=500, after=after)
            for row in page.rows:
                sys.stdout.buffer.write(event_bytes(row) + b"\n")
            if (after := page.next) is None:
                break
    sys.stdout.buffer.flush()
    database.close()


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on; 0 picks a free one.")
@click.option("--samples", type=click.Path(path_type=Path, file_okay=False), help="Another folder of sample pages.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where to keep the store; else it is "
                                                                                "removed at the end.")
def demo(port: int | None, samples: Path | None, folder: Path | None) -> None:
    """Show the whole service on a sample newsroom, with nothing to prepare."""
    settings = settings_of_environment(port=port)
    from app.serving import SAMPLES, demo

    demo(settings, samples=samples or SAMPLES, folder=folder, announce=say)


@main.command()
def migrate() -> None:
    """Make the store's tables, or bring them up to date (all processes do it themselves), with those for workers where there can be any."""
    settings = settings_of_environment()
    from app.background import is_shared, queue_is_installed
    from app.store.migrations import upgrade

    say(f"The store has schema {upgrade(settings.database, queue=is_shared(settings) and queue_is_installed())}")


# What commands share ---------------------------------------------------------------------------------------------------

def _rows() -> Iterator[tuple[int, Any]]:
    """Number and JSON object of each line of standard input; for a line that is none, the error."""
    import orjson

    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield number, ValueError(f"is no JSON: {error}")
            continue
        yield number, row if isinstance(row, dict) else ValueError("is no JSON object")


def _each_line(work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answer each line of standard input as soon as it is read; 1 where one could not be, else 0."""
    failed = 0
    for number, row in _rows():
        name = row.get("id", number) if isinstance(row, dict) else number
        try:
            if isinstance(row, Exception):
                raise row
            result = work(row)
        except ValueError as error:
            failed += 1
            click.echo(f"summitry: line {number}: {error}", err=True)
            result = {"error": str(error)}
        except Exception as error:  # a bug at one article must not keep the others from being read
            failed += 1
            _tell_bug(f"line {number}")
            result = {"error": f"{type(error).__name__}: {error}"}
        print_json({"id": name, **result})
    return 1 if failed else 0


def _tell_bug(where: str) -> None:
    import logging

    logging.getLogger(__name__).exception("%s could not be read", where)


main.add_command(serve)
main.add_command(web)
main.add_command(scheduler)
main.add_command(worker)
main.add_command(backfill)
main.add_command(sources)
main.add_command(reprocess)
main.add_command(correct)
main.add_command(tokens)
main.add_command(webhooks)
for _command in (backup, restore, migrate_store, doctor, retain):
    main.add_command(_command)
