"""A timeline of made-up events in real tables, for what is to be tried with thousands of them.

Who meets whom is drawn by lot among some sixty leaders "of" real states, few of them often and most seldom; where, among the
capitals of the gazetteer. Nothing in it is true. The same number gives the same events.
"""
from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import create_engine, insert

from app.event_json import event_json as render_json
from app.ical import vevent
from app.store.codec import claim_json, event_json
from app.store.event_rows import actor_rows, columns_of, countries_of
from app.store.migrations import upgrade
from app.store.tables import actors, articles, claims, event_actors, event_countries, event_sources, events
from timeline.model import (
    ActorKind,
    Claim,
    Event,
    EventType,
    Participant,
    Place,
    Status,
    Tier,
    When,
    identifier,
)
from timeline.titles import state_name, title

TODAY = date(2024, 1, 26)
_DATA = Path(__file__).resolve().parent.parent / "timeline" / "data"
_STATES = ("US", "RU", "CN", "UA", "DE", "FR", "GB", "TR", "KZ", "IN", "JP", "KR", "IL", "SA", "AE", "EG", "IR", "PL", "IT", "BR", "ZA",
           "AZ", "AM", "GE", "UZ", "BY", "HU", "RS", "SE", "FI", "NO", "NL", "ES", "CA", "AU", "VN", "ID", "MY", "PH", "PK", "AF", "IQ",
           "SY", "JO", "LB", "QA", "KE", "ET", "NG", "CH", "AT", "CZ", "RO", "BG", "GR", "MD", "LT", "LV", "EE", "MX")
_TYPES = {EventType.MEETING: 45, EventType.VISIT: 20, EventType.CALL: 17, EventType.SUMMIT: 7, EventType.CONFERENCE: 6, EventType.SIGNING: 4,
          EventType.CEREMONY: 1}


def make(url: str, count: int, *, days: int = 1_100) -> None:
    """Fill a new store with so many events of the last `days` days and of the 90 to come."""
    upgrade(url)
    rng = random.Random(count)
    capitals = _capitals()
    weights = list(accumulate(1 / (1 + rank) ** 0.8 for rank in range(len(_STATES))))
    at = datetime(2024, 1, 20, tzinfo=UTC)
    rows, links = [], {table: [] for table in (event_actors, event_countries, event_sources)}
    known: dict[str, dict[str, object]] = {}
    told, claimed = {}, []
    for number in range(count):
        event = _event(rng, number, capitals, weights, days)
        claim, article = event.claims[0], identifier(event.claims[0].article)
        told[article] = {"id": article, "url": claim.article, "source_id": "made", "version": 1, "headline": event.title, "publisher": "Made",
                         "first_seen": at.isoformat(), "last_seen": at.isoformat()}
        claimed.append({"id": claim.id, "article_id": article, "version": 1, "event_id": event.id, "position": 0, "current": True,
                        "claim": claim_json(claim)})
        stamp = (at + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        moment = at + timedelta(seconds=number)
        rows.append({"id": event.id, **columns_of(event, state_name), "first_seen": stamp, "updated": stamp, "changed": stamp, "withdrawn": False,
                     "since": claim.told_on.isoformat(), "event": event_json(event),
                     "json": render_json(event, first_seen=moment, updated=moment, publishers={claim.article: "Made"}),
                     "vevent": vevent(event, first_seen=moment, updated=moment, publishers={})})
        for actor, values in actor_rows(event, state_name).items():
            known.setdefault(actor, {"id": actor, **values})
            links[event_actors].append({"event_id": event.id, "actor_id": actor})
        links[event_countries] += [{"event_id": event.id, "country": country} for country in countries_of(event)]
        links[event_sources].append({"event_id": event.id, "source_id": "made"})
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for table, values in ((articles, list(told.values())), (events, rows), (claims, claimed), (actors, list(known.values())), *links.items()):
            connection.execute(insert(table), values)
        if engine.dialect.name == "postgresql":
            # Autovacuum does it within a minute; until then every page is planned without knowing what is frequent.
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _event(rng: random.Random, number: int, capitals: dict[str, Place], weights: Sequence[float], days: int) -> Event:
    type_ = rng.choices(list(_TYPES), list(_TYPES.values()))[0]
    several = type_ in (EventType.SUMMIT, EventType.CONFERENCE)
    states: list[str] = []
    while len(states) < (rng.choice((3, 4, 6)) if several else 2):
        state, = rng.choices(_STATES, cum_weights=weights)
        if state not in states:
            states.append(state)
    parties = tuple(_party(rng, state) for state in states)
    host = rng.choice(states) if rng.random() < 0.8 else rng.choice(("CH", "AE", "TR", "AT", "SG", "VA"))
    place = None if type_ is EventType.CALL or rng.random() < 0.12 else capitals[host] if rng.random() < 0.8 else Place(None, host)
    first = TODAY + timedelta(90 - int((days + 90) * rng.random()))
    first -= timedelta(first.weekday() - 4 if first.weekday() > 4 and rng.random() < 0.7 else 0)
    kind = rng.random()
    if kind < 0.82:
        when = When.day(first)
    elif kind < 0.92:
        when = When.days(first, first + timedelta(rng.choice((1, 1, 2, 2, 3, 5))))
    elif kind < 0.96:
        when = When.week(first)
    else:
        when = When.month(first.year, first.month)
    over = when.last < TODAY
    status, = rng.choices((Status.HELD, Status.PLANNED, Status.POSTPONED, Status.CANCELLED), (86, 7, 3, 4) if over else (2, 88, 5, 5))
    organisation = rng.choice(("", "EU", "UN", "NATO", "G20", "SCO", "ASEAN")) if several else ""
    article = f"https://made.example/{number}"
    words = f"Made up, number {number}."
    claim = Claim(identifier(article), article, "made", Tier.PRESS, min(first, TODAY), None, type_, parties, when, status, place, organisation or None,
                  words, 0, len(words), "made", 0.8)
    return Event(identifier(article), (claim,), type_, parties, when, status, place, organisation or None,
                 title(type_, parties, place, organisation or None), 0.8)


def _party(rng: random.Random, state: str) -> Participant:
    if rng.random() < 0.2:
        return Participant(ActorKind.STATE, f"state:{state}", None, state)
    role, name = rng.choice((("President", "Aval"), ("President", "Aval"), ("Foreign Minister", "Borin")))
    return Participant(ActorKind.PERSON, f"person:{name.lower()}-{state.lower()}", f"{name} {state_name(state)}", state, role)


def _capitals() -> dict[str, Place]:
    with (_DATA / "cities.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(line for line in table if not line.startswith("#")) if row["capital"] == "capital"]
    return {row["country"]: Place(row["name"], row["country"], float(row["latitude"]), float(row["longitude"]), row["zone"]) for row in rows}
