"""As of a day the timeline is what it would be had nothing been published after it."""
import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from newsdesk import Clock, article, open_store, page, read, rows_of, source, state_of, taken
from sqlalchemy import update

from app.event_json import as_unreported
from app.store.queries import EventFilter, Queries, Sort
from app.store.store import Store
from app.store.tables import event_states, events
from timeline.model import Article

NOT_COMPARED = ("first_seen", "updated", "revision", "url")

# Plans that move, are called off, are held, slip by a day; each by several outlets on several days.
TOLD = [
    (1, "meridian", "planned meeting of RU, KZ on 2023-11-20 in Astana"),
    (1, "harbour", "planned visit of CN, UZ on 2023-11-15 in Tashkent"),
    (3, "harbour", "planned meeting of RU, KZ on 2023-11-20"),
    (5, "meridian", "postponed meeting of RU, KZ on 2023-11-20"),
    (8, "meridian", "planned meeting of RU, KZ on 2023-11-27 in Astana instead of 2023-11-20"),
    (9, "harbour", "cancelled visit of CN, UZ on 2023-11-15"),
    (9, "meridian", "planned meeting of CN, KZ on 2023-11-13 in Almaty"),
    (10, "harbour", "planned meeting of CN, KZ on 2023-11-14 in Almaty"),
    (14, "meridian", "held meeting of CN, KZ on 2023-11-14 in Almaty"),
    (15, "harbour", "held call of RU, CN on 2023-11-15"),
    (28, "harbour", "held meeting of RU, KZ on 2023-11-27 in Astana"),
    (28, "meridian", "planned meeting of UZ, KZ on 2023-11-21 in Almaty"),
]
DAYS = [date(2023, 11, day) for day in range(1, 31)]


def articles() -> list[Article]:
    return [article(f"a{number}", sentence, of=outlet, day=date(2023, 11, day))
            for number, (day, outlet, sentence) in enumerate(TOLD)]


@pytest.fixture
def opened(copy_of: Callable[[str, Path], str], tmp_path: Path, clock: Clock) -> Any:
    """Makes a store that was told these articles, in their order."""
    made: list[Store] = []

    def make(kind: str, told: list[Article]) -> Store:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        store = open_store(copy_of(kind, folder), clock)
        made.append(store)
        store.ledger.sync_sources([source("meridian"), source("harbour")])
        feed(store, told)
        return store

    yield make
    for store in made:
        store.close()


