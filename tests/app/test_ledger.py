"""Who may collect what: each slot is one run, whoever asks and however often."""
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsdesk import START, Clock, open_store, rows_of, source, state_of, taken

from app.store.codec import moment, stamp
from app.store.errors import LeaseLost, UnknownSource
from app.store.holder import has_died, this_process
from app.store.ledger import slot_after
from app.store.store import Store
from app.store.tables import run_sources, runs, sources


def finish(store: Store, claimed: Any, **outcome: Any) -> str:
    for state in claimed.sources:
        store.ledger.finish_source(state.lease, **outcome)
    return store.ledger.finish_run(claimed.run)


def row(store: Store, table: Any, **wanted: Any) -> dict[str, Any]:
    found, = rows_of(store, table, **wanted)
    return found


# Slots -----------------------------------------------------------------------------------------------------------------

@given(st.integers(10, 604_800), st.integers(0, 10 * 365 * 86_400), st.text("abcdef", min_size=1, max_size=5))
def test_slots_lie_on_one_grid_whatever_the_time_between(interval: int, later: int, name: str) -> None:
    first = slot_after(name, interval, START)
    assert START < first <= START + timedelta(seconds=interval)
    after = START + timedelta(seconds=later)
    slot = slot_after(name, interval, after)
    assert after < slot <= after + timedelta(seconds=interval)
    assert (slot - first).total_seconds() % interval == 0
    assert slot_after(name, interval, first) == first + timedelta(seconds=interval)


def test_sources_of_one_interval_do_not_all_fall_due_at_once() -> None:
    slots = {slot_after(f"source-{number}", 1800, START) for number in range(200)}
    assert len(slots) > 150


def test_a_new_source_is_due_at_once_and_then_once_in_each_interval(store: Store, clock: Clock) -> None:
    begun: list[datetime] = []
    for _ in range(600):
        claimed = store.ledger.claim_due()
        if claimed is not None:
            begun += [claimed.started for state in claimed.sources if state.source.id == "meridian"]
            finish(store, claimed)
        clock.forward(1)
    assert begun[0] == START
    assert len(begun) == 11
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(begun[1:])} == {60}
    slots = [found["slot"] for found in rows_of(store, run_sources, source_id="meridian")]
    assert len(set(slots)) == len(slots) == 11


def test_a_frozen_clock_gives_one_run(store: Store) -> None:
    assert store.ledger.claim_due() is not None
    for _ in range(20):
        assert store.ledger.claim_due() is None


def test_a_long_pause_is_made_up_for_by_one_run(store: Store, clock: Clock) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    finish(store, claimed)
    clock.forward(3600)
    again = store.ledger.claim_due()
    assert again is not None
    assert {state.source.id for state in again.sources} == {"meridian", "harbour"}
    assert store.ledger.claim_due() is None
    assert row(store, sources, id="meridian")["due"] == stamp(slot_after("meridian", 60, clock()))


@pytest.mark.parametrize("hours", [-1, -30, 2])
def test_a_clock_that_was_set_leads_to_the_next_slot_and_to_no_burst(store: Store, clock: Clock, hours: int) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    finish(store, claimed)
    clock.forward(hours * 3600)
    begun = []
    for _ in range(120):
        claimed = store.ledger.claim_due()
        if claimed is not None:
            begun += [state.source.id for state in claimed.sources]
            finish(store, claimed)
        clock.forward(1)
    assert 2 <= begun.count("meridian") <= 3


def test_who_waited_for_its_turn_or_is_behind_puts_back_nothing_that_another_took(store: Store, clock: Clock) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    finish(store, claimed)
    (first, _), (second, taken_at) = sorted(((name, moment(row(store, sources, id=name)["due"])) for name in ("meridian", "harbour")),
                                            key=lambda pair: pair[1])
    clock.now = moment(row(store, sources, id=first)["due"])

    def another() -> None:
        clock.now = taken_at + timedelta(seconds=1)
        claimed = store.ledger.claim_due()
        assert claimed is not None
        finish(store, claimed)

    waits = [another]

    def late() -> datetime:
        """As it was before another process was let in between."""
        now = clock()
        if waits:
            waits.pop()()
        return now

    following = stamp(slot_after(second, 60, taken_at))
    for slow in (late, lambda: taken_at - timedelta(seconds=4)):
        behind = open_store(store.engine.url.render_as_string(hide_password=False), slow)
        assert behind.ledger.claim_due() is None
        assert row(store, sources, id=second)["due"] == following
        behind.close()


