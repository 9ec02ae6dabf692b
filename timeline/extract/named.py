"""Occasions named by a noun: "talks with B", "the G7 summit", "A's visit to C", "the signing of a treaty"."""
from __future__ import annotations

from dataclasses import dataclass, field, replace

from timeline.extract.clauses import Clauses, Group, Verb
from timeline.extract.frame import Frame, destinations, front, place_after, reach, several
from timeline.extract.sentence import WHERE, Sentence

_KIND = {"meeting": "encounter", "call": "call", "summit": "gathering", "conference": "gathering", "visit": "visit", "ceremony": "ceremony"}


@dataclass(slots=True)
class Phrase:
    """The noun phrase of an occasion: where it begins, who stands before the noun and after it, and what governs it."""

    start: int
    owner: Group | None = None
    pronoun: str = ""
    definite: bool = False
    premods: list[int] = field(default_factory=list)  # nationalities, bodies, places before the noun
    dates: list[int] = field(default_factory=list)
    scope: set[str] = field(default_factory=set)
    people: str = ""  # "leaders" in "ASEAN leaders' meeting"
    sides: dict[str, Group] = field(default_factory=dict)  # preposition -> parties after the noun
    to: int = -1
    end: int = 0  # after the complements
    participle: Verb | None = None  # "talks held in Paris"

    def side(self, prepositions: tuple[str, ...]) -> Group | None:
        """The parties that the first of the prepositions brings: "talks between A and B"."""
        sides = self.sides
        if sides:
            for preposition in prepositions:
                if preposition in sides:
                    return sides[preposition]
        return None


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
                found += _further_stops(clauses, frame)
    found += _bodies(clauses, found)
    found += _signing_nouns(clauses)
    return found


def _further_stops(clauses: Clauses, frame: Frame) -> list[Frame]:
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


def _joint_appearance(clauses: Clauses, index: int) -> Frame | None:
    """"told a joint news conference with B": two who face the press together have met."""
    sentence = clauses.sentence
    terms = sentence.terms
    if terms.joint.isdisjoint((sentence.low(index - 1), sentence.low(index - 2))) or not any(word in sentence.low(index) for word in terms.press):
        return None
    phrase = phrase_of(clauses, index)
    verb, _, _ = _governor(clauses, index, phrase)
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


def phrase_of(clauses: Clauses, index: int) -> Phrase:
    sentence = clauses.sentence
    terms = sentence.terms
    kinds, items = sentence.kinds, sentence.items
    phrase = Phrase(index)
    position = index - 1
    steps = 0
    while position >= 0 and steps < 12:
        steps += 1
        kind = kinds[position]
        group = clauses.group_at.get(position)
        if kind in "JOSC" or kind == "L":
            if group is not None and group.possessive and not group.compound and position == group.end - 1 and sentence.name(position) is not None and sentence.name(position).possessive:  # type: ignore[union-attr]
                phrase.owner = group
                position = group.start - 1
                phrase.start = group.start
                break
            if kind in "SC" and "preposition" in sentence.word(position - 1).function and position - 1 not in clauses.verb_at and kind == "C" and position == index - 1 and items[position - 1].low in terms.within:
                break  # "in Geneva talks"
            phrase.premods.append(position)
            phrase.start = position
            if group is not None and group.compound and group.start < position:
                phrase.premods += [m for m in group.members if m < position]
                position = group.start
                phrase.start = position
            position -= 1
            continue
        if kind in "UT":
            phrase.dates.append(position)
            phrase.start = position
            position -= 1
            continue
        if kind == "P":
            name = sentence.name(position)
            if name is not None and name.possessive and group is not None:
                phrase.owner, phrase.start = group, group.start
                if name.plural:
                    phrase.people = name.text
                break
            if group is not None and group.compound:
                phrase.premods += group.members
                phrase.start = group.start
                position = group.start - 1
                continue
            if name is not None and name.plural and position == index - 1:
                phrase.premods.append(position)
                phrase.people = name.text
                phrase.start = position
                position -= 1
                continue
            break
        if kind == "h" or kind == "H":
            break
        if kind == ")":
            opening = kinds.rfind("(", 0, position)
            if opening >= 0 and position - opening <= 4:
                position = opening - 1
                continue
            break
        if kind == ",":
            # "a high-stakes, closed-door meeting"
            if kinds[position - 1] == "w" and not items[position - 1].word.function and not items[position - 1].word.verbs and position + 1 < index:
                position -= 1
                continue
            break
        if kind != "w":
            break
        word, low = items[position].word, items[position].low
        if "owner" in word.function:
            before = clauses.group_at.get(position - 1)
            if before is not None and before.end == position:
                phrase.owner, phrase.start = before, before.start
                owner = sentence.name(before.members[-1])
                if owner is not None and owner.plural:
                    phrase.people = owner.text
                break
            if kinds[position - 1] in "T" and position >= 1:
                position -= 1
                continue
            if kinds[position - 1] == "w" and sentence.word(position - 1).people:
                phrase.people = items[position - 1].low
                position -= 2
                continue
            phrase.start = position
            break
        if "possessive" in word.function:
            phrase.pronoun, phrase.start, phrase.definite = low, position, True
            break
        if position in clauses.verb_at:
            break
        if word.scope:
            phrase.scope |= word.scope
        if "determiner" in word.function:
            if low in terms.definite:
                phrase.definite = True
            if low in terms.upcoming:
                phrase.scope.add("ahead")
            phrase.start = position
            position -= 1
            continue
        if word.function & {"preposition", "subordinator", "relative", "that", "to", "be", "have", "do", "will", "would", "may", "first_person"}:
            break
        if "and" in word.function:
            if sentence.word(position - 1).scope or (kinds[position - 1] == "w" and not sentence.word(position - 1).function and not sentence.word(position - 1).noun and position - 1 not in clauses.verb_at):
                position -= 1
                continue
            break
        if word.people:
            phrase.people = low
        phrase.start = position
        position -= 1
    phrase.end = _complements(clauses, index, phrase)
    return phrase


