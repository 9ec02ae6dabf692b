"""When an event is, from what was said of it: the time that stands, and those that it was moved away from.

The rules are in docs/merging.md, under Date.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from timeline.accounts import STRENGTH, window
from timeline.model import Claim, EventType, Status
from timeline.outcome import Outcome, newest, overlap
from timeline.weight import Witnesses
from timeline.when import Precision, When

__all__ = ["earlier_times", "time_of"]

DAY = timedelta(days=1)
_LASTING = frozenset((EventType.VISIT, EventType.SUMMIT, EventType.CONFERENCE))


def time_of(claims: Sequence[Claim], outcome: Outcome, witnesses: Witnesses) -> tuple[When, str]:
    """The time, and why it is preferred. Who is not followed in the status is not heard here either."""
    claims = [claim for claim in claims if claim.id not in outcome.dismissed]
    lasting = _is_lasting(claims)
    if outcome.status is Status.HELD:
        exact = [claim for claim in outcome.deciding if claim.when.exact]
        if exact:
            anchor, why = _anchor(exact, lasting, witnesses), "told by those who report it"
        else:
            plans = [claim for claim in claims if claim.status is not Status.HELD and claim.when.exact
                     and any(overlap(window(claim), window(one)) for one in outcome.deciding)]
            if plans:
                anchor, why = max(plans, key=newest), "announced, and reported no more exactly"
            else:
                anchor, why = max(outcome.deciding, key=_most_exact), "the most exact time that is told"
    else:
        anchor, why = max(outcome.deciding, key=newest), "told last"
    pool = [claim for claim in claims if overlap(window(claim), window(anchor))]
    chosen = _refined(anchor, pool, lasting, witnesses)
    if chosen is not anchor:
        why += ", refined by a more exact source"
    when = chosen.when
    if when.precision is Precision.DAY and outcome.status is Status.HELD and any(claim.type is EventType.SUMMIT for claim in claims):
        when = _days_told(when, claims)
    if when.precision is Precision.DAY and when.length == 1:
        clocks = [claim for claim in pool if claim.when.precision is Precision.MINUTE and claim.when.first == when.first]
        if clocks:
            when = max(clocks, key=lambda claim: (STRENGTH[claim.tier], newest(claim))).when
    return when, why


def _is_lasting(claims: Sequence[Claim]) -> bool:
    lasting = [claim for claim in claims if claim.type in _LASTING]
    return 2 * len(lasting) >= len(claims)


def _most_exact(claim: Claim) -> tuple[object, ...]:
    return -max(claim.when.precision.rank, Precision.DAY.rank), -claim.when.length, *newest(claim)


def _anchor(exact: Sequence[Claim], lasting: bool, witnesses: Witnesses) -> Claim:
    """Of several reports with a day each, the one that most stands behind; of a stay, the day it began."""
    by_time: dict[tuple[date, date], list[Claim]] = {}
    for claim in exact:
        by_time.setdefault(window(claim), []).append(claim)
    if not lasting:
        single = {span: found for span, found in by_time.items() if span[0] == span[1]}
        by_time = single or by_time
    best = _most_backed(by_time, witnesses)
    if lasting and all(span[0] == span[1] for span in by_time):
        start = min(span[0] for span in by_time if abs((span[0] - best[0].when.first).days) <= 3)
        best = by_time[start, start]
    return max(best, key=newest)


def _most_backed(by_time: Mapping[tuple[date, date], Sequence[Claim]], witnesses: Witnesses) -> Sequence[Claim]:
    found = list(by_time.values())
    if len(found) == 1:
        return found[0]
    return max(found, key=lambda claims: (witnesses.backing(claims), max(map(newest, claims))))


def _refined(anchor: Claim, pool: Sequence[Claim], lasting: bool, witnesses: Witnesses) -> Claim:
    """The claim of the same time that tells more: a day rather than a month, a stay rather than its first day."""
    exact = [claim for claim in pool if claim.when.exact]
    if not anchor.when.exact:
        if not exact:
            return max(pool, key=_most_exact)
        anchor = max(exact, key=newest)
        exact = [claim for claim in exact if overlap(window(claim), window(anchor))]
    if lasting:
        stays = [claim for claim in exact if claim.when.length > 1]
        if not stays or anchor.when.length > 1:
            return anchor
        by_span: dict[tuple[date, date], list[Claim]] = {}
        for claim in stays:
            by_span.setdefault(window(claim), []).append(claim)
        return max(_most_backed(by_span, witnesses), key=newest)
    days = [claim for claim in exact if claim.when.length == 1]
    if anchor.when.length == 1 or not days:
        return anchor
    return max(days, key=newest)


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


def earlier_times(claims: Sequence[Claim], when: When) -> tuple[When, ...]:
    """Times that the event was moved away from, earliest first, each at the best precision told."""
    final = when.first, when.last
    times = [(claim.when, window(claim)) for claim in claims if claim.status is not Status.HELD]
    times += [(claim.formerly, (claim.formerly.first, claim.formerly.last)) for claim in claims if claim.formerly is not None]
    kept: list[tuple[When, tuple[date, date]]] = []
    for time, span in sorted(set(times), key=lambda told: (max(told[0].precision.rank, 1), -told[0].length if told[0].exact else told[0].length,
                                                           told[0].first, told[0].edtf(), told[1])):
        if not overlap(span, final) and not any(overlap(span, other) for _, other in kept):
            kept.append((time, span))
    return tuple(sorted((time for time, _ in kept), key=lambda time: time.first))
