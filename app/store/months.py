"""The events by the month in which they begin, and when they last changed: what a sitemap tells."""
from __future__ import annotations

from sqlalchemy import Connection, func, select

from app.store.tables import events

__all__ = ["months", "of_month"]


def months(connection: Connection) -> list[tuple[str, str]]:
    """Each month (`2023-11`) in which an event begins, in their order, with the last change of any of its events."""
    month = func.substr(events.c.first, 1, 7)
    rows = connection.execute(select(month, func.max(events.c.updated)).where(events.c.withdrawn.is_(False)).group_by(month).order_by(month))
    return [(name, changed) for name, changed in rows]


def of_month(connection: Connection, month: str, limit: int) -> list[tuple[str, str]]:
    """The ids of the events that begin in a month, by their first day, each with its last change."""
    query = select(events.c.id, events.c.updated).where(
        events.c.first >= f"{month}-01", events.c.first <= f"{month}-31", events.c.withdrawn.is_(False)).order_by(events.c.first, events.c.id).limit(limit)
    return [(event, changed) for event, changed in connection.execute(query)]