def _complements(clauses: Clauses, index: int, phrase: Phrase) -> int:
    """What follows the noun: its sides, where it leads, its time; returns the index after it."""
    sentence = clauses.sentence
    terms = sentence.terms
    kinds, items = sentence.kinds, sentence.items
    count = len(items)
    position = index + 1
    while position < count:
        kind = kinds[position]
        if kind in ';".':
            return position
        verb = clauses.verb_at.get(position)
        if verb is not None:
            if verb.form == "participle" and verb.noun >= 0 and phrase.participle is None and position - index <= 3:
                phrase.participle = verb
                position = verb.index + 1
                continue
            if verb.form == "ing" and verb.opener in terms.topics:
                position = verb.index + 1
                continue
            return position
        if kind == "w":
            word, low = items[position].word, items[position].low
            if "relative" in word.function:
                return position
            if "subordinator" in word.function and "preposition" not in word.function:
                return position
            if "preposition" in word.function:
                if low in terms.sides:
                    group, at = clauses.following(position + 1)
                    if group is not None:
                        stop = group.end
                        if low in terms.no_actor and not (low in terms.agent or _acts(sentence, group)):
                            position = stop
                            continue
                        if group.possessive and any(sentence.word(p).noun for p in range(stop, min(count, stop + 5))):
                            return position
                        phrase.sides.setdefault(low, group)
                        position = stop
                        continue
                    people = sentence.word(at)
                    if people.people and sentence.low(at + 1) in terms.of_whom:
                        position = at + 1
                        phrase.people = phrase.people or items[at].low if kinds[at] == "w" else phrase.people
                        continue
                elif low in terms.whereto and phrase.to < 0:
                    target = place_after(sentence, position + 1)
                    if target >= 0:
                        phrase.to = target
                        position = target + 1
                        continue
                elif low in terms.phrase_ends:
                    return position
            elif "subordinator" in word.function:
                return position
            elif "and" in word.function and kinds[position + 1:position + 2] not in ("", "T"):
                later = sentence.word(position + 1)
                if position + 1 in clauses.verb_at or later.noun:
                    return position
        elif kind == ",":
            following = kinds[position + 1:position + 2]
            if following in ("", "P", "h", "H"):
                return position
            if following == "w" and (position + 1 in clauses.verb_at or sentence.word(position + 1).function & {"relative", "and"}):
                return position
        position += 1
    return count


def _acts(sentence: Sentence, group: Group) -> bool:
    """Whether a group can hold a meeting "of" it: people, states, bodies."""
    return any(sentence.kinds[m] in "PSOH" for m in group.members)


def _governor(clauses: Clauses, index: int, phrase: Phrase) -> tuple[Verb | None, str, list[Verb]]:
    """What governs the noun: (verb, preposition between, verbs of which the noun is the subject)."""
    sentence = clauses.sentence
    kinds = sentence.kinds
    subject_of: list[Verb] = []
    for told in clauses.verbs:
        if told.noun == index and told.form != "participle" and told.first > index and (told.form not in ("infinitive", "ing") or told.governor in subject_of):
            subject_of.append(told)
    position = phrase.start - 1
    preposition = ""
    steps = 0
    while position >= 0 and steps < 30:
        steps += 1
        verb = clauses.verb_at.get(position)
        if verb is not None:
            if verb.form == "participle" and steps > 3:
                position = verb.first - 1
                continue
            return verb, preposition, subject_of
        kind = kinds[position]
        if kind in ';".':
            break
        if kind == "w":
            word = sentence.items[position].word
            if word.function & {"relative"}:
                break
            if "preposition" in word.function and not preposition:
                preposition = sentence.items[position].low
            elif "that" in word.function and preposition == "":
                break
            elif word.bears and not preposition:
                preposition = preposition or "of"
        elif kind == "," and not preposition:
            # a noun after a comma is no object of what stands before, unless it is one of a list
            if sentence.word(position - 1).noun or kinds[position - 1] in "PSOC":
                position -= 1
                continue
            break
        position -= 1
    if preposition:
        later = next((verb for verb in clauses.verbs if verb.first > index and verb.form not in ("infinitive", "ing", "participle") and not verb.relative), None)
        return later, preposition, subject_of
    return None, "", subject_of


