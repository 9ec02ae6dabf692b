"""Occasions told by a verb: "A met B", "A spoke with B", "A received B", "A and B gathered in C", "A signed a treaty"."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.frame import Frame, frame_of, reach, several
from timeline.extract.groups import has_person, is_party, only_places, owns_people
from timeline.extract.journeys import further_journeys, journey, leading, presence, sending, taking, visiting
from timeline.mentions import NameKind

_OCCASIONS = frozenset({"meet", "speak", "negotiate", "receive", "visit", "travel", "gather", "light", "attend", "sign"})
_ORGAN = 6  # items before the verb among which the organ and its body are named
_DELEGATION = 8  # items after the verb within which a delegation's leader is named
ENCOUNTERS = frozenset({"tell", "meet", "speak", "negotiate", "receive", "telephone", "discuss", "see"})


def told(clauses: Clauses, remote: bool) -> list[Frame]:
    """The frames of all verbs of the sentence."""
    terms = clauses.sentence.terms
    found: list[Frame] = []
    for verb in clauses.verbs:
        if verb.kind in ENCOUNTERS:
            frame = _encounter(clauses, verb, remote)
            if frame is not None and len(frame.right) > 1 and clauses.sentence.low(min(frame.right) - 1) in terms.headed:
                frame.joint = True  # "received a delegation led by B, C and D": all at once
        elif verb.kind in ("visit", "travel", "arrive", "leave", "stay"):
            frame = journey(clauses, verb)
        elif verb.kind == "be" and clauses.sentence.low(verb.index + 1) in terms.hosted:
            frame = _hosted(clauses, verb)
        elif verb.kind == "be" or (verb.kind == "plan" and verb.lemma in terms.awaiting_verbs):
            frame = presence(clauses, verb)
        elif verb.kind == "gather":
            frame = _gathering(clauses, verb)
        elif verb.kind == "sign":
            frame = _signing(clauses, verb)
        elif verb.kind == "light" and verb.lemma in terms.leading_verbs:
            frame = leading(clauses, verb)
        elif verb.kind == "send":
            frame = sending(clauses, verb)
        elif verb.kind == "pose":
            frame = _picture(clauses, verb)
        elif verb.kind == "take":
            frame = taking(clauses, verb)
        else:
            continue
        if frame is not None:
            _name_some(clauses, verb, frame)
            found.append(frame)
            found += _second_objects(clauses, verb, frame)
    return found + visiting(clauses)


def _name_some(clauses: Clauses, verb: Verb, frame: Frame) -> None:
    """"EU leaders, including A and B, met": add A and B to those who did it; who has no state of his own gives way to them."""
    sentence = clauses.sentence
    subject = verb.subject
    if subject is None or frame.left != subject.members or len(subject.members) != 1:
        return
    name = sentence.name(subject.members[0])
    at = subject.end + (sentence.kind(subject.end) == ",")
    if name is None or not name.plural or sentence.low(at) not in sentence.terms.named_members or sentence.low(at) in sentence.terms.headed:
        return
    some, start = clauses.following(at + 1)
    if some is None or start != some.start or some.end > verb.first or any(sentence.kinds[m] != "P" for m in some.members):
        return
    nobody = name.country is None and not name.actor_id
    frame.left = list(some.members) if nobody and frame.kind == "visit" else [*frame.left, *some.members]
    frame.many = frame.many or (nobody and frame.joint)


def _hosted(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A was hosted by B"."""
    sentence = clauses.sentence
    by, at = clauses.following(verb.index + 2)
    if by is None or at != verb.index + 2 or verb.subject is None or not has_person(sentence, verb.subject) or by.possessive:
        return None
    frame = frame_of(clauses, verb, "encounter", "receive", "verb:receive")
    frame.first, frame.last = verb.first, verb.index + 2
    frame.left, frame.right, frame.host = list(by.members), list(verb.subject.members), True
    return frame


