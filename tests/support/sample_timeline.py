"""A small timeline of real events of autumn 2023, told in sentences written for the tests, in a real SQLite file.

Today is Sunday, 12 November 2023.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import app.event_json
import timeline.reconcile
from app.ical import vevent
from app.store.engine import Database
from app.store.migrations import upgrade
from app.store.store import Store
from scraper.collect import Failure, Page
from scraper.source import Kind, Source
from timeline.model import ActorKind, Article, Claim, EventType, Participant, Place, Status, Tier, identifier
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
                 quotation=quotation, start=start, end=start + len(quotation), rule="met-with", confidence=0.9,
                 home="KZ" if article.source == "ministry" else None)


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


SOURCES = tuple(Source(id=name, name=publisher, home=f"https://{name}.example/", kind=Kind.FEED,
                       url=f"https://{name}.example/feed", tier=tier, interval=900)
                for name, (publisher, tier) in OUTLETS.items())


class Clock:
    """A clock that tests set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def open_store(url: str, clock: Callable[[], datetime]) -> tuple[Database, Store]:
    """The store as the service opens it, over a database that `make` made."""
    database = Database(url)
    return database, Store(database, render_json=app.event_json.event_json, render_vevent=vevent,
                           merging=timeline.reconcile, clock=clock)


def make(url: str) -> None:
    """A store with the sample in it: one run, an article an hour, in which Harbour Wire failed at last."""
    upgrade(url)
    clock = Clock(NOW - timedelta(hours=21))
    database, store = open_store(url, clock)
    store.ledger.sync_sources(SOURCES)
    store.request_run(None, "schedule")
    run = store.ledger.claim_queued()
    assert run is not None
    leases = {state.lease.source: state.lease for state in run.sources}
    for number, (article, claims) in enumerate(articles()):
        clock.now = NOW - timedelta(hours=20 - number)
        store.record(leases[article.source], Page(article.url, article, None, None, clock.now), claims)
    clock.now = NOW - timedelta(hours=1)
    store.fail(leases["harbour"], Failure("https://harbour.example/broken", "http-500", "answered 500"))
    store.ledger.finish_source(leases["courier"])
    store.ledger.finish_source(leases["harbour"], error=("timeout", "20 s are over"))
    store.ledger.finish_source(leases["ministry"])
    store.ledger.finish_run(run.run)
    database.close()


def record(store: Store, told: Iterable[tuple[Article, list[Claim]]], clock: Clock) -> None:
    """Put further articles in by a run of their own, now."""
    store.request_run(None, "cli")
    run = store.ledger.claim_queued()
    assert run is not None
    leases = {state.lease.source: state.lease for state in run.sources}
    for article, claims in told:
        store.record(leases[article.source], Page(article.url, article, None, None, clock.now), claims)
    for lease in leases.values():
        store.ledger.finish_source(lease)
    store.ledger.finish_run(run.run)
