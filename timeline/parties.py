"""Who takes part, seen from one claim or event: the sides, and the persons who stand for each.

Identity of persons beats that of states. `state:CN` may be anybody who stands for China; two different persons of China
are two different parties. That is what keeps Biden-Xi and Blinken-Wang of one day apart.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from timeline.model import ActorKind, EventType, Participant, Place
from timeline.spelling import fold, sound

__all__ = ["PartyMatch", "Sides", "fold_name", "match", "offices_of", "same_person", "side_of", "sides_of"]

Sides = Mapping[str, frozenset[str]]  # side (country code, acronym, or the id of somebody whose state is unknown) -> persons


@lru_cache(maxsize=8192)
def fold_name(text: str) -> str:
    """A name of a place or a body as it is compared: `spelling.fold` without dots, apostrophes and other marks."""
    kept = "".join(letter if letter.isalnum() else ("" if letter in "'." else " ") for letter in fold(text))
    return " ".join(kept.split())


def side_of(participant: Participant) -> str:
    """The party that a participant stands for: country code or acronym, else the participant's own id."""
    if participant.country:
        return participant.country
    kind, _, rest = participant.actor_id.partition(":")
    return rest if kind in (ActorKind.STATE, ActorKind.ORGANISATION) and rest else participant.actor_id


def sides_of(participants: Iterable[Participant], type_: EventType | None = None, place: Place | None = None) -> Sides:
    """Sides and the ids of the persons named for each; the visited country of a visit is a side of it."""
    sides: dict[str, frozenset[str]] = {}
    for participant in participants:
        named = frozenset((participant.actor_id,)) if participant.kind is ActorKind.PERSON else frozenset()
        side = side_of(participant)
        sides[side] = sides.get(side, frozenset()) | named
    if type_ is EventType.VISIT and place is not None and place.country:
        sides.setdefault(place.country, frozenset())
    return sides


def offices_of(participants: Iterable[Participant]) -> Sides:
    """Sides and the offices told for each, folded; sides without one are left out."""
    offices: dict[str, frozenset[str]] = {}
    for participant in participants:
        if participant.role:
            side = side_of(participant)
            offices[side] = offices.get(side, frozenset()) | {fold_name(participant.role)}
    return offices


@dataclass(frozen=True, slots=True)
class PartyMatch:
    """How the parties of two accounts agree. `named` are the shared sides for which both name a same person."""

    shared: frozenset[str]
    named: frozenset[str]
    conflicts: frozenset[str]  # shared sides for which the two name different persons only
    left: frozenset[str]  # sides of the first account alone
    right: frozenset[str]


def match(left: Sides, right: Sides) -> PartyMatch:
    """Compare two accounts of who took part."""
    renamed = _placed(left, right)
    other = _placed(right, renamed)
    shared = renamed.keys() & other.keys()
    named, conflicts = set(), set()
    for side in shared:
        ours, theirs = renamed[side], other[side]
        if not ours or not theirs:
            continue
        if ours & theirs or any(same_person(a, b) for a in ours for b in theirs):
            named.add(side)
        else:
            conflicts.add(side)
    return PartyMatch(frozenset(shared), frozenset(named), frozenset(conflicts),
                      frozenset(renamed.keys() - shared), frozenset(other.keys() - shared))


def _placed(sides: Sides, other: Sides) -> Sides:
    """The same sides, with persons of unknown state put where the other account has them."""
    if not any(side.startswith("person:") for side in sides):
        return sides
    placed: dict[str, frozenset[str]] = {}
    for side, persons in sides.items():
        if side.startswith("person:"):
            side = next((theirs for theirs, names in other.items() if persons & names), side)
        placed[side] = placed.get(side, frozenset()) | persons
    return placed


@lru_cache(maxsize=65536)
def same_person(left: str, right: str) -> bool:
    """Whether two ids are spellings of one name ("person:nuri-al-maliki", "person:nouri-al-maliki").

    Word by word, by sound, or with equal first letters and at most one slip of the pen (two in long words); the shorter name may leave out
    given names but not the surname. Known spellings of known people have one id already: this is for the others.
    """
    names = sorted((left.partition(":")[2].split("-"), right.partition(":")[2].split("-")), key=len)
    shorter = [word for word in names[0] if word not in _ARTICLES]
    longer = [word for word in names[1] if word not in _ARTICLES]
    if not shorter or not longer:
        return False
    if len(shorter) == 1:
        return len(shorter[0]) > 3 and _same_word(shorter[0], longer[-1])
    rest = iter(longer)
    return _same_word(shorter[-1], longer[-1]) and all(any(_same_word(word, found) for found in rest) for word in shorter)


_ARTICLES = frozenset(("al", "el", "bin", "ibn", "ben"))


def _same_word(left: str, right: str) -> bool:
    if left == right or sound(left) == sound(right):
        return True
    length = min(len(left), len(right))
    return length >= 4 and left[0] == right[0] and OSA.distance(left, right) <= (2 if length >= 8 else 1)
