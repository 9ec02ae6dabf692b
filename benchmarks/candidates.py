"""What it costs to find and load the candidates of a claim, against a short and a long timeline in SQLite:

    python benchmarks/candidates.py [SHORT LONG]        by default 10000 and 1000000 events

The events are made: meetings, calls and visits of two leaders each, told by one to four claims. A timeline grows as a real one does,
by years and by parties: a hundred times the events are ten times the years and ten times the pairs of parties, so that a pair has
as many events in a month as before. That is an assumption, and it decides the outcome: were the same few to meet a hundred times as
often, there would be a hundred times the candidates. Pairs are not alike: few meet often, most seldom (Zipf). The claims that
are looked up are told like the events are, so that frequent pairs are looked up often.

It takes about a quarter of an hour and 3 GB, nearly all of it to fill the tables.

Both timelines are of the real tables and indexes, filled with SQL; lookup and load are the store's own.
"""
from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, combinations
from pathlib import Path

import timeline.reconcile
from app.event_json import event_json as render_json
from app.ical import vevent
from app.store.codec import claim_json, event_json
from app.store.engine import Database
from app.store.event_writer import EventWriter
from app.store.migrations import upgrade
from timeline.model import ActorKind, Claim, Event, EventType, Participant, Status, Tier, When, identifier

LOOKUPS = 300
ROUNDS = 5
MOST = 1.5  # the ratio that is asked for
TYPES = (EventType.MEETING, EventType.MEETING, EventType.CALL, EventType.VISIT)


@dataclass(frozen=True)
class World:
    """Who can meet, how often, and in which years."""

    pairs: Sequence[tuple[int, int]]
    weights: Sequence[float]  # cumulative
    days: int

    @classmethod
    def of(cls, events: int) -> World:
        """10,000 events: 10 years and 400 pairs of 40 leaders. More events: more years, and more pairs in the same measure."""
        years = min(100, max(10, round(10 * (events / 10_000) ** 0.5)))
        wanted = max(400, round(400 * events / 10_000 * 10 / years))
        leaders = 40
        while leaders * (leaders - 1) // 2 < 2 * wanted:
            leaders += 1
        pairs = random.Random(7).sample(list(combinations(range(leaders), 2)), wanted)
        # The same mixture of frequent and seldom pairs in each 400 of them.
        weights = list(accumulate(1.0 / (1 + number % 400) for number in range(wanted)))
        return cls(pairs, weights, years * 365)

    def claims(self, rng: random.Random, number: int) -> tuple[Claim, ...]:
        one, other = self.pairs[bisect(self.weights, rng.random() * self.weights[-1])]
        day = date(2100, 1, 1) - timedelta(rng.randrange(self.days))
        type_ = rng.choice(TYPES)
        return tuple(self._claim(f"https://x.example/{number}/{telling}", day, type_, one, other)
                     for telling in range(rng.choice((1, 1, 1, 2, 2, 4))))

    def _claim(self, article: str, day: date, type_: EventType, one: int, other: int) -> Claim:
        words = f"Leader {one} and Leader {other} met on {day}."
        return Claim(identifier(article), article, "x", Tier.PRESS, day + timedelta(1), None, type_,
                     (_leader(one), _leader(other)), When.day(day), Status.HELD, None, None, words, 0, len(words), "made", 0.8)


def _leader(number: int) -> Participant:
    # Two leaders to a state, whose code is none of a real one.
    return Participant(ActorKind.PERSON, f"person:leader-{number}", f"Leader {number}", f"Q{number // 2}", "President")


def fill(file: Path, world: World, count: int) -> None:
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;")
    rng = random.Random(1)
    kept = timeline.reconcile.event_keys
    for start in range(0, count, 20_000):
        rows: list[tuple[object, ...]] = []
        keys: list[tuple[str, str]] = []
        claims: list[tuple[object, ...]] = []
        for number in range(start, min(start + 20_000, count)):
            told = world.claims(rng, number)
            event = _event(told)
            rows.append((event.id, event.type.value, "held", event.when.first.isoformat(), event.when.last.isoformat(), "day",
                         event.title, "", event.confidence, 0, "2100", "2100", "2100", False, told[0].told_on.isoformat(),
                         event_json(event), b"{}", b"BEGIN:VEVENT"))
            keys += [(event.id, key) for key in kept(event)]
            claims += [(claim.id, "a", 1, event.id, place, True, claim_json(claim)) for place, claim in enumerate(told)]
        with connection:
            connection.executemany("INSERT OR IGNORE INTO events (id, type, status, first, last, precision, title, words, confidence, revision, "
                                   "first_seen, updated, changed, withdrawn, since, event, json, vevent) "
                                   f"VALUES ({', '.join('?' * 18)})", rows)
            connection.executemany("INSERT OR IGNORE INTO event_keys (event_id, key) VALUES (?, ?)", keys)
            connection.executemany("INSERT OR IGNORE INTO claims (id, article_id, version, event_id, position, current, claim) "
                                   "VALUES (?, ?, ?, ?, ?, ?, ?)", claims)
    connection.close()


def _event(told: tuple[Claim, ...]) -> Event:
    """As folding would make it: nothing here depends on more than the claims' parties and days."""
    first = told[0]
    return Event(timeline.reconcile.event_id(first), told, first.type, first.participants, first.when, first.status, None, None,
                 " – ".join(one.name or "" for one in first.participants), 0.8)


def probes(world: World) -> Iterator[Claim]:
    rng = random.Random(2)
    for number in range(LOOKUPS):
        yield replace(world.claims(rng, -1 - number)[0], id=identifier("probe", str(number)))


def measured(url: str, claims: Sequence[Claim]) -> Iterator[tuple[float, float]]:
    """Seconds and candidates of each claim: keys made, looked up, and events loaded with their claims."""
    database = Database(url)
    writer = EventWriter(render_json=render_json, render_vevent=vevent, merging=timeline.reconcile,  # type: ignore[arg-type]
                         clock=lambda: datetime.now(UTC), naming=lambda code: None)
    with database.reading() as connection:
        for claim in claims:
            began = time.perf_counter()
            found = writer.candidates(connection, [claim], {claim.id})
            yield time.perf_counter() - began, len(found)
    database.close()


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 1_000_000]
    with tempfile.TemporaryDirectory() as folder:
        stores = []
        for size in sizes:
            file, world = Path(folder) / f"{size}.db", World.of(size)
            upgrade(f"sqlite:///{file}")
            fill(file, world, size)
            stores.append((size, f"sqlite:///{file}", list(probes(world))))
            print(f"{size:>9,} events: {len(world.pairs):,} pairs, {world.days // 365} years, {file.stat().st_size / 1e6:,.0f} MB",
                  flush=True)
        # In turns, so that what else the machine does falls on both alike.
        rounds: dict[int, list[float]] = {size: [] for size in sizes}
        found: dict[int, float] = {}
        for _ in range(ROUNDS):
            for size, url, claims in stores:
                taken = list(measured(url, claims))
                rounds[size].append(statistics.fmean(seconds for seconds, _ in taken))
                found[size] = statistics.fmean(count for _, count in taken)
        for size in sizes:
            print(f"{size:>9,} events: {min(rounds[size]) * 1e3:6.2f} ms a claim, {found[size]:.1f} candidates")
        ratio = min(rounds[sizes[-1]]) / min(rounds[sizes[0]])
        print(f"candidates: {ratio:.2f} times the cost at {sizes[-1] // sizes[0]} times the events (at most {MOST} is asked)")
        sys.exit(ratio > MOST)


if __name__ == "__main__":
    main()
