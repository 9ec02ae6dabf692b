"""Commands that keep a timeline right: reading all again, and corrections by hand."""
from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from app.terminal import print_json, say, settings_of_environment

if TYPE_CHECKING:
    from app.store.corrections import Corrected, Corrections

__all__ = ["correct", "reprocess"]


@click.command()
@click.option("--after", default="", metavar="ARTICLE", help="Go on after this article, where it was broken off.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the events that changed, and the counts at the end.")
def reprocess(after: str, as_json: bool) -> None:
    """Read all stored articles again with today's rules, and bring the events up to date.

    Ids and corrections stay. It may be broken off and begun again at any time, and while the service runs. Articles whose text is
    no longer kept (SUMMITRY_KEEP_BODIES_DAYS) are left out and counted: what they claimed stays. The exit code is 1 where an
    article could not be read, 130 where it was interrupted.
    """
    settings = settings_of_environment()
    import signal
    import threading

    from rich.console import Console

    from app.console import show_reprocess
    from app.extraction import ready_gazetteer
    from app.reprocess import reprocess
    from app.service import open_store
    from timeline.extract import claims_from

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    gazetteer = ready_gazetteer(settings.names)
    database, store = open_store(settings, gazetteer.party_name)
    try:
        report = reprocess(store, lambda article: claims_from(article, gazetteer), after=after, stopped=stop.is_set)
    finally:
        database.close()
    if as_json:
        for outcome in report.outcomes():
            print_json(outcome.as_json())
        print_json({"articles": report.articles, "failed": report.failed, "let_go": report.let_go, "rendered": report.rendered,
                     "complete": report.complete, "last": report.last})
    else:
        show_reprocess(report, Console(highlight=False, soft_wrap=True))
    sys.exit(130 if not report.complete else 1 if report.failed else 0)


@click.group()
def correct() -> None:
    """Correct the timeline by hand: merge, split or withdraw events, and undo it.

    What comes later follows a correction, until it is undone.
    """


def _correction(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that each correction takes."""
    command = click.option("--by", metavar="NAME", help="Who corrects, for the history; by default the user's name.")(command)
    return click.option("--note", default="", help="Why, for the history.")(command)


@correct.command()
@click.argument("kept")
@click.argument("other")
@_correction
def merge(kept: str, other: str, by: str | None, note: str) -> None:
    """Make the event OTHER one with the event KEPT, which keeps its id."""
    _corrected(lambda corrections: corrections.merge(kept, other, by=_author(by), note=note))


@correct.command()
@click.argument("event")
@click.option("--article", "articles", multiple=True, metavar="URL", help="An article that tells of another event.")
@click.option("--claim", "claims", multiple=True, metavar="ID", help="A claim that tells of another event.")
@_correction
def split(event: str, articles: tuple[str, ...], claims: tuple[str, ...], by: str | None, note: str) -> None:
    """Give what these articles or claims of EVENT tell of an event of its own."""
    _corrected(lambda corrections: corrections.split(event, articles=articles, claims=claims, by=_author(by), note=note))


@correct.command()
@click.argument("event")
@_correction
def withdraw(event: str, by: str | None, note: str) -> None:
    """Take EVENT out of the timeline, whatever tells of it."""
    _corrected(lambda corrections: corrections.withdraw(event, by=_author(by), note=note))


@correct.command()
@click.argument("correction")
@click.option("--by", metavar="NAME", help="Who undoes it, for the history; by default the user's name.")
def undo(correction: str, by: str | None) -> None:
    """Undo a correction by its id: as if it had never been."""
    _corrected(lambda corrections: corrections.undo(correction, by=_author(by)))


@correct.command("list")
def list_corrections() -> None:
    """Print all corrections, the newest first, one JSON object a line."""
    settings = settings_of_environment()
    from app.api.objects import correction_object
    from app.store.engine import Database
    from app.store.queries import Queries

    database = Database(settings.database, busy_timeout=settings.busy_timeout)
    try:
        with database.named_errors():
            for row in Queries(database.engine).corrections(limit=1_000_000):
                print_json(correction_object(row))
    finally:
        database.close()


def _corrected(act: Callable[[Corrections], Corrected]) -> None:
    """Carry a correction out and tell what came of it."""
    settings = settings_of_environment()
    from app.extraction import ready_gazetteer
    from app.service import open_store

    database, store = open_store(settings, ready_gazetteer(settings.names).party_name)
    try:
        done = act(store.corrections)
    finally:
        database.close()
    say(f"Correction {done.ruling}; changed: {', '.join(sorted(done.events)) or 'nothing'}")


def _author(by: str | None) -> str:
    import getpass

    try:
        return by or getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return "operator"
