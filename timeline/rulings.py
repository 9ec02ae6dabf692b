"""An operator's corrections: two events are one, one is two, one is none.

A ruling names evidence, by claim and by article with quotation, and never a place in a list or a moment of arrival. It is
applied to the groups that the claims make by themselves; hence the result depends on the claims and the rulings alone, and it
holds when articles come later, change, or are read anew.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from timeline.blocking import event_id
from timeline.model import Claim, Event
from timeline.same import Group, Reading, canonical_order, likeness

__all__ = ["Evidence", "Ruled", "Ruling", "RulingError", "RulingKind", "Side", "apply_rulings", "merging", "splitting",
           "withdrawing"]


class RulingKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    WITHDRAW = "withdraw"


class RulingError(ValueError):
    """What was asked for can't be ruled. `field` is the part that is wrong: `events`, `event`, `articles` or `claims`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim by its id, and by what finds it again when the id is another one: rules or the article have changed."""

    claim: str
    article: str  # canonical URL
    quotation: str
    type: str
    when: str  # EDTF
    parties: tuple[str, ...]  # ids of the actors, sorted

    @classmethod
    def of(cls, claim: Claim) -> Evidence:
        return cls(claim.id, claim.article, claim.quotation, claim.type.value, claim.when.edtf(), _parties(claim))

    def alike(self, claim: Claim) -> bool:
        """Whether a claim in other words says the same: type, time, and two parties at least (or all of either)."""
        mine, theirs = set(self.parties), set(_parties(claim))
        return (claim.type.value, claim.when.edtf()) == (self.type, self.when) and (
            len(mine & theirs) >= 2 or mine <= theirs or theirs <= mine)


@dataclass(frozen=True, slots=True)
class Side:
    """An event with the evidence that it rested on when the ruling was made."""

    event: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """One correction. `sides` of a merge: the kept event and the other one; of a split: the event with what it keeps, and the
    new one with what was taken out; of a withdrawal: the event."""

    id: str
    kind: RulingKind
    sides: tuple[Side, ...]


@dataclass(slots=True)
class Ruled:
    """Claims of one event; the id that rulings give it (None: they say nothing of it); whether it is out of the timeline, and the
    id under which it was withdrawn, which it has where no other is known."""

    claims: list[Claim]
    id: str | None = None
    out: bool = False
    withdrawn_as: str | None = None


def merging(id: str, kept: Event, other: Event) -> Ruling:
    """`other` is the same event as `kept`, which gives the id. Raises `RulingError`."""
    if kept.id == other.id:
        raise RulingError("events", f"{kept.id} can't be merged with itself")
    return Ruling(id, RulingKind.MERGE, (_side(kept.id, kept.claims), _side(other.id, other.claims)))


def splitting(id: str, event: Event, new: str, *, claims: Collection[str] = (), articles: Collection[str] = ()) -> Ruling:
    """What these claims or articles (by URL) tell of is another event than `event`; its id is `new`. Raises `RulingError`."""
    own = {claim.id for claim in event.claims}
    for field, asked, known in (("claims", claims, own), ("articles", articles, set(event.articles))):
        if strange := sorted(set(asked) - known):
            raise RulingError(field, f"event {event.id} does not rest on {', '.join(strange)}")
    if not claims and not articles:
        raise RulingError("articles", "what is to be taken out is not named: articles or claims are needed")
    taken = [claim for claim in event.claims if claim.id in set(claims) or claim.article in set(articles)]
    rest = [claim for claim in event.claims if claim not in taken]
    if not rest:
        raise RulingError("articles" if articles else "claims", f"nothing would be left of event {event.id}")
    return Ruling(id, RulingKind.SPLIT, (_side(event.id, rest), _side(new, taken)))


def withdrawing(id: str, event: Event) -> Ruling:
    """There is no such event, whatever tells of it."""
    return Ruling(id, RulingKind.WITHDRAW, (_side(event.id, event.claims),))


def apply_rulings(groups: Iterable[Sequence[Claim]], rulings: Iterable[Ruling],
                  undone: Iterable[Ruling] = ()) -> list[Ruled]:
    """The groups as `rulings` (in the order in which they were made) leave them, by their first claim.

    The events of a ruling that is just being `undone` have the ids again that they had before it.
    """
    ruled = [Ruled(list(group)) for group in groups]
    standing = _Standing(claim for group in ruled for claim in group.claims)
    for ruling in rulings:
        named = [_Named(side.event, standing.find(side.evidence)) for side in ruling.sides]
        match ruling.kind:
            case RulingKind.MERGE:
                _merge(ruled, *named)
            case RulingKind.SPLIT:
                _split(ruled, *named)
            case RulingKind.WITHDRAW:
                _withdraw(ruled, *named)
        ruled.sort(key=lambda group: canonical_order(group.claims[0]))
    for ruling in undone:
        _name_again(ruled, ruling, standing)
    return ruled


