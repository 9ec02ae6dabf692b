"""The sentences of an article, one by one: each frame finds its parties, its time, its place and its status, and becomes drafts."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from timeline.dateline import Dateline, find_dateline
from timeline.extract.clauses import Clauses
from timeline.extract.drafts import Draft
from timeline.extract.frame import Frame
from timeline.extract.grammar import Grammar
from timeline.extract.memory import Memory
from timeline.extract.modality import ahead, refusal, status_of
from timeline.extract.occasions import Occasions
from timeline.extract.participants import Parties, country_of
from timeline.extract.sentence import Sentence
from timeline.extract.timeplace import (
    date_of,
    length_of,
    moved,
    moved_from,
    nearer_ahead,
    place_of,
    point,
    told_of_undone,
)
from timeline.gazetteer import Gazetteer
from timeline.mentions import DateMention, NameMention
from timeline.model import Article, EventType, Participant, Place, Status
from timeline.outlet import home_of
from timeline.when import When

_ANAPHOR = {"call": EventType.CALL, "visit": EventType.VISIT, "gathering": EventType.SUMMIT}
_LONGEST = 750  # days: a decade or a century dates no occasion
_LATELY = 2  # days that a journey told with its first day may still go on
_NEWS = 3  # sentences, the headline beside them, that tell the day of the news
_LEAD = 4  # sentences in which what has no place of its own is where the report comes from


@dataclass(slots=True)
class _Time:
    """When a frame's occasion was or will be, and how that is known."""

    mention: DateMention | None  # the date that belongs to the frame
    when: When | None
    status: Status
    dated_by: str
    former: When | None = None  # what it was moved away from
    inside: bool = False  # the date stands in the noun phrase: "Friday's summit"


