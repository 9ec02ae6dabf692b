"""Sources, what is due, and the ledger of runs: who may collect what, and what came of it.

A slot is owned by whoever moves `sources.due` forward. A source that is being collected carries a lease: the id of the
run and a fence that is one higher each time the source is taken. Whatever is written for a source is written in a
transaction that first checks both, so that a process which was stopped and wakes up after another has taken over can
write nothing any more.
"""
from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from app.store.codec import moment, plain, stamp, to_json
from app.store.engine import Database
from app.store.errors import LeaseLost, UnknownSource
from app.store.holder import has_died, this_process
from app.store.leases import Claimed, HandOut, Hold, Lease, SourceState, source_state
from app.store.pace import Pace
from app.store.run_keys import run_under_key
from app.store.standing import UNTOLD, Reading, after_failure, after_success
from app.store.tables import run_sources, runs, sources
from scraper.source import Source

__all__ = ["COUNTS", "Claimed", "Lease", "Ledger", "SourceState", "error_columns", "first_error", "free_again", "slot_after"]

COUNTS = ("fetched", "new", "changed", "failed", "empty")
_ORDER = (sources.c.failures, sources.c.id)  # of a run: what failed lately comes last, and can hold up no other
_APART = timedelta(seconds=30)  # the clocks of two machines
_CRASHES = 3  # a source in whose last runs the process died this often waits for its next slot


@dataclass(frozen=True, slots=True)
class _WholeRun:
    ledger: Ledger
    run: str

    def beat(self) -> None:
        self.ledger.beat(self.run)

    def end(self, error: tuple[str, str] | None) -> str:
        return self.ledger.finish_run(self.run, error=error)

    def interrupt(self, reason: str) -> None:
        self.ledger.interrupt(self.run, reason)


def slot_after(source: str, interval: int, now: datetime) -> datetime:
    """The next slot of a source: the first time after `now` on its grid.

    The grid has one line each `interval` seconds; where it begins follows from the source's id, so that sources of equal
    interval do not all fall due at once, and a pause of any length ends in one slot and leaves the grid as it was.
    """
    phase = int.from_bytes(sha256(source.encode()).digest()[:8], "big") % interval
    seconds = int(now.timestamp())  # a slot lies on a whole second
    return datetime.fromtimestamp(seconds - (seconds - phase) % interval + interval, UTC)


