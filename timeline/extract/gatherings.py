"""Gatherings named by a noun or by the body that holds them, ceremonies and signings: "the G7 summit", "the funeral of A", "the signing of a pact"."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.encounters import is_body, object_of, paired
from timeline.extract.frame import Frame, front, reach, several
from timeline.extract.phrases import Phrase
from timeline.extract.sentence import Sentence
from timeline.extract.terms import Terms


def gathering_named(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], verb: Verb | None) -> Frame | None:
    """The frame of a summit or a conference: of a body, of the parties named with it, or known by its place.

    `left` are the items of those who did what `verb`, which governs the noun, tells. None where nothing tells which it is.
    """
    sentence = clauses.sentence
    terms = sentence.terms
    index = frame.first
    summit = sentence.items[index].word.noun == "summit"
    before = " ".join(sentence.low(p) for p in range(phrase.start, index))
    frame.word = "summit" if summit or terms.leaders_named.search(before) or terms.leaders_named.search(phrase.people) else "conference"
    frame.body = _body_of(sentence, phrase, left, index, summit, frame.rule.startswith("light"), frame.preposition in terms.there)
    owner = phrase.owner if phrase.owner is None or phrase.owner.members[-1] != frame.body else None
    _find_sides(clauses, frame, phrase, owner, left, verb)
    if verb is not None and verb.kind == "receive" and not verb.passive and not frame.preposition and verb.index < index and phrase.to < 0 and verb.subject is not None \
            and len(verb.subject.members) == 1 and sentence.kinds[verb.subject.members[0]] in "SC":
        frame.to = list(verb.subject.members)  # "C will host the summit"
        if frame.body >= 0 and not frame.left and sentence.kinds[frame.to[0]] == "S":
            frame.left = list(frame.to)
    if frame.body >= 0 or frame.right:
        return frame
    if frame.many and not frame.left and not frame.preposition and verb is not None and verb.index < index and verb.subject is not None:
        frame.named_place = True  # "Switzerland will host a peace conference": known by its place and day
        hosts = [m for m in verb.subject.members if sentence.kinds[m] == "S"] if verb.kind == "receive" else []
        frame.to = [phrase.to] if phrase.to >= 0 else hosts
        frame.left = hosts
    if summit:
        if frame.named_place and frame.to:
            return frame
        return frame if frame.joint and several(clauses, frame.left) else _summit_of_place(sentence, frame, phrase)
    if (frame.joint and len(frame.left) > 1) or frame.many:
        return frame
    low = sentence.items[index].low
    if low in terms.conference and phrase.to >= 0 and sentence.kinds[phrase.to] == "C" and frame.left:
        frame.named_place, frame.to = True, [phrase.to]  # "spoke at a conference on trade in C"
        return frame
    if phrase.definite and low in terms.definite_gatherings:
        frame.anaphor = True
        return frame
    return None


def _body_of(sentence: Sentence, phrase: Phrase, left: list[int], index: int, summit: bool, light: bool, at_it: bool) -> int:
    """The item of the body that holds a gathering, -1 where none is told: "the G7 summit", "a session of the OAS"."""
    terms = sentence.terms
    for position in phrase.premods:
        if is_body(sentence, position):
            return position
    if phrase.owner is not None and is_body(sentence, phrase.owner.members[-1]):
        return phrase.owner.members[-1]
    for preposition in terms.sides_body:
        group = phrase.sides.get(preposition)
        if group is not None and is_body(sentence, group.members[0]):
            return group.members[0]
    if len(left) == 1 and (light or at_it) and is_body(sentence, left[0]) and (phrase.pronoun in terms.body_owners or terms.members.search(sentence.text_of(left[0]))):
        return left[0]  # "ASEAN ministers held a session", "the bloc O holds its summit"
    if left and all(sentence.kinds[m] == "P" and (name := sentence.name(m)) is not None and name.plural for m in left):
        # "ministers from the economies of O ended their gathering"
        last = max(left)
        body = sentence.kinds.find("O", last + 1, max(last + 1, min(index, last + 8)))
        if body >= 0:
            return body
    if not summit:  # "a session at OPEC"
        for position in range(index + 1, min(len(sentence.items), index + 4)):
            if sentence.kinds[position] == "O" and sentence.low(position - 1) in terms.of_body:
                return position
    return -1


def _find_sides(clauses: Clauses, frame: Frame, phrase: Phrase, owner: Group | None, left: list[int], verb: Verb | None) -> None:
    """Who takes part: "a summit between A and B", "the EU-Russia summit", "their summit with B", "A attended the summit"."""
    sentence = clauses.sentence
    terms = sentence.terms
    pairs = [p for p in phrase.premods if sentence.kinds[p] in "JSO"]
    hyphened = next((g for p in pairs if (g := clauses.group_at.get(p)) is not None and g.compound and len(g.members) > 1), None)
    if hyphened is not None:  # "the EU-Russia summit": both are sides of it
        pairs = [m for m in hyphened.members if sentence.kinds[m] in "JSOPC"]
        frame.body = -1
    else:
        pairs = [p for p in pairs if sentence.kinds[p] in "JS" and p != frame.body]
    joint, company = phrase.side(terms.sides_joint), phrase.side(terms.sides_company)
    if joint is not None:
        frame.right, frame.joint = list(joint.members), True
    elif company is not None:
        frame.right = list(company.members)
        frame.left = list(owner.members) if owner is not None else left
        frame.owner = phrase.pronoun if owner is None and not left else ""
    elif hyphened is not None or len(pairs) > 2 or (len(pairs) > 1 and paired(clauses, pairs[0])):
        frame.left, frame.joint = pairs, True
    elif frame.body < 0 and (of := phrase.side(terms.sides_whose)) is not None:
        frame.left, frame.joint = list(of.members) if several(clauses, of.members) else [], True
    elif owner is not None and several(clauses, owner.members) and any((name := sentence.name(m)) is not None and (name.country or name.actor_id) for m in owner.members):
        frame.left, frame.joint = list(owner.members), True
    elif frame.body >= 0 and (named := next((group for word, group in phrase.sides.items() if word in terms.named_members), None)) is not None \
            and all(sentence.kinds[m] == "P" for m in named.members):
        frame.left, frame.joint = list(named.members), True  # "a summit of EU leaders, including A"
    elif (attending := _attending_by_name(clauses, phrase)) is not None:
        frame.left, frame.joint, frame.rule = attending, True, "beside:gathering"
    elif verb is not None and _takes_part(frame, verb, terms) and not _hoped_of(clauses, phrase, frame, verb):
        frame.left, frame.joint = [m for m in left if sentence.kinds[m] in ("PhSHO" if frame.rule.startswith("light") and len(left) > 1 else "PhSH")], True
        if frame.preposition and verb.kind in ("receive", "meet") and verb.index < frame.first and (met := object_of(clauses, verb, frame.first)) is not None:
            frame.left += [m for m in met.members if m not in frame.left]  # "hosted B and C at a summit"
        attends = "attend" if verb.kind in ("attend", "address") or verb.lemma in terms.absent_verbs else "beside"
        frame.rule = "light:gathering" if verb.kind == "light" and not frame.preposition else f"{attends}:gathering"


def _attending_by_name(clauses: Clauses, phrase: Phrase) -> list[int] | None:
    """Whose "participation in", "speech at" the gathering it is, None where that is not told so."""
    sentence = clauses.sentence
    terms = sentence.terms
    noun = phrase.start - 2
    if sentence.low(phrase.start - 1) not in terms.present_at or sentence.low(noun) not in terms.attendance:
        return None
    owner = clauses.group_at.get(noun - 1) or (clauses.group_at.get(noun - 2) if "owner" in sentence.word(noun - 1).function else None)
    if owner is None or not (owner.possessive or "owner" in sentence.word(noun - 1).function):
        return None
    members = [m for m in owner.members if sentence.kinds[m] == "P"]
    return members or None


def _hoped_of(clauses: Clauses, phrase: Phrase, frame: Frame, verb: Verb) -> bool:
    """Whether a thing is told of the gathering, and only felt by somebody: "A was upbeat about a deal at the summit"."""
    sentence = clauses.sentence
    before = phrase.start - 2
    return frame.preposition in sentence.terms.venue and verb.kind in ("wish", "be") and verb.index < before - 1 \
        and sentence.kind(before) == "w" and not sentence.word(before).function and before not in clauses.verb_at


def _takes_part(frame: Frame, verb: Verb, terms: Terms) -> bool:
    """Whether who does what the verb tells takes part: "attended the summit", "met B at it", "met on its margins"."""
    if verb.lemma in terms.preparing_verbs and frame.preposition:
        return False
    return ((verb.kind in ("attend", "address") or verb.lemma in terms.absent_verbs) and verb.index < frame.first) or frame.rule.startswith("light") \
        or frame.preposition in terms.present_at or terms.margin_word.search(frame.preposition) is not None


def _summit_of_place(sentence: Sentence, frame: Frame, phrase: Phrase) -> Frame | None:
    """A summit of which only the place is told: "the summit in C", "the Geneva summit", "the summit here"."""
    terms = sentence.terms
    text = sentence.source(phrase.start, frame.first + 1)
    if terms.unknown_summit.search(text) and not phrase.premods and not terms.place_summit.match(text):
        return None  # a name that nobody knows is mostly a firm's
    if any(sentence.low(p) in terms.place_of_report for p in range(frame.first, min(len(sentence.items), frame.first + 5))):
        frame.named_place, frame.word = True, "summit"
        return frame
    there = _where_it_is(sentence, frame)
    if phrase.to < 0 and there >= 0 and _told_apart(sentence, phrase, frame.first):
        frame.named_place, frame.to = True, [there]  # "the climate summit will be held in C"
        return frame
    place = next((p for p in phrase.premods if sentence.kinds[p] in "CSL"), -1)
    if phrase.to >= 0 or place >= 0:
        frame.named_place = True
        if phrase.to < 0:
            frame.to = [place]
        return frame
    frame.anaphor = phrase.definite
    return frame if phrase.definite else None


def _where_it_is(sentence: Sentence, frame: Frame) -> int:
    """The place that the summit's own verb tells: "will take place in C", -1 where it tells none."""
    terms = sentence.terms
    if frame.tense == "noun" or len(frame.spans) < 2:
        return -1
    first, last = frame.spans[1]
    return next((p + 1 for p in range(max(first, frame.last), last - 1) if sentence.low(p) in terms.in_or_at and sentence.kinds[p] == "w" and sentence.kinds[p + 1] in "SC"), -1)


