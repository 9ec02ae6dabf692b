"""Claims as they are compared: when each was told and what it can mean, one by one and as the group taken for one event.

The rules are in docs/merging.md.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from timeline.model import Claim, EventType, Status, Tier
from timeline.parties import Sides, fold_name, offices_of, sides_of
from timeline.when import Precision

__all__ = ["STRENGTH", "Group", "Kind", "Reading", "canonical_order", "told", "window"]

DAY = timedelta(days=1)
_LEVELS = frozenset((EventType.SUMMIT, EventType.CONFERENCE))
_LEADERS = frozenset(("president", "prime minister", "premier", "chancellor", "king", "queen", "emperor", "emir", "sultan",
                      "crown prince", "taoiseach"))
# Told as called off with no more than the month of the news: it was to be in the week before or in the weeks that follow.
_CALLED_OFF_SINCE, _CALLED_OFF_AHEAD = timedelta(days=7), timedelta(days=60)
STRENGTH = {Tier.OFFICIAL: 3, Tier.WIRE: 2, Tier.PRESS: 1}


class Kind(StrEnum):
    """What can be one event: a visit and the talks it was made for are, a call and a summit are not."""

    ENCOUNTER = "encounter"
    CALL = "call"
    GATHERING = "gathering"
    SIGNING = "signing"
    CEREMONY = "ceremony"


def told(claim: Claim) -> datetime:
    """The source's own time (UTC); noon where only the day is known."""
    if claim.told_at is not None:
        return claim.told_at.astimezone(UTC)
    return datetime.combine(claim.told_on, time(12), UTC)


def canonical_order(claim: Claim) -> tuple[datetime, int, str, int, str]:
    """Sort key: by the source's own time, then the nearer source first. Never by arrival."""
    return told(claim), -STRENGTH[claim.tier], claim.article, claim.start, claim.id


def window(claim: Claim) -> tuple[date, date]:
    """The days that the claim's time can mean.

    A vague time is bounded by the day of the telling: what was held lies before it, what is planned after it, each with a
    day to spare for time zones. What is called off with no more than the month of the news lay ahead, in the weeks that follow.
    """
    first, last = claim.when.first, claim.when.last
    if not claim.when.exact:
        if claim.status is Status.HELD:
            last = max(first, min(last, claim.told_on + DAY))
            first = min(first, claim.told_on - DAY)  # what is told on the first of a month is of the day before
        elif claim.status is Status.PLANNED and claim.told_on - DAY <= last:
            first = max(first, claim.told_on - DAY)
        elif claim.status in (Status.CANCELLED, Status.POSTPONED) and claim.when.precision is Precision.MONTH and first <= claim.told_on <= last:
            first, last = max(first, claim.told_on - _CALLED_OFF_SINCE), max(last, claim.told_on + _CALLED_OFF_AHEAD)
    return first, last


def _kinds(type_: EventType, sides: Sides, organisation: str | None) -> frozenset[Kind]:
    """What a claim can be taken for. A word like "summit" or "meeting" is used loosely; the parties decide."""
    several = len(sides) > 2
    of_a_body = organisation is not None and fold_name(organisation) not in map(fold_name, sides)
    match type_:
        case EventType.CALL:
            return frozenset((Kind.CALL, Kind.GATHERING)) if several else frozenset((Kind.CALL,))
        case EventType.MEETING if several or (of_a_body and len(sides) < 2):
            return frozenset((Kind.ENCOUNTER, Kind.GATHERING))
        case EventType.SUMMIT | EventType.CONFERENCE if len(sides) == 2 and not of_a_body:
            return frozenset((Kind.ENCOUNTER, Kind.GATHERING))
        case EventType.SUMMIT | EventType.CONFERENCE:
            return frozenset((Kind.GATHERING,))
        case EventType.SIGNING:
            return frozenset((Kind.SIGNING,))
        case EventType.CEREMONY:
            return frozenset((Kind.CEREMONY,))
    return frozenset((Kind.ENCOUNTER,))


