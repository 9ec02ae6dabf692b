"""One event from its claims, by stated rules; and why.

The rules are in docs/merging.md. They look at what each source said and when it said it, never at the order of arrival.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from timeline.accounts import STRENGTH, canonical_order, window
from timeline.model import ActorKind, Claim, Event, EventType, Participant, Place, Status
from timeline.outcome import Outcome, newest, outcome_of, overlap
from timeline.parties import fold_name, same_person, side_of
from timeline.timing import earlier_times, time_of
from timeline.titles import title
from timeline.weight import Witnesses
from timeline.when import When

__all__ = ["UNREPORTED", "derived_status", "explain", "fold"]

UNREPORTED = "unreported"
DAY = timedelta(days=1)
_T = TypeVar("_T")


def fold(claims: Iterable[Claim], id: str, revision: int = 0) -> Event:
    """The event that these claims tell of. Raises `ValueError` where there are none."""
    told_claims = tuple(sorted(claims, key=canonical_order))
    if not told_claims:
        raise ValueError(f"event {id} has no claims to be folded from")
    witnesses = Witnesses(told_claims)
    outcome = outcome_of(told_claims, witnesses)
    when, _ = time_of(told_claims, outcome, witnesses)
    type_ = _type(told_claims, when, witnesses)
    participants = _participants(told_claims, outcome, type_)
    place = None if type_ is EventType.CALL else _place(told_claims, outcome, when, witnesses)
    organisation = _weighed(told_claims, lambda claim: claim.organisation, witnesses)
    return Event(id=id, claims=told_claims, type=type_, participants=participants, when=when, status=outcome.status,
                 place=place, organisation=organisation, title=title(type_, participants, place, organisation),
                 confidence=_confidence(told_claims, when, witnesses), formerly=earlier_times(told_claims, when), revision=revision,
                 witnesses=witnesses.count(told_claims), confirmed_by=_confirmed_by(outcome, participants))


def derived_status(event: Event, today: date) -> str:
    """The status as it is served: `unreported` for a plan whose last day is past (with a day to spare for time zones)
    and whose outcome nobody told. `today` is UTC's."""
    if event.status is Status.PLANNED and event.when.last + DAY < today:
        return UNREPORTED
    return event.status.value


# --- parties, place, type ---------------------------------------------------------------------------------------------

def _weighed(claims: Sequence[Claim], value: Callable[[Claim], _T | None], witnesses: Witnesses,
             fold: Callable[[_T], object] = lambda it: it) -> _T | None:
    """The value with most support; of equals the one told last."""
    found: dict[object, list[Claim]] = {}
    for claim in claims:
        one = value(claim)
        if one is not None:
            found.setdefault(fold(one), []).append(claim)
    if not found:
        return None
    best = max(found.values(), key=lambda group: (witnesses.backing(group), max(map(newest, group))))
    return value(max(best, key=newest))


def _type(claims: Sequence[Claim], when: When, witnesses: Witnesses) -> EventType:
    types = {claim.type for claim in claims}
    if EventType.CALL in types and types <= {EventType.CALL, EventType.MEETING}:
        return EventType.CALL
    if types == {EventType.VISIT, EventType.MEETING}:
        # a visit and the talks it was made for are a meeting; a stay of several days is a visit
        return EventType.VISIT if when.exact and when.length > 1 else EventType.MEETING
    return _weighed(claims, lambda claim: claim.type, witnesses) or claims[0].type