def test_a_source_that_is_still_collected_skips_its_slot_and_tells(store: Store, clock: Clock) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    for _ in range(3):
        clock.forward(60)
        assert store.ledger.claim_due() is None
    found = row(store, sources, id="meridian")
    assert (found["skipped"], found["last_skipped"]) == (3, stamp(clock()))
    assert rows_of(store, runs) == [row(store, runs, id=claimed.run)]
    finish(store, claimed)
    clock.forward(60)
    assert store.ledger.claim_due() is not None


def test_the_fence_rises_with_each_lease(store: Store, clock: Clock) -> None:
    fences = []
    for _ in range(3):
        claimed = store.ledger.claim_due()
        assert claimed is not None
        fences.append(state_of(claimed, "meridian").lease.fence)
        finish(store, claimed)
        clock.forward(60)
    assert fences == [1, 2, 3]


# The sources file --------------------------------------------------------------------------------------------------------

def test_sources_follow_the_file_and_what_is_gone_is_kept(store: Store, clock: Clock) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    finish(store, claimed, etag='"1"', listed=["https://meridian.example/a"])
    store.ledger.sync_sources([source("meridian", interval=3600), source("gazette")])
    found = {entry["id"]: entry for entry in rows_of(store, sources)}
    assert {name: entry["active"] for name, entry in found.items()} == {"meridian": True, "harbour": False, "gazette": True}
    assert found["gazette"]["due"] == stamp(clock())
    assert (found["meridian"]["interval"], found["meridian"]["etag"]) == (3600, '"1"')
    clock.forward(7200)
    claimed = store.ledger.claim_due()
    assert claimed is not None
    assert [state.source.id for state in claimed.sources] == ["gazette", "meridian"]
    assert state_of(claimed, "meridian").listed == ("https://meridian.example/a",)


def test_validators_do_not_outlive_the_address_they_belong_to(store: Store) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    finish(store, claimed, etag='"1"', last_modified="Fri, 10 Nov 2023 09:00:00 GMT", listed=["https://a.example/"], digest="d")
    moved = source("meridian")
    store.ledger.sync_sources([source("harbour"), type(moved)(moved.id, moved.name, moved.home, moved.kind,
                                                              "https://meridian.example/elsewhere")])
    found = row(store, sources, id="meridian")
    assert (found["etag"], found["last_modified"], found["listed"], found["digest"]) == (None, None, None, None)


def test_how_long_a_source_is_quiet_is_kept_until_its_row_changes(store: Store, clock: Clock) -> None:
    claimed = store.ledger.claim_due()
    assert claimed is not None
    until = clock() + timedelta(hours=5)
    finish(store, claimed, digest="d", quiet_until=until)
    clock.forward(3600)
    claimed = store.ledger.claim_due()
    assert claimed is not None
    state = state_of(claimed, "meridian")
    assert (state.digest, state.quiet_until) == ("d", until)
    finish(store, claimed, digest="d", quiet_until=until)
    store.ledger.sync_sources([source("meridian", interval=120), source("harbour")])
    assert {name: row(store, sources, id=name)["quiet_until"] for name in ("meridian", "harbour")} == {
        "meridian": None, "harbour": stamp(until)}


# Asking for a run --------------------------------------------------------------------------------------------------------

def test_a_run_that_was_asked_for_is_taken_once(store: Store) -> None:
    run = store.request_run(["harbour"], "api")
    claimed = store.ledger.claim_queued()
    assert claimed is not None
    assert (claimed.run, claimed.trigger, [state.source.id for state in claimed.sources]) == (run, "api", ["harbour"])
    assert store.ledger.claim_queued() is None
    assert finish(store, claimed) == "ok"


