"""Blocking keys: few strings by which the events that a claim could be about are found with an indexed lookup.

Keys hold a pair of parties, a person, an organisation or a place together with a month, so that their number for one
claim, and the number of events behind one key, do not grow with the length of the timeline.
"""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

from timeline.model import Claim, Event, Status, identifier
from timeline.same import Group, Kind, Reading

__all__ = ["candidate_keys", "event_id", "event_keys"]

_SIDES = 12  # pairs of more sides are not needed: such a gathering has a name or a place
_MONTHS = 36
_MOVE = 13  # months that a postponed event may move ahead


def event_id(claim: Claim) -> str:
    """Id of the event whose first claim this is."""
    return identifier("event", claim.id)


def event_keys(event: Event) -> frozenset[str]:
    """Keys under which the event is to be stored. One without claims (withdrawn) keeps its own id alone."""
    keys = {f"id:{event.id}"}
    if not event.claims:
        return frozenset(keys)
    readings = [Reading.of(claim) for claim in event.claims]
    group = Group.of(readings)
    months = set(_months((reading.first, reading.last) for reading in readings))
    months.update(_months((claim.formerly.first, claim.formerly.last) for claim in event.claims if claim.formerly is not None))
    names = _names(group, stored=True)
    keys.update(f"{name}:{month}" for name in names for month in months)
    if any(claim.status is Status.POSTPONED for claim in event.claims):
        keys.update(f"w:{name}" for name in names)  # waits for its new time, however far
    return frozenset(keys)


def candidate_keys(claim: Claim) -> frozenset[str]:
    """Keys to look events up by. Whatever `same_event` or a move could join to `claim` has one of them.

    Beside the events found by these, `reconcile` needs those that hold a replaced claim.
    """
    reading = Reading.of(claim)
    names = _names(Group.of((reading,)), stored=False)
    spans = [(reading.first - timedelta(days=2), reading.last + timedelta(days=2))]
    if claim.formerly is not None:
        spans.append((claim.formerly.first, claim.formerly.last))
    months = set(_months(spans))
    if claim.status is Status.POSTPONED:
        months.update(_following(reading.first, _MOVE))
    keys = {f"{name}:{month}" for name in names for month in months}
    if claim.status in (Status.PLANNED, Status.HELD):
        keys.update(f"w:{name}" for name in names)
    keys.add(f"id:{event_id(claim)}")
    return frozenset(keys)


def _names(group: Group, *, stored: bool) -> set[str]:
    """Keys without their month. `s:` finds all events of a person, `1:` those that lack a party or its state."""
    sides = sorted(group.sides)[:_SIDES]
    persons = sorted({person for named in group.sides.values() for person in named})[:_SIDES]
    names = {f"p:{one}+{other}" for one, other in combinations(sides, 2)}
    alone = len(sides) < 2 or any(side.startswith("person:") for side in sides)
    if stored or alone:
        names.update(f"s:{person}" for person in persons)
    if alone or not stored:
        names.update(f"1:{person}" for person in persons)
    names.update(f"o:{organisation}" for organisation in group.organisations)
    if Kind.GATHERING in group.kinds or Kind.CEREMONY in group.kinds:
        names.update(f"g:{place}" for place in group.places)
        names.update(f"g:{country}" for country in group.countries if Kind.CEREMONY in group.kinds)
    return names


def _months(spans: Iterable[tuple[date, date]]) -> Iterable[str]:
    for first, last in spans:
        start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
        for month in range(start, min(end, start + _MONTHS - 1) + 1):
            yield f"{month // 12:04d}-{month % 12 + 1:02d}"


def _following(first: date, count: int) -> Iterable[str]:
    start = first.year * 12 + first.month - 1
    for month in range(start, start + count + 1):
        yield f"{month // 12:04d}-{month % 12 + 1:02d}"
