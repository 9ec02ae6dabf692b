"""How the status of an event came about: planned, postponed, rescheduled, cancelled, held, each with the claim that brought it.

The steps stand in the order of the sources' own time and not of the reading: an older article that is read late takes its place
among them. They lead to the status and time that `fold` gives, because they are what `fold` gives for the claims told so far,
without those that it does not follow in the end. Those are listed as refused, each with the reason.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from timeline.accounts import canonical_order, told
from timeline.model import Claim, Status
from timeline.outcome import Outcome, ahead_of_time, outcome_of
from timeline.timing import time_of
from timeline.weight import Witnesses
from timeline.when import When

__all__ = ["Refusal", "StatusHistory", "StatusStep", "Turn", "status_history"]


class Turn(StrEnum):
    """What a step brought."""

    PLANNED = "planned"
    RESCHEDULED = "rescheduled"  # a new time in place of an old one
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"
    TIME = "time"  # the same occasion's time, told more exactly or corrected


_TURN = {Status.PLANNED: Turn.PLANNED, Status.POSTPONED: Turn.POSTPONED, Status.CANCELLED: Turn.CANCELLED, Status.HELD: Turn.HELD}


@dataclass(frozen=True, slots=True)
class StatusStep:
    """From the telling of `claim` on, the event had this status and time."""

    turn: Turn
    status: Status
    when: When
    claim: Claim


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim whose status is not followed, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """`steps` and `refused` in the order of the sources' time. The last step has the event's status and time."""

    steps: tuple[StatusStep, ...]
    refused: tuple[Refusal, ...]


def status_history(claims: Iterable[Claim]) -> StatusHistory:
    """The history of the status of the event that these claims tell of, in whatever order they are given. Empty without claims.

    `unreported` is none of the steps: it follows from the calendar and is derived when asked. O(articles times claims).
    """
    ordered = sorted(claims, key=canonical_order)
    if not ordered:
        return StatusHistory((), ())
    witnesses = Witnesses(ordered)
    final = outcome_of(ordered, witnesses)
    followed = [claim for claim in ordered if claim.id not in final.dismissed]
    steps: list[StatusStep] = []
    so_far: list[Claim] = []
    # an article tells all that it tells at once
    articles = [list(sentences) for _, sentences in groupby(followed, key=lambda claim: claim.article)]
    for new in articles:
        so_far += new
        if steps and new is not articles[-1] and all(_says(claim, steps[-1]) for claim in new):
            continue
        outcome = outcome_of(so_far, witnesses)
        when, _ = time_of(so_far, outcome, witnesses)
        last = steps[-1] if steps else None
        if last is None or (outcome.status, when) != (last.status, last.when):
            claim = max(new, key=lambda claim: (claim.status is outcome.status, claim.when == when, claim.when.overlaps(when)))
            steps.append(StatusStep(_turn(last, outcome.status, when, claim), outcome.status, when, claim))
    return StatusHistory(tuple(steps), tuple(_refused(ordered, final, steps)))


def _says(claim: Claim, step: StatusStep) -> bool:
    """It says what stands, so that nothing turns."""
    return claim.status is step.status and claim.when == step.when and claim.formerly is None


def _turn(last: StatusStep | None, status: Status, when: When, claim: Claim) -> Turn:
    if last is None:
        return _TURN[status]
    moved = claim.formerly is not None or not when.overlaps(last.when)
    if status is Status.PLANNED and last.when != when and moved:
        return Turn.RESCHEDULED
    return Turn.TIME if status is last.status else _TURN[status]


def _refused(claims: Sequence[Claim], final: Outcome, steps: Sequence[StatusStep]) -> Iterator[Refusal]:
    held = next((step.claim for step in steps if step.turn is Turn.HELD), None)
    bringing = {step.claim.id for step in steps}
    for claim in claims:
        if claim.id in final.dismissed:
            yield Refusal(claim, final.dismissed[claim.id])
        elif ahead_of_time(claim):
            yield Refusal(claim, "told as held before it could have been, and taken as a plan")
        elif held is not None and claim.status is not Status.HELD and told(claim) > told(held) and claim.id not in bringing:
            yield Refusal(claim, "told after it had been reported as held")
