"""Who does what a verb tells: the nearest party that may be its subject, passing what stands between."""
from __future__ import annotations

from timeline.extract.sentence import Sentence
from timeline.extract.syntax import Clauses, Group, Verb
from timeline.extract.verbs import skip

FAR = 40  # items that a search for a subject or a governor may pass
_DASHES = ("–", "—", "--")
_SETTLED = -1  # in place of the next position: the search has its answer, or there is none


def find_subject(clauses: Clauses, verb: Verb) -> None:
    """Set the subject of a verb: the nearest group before it that no preposition governs and that is no object, passing
    what stands between commas; the antecedent of a relative; the subject of the verb it is coordinated with."""
    if _shares_subject(clauses, verb):
        return
    kinds, group_at, verb_at = clauses.sentence.kinds, clauses.group_at, clauses.verb_at
    of_occasion = _tells_of_occasion(clauses, verb)
    position = verb.first - 1
    for _ in range(FAR):
        if position < 0:
            return
        kind = kinds[position]
        if kind == "T":
            position -= 1
        elif kind == ")":
            opening = kinds.rfind("(", 0, position)
            position = (opening if opening >= 0 else position) - 1
        elif kind == ",":
            position = _past_comma(clauses, verb, position)
        elif kind == '"':  # "...," A said: what was quoted is passed
            opening = kinds.rfind('"', 0, position)
            position = opening - 1 if opening > 0 and position - verb.first > -3 else _SETTLED
        elif kind in ";.":
            opening = _opening_dash(clauses.sentence, position)
            if opening <= 0:
                verb.clause = position + 1
                return
            position = opening - 1  # "the leaders of three states – A, B and C – met"
        elif position in group_at:
            position = _from_group(clauses, verb, position, of_occasion)
        elif position in verb_at:
            position = _from_verb(clauses, verb, position)
        else:
            position = _from_word(clauses, verb, position, of_occasion)


def _shares_subject(clauses: Clauses, verb: Verb) -> bool:
    """"A held talks with B and met C": both verbs have one subject."""
    sentence = clauses.sentence
    kinds, items = sentence.kinds, sentence.items
    before = verb.first - 1
    while before >= 0 and kinds[before] == "w" and "adverb" in items[before].word.function and "and" not in items[before].word.function:
        before -= 1
    if before < 0 or kinds[before] != "w" or verb.form == "ing":
        return False
    if "and" not in items[before].word.function and items[before].low not in sentence.terms.sequence:
        return False
    for other in reversed(clauses.verbs):
        if other.index < before and other.form != "participle" and (other.form == verb.form or other.form not in ("ing", "infinitive")):
            if other.subject is None and other.noun < 0:
                return False
            verb.subject, verb.noun, verb.clause, verb.relative = other.subject, other.noun, other.clause, other.relative
            verb.opener = verb.opener or other.opener
            return True
    return False


def _tells_of_occasion(clauses: Clauses, verb: Verb) -> bool:
    """Whether the subject may be an occasion: "the talks took place", "are to be held", "were put off"."""
    return verb.kind == "occur" or (verb.lemma == "be" and verb.kind == "plan" and _occurs(clauses, verb.index + 1)) \
        or (verb.passive and verb.kind in ("light", "plan", "cancel", "postpone", "move"))


def _past_comma(clauses: Clauses, verb: Verb, position: int) -> int:
    """Past what two commas enclose, or past the one."""
    earlier = _opening_comma(clauses, position)
    if earlier >= 0:
        return earlier - 1
    kinds = clauses.sentence.kinds
    before = kinds.rfind(",", 0, position)
    told = clauses.group_at.get(before + 1) if before > 0 else None
    if told is not None and before <= 3 and not told.preposition and kinds[told.start] == "P" and not any(p in clauses.verb_at for p in range(before)):
        verb.subject, verb.clause = told, 0  # "Li Bin, the Chinese ambassador, met": somebody unknown, known by his office
        return _SETTLED
    return position - 1


