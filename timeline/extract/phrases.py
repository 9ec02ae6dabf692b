"""The noun phrase of an occasion: "Friday's talks between A and B in C", with what stands before and after the noun, and what governs it."""
from __future__ import annotations

from dataclasses import dataclass, field

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.frame import place_after
from timeline.extract.sentence import Sentence

_BEFORE = 12  # items before the noun that its phrase may have
_BEGUN = -1  # in place of the next position: the phrase has its beginning
_BEFORE_PHRASE = frozenset({"preposition", "subordinator", "relative", "that", "to", "be", "have", "do", "will", "would", "may", "first_person"})


@dataclass(slots=True)
class Phrase:
    """The noun phrase of an occasion: where it begins, who stands before the noun and after it, and what governs it."""

    start: int
    owner: Group | None = None
    pronoun: str = ""
    definite: bool = False
    denied: bool = False  # "no meeting"
    premods: list[int] = field(default_factory=list)  # nationalities, bodies, places before the noun
    dates: list[int] = field(default_factory=list)
    scope: set[str] = field(default_factory=set)
    people: str = ""  # "leaders" in "ASEAN leaders' meeting"
    sides: dict[str, Group] = field(default_factory=dict)  # preposition -> parties after the noun
    to: int = -1
    end: int = 0  # after the complements
    participle: Verb | None = None  # "talks held in Paris"

    def side(self, prepositions: tuple[str, ...]) -> Group | None:
        """The parties that the first of the prepositions brings: "talks between A and B"."""
        sides = self.sides
        if sides:
            for preposition in prepositions:
                if preposition in sides:
                    return sides[preposition]
        return None


def phrase_of(clauses: Clauses, index: int) -> Phrase:
    """The noun phrase of the occasion that the word at `index` names."""
    sentence = clauses.sentence
    kinds = sentence.kinds
    phrase = Phrase(index)
    position = index - 1
    for _ in range(_BEFORE):
        if position < 0:
            break
        kind = kinds[position]
        if kind in "JOSCL":
            position = _name_before(clauses, phrase, index, position)
        elif kind in "UT":
            phrase.dates.append(position)
            phrase.start = position
            position -= 1
        elif kind == "P":
            position = _person_before(clauses, phrase, index, position)
        elif kind == ")":
            opening = kinds.rfind("(", 0, position)
            position = opening - 1 if opening >= 0 and position - opening <= 4 else _BEGUN
        elif kind == ",":  # "a high-stakes, closed-door meeting"
            word = sentence.word(position - 1)
            plain = sentence.kind(position - 1) == "w" and not word.function and not word.verbs
            position = position - 1 if plain and position + 1 < index else _BEGUN
        elif kind == "w":
            position = _word_before(clauses, phrase, position)
        else:
            break
    phrase.end = _complements(clauses, index, phrase)
    return phrase


def _name_before(clauses: Clauses, phrase: Phrase, index: int, position: int) -> int:
    """A state, a body or a place before the noun: the owner ("China's visit"), else what the noun is of ("Russian-Turkish
    talks", "the Geneva talks"). Returns where to go on."""
    sentence = clauses.sentence
    group = clauses.group_at.get(position)
    if group is not None and group.possessive and not group.compound and position == group.end - 1:
        name = sentence.name(position)
        if name is not None and name.possessive:
            phrase.owner, phrase.start = group, group.start
            return _BEGUN
    if sentence.low(position + 1) in ("-", "–") and sentence.kind(position + 2) == "w":
        phrase.start = position  # "U.N.-sponsored talks", "the Saudi-led coalition's meeting": who stands behind it is no side
        return position - 1
    before = position - 1
    if sentence.kinds[position] == "C" and position == index - 1 and sentence.low(before) in sentence.terms.within \
            and "preposition" in sentence.word(before).function and before not in clauses.verb_at:
        return _BEGUN  # "in Geneva talks"
    phrase.premods.append(position)
    if group is not None and group.compound and group.start < position:
        phrase.premods += [m for m in group.members if m < position]
        position = group.start
    phrase.start = position
    return position - 1


