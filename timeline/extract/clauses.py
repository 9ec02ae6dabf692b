"""Clauses of a sentence: which words are verbs, who is their subject, what governs them, and which parties stand together.

A shallow reading in one pass from left to right, after the chunk parsers of Abney (1991): groups of coordinated parties
first, verb groups second, subjects and governors third. Nothing looks further than the sentence, and every search is bounded.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from timeline.extract.grammar import Word
from timeline.extract.sentence import ACTORS, Sentence
from timeline.mentions import NameKind

_FAR = 40  # items that a search for a subject or a governor may pass
_AUXILIARY = frozenset({"be", "have", "do", "will", "would", "may"})
_SKIPPED = frozenset({"adverb", "not"})
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Group:
    """Parties that are named together: `members` are indices of items, `start` up to `end` their span.

    `preposition` governs the group ("" where none does) and stands at `at`. `possessive` tells "Putin's",
    `compound` hyphens ("Trump-Xi"). `head` is the word that stands for the parties in "officials from China".
    """

    start: int
    end: int
    members: list[int]
    preposition: str = ""
    at: int = -1
    possessive: bool = False
    compound: bool = False


@dataclass(slots=True)
class Verb:
    """A verb group. `index` is its main verb, `first` its first auxiliary.

    `kind`, `lemma`: what the lexicon says. `form`: past, present, future, infinitive, ing or participle. `bears`: what
    the verbs and nouns that govern it say of it (plan, wish, refuse ...). `subject` is a group, or `noun` the index of a
    noun that is its subject; `antecedent` says that it stands in a relative clause.
    """

    index: int
    first: int
    kind: str
    lemma: str
    form: str
    passive: bool = False
    negated: bool = False
    modal: str = ""
    perfect: bool = False
    pluperfect: bool = False  # "had been put off"
    roles: frozenset[str] = _NONE
    governor: Verb | None = None
    bears: set[str] = field(default_factory=set)
    subject: Group | None = None
    noun: int = -1
    relative: bool = False
    opener: str = ""  # the subordinator or preposition right before its clause
    object_control: bool = False
    clause: int = 0  # index where its clause begins


@dataclass(slots=True)
class Clauses:
    """A sentence with its groups and verbs, in order; `group_at` and `verb_at` find them by the index of an item."""

    sentence: Sentence
    groups: list[Group]
    verbs: list[Verb]
    group_at: dict[int, Group]
    verb_at: dict[int, Verb]

    def following(self, index: int) -> tuple[Group | None, int]:
        """The group that begins at `index` but for determiners and adjectives, and where."""
        terms = self.sentence.terms
        sentence = self.sentence
        last = min(len(sentence.items), index + 6)
        position = index
        while position < last:
            kind = sentence.kinds[position]
            if kind in "SCO" and position not in self.group_at:
                position += 2  # "Mexico's Lopez Obrador"
                continue
            if kind in ACTORS:
                group = self.group_at.get(position)
                if group is not None and group.start != position and position in group.members:
                    rest = [m for m in group.members if m >= position]
                    return Group(position, group.end, rest, "", -1, group.possessive, False), position
                return group, position
            if kind == "J":
                group = self.group_at.get(position)
                if group is not None:
                    return group, position
                position += 1
                continue
            if kind == "T" and position > index:
                return None, position
            if kind != "w":
                return None, position
            word = sentence.items[position].word
            if word.function & {"determiner", "possessive"} or word.people or word.scope or (
                    not word.function and not word.noun and position not in self.verb_at):
                position += 1
                continue
            if word.function == frozenset({"adverb"}):
                position += 1
                continue
            if word.function & {"preposition"} and sentence.items[position].low in terms.of_whom and position > index and sentence.word(position - 1).people:
                position += 1
                continue
            return None, position
        return None, position


def read_clauses(sentence: Sentence) -> Clauses:
    groups = _groups(sentence)
    group_at = {member: group for group in groups for member in range(group.start, group.end)}
    clauses = Clauses(sentence, groups, [], group_at, {})
    _find_verbs(clauses)
    for verb in clauses.verbs:
        _govern(clauses, verb)
    return clauses


# -- groups -----------------------------------------------------------------------------------------------------------

_PEOPLE = {NameKind.PERSON, NameKind.OFFICE, NameKind.COUNTERPART, NameKind.GROUP}


def _class(kind: str) -> str:
    return "person" if kind in "PhH" else "state" if kind in "SO" else "city" if kind == "C" else "other"


def _groups(sentence: Sentence) -> list[Group]:
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
                group.possessive = _owns(sentence, index)
                continue
        at = _preposition_before(sentence, index)
        found.append(Group(index, index + 1, [index], items[at].low if at >= 0 else "", at, _owns(sentence, index)))
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


def _owns(sentence: Sentence, index: int) -> bool:
    name = sentence.name(index)
    return (name is not None and name.possessive) or "owner" in sentence.word(index + 1).function


def _joined(sentence: Sentence, group: Group, index: int) -> str:
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


# -- verbs ------------------------------------------------------------------------------------------------------------


def _attributive(sentence: Sentence, index: int) -> bool:
    """Whether a participle stands between a determiner and its noun ("the planned visit", "visiting Prime Minister")."""
    terms = sentence.terms
    before = sentence.word(index - 1)
    return bool(before.function & {"determiner", "possessive", "owner", "preposition"}) or sentence.low(index) in terms.attributive


def _find_verbs(clauses: Clauses) -> None:
    sentence = clauses.sentence
    terms = sentence.terms
    items, kinds = sentence.items, sentence.kinds
    count = len(items)
    index = 0
    while index < count:
        if kinds[index] != "w":
            index += 1
            continue
        word = items[index].word
        if word.function & _AUXILIARY:
            index = _auxiliary_group(clauses, index)
            continue
        if "to" in word.function:
            main = _skip(sentence, index + 1)
            if main < count and kinds[main] == "w" and "base" in items[main].word.forms | _guess(items[main].low, items[main].word, "base"):
                _add(clauses, main, index, "infinitive")
                index = main + 1
                continue
            if main < count and kinds[main] == "w" and items[main].word.function & {"be", "have"} and items[main].low in terms.bare_auxiliary:
                index = _auxiliary_group(clauses, main, index)
                continue
        if word.verbs or (len(items[index].low) > 4 and items[index].low.endswith(terms.past_endings) and not word.function):
            form = _bare_form(clauses, index)
            if form:
                _add(clauses, index, index, form)
        index += 1


def _guess(low: str, word: Word, form: str) -> frozenset[str]:
    """An unknown word after "to" or a modal is taken for a verb."""
    if word.verbs or word.function or word.noun or not low.isalpha():
        return _NONE
    return frozenset({form})


def _skip(sentence: Sentence, index: int) -> int:
    """Past adverbs and denials."""
    terms = sentence.terms
    while index < len(sentence.items) and sentence.kinds[index] == "w":
        word = sentence.items[index].word
        low = sentence.items[index].low
        if (word.function & _SKIPPED and not word.verbs) or (low.endswith(terms.adverb_endings) and not word.verbs):
            index += 1
            continue
        break
    return index


def _auxiliary_group(clauses: Clauses, index: int, first: int = -1) -> int:
    """A group that begins with an auxiliary: "will have been holding", "is due to", "was". Returns where to go on."""
    sentence = clauses.sentence
    terms = sentence.terms
    items, kinds = sentence.items, sentence.kinds
    count = len(items)
    start = index if first < 0 else first
    modal, negated, perfect, be, have = "", False, False, False, False
    position = index
    main = -1
    while position < count and kinds[position] in "w":
        word, low = items[position].word, items[position].low
        function = word.function
        if "not" in function:
            negated = True
        elif function & {"will", "would", "may"}:
            modal = "will" if "will" in function else "would" if "would" in function else "may"
        elif "have" in function:
            have = True
        elif "be" in function:
            be = True
            perfect = perfect or have
        elif "do" in function or ("adverb" in function and not word.verbs) or (low.endswith(terms.adverb_endings) and not word.verbs):
            pass
        elif word.verbs or (_guess(low, word, "base") and (low.endswith(terms.past_endings) or (modal and not be))):
            main = position
            break
        else:
            break
        position += 1
    if position < count and kinds[position] in "T" and main < 0 and not be:
        later = _skip(sentence, position + 1)  # "will on Friday meet": seldom, but headlines do it
        if later < count and items[later].word.verbs:
            main = later
    form = "future" if modal == "will" else "infinitive" if first >= 0 else "past" if be and any(items[p].low in terms.was for p in range(index, position)) else "present"
    if modal == "would":
        form = "future"
    if main < 0:
        after = items[position] if position < count else None
        if be and after is not None and after.kind == "w" and after.word.adjective:
            verb = Verb(position, start, after.word.adjective if after.word.adjective == "plan" else "wish", after.low, form, negated=negated, modal=modal)
            _enter(clauses, verb)
            return position + 1
        if be and after is not None and "to" in after.word.function:  # "is to meet": a plan
            verb = Verb(position - 1, start, "plan", "be", form, negated=negated, modal=modal)
            _enter(clauses, verb)
            return position
        if have and not be and after is not None:
            # "had talks", "has to meet"
            verb = Verb(position - 1, start, "plan" if "to" in after.word.function else "light", "have", "past" if items[index].low in terms.had else form, negated=negated, modal=modal)
            _enter(clauses, verb)
            return position
        kind = "be" if be else "do" if not modal else "other"
        _enter(clauses, Verb(max(index, position - 1), start, kind, kind, form, negated=negated, modal=modal))
        return max(position, index + 1)
    word = items[main].word
    forms = word.forms or frozenset({"past"} if items[main].low.endswith(terms.past_endings) else {"base"})
    if be and forms & {"past", "part"} and "ing" not in forms:
        verb = _make(clauses, main, start, form)
        verb.passive = True
    elif be and "ing" in forms:
        verb = _make(clauses, main, start, "progressive" if form == "present" else form)
    elif be:  # "is host", "was talks"
        if word.adjective:
            _enter(clauses, Verb(main, start, word.adjective, items[main].low, form, negated=negated, modal=modal))
            return main + 1
        _enter(clauses, Verb(position - 1, start, "be", "be", form, negated=negated, modal=modal))
        return main
    elif have and forms & {"past", "part"}:
        verb = _make(clauses, main, start, "past" if not modal else form)
        verb.perfect = True
        verb.passive = perfect
    elif have and not modal and not forms & {"past", "part"}:
        # "had talks", "have plans": what follows is a noun
        _enter(clauses, Verb(position - 1, start, "light", "have", "past" if items[index].low in terms.had else form, negated=negated, modal=modal))
        return main
    else:
        verb = _make(clauses, main, start, form if modal or first >= 0 else ("past" if items[index].low in terms.did else "present"))
    verb.negated, verb.modal = negated, modal
    verb.pluperfect = have and items[index].low in terms.had_before
    verb.perfect = verb.perfect or perfect
    _enter(clauses, verb)
    return main + 1


def _make(clauses: Clauses, main: int, start: int, form: str) -> Verb:
    word = clauses.sentence.items[main].word
    low = clauses.sentence.items[main].low
    kind, lemma = (word.verbs[0][0], word.verbs[0][1]) if word.verbs else ("other", low)
    return Verb(main, start, kind, lemma, form, roles=word.roles)


def _add(clauses: Clauses, main: int, start: int, form: str) -> None:
    _enter(clauses, _make(clauses, main, start, form))


def _enter(clauses: Clauses, verb: Verb) -> None:
    clauses.verbs.append(verb)
    for position in range(verb.first, verb.index + 1):
        clauses.verb_at[position] = verb
    if "not" in clauses.sentence.word(verb.first - 1).function:
        verb.negated = True


def _object_follows(clauses: Clauses, index: int) -> bool:
    sentence = clauses.sentence
    group, _ = clauses.following(index)
    return group is not None or "others" in sentence.word(index).function


def _with_follows(sentence: Sentence, index: int) -> bool:
    terms = sentence.terms
    return sentence.low(_skip(sentence, index)) in terms.company


def _noun_context(sentence: Sentence, index: int) -> bool:
    """Whether what stands before makes a noun of the word: a determiner, an owner, an adjective, a preposition."""
    terms = sentence.terms
    position = index - 1
    if position < 0:
        return False
    kind = sentence.kinds[position]
    item = sentence.items[position]
    if kind in "JUT" and not (kind == "T" and item.low in terms.days_named):
        return kind != "T" or "owner" in sentence.word(position).function
    if kind == "P":
        name = sentence.name(position)
        return name is not None and name.possessive
    if kind != "w":
        return False
    word = item.word
    if word.function & {"determiner", "possessive", "owner"}:
        return True
    if word.function & {"preposition"} and not word.function & {"subordinator"}:
        return True
    return bool(word.scope) or (not word.function and not word.verbs and not word.people) or bool(word.noun)


def _bare_form(clauses: Clauses, index: int) -> str:
    """The form of a verb that stands without an auxiliary; "" where the word is no verb here."""
    sentence = clauses.sentence
    terms = sentence.terms
    items, kinds = sentence.items, sentence.kinds
    word, low = items[index].word, items[index].low
    forms = word.forms or frozenset({"past"})
    before = sentence.word(index - 1)
    previous = kinds[index - 1] if index else "^"
    if "ing" in forms:
        if word.noun:
            if before.function & {"determiner", "possessive", "owner"} or before.scope or previous in "JU":
                return ""
            if index and previous == "w" and not before.function and index - 1 not in clauses.verb_at:
                return ""  # an adjective before the noun
            if previous in "PSOC" and _owns(sentence, index - 1):
                return ""
            pair = clauses.group_at.get(index - 1)
            if low in terms.meeting and pair is not None and len(pair.members) > 1 and not pair.compound and not pair.possessive and previous == "P":
                return "ing"  # "ahead of A and B meeting in C"
            follows = _object_follows(clauses, index + 1) or (sentence.low(index + 1) in terms.company and previous not in "w")
            if low in terms.meeting and previous == "w" and "preposition" in before.function:
                return "ing" if _object_follows(clauses, index + 1) or (_with_follows(sentence, index + 1) and before.function & {"subordinator"}) else ""
            if previous in "PSOCJ" and not follows:
                return ""
        if before.function & {"determiner", "possessive"} and low not in terms.having:
            return ""
        if low in terms.ing_prepositions:
            return ""
        return "ing"
    if forms & {"past", "part"}:
        if (before.function & {"determiner", "possessive", "owner"} and sentence.low(index - 1) not in terms.floating) or (previous == "J"):
            return ""
        if previous == "w" and sentence.low(index - 1).endswith(terms.adverb_endings) and sentence.word(index - 2).function & {"determiner", "possessive", "owner"}:
            return ""  # "a previously undisclosed meeting"
        if "preposition" in before.function and "subordinator" not in before.function and kinds[index + 1:index + 2] not in ("P",):
            return ""
        if before.noun and word.verbs and word.verbs[0][0] in ("light", "plan", "postpone", "cancel", "attend", "sign", "other", "occur"):
            after = sentence.word(index + 1)
            if word.verbs[0][0] in ("light", "plan", "sign") and not (after.function & {"determiner"} or after.noun):
                return "participle"
            if sentence.low(index + 1) in terms.by_or_between:
                return "participle"
        return "past"
    if "s" in forms:
        if _noun_context(sentence, index) and not (previous == "w" and (before.people or "relative" in before.function)):
            return ""
        if word.noun and previous == "w" and "and" in before.function and not _verb_before(clauses, index, "s"):
            return ""
        if low in terms.talks_and_calls and (sentence.low(index + 1) in terms.between_or_on or (low in terms.calls and sentence.low(index + 1) in terms.for_or_on)):
            return "present" if low in terms.calls and sentence.low(index + 1) in terms.purpose and previous in "PSOhC" else ""
        if low in terms.talks_and_calls and (previous in "SOC" or (previous == "w" and "relative" not in before.function)):
            return ""
        if word.noun and previous == "^":
            return ""
        return "present" if previous in "PSOChH,)^" or (previous == "w" and (before.people or before.function & {"relative", "adverb", "and", "that"} or not before.function)) else ""
    # the base form: after a plural subject, or coordinated with another infinitive
    if _noun_context(sentence, index) and not before.people:
        return ""
    if previous in "H" or (previous == "w" and (before.people or before.function & {"relative"} or before.function & {"first_person"})):
        return "present"
    if previous in "PSOCT," and (word.noun or word.bears) and not _plural_before(clauses, index):
        return ""
    if previous == "w" and "and" in before.function:
        other = clauses.verbs[-1] if clauses.verbs else None
        if other is not None and not (other.form in ("infinitive", "future") or other.modal):
            other = next((v for v in reversed(clauses.verbs) if index - v.index < 26 and v.form == "infinitive"), other)
        if other is not None and (other.form in ("infinitive", "future") or other.modal) and (not word.noun or _after_noun_verb(sentence, index)):
            return "infinitive"
        return ""
    if previous in "PSOC" and sentence.word(index + 1).noun:
        return ""  # "UK-EU trade talks"
    if previous in "PSOC" or (previous == "T" and clauses.groups):
        return "present" if _plural_before(clauses, index) or sentence.block == "headline" else ""
    if previous == "w" and "adverb" in before.function and clauses.groups and not word.noun:
        return "present"
    return ""


def _after_noun_verb(sentence: Sentence, index: int) -> bool:
    """"and visit Paris": what follows a word that may be noun or verb makes it a verb."""
    terms = sentence.terms
    return sentence.kind(index + 1) in "PSOCL" or bool(sentence.word(index + 1).function & {"determiner", "possessive"}) or sentence.low(index + 1) in terms.company


def _verb_before(clauses: Clauses, index: int, form: str) -> bool:
    return bool(clauses.verbs) and index - clauses.verbs[-1].index < 14 and clauses.verbs[-1].form == "present"


def _plural_before(clauses: Clauses, index: int) -> bool:
    for position in range(index - 1, max(-1, index - 6), -1):
        group = clauses.group_at.get(position)
        if group is not None:
            name = clauses.sentence.name(group.members[-1])
            return len(group.members) > 1 or (name is not None and name.plural) or clauses.sentence.kinds[group.members[-1]] == "H"
    return False


# -- subjects and governors -------------------------------------------------------------------------------------------


def _govern(clauses: Clauses, verb: Verb) -> None:
    sentence = clauses.sentence
    if verb.negated:
        verb.bears.add("refuse")
    if verb.modal == "may":
        verb.bears.add("wish")
    if verb.form == "infinitive" and verb.first < verb.index + 1 and "to" in sentence.word(verb.first).function:
        _govern_infinitive(clauses, verb)
    elif verb.form == "infinitive":  # coordinated with one before
        other = _verb_before_index(clauses, verb.first)
        if other is not None:
            verb.governor, verb.subject, verb.noun = other.governor, other.subject, other.noun
            verb.bears |= {b for b in other.bears if b != "refuse" or other.negated}
            verb.form = other.form if other.form in ("infinitive", "future") else verb.form
            verb.modal = other.modal
    elif verb.form == "ing":
        _govern_ing(clauses, verb)
    elif verb.form == "participle":
        verb.passive = True
        verb.noun = verb.first - 1
    else:
        _find_subject(clauses, verb)
        first = clauses.groups[0] if clauses.groups else None
        if verb.subject is None and verb.noun < 0 and first is not None and first.start <= 2 and first.end < verb.first and not first.preposition and not first.possessive \
                and sentence.kinds[first.start] == "P" and not any(v.first < verb.first and v.subject is first and v.form in ("past", "present", "future") for v in clauses.verbs):
            verb.subject = first  # what stands between is too long to be followed: the sentence begins with its subject
    _conditions(clauses, verb)


def _verb_before_index(clauses: Clauses, index: int) -> Verb | None:
    found = None
    for verb in clauses.verbs:
        if verb.first >= index:
            break
        found = verb
    return found


_BEARING = frozenset({"plan", "wish", "refuse", "cancel", "postpone"})


def _inherit(verb: Verb, governor: Verb) -> None:
    """What the governing verb says of the governed one."""
    verb.governor = governor
    if governor.kind in _BEARING:
        verb.bears.add(governor.kind)
    for bearing in governor.bears:
        verb.bears.add(bearing)


def _govern_infinitive(clauses: Clauses, verb: Verb) -> None:
    """Whose doing an infinitive is, and what governs it: "plans to meet", "urged B to meet", "his plan to visit"."""
    sentence = clauses.sentence
    terms = sentence.terms
    before = verb.first - 1
    word = sentence.word(before)
    if sentence.kind(before) == "w" and (word.bears or word.adjective) and before not in clauses.verb_at:
        verb.bears.add(word.bears or ("wish" if word.adjective == "wish" else "plan"))
        told = clauses.group_at.get(before - 1)
        if word.adjective and told is not None and (not told.preposition or told.preposition in terms.company) and not told.possessive:
            verb.subject = told  # "with the president set to visit C"
            return
    governor = None
    position = before
    passed = 0
    while position >= 0 and passed < _FAR:
        if position in clauses.verb_at:
            governor = clauses.verb_at[position]
            break
        if sentence.kinds[position] in ';"' and passed > 0:
            break
        position -= 1
        passed += 1
    if governor is not None:
        near = [group for group in clauses.groups if governor.index < group.start and group.end <= verb.first and not (group.preposition and group.preposition not in terms.for_or_with)]
        if near and ("object_control" in governor.roles or near[-1].preposition in terms.purpose) and not governor.passive and verb.first - near[-1].end <= 3:
            verb.subject, verb.object_control = near[-1], True
            verb.governor = governor
            if governor.kind in _BEARING or "wish" in governor.roles:
                verb.bears.add("wish" if "wish" in governor.roles else governor.kind)
            elif governor.lemma not in terms.causing_verbs:
                verb.bears.add("wish")
            verb.bears |= governor.bears - {"refuse"} if governor.kind not in _BEARING else governor.bears
            return
        _inherit(verb, governor)
        verb.subject, verb.noun = governor.subject, governor.noun
        if verb.subject is None and verb.noun < 0:
            _find_subject(clauses, verb)
        if governor.kind == "be" and any(sentence.low(p) in terms.ordinals for p in range(governor.index + 1, verb.first)):
            verb.form = governor.form  # "she was the first to visit": she did
            return
        if governor.kind not in _BEARING and not governor.bears and not verb.bears:
            verb.bears.add("purpose")
        return
    _find_subject(clauses, verb)
    if verb.subject is not None and verb.first - verb.subject.end <= 2:
        verb.bears.add("plan")  # headlines plan with a bare infinitive: "King to host"
    elif not verb.bears:
        verb.bears.add("purpose")


def _govern_ing(clauses: Clauses, verb: Verb) -> None:
    """"after meeting B, A said", "A arrived, meeting B", "A, visiting Paris, said"."""
    sentence = clauses.sentence
    position = verb.first - 1
    while position >= 0 and sentence.kinds[position] == "w" and "adverb" in sentence.word(position).function:
        position -= 1
    word = sentence.word(position)
    kind = sentence.kind(position)
    if kind == "w" and (word.function & {"preposition", "subordinator"} or word.bears):
        verb.opener = sentence.low(position)
        if word.bears:
            verb.bears.add(word.bears)
        head = sentence.word(position - 1)
        if sentence.kind(position - 1) == "w" and head.bears and "preposition" in word.function:
            verb.bears.add(head.bears)
        governor = _verb_before_index(clauses, position)
        if sentence.kind(position - 1) == "," and governor is not None:  # "A said that B was late, after meeting C": A met C
            governor = next((v for v in clauses.verbs if v.index < position and v.subject is not None and not v.relative and not v.opener), governor)
        if governor is not None:
            if position - governor.index <= 2:
                _inherit(verb, governor)
            verb.governor = governor
            verb.subject, verb.noun = governor.subject, governor.noun
            if governor.subject is None and "say" in governor.roles:
                _find_subject(clauses, verb)
            return
        # fronted: the main clause comes after the comma
        comma = sentence.kinds.find(",", verb.index)
        while 0 <= comma < len(sentence.items) - 1:
            group, _ = clauses.following(comma + 1)
            if group is not None and not group.preposition and any(v.first >= group.end for v in clauses.verbs):
                verb.subject = group
                return
            comma = sentence.kinds.find(",", comma + 1)
        return
    if kind == ",":
        governor = _verb_before_index(clauses, position)
        if governor is not None:
            verb.governor = governor
            verb.subject, verb.noun = governor.subject, governor.noun
            if verb.subject is None:
                group = clauses.group_at.get(position - 1)
                verb.subject = group
            return
        verb.subject = clauses.group_at.get(position - 1)
        return
    group = clauses.group_at.get(position)
    if group is not None:
        governor = _verb_before_index(clauses, position)
        verb.governor = governor
        verb.subject = group if not group.possessive else None
        return
    governor = _verb_before_index(clauses, position + 1)
    if governor is not None:
        if position - governor.index <= 0:  # "stopped meeting", "considered visiting"
            _inherit(verb, governor)
        verb.governor = governor
        verb.subject, verb.noun = governor.subject, governor.noun
        return
    _find_subject(clauses, verb)


def _finite_after(clauses: Clauses, index: int) -> bool:
    """Whether a finite verb follows the group that ends at `index`, adverbs and dates passed."""
    sentence = clauses.sentence
    position = index
    for _ in range(4):
        if position in clauses.verb_at:
            return clauses.verb_at[position].form not in ("ing", "infinitive", "participle")
        if sentence.kind(position) in "T(" or (sentence.kind(position) == "w" and sentence.word(position).function & {"adverb", "preposition"}):
            position += 1
            continue
        return False
    return False


def _find_subject(clauses: Clauses, verb: Verb) -> None:
    """The subject of a verb: the nearest group before it that no preposition governs and that is no object, passing
    what stands between commas; the antecedent of a relative; the subject of the verb it is coordinated with."""
    sentence = clauses.sentence
    terms = sentence.terms
    kinds, items = sentence.kinds, sentence.items
    position = verb.first - 1
    passed = 0
    before = position
    while before >= 0 and kinds[before] == "w" and "adverb" in items[before].word.function and "and" not in items[before].word.function:
        before -= 1
    if before >= 0 and kinds[before] == "w" and ("and" in items[before].word.function or items[before].low in terms.sequence) and verb.form not in ("ing",):
        # "held talks with A and met B": both have one subject
        other = next((v for v in reversed(clauses.verbs) if v.index < before and v.form not in ("participle",) and not (v.form in ("ing", "infinitive") and v.form != verb.form)), None)
        if other is not None and (other.subject is not None or other.noun >= 0):
            verb.subject, verb.noun, verb.clause, verb.relative = other.subject, other.noun, other.clause, other.relative
            verb.opener = verb.opener or other.opener
            return
    occasion = verb.kind == "occur" or (verb.lemma == "be" and verb.kind == "plan" and _occurs(clauses, verb.index + 1)) or (verb.passive and verb.kind in ("light", "plan", "cancel", "postpone", "move"))
    while position >= 0 and passed < _FAR:
        passed += 1
        kind = kinds[position]
        if kind in "T":
            position -= 1
            continue
        if kind == ")":
            opening = kinds.rfind("(", 0, position)
            position = opening - 1 if opening >= 0 else position - 1
            continue
        if kind == ",":
            earlier = _opening_comma(clauses, position)
            before = kinds.rfind(",", 0, position)
            told = clauses.group_at.get(before + 1) if before > 0 else None
            if earlier < 0 and told is not None and before <= 3 and not told.preposition and kinds[told.start] == "P" and not any(p in clauses.verb_at for p in range(before)):
                verb.subject, verb.clause = told, 0  # "Li Bin, the Chinese ambassador, met": somebody unknown, known by his office
                return
            if earlier >= 0:
                position = earlier - 1
                continue
            position -= 1
            continue
        if kind == '"':
            # "...," A said: what was quoted is passed
            opening = kinds.rfind('"', 0, position)
            if opening > 0 and position - verb.first > -3:
                position = opening - 1
                continue
            return
        if kind in ";.":
            verb.clause = position + 1
            return
        if position in clauses.group_at:
            group = clauses.group_at[position]
            if occasion and (noun := _noun_between(sentence, max(0, group.start - 12), group.start)) >= 0 and group.preposition and not any(
                    p in clauses.verb_at for p in range(noun, group.start)):
                verb.noun = noun
                return
            if group.possessive:
                # "Trump's team met": the owner stands for his people
                if any(sentence.word(p).people for p in range(group.end, min(verb.first, group.end + 5))):
                    verb.subject, verb.clause = group, group.start
                    return
                position = group.start - 1
                noun = _noun_between(sentence, group.end, verb.first)
                if noun >= 0:
                    verb.noun = noun
                    return
                continue
            if group.preposition:
                word = sentence.word(group.at)
                if "subordinator" in word.function and _finite_after(clauses, group.end):
                    verb.subject, verb.clause, verb.opener = group, group.at + 1, group.preposition
                    return
                head = sentence.word(group.at - 1)
                if head.people and group.preposition in terms.of_whom:
                    verb.subject, verb.clause = group, group.start
                    _open(clauses, verb, group.at - 1)
                    return
                position = group.at - 1
                continue
            owner = clauses.verb_at.get(group.start - 1)
            if owner is not None and owner.form != "be" and _takes_object(sentence, owner) and position + 1 < verb.first:
                # the object of another verb: "A met B and told C"
                verb.subject, verb.noun, verb.clause = owner.subject, owner.noun, owner.clause
                return
            verb.subject, verb.clause = _with_first(clauses, _nationals(clauses, group)), group.start
            _open(clauses, verb, group.start)
            return
        if position in clauses.verb_at:
            other = clauses.verb_at[position]
            if other.form == "participle" or (other.passive and other.noun >= 0 and other.form == "past"):
                position = other.first - 1
                continue
            between = {items[p].low for p in range(position + 1, verb.first) if kinds[p] in "w,"}
            if between & terms.complement and "say" in other.roles and len(between) == 1:
                return
            if verb.form == "past" and other.form == "infinitive" and other.noun < 0 and other.governor is not None and not between & terms.addition and "," not in between:
                position = other.first - 1
                continue
            verb.subject, verb.noun, verb.clause = other.subject, other.noun, other.clause
            if between & terms.addition or "," in between or not between:
                verb.bears |= {b for b in other.bears if b == "wish" and verb.form == other.form == "infinitive"}
                if verb.form == "infinitive":
                    verb.governor = other.governor
                if other.relative:
                    verb.relative = True
                verb.opener = verb.opener or other.opener
            return
        word = items[position].word
        if word.function & {"relative"} or (items[position].low in terms.complement and (position + 1 == verb.first or _skip(sentence, position + 1) in (verb.first, position + 1))):
            verb.relative, verb.clause = True, position + 1
            before = position - 1
            if sentence.kind(before) == ",":
                before -= 1
            if sentence.kind(before) == ")":
                before = kinds.rfind("(", 0, before) - 1
            antecedent = clauses.group_at.get(before)
            if occasion and (noun := _noun_between(sentence, max(0, before - 14), before + 1)) >= 0 and not any(p in clauses.verb_at for p in range(noun, before)):
                verb.noun = noun
                return
            if antecedent is not None:
                if antecedent.preposition in terms.of_relative and items[position].low in terms.thing_relative:
                    noun = _noun_between(sentence, max(0, antecedent.at - 4), antecedent.at)
                    if noun >= 0:
                        verb.noun = noun
                        return
                verb.subject = antecedent
                return
            noun = _noun_between(sentence, max(0, before - 3), before + 1)
            if noun >= 0:
                verb.noun = noun
            elif sentence.kind(before) == "w" and not sentence.word(before).function and not sentence.word(before).people:
                return  # "the process that could end": what the relative speaks of is no party
            else:
                back = before
                while back > max(-1, before - 8):
                    if back in clauses.group_at:
                        verb.subject = clauses.group_at[back]
                        return
                    if sentence.word(back).noun:
                        verb.noun = back
                        return
                    back -= 1
            return
        if word.noun and position not in clauses.verb_at:
            verb.noun, verb.clause = position, position
            return
        if word.people:
            # "officials from China met" is found by its preposition; "the delegations met" stands for nobody named
            verb.clause = position
            joined = next((p for p in range(position - 1, max(-1, position - 6), -1) if "and" in sentence.word(p).function and kinds[p] == "w"), -1)
            first = clauses.group_at.get(joined - 1)
            if first is not None and not first.preposition and not first.possessive:
                verb.subject, verb.clause = first, first.start  # "the speaker and a delegation met"
                return
            whose = clauses.group_at.get(position - 2) or clauses.group_at.get(position - 1)
            if whose is not None and whose.possessive:
                verb.subject = whose
            return
        if word.function & {"subordinator"} and not word.function & {"preposition"}:
            verb.opener, verb.clause = items[position].low, position + 1
            return
        position -= 1


def _nationals(clauses: Clauses, group: Group) -> Group:
    """"U.S. and Philippine defence and military officials": those of both states, though the officials have none of their own."""
    sentence = clauses.sentence
    name = sentence.name(group.members[0])
    if len(group.members) > 1 or name is None or not name.plural or name.country or name.actor_id:
        return group
    for position in range(group.start - 1, max(-1, group.start - 6), -1):
        pair = clauses.group_at.get(position)
        if pair is not None:
            return Group(pair.start, group.end, list(pair.members)) if len(pair.members) > 1 and all(sentence.kinds[m] in "SJC" for m in pair.members) else group
        if sentence.kinds[position] != "w" or sentence.word(position).function - {"and"}:
            return group
    return group


def _with_first(clauses: Clauses, group: Group) -> Group:
    """"A, who chairs the council, B and C will meet": all three are the subject."""
    sentence = clauses.sentence
    if len(group.members) < 2 or sentence.kind(group.start - 1) != ",":
        return group
    opening = sentence.kinds.rfind(",", 0, group.start - 1)
    if opening > 0 and sentence.word(opening + 1).function & {"relative"} and (first := clauses.group_at.get(opening - 1)) is not None and not first.preposition:
        return Group(group.start, group.end, [*first.members, *group.members])
    return group


def _occurs(clauses: Clauses, index: int) -> bool:
    """Whether "to be held", "to take place" comes next."""
    terms = clauses.sentence.terms
    word = clauses.sentence.word(index + 1)
    return any(kind == "occur" for kind, _, _ in word.verbs) or clauses.sentence.low(index + 1) in terms.bare_be


def _open(clauses: Clauses, verb: Verb, start: int) -> None:
    """The word that opens the clause whose subject begins at `start`: "after", "if", "that"."""
    sentence = clauses.sentence
    position = start - 1
    while position >= 0 and sentence.kinds[position] == "w" and sentence.word(position).function & {"determiner", "possessive"} and not sentence.word(position).function & {"subordinator"}:
        position -= 1
    word = sentence.word(position)
    if position >= 0 and sentence.kinds[position] == "w" and word.function & {"subordinator", "that"}:
        verb.opener = sentence.low(position)


def _takes_object(sentence: Sentence, verb: Verb) -> bool:
    terms = sentence.terms
    return not verb.passive and verb.kind not in ("be",) and verb.lemma not in terms.saying_verbs


def _noun_between(sentence: Sentence, first: int, last: int) -> int:
    for position in range(last - 1, max(first, 0) - 1, -1):
        if sentence.kinds[position] == "w" and sentence.word(position).noun and sentence.word(position).noun != "not_occasion":
            return position
    return -1


def _opening_comma(clauses: Clauses, closing: int) -> int:
    """The comma that opens what the one at `closing` closes: a relative, an apposition, "who had arrived on Monday,"."""
    sentence = clauses.sentence
    kinds = sentence.kinds
    position = kinds.rfind(",", 0, closing)
    steps = 0
    while position > 0 and steps < 4:
        steps += 1
        before = clauses.group_at.get(position - 1)
        after = sentence.word(position + 1)
        opens = bool(after.function & {"relative", "determiner"}) or sentence.kind(position + 1) in "PUw"
        if before is not None and opens and closing - position <= 30:
            return position
        if sentence.kind(position - 1) == ")" and opens:
            return position
        if sentence.kind(position - 1) in "wT" and after.function & {"relative"}:
            return position
        position = kinds.rfind(",", 0, position)
    return -1


def _conditions(clauses: Clauses, verb: Verb) -> None:
    sentence = clauses.sentence
    terms = sentence.terms
    if verb.opener in terms.until or (verb.opener and "conditional" in _function(clauses, verb.opener)):
        verb.bears.add("wish")
    governor = verb.governor
    # "denied that A had met B", "hopes A will meet B"
    if governor is None and verb.subject is not None:
        start = verb.clause - 1
        while start >= 0 and sentence.kinds[start] == "w" and sentence.word(start).function & {"determiner", "possessive", "that", "adverb"}:
            if "that" in sentence.word(start).function or sentence.low(start) in terms.complement:
                start -= 1
                break
            start -= 1
        other = clauses.verb_at.get(start)
        if other is not None and other is not verb and other.index < verb.first:
            verb.governor = other
            if other.kind in ("wish", "refuse") or (other.lemma in terms.doubting_verbs):
                verb.bears.add("refuse" if other.kind == "refuse" else "wish")
            elif other.negated and "say" in other.roles:
                verb.bears.add("wish")
        elif other is None and start >= 0 and sentence.kinds[start] == "w" and sentence.word(start).bears in ("wish",) and sentence.low(start + 1) in terms.complement:
            verb.bears.add("wish")


def _function(clauses: Clauses, phrase: str) -> frozenset[str]:
    sentence = clauses.sentence
    for item in sentence.items:
        if item.low == phrase:
            return item.word.function
    return _NONE
