"""A small timeline of real events of autumn 2023, told in sentences written for the tests, in a real SQLite file.

Today is Sunday, 12 November 2023.
"""
from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, Engine

import app.event_json
from app.ical import vevent
from app.store import tables
from app.store.codec import article_json, claim_json, event_json, stamp
from app.store.folding import fold
from timeline.model import (
    ActorKind,
    Article,
    Change,
    Claim,
    Event,
    EventType,
    Participant,
    Place,
    Status,
    Tier,
    identifier,
)
from timeline.reconcile import reconcile
from timeline.when import When

NOW = datetime(2023, 11, 12, 9, 30, tzinfo=UTC)

ASTANA = Place("Astana", "KZ", 51.1694, 71.4491, "Asia/Almaty")
MINSK = Place("Minsk", "BY", 53.9, 27.5667, "Europe/Minsk")
WOODSIDE = Place("Woodside", "US", 37.4299, -122.2539, "America/Los_Angeles")

OUTLETS = {"courier": ("The Meridian Courier", Tier.PRESS), "harbour": ("Harbour Wire", Tier.WIRE),
           "ministry": ("Ministry of Foreign Affairs", Tier.OFFICIAL)}


def person(name: str, country: str, role: str) -> Participant:
    return Participant(ActorKind.PERSON, "person:" + name.lower().replace(" ", "-"), name, country, role)


def state(country: str) -> Participant:
    return Participant(ActorKind.STATE, f"state:{country}", None, country)


PUTIN = person("Vladimir Putin", "RU", "President")
TOKAYEV = person("Kassym-Jomart Tokayev", "KZ", "President")
SCHOLZ = person("Olaf Scholz", "DE", "Chancellor")
ERDOGAN = person("Recep Tayyip Erdoğan", "TR", "President")
BIDEN = person("Joe Biden", "US", "President")
XI = person("Xi Jinping", "CN", "President")
NETANYAHU = person("Benjamin Netanyahu", "IL", "Prime Minister")


def told(source: str, day: date, slug: str, headline: str, *sentences: str) -> Article:
    publisher, tier = OUTLETS[source]
    return Article(url=f"https://{source}.example/{day:%Y/%m/%d}/{slug}", source=source, headline=headline,
                   paragraphs=sentences, publisher=publisher, published_on=day, published_basis="json-ld", language="en",
                   tier=tier)


def asserted(article: Article, paragraph: int, type_: EventType, participants: Sequence[Participant], when: When,
             status: Status, place: Place | None = None, organisation: str | None = None) -> Claim:
    """The claim that a paragraph of the article makes, quoted whole."""
    quotation = article.paragraphs[paragraph]
    start = article.text.index(quotation)
    assert article.published_on is not None
    return Claim(id=identifier(article.url, str(start), type_), article=article.url, source=article.source,
                 tier=article.tier, told_on=article.published_on, told_at=article.published_at, type=type_,
                 participants=tuple(participants), when=when, status=status, place=place, organisation=organisation,
                 quotation=quotation, start=start, end=start + len(quotation), rule="met-with", confidence=0.9)


def articles() -> list[tuple[Article, list[Claim]]]:
    """Each article with what it asserts, in the order of publication."""
    told_off = told("harbour", date(2023, 10, 17), "amman", "Amman summit is off",
                    "Jordan called off the four-way summit that Amman was to host on October 18.")
    announced = told("harbour", date(2023, 10, 30), "berlin-visit", "Pistorius expected in Chisinau",
                     "German officials are to travel to Chisinau on November 5.")
    call = told("courier", date(2023, 11, 7), "call", "Biden and Netanyahu talk",
                "Biden and Netanyahu spoke by telephone on Monday about pauses in the fighting.")
    ministry = told("ministry", date(2023, 11, 9), "readout", "Talks in Astana",
                    "President Tokayev received President Putin at the Akorda on 9 November.")
    courier = told("courier", date(2023, 11, 10), "putin-astana", "Putin comes to Astana",
                   "Putin sat down with his host Tokayev in Astana on Thursday.",
                   "Tokayev had seen Chancellor Scholz in Berlin in September.",
                   "Both men will be in Minsk for the CSTO summit on November 23.")
    harbour = told("harbour", date(2023, 11, 10), "kazakh-talks", "Kazakh, Russian presidents meet",
                   "The presidents of Russia and Kazakhstan held talks in Astana on November 9.")
    xi = told("harbour", date(2023, 11, 11), "xi-biden", "Xi to meet Biden near San Francisco",
              "Xi and Biden are to meet at an estate in Woodside on November 15 at 11 a.m.",
              "The Black Sea grain talks, due in Ankara on November 14, were put off.")
    woodside = When.day(date(2023, 11, 15)).at(time(11), "America/Los_Angeles")
    return [
        (told_off, [asserted(told_off, 0, EventType.SUMMIT, (state("JO"), state("US"), state("EG")),
                             When.day(date(2023, 10, 18)), Status.CANCELLED, Place("Amman", "JO", 31.95, 35.93))]),
        (announced, [asserted(announced, 0, EventType.VISIT, (state("DE"), state("MD")), When.day(date(2023, 11, 5)),
                              Status.PLANNED, Place("Chisinau", "MD"))]),
        (call, [asserted(call, 0, EventType.CALL, (BIDEN, NETANYAHU), When.day(date(2023, 11, 6)), Status.HELD)]),
        (ministry, [asserted(ministry, 0, EventType.MEETING, (PUTIN, TOKAYEV), When.day(date(2023, 11, 9)), Status.HELD,
                             ASTANA)]),
        (courier, [asserted(courier, 0, EventType.MEETING, (PUTIN, TOKAYEV), When.day(date(2023, 11, 9)), Status.HELD,
                            ASTANA),
                   asserted(courier, 1, EventType.MEETING, (TOKAYEV, SCHOLZ), When.month(2023, 9), Status.HELD,
                            Place("Berlin", "DE")),
                   asserted(courier, 2, EventType.SUMMIT, (PUTIN, TOKAYEV), When.day(date(2023, 11, 23)), Status.PLANNED,
                            MINSK, "CSTO")]),
        (harbour, [asserted(harbour, 0, EventType.MEETING, (state("RU"), state("KZ")), When.day(date(2023, 11, 9)),
                            Status.HELD, ASTANA)]),
        (xi, [asserted(xi, 0, EventType.MEETING, (XI, BIDEN), woodside, Status.PLANNED, WOODSIDE),
              asserted(xi, 1, EventType.MEETING, (ERDOGAN, state("UA")), When.day(date(2023, 11, 14)), Status.POSTPONED,
                       Place("Ankara", "TR"))]),
    ]


