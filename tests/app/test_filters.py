"""Whatever way a database goes about it: a page holds what its filter means, in order, and nothing else."""
from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import many_events
import pytest
from many_events import DUE, TODAY, Made, made, meets, put, wanted_of
from sqlalchemy import Engine, delete, insert, update

from app.store import tables
from app.store.engine import Database
from app.store.queries import EventFilter, Queries, Sort

ROWS = made(700)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    database = Database(database_url)
    put(database.engine, ROWS)
    yield database.engine
    database.close()


@pytest.fixture
def queries(engine: Engine) -> Queries:
    return Queries(engine)


def walked(queries: Queries, wanted: EventFilter, sort: Sort, limit: int) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = queries.events(wanted, due=DUE, limit=limit, sort=sort, after=after)
        found += [row.id for row in page.rows]
        if (after := page.next) is None:
            return found


def in_order(rows: list[Made], sort: Sort) -> list[str]:
    by_start = sort in (Sort.START, Sort.START_DESCENDING)
    ordered = sorted(rows, key=lambda row: (row.first if by_start else row.updated, row.id), reverse=sort.value.startswith("-"))
    return [row.id for row in ordered]


def test_pages_hold_what_the_filter_means(queries: Queries) -> None:
    """Seventy filters, of values that hundreds of events have and of some that none has, alone and together, in every order."""
    rng = random.Random(2)
    empty = 0
    for number in range(70):
        wanted, sort = wanted_of(rng), list(Sort)[number % 4]
        expected = in_order([row for row in ROWS if meets(row, wanted)], sort)
        assert walked(queries, wanted, sort, rng.choice((40, 90, 500))) == expected, (wanted, sort)
        empty += not expected
    assert empty < 35


def test_an_event_under_way_is_found_by_any_day_of_it(queries: Queries) -> None:
    for row in (row for row in ROWS[:40] if row.last > row.first and not row.withdrawn):
        first, last = date.fromisoformat(row.first), date.fromisoformat(row.last)
        for day in (first, first + (last - first) // 2, last):
            assert row.id in walked(queries, EventFilter(first=day, last=day), Sort.START, 500)
        for day in (first - timedelta(1), last + timedelta(1)):
            assert row.id not in walked(queries, EventFilter(first=day, last=day), Sort.START, 500)


@pytest.mark.parametrize("limit", [20, 150, 5_000])
@pytest.mark.parametrize("vague", [False, True])
def test_a_calendar_holds_the_nearest_events(queries: Queries, limit: int, vague: bool) -> None:
    rng = random.Random(3)
    for _ in range(12):
        wanted, cancelled = wanted_of(rng), rng.random() < 0.5
        rows = queries.calendar(wanted, today=TODAY, due=DUE, limit=limit, vague=vague, cancelled=cancelled)
        expected = [row for row in ROWS if meets(row, wanted) and (vague or row.precision in ("day", "week")) and (cancelled or row.status != "cancelled")]
        nearest = sorted(expected, key=lambda row: (many_events.distance(row), row.id))
        assert [many_events.distance(row) for row in nearest[:limit]] == [many_events.distance(ROWS[int(row.id[5:])]) for row in rows], wanted
        assert {row.id for row in rows} <= {row.id for row in expected}
        assert len({row.id for row in rows}) == len(rows)
        assert all(row.vevent == ROWS[int(row.id[5:])].vevent for row in rows)


def changed(engine: Engine, rng: random.Random, count: int) -> None:
    """So many events are told otherwise, each with its change."""
    with engine.begin() as connection:
        for number in rng.sample(range(len(ROWS)), count):
            id_, other = f"event{number:011}", rng.choice(ROWS)
            values: dict[str, object] = rng.choice((
                {"first": other.first, "last": other.last, "precision": other.precision}, {"status": other.status}, {"withdrawn": rng.random() < 0.5},
                {"changed": f"2023-11-10T00:{rng.randrange(60):02}:{rng.randrange(60):02}.000000Z", "vevent": b"%d" % rng.randrange(10**6)}, {}))
            if values:
                connection.execute(update(tables.events).where(tables.events.c.id == id_).values(**values))
            else:
                connection.execute(delete(tables.event_countries).where(tables.event_countries.c.event_id == id_))
                connection.execute(insert(tables.event_countries).values(event_id=id_, country=rng.choice(("RU", "CN", "KZ"))))
            connection.execute(insert(tables.changes).values(event_id=id_, at="2023-11-10T01:00:00.000000Z", reason="made", material=True, claims="[]"))


@pytest.mark.parametrize(("limit", "steps"), [(3, 25), (60, 10), (5_000, 5)])
def test_a_calendar_that_is_kept_up_to_date_is_the_one_that_is_read_anew(queries: Queries, engine: Engine, limit: int, steps: int) -> None:
    """Whether few events or many change, and whether they come, go, move or only look otherwise."""
    rng = random.Random(limit)
    asked = [EventFilter(), EventFilter(countries=("RU",)), EventFilter(statuses=("held", "unreported")), EventFilter(q="astana"), wanted_of(rng)]
    for step in range(steps):
        changed(engine, rng, 60 if step % 5 == 3 else rng.randrange(1, 5))
        for wanted in asked:
            kept, anew = (each.calendar(wanted, today=TODAY, due=DUE, limit=limit, vague=step % 2 == 0, cancelled=wanted.q is None)
                          for each in (queries, Queries(engine)))
            assert kept == anew, (step, wanted)


def test_an_event_that_moves_far_away_comes_after_those_that_are_not_known_yet(queries: Queries, engine: Engine) -> None:
    changed(engine, random.Random(6), 1)  # a list is kept from a first change on
    ask = partial(Queries.calendar, wanted=EventFilter(), today=TODAY, due=DUE, vague=True)
    nearest = [row.id for row in ask(Queries(engine), limit=34)]
    assert [row.id for row in ask(queries, limit=3)] == nearest[:3]
    for ids, values in ((nearest[-1:], {"first": "2031-01-01", "last": "2031-01-01"}), (nearest[:-2], {"withdrawn": True})):
        with engine.begin() as connection:
            connection.execute(update(tables.events).where(tables.events.c.id.in_(ids)).values(**values))
            connection.execute(insert(tables.changes), [{"event_id": id_, "at": "2023-11-10T01:00:00.000000Z", "reason": "made", "material": True,
                                                         "claims": "[]"} for id_ in ids])
        assert ask(queries, limit=3) == ask(Queries(engine), limit=3)


def test_a_calendar_is_read_anew_where_the_store_is_another_one_than_it_was(queries: Queries, engine: Engine) -> None:
    """As after a backup was put back: changes that were seen are not there any more."""
    rng = random.Random(5)
    changed(engine, rng, 5)
    ask = partial(Queries.calendar, wanted=EventFilter(), today=TODAY, due=DUE, limit=200, vague=True)
    before = ask(queries)
    with engine.begin() as connection:
        connection.execute(delete(tables.changes))
        connection.execute(update(tables.events).where(tables.events.c.id == before[0].id).values(withdrawn=True))
    assert ask(queries) == ask(Queries(engine)) != before
