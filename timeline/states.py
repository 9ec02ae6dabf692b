"""What was known of an event on each day that somebody told of it, by the sources' own time.

Nothing here looks at when an article arrived: a state rests on the claims told by its day, and is what a timeline would
hold that was fed with no others.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from timeline.blocking import event_id
from timeline.fold import fold
from timeline.grouping import group_claims
from timeline.model import Claim, Event

__all__ = ["State", "known_since", "known_states", "told_days"]

Grouping = Callable[[Iterable[Claim]], Sequence[Sequence[Claim]]]
"""Which claims make one event: `timeline.grouping.group_claims`, or it with an operator's rulings applied."""


@dataclass(frozen=True, slots=True)
class State:
    """An event as it was known from the day `since`, before the day `until` came. Its revision is always 0."""

    since: date
    until: date
    event: Event


def told_days(event: Event) -> tuple[date, ...]:
    """The days on which somebody told of it, each once, in order."""
    return tuple(sorted({claim.told_on for claim in event.claims}))


def known_since(event: Event) -> date:
    """The day from which the present state stands: the last on which somebody told of it.

    Raises `ValueError` for an event without claims.
    """
    return max(claim.told_on for claim in event.claims)


def known_states(event: Event, *, start: date = date.min, grouping: Grouping = group_claims) -> tuple[State, ...]:
    """The states before the present one, by day and id; those that began before `start` are left out.

    Each day of telling brings an article, and with it something that a reader sees. The claims of a day are grouped anew:
    two plans of which only a later article said that the one became the other were two events until then. The event's own
    id goes to the one that its first claim founded; the others have the ids that they would have had for themselves.
    """
    days = told_days(event)
    states: list[State] = []
    standing: dict[str, State] = {}
    for place, day in enumerate(days[:-1]):
        if day < start:
            continue
        until = days[place + 1]
        groups = grouping([claim for claim in event.claims if claim.told_on <= day])
        named = _named(groups, event.id)
        for id_, group in named.items():
            before = standing.pop(id_, None)
            if before is not None and before.event.claims == tuple(group):
                standing[id_] = State(before.since, until, before.event)
                continue
            if before is not None:
                states.append(before)
            standing[id_] = State(day, until, fold(group, id_))
        states += [standing.pop(id_) for id_ in list(standing) if id_ not in named]
    return tuple(sorted((*states, *standing.values()), key=lambda state: (state.since, state.event.id)))


def _named(groups: Sequence[Sequence[Claim]], own: str) -> Mapping[str, Sequence[Claim]]:
    """The groups by the ids of their events."""
    founded = next((group for group in groups if any(event_id(claim) == own for claim in group)), groups[0])
    return {own if group is founded else event_id(group[0]): group for group in groups}
