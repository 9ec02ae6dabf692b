"""One event from its claims, by stated rules; and why.

The rules are in docs/merging.md. They look at what each source said and when it said it, never at the order of arrival.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from timeline.model import ActorKind, Claim, Event, EventType, Participant, Place, Status
from timeline.parties import fold_name, same_person, side_of
from timeline.same import STRENGTH, canonical_order, told, window
from timeline.titles import title
from timeline.weight import Witnesses
from timeline.when import Precision, When

__all__ = ["UNREPORTED", "derived_status", "explain", "fold"]

UNREPORTED = "unreported"
DAY = timedelta(days=1)
_LASTING = frozenset((EventType.VISIT, EventType.SUMMIT, EventType.CONFERENCE))
_STATUS_ORDER = {Status.PLANNED: 0, Status.POSTPONED: 1, Status.CANCELLED: 2, Status.HELD: 3}
_T = TypeVar("_T")


def fold(claims: Iterable[Claim], id: str, revision: int = 0) -> Event:
    """The event that these claims tell of. Raises `ValueError` where there are none."""
    told_claims = tuple(sorted(claims, key=canonical_order))
    if not told_claims:
        raise ValueError(f"event {id} has no claims to be folded from")
    witnesses = Witnesses(told_claims)
    outcome = _outcome(told_claims, witnesses)
    when, _ = _when(told_claims, outcome, witnesses)
    type_ = _type(told_claims, when, witnesses)
    participants = _participants(told_claims, outcome, type_)
    place = None if type_ is EventType.CALL else _place(told_claims, outcome, when, witnesses)
    organisation = _weighed(told_claims, lambda claim: claim.organisation, witnesses)
    return Event(id=id, claims=told_claims, type=type_, participants=participants, when=when, status=outcome.status,
                 place=place, organisation=organisation, title=title(type_, participants, place, organisation),
                 confidence=_confidence(told_claims, when, witnesses), formerly=_formerly(told_claims, when), revision=revision,
                 witnesses=witnesses.count(told_claims), confirmed_by=_confirmed_by(outcome, participants))


def derived_status(event: Event, today: date) -> str:
    """The status as it is served: `unreported` for a plan whose last day is past (with a day to spare for time zones)
    and whose outcome nobody told. `today` is UTC's."""
    if event.status is Status.PLANNED and event.when.last + DAY < today:
        return UNREPORTED
    return event.status.value


# --- status -----------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Outcome:
    status: Status
    deciding: tuple[Claim, ...]  # those that say so, in the order of telling
    dismissed: frozenset[str]  # ids of those that say otherwise and are not believed
    reason: str


def _overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _outcome(claims: Sequence[Claim], witnesses: Witnesses) -> _Outcome:
    # nobody can report what is still to come
    held = [claim for claim in claims if claim.status is Status.HELD and claim.when.first - DAY <= claim.told_on]
    others = [claim for claim in claims if claim.status is not Status.HELD or claim.when.first - DAY > claim.told_on]
    if held:
        first = min(map(told, held))
        against = [claim for claim in claims if claim.status in (Status.CANCELLED, Status.POSTPONED) and told(claim) >= first
                   and any(_overlap(window(claim), window(one)) for one in held)]
        if witnesses.support(against) <= witnesses.support(held):
            too_early = [claim for claim in others if claim.status is Status.HELD]
            return _Outcome(Status.HELD, tuple(held), frozenset(claim.id for claim in against + too_early), "reported as held")
    return _announced(others, held)


def _announced(claims: Sequence[Claim], held: Sequence[Claim]) -> _Outcome:
    """Walk through the announcements in the order of telling: what was planned can be postponed or cancelled, what was
    postponed or cancelled planned anew."""
    steps = sorted(claims, key=lambda claim: (told(claim), _STATUS_ORDER[claim.status], *canonical_order(claim)[1:]))
    status = Status.PLANNED
    reason = "announced"
    deciding: list[Claim] = []
    refused: list[Claim] = []
    for claim in steps:
        said = Status.PLANNED if claim.status is Status.HELD else claim.status
        if not deciding or said is status:
            if said is not status:
                reason = f"told to be {said.value}"
            status = said
            deciding.append(claim)
        elif said is Status.PLANNED:
            why = _anew(claim, deciding)
            if why is None:
                refused.append(claim)
            else:
                status, reason, deciding = said, why, [claim]
        elif _about(claim, deciding):
            status, reason, deciding = said, f"told to be {said.value}", [claim]
        else:
            refused.append(claim)  # of a time that it was moved away from
    return _Outcome(status, tuple(deciding), frozenset(claim.id for claim in (*held, *refused)), reason)


