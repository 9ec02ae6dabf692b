"""`summitry backfill`: the command for archives."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.terminal import settings_of_environment

if TYPE_CHECKING:
    from rich.console import Console

    from app.backfill import Progress, Summary

__all__ = ["backfill"]

_EVERY = 30.0  # seconds between two lines of the log


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--processes", type=click.IntRange(1, 256), help="Processes that read; by default one for each core.")
@click.option("--keep-declined", is_flag=True, help="Store the text of pages that a first look declines, too, so that later rules can read it.")
def backfill(paths: tuple[Path, ...], processes: int | None, keep_declined: bool) -> None:
    """Read archives: WARC files (gzipped, zstd or plain), NDJSON, pages, and folders of these.

    Each page is read once, however often and by however many commands: a file that is done is passed over, one that was broken off is
    gone on with. The same command on several machines over one PostgreSQL shares the work. The exit code is 1 where something could not be
    read, 130 where it was interrupted.
    """
    settings = settings_of_environment()
    import signal
    import threading

    from rich.console import Console

    from app.backfill import backfill, usable_cores
    from app.extraction import ready_gazetteer
    from app.service import open_store
    from scraper.source import load_sources

    load_sources(settings.sources)  # a faulty file is told here, and not by each process
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database, store = open_store(settings, lambda code: ready_gazetteer(settings.names).party_name(code))
    try:
        with _Shown(Console(stderr=True)) as shown:
            summary = backfill(settings, store.archives, paths, processes=processes or usable_cores(), keep_declined=keep_declined, stop=stop,
                               progress=shown)
    finally:
        database.close()
    for line in lines_of(summary):
        click.echo(line)
    sys.exit(130 if stop.is_set() and not summary.complete else 1 if summary.errors else 0)


class _Shown:
    """Progress in one line of a terminal, or as lines of the log where there is none."""

    def __init__(self, console: Console) -> None:
        from rich.live import Live

        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._logged = 0.0

    def __enter__(self) -> _Shown:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, progress: Progress) -> None:
        if self._live is not None:
            self._live.update(line_of(progress), refresh=True)
        elif progress.seconds - self._logged >= _EVERY:
            import structlog

            self._logged = progress.seconds
            structlog.get_logger(__name__).info("archives are read", progress=line_of(progress))


def line_of(progress: Progress) -> str:
    """`12.3 of 40.0 GB (30 %), 3 of 12 files, 85 records/s, 2 h 05 min left`."""
    unit, name = next((unit, name) for unit, name in ((10**9, "GB"), (10**6, "MB"), (1000, "kB"), (1, "B")) if progress.size >= unit or unit == 1)
    share = progress.done / progress.size if progress.size else 1.0
    left = "" if progress.left is None else f", {_span(progress.left)} left"
    return (f"{progress.done / unit:.1f} of {progress.size / unit:.1f} {name} ({share:.0%}), {progress.files_done} of {progress.files} files, "
            f"{progress.rate:.0f} records/s{left}")


def _span(seconds: float) -> str:
    minutes, hours = round(seconds / 60), int(seconds // 3600)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if hours < 2:
        return f"{minutes} min"
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def lines_of(summary: Summary) -> list[str]:
    """What came of it, for people: what was added by this command, and what could not be read."""
    counts = summary.counts
    done, failed = (sum(state.state == name for state in summary.states) for name in ("done", "failed"))
    rate = counts["records"] / summary.seconds if summary.seconds else 0.0
    lines = [f"{done} of {len(summary.states)} files read to their end" + (f", {failed} failed" if failed else "") + f", in {_span(summary.seconds)}",
             f"{counts['records']} records ({rate:.0f} a second), {counts['pages']} pages: {counts['articles']} new articles, {counts['changed']} changed, "
             f"{counts['known']} known, {counts['older']} older than what is stored, {counts['declined']} declined by a first look"
             + (f", {counts['foreign']} of another source" if counts["foreign"] else "")]
    for kind, told in (("skipped", "no article"), ("failed", "could not be read")):
        classes = {name.removeprefix(f"{kind}-"): count for name, count in sorted(counts.items()) if name.startswith(f"{kind}-")}
        if classes:
            lines.append(f"{sum(classes.values())} {told}: " + ", ".join(f"{count} {name}" for name, count in classes.items()))
    return lines + [f"error: {error}" for error in summary.errors]
