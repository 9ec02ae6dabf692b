"""A frame, and what all rules for frames share: the stretch of words that belongs to a verb, and the places it leads to."""
from __future__ import annotations

from dataclasses import dataclass, field

from timeline.extract.clauses import Clauses, Verb
from timeline.extract.sentence import WHERE, Sentence


@dataclass(slots=True)
class Frame:
    """One mention of an occasion. `kind` is encounter, call, visit, gathering, signing or ceremony; `word` the trigger.

    `first` up to `last` are the items of the trigger. `left` and `right` are indices of the parties of the two sides;
    `joint` says that all named take part together, `host` that the left side receives the right. `to` are the places
    gone to, `body` the organisation that holds a gathering. `spans` are the stretches of items in which a date or a
    place belongs to this occasion, nearest first. `bears` is what governs it: plan, wish, refuse, cancel, postpone, move,
    purpose. `tense` is past, present, future, infinitive, ing, progressive or noun.
    """

    kind: str
    word: str
    first: int
    last: int
    rule: str
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    joint: bool = False
    host: bool = False
    to: list[int] = field(default_factory=list)
    body: int = -1
    body_anaphor: bool = False  # "the alliance": the body that was named before
    named_place: bool = False  # a gathering of many known by its place and day alone
    tense: str = "noun"
    owner: str = ""  # "his", "their": the possessive that stands for a side
    anaphor: bool = False  # "the talks": speaks of an occasion told elsewhere
    spans: list[tuple[int, int]] = field(default_factory=list)
    bears: set[str] = field(default_factory=set)
    scope: set[str] = field(default_factory=set)
    verb: Verb | None = None
    abstract: bool = False  # "negotiations": a noun that often tells of no one occasion
    remote: bool = False
    said: bool = False  # governed by a verb of saying
    preposition: str = ""  # "after", "during": how the occasion is told beside something else
    perfect: bool = False
    many: bool = False  # three or more parties by its own word
    negated: bool = False
    date_open: bool = False  # "no date is set for the talks": they have no time unless one stands beside them
    closing: bool = False  # "was set to close on Saturday": the date is its last day


def reach(clauses: Clauses, verb: Verb) -> int:
    """The index after the last item that belongs to a verb: up to the next clause, purposes ("to discuss") included."""
    if verb.reach < 0:
        verb.reach = _reach(clauses, verb)
    return verb.reach


def _reach(clauses: Clauses, verb: Verb) -> int:
    sentence = clauses.sentence
    terms = sentence.terms
    kinds = sentence.kinds
    position = verb.index + 1
    count = len(kinds)
    while position < count:
        kind = kinds[position]
        if kind == ";" and kinds[position - 1] in WHERE and any(k in WHERE for k in kinds[position + 1:position + 3]):
            position += 1
            continue  # "Accra, Ghana; Lusaka, Zambia"
        if kind in ';"':
            return position
        other = clauses.verb_at.get(position)
        if other is not None and other is not verb:
            if other.form == "infinitive" and ("purpose" in other.bears or other.governor is verb):
                position = other.index + 1
                continue
            if other.form == "participle" or (other.form == "past" and other.subject is None and kinds[other.first - 1] in ",") or (sentence.low(other.first - 1) in terms.denial and other.first - 1 not in clauses.verb_at) or (other.form == "ing" and other.opener in terms.purposes):
                position = other.index + 1
                continue
            return _before_subject(clauses, other, verb.index + 1)
        if kind == "w":
            word = sentence.items[position].word
            if word.function & {"relative"} or ("that" in word.function and "say" in verb.roles):
                return position
            if word.function & {"subordinator"} and position > verb.index + 1:
                return position
            if sentence.items[position].low in terms.verb_marks:
                return position
        position += 1
    return count


def _before_subject(clauses: Clauses, verb: Verb, least: int) -> int:
    """Where the clause of the next verb begins: its subject's start where it has one of its own."""
    if verb.subject is not None and least < verb.subject.start < verb.first:
        start = verb.subject.start
        while start > least and clauses.sentence.kinds[start - 1] in "w" and clauses.sentence.word(start - 1).function & {"and", "determiner", "subordinator", "that"}:
            start -= 1
        return start
    return verb.first


def front(clauses: Clauses, verb: Verb) -> int:
    """Where the clause of a verb begins, fronted phrases included ("On Friday, A met B")."""
    if verb.front < 0:
        verb.front = _front(clauses, verb)
    return verb.front


