"""What is counted of who meets whom is what counting by hand gives, on both databases; and no event's row is read for it."""
from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

import pytest
from sqlalchemy import event, insert, update

from app.store import tables
from app.store.encounters import Encounters, Party
from app.store.engine import Database
from app.store.queries import ActorFilter, EventFilter, Queries, Sort
from app.store.remembered import Remembered

TODAY, DUE = date(2023, 6, 2), date(2023, 6, 1)
COUNTRIES = ["RU", "KZ", "CN", "US", "FR", "EU"]
ACTORS = {f"person:{name}-{code.lower()}": code for code in COUNTRIES for name in ("ana", "boris", "chen")} \
    | {f"state:{code}": code for code in COUNTRIES[:5]} | {"organisation:UN": None}


@dataclass(frozen=True)
class Told:
    id: str
    first: str
    last: str
    status: str
    actors: frozenset[str]
    countries: frozenset[str]
    withdrawn: bool


def random_events(count: int) -> list[Told]:
    chance, found = random.Random(7), []
    for number in range(count):
        who = frozenset(chance.sample(sorted(ACTORS), chance.choice((1, 2, 2, 3, 5))))
        day = date(2021, 1, 1) + timedelta(chance.randrange(1_200))
        found.append(Told(f"event{number:04}", day.isoformat(), (day + timedelta(chance.choice((0, 0, 2)))).isoformat(),
                          chance.choice(("planned", "held", "held", "cancelled")), who,
                          frozenset(code for one in who if (code := ACTORS[one])), chance.random() < 0.2))
    return found


EVENTS = random_events(600)
STANDING = [one for one in EVENTS if not one.withdrawn]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Rows put straight into the tables: what is read is all the same to the questions, but for the offices."""
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.execute(insert(tables.actors), [
            {"id": one, "kind": one.partition(":")[0], "name": name, "country": code, "words": name.lower()}
            for one, code in ACTORS.items() for name in [one.partition(":")[2].replace("-", " ").title()]])
        connection.execute(insert(tables.events), [
            {"id": one.id, "type": "meeting", "status": one.status, "first": one.first, "last": one.last, "precision": "day", "title": "x",
             "words": "x", "confidence": 1.0, "revision": 0, "first_seen": "", "updated": one.id, "changed": "", "withdrawn": one.withdrawn,
             "event": json.dumps({"participants": [{"actor_id": who, "country": ACTORS[who], "role": office_of(one, who)}
                                                   for who in sorted(one.actors)]}) if one.id != "event0003" else "damaged",
             "json": b"{}", "vevent": b""} for one in EVENTS])
        connection.execute(insert(tables.event_actors), [{"event_id": one.id, "actor_id": who} for one in EVENTS for who in one.actors])
        connection.execute(insert(tables.event_countries), [{"event_id": one.id, "country": code} for one in EVENTS for code in one.countries])
    yield database
    database.close()


def office_of(one: Told, who: str) -> str | None:
    return None if one.status == "planned" else "President" if one.first > "2022" else "Minister"


def of(party: Party) -> list[Told]:
    return [one for one in STANDING if set(party.values) <= (one.actors if party.kind == "actor" else one.countries)]


PARTIES = [Party("country", ("KZ",)), Party("country", ("KZ", "RU")), Party("actor", ("person:ana-kz",)), Party("actor", ("state:RU",)),
           Party("actor", ("person:ana-kz", "person:boris-ru")), Party("actor", ("organisation:UN",)), Party("country", ("ZZ",))]


def test_years_and_statuses_are_counted(database: Database) -> None:
    for party in PARTIES:
        tally, mine = Encounters(database.engine).tally(party, today=TODAY, due=DUE), of(party)
        assert tally.total == len(mine), party
        assert tally.years == dict(sorted(Counter(one.first[:4] for one in mine).items())), party
        assert tally.statuses == Counter("unreported" if one.status == "planned" and one.last < "2023-06-01" else one.status for one in mine), party
        assert tally.first == min((one.first for one in mine), default=None), party
        assert tally.last == max((one.last for one in mine), default=None), party
        coming = [(one.first, one.id) for one in mine if one.status == "planned" and one.last >= "2023-06-02"]
        assert tally.soonest == min(coming, default=(None, None))[1], party
        held = [(one.first, one.id) for one in mine if one.status == "held" and one.first <= "2023-06-02"]
        assert tally.latest_held == max(held, default=(None, None))[1], party


def test_counterparts_are_counted(database: Database) -> None:
    """An actor's own side is no counterpart; of two, whoever else is there counts."""
    for party in PARTIES:
        counterparts_are_counted(Encounters(database.engine), party)