class Ledger:
    """`clock` gives aware times. `life` is how many seconds a run may show no sign of life before it counts as dead.

    `pace` says how intervals follow what sources bring, and how long one that fails is left alone; `jitter` gives
    numbers from 0 to 1, by which sources that failed together are kept from coming back together.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime], life: float = 60.0,
                 holder: str | None = None, pace: Pace = Pace(),  # noqa: B008 - frozen
                 jitter: Callable[[], float] = random.random) -> None:
        self._database = database
        self._clock = clock
        self._life = timedelta(seconds=life)
        self.life = life
        self._pace = pace
        self._jitter = jitter
        self.holder = holder or this_process()

    # Sources ----------------------------------------------------------------------------------------------------------

    def sync_sources(self, rows: Iterable[Source]) -> None:
        """Make the sources those of the sources file. What is new is due at once; what is gone is kept, inactive."""
        wanted = {source.id: source for source in rows}

        def work(connection: Connection) -> None:
            now = self._clock()
            found = {row.id: row for row in connection.execute(
                select(sources.c.id, sources.c.row, sources.c.active, sources.c.interval, sources.c.due))}
            for name, source in wanted.items():
                text = to_json(source)
                values: dict[str, Any] = {"row": text, "active": True, "interval": source.interval}
                row = found.get(name)
                if row is None:
                    connection.execute(insert(sources).values(id=name, due=stamp(now), **values))
                    continue
                if (row.row, row.active) == (text, True):
                    continue
                values["quiet_until"] = None  # how often pages are looked at again is in the row
                if row.interval != source.interval or not row.active:
                    values |= {"due": min(row.due, stamp(slot_after(name, source.interval, now))), "pace": None,
                               "wait": None}
                if _listing(row.row) != _listing(text):
                    values |= UNTOLD | {"etag": None, "last_modified": None, "listed": None, "digest": None, "failures": 0,
                                        "empties": 0, "error_class": None, "error_detail": None, "due": stamp(now)}
                connection.execute(update(sources).where(sources.c.id == name).values(**values))
            gone = [name for name, row in found.items() if row.active and name not in wanted]
            if gone:
                connection.execute(update(sources).where(sources.c.id.in_(gone)).values(active=False))

        self._database.write(work, events=False)

    # Asking for a run -------------------------------------------------------------------------------------------------

    def request_run(self, asked: Collection[str] | None, trigger: str, *, key: str | None = None) -> str:
        """Id of a run of these sources (None: all) that waits or is under way; a new one where there is none.

        At most one run waits: what is asked for meanwhile is added to it. What was asked for under the same `key` before is
        that run, see `run_under_key`. Raises `UnknownSource`, `KeyReused`, and `ValueError` where `asked` is empty.
        """
        if asked is not None and not asked:
            raise ValueError("a run of no sources was asked for")

        def work(connection: Connection) -> str:
            if key is None:
                return wanted_run(connection)
            requested = None if asked is None else json.dumps(sorted(set(asked)))
            return run_under_key(connection, key, requested, self._clock(), wanted_run)

        def wanted_run(connection: Connection) -> str:
            active = set(connection.execute(select(sources.c.id).where(sources.c.active.is_(True))).scalars())
            wanted = active if asked is None else set(asked)
            if wanted - active:
                raise UnknownSource(wanted - active)
            held: dict[str, set[str]] = {}
            under_way = select(run_sources.c.run_id, run_sources.c.source_id, runs.c.holder) \
                .join(runs, runs.c.id == run_sources.c.run_id)
            for row in connection.execute(under_way.where(runs.c.state == "running").order_by(runs.c.queued)):
                if not has_died(row.holder or ""):
                    held.setdefault(row.run_id, set()).add(row.source_id)
            for run, names in held.items():
                if wanted <= names:
                    return run
            waiting = connection.execute(select(runs.c.id, runs.c.requested).where(runs.c.state == "queued")).first()
            if waiting is not None:
                if waiting.requested is not None:
                    widened = None if asked is None else json.dumps(sorted(set(json.loads(waiting.requested)) | wanted))
                    connection.execute(update(runs).where(runs.c.id == waiting.id).values(requested=widened))
                return waiting.id
            now = self._clock()
            run = _new_run_id(now)
            connection.execute(insert(runs).values(
                id=run, trigger=trigger, state="queued", queued=stamp(now),
                requested=None if asked is None else json.dumps(sorted(wanted))))
            return run

        return self._database.write(work, events=False)

    # Taking a run -----------------------------------------------------------------------------------------------------

    def whole(self, run: str) -> Hold:
        """The hold of whoever carries out a whole run."""
        return _WholeRun(self, run)

    def claim_queued(self, run: str | None = None, *, hand_out: HandOut | None = None) -> Claimed | None:
        """Take the run that waits (or that one only); None where none does.

        With `hand_out` it is not this process that carries the run out: each of its sources waits for whoever takes its job.
        """
        waits = select(runs.c.id).where(runs.c.state == "queued")
        if run is not None:
            waits = waits.where(runs.c.id == run)
        with self._database.reading() as connection:
            if connection.execute(waits).first() is None:
                return None

        def work(connection: Connection) -> Claimed | None:
            row = connection.execute(select(runs).where(runs.c.id.in_(waits))).first()
            if row is None:
                return None
            now = self._clock()
            taken = connection.execute(update(runs).where(runs.c.id == row.id, runs.c.state == "queued").values(
                state="running", started=stamp(now), **self._held(hand_out, now)))
            if taken.rowcount != 1:
                return None
            wanted = select(sources).where(sources.c.active.is_(True)).order_by(*_ORDER)
            if row.requested is not None:
                wanted = wanted.where(sources.c.id.in_(json.loads(row.requested)))
            return self._take(connection, row.id, row.trigger, connection.execute(wanted).all(), now, hand_out)

        return self._database.write(work, events=False)

    def claim_due(self, most: int | None = None, *, hand_out: HandOut | None = None) -> Claimed | None:
        """Take the sources that are due, as one run: all of them, or the `most` that are overdue longest, so that what fell
        due while nobody looked comes run by run. None where none is due.

        Slots that passed while nobody looked are one. A source that is still being collected skips its slot, which is
        counted. Where the clock was set back, what would be due too far ahead is brought back to the next slot; machines whose
        clocks differ by less than half a minute think so of nothing that another has just taken. `hand_out` as
        for `claim_queued`.
        """
        now = self._clock()
        looked_at = select(sources.c.id, sources.c.due, sources.c.interval, sources.c.pace, sources.c.wait).where(sources.c.active.is_(True))
        with self._database.reading() as connection:
            if not any(_due(row, now) or _astray(row, now) for row in connection.execute(looked_at)):
                return None

        def work(connection: Connection) -> Claimed | None:
            rows = connection.execute(select(sources).where(sources.c.active.is_(True)).order_by(*_ORDER)).all()
            now = self._clock()  # whoever had to wait for its turn would take what others did meanwhile for a clock that was set back
            free = []
            for row in rows:
                if _astray(row, now):
                    self._move_due(connection, row, now)
                elif not _due(row, now):
                    continue
                elif row.lease is not None:
                    if self._move_due(connection, row, now):
                        connection.execute(update(sources).where(sources.c.id == row.id).values(
                            skipped=sources.c.skipped + 1, last_skipped=stamp(now)))
                else:
                    free.append(row)
            if not free:
                return None
            if most is not None and len(free) > most:
                longest = {row.id for row in sorted(free, key=lambda row: (row.due, row.id))[:most]}
                free = [row for row in free if row.id in longest]
            run = _new_run_id(now)
            connection.execute(insert(runs).values(
                id=run, trigger="schedule", state="running", requested=json.dumps([row.id for row in free]),
                queued=stamp(now), started=stamp(now), **self._held(hand_out, now)))
            return self._take(connection, run, "schedule", free, now, hand_out)

        return self._database.write(work, events=False)

    def _held(self, hand_out: HandOut | None, now: datetime) -> dict[str, str | None]:
        return {"holder": self.holder, "heartbeat": stamp(now)} if hand_out is None else {"holder": None, "heartbeat": None}

    def _take(self, connection: Connection, run: str, trigger: str, rows: Iterable[Any], now: datetime,
              hand_out: HandOut | None) -> Claimed:
        taken, busy = [], []
        for row in rows:
            if row.lease is not None:
                busy.append(row.id)
                connection.execute(insert(run_sources).values(
                    run_id=run, source_id=row.id, state="skipped", started=stamp(now), ended=stamp(now),
                    error_class="busy", error_detail=f"is being collected by run {row.lease}"))
                continue
            slot = row.due if _due(row, now) else None
            lease = Lease(run, row.id, row.fence + 1)
            moved = {"due": _slot(row, now), "wait": None} if slot is not None else {"due": row.due, "wait": row.wait}
            found = connection.execute(_TAKE, {"of_source": row.id, "at_due": row.due, "lease": run, "fence": lease.fence,
                                               "last_run": stamp(now), **moved})
            if found.rowcount != 1:
                continue  # somebody else owns this slot
            connection.execute(insert(run_sources), {"run_id": run, "source_id": row.id, "slot": slot, "fence": lease.fence,
                                                     **({"state": "running", "started": stamp(now)} if hand_out is None else {"state": "queued"})})
            taken.append(source_state(row, lease))
        claimed = Claimed(run, trigger, now, tuple(taken), tuple(busy))
        if hand_out is not None:
            for name, job in hand_out(connection, claimed).items():
                connection.execute(update(run_sources).where(run_sources.c.run_id == run, run_sources.c.source_id == name).values(job=job))
        return claimed

    def _move_due(self, connection: Connection, row: Any, now: datetime) -> bool:
        """Move `due` on to the next slot; whoever succeeds owns the one before."""
        moved = connection.execute(update(sources).where(sources.c.id == row.id, sources.c.due == row.due).values(
            due=_slot(row, now), wait=None))
        return moved.rowcount == 1

    # While a run is under way -----------------------------------------------------------------------------------------

    def hold(self, connection: Connection, lease: Lease) -> None:
        """Make sure, inside the caller's transaction, that the lease still stands. Raises `LeaseLost`."""
        held = connection.execute(_HOLD, {"of_source": lease.source, "in_run": lease.run, "with_fence": lease.fence})
        if held.rowcount != 1:
            raise LeaseLost(f"source {lease.source!r} was taken over from run {lease.run}")

    def count(self, connection: Connection, lease: Lease, **counts: int) -> None:
        """Add to the counts of a run and of its source, inside the caller's transaction."""
        counts = {name: number for name, number in counts.items() if number}
        if not counts:
            return
        for table, where in ((run_sources, and_(run_sources.c.run_id == lease.run,
                                                run_sources.c.source_id == lease.source)),
                             (runs, runs.c.id == lease.run)):
            connection.execute(update(table).where(where).values(
                {name: table.c[name] + number for name, number in counts.items()}))

    def beat(self, run: str) -> None:
        """A sign of life. Raises `LeaseLost` where the run was given up for dead."""
        def work(connection: Connection) -> None:
            found = connection.execute(update(runs).where(
                runs.c.id == run, runs.c.state == "running", runs.c.holder == self.holder)
                .values(heartbeat=stamp(self._clock())))
            if found.rowcount != 1:
                raise LeaseLost(f"run {run} was given up for dead")

        self._database.write(work, events=False)

    def finish_source(self, lease: Lease, *, error: tuple[str, str] | None = None, empty: bool = False,
                      etag: str | None = None, last_modified: str | None = None,
                      listed: Sequence[str] | None = None, digest: str | None = None, quiet_until: datetime | None = None,
                      reading: Reading = Reading(),  # noqa: B008 - frozen
                      retry_after: float | None = None) -> None:
        """The source was collected, or failed with `error` (class and detail); its lease ends. Raises `LeaseLost`.

        `etag` and `last_modified` are the validators that the listing is asked with next time, `listed` the links that
        it held (None where it had not changed), `digest` that of its bytes; before `quiet_until` none of the links is to
        be asked for. An error leaves those of before. `reading` is what the run saw of the source, `retry_after` the
        seconds that its host asked to be left alone.
        """
        def work(connection: Connection) -> None:
            self.hold(connection, lease)
            at = self._clock()
            now = stamp(at)
            row = connection.execute(_ROW, {"source": lease.source}).one()
            connection.execute(_END, {"in_run": lease.run, "of_source": lease.source, "state": "failed" if error else "ok",
                                      "ended": now, **error_columns(error)})
            values: dict[str, Any] = {"lease": None, **error_columns(error)}
            if error is None:
                values |= after_success(row, reading, self._pace, at, empty=empty)
                values |= {"last_success": now, "failures": 0, "empties": row.empties + 1 if empty else 0,
                           "etag": etag, "last_modified": last_modified, "digest": digest,
                           "quiet_until": None if quiet_until is None else stamp(quiet_until)}
                if listed is not None:
                    values["listed"] = json.dumps(list(listed))
                if values["pace"] != row.pace or row.wait is not None:
                    due = slot_after(lease.source, values["pace"] or row.interval, at)
                    values |= {"due": stamp(due), "wait": None}
            else:
                values |= after_failure(row, error[0], self._pace, at, retry_after=retry_after, jitter=self._jitter())
                values["failures"] = row.failures + 1
            values = {name: value for name, value in values.items() if name == "listed" or getattr(row, name) != value}
            connection.execute(update(sources).where(sources.c.id == lease.source), values)
            self.count(connection, lease, empty=int(empty and error is None))

        self._database.write(work, events=False)

    def finish_run(self, run: str, *, error: tuple[str, str] | None = None) -> str:
        """End a run and return its state. Sources that it still holds have failed with `error`.

        A run that was given up for dead keeps its state.
        """
        def work(connection: Connection) -> str:
            now = stamp(self._clock())
            reason = error or ("unfinished", "the run ended before this source did")
            left = connection.execute(select(run_sources.c.source_id).where(
                run_sources.c.run_id == run, run_sources.c.state == "running")).scalars().all()
            if left and _state(connection, run) == "running":
                connection.execute(update(run_sources).where(
                    run_sources.c.run_id == run, run_sources.c.state == "running").values(
                        state="failed", ended=now, **error_columns(reason)))
                connection.execute(update(sources).where(sources.c.lease == run).values(
                    lease=None, failures=sources.c.failures + 1, **error_columns(reason)))
            states = connection.execute(select(run_sources.c.state).where(
                run_sources.c.run_id == run, run_sources.c.state != "skipped")).scalars().all()
            failed = states.count("failed")
            state = "ok" if not failed and not error else "failed" if failed == len(states) else "partial"
            connection.execute(update(runs).where(runs.c.id == run, runs.c.state == "running").values(
                state=state, ended=now, **error_columns(error or first_error(connection, run))))
            return _state(connection, run) or state

        return self._database.write(work, events=False)

    # Runs whose process is gone ---------------------------------------------------------------------------------------

    def recover(self) -> tuple[str, ...]:
        """Give up runs whose process is gone or shows no sign of life, free their sources, and return their ids.

        What they did not finish is due again at once. A heartbeat from the future (the clock was set back) begins anew.
        """
        with self._database.reading() as connection:
            rows = connection.execute(select(runs.c.id, runs.c.holder, runs.c.heartbeat)
                                      .where(runs.c.state == "running", runs.c.holder.is_not(None))).all()
        now = self._clock()  # not before: whoever was frozen here would take a sign of life since for one from the future
        given_up = []
        for row in rows:
            if has_died(row.holder or ""):
                reason = "the process that collected is gone"
            elif moment(row.heartbeat) < now - self._life:
                reason = f"no sign of life for {self.life:.0f} s"
            elif moment(row.heartbeat) > now + self._life:
                self._database.write(events=False, work=lambda connection, row=row: connection.execute(update(runs).where(
                    runs.c.id == row.id, runs.c.heartbeat == row.heartbeat).values(heartbeat=stamp(now))))
                continue
            else:
                continue
            if self.interrupt(row.id, reason, heartbeat=row.heartbeat):
                given_up.append(row.id)
        return tuple(given_up)

    def interrupt_all(self, reason: str) -> None:
        """Mark all runs that are under way as interrupted."""
        with self._database.reading() as connection:
            under_way = connection.execute(select(runs.c.id).where(runs.c.state == "running")).scalars().all()
        for run in under_way:
            self.interrupt(run, reason)

    def interrupt(self, run: str, reason: str, *, heartbeat: str | None = None) -> bool:
        """Mark a running run as interrupted; its unfinished sources are free and due. False where it has ended already,
        or (with `heartbeat`) has shown a sign of life since."""
        def work(connection: Connection) -> bool:
            now = stamp(self._clock())
            condition = and_(runs.c.id == run, runs.c.state == "running")
            if heartbeat is not None:
                condition = and_(condition, runs.c.heartbeat == heartbeat)
            error = error_columns(("interrupted", reason))
            if connection.execute(update(runs).where(condition).values(state="interrupted", ended=now,
                                                                       **error)).rowcount != 1:
                return False
            connection.execute(update(run_sources).where(
                run_sources.c.run_id == run, run_sources.c.state == "running").values(
                    state="interrupted", ended=now, **error))
            for name in connection.execute(select(sources.c.id).where(sources.c.lease == run)).scalars().all():
                free_again(connection, name, now, reason)
            return True

        return self._database.write(work, events=False)


