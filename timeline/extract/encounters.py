"""Encounters and calls named by a noun: "talks with B", "the meeting of A and B", "A's call to B"."""
from __future__ import annotations

from dataclasses import replace

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.frame import Frame, several
from timeline.extract.journeys import journey
from timeline.extract.participants import is_organisation
from timeline.extract.phrases import Phrase
from timeline.extract.sentence import Sentence

_SIDE = 14  # items behind one side among which another may begin


def encounter_named(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], verb: Verb | None) -> Frame | None:
    """The frame of talks, a meeting or a call with its sides, None where the noun tells of none.

    `left` are the items of those who did what `verb`, which governs the noun, tells. The surest way in which the noun's
    sides are told comes first; where no side is told, the noun speaks of an occasion told elsewhere.
    """
    sentence = clauses.sentence
    pairs = [p for p in phrase.premods if sentence.kinds[p] in "JSPOC" and (sentence.kinds[p] not in "SC" or paired(clauses, p))]
    called = _called(clauses, frame, phrase, left)
    if called is not None:
        return called
    timed = _is_timed(sentence, frame, phrase)
    if _is_none(sentence, frame, phrase, pairs, timed):
        return None
    way = journey_to(clauses, frame, verb)
    if way and (frame.many or sentence.items[frame.first].low in sentence.terms.peace_talks) and left and not phrase.sides and len(pairs) < 2:  # "arrived in C to join peace talks"
        frame.kind, frame.word, frame.named_place, frame.to = "gathering", "conference", True, way
        frame.left = [m for m in left if sentence.kinds[m] in "PhSO"]
        return frame
    return _of_sides(clauses, frame, phrase, left, pairs) \
        or _of_body(clauses, frame, phrase, left) \
        or _of_subject(clauses, frame, phrase, left, verb, pairs) \
        or _of_another_sentence(sentence, frame, phrase, left, timed)


def journey_to(clauses: Clauses, frame: Frame, verb: Verb | None) -> list[int]:
    """Where those go who "travel to C to attend talks" or "for talks": the item of C; none where no journey leads there."""
    if verb is None or verb.index > frame.first:
        return []
    way = verb.governor if verb.kind == "attend" and not frame.preposition else verb if frame.preposition in clauses.sentence.terms.ceremony_goal else None
    if way is None or way.kind not in ("travel", "leave", "arrive"):
        return []
    trip = journey(clauses, way)
    return trip.to[:1] if trip is not None else []


def _called(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int]) -> Frame | None:
    """The frame of "A received a call from B", "A's call on Friday to B"; None where a call goes to nobody or is none."""
    sentence = clauses.sentence
    terms = sentence.terms
    callers = list(phrase.owner.members) if phrase.owner is not None else left
    if frame.kind != "call" or not callers:
        return None
    at = frame.last
    while sentence.kind(at) == "T" or (sentence.low(at) in terms.on and sentence.kind(at + 1) == "T"):
        at += 1
    if not (sentence.low(at) in terms.origin or sentence.low(at) in terms.goal):
        return None
    group, start = clauses.following(at + 1)
    if group is None or start != group.start or group.possessive or any(sentence.kinds[m] not in "PhH" for m in group.members):
        return None
    if sentence.low(group.end) in terms.goal and sentence.items[frame.first].low.startswith(terms.call_stems):
        return None  # "his call to B to resign"
    frame.left, frame.right, frame.rule = callers, list(group.members), frame.rule.replace("receive", "light") + ":with"
    return frame


def _is_timed(sentence: Sentence, frame: Frame, phrase: Phrase) -> bool:
    """Whether a date stands near the noun or with its own verb."""
    kinds = sentence.kinds
    if "T" in kinds[phrase.start:max(phrase.start, min(phrase.end, frame.first + 7))]:
        return True
    return frame.tense != "noun" and any("T" in kinds[first:max(first, last)] for first, last in frame.spans[1:2])


def _is_none(sentence: Sentence, frame: Frame, phrase: Phrase, pairs: list[int], timed: bool) -> bool:
    """Whether the noun tells of no occasion: "a call for peace", "negotiations" of which nothing more is told."""
    terms = sentence.terms
    low = sentence.items[frame.first].low
    sided = phrase.side(terms.sides_joint) or phrase.side(terms.sides_company)
    if sided:
        return False
    dated = "T" in sentence.kinds[frame.first + 1:frame.first + 3]  # "their call on Tuesday"
    if low.startswith(terms.call_stems) and not dated and sentence.low(frame.first + 1) in terms.not_a_call:
        return True
    told = phrase.owner or phrase.pronoun or phrase.definite or frame.rule.startswith("light") or dated
    if low in terms.call_or_calls and not (told or phrase.scope or phrase.dates or phrase.premods):
        return True
    return low in terms.lesser_nouns and not (told or len(pairs) > 1 or (timed and low not in terms.call))


