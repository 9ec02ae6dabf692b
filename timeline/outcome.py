"""Whether an event is planned, put off, called off or held, from what was said of it and when it was said.

The rules are in docs/merging.md, under Status.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from timeline.accounts import STRENGTH, canonical_order, told, window
from timeline.model import Claim, Status
from timeline.weight import Witnesses

__all__ = ["Outcome", "ahead_of_time", "newest", "outcome_of", "overlap"]

DAY = timedelta(days=1)
_STATUS_ORDER = {Status.PLANNED: 0, Status.POSTPONED: 1, Status.CANCELLED: 2, Status.HELD: 3}

@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status
    deciding: tuple[Claim, ...]  # those that say so, in the order of telling
    dismissed: Mapping[str, str]  # ids of those that say otherwise and are not followed, with the reason
    reason: str


def overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def ahead_of_time(claim: Claim) -> bool:
    """Told as held although nobody could report it yet (with a day to spare for time zones)."""
    return claim.status is Status.HELD and claim.when.first - DAY > claim.told_on


def newest(claim: Claim) -> tuple[object, ...]:
    """Sort key: the day of the telling; on one day the nearer source."""
    return claim.told_on, STRENGTH[claim.tier], told(claim), claim.id


def outcome_of(claims: Sequence[Claim], witnesses: Witnesses) -> Outcome:
    """The status, who says so, and who is not followed. `claims` are in canonical order."""
    held = [claim for claim in claims if claim.status is Status.HELD and not ahead_of_time(claim)]
    others = [claim for claim in claims if claim.status is not Status.HELD or ahead_of_time(claim)]
    if held:
        first = min(map(told, held))
        against = [claim for claim in claims if claim.status in (Status.CANCELLED, Status.POSTPONED) and told(claim) >= first
                   and any(overlap(window(claim), window(one)) for one in held)]
        if not against or witnesses.support(against) <= witnesses.support(held):
            dismissed = {claim.id: "told as held before it could have been" for claim in others if ahead_of_time(claim)}
            dismissed.update((claim.id, "reported as held, and no more is behind this") for claim in against)
            return Outcome(Status.HELD, tuple(held), dismissed, "reported as held")
    return _announced(others, held)


def _announced(claims: Sequence[Claim], held: Sequence[Claim]) -> Outcome:
    """Walk through the announcements in the order of telling: what was planned can be postponed or cancelled, what was
    postponed or cancelled planned anew."""
    steps = sorted(claims, key=lambda claim: (told(claim), _STATUS_ORDER[claim.status], *canonical_order(claim)[1:]))
    status = Status.PLANNED
    reason = "announced"
    deciding: list[Claim] = []
    dismissed = {claim.id: "more is behind those who say that it was called off" for claim in held}
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
                dismissed[claim.id] = f"told before word of its being {status.value} could have reached it"
            else:
                status, reason, deciding = said, why, [claim]
        elif _about(claim, deciding):
            status, reason, deciding = said, f"told to be {said.value}", [claim]
        else:
            dismissed[claim.id] = "of a time that it was moved away from"
    return Outcome(status, tuple(deciding), dismissed, reason)


def _anew(claim: Claim, called_off: Sequence[Claim]) -> str | None:
    """Why an announcement stands although the event had been called off; None where it does not."""
    last = called_off[-1]
    other_time = not any(overlap(window(claim), window(one)) for one in called_off)
    if claim.formerly is not None or other_time or not claim.when.exact:
        return "announced for a new time" if other_time or claim.formerly is not None else "announced again"
    # one that knows nothing of it may still be printed a day later
    return "announced again" if claim.told_on > last.told_on + DAY else None


def _about(claim: Claim, deciding: Sequence[Claim]) -> bool:
    """Whether what is called off is the time that stands, and not an earlier one."""
    latest = max(deciding, key=lambda one: (one.told_on, told(one), one.id))
    if claim.status is Status.CANCELLED and latest.status is Status.POSTPONED:
        return True
    return overlap(window(claim), window(latest))
