"""Journeys told by a verb: "A travelled to C", "A is in C for talks", "A sent B to C", "a tour that takes A to C"."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Verb
from timeline.extract.frame import Frame, destinations, frame_of, place_after, reach
from timeline.extract.groups import has_person
from timeline.extract.sentence import WHERE


def journey(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A travelled to C", "A visited C", "A arrived in C", "A left for C": None where no place or nobody who travels is told."""
    sentence = clauses.sentence
    terms = sentence.terms
    end = reach(clauses, verb)
    if verb.passive and verb.kind != "stay":
        return None
    left = [m for m in verb.subject.members if sentence.kinds[m] in "PhHSO"] if verb.subject is not None else []
    if not left and verb.kind == "leave" and sentence.kind(verb.index + 1) == "C" and any(sentence.low(p) in terms.delegates for p in range(max(0, verb.first - 16), verb.first)):
        left = [verb.index + 1]  # "a delegation left Beijing for Pyongyang": it is of the state whose capital it leaves
        name = sentence.name(verb.index + 1)
        if name is None or not name.capital:
            return None
    elif not left or not (any(sentence.kinds[m] in "PhH" for m in left) or _sent_from(clauses, verb)):
        return None
    after = verb.index + 1
    frame = frame_of(clauses, verb, "visit", verb.kind, f"verb:{verb.kind if verb.kind != 'travel' else verb.lemma}")
    frame.left = left
    if verb.kind == "visit":
        target = place_after(sentence, after)
        if target < 0:
            group, _ = clauses.following(after)
            if group is not None and has_person(sentence, group) and verb.form != "ing":
                frame.right = list(group.members)
                return frame
            return None
        frame.to = destinations(sentence, target)
        return frame
    if verb.kind == "stay" and not any(sentence.kinds[p] in "UT" for p in range(after, min(end, after + 4))):
        return None
    prepositions = terms.travel_to if verb.kind == "travel" else terms.arrive_in if verb.kind == "arrive" else terms.leave_for if verb.kind == "leave" else terms.within
    position = after
    while position < min(end, after + 12):
        low = sentence.low(position)
        if position in clauses.verb_at:
            break
        if sentence.kinds[position] == "w" and low in prepositions:
            if verb.kind == "travel" and low in terms.in_or_on and verb.lemma not in terms.travel_in:
                position += 1
                continue
            if verb.kind == "travel" and low in terms.purpose and verb.lemma not in terms.travel_for:
                position += 1
                continue
            target = place_after(sentence, position + 1)
            if target >= 0:
                frame.to = destinations(sentence, target)
                return frame
        position += 1
    if verb.kind == "arrive" and sentence.kind(after) in "CS":
        frame.to = destinations(sentence, after)
        return frame
    if verb.kind == "arrive" and sentence.low(after) in terms.here_or_there:
        frame.to = []
        frame.word = "arrive here"
        return frame
    return None


def _sent_from(clauses: Clauses, verb: Verb) -> bool:
    """"A delegation from B arrived in C": the subject is a state, and it is people of it who travel."""
    sentence = clauses.sentence
    subject = verb.subject
    return subject is not None and subject.preposition in sentence.terms.of_whom and sentence.word(subject.at - 1).people


def further_journeys(clauses: Clauses, verb: Verb, frame: Frame) -> list[Frame]:
    """"visited C on Monday and D on Tuesday", "went to C on July 2, D on July 5 and E on July 8": each place with its day."""
    sentence = clauses.sentence
    made: list[Frame] = []
    if not frame.to:
        return made
    end, last = reach(clauses, verb), max(frame.to)
    dated = False
    for position in range(last + 1, end):
        if sentence.kinds[position] == "T":
            dated = True
        elif position in clauses.verb_at:
            break
        elif dated and (sentence.kinds[position] == "," or "and" in sentence.word(position).function):
            at = position + 1
            while sentence.kind(at) == "w" and (sentence.word(at).function & {"and", "adverb", "determiner"} or sentence.low(at) in sentence.terms.goal):
                at += 1
            target = at if sentence.kind(at) in WHERE else -1
            dates = [p for p in range(at + 1, min(end, at + 5)) if sentence.kinds[p] == "T"]
            if target < 0 or sentence.name(target) is None or sentence.name(target).possessive or not dates:  # type: ignore[union-attr]
                continue
            before = made[-1] if made else frame
            before.spans = [(before.spans[0][0], position), *before.spans[1:]] if not made else [(before.spans[0][0], position)]
            stop = frame_of(clauses, verb, frame.kind, frame.word, frame.rule)
            stop.left, stop.to = frame.left, destinations(sentence, target)
            stop.first, stop.last, stop.spans = position, position + 1, [(position, end)]
            made.append(stop)
            dated = False
    return made


