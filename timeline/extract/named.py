"""Occasions named by a noun: which nouns name one, and what the verb or preposition that governs them tells of it."""
from __future__ import annotations

from timeline.extract.clauses import Clauses, Verb
from timeline.extract.encounters import encounter_named, object_of
from timeline.extract.frame import Frame, front, reach, several
from timeline.extract.gatherings import bodies, ceremony_named, gathering_named, signings_named
from timeline.extract.phrases import Phrase, bearing_nouns, governor_of, phrase_of
from timeline.extract.sentence import Sentence
from timeline.extract.visits import further_stops, visit_named

_KIND = {"meeting": "encounter", "call": "call", "summit": "gathering", "conference": "gathering", "visit": "visit", "ceremony": "ceremony"}


def named(clauses: Clauses, remote: bool) -> list[Frame]:
    """The frames of all nouns of the sentence that name an occasion."""
    sentence = clauses.sentence
    terms = sentence.terms
    found: list[Frame] = []
    for index, item in enumerate(sentence.items):
        if item.kind != "w" or index in clauses.verb_at:
            continue
        noun = item.word.noun
        if not noun:
            continue
        if noun == "not_occasion":
            frame = _joint_appearance(clauses, index)
            if frame is not None:
                found.append(frame)
            continue
        if item.low in terms.meeting and sentence.word(index + 1).function & {"determiner", "possessive"} and sentence.kind(index - 1) in "SOP" and sentence.kind(index + 1) == "w" \
                and sentence.low(index + 1) not in terms.time_determiners:
            continue  # "OPEC meeting the demand"
        if noun == "signing":
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
    sentence = clauses.sentence
    terms = sentence.terms
    verb, preposition, subject_of = governor_of(clauses, index, phrase)
    kind = _KIND[noun]
    frame = Frame(kind, sentence.items[index].low, index, index + 1, f"noun:{noun}", preposition=preposition)
    frame.abstract = frame.word in terms.abstract_nouns
    frame.scope = set(phrase.scope)
    frame.many = "many" in phrase.scope or sentence.items[index].word.many
    frame.remote = remote or (noun == "call" and sentence.items[index].low not in terms.conversations)
    frame.spans = [(phrase.start, phrase.end)]
    frame.bears = bearing_nouns(clauses, phrase)
    if phrase.denied:
        frame.negated = True
    own: list[Verb] = subject_of + ([phrase.participle] if phrase.participle is not None else [])
    for told in own:
        frame.spans.append((told.first, reach(clauses, told)))
        frame.bears |= told.bears | ({told.kind} & {"plan", "cancel", "postpone", "move", "refuse"} if told.kind != "plan" or told.passive or told.form == "participle" else set())
        frame.tense = told.form if told.form not in ("participle",) else "noun"
        frame.negated = frame.negated or told.negated
        frame.verb = told
        frame.perfect = told.perfect
        if told.lemma in terms.closing_verbs and (told.form in ("future", "infinitive", "present") or told.bears & {"plan"}):
            # what is set to close is under way
            frame.bears.discard("plan")
            frame.scope -= {"told ahead", "ahead"}
            frame.tense = "past"
            frame.closing = True
            break
        if told.form == "future" or (told.kind == "plan"):
            frame.scope.add("told ahead")
        if told.form == "present" and told.kind == "be" and any(sentence.word(p).adjective for p in range(told.index, told.index + 2)):
            frame.scope.add("told ahead")
    left: list[int] = []
    governed = verb is not None and verb.index < index
    if verb is not None and verb not in own:
        if governed and not preposition:
            frame.verb = frame.verb or verb
            frame.spans.append((verb.first, reach(clauses, verb)))
            frame.spans.append((front(clauses, verb), verb.first))
            if verb.kind in ("light", "attend", "address", "arrive", "be") or (verb.kind == "receive" and verb.lemma not in terms.welcoming_verbs) or verb.lemma in terms.carrying_verbs:
                frame.tense = verb.form
                frame.bears |= verb.bears
                frame.perfect = verb.perfect
                frame.negated = frame.negated or verb.negated
                if verb.subject is not None and not verb.passive:
                    left = list(verb.subject.members)
                frame.rule = f"{verb.kind}:{noun}"
            else:
                if verb.kind in ("plan", "wish", "refuse", "cancel", "postpone", "move"):
                    frame.bears.add(verb.kind)
                    if verb.negated:
                        frame.bears.add("refuse")
                elif verb.lemma in terms.welcoming_verbs and not phrase.dates:
                    frame.bears.add("wish")
                elif verb.negated:
                    frame.bears.add("refuse")
                frame.bears |= verb.bears & {"wish", "cancel"}
                if verb.subject is not None and not verb.passive:
                    left = list(verb.subject.members)
                if "say" in verb.roles:
                    frame.said = True
                frame.rule = f"object:{noun}" if verb.lemma not in terms.absent_verbs else f"attend:{noun}"
        elif preposition:
            margin = preposition.startswith(terms.margins)
            frame.spans.append((front(clauses, verb), reach(clauses, verb)) if not governed else (verb.first, reach(clauses, verb)))
            if governed:
                frame.spans.append((front(clauses, verb), verb.first))
            if verb.kind in ("plan", "wish", "refuse", "cancel", "postpone") and preposition in terms.purpose_links and governed:
                frame.bears.add(verb.kind)
            if preposition in terms.aftermath:
                frame.tense = "past" if verb.modal != "will" else "noun"
                frame.bears |= verb.bears & {"wish"} if verb.kind in ("meet",) else set()
            elif preposition in terms.prelude:
                frame.scope.add("told ahead")
            elif (governed and (verb.kind in ("attend", "travel", "arrive", "leave", "gather", "meet", "light", "address", "receive", "stay", "be") or preposition in terms.taking_part)) or (preposition in terms.during and verb.form in ("past", "present")):
                # what is wished or denied of the doing says nothing against the occasion where it is done
                apart = preposition not in terms.directed
                frame.bears |= verb.bears - {"wish", "refuse"} if apart else verb.bears
                frame.tense = verb.form
                frame.perfect = verb.perfect
                if verb.negated and not apart:
                    frame.negated = True
            if verb.subject is not None and not (verb.passive and "say" in verb.roles):
                left = list(verb.subject.members)
            if margin and (met := object_of(clauses, verb, index)) is not None:
                left = left + [m for m in met.members if m not in left]
            frame.rule = f"beside:{noun}"
            frame.verb = frame.verb or verb
    sides = phrase.sides
    for told in subject_of:  # "more talks will take place with B on Friday"
        if not sides and told.kind in ("occur", "light"):
            for position in range(told.index + 1, min(reach(clauses, told), told.index + 12)):
                if sentence.kinds[position] == "w" and sentence.low(position) in terms.occur_sides and position not in clauses.verb_at:
                    group, _ = clauses.following(position + 1)
                    if group is not None:
                        sides[sentence.low(position)] = group
                        break
    joint_side = phrase.side(terms.sides_joint)
    with_side = phrase.side(terms.sides_company)
    if kind == "encounter" and sentence.word(index - 1).noun == "summit":
        frame.word, frame.abstract = "summit meeting", False
    if kind in ("encounter", "call"):
        return encounter_named(clauses, frame, phrase, left, joint_side, with_side, index, verb, governed)
    if kind == "visit":
        return visit_named(clauses, frame, phrase, left, index, verb)
    if kind == "gathering":
        return gathering_named(clauses, frame, phrase, left, joint_side, with_side, index, verb, governed)
    return ceremony_named(clauses, frame, left, verb, index)
