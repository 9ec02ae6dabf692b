"""Who stands where in a sentence: coordinated parties, and the subject of a verb."""
from __future__ import annotations

import re
from dataclasses import dataclass

from timeline.extract.tagged import ACTOR, CITY, ORGANISATION, PERSON, PRONOUN, SINGULAR, STATE, Tagged

# Small words that may stand between a preposition or verb and the party it takes.
DETERMINERS = (r"(?:(?:the|a|an|his|her|its|their|our|my|both|all|other|some|several|two|three|four|five|six|visiting|then|then-|newly|elected|new|"
               r"fellow|outgoing|incoming|acting|caretaker|interim|top|senior|high-level|local|regional|world|respective|"
               r"separately|also|again|first|late|current|including|either|longtime|veteran|influential|powerful|exiled|special|"
               r"wife,?|husband,?|counterpart|counterparts|ally|host|hosts|key|close|neighbou?ring|partner|rival|formally|"
               r"representatives of|officials from|leaders of|leaders from|delegates from|members of|delegation from|representatives from|officials of|envoys from|negotiators from|ministers from|ministers of)\s+)*"
               # "Mexico's Lopez Obrador": the state belongs to the person
               rf"(?:[{STATE}{CITY}]['’]s?\s(?=[{PERSON}]))?")
_JOINED = re.compile(rf"(?:\s\([^()]{{1,40}}\))?\s?(?:,|,?\s(?:and|as well as|along with|together with|alongside|plus|&)|(?<=,)\s|\s?/)\s*(?:and\s)?{DETERMINERS}",
                     re.IGNORECASE)
_OWNED = re.compile(rf"[{STATE}{CITY}]['’]s?\s[{PERSON}]")
_HYPHEN = re.compile(r"\s?[-–—]\s?")
_POSSESSIVE = re.compile(r"['’]s?\b(?!\w)|['’](?=\s)")
_GOVERNING = re.compile(r"(?<!\w)(of|in|with|for|to|by|from|against|about|on|at|near|between|among|after|including|like|than|as|over|into|"
                        r"towards?|under|through|across|outside|inside|around|before|during|alongside|via|without|within|upon|despite|since|behind|beyond|"
                        r"following|regarding|concerning|plus|accompanied by|hosted by|led by|backed by)\s+"
                        rf"{DETERMINERS}(?:[a-z]+\s)?$")


@dataclass(slots=True)
class Group:
    """Parties that are named together. `members` are positions in the tagged sentence.

    `preposition` governs the group ("" where none does), `compound` tells hyphens ("Trump-Xi").
    """

    start: int
    end: int
    members: list[int]
    preposition: str = ""
    possessive: bool = False
    compound: bool = False


def groups(sentence: Tagged) -> list[Group]:
    """All groups of parties and pronouns of the sentence, in order."""
    found: list[Group] = []
    text = sentence.text
    for position in sentence.positions(ACTOR + PRONOUN):
        if _OWNED.match(text, position):
            continue
        if found and text[found[-1].end:position] == ", " and _kind(sentence, found[-1].members[-1]) == "city" and re.match(f"[{STATE}]", text[position]):
            found[-1].end = position + 1  # "Glasgow, United Kingdom" is one place
            continue
        if found and _joined(sentence, found[-1], position):
            last = found[-1]
            last.compound = last.compound or bool(_HYPHEN.fullmatch(text, last.end, position))
            last.members.append(position)
            last.end = position + 1
            last.possessive = bool(_POSSESSIVE.match(text, position + 1))
            continue
        before = _GOVERNING.search(text, max(0, position - 60), position)
        found.append(Group(position, position + 1, [position], before.group(1).lower() if before else "",
                           bool(_POSSESSIVE.match(text, position + 1)) or _mention_possessive(sentence, position)))
    return found


def _mention_possessive(sentence: Tagged, position: int) -> bool:
    name = sentence.name(position)
    return name is not None and name.possessive


def _kind(sentence: Tagged, position: int) -> str:
    char = sentence.text[position]
    for label, pieces in (("person", PERSON + PRONOUN), ("state", STATE + ORGANISATION), ("city", CITY)):
        if re.match(f"[{pieces}]", char):
            return label
    return "other"


def _joined(sentence: Tagged, group: Group, position: int) -> bool:
    text = sentence.text
    gap = text[group.end:position]
    if len(gap) > 60:
        return False
    if gap == " " and re.match(f"[{PERSON}]", text[position]):
        name = sentence.name(group.members[-1])
        return name is not None and name.plural and name.kind.value == "group"  # "G7 leaders Prime Minister A, B and C"
    if _HYPHEN.fullmatch(gap):
        return gap.strip() != "—" and _kind(sentence, group.members[-1]) == _kind(sentence, position)
    if not _JOINED.fullmatch(gap):
        return False
    same = _kind(sentence, group.members[-1]) == _kind(sentence, position)
    if " and" in gap or "with" in gap or "as well" in gap or "/" in gap:
        # "in Paris and Macron said": a city joins only cities
        return same or "city" not in (_kind(sentence, group.members[-1]), _kind(sentence, position))
    return same


_CLAUSE_END = re.compile(r"[;:“”\"]|\s[-–—]+\s|,\s(?:which|while|whereas|but|where)\s")
_RELATIVE = re.compile(r",?\s(?:who|which|that)\s[^,]*$")