def free_again(connection: Connection, source: str, now: str, reason: str) -> None:
    """A source whose run was broken off is free, and due at once; one that was so in all its last runs waits for its slot: it
    may be what kills."""
    values: dict[str, Any] = {"lease": None, "error_class": "interrupted", "error_detail": reason}
    last = connection.execute(select(run_sources.c.state).where(
        run_sources.c.source_id == source, run_sources.c.fence.is_not(None))
        .order_by(run_sources.c.fence.desc()).limit(_CRASHES)).scalars().all()
    if last != ["interrupted"] * _CRASHES:
        values["due"] = now
    connection.execute(update(sources).where(sources.c.id == source).values(**values))


# Built once: they are for each source of each run, and building one costs more than the database does.
_ROW = select(*(column for column in sources.c if column.name != "listed")).where(sources.c.id == bindparam("source"))
# Writes the row, so that a transaction that takes over must wait for this one.
_HOLD = update(sources).where(sources.c.id == bindparam("of_source"), sources.c.lease == bindparam("in_run"),
                              sources.c.fence == bindparam("with_fence")).values(lease=bindparam("in_run"))
_TAKE = update(sources).where(sources.c.id == bindparam("of_source"), sources.c.due == bindparam("at_due")).values(
    lease=bindparam("lease"), fence=bindparam("fence"), last_run=bindparam("last_run"), due=bindparam("due"),
    wait=bindparam("wait"))