def _from_group(clauses: Clauses, verb: Verb, position: int, of_occasion: bool) -> int:
    """What a group before the verb is to it: its subject, or the owner, the complement or the object of something else."""
    sentence = clauses.sentence
    group = clauses.group_at[position]
    if of_occasion and group.preposition:  # "the talks with A were put off"
        noun = _noun_between(sentence, max(0, group.start - 12), group.start)
        if noun >= 0 and not any(p in clauses.verb_at for p in range(noun, group.start)):
            verb.noun = noun
            return _SETTLED
    if group.possessive:
        if any(sentence.word(p).people for p in range(group.end, min(verb.first, group.end + 5))):
            verb.subject, verb.clause = group, group.start  # "Putin's team met": the owner stands for his people
            return _SETTLED
        noun = _noun_between(sentence, group.end, verb.first)
        if noun >= 0:
            verb.noun = noun
            return _SETTLED
        return group.start - 1
    if group.preposition:
        if group.preposition in sentence.terms.headed and (sentence.word(group.at - 1).people or sentence.kind(group.at - 1) == "P"):
            verb.subject, verb.clause = group, group.at  # "a delegation led by A met B": A did
            return _SETTLED
        if verb.kind == "plan" and verb.form == "past" and group.preposition in sentence.terms.company and position + 1 == verb.first \
                and sentence.kind(group.at - 1) in ',;".':
            verb.subject, verb.clause = group, group.start  # "With A set to visit C", "with A expected to attend"
            return _SETTLED
        if "subordinator" in sentence.word(group.at).function and _finite_after(clauses, group.end):
            verb.subject, verb.clause, verb.opener = group, group.at + 1, group.preposition  # "after A met"
            return _SETTLED
        some = sentence.word(group.at - 1).people or (sentence.low(group.at - 1) in sentence.terms.collectives and sentence.kinds[group.members[-1]] == "P")
        if some and group.preposition in sentence.terms.of_whom:
            verb.subject, verb.clause = group, group.start  # "officials from B met"
            _open(clauses, verb, group.at - 1)
            return _SETTLED
        return group.at - 1
    owner = clauses.verb_at.get(group.start - 1)
    if owner is not None and owner.form != "be" and _takes_object(sentence, owner) and position + 1 < verb.first:
        # the object of another verb: "A met B and told C"
        verb.subject, verb.noun, verb.clause = owner.subject, owner.noun, owner.clause
        return _SETTLED
    verb.subject, verb.clause = _with_first(clauses, _nationals(clauses, group)), group.start
    _open(clauses, verb, group.start)
    return _SETTLED


def _from_verb(clauses: Clauses, verb: Verb, position: int) -> int:
    """Past a participle ("the talks held in C began"); any other verb before this one shares its subject."""
    sentence = clauses.sentence
    terms = sentence.terms
    other = clauses.verb_at[position]
    if other.form == "participle" or (other.passive and other.noun >= 0 and other.form == "past"):
        return other.first - 1
    between = {sentence.items[p].low for p in range(position + 1, verb.first) if sentence.kinds[p] in "w,"}
    if len(between) == 1 and between & terms.complement and "say" in other.roles:
        return _SETTLED  # "A said that met": nobody is told
    joined = "," in between or bool(between & terms.addition)
    if verb.form == "past" and other.form == "infinitive" and other.noun < 0 and other.governor is not None and not joined:
        return other.first - 1
    verb.subject, verb.noun, verb.clause = other.subject, other.noun, other.clause
    if joined or not between:
        if verb.form == "infinitive":
            if other.form == "infinitive" and "wish" in other.bears:
                verb.bears.add("wish")
            verb.governor = other.governor
        verb.relative = verb.relative or other.relative
        verb.opener = verb.opener or other.opener
    return _SETTLED


def _from_word(clauses: Clauses, verb: Verb, position: int, of_occasion: bool) -> int:
    """A relative has its antecedent before it, a noun or people may be the subject, a subordinator ends the search."""
    sentence = clauses.sentence
    item = sentence.items[position]
    word = item.word
    if "relative" in word.function or (item.low in sentence.terms.complement and (
            position + 1 == verb.first or skip(sentence, position + 1) in (verb.first, position + 1))):
        verb.relative, verb.clause = True, position + 1
        _find_antecedent(clauses, verb, position, of_occasion)
        return _SETTLED
    if word.noun:
        verb.noun = verb.clause = position
        return _SETTLED
    if word.people:
        _from_people(clauses, verb, position)
        return _SETTLED
    if "subordinator" in word.function and "preposition" not in word.function:
        verb.opener, verb.clause = item.low, position + 1
        return _SETTLED
    return position - 1


