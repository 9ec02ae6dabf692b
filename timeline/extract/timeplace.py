"""When and where: the date and the place of a sentence that belong to a frame."""
from __future__ import annotations

from datetime import date

from timeline.extract.clauses import Clauses, Verb
from timeline.extract.frame import Frame, front, reach
from timeline.extract.grammar import Grammar
from timeline.extract.modality import ahead
from timeline.extract.sentence import WHERE, Sentence
from timeline.extract.terms import Terms
from timeline.mentions import DateMention
from timeline.model import Place
from timeline.when import Precision, When

NEAR, FAR, STATEMENT = 58.0, 24.0, 150.0  # costs up to which a date still belongs to its frame
_CLOSE_BY = 80  # characters from a length within which a word tells that the occasion ends


def verb_of(clauses: Clauses, index: int) -> Verb | None:
    """The verb in whose clause an item stands: the nearest whose reach holds it."""
    best: tuple[int, Verb] | None = None
    for verb in clauses.verbs:
        if front(clauses, verb) <= index < reach(clauses, verb):
            distance = abs(index - verb.index) + (6 if index < verb.first else 0)
            if verb.subject is not None and any(verb.subject.end <= other.first < index < verb.first for other in clauses.verbs):
                distance += 12  # "A, who met B on Tuesday, said": between subject and verb a clause with a verb of its own
            if best is None or distance < best[0]:
                best = (distance, verb)
    return best[1] if best else None


def date_of(clauses: Clauses, frame: Frame, found: list[Frame], dateline: tuple[int, int], published: date) -> tuple[DateMention | None, str]:
    """The date that belongs to the frame, and how: `sentence`, or `statement` where it is the day of somebody's saying."""
    sentence = clauses.sentence
    terms = sentence.terms
    best: tuple[float, DateMention, str] | None = None
    own = _before_when(clauses, frame)
    left = first_times(clauses)
    later = frame.verb is not None and frame.verb.form == "ing" and frame.rule.startswith("verb") and frame.verb.opener.endswith(terms.counted_from) and " " in frame.verb.opener
    for index, kind in enumerate(sentence.kinds):
        if kind != "T":
            continue
        mention = sentence.when(index)
        if mention is None or mention.when is None or index in left or (dateline[0] <= mention.start and mention.end <= dateline[1]):
            continue
        if _day_of_undoing(frame, index) and sentence.low(index - 1) not in terms.new_time \
                and min(mention.when.first, mention.other.first if mention.other is not None else mention.when.first) <= published:
            continue
        after = sentence.text[mention.end - sentence.start:mention.end - sentence.start + 14]
        if terms.named_day.match(after):
            continue
        if ahead(frame, terms) and terms.part_of_day.fullmatch(mention.text):
            continue  # "They are to meet A in the morning": of a day told before
        since = next((p for p in range(index - 1, max(-1, index - 9), -1) if sentence.low(p) in terms.since), -1)
        if since >= 0 and index != own and not (since < frame.first < index and since < index - 1):
            continue  # the first time "since June" tells of another time
        cost, how = (0.0, "sentence") if index == own else _cost(clauses, frame, found, index)
        if later and not frame.spans[0][0] <= index < frame.spans[0][1]:
            cost += NEAR + FAR  # "flew to C on Monday, days after visiting D"
        if mention.when.precision is Precision.YEAR and cost > 12:
            cost += 12
        if sentence.low(index - 1) in terms.deadline and index != own and "owner" not in sentence.word(index + 1).function and (not frame.rule.startswith("verb") or verb_of(clauses, index) is not frame.verb):
            cost += FAR + NEAR  # "a deal by the end of the year" is to be done until then
        if best is None or cost < best[0]:
            best = (cost, mention, how)
    if best is None:
        return None, ""
    limit = STATEMENT if best[2] == "statement" else FAR if frame.anaphor else NEAR
    if best[2] == "statement" and ahead(frame, terms):
        return None, ""
    if best[0] > limit or (best[2] == "statement" and frame.tense not in ("past", "noun", "ing", "progressive")):
        return None, ""
    return best[1], best[2]


def _day_of_undoing(frame: Frame, index: int) -> bool:
    """Whether a date tells when an occasion was called off or put off, and not when it was to be: "was called off on Monday",
    "on Monday called off his visit"."""
    verb = frame.verb
    if verb is None or verb.kind not in ("cancel", "postpone"):
        return False
    return frame.last <= verb.index < index or (verb.index < frame.first and 0 <= verb.first - index <= 2)


def told_of_undone(frame: Frame, index: int) -> bool:
    """Whether a date belongs to what was called off, by its place: in the noun phrase, or behind the verb that tells of it."""
    verb = frame.verb
    within = bool(frame.spans) and frame.spans[0][0] <= index < frame.spans[0][1]
    return within or (verb is not None and verb.kind in ("cancel", "postpone", "occur", "light") and index > verb.index)


