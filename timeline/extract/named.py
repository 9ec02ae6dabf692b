"""Occasions named by a noun: which nouns name one, and what the verb or preposition that governs them tells of it."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Verb
from timeline.extract.encounters import encounter_named, further_sides, journey_to, object_of
from timeline.extract.frame import Frame, front, reach, several, tense_of
from timeline.extract.gatherings import bodies, ceremony_named, gathering_named, signings_named
from timeline.extract.journeys import journey
from timeline.extract.phrases import Phrase, bearing_nouns, governor_of, phrase_of, speaks_of_its_date
from timeline.extract.sentence import Sentence
from timeline.extract.visits import further_stops, visit_named

_KIND = {"meeting": "encounter", "call": "call", "summit": "gathering", "conference": "gathering", "visit": "visit", "ceremony": "ceremony"}
_OF_ITSELF = frozenset({"plan", "cancel", "postpone", "move", "refuse"})  # "the talks are planned", "were put off"
_TELLS_OBJECT = frozenset({"light", "attend", "address", "arrive", "be"})  # verbs that tell of the occasion that is their object
_BEARS_BESIDE = frozenset({"plan", "wish", "refuse", "cancel", "postpone"})
_BEARS_ON = _BEARS_BESIDE | {"move"}
_DONE_THERE = frozenset({"attend", "travel", "arrive", "leave", "gather", "meet", "light", "address", "receive", "stay", "be"})


def named(clauses: Clauses, remote: bool) -> list[Frame]:
    """The frames of all nouns of the sentence that name an occasion."""
    sentence = clauses.sentence
    terms = sentence.terms
    found: list[Frame] = []
    for index, item in enumerate(sentence.items):
        noun = item.word.noun
        if not noun or item.kind != "w" or index in clauses.verb_at:
            continue
        if noun == "not_occasion":
            frame = _joint_appearance(clauses, index)
            if frame is not None:
                found.append(frame)
            continue
        if item.low in terms.meeting and sentence.word(index + 1).function & {"determiner", "possessive"} and sentence.kind(index - 1) in "SOP" and sentence.kind(index + 1) == "w" \
                and sentence.low(index + 1) not in terms.time_determiners:
            continue  # "OPEC meeting the demand"
        if noun == "signing" or (sentence.low(index + 1) in terms.occasion_things and sentence.kind(index + 1) == "w"):
            continue
        if sentence.word(index + 1).noun in ("meeting", "summit", "conference", "visit", "call") and index + 1 not in clauses.verb_at and sentence.kind(index + 1) == "w":
            continue  # "the bilateral meeting", "a summit meeting": the second word is the occasion
        if item.low in terms.qualifiers and sentence.kind(index + 1) == "w" and not sentence.word(index + 1).function and index + 1 not in clauses.verb_at:
            continue  # "the Trilateral Arrangement"
        if noun == "conference" and item.low in terms.body_nouns and _other_sense(sentence, index):
            continue
        phrase = phrase_of(clauses, index)
        frame = _frame(clauses, index, noun, phrase, remote)
        if frame is not None:
            found.append(frame)
            if frame.kind == "visit" and frame.to:
                found += further_stops(clauses, frame)
            found += further_sides(clauses, frame)
    found += bodies(clauses, found)
    found += signings_named(clauses)
    return found


def _joint_appearance(clauses: Clauses, index: int) -> Frame | None:
    """"told a joint news conference with B": two who face the press together have met."""
    sentence = clauses.sentence
    terms = sentence.terms
    if terms.joint.isdisjoint((sentence.low(index - 1), sentence.low(index - 2))) or not any(word in sentence.low(index) for word in terms.press):
        return None
    phrase = phrase_of(clauses, index)
    verb, _, _ = governor_of(clauses, index, phrase)
    left = list(verb.subject.members) if verb is not None and verb.subject is not None else []
    side = phrase.side(terms.alongside)
    if not left or (side is None and not several(clauses, left)):
        return None
    frame = Frame("encounter", "joint appearance", index, index + 1, "joint:conference", left=left, right=list(side.members) if side is not None else [], joint=side is None)
    frame.spans = [(phrase.start, phrase.end)]
    if verb is not None:
        frame.verb, frame.tense = verb, verb.form
        frame.bears = verb.bears - {"wish"}
        frame.spans += [(verb.first, reach(clauses, verb)), (front(clauses, verb), verb.first)]
    return frame


def _other_sense(sentence: Sentence, index: int) -> bool:
    """"security council" and other bodies are names; "congress" alone is a parliament."""
    terms = sentence.terms
    low = sentence.items[index].low
    before = sentence.low(index - 1)
    if low in terms.assemblies:
        return sentence.kind(index - 1) not in "O" and before not in terms.assembly_qualifiers
    return False


def _frame(clauses: Clauses, index: int, noun: str, phrase: Phrase, remote: bool) -> Frame | None:
    """The frame of the noun at `index`, with what its own verbs, the verb that governs it and its parties tell."""
    sentence = clauses.sentence
    terms = sentence.terms
    low = sentence.items[index].low
    kind = _KIND[noun]
    verb, preposition, subject_of = governor_of(clauses, index, phrase)
    frame = Frame(
        kind, low, index, index + 1, f"noun:{noun}", preposition=preposition, spans=[(phrase.start, phrase.end)],
        bears=bearing_nouns(clauses, phrase, verb), scope=set(phrase.scope), many="many" in phrase.scope or sentence.items[index].word.many, negated=phrase.denied,
        remote=remote or (noun == "call" and low not in terms.conversations), abstract=low in terms.abstract_nouns,
        date_open=speaks_of_its_date(clauses, phrase, verb) or any(sentence.low(p) in terms.process_words for p in range(phrase.start, index)))
    own = [*subject_of, phrase.participle] if phrase.participle is not None else subject_of
    _told_by_own_verbs(clauses, frame, phrase, own)
    left: list[int] = []
    if verb is not None and verb not in own:
        if preposition:
            left = _beside(clauses, frame, noun, verb)
        elif verb.index < index:
            left = _governed(clauses, frame, noun, verb, bool(phrase.dates))
    if not phrase.sides:
        _sides_after_verb(clauses, phrase, subject_of)
    if kind == "encounter" and sentence.word(index - 1).noun == "summit":
        frame.word, frame.abstract = "summit meeting", False
    if kind in ("encounter", "call"):
        return encounter_named(clauses, frame, phrase, left, verb)
    if kind == "visit":
        return visit_named(clauses, frame, phrase, left, verb)
    if kind == "gathering":
        return gathering_named(clauses, frame, phrase, left, verb)
    return ceremony_named(clauses, frame, left, verb)


def _told_by_own_verbs(clauses: Clauses, frame: Frame, phrase: Phrase, own: list[Verb]) -> None:
    """What the verbs tell whose subject the noun is: "the talks will begin", "the visit was put off"."""
    sentence = clauses.sentence
    scope = frame.scope
    for verb in own:
        if (verb.kind == "say" and not verb.passive) or (verb.form == "infinitive" and verb.bears == {"purpose"}):
            continue  # "the visit begins on Monday, the ministry said", "the visit has done little to help": of these it tells nothing
        if verb.spared:
            scope.add("spared")
        frame.spans.append((verb.first, reach(clauses, verb)))
        if verb.negated and not verb.perfect and verb.modal != "may" and verb.lemma in sentence.terms.happening_verbs and sentence.terms.indefinite.isdisjoint(sentence.low(p) for p in range(phrase.start, frame.first)):
            frame.bears.add("cancel")  # "the summit will not take place"
            frame.verb, frame.tense = verb, "noun"
            continue
        frame.bears |= verb.bears
        if verb.kind in _OF_ITSELF and (verb.kind != "plan" or verb.passive or verb.form == "participle"):
            frame.bears.add(verb.kind)
        if verb.lemma in sentence.terms.doubtful:
            frame.bears.add("wish")  # "a meeting on Monday is possible"
        frame.tense = verb.form if verb.form != "participle" else "noun"
        frame.negated = frame.negated or verb.negated
        frame.verb, frame.perfect = verb, verb.perfect
        if verb.lemma in sentence.terms.closing_verbs and (verb.form in ("future", "infinitive", "present") or "plan" in verb.bears):
            # what is set to close is under way
            frame.bears.discard("plan")
            scope -= {"told ahead", "ahead"}
            frame.tense, frame.closing = "past", True
            return
        if verb.form == "future" or verb.kind == "plan" or (
                verb.form == "present" and verb.kind == "be" and any(sentence.word(p).adjective for p in (verb.index, verb.index + 1))):
            scope.add("told ahead")


def _governed(clauses: Clauses, frame: Frame, noun: str, verb: Verb, dated: bool) -> list[int]:
    """What a verb tells whose object the noun is: "held talks", "attended the summit", "postponed the visit", "welcomed the
    talks". Returns who did it, as indices of items."""
    terms = clauses.sentence.terms
    welcomes = verb.lemma in terms.welcoming_verbs
    frame.verb = frame.verb or verb
    if verb.spared:
        frame.scope.add("spared")
    frame.spans += [(verb.first, reach(clauses, verb)), (front(clauses, verb), verb.first)]
    if verb.kind == "attend":
        frame.to = journey_to(clauses, frame, verb)  # "will travel to C to attend a summit"
    if verb.kind in _TELLS_OBJECT or (verb.kind == "receive" and not welcomes) or verb.lemma in terms.carrying_verbs:
        frame.tense, frame.perfect, frame.negated = verb.form, verb.perfect, frame.negated or verb.negated
        frame.bears |= verb.bears
        frame.rule = f"{verb.kind}:{noun}"
    else:
        if verb.kind in _BEARS_ON:
            frame.bears.add(verb.kind)
        elif welcomes and not dated:
            frame.bears.add("wish")
        if verb.negated and (verb.kind in _BEARS_ON or not welcomes or dated):
            frame.bears.add("refuse")
        frame.bears |= verb.bears & {"wish", "cancel"}
        if verb.lemma in terms.recalling_verbs:
            frame.tense = "past"  # "recalling his visit in April"
        frame.said = frame.said or "say" in verb.roles
        frame.rule = f"object:{noun}" if verb.lemma not in terms.absent_verbs else f"attend:{noun}"
    return list(verb.subject.members) if verb.subject is not None and not verb.passive else []