def counterparts_are_counted(encounters: Encounters, party: Party) -> None:
    own = ACTORS.get(party.values[0]) if len(party.values) == 1 and party.kind == "actor" else None
    there = chain.from_iterable(one.actors if party.kind == "actor" else one.countries for one in of(party))
    counted = Counter(who for who in there if who not in party.values and (own is None or ACTORS.get(who) != own))
    name = "id" if party.kind == "actor" else "country"
    found = [(row[name], row["events"]) for row in encounters.counterparts(party, limit=100)]
    assert found == sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])), party
    assert [row[name] for row in encounters.counterparts(party, limit=2)] == [who for who, _ in found[:2]]


def test_events_together_are_the_latest_page_of_the_events(database: Database) -> None:
    """Whether a plan is `unreported` is told by the day that is asked with, also where the ids were kept on another."""
    encounters, queries = Encounters(database.engine), Queries(database.engine)
    told = set()
    for party in (PARTIES[1], PARTIES[4], Party("country", ("KZ", "ZZ"))):
        wanted = EventFilter(countries=party.values) if party.kind == "country" else EventFilter(actors=party.values)
        for due in (DUE, date(2021, 1, 1)):
            for limit in (2, 9, 600):
                found = encounters.together(party, due=due, limit=limit)
                assert tuple(found) == queries.events(wanted, due=due, limit=limit, sort=Sort.START_DESCENDING).rows, (party, due, limit)
                told.add((due, any(row.unreported for row in found)))
    assert told >= {(DUE, True), (date(2021, 1, 1), False)}


def test_countries_and_actors_are_listed_the_busiest_first(database: Database) -> None:
    encounters = Encounters(database.engine)
    by_country = Counter(code for one in STANDING for code in one.countries)
    assert [(row["country"], row["events"]) for row in encounters.countries()] == sorted(by_country.items(), key=lambda pair: (-pair[1], pair[0]))
    by_actor = sorted(Counter(who for one in STANDING for who in one.actors).items(), key=lambda pair: (-pair[1], pair[0]))
    walked: list[tuple[str, int]] = []
    while rows := encounters.actors(ActorFilter(), limit=4, after=(walked[-1][1], walked[-1][0]) if walked else None):
        walked += [(row["id"], row["events"]) for row in rows]
    assert walked == by_actor
    assert [row["id"] for row in encounters.actors(ActorFilter(q="ana", country="kz"), limit=9)] == ["person:ana-kz"]
    assert [row["id"] for row in encounters.actors(ActorFilter(kind="organisation"), limit=9)] == ["organisation:UN"]
    assert encounters.actors(ActorFilter(q="nobody"), limit=9) == []


def test_offices_are_those_of_the_events_with_their_days(database: Database) -> None:
    """A damaged row tells of none, and a plan in which no office is told neither."""
    mine = [one for one in of(Party("actor", ("person:ana-kz",))) if one.status != "planned" and one.id != "event0003"]
    offices = Encounters(database.engine).offices("person:ana-kz")
    assert [(held.office, held.country) for held in offices] == [("President", "KZ"), ("Minister", "KZ")]
    for held in offices:
        held_in = [one for one in mine if office_of(one, "") == held.office]
        assert (held.first, held.last, held.events) == (min(one.first for one in held_in), max(one.last for one in held_in), len(held_in))