def _told_apart(sentence: Sentence, phrase: Phrase, index: int) -> bool:
    """Whether a word before the noun tells which summit it is: "the climate summit", "Kenya's summit"."""
    if phrase.owner is not None:
        return True
    return any(sentence.kinds[p] in "SC" or (sentence.kinds[p] == "w" and not sentence.word(p).function and not sentence.word(p).scope - {"many"}) for p in range(phrase.start, index))


def bodies(clauses: Clauses, found: list[Frame]) -> list[Frame]:
    """Bodies that are themselves occasions: "the Belt and Road Forum", "attend APEC". `found` are the frames of the nouns."""
    sentence = clauses.sentence
    made: list[Frame] = []
    if "O" not in sentence.kinds:
        return made
    used = {frame.body for frame in found}
    for index, kind in enumerate(sentence.kinds):
        if kind != "O" or index in used or not is_body(sentence, index) or sentence.low(index + 1) in ("-", "–") or sentence.low(index + 1) in sentence.terms.body_products:
            continue
        verb = _verb_taking(clauses, index)
        if _is_occasion(sentence, index, verb):
            made.append(_body_frame(clauses, index, verb, [*found, *made]))
    return made


def _is_occasion(sentence: Sentence, index: int, verb: Verb | None) -> bool:
    """Whether a body is named as an occasion: by its own name, or as what somebody attends or addresses."""
    terms = sentence.terms
    found = sentence.name(index)
    name = (found.name if found is not None else None) or ""
    if terms.named_occasion.search(name) or terms.named_occasion.search(sentence.text_of(index)):
        return True
    if verb is None:
        return False
    if verb.kind == "attend":
        return verb.lemma not in terms.joining_verbs and not terms.council_name.search(name)
    return verb.kind in ("address", "tell") and terms.assembly_name.search(name) is not None


