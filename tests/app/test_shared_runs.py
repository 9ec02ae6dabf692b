"""A run that workers carry out ends with its last source, and what nobody ends is due again."""
from __future__ import annotations

from dataclasses import replace

import pytest
from newsdesk import Clock, Desk, article, page, read, rows_of
from sqlalchemy import Connection

from app.doctor.whole import flaws_of_ledger
from app.jobs import Runner
from app.store.codec import stamp
from app.store.errors import LeaseLost
from app.store.inspection import Inspection
from app.store.ledger import Claimed, Lease
from app.store.shared_runs import SharedRuns
from app.store.store import Store
from app.store.tables import run_sources, runs, sources

JOBS = {"meridian": 7, "harbour": 8}


@pytest.fixture
def shared(store: Store, clock: Clock) -> SharedRuns:
    return SharedRuns(store._database, store.ledger, clock)


@pytest.fixture
def handed(store: Store) -> Claimed:
    def hand_out(connection: Connection, claimed: Claimed) -> dict[str, int]:
        return {state.source.id: JOBS[state.source.id] for state in claimed.sources}

    claimed = store.ledger.claim_due(hand_out=hand_out)
    assert claimed is not None
    return claimed


def lease_of(claimed: Claimed, name: str) -> Lease:
    return next(state.lease for state in claimed.sources if state.source.id == name)


def run_of(store: Store) -> tuple[str, dict[str, str]]:
    """The state of the one run, and of each of its sources."""
    run, = rows_of(store, runs)
    return run["state"], {row["source_id"]: row["state"] for row in rows_of(store, run_sources)}


def test_a_run_that_is_handed_out_waits_with_the_numbers_of_its_jobs(store: Store, shared: SharedRuns, handed: Claimed) -> None:
    assert run_of(store) == ("running", {"meridian": "queued", "harbour": "queued"})
    assert {row["source_id"]: (row["job"], row["started"]) for row in rows_of(store, run_sources)} == {
        "meridian": (7, None), "harbour": (8, None)}
    assert shared.counts() == {"queued": 2, "running": 0}
    assert store.ledger.recover() == ()
    assert store.ledger.claim_due() is None


def test_a_source_is_begun_once(shared: SharedRuns, handed: Claimed) -> None:
    lease = lease_of(handed, "meridian")
    begun = shared.begin(lease)
    assert begun is not None
    assert (begun.run, begun.trigger, begun.sources) == (handed.run, "schedule", tuple(
        state for state in handed.sources if state.lease == lease))
    assert shared.begin(lease) is None
    assert shared.begin(replace(lease, fence=lease.fence - 1)) is None


def test_the_run_ends_with_its_last_source_and_its_state_tells_of_all(
        store: Store, shared: SharedRuns, handed: Claimed, clock: Clock) -> None:
    desk = Desk(clock)
    desk.pages = {"meridian": [article("a", "held meeting of RU, KZ on 2023-11-09 in Astana")]}
    desk.down = {"harbour"}
    runner = Runner(store, collect=desk, read=read)
    for name, left in (("meridian", "running"), ("harbour", "partial")):
        begun = shared.begin(lease_of(handed, name))
        assert begun is not None
        runner.carry_out(begun, hold=shared.hold(begun.sources[0].lease))
        assert run_of(store)[0] == left
    run, = rows_of(store, runs)
    assert (run["fetched"], run["new"], run["error_class"]) == (1, 1, "http-503")
    assert {row["lease"] for row in rows_of(store, sources)} == {None}


def test_a_source_whose_worker_shows_no_life_is_due_again_and_the_worker_can_write_nothing(
        store: Store, shared: SharedRuns, handed: Claimed, clock: Clock) -> None:
    lease, other = lease_of(handed, "meridian"), lease_of(handed, "harbour")
    assert shared.begin(lease) is not None
    assert shared.begin(other) is not None
    clock.forward(50)
    shared.beat(other)
    clock.forward(20)
    given_back, = shared.recover(600)
    assert (given_back.source, given_back.job) == ("meridian", 7)
    assert run_of(store) == ("running", {"meridian": "interrupted", "harbour": "running"})
    with pytest.raises(LeaseLost):
        shared.beat(lease)
    with pytest.raises(LeaseLost):
        store.record(lease, page(article("a", "Nothing.")), ())
    assert shared.end(lease, None) == "interrupted"
    assert rows_of(store, sources, id="meridian")[0]["due"] == stamp(clock())
    store.ledger.finish_source(other)
    shared.end(other, None)
    assert run_of(store)[0] == "partial"


def test_what_no_worker_begins_by_the_runs_deadline_is_passed_over_and_nobodys_failure(
        store: Store, shared: SharedRuns, handed: Claimed, clock: Clock) -> None:
    clock.forward(590)
    assert shared.recover(600) == ()
    assert shared.begin(lease_of(handed, "harbour")) is not None
    clock.forward(20)
    assert [(back.source, back.job) for back in shared.recover(600)] == [("meridian", 7)]
    row, = rows_of(store, sources, id="meridian")
    assert (row["lease"], row["failures"], row["error_class"]) == (None, 0, None)
    assert run_of(store) == ("running", {"meridian": "skipped", "harbour": "running"})
    assert shared.begin(lease_of(handed, "meridian")) is None
    again = store.ledger.claim_due()
    assert again is not None
    assert [state.source.id for state in again.sources] == ["meridian"]


def test_a_run_whose_last_worker_was_killed_before_it_ended_the_run_is_ended_by_the_next_look(
        store: Store, shared: SharedRuns, handed: Claimed) -> None:
    for name in JOBS:
        assert shared.begin(lease_of(handed, name)) is not None
        store.ledger.finish_source(lease_of(handed, name))
    assert run_of(store)[0] == "running"
    assert shared.recover(600) == ()
    assert run_of(store)[0] == "ok"


def test_the_doctor_takes_no_run_that_workers_carry_out_for_one_that_died(
        store: Store, shared: SharedRuns, handed: Claimed, clock: Clock) -> None:
    inspection = Inspection(store._database)
    assert shared.begin(lease_of(handed, "meridian")) is not None
    clock.forward(50)
    assert list(flaws_of_ledger(inspection, clock(), 60)) == []
    clock.forward(100)
    flaw, = flaws_of_ledger(inspection, clock(), 60)
    assert flaw.what == "a run is under way that shows no sign of life"