def _person_before(clauses: Clauses, phrase: Phrase, index: int, position: int) -> int:
    """A person before the noun: the owner ("Putin’s visit"), one of two ("Trump-Xi talks"), or people ("ministers meeting").
    Returns where to go on."""
    name = clauses.sentence.name(position)
    group = clauses.group_at.get(position)
    if name is not None and name.possessive and group is not None:
        phrase.owner, phrase.start = group, group.start
        if name.plural:
            phrase.people = name.text
        return _BEGUN
    if group is not None and group.compound:
        phrase.premods += group.members
        phrase.start = group.start
        return group.start - 1
    if name is not None and name.plural and position == index - 1:
        phrase.premods.append(position)
        phrase.people, phrase.start = name.text, position
        return position - 1
    return _BEGUN


def _word_before(clauses: Clauses, phrase: Phrase, position: int) -> int:
    """A word before the noun: an owner's mark, a possessive, a determiner, an adjective. Returns where to go on."""
    sentence = clauses.sentence
    terms = sentence.terms
    word, low = sentence.items[position].word, sentence.items[position].low
    function = word.function
    before = position - 1
    if "owner" in function:
        return _owner_before(clauses, phrase, position)
    if "possessive" in function:
        phrase.pronoun, phrase.start, phrase.definite = low, position, True
        return _BEGUN
    if position in clauses.verb_at:
        return _BEGUN
    if word.scope:
        phrase.scope |= word.scope
    if "determiner" in function:
        if low in terms.definite:
            phrase.definite = True
        if low in terms.none:
            phrase.denied = True
        if low in terms.upcoming:
            phrase.scope.add("ahead")
        phrase.start = position
        return before
    if low in terms.possession and sentence.low(before) in terms.rounds:
        phrase.start = before  # "a second round of nuclear talks"
        return before - 1
    if function & _BEFORE_PHRASE:
        return _BEGUN
    if "and" in function:  # "bilateral and regional talks"
        other = sentence.word(before)
        adjective = sentence.kind(before) == "w" and not other.function and not other.noun and before not in clauses.verb_at
        return before if other.scope or adjective else _BEGUN
    if word.people:
        phrase.people = low
    phrase.start = position
    return before


def _owner_before(clauses: Clauses, phrase: Phrase, position: int) -> int:
    """Whose mark it is: a party's, a day's ("Friday's talks") or people's ("the ministers' meeting"). Returns where to go on."""
    sentence = clauses.sentence
    before = position - 1
    group = clauses.group_at.get(before)
    if group is not None and group.end == position:
        phrase.owner, phrase.start = group, group.start
        owner = sentence.name(group.members[-1])
        if owner is not None and owner.plural:
            phrase.people = owner.text
        return _BEGUN
    if sentence.kind(before) == "T":
        return before
    if sentence.kind(before) == "w" and sentence.word(before).people:
        phrase.people = sentence.low(before)
        return before - 1
    phrase.start = position
    return _BEGUN


def _complements(clauses: Clauses, index: int, phrase: Phrase) -> int:
    """What follows the noun: its sides, where it leads, its time; returns the index after it."""
    sentence = clauses.sentence
    terms = sentence.terms
    kinds, items = sentence.kinds, sentence.items
    count = len(items)
    position = index + 1
    while position < count:
        kind = kinds[position]
        if kind in ';".':
            return position
        verb = clauses.verb_at.get(position)
        if verb is not None:
            if verb.form == "participle" and verb.noun >= 0 and phrase.participle is None and position - index <= 3:
                phrase.participle = verb
                position = verb.index + 1
                continue
            if verb.form == "ing" and verb.opener in terms.topics:
                position = verb.index + 1
                continue
            return position
        if kind == "w":
            word, low = items[position].word, items[position].low
            if "relative" in word.function:
                return position
            if "subordinator" in word.function and "preposition" not in word.function:
                return position
            if "preposition" in word.function:
                if low in terms.sides:
                    group, at = clauses.following(position + 1)
                    if group is not None:
                        stop = group.end
                        if low in terms.no_actor and not (low in terms.agent or _acts(sentence, group)):
                            position = stop
                            continue
                        if group.possessive and any(sentence.word(p).noun for p in range(stop, min(count, stop + 5))):
                            return position
                        phrase.sides.setdefault(low, group)
                        position = stop
                        continue
                    people = sentence.word(at)
                    if people.people and sentence.low(at + 1) in terms.of_whom:
                        position = at + 1
                        phrase.people = phrase.people or items[at].low if kinds[at] == "w" else phrase.people
                        continue
                elif low in terms.whereto and phrase.to < 0:
                    target = place_after(sentence, position + 1)
                    if target >= 0:
                        phrase.to = target
                        position = target + 1
                        continue
                elif low in terms.phrase_ends:
                    return position
            elif "subordinator" in word.function:
                return position
            elif "and" in word.function and kinds[position + 1:position + 2] not in ("", "T"):
                later = sentence.word(position + 1)
                if position + 1 in clauses.verb_at or later.noun:
                    return position
        elif kind == ",":
            following = kinds[position + 1:position + 2]
            if following in ("", "P", "h", "H"):
                return position
            if following == "w" and (position + 1 in clauses.verb_at or sentence.word(position + 1).function & {"relative", "and"}):
                return position
        position += 1
    return count


