"""Clauses of a sentence: which words are verbs, who is their subject, what governs them, and which parties stand together.

A shallow reading in one pass from left to right, after the chunk parsers of Abney (1991): groups of coordinated parties
first, verb groups second, subjects and governors third. Nothing looks further than the sentence, and every search is bounded.
"""
from __future__ import annotations

from timeline.extract.groups import read_groups
from timeline.extract.sentence import WHERE, Sentence
from timeline.extract.subjects import FAR, find_subject
from timeline.extract.syntax import Clauses, Group, Verb
from timeline.extract.verbs import find_verbs

__all__ = ["Clauses", "Group", "Verb", "read_clauses"]

_BEARING = frozenset({"plan", "wish", "refuse", "cancel", "postpone"})
_UNDOING = frozenset({"cancel", "postpone", "move"})
_NONE: frozenset[str] = frozenset()


def read_clauses(sentence: Sentence) -> Clauses:
    """The sentence with its groups and verbs, each verb with its subject, its governor and what bears on it."""
    groups = read_groups(sentence)
    group_at = {member: group for group in groups for member in range(group.start, group.end)}
    clauses = Clauses(sentence, groups, [], group_at, {})
    find_verbs(clauses)
    for verb in clauses.verbs:
        _govern(clauses, verb)
        if verb.kind in _UNDOING and _only_thought_of(clauses, verb):
            verb.kind, verb.bears, verb.negated, verb.spared = "plan", set(), False, True
    return clauses


def _only_thought_of(clauses: Clauses, verb: Verb) -> bool:
    """Whether to call off or put off is wished, threatened, possible, conditional or denied: what is told then is the plan."""
    sentence = clauses.sentence
    return verb.negated or bool(verb.bears & {"wish", "refuse"}) or any(item.low in sentence.terms.conditions for item in sentence.items) \
        or any(sentence.low(p) in sentence.terms.indirect_questions for p in range(max(0, verb.first - 4), verb.first))


def _govern(clauses: Clauses, verb: Verb) -> None:
    sentence = clauses.sentence
    if verb.negated:
        verb.bears.add("refuse")
    if verb.modal == "may" or (verb.modal == "would" and verb.perfect):  # "could meet B", "would have met B"
        verb.bears.add("wish")
    denial = clauses.verb_at.get(verb.first - 1)
    if denial is not None and denial.kind == "refuse" and verb.perfect:
        verb.bears.add("refuse")  # "denied having met B"
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
        find_subject(clauses, verb)
        first = clauses.groups[0] if clauses.groups else None
        if verb.subject is None and verb.noun < 0 and first is not None and first.start <= 2 and first.end < verb.first and not first.preposition and not first.possessive \
                and sentence.kinds[first.start] == "P" and not any(v.first < verb.first and v.subject is first and v.form in ("past", "present", "future") for v in clauses.verbs):
            verb.subject = first  # what stands between is too long to be followed: the sentence begins with its subject
    if verb.subject is not None and sentence.low(verb.subject.start - 1) in sentence.terms.neither:
        verb.negated = True
        verb.bears.add("refuse")
    _conditions(clauses, verb)


def _verb_before_index(clauses: Clauses, index: int) -> Verb | None:
    found = None
    for verb in clauses.verbs:
        if verb.first >= index:
            break
        found = verb
    return found


def _inherit(verb: Verb, governor: Verb) -> None:
    """What the governing verb says of the governed one."""
    verb.governor = governor
    if governor.kind in _BEARING:
        verb.bears.add(governor.kind)
    elif "refuse" in governor.roles and verb.kind != "discuss":  # who failed to agree have met
        verb.bears.add("refuse")  # "failed to meet", though "the talks failed" tells of talks
    for bearing in governor.bears:
        verb.bears.add(bearing)


def _govern_infinitive(clauses: Clauses, verb: Verb) -> None:
    """Whose doing an infinitive is, and what governs it: "plans to meet", "urged B to meet", "his plan to visit"."""
    sentence = clauses.sentence
    terms = sentence.terms
    before = verb.first - 1
    word = sentence.word(before)
    if sentence.low(before) in terms.not_so_far:
        verb.bears.add("refuse")  # "has yet to meet B"
    if sentence.kind(before) == "w" and (word.bears or word.adjective) and before not in clauses.verb_at:
        verb.bears.add(word.bears or ("wish" if word.adjective == "wish" else "plan"))
        if sentence.low(before - 1) in terms.none:
            verb.bears.add("refuse")  # "has no plans to meet B"
        acceptance = next((clauses.verb_at[p] for p in range(before - 1, max(-1, before - 5), -1) if p in clauses.verb_at), None)
        if word.bears == "wish" and acceptance is not None and acceptance.lemma in terms.accepting_verbs and not acceptance.negated:
            verb.bears, verb.subject = {"plan"}, acceptance.subject  # "accepted an invitation to visit C"
            return
        told = clauses.group_at.get(before - 1)
        if word.bears and (owner := told if told is not None and told.possessive else clauses.group_at.get(before - 2) if "owner" in sentence.word(before - 1).function else None) is not None:
            verb.subject = owner  # "A's plan to visit C"
            return
        if word.adjective and told is not None and (not told.preposition or told.preposition in terms.company) and not told.possessive:
            verb.subject = told  # "with the president set to visit C"
            return
    governor = None
    position = before
    passed = 0
    while position >= 0 and passed < FAR:
        if position in clauses.verb_at:
            governor = clauses.verb_at[position]
            break
        if sentence.kinds[position] in ';"' and passed > 0:
            break
        position -= 1
        passed += 1
    if governor is not None:
        near = [group for group in clauses.groups if governor.index < group.start and group.end <= verb.first and not (group.preposition and group.preposition not in terms.for_or_with)]
        waits = bool(near) and near[-1].preposition in terms.purpose and governor.kind not in ("travel", "leave", "arrive")  # not "left for C to attend"
        if near and ("object_control" in governor.roles or waits) and not governor.passive and verb.first - near[-1].end <= 3:
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
            find_subject(clauses, verb)
        if governor.lemma in terms.able and governor.form == "past" and not governor.negated:
            verb.bears.discard("wish")
            verb.form = "past"  # "was able to meet B": he did
            return
        if governor.kind == "be" and any(sentence.low(p) in terms.ordinals for p in range(governor.index + 1, verb.first)):
            verb.form = governor.form  # "she was the first to visit": she did
            return
        if governor.kind not in _BEARING and not governor.bears and not verb.bears:
            verb.bears.add("purpose")
        return
    find_subject(clauses, verb)
    if verb.subject is not None and verb.first - verb.subject.end <= 2:
        verb.bears.add("plan")  # headlines plan with a bare infinitive: "King to host"
    elif not verb.bears:
        verb.bears.add("purpose")