def _levels(claim: Claim, offices: Sides) -> frozenset[EventType]:
    """Leaders or their ministers: a body's "meeting" that heads of state or government attend can be its summit. One alone
    may be the host who opens a meeting of ministers."""
    if claim.type is EventType.CONFERENCE and claim.organisation and sum(bool(_LEADERS & told) for told in offices.values()) > 1:
        return _LEVELS
    return _LEVELS & {claim.type}


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim with what is asked of it again and again."""

    claim: Claim
    sides: Sides
    kinds: frozenset[Kind]
    first: date
    last: date
    organisation: str | None
    place: str | None  # folded name
    offices: Sides  # side -> offices told
    levels: frozenset[EventType]  # of a gathering: what it may be by who is told to attend; empty for others

    @classmethod
    def of(cls, claim: Claim) -> Reading:
        sides = sides_of(claim.participants, claim.type, claim.place)
        first, last = window(claim)
        offices = offices_of(claim.participants)
        return cls(claim, sides, _kinds(claim.type, sides, claim.organisation), first, last,
                   fold_name(claim.organisation) if claim.organisation else None,
                   fold_name(claim.place.name) if claim.place is not None and claim.place.name else None,
                   offices, _levels(claim, offices))

    @property
    def exact(self) -> bool:
        return self.claim.when.exact

    @property
    def single(self) -> bool:
        """Told as one certain day."""
        return self.exact and self.first == self.last


@dataclass(slots=True)
class Group:
    """Claims taken for one event, with what they say together."""

    readings: list[Reading] = field(default_factory=list)
    sides: dict[str, frozenset[str]] = field(default_factory=dict)
    kinds: frozenset[Kind] = frozenset(Kind)
    offices: dict[str, frozenset[str]] = field(default_factory=dict)
    levels: frozenset[EventType] = frozenset()
    organisations: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    # distinct stretches told exactly, by whether a visit was told; and vague ones
    visits: set[tuple[date, date]] = field(default_factory=set)
    others: set[tuple[date, date]] = field(default_factory=set)
    vague: set[tuple[date, date]] = field(default_factory=set)
    types: set[EventType] = field(default_factory=set)
    held_on: dict[str, date] = field(default_factory=dict)  # article -> day of the telling
    planned_on: dict[str, date] = field(default_factory=dict)
    first: date = date.max  # of all stretches
    last: date = date.min

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Group:
        group = cls()
        for reading in readings:
            group.add(reading)
        return group

    def add(self, reading: Reading) -> None:
        claim = reading.claim
        self.readings.append(reading)
        for side, persons in reading.sides.items():
            self.sides[side] = self.sides.get(side, frozenset()) | persons
        for side, told_offices in reading.offices.items():
            self.offices[side] = self.offices.get(side, frozenset()) | told_offices
        self.levels |= reading.levels
        self.kinds = (self.kinds & reading.kinds) or self.kinds
        if reading.organisation:
            self.organisations.add(reading.organisation)
        if reading.place:
            self.places.add(reading.place)
        if claim.place is not None and claim.place.country:
            self.countries.add(claim.place.country)
        span = reading.first, reading.last
        if not reading.exact:
            self.vague.add(span)
        elif claim.type is EventType.VISIT:
            self.visits.add(span)
        else:
            self.others.add(span)
        self.types.add(claim.type)
        if claim.status is Status.HELD:
            self.held_on[claim.article] = claim.told_on
        elif claim.status is Status.PLANNED:
            self.planned_on[claim.article] = claim.told_on
        self.first = min(self.first, reading.first)
        self.last = max(self.last, reading.last)

    @property
    def exact(self) -> set[tuple[date, date]]:
        return self.visits | self.others

    def statuses(self) -> set[Status]:
        return {reading.claim.status for reading in self.readings}
