"""Real processes for the tests: each command line is one way in which a process meets the store.

    python processes.py hold URL SECONDS        take the write lock and keep it
    python processes.py rewrite URL TIMES       read a number and write the next one, many times
    python processes.py upgrade URL             bring the tables up to date
    python processes.py run URL FILE [OPTION]   carry out a run of the pages in FILE (see `pages_in`)
    python processes.py schedule URL FILE ...   tick until the process is stopped
    python processes.py fill URL FILE BYTES     carry out a run that may make no file larger than BYTES
    python processes.py archive URL FILE        read the archive FILE from where it stands, a few pages at a time

Prints `ready` where somebody waits for it.
"""
from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from app.store.engine import Database
from app.store.migrations import upgrade


def hold(options: argparse.Namespace) -> None:
    database = Database(options.url, busy_timeout=options.busy)

    def work(connection: Any) -> None:
        connection.execute(text("UPDATE runs SET state = state"))
        print("ready", flush=True)
        time.sleep(options.seconds)

    database.write(work)


def rewrite(options: argparse.Namespace) -> None:
    database = Database(options.url)

    def work(connection: Any) -> None:
        number = connection.execute(text("SELECT failures FROM sources WHERE id = 'meridian'")).scalar()
        connection.execute(text("UPDATE sources SET failures = :next WHERE id = 'meridian'"), {"next": number + 1})

    for _ in range(options.times):
        database.write(work)


def pages_in(file: str) -> dict[str, list[list[str]]]:
    """`{"meridian": [["a", "a sentence", ...], ...], ...}`"""
    return json.loads(Path(file).read_text(encoding="utf-8"))


def opened(options: argparse.Namespace) -> tuple[Any, Any]:
    """A store and a runner that collects slowly what the file holds."""
    import newsdesk  # loads more than the other commands need

    from app.jobs import Runner

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=options.shift)

    class SlowDesk(newsdesk.Desk):
        def __call__(self, *arguments: Any, **others: Any) -> Any:
            for item in super().__call__(*arguments, **others):
                if options.pause:
                    time.sleep(options.pause)
                yield item

    upgrade(options.url)
    store = newsdesk.open_store(options.url, now, life=options.life)
    pages = pages_in(options.file)
    store.ledger.sync_sources([newsdesk.source(name, interval=options.interval) for name in pages])
    desk = SlowDesk(now)
    desk.pages = {name: [newsdesk.article(path, *sentences, of=name) for path, *sentences in told]
                  for name, told in pages.items()}
    return store, Runner(store, collect=desk, read=newsdesk.read, workers=options.workers, run_deadline=options.deadline)


def run(options: argparse.Namespace) -> None:
    store, runner = opened(options)
    if options.die_at is not None:
        die_at_commit(store.engine, options.die_at, before=options.die_before)
    store.ledger.recover()
    claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
    state = runner.carry_out(claimed) if claimed is not None else "busy"
    print(state, flush=True)


def die_at_commit(engine: Any, number: int, *, before: bool) -> None:
    """Kill this process -9 at its commit with that number, just before or just after it."""
    left = [number]

    @event.listens_for(engine, "commit")
    def commit(connection: Any) -> None:
        if not connection.get_execution_options().get("writes"):
            return
        left[0] -= 1
        if left[0] == 0:
            if not before:
                connection.exec_driver_sql("COMMIT")
            os.kill(os.getpid(), signal.SIGKILL)


def schedule(options: argparse.Namespace) -> None:
    from app.scheduler import Scheduler

    store, runner = opened(options)
    scheduler = Scheduler(store.ledger, runner, tick=options.tick)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    print("ready", flush=True)  # before its first tick can log a line
    scheduler.start()
    stopped.wait(options.seconds or None)
    scheduler.stop()


def fill(options: argparse.Namespace) -> None:
    upgrade(options.url)
    resource.setrlimit(resource.RLIMIT_FSIZE, (options.bytes, options.bytes))
    run(options)


def archive(options: argparse.Namespace) -> None:
    import newsdesk

    from app import archive_reading
    from scraper.archive import find_archives

    store = newsdesk.open_store(options.url, lambda: datetime.now(UTC))
    found, = find_archives(Path(options.file))
    store.archives.add([found])
    taken = store.archives.claim([found.id])
    if options.die_at is not None:
        die_at_commit(store.engine, options.die_at, before=options.die_before)
    archive_reading.read_archive(store.archives, found, taken, parser=None, may_tell=lambda told: bool(newsdesk.read(told)), read=newsdesk.read, batch=2)
    print("done", flush=True)


def main() -> None:
    commands = argparse.ArgumentParser()
    commands.add_argument("command", choices=["hold", "rewrite", "upgrade", "run", "schedule", "fill", "archive"])
    commands.add_argument("url")
    commands.add_argument("file", nargs="?")
    for name, kind, default in (("seconds", float, 0.0), ("times", int, 1), ("interval", int, 60), ("pause", float, 0.0),
                                ("life", float, 60.0), ("deadline", float, 60.0), ("tick", float, 0.1), ("shift", float, 0.0),
                                ("workers", int, 1), ("busy", float, 5.0), ("bytes", int, 0), ("die-at", int, None)):
        commands.add_argument(f"--{name}", type=kind, default=default)
    commands.add_argument("--die-before", action="store_true")
    options = commands.parse_args()
    if options.command == "upgrade":
        print(upgrade(options.url), flush=True)
    else:
        {"hold": hold, "rewrite": rewrite, "run": run, "schedule": schedule, "fill": fill, "archive": archive}[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