def test_codes_and_names_are_found_as_they_are_written(database: Database) -> None:
    encounters = Encounters(database.engine)
    assert [encounters.country_code(given) for given in ("KZ", "kz", "xx", "")] == ["KZ", "KZ", None, None]
    assert [row["id"] for row in encounters.named("Ána KZ")] == ["person:ana-kz"]
    assert encounters.named("ana") == encounters.named("…") == []


def test_no_row_of_an_event_is_read_for_a_count(database: Database) -> None:
    """SQLite's plans: links and events are looked up in indexes that hold all that is asked of them, but for the rows of the list itself."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("the plans of PostgreSQL follow its statistics")
    asked = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _keep(connection: object, cursor: object, statement: str, parameters: tuple[object, ...], context: object, many: bool) -> None:
        asked.append((statement, parameters))

    encounters = Encounters(database.engine)
    for party in PARTIES[:6]:
        encounters.tally(party, today=TODAY, due=DUE)
        encounters.counterparts(party, limit=16)
        encounters.together(party, due=DUE, limit=9)
    encounters.countries()
    encounters.actors(ActorFilter(), limit=30)
    for statement, parameters in [one for one in asked if "events.json" not in one[0]]:
        with database.engine.connect() as connection:
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        for step in plan:
            if "event" in step.split(" USING ")[0]:
                assert "COVERING INDEX" in step, (step, statement)


# What is kept until the timeline changes -------------------------------------------------------------------------------------

def change(database: Database, one: str, **values: object) -> None:
    """As the event writer does it: the event, and a row of the change in the same transaction."""
    with database.engine.begin() as connection:
        connection.execute(update(tables.events).where(tables.events.c.id == one).values(**values))
        connection.execute(insert(tables.changes).values(event_id=one, at="", reason="x", material=False, claims="[]"))


def counted(encounters: Encounters) -> list[object]:
    party, person = PARTIES[0], PARTIES[2]
    return [encounters.tally(party, today=TODAY, due=DUE), encounters.counterparts(party, limit=16), encounters.counterparts(person, limit=16),
            encounters.countries(), encounters.actors(ActorFilter(), limit=30), encounters.offices(person.values[0]),
            encounters.together(party, due=DUE, limit=600)]


def test_what_was_counted_is_counted_anew_once_the_timeline_changes(database: Database) -> None:
    """Also where another process changed it. Until then no more is asked than what the last change is, and for the rows of a list."""
    mine = next(one for one in sorted(of(PARTIES[0]), key=lambda one: one.first) if "person:ana-kz" in one.actors and one.status == "held")
    encounters, other = Encounters(database.engine), Database(str(database.url.render_as_string(hide_password=False)))
    first = counted(encounters)
    change(other, mine.id, status="cancelled")
    assert counted(encounters) != first
    change(other, mine.id, withdrawn=True)
    second = counted(encounters)
    assert all(one != another for one, another in zip(first, second, strict=True)), "each of them knows the event"
    assert second == counted(Encounters(database.engine))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert counted(encounters) == second
    told = ["last change" if "max(changes.id)" in statement else statement.partition("WHERE ")[2][:13] for statement in asked if "FROM " in statement]
    assert told == ["last change"] * 7 + ["events.id IN "]
    other.close()


def test_so_many_answers_are_kept_and_those_that_were_not_asked_for_go_first(database: Database) -> None:
    remembered, made = Remembered(database.engine, 2), []

    def ask(question: str) -> str:
        return remembered.answer(question, lambda connection: made.append(question) or question)  # type: ignore[func-returns-value]

    for question in "abacab":
        assert ask(question) == question
    assert made == ["a", "b", "c", "b"]
