"""What the care of a large store costs: backup, restore, the doctor, letting go. A store of so many events is made first.

    python benchmarks/care.py FOLDER [EVENTS] [POSTGRESQL-URL]

Printed are seconds, megabytes, and the most memory that the doctor's process took. Two reports a day apart stand behind each
event; FOLDER keeps the store for the next time.
"""
from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

import timeline.reconcile
from app.doctor.events import Rendering
from app.doctor.examination import examine_store
from app.event_json import event_json
from app.ical import vevent
from app.store import tables
from app.store.backup import back_up, check_backup, put_back
from app.store.codec import article_json, claim_json, stamp
from app.store.codec import event_json as stored_event
from app.store.engine import Database
from app.store.event_rows import LINKS, actor_rows, columns_of, links_of
from app.store.migrations import upgrade
from app.store.retention import Retention
from app.store.states import state_links, states_of
from timeline.fold import fold
from timeline.model import ActorKind, Article, Claim, EventType, Participant, Place, Status, Tier, identifier
from timeline.titles import state_name
from timeline.when import When

CODES = ("RU", "KZ", "UZ", "CN", "TR", "DE", "FR", "IT", "ES", "PL", "US", "CA", "MX", "BR", "IN", "JP", "KR", "VN", "EG", "ZA")
FILLER = "The two sides spoke about trade, transit and the river, and agreed to speak about them again in the spring. "
AT = datetime(2023, 11, 10, 9, tzinfo=UTC)
RENDERING = Rendering(event_json, vevent, timeline.reconcile.event_keys, state_name)


