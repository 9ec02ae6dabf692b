"""What others wait for while sixty clients send or read slowly.

    python benchmarks/slow_clients.py

`summitry serve` stands in a process of its own, over a timeline of 2,000 events. A page of a hundred events is asked for 300 times,
half of them on new connections: first with nobody else there, then beside sixty connections of each kind, which send nothing, a byte
of their headers or of a body each half second, or ask for a page of some hundred kilobytes and read nothing of it; and beside all
240 at once. Given are the milliseconds within which half and 99 % were answered. The aim is 100 ms for 99 %; the ratio to what it
takes with nobody else there tells more, since machines differ. All of it ends within two minutes.
"""
from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

import sample_timeline  # noqa: E402
from sqlalchemy import create_engine, insert, select  # noqa: E402

from app.store import tables  # noqa: E402

SLOW, ASKED, EVENTS, AIM, SETTLE = 60, 300, 2_000, 100.0, 5.0
PAGE = "/api/v1/events?limit=100"
_HEAD = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nX: "
_BODY = b"POST /api/v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
_PAGES = b"GET /api/v1/events?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n"
# What each kind of slow client sends at first, what from time to time, and how much may be sent to it unread.
KINDS = {"silent": (b"", b"", None), "slow headers": (_HEAD, b"x", None), "slow body": (_BODY, b" ", None), "slow reading": (_PAGES, b"", 4_096)}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as port:
        asked(port, 50)  # the first requests load what the others find loaded
        half, alone = asked(port, ASKED)
        print(f"slow clients: nobody else        half {half:6.1f} ms   99 % {alone:6.1f} ms")
        worst = 0.0
        for name, kinds in ((*((kind, [kind]) for kind in KINDS), ("all of them", list(KINDS)))):
            with hanging(port, kinds):
                half, most = asked(port, ASKED)
            print(f"slow clients: {name:<18} half {half:6.1f} ms   99 % {most:6.1f} ms   {most / alone:4.1f} times as long")
            worst = max(worst, most)
    if worst > AIM:
        sys.exit(f"slow clients: {worst:.0f} ms are more than {AIM:.0f}")


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The port of the service over a timeline of its own."""
    url = f"sqlite:///{folder / 'timeline.db'}"
    sample_timeline.make(url)
    fill(url)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")}
    environment |= {"SUMMITRY_DATABASE": url, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", "from app.cli import main; main()", "serve", "--no-scheduler", "--port", "0"],
                               cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        yield int(re.search(r":(\d+)$", told.strip())[1])  # type: ignore[index]
    finally:
        process.terminate()
        process.wait(15)


def fill(url: str) -> None:
    """Copies of an event, on days of their own."""
    engine = create_engine(url)
    with engine.begin() as connection:
        row = dict(connection.execute(select(tables.events).limit(1)).mappings().one())
        rows = []
        for number in range(EVENTS):
            day, name = (date(2000, 1, 1) + timedelta(number)).isoformat(), f"slow{number:012}"
            rows.append(row | {"id": name, "first": day, "last": day, "json": bytes(row["json"]).replace(row["id"].encode(), name.encode())})
        connection.execute(insert(tables.events), rows)
    engine.dispose()


@contextmanager
def hanging(port: int, kinds: list[str]) -> Iterator[None]:
    """Sixty connections of each kind, which do what they do until the block ends."""
    connections: list[tuple[socket.socket, bytes]] = []
    ended = threading.Event()

    def trickle() -> None:
        while not ended.wait(0.5):
            for connection, more in connections:
                with suppress(OSError):
                    connection.sendall(more)

    thread = threading.Thread(target=trickle)
    try:
        for first, more, window in (KINDS[kind] for kind in kinds):
            for _ in range(SLOW):
                connection = socket.socket()
                if window is not None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
                connection.settimeout(5)
                connections.append((connection, more))
                connection.connect(("127.0.0.1", port))
                connection.sendall(first)
        thread.start()
        time.sleep(SETTLE)  # by now all pages that nobody reads are made: what is measured is what they hold up, not what they cost
        yield
    finally:
        ended.set()
        if thread.is_alive():
            thread.join()
        for connection, _ in connections:
            connection.close()


def asked(port: int, count: int) -> tuple[float, float]:
    """The milliseconds within which half and 99 % of so many pages came."""
    taken = []
    kept = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(count):
        begun = time.perf_counter()
        connection = kept if number % 2 else http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        body = answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200, body
        if connection is not kept:
            connection.close()
    kept.close()
    taken.sort()
    return taken[count // 2], taken[min(count - 1, count * 99 // 100)]


if __name__ == "__main__":
    main()
