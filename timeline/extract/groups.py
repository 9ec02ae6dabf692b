"""Parties that are named together: "A and B", "Trump-Xi", "leaders of A, B and C"."""
from __future__ import annotations

from timeline.extract.sentence import Item, Sentence
from timeline.extract.syntax import Group
from timeline.mentions import NameKind


def read_groups(sentence: Sentence) -> list[Group]:
    """The groups of coordinated parties of a sentence, in order."""
    kinds, items = sentence.kinds, sentence.items
    found: list[Group] = []
    for index, kind in enumerate(kinds):
        if kind not in "PSOCJhH":
            continue
        if kind == "J" and not _stands_for_party(sentence, index):
            continue
        if kind in "SCO" and kinds[index - 1:index] == "(" and kinds[index + 1:index + 2] == ")" and found and found[-1].end == index - 1:
            continue  # "the European Community (EC)": the same again
        if kind in "SCO" and kinds[index + 2:index + 3] == "P" and "owner" in items[index + 1].word.function:
            continue  # "Mexico's Lopez Obrador": the state belongs to the person
        if found:
            joined = _joined(sentence, found[-1], index)
            if joined:
                group = found[-1]
                if joined == "place":
                    group.end = index + 1
                    continue
                group.members.append(index)
                group.end = index + 1
                group.compound = group.compound or joined == "compound"
                group.possessive = owns(sentence, index)
                continue
        at = _preposition_before(sentence, index)
        found.append(Group(index, index + 1, [index], items[at].low if at >= 0 else "", at, owns(sentence, index)))
    return found


def _stands_for_party(sentence: Sentence, index: int) -> bool:
    """"Russian-Turkish talks", "the Russians", "Indian and Pakistani talks"; not "Russian gas"."""
    terms = sentence.terms
    name = sentence.name(index)
    if name is not None and name.plural:
        return True
    low = sentence.low
    if low(index + 1) in ("-", "–", "/") and sentence.kind(index + 2) in "JSPC":
        return True
    if low(index - 1) in ("-", "–", "/") and sentence.kind(index - 2) in "JSPC":
        return True
    position = index + 1
    if low(position) in terms.addition and sentence.kind(position + 1) in "JS":
        return True
    return low(index - 1) in terms.addition and sentence.kind(index - 2) in "JS"


def owns(sentence: Sentence, index: int) -> bool:
    """Whether the party at an index stands in the possessive: "China's", "Putin’s"."""
    name = sentence.name(index)
    return (name is not None and name.possessive) or "owner" in sentence.word(index + 1).function


def _joined(sentence: Sentence, group: Group, index: int) -> str:
    """How the party at an index joins the group before it: "and" ("A, B and C"), "compound" ("Trump-Xi"), "place" where it only
    says more of the last ("Busan, South Korea"), "" where it stands for itself."""
    terms = sentence.terms
    kinds, items = sentence.kinds, sentence.items
    last = group.members[-1]
    gap = items[group.end:index]
    if not gap:
        name = sentence.name(last)  # "G7 leaders Prime Minister A, B and C"
        return "and" if name is not None and name.plural and name.kind is NameKind.GROUP and kinds[index] == "P" else ""
    if len(gap) > 9:
        return ""
    mine, theirs = _class(kinds[last]), _class(kinds[index])
    first = gap[0].low
    if len(gap) == 1 and first in ("-", "–", "/", "—"):
        return "compound" if mine == theirs or {kinds[last], kinds[index]} <= set("SJCPO") else ""
    if len(gap) == 1 and first == "," and kinds[last] == "C" and kinds[index] == "S":
        return "place"
    if gap[0].kind == "(":  # "(IAEA) and": what stands in brackets is passed
        close = next((n for n, item in enumerate(gap) if item.kind == ")"), -1)
        if close < 0:
            return ""
        gap = gap[close + 1:]
        if not gap:
            return ""
    conjunction = comma = False
    if gap[0].kind == "," and len(gap) > 2 and all(item.low in terms.picture_places for item in gap[1:_next_comma(gap)]):
        gap = gap[_next_comma(gap):]  # "A, left, B, second right, and C": where they stand in a picture is passed
    for item in gap:
        if item.kind == ",":
            comma = True
        elif "and" in item.word.function and item.low not in terms.contrast:
            conjunction = True
        elif item.kind == "w" and (item.word.function & {"determiner", "possessive"} or item.low in terms.between_parties):
            if item.low in terms.company and not conjunction:
                return ""
        elif item.kind in "JS" or (item.kind == "w" and item.word.people):
            continue
        elif item.kind == "w" and not item.word.function and not item.word.verbs and not item.word.noun and len(gap) <= 4:
            if not conjunction and not comma:
                return ""
        else:
            return ""
    if group.possessive and kinds[last] != "h" and not conjunction:
        return ""
    if comma and not conjunction and kinds[last] == "P" and kinds[index] == "P" and len(group.members) == 1:
        office, held = sentence.name(index), sentence.name(last)
        after = sentence.low(index + 1)
        if office is not None and held is not None and office.kind is NameKind.OFFICE and not office.plural and office.name is None and held.kind is NameKind.PERSON \
                and "and" not in sentence.word(index + 1).function and not (after == "," and kinds[index + 2:index + 3] == "P"):
            return "place"  # "President A, Chair of the African Union": an apposition
    if conjunction:
        return "and" if mine == theirs or "city" not in (mine, theirs) else ""
    if not comma or mine != theirs or kinds[index] in "hH":
        return ""
    return "and" if sentence.block == "headline" or _list_goes_on(sentence, index) else ""