def _of_sides(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], pairs: list[int]) -> Frame | None:
    """"talks between A and B", "A's meeting with B", "Russian-Turkish talks", "a meeting of A and B"."""
    sentence = clauses.sentence
    terms = sentence.terms
    joint, company, of = phrase.side(terms.sides_joint), phrase.side(terms.sides_company), phrase.side(terms.sides_of)
    if joint is not None:
        frame.right, frame.joint = list(joint.members), True
        if left and len(joint.members) == 1 and not several(clauses, frame.right):
            frame.left, frame.joint = left, False
        frame.rule += ":between"
        return frame
    if company is not None:
        frame.right = list(company.members)
        held_by = [p for p in phrase.premods if is_body(sentence, p)]
        if phrase.owner is not None and is_body(sentence, phrase.owner.members[-1]):
            held_by.append(phrase.owner.members[-1])
        if held_by and phrase.people:  # "the Quad leaders' meeting with A, B and C"
            if frame.rule.startswith(("attend", "light", "beside")):
                frame.left = [m for m in left if sentence.kinds[m] in "PhS"]
            return _gathers(sentence, frame, held_by[0], phrase.people)
        frame.rule += ":with"
        if phrase.owner is not None:
            frame.left = list(phrase.owner.members)
        elif phrase.pronoun:
            frame.owner = phrase.pronoun
            frame.left = left if phrase.pronoun in terms.owners_of_meetings else []
        else:
            frame.left = left
        if not frame.left and len(pairs) == 1:
            frame.left = pairs
        return frame
    if len(pairs) > 1:
        return _together(frame, pairs, ":pair")
    if of is not None and several(clauses, of.members) and not (frame.rule.startswith("light") and len(left) > 1):
        last = of.members[-1]
        if is_body(sentence, last):
            frame.joint, frame.left = True, _attending(sentence, frame, left)
            frame.kind, frame.body, frame.word = "gathering", last, _gathering_word(sentence, phrase.people or sentence.text_of(last))
            frame.rule += ":of"
            return frame
        return _together(frame, list(of.members), ":of")
    return None


def _of_body(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int]) -> Frame | None:
    """"the NATO meeting", "a meeting of the OAS": a gathering of the body."""
    sentence = clauses.sentence
    terms = sentence.terms
    body = next((p for p in phrase.premods if is_body(sentence, p)), -1)
    owner = phrase.owner.members[-1] if phrase.owner is not None else -1
    if body < 0 and owner >= 0 and is_body(sentence, owner) and terms.members.search(sentence.text_of(owner)):
        body = owner  # "the EU ministers' meeting"
    if body >= 0:
        name = sentence.name(body)
        if not left or phrase.people or sentence.items[frame.first].low in terms.plain_meetings or (name is not None and name.plural) \
                or any(sentence.low(p) in terms.ministerial for p in range(phrase.start, frame.first)):
            frame.left = _attending(sentence, frame, left)
            return _gathers(sentence, frame, body, phrase.people)
    of = phrase.side(terms.sides_of)
    if of is not None and is_body(sentence, of.members[0]):
        frame.left = _attending(sentence, frame, left)
        return _gathers(sentence, frame, of.members[0], phrase.people)
    return None


def _attending(sentence: Sentence, frame: Frame, left: list[int]) -> list[int]:
    """"A attended a meeting of the OAS": A took part in it."""
    there = frame.rule.startswith("attend") or (frame.rule.startswith("beside") and frame.preposition in sentence.terms.there)
    return [m for m in left if sentence.kinds[m] in "PhH"] if there else []


def _of_subject(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], verb: Verb | None, pairs: list[int]) -> Frame | None:
    """"A and B's meeting", "A told B at a meeting", "A and B held talks", "their meeting"."""
    sentence = clauses.sentence
    terms = sentence.terms
    light = frame.rule.startswith("light")
    owner = phrase.owner
    if owner is not None and several(clauses, owner.members):
        return _together(frame, list(owner.members), ":owner")
    if left and verb is not None and (verb.kind != "say" or verb.lemma in terms.telling_verbs) and (frame.preposition in terms.told_at or verb.kind == "receive"):
        told = object_of(clauses, verb, frame.first)
        if told is not None:
            frame.left, frame.right, frame.host = left, list(told.members), verb.kind == "receive"
            frame.rule += ":told"
            return frame
    if len(left) == 1:
        only = left[0]
        name = sentence.name(only)
        if frame.rule.startswith(("light", "attend")) and name is not None and name.plural and not name.country and not name.actor_id:
            body = next((p for p in range(only + 1, min(frame.first, only + 8)) if sentence.kinds[p] == "O" and is_body(sentence, p)), -1)
            if body >= 0:  # "ministers of the regional body O ended talks"
                return _gathers(sentence, frame, body, name.text)
        if sentence.kinds[only] == "O" and light and not phrase.definite:  # "the OAS will hold a meeting"
            return _gathers(sentence, frame, only, "")
    if several(clauses, left) and (light or frame.preposition in terms.met_at):
        return _together(frame, left, ":joint")
    if phrase.pronoun in terms.joint_owners:
        frame.owner, frame.joint = phrase.pronoun, True
        frame.rule += ":their"
        return frame
    if not left:
        return None
    by = phrase.side(terms.sides_led)
    if by is not None:
        frame.left, frame.right = left, list(by.members)
        return frame
    if any(sentence.kinds[p] in "JO" for p in pairs):
        frame.left, frame.right = left, pairs
        frame.rule += ":premod"
        return frame
    if owner is not None and owner.members != left and light:
        frame.left, frame.right = left, list(owner.members)
        return frame
    return None