def _anew(claim: Claim, called_off: Sequence[Claim]) -> str | None:
    """Why an announcement stands although the event had been called off; None where it does not."""
    last = called_off[-1]
    other_time = not any(_overlap(window(claim), window(one)) for one in called_off)
    if claim.formerly is not None or other_time or not claim.when.exact:
        return "announced for a new time" if other_time or claim.formerly is not None else "announced again"
    # one that knows nothing of it may still be printed a day later
    return "announced again" if claim.told_on > last.told_on + DAY else None


def _about(claim: Claim, deciding: Sequence[Claim]) -> bool:
    """Whether what is called off is the time that stands, and not an earlier one."""
    latest = max(deciding, key=lambda one: (one.told_on, told(one), one.id))
    if claim.status is Status.CANCELLED and latest.status is Status.POSTPONED:
        return True
    return _overlap(window(claim), window(latest))


# --- time -------------------------------------------------------------------------------------------------------------

def _when(claims: Sequence[Claim], outcome: _Outcome, witnesses: Witnesses) -> tuple[When, str]:
    """The time, and why it is preferred."""
    lasting = _is_lasting(claims)
    if outcome.status is Status.HELD:
        exact = [claim for claim in outcome.deciding if claim.when.exact]
        if exact:
            anchor, why = _anchor(exact, lasting, witnesses), "told by those who report it"
        else:
            plans = [claim for claim in claims if claim.status is not Status.HELD and claim.when.exact
                     and any(_overlap(window(claim), window(one)) for one in outcome.deciding)
                     and claim.id not in outcome.dismissed]
            if plans:
                anchor, why = max(plans, key=_newest), "announced, and reported no more exactly"
            else:
                anchor, why = max(outcome.deciding, key=_most_exact), "the most exact time that is told"
    else:
        anchor, why = max(outcome.deciding, key=_newest), "told last"
    pool = [claim for claim in claims if _overlap(window(claim), window(anchor)) and claim.id not in outcome.dismissed]
    chosen = _refined(anchor, pool, lasting, witnesses)
    if chosen is not anchor:
        why += ", refined by a more exact source"
    when = chosen.when
    if when.precision is Precision.DAY and outcome.status is Status.HELD and any(claim.type is EventType.SUMMIT for claim in claims):
        when = _days_told(when, [claim for claim in claims if claim.id not in outcome.dismissed])
    if when.precision is Precision.DAY and when.length == 1:
        clocks = [claim for claim in pool if claim.when.precision is Precision.MINUTE and claim.when.first == when.first]
        if clocks:
            when = max(clocks, key=lambda claim: (STRENGTH[claim.tier], _newest(claim))).when
    return when, why


def _is_lasting(claims: Sequence[Claim]) -> bool:
    lasting = [claim for claim in claims if claim.type in _LASTING]
    return 2 * len(lasting) >= len(claims)


def _newest(claim: Claim) -> tuple[object, ...]:
    return claim.told_on, STRENGTH[claim.tier], told(claim), claim.id


def _most_exact(claim: Claim) -> tuple[object, ...]:
    return -max(claim.when.precision.rank, Precision.DAY.rank), -claim.when.length, *_newest(claim)


def _anchor(exact: Sequence[Claim], lasting: bool, witnesses: Witnesses) -> Claim:
    """Of several reports with a day each, the one that most stands behind; of a stay, the day it began."""
    by_time: dict[tuple[date, date], list[Claim]] = {}
    for claim in exact:
        by_time.setdefault(window(claim), []).append(claim)
    if not lasting:
        single = {span: found for span, found in by_time.items() if span[0] == span[1]}
        by_time = single or by_time
    best = max(by_time.values(), key=lambda found: (witnesses.backing(found), max(map(_newest, found))))
    if lasting and all(span[0] == span[1] for span in by_time):
        start = min(span[0] for span in by_time if abs((span[0] - best[0].when.first).days) <= 3)
        best = by_time[start, start]
    return max(best, key=_newest)


def _refined(anchor: Claim, pool: Sequence[Claim], lasting: bool, witnesses: Witnesses) -> Claim:
    """The claim of the same time that tells more: a day rather than a month, a stay rather than its first day."""
    exact = [claim for claim in pool if claim.when.exact]
    if not anchor.when.exact:
        if not exact:
            return max(pool, key=_most_exact)
        anchor = max(exact, key=_newest)
        exact = [claim for claim in exact if _overlap(window(claim), window(anchor))]
    if lasting:
        stays = [claim for claim in exact if claim.when.length > 1]
        if not stays or anchor.when.length > 1:
            return anchor
        spans = {window(claim) for claim in stays}
        best = max(spans, key=lambda span: (witnesses.backing(claim for claim in stays if window(claim) == span), span))
        return max((claim for claim in stays if window(claim) == best), key=_newest)
    days = [claim for claim in exact if claim.when.length == 1]
    if anchor.when.length == 1 or not days:
        return anchor
    return max(days, key=_newest)