def _acts(sentence: Sentence, group: Group) -> bool:
    """Whether a group can hold a meeting "of" it: people, states, bodies."""
    return any(sentence.kinds[m] in "PSOH" for m in group.members)


def governor_of(clauses: Clauses, index: int, phrase: Phrase) -> tuple[Verb | None, str, list[Verb]]:
    """What governs the noun: (verb, preposition between, verbs of which the noun is the subject)."""
    sentence = clauses.sentence
    kinds = sentence.kinds
    subject_of: list[Verb] = []
    for told in clauses.verbs:
        if told.noun == index and told.form != "participle" and told.first > index and (told.form not in ("infinitive", "ing") or told.governor in subject_of):
            subject_of.append(told)
    position = phrase.start - 1
    preposition = ""
    steps = 0
    while position >= 0 and steps < 30:
        steps += 1
        verb = clauses.verb_at.get(position)
        if verb is not None:
            if verb.form == "participle" and steps > 3:
                position = verb.first - 1
                continue
            return verb, preposition, subject_of
        kind = kinds[position]
        if kind in ';".':
            break
        if kind == "w":
            word = sentence.items[position].word
            if word.function & {"relative"}:
                break
            if "preposition" in word.function and not preposition:
                preposition = sentence.items[position].low
            elif "that" in word.function and not preposition:
                break
            elif word.bears and not preposition:
                preposition = sentence.terms.sides_whose[0]  # "peace talks offer": as good as "the offer of talks"
        elif kind == "," and not preposition:
            # a noun after a comma is no object of what stands before, unless it is one of a list
            if sentence.word(position - 1).noun or kinds[position - 1] in "PSOC":
                position -= 1
                continue
            break
        position -= 1
    if preposition:
        later = next((verb for verb in clauses.verbs if verb.first > index and verb.form not in ("infinitive", "ing", "participle") and not verb.relative), None)
        return later, preposition, subject_of
    return None, "", subject_of


def speaks_of_its_date(clauses: Clauses, phrase: Phrase, verb: Verb | None) -> bool:
    """"The date of the visit", "no date is set for a visit"; `verb` is the one that governs the phrase."""
    sentence = clauses.sentence
    terms = sentence.terms
    link = phrase.start - 1
    if sentence.low(link) not in terms.bearing_links:
        return False
    return sentence.low(link - 1) in terms.date_nouns or (verb is not None and verb.index < link and sentence.low(verb.first - 1) in terms.date_nouns)


def bearing_nouns(clauses: Clauses, phrase: Phrase, verb: Verb | None) -> set[str]:
    """"the possibility of talks", "plans for a visit", "an invitation to a meeting"; `verb` governs the phrase."""
    sentence = clauses.sentence
    terms = sentence.terms
    found: set[str] = set()
    position = phrase.start - 1
    if sentence.kind(position) == "w" and "preposition" in sentence.word(position).function and sentence.low(position) in terms.bearing_links:
        for back in range(position - 1, max(-1, position - 3), -1):
            word = sentence.word(back)
            if word.bears and back not in clauses.verb_at:
                if word.bears in ("cancel", "postpone"):  # "called for the cancellation of the visit"
                    wished = verb is not None and (verb.negated or verb.kind in ("wish", "refuse") or bool(verb.bears & {"wish", "refuse"}))
                    found.add("plan" if wished or sentence.low(back - 1) in terms.none else word.bears)
                else:
                    found.add("refuse" if sentence.low(back - 1) in terms.none else word.bears)  # "no plans for a visit"
                break
    return found