def _second_objects(clauses: Clauses, verb: Verb, frame: Frame) -> list[Frame]:
    """"met A in Moscow on July 5, B in Paris and C in Beijing on July 8": further occasions, each with its own place or day."""
    if frame.kind == "visit":
        return further_journeys(clauses, verb, frame)
    if verb.kind not in ("meet", "receive") or not frame.right:
        return []
    sentence = clauses.sentence
    end = reach(clauses, verb)
    found: list[Frame] = []
    one, last = frame, max(frame.right) + 1
    for position in range(last + 1, end - 1):
        linked = sentence.kinds[position] == "," or (sentence.kinds[position] == "w" and "and" in sentence.word(position).function)
        if position <= last or not linked or not any(sentence.kinds[p] in "TC" for p in range(last, position)):
            continue
        group, at = clauses.following(position + 1)
        if group is None or at != group.start or sentence.kinds[at] != "P" or group.end in clauses.verb_at:
            continue
        if sentence.kinds[position] == "," and not any(kind in "TC" for kind in sentence.kinds[group.end:group.end + 3]):
            continue  # "met A on Monday, B said"
        second = frame_of(clauses, verb, frame.kind, frame.word, frame.rule)
        one.spans = [(one.spans[0][0], position), *one.spans[1:]]
        second.left, second.right, second.host, second.remote = frame.left, list(group.members), frame.host, frame.remote
        second.first, second.last = position, position + 1
        second.spans = [(position, end)]
        found.append(second)
        one, last = second, group.end
    return found


def _governed_by(clauses: Clauses, first: int, last: int, prepositions: frozenset[str]) -> Group | None:
    """The first group within the span that one of the prepositions governs."""
    sentence = clauses.sentence
    for position in range(first, min(last, len(sentence.items))):
        if sentence.kinds[position] == "w" and sentence.items[position].low in prepositions and sentence.items[position].word.function:
            group, _ = clauses.following(position + 1)
            if group is not None:
                return group
    return None


def _encounter(clauses: Clauses, verb: Verb, remote: bool) -> Frame | None:
    """"A met B", "A was received by B", "A spoke with B", "A and B discussed": None where the verb tells of no encounter."""
    sentence = clauses.sentence
    terms = sentence.terms
    kind = verb.kind
    end = reach(clauses, verb)
    left = list(verb.subject.members) if verb.subject is not None and not only_places(sentence, verb.subject) else []
    _joined(clauses, verb, left)
    after = _after(clauses, verb)
    direct, _ = clauses.following(after)
    right = _counterpart(clauses, verb, direct, after, end)
    frame = frame_of(clauses, verb, "encounter", kind, f"verb:{kind}")
    frame.remote = remote
    frame.many = kind in ("receive", "meet") and any(
        "many" in sentence.word(p).scope and sentence.kinds[p] == "w" and sentence.word(p + 1).noun in ("summit", "meeting") for p in range(after, end - 1))
    if kind == "meet" and not left and not verb.passive and _nations(clauses, verb):
        frame.kind, frame.named_place, frame.word, frame.joint = "gathering", True, "conference", True
        frame.right = list(right.members) if right is not None and not right.possessive else []
        return frame
    if verb.passive:
        return _passive(clauses, frame, verb, left, after, end)
    if kind == "meet":
        return _meets(clauses, frame, verb, left, right, after, end)
    if kind == "tell":
        return _tells(clauses, frame, verb, left, direct, after, end)
    if kind in ("speak", "negotiate"):
        return _speaks(clauses, frame, left, right, after, end)
    if kind in ("receive", "see"):
        if any(other.governor is verb and other.form == "infinitive" and other.kind in ("visit", "travel", "attend") for other in clauses.verbs):
            return None  # "welcomes B to come for a visit"
        if right is None or not has_person(sentence, right) or (right.possessive and not owns_people(sentence, right)):
            return None
        if kind == "see" and verb.form not in ("infinitive", "future") and verb.lemma in terms.seeing_verbs:
            return None
        if verb.lemma.startswith(terms.call_stems) and any(sentence.low(p) in terms.goal for p in range(right.end, min(end + 1, right.end + 8))):
            return None  # "called on B to resign"
        frame.left, frame.right, frame.host = left, list(right.members), kind == "receive"
        return frame if left or kind == "receive" else None
    if kind == "telephone":
        if right is None or not left or not has_person(sentence, right) or right.possessive:
            return None
        if verb.lemma in terms.calling_verbs and not _nothing_after(clauses, right.end):
            return None
        frame.kind, frame.left, frame.right, frame.remote = "call", left, list(right.members), True
        return frame
    return _discusses(clauses, frame, left, after, end)


