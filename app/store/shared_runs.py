"""Runs whose sources several workers collect, each by itself: who is at which, and what becomes of those that nobody ends.

Such a run has no holder. A source in it is `queued` until a worker begins it, and then lives by signs of life of its own; the
run ends with the last of them. What may be written for a source is decided by its lease, as in any run: a worker that was given
up and wakes can write nothing.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from app.store.codec import moment, stamp
from app.store.engine import Database
from app.store.errors import LeaseLost
from app.store.holder import has_died
from app.store.leases import Claimed, Hold, Lease, source_state
from app.store.ledger import Ledger, error_columns, first_error, free_again
from app.store.tables import run_sources, runs, sources

__all__ = ["GivenBack", "SharedRuns"]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A source that is due again, since its worker is gone or none came; `job` is what it waited with."""

    run: str
    source: str
    reason: str
    job: int | None


class SharedRuns:
    """All methods raise `StoreError`. `clock` gives aware times."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    def counts(self) -> dict[str, int]:
        """How many sources wait for a worker (`queued`), and how many workers are at (`running`)."""
        query = select(run_sources.c.state, func.count().label("sources")).join(runs, runs.c.id == run_sources.c.run_id).where(
            _SHARED, run_sources.c.state.in_(("queued", "running"))).group_by(run_sources.c.state)
        with self._database.reading() as connection:
            return {"queued": 0, "running": 0} | {row.state: row.sources for row in connection.execute(query)}

    # A worker -----------------------------------------------------------------------------------------------------------

    def begin(self, lease: Lease) -> Claimed | None:
        """A source that waits, taken by this process, as a run of one; None where it does not wait any more."""
        def work(connection: Connection) -> Claimed | None:
            now = stamp(self._clock())
            taken = connection.execute(update(run_sources).where(_is(lease), run_sources.c.state == "queued").values(
                state="running", started=now, holder=self._ledger.holder, heartbeat=now))
            if taken.rowcount != 1:
                return None
            self._ledger.hold(connection, lease)
            run = connection.execute(select(runs.c.trigger, runs.c.started).where(runs.c.id == lease.run)).one()
            row = connection.execute(select(sources).where(sources.c.id == lease.source)).one()
            return Claimed(lease.run, run.trigger, moment(run.started), (source_state(row, lease),))

        try:
            return self._database.write(work, events=False)
        except LeaseLost:
            return None

    def hold(self, lease: Lease) -> Hold:
        """That of the worker that has begun the source."""
        return _Part(self, lease)

    def beat(self, lease: Lease) -> None:
        """See `Hold.beat`."""
        def work(connection: Connection) -> None:
            found = connection.execute(update(run_sources).where(
                _is(lease), run_sources.c.state == "running", run_sources.c.holder == self._ledger.holder)
                .values(heartbeat=stamp(self._clock())))
            if found.rowcount != 1:
                raise LeaseLost(f"source {lease.source!r} of run {lease.run} was given up for dead")

        self._database.write(work, events=False)

    def end(self, lease: Lease, error: tuple[str, str] | None) -> str:
        """See `Hold.end`; the run ends with its last source. The state of the source is returned."""
        def work(connection: Connection) -> str:
            now = stamp(self._clock())
            reason = error or ("unfinished", "the job ended before this source did")
            failed = error_columns(reason)
            if connection.execute(update(run_sources).where(_is(lease), run_sources.c.state == "running").values(
                    state="failed", ended=now, **failed)).rowcount:
                connection.execute(update(sources).where(_held(lease)).values(
                    lease=None, failures=sources.c.failures + 1, **failed))
            self._end_run(connection, lease.run, now)
            return connection.execute(select(run_sources.c.state).where(_is(lease))).scalar() or "failed"

        return self._database.write(work, events=False)

    def interrupt(self, lease: Lease, reason: str, *, heartbeat: str | None = None) -> bool:
        """See `Hold.interrupt`. False where it has ended already, or (with `heartbeat`) has shown a sign of life since."""
        def work(connection: Connection) -> bool:
            condition = and_(_is(lease), run_sources.c.state == "running")
            if heartbeat is not None:
                condition = and_(condition, run_sources.c.heartbeat == heartbeat)
            now = stamp(self._clock())
            if connection.execute(update(run_sources).where(condition).values(
                    state="interrupted", ended=now, **error_columns(("interrupted", reason)))).rowcount != 1:
                return False
            if connection.execute(select(sources.c.id).where(_held(lease))).first() is not None:
                free_again(connection, lease.source, now, reason)
            self._end_run(connection, lease.run, now)
            return True

        return self._database.write(work, events=False)

    # Those who look after them ------------------------------------------------------------------------------------------

    def recover(self, deadline: float) -> tuple[GivenBack, ...]:
        """Give back the sources whose worker is gone or shows no sign of life, and those that no worker began within the
        `deadline` (seconds) of their run. A heartbeat from the future (a clock was set back) begins anew."""
        now = self._clock()
        life = timedelta(seconds=self._ledger.life)
        query = select(run_sources, runs.c.started.label("run_started")).join(runs, runs.c.id == run_sources.c.run_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(_SHARED, run_sources.c.state.in_(("queued", "running")))).all()
            all_done = connection.execute(select(runs.c.id).where(_SHARED, ~select(run_sources.c.run_id).where(
                run_sources.c.run_id == runs.c.id, run_sources.c.state.in_(("queued", "running"))).exists())).scalars().all()
        found = []
        for row in rows:
            lease = Lease(row.run_id, row.source_id, row.fence)
            if row.state == "queued":
                if moment(row.run_started) + timedelta(seconds=deadline) < now and self._pass_over(lease, deadline):
                    found.append(GivenBack(row.run_id, row.source_id, "no worker began it in time", row.job))
                continue
            beaten = moment(row.heartbeat)
            if has_died(row.holder or ""):
                reason = "the worker that collected is gone"
            elif beaten < now - life:
                reason = f"no sign of life of its worker for {self._ledger.life:.0f} s"
            else:
                if beaten > now + life:
                    self._database.write(events=False, work=lambda connection, row=row, lease=lease: connection.execute(update(run_sources).where(
                        _is(lease), run_sources.c.heartbeat == row.heartbeat).values(heartbeat=stamp(now))))
                continue
            if self.interrupt(lease, reason, heartbeat=row.heartbeat):
                found.append(GivenBack(row.run_id, row.source_id, reason, row.job))
        for run in all_done:  # of whose last worker was killed just then
            self._database.write(events=False, work=lambda connection, run=run: self._end_run(connection, run, stamp(now)))
        return tuple(found)

    def _pass_over(self, lease: Lease, deadline: float) -> bool:
        """Let a source that still waits be due again: that no worker came says nothing of it."""
        def work(connection: Connection) -> bool:
            now = stamp(self._clock())
            if connection.execute(update(run_sources).where(_is(lease), run_sources.c.state == "queued").values(
                    state="skipped", ended=now,
                    **error_columns(("no-worker", f"no worker began it within the run's {deadline:.0f} s")))).rowcount != 1:
                return False
            connection.execute(update(sources).where(_held(lease)).values(lease=None, due=now, wait=None))
            self._end_run(connection, lease.run, now)
            return True

        return self._database.write(work, events=False)

    def _end_run(self, connection: Connection, run: str, now: str) -> None:
        """End a run that has no source left which waits or is under way."""
        states = connection.execute(select(run_sources.c.state).where(run_sources.c.run_id == run)).scalars().all()
        if "queued" in states or "running" in states:
            return
        told = [state for state in states if state != "skipped"]
        if all(state == "ok" for state in told):
            state = "ok"
        elif "ok" in told:
            state = "partial"
        else:
            state = "failed" if "failed" in told else "interrupted"
        error = first_error(connection, run) or (("interrupted", "workers were stopped or died") if "interrupted" in told else None)
        connection.execute(update(runs).where(runs.c.id == run, _SHARED).values(state=state, ended=now, **error_columns(error)))


@dataclass(frozen=True, slots=True)
class _Part:
    runs: SharedRuns
    lease: Lease

    def beat(self) -> None:
        self.runs.beat(self.lease)

    def end(self, error: tuple[str, str] | None) -> str:
        return self.runs.end(self.lease, error)

    def interrupt(self, reason: str) -> None:
        self.runs.interrupt(self.lease, reason)


_SHARED = and_(runs.c.state == "running", runs.c.holder.is_(None))


def _is(lease: Lease) -> Any:
    return and_(run_sources.c.run_id == lease.run, run_sources.c.source_id == lease.source, run_sources.c.fence == lease.fence)


def _held(lease: Lease) -> Any:
    return and_(sources.c.id == lease.source, sources.c.lease == lease.run, sources.c.fence == lease.fence)
