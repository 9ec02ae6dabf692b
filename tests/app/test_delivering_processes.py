"""Several processes deliver; one of them is killed between an attempt and writing down what came of it."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from newsdesk import Clock, open_store, rows_of, source
from pushing import pushing
from receiver import Message
from test_scheduling import until

from app.store.tables import webhook_attempts, webhook_events


class RealClock(Clock):
    """That of the processes, which nobody moves."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def delivering(url: str, host: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, str(Path(__file__).parent / "delivering.py"), url, host], stdout=subprocess.PIPE,
                               text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_two_processes_send_each_message_once_and_one_that_is_killed_is_made_up_for(database_url: str) -> None:
    """The message at which a process was killed (-9) comes again from the other one, with the same id and the same bytes."""
    clock = RealClock()
    store = open_store(database_url, clock)
    store.ledger.sync_sources([source("meridian"), source("harbour")])
    with pushing(store, clock, schedule=(0.2,) * 9) as push, delivering(database_url, push.receiver.host) as process:
        def all_told(events: int) -> bool:
            push.deliverer.tick()
            rows = rows_of(store, webhook_events)
            return len(rows) == 3 * events and not any(row["due"] for row in rows)

        def kill(message: Message) -> int:
            if message.headers["user-agent"] == f"Summitry/{process.pid}":
                os.kill(process.pid, signal.SIGKILL)
            return 204

        for number in range(3):
            push.add(url=push.receiver.url(f"/{number}"))
        for kind, who, day in (("meeting", "RU, KZ", 9), ("call", "RU, UZ", 8), ("signing", "KZ, CN", 7)):
            push.tell(kind, f"held {kind} of {who} on 2023-11-0{day} in Astana")
        until(lambda: all_told(3))
        assert len(push.receiver.received) == len({message.id for message in push.receiver.received}) == 9

        until(lambda: not push.deliverer._threads)  # from here on the other process is alone
        push.receiver.judge = kill
        push.tell("visit", "held visit of CN, UZ on 2023-11-06 in Tashkent")
        assert process.wait(30) == -signal.SIGKILL
        push.receiver.judge = None
        until(lambda: all_told(4))
        sent = push.receiver.received[9:]
        assert len({message.path for message in sent}) == len({(message.id, message.body) for message in sent}) == 3
        again = {id_ for id_, count in Counter(message.id for message in sent).items() if count > 1}
        # It may have had a message to each webhook under way; nothing else was sent twice.
        assert again
        assert again <= {row["message"] for row in rows_of(store, webhook_attempts) if row["ended"] is None}
        assert {message.headers["user-agent"] for message in sent} == {f"Summitry/{process.pid}", push.user_agent}
    store.close()