def test_the_same_run_is_answered_while_it_waits_and_while_it_is_under_way(store: Store) -> None:
    run = store.request_run(None, "api")
    assert store.request_run(None, "api") == run
    assert store.request_run(["harbour"], "api") == run
    claimed = store.ledger.claim_queued()
    assert claimed is not None
    assert store.request_run(None, "api") == run
    finish(store, claimed)
    assert store.request_run(None, "api") != run


def test_at_most_one_run_waits_whatever_is_asked_for(store: Store) -> None:
    for _ in range(20):
        store.request_run(["harbour"], "api")
        store.request_run(["meridian"], "cli")
    waiting = row(store, runs)
    assert json.loads(waiting["requested"]) == ["harbour", "meridian"]
    store.request_run(None, "api")
    assert row(store, runs)["requested"] is None


def test_what_a_run_under_way_does_not_cover_waits_for_the_next(store: Store, clock: Clock) -> None:
    first = taken(store, "harbour")
    second = taken(store, "harbour", "meridian")
    assert second.run != first.run
    assert [state.source.id for state in second.sources] == ["meridian"]
    assert second.busy == ("harbour",)
    skipped = row(store, run_sources, run_id=second.run, source_id="harbour")
    assert (skipped["state"], skipped["error_class"], skipped["fence"]) == ("skipped", "busy", None)
    assert first.run in skipped["error_detail"]
    finish(store, second)
    assert row(store, runs, id=second.run)["state"] == "ok"


def test_a_run_by_hand_takes_the_slot_that_is_due(store: Store) -> None:
    """Or the scheduler would collect all once more as soon as it is done."""
    finish(store, taken(store))
    assert store.ledger.claim_due() is None


def test_an_unknown_source_is_named(store: Store) -> None:
    with pytest.raises(UnknownSource, match="'gazette', 'herald'"):
        store.request_run(["harbour", "herald", "gazette"], "api")
    with pytest.raises(ValueError, match="no sources"):
        store.request_run([], "api")
    assert rows_of(store, runs) == []