def _joined(clauses: Clauses, verb: Verb, left: list[int]) -> None:
    """"A, joined by B, met C": add B to those who met C."""
    terms = clauses.sentence.terms
    for other in clauses.verbs:
        if left and max(left) < other.first < verb.first and clauses.sentence.low(other.index) in terms.joined and clauses.sentence.low(other.index + 1) in terms.agent:
            group = clauses.following(other.index + 2)[0]
            if group is not None and all(clauses.sentence.kinds[m] == "P" for m in group.members):
                left += [m for m in group.members if m not in left]


def _after(clauses: Clauses, verb: Verb) -> int:
    """Where the complements of a verb begin: adverbs, dates and the place of "received in Oslo a delegation" passed."""
    sentence = clauses.sentence
    after = verb.index + 1
    while (sentence.kind(after) == "w" and "adverb" in sentence.word(after).function) or sentence.kind(after) == "T":
        after += 1
    if verb.kind in ("receive", "meet") and sentence.low(after) in sentence.terms.within and sentence.kind(after + 1) in "CS" \
            and clauses.following(after + 2)[0] is not None:
        after += 2
    return after


def _counterpart(clauses: Clauses, verb: Verb, direct: Group | None, after: int, end: int) -> Group | None:
    """Whom the subject met: after "with", after "to" of speaking, or the object; the names behind a plural with it."""
    sentence = clauses.sentence
    terms = sentence.terms
    right: Group | None = None
    if sentence.low(after) in terms.company or (sentence.low(after) in terms.goal and verb.kind == "speak"):
        right, _ = clauses.following(after + 1)
    elif verb.kind in ("meet", "receive", "telephone", "see"):
        right = direct
    if right is not None and all((name := sentence.name(m)) is not None and (name.plural or name.kind is NameKind.GROUP) for m in right.members):
        named = _governed_by(clauses, right.end, end, terms.named_members)
        if named is not None:  # "met officials, including A and B"; "received a Polish delegation led by A"
            return Group(right.start, named.end, list(named.members))
    led = next((p for p in range(after, min(end, after + _DELEGATION)) if sentence.low(p) in terms.headed), -1)
    if led > 0 and (right is None or right.start > led):
        named, _ = clauses.following(led + 1)
        if named is not None and has_person(sentence, named):
            return named  # "met with a delegation led by A"
    return right


def _passive(clauses: Clauses, frame: Frame, verb: Verb, left: list[int], after: int, end: int) -> Frame | None:
    """"A was received by B", "the matter was discussed between A and B"."""
    terms = clauses.sentence.terms
    if verb.kind == "discuss":
        sides = _governed_by(clauses, after, end, terms.between) or _governed_by(clauses, after, after + 1, terms.agent)
        if sides is not None and len(sides.members) > 1:
            frame.right, frame.joint, frame.word = list(sides.members), True, "discuss"
            return frame
    if verb.kind not in ("receive", "discuss") or verb.noun >= 0:
        return None
    by = _governed_by(clauses, after, end, terms.agent)
    if by is None or not left:
        return None
    frame.left, frame.right, frame.host = list(by.members), left, True
    return frame


