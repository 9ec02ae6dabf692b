"""Whether a claim tells of an event that is known: by parties, time, place, type and organisation.

A claim is compared with a *group*, the claims that are taken for one event so far. The rules are in docs/merging.md.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from timeline.accounts import Group, Kind, Reading, canonical_order, told, window
from timeline.model import Claim, Event, EventType, Place, Status
from timeline.parties import PartyMatch, Sides, match

__all__ = ["Group", "Kind", "Likeness", "Reading", "canonical_order", "likeness", "occasion", "same_event", "told", "window"]

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a claim fits an event; a higher score fits better. `reasons` name what agrees."""

    score: float
    reasons: tuple[str, ...]


def same_event(event: Event, claim: Claim) -> Likeness | None:
    """Whether `claim` tells of `event`, with the reasons; None where it does not.

    Moved dates are told by more than one claim and so are not seen here; `reconcile` does.
    """
    return likeness(Group.of(map(Reading.of, event.claims)), Reading.of(claim))


def likeness(group: Group, reading: Reading) -> Likeness | None:
    """Compare a claim with the claims of one event. O(sides + distinct dates)."""
    if reading.first - group.last > DAY or group.first - reading.last > DAY:
        return None
    if not group.kinds & reading.kinds and not _untold_call(group, reading):
        return None
    when = _time(group, reading)
    if when is None:
        return None
    who = occasion(group, reading, certain_day=when[2])
    if who is None:
        return None
    score = when[0] + who.score + 0.5 * (_word(reading.claim.type) in map(_word, group.types))
    return Likeness(score, (*who.reasons, when[1]))


def _word(type_: EventType) -> EventType:
    """What two sources may call alike: a summit of two is a meeting."""
    return EventType.MEETING if type_ is EventType.SUMMIT else type_


def _untold_call(group: Group, reading: Reading) -> bool:
    """A call that one source tells as "talks" without a place: one event if the same two spoke on the same day."""
    pair = group.kinds | reading.kinds
    if not (Kind.CALL in pair and Kind.ENCOUNTER in pair) or not reading.single:
        return False
    if EventType.VISIT in group.types or reading.claim.type is EventType.VISIT:
        return False
    placed = group.countries if reading.claim.type is EventType.CALL else reading.claim.place
    parties = match(group.sides, reading.sides)
    return not placed and len(parties.named) >= 2 and (reading.first, reading.last) in group.exact


def occasion(group: Group, reading: Reading, *, certain_day: bool) -> Likeness | None:
    """Whether parties, organisation and place allow one event, whatever the time.

    `certain_day`: both tell one and the same day, which is evidence of its own.
    """
    if Kind.GATHERING in group.kinds & reading.kinds:
        return _gathering(group, reading, certain_day)
    parties = match(group.sides, reading.sides)
    if Kind.CEREMONY in group.kinds & reading.kinds:
        return _ceremony(group, reading, parties, certain_day)
    return _bilateral(group, reading, parties, certain_day)


def _bilateral(group: Group, reading: Reading, parties: PartyMatch, certain_day: bool) -> Likeness | None:
    if parties.conflicts or (parties.left and parties.right):
        return None
    foreign = _elsewhere(group, reading)
    named, shared = len(parties.named), len(parties.shared)
    if foreign and not (certain_day and named >= 2):
        return None
    here = _same_place(group, reading)
    one_sided = min(len(group.sides), len(reading.sides)) < 2
    if one_sided:
        alike = bool(group.organisations) and reading.organisation in group.organisations
        if not named or not (here or alike or len(group.sides) == len(reading.sides)):
            return None
        if not certain_day and len(group.sides) != len(reading.sides):
            return None
    elif shared < 2 or (named == 0 and not certain_day and not (here and reading.exact)
                        and not _nobody_named(group.sides, reading.sides) and not _same_office(group, reading, parties)):
        return None
    if (parties.left or parties.right) and not one_sided and not (named and certain_day):
        return None  # three who met are not two of them, unless the day says so
    score = 2.0 * named + shared - 0.75 * len(parties.left | parties.right) + (here - foreign) * 0.5
    return Likeness(score, _reasons(parties, here, False))


def _nobody_named(ours: Sides, theirs: Sides) -> bool:
    """Both tell of the same states and of nobody by name."""
    return ours.keys() == theirs.keys() and not any(ours.values()) and not any(theirs.values())


def _same_office(group: Group, reading: Reading, parties: PartyMatch) -> bool:
    """One tells by the office what the other tells by the name: "China's foreign minister" and Wang Yi, foreign minister."""
    return any(not (group.sides.get(side) and reading.sides.get(side))
               and group.offices.get(side, frozenset()) & reading.offices.get(side, frozenset()) for side in parties.shared)


def _gathering(group: Group, reading: Reading, certain_day: bool) -> Likeness | None:
    parties = match(group.sides, reading.sides)
    ours, theirs = group.organisations, reading.organisation
    same_body = theirs is not None and theirs in ours
    if theirs is not None and ours and not same_body:
        return None
    foreign, here = _elsewhere(group, reading), _same_place(group, reading)
    if foreign:
        return None
    shared = len(parties.shared)
    if not _one_level(group, reading) and not (certain_day or _nested(group, reading)):
        return None
    if not same_body:
        smaller = min(len(group.sides), len(reading.sides))
        enough = shared >= 2 and 2 * shared >= smaller
        if not enough and not (here and certain_day and smaller == 0):
            return None
        if not certain_day and not (here or len(parties.named) >= 2):
            return None
        if Kind.ENCOUNTER in group.kinds | reading.kinds and (parties.conflicts or (parties.left and parties.right)):
            return None  # two meetings on the margin are not one gathering
    score = 3.0 * same_body + min(shared, 4) * 0.5 + min(len(parties.named), 4) * 0.5 + 0.5 * here
    return Likeness(score, _reasons(parties, here, same_body))