def _before_when(clauses: Clauses, frame: Frame) -> int:
    """"since January 2020, when A visited C": the item of the time that the "when" stands for, -1 where there is none."""
    sentence = clauses.sentence
    verb = frame.verb
    if verb is None or verb.opener not in sentence.terms.when:
        return -1
    at = next((p for p in range(verb.first - 1, max(-1, verb.first - 8), -1) if sentence.low(p) == verb.opener), 0)
    at -= 2 if sentence.kind(at - 1) == "," else 1
    return at if at >= 0 and sentence.kinds[at] == "T" else -1


def _cost(clauses: Clauses, frame: Frame, found: list[Frame], index: int) -> tuple[float, str]:
    sentence = clauses.sentence
    terms = sentence.terms
    cost = 999.0
    for number, (first, last) in enumerate(frame.spans):
        if first <= index < last:
            distance = max(0, index - frame.last) if index >= frame.last else frame.first - index
            cost = min(cost, 7.0 * number + 0.5 * distance)
    if frame.preposition in terms.apart and not (frame.spans and frame.spans[0][0] <= index < frame.spans[0][1]):
        cost += 12 if frame.preposition in terms.sequel else 60  # "met on Thursday ahead of the summit"
    if not _noun_phrase(frame, index):
        way = frame.verb.governor if frame.verb is not None else None
        if way is not None and way.kind == "leave" and frame.verb is not None and way.index < index < frame.verb.first:
            cost += FAR + NEAR  # "left on Monday to attend a summit"
        if "determiner" in sentence.word(index - 1).function and (at := _occasion_after(clauses, index)) >= 0 and not frame.first <= at < frame.last:
            cost += NEAR  # "met to discuss the June summit's decisions"
        spoken = index - 1 if sentence.low(index - 1) in terms.says_in or sentence.kind(index - 1) != "w" or "preposition" not in sentence.word(index - 1).function else index - 2
        if sentence.low(spoken) in terms.says_in:
            return cost + 45, "statement"  # "spoke of the summit in an interview last week"
    for other in found:
        if other is not frame and other.spans and not (other.first < frame.last and frame.first < other.last):
            first, last = other.spans[0]
            inside = first <= index < last and not (frame.spans and frame.spans[0][0] <= index < frame.spans[0][1])
            between = frame.last <= other.first < index or index < other.first < frame.first
            if inside and other.kind != "visit" and between:
                cost += 14
            elif between:
                cost += 5
    if cost < 900:
        say = verb_of(clauses, index)
        if say is not None and "say" in say.roles and say is not frame.verb and not _noun_phrase(frame, index) and say.kind in ("say", "plan", "tell"):
            return cost + 45, "statement"
        if _homeward(frame, say, terms, index):
            return cost + FAR + NEAR, "sentence"
        if say is not None and say.relative and say is not frame.verb and not _noun_phrase(frame, index):
            cost += 25  # "A, who arrived on Monday, met B": Monday is the relative clause's
        if say is not None and say is frame.verb and say.kind == "say":
            beside = frame.spans[0][0] <= index < frame.spans[0][1]  # "said after talks in C on Friday": of both
            return cost + (12 if beside else 30), "statement"
        return cost, "sentence"
    say = verb_of(clauses, index)
    low, high = min(index, frame.first), max(index, frame.last)
    marks = sum(1 for p in range(low, high) if sentence.kinds[p] in ';"')
    verbs = sum(1 for v in clauses.verbs if low < v.first < high and v is not frame.verb and v.form not in ("infinitive", "participle"))
    cost = 30 + 0.8 * (high - low) + 22 * marks + 20 * verbs
    if _homeward(frame, say, terms, index):
        cost += FAR + NEAR
    if frame.preposition in terms.prelude_of_verb:
        cost += NEAR  # "spoke today in advance of the summit"
    if say is not None and "say" in say.roles and say is not frame.verb:
        return cost + 35, "statement"
    if say is not None and say is not frame.verb and say.form == "past" and not say.passive and ahead(frame, terms) and not frame.anaphor:
        cost += FAR  # "left for C on Monday, after which he will go to D"
    return cost, "sentence"


def _homeward(frame: Frame, verb: Verb | None, terms: Terms, index: int) -> bool:
    """Whether a date is that of the way home: "will go to C before returning on Friday"."""
    return verb is not None and verb is not frame.verb and verb.form == "ing" and verb.lemma in terms.homeward and frame.first < verb.index < index