def _participants(claims: Sequence[Claim], outcome: Outcome, type_: EventType) -> tuple[Participant, ...]:
    """Everybody told of, but at an encounter of two only the sides that stand in a third of the articles."""
    articles = {claim.article for claim in claims}
    told_in: dict[str, set[str]] = {}
    for claim in claims:
        for one in claim.participants:
            told_in.setdefault(side_of(one), set()).add(claim.article)
    sides = set(told_in)
    if type_ in (EventType.MEETING, EventType.CALL, EventType.VISIT, EventType.SIGNING) and len(sides) > 2:
        kept = {side for side in sides if 3 * len(told_in[side]) >= len(articles)}
        sides = kept if len(kept) >= 2 else sides
    people: dict[str, Participant] = {}
    deciding = {claim.id for claim in outcome.deciding}
    lead = sorted(claims, key=lambda claim: (claim.id not in deciding, -STRENGTH[claim.tier], -len(claim.participants),
                                             canonical_order(claim)))
    for claim in lead:
        for one in claim.participants:
            if side_of(one) not in sides:
                continue
            id_ = _spelled(one, people)
            known = people.get(id_)
            people[id_] = one if known is None else replace(
                known, name=known.name or one.name, country=known.country or one.country, role=known.role or one.role,
                part=one.part if known.part == "participant" else known.part)
    named = {side_of(one) for one in people.values() if one.kind is ActorKind.PERSON}
    return tuple(one for one in people.values() if one.kind is not ActorKind.STATE or side_of(one) not in named)


def _spelled(one: Participant, people: Mapping[str, Participant]) -> str:
    """The id under which somebody is listed already, perhaps in another spelling."""
    if one.kind is not ActorKind.PERSON or one.actor_id in people:
        return one.actor_id
    return next((id_ for id_, other in people.items() if other.kind is ActorKind.PERSON and side_of(other) == side_of(one)
                 and same_person(id_, one.actor_id)), one.actor_id)


def _place(claims: Sequence[Claim], outcome: Outcome, when: When, witnesses: Witnesses) -> Place | None:
    final = when.first, when.last
    now = [claim for claim in claims if overlap(window(claim), final)]
    best: Place | None = None
    deciding = {claim.id for claim in outcome.deciding}
    for pool in ([claim for claim in now if claim.id in deciding], now, claims):
        city = _weighed([claim for claim in pool if claim.place is not None and claim.place.name],
                        lambda claim: claim.place, witnesses, lambda place: (fold_name(place.name or ""), place.country))
        country = _weighed(pool, lambda claim: claim.place, witnesses, lambda place: place.country)
        found = city or country
        if found is not None and (best is None or (best.name is None and found.name and found.country == best.country)):
            best = found
    return best


def _confidence(claims: Sequence[Claim], when: When, witnesses: Witnesses) -> float:
    """1 - the chance that all witnesses err alike; one that tells another time counts half."""
    final = when.first, when.last
    return witnesses.confidence(claims, lambda claim: claim.confidence if overlap(window(claim), final) else claim.confidence / 2)


def _confirmed_by(outcome: Outcome, participants: Sequence[Participant]) -> tuple[str, ...]:
    """The parties whose own official outlet says what the status says."""
    homes = {claim.home for claim in outcome.deciding if claim.home is not None}
    return tuple(sorted(homes & set(map(side_of, participants))))


# --- why --------------------------------------------------------------------------------------------------------------

def explain(event: Event) -> list[str]:
    """Why the event has its status and time, and which claims say otherwise; one line each."""
    if not event.claims:
        return ["withdrawn: no claim tells of it any more"]
    witnesses = Witnesses(event.claims)
    outcome = outcome_of(event.claims, witnesses)
    when, why = time_of(event.claims, outcome, witnesses)
    lines = [f"status {outcome.status.value}: {outcome.reason} by {_who(max(outcome.deciding, key=newest))}",
             f"time {when.edtf()}: {why}"]
    lines += [f"moved from {old.edtf()}" for old in event.formerly]
    final = when.first, when.last
    for claim in event.claims:
        if claim.id in outcome.dismissed:
            lines.append(f"not followed: {claim.status.value} {claim.when.edtf()} by {_who(claim)}")
        elif not overlap(window(claim), final) and claim.status is Status.HELD:
            lines.append(f"not followed: time {claim.when.edtf()} by {_who(claim)}")
    return lines


def _who(claim: Claim) -> str:
    return f"{claim.source} ({claim.tier.value}) on {claim.told_on.isoformat()}"
