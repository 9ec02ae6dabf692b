"""A process that delivers to what is on loopback until it is stopped.

    python delivering.py URL HOST:PORT

Its User-Agent holds its process id, so that a receiver can tell who sends. Prints `ready` before its first look.
"""
from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

from app.deliverer import Deliverer
from app.saved_filter import weighed
from app.store.deliveries import Deliveries
from app.store.engine import Database
from app.webhook_message import message_body
from scraper.fetch import Fetcher


def main(url: str, host: str) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    deliveries = Deliveries(Database(url), message_body, clock=now, schedule=(0.2,) * 9)
    deliverer = Deliverer(deliveries, Fetcher(f"Summitry/{os.getpid()}", allow_hosts=(host,)).post, weighed, clock=now)
    print("ready", flush=True)
    while True:
        deliverer.tick()
        time.sleep(0.02)


main(sys.argv[1], sys.argv[2])