def _days_told(when: When, claims: Sequence[Claim]) -> When:
    """The stretch of days that follow each other, from a summit told day by day, in plans and reports alike. A day that
    it was moved away from is none of its days."""
    left = [claim.formerly for claim in claims if claim.formerly is not None]
    left += [claim.when for claim in claims if claim.status is Status.POSTPONED]
    spans = sorted({window(claim) for claim in claims if claim.when.exact and claim.status in (Status.PLANNED, Status.HELD)
                    and not any(claim.when.overlaps(old) for old in left)})
    first, last = when.first, when.last
    for start, end in spans + spans[::-1]:
        if start <= last + DAY and first - DAY <= end:
            first, last = min(first, start), max(last, end)
    return When.days(first, last)


def _formerly(claims: Sequence[Claim], when: When) -> tuple[When, ...]:
    """Times that the event was moved away from, earliest first, each at the best precision told."""
    final = when.first, when.last
    times = [claim.when for claim in claims if claim.status is not Status.HELD and not _overlap(window(claim), final)]
    times += [claim.formerly for claim in claims
              if claim.formerly is not None and not _overlap((claim.formerly.first, claim.formerly.last), final)]
    kept: list[When] = []
    for time in sorted(set(times), key=lambda time: (max(time.precision.rank, 1), -time.length if time.exact else time.length,
                                                     time.first, time.edtf())):
        if not any(time.overlaps(other) for other in kept):
            kept.append(time)
    return tuple(sorted(kept, key=lambda time: time.first))


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
    best = max(found.values(), key=lambda group: (witnesses.backing(group), max(map(_newest, group))))
    return value(max(best, key=_newest))


def _type(claims: Sequence[Claim], when: When, witnesses: Witnesses) -> EventType:
    types = {claim.type for claim in claims}
    if EventType.CALL in types and types <= {EventType.CALL, EventType.MEETING}:
        return EventType.CALL
    if types == {EventType.VISIT, EventType.MEETING}:
        # a visit and the talks it was made for are a meeting; a stay of several days is a visit
        return EventType.VISIT if when.exact and when.length > 1 else EventType.MEETING
    return _weighed(claims, lambda claim: claim.type, witnesses) or claims[0].type


def _participants(claims: Sequence[Claim], outcome: _Outcome, type_: EventType) -> tuple[Participant, ...]:
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


def _place(claims: Sequence[Claim], outcome: _Outcome, when: When, witnesses: Witnesses) -> Place | None:
    final = when.first, when.last
    now = [claim for claim in claims if _overlap(window(claim), final)]
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
    return witnesses.confidence(claims, lambda claim: claim.confidence if _overlap(window(claim), final) else claim.confidence / 2)


def _confirmed_by(outcome: _Outcome, participants: Sequence[Participant]) -> tuple[str, ...]:
    """The parties whose own official outlet says what the status says."""
    homes = {claim.home for claim in outcome.deciding if claim.home is not None}
    return tuple(sorted(homes & set(map(side_of, participants))))


# --- why --------------------------------------------------------------------------------------------------------------

def explain(event: Event) -> list[str]:
    """Why the event has its status and time, and which claims say otherwise; one line each."""
    if not event.claims:
        return ["withdrawn: no claim tells of it any more"]
    witnesses = Witnesses(event.claims)
    outcome = _outcome(event.claims, witnesses)
    when, why = _when(event.claims, outcome, witnesses)
    newest = max(outcome.deciding, key=_newest)
    lines = [f"status {outcome.status.value}: {outcome.reason} by {_who(newest)}",
             f"time {when.edtf()}: {why}"]
    lines += [f"moved from {old.edtf()}" for old in event.formerly]
    final = when.first, when.last
    for claim in event.claims:
        if claim.id in outcome.dismissed:
            lines.append(f"not followed: {claim.status.value} {claim.when.edtf()} by {_who(claim)}")
        elif not _overlap(window(claim), final) and claim.status is Status.HELD:
            lines.append(f"not followed: time {claim.when.edtf()} by {_who(claim)}")
    return lines


def _who(claim: Claim) -> str:
    return f"{claim.source} ({claim.tier.value}) on {claim.told_on.isoformat()}"