def _beside(clauses: Clauses, frame: Frame, noun: str, verb: Verb) -> list[int]:
    """What a verb tells beside which the occasion stands: "met B at the summit", "spoke after the talks". Returns who did
    it, as indices of items."""
    terms = clauses.sentence.terms
    preposition = frame.preposition
    before = verb.index < frame.first
    start, end = front(clauses, verb), reach(clauses, verb)
    frame.spans += [(verb.first, end), (start, verb.first)] if before else [(start, end)]
    if before and verb.kind in _BEARS_BESIDE and preposition in terms.purpose_links:
        frame.bears.add(verb.kind)
    if preposition in terms.aftermath:
        frame.tense = "past" if verb.modal != "will" else "noun"
        if verb.kind == "meet":
            frame.bears |= verb.bears & {"wish"}
    elif preposition in terms.prelude:
        frame.scope.add("told ahead")
    elif (before and (verb.kind in _DONE_THERE or preposition in terms.there)) or (
            preposition in terms.during and verb.form in ("past", "present")):
        # what is wished or denied of the doing says nothing against the occasion where it is done
        apart = preposition not in terms.directed
        frame.bears |= verb.bears - {"wish", "refuse"} if apart else verb.bears
        frame.tense, frame.perfect = tense_of(clauses, verb), verb.perfect
        frame.negated = frame.negated or (verb.negated and not apart)
    left: list[int] = []
    if verb.passive and "say" in verb.roles:  # "as announced by A at the summit"
        agent = clauses.following(verb.index + 2)[0] if clauses.sentence.low(verb.index + 1) in terms.agent else None
        left = list(agent.members) if agent is not None and agent.start < frame.first else []
    elif verb.subject is not None:
        left = list(verb.subject.members)
    if preposition.startswith(terms.margins) and (met := object_of(clauses, verb, frame.first)) is not None:
        left += [m for m in met.members if m not in left]
    if frame.kind == "gathering" and before and verb.kind in ("travel", "arrive") and (trip := journey(clauses, verb)) is not None:
        frame.to = trip.to[:1]  # "will travel to C for a summit with B"
    frame.rule = f"beside:{noun}"
    frame.verb = frame.verb or verb
    return left


def _sides_after_verb(clauses: Clauses, phrase: Phrase, subject_of: list[Verb]) -> None:
    """"more talks will take place with B on Friday": the side stands after the verb."""
    sentence = clauses.sentence
    terms = sentence.terms
    for verb in subject_of:
        if verb.lemma in terms.assembling_verbs and not verb.passive:  # "the talks brought together A, B and C"
            group, _ = clauses.following(verb.index + 1 + (sentence.low(verb.index + 1) in terms.together))
            if group is not None and several(clauses, group.members):
                phrase.sides[next(iter(terms.between))] = group
                return
        if verb.kind not in ("occur", "light"):
            continue
        for position in range(verb.index + 1, min(reach(clauses, verb), verb.index + 12)):
            if sentence.kinds[position] == "w" and sentence.low(position) in terms.occur_sides and position not in clauses.verb_at:
                group, _ = clauses.following(position + 1)
                if group is not None:
                    phrase.sides[sentence.low(position)] = group
                    return