def _govern_ing(clauses: Clauses, verb: Verb) -> None:
    """"after meeting B, A said", "A arrived, meeting B", "A, visiting Paris, said"."""
    sentence = clauses.sentence
    position = verb.first - 1
    if sentence.low(position) in sentence.terms.denying_openers:
        verb.bears.add("refuse")
    while position >= 0 and sentence.kinds[position] == "w" and "adverb" in sentence.word(position).function:
        position -= 1
    word = sentence.word(position)
    kind = sentence.kind(position)
    counted = kind in "UT" and position >= 0 and sentence.low(position).endswith(sentence.terms.counted_from)
    if counted and (main := _subject_of_main(clauses, verb)) is not None:
        verb.subject = main  # "Two days after meeting B, A flew to C"
        return
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
                find_subject(clauses, verb)
            return
        verb.subject = _subject_of_main(clauses, verb)
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
        if governor is not None and group.preposition in sentence.terms.in_or_at and sentence.kinds[group.members[-1]] in WHERE:
            verb.subject = governor.subject  # "A was in Oslo meeting B"
        return
    governor = _verb_before_index(clauses, position + 1)
    if governor is not None:
        if position - governor.index <= 0:  # "stopped meeting", "considered visiting"
            _inherit(verb, governor)
        verb.governor = governor
        verb.subject, verb.noun = governor.subject, governor.noun
        return
    if position < 0:  # "Speaking after talks with B, A said"
        verb.subject = _subject_of_main(clauses, verb)
        return
    find_subject(clauses, verb)


def _subject_of_main(clauses: Clauses, verb: Verb) -> Group | None:
    """Who does what a fronted verb tells: the subject of the main clause, which comes after a comma."""
    kinds = clauses.sentence.kinds
    comma = kinds.find(",", verb.index)
    while 0 <= comma < len(kinds) - 1:
        group, _ = clauses.following(comma + 1)
        if group is not None and not group.preposition and any(v.first >= group.end for v in clauses.verbs):
            return group
        comma = kinds.find(",", comma + 1)
    return None


def _conditions(clauses: Clauses, verb: Verb) -> None:
    sentence = clauses.sentence
    terms = sentence.terms
    if verb.opener in terms.until or (verb.opener and "conditional" in _function(clauses, verb.opener)):
        verb.bears.add("wish")
    governor = verb.governor
    # "denied that A had met B", "hopes A will meet B"
    if governor is None and (verb.subject is not None or verb.noun >= 0):
        start = verb.clause - 1
        while start >= 0 and sentence.kinds[start] == "w" and sentence.word(start).function & {"determiner", "possessive", "that", "adverb"}:
            if "that" in sentence.word(start).function or sentence.low(start) in terms.complement:
                start -= 1
                break
            start -= 1
        other = clauses.verb_at.get(start)
        if start >= 0 and sentence.low(start) in terms.hearsay and _untrue(clauses, start):
            verb.bears.add("refuse")
        if other is not None and other is not verb and other.index < verb.first:
            verb.governor = other
            if other.kind in ("wish", "refuse") or (other.lemma in terms.doubting_verbs):
                verb.bears.add("refuse" if other.kind == "refuse" else "wish")
            elif other.negated and "say" in other.roles:
                verb.bears.add("wish")
        elif other is None and start >= 0 and sentence.kinds[start] == "w" and sentence.word(start).bears in ("wish",) and sentence.low(start + 1) in terms.complement:
            verb.bears.add("wish")


def _untrue(clauses: Clauses, index: int) -> bool:
    """Whether what the noun at `index` tells of is denied: "dismissed reports that", "reports that ... are false"."""
    sentence = clauses.sentence
    before = next((clauses.verb_at[p] for p in range(index - 1, max(-1, index - 4), -1) if p in clauses.verb_at), None)
    if before is not None and before.kind == "refuse":
        return True
    return any(v.first > index and v.kind == "be" and sentence.low(v.index + 1) in sentence.terms.untrue for v in clauses.verbs)


def _function(clauses: Clauses, phrase: str) -> frozenset[str]:
    sentence = clauses.sentence
    for item in sentence.items:
        if item.low == phrase:
            return item.word.function
    return _NONE
