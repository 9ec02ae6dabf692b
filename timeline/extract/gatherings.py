"""Gatherings named by a noun or by the body that holds them, ceremonies and signings: "the G7 summit", "the funeral of A", "the signing of a pact"."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.encounters import body_at, object_of, paired
from timeline.extract.frame import Frame, front, reach, several
from timeline.extract.phrases import Phrase


def gathering_named(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], joint: Group | None, with_: Group | None, index: int,
               verb: Verb | None, governed: bool) -> Frame | None:
    sentence = clauses.sentence
    terms = sentence.terms
    low = sentence.items[index].low
    summit = sentence.items[index].word.noun == "summit"
    text_before = " ".join(sentence.low(p) for p in range(phrase.start, index))
    frame.word = "summit" if summit or terms.leaders_named.search(text_before) or terms.leaders_named.search(phrase.people) else "conference"
    body = next((p for p in phrase.premods if body_at(sentence, p) >= 0), -1)
    owner = phrase.owner
    if body < 0 and owner is not None and body_at(sentence, owner.members[-1]) >= 0:
        body, owner = owner.members[-1], None
    if body < 0:
        for preposition in terms.sides_body:
            group = phrase.sides.get(preposition)
            if group is not None and body_at(sentence, group.members[0]) >= 0:
                body = group.members[0]
                break
    if body < 0 and left and all(sentence.kinds[m] == "P" and sentence.name(m).plural for m in left):  # type: ignore[union-attr]
        # "ministers from the 21 APEC economies wrapped up their gathering"
        body = next((p for p in range(max(left) + 1, min(index, max(left) + 8)) if sentence.kinds[p] == "O"), -1)
    if body < 0 and not summit:
        at = next((p for p in range(index + 1, min(len(sentence.items), index + 4)) if sentence.kinds[p] == "O" and sentence.low(p - 1) in terms.of_body), -1)
        body = at
    frame.body = body
    pairs = [p for p in phrase.premods if sentence.kinds[p] in "JSO"]
    hyphened = next((g for p in pairs if (g := clauses.group_at.get(p)) is not None and g.compound and len(g.members) > 1), None)
    if hyphened is not None:  # "the EU-Russia summit": both are sides of it
        pairs = [m for m in hyphened.members if sentence.kinds[m] in "JSOPC"]
        body = frame.body = -1
    else:
        pairs = [p for p in pairs if sentence.kinds[p] in "JS" and p != body]
    several_states = hyphened is not None or (len(pairs) > 1 and paired(clauses, pairs[0])) or len(pairs) > 2
    if joint is not None:
        frame.right, frame.joint = list(joint.members), True
    elif with_ is not None:
        frame.right = list(with_.members)
        frame.left = list(owner.members) if owner is not None else left
        frame.owner = phrase.pronoun if owner is None and not left else ""
    elif several_states:
        frame.left, frame.joint = pairs, True
    elif body < 0 and (of := phrase.side(terms.sides_whose)) is not None:
        frame.left, frame.joint = list(of.members), True
        if not several(clauses, frame.left) and len(of.members) < 2:
            frame.left = []
    elif owner is not None and several(clauses, list(owner.members)):
        frame.left, frame.joint = list(owner.members), True
    elif verb is not None and (((verb.kind in ("attend", "address") or verb.lemma in terms.absent_verbs) and governed) or frame.rule.startswith("light") or frame.preposition in terms.present_at or terms.margin_word.search(frame.preposition)):
        frame.left = [m for m in left if sentence.kinds[m] in "PhSH"]
        if frame.preposition and verb.kind in ("receive", "meet") and governed and (met := object_of(clauses, verb, index)) is not None:
            frame.left += [m for m in met.members if m not in frame.left]  # "hosted B and C at a summit"
        frame.joint = True
        frame.rule = f"{'attend' if verb.kind in ('attend', 'address') or verb.lemma in terms.absent_verbs else 'beside'}:gathering"
        if verb.kind == "light" and not frame.preposition:
            frame.rule = "light:gathering"
    if frame.many and body < 0 and not frame.left and not frame.right and verb is not None and governed and not frame.preposition and verb.subject is not None:
        frame.named_place = True  # "Switzerland will host a peace conference": known by its place and day
        frame.to = [m for m in verb.subject.members if sentence.kinds[m] == "S"] if phrase.to < 0 and verb.kind == "receive" else [phrase.to] if phrase.to >= 0 else []
    if not summit and body < 0 and not frame.right and not (frame.joint and len(frame.left) > 1) and not frame.many:
        if low in terms.conference and phrase.to >= 0 and sentence.kinds[phrase.to] == "C" and frame.left:
            frame.named_place, frame.to = True, [phrase.to]  # "asked at a security conference in Munich"
            return frame
        if phrase.definite and low in terms.definite_gatherings:
            frame.anaphor = True
            return frame
        return None
    if summit and body < 0 and not frame.right and not (frame.joint and several(clauses, frame.left)):
        text = sentence.source(phrase.start, index + 1)
        if terms.unknown_summit.search(text) and not phrase.premods and not terms.place_summit.match(text):
            return None  # a name that nobody knows is mostly a firm's
        here = any(sentence.low(p) in terms.place_of_report for p in range(index, min(len(sentence.items), index + 5)))
        if here:
            frame.named_place, frame.word = True, "summit"
            return frame
        frame.named_place = phrase.to >= 0 or any(sentence.kinds[p] in "CSL" for p in phrase.premods)
        if frame.named_place and phrase.to < 0:
            frame.to = [next(p for p in phrase.premods if sentence.kinds[p] in "CSL")]
        if not frame.named_place:
            frame.anaphor = phrase.definite
            return frame if phrase.definite else None
    return frame


def bodies(clauses: Clauses, found: list[Frame]) -> list[Frame]:
    """Bodies that are themselves occasions ("the Belt and Road Forum", "attend APEC"), and bodies whose members meet."""
    sentence = clauses.sentence
    terms = sentence.terms
    made: list[Frame] = []
    used = {frame.body for frame in found}
    for index, kind in enumerate(sentence.kinds):
        if kind not in "OP" or index in used or body_at(sentence, index) < 0 or sentence.low(index + 1) in ("-", "–"):
            continue
        name = sentence.name(index)
        if name is None:
            continue
        verb = _verb_taking(clauses, index)
        if kind == "O" and (terms.named_occasion.search(name.name or "") or terms.named_occasion.search(name.text) or (verb is not None and ((verb.kind == "attend" and verb.lemma not in terms.joining_verbs and not terms.council_name.search(name.name or "")) or (verb.kind in ("address", "tell") and terms.assembly_name.search(name.name or ""))))):
            position = index - 1
            while sentence.word(position).function & {"determiner", "possessive"} or sentence.kind(position) == "T":
                position -= 1
            frame = Frame("gathering", "summit" if terms.summit_name.search(name.name or "") else "conference", index, index + 1, "named:gathering", body=index)
            frame.joint = True
            if verb is not None:
                frame.verb, frame.tense, frame.bears, frame.negated = verb, verb.form, set(verb.bears), verb.negated
                frame.rule = "attend:gathering"
                frame.spans = [(verb.first, reach(clauses, verb)), (front(clauses, verb), verb.first)]
                if verb.subject is not None:
                    frame.left = [m for m in verb.subject.members if sentence.kinds[m] in "PhSH"]
            elif "and" in sentence.word(position).function and (last := next((f for f in reversed([*found, *made]) if f.kind == "gathering" and f.last <= position and position - f.last <= 4), None)) is not None:
                # "to attend the U.S.-ASEAN Summit and the East Asia Summit"
                frame.verb, frame.tense, frame.bears, frame.negated, frame.rule, frame.preposition = last.verb, last.tense, set(last.bears), last.negated, last.rule, last.preposition
                frame.spans = [(max(0, index - 2), min(len(sentence.items), index + 7)), *last.spans[1:]]
                frame.left = [m for m in last.left if sentence.kinds[m] in "PhH"] or ([m for m in last.verb.subject.members if sentence.kinds[m] in "PhH"] if last.verb is not None and last.verb.subject is not None else [])
            else:
                frame.spans = [(max(0, index - 3), min(len(sentence.items), index + 7))]
                if sentence.low(position) in terms.before_body:
                    frame.preposition = sentence.low(position)
                    governor = next((v for v in reversed(clauses.verbs) if v.index < index), None)
                    if governor is not None and governor.subject is not None:
                        frame.left = [m for m in governor.subject.members if sentence.kinds[m] in "Ph"]
                        frame.verb, frame.tense, frame.bears = governor, governor.form, set(governor.bears)
                        frame.spans.append((governor.first, reach(clauses, governor)))
            made.append(frame)
    return made


def _verb_taking(clauses: Clauses, index: int) -> Verb | None:
    """The verb whose object stands at `index`, determiners and dates passed."""
    sentence = clauses.sentence
    position = index - 1
    while position >= 0 and (sentence.kinds[position] in "TJ" or (sentence.kinds[position] == "w" and sentence.word(position).function & {"determiner", "possessive", "owner"})
                             or (sentence.kinds[position] == "w" and not sentence.word(position).function and not sentence.word(position).verbs and position not in clauses.verb_at)):
        position -= 1
    verb = clauses.verb_at.get(position)
    return verb if verb is not None and verb.index == position else None


def ceremony_named(clauses: Clauses, frame: Frame, left: list[int], verb: Verb | None, index: int) -> Frame | None:
    """"A attended the funeral of ..." where A comes from abroad."""
    sentence = clauses.sentence
    terms = sentence.terms
    if verb is None or not (verb.kind == "attend" or (verb.kind in ("travel", "arrive") and frame.preposition in terms.ceremony_goal)):
        return None
    frame.left = [m for m in left if sentence.kinds[m] in "PhS"]
    frame.bears |= verb.bears
    frame.tense, frame.negated = verb.form, verb.negated
    frame.rule = "attend:ceremony"
    return frame if frame.left else None


def signings_named(clauses: Clauses) -> list[Frame]:
    """"the signing of a treaty between A and B", "a signing ceremony with"."""
    sentence = clauses.sentence
    terms = sentence.terms
    made = []
    for index, item in enumerate(sentence.items):
        if item.low in terms.signing and item.kind == "w" and index not in clauses.verb_at:
            end = min(len(sentence.items), index + 22)
            for position in range(index + 1, end):
                if sentence.low(position) in terms.signatories:
                    group, _ = clauses.following(position + 1)
                    if group is not None:
                        frame = Frame("signing", "sign", index, index + 1, "noun:signing", right=list(group.members), joint=True)
                        frame.spans = [(max(0, index - 8), end)]
                        made.append(frame)
                        break
                if sentence.kinds[position] in ';".':
                    break
    return made