def _occasion_after(clauses: Clauses, index: int) -> int:
    """The occasion that a date before it belongs to: "the June summit", "the 2025 APEC summit"; -1 where there is none."""
    sentence = clauses.sentence
    for position in range(index + 1, index + 4):
        word = sentence.word(position)
        if sentence.kind(position) in "OJ" or (sentence.kind(position) == "w" and not word.function and not word.noun and not word.verbs):
            continue
        return position if sentence.kind(position) == "w" and word.noun and position not in clauses.verb_at else -1
    return -1


def _noun_phrase(frame: Frame, index: int) -> bool:
    return bool(frame.spans) and frame.spans[0][0] <= index < (frame.spans[0][1] if frame.tense == "noun" else frame.first)


def first_times(clauses: Clauses) -> dict[int, When]:
    """Times that an occasion was moved away from, by the index of their item, where another is told: "originally planned for Friday,
    will be held on Monday", "on Monday instead of Friday"."""
    sentence, terms = clauses.sentence, clauses.sentence.terms
    if sentence.kinds.count("T") < 2:
        return {}
    told = {index: mention.when for index, kind in enumerate(sentence.kinds)
            if kind == "T" and (mention := sentence.when(index)) is not None and mention.when is not None}
    first = {}
    for index, when in told.items():
        at = next((p for p in range(index - 1, max(-1, index - 5), -1) if sentence.low(p) in terms.originally), -1)
        if not terms.in_place_of.isdisjoint((sentence.low(index - 1), f"{sentence.low(index - 2)} {sentence.low(index - 1)}")) or (
                at >= 0 and not _of_another_thing(clauses, at - 1)):
            first[index] = when
    return first if len(first) < len(told) else {}


def _of_another_thing(clauses: Clauses, index: int) -> bool:
    """"a report originally due on Friday": what the word at `index` names is no occasion."""
    word = clauses.sentence.word(index)
    return clauses.sentence.kind(index) == "w" and not word.noun and not word.function and index not in clauses.verb_at


def moved_from(clauses: Clauses, frame: Frame, found: list[Frame], when: When) -> When | None:
    """The time that the occasion of this frame was moved away from to `when`, where the sentence tells one; of several
    occasions it is that of the nearest."""
    for index, old in first_times(clauses).items():
        costs = [_cost(clauses, one, found, index)[0] for one in found]
        if not old.overlaps(when) and frame is found[costs.index(min(costs))]:
            return old
    return None


def nearer_ahead(mention: DateMention, published: date) -> When | None:
    """The reading of a time that lies ahead, where tense alone had decided for the one before."""
    if mention.when is not None and mention.other is not None and mention.when.last < published <= mention.other.first:
        return mention.other
    return mention.when


def moved(clauses: Clauses, published: date) -> tuple[When, When | None] | None:
    """"postponed from Monday to Friday", "moved to 4 January": the new time, and the old one where it is told."""
    sentence = clauses.sentence
    terms = sentence.terms
    if not terms.moved.search(sentence.text):
        return None
    new: When | None = None
    old: When | None = None
    for index, kind in enumerate(sentence.kinds):
        mention = sentence.when(index) if kind == "T" else None
        if mention is None or mention.when is None:
            continue
        when = nearer_ahead(mention, published) or mention.when
        before = sentence.low(index - 1) if sentence.low(index - 1) not in terms.article else sentence.low(index - 2)
        verb = verb_of(clauses, index)
        if before in terms.until and (verb is None or verb.kind not in ("postpone", "move")):
            verb = next((v for v in reversed(clauses.verbs) if v.index < index), verb)
        shifts = verb is not None and (verb.kind in ("postpone", "move"))
        if shifts and before in terms.origin and when.exact and when.length > 1:
            old, new = When.day(when.first), When.day(when.last)  # "moved from November 20 to December 4" is no stretch of days
            continue
        if before in terms.origin and shifts:
            old = mention.when
        elif before in terms.moved_to and shifts:
            new = when
        elif verb is not None and verb.kind == "plan" and before in terms.for_or_on:
            old = old or mention.when
    return (new, old) if new is not None else None


def length_of(clauses: Clauses, frame: Frame) -> tuple[int | None, bool]:
    """How many days a "two-day visit" or one "for a week" lasts, and whether the sentence dates its end ("wraps up")."""
    sentence = clauses.sentence
    terms = sentence.terms
    if frame.verb is not None and frame.verb.lemma in terms.ongoing_verbs:
        return None, False  # "continued a six-day tour on Sunday": neither its first day nor its last
    for index, kind in enumerate(sentence.kinds):
        if kind != "U" or abs(index - frame.first) > 12:
            continue
        low, high = min(index, frame.first), max(index, frame.first)
        if any(low < verb.first < high and verb is not frame.verb and verb.form in ("past", "present", "future") and not verb.relative for verb in clauses.verbs):
            continue  # "left on a two-day visit, after which he will go to C"
        mention = sentence.when(index)
        if mention is None or not mention.days or not 1 < mention.days <= 31:
            continue
        if frame.kind != "visit" and any(sentence.word(p).noun == "visit" and p != frame.first for p in range(index + 1, index + 4)):
            continue  # the visit lasts so long, not the meeting on it
        after = sentence.text[mention.end - sentence.start:mention.end - sentence.start + 40]
        if terms.lasts.match(after) or (frame.kind == "visit" and sentence.low(index - 1) in terms.purpose and after[:1] in ".,"):
            first = sentence.items[low].start - sentence.start
            return mention.days, terms.closing.search(sentence.text, max(0, first - _CLOSE_BY), min(len(sentence.text), first + _CLOSE_BY)) is not None
    return None, False


