"""Verb groups and their forms: "will have been holding", "is due to", "to meet", "held"; and which words are no verbs here."""
from __future__ import annotations

from dataclasses import dataclass

from timeline.extract.grammar import Word
from timeline.extract.groups import owns
from timeline.extract.sentence import Sentence
from timeline.extract.syntax import Clauses, Verb

_AUXILIARY = frozenset({"be", "have", "do", "will", "would", "may"})
_SKIPPED = frozenset({"adverb", "not"})
_NONE: frozenset[str] = frozenset()


def find_verbs(clauses: Clauses) -> None:
    """Enter the verb groups of a sentence into its clauses, from left to right."""
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
        function = word.function
        if function and not function.isdisjoint(_AUXILIARY):
            index = _auxiliary_group(clauses, index)
            continue
        if "to" in function:
            main = skip(sentence, index + 1)
            if main < count and kinds[main] == "w" and ("base" in items[main].word.forms or (
                    not items[main].low.endswith(terms.plural_endings) and _guess(items[main].low, items[main].word, "base"))):
                _add(clauses, main, index, "infinitive")
                index = main + 1
                continue
            if main < count and kinds[main] == "w" and items[main].word.function & {"be", "have"} and items[main].low in terms.bare_auxiliary:
                index = _auxiliary_group(clauses, main, index)
                continue
        if items[index].low in terms.picture_places and kinds[index - 1:index] in (",", "(") and kinds[index + 1:index + 2] in (",", ")"):
            index += 1  # "A, left, and B"
            continue
        if word.verbs or (not function and len(items[index].low) > 4 and items[index].low.endswith(terms.past_endings)):
            form = _bare_form(clauses, index)
            if form:
                _add(clauses, index, index, form)
        index += 1


def _guess(low: str, word: Word, form: str) -> frozenset[str]:
    """An unknown word after "to" or a modal is taken for a verb."""
    if word.verbs or word.function or word.noun or not low.isalpha():
        return _NONE
    return frozenset({form})


def skip(sentence: Sentence, index: int) -> int:
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


@dataclass(slots=True)
class _Auxiliaries:
    """What the words before a main verb say: "will have been" is modal, have, be and perfect."""

    modal: str = ""
    negated: bool = False
    perfect: bool = False  # "have been": a form of be after one of have
    be: bool = False
    have: bool = False


def _auxiliary_group(clauses: Clauses, index: int, first: int = -1) -> int:
    """A group that begins with an auxiliary: "will have been holding", "is due to", "was". Returns where to go on.

    `first` is the "to" before it, -1 where there is none.
    """
    sentence = clauses.sentence
    terms = sentence.terms
    items = sentence.items
    said, position, main = _read_auxiliaries(sentence, index)
    start = index if first < 0 else first
    if said.modal in ("will", "would"):
        form = "future"
    elif first >= 0:
        form = "infinitive"
    else:
        form = "past" if said.be and any(items[p].low in terms.was for p in range(index, position)) else "present"
    had = items[index].low in terms.had
    if main < 0:
        verb, after = _without_main(sentence, said, index, start, position, form, had)
        _enter(clauses, verb)
        return after
    word, low = items[main].word, items[main].low
    forms = word.forms or frozenset({"past"} if low.endswith(terms.past_endings) else {"base"})
    participle = bool(forms & {"past", "part"})
    if said.be and not (participle or "ing" in forms):  # "is set to", "was talks"
        if word.adjective:
            _enter(clauses, Verb(main, start, word.adjective, low, form, negated=said.negated, modal=said.modal))
            return main + 1
        _enter(clauses, Verb(position - 1, start, "be", "be", form, negated=said.negated, modal=said.modal))
        return main
    if said.have and not said.be and not said.modal and not participle:
        # "had talks", "have plans": what follows is a noun
        _enter(clauses, Verb(position - 1, start, "light", "have", "past" if had else form, negated=said.negated))
        return main
    verb = _make(clauses, main, start, form)
    if said.be and "ing" in forms:
        verb.form = "progressive" if form == "present" else form
    elif said.be:
        verb.passive = True
    elif said.have and participle:
        verb.form = "past" if not said.modal else form
        verb.perfect, verb.passive = True, said.perfect
    elif not said.modal and first < 0:
        verb.form = "past" if items[index].low in terms.did else "present"
    verb.negated, verb.modal = said.negated, said.modal
    verb.pluperfect = said.have and items[index].low in terms.had_before
    verb.perfect = verb.perfect or said.perfect
    _enter(clauses, verb)
    return main + 1