def at_once(number: int, work: Callable[[], Any]) -> list[Any]:
    """Results of `number` threads that begin together."""
    barrier, results = Barrier(number), []

    def one() -> None:
        barrier.wait()
        results.append(work())

    threads = [Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_flood_of_requests_is_one_run(store: Store) -> None:
    assert len(set(at_once(16, lambda: store.request_run(None, "api")))) == 1
    assert len(rows_of(store, runs)) == 1


def test_of_many_who_look_at_once_one_takes_what_is_due(store: Store) -> None:
    found = [claimed for claimed in at_once(8, store.ledger.claim_due) if claimed is not None]
    assert len(found) == 1
    store.request_run(None, "api")
    assert sum(claimed is not None for claimed in at_once(8, store.ledger.claim_queued)) <= 1


# How runs end ------------------------------------------------------------------------------------------------------------

def test_a_run_is_partial_where_some_source_failed_and_failed_where_all_did(store: Store, clock: Clock) -> None:
    claimed = taken(store)
    store.ledger.finish_source(state_of(claimed, "harbour").lease, error=("http-503", "the server answered 503"))
    store.ledger.finish_source(state_of(claimed, "meridian").lease, empty=True)
    assert store.ledger.finish_run(claimed.run) == "partial"
    ended = row(store, runs, id=claimed.run)
    assert (ended["error_class"], ended["error_detail"], ended["empty"]) == (
        "http-503", "harbour: the server answered 503", 1)
    health = {entry["id"]: entry for entry in rows_of(store, sources)}
    assert (health["harbour"]["failures"], health["harbour"]["last_success"]) == (1, None)
    assert (health["meridian"]["empties"], health["meridian"]["last_success"]) == (1, stamp(clock()))
    clock.forward(60)
    claimed = taken(store)
    assert finish(store, claimed, error=("dns", "no such host")) == "failed"
    assert row(store, sources, id="harbour")["failures"] == 2
    clock.forward(60)
    assert finish(store, taken(store)) == "ok"
    assert {entry["failures"] for entry in rows_of(store, sources)} == {0}


def test_validators_of_a_failed_listing_are_those_of_before(store: Store, clock: Clock) -> None:
    finish(store, taken(store, "harbour"), etag='"1"')
    clock.forward(60)
    finish(store, taken(store, "harbour"), error=("timeout", ""))
    assert row(store, sources, id="harbour")["etag"] == '"1"'


def test_a_run_that_ends_with_an_error_frees_what_it_held(store: Store) -> None:
    claimed = taken(store)
    assert store.ledger.finish_run(claimed.run, error=("disk", "the disk is full")) == "failed"
    assert {entry["lease"] for entry in rows_of(store, sources)} == {None}
    assert {entry["error_class"] for entry in rows_of(store, run_sources)} == {"disk"}
    with pytest.raises(LeaseLost):
        store.ledger.finish_source(claimed.sources[0].lease)


# Runs whose process is gone ----------------------------------------------------------------------------------------------

def test_a_run_without_a_sign_of_life_is_given_up_and_its_sources_are_due(store: Store, clock: Clock) -> None:
    claimed = taken(store)
    store.ledger.finish_source(state_of(claimed, "harbour").lease)
    clock.forward(store.ledger.life - 1)
    assert store.ledger.recover() == ()
    store.ledger.beat(claimed.run)
    clock.forward(store.ledger.life + 1)
    assert store.ledger.recover() == (claimed.run,)
    assert row(store, runs, id=claimed.run)["state"] == "interrupted"
    assert {entry["source_id"]: entry["state"] for entry in rows_of(store, run_sources)} == {
        "harbour": "ok", "meridian": "interrupted"}
    found = row(store, sources, id="meridian")
    assert (found["lease"], found["due"]) == (None, stamp(clock()))
    with pytest.raises(LeaseLost):
        store.ledger.beat(claimed.run)
    assert store.ledger.finish_run(claimed.run) == "interrupted"


def test_a_run_of_a_dead_process_is_given_up_at_once(database_url: str, store: Store, clock: Clock) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    holder = this_process().split("|")
    from app.store import holder as module

    dead = "|".join([*holder[:2], str(child.pid), module._start_time(child.pid) or ""])
    theirs = open_store(database_url, clock, holder=dead)
    claimed = taken(theirs)
    assert store.ledger.recover() == ()
    assert store.request_run(None, "api") == claimed.run
    child.kill()
    child.wait()
    assert store.request_run(None, "api") != claimed.run  # nobody carries that one out any more
    assert store.ledger.recover() == (claimed.run,)
    theirs.close()


def test_a_process_is_known_by_more_than_its_number() -> None:
    """A number is given again to another process, and means nothing on another host."""
    host, namespace, pid, started = this_process().split("|")
    assert not has_died("|".join((host, namespace, pid, started)))
    assert has_died("|".join((host, namespace, pid, "1")))
    assert not has_died("|".join(("elsewhere", namespace, pid, "1")))
    assert not has_died("|".join((host, "another boot", pid, "1")))
    assert not has_died("")
    assert pid == str(os.getpid())


def test_a_heartbeat_from_the_future_begins_anew(store: Store, clock: Clock) -> None:
    """The clock was set back: the run is neither dead nor immortal."""
    claimed = taken(store)
    clock.forward(-3600)
    assert store.ledger.recover() == ()
    clock.forward(store.ledger.life + 1)
    assert store.ledger.recover() == (claimed.run,)


def test_a_source_that_kills_its_process_is_not_tried_again_and_again(store: Store, clock: Clock) -> None:
    """After three deaths it waits for its next slot."""
    for _ in range(3):
        claimed = store.ledger.claim_due()
        assert claimed is not None
        store.ledger.interrupt(claimed.run, "the process that collected is gone")
    assert store.ledger.claim_due() is None
    clock.forward(60)
    assert store.ledger.claim_due() is not None


def test_what_waits_survives_a_restart(database_url: str, store: Store, clock: Clock) -> None:
    run = store.request_run(["harbour"], "api")
    store.close()
    again = open_store(database_url, clock)
    claimed = again.ledger.claim_queued()
    assert claimed is not None
    assert claimed.run == run
    again.close()
