"""What is to be sent to whom: changes are taken in from the change log, and messages are handed out one at a time.

A webhook is served by one process at a time, which claims it: it writes its name and a fence that is one higher each time.
Whatever it writes later is written in a transaction that first checks both (as with a source, see `app.store.ledger`). Its
messages are sent one after the other, so that those of an event are never out of order.

An attempt is written down as failed before it is made, and as successful afterwards. A process that dies in between has
made an attempt that failed: the message waits for its next time, with its id and its bytes.
"""
from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, insert, literal, or_, select, update

from app.store.change_log import ChangeRow, last_change
from app.store.codec import moment, plain, stamp
from app.store.engine import Database
from app.store.errors import LeaseLost
from app.store.filters import EventFilter, Guide, conditions
from app.store.holder import has_died, this_process
from app.store.tables import changes, events, webhook_attempts, webhook_events, webhooks
from app.store.webhooks import ATTEMPTS_KEPT

__all__ = ["ADDED", "CHANGED", "REMOVED", "SCHEDULE", "TEST", "Attempt", "ClaimedWebhook", "Deliveries", "Outcome", "Render"]

SCHEDULE = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds from one attempt that failed to the next: Standard Webhooks 1.0.0, "Deliverability and reliability"."""

ADDED, CHANGED, REMOVED, TEST = "event.added", "event.changed", "event.removed", "webhook.test"

_JITTER = 0.1  # of a delay, added by chance: receivers that failed together are not asked again together
_LONGEST = timedelta(seconds=1.5 * max(SCHEDULE))  # nothing waits for longer, unless the clock was set back
_BATCH = 500  # changes that are taken in at once


class Render(Protocol):
    """The body of a message of this type; `change` is None for a test. None where the event's bytes are damaged."""

    def __call__(self, type_: str, change: ChangeRow | None, *, webhook: str, at: datetime) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class ClaimedWebhook:
    """The right to deliver to one webhook; `fence` is higher than that of every claim before."""

    webhook: str
    fence: int
    filter: str  # JSON


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message that is to be sent now. `number` is that of the attempt in the store."""

    number: int
    message: str
    type: str
    event: str | None  # None: a test
    url: str
    body: bytes
    at: datetime
    secrets: tuple[str, ...] = field(repr=False)  # the newest first


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the answer's `status`, None where there was none; and an `error` (class and detail), None
    where it was delivered. `retry_after` is in seconds."""

    status: int | None = None
    error: tuple[str, str] | None = None
    retry_after: float | None = None

    @property
    def delivered(self) -> bool:
        return self.error is None