class _Standing:
    """The claims that stand, to be found by evidence."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._by_id: dict[str, Claim] = {}
        self._by_article: dict[str, list[Claim]] = {}
        for claim in claims:
            self._by_id[claim.id] = claim
            self._by_article.setdefault(claim.article, []).append(claim)

    def find(self, evidence: Iterable[Evidence]) -> set[str]:
        """Ids of the claims that are meant."""
        return {claim.id for one in evidence for claim in self._meant(one)}

    def _meant(self, one: Evidence) -> list[Claim]:
        if one.claim in self._by_id:
            return [self._by_id[one.claim]]
        told = self._by_article.get(one.article, [])
        found = [claim for claim in told if claim.quotation == one.quotation] or [
            claim for claim in told if claim.quotation in one.quotation or one.quotation in claim.quotation] or [
            claim for claim in told if one.alike(claim)]
        # One sentence can tell of several occasions.
        for same in (one.alike, lambda claim: claim.when.edtf() == one.when, lambda claim: _parties(claim) == one.parties):
            if alike := list(filter(same, found)):
                return alike
        return found


def _parties(claim: Claim) -> tuple[str, ...]:
    return tuple(sorted({one.actor_id for one in claim.participants}))


def _side(event: str, claims: Iterable[Claim]) -> Side:
    return Side(event, tuple(map(Evidence.of, claims)))


@dataclass(frozen=True, slots=True)
class _Named:
    """The claims that a side of a ruling names, and the id of its event."""

    event: str
    claims: Collection[str]

    def share(self, group: Ruled) -> int:
        return sum(claim.id in self.claims for claim in group.claims)

    def began(self, group: Ruled) -> bool:
        """Whether the claim that the event began with is named, and in the group."""
        return any(event_id(claim) == self.event and claim.id in self.claims for claim in group.claims)

    def holder(self, ruled: Sequence[Ruled]) -> Ruled | None:
        """The group that holds most of the claims; of equals that with the first of all, and else the one told first."""
        best = max(ruled, key=lambda group: (self.share(group), self.began(group)), default=None)
        return best if best is not None and self.share(best) else None


def _name(ruled: Iterable[Ruled], group: Ruled | None, id_: str) -> None:
    if group is None:
        return
    for other in ruled:
        if other.id == id_:
            other.id = None
    group.id = id_


def _name_again(ruled: Sequence[Ruled], undone: Ruling, standing: _Standing) -> None:
    """Give the events of a ruling the ids that they had before it, where no other ruling gives them another. A withdrawal took no
    id from anybody, and what was split off had none."""
    match undone.kind:
        case RulingKind.MERGE:
            named = [_Named(side.event, standing.find(side.evidence)) for side in undone.sides]
        case RulingKind.SPLIT:
            named = [_Named(undone.sides[0].event, standing.find(one for side in undone.sides for one in side.evidence))]
        case RulingKind.WITHDRAW:
            return
    meant = [(side.event, next(filter(side.began, ruled), None), side) for side in named]
    for id_, began, side in sorted(meant, key=lambda one: one[1] is None):  # in one event that began as one of them, that goes on
        group = began or side.holder(ruled)
        if group is not None and group.id is None and all(other.id != id_ for other in ruled):
            group.id = id_


def _merge(ruled: list[Ruled], kept: _Named, other: _Named) -> None:
    into, joined = kept.holder(ruled), other.holder(ruled)
    if into is not None and joined is not None and into is not joined:
        into.claims = sorted((*into.claims, *joined.claims), key=canonical_order)
        ruled.remove(joined)
    _name(ruled, into or joined, kept.event)


def _split(ruled: list[Ruled], rest: _Named, taken: _Named) -> None:
    for group in list(ruled):
        if rest.share(group) and taken.share(group):
            kept, parted = _parted(group.claims, rest.claims, taken.claims)
            group.claims = kept
            ruled.append(Ruled(parted, out=group.out))
    _name(ruled, rest.holder(ruled), rest.event)
    _name(ruled, taken.holder(ruled), taken.event)


def _parted(claims: Sequence[Claim], rest: Collection[str], taken: Collection[str]) -> tuple[list[Claim], list[Claim]]:
    """The claims in two: those that the ruling does not name join the part that they fit best, the first one if in doubt."""
    parts = [Group.of(Reading.of(claim) for claim in claims if claim.id in named) for named in (rest, taken)]
    for claim in sorted(claims, key=canonical_order):
        if claim.id not in rest and claim.id not in taken:
            reading = Reading.of(claim)
            scores = [found.score if (found := likeness(part, reading)) is not None else float("-inf") for part in parts]
            parts[scores[1] > scores[0]].add(reading)
    kept, parted = (sorted((reading.claim for reading in part.readings), key=canonical_order) for part in parts)
    return kept, parted


def _withdraw(ruled: list[Ruled], named: _Named) -> None:
    main = named.holder(ruled)
    for group in ruled:
        share = named.share(group)
        # Where later articles tear it apart, none of the pieces comes back.
        if group is main or (share and 2 * share >= len(group.claims)):
            group.out = True
    if main is not None:
        main.withdrawn_as = named.event
