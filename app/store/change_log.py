"""The changes of all events in the order in which they became visible, for those who keep a copy of the timeline.

The number of a change is that order. Each write transaction holds the one lock of all writers (`app.store.engine`) from
before it takes its first number until after its commit, on SQLite and PostgreSQL alike: when a change can be seen, every
change of a lower number that will ever be can be seen too. Numbers of transactions that failed are missing, and stay so.
"""
from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, exists, select

from app.store.codec import event_from_json
from app.store.tables import changes, events

__all__ = ["ChangeRow", "changes_after"]


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
    later = changes.alias("later")
    superseded = exists().where(later.c.event_id == changes.c.event_id, later.c.id > changes.c.id)
    present = and_(~superseded, events.c.withdrawn.is_(False))
    query = select(
        changes.c.id, changes.c.event_id, changes.c.at, changes.c.reason, changes.c.material,
        changes.c.before.is_(None).label("new"), changes.c.after, superseded.label("superseded"), events.c.withdrawn,
        events.c.heir, case((present, events.c.json)).label("json"),
    ).outerjoin(events, events.c.id == changes.c.event_id).where(changes.c.id > after).order_by(changes.c.id).limit(limit)
    found = []
    for row in connection.execute(query):
        event = event_from_json(row.after) if row.after is not None else None
        gone = event is None or event.ruled_out if row.superseded else bool(row.withdrawn)
        heir = row.heir if gone and not row.superseded else None
        found.append(ChangeRow(
            number=row.id, event=row.event_id, at=row.at, reason=row.reason, material=bool(row.material),
            kind="merged" if heir else "withdrawn" if gone else "new" if row.new else "changed",
            revision=event.revision if event is not None and not gone else None, superseded=bool(row.superseded), heir=heir,
            json=bytes(row.json) if row.json is not None else None))
    return found