def _body_frame(clauses: Clauses, index: int, verb: Verb | None, earlier: list[Frame]) -> Frame:
    """The frame of a body that is an occasion, told by the verb that takes it, like the one before it, or beside a verb."""
    sentence = clauses.sentence
    kinds = sentence.kinds
    name = sentence.name(index)
    word = "summit" if name is not None and sentence.terms.summit_name.search(name.name or "") else "conference"
    frame = Frame("gathering", word, index, index + 1, "named:gathering", body=index, joint=True)
    if verb is not None:
        frame.verb, frame.tense, frame.bears, frame.negated = verb, verb.form, set(verb.bears), verb.negated
        frame.rule = "attend:gathering"
        frame.spans = [(verb.first, reach(clauses, verb)), (front(clauses, verb), verb.first)]
        if verb.subject is not None:
            frame.left = [m for m in verb.subject.members if kinds[m] in "PhSH"]
        return frame
    end = min(len(sentence.items), index + 7)
    before = index - 1
    while sentence.word(before).function & {"determiner", "possessive"} or sentence.kind(before) == "T":
        before -= 1
    if "and" in sentence.word(before).function:
        last = next((f for f in reversed(earlier) if f.kind == "gathering" and f.last <= before <= f.last + 4), None)
        if last is not None:  # "to attend the A-B Summit and the D Summit"
            frame.verb, frame.tense, frame.bears, frame.negated = last.verb, last.tense, set(last.bears), last.negated
            frame.rule, frame.preposition = last.rule, last.preposition
            frame.spans = [(max(0, index - 2), end), *last.spans[1:]]
            subject = last.verb.subject if last.verb is not None else None
            frame.left = [m for m in last.left if kinds[m] in "PhH"] or [m for m in (subject.members if subject is not None else []) if kinds[m] in "PhH"]
            return frame
    frame.spans = [(max(0, index - 3), end)]
    if sentence.low(before) in sentence.terms.prelude_of_verb:  # "spoke today in advance of the General Assembly"
        frame.preposition = sentence.low(before)
        frame.spans = [(index, end)]
        return frame
    if sentence.low(before) in sentence.terms.before_body:  # "told B at the General Assembly"
        frame.preposition = sentence.low(before)
        governor = next((v for v in reversed(clauses.verbs) if v.index < index), None)
        if governor is not None and governor.subject is not None:
            frame.left = [m for m in governor.subject.members if kinds[m] in "Ph"]
            frame.verb, frame.tense, frame.bears = governor, governor.form, set(governor.bears)
            frame.spans.append((governor.first, reach(clauses, governor)))
    return frame


def _verb_taking(clauses: Clauses, index: int) -> Verb | None:
    """The verb whose object stands at `index`, determiners and dates passed."""
    sentence = clauses.sentence
    position = index - 1
    while position >= 0 and (sentence.kinds[position] in "TJ" or (sentence.kinds[position] == "w" and sentence.word(position).function & {"determiner", "possessive", "owner"})
                             or (sentence.kinds[position] == "w" and not sentence.word(position).function and not sentence.word(position).verbs and position not in clauses.verb_at)):
        position -= 1
    verb = clauses.verb_at.get(position)
    return verb if verb is not None and verb.index == position else None


def ceremony_named(clauses: Clauses, frame: Frame, left: list[int], verb: Verb | None) -> Frame | None:
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
    made: list[Frame] = []
    if terms.signing.isdisjoint([item.low for item in sentence.items]):
        return made
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
