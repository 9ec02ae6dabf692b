"""What is known beforehand: states, organisations with their members, cities, venues, and who held which office when.

The tables are in `timeline/data/` (see PROVENANCE.md there); operators add rows in a file of their own. Dates of terms
and memberships are kept as ISO 8601 at the precision known, and compared at that precision: a term that ended in
"2021-12" is open on every day of that December.
"""
from __future__ import annotations

import csv
import gc
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from timeline.model import Actor, ActorKind, Place
from timeline.pieces import Remembered
from timeline.spelling import fold, sound, sound_of_folded, sounds_of_folded

__all__ = ["City", "Gazetteer", "GazetteerError", "Organisation", "Person", "State", "Term", "Venue", "load_gazetteer"]

DATA = Path(__file__).parent / "data"
OFFICES = frozenset({
    "head_of_state", "head_of_government", "deputy_head", "foreign_minister", "defence_minister", "finance_minister",
    "interior_minister", "trade_minister", "speaker", "crown_prince", "monarch", "envoy", "ambassador",
    "secretary_general", "commission_president", "council_president", "high_representative", "security_adviser",
    "organisation_head", "other"})
# Offices whose holder alone is meant when news names a surname without any title.
PRINCIPAL = frozenset({"head_of_state", "head_of_government", "foreign_minister", "monarch", "crown_prince", "secretary_general",
                       "commission_president", "council_president", "high_representative", "deputy_head"})
MOST_SOUNDS = 100_000  # words whose sound is remembered
LONGEST_NAME = 100  # characters of one whose sounds are remembered
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class GazetteerError(ValueError):
    """A row of a table is wrong. The message names file, line and reason; all wrong rows are told at once."""


class State(NamedTuple):
    """A state or territory. `adjectives` are demonyms ("Kazakh"), `people` nouns ("Kazakhs")."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    capital: str = ""


class Organisation(NamedTuple):
    """`kind` is organisation, body (an organ of `party`) or movement; `party` is the code its people represent.

    `memberships` are (state code, joined, left), dates as ISO 8601 or empty where not known or still lasting.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    party: str
    memberships: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        return f"organisation:{self.code}"

    def members(self, on: date) -> tuple[str, ...]:
        """Codes of the states that belonged to it on that day, in alphabetical order."""
        day = on.isoformat()
        return tuple(sorted(code for code, start, end in self.memberships if _covers(start, end, day)))


class City(NamedTuple):
    """`rank` is "capital", "seat" (of government, beside the capital), "known" (the world speaks of it) or empty."""

    name: str
    aliases: tuple[str, ...]
    country: str
    latitude: float
    longitude: float
    zone: str
    population: int
    rank: str

    @property
    def governs(self) -> bool:
        """Whether its name may stand for its state's government."""
        return self.rank in {"capital", "seat"}

    @property
    def place(self) -> Place:
        return Place(self.name, self.country, self.latitude, self.longitude, self.zone or None)


class Venue(NamedTuple):
    """`kind` is seat (may stand for `actor`), venue, city, region (of one state) or area (beyond one state, no place)."""

    kind: str
    names: tuple[str, ...]
    place: Place | None
    actor: str = ""


class Term(NamedTuple):
    country: str
    office: str
    title: str
    start: str
    end: str

    def on(self, day: str) -> bool:
        """Whether the term covers an ISO 8601 day."""
        return _covers(self.start, self.end, day)


@dataclass(slots=True, eq=False)
class Person:
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    terms: list[Term] = field(default_factory=list)
    usual: bool = True  # whether `name` is known to be the form that news uses, and not the full form of a directory

    def held(self, day: str) -> list[Term]:
        return [term for term in self.terms if _covers(term.start, term.end, day)]

    def latest(self, day: str) -> Term | None:
        """The term held on that day, the most senior first; else the last one begun before; else the first one after."""
        held = self.held(day)
        if len(held) == 1:
            return held[0]
        if held:
            return min(held, key=lambda term: (_SENIORITY.get(term.office, 9), term.start))
        before = [term for term in self.terms if term.start <= day]
        return max(before, key=lambda term: term.end or term.start) if before else min(self.terms, key=lambda t: t.start, default=None)

    def actor(self, day: str) -> Actor:
        term = self.latest(day)
        return Actor(self.id, ActorKind.PERSON, self.name, term.country if term else None)


