"""Where events take place, counted by the database: for a map."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from app.store.filters import EventFilter, conditions
from app.store.tables import events
from timeline.model import EventType

__all__ = ["PlaceRow", "places"]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """So many events at one place. `place` is the folded name, None for what is known to the country only (or, with no
    `country` either, not at all). `json` is the event object of one of them, for the name as it is written and where it lies."""

    place: str | None
    country: str | None
    count: int
    json: bytes


def places(connection: Connection, wanted: EventFilter, due: date) -> list[PlaceRow]:
    """The places of the events that match, the most frequent first. A call is nowhere. `wanted.as_of` is not looked at."""
    counted = select(events.c.place, events.c.place_country, func.count().label("count"), func.max(events.c.id).label("one")) \
        .where(events.c.type != EventType.CALL.value, *conditions(wanted, due)).group_by(events.c.place, events.c.place_country).subquery()
    query = select(counted.c.place, counted.c.place_country, counted.c.count, events.c.json).join(events, events.c.id == counted.c.one) \
        .order_by(counted.c.count.desc(), counted.c.place, counted.c.place_country)
    return [PlaceRow(row[0], row[1], row[2], bytes(row[3])) for row in connection.execute(query)]
