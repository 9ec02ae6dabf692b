"""Where events take place, counted by the database: for a map."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from app.store.filters import EventFilter, Guide, conditions
from app.store.leads import guide_for
from app.store.statements import Asking, given
from app.store.tables import Text, events
from timeline.model import EventType

__all__ = ["PlaceRow", "places"]

_ALL = 1_000_000_000  # rows of the page: each event that matches is counted


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """So many events at one place. `place` is the folded name, None for what is known to the country only (or, with no
    `country` either, not at all). `json` is the event object of one of them, for the name as it is written and where it lies."""

    place: str | None
    country: str | None
    count: int
    json: bytes


def places(asking: Asking, wanted: EventFilter, due: date) -> list[PlaceRow]:
    """The places of the events that match, the most frequent first. A call is nowhere. `wanted.as_of` is not looked at."""
    guide = guide_for(asking, wanted, _ALL)
    rows = asking.rows(("places", wanted, guide and guide.led_by), lambda: _places(wanted, guide), due=due.isoformat())
    return [PlaceRow(row[0], row[1], row[2], bytes(row[3])) for row in rows]


def _places(wanted: EventFilter, guide: Guide | None) -> Select[Any]:
    counted = select(events.c.place, events.c.place_country, func.count().label("count"), func.max(events.c.id).label("one")) \
        .where(events.c.type != EventType.CALL.value, *conditions(wanted, given("due", Text), guide=guide)) \
        .group_by(events.c.place, events.c.place_country).subquery()
    return select(counted.c.place, counted.c.place_country, counted.c.count, events.c.json).join(events, events.c.id == counted.c.one) \
        .order_by(counted.c.count.desc(), counted.c.place, counted.c.place_country)
