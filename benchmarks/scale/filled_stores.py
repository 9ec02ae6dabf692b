"""Stores of any size: real tables and indexes filled with SQL, and articles that are then told to them as archives are.

The events are those of `benchmarks/candidates.py`: a timeline grows by years and by parties, so that a pair of parties has as many events
in a month as before. That is an assumption, and it decides the outcome.
"""
from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from candidates import World, _event

import timeline.reconcile
from app.event_json import event_json as render_json
from app.ical import vevent
from app.store.archives import Reading
from app.store.codec import article_json, claim_json, event_json
from app.store.engine import Database
from app.store.event_rows import actor_rows, columns_of, countries_of, sources_of
from app.store.migrations import upgrade
from app.store.store import Store
from scraper.collected import Page
from timeline.model import Article, Claim, identifier

__all__ = ["fill", "opened", "readings", "world_of"]

AT = "2023-11-10T09:00:00.000000Z"
FILLING = "What else was said that day filled the notebooks of those who had come to listen, and little of it was new to them."


def opened(file: Path) -> Store:
    return Store(Database(f"sqlite:///{file}"), render_json=render_json, render_vevent=vevent, merging=timeline.reconcile,  # type: ignore[arg-type]
                 life=1e9)


def article_of(claim: Claim) -> Article:
    """The article that makes a claim, of the length of a short report."""
    return Article(url=claim.article, source="x", headline=claim.quotation, paragraphs=(claim.quotation, *[FILLING] * 12), publisher="X",
                   published_on=claim.told_on, language="en")


def readings(world: World, seed: int) -> Iterator[Reading]:
    """Articles to come, each with one claim, told as those that are stored already."""
    rng, number = random.Random(seed), -seed * 1_000_000
    while True:
        number -= 1
        for claim in world.claims(rng, number):
            article = article_of(claim)
            yield Reading(Page(article.url, article, None, None, datetime(2023, 11, 10, tzinfo=UTC)), (claim,))


def fill(file: Path, world: World, wanted: int) -> int:
    """Fill a new store with so many articles, or a few more; how many events they tell of."""
    upgrade(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;")
    rng, number, count = random.Random(1), 0, 0
    while count < wanted:
        rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in _INSERTS}
        while count < wanted and len(rows["events"]) < 10_000:
            told = world.claims(rng, number)
            number += 1
            count += len(told)
            _take(rows, told)
        with connection:
            for name, columns in _INSERTS.items():
                connection.executemany(f"INSERT OR IGNORE INTO {name} ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})", rows[name])
    with connection:
        connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return number


_INSERTS = {
    "articles": "id, url, source_id, version, headline, publisher, published_on, first_seen, last_seen, missed",
    "article_versions": "article_id, version, digest, fetched, read, article",
    "events": "id, type, status, first, last, precision, place, place_country, organisation, title, words, confidence, revision, first_seen, "
              "updated, changed, withdrawn, since, event, json, vevent",
    "claims": "id, article_id, version, event_id, position, current, claim", "event_keys": "event_id, key", "actors": "id, kind, name, country, words",
    "event_actors": "event_id, actor_id", "event_countries": "event_id, country", "event_sources": "event_id, source_id",
    "changes": "event_id, at, reason, material, after, claims"}


def _take(rows: dict[str, list[tuple[object, ...]]], told: tuple[Claim, ...]) -> None:
    event = _event(told)
    columns = columns_of(event, lambda code: None)
    kept = event_json(event)
    names = [name.strip() for name in _INSERTS["events"].split(",")]
    own = {"id": event.id, "first_seen": AT, "updated": AT, "changed": AT, "withdrawn": False, "since": told[0].told_on.isoformat(), "event": kept,
           "json": b"{" + b" " * 1400 + b"}", "vevent": b"BEGIN:VEVENT" + b" " * 600}
    rows["events"].append(tuple({**columns, **own}[name] for name in names))
    for place, claim in enumerate(told):
        article, article_id = article_of(claim), identifier(claim.article)
        day = claim.told_on.isoformat()
        rows["articles"].append((article_id, article.url, "x", 1, article.headline, "X", day, AT, AT, 0))
        rows["article_versions"].append((article_id, 1, article.digest, AT, True, article_json(article)))
        rows["claims"].append((claim.id, article_id, 1, event.id, place, True, claim_json(claim)))
        rows["changes"].append((event.id, AT, "told", place == 0, kept, "[]"))
    rows["event_keys"] += [(event.id, key) for key in timeline.reconcile.event_keys(event)]
    for actor, values in actor_rows(event, lambda code: None).items():
        rows["actors"].append((actor, values["kind"], values["name"], values["country"], values["words"]))
        rows["event_actors"].append((event.id, actor))
    rows["event_countries"] += [(event.id, country) for country in countries_of(event)]
    rows["event_sources"] += [(event.id, source) for source in sources_of(event)]


def world_of(articles: int) -> World:
    """The world of so many articles: an event is told by 1.8 of them. A small one has fewer years, so that as much happens in each."""
    events = max(1, round(articles / 1.8))
    world = World.of(events)
    return world if events >= 10_000 else replace(world, days=max(365, round(world.days * events / 10_000)))
