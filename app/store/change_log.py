"""The changes of all events in the order in which they became visible, for those who keep a copy of the timeline.

The number of a change is that order. Each write transaction holds the lock that orders them (`app.store.engine`) from
before it takes its first number until after its commit, on SQLite and PostgreSQL alike: when a change can be seen, every
change of a lower number that will ever be can be seen too. Numbers of transactions that failed are missing, and stay so.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, select

from app.store.codec import event_from_json
from app.store.tables import changes, events

__all__ = ["ChangeRow", "changes_after", "last_change"]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change. Of the last one of its event, `json` is the event object as stored, unless the event is withdrawn."""

    number: int
    event: str
    at: str
    reason: str
    material: bool
    kind: str  # new, changed, withdrawn, merged
    revision: int | None
    superseded: bool  # a later change of the same event is there
    heir: str | None
    json: bytes | None


def changes_after(connection: Connection, after: int, limit: int) -> list[ChangeRow]:
    """At most `limit` changes of a higher number than `after`, by number. One statement: it sees one state of the store."""
    return [_change_row(row) for row in connection.execute(_changes().where(changes.c.id > after).order_by(changes.c.id).limit(limit))]


def last_change(connection: Connection, event_id: str) -> ChangeRow | None:
    """The last change of an event, which carries it as it stands."""
    row = connection.execute(_changes().where(changes.c.event_id == event_id).order_by(changes.c.id.desc()).limit(1)).first()
    return None if row is None else _change_row(row)


def _changes() -> Select[Any]:
    later = changes.alias("later")
    superseded = exists().where(later.c.event_id == changes.c.event_id, later.c.id > changes.c.id)
    present = and_(~superseded, events.c.withdrawn.is_(False))
    return select(
        changes.c.id, changes.c.event_id, changes.c.at, changes.c.reason, changes.c.material,
        changes.c.before.is_(None).label("new"), changes.c.after, superseded.label("superseded"), events.c.withdrawn,
        events.c.heir, case((present, events.c.json)).label("json"),
    ).outerjoin(events, events.c.id == changes.c.event_id)


def _change_row(row: Any) -> ChangeRow:
    event = event_from_json(row.after) if row.after is not None else None
    gone = event is None or event.ruled_out if row.superseded else bool(row.withdrawn)
    heir = row.heir if gone and not row.superseded else None
    return ChangeRow(
        number=row.id, event=row.event_id, at=row.at, reason=row.reason, material=bool(row.material),
        kind="merged" if heir else "withdrawn" if gone else "new" if row.new else "changed",
        revision=event.revision if event is not None and not gone else None, superseded=bool(row.superseded), heir=heir,
        json=bytes(row.json) if row.json is not None else None)