def _bearing_nouns(clauses: Clauses, phrase: Phrase) -> set[str]:
    """"the possibility of talks", "plans for a visit", "an invitation to a meeting"."""
    sentence = clauses.sentence
    terms = sentence.terms
    found: set[str] = set()
    position = phrase.start - 1
    if sentence.kind(position) == "w" and "preposition" in sentence.word(position).function and sentence.low(position) in terms.bearing_links:
        for back in range(position - 1, max(-1, position - 3), -1):
            word = sentence.word(back)
            if word.bears and back not in clauses.verb_at:
                found.add(word.bears)
                break
    return found


def _frame(clauses: Clauses, index: int, noun: str, phrase: Phrase, remote: bool) -> Frame | None:
    sentence = clauses.sentence
    terms = sentence.terms
    verb, preposition, subject_of = _governor(clauses, index, phrase)
    kind = _KIND[noun]
    frame = Frame(kind, sentence.items[index].low, index, index + 1, f"noun:{noun}", preposition=preposition)
    frame.abstract = frame.word in terms.abstract_nouns
    frame.scope = set(phrase.scope)
    frame.many = "many" in phrase.scope
    frame.remote = remote or (noun == "call" and sentence.items[index].low not in terms.conversations)
    frame.spans = [(phrase.start, phrase.end)]
    frame.bears = _bearing_nouns(clauses, phrase)
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
                frame.negated = verb.negated
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
                frame.rule = f"object:{noun}"
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
            if margin and (met := _object_of(clauses, verb, index)) is not None:
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
        return _encounter(clauses, frame, phrase, left, joint_side, with_side, index, verb, governed)
    if kind == "visit":
        return _visit(clauses, frame, phrase, left, index, verb)
    if kind == "gathering":
        return _gathering(clauses, frame, phrase, left, joint_side, with_side, index, verb, governed)
    return _ceremony(clauses, frame, left, verb, index)


def _object_of(clauses: Clauses, verb: Verb | None, index: int) -> Group | None:
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


def _encounter(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], joint: Group | None, with_: Group | None, index: int,
               verb: Verb | None, governed: bool) -> Frame | None:
    sentence = clauses.sentence
    terms = sentence.terms
    low = sentence.items[index].low
    if low.startswith(terms.call_stems) and sentence.low(index + 1) in terms.not_a_call and not with_ and not joint:
        return None
    if low in terms.call_or_calls and not (phrase.scope or phrase.owner or phrase.pronoun or with_ or joint or phrase.dates or phrase.premods or phrase.definite or frame.rule.startswith("light")):
        return None
    pairs = [p for p in phrase.premods if sentence.kinds[p] in "JSPOC" and (sentence.kinds[p] not in "SC" or _paired(clauses, p))]
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
    held_by = [p for p in phrase.premods if _body(sentence, p) >= 0]
    if phrase.owner is not None and _body(sentence, phrase.owner.members[-1]) >= 0:
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
        body = _body(sentence, of.members[-1])
        if body >= 0:
            frame.kind, frame.body, frame.word = "gathering", body, "summit" if terms.leaders_named.search(phrase.people or sentence.name(of.members[-1]).text) else "conference"  # type: ignore[union-attr]
            frame.left = []
        return frame
    bodies = [p for p in phrase.premods if _body(sentence, p) >= 0]
    if bodies and (not left or phrase.people or low in terms.plain_meetings or sentence.name(bodies[0]).plural or any(sentence.low(p) in terms.ministerial for p in range(phrase.start, index))):  # type: ignore[union-attr]
        frame.kind, frame.body = "gathering", bodies[0]
        frame.word = "summit" if terms.leaders_named.search(phrase.people) else "conference"
        frame.rule += ":body"
        return frame
    if of is not None and _body(sentence, of.members[0]) >= 0:
        frame.kind, frame.body = "gathering", of.members[0]
        frame.word = "summit" if terms.leaders_named.search(phrase.people) else "conference"
        frame.rule += ":body"
        return frame
    if phrase.owner is not None and several(clauses, list(phrase.owner.members)):
        frame.left, frame.joint = list(phrase.owner.members), True
        frame.rule += ":owner"
        return frame
    told = _object_of(clauses, verb, index) if frame.preposition in terms.told_at or (verb is not None and verb.kind == "receive") else None
    if (told is not None and left and verb is not None and verb.kind not in ("say",)) or (told is not None and left and verb is not None and verb.lemma in terms.telling_verbs):
        frame.left, frame.right = left, list(told.members)
        frame.host = verb.kind == "receive"
        frame.rule += ":told"
        return frame
    if len(left) == 1 and frame.rule.startswith(("light", "attend")) and (name := sentence.name(left[0])) is not None and name.plural and not name.country and not name.actor_id:
        body = next((p for p in range(left[0] + 1, min(index, left[0] + 8)) if sentence.kinds[p] == "O" and _body(sentence, p) >= 0), -1)
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