def _of_another_sentence(sentence: Sentence, frame: Frame, phrase: Phrase, left: list[int], timed: bool) -> Frame | None:
    """Nobody, or one side only, is told with it: "the talks", "he held a meeting on Friday" speak of what is told elsewhere."""
    terms = sentence.terms
    if sentence.block == "headline" and terms.remarks.match(sentence.text):
        persons = [p for p in range(frame.first) if sentence.kinds[p] == "P"]
        if len(persons) > 1:  # "Remarks by A and B before a meeting"
            frame.left, frame.joint, frame.rule = persons, True, "headline:meeting"
            return frame
    light = frame.rule.startswith("light")
    if phrase.definite or light or phrase.dates or "another" in phrase.scope or (timed and sentence.items[frame.first].low in terms.dated_nouns):
        frame.anaphor = True
        frame.left = list(phrase.owner.members) if phrase.owner is not None else left if light else []
        return frame
    return None


def _together(frame: Frame, members: list[int], rule: str) -> Frame:
    """All named take part together."""
    frame.left, frame.joint = members, True
    frame.rule += rule
    return frame


def _gathers(sentence: Sentence, frame: Frame, body: int, people: str) -> Frame:
    """A gathering of the body at an index, a summit where its people are leaders."""
    frame.kind, frame.body, frame.word = "gathering", body, _gathering_word(sentence, people)
    frame.rule += ":body"
    return frame


def _gathering_word(sentence: Sentence, people: str) -> str:
    return "summit" if sentence.terms.leaders_named.search(people) else "conference"


def object_of(clauses: Clauses, verb: Verb | None, index: int) -> Group | None:
    """The person whom a verb's subject told, received or met before the noun: "A told B at a meeting"."""
    terms = clauses.sentence.terms
    if verb is None or verb.passive or (verb.index >= index and index > 8):
        return None
    at = verb.index + 1
    if verb.kind in ("discuss", "speak", "negotiate") and verb.index < index:  # "discussed trade with B in a call"
        at = next((p for p in range(at, index) if clauses.sentence.low(p) in terms.company and p not in clauses.verb_at), at)
    if clauses.sentence.low(at) in terms.company:
        at += 1
    group, _ = clauses.following(at)
    if group is None or (group.start >= index and verb.index < index) or group.possessive:
        return None
    return group if all(clauses.sentence.kinds[m] in "PhH" for m in group.members) else None


def paired(clauses: Clauses, index: int) -> bool:
    """Whether the party at an index is named as one of several: "Franco-German", "Japan and Canada"."""
    group = clauses.group_at.get(index)
    return group is not None and len(group.members) > 1 and (group.compound or group.end - 1 <= index + 4)


def is_body(sentence: Sentence, index: int) -> bool:
    """Whether an item names an organisation or its members."""
    name = sentence.name(index)
    return name is not None and is_organisation(name)


def further_sides(clauses: Clauses, frame: Frame) -> list[Frame]:
    """"talks on Friday with A in Oslo and B in Bergen": two occasions, each with its own place or day."""
    if frame.kind != "encounter" or not frame.right or frame.joint or not frame.spans or frame.anaphor:
        return []
    sentence = clauses.sentence
    start, end = frame.spans[0]
    last = max(frame.right) + 1
    for position in range(last + 1, min(end, last + _SIDE) - 1):
        if sentence.kinds[position] == "w" and "and" in sentence.word(position).function and any(kind in "TC" for kind in sentence.kinds[last:position]):
            group, at = clauses.following(position + 1)
            if group is None or at != group.start or sentence.kinds[at] != "P" or group.end in clauses.verb_at \
                    or not any(kind in "TCL" for kind in sentence.kinds[group.end:group.end + 4]):
                return []
            frame.spans[0] = (start, position)
            return [replace(frame, right=list(group.members), first=position, last=position + 1, spans=[(position, end), (start, min(frame.right)), *frame.spans[1:]])]
    return []