def articles_of(number: int) -> Iterator[tuple[Article, Claim]]:
    one, other = CODES[number % 20], CODES[(number // 20 + 1 + number % 20) % 20]
    day = date(1990, 1, 1) + timedelta(days=number % 12_000)
    place = Place("Vienna", "AT", 48.2, 16.37)
    parties = tuple(Participant(ActorKind.PERSON, f"person:{code.lower()}-{number % 97}", f"{code} Minister {number % 97}", code, "Minister")
                    for code in dict.fromkeys((one, other)))
    for outlet, later, status in (("meridian", -1, Status.PLANNED), ("harbour", 1, Status.HELD)):
        sentence = f"The ministers of {state_name(one)} and {state_name(other)} sat down in Vienna on {day}, number {number}."
        article = Article(f"https://{outlet}.example/{number}", outlet, f"Talks {number}", (FILLER * 5, sentence, FILLER * 20),
                          publisher=outlet.title(), published_on=day + timedelta(days=later), language="en")
        start = article.text.index(sentence)
        yield article, Claim(identifier(article.url), article.url, outlet, Tier.PRESS, day + timedelta(days=later), None, EventType.MEETING,
                             parties, When.day(day), status, place, None, sentence, start, start + len(sentence), "plain", 0.9)


def rows_of(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of one event by table, as the store would have written them."""
    told = list(articles_of(number))
    event = fold([claim for _, claim in told], identifier("event", told[0][1].id))
    event = replace(event, revision=1)
    publishers = {article.url: article.publisher for article, _ in told}
    at = stamp(AT)
    for actor, values in actor_rows(event, state_name).items():
        yield "actors", {"id": actor, **values}
    for place, (article, claim) in enumerate(told):
        id_ = identifier(article.url)
        yield "articles", {"id": id_, "url": article.url, "source_id": article.source, "version": 1, "headline": article.headline,
                           "publisher": article.publisher, "published_on": article.published_on.isoformat(), "first_seen": at, "last_seen": at}
        yield "article_versions", {"article_id": id_, "version": 1, "digest": article.digest, "fetched": at, "read": True,
                                   "article": article_json(article)}
        yield "claims", {"id": claim.id, "article_id": id_, "version": 1, "event_id": event.id, "position": place, "current": True,
                         "claim": claim_json(claim)}
    json = event_json(event, first_seen=AT, updated=AT, publishers=publishers, gone={})
    yield "events", {"id": event.id, **columns_of(event, state_name), "first_seen": at, "updated": at, "changed": at, "withdrawn": False,
                     "since": max(claim.told_on for _, claim in told).isoformat(), "event": stored_event(event), "json": json,
                     "vevent": vevent(event, first_seen=AT, updated=AT, publishers=publishers)}
    for table, name in LINKS.items():
        for value in links_of(event, timeline.reconcile.event_keys(event))[table.name]:
            yield table.name, {"event_id": event.id, name: value}
    ids = str([claim.id for _, claim in told]).replace("'", '"')
    yield "changes", {"event_id": event.id, "at": at, "reason": "first told", "material": True, "before": None, "after": stored_event(event),
                      "claims": ids}
    for state in states_of(event, ()):
        known = replace(state.event, revision=1)
        yield "event_states", {
            "id": number + 1, "owner": event.id, "event_id": state.event.id, "since": state.since.isoformat(), "until": state.until.isoformat(),
            **columns_of(state.event, state_name), "updated": at, "claims": str([claim.id for claim in state.event.claims]).replace("'", '"'),
            "json": event_json(known, first_seen=AT, updated=AT, publishers=publishers, gone={})}
        for kind, value in state_links(state.event):
            yield "event_state_links", {"state_id": number + 1, "kind": kind, "value": value}


def make(url: str, count: int) -> None:
    upgrade(url)
    seen: set[str] = set()
    numbers = iter(range(count))
    with closing(Database(url)) as database:
        while part := list(islice(numbers, 1_000)):
            batch: dict[str, list[dict[str, Any]]] = {}
            for number in part:
                for table, row in rows_of(number):
                    if table == "actors":
                        if row["id"] in seen:
                            continue
                        seen.add(row["id"])
                    batch.setdefault(table, []).append(row)
            ordered = [table for table in tables.metadata.sorted_tables if table.name in batch]
            database.write(lambda connection, ordered=ordered, batch=batch: [
                connection.execute(insert(table), batch[table.name]) for table in ordered])


def timed(what: str, work: Callable[[], Any]) -> Any:
    began, cpu = time.perf_counter(), time.process_time()
    done = work()
    print(f"{what:<28} {time.perf_counter() - began:8.1f} s, {time.process_time() - cpu:8.1f} s of the processor", flush=True)
    return done


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{count}.db"
    url = f"sqlite:///{file}"
    if not file.exists():
        timed("made", lambda: make(url, count))
    print(f"{count:,} events, {file.stat().st_size / 1e6:,.0f} MB")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(Database(url)) as database:
        report = timed("doctor", lambda: examine_store(database, RENDERING))
    print(report.looked_at, "sound" if report.sound else report.lines())
    print(f"most memory: {before / 1024:.0f} MB before, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB after")
    backup, again = folder / "store.backup", folder / "again.db"
    again.unlink(missing_ok=True)
    timed("backup of SQLite", lambda: back_up(url, backup, now=AT, replace=True))
    print(f"{backup.stat().st_size / 1e6:,.0f} MB")
    timed("backup checked", lambda: check_backup(backup))
    timed("restore to SQLite", lambda: put_back(backup, f"sqlite:///{again}", lambda copy: None))
    timed("restore over SQLite", lambda: put_back(backup, f"sqlite:///{again}", lambda copy: None, replace=True))
    if len(sys.argv) > 3:
        timed("restore to PostgreSQL", lambda: put_back(backup, sys.argv[3], lambda copy: None, replace=True))
        timed("backup of PostgreSQL", lambda: back_up(sys.argv[3], backup, now=AT, replace=True))
    with closing(Database(f"sqlite:///{again}")) as database:
        retention = Retention(database, lambda: AT + timedelta(days=400), body_days=30)
        timed("one part let go", retention.batch)
        planned = timed("what would go", retention.would_go)
        print(planned)
    again.unlink()


if __name__ == "__main__":
    main()