def point(sentence: Sentence, index: int) -> Place | None:
    """The place that the name at an index stands for: a city, or a state."""
    name = sentence.name(index)
    if name is None:
        return None
    return name.place or (Place(None, name.country) if name.country else None)


def place_of(clauses: Clauses, frame: Frame, words: Grammar, dateline_place: Place | None, lead: bool) -> Place | None:
    """The place named with the trigger: "in Astana", "at the Kremlin", nearest first; else the dateline's for the lead."""
    sentence = clauses.sentence
    terms = sentence.terms
    taken = set(frame.left) | set(frame.right)
    best: tuple[float, int] | None = None
    for index, kind in enumerate(sentence.kinds):
        if kind not in "SCL" or (index in taken and kind == "S"):
            continue
        position = index - 1
        steps = 0
        while steps < 5 and position >= 0 and sentence.kinds[position] in "wJUC" and sentence.low(position) not in terms.place_prepositions and (
                (sentence.word(position).function <= {"determiner", "possessive", "adverb", "preposition"} and not sentence.word(position).noun) or sentence.low(position) in terms.owner_mark):
            position -= 1
            steps += 1
        inside = frame.spans and frame.spans[0][0] <= index < frame.first and kind in "CL" and frame.kind in ("gathering", "encounter")
        if inside:
            cost = 3.0
        else:
            led = frame.host and sentence.low(position) in terms.goal and position == max(frame.right, default=-2) + 1  # "welcomed B to C"
            if sentence.kinds[position] != "w" or not (led or sentence.low(position) in terms.place_prepositions):
                continue
            if kind == "S" and sentence.low(position) in terms.venue and (name := sentence.name(index)) is not None and name.possessive \
                    and sentence.kind(index + 1) == "w" and sentence.low(index + 1) not in words.venues:
                continue  # "at Russia's request"
            if sentence.low(position) in terms.on and not terms.island.search(sentence.low(index)):
                continue  # "a session on Gaza" is no session in it
            before = position - 1
            if sentence.kind(before) == "w":
                word = sentence.word(before)
                plain = not word.function and not word.noun and not word.adjective and before not in clauses.verb_at and not word.people
                if sentence.low(before) in words.trouble or (kind == "S" and plain and sentence.low(before) not in words.venues and not sentence.low(before).endswith(terms.adverb_endings)):
                    continue  # "the war in Gaza" is what they spoke of, not where
            span = next((n for n, (first, last) in enumerate(frame.spans) if first <= index < last), None)
            if span is None:
                continue
            cost = 8.0 * span + 0.5 * (index - frame.last if index >= frame.last else frame.first - index + 3)
            verb = verb_of(clauses, index)
            if verb is not None and "say" in verb.roles and verb is not frame.verb:
                cost += 25
        if kind == "S":
            cost += 6
        if best is None or cost < best[0]:
            best = (cost, index)
    if best is not None and best[0] < 40:
        return point(sentence, best[1])
    there = _where_place(clauses, frame)
    if there >= 0:
        return point(sentence, there)
    if dateline_place is not None and lead:
        return dateline_place
    return None


def _where_place(clauses: Clauses, frame: Frame) -> int:
    """"left for C, where he will attend the summit": C, -1 where no such place is told."""
    sentence = clauses.sentence
    terms = sentence.terms
    verb = frame.verb
    for _ in range(4):  # "where he will try to attend"
        if verb is None or verb.opener in terms.where:
            break
        verb = verb.governor
    if verb is None or verb.opener not in terms.where:
        return -1
    at = next((p for p in range(verb.first - 1, max(-1, verb.first - 10), -1) if sentence.low(p) in terms.where), 0)
    at -= 2 if sentence.kind(at - 1) == "," else 1
    return at if at >= 0 and sentence.kinds[at] in WHERE else -1


def without_containers(places: list[Place]) -> list[Place]:
    """"Busan, South Korea" is one place: a country that follows its own city goes."""
    kept: list[Place] = []
    for place in places:
        if kept and place.name is None and kept[-1].country == place.country:
            continue
        if place.name is not None and any(k.name is None and k.country == place.country for k in kept[-1:]):
            kept.pop()
        kept.append(place)
    return kept
