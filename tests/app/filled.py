"""A timeline in which everything has happened that can: for tests of what must hold of any store."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from newsdesk import Clock, article, open_store, page, read, source, state_of
from sqlalchemy import create_engine, make_url, select

from app.saved_filter import weighed
from app.scopes import Scope
from app.store.deliveries import Deliveries, Outcome
from app.store.ledger import Lease
from app.store.store import Store
from app.store.tables import archive_files, declined_pages, events, host_turns, metadata
from app.webhook_message import message_body
from scraper.collected import Failure
from timeline.model import Tier
from timeline.titles import state_name

NINTH = "held meeting of RU, KZ on 2023-11-09 in Astana"
PLAN = "planned visit of CN, UZ on 2023-11-15 in Tashkent"
MOVED = "planned visit of CN, UZ on 2023-11-22 in Tashkent instead of 2023-11-15"
CALL = "held call of RU, CN on 2023-11-08"
SIGNING = "held signing of RU, UZ on 2023-11-07"
SUMMIT = "planned summit of RU, KZ, UZ, CN on 2023-12-01 in Astana"


def opened(url: str, clock: Callable[[], datetime]) -> Store:
    """The store as the service opens it, with names of states to search by."""
    return open_store(url, clock, naming=state_name)


def fill(store: Store, clock: Clock) -> None:
    """Two runs over two outlets: reports, copies, a moved date, edited and vanished pages, failures, all kinds of corrections."""
    store.ledger.sync_sources([source("meridian"), source("harbour", tier=Tier.OFFICIAL)])
    leases = _taken(store)

    def tell(path: str, *sentences: str, of: str = "meridian", day: int = 10) -> None:
        told = article(path, *sentences, of=of, day=date(2023, 11, day))
        clock.forward(60)
        store.record(leases[of], page(told, at=clock(), etag=f'"{path}"', url=f"{told.url}?from=feed"), read(told))

    tell("a", NINTH)
    tell("b", NINTH, of="harbour", day=11)
    tell("plan", PLAN, "It rained in Türkiye – 🌧 \x00 “quoted”.", day=8)
    tell("plan-too", PLAN, of="harbour", day=9)
    tell("calls", CALL, SIGNING)
    tell("summit", SUMMIT, of="harbour", day=11)
    tell("slip", "held meeting of KZ, UZ on 2023-11-02 in Astana", day=3)
    tell("other", "held meeting of KZ, UZ on 2023-11-03 in Astana", of="harbour", day=4)
    tell("noise", "held meeting of RU, UZ on 2023-11-05")
    tell("none", "Nothing happened.")
    clock.forward(86_400)
    tell("plan", MOVED, day=12)  # the outlet edits its page
    tell("moved", MOVED, of="harbour", day=12)
    tell("noise", "It was a mistake.")  # and takes this back
    kept = article("unread", "unreadable held call of RU, KZ on 2023-11-01")
    store.record(leases["meridian"], page(kept, at=clock()), None)
    store.fail(leases["harbour"], Failure("https://harbour.example/b", "http-410", "answered 410"))
    store.fail(leases["harbour"], Failure("https://harbour.example/broken", "page-empty", "no text in it"))
    store.ledger.finish_source(leases["meridian"], etag='"1"', listed=["https://meridian.example/a"])
    store.ledger.finish_source(leases["harbour"], error=("timeout", "20 s are over"))
    (run,) = {lease.run for lease in leases.values()}
    store.ledger.finish_run(run)
    correct(store, clock)
    admit(store)
    push(store, clock)


def correct(store: Store, clock: Clock) -> None:
    by_day = {(event.type, event.first): event.id for event in _rows(store)}
    clock.forward(60)
    store.corrections.merge(by_day["meeting", "2023-11-02"], by_day["meeting", "2023-11-03"], by="ana", note="one meeting")
    store.corrections.split(by_day["meeting", "2023-11-09"], articles=["https://harbour.example/b"], by="ana")
    store.corrections.withdraw(by_day["signing", "2023-11-07"], by="ana", note="a rumour")
    undone = store.corrections.withdraw(by_day["call", "2023-11-08"], by="ana")
    clock.forward(60)
    store.corrections.undo(undone.ruling, by="ben")


def admit(store: Store) -> None:
    """Tokens that are good, and one that is not any more."""
    store.tokens.create("newsdesk", {Scope.TRIGGER, Scope.CORRECT})
    store.tokens.create("archive", {Scope.READ})
    store.tokens.create("former", {Scope.PUSH}, days=30)
    store.tokens.revoke("former")


def push(store: Store, clock: Clock) -> None:
    """Two webhooks: one that was told of an event, failed with the next, and has a new secret; one whose receiver is gone."""
    deliveries = Deliveries(store._database, message_body, clock=clock, jitter=lambda: 0.5)
    with store.engine.begin() as connection:
        connection.execute(host_turns.insert(), {"host": "harbour.example", "free_at": 1699606800.5, "paused_until": 1699610400.25, "busy_until": 0.0})
        connection.execute(archive_files.insert(), {"id": "3f", "path": "2017.warc.gz", "format": "warc", "size": 5_000_000_000, "state": "done",
                                                    "counts": '{"records": 2}', "added": "2023-11-10T09:00:00.000000Z"})
        connection.execute(declined_pages.insert(), {"id": "aaaabbbbccccdddd", "captured": "2017-01-02T00:00:00.000000Z"})
    for path, answers in (("in", (Outcome(204), Outcome(500, ("http-500", "the receiver answered 500")))),
                          ("gone", (Outcome(410, ("http-410", "the receiver answered 410")),))):
        webhook = store.webhooks.add(f"https://receiver.example/{path}", {"country": ["KZ"]}, secret=f"whsec_{path}", from_start=True)
        claim = deliveries.claim()
        assert claim is not None
        wanted, due = weighed(claim.filter, clock())
        deliveries.take_in(claim, wanted, due)
        for answer in answers:
            attempt = deliveries.begin(claim, wanted, due)
            assert attempt is not None
            deliveries.end(claim, attempt, answer)
        deliveries.release(claim)
        if path == "in":
            store.webhooks.change(webhook, secret="whsec_next")


def _taken(store: Store) -> dict[str, Lease]:
    run = store.ledger.claim_queued(store.request_run(None, "cli", key="once"))
    assert run is not None
    return {name: state_of(run, name).lease for name in ("meridian", "harbour")}


def _rows(store: Store) -> list[tuple[str, str, str]]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(events.c.type, events.c.first, events.c.id).where(events.c.withdrawn.is_(False))))


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a store by table, in the order of their keys: equal for two stores that hold the same."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg" if url.startswith("postgres") else "sqlite"))
    try:
        with engine.connect() as connection:
            return {table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
                    for table in metadata.sorted_tables}
    finally:
        engine.dispose()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