def subject(sentence: Tagged, all_groups: list[Group], position: int) -> Group | None:
    """The group that most probably is the subject of the verb at `position`: the nearest before it that no preposition
    governs, in the same clause where there is one. None where the sentence has none before it."""
    text = sentence.text
    best: Group | None = None
    for group in reversed(all_groups):
        if group.end > position or (group.possessive and not _owner_is_subject(text, group, position)):
            continue
        if (group.preposition and group.preposition != "by" and not _conjunction(text, group)) or _is_object(sentence, group, position):
            continue
        if _only_places(sentence, group) and not _verb_follows(text, group.end):
            continue
        gap = text[group.end:position]
        if best is None:
            best = group
            if not _CLAUSE_END.search(gap):
                return group
            continue
        # The nearest group stood in another clause; an earlier one in the main clause is better only where the nearer
        # one sits inside a pair of commas or quotes.
        break
    return best


_BY_DOING = re.compile(r"(?<!\w)(?:after|before|while|when|by|upon|following|without|since|and)\s(?:also\s)?$", re.IGNORECASE)


def doer(sentence: Tagged, all_groups: list[Group], position: int) -> Group | None:
    """The subject of a verb in -ing: of the main clause where it follows "after", "before", "while" ..., else the nearest."""
    if _BY_DOING.search(sentence.text, max(0, position - 16), position):
        for group in all_groups:
            if group.end <= position and not group.preposition and not group.possessive and not _only_places(sentence, group):
                return group
    return subject(sentence, all_groups, position)


_CONJUNCTIONS = frozenset({"as", "after", "before", "since"})
_FINITE_NEXT = re.compile(r"(?:,[^,]{1,60},|,)?\s(?:\w+ly\s|also\s)?(?:[a-z]+ed|met|meet|meets|held|hold|holds|said|told|began|went|came|spoke|left|flew|was|were|is|are|has|have|had|will|would)\b")


def _conjunction(text: str, group: Group) -> bool:
    """"as the prime minister met": a conjunction, not a preposition, where a verb follows its party."""
    return group.preposition in _CONJUNCTIONS and bool(_FINITE_NEXT.match(text, group.end))


def _is_object(sentence: Tagged, group: Group, position: int) -> bool:
    """"A met B and will later meet C": B is no subject of the second verb; "A told B who met C" keeps B."""
    text = sentence.text
    return bool(_OBJECT.search(text, max(0, group.start - 50), group.start)) and not re.match(r",?\s(?:who|which|that|has|had|was|is|will|would)\s", text[group.end:position])


def _owner_is_subject(text: str, group: Group, position: int) -> bool:
    """"Qatar's emir" is one mention already; "Trump's team met" has the owner stand for the subject."""
    return bool(re.match(r"['’]s?\s(?:\w+\s){0,3}(?:team|delegation|government|officials?|envoys?|aides?|side|negotiators?|representatives?|ministers?|diplomats?|administration)\b",
                         text[group.end:group.end + 60]))


def _only_places(sentence: Tagged, group: Group) -> bool:
    return all(_kind(sentence, member) == "city" for member in group.members)


_VERB_NEXT = re.compile(r"\s(?:said|says|will|would|has|had|have|is|was|and|also|hopes|wants|met|agreed|held|hosts?|hosted|to)\b")


def _verb_follows(text: str, position: int) -> bool:
    return bool(_VERB_NEXT.match(text, position))


# An adjective or noun in apposition may come first ("former", "veteran diplomat"), a preposition may not.
_FOLLOWING = re.compile(rf"\s*{DETERMINERS}(?:(?!(?:in|at|on|of|to|for|from|with|and|by|as|near|after|before|during|about|over|that|who|when|while|here|there|or)\b)[a-z-]+\s){{0,2}}"
                        rf"(?=[{ACTOR}{PRONOUN}])", re.IGNORECASE)
# The group just after such a verb is its object, not the subject of the next.
_OBJECT = re.compile(r"(?<!\w)(?:met|meet|meets|meeting|visit|visits|visited|visiting|receiv\w+|welcom\w+|host|hosts|hosted|hosting|told|telling|tells|greet\w*|join\w*|telephoned|phoned|"
                     rf"briefed|urged|thanked|accompan\w+|invited|asked|called|against|see|saw|brought|leave|left|leaving|leading|led|praised|accused|criticized|criticised)\s+{DETERMINERS}(?:[a-z-]+\s)?$", re.IGNORECASE)


def following(sentence: Tagged, all_groups: list[Group], position: int) -> Group | None:
    """The group that starts at `position` but for determiners and adjectives."""
    match = _FOLLOWING.match(sentence.text, position)
    if not match:
        return None
    for group in all_groups:
        if group.start == match.end():
            return group
        if group.start < match.end() <= group.members[-1]:
            rest = [member for member in group.members if member >= match.end()]
            return Group(rest[0], group.end, rest, "", group.possessive)
    return None


def is_singular_pronoun(sentence: Tagged, position: int) -> bool:
    return bool(re.match(f"[{SINGULAR}]", sentence.text[position]))


def is_pronoun(sentence: Tagged, position: int) -> bool:
    return bool(re.match(f"[{PRONOUN}]", sentence.text[position]))