def fill(engine: Engine) -> dict[str, Event]:
    """Make the tables and put the sample in, each event rendered as the store renders it. Gives the events by title."""
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        for index, (name, (publisher, tier)) in enumerate(OUTLETS.items()):
            row = {"id": name, "name": publisher, "home": f"https://{name}.example/", "kind": "feed", "language": "en",
                   "tier": tier.value}
            connection.execute(tables.sources.insert().values(
                id=name, row=json.dumps(row), active=True, interval=900, due=stamp(NOW), failures=2 * (index == 1),
                last_success=stamp(NOW - timedelta(hours=1)) if index != 1 else None, empties=0,
                error_class="timeout" if index == 1 else None, error_detail="20 s are over" if index == 1 else None))
        known: dict[str, Event] = {}
        seen: dict[str, datetime] = {}
        for number, (article, claims) in enumerate(articles()):
            now = NOW - timedelta(hours=20 - number)
            _put_article(connection, article, now)
            for change in reconcile(known.values(), claims, now):
                assert change.after is not None
                known[change.event_id] = change.after
                put_event(connection, change.after, first_seen=seen.setdefault(change.event_id, now), updated=now)
                _put_change(connection, change)
    return {event.title: event for event in known.values()}


def put_event(connection: Connection, event: Event, *, first_seen: datetime, updated: datetime) -> None:
    """Write an event with all that is searched, in place of an earlier state."""
    publishers = {article.url: article.publisher for article, _ in articles()}
    rendered = {"first_seen": first_seen, "updated": updated, "publishers": publishers}
    for table in (tables.event_actors, tables.event_countries, tables.event_sources):
        connection.execute(table.delete().where(table.c.event_id == event.id))
    connection.execute(tables.claims.delete().where(tables.claims.c.event_id == event.id))
    connection.execute(tables.events.delete().where(tables.events.c.id == event.id))
    place = event.place
    words = [event.title, event.organisation or "", place.name or "" if place else "",
             *(participant.name or "" for participant in event.participants)]
    connection.execute(tables.events.insert().values(
        id=event.id, type=event.type, status=event.status, first=event.when.first.isoformat(),
        last=event.when.last.isoformat(), precision=event.when.precision,
        place=fold(place.name) if place and place.name else None, place_country=place.country if place else None,
        organisation=event.organisation, title=event.title, words=fold(" ".join(words)), confidence=event.confidence,
        revision=event.revision, first_seen=stamp(first_seen), updated=stamp(updated),
        changed=stamp(updated), withdrawn=False,
        event=event_json(event), json=app.event_json.event_json(event, **rendered), vevent=vevent(event, **rendered)))
    for position, claim in enumerate(event.claims):
        connection.execute(tables.claims.insert().values(
            id=claim.id, article_id=identifier(claim.article), version=1, event_id=event.id, position=position,
            current=True, claim=claim_json(claim)))
    for participant in event.participants:
        if connection.execute(tables.actors.select().where(tables.actors.c.id == participant.actor_id)).first() is None:
            connection.execute(tables.actors.insert().values(
                id=participant.actor_id, kind=participant.kind, name=participant.name, country=participant.country,
                words=fold(participant.name or participant.country or "")))
    connection.execute(tables.event_actors.insert(), [
        {"event_id": event.id, "actor_id": actor} for actor in {one.actor_id for one in event.participants}])
    countries = {one.country for one in event.participants if one.country}
    if event.type is EventType.VISIT and place and place.country:
        countries.add(place.country)
    connection.execute(tables.event_countries.insert(), [
        {"event_id": event.id, "country": country} for country in countries])
    connection.execute(tables.event_sources.insert(), [
        {"event_id": event.id, "source_id": source} for source in {claim.source for claim in event.claims}])


def _put_article(connection: Connection, article: Article, now: datetime) -> None:
    connection.execute(tables.articles.insert().values(
        id=identifier(article.url), url=article.url, source_id=article.source, version=1, headline=article.headline,
        publisher=article.publisher,
        published_on=article.published_on.isoformat() if article.published_on else None, first_seen=stamp(now),
        last_seen=stamp(now)))
    connection.execute(tables.article_versions.insert().values(
        article_id=identifier(article.url), version=1, digest=article.digest, fetched=stamp(now),
        article=article_json(article)))


def _put_change(connection: Connection, change: Change) -> None:
    assert change.after is not None
    connection.execute(tables.changes.insert().values(
        event_id=change.event_id, at=stamp(change.at), reason=change.reason, material=change.material,
        before=event_json(change.before) if change.before else None, after=event_json(change.after),
        claims=json.dumps([claim.id for claim in change.after.claims])))