def _read_auxiliaries(sentence: Sentence, index: int) -> tuple[_Auxiliaries, int, int]:
    """The auxiliaries from `index` on, the index of what follows them, and that of the main verb, -1 where there is none."""
    terms = sentence.terms
    items, kinds = sentence.items, sentence.kinds
    count = len(items)
    said = _Auxiliaries()
    position, main = index, -1
    while position < count and kinds[position] == "w":
        word, low = items[position].word, items[position].low
        function = word.function
        if "not" in function:
            said.negated = True
        elif function & {"will", "would", "may"}:
            said.modal = "will" if "will" in function else "would" if "would" in function else "may"
        elif "have" in function:
            said.have = True
        elif "be" in function:
            said.be = True
            said.perfect = said.perfect or said.have
        elif "do" not in function and (word.verbs or word.adjective or not ("adverb" in function or low.endswith(terms.adverb_endings))):
            if word.verbs or (_guess(low, word, "base") and (low.endswith(terms.past_endings) or (said.modal and not said.be))):
                main = position
            break
        position += 1
    if main < 0 and not said.be and position < count and kinds[position] == "T":
        later = skip(sentence, position + 1)  # "will on Friday meet": seldom, but headlines do it
        if later < count and items[later].word.verbs:
            main = later
    return said, position, main


