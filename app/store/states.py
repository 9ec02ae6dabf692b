"""Earlier states of events as rows: what was known of them on a day."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select, update

from app.store import event_statements as asked
from app.store.event_rows import Naming, columns_of, countries_of, sources_of
from app.store.tables import event_states
from timeline.grouping import group_claims
from timeline.model import Event
from timeline.rulings import Ruling, apply_rulings
from timeline.states import State, known_since, known_states, told_days

__all__ = ["drop_states", "first_changed", "state_links", "states_of", "write_states"]


def states_of(event: Event, rulings: Iterable[Ruling], start: date = date.min) -> tuple[State, ...]:
    """What was known of an event on earlier days, as `known_states`, with the rulings that concern it applied to every day."""
    rulings = tuple(rulings)
    return known_states(event, start=start, grouping=lambda told: [each.claims for each in apply_rulings(group_claims(told), rulings)])


def state_links(event: Event) -> set[tuple[str, str]]:
    """What a state is found by: kind and value."""
    links = {("actor", one.actor_id) for one in event.participants}
    links |= {("country", country) for country in countries_of(event)}
    return links | {("source", source) for source in sources_of(event)}


def first_changed(before: Event | None, after: Event, since: str | None) -> date:
    """The first day whose state may be another one than is stored. `since` is what the row of `before` says."""
    if before is None or not before.claims or before.ruled_out or since is None:
        return date.min
    # The day from which the present state stood had no row of its own.
    days = [date.fromisoformat(since), known_since(after)]
    start = min(days + [claim.told_on for claim in {*before.claims} ^ {*after.claims}])
    told = told_days(after)
    if start in told or start not in told_days(before):
        return start
    # Nobody tells of it on that day any more: what was known on the day of telling before it stood for longer.
    return max((day for day in told if day < start), default=date.min)


def write_states(connection: Connection, event: Event, states: tuple[State, ...], start: date, *, updated: str,
                 render: Callable[[Event], bytes], naming: Naming) -> None:
    """Make the stored states of an event from the day `start` on these; those before `start` stay."""
    connection.execute(asked.DROP_STATES, {"of_event": event.id, "from_day": start.isoformat()})
    ends = next(day for day in told_days(event) if day >= start).isoformat()
    here = {"of_event": event.id, "ends": ends}
    reaching = {(row.event_id, row.claims): row.id for row in connection.execute(asked.REACHING_STATES, here)}
    if reaching:
        connection.execute(asked.END_STATES, {**here, "until": ends})
    for state in states:
        claims = json.dumps([claim.id for claim in state.event.claims])
        goes_on = reaching.get((state.event.id, claims)) if state.since.isoformat() == ends else None
        if goes_on is not None:
            connection.execute(update(event_states).where(event_states.c.id == goes_on).values(until=state.until.isoformat()))
            continue
        values: dict[str, Any] = columns_of(state.event, naming) | {
            "owner": event.id, "event_id": state.event.id, "since": state.since.isoformat(), "until": state.until.isoformat(),
            "updated": updated, "json": render(state.event), "claims": claims}
        state_id = connection.execute(asked.NEW_STATE, values).inserted_primary_key[0]
        if links := state_links(state.event):
            connection.execute(asked.NEW_STATE_LINKS, [
                {"state_id": state_id, "kind": kind, "value": value} for kind, value in sorted(links)])


def drop_states(connection: Connection, event_id: str) -> None:
    """A withdrawn event was never known: what told of it does so no more."""
    if connection.execute(select(event_states.c.id).where(event_states.c.owner == event_id).limit(1)).first():
        connection.execute(delete(event_states).where(event_states.c.owner == event_id))