def _meets(clauses: Clauses, frame: Frame, verb: Verb, left: list[int], right: Group | None, after: int, end: int) -> Frame | None:
    """"A met B", "A and B met"; not "met the demand", "met Putin's demands"."""
    sentence = clauses.sentence
    terms = sentence.terms
    if right is None:
        if _takes_thing(clauses, after):
            return None
        right = _governed_by(clauses, after, end, terms.company)
    if right is not None and right.possessive and not owns_people(sentence, right):
        return None
    frame.joint = right is None
    if right is None:
        if not left and verb.subject is None and (organ := _organ_before(clauses, verb)) is not None:
            if len(organ) > 1:  # "the Russian-Turkish joint commission met"
                frame.left = organ
                return frame
            frame.kind, frame.body, frame.word, frame.rule = "gathering", organ[0], "conference", "verb:body meets"
            return frame
        if len(left) == 1 and "owner" in sentence.word(left[0] - 1).function and sentence.low(left[0] - 2) in terms.bodies:
            frame.kind, frame.body_anaphor = "gathering", True  # "the alliance's foreign ministers will meet"
            frame.word = "summit" if terms.leaders_word.search(sentence.low(left[0])) else "conference"
            return frame
        if not left and verb.subject is None and any(sentence.low(p) in terms.joint_bodies for p in range(max(0, verb.first - 8), verb.first)):
            frame.owner = "both"  # "the joint working group will meet": of the two of whom the article speaks
            return frame
        if len(left) == 1 and sentence.kinds[left[0]] == "O":  # "OPEC meets next month"
            frame.kind, frame.body, frame.word, frame.rule = "gathering", left[0], "conference", "verb:body meets"
            return frame
        if not left and "others" not in sentence.word(after).function:
            return None
    frame.left, frame.right = left, list(right.members) if right is not None else []
    return frame


def _organ_before(clauses: Clauses, verb: Verb) -> list[int] | None:
    """Whose organ meets: the body of "the OPEC executive board", "the board of the OAS", both states of "the X-Y council"."""
    sentence = clauses.sentence
    terms = sentence.terms
    last = verb.first - 1
    for position in range(last, max(-1, last - _ORGAN), -1):
        if position in clauses.verb_at or sentence.kinds[position] not in "wOJS":
            return None
        if sentence.kinds[position] == "w":
            continue
        between = [sentence.low(p) for p in range(position + 1, verb.first)]
        group = clauses.group_at.get(position)
        if terms.organs.isdisjoint(between):  # "the board of the OAS"
            of = position - 1 - (sentence.low(position - 1) in terms.article)
            owned = sentence.low(of) in terms.possession and any(sentence.low(p) in terms.organs for p in range(of - 1, max(-1, of - 3), -1))
            return [position] if owned and position == last and sentence.kinds[position] == "O" else None
        if group is not None and group.compound and len(group.members) == 2:
            return list(group.members)
        return [position] if sentence.kinds[position] == "O" and terms.company.isdisjoint(between) else None
    return None


def _tells(clauses: Clauses, frame: Frame, verb: Verb, left: list[int], direct: Group | None, after: int, end: int) -> Frame | None:
    """"A told B by telephone" is a call; "A told his counterpart", "told the visiting B", "told B during a visit" a meeting."""
    sentence = clauses.sentence
    terms = sentence.terms
    if direct is None or not left or not has_person(sentence, direct) or direct.possessive:
        return None
    near = " ".join(sentence.low(p) for p in range(after, min(end, after + 14)))
    if frame.remote:
        if not terms.by_wire.search(near):
            return None
        frame.kind, frame.word, frame.left, frame.right = "call", "told by telephone", left, list(direct.members)
        return frame
    if verb.form != "past":
        return None
    counterpart = any((name := sentence.name(m)) is not None and (name.kind is NameKind.COUNTERPART or not terms.counterparts.isdisjoint(name.text.split()))
                      for m in direct.members)
    guest = sentence.low(direct.start - 1) in terms.visiting or " ".join(sentence.low(p) for p in range(direct.end, direct.end + 4)) in terms.visiting_clause
    if not (counterpart or guest or terms.on_a_visit.search(near)):
        return None
    frame.word, frame.left, frame.right, frame.rule = "told", left, list(direct.members), "verb:told on a visit"
    return frame


