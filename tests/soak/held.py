"""What must hold of a store after all that befell it."""
from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from app.store.codec import moment
from app.store.engine import Database
from app.store.queries import Queries
from app.store.tables import articles, changes, claims, events, rulings, run_sources, runs, sources

_OF_THE_RUN = ("id", "url", "first_seen", "updated", "revision")  # of how often and when its pages were collected


@dataclass(frozen=True)
class Held:
    """`events` are those that stand, by the claims that each rests on; `ids` their ids, likewise."""

    events: dict[tuple[str, ...], dict[str, Any]]
    ids: dict[tuple[str, ...], str]
    articles: dict[str, int]  # versions, by URL
    changes: int

    @property
    def objects(self) -> dict[str, dict[str, Any]]:
        return {self.ids[key]: event for key, event in self.events.items()}


def held_by(url: str) -> Held:
    """Raises `AssertionError` where an event is doubled or without evidence."""
    database = Database(url)
    try:
        with database.snapshot() as connection:
            standing = {row.id: json.loads(row.json) for row in connection.execute(
                select(events.c.id, events.c.json).where(events.c.withdrawn.is_(False)))}
            rests_on: dict[str, list[str]] = {id_: [] for id_ in standing}
            for row in connection.execute(select(claims.c.id, claims.c.event_id).where(claims.c.current.is_(True))):
                if row.event_id in rests_on:
                    rests_on[row.event_id].append(row.id)
            stored = {row.url: row.version for row in connection.execute(select(articles.c.url, articles.c.version))}
            told = connection.execute(select(func.count()).select_from(changes)).scalar_one()
            under_way = connection.execute(select(runs.c.id, runs.c.state).where(runs.c.state == "running")).all()
            taken = connection.execute(select(sources.c.id).where(sources.c.lease.is_not(None))).all()
            slots = Counter((row.source_id, row.slot) for row in connection.execute(
                select(run_sources.c.source_id, run_sources.c.slot).where(run_sources.c.slot.is_not(None),
                                                                         run_sources.c.state != "interrupted")))
    finally:
        database.close()
    assert (under_way, taken) == ([], []), "a run is under way, or holds a source, though nobody collects"
    assert [slot for slot, count in slots.items() if count > 1] == [], "a slot was collected twice"
    assert [id_ for id_, on in rests_on.items() if not on] == [], "an event is without evidence"
    keys = {id_: tuple(sorted(on)) for id_, on in rests_on.items()}
    assert len(set(keys.values())) == len(keys), "an event is doubled"
    return Held({keys[id_]: canonical(event) for id_, event in standing.items()}, {key: id_ for id_, key in keys.items()}, stored, told)


def canonical(event: dict[str, Any]) -> dict[str, Any]:
    """An event as any course of the same pages gives it. Which of an outlet's sources read a page first is chance."""
    told = [{name: value for name, value in one.items() if name != "source"} for one in event["sources"]]
    return {name: value for name, value in event.items() if name not in _OF_THE_RUN} | {"sources": told}


def last_read(url: str) -> dict[str, float]:
    """When the page at each path was read last by the source that has the say over it, in seconds since 1970."""
    database = Database(url)
    try:
        with database.reading() as connection:
            return {urlsplit(row.url).path: moment(row.last_seen).timestamp()
                    for row in connection.execute(select(articles.c.url, articles.c.last_seen))}
    finally:
        database.close()


def course_of(url: str, *ids: str) -> str:
    """What befell events, and others that were one with them, for people to read."""
    database = Database(url)
    try:
        with database.reading() as connection:
            rows = connection.execute(select(changes).order_by(changes.c.id)).all()
            made = {row.id: f"{row.kind} {row.ruling}" for row in connection.execute(select(rulings))}
    finally:
        database.close()
    resting = {claim for row in rows if row.event_id in ids for claim in json.loads(row.claims)}
    return "\n".join(f"{row.at} {row.event_id} {row.reason} {json.loads(row.claims)} {made.get(row.ruling, '')}"
                     for row in rows if row.event_id in ids or resting & set(json.loads(row.claims)))


def sqlite_complaints(url: str) -> list[Any]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        found = [row for row in connection.execute("PRAGMA integrity_check") if row != ("ok",)]
        return found + connection.execute("PRAGMA foreign_key_check").fetchall()


def matching(url: str, wanted: dict[str, Any], weighed: Any, now: Any) -> dict[str, dict[str, Any]]:
    database = Database(url)
    try:
        asked, due = weighed(json.dumps(wanted), now)
        return {row.id: json.loads(row.json) for row in Queries(database.engine).events(asked, due=due, limit=5000).rows}
    finally:
        database.close()
