"""Encounters and calls named by a noun: "talks with B", "the meeting of A and B", "A's call to B"."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.frame import Frame, several
from timeline.extract.phrases import Phrase
from timeline.extract.sentence import Sentence


def encounter_named(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], joint: Group | None, with_: Group | None, index: int,
               verb: Verb | None, governed: bool) -> Frame | None:
    sentence = clauses.sentence
    terms = sentence.terms
    low = sentence.items[index].low
    if low.startswith(terms.call_stems) and sentence.low(index + 1) in terms.not_a_call and not with_ and not joint:
        return None
    if low in terms.call_or_calls and not (phrase.scope or phrase.owner or phrase.pronoun or with_ or joint or phrase.dates or phrase.premods or phrase.definite or frame.rule.startswith("light")):
        return None
    pairs = [p for p in phrase.premods if sentence.kinds[p] in "JSPOC" and (sentence.kinds[p] not in "SC" or paired(clauses, p))]
    timed = any(sentence.kinds[p] == "T" for p in range(phrase.start, min(phrase.end, index + 7))) or (frame.tense != "noun" and any(
        sentence.kinds[p] == "T" for first, last in frame.spans[1:2] for p in range(first, last)))
    if low in terms.lesser_nouns and not (
            with_ or joint or phrase.owner or phrase.pronoun or len(pairs) > 1 or frame.rule.startswith("light") or phrase.definite or (timed and low not in terms.call)):
        return None
    of = phrase.side(terms.sides_of)
    by = phrase.side(terms.sides_led)
    if joint is not None:
        frame.right, frame.joint, frame.left = list(joint.members), True, []
        if len(joint.members) == 1 and not several(clauses, frame.right) and left:
            frame.left, frame.joint = left, False
        frame.rule = frame.rule + ":between"
        return frame
    held_by = [p for p in phrase.premods if body_at(sentence, p) >= 0]
    if phrase.owner is not None and body_at(sentence, phrase.owner.members[-1]) >= 0:
        held_by.append(phrase.owner.members[-1])
    if held_by and phrase.people and with_ is not None:  # "the Quad leaders' meeting with A, B and C"
        frame.kind, frame.body = "gathering", held_by[0]
        frame.word = "summit" if terms.leaders_named.search(phrase.people) else "conference"
        frame.left = [m for m in left if sentence.kinds[m] in "PhS"] if frame.rule.startswith(("attend", "light", "beside")) else []
        frame.right = list(with_.members)
        frame.rule += ":body"
        return frame
    if with_ is not None:
        frame.right = list(with_.members)
        frame.rule += ":with"
        if phrase.owner is not None:
            frame.left = list(phrase.owner.members)
        elif phrase.pronoun:
            frame.owner = phrase.pronoun
            frame.left = left if phrase.pronoun in terms.owners_of_meetings and left else []
        else:
            frame.left = left
        if not frame.left and len(pairs) == 1:
            frame.left = pairs
        return frame
    if len(pairs) > 1:
        frame.left, frame.joint = pairs, True
        frame.rule += ":pair"
        return frame
    if of is not None and (several(clauses, list(of.members))):
        frame.left, frame.joint = list(of.members), True
        frame.rule += ":of"
        body = body_at(sentence, of.members[-1])
        if body >= 0:
            frame.kind, frame.body, frame.word = "gathering", body, "summit" if terms.leaders_named.search(phrase.people or sentence.name(of.members[-1]).text) else "conference"  # type: ignore[union-attr]
            frame.left = []
        return frame
    bodies = [p for p in phrase.premods if body_at(sentence, p) >= 0]
    if bodies and (not left or phrase.people or low in terms.plain_meetings or sentence.name(bodies[0]).plural or any(sentence.low(p) in terms.ministerial for p in range(phrase.start, index))):  # type: ignore[union-attr]
        frame.kind, frame.body = "gathering", bodies[0]
        frame.word = "summit" if terms.leaders_named.search(phrase.people) else "conference"
        frame.rule += ":body"
        return frame
    if of is not None and body_at(sentence, of.members[0]) >= 0:
        frame.kind, frame.body = "gathering", of.members[0]
        frame.word = "summit" if terms.leaders_named.search(phrase.people) else "conference"
        frame.rule += ":body"
        return frame
    if phrase.owner is not None and several(clauses, list(phrase.owner.members)):
        frame.left, frame.joint = list(phrase.owner.members), True
        frame.rule += ":owner"
        return frame
    told = object_of(clauses, verb, index) if frame.preposition in terms.told_at or (verb is not None and verb.kind == "receive") else None
    if (told is not None and left and verb is not None and verb.kind not in ("say",)) or (told is not None and left and verb is not None and verb.lemma in terms.telling_verbs):
        frame.left, frame.right = left, list(told.members)
        frame.host = verb.kind == "receive"
        frame.rule += ":told"
        return frame
    if len(left) == 1 and frame.rule.startswith(("light", "attend")) and (name := sentence.name(left[0])) is not None and name.plural and not name.country and not name.actor_id:
        body = next((p for p in range(left[0] + 1, min(index, left[0] + 8)) if sentence.kinds[p] == "O" and body_at(sentence, p) >= 0), -1)
        if body >= 0:  # "ministers of the six-nation Gulf Cooperation Council ended talks"
            frame.kind, frame.body, frame.rule = "gathering", body, frame.rule + ":body"
            frame.word = "summit" if terms.leaders_named.search(name.text) else "conference"
            return frame
    if len(left) == 1 and sentence.kinds[left[0]] == "O" and frame.rule.startswith("light") and not phrase.definite:  # "the OAS will hold a meeting"
        frame.kind, frame.body, frame.word, frame.rule = "gathering", left[0], "conference", frame.rule + ":body"
        return frame
    if several(clauses, left) and (frame.rule.startswith("light") or frame.preposition in terms.met_at):
        frame.left, frame.joint = left, True
        frame.rule += ":joint"
        return frame
    if phrase.pronoun in terms.joint_owners:
        frame.owner, frame.joint = phrase.pronoun, True
        frame.rule += ":their"
        return frame
    if by is not None and left:
        frame.left, frame.right = left, list(by.members)
        return frame
    if pairs and left and any(sentence.kinds[p] in "JO" for p in pairs):
        frame.left, frame.right = left, pairs
        frame.rule += ":premod"
        return frame
    if phrase.owner is not None and left and phrase.owner.members != left and frame.rule.startswith("light"):
        frame.left, frame.right = left, list(phrase.owner.members)
        return frame
    # nobody, or one side only, is told with it: it speaks of an occasion told elsewhere
    if sentence.block == "headline" and terms.remarks.match(sentence.text):
        named_ = [p for p in range(index) if sentence.kinds[p] == "P"]
        if len(named_) > 1:
            frame.left, frame.joint = named_, True
            frame.rule = "headline:meeting"
            return frame
    if phrase.definite or frame.rule.startswith("light") or phrase.dates or "another" in phrase.scope or (timed and low in terms.dated_nouns):
        frame.anaphor = True
        frame.left = list(phrase.owner.members) if phrase.owner is not None else left if frame.rule.startswith("light") else []
        return frame
    return None


def object_of(clauses: Clauses, verb: Verb | None, index: int) -> Group | None:
    """The person whom a verb's subject told, received or met before the noun: "A told B at a meeting"."""
    terms = clauses.sentence.terms
    if verb is None or verb.passive or (verb.index >= index and index > 8):
        return None
    at = verb.index + 1
    if clauses.sentence.low(at) in terms.company:
        at += 1
    group, _ = clauses.following(at)
    if group is None or (group.start >= index and verb.index < index) or group.possessive:
        return None
    return group if all(clauses.sentence.kinds[m] in "PhH" for m in group.members) else None


def paired(clauses: Clauses, index: int) -> bool:
    group = clauses.group_at.get(index)
    return group is not None and len(group.members) > 1 and (group.compound or group.end - 1 <= index + 4)


def body_at(sentence: Sentence, index: int) -> int:
    """The index where it names an organisation or its members, -1 where it does not."""
    name = sentence.name(index)
    return index if name is not None and (name.actor_id or "").startswith("organisation:") else -1