_SENIORITY = {"head_of_state": 0, "monarch": 0, "head_of_government": 1, "secretary_general": 1, "commission_president": 1,
              "council_president": 1, "crown_prince": 2, "high_representative": 2, "deputy_head": 4, "foreign_minister": 3,
              "defence_minister": 4, "speaker": 5}


class Gazetteer:
    """All tables with their look-ups. Immutable once made; names are compared by `fold`, persons by `sound`."""

    def __init__(self, states: Iterable[State], organisations: Iterable[Organisation], cities: Iterable[City],
                 venues: Iterable[Venue], persons: Iterable[Person]) -> None:
        self.states: dict[str, State] = {state.code: state for state in states}
        self.organisations: dict[str, Organisation] = {body.code: body for body in organisations}
        self.cities: tuple[City, ...] = tuple(cities)
        self.venues: tuple[Venue, ...] = tuple(venues)
        self.persons: dict[str, Person] = {person.id: person for person in persons}
        self._given = {sound(word): sound(group.split()[0]) for group in names_language()["given"]["groups"] for word in group.split()}
        self._sounds: dict[str, str] = {}
        self._keys: Remembered[list[str]] = Remembered(self._name_keys, LONGEST_NAME)
        self._in_name: Remembered[tuple[str, int, bool]] = Remembered(self._sounds_in_name, LONGEST_NAME)
        self._principals: dict[str, list[Person]] = {}
        self._state_names = {fold(name): state.code for state in reversed(self.states.values())
                             for name in (state.name, *state.aliases)}
        self._demonyms = {fold(word): state.code for state in reversed(self.states.values())
                          for word in (*state.people, *state.adjectives)}
        self._bodies = {fold(name): body.code for body in reversed(self.organisations.values()) for name in (body.name, *body.aliases)}
        self._by_name = {body.name: body.code for body in self.organisations.values()}
        self._cities: dict[str, list[City]] = {}
        for city in self.cities:
            for name in dict.fromkeys(fold(n) for n in (city.name, *city.aliases)):
                self._cities.setdefault(name, []).append(city)
        self._venues = {fold(name): venue for venue in reversed(self.venues) for name in venue.names}
        self._words: dict[str, list[Person]] = {}
        self._full: dict[str, list[Person]] = {}
        self._holders: dict[tuple[str, str], list[tuple[Person, Term]]] = {}
        self._capitals: dict[str, City] = {}
        self._zones: dict[str, str] = {}
        for city in self.cities:
            if city.rank == "capital":
                self._capitals.setdefault(city.country, city)
            if self._zones.setdefault(city.country, city.zone) != city.zone:
                self._zones[city.country] = ""
        self._index_persons()

    def _index_persons(self) -> None:
        words, full = self._words, self._full
        # One call of `fold` for all spellings of a person, and of `sounds_of_folded` for all words: there are fifty thousand.
        spelled = [[_parts(spelling) for spelling in fold("|".join((person.name, *person.aliases))).split("|")]
                   for person in self.persons.values()]
        counted = [part for part in {part for spellings in spelled for parts in spellings for part in parts} if _counts(part)]
        sounds = {word: self._given.get(key, key) for word, key in zip(counted, sounds_of_folded(counted), strict=True)}
        self._sounds.update(islice(sounds.items(), MOST_SOUNDS))
        for person, spellings in zip(self.persons.values(), spelled, strict=True):
            seen: set[str] = set()
            for parts in spellings:
                keys = [sounds[part] for part in parts if part in sounds]
                joined = "".join(keys)
                if joined in seen:
                    continue
                seen.add(joined)
                full.setdefault(joined, []).append(person)
                seen.update(keys)
                if len(keys) == 2:  # "Abe Shinzo": surname-first order of the same two words
                    full.setdefault(keys[1] + keys[0], []).append(person)
                for key in keys:
                    people = words.setdefault(key, [])
                    if not people or people[-1] is not person:
                        people.append(person)
            for term in person.terms:
                self._holders.setdefault((term.country, term.office), []).append((person, term))

    # Names of persons ------------------------------------------------------------------------------------------------

    def name_sound(self, word: str) -> str:
        """`sound` of one folded word of a personal name, with nicknames and variants of a given name made one."""
        key = self._sounds.get(word)
        if key is None:
            key = sound_of_folded(word)
            key = self._given.get(key, key)
            if len(self._sounds) < MOST_SOUNDS:
                self._sounds[word] = key
        return key

    def name_keys(self, name: str) -> list[str]:
        """The sounds of a name's words, without initials, "Jr." and articles. The list is not to be changed."""
        return self._keys[name]

    def _name_keys(self, name: str) -> list[str]:
        if name.isalpha() and name.isascii():  # one word, as most are
            name = name.lower()
            return [self.name_sound(name)] if _counts(name) else []
        return [self.name_sound(part) for part in _parts(fold(name)) if _counts(part)]

    def sounds_in_name(self, token: str) -> tuple[str, int, bool]:
        """Of a folded token: its `name_keys` written as one word, how many they are, and whether it begins any person's name."""
        return self._in_name[token]

    def _sounds_in_name(self, token: str) -> tuple[str, int, bool]:
        if len(token) > 2 and token.isalpha():
            sounds = self.name_sound(token)
            return sounds, 1, sounds in self._words
        parts = [part for part in token.split() if (len(part) > 2 and not part.endswith("."))
                 or (len(part) == 2 and part not in {"al", "el", "jr"} and part[1] != ".")]
        sounds = "".join(map(self.name_sound, parts))
        return sounds, len(parts), self.begins_name(sounds if parts == [token] else self.name_sound(token.partition(" ")[0]))

    def people_called(self, keys: Sequence[str]) -> list[Person]:
        """Persons by the `name_keys` of a full name; failing that, those whose names hold all of at least two words."""
        people = self._full.get("".join(keys))
        if people:
            return list(dict.fromkeys(people))
        if len(keys) < 2:
            return []
        return self.people_with(keys)

    def people_exactly(self, key: str) -> list[Person]:
        """Persons by their full name's `name_keys` written as one word."""
        return self._full.get(key, [])

    def begins_name(self, key: str) -> bool:
        """Whether a `name_sound` is a word of any person's name."""
        return key in self._words

    def people_with(self, keys: Sequence[str]) -> list[Person]:
        """Persons who have every one of these words in their names, whatever the order."""
        lists = sorted((self._words.get(key, []) for key in keys), key=len)
        if not lists:
            return []
        found = lists[0]
        for other in lists[1:]:
            ids = {person.id for person in other}
            found = [person for person in found if person.id in ids]
        return list(dict.fromkeys(found))

    def principals(self, key: str) -> list[Person]:
        """Those of `people_with` one word who ever held one of the `PRINCIPAL` offices."""
        if key not in self._words:
            return []
        people = self._principals.get(key)
        if people is None:
            people = [person for person in self.people_with([key]) if any(term.office in PRINCIPAL for term in person.terms)]
            self._principals[key] = people
        return people

    def person(self, name: str, on: date) -> tuple[Actor, ...]:
        """Persons by full name or surname, those in office on that day first; empty where nobody is known."""
        keys = self.name_keys(name)
        people = self.people_called(keys) if len(keys) > 1 else self.people_with(keys)
        day = on.isoformat()
        return tuple(p.actor(day) for p in sorted(people, key=lambda p: (not p.held(day), p.id)))

    def holders(self, country: str, office: str, on: date) -> tuple[Actor, ...]:
        """Who held an office (a code of OFFICES) on that day, by start of term."""
        day = on.isoformat()
        rows = sorted(((term.start, person.id) for person, term in self._holders.get((country, office), []) if term.on(day)))
        return tuple(Actor(self.persons[key].id, ActorKind.PERSON, self.persons[key].name, country) for _, key in dict.fromkeys(rows))

    def holders_near(self, country: str, offices: Iterable[str], day: str) -> list[Person]:
        """Who held one of the offices on an ISO 8601 day, or within two years of it."""
        year = int(day[:4])
        earliest, latest = str(year - 2).zfill(4), str(year + 2).zfill(4)
        found: dict[str, Person] = {}
        for office in offices:
            for person, term in self._holders.get((country, office), []):
                if not term.start or earliest <= term.start[:4] <= latest or (term.end and earliest <= term.end[:4] <= latest) or term.on(day):
                    found[person.id] = person
        return list(found.values())

    # Parties and places ----------------------------------------------------------------------------------------------

    def state(self, code: str) -> State | None:
        return self.states.get(code)

    def state_named(self, name: str) -> State | None:
        """By name, long name or abbreviation ("Kazakhstan", "Russian Federation", "U.S.")."""
        code = self._state_names.get(fold(name))
        return self.states[code] if code else None

    def state_of(self, demonym: str) -> State | None:
        """By adjective or noun: "Kazakh", "Kazakhs", "Dutchman"."""
        code = self._demonyms.get(fold(demonym))
        return self.states[code] if code else None

    def organisation(self, name: str) -> Organisation | None:
        """By code, name, acronym or alias."""
        return self.organisations.get(name) or self.organisations.get(self._bodies.get(fold(name), ""))

    def capital(self, code: str) -> City | None:
        return self._capitals.get(code)

    def zone_at(self, place: Place) -> str | None:
        """The IANA zone of a place: its own, else that of its country where all cities of it have one."""
        return place.time_zone or self._zones.get(place.country or "") or None

    def cities_named(self, name: str) -> list[City]:
        """All cities of that name: capitals first, then by inhabitants."""
        return sorted(self._cities.get(fold(name), []), key=lambda c: (c.rank != "capital", -c.population))

    def city(self, name: str, country: str | None = None) -> tuple[City | None, bool]:
        """The city meant, and whether that is uncertain: the capital or the most populous wins, or the one in `country`.

        Uncertain where no country was given and another city of the name has at least a quarter of its inhabitants.
        """
        cities = self.cities_named(name)
        if country:
            cities = [city for city in cities if city.country == country]
        if not cities:
            return None, False
        best, rest = cities[0], cities[1:]
        return best, best.rank != "capital" and any(c.population * 4 >= best.population for c in rest)

    def place(self, name: str, country: str | None = None) -> Place | None:
        """A venue, city or region by name, else a state (country only)."""
        venue = self._venues.get(fold(name))
        if venue and venue.place and (country is None or venue.place.country == country):
            return venue.place
        city, _ = self.city(name, country)
        if city:
            return city.place
        state = self.state_named(name)
        return Place(None, state.code) if state else None

    def actor(self, identity: str) -> Actor | None:
        """By id: `person:vladimir-putin`, `state:RU`, `organisation:CSTO`. A person's country is that of the last term."""
        kind, _, key = identity.partition(":")
        if kind == "person" and identity in self.persons:
            return self.persons[identity].actor("9999-12-31")
        if kind == "state" and key in self.states:
            return Actor(identity, ActorKind.STATE, self.states[key].name, key)
        if kind == "organisation" and (body := self.organisations.get(key)):
            return Actor(identity, ActorKind.ORGANISATION, body.name, body.party)
        return None

    def party_actor(self, country: str) -> str:
        """Id of the party that a code of `country` stands for: a state, or an organisation named by acronym."""
        if country in self.states:
            return f"state:{country}"
        return f"organisation:{self._by_name.get(country, country)}"

    def party_name(self, country: str) -> str | None:
        """English name of a party's code."""
        state = self.states.get(country)
        return state.name if state else country if country in self._by_name else None

    @property
    def cities_by_name(self) -> dict[str, list[City]]:
        """Folded name -> the cities of that name, in the order of the tables."""
        return self._cities