_END = update(run_sources).where(run_sources.c.run_id == bindparam("in_run"),
                                 run_sources.c.source_id == bindparam("of_source"))


def _due(row: Any, now: datetime) -> bool:
    return row.due <= stamp(now)


def _astray(row: Any, now: datetime) -> bool:
    """Whether a due time lies further ahead than clocks that only run forward, and differ a little, can put it."""
    later = now + _APART
    return row.due > (_slot(row, later) if row.wait is None else stamp(later + timedelta(seconds=row.wait)))


def _slot(row: Any, now: datetime) -> str:
    return stamp(slot_after(row.id, row.pace or row.interval, now))


def _new_run_id(now: datetime) -> str:
    """Sorts by time, for people who read a list of runs."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"


def _state(connection: Connection, run: str) -> str | None:
    return connection.execute(select(runs.c.state).where(runs.c.id == run)).scalar()


def first_error(connection: Connection, run: str) -> tuple[str, str] | None:
    row = connection.execute(select(run_sources).where(run_sources.c.run_id == run, run_sources.c.state == "failed")
                             .order_by(run_sources.c.ended, run_sources.c.source_id)).first()
    return (row.error_class, f"{row.source_id}: {row.error_detail}") if row is not None else None


def error_columns(error: tuple[str, str] | None) -> dict[str, str | None]:
    return {"error_class": error[0] if error else None, "error_detail": plain(error[1])[:1000] if error else None}


def _listing(row: str) -> tuple[Any, ...]:
    """What a source reads, and how: validators, counts and faults belong to that, and not to another."""
    told = json.loads(row)
    return tuple(told.get(name) for name in ("url", "kind", "include", "selectors"))