def _next_comma(gap: list[Item]) -> int:
    """The index of the second comma of what stands between two parties, its length where there is none."""
    return next((n for n, item in enumerate(gap) if n and item.kind == ","), len(gap))


def _list_goes_on(sentence: Sentence, index: int) -> bool:
    """Whether an "and" ends the list of which the item at `index` is one: "A, B and C"; not "after talks with A, B said"."""
    terms = sentence.terms
    for position in range(index + 1, min(len(sentence.items), index + 14)):
        kind = sentence.kinds[position]
        if kind in "PSOCJL,()U":
            continue
        word = sentence.items[position].word
        if kind != "w":
            return False
        if sentence.items[position].low in terms.picture_places:
            continue
        if "and" in word.function:
            return sentence.low(position) not in terms.contrast
        if word.function - {"determiner", "possessive", "owner"} or (word.verbs and not word.people):
            return False
    return False


def _preposition_before(sentence: Sentence, index: int) -> int:
    """Index of the preposition that governs what begins at `index`, -1 where none does."""
    terms = sentence.terms
    position = index - 1
    unknown = 0
    for _ in range(7):
        if position < 0:
            return -1
        kind = sentence.kinds[position]
        if kind == "J" or kind == "U":
            position -= 1
            continue
        if kind != "w" or sentence.items[position].low in terms.complement:
            return -1
        word = sentence.items[position].word
        unknown += not word.function
        if unknown > 2:
            return -1
        if "preposition" in word.function and not (word.verbs and "past" in word.forms):
            return position
        if word.function & {"determiner", "possessive", "owner"} or word.people or not (word.function or word.verbs or word.noun):
            position -= 1
            continue
        if word.scope or (word.forms & {"past", "ing", "part"} and _attributive(sentence, position)):
            position -= 1
            continue
        return -1
    return -1


def _attributive(sentence: Sentence, index: int) -> bool:
    """Whether a participle stands between a determiner and its noun ("the planned visit", "visiting Prime Minister")."""
    terms = sentence.terms
    before = sentence.word(index - 1)
    return bool(before.function & {"determiner", "possessive", "owner", "preposition"}) or sentence.low(index) in terms.attributive


def _class(kind: str) -> str:
    return "person" if kind in "PhH" else "state" if kind in "SO" else "city" if kind == "C" else "other"


def only_places(sentence: Sentence, group: Group) -> bool:
    """Whether a group names nothing but towns that are no capitals: these never act."""
    return all(sentence.kinds[m] == "C" and not (sentence.name(m) is not None and sentence.name(m).capital) for m in group.members)  # type: ignore[union-attr]


def has_person(sentence: Sentence, group: Group) -> bool:
    """Whether somebody of the group is a person, an office or a pronoun."""
    return any(sentence.kinds[m] in "PhH" for m in group.members)


def is_party(sentence: Sentence, group: Group) -> bool:
    """Whether somebody of the group can take part: a person, a state, a body, or the capital that stands for its state."""
    return any(sentence.kinds[m] in "PSOhH" or (sentence.kinds[m] == "C" and (name := sentence.name(m)) is not None and name.capital) for m in group.members)


def owns_people(sentence: Sentence, group: Group) -> bool:
    """Whether a possessive owns people: "Putin's aides" can be met, "Putin's demands" cannot."""
    return any(sentence.word(p).people for p in range(group.end, min(len(sentence.items), group.end + 4)))