def _without_main(sentence: Sentence, said: _Auxiliaries, index: int, start: int, position: int, form: str, had: bool) -> tuple[Verb, int]:
    """The verb that auxiliaries make by themselves, and where to go on: "is due", "is to meet", "had talks", "was"."""
    after = sentence.items[position] if position < len(sentence.items) else None
    negated, modal = said.negated, said.modal
    if after is not None and said.be and after.kind == "w" and after.word.adjective:
        kind = "plan" if after.word.adjective == "plan" else "wish"
        return Verb(position, start, kind, after.low, form, negated=negated, modal=modal), position + 1
    if after is not None and said.be and "to" in after.word.function:
        return Verb(position - 1, start, "plan", "be", form, negated=negated, modal=modal), position
    if after is not None and said.have and not said.be:
        kind = "plan" if "to" in after.word.function else "light"
        return Verb(position - 1, start, kind, "have", "past" if had else form, negated=negated, modal=modal), position
    kind = "be" if said.be else "do" if not modal else "other"
    return Verb(max(index, position - 1), start, kind, kind, form, negated=negated, modal=modal), max(position, index + 1)


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
    return sentence.low(skip(sentence, index)) in terms.company


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
    if previous == "w" and sentence.low(index - 1) in ("-", "–") and items[index - 1].end == items[index].start:
        return ""  # "Ukrainian-organised"
    if previous == ")" and word.noun and (opening := kinds.rfind("(", 0, index)) > 0 and kinds[opening - 1] in "SO":
        return ""  # "a Body of Some Nations (BSN) meeting"
    if "ing" in forms:
        if word.noun:
            if previous in "UT" and low in terms.meeting and sentence.low(index - 1).endswith(terms.counted_from) and _object_follows(clauses, index + 1):
                return "ing"  # "two days after meeting B"
            if before.function & {"determiner", "possessive", "owner"} or before.scope or previous in "JU":
                return ""
            if previous == "T" and (sentence.word(index - 2).function & {"determiner", "possessive", "owner"} or (sentence.kind(index - 2) in "PSO" and owns(sentence, index - 2))):
                return ""  # "their July 5 meeting"
            if index and previous == "w" and not before.function and index - 1 not in clauses.verb_at:
                return ""  # an adjective before the noun
            if previous in "PSOC" and owns(sentence, index - 1):
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
        if low in terms.visiting and sentence.kind(index + 1) in "PJ" and (index - 1 in clauses.verb_at or (previous == "^" and sentence.kind(index + 2) != ",") or sentence.low(index - 1) in terms.company or sentence.low(index - 1) in terms.agent):
            return ""  # "met visiting President A", "talks with visiting Chinese Premier B"
        return "ing"
    if forms & {"past", "part"}:
        if (before.function & {"determiner", "possessive", "owner"} and sentence.low(index - 1) not in terms.floating) or (previous == "J"):
            return ""
        if previous == "w" and sentence.low(index - 1).endswith(terms.adverb_endings) and sentence.word(index - 2).function & {"determiner", "possessive", "owner"}:
            return ""  # "a previously undisclosed meeting"
        if "preposition" in before.function and "subordinator" not in before.function and kinds[index + 1:index + 2] not in ("P",):
            return ""
        if "and" in before.function and word.verbs and word.verbs[0][0] == "other" and sentence.word(index + 1).noun:
            return ""  # "the summit and related meetings"
        if before.noun and word.verbs and word.verbs[0][0] in ("light", "plan", "postpone", "cancel", "attend", "sign", "other", "occur"):
            after = sentence.word(index + 1)
            if word.verbs[0][0] in ("light", "plan", "sign") and not (after.function & {"determiner"} or after.noun):
                return "participle"
            if sentence.low(index + 1) in terms.by_or_between:
                return "participle"
        return "past"
    if forms & {"s", "base"} and _occasion_does(sentence, index):
        return "present"
    if "s" in forms:
        if _noun_context(sentence, index) and not (previous == "w" and (before.people or "relative" in before.function)):
            return ""
        if word.noun and previous == "w" and "and" in before.function and not _verb_before(clauses, index):
            return ""
        if low in terms.talks_and_calls and (sentence.low(index + 1) in terms.between_or_on or (low in terms.calls and sentence.low(index + 1) in terms.for_or_on)):
            return "present" if low in terms.calls and sentence.low(index + 1) in terms.purpose and previous in "PSOhC" else ""
        pair = clauses.group_at.get(index - 1)
        if low in terms.talks_and_calls and pair is not None and pair.compound:
            return ""  # "A-B talks"
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
    people = previous == "P" and (name := sentence.name(index - 1)) is not None and name.plural and not name.possessive and not word.noun
    if previous in "PSOC" and sentence.word(index + 1).noun and not people:
        return ""  # "UK-EU trade talks"; not "ministers resume talks"
    if previous in "PSOC" or (previous == "T" and clauses.groups):
        return "present" if _plural_before(clauses, index) or sentence.block == "headline" else ""
    if previous == "w" and "adverb" in before.function and clauses.groups and not word.noun:
        return "present"
    return ""


def _occasion_does(sentence: Sentence, index: int) -> bool:
    """"The summit opens on Friday", "talks resume in C": what an occasion does by itself, right after its noun."""
    word, before = sentence.word(index), sentence.word(index - 1)
    if "occur" not in word.roles or word.noun or sentence.kind(index - 1) != "w" or before.noun in ("", "signing", "not_occasion"):
        return False
    plural = sentence.low(index - 1).endswith(sentence.terms.plural_endings)
    if plural != ("base" in word.forms):
        return False
    after = sentence.word(index + 1)
    return sentence.kind(index + 1) in "T.," or bool(after.function & {"preposition", "adverb"})


def _after_noun_verb(sentence: Sentence, index: int) -> bool:
    """"and visit Paris": what follows a word that may be noun or verb makes it a verb."""
    terms = sentence.terms
    return sentence.kind(index + 1) in "PSOCL" or bool(sentence.word(index + 1).function & {"determiner", "possessive"}) or sentence.low(index + 1) in terms.company


def _verb_before(clauses: Clauses, index: int) -> bool:
    return bool(clauses.verbs) and index - clauses.verbs[-1].index < 14 and clauses.verbs[-1].form == "present"


def _plural_before(clauses: Clauses, index: int) -> bool:
    for position in range(index - 1, max(-1, index - 6), -1):
        group = clauses.group_at.get(position)
        if group is not None:
            name = clauses.sentence.name(group.members[-1])
            return len(group.members) > 1 or (name is not None and name.plural) or clauses.sentence.kinds[group.members[-1]] == "H"
    return False