@pytest.fixture(scope="module")
def until(copy_of: Callable[[str, Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[date], Store]]:
    """A store that was told what was published by a day, and nothing later; made once, and only to be read."""
    made: dict[date, Store] = {}

    def told_by(day: date) -> Store:
        if day not in made:
            made[day] = open_store(copy_of("sqlite", tmp_path_factory.mktemp("until")), Clock())
            made[day].ledger.sync_sources([source("meridian"), source("harbour")])
            feed(made[day], [one for one in articles() if one.published_on and one.published_on <= day])
        return made[day]

    yield told_by
    for store in made.values():
        store.close()


def feed(store: Store, told: list[Article]) -> None:
    run = taken(store)
    for one in told:
        store.record(state_of(run, one.source).lease, page(one), read(one))
    store.ledger.finish_run(run.run)


def known(store: Store, *, as_of: date | None, seen_from: date, ids: bool = True, **wanted: Any) -> list[dict[str, Any]]:
    due = date.fromordinal(seen_from.toordinal() - 1)
    rows = Queries(store.engine).events(EventFilter(as_of=as_of, **wanted), due=due, limit=500).rows
    found = [json.loads(as_unreported(row.json) if row.unreported else row.json) for row in rows]
    return sorted(({name: value for name, value in event.items() if name not in NOT_COMPARED and (ids or name != "id")}
                   for event in found), key=json.dumps)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_day_shows_what_a_timeline_shows_that_was_told_no_more(opened: Any, until: Callable[[date], Store], kind: str) -> None:
    whole = opened(kind, articles())
    for day in DAYS:
        fresh = until(day)
        assert known(whole, as_of=day, seen_from=day) == known(fresh, as_of=None, seen_from=day), day


@pytest.mark.parametrize("seed", range(6))
def test_it_does_not_matter_in_which_order_articles_came(opened: Any, until: Callable[[date], Store], seed: int) -> None:
    """Only ids are of the article that came first."""
    shuffled = random.Random(seed).sample(articles(), len(TOLD))
    whole = opened("sqlite", shuffled)
    for day in DAYS[::3]:
        fresh = until(day)
        assert known(whole, as_of=day, seen_from=day, ids=False) == known(fresh, as_of=None, seen_from=day, ids=False), day


@pytest.mark.parametrize("wanted", [
    {"actors": ("putin",)}, {"actors": ("person:xi-jinping",)}, {"countries": ("kz",)}, {"types": ("visit",)},
    {"statuses": ("planned",)}, {"statuses": ("unreported", "postponed")}, {"place": "Astana"}, {"sources": ("harbour",)},
    {"q": "tokayev"}, {"first": date(2023, 11, 21)}, {"last": date(2023, 11, 20)}, {"countries": ("RU", "KZ")}])
def test_every_filter_looks_at_what_was_known_then(opened: Any, until: Callable[[date], Store], wanted: dict[str, Any]) -> None:
    whole = opened("sqlite", articles())
    for day in (date(2023, 11, 4), date(2023, 11, 9), date(2023, 11, 18)):
        fresh = until(day)
        assert known(whole, as_of=day, seen_from=day, **wanted) == known(fresh, as_of=None, seen_from=day, **wanted), day


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_joined_are_the_whole_list(opened: Any, sort: Sort) -> None:
    queries = Queries(opened("sqlite", articles()).engine)
    for day in (date(2023, 11, 9), date(2023, 11, 28)):
        wanted, due = EventFilter(as_of=day), day
        whole = queries.events(wanted, due=due, limit=500, sort=sort).rows
        assert len(whole) > 2
        joined, after = [], None
        while True:
            found = queries.events(wanted, due=due, limit=1, sort=sort, after=after)
            joined += found.rows
            if (after := found.next) is None:
                break
        assert tuple(joined) == whole


def test_an_event_of_which_nobody_had_told_is_not_there(opened: Any) -> None:
    store = opened("sqlite", articles())
    queries, call = Queries(store.engine), next(row for row in rows_of(store, events) if row["type"] == "call")
    assert queries.event(call["id"], due=date(2023, 11, 13), as_of=date(2023, 11, 14)) is None
    assert queries.event(call["id"], due=date(2023, 11, 14), as_of=date(2023, 11, 15)) is not None
    assert known(store, as_of=date(2023, 10, 31), seen_from=date(2023, 10, 31)) == []


def test_the_evidence_of_a_day_is_what_had_been_told(opened: Any) -> None:
    store = opened("sqlite", articles())
    queries = Queries(store.engine)
    moved = next(row for row in rows_of(store, events) if row["first"] == "2023-11-27")
    told_by = {day: len(queries.evidence_as_of(moved["id"], date(2023, 11, day))) for day in (1, 2, 4, 6, 8, 27, 28, 30)}
    assert told_by == {1: 1, 2: 1, 4: 2, 6: 3, 8: 4, 27: 4, 28: 5, 30: 5}


def test_two_events_that_a_later_article_made_one_were_two_until_then(opened: Any) -> None:
    apart = [article("a", "planned meeting of RU, KZ on 2023-11-20", day=date(2023, 11, 1)),
             article("b", "planned meeting of RU, KZ on 2023-11-27", day=date(2023, 11, 2)),
             article("c", "planned meeting of RU, KZ on 2023-11-27 instead of 2023-11-20", day=date(2023, 11, 3))]
    store = opened("sqlite", apart)
    assert [len(known(store, as_of=day, seen_from=day)) for day in DAYS[:4]] == [1, 2, 1, 1]
    assert known(store, as_of=DAYS[1], seen_from=DAYS[1]) == known(opened("sqlite", apart[:2]), as_of=None, seen_from=DAYS[1])


def test_a_withdrawn_event_was_never_known(opened: Any) -> None:
    store = opened("sqlite", [article("a", TOLD[0][2], day=date(2023, 11, 1)),
                              article("b", TOLD[2][2], day=date(2023, 11, 3))])
    assert len(known(store, as_of=date(2023, 11, 2), seen_from=date(2023, 11, 2))) == 1
    feed(store, [article("a", "a quiet week", day=date(2023, 11, 1)), article("b", "no news", day=date(2023, 11, 3))])
    assert known(store, as_of=date(2023, 11, 2), seen_from=date(2023, 11, 2)) == []
    assert rows_of(store, event_states) == []


def test_an_edited_article_changes_the_days_from_its_own_on(opened: Any) -> None:
    """What is told counts in its newest version; the days before it stay as they are."""
    told = [article("a", TOLD[0][2], day=date(2023, 11, 1)), article("b", TOLD[2][2], of="harbour", day=date(2023, 11, 3)),
            article("c", "planned meeting of RU, KZ on 2023-11-20 in Almaty", day=date(2023, 11, 5))]
    edited = article("b", "cancelled meeting of RU, KZ on 2023-11-20", of="harbour", day=date(2023, 11, 3))
    store, fresh = opened("sqlite", [*told, edited]), opened("sqlite", [told[0], edited, told[2]])
    for day in DAYS[:8]:
        assert known(store, as_of=day, seen_from=day) == known(fresh, as_of=day, seen_from=day)


def test_what_was_known_lasts_over_a_day_of_which_the_only_article_takes_all_back(opened: Any) -> None:
    told = [article("a", TOLD[0][2], day=date(2023, 11, 1)), article("b", TOLD[2][2], of="harbour", day=date(2023, 11, 3)),
            article("c", "planned meeting of RU, KZ on 2023-11-20 in Almaty", day=date(2023, 11, 5))]
    edited = article("b", "a quiet week", of="harbour", day=date(2023, 11, 3))
    store, fresh = opened("sqlite", [*told, edited]), opened("sqlite", [told[0], edited, told[2]])
    for day in DAYS[:8]:
        assert known(store, as_of=day, seen_from=day) == known(fresh, as_of=day, seen_from=day)
    states = [[(row["event_id"], row["since"], row["until"]) for row in rows_of(one, event_states)] for one in (store, fresh)]
    assert states[0] == states[1] != []


def test_an_event_told_on_one_day_costs_no_row(opened: Any) -> None:
    store = opened("sqlite", [article("a", TOLD[0][2], day=date(2023, 11, 1)),
                              article("b", TOLD[2][2], of="harbour", day=date(2023, 11, 1))])
    assert rows_of(store, event_states) == []


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_store_of_before_gets_its_earlier_states_when_it_is_opened(opened: Any, kind: str) -> None:
    store = opened(kind, articles())
    expected = [known(store, as_of=day, seen_from=day) for day in DAYS]
    with store.engine.begin() as connection:
        connection.execute(update(events).values(since=None))
        connection.execute(event_states.delete())
    store.fill_states(batch=2)
    assert [known(store, as_of=day, seen_from=day) for day in DAYS] == expected