def _speaks(clauses: Clauses, frame: Frame, left: list[int], right: Group | None, after: int, end: int) -> Frame | None:
    """"A spoke with B", "A and B negotiated"; not "A and B spoke about the war", "spoke to reporters"."""
    sentence = clauses.sentence
    terms = sentence.terms
    speak = frame.word == "speak"
    if right is None:
        right = _governed_by(clauses, after, end, terms.speak_to if speak else terms.company)
    if right is None:
        audience = speak and any(sentence.low(p) in terms.goal and sentence.kinds[p] == "w" and p not in clauses.verb_at
                               and "others" not in sentence.word(p + 1).function for p in range(after, min(end, after + 6)))
        if audience or not several(clauses, left) or (speak and sentence.low(after) in terms.speak_about and not frame.remote):
            return None
    elif speak and sentence.low(max(0, right.at)) in terms.goal and not is_party(sentence, right):
        return None
    frame.left, frame.right, frame.joint = left, list(right.members) if right is not None else [], right is None
    return frame


def _discusses(clauses: Clauses, frame: Frame, left: list[int], after: int, end: int) -> Frame | None:
    """"A discussed trade with B", "A and B agreed to"; "discussed plans for the summit with B" leaves B to the summit."""
    sentence = clauses.sentence
    if any(other.governor is frame.verb and other.kind in _OCCASIONS for other in clauses.verbs):
        return None  # "A and B agreed to meet"
    right = _governed_by(clauses, after, end, sentence.terms.company)
    if right is not None and (not is_party(sentence, right) or any(
            sentence.word(p).noun in ("summit", "meeting", "visit", "conference", "call") and sentence.kinds[p] == "w" for p in range(after, right.start))):
        right = None
    if right is None and not (several(clauses, left) and all(sentence.kinds[m] in "Ph" for m in left)):
        return None
    frame.left, frame.right, frame.joint = left, list(right.members) if right is not None else [], right is None
    governor = frame.verb.governor if frame.verb is not None else None
    if governor is not None and "refuse" in governor.roles:
        frame.tense = governor.form  # "failed to agree": they met when they failed
    return frame


def _takes_thing(clauses: Clauses, index: int) -> bool:
    """Whether the object of the verb is a thing and no party: "met the challenge", "meet its obligations"."""
    sentence = clauses.sentence
    terms = sentence.terms
    if sentence.kind(index) != "w" or index in clauses.verb_at:
        return False
    word = sentence.word(index)
    if word.function & {"preposition", "and", "subordinator", "others", "to", "that", "relative", "not"}:
        return False
    if word.people or sentence.low(index).endswith(terms.adverb_endings) or sentence.low(index) in terms.no_object or (word.function & {"adverb"} and not word.function & {"determiner"}):
        return False
    _, at = clauses.following(index)
    return not sentence.word(at).people and sentence.kind(at) not in "PSOhHCT"


def _nothing_after(clauses: Clauses, first: int) -> bool:
    """"called B on Friday", not "called B a liar"."""
    sentence = clauses.sentence
    kind, word = sentence.kind(first), sentence.word(first)
    if kind in "T,.;":
        return True
    return kind == "w" and (bool(word.function & {"preposition", "and", "subordinator", "to"}) or (word.verbs != [] and first in clauses.verb_at))