class Deliveries:
    """`clock` gives aware times, `jitter` numbers from 0 to 1. All methods raise `StoreError`.

    `schedule` are the seconds between attempts, by number; when they are used up the webhook is disabled. `life` is for how
    many seconds a claim may show no sign of life before it is taken over: longer than any attempt takes.
    """

    def __init__(self, database: Database, render: Render, *, clock: Callable[[], datetime], life: float = 60.0,
                 schedule: tuple[float, ...] = SCHEDULE, jitter: Callable[[], float] = random.random,
                 holder: str | None = None) -> None:
        self._database = database
        self._render = render
        self._clock = clock
        self._life = timedelta(seconds=life)
        self._schedule = schedule
        self._jitter = jitter
        self.holder = holder or this_process()

    # Claims -----------------------------------------------------------------------------------------------------------

    def claim(self) -> ClaimedWebhook | None:
        """Take a webhook for which there is something to do, those that answer before those that fail; None where there is none."""
        now = self._clock()
        first = select(webhooks.c.id, webhooks.c.fence, webhooks.c.filter).where(webhooks.c.holder.is_(None), _to_do(now)) \
            .order_by(webhooks.c.failures, webhooks.c.served, webhooks.c.id).limit(1)
        with self._database.reading() as connection:
            if connection.execute(first).first() is None:
                return None

        def work(connection: Connection) -> ClaimedWebhook | None:
            row = connection.execute(first).first()
            if row is None:
                return None
            connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(
                holder=self.holder, heartbeat=stamp(now), fence=row.fence + 1))
            return ClaimedWebhook(row.id, row.fence + 1, row.filter)

        return self._database.write(work, events=False)

    def release(self, claim: ClaimedWebhook) -> None:
        """Let it go; nothing happens where it was taken over."""
        self._database.write(events=False, work=lambda connection: connection.execute(update(webhooks).where(*self._mine(claim)).values(
            holder=None, heartbeat=None, served=stamp(self._clock()))))

    def recover(self) -> tuple[str, ...]:
        """Free the webhooks whose process is gone or shows no sign of life, and return their ids.

        A heartbeat from the future (the clock was set back) begins anew.
        """
        now = self._clock()
        with self._database.reading() as connection:
            rows = connection.execute(select(webhooks.c.id, webhooks.c.holder, webhooks.c.heartbeat)
                                      .where(webhooks.c.holder.is_not(None))).all()
        freed = []
        for row in rows:
            if has_died(row.holder) or moment(row.heartbeat) < now - self._life:
                values: dict[str, Any] = {"holder": None, "heartbeat": None}
                freed.append(row.id)
            elif moment(row.heartbeat) > now + self._life:
                values = {"heartbeat": stamp(now)}
            else:
                continue
            self._database.write(events=False, work=lambda connection, row=row, values=values: connection.execute(update(webhooks).where(
                webhooks.c.id == row.id, webhooks.c.holder == row.holder, webhooks.c.heartbeat == row.heartbeat)
                .values(**values)))
        return tuple(freed)

    # While one is claimed ---------------------------------------------------------------------------------------------

    def take_in(self, claim: ClaimedWebhook, wanted: EventFilter, due: date) -> bool:
        """Note which events a webhook is to be told of, from the changes that it has not seen; whether there may be more.

        `due` is the first day that is not past yet. An event that does not match (any more) concerns a receiver only that
        may have heard of it. Raises `LeaseLost`.
        """
        with self._database.reading() as connection:
            if not connection.execute(select(_behind()).where(webhooks.c.id == claim.webhook)).scalar():
                return False

        def work(connection: Connection) -> bool:
            row = self._hold(connection, claim)
            rows = connection.execute(select(changes.c.id, changes.c.event_id, changes.c.at).where(changes.c.id > row.reached)
                                      .order_by(changes.c.id).limit(_BATCH)).all()
            if not rows or not row.active:
                return False
            last, first = {row.event_id: row.id for row in rows}, {row.event_id: row.at for row in reversed(rows)}
            matching = set(connection.execute(select(events.c.id).where(
                events.c.id.in_(list(last)), *_conditions(connection, wanted, due))).scalars())
            known = {row.event_id: row for row in connection.execute(select(
                webhook_events.c.event_id, webhook_events.c.told, webhook_events.c.due).where(
                    webhook_events.c.webhook_id == claim.webhook, webhook_events.c.event_id.in_(list(last))))}
            now = stamp(self._clock())  # what changed first is due first; no change is due before its time by a clock set back
            new = [{"webhook_id": claim.webhook, "event_id": event, "due": min(now, first[event]), "waiting_since": first[event]}
                   for event in last if event in matching and event not in known]
            if new:
                connection.execute(insert(webhook_events), new)
            for event, row in known.items():
                if row.told is None or row.told < last[event]:  # else it was told of this change already, ahead of its turn
                    due_at = min(now, first[event], row.due or now)
                    connection.execute(update(webhook_events).where(*_event(claim, event)).values(
                        due=due_at, attempts=0, **({} if row.due else {"waiting_since": first[event]})))
            connection.execute(update(webhooks).where(webhooks.c.id == claim.webhook).values(reached=rows[-1].id))
            return len(rows) == _BATCH

        return self._database.write(work, events=False)

    def begin(self, claim: ClaimedWebhook, wanted: EventFilter, due: date) -> Attempt | None:
        """The next message to send, written down as an attempt that failed; None where there is none now.

        A test comes first, then what was due first: an event that was not tried yet goes before one that failed and waits for
        its time. A message tells of the newest state of its event, whatever changes there were in between. Raises `LeaseLost`.
        """
        def work(connection: Connection) -> Attempt | None:
            row, now = self._hold(connection, claim), self._clock()
            if row.former_secret is not None and row.former_until <= stamp(now):
                connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(former_secret=None, former_until=None))
            if row.test is not None:
                connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(test=None))
                body = self._render(TEST, None, webhook=row.id, at=now)
                return self._attempt(connection, row, now, row.test, TEST, None, body or b"", 1)
            if not row.active or not _is_due(row.due, now):
                return None
            first = select(webhook_events).where(webhook_events.c.webhook_id == row.id, webhook_events.c.due.is_not(None)) \
                .order_by(webhook_events.c.due, webhook_events.c.event_id).limit(1)
            while (event := connection.execute(first).first()) is not None and _is_due(event.due, now):
                found = self._message(connection, claim, event, wanted, due, now)
                if found is None:
                    continue
                message, type_, body, attempt = found
                connection.execute(update(webhook_events).where(*_event(claim, event.event_id)).values(
                    tried=True, attempts=attempt, due=self._after(now, attempt)))
                connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(
                    failures=row.failures + 1, due=self._after(now, row.failures + 1)))
                return self._attempt(connection, row, now, message, type_, event.event_id, body, attempt)
            return None

        return self._database.write(work, events=False)

    def end(self, claim: ClaimedWebhook, attempt: Attempt, outcome: Outcome) -> str | None:
        """Write down what came of an attempt; why the webhook is disabled with it, None where it is not. Raises `LeaseLost`."""
        def work(connection: Connection) -> str | None:
            row, now = self._hold(connection, claim), self._clock()
            connection.execute(update(webhook_attempts).where(webhook_attempts.c.id == attempt.number).values(
                ended=stamp(now), delivered=outcome.delivered, status=outcome.status,
                error_class=outcome.error[0] if outcome.error else None,
                error_detail=plain(outcome.error[1])[:1000] if outcome.error else None))
            counted = webhooks.c.delivered if outcome.delivered else webhooks.c.failed
            connection.execute(update(webhooks).where(webhooks.c.id == row.id).values({counted.name: counted + 1}))
            if outcome.delivered:
                self._delivered(connection, claim, attempt, now)
                return None
            return self._failed(connection, claim, row, attempt, outcome, now)

        return self._database.write(work, events=False)

    # Inside -----------------------------------------------------------------------------------------------------------

    def _mine(self, claim: ClaimedWebhook) -> tuple[ColumnElement[bool], ...]:
        return webhooks.c.id == claim.webhook, webhooks.c.holder == self.holder, webhooks.c.fence == claim.fence

    def _hold(self, connection: Connection, claim: ClaimedWebhook) -> Row[Any]:
        """The webhook's row, once it is sure inside this transaction that the claim stands; a sign of life."""
        held = connection.execute(update(webhooks).where(*self._mine(claim)).values(heartbeat=stamp(self._clock())))
        if held.rowcount != 1:
            raise LeaseLost(f"webhook {claim.webhook} was taken over or removed")
        return connection.execute(select(webhooks).where(webhooks.c.id == claim.webhook)).one()

    def _message(self, connection: Connection, claim: ClaimedWebhook, event: Row[Any], wanted: EventFilter, due: date,
                 now: datetime) -> tuple[str, str, bytes, int] | None:
        """Id, type, body and number of attempt of the message that tells of an event; None where there is nothing to tell."""
        change = last_change(connection, event.event_id)
        if event.message is not None and (change is None or change.number == event.number):
            return event.message, event.type, event.body, event.attempts + 1
        mine = _event(claim, event.event_id)
        matches = connection.execute(select(events.c.id).where(
            events.c.id == event.event_id, *_conditions(connection, wanted, due))).first() is not None
        if change is None or not (matches or event.tried):
            connection.execute(delete(webhook_events).where(*mine))
            return None
        type_ = REMOVED if not matches else ADDED if event.told is None else CHANGED
        body = self._render(type_, change, webhook=claim.webhook, at=now)
        if body is None:
            connection.execute(update(webhook_events).where(*mine).values(due=None, waiting_since=None))
            return None
        message = f"msg_{uuid4().hex}"
        connection.execute(update(webhook_events).where(*mine).values(
            message=message, number=change.number, type=type_, body=body))
        return message, type_, body, 1

    def _attempt(self, connection: Connection, row: Row[Any], now: datetime, message: str, type_: str, event: str | None,
                 body: bytes, attempt: int) -> Attempt:
        number = connection.execute(insert(webhook_attempts).values(
            webhook_id=row.id, message=message, event_id=event, type=type_, attempt=attempt, at=stamp(now))).inserted_primary_key
        kept = select(webhook_attempts.c.id).where(webhook_attempts.c.webhook_id == row.id) \
            .order_by(webhook_attempts.c.id.desc()).offset(ATTEMPTS_KEPT).limit(1).scalar_subquery()
        connection.execute(delete(webhook_attempts).where(webhook_attempts.c.webhook_id == row.id, webhook_attempts.c.id <= kept))
        former = row.former_secret is not None and row.former_until > stamp(now)
        return Attempt(number[0] if number else 0, message, type_, event, row.url, bytes(body), now,
                       (row.secret, row.former_secret) if former else (row.secret,))

    def _delivered(self, connection: Connection, claim: ClaimedWebhook, attempt: Attempt, now: datetime) -> None:
        if attempt.event is None:
            return
        connection.execute(update(webhooks).where(webhooks.c.id == claim.webhook).values(failures=0, due=stamp(now)))
        mine = _event(claim, attempt.event)
        if attempt.type == REMOVED:
            connection.execute(delete(webhook_events).where(*mine))
            return
        connection.execute(update(webhook_events).where(*mine).values(
            told=webhook_events.c.number, due=None, waiting_since=None, attempts=0, message=None, number=None, type=None,
            body=None))

    def _failed(self, connection: Connection, claim: ClaimedWebhook, row: Row[Any], attempt: Attempt, outcome: Outcome,
                now: datetime) -> str | None:
        tries = 0
        if attempt.event is not None:
            mine = _event(claim, attempt.event)
            tries = connection.execute(select(webhook_events.c.attempts).where(*mine)).scalar() or 1
            connection.execute(update(webhook_events).where(*mine).values(due=self._after(now, tries, outcome.retry_after)))
            connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(
                due=self._after(now, max(1, row.failures), outcome.retry_after)))
        reason = "gone" if outcome.status == 410 else "failing" if max(tries, row.failures) > len(self._schedule) else None
        if reason is None or not row.active:
            return None
        error_class, detail = outcome.error or ("", "")
        if reason == "failing":
            detail = f"{max(tries, row.failures)} attempts failed, the last with {error_class}: {detail}"
        connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(
            active=False, disabled_at=stamp(now), disabled_for=reason, disabled_detail=plain(detail)[:1000]))
        return reason

    def _after(self, now: datetime, failures: int, least: float | None = None) -> str:
        """When to try again after so many failures in a row, not before `least` seconds are over."""
        delay = self._schedule[min(failures, len(self._schedule)) - 1] * (1 + _JITTER * self._jitter())
        return stamp(now + timedelta(seconds=max(delay, least or 0.0)))


