"""A timeline of any size for measuring how it is served: made events in the real tables, with real bytes.

Real are the names, the cities and the states (the gazetteer's tables), the folding of claims into events, the rendering of JSON
and VEVENT, and the columns that are searched. Made are the meetings. Who meets whom is unequal, as in the news: the leader of
rank n is drawn n times more seldom than the first. Days lie within twenty years up to a hundred days from now; past events are
held for the most part, some were planned and never reported, some are off. Of a long timeline the first 20,000 events are
made so; the others are those again under other ids, which takes a tenth of the time.
"""
from __future__ import annotations

import csv
import random
import sqlite3
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from app.event_json import event_json as render_json
from app.ical import vevent
from app.store.codec import event_json, stamp
from app.store.event_rows import actor_rows, columns_of, countries_of, sources_of
from app.store.migrations import upgrade
from timeline.fold import fold
from timeline.model import ActorKind, Claim, Event, EventType, Participant, Place, Status, Tier, When, identifier
from timeline.titles import state_name

__all__ = ["make"]

DAYS = 20 * 365
AHEAD = 100
SOURCES = 40
TYPES = (EventType.MEETING,) * 5 + (EventType.CALL, EventType.CALL, EventType.VISIT, EventType.SUMMIT, EventType.SIGNING)
DATA = Path(__file__).resolve().parents[2] / "timeline" / "data"
BATCH = 5_000
DISTINCT = 20_000


MARKS = [first + second for first in "0189" for second in "0123456789abcdef"]  # with which no id begins: ids are of base32


@dataclass(frozen=True, slots=True)
class Ranked:
    """Things of which the one of rank n is drawn n times more seldom than the first."""

    things: Sequence[tuple[str, ...]]
    weights: Sequence[float]

    @classmethod
    def of(cls, things: Sequence[tuple[str, ...]]) -> Ranked:
        return cls(things, list(accumulate(1 / (rank + 1) for rank in range(len(things)))))

    def draw(self, rng: random.Random) -> tuple[str, ...]:
        return self.things[bisect(self.weights, rng.random() * self.weights[-1])]


def make(file: Path, count: int, today: date, *, seed: int = 1) -> None:
    """A store with `count` events in an SQLite file that is not there yet."""
    upgrade(f"sqlite:///{file}")
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -200000;")
    made = events(min(count, DISTINCT), today, random.Random(seed))
    first_seen = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=2)
    number = 0
    while batch := list(islice(made, BATCH)):
        connection.execute("BEGIN")
        for event in batch:
            number += 1
            _insert(connection, event, first_seen + timedelta(seconds=number * 86_400 // min(count, DISTINCT)))
        connection.execute("COMMIT")
    for copy, mark in zip(range(1, -(-count // DISTINCT)), MARKS, strict=False):
        _repeat(connection, mark, min(DISTINCT, count - copy * DISTINCT))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def events(count: int, today: date, rng: random.Random) -> Iterator[Event]:
    people, cities = Ranked.of(_people()), Ranked.of(_cities())
    for number in range(count):
        day = today + timedelta(AHEAD - rng.randrange(DAYS + AHEAD))
        type_ = rng.choice(TYPES)
        parties = tuple({one[0]: Participant(ActorKind.PERSON, one[0], one[1], one[2], one[3])
                         for one in (people.draw(rng) for _ in range(2 if type_ is not EventType.SUMMIT else 5))}.values())
        name, country, latitude, longitude = cities.draw(rng)
        place = None if type_ is EventType.CALL else Place(name, country, float(latitude), float(longitude))
        status = rng.choices((Status.HELD if day <= today else Status.PLANNED, Status.PLANNED, Status.CANCELLED, Status.POSTPONED),
                             (90, 5, 3, 2))[0]
        claims = tuple(_claim(number, telling, rng, day, today, type_, parties, place, status)
                       for telling in range(rng.choice((1, 1, 1, 2, 2, 4))))
        yield fold(claims, identifier("made", str(number)))


def _claim(number: int, telling: int, rng: random.Random, day: date, today: date, type_: EventType,
           parties: tuple[Participant, ...], place: Place | None, status: Status) -> Claim:
    source = f"outlet-{min(int(rng.expovariate(0.1)), SOURCES - 1)}"
    told_on = min(day + timedelta(1), today) if status is Status.HELD else min(day - timedelta(20), today)
    where = f" in {place.name}" if place else " by telephone"
    words = (f"{' and '.join(f'{one.role} {one.name}' for one in parties)} were to speak{where} on {day:%d %B %Y}, "
             "and each side would publish a note on it in the evening.")
    address = f"https://{source}.example/{told_on:%Y/%m/%d}/{number}-{telling}"
    return Claim(identifier(address), address, source, Tier.PRESS, told_on, None, type_, parties, When.day(day), status, place, None,
                 words, 0, len(words), "made", 0.8)


def _insert(connection: sqlite3.Connection, event: Event, at: datetime) -> None:
    publishers = {claim.article: claim.source.capitalize() for claim in event.claims}
    moment = stamp(at)
    row = columns_of(event, state_name) | {
        "id": event.id, "first_seen": moment, "updated": moment, "changed": moment, "withdrawn": False,
        "since": max(claim.told_on for claim in event.claims).isoformat(), "event": event_json(event),
        "json": render_json(event, first_seen=at, updated=at, publishers=publishers),
        "vevent": vevent(event, first_seen=at, updated=at, publishers=publishers)}
    connection.execute(f"INSERT INTO events ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    for identity, actor in actor_rows(event, state_name).items():
        connection.execute("INSERT OR IGNORE INTO actors (id, kind, name, country, words) VALUES (?, ?, ?, ?, ?)",
                           (identity, *actor.values()))
    for table, values in (("event_actors", {one.actor_id for one in event.participants}), ("event_countries", countries_of(event)),
                          ("event_sources", sources_of(event))):
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(event.id, value) for value in values])


def _repeat(connection: sqlite3.Connection, mark: str, count: int) -> None:
    """The first `count` events once more, with the first letters of their ids replaced by `mark`."""
    connection.execute("BEGIN")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(events)") if row[1] != "id"]
    chosen = "SELECT id FROM events ORDER BY rowid LIMIT ?"
    new = "? || substr(id, 3)"
    told = {name: f"CAST(replace(CAST({name} AS TEXT), id, {new}) AS {kind})"
            for name, kind in (("json", "BLOB"), ("vevent", "BLOB"), ("event", "TEXT"))}
    connection.execute(f"INSERT INTO events (id, {', '.join(columns)}) SELECT {new}, {', '.join(told.get(name, name) for name in columns)} "
                       f"FROM events WHERE id IN ({chosen})", (*[mark] * (1 + sum(name in told for name in columns)), count))
    for table, column in (("event_actors", "actor_id"), ("event_countries", "country"), ("event_sources", "source_id")):
        connection.execute(f"INSERT INTO {table} SELECT ? || substr(event_id, 3), {column} FROM {table} WHERE event_id IN ({chosen})", (mark, count))
    connection.execute("COMMIT")


def _people() -> list[tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows("office_holders.csv"):
        found[row["id"]] = (row["id"], row["name"], row["country"], row["title"])
    return random.Random(2).sample(sorted(found.values()), 1_500)


def _cities() -> list[tuple[str, ...]]:
    rows = [row for row in _rows("cities.csv") if row["capital"]]
    return [(row["name"], row["country"], row["latitude"], row["longitude"]) for row in random.Random(3).sample(rows, 300)]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with open(DATA / name, encoding="utf-8") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))
