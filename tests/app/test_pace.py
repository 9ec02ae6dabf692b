"""When a source is asked again: oftener where it brings much, later where it fails, and never not at all."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsdesk import START, Clock, open_store, rows_of, source, taken

from app.store.codec import moment, stamp
from app.store.ledger import Claimed
from app.store.pace import Pace, arrival_gap
from app.store.standing import MOVES, Reading
from app.store.store import Store
from app.store.tables import sources

HOUR, DAY = 3600, 86_400
ADAPTING = Pace(adapt=True)


@pytest.fixture
def adapting(database_url: str, clock: Clock) -> Any:
    store = open_store(database_url, clock, pace=ADAPTING)
    store.ledger.sync_sources([source("meridian", interval=1800)])
    yield store
    store.close()


def row(store: Store, name: str = "meridian") -> dict[str, Any]:
    found, = rows_of(store, sources, id=name)
    return found


def next_run(store: Store, clock: Clock) -> Claimed:
    """The next run by schedule, at its time."""
    due = min(moment(found["due"]) for found in rows_of(store, sources))
    clock.now = max(clock.now, due)
    claimed = store.ledger.claim_due()
    assert claimed is not None
    return claimed


def end(store: Store, claimed: Claimed, **outcome: Any) -> None:
    for state in claimed.sources:
        store.ledger.finish_source(state.lease, **outcome)
    store.ledger.finish_run(claimed.run)


def live(store: Store, clock: Clock, seconds: float, comes: Callable[[datetime, datetime], int]) -> list[datetime]:
    """Runs by schedule for so long; `comes` says how many articles came between two of them. Times of the runs."""
    ends, last, begun = clock.now.timestamp() + seconds, clock.now, []
    while clock.now.timestamp() < ends:
        claimed = next_run(store, clock)
        begun.append(clock.now)
        end(store, claimed, etag='"1"', reading=Reading(links=20, new=comes(last, clock.now)))
        last = clock.now
    return begun


def each(seconds: float) -> Callable[[datetime, datetime], int]:
    """One article each so many seconds."""
    return lambda after, until: int(until.timestamp() // seconds - after.timestamp() // seconds)


# What it brings ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("comes", "days", "asked"), [
    (each(300), 0.5, (ADAPTING.least, 1000)), (each(2 * HOUR), 4, (1800, 1.3 * HOUR)), (each(7 * DAY), 15, (9000, 10_800)),
    (each(10_000 * DAY), 1, (1800, 1800))])
def test_a_source_is_asked_as_often_as_it_brings_something_within_bounds(
        adapting: Store, clock: Clock, comes: Any, days: float, asked: tuple[float, float]) -> None:
    """One that never brought anything stays at its own interval: nothing is known of it."""
    begun = live(adapting, clock, days * DAY, comes)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(begun[-6:])]
    assert asked[0] * 0.99 <= sum(gaps) / len(gaps) <= asked[1] * 1.01
    assert all(gap <= ADAPTING.most * 2 for gap in gaps)


def test_what_stops_to_come_is_looked_for_less_and_less(adapting: Store, clock: Clock) -> None:
    live(adapting, clock, DAY / 4, each(600))
    assert row(adapting)["pace"] == ADAPTING.least
    live(adapting, clock, DAY, lambda after, until: 0)
    assert row(adapting)["pace"] == ADAPTING.most


def test_the_first_reading_of_a_listing_tells_nothing_of_how_often_it_brings_something(adapting: Store,
                                                                                       clock: Clock) -> None:
    end(adapting, next_run(adapting, clock), reading=Reading(links=20, new=20))
    assert (row(adapting)["cadence"], row(adapting)["pace"]) == (None, None)


def test_what_came_while_the_source_was_down_is_no_habit(adapting: Store, clock: Clock) -> None:
    live(adapting, clock, DAY / 2, each(HOUR))
    before = row(adapting)["cadence"]
    end(adapting, next_run(adapting, clock), error=("http-500", "the server answered 500"))
    clock.forward(3 * DAY)
    end(adapting, next_run(adapting, clock), reading=Reading(links=20, new=20))
    assert row(adapting)["cadence"] == before


def test_without_adapting_each_source_keeps_its_own_interval(store: Store, clock: Clock) -> None:
    begun = live(store, clock, 1200, each(10))
    assert row(store)["pace"] is None
    assert len(begun) >= 20


def test_a_changed_interval_begins_anew(adapting: Store, clock: Clock) -> None:
    live(adapting, clock, DAY / 4, each(600))
    adapting.ledger.sync_sources([source("meridian", interval=7200)])
    assert row(adapting)["pace"] is None


@given(own=st.integers(10, 7 * DAY), present=st.none() | st.integers(10, 7 * DAY), gap=st.none() | st.floats(1, 1e9),
       quiet=st.floats(0, 1e9))
def test_an_interval_stays_within_its_bounds_and_changes_by_steps(own: int, present: int | None, gap: float | None,
                                                                  quiet: float) -> None:
    found = ADAPTING.interval(own, present, gap=gap, quiet=quiet)
    if found is not None and found != present:
        assert min(own, ADAPTING.least) <= found <= max(own, ADAPTING.most)
        now = present or own
        within = min(own, ADAPTING.least) <= now <= max(own, ADAPTING.most)
        assert not within or now / 2 - 1 <= found <= now * 2 + 1


@given(st.lists(st.floats(-1e9, 1e12), min_size=1, max_size=20))
def test_a_gap_is_always_a_sensible_number(gaps: list[float]) -> None:
    known = None
    for gap in gaps:
        known = arrival_gap(known, gap)
        assert 1 <= known <= 30 * DAY


# How it fails ------------------------------------------------------------------------------------------------------------

def waits(store: Store, clock: Clock, error_class: str, times: int, **options: Any) -> list[float]:
    """Seconds between failed runs by schedule."""
    begun = []
    for _ in range(times):
        claimed = next_run(store, clock)
        begun.append(clock.now)
        end(store, claimed, error=(error_class, "it fails"), **options)
    return [(later - earlier).total_seconds() for earlier, later in pairwise(begun)]


@pytest.fixture
def steady(database_url: str, clock: Clock) -> Any:
    """A store in which chance is always 0."""
    store = open_store(database_url, clock)
    store.ledger.sync_sources([source("meridian", interval=1800)])
    store.ledger._jitter = lambda: 0.0
    yield store
    store.close()


def test_a_source_that_fails_is_asked_ever_more_seldom_and_never_not_at_all(steady: Store, clock: Clock) -> None:
    found = waits(steady, clock, "http-503", 40)
    assert found[0] <= 1800  # its next slot
    assert found[1:5] == [3600, 7200, 14_400, 21_600]
    assert set(found[4:]) == {Pace().longest_wait}


def test_a_listing_that_is_gone_is_asked_seldom_at_once(steady: Store, clock: Clock) -> None:
    assert waits(steady, clock, "http-410", 4) == [7200, 21_600, 21_600]


@pytest.mark.parametrize(("asked", "waited"), [(None, 1800), (0.0, 1800), (600.0, 1800), (7200.0, 7200), (86_400.0, 86_400)])
def test_no_source_is_asked_sooner_than_its_server_wants(steady: Store, clock: Clock, asked: float | None,
                                                         waited: float) -> None:
    found, = waits(steady, clock, "http-429", 2, retry_after=asked)
    assert found == waited or (waited == 1800 and found <= 1800)


def test_success_brings_a_source_back_to_its_grid(steady: Store, clock: Clock) -> None:
    waits(steady, clock, "dns", 8)
    end(steady, next_run(steady, clock), etag='"1"')
    found = row(steady)
    assert (found["failures"], found["wait"]) == (0, None)
    assert 0 < (moment(found["due"]) - clock.now).total_seconds() <= 1800


def test_a_run_by_hand_does_not_wait_for_a_source_that_was_put_off(steady: Store, clock: Clock) -> None:
    waits(steady, clock, "dns", 8)
    end(steady, taken(steady, "meridian"), etag='"1"')
    assert (moment(row(steady)["due"]) - clock.now).total_seconds() <= 1800


def test_a_source_that_was_put_off_stays_so_while_the_clock_runs_forward(steady: Store, clock: Clock) -> None:
    waits(steady, clock, "dns", 8)
    due = row(steady)["due"]
    assert steady.ledger.claim_due() is None
    assert row(steady)["due"] == due
    clock.forward(-30 * DAY)  # set back: it would wait for a month
    assert steady.ledger.claim_due() is None
    assert (moment(row(steady)["due"]) - clock.now).total_seconds() <= 1800


def test_sources_that_failed_together_do_not_come_back_together(database_url: str, clock: Clock) -> None:
    """A hundred sources and a network that is away for six hours: no minute holds more than a tenth of them after it."""
    store = open_store(database_url, clock)
    store.ledger.sync_sources([source(f"source-{number}", interval=1800) for number in range(100)])
    while clock.now.timestamp() < START.timestamp() + 6 * HOUR:
        end(store, next_run(store, clock), error=("dns", "no network"))
    back = Counter(int(moment(found["due"]).timestamp() - clock.now.timestamp()) // 60 for found in rows_of(store, sources))
    assert max(back.values()) <= 10
    assert max(back) * 60 <= Pace().longest_wait * 1.25
    store.close()


@given(st.integers(10, 7 * DAY), st.integers(1, 10_000), st.sampled_from(["dns", "http-410", "http-503", "tls"]),
       st.none() | st.floats(0, DAY), st.floats(0, 1))
def test_whatever_fails_is_asked_again_within_a_day_or_its_interval(interval: int, failures: int, error_class: str,
                                                                  asked: float | None, jitter: float) -> None:
    wait = Pace().wait(interval, failures, error_class, retry_after=asked, jitter=jitter)
    if wait is not None:
        assert (asked or 0) <= wait <= max(interval, Pace().longest_wait, asked or 0) * 1.25


def test_a_new_address_in_the_sources_file_is_tried_at_once(steady: Store, clock: Clock) -> None:
    waits(steady, clock, "http-410", 4)
    moved = source("meridian", interval=1800)
    steady.ledger.sync_sources([type(moved)(moved.id, moved.name, moved.home, moved.kind, "https://meridian.example/new",
                                            interval=1800)])
    found = row(steady)
    assert (found["due"], found["failures"], found["error_class"]) == (stamp(clock.now), 0, None)


# Where it moved ----------------------------------------------------------------------------------------------------------

NEW = "https://meridian.example/feeds/all"


def told_to_move(store: Store, clock: Clock, *targets: str | None, **outcome: Any) -> str:
    """The address that is asked after these answers."""
    for target in targets:
        clock.forward(60)
        end(store, taken(store, "meridian"), reading=Reading(links=3, moved_to=target), **outcome)
    claimed = taken(store, "meridian")
    store.ledger.finish_run(claimed.run)
    return claimed.sources[0].source.url


def test_a_listing_that_moved_for_good_is_asked_at_its_new_address_after_several_same_answers(steady: Store,
                                                                                             clock: Clock) -> None:
    old = source("meridian").url
    assert told_to_move(steady, clock, *[NEW] * (MOVES - 1)) == old
    assert told_to_move(steady, clock, NEW) == NEW
    assert told_to_move(steady, clock, None, None) == NEW  # it answers there, and redirects no more
    assert row(steady)["id"] == "meridian"


def test_answers_that_differ_move_nothing(steady: Store, clock: Clock) -> None:
    old = source("meridian").url
    assert told_to_move(steady, clock, *[NEW, NEW + "2"] * MOVES) == old
    assert told_to_move(steady, clock, *[*[NEW] * (MOVES - 1), None] * 3) == old


def test_an_empty_listing_and_a_step_back_from_https_move_nothing(steady: Store, clock: Clock) -> None:
    old = source("meridian").url
    assert told_to_move(steady, clock, *[NEW] * 2 * MOVES, empty=True) == old
    assert told_to_move(steady, clock, *[NEW.replace("https", "http")] * 2 * MOVES) == old


def test_where_the_new_address_fails_the_old_one_is_asked_again(steady: Store, clock: Clock) -> None:
    assert told_to_move(steady, clock, *[NEW] * MOVES) == NEW
    end(steady, taken(steady, "meridian"), error=("http-404", "the server answered 404"))
    assert told_to_move(steady, clock) == source("meridian").url
