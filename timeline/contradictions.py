"""Where the sources of one event contradict each other: what was chosen, what others say, and why.

Not told are mere differences of precision (September, 28 September), times that a plan was moved away from, and claims of
little weight. The rules are in docs/merging.md.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from timeline.accounts import canonical_order, window
from timeline.model import Claim, Event, EventType, Place, Status, Tier
from timeline.outcome import Outcome, outcome_of, overlap
from timeline.parties import fold_name, side_of
from timeline.timing import time_of
from timeline.weight import Witnesses

__all__ = ["Contradiction", "Said", "contradictions"]

_HEARD = 1 / 3  # of what is behind the chosen value, so that a slip of one among many is not told
_BILATERAL = frozenset((EventType.MEETING, EventType.CALL, EventType.VISIT, EventType.SIGNING))
_OF_A_DAY = frozenset((EventType.MEETING, EventType.SIGNING, EventType.CEREMONY))


@dataclass(frozen=True, slots=True)
class Said:
    """One value as it is printed (a status, a type, an EDTF time, "Busan, KR", the code of a party), and who says so."""

    value: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    field: str  # "status", "time", "place", "type" or "parties"
    chosen: Said
    others: tuple[Said, ...]  # the one with most behind it first
    reason: str  # why the chosen one was


def contradictions(event: Event) -> tuple[Contradiction, ...]:
    """The contradictions among the claims of an event, in the order status, time, place, type, parties."""
    if not event.claims:
        return ()
    told = tuple(sorted(event.claims, key=canonical_order))
    witnesses = Witnesses(told)
    outcome = outcome_of(told, witnesses)
    found = (_status(told, outcome, witnesses), _time(event, told, outcome, witnesses), _place(event, told, outcome, witnesses),
             _type(event, told, witnesses), _parties(event, told, witnesses))
    return tuple(one for one in found if one is not None)


def _weighed(field: str, value: str, agreeing: Sequence[Claim], disagreeing: Iterable[Claim], said: Callable[[Claim], str],
             reason: str, witnesses: Witnesses) -> Contradiction | None:
    """The contradiction, if any of the other values has enough behind it: a third of the chosen one, or an official source."""
    values: dict[str, list[Claim]] = {}
    for claim in disagreeing:
        values.setdefault(said(claim), []).append(claim)
    enough = _HEARD * witnesses.support(agreeing)
    heard = {other: claims for other, claims in values.items()
             if witnesses.support(claims) >= enough or any(claim.tier is Tier.OFFICIAL for claim in claims)}
    if not heard or not agreeing:
        return None
    ranked = sorted(heard, key=lambda other: (-witnesses.support(heard[other]), other))
    return Contradiction(field, Said(value, tuple(agreeing)), tuple(Said(other, tuple(heard[other])) for other in ranked), reason)


def _status(told: Sequence[Claim], outcome: Outcome, witnesses: Witnesses) -> Contradiction | None:
    """Held against called off. That a plan was called off, or came true, is no contradiction."""
    held = outcome.status is Status.HELD
    against = (Status.CANCELLED, Status.POSTPONED) if held else (Status.HELD,)
    others = [claim for claim in told if claim.id in outcome.dismissed and claim.status in against]
    reason = "no more is behind those who say otherwise" if held else "more is behind it than behind the report"
    return _weighed("status", outcome.status.value, outcome.deciding, others, lambda claim: claim.status.value, reason, witnesses)


def _time(event: Event, told: Sequence[Claim], outcome: Outcome, witnesses: Witnesses) -> Contradiction | None:
    """Days that exclude each other: among the reports, or among the last announcements, made on one day."""
    final = event.when.first, event.when.last
    latest = max(claim.told_on for claim in outcome.deciding)
    heard = [claim for claim in outcome.deciding if outcome.status is Status.HELD or claim.told_on == latest]
    others = [claim for claim in heard if claim.when.exact and not overlap(window(claim), final)]
    agreeing = [claim for claim in heard if overlap(window(claim), final)]
    _, reason = time_of(told, outcome, witnesses)
    return _weighed("time", event.when.edtf(), agreeing, others, lambda claim: claim.when.edtf(), reason, witnesses)


def _place(event: Event, told: Sequence[Claim], outcome: Outcome, witnesses: Witnesses) -> Contradiction | None:
    """Another country; or another city, at what lasts no longer than a day. A country does not contradict its city."""
    if event.place is None:
        return None
    final = event.when.first, event.when.last
    heard = [(claim, claim.place) for claim in told if claim.place is not None and claim.id not in outcome.dismissed
             and overlap(window(claim), final)]
    others = [claim for claim, place in heard if _elsewhere(event, event.place, place)]
    agreeing = [claim for claim, place in heard if not _elsewhere(event, event.place, place)]
    return _weighed("place", _printed(event.place), agreeing, others, lambda claim: _printed(claim.place) if claim.place else "",
                    "most is behind it among those who decided the status or tell the time", witnesses)


def _elsewhere(event: Event, ours: Place, theirs: Place) -> bool:
    if ours.country and theirs.country and ours.country != theirs.country:
        return True
    cities = event.type in _OF_A_DAY and event.when.length == 1
    return cities and bool(ours.name and theirs.name) and fold_name(ours.name or "") != fold_name(theirs.name or "")


def _printed(place: Place) -> str:
    return ", ".join(part for part in (place.name, place.country) if part)


def _type(event: Event, told: Sequence[Claim], witnesses: Witnesses) -> Contradiction | None:
    """Words that can't both be right. "Meeting" is said of all, of a visit, a call and a summit too."""
    others = [claim for claim in told if claim.type not in (event.type, EventType.MEETING) and event.type is not EventType.MEETING]
    agreeing = [claim for claim in told if claim.type is event.type]
    return _weighed("type", event.type.value, agreeing, others, lambda claim: claim.type.value, "most is behind it", witnesses)


def _parties(event: Event, told: Sequence[Claim], witnesses: Witnesses) -> Contradiction | None:
    """A further side at what two hold with each other."""
    if event.type not in _BILATERAL:
        return None
    sides = {side_of(one) for one in event.participants}
    extra = [(side, claim) for claim in told for side in sorted({side_of(one) for one in claim.participants} - sides)]
    agreeing = [claim for claim in told if {side_of(one) for one in claim.participants} <= sides]
    by_claim = {claim.id: side for side, claim in reversed(extra)}
    others = [claim for claim in told if claim.id in by_claim]
    return _weighed("parties", ", ".join(sorted(sides)), agreeing, others, lambda claim: by_claim[claim.id],
                    "further sides stand in less than a third of the articles", witnesses)
