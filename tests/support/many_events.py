"""Some hundred events in the store's own tables, and what a filter means told once more, plainly."""
from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from app.store import tables
from app.store.queries import EventFilter

TODAY = date(2023, 11, 10)
DUE = date(2023, 11, 9)

_ACTORS = {f"person:{name.split()[-1]}": (name, country) for name, country in (
    ("vladimir putin", "RU"), ("xi jinping", "CN"), ("kassym jomart tokayev", "KZ"), ("recep tayyip erdogan", "TR"), ("joe biden", "US"),
    ("olaf scholz", "DE"), ("emmanuel macron", "FR"), ("narendra modi", "IN"), ("lula da silva", "BR"), ("cyril ramaphosa", "ZA"),
    ("fumio kishida", "JP"), ("anthony albanese", "AU"), ("justin trudeau", "CA"), ("giorgia meloni", "IT"))}
_PLACES = ["astana", "beijing", "minsk", "ankara", "geneva", "new york", "sao paulo", None, None]
_TYPES = ["meeting", "visit", "call", "summit", "conference", "signing", "ceremony"]
_STATUSES = ["held", "held", "held", "held", "planned", "planned", "cancelled", "postponed"]
_SOURCES = ["meridian", "harbour", "ministry", "courier", "gazette"]


@dataclass(frozen=True)
class Made:
    id: str
    type: str
    status: str
    first: str
    last: str
    precision: str
    place: str | None
    words: str
    updated: str
    withdrawn: bool
    actors: frozenset[str]
    countries: frozenset[str]
    sources: frozenset[str]

    @property
    def vevent(self) -> bytes:
        return b"BEGIN:VEVENT\r\nUID:%s\r\nEND:VEVENT\r\n" % self.id.encode()


def made(count: int, seed: int = 1) -> list[Made]:
    """Frequent are few of the actors, countries and places, as in the news; a tenth of the events span months."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        first = TODAY + timedelta(rng.randrange(-900, 100))
        length, precision = rng.choice([(0, "day")] * 6 + [(2, "day"), (6, "week"), (29, "month"), (364, "year")])
        actors = {min(int(rng.expovariate(0.35)), len(_ACTORS) - 1) for _ in range(rng.choice((2, 2, 3)))}
        names = [list(_ACTORS)[actor] for actor in actors]
        type_, place = rng.choice(_TYPES), rng.choice(_PLACES[:rng.randrange(2, len(_PLACES) + 1)])
        words = dict.fromkeys(f"{type_} {' '.join(_ACTORS[name][0] for name in names)} {place or ''} n{number}".split())
        found.append(Made(
            id=f"event{number:011}", type=type_, status=rng.choice(_STATUSES), first=first.isoformat(), last=(first + timedelta(length)).isoformat(),
            precision=precision, place=place, words=" ".join(words),
            updated=f"2023-11-{1 + rng.randrange(9):02}T00:00:0{rng.randrange(9)}.000000Z", withdrawn=rng.random() < 0.03,
            actors=frozenset(names), countries=frozenset(_ACTORS[name][1] for name in names),
            sources=frozenset(rng.choice(_SOURCES[:rng.randrange(1, 6)]) for _ in range(2))))
    return found


def put(engine: Engine, rows: list[Made]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(tables.events), [row_of(row) for row in rows])
        connection.execute(insert(tables.actors), [{"id": id, "kind": "person", "name": name, "country": country, "words": name}
                                                   for id, (name, country) in _ACTORS.items()])
        for table, column, kind in ((tables.event_actors, "actor_id", "actors"), (tables.event_countries, "country", "countries"),
                                    (tables.event_sources, "source_id", "sources")):
            connection.execute(insert(table), [{"event_id": row.id, column: value} for row in rows for value in sorted(getattr(row, kind))])


def row_of(row: Made) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "type", "status", "first", "last", "precision", "place", "words", "updated", "withdrawn", "vevent")} | {
        "title": row.id, "confidence": 0.5, "revision": 0, "first_seen": row.updated, "changed": row.updated, "since": "2020-01-01", "event": "{}",
        "json": b'{"id":"%s"}' % row.id.encode()}


def wanted_of(rng: random.Random) -> EventFilter:
    """A filter of some of the fields, with values that are there for the most part."""
    values: dict[str, Any] = {
        "first": TODAY + timedelta(rng.randrange(-900, 120)), "last": TODAY + timedelta(rng.randrange(-900, 120)),
        "actors": tuple(rng.choice([*_ACTORS, "jinping", "mac", "r", "da sil", "nobody"]) for _ in range(rng.choice((1, 1, 2)))),
        "countries": tuple(rng.choice(("RU", "cn", "KZ", "TR", "JP", "IT", "QQ")) for _ in range(rng.choice((1, 2, 2)))),
        "types": tuple(rng.sample(_TYPES, rng.choice((1, 1, 2)))), "statuses": tuple(rng.sample([*set(_STATUSES), "unreported"], rng.choice((1, 1, 2)))),
        "place": rng.choice(("Astana", "São Paulo", "geneva", "Nowhere")), "sources": tuple(rng.sample(_SOURCES, rng.choice((1, 1, 2)))),
        "q": rng.choice(("xi", "putin meeting", "meet put", "n17", "vis astan", "zebra", "p j", "kishida fum")),
        "updated_since": f"2023-11-0{rng.randrange(1, 10)}T00:00:00.000000Z"}
    return EventFilter(**{name: values[name] for name in rng.sample(sorted(values), rng.choice((0, 1, 1, 1, 2, 2, 3)))})


def meets(row: Made, wanted: EventFilter) -> bool:
    """Whether an event that stands is wanted."""
    status = "unreported" if row.status == "planned" and row.last < DUE.isoformat() else row.status
    return not row.withdrawn and all((
        wanted.first is None or row.last >= wanted.first.isoformat(), wanted.last is None or row.first <= wanted.last.isoformat(),
        all(actor in row.actors if ":" in actor else any(begin(_ACTORS[one][0], actor) for one in row.actors) for actor in wanted.actors),
        all(country.upper() in row.countries for country in wanted.countries), not wanted.types or row.type in wanted.types,
        not wanted.statuses or status in wanted.statuses,
        wanted.place is None or row.place == wanted.place.lower().replace("ã", "a"), all(source in row.sources for source in wanted.sources),
        wanted.q is None or begin(row.words, wanted.q), wanted.updated_since is None or row.updated >= wanted.updated_since))


def begin(words: str, asked: str) -> bool:
    """Whether each word that is asked for begins one of the words."""
    return bool(asked.split()) and all(any(word.startswith(one) for word in words.split()) for one in asked.split())


def distance(row: Made) -> int:
    """Days from today to the event, none while it is under way."""
    return max((date.fromisoformat(row.first) - TODAY).days, (TODAY - date.fromisoformat(row.last)).days, 0)
