"""Earlier states of events as rows: what was known of them on a day."""
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.store.event_rows import Naming, columns_of, countries_of, sources_of
from app.store.tables import event_state_links, event_states
from timeline.model import Event
from timeline.states import State, known_since, told_days

__all__ = ["drop_states", "first_changed", "write_states"]


def first_changed(before: Event | None, after: Event, since: str | None) -> date:
    """The first day whose state may be another one than is stored. `since` is what the row of `before` says."""
    if before is None or not before.claims or before.ruled_out or since is None:
        return date.min
    # The day from which the present state stood had no row of its own.
    days = [date.fromisoformat(since), known_since(after)]
    return min(days + [claim.told_on for claim in {*before.claims} ^ {*after.claims}])


def write_states(connection: Connection, event: Event, states: tuple[State, ...], start: date, *, updated: str,
                 render: Callable[[Event], bytes], naming: Naming) -> None:
    """Make the stored states of an event from the day `start` on these; those before `start` stay."""
    mine = event_states.c.owner == event.id
    connection.execute(delete(event_states).where(mine, event_states.c.since >= start.isoformat()))
    ends = next(day for day in told_days(event) if day >= start)
    connection.execute(update(event_states).where(mine, event_states.c.until > ends.isoformat()).values(
        until=ends.isoformat()))
    for state in states:
        values: dict[str, Any] = columns_of(state.event, naming) | {
            "owner": event.id, "event_id": state.event.id, "since": state.since.isoformat(), "until": state.until.isoformat(),
            "updated": updated, "json": render(state.event), "claims": json.dumps([claim.id for claim in state.event.claims])}
        state_id = connection.execute(insert(event_states).values(**values)).inserted_primary_key[0]
        links = {("actor", one.actor_id) for one in state.event.participants}
        links |= {("country", country) for country in countries_of(state.event)}
        links |= {("source", source) for source in sources_of(state.event)}
        if links:
            connection.execute(insert(event_state_links), [
                {"state_id": state_id, "kind": kind, "value": value} for kind, value in sorted(links)])


def drop_states(connection: Connection, event_id: str) -> None:
    """A withdrawn event was never known: what told of it does so no more."""
    if connection.execute(select(event_states.c.id).where(event_states.c.owner == event_id).limit(1)).first():
        connection.execute(delete(event_states).where(event_states.c.owner == event_id))