def _one_level(group: Group, reading: Reading) -> bool:
    """Whether both are of leaders or both of their ministers, as far as is told."""
    return not group.levels or not reading.levels or bool(group.levels & reading.levels)


def _ceremony(group: Group, reading: Reading, parties: PartyMatch, certain_day: bool) -> Likeness | None:
    if _elsewhere(group, reading):
        return None
    here = _same_place(group, reading) or bool(group.countries and reading.claim.place is not None
                                              and reading.claim.place.country in group.countries)
    if not (here and certain_day) and not (len(parties.shared) >= 2 and not parties.conflicts):
        return None
    return Likeness(len(parties.shared) + len(parties.named) + 0.5 * here, _reasons(parties, here, False))


def _reasons(parties: PartyMatch, here: bool, same_body: bool) -> tuple[str, ...]:
    reasons = []
    if same_body:
        reasons.append("organisation")
    if parties.named:
        reasons.append("persons " + ", ".join(sorted(parties.named)))
    if parties.shared - parties.named:
        reasons.append("parties " + ", ".join(sorted(parties.shared - parties.named)))
    if here:
        reasons.append("place")
    return tuple(reasons)


def _elsewhere(group: Group, reading: Reading) -> bool:
    """Both know the country, and it is another one."""
    place: Place | None = reading.claim.place
    return bool(place is not None and place.country and group.countries and place.country not in group.countries)


def _same_place(group: Group, reading: Reading) -> bool:
    return reading.place is not None and reading.place in group.places


def _nested(group: Group, reading: Reading) -> bool:
    spans = group.exact
    return reading.exact and any((first <= reading.first and reading.last <= last) or
                                 (reading.first <= first and last <= reading.last) for first, last in spans)


def _touch(one: tuple[date, date], other: tuple[date, date], spare: int = 0) -> bool:
    return one[0] <= other[1] + spare * DAY and other[0] <= one[1] + spare * DAY


def _time(group: Group, reading: Reading) -> tuple[float, str, bool] | None:
    """Score, reason, and whether both tell one and the same day; None where the times exclude each other."""
    span = reading.first, reading.last
    if reading.exact and group.exact:
        return _exact_time(group, reading, span)
    if reading.claim.type is EventType.MEETING and group.types == {EventType.VISIT} and any(
            first != last for first, last in group.visits):
        return None  # a meeting on a visit of several days is an event of its own
    if _plan_after_report(group, reading) and not _under_way(group, reading):
        return None
    if group.exact:
        fitting = [other for other in group.exact if _touch(span, other)]
    else:
        fitting = [other for other in group.vague if _touch(span, other)]
    if not fitting:
        return None
    # Of several that fit, the nearest to the day of the telling is meant: the next one, or the last one.
    distance = min(_distance(reading, other) for other in fitting)
    exactly = span in group.vague
    return 1.0 + 0.25 * exactly - min(distance, 400) / 800, f"time {reading.claim.when.edtf()}", False


def _plan_after_report(group: Group, reading: Reading) -> bool:
    """Vaguely told, a plan is of another occasion than a report of the same article, or of an earlier day; and what was called
    off of another than what had been reported by then."""
    claim = reading.claim
    if claim.status in (Status.CANCELLED, Status.POSTPONED):
        return any(day <= claim.told_on for day in group.held_on.values())
    if claim.status is Status.PLANNED:
        return claim.article in group.held_on or (not group.exact and any(day <= claim.told_on for day in group.held_on.values()))
    if claim.status is Status.HELD:
        return claim.article in group.planned_on or (
            not group.exact and bool(group.planned_on) and min(group.planned_on.values()) >= claim.told_on)
    return False


def _under_way(group: Group, reading: Reading) -> bool:
    """A body's gathering on the days around the telling: what is left of it is still a plan, and the rest is reported."""
    day = reading.claim.told_on
    return (Kind.GATHERING in group.kinds & reading.kinds and reading.organisation in group.organisations
            and any(first - DAY <= day <= last + DAY for first, last in group.exact))


def _distance(reading: Reading, span: tuple[date, date]) -> int:
    day = reading.claim.told_on
    return max(0, (span[0] - day).days, (day - span[1]).days)


def _exact_time(group: Group, reading: Reading, span: tuple[date, date]) -> tuple[float, str, bool] | None:
    reason = f"time {reading.claim.when.edtf()}"
    visit = reading.claim.type is EventType.VISIT
    both = group.kinds & reading.kinds or group.kinds
    if Kind.GATHERING in both or Kind.CEREMONY in both:
        fitting = [other for other in group.exact if _touch(span, other)]
        return (2.0 if span in fitting else 1.5, reason, span in fitting) if fitting else None
    if visit and group.visits:
        # "arrived on Monday" tells the first day only, so the next day may be of the same stay
        near = [other for other in group.visits
                if _touch(span, other, spare=1 if span[0] == span[1] or other[0] == other[1] else 0)]
        return (2.0 if span in near else 1.5, reason, span in near) if near else None
    if visit or (group.visits and not group.others):
        # a visit and the talks it was made for are one event where neither is longer than that day
        other_spans = group.others if visit else group.visits
        if any(first != last for first, last in group.visits) or span not in other_spans:
            return None
        return 1.5, reason, True
    if span in group.others:
        return 2.0, reason, True
    if reading.single:
        days = {first for first, last in group.others if first == last}
        if days and reading.first not in days:
            return None
    fitting = [other for other in group.others if _touch(span, other)]
    return (1.5, reason, False) if fitting else None
