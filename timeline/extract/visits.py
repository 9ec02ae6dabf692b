"""Visits named by a noun: "A's visit to C", "a tour of C by A", "on a trip to C and D"."""
from __future__ import annotations

from dataclasses import replace

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.encounters import object_of
from timeline.extract.frame import Frame, destinations, place_after
from timeline.extract.phrases import Phrase
from timeline.extract.sentence import WHERE

_WHOSE = frozenset({"relative", "possessive"})


def visit_named(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], verb: Verb | None) -> Frame | None:
    """The frame of a visit with who travels, where to and who receives, None where the noun tells of none.

    `left` are the items of those who did what `verb`, which governs the noun, tells.
    """
    sentence = clauses.sentence
    terms = sentence.terms
    index = frame.first
    low = sentence.items[index].low
    after = sentence.low(index + 1)
    target = phrase.to
    if target < 0 and after in terms.whereto_visit:
        target = place_after(sentence, index + 2)
    if verb is not None and verb.kind == "receive" and frame.preposition and verb.index < index and (guest := object_of(clauses, verb, index)) is not None:
        left = list(guest.members)  # "A will host B for a state visit": B travels
    weak_noun = low in terms.lesser_visits
    by = phrase.side(terms.sides_by) or (phrase.side(terms.sides_whose) if low.rpartition(" ")[2] in terms.arrivals else None)
    adjective = [p for p in phrase.premods if sentence.kinds[p] in WHERE]
    if target < 0 and adjective:
        target = adjective[0]
    if target < 0 and any(sentence.low(p) in terms.where for p in range(max(0, index - 9), index)):
        where = max(p for p in range(max(0, index - 9), index) if sentence.low(p) in terms.where)
        target = next((p for p in range(where - 1, max(-1, where - 4), -1) if sentence.kinds[p] in WHERE), -1)  # "Malaysia, where he was on a visit"
    if weak_noun and target < 0:
        return None
    if low in terms.delegation and (  # "leads a delegation to DEST"
            verb is None or not verb.lemma.startswith(terms.lead_stems) or frame.preposition or target < 0):
        return None
    if low in terms.owned_visits and not (phrase.owner or phrase.pronoun or left):
        return None
    if target >= 0:
        frame.to = destinations(sentence, target)
    host = phrase.side(terms.sides_host)
    invited = next((p for p in range(index + 1, min(len(sentence.items), phrase.end)) if sentence.low(p) in terms.invitation), -1)
    if invited >= 0:
        host = clauses.following(invited + 1)[0]
    if host is not None:
        frame.right = list(host.members)
    if by is not None and any(sentence.kinds[m] in "PS" for m in by.members):
        frame.left = list(by.members)
    elif phrase.owner is not None:
        frame.left = [m for m in phrase.owner.members if sentence.kinds[m] in "PhSC"]
        if not frame.to and left and frame.rule.startswith("light") and sentence.kinds[phrase.owner.members[0]] in "SC":
            frame.to, frame.left = phrase.owner.members, left
    elif phrase.pronoun in terms.owners_of_visits:
        frame.owner = phrase.pronoun
        frame.left = [m for m in left if sentence.kinds[m] in "Ph"]
    elif frame.rule.startswith(("light", "beside", "object")):
        frame.left = [m for m in left if sentence.kinds[m] in "PhH"]
    premod_travellers = [p for p in phrase.premods if sentence.kinds[p] in "J"]
    if not frame.left and premod_travellers and frame.to:
        frame.left = premod_travellers
    if not frame.to and not frame.right:
        if not frame.left and not frame.owner:
            if phrase.definite:
                frame.anaphor = True
                return frame
            return None
        if phrase.definite or frame.rule.startswith("light") or phrase.dates:
            return frame
        return None
    if not frame.left and not frame.owner:
        group = _apposition(clauses, phrase) or _whose(clauses, phrase)
        if group is not None:
            frame.left = [m for m in group.members if sentence.kinds[m] in "Ph"]
        elif phrase.definite:
            frame.anaphor = True
            return frame
    return frame


def _apposition(clauses: Clauses, phrase: Phrase) -> Group | None:
    """"B, on a visit to C," where no verb has been read."""
    sentence = clauses.sentence
    terms = sentence.terms
    position = phrase.start - 1
    if sentence.low(position) in terms.apposition_links:
        position -= 1
        if sentence.kind(position) == ",":
            position -= 1
        return clauses.group_at.get(position)
    return None


def _whose(clauses: Clauses, phrase: Phrase) -> Group | None:
    """"A, whose visit to C in May was marred": A."""
    sentence = clauses.sentence
    position = next((p for p in range(phrase.start, phrase.end) if sentence.word(p).function >= _WHOSE), -1)
    if position < 0 or sentence.kind(position - 1) != ",":
        return None
    return clauses.group_at.get(position - 2)


def further_stops(clauses: Clauses, frame: Frame) -> list[Frame]:
    """"visits to A and B in October and to C in November": the second list has a time of its own."""
    sentence = clauses.sentence
    terms = sentence.terms
    last = max(frame.to)
    end = frame.spans[0][1] if frame.spans else len(sentence.items)
    for position in range(last + 1, min(len(sentence.items) - 2, last + 8)):
        if "and" in sentence.word(position).function and sentence.low(position + 1) in terms.goal and any(sentence.kinds[p] == "T" for p in range(last, position)):
            target = place_after(sentence, position + 2)
            if target < 0:
                return []
            frame.spans[0] = (frame.spans[0][0], position)
            return [replace(frame, to=destinations(sentence, target), spans=[(position, max(end, target + 8))], first=position, last=position + 1)]
    return []