@dataclass(slots=True)
class Reader:
    """Reads the sentences of one article in order and remembers who and what it was about."""

    article: Article
    gazetteer: Gazetteer
    words: Grammar
    published: date
    anchor: date = date.min  # what relative expressions are reckoned from: the dateline's day, else that of publication
    dateline: Dateline | None = None
    dateline_place: Place | None = None
    lead_day: date | None = None  # the day, of the last seven, that its first sentences tell
    dateline_start: int = -1  # offsets in the article's text
    dateline_end: int = -1
    memory: Memory = field(init=False)
    parties: Parties = field(init=False)
    occasions: Occasions = field(init=False)
    declined: list[tuple[int, Frame, str]] = field(default_factory=list)  # sentence, frame, and why it makes no event
    spoken_of: list[tuple[int, list[Participant]]] = field(default_factory=list)  # sentence, and who would take part in what is only proposed
    previous: list[Draft] = field(default_factory=list)  # drafts of the sentence before

    def __post_init__(self) -> None:
        self.memory = Memory(self.words, home_of(self.article, self.gazetteer))
        self.parties = Parties(self.article.text, self.published, self.gazetteer, self.words)
        self.anchor = self.published
        for paragraph in self.article.paragraphs[:3]:
            line = find_dateline(paragraph, self.published)
            if line is not None:
                if line.when is not None and abs((line.when.first - self.published).days) <= 7:
                    self.anchor = line.when.first
                self.dateline = line
                self.dateline_start = self.article.text.find(paragraph)
                self.dateline_end = self.dateline_start + line.end
                place = line.place_text.split("/")[0].split(",")[0].strip()
                self.dateline_place = self.gazetteer.place(place.title() if place.isupper() else place)
                break
        self.occasions = Occasions(self.parties, self.memory, self.dateline_place)

    def in_zone(self, when: When, place: Place | None) -> When:
        """A clock time that names no zone is that of the place; where none is told (of a call, say) of where the report was
        written, else of the outlet. An outlet in UTC tells nothing: that is what stands where nobody said."""
        if when.time is None or when.time_zone is not None:
            return when
        where = place or self.dateline_place
        if where is not None:
            return replace(when, time_zone=self.gazetteer.zone_at(where))
        return when if self.article.time_zone == "UTC" else replace(when, time_zone=self.article.time_zone)

    def two_parties(self) -> list[Participant]:
        """The two states or bodies that the article speaks of most, where there are two."""
        return self.parties.all_of(self.memory.two_states())

    def notice_day(self, number: int, dates: Sequence[DateMention]) -> None:
        """Take in the day that one of the first sentences tells; the dateline's own is not told of anything."""
        if self.lead_day is not None or number > _NEWS:
            return
        for mention in dates:
            when = mention.when
            if when is not None and when.exact and when.length == 1 and 0 <= (self.published - when.first).days <= 7 \
                    and not (self.dateline_start <= mention.start and mention.end <= self.dateline_end):
                self.lead_day = when.first
                return

    def pass_over(self, sentence: Sentence, names: Sequence[NameMention]) -> None:
        """Take in who is named in a sentence that tells of no occasion."""
        self.memory.notice(sentence, names)

    def read(self, clauses: Clauses, found: list[Frame]) -> list[Draft]:
        """The drafts of the next sentence, of which `found` are the frames; what gives none is declined with its reason."""
        drafts: list[Draft] = []
        self.memory.listen(clauses.sentence)
        for frame in found:
            outcome = self._draft(clauses, frame, found)
            if isinstance(outcome, str):
                self.declined.append((clauses.sentence.number, frame, outcome))
                self._keep_spoken_of(clauses.sentence, frame)
            else:
                drafts += outcome
        if not found and (again := self._set_again(clauses) or self._told_when(clauses)) is not None:
            drafts.append(again)
        _share_date(drafts, clauses)
        _attend(drafts, clauses.sentence)
        drafts = self._elliptical(clauses.sentence, drafts)
        self.memory.remember(clauses, found)
        if drafts:
            self.previous = drafts
        return drafts

    def _set_again(self, clauses: Clauses) -> Draft | None:
        """"The visit was planned for May. It was then set for June and called off": the occasion of the sentence before, moved again."""
        sentence = clauses.sentence
        last = self.previous[-1] if self.previous else None
        if last is None or not last.once_planned or last.sentence != sentence.number - 1 or sentence.low(0) not in sentence.terms.thing_pronoun:
            return None
        verb = next((v for v in clauses.verbs if v.kind in ("plan", "move", "postpone") and v.form == "past"), None)
        at = sentence.kinds.find("T", verb.index) if verb is not None else -1
        mention = sentence.when(at) if at >= 0 else None
        if mention is None or mention.when is None:
            return None
        return replace(last, when=mention.when, start=sentence.start, end=sentence.end, sentence=sentence.number)

    def _told_when(self, clauses: Clauses) -> Draft | None:
        """"A summit of the two was announced. It will take place in C on Monday": the undated occasion of the sentence before."""
        sentence = clauses.sentence
        last = self.previous[-1] if self.previous else None
        if last is None or last.when is not None or last.anaphor or last.sentence != sentence.number - 1 or sentence.low(0) not in sentence.terms.thing_pronoun:
            return None
        verb = next((v for v in clauses.verbs if v.kind in ("occur", "plan", "light") and not v.negated and not v.bears & {"wish", "refuse", "cancel", "postpone"}), None)
        at = sentence.kinds.find("T", verb.index) if verb is not None and verb.first <= 2 else -1
        mention = sentence.when(at) if at >= 0 else None
        if verb is None or mention is None or mention.when is None:
            return None
        done = verb.form == "past" and verb.kind != "plan" and not verb.bears & {"plan"}
        when = mention.when if done else nearer_ahead(mention, self.published) or mention.when
        city = sentence.kinds.find("C", verb.index)
        place = last.place or (point(sentence, city) if city >= 0 else None)
        return replace(last, when=when, status=Status.HELD if done and when.first <= self.published else Status.PLANNED, dated_by="sentence",
                       place=self.parties.place(place) if place is not None else None, start=sentence.start, end=sentence.end, sentence=sentence.number)

    def _keep_spoken_of(self, sentence: Sentence, frame: Frame) -> None:
        """Talks that are only proposed: who would take part in them, should a later sentence date "the talks"."""
        if frame.kind not in ("encounter", "gathering"):
            return
        parties = self.parties.all_of([*self.memory.members(sentence, frame.left, frame.right), *self.memory.members(sentence, frame.right, frame.left)])
        if len({country_of(p) for p in parties}) >= 2:
            self.spoken_of.append((sentence.number, parties))

    def _elliptical(self, sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
        """"They will meet in Minsk on November 23. Then at a summit of the CSTO." The second names what the first told."""
        terms = sentence.terms
        if not (self.previous and len(drafts) == 1 and drafts[0].organisation and drafts[0].when is None and not drafts[0].participants
                and terms.elliptical.match(terms.elliptical_break.split(sentence.text[:12])[0])):
            return drafts
        body = drafts[0]
        for told in self.previous:
            if told.sentence == sentence.number - 1 and told.type is EventType.MEETING and not told.weak:
                told.type, told.organisation = body.type, body.organisation
                told.place = told.place or body.place
                return []
        return drafts

    def _diplomatic(self, sentence: Sentence, frame: Frame) -> bool:
        """Whether the body that gathers is one of states: a football federation is none."""
        terms = sentence.terms
        body = sentence.name(frame.body) if frame.body >= 0 else None
        if body is not None and terms.bare_assembly.fullmatch(body.text) and not terms.un_named.search(self.article.text):
            return False  # the "General Assembly" of one of the United States
        if body is not None and (self.parties.organ_of(body) is not None or (self.parties.is_movement(body) and not frame.left and not frame.right)):
            return False
        return body is None or ((body.name or "") not in self.words.other_bodies and not terms.party_council.search(body.text))

    def _draft(self, clauses: Clauses, frame: Frame, found: list[Frame]) -> list[Draft] | str:
        """The drafts that a frame gives, or why it gives none."""
        sentence = clauses.sentence
        terms = sentence.terms
        self.parties.then = None
        why = "asked, not told" if _is_question(sentence) else refusal(frame)
        # who refuses to attend a summit says that there is one
        absent = why is not None and frame.kind == "gathering" and (frame.body >= 0 or frame.named_place) and frame.rule.startswith("attend")
        if why is not None and not absent:
            return why
        if frame.kind == "gathering" and not self._diplomatic(sentence, frame):
            return "a gathering of a body that is none of states"
        if not any(sentence.kinds[m] in "Ph" for m in (*frame.left, *frame.right)) and terms.sport.search(sentence.text):
            return "a match, no meeting"
        left, right = self._sides(sentence, frame, absent)
        if frame.left and not left and not right and frame.kind != "gathering" and not frame.anaphor:
            return "who takes part is not told"
        time = self._time(clauses, frame, found)
        if frame.date_open and time.when is None and not frame.bears & {"cancel", "postpone", "move"}:
            return "no time is told"
        self.parties.then = time.when
        base = self._base(clauses, frame, time)
        occasions = self.occasions
        if frame.anaphor and left and self._tells_of_own(sentence, frame, base, left):
            frame.anaphor = False
        if frame.anaphor:
            base.anaphor = base.weak = True
            base.once_planned = "plan" in frame.bears and (frame.tense == "past" or frame.perfect)
            base.type = _ANAPHOR.get(frame.kind, EventType.MEETING)
            base.participants = self.parties.all_of([*left, *right])
            return [base]
        if frame.kind in ("encounter", "call"):
            made = occasions.encounter(sentence, frame, base, left, right)
        elif frame.kind == "visit":
            made = occasions.visit(sentence, frame, base, left, right)
            if not made:
                return "nobody who represents a state travels abroad"
        elif frame.kind == "gathering":
            made = occasions.gathering(sentence, frame, base, left, right)
        else:
            base.participants = self.parties.all_of([*left, *right])
            base.type = EventType.SIGNING if frame.kind == "signing" else EventType.CEREMONY
            made = [base]
        again = _again(sentence, frame, time.mention)
        if again is not None and time.status is Status.HELD:
            made += [replace(draft, when=again) for draft in made]
        return made

    def _sides(self, sentence: Sentence, frame: Frame, absent: bool) -> tuple[list[NameMention], list[NameMention]]:
        """The names of the two sides, with those that a pronoun, an owner or the article's subject stands for."""
        memory = self.memory
        left = [] if absent else memory.members(sentence, frame.left, frame.right)
        right = memory.members(sentence, frame.right, frame.left)
        if frame.owner and not left:
            left = memory.owner(sentence, frame)
        if not left and right and not frame.joint and frame.kind in ("encounter", "call") and frame.rule.startswith(("noun", "object", "beside")):
            # "the meeting with B took place": his of whom the article speaks
            spoken_of = memory.spoken_of(sentence, frame.first, frame.right)
            if spoken_of is not None and spoken_of.country not in {name.country for name in right}:
                left = [spoken_of]
        return left, right

    def _time(self, clauses: Clauses, frame: Frame, found: list[Frame]) -> _Time:
        """When it was, by the date that belongs to the frame and by what tense and modality say of it."""
        sentence = clauses.sentence
        terms = sentence.terms
        mention, dated_by = date_of(clauses, frame, found, (self.dateline_start, self.dateline_end), self.published)
        when, other = (mention.when, mention.other) if mention is not None else (None, None)
        if mention is not None and when is not None and when.length == 1 and abs((when.first - self.anchor).days) > 7 and terms.in_the_day.fullmatch(mention.text):
            when = When.day(self.anchor)  # of the article's own day, whatever date it told before
        at = next((i for i, item in enumerate(sentence.items) if item.mention is mention), -1) if mention is not None else -1
        if frame.bears & {"cancel", "postpone"} and when is not None and other is not None \
                and when.first < self.published < other.first and told_of_undone(frame, at):
            when, other = other, when  # what lies ahead is called off: "Monday's talks were called off"
        former, inside = None, False
        change = moved(clauses, self.published) if frame.bears & {"postpone", "move"} else None
        if change is not None:
            when, former = change
            status = Status.PLANNED if when.last >= self.published else Status.HELD
            dated_by = "sentence"
        elif "move" in frame.bears:
            frame.bears.discard("move")
            status, when = status_of(frame, terms, when, other, self.published, sentence.block)
        else:
            inside = bool(frame.spans) and frame.spans[0][0] <= at < frame.first and frame.rule.partition(":")[0] in ("beside", "object", "noun", "attend")
            status, when = status_of(frame, terms, when, other, self.published, sentence.block, inside)
        if any(sentence.low(p) in terms.the_eve for p in range(max(0, frame.spans[0][0] - 3), frame.first)) and sentence.kinds.count("T") <= 1:
            told = next((m for i, kind in enumerate(sentence.kinds) if kind == "T" and (m := sentence.when(i)) is not None), None)
            if told is not None and told.when is not None and told.when.length == 1:  # "said on Wednesday, on the eve of the summit"
                when, dated_by, status = When.day(told.when.first + timedelta(days=1)), "discourse", Status.PLANNED
        if when is not None and when.length > _LONGEST:
            when = None
        if former is None and when is not None and status in (Status.PLANNED, Status.HELD):
            former = moved_from(clauses, frame, found, when)
        return _Time(mention, when, status, dated_by if when else "", former, inside)

    def _base(self, clauses: Clauses, frame: Frame, time: _Time) -> Draft:
        """A draft of the frame with everything but its parties and its type."""
        sentence = clauses.sentence
        terms = sentence.terms
        early = sentence.number <= _LEAD
        place = place_of(clauses, frame, self.words, self.dateline_place, early and sentence.block == "paragraph" and sentence.start >= self.dateline_start and not ahead(frame, terms))
        days, closing = length_of(clauses, frame)
        first = sentence.items[frame.first].start - sentence.start
        firm = ahead(frame, terms) or frame.tense in ("past", "progressive", "ing") or (
            early and frame.preposition in terms.at_it and frame.verb is not None and frame.verb.form == "past")
        return Draft(
            EventType.MEETING, [], time.when, time.status, self.parties.place(place) if place is not None else None, None,
            sentence.start, sentence.end, frame.rule, sentence.number, sentence.block, frame.tense, time.dated_by,
            frame=frame, days=days, closing=closing or frame.closing, formerly=time.former, firm=firm,
            over=time.when is not None and time.when.last < self.published - timedelta(days=_LATELY),
            other_date=time.when is None and "T" in sentence.kinds, dated_within=time.inside and time.when is not None,
            background=terms.background.search(sentence.text, max(0, first - 80), min(len(sentence.text), first + 70)) is not None,
            remarked=time.when is None and terms.remarked.match(sentence.text) is not None,
            also=any(sentence.low(p) in terms.further for p in range(frame.first - 1, frame.last + 1)),
            readout=terms.readout.search(self.article.headline) is not None)

    def _tells_of_own(self, sentence: Sentence, frame: Frame, base: Draft, left: list[NameMention]) -> bool:
        """"A held talks in C on Friday" tells of talks of its own, with those of C, though it does not name them."""
        place = self.occasions.elsewhere(base.place)
        return frame.rule.startswith("light:meeting") and base.when is not None and place is not None and bool(place.country) \
            and place.country not in {name.country for name in left} \
            and sentence.word(frame.first - 1).function.isdisjoint({"determiner", "possessive"})


def _share_date(drafts: list[Draft], clauses: Clauses) -> None:
    """"A held talks with B in C and met D in E on Wednesday": the only date of the sentence, told last, is of both; so are the
    days of a stay that lies ahead: "will visit C and chair a conference from Monday to Wednesday"."""
    if clauses.sentence.kinds.count("T") != 1:
        return
    for one, other in pairwise(drafts):
        mine, theirs = (draft.frame.verb if draft.frame is not None else None for draft in (one, other))
        if one.when is None and other.when is not None and other.dated_by == "sentence" and mine is not None and theirs is not None and mine is not theirs \
                and (mine.form == theirs.form == "past" or (mine.form == theirs.form == "future" and other.when.length > 1)) and mine.subject is not None and mine.subject is theirs.subject and theirs.first - mine.index < 20 and not one.background:
            one.when, one.dated_by, one.other_date = other.when, other.dated_by, False


def _is_question(sentence: Sentence) -> bool:
    """"Will they meet?", "Asked whether they would meet, ..." """
    return (sentence.block == "paragraph" and sentence.text.rstrip("”\"’' ").endswith("?")) or sentence.terms.asked.match(sentence.text) is not None


def _again(sentence: Sentence, frame: Frame, mention: DateMention | None) -> When | None:
    """"held summits in 2018 and 2019": two occasions, each with its time."""
    terms = sentence.terms
    if mention is None or sentence.items[frame.last - 1].low not in terms.plural_occasions:
        return None
    at = next((i for i, item in enumerate(sentence.items) if item.mention is mention), -1)
    if sentence.low(at + 1) in terms.addition and sentence.kind(at + 2) == "T":
        other = sentence.when(at + 2)
        return other.when if other is not None else None
    return None


def _attend(drafts: list[Draft], sentence: Sentence) -> None:
    """Who meets on the margin of a summit, or meets at it, takes part in it. Changes the drafts of a sentence in place."""
    terms = sentence.terms
    meetings = [d for d in drafts if d.type is EventType.MEETING and not d.weak and len(d.participants) > 1]
    for draft in list(drafts):
        frame = draft.frame
        if not draft.organisation or frame is None or frame.kind != "gathering":
            continue
        met_there = [d for d in meetings if d.rule.startswith("verb:meet")] if frame.preposition in terms.venue else []
        ids = {p.actor_id for p in draft.participants}
        same = next((d for d in met_there if {p.actor_id for p in d.participants} == ids), None)
        if same is not None:
            draft.when, draft.dated_by = draft.when or same.when, draft.dated_by or same.dated_by
            drafts.remove(same)
            meetings.remove(same)
            continue
        if terms.margin_word.search(frame.preposition):
            before = [d for d in drafts if d is not draft and d.frame is not None and d.frame.first < frame.first and d.when is not None and not d.organisation]
            if before:
                last = before[-1]
                draft.when, draft.dated_by, draft.status = last.when, last.dated_by, last.status
                draft.participants = draft.participants or _others(last, draft)
        if frame.preposition not in terms.attended_at:
            continue
        if draft.participants:
            beside = next((d for d in meetings if ids < {p.actor_id for p in d.participants}), None)
            if beside is not None:
                draft.participants = _others(beside, draft)
            continue
        if met_there:  # "A and B will meet at the summit": they take part in it, and that is all
            at = met_there[0]
            draft.participants = _others(at, draft)
            draft.when, draft.dated_by, draft.status = draft.when or at.when, draft.dated_by or at.dated_by, at.status
            drafts.remove(at)
            meetings.remove(at)
        elif meetings:
            draft.participants = _others(meetings[0], draft)


def _others(meeting: Draft, gathering: Draft) -> list[Participant]:
    """Those of a meeting who are not the body that gathers."""
    return [p for p in meeting.participants if p.name != gathering.organisation]
