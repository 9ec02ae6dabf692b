"""Who does what a verb tells: the nearest party that may be its subject, passing what stands between."""
from __future__ import annotations

from timeline.extract.sentence import Sentence
from timeline.extract.syntax import Clauses, Group, Verb
from timeline.extract.verbs import skip

FAR = 40  # items that a search for a subject or a governor may pass


def find_subject(clauses: Clauses, verb: Verb) -> None:
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
    while position >= 0 and passed < FAR:
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
        if word.function & {"relative"} or (items[position].low in terms.complement and (position + 1 == verb.first or skip(sentence, position + 1) in (verb.first, position + 1))):
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
