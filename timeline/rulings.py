"""An operator's corrections: two events are one, one is two, one is none.

A ruling names evidence, by claim and by article with quotation, and never a place in a list or a moment of arrival. It is
applied to the groups that the claims make by themselves; hence the result depends on the claims and the rulings alone, and it
holds when articles come later, change, or are read anew.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
    """Claims of one event; the id that rulings give it (None: they say nothing of it); whether it is out of the timeline."""

    claims: list[Claim]
    id: str | None = None
    out: bool = False


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
        named = [standing.find(side.evidence) for side in ruling.sides]
        match ruling.kind:
            case RulingKind.MERGE:
                _merge(ruled, ruling, named)
            case RulingKind.SPLIT:
                _split(ruled, ruling, named)
            case RulingKind.WITHDRAW:
                _withdraw(ruled, ruling, named[0])
        ruled.sort(key=lambda group: canonical_order(group.claims[0]))
    for ruling in undone:
        for side in ruling.sides:
            group = _holder(ruled, standing.find(side.evidence))
            if group is not None and group.id is None and all(other.id != side.event for other in ruled):
                group.id = side.event
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


def _share(group: Ruled, named: Collection[str]) -> int:
    return sum(claim.id in named for claim in group.claims)


def _holder(ruled: Sequence[Ruled], named: Collection[str]) -> Ruled | None:
    """The group that holds most of the named claims; of equals the one told first."""
    best = max(ruled, key=lambda group: _share(group, named), default=None)
    return best if best is not None and _share(best, named) else None


def _name(ruled: Iterable[Ruled], group: Ruled | None, id_: str) -> None:
    if group is None:
        return
    for other in ruled:
        if other.id == id_:
            other.id = None
    group.id = id_


def _merge(ruled: list[Ruled], ruling: Ruling, named: Sequence[Collection[str]]) -> None:
    kept, other = (_holder(ruled, side) for side in named)
    if kept is not None and other is not None and kept is not other:
        kept.claims = sorted((*kept.claims, *other.claims), key=canonical_order)
        ruled.remove(other)
    _name(ruled, kept or other, ruling.sides[0].event)


def _split(ruled: list[Ruled], ruling: Ruling, named: Sequence[Collection[str]]) -> None:
    rest, taken = named
    for group in list(ruled):
        if _share(group, rest) and _share(group, taken):
            kept, parted = _parted(group.claims, rest, taken)
            group.claims = kept
            ruled.append(Ruled(parted, out=group.out))
    _name(ruled, _holder(ruled, rest), ruling.sides[0].event)
    _name(ruled, _holder(ruled, taken), ruling.sides[1].event)


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


def _withdraw(ruled: list[Ruled], ruling: Ruling, named: Collection[str]) -> None:
    main = _holder(ruled, named)
    for group in ruled:
        share = _share(group, named)
        # Where later articles tear it apart, none of the pieces comes back.
        if group is main or (share and 2 * share >= len(group.claims)):
            group.out = True
    _name(ruled, main, ruling.sides[0].event)