def _paired(clauses: Clauses, index: int) -> bool:
    group = clauses.group_at.get(index)
    return group is not None and len(group.members) > 1 and (group.compound or group.end - 1 <= index + 4)


def _body(sentence: Sentence, index: int) -> int:
    """The index where it names an organisation or its members, -1 where it does not."""
    name = sentence.name(index)
    return index if name is not None and (name.actor_id or "").startswith("organisation:") else -1


def _visit(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], index: int, verb: Verb | None) -> Frame | None:
    sentence = clauses.sentence
    terms = sentence.terms
    low = sentence.items[index].low
    after = sentence.low(index + 1)
    target = phrase.to
    if target < 0 and after in terms.whereto_visit:
        target = place_after(sentence, index + 2)
    weak_noun = low in terms.lesser_visits
    by = phrase.side(terms.sides_by) or (phrase.side(terms.sides_whose) if low in terms.arrivals else None)
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
        group = _apposition(clauses, phrase)
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


def _gathering(clauses: Clauses, frame: Frame, phrase: Phrase, left: list[int], joint: Group | None, with_: Group | None, index: int,
               verb: Verb | None, governed: bool) -> Frame | None:
    sentence = clauses.sentence
    terms = sentence.terms
    low = sentence.items[index].low
    summit = sentence.items[index].word.noun == "summit"
    text_before = " ".join(sentence.low(p) for p in range(phrase.start, index))
    frame.word = "summit" if summit or terms.leaders_named.search(text_before) or terms.leaders_named.search(phrase.people) else "conference"
    body = next((p for p in phrase.premods if _body(sentence, p) >= 0), -1)
    owner = phrase.owner
    if body < 0 and owner is not None and _body(sentence, owner.members[-1]) >= 0:
        body, owner = owner.members[-1], None
    if body < 0:
        for preposition in terms.sides_body:
            group = phrase.sides.get(preposition)
            if group is not None and _body(sentence, group.members[0]) >= 0:
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
    paired = hyphened is not None or (len(pairs) > 1 and _paired(clauses, pairs[0])) or len(pairs) > 2
    if joint is not None:
        frame.right, frame.joint = list(joint.members), True
    elif with_ is not None:
        frame.right = list(with_.members)
        frame.left = list(owner.members) if owner is not None else left
        frame.owner = phrase.pronoun if owner is None and not left else ""
    elif paired:
        frame.left, frame.joint = pairs, True
    elif body < 0 and (of := phrase.side(terms.sides_whose)) is not None:
        frame.left, frame.joint = list(of.members), True
        if not several(clauses, frame.left) and len(of.members) < 2:
            frame.left = []
    elif owner is not None and several(clauses, list(owner.members)):
        frame.left, frame.joint = list(owner.members), True
    elif verb is not None and ((verb.kind in ("attend", "address") and governed) or frame.rule.startswith("light") or frame.preposition in terms.present_at or terms.margin_word.search(frame.preposition)):
        frame.left = [m for m in left if sentence.kinds[m] in "PhSH"]
        frame.joint = True
        frame.rule = f"{'attend' if verb.kind in ('attend', 'address') else 'beside'}:gathering"
        if verb.kind == "light" and not frame.preposition:
            frame.rule = "light:gathering"
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


def _bodies(clauses: Clauses, found: list[Frame]) -> list[Frame]:
    """Bodies that are themselves occasions ("the Belt and Road Forum", "attend APEC"), and bodies whose members meet."""
    sentence = clauses.sentence
    terms = sentence.terms
    made: list[Frame] = []
    used = {frame.body for frame in found}
    for index, kind in enumerate(sentence.kinds):
        if kind not in "OP" or index in used or _body(sentence, index) < 0 or sentence.low(index + 1) in ("-", "–"):
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


def _ceremony(clauses: Clauses, frame: Frame, left: list[int], verb: Verb | None, index: int) -> Frame | None:
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


def _signing_nouns(clauses: Clauses) -> list[Frame]:
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