def _event(claim: ClaimedWebhook, event: str) -> tuple[ColumnElement[bool], ...]:
    return webhook_events.c.webhook_id == claim.webhook, webhook_events.c.event_id == event


def _conditions(connection: Connection, wanted: EventFilter, due: date) -> list[ColumnElement[bool]]:
    """Of the filter, for a few events that are known by id: no other index leads anywhere better."""
    guide = Guide(straight=True) if connection.dialect.name == "sqlite" else None
    return conditions(wanted, literal(due.isoformat()), guide=guide)


def _behind() -> ColumnElement[bool]:
    """Whether there are changes that a webhook has not seen."""
    return exists().where(changes.c.id > webhooks.c.reached)


def _to_do(now: datetime) -> ColumnElement[bool]:
    first = select(webhook_events.c.due).where(webhook_events.c.webhook_id == webhooks.c.id, webhook_events.c.due.is_not(None)) \
        .order_by(webhook_events.c.due).limit(1).scalar_subquery()
    return or_(webhooks.c.test.is_not(None),
               and_(webhooks.c.active.is_(True), _due(webhooks.c.due, now), or_(_behind(), _due(first, now))))


def _due(column: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """That its time has come; or lies further ahead than a clock that only runs forward can put it."""
    return or_(column <= stamp(now), column > stamp(now + _LONGEST))


def _is_due(text: str, now: datetime) -> bool:
    return text <= stamp(now) or text > stamp(now + _LONGEST)