def _picture(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A, left, and B pose for a photograph", "A shakes hands with B"."""
    terms = clauses.sentence.terms
    if verb.passive or verb.subject is None:
        return None
    end = reach(clauses, verb)
    right = _governed_by(clauses, verb.index + 1, end, terms.company)
    if right is None and " " in verb.lemma and (beside := clauses.following(verb.index + 1)[0]) is not None and has_person(clauses.sentence, beside) and not beside.possessive:
        right = beside  # "stands alongside B"
    frame = frame_of(clauses, verb, "encounter", "pose", "verb:pose")
    frame.left = list(verb.subject.members)
    if verb.form == "present":
        verb.form = frame.tense = "past"  # a caption's present tense tells of what the picture shows
    frame.right = list(right.members) if right is not None else []
    frame.joint = right is None
    if right is None and len(frame.left) < 2 and clauses.sentence.kinds[frame.left[0]] != "H":
        return None
    return frame


def _nations(clauses: Clauses, verb: Verb) -> bool:
    """"Representatives from 17 nations met": a gathering of many that nobody names."""
    sentence = clauses.sentence
    terms = sentence.terms
    for position in range(max(0, verb.first - 8), verb.first):
        if sentence.low(position) in terms.many_states and any(sentence.low(p) in terms.of_whom for p in range(max(0, position - 5), position)) and any(
                sentence.word(p).people or sentence.kinds[p] == "P" for p in range(max(0, position - 7), position)):
            return sentence.low(position - 1) not in terms.pair_quantifiers and sentence.kind(position) == "w"
    return False


def _gathering(clauses: Clauses, verb: Verb) -> Frame | None:
    """"leaders of the CSTO gathered in Minsk", "A and B gathered": like meeting."""
    terms = clauses.sentence.terms
    if verb.passive:
        return None
    if _nations(clauses, verb):
        made = frame_of(clauses, verb, "gathering", "conference", "verb:gather")
        made.named_place = made.joint = True
        return made
    if verb.subject is None:
        return None
    frame = frame_of(clauses, verb, "encounter", "gather", "verb:gather")
    frame.left, frame.joint = list(verb.subject.members), True
    of = verb.subject.end
    if clauses.sentence.low(of) in terms.possession and any(clauses.sentence.low(p) in terms.bodies for p in range(of + 1, of + 4)):
        frame.kind, frame.body_anaphor, frame.left = "gathering", True, []
        frame.word = "summit" if terms.leaders_word.search(clauses.sentence.low(verb.subject.start)) else "conference"
        return frame
    if not several(clauses, frame.left) and clauses.sentence.kinds[frame.left[0]] != "O":
        return None
    return frame


def _signing(clauses: Clauses, verb: Verb) -> Frame | None:
    """"A and B signed a treaty", "a treaty signed by A and B", "the treaty that A and B signed", "an agreement signed with B"."""
    sentence = clauses.sentence
    terms = sentence.terms
    end = reach(clauses, verb)
    frame = frame_of(clauses, verb, "signing", "sign", "verb:sign")
    before = any(sentence.word(p).noun == "signing" or sentence.kinds[p] == ")" for p in range(max(0, verb.first - 14), verb.first))
    after = any(sentence.word(p).noun == "signing" for p in range(verb.index + 1, min(end, verb.index + 16)))
    left = list(verb.subject.members) if verb.subject is not None else []
    participle = verb.passive or verb.form == "participle" or sentence.low(verb.index + 1) in terms.signed_by or not left
    if participle and before:
        by = _governed_by(clauses, verb.index + 1, end, terms.by_or_between)
        with_ = _governed_by(clauses, verb.index + 1, min(end, verb.index + 8), terms.company)
        frame.rule, frame.tense = "verb:signed by", "future" if verb.form in ("future", "infinitive") else "past"
        frame.joint = True
        frame.right = list(by.members) if by is not None else list(with_.members) if with_ is not None else []
        frame.left = []
        if by is None and not any(sentence.kinds[p] == "T" for p in range(verb.index + 1, min(end, verb.index + 6))):
            return None
        if by is None or not several(clauses, frame.right):
            frame.owner = "both"  # who else signed is not told with it: the two of whom the article speaks
            frame.rule = "verb:signed"
        return frame
    if not left or not (after or before):
        return None
    right = _governed_by(clauses, verb.index + 1, end, terms.signed_company) if after else None
    if right is None and not several(clauses, left):
        return None
    frame.left, frame.right = left, list(right.members) if right is not None else []
    frame.joint = True
    return frame