def presence(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A is in Riyadh for talks", "A was in Tel Aviv on Tuesday", "A is due in Oslo": a visit."""
    sentence = clauses.sentence
    terms = sentence.terms
    after = verb.index + 1
    while sentence.kind(after) == "w" and sentence.word(after).function & {"adverb"}:
        after += 1
    if sentence.low(after) not in terms.in_or_at or verb.subject is None:
        return None
    left = [m for m in verb.subject.members if sentence.kinds[m] in "Ph"]
    target = place_after(sentence, after + 1, 3)
    if not left or target < 0 or sentence.kinds[target] == "L":
        return None
    end = reach(clauses, verb)
    rest = range(target + 1, min(end, target + 9))
    if verb.opener in terms.during_stay and "T" in sentence.kinds:
        frame = frame_of(clauses, verb, "visit", "be in", "verb:be in")
        frame.left, frame.to = left, destinations(sentence, target)
        return frame
    now = verb.kind == "plan" or any(sentence.low(p) in terms.at_present for p in range(verb.first, after))
    if not now and not any(sentence.kinds[p] in "TU" or sentence.low(p) in terms.stay_marks for p in rest):
        return None
    frame = frame_of(clauses, verb, "visit", "be in", "verb:be in")
    frame.left, frame.to = left, destinations(sentence, target)
    if verb.kind == "plan":
        frame.bears.add("plan")
    return frame


def sending(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A sent its envoy to DEST": who is sent travels; where nobody is named, the one who sends is represented."""
    sentence = clauses.sentence
    terms = sentence.terms
    end = reach(clauses, verb)
    target = _led_to(clauses, verb.index + 1, end)
    if target < 0:
        return None
    group, _ = clauses.following(verb.index + 1)
    people = any(sentence.word(p).people or sentence.kinds[p] == "P" or sentence.low(p) in terms.envoys for p in range(verb.index + 1, target))
    if not people:
        return None
    frame = frame_of(clauses, verb, "visit", "send", "verb:send")
    if group is not None and group.start < target and any(sentence.kinds[m] == "P" for m in group.members):
        frame.left = [m for m in group.members if sentence.kinds[m] == "P"]
    elif verb.subject is not None:
        frame.left = list(verb.subject.members)
    frame.to = destinations(sentence, target)
    return frame if frame.left else None


def leading(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A leads a delegation to DEST"."""
    sentence = clauses.sentence
    terms = sentence.terms
    group, at = clauses.following(verb.index + 1)
    if group is None or verb.passive or verb.subject is None or not any(word in sentence.low(at) for word in terms.led_parties):
        return None
    target = _led_to(clauses, group.end, min(reach(clauses, verb), group.end + 4))
    if target < 0:
        return None
    frame = frame_of(clauses, verb, "visit", "lead", "verb:lead")
    frame.left, frame.to = list(verb.subject.members), destinations(sentence, target)
    return frame


def _led_to(clauses: Clauses, first: int, last: int) -> int:
    sentence = clauses.sentence
    terms = sentence.terms
    for position in range(first, min(last, first + 16)):
        if sentence.low(position) in terms.goal and position not in clauses.verb_at:
            target = place_after(sentence, position + 1)
            if target >= 0:
                return target
    return -1


def taking(clauses: Clauses, verb: Verb) -> Frame | None:
    """"a tour that has taken him to DEST"."""
    sentence = clauses.sentence
    if verb.noun < 0 or sentence.word(verb.noun).noun != "visit":
        return None
    group, _ = clauses.following(verb.index + 1)
    target = _led_to(clauses, verb.index + 1, reach(clauses, verb))
    if group is None or target < 0:
        return None
    frame = frame_of(clauses, verb, "visit", "take", "verb:take to")
    frame.left, frame.to = list(group.members), destinations(sentence, target)
    return frame


def visiting(clauses: Clauses) -> list[Frame]:
    """"Visiting Portuguese President A said on Tuesday": a visit to where the report comes from."""
    sentence = clauses.sentence
    terms = sentence.terms
    found: list[Frame] = []
    if terms.visiting.isdisjoint([item.low for item in sentence.items]):
        return found
    for index, item in enumerate(sentence.items[:-1]):
        if item.low in terms.visiting and (sentence.kinds[index + 1] == "P" or (sentence.kinds[index + 1] == "S" and sentence.kind(index + 3) == "P")) and index not in clauses.verb_at:
            at = index + 3 if sentence.kinds[index + 1] == "S" and sentence.kind(index + 3) == "P" else index + 1
            name = sentence.name(at)
            group = clauses.group_at.get(at)
            if name is None or name.plural or group is None:
                continue
            verb = next((v for v in clauses.verbs if v.subject is group and v.form == "past"), None)
            frame = Frame("visit", "arrive here", index, index + 1, "visiting", left=[at])
            frame.tense, frame.spans = "past", [(index, index + 2)]
            if verb is not None:
                frame.verb = verb
                frame.spans.append((verb.first, reach(clauses, verb)))
            found.append(frame)
    return found