def _find_antecedent(clauses: Clauses, verb: Verb, relative: int, of_occasion: bool) -> None:
    """What the relative at an index speaks of: "A, who met B", "the talks in C, which were put off"."""
    sentence = clauses.sentence
    terms = sentence.terms
    before = relative - 1
    if sentence.kind(before) == ",":
        before -= 1
    if sentence.kind(before) == ")":
        before = sentence.kinds.rfind("(", 0, before) - 1
    if of_occasion:
        noun = _noun_between(sentence, max(0, before - 14), before + 1)
        if noun >= 0 and not any(p in clauses.verb_at for p in range(noun, before)):
            verb.noun = noun
            return
    antecedent = clauses.group_at.get(before)
    if antecedent is not None:
        gathers = verb.kind in ("meet", "gather") and sentence.kinds[antecedent.members[-1]] == "O"  # "talks at the Council, which meets in May"
        if antecedent.preposition in terms.of_relative and sentence.items[relative].low in terms.thing_relative and not gathers:
            noun = _noun_between(sentence, max(0, antecedent.at - 4), antecedent.at)
            if noun >= 0:
                verb.noun = noun
                return
        verb.subject = antecedent
        return
    noun = _noun_between(sentence, max(0, before - 3), before + 1)
    if noun >= 0:
        verb.noun = noun
        return
    if sentence.kind(before) == "w" and not sentence.word(before).function and not sentence.word(before).people:
        return  # "the process that could end": what the relative speaks of is no party
    near = 2 if sentence.word(before).people else 8  # "A's aides, who"; "100 governments who" are nobody named before
    for back in range(before, max(-1, before - near), -1):
        if back in clauses.group_at:
            verb.subject = clauses.group_at[back]
            return
        if sentence.word(back).noun:
            verb.noun = back
            return


def _from_people(clauses: Clauses, verb: Verb, position: int) -> None:
    """"officials from B met" is found by its preposition; "the delegations met" stands for nobody named."""
    sentence = clauses.sentence
    verb.clause = position
    joined = next((p for p in range(position - 1, max(-1, position - 6), -1) if "and" in sentence.word(p).function and sentence.kinds[p] == "w"), -1)
    first = clauses.group_at.get(joined - 1)
    if first is not None and not first.preposition and not first.possessive:
        verb.subject, verb.clause = first, first.start  # "the speaker and a delegation met"
        return
    owner = clauses.group_at.get(position - 2) or clauses.group_at.get(position - 1)
    if owner is not None and owner.possessive:
        verb.subject = owner  # "A's delegation met"
    elif owner is None:
        verb.subject = _of_both(clauses, position)


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


def _of_both(clauses: Clauses, index: int) -> Group | None:
    """"Polish and Lithuanian border and customs officials": the states whose people stand at `index`."""
    sentence = clauses.sentence
    for position in range(index - 1, max(-1, index - 6), -1):
        pair = clauses.group_at.get(position)
        if pair is not None:
            both = len(pair.members) > 1 and not pair.preposition and all(sentence.kinds[m] in "SJ" for m in pair.members)
            return pair if both else None
        if sentence.kinds[position] != "w" or sentence.word(position).function - {"and"}:
            return None
    return None


def _nationals(clauses: Clauses, group: Group) -> Group:
    """"Polish and Lithuanian border officials": those of both states, though the officials have none of their own."""
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


def _opening_dash(sentence: Sentence, closing: int) -> int:
    """The dash that opens what the one at `closing` closes, -1 where there is none before it."""
    mark = sentence.low(closing)
    if mark not in _DASHES:
        return -1
    return next((p for p in range(closing - 1, max(-1, closing - FAR), -1) if sentence.low(p) == mark), -1)


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