def best_city(cities: Sequence[City]) -> City:
    """Of cities of one name the capital, else the one with most inhabitants."""
    return cities[0] if len(cities) == 1 else max(cities, key=lambda city: (city.rank == "capital", city.population))


def _covers(start: str, end: str, day: str) -> bool:
    return start <= day and (not end or day <= end or day.startswith(end))


def _parts(folded: str) -> list[str]:
    if "." in folded or "," in folded:
        folded = folded.replace(",", " ").replace(".", ". ")
    return folded.split()


def _counts(part: str) -> bool:
    """Whether a word of a name counts when names are compared: initials, "Jr." and Arabic articles do not."""
    return part not in _SILENT and (len(part) > 2 or not part.endswith(".")) and len(part) > 1


_SILENT = frozenset({"al", "el", "jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


@lru_cache(maxsize=1)
def names_language() -> dict[str, Any]:
    """`names.toml` of English."""
    with (DATA / "en" / "names.toml").open("rb") as file:
        return tomllib.load(file)


# Loading -------------------------------------------------------------------------------------------------------------

def load_gazetteer(extra: Path | None = None) -> Gazetteer:
    """The shipped tables, and the rows of an operator's own file (`.toml` or `.csv`) before them.

    A CSV file has the columns of `office_holders.csv`. A TOML file has arrays of tables `[[person]]` (`name`, `country`,
    `office`, and optionally `id`, `aliases`, `title`, `start`, `end`), `[[state]]` (`code`, `name`, `aliases`,
    `adjectives`, `people`), `[[organisation]]` (`code`, `name`, `aliases`, `party`, `members`), `[[city]]` (`name`,
    `country`, `latitude`, `longitude`, `zone`, `aliases`).

    Raises:
        GazetteerError: rows of `extra` are wrong; the message lists each with its line and reason.
        OSError: `extra` cannot be read.
    """
    if extra is None:
        return _shipped()
    with _collector_paused():
        tables = _Tables()
        _read_shipped(tables)
        (_read_toml if extra.suffix == ".toml" else _read_people)(tables, extra)
        return tables.gazetteer()


@lru_cache(maxsize=1)
def _shipped() -> Gazetteer:
    with _collector_paused():
        tables = _Tables()
        _read_shipped(tables)
        return tables.gazetteer()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nothing of a table is garbage while it is read; looking for some takes two fifths of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class _Tables:
    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        self.organisations: dict[str, Organisation] = {}
        self.cities: list[City] = []
        self.venues: list[Venue] = []
        self.persons: dict[str, Person] = {}

    def add_term(self, identity: str, name: str, aliases: tuple[str, ...], term: Term, usual: bool = True) -> None:
        person = self.persons.get(identity)
        if person is None:
            person = self.persons[identity] = Person(identity, name, aliases, usual=usual)
        elif aliases and aliases != person.aliases:
            person.aliases = tuple(dict.fromkeys((*person.aliases, *aliases)))
        person.usual |= usual
        person.terms.append(term)

    def gazetteer(self) -> Gazetteer:
        return Gazetteer(self.states.values(), self.organisations.values(), self.cities, self.venues, self.persons.values())


def _cells(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _rows(name: str) -> Iterator[list[str]]:
    path = DATA / name
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        yield from reader


def _read_shipped(tables: _Tables) -> None:
    for code, name, aliases, adjectives, people, capital, _ in _rows("states.csv"):
        tables.states[code] = State(code, name, _cells(aliases), _cells(adjectives), _cells(people), capital)
    members: dict[str, list[tuple[str, str, str]]] = {}
    for body, member, joined, left, _ in _rows("memberships.csv"):
        members.setdefault(body, []).append((member, joined, left))
    for code, name, aliases, kind, party, _ in _rows("organisations.csv"):
        tables.organisations[code] = Organisation(code, name, _cells(aliases), kind, party, tuple(members.get(code, ())))
    for kind, names, place, country, latitude, longitude, zone, actor, _ in _rows("venues.csv"):
        where = Place(place, country, float(latitude) if latitude else None, float(longitude) if longitude else None,
                      zone or None) if country else None
        if kind == "city" and where and where.latitude is not None and where.longitude is not None:
            tables.cities.append(City(place, _cells(names), country, where.latitude, where.longitude, zone, 0, "known"))
        else:
            tables.venues.append(Venue(kind, _cells(names), where, actor))
    for name, aliases, country, latitude, longitude, zone, population, rank, _ in _rows("cities.csv"):
        tables.cities.append(City(name, _cells(aliases), country, float(latitude), float(longitude), zone, int(population), rank))
    for row in _rows("office_holders.csv"):
        if len(row) == 9 and row[0].startswith("person:") and row[4] in OFFICES:
            tables.add_term(row[0], row[1], _cells(row[2]), Term(row[3], row[4], row[5], row[6], row[7]), "knowledge" in row[8])


def _identity(name: str) -> str:
    return "person:" + re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _check_term(tables: _Tables, row: dict[str, Any]) -> tuple[str, str, tuple[str, ...], Term]:
    """One office holder of an operator's file; raises `ValueError` with the reason."""
    name, country, office = (str(row.get(key) or "").strip() for key in ("name", "country", "office"))
    if not name:
        raise ValueError("name is empty")
    if office not in OFFICES:
        raise ValueError(f"office {office!r} is none of {', '.join(sorted(OFFICES))}")
    if country not in tables.states and country not in {body.name for body in tables.organisations.values()}:
        raise ValueError(f"country {country!r} is neither a state's code nor an organisation's name")
    start, end = (str(row.get(key) or "").strip() for key in ("start", "end"))
    for key, value in (("start", start), ("end", end)):
        if value and not _DATE.fullmatch(value):
            raise ValueError(f"{key} {value!r} is no date (YYYY, YYYY-MM or YYYY-MM-DD)")
    if start and end and end[:len(start)] < start[:len(end)]:
        raise ValueError(f"end {end} lies before start {start}")
    aliases = row.get("aliases") or ()
    spellings = _cells(aliases) if isinstance(aliases, str) else tuple(str(a) for a in aliases)
    identity = str(row.get("id") or "").strip() or _identity(name)
    if not re.fullmatch(r"person:[a-z0-9-]+", identity):
        raise ValueError(f"id {identity!r} is not of the form person:given-surname")
    title = str(row.get("title") or "").strip() or office.replace("_", " ").title()
    return identity, name, spellings, Term(country, office, title, start, end)


def _read_people(tables: _Tables, path: Path) -> None:
    wrong = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"name", "country", "office"} - set(reader.fieldnames or ())
        if missing:
            raise GazetteerError(f"{path}:1: no column {', '.join(sorted(missing))}")
        for row in reader:
            try:
                tables.add_term(*_check_term(tables, row))
            except ValueError as reason:
                wrong.append(f"{path}:{reader.line_num}: {reason}")
    if wrong:
        raise GazetteerError("\n".join(wrong))


def _read_toml(tables: _Tables, path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise GazetteerError(f"{path}: {reason}") from reason
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[\[\s*(\w+)\s*\]\]", line):
            lines.setdefault(head[1], []).append(number)
    wrong = [f"{path}: unknown table {key!r}" for key in document if key not in _ADDERS]
    for kind, add in _ADDERS.items():  # states and organisations first: persons refer to them
        rows = document.get(kind, [])
        if not isinstance(rows, list):
            wrong.append(f"{path}: {kind} must be an array of tables: [[{kind}]]")
            continue
        for index, row in enumerate(rows):
            try:
                add(tables, row)
            except (ValueError, KeyError, TypeError) as reason:
                told = f"{reason.args[0]} is missing" if isinstance(reason, KeyError) else str(reason)
                where = lines.get(kind, [])
                wrong.append(f"{path}:{where[index] if index < len(where) else '?'}: {kind}: {told}")
    if wrong:
        raise GazetteerError("\n".join(wrong))


def _strings(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{key} must be a list of strings")
    return tuple(value)


def _only(row: dict[str, Any], *keys: str) -> None:
    unknown = sorted(set(row) - set(keys))
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}")


def _add_state(tables: _Tables, row: dict[str, Any]) -> None:
    _only(row, "code", "name", "aliases", "adjectives", "people", "capital")
    state = State(row["code"], row["name"], _strings(row, "aliases"), _strings(row, "adjectives"), _strings(row, "people"),
                  row.get("capital", ""))
    if not re.fullmatch(r"[A-Z]{2}", state.code):
        raise ValueError(f"code {state.code!r} is not two capitals")
    old = tables.states.get(state.code)
    if old:
        state = State(old.code, state.name, (*state.aliases, old.name, *old.aliases), (*state.adjectives, *old.adjectives),
                      (*state.people, *old.people), state.capital or old.capital)
    tables.states[state.code] = state


def _add_organisation(tables: _Tables, row: dict[str, Any]) -> None:
    _only(row, "code", "name", "aliases", "party", "members", "kind")
    members = _strings(row, "members")
    for member in members:
        if member not in tables.states:
            raise ValueError(f"member {member!r} is no state's code")
    code = row["code"]
    if not re.fullmatch(r"[A-Z0-9]+", code):
        raise ValueError(f"code {code!r} is not capitals and digits")
    old = tables.organisations.get(code)
    aliases = (*_strings(row, "aliases"), *(old.aliases if old else ()))
    terms = tuple((member, "", "") for member in members) or (old.memberships if old else ())
    tables.organisations[code] = Organisation(code, row["name"], aliases, row.get("kind", "organisation"),
                                              row.get("party", row["name"]), terms)


def _add_city(tables: _Tables, row: dict[str, Any]) -> None:
    _only(row, "name", "country", "latitude", "longitude", "zone", "aliases")
    if row["country"] not in tables.states:
        raise ValueError(f"country {row['country']!r} is no state's code")
    latitude, longitude = float(row["latitude"]), float(row["longitude"])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{latitude}, {longitude} is no point in degrees")
    # Whoever adds a city means it: it goes before all others of the name.
    tables.cities.insert(0, City(row["name"], _strings(row, "aliases"), row["country"], latitude, longitude, row.get("zone", ""),
                                 10**9, "known"))


def _add_person(tables: _Tables, row: dict[str, Any]) -> None:
    _only(row, "id", "name", "aliases", "country", "office", "title", "start", "end", "source")
    tables.add_term(*_check_term(tables, row))


_ADDERS = {"state": _add_state, "organisation": _add_organisation, "city": _add_city, "person": _add_person}
