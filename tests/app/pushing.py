"""A store with a deliverer of its own and a receiver, driven by a clock that stands still until it is moved."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from newsdesk import Clock, article, page, read, rows_of, state_of, taken
from receiver import Message, Receiver

from app.api.parameters import unreported_before
from app.deliverer import Deliverer
from app.saved_filter import weighed
from app.store.deliveries import Deliveries
from app.store.queries import Queries
from app.store.store import Store
from app.store.tables import webhook_events, webhooks
from app.webhook_message import message_body, new_secret
from scraper.fetch import Fetcher

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"
TO_MEET = "planned meeting of RU, UZ on 2023-11-20 in Tashkent"
MOVED = "planned meeting of RU, UZ on 2023-11-22 in Tashkent instead of 2023-11-20"
OFF = "cancelled meeting of RU, UZ on 2023-11-20 in Tashkent"


class Pushing:
    """`fetcher` options go to the fetcher, `deadline` to the deliverer, all others to `Deliveries`."""

    def __init__(self, store: Store, clock: Clock, receiver: Receiver, *, deadline: float = 30.0, fetcher: Any = None,
                 workers: int = 4, monotonic: Callable[[], float] | None = None, **options: Any) -> None:
        self.store = store
        self.clock = clock
        self.receiver = receiver
        self.queries = Queries(store.engine)
        self.user_agent = "Summitry/test"
        self._fetcher = Fetcher(self.user_agent, **({"allow_hosts": (receiver.host,)} | (fetcher or {})))
        self.deliveries = Deliveries(store._database, message_body, clock=clock, **({"jitter": lambda: 0.0} | options))
        timed = {"monotonic": monotonic} if monotonic is not None else {}
        self.deliverer = Deliverer(self.deliveries, self._fetcher.post, weighed, clock=clock, deadline=deadline, workers=workers,
                                   **timed)
        self.secrets: dict[str, str] = {}

    def close(self) -> None:
        self.deliverer.stop(5)
        self._fetcher.close()

    def add(self, *, url: str | None = None, from_start: bool = False, **wanted: Any) -> str:
        """A webhook with this filter."""
        secret = new_secret()
        webhook = self.store.webhooks.add(url or self.receiver.url(), wanted, secret=secret, from_start=from_start)
        self.secrets[webhook] = secret
        return webhook

    def tell(self, path: str, *sentences: str, day: date = date(2023, 11, 10)) -> None:
        """An article is read, or read again in another version."""
        self.clock.forward(1)
        claimed = taken(self.store)
        told = article(path, *sentences, day=day)
        self.store.record(state_of(claimed, "meridian").lease, page(told, at=self.clock()), read(told))
        for state in claimed.sources:
            self.store.ledger.finish_source(state.lease)
        self.store.ledger.finish_run(claimed.run)

    def deliver(self) -> list[Message]:
        """What the receiver gets when all that is due is delivered."""
        before = len(self.receiver.received)
        self.deliverer.deliver_due()
        return self.receiver.received[before:]

    def events(self, **wanted: str) -> dict[str, str]:
        """Title and id of the events that stand, for those that match a filter."""
        asked, due = weighed(json.dumps(wanted), self.clock())
        rows = self.queries.events(asked, due=due, limit=500).rows
        return {json.loads(row.json)["title"]: row.id for row in rows}

    def event(self) -> str:
        """The id of the only event there is."""
        event, = self.events().values()
        return event

    def row(self, webhook: str) -> dict[str, Any]:
        row, = rows_of(self.store, webhooks, id=webhook)
        return row

    def waiting(self, webhook: str) -> list[dict[str, Any]]:
        return [row for row in rows_of(self.store, webhook_events, webhook_id=webhook) if row["due"]]

    def attempts(self, webhook: str) -> list[dict[str, Any]]:
        """The attempts, the oldest first."""
        return [dict(row) for row in reversed(self.queries.webhook_attempts(webhook, limit=100))]

    @property
    def due(self) -> date:
        return unreported_before(self.clock())


@contextmanager
def pushing(store: Store, clock: Clock, **options: Any) -> Iterator[Pushing]:
    receiver = Receiver()
    made = Pushing(store, clock, receiver, **options)
    try:
        yield made
    finally:
        made.close()
        receiver.close()