def _front(clauses: Clauses, verb: Verb) -> int:
    sentence = clauses.sentence
    start = min(verb.subject.members) if verb.subject is not None and verb.subject.start < verb.first else verb.first
    position = start - 1
    while position >= 0:
        kind = sentence.kinds[position]
        if kind in ';".' or position in clauses.verb_at:
            return position + 1
        if kind == "w" and sentence.items[position].word.function & {"relative", "that"}:
            return position + 1
        if kind == "w" and "subordinator" in sentence.items[position].word.function and "preposition" not in sentence.items[position].word.function:
            return position + 1
        position -= 1
    return 0


def destinations(sentence: Sentence, index: int) -> list[int]:
    """The places coordinated from `index` on: "Vietnam, Japan and Singapore"; "Busan, South Korea" is one place."""
    terms = sentence.terms
    found: list[int] = []
    position = index
    count = len(sentence.items)
    gap = 0
    while position < count:
        kind = sentence.kinds[position]
        if kind in WHERE:
            found.append(position)
            gap = 0
        elif kind in ",();" or (kind == "w" and sentence.items[position].low not in terms.list_breakers and (sentence.items[position].word.function & {"and", "determiner"} or sentence.items[position].low in terms.list_links)):
            gap += 1
            if gap > 4 or (kind == "w" and sentence.items[position].low in terms.possession and not found):
                break
        else:
            break
        position += 1
    return found


def place_after(sentence: Sentence, index: int, most: int = 8) -> int:
    """Index of the place that a preposition before `index` takes, -1 where none follows soon."""
    terms = sentence.terms
    for position in range(index, min(len(sentence.items), index + most)):
        kind = sentence.kinds[position]
        if kind in WHERE:
            following = sentence.kind(position + 1)
            if kind == "S" and (following == "P" or _names_occasion(sentence, position + 1)):
                return -1
            return position
        if kind == "J":
            continue
        if kind != "w":
            return -1
        word = sentence.items[position].word
        if word.function and not word.function & {"determiner", "possessive", "adverb"} and sentence.items[position].low not in terms.possession:
            return -1
    return -1


def _names_occasion(sentence: Sentence, index: int) -> bool:
    """Whether what stands before `index` tells of which occasion somebody goes to: "to the Ukraine peace summit"."""
    for position in range(index, index + 3):
        if sentence.kind(position) != "w" or sentence.word(position).function or (sentence.word(position).verbs and not sentence.word(position).noun):
            return False
        if sentence.word(position).noun in ("summit", "conference"):
            return True
    return False


def several(clauses: Clauses, members: list[int]) -> bool:
    """Whether parties are more than one: coordinated, plural, or a plural pronoun."""
    if len(members) > 1:
        return True
    if not members:
        return False
    if clauses.sentence.kinds[members[0]] == "H":
        return True
    name = clauses.sentence.name(members[0])
    return name is not None and name.plural


def tense_of(clauses: Clauses, verb: Verb) -> str:
    """The form of a verb. An -ing has the time of the verb beside it: "the leaders, meeting in C from Thursday, will try again" is
    still to come, "flew to C before heading to D" is over."""
    if verb.form == "ing" and not verb.opener and verb.subject is not None:
        main = next((v for v in clauses.verbs if v.index > verb.index and v.subject is verb.subject), None)
        if main is not None and main.form == "future" and main.modal == "will":
            return "future"
    if verb.form == "ing" and verb.opener in clauses.sentence.terms.background_openers and verb.governor is not None and verb.governor.form == "past":
        return "past"
    return verb.form


def frame_of(clauses: Clauses, verb: Verb, kind: str, word: str, rule: str) -> Frame:
    """The frame that a verb gives, with the time of its clause; `word` and `rule` say what told it."""
    terms = clauses.sentence.terms
    end = reach(clauses, verb)
    made = Frame(kind, word, verb.first, verb.index + 1, rule, tense=tense_of(clauses, verb), verb=verb, bears=set(verb.bears), perfect=verb.perfect)
    made.spans = [(verb.first, end), (front(clauses, verb), verb.first)]
    if verb.opener in terms.meanwhile:  # "In December the issue came up when A visited C": the time of both
        main = next((v for v in clauses.verbs if v.index < verb.first and not v.relative and v is not verb), None)
        if main is not None:
            made.spans.append((front(clauses, main), main.first))
    if verb.opener in terms.where:  # "is in Berlin on Friday, where B will receive him": its place and its day
        main = next((v for v in reversed(clauses.verbs) if v.index < verb.first and v.opener not in terms.where), None)
        if main is not None:
            made.spans += [(main.first, reach(clauses, main)), (front(clauses, main), main.first)]
    made.negated = verb.negated
    made.said = bool(verb.governor and "say" in verb.governor.roles)
    return made
