"""Which claims tell of one event. The result depends on the claims alone, never on the order they came in.

Exact claims are grouped first, then vaguer ones join the group that fits best, and last the groups that a moved date has
torn apart are joined.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from timeline.accounts import Group, Kind, Reading, canonical_order, told
from timeline.model import Claim, EventType, Status
from timeline.same import likeness, occasion
from timeline.when import When

__all__ = ["group_claims"]

# How far ahead a postponed occasion may be taken up again, without a source that names both dates.
_HORIZON = {Kind.GATHERING: timedelta(days=400), Kind.ENCOUNTER: timedelta(days=120), Kind.CALL: timedelta(days=31),
            Kind.SIGNING: timedelta(days=120), Kind.CEREMONY: timedelta(days=400)}
_VISIT_HORIZON = timedelta(days=400)


def group_claims(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Part claims into events. Claims of each in canonical order; groups by their first claim."""
    groups: list[Group] = []
    for reading in sorted(map(Reading.of, claims), key=_precise_first):
        best: tuple[float, int] | None = None
        for place, group in enumerate(groups):
            found = likeness(group, reading)
            if found is not None and (best is None or found.score > best[0]):
                best = found.score, place
        if best is None:
            groups.append(Group.of((reading,)))
        else:
            groups[best[1]].add(reading)
    groups = _join(groups, _continued)
    groups = _join(groups, _moved_by_word)
    groups = _join(groups, _taken_up)
    groups = _join(groups, _slipped)
    return sorted((sorted((reading.claim for reading in group.readings), key=canonical_order) for group in groups),
                  key=lambda found: canonical_order(found[0]))


def _precise_first(reading: Reading) -> tuple[object, ...]:
    """Exact before vague; long visits and summits before the days in them, short meetings before the stretch they fall
    in; claims that name persons before those that name states."""
    claim = reading.claim
    rank = 0 if reading.exact else claim.when.precision.rank
    days = (reading.last - reading.first).days
    lasting = claim.type in (EventType.VISIT, EventType.SUMMIT, EventType.CONFERENCE)
    named = sum(bool(persons) for persons in reading.sides.values())
    return rank, not lasting, -days if lasting else days, -named, *canonical_order(claim)


def _join(groups: list[Group], partner: Callable[[Group, list[Group]], Group | None]) -> list[Group]:
    """Merge each group with its partner until none has one."""
    groups = sorted(groups, key=_group_order)
    merged = True
    while merged:
        merged = False
        for group in groups:
            other = partner(group, groups)
            if other is not None:
                joined = Group.of((*group.readings, *other.readings))
                groups = sorted([each for each in groups if each is not group and each is not other] + [joined],
                                key=_group_order)
                merged = True
                break
    return groups


def _group_order(group: Group) -> tuple[object, ...]:
    return canonical_order(min((reading.claim for reading in group.readings), key=canonical_order))


def _alike(group: Group, other: Group, *, strict: bool, mixed: bool = False) -> float | None:
    """Score of two groups as one occasion whatever the time: same kind, parties, organisation, place.

    `strict`: persons named on each of two sides agree, or the organisation does. `mixed`: a visit and the talks it was
    made for may be one, as where a source says that the one became the other.
    """
    if not group.kinds & other.kinds:
        return None
    if not mixed and any(one.types == {EventType.VISIT} and EventType.VISIT not in two.types
                         for one, two in ((group, other), (other, group))):
        return None
    best: float | None = None
    for reading in other.readings:
        found = occasion(group, reading, certain_day=False)
        if found is None:
            continue
        agreed = any(reason == "organisation" or reason.startswith("persons") for reason in found.reasons)
        if agreed and (not strict or _strictly(group, reading)):
            best = found.score if best is None else max(best, found.score)
    return best


def _strictly(group: Group, reading: Reading) -> bool:
    if reading.organisation and reading.organisation in group.organisations:
        return True
    if reading.claim.type is EventType.VISIT:
        return True
    return sum(bool(persons & group.sides.get(side, frozenset())) for side, persons in reading.sides.items()) >= 2


def _span(when: When) -> tuple[date, date]:
    return when.first, when.last


def _touches(group: Group, span: tuple[date, date]) -> bool:
    return any(first <= span[1] and span[0] <= last for first, last in group.exact or group.vague)


def _continued(group: Group, groups: list[Group]) -> Group | None:
    """The next day of a summit, which articles tell day by day ("at Friday's summit")."""
    if EventType.SUMMIT not in group.levels or not group.organisations or not group.exact:
        return None
    for other in groups:
        if (other is not group and EventType.SUMMIT in other.levels and other.exact and _gap(group, other) <= 1
                and group.organisations & other.organisations and _alike(group, other, strict=False) is not None):
            return other
    return None


def _moved_by_word(group: Group, groups: list[Group]) -> Group | None:
    """The group at the old time that a claim here names ("postponed from Monday")."""
    for old in {reading.claim.formerly for reading in group.readings if reading.claim.formerly is not None}:
        found = [(score, other) for other in groups if other is not group and _touches(other, _span(old))
                 and Status.HELD not in other.statuses() and (score := _alike(group, other, strict=False, mixed=True)) is not None]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
    return None


def _taken_up(group: Group, groups: list[Group]) -> Group | None:
    """The next occasion of the same parties, first told of after this one was postponed with no new time."""
    words = [reading for reading in group.readings if reading.claim.status is Status.POSTPONED]
    if not words:
        return None
    word = min(words, key=lambda reading: told(reading.claim))
    spans = group.exact or group.vague
    if any(first > word.last for first, _ in spans) or Status.HELD in group.statuses():
        return None  # it has its new time already
    horizon = _VISIT_HORIZON if EventType.VISIT in group.types else max(_HORIZON[kind] for kind in group.kinds)
    found = []
    for other in groups:
        if other is group or not other.statuses() & {Status.PLANNED, Status.HELD}:
            continue
        first = min(start for start, _ in other.exact or other.vague)
        since = min(told(reading.claim) for reading in other.readings)
        if since < told(word.claim) and since.date() != word.claim.told_on:
            continue
        if first > word.first and first - word.last <= horizon and _alike(group, other, strict=False) is not None:
            found.append((first, other))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _slipped(group: Group, groups: list[Group]) -> Group | None:
    """The same occasion told a day earlier or later, where this one is a plan that nobody told the outcome of."""
    if group.statuses() != {Status.PLANNED} or not group.exact or Kind.CALL in group.kinds:
        return None
    told_apart = {reading.claim.article for reading in group.readings if reading.exact}
    latest = max(reading.claim.told_on for reading in group.readings)
    for other in groups:
        if other is group or not other.exact or _gap(group, other) != 1:
            continue
        if not other.statuses() <= {Status.PLANNED, Status.HELD}:
            continue
        if told_apart & {reading.claim.article for reading in other.readings if reading.exact}:
            continue  # one article that tells both means two
        if max(reading.claim.told_on for reading in other.readings) >= latest and _alike(group, other, strict=True):
            return other
    return None


def _gap(group: Group, other: Group) -> int:
    return min(max((ours[0] - theirs[1]).days, (theirs[0] - ours[1]).days) for ours in group.exact for theirs in other.exact)
