"""Webhooks as they are managed: made, changed, enabled, removed, listed. `app.store.deliveries` says what is sent when.

Secrets leave by `app.store.deliveries` alone, to sign: no row that is read here has them.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, and_, case, delete, func, insert, select, update

from app.store.codec import stamp
from app.store.engine import Database
from app.store.errors import TooManyWebhooks, UnknownWebhook
from app.store.tables import changes, webhook_attempts, webhook_events, webhooks
from timeline.model import identifier

__all__ = ["ATTEMPTS_KEPT", "MOST_WEBHOOKS", "ROTATION", "Webhooks", "attempts_of", "webhook_rows"]

MOST_WEBHOOKS = 100  # each is looked at whenever the timeline changes
ATTEMPTS_KEPT = 100  # of each webhook
ROTATION = timedelta(hours=24)  # for which a secret goes on to sign beside the one that took its place

_SECRETS = ("secret", "former_secret")


class Webhooks:
    """`clock` gives aware times. All methods raise `StoreError`; those that take an id, `UnknownWebhook`."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, url: str, wanted: Mapping[str, Any], *, secret: str, from_start: bool = False) -> str:
        """Id of a new webhook. `wanted` is its filter, as given and checked.

        It is told of changes from now on; with `from_start` of all events that stand, too. Raises `TooManyWebhooks`.
        """
        def work(connection: Connection) -> str:
            count = connection.execute(select(func.count()).select_from(webhooks)).scalar() or 0
            if count >= MOST_WEBHOOKS:
                raise TooManyWebhooks(f"there are {count} webhooks already, which is the most")
            reached = 0 if from_start else connection.execute(select(func.max(changes.c.id))).scalar() or 0
            now, id_ = stamp(self._clock()), identifier("webhook", uuid4().hex)
            connection.execute(insert(webhooks).values(
                id=id_, url=url, filter=json.dumps(wanted, ensure_ascii=False), secret=secret, active=True, created=now,
                changed=now, reached=reached, due=now, served=now))
            return id_

        return self._database.write(work, events=False)

    def change(self, webhook: str, *, url: str | None = None, wanted: Mapping[str, Any] | None = None,
               secret: str | None = None) -> None:
        """Give it another address, filter or secret; what is None stays. The secret of before signs too, for `ROTATION`.

        What waits is sent to a new address at once. A new filter is weighed when an event changes next.
        """
        def work(connection: Connection) -> None:
            now = self._clock()
            row = connection.execute(select(webhooks.c.secret).where(webhooks.c.id == webhook)).first()
            if row is None:
                raise _unknown(webhook)
            values: dict[str, Any] = {"changed": stamp(now)}
            if url is not None:
                values |= {"url": url, **self._from_anew(connection, webhook)}
            if wanted is not None:
                values["filter"] = json.dumps(wanted, ensure_ascii=False)
            if secret is not None:
                values |= {"secret": secret, "former_secret": row.secret, "former_until": stamp(now + ROTATION)}
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(**values))

        self._database.write(work, events=False)

    def enable(self, webhook: str) -> None:
        """Send again, what was missed meanwhile too: of each event its newest state."""
        def work(connection: Connection) -> None:
            values = {"active": True, "disabled_at": None, "disabled_for": None, "disabled_detail": None,
                      "changed": stamp(self._clock()), **self._from_anew(connection, webhook)}
            if connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(**values)).rowcount != 1:
                raise _unknown(webhook)

        self._database.write(work, events=False)

    def remove(self, webhook: str) -> None:
        """Forget it, with all that waits for it."""
        def work(connection: Connection) -> None:
            if connection.execute(delete(webhooks).where(webhooks.c.id == webhook)).rowcount != 1:
                raise _unknown(webhook)

        self._database.write(work, events=False)

    def request_test(self, webhook: str) -> str:
        """Id of a test message that waits to be sent; a new one where none does. A disabled webhook is sent it too."""
        def work(connection: Connection) -> str:
            row = connection.execute(select(webhooks.c.test).where(webhooks.c.id == webhook)).first()
            if row is None:
                raise _unknown(webhook)
            if row.test is not None:
                return str(row.test)
            message = f"msg_{uuid4().hex}"
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(test=message))
            return message

        return self._database.write(work, events=False)

    def _from_anew(self, connection: Connection, webhook: str) -> dict[str, Any]:
        """The schedule of all that waits begins anew, what changed first before the others; what it needs of the webhook's row."""
        now = stamp(self._clock())
        since = webhook_events.c.waiting_since
        connection.execute(update(webhook_events).where(
            webhook_events.c.webhook_id == webhook, webhook_events.c.due.is_not(None)).values(
                due=case((since < now, since), else_=now), attempts=0))
        return {"failures": 0, "due": now}


def webhook_rows(webhook: str | None = None) -> Select[Any]:
    """Webhooks, or one, by age: their columns without secrets; `waiting`, the events that it is to be told of; and
    `oldest`, the time of the first change that may have to be told and was not."""
    mine = and_(webhook_events.c.webhook_id == webhooks.c.id, webhook_events.c.due.is_not(None))
    waiting = select(func.count()).select_from(webhook_events).where(mine).scalar_subquery()
    oldest = select(func.min(webhook_events.c.waiting_since)).where(mine).scalar_subquery()
    ahead = select(changes.c.at).where(changes.c.id > webhooks.c.reached).order_by(changes.c.id).limit(1).scalar_subquery()
    columns = [column for column in webhooks.c if column.name not in _SECRETS]
    query = select(*columns, waiting.label("waiting"), func.coalesce(oldest, ahead).label("oldest"))
    return (query if webhook is None else query.where(webhooks.c.id == webhook)).order_by(webhooks.c.created, webhooks.c.id)


def attempts_of(webhook: str, limit: int) -> Select[Any]:
    """The last attempts of a webhook, the newest first."""
    return select(webhook_attempts).where(webhook_attempts.c.webhook_id == webhook).order_by(webhook_attempts.c.id.desc()).limit(limit)


def _unknown(webhook: str) -> UnknownWebhook:
    return UnknownWebhook(f"there is no webhook {webhook[:100]!r}")
