"""Frames become drafts: who the parties are, when and where it was, and whether it took place."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from timeline.dateline import Dateline, find_dateline
from timeline.extract.clauses import Clauses
from timeline.extract.drafts import Draft, unite
from timeline.extract.frame import Frame
from timeline.extract.grammar import Grammar
from timeline.extract.memory import Memory
from timeline.extract.modality import ahead, refusal, status_of
from timeline.extract.sentence import Sentence
from timeline.extract.timeplace import date_of, length_of, moved, place_of, point, without_containers
from timeline.gazetteer import Gazetteer
from timeline.mentions import DateMention, NameKind, NameMention
from timeline.model import ActorKind, Article, EventType, Participant, Place, Status
from timeline.when import When

_SOVIET_END = date(1991, 12, 26)

# Confidence of each rule before anything speaks for or against the claim: the part of its name before the colon, then the whole.
_CONFIDENCE = {"verb:meet": 0.85, "verb:receive": 0.85, "verb:speak": 0.75, "verb:telephone": 0.8, "verb:discuss": 0.6, "verb:visit": 0.8,
               "verb:sign": 0.65, "light": 0.8, "beside": 0.7, "object": 0.6, "noun": 0.65, "attend": 0.75, "named": 0.6, "verb": 0.7}


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
    dateline_start: int = -1  # offsets in the article's text
    dateline_end: int = -1
    memory: Memory = field(init=False)
    declined: list[tuple[int, Frame, str]] = field(default_factory=list)  # sentence, frame, and why it makes no event
    spoken_of: list[tuple[int, list[Participant]]] = field(default_factory=list)  # sentence, and who would take part in what is only proposed
    previous: list[Draft] = field(default_factory=list)  # drafts of the sentence before

    def __post_init__(self) -> None:
        self.memory = Memory(self.words)
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

    def pass_over(self, sentence: Sentence, names: Sequence[NameMention]) -> None:
        """Take in who is named in a sentence that tells of no occasion."""
        self.memory.notice(sentence, names)

    def read(self, clauses: Clauses, found: list[Frame]) -> list[Draft]:
        """The drafts of one sentence."""
        drafts: list[Draft] = []
        self.memory.listen(clauses.sentence)
        for frame in found:
            outcome = self._draft(clauses, frame, found)
            if isinstance(outcome, str):
                self.declined.append((clauses.sentence.number, frame, outcome))
                self._keep_spoken_of(clauses.sentence, frame)
            else:
                drafts += outcome
        self._attendance(clauses, found, drafts)
        drafts = self._elliptical(clauses.sentence, drafts)
        self.memory.remember(clauses, found)
        if drafts:
            self.previous = drafts
        return drafts

    def _keep_spoken_of(self, sentence: Sentence, frame: Frame) -> None:
        """Talks that are only proposed: who would take part in them, should a later sentence date "the talks"."""
        if frame.kind not in ("encounter", "gathering"):
            return
        parties = self._participants([*self.memory.members(sentence, frame.left, frame.right), *self.memory.members(sentence, frame.right, frame.left)])
        if len({p.country or p.name for p in parties}) >= 2:
            self.spoken_of.append((sentence.number, parties))

    def _attendance(self, clauses: Clauses, found: list[Frame], drafts: list[Draft]) -> None:
        """Who meets on the margin of a summit, or meets at it, takes part in it."""
        terms = clauses.sentence.terms
        meetings = [d for d in drafts if d.type is EventType.MEETING and not d.weak and len(d.participants) > 1]
        for draft in list(drafts):
            if not draft.organisation or draft.frame is None or draft.frame.kind != "gathering":
                continue
            ids = {p.actor_id for p in draft.participants}
            if draft.frame.preposition in terms.venue and (same := [d for d in meetings if d.rule.startswith("verb:meet") and {p.actor_id for p in d.participants} == ids]):
                draft.when, draft.dated_by = draft.when or same[0].when, draft.dated_by or same[0].dated_by
                drafts.remove(same[0])
                continue
            if terms.margin_word.search(draft.frame.preposition):
                before = [d for d in drafts if d is not draft and d.frame is not None and d.frame.first < draft.frame.first and d.when is not None and not d.organisation]
                if before:
                    draft.when, draft.dated_by, draft.status = before[-1].when, before[-1].dated_by, before[-1].status
                    draft.participants = draft.participants or [p for p in before[-1].participants if p.name != draft.organisation]
            if draft.participants:
                continue
            if draft.frame.preposition not in terms.attended_at:
                continue
            at = next((d for d in meetings if d.rule.startswith("verb:meet") and draft.frame.preposition in terms.venue), None)
            if at is not None:  # "A and B will meet at the summit": they take part in it, and that is all
                draft.participants = [p for p in at.participants if p.name != draft.organisation]
                draft.when, draft.dated_by = draft.when or at.when, draft.dated_by or at.dated_by
                draft.status = at.status
                drafts.remove(at)
                meetings.remove(at)
            elif meetings:
                draft.participants = [p for p in meetings[0].participants if p.name != draft.organisation]

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

    # -- parties ------------------------------------------------------------------------------------------------

    def participant(self, name: NameMention, other: list[NameMention] | None = None) -> Participant | None:
        """The participant that a name stands for, None where it can be no party."""
        terms = self.words.terms
        if (name.former and not terms.then_office.search(self.article.text, max(0, name.start - 8), name.start + 8)) or self.words.no_party.search(name.role or "") or name.kind is NameKind.PLACE:
            return None
        if name.kind is NameKind.CITY and not name.capital:
            return None
        if name.kind is NameKind.PERSON or (name.actor_id or "").startswith("person:"):
            if name.country is None or name.name is None:
                return None
            role = name.role
            if role is None and name.kind is NameKind.COUNTERPART and other:
                role = other[0].role
            return Participant(ActorKind.PERSON, name.actor_id or f"person:{name.name.lower().replace(' ', '-')}", name.name, self._state(name.country), role)
        if (name.kind is NameKind.ORGANISATION or (name.actor_id or "").startswith("organisation:")) and (state := self._organ_of(name)) is not None:
            state = self._state(state)
            return Participant(ActorKind.STATE, f"state:{state}", None, state)  # a parliament stands for its state
        if name.kind is NameKind.ORGANISATION or (name.actor_id or "").startswith("organisation:"):
            label = name.name or (name.actor_id or "").removeprefix("organisation:")
            return Participant(ActorKind.ORGANISATION, name.actor_id or f"organisation:{label}", label, None)
        if name.country is None:
            return None
        if not re.fullmatch(r"[A-Z]{2}", name.country) or name.country in ("EU", "UN"):
            return Participant(ActorKind.ORGANISATION, f"organisation:{name.country}", name.country, None)
        state = self._state(name.country)
        return Participant(ActorKind.STATE, f"state:{state}", None, state, name.role if name.kind is not NameKind.GROUP else None)

    def _state(self, code: str) -> str:
        """The state of the article's day: what is Russia today was the Soviet Union until December 26, 1991."""
        return "SU" if code == "RU" and self.published < _SOVIET_END else code

    def _of_the_day(self, place: Place) -> Place:
        return replace(place, country=self._state(place.country)) if place.country else place

    def _participants(self, names: list[NameMention], other: list[NameMention] | None = None) -> list[Participant]:
        return unite(p for name in names if (p := self.participant(name, other)) is not None)

    def two_parties(self) -> list[Participant]:
        """The two states or bodies that the article speaks of most, where there are two."""
        return self._participants(self.memory.two_states())

    # -- one frame ----------------------------------------------------------------------------------------------

    def _organ_of(self, name: NameMention) -> str | None:
        """The state whose organ an organisation is ("US Senate"), None where it is one of several states."""
        row = self.gazetteer.organisations.get((name.actor_id or "").removeprefix("organisation:"))
        return row.party if row is not None and row.kind == "body" and row.party in self.gazetteer.states else None

    def _is_party(self, name: NameMention) -> bool:
        """Whether an organisation is a movement, which takes part as a state does: its leaders are no gathering of members."""
        row = self.gazetteer.organisations.get((name.actor_id or "").removeprefix("organisation:"))
        return row is not None and row.kind == "movement"

    def _remote(self, sentence: Sentence, frame: Frame) -> bool:
        """Whether a telephone or a screen is told beside the trigger."""
        first, last = sentence.items[frame.first].start - sentence.start, sentence.items[frame.last - 1].end - sentence.start
        return bool(self.words.remote.search(sentence.text, max(0, first - 30), min(len(sentence.text), last + 60)))

    def _diplomatic(self, sentence: Sentence, frame: Frame) -> bool:
        """Whether the body that gathers is one of states: a football federation is none."""
        terms = sentence.terms
        body = sentence.name(frame.body) if frame.body >= 0 else None
        if body is not None and (self._organ_of(body) is not None or (self._is_party(body) and not frame.left and not frame.right)):
            return False
        return body is None or ((body.name or "") not in self.words.other_bodies and not terms.party_council.search(body.text))

    def _draft(self, clauses: Clauses, frame: Frame, found: list[Frame]) -> list[Draft] | str:
        """The drafts that a frame gives, or why it gives none."""
        sentence = clauses.sentence
        terms = sentence.terms
        why = "asked, not told" if (sentence.text.rstrip("”\"’' ").endswith("?") and sentence.block == "paragraph") or terms.asked.match(sentence.text) else refusal(frame)
        absent = frame.kind == "gathering" and frame.body >= 0 and frame.rule.startswith("attend") and why is not None
        if why is not None and not absent:
            return why
        if frame.kind == "gathering" and not self._diplomatic(sentence, frame):
            return "a gathering of a body that is none of states"
        memory = self.memory
        left = [] if absent else memory.members(sentence, frame.left, frame.right)
        right = memory.members(sentence, frame.right, frame.left)
        if frame.owner and not left:
            left = memory.owner(sentence, frame)
        spoken_of = memory.spoken_of(sentence, frame.first, frame.right) if not left and right and not frame.joint else None
        if spoken_of is not None and frame.kind in ("encounter", "call") and frame.rule.startswith(("noun", "object", "beside")) and spoken_of.country not in {name.country for name in right}:
            left = [spoken_of]  # "the meeting with Zarif took place": his of whom the article speaks
        if frame.left and not left and not right and frame.kind != "gathering" and not frame.anaphor:
            return "who takes part is not told"
        mention, dated_by = date_of(clauses, frame, found, (self.dateline_start, self.dateline_end))
        when, other = (mention.when, mention.other) if mention is not None else (None, None)
        change = moved(clauses, frame, self.published)
        former = None
        inside = False
        if change is not None and frame.bears & {"postpone", "move"}:
            when, former = change
            status = Status.PLANNED if when.last >= self.published else Status.HELD
            dated_by = "sentence"
        elif frame.bears & {"move"}:
            frame.bears.discard("move")
            status, when = status_of(frame, terms, when, other, self.published, sentence.block)
        else:
            at = next((i for i, item in enumerate(sentence.items) if item.mention is mention), -1) if mention is not None else -1
            inside = bool(frame.spans) and frame.spans[0][0] <= at < frame.first and frame.rule.partition(":")[0] in ("beside", "object", "noun", "attend")
            status, when = status_of(frame, terms, when, other, self.published, sentence.block, inside)
        if any(sentence.low(p) in terms.the_eve for p in range(max(0, frame.spans[0][0] - 3), frame.first)) and sentence.kinds.count("T") <= 1:
            told = next((m for i, kind in enumerate(sentence.kinds) if kind == "T" and (m := sentence.when(i)) is not None), None)
            if told is not None and told.when is not None and told.when.length == 1:  # "said on Wednesday, on the eve of the summit"
                when, dated_by, status = When.day(told.when.first + timedelta(days=1)), "discourse", Status.PLANNED
        if when is not None and when.length > 750:  # a century or a decade dates no occasion
            when = None
        lead = sentence.number <= 4 and sentence.block == "paragraph"
        place = place_of(clauses, frame, self.words, self.dateline_place, lead)
        place = self._of_the_day(place) if place is not None else None
        base = Draft(EventType.MEETING, [], when, status, place, None, sentence.start, sentence.end, frame.rule,
                     self._confidence(frame), sentence.number, sentence.block, frame.tense, dated_by if when else "")
        base.frame = frame
        base.days, base.closing = length_of(clauses, frame)
        base.closing = base.closing or frame.closing
        base.formerly = former
        base.other_date = when is None and "T" in sentence.kinds
        base.dated_within = inside and when is not None
        first = sentence.items[frame.first].start - sentence.start
        base.background = bool(terms.background.search(sentence.text, max(0, first - 80), min(len(sentence.text), first + 70)))
        base.also = any(sentence.low(p) in terms.further for p in range(frame.first - 1, frame.last + 1))
        base.readout = bool(terms.readout.search(self.article.headline))
        base.firm = ahead(frame, terms) or frame.tense in ("past", "progressive", "ing") or (
            frame.preposition in terms.at_it and frame.verb is not None and frame.verb.form == "past" and sentence.number <= 4)
        if sentence.block == "headline":
            base.confidence *= 0.9
        if frame.anaphor and frame.rule.startswith("light:meeting") and left and when is not None and place is not None and place != self.dateline_place and place.country \
                and place.country not in {name.country for name in left} and sentence.word(frame.first - 1).function.isdisjoint({"determiner", "possessive"}):
            frame.anaphor = False
        if frame.anaphor:
            base.anaphor = base.weak = True
            base.once_planned = ("plan" in frame.bears and frame.tense == "past") or (frame.perfect and "plan" in frame.bears)
            base.type = {"call": EventType.CALL, "visit": EventType.VISIT, "gathering": EventType.SUMMIT}.get(frame.kind, EventType.MEETING)
            base.participants = self._participants([*left, *right])
            return [base]
        if frame.kind in ("encounter", "call"):
            made = self._encounter(clauses, frame, base, left, right)
        elif frame.kind == "visit":
            made = self._visit(sentence, frame, base, left, right)
            if not made:
                return "nobody who represents a state travels abroad"
        elif frame.kind == "gathering":
            made = self._gathering(sentence, frame, base, left, right)
        else:
            base.participants = self._participants([*left, *right])
            base.type = EventType.SIGNING if frame.kind == "signing" else EventType.CEREMONY
            made = [base]
        again = self._again(sentence, frame, mention)
        if again is not None and status is Status.HELD:
            made += [replace(draft, when=again) for draft in made]
        return made

    def _again(self, sentence: Sentence, frame: Frame, mention: DateMention | None) -> When | None:
        """"held summits in 2018 and 2019": two occasions, each with its time."""
        terms = sentence.terms
        if mention is None or sentence.items[frame.last - 1].low not in terms.plural_occasions:
            return None
        at = next((i for i, item in enumerate(sentence.items) if item.mention is mention), -1)
        if sentence.low(at + 1) in terms.addition and sentence.kind(at + 2) == "T":
            other = sentence.when(at + 2)
            return other.when if other is not None else None
        return None

    def _confidence(self, frame: Frame) -> float:
        first = frame.rule.partition(":")[0]
        return _CONFIDENCE.get(frame.rule, _CONFIDENCE.get(first, 0.6))

    def _encounter(self, clauses: Clauses, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        sentence = clauses.sentence
        terms = sentence.terms
        ours, theirs = self._participants(left, right), self._participants(right, left)
        everybody = ours if frame.joint and not theirs else unite([*ours, *theirs])
        ours_countries = {p.country or p.name for p in ours}
        theirs_countries = {p.country or p.name for p in theirs}
        if len({p.country or p.name for p in everybody}) < 2:
            host = base.place.country if base.place is not None and base.place != self.dateline_place else None
            if everybody and host and host not in {p.country for p in everybody} and frame.rule.startswith("light:meeting") and not right:
                # "held meetings in Myanmar on Thursday": with those of the place
                everybody = [*everybody, Participant(ActorKind.STATE, f"state:{host}", None, host, part="host")]
                frame.joint = True
            else:
                base.weak = True
        remote = self._remote(sentence, frame)
        call = frame.kind == "call" or remote
        base.mode_told = remote or (frame.word not in ("speak", "discuss", "negotiate") and frame.word not in terms.conversations)
        if frame.word == "speak" and not remote:
            if frame.tense == "infinitive":
                call = False
            elif terms.in_person.search(sentence.text) or (base.place is not None and base.place.name and base.place != self.dateline_place):
                call, base.mode_told = False, True
            else:
                call = True
        margin = terms.margin.search(sentence.text)
        if margin:
            after = next((n for i, item in enumerate(sentence.items) if item.start - sentence.start >= margin.end() and i < len(sentence.items)
                          and (n := sentence.name(i)) is not None and n.kind is NameKind.ORGANISATION), None)
            base.margin_of = after.name if after is not None else None
        bodies = [name for name in (*left, *right) if name.plural and (name.actor_id or "").startswith("organisation:") and terms.members.search(name.text) and not self._is_party(name) and self._organ_of(name) is None]
        named = [p for p in theirs if p.kind is ActorKind.PERSON]
        if bodies and len(named) > 1:  # "with G7 leaders A, B and C": the names say who
            theirs = named
            everybody = unite([*ours, *theirs])
            bodies = []
        gathers = frame.word == "gather" and len(left) == 1 and (left[0].actor_id or "").startswith("organisation:")
        if bodies or gathers:  # "met with ASEAN foreign ministers": a gathering of the body
            body = bodies[0] if bodies else left[0]
            base.organisation = body.name or (body.actor_id or "").removeprefix("organisation:")
            alone = len(left) + len(right) == len(bodies) or gathers
            base.participants = [] if alone else everybody
            base.meets_body = not alone
            base.weak = False
            base.type = EventType.SUMMIT if terms.leaders.search(body.text) else EventType.CONFERENCE
            if frame.kind == "call" or remote:
                base.place = None
            return [base]
        generic = [name for name in (*left, *right) if name.plural and name.country is None and not (name.actor_id or "")]
        many = [name for name in generic if " " in name.text and name.kind is NameKind.GROUP]  # "Gulf leaders": of several states
        if base.weak and generic and everybody and right and (terms.many_nations.search(sentence.text) or many):
            # "met with the defence ministers of 28 countries": a gathering whose others nobody names
            base.participants, base.weak, base.named_place, base.type = everybody, False, True, EventType.CONFERENCE
            return [base]
        countries = {p.country or p.name for p in everybody}
        of_one_phrase = len(theirs) > 3 and all(name.kind is NameKind.OFFICE and name.plural for name in right)
        joint_call = call and len(theirs) > 1 and not frame.word.endswith(terms.calls_endings) and (len(theirs) > 2 or frame.kind == "call" or remote)
        hosted = frame.host and len(theirs_countries) > 2  # one host of three or more receives them together
        each = terms.each.search(sentence.text)
        if not frame.joint and len(ours_countries) <= 1 and len(theirs) > 1 and not hosted and not frame.many and not joint_call and not of_one_phrase and len(theirs_countries) >= 1 \
                and frame.word != "summit" and ours:
            split = []
            for one in theirs:
                draft = replace(base, participants=unite([*ours, one]))
                draft.type = EventType.CALL if call else EventType.MEETING
                draft.weak = len(draft.countries) < 2
                if draft.type is EventType.CALL:
                    draft.place = None
                split.append(draft)
            return split
        if len(ours) > 1 and len(theirs) == 1 and each and len(ours_countries) > 1:
            return [replace(base, participants=unite([one, *theirs]), type=EventType.CALL if call else EventType.MEETING,
                            place=None if call else base.place) for one in ours]
        base.participants = everybody
        if call:
            base.type = EventType.CALL
            if len(countries) >= 3:
                leaders = sum(1 for p in everybody if self._leader(p))
                base.type = EventType.CALL if frame.kind == "call" or frame.word == "speak" else EventType.SUMMIT if leaders >= 2 else EventType.CONFERENCE
        elif len(countries) >= 3 or (frame.many and frame.word != "gather"):
            leaders = sum(1 for p in everybody if self._leader(p))
            base.type = EventType.SUMMIT if frame.word == "summit" or leaders >= 2 else EventType.CONFERENCE
        elif frame.word.startswith(terms.summit_stems):
            base.type, base.bilateral_summit = EventType.SUMMIT, True
        if call:
            base.place = None
        if frame.host and left and base.place is None and ours and not base.margin_of:
            base.place = Place(None, ours[0].country) if ours[0].country else None
        return [base]

    def _leader(self, participant: Participant) -> bool:
        terms = self.words.terms
        role = participant.role or ""
        return bool(terms.leader.search(role)) and not terms.not_leader.search(role)

    def _visit(self, sentence: Sentence, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        travellers = self._participants([name for name in left if name.kind is not NameKind.ORGANISATION])
        if not travellers or (frame.left and all(sentence.kinds[m] in "hH" for m in frame.left) and all(name.kind in (NameKind.STATE, NameKind.CITY, NameKind.ORGANISATION, NameKind.DEMONYM) for name in left)):
            return []
        when_told = base.when is not None and base.dated_by == "sentence"
        own = {p.country for p in travellers}
        hosts = [p for p in self._participants(right) if p.country not in own]
        base.type = EventType.VISIT
        base.traveller = travellers[0].country
        places = [self._of_the_day(place) for position in frame.to if (place := point(sentence, position)) is not None]
        if (frame.word == "arrive here" or (not frame.to and not hosts and when_told and frame.rule.partition(":")[0] in ("noun", "beside", "object"))) and self.dateline_place is not None:
            places = [self._of_the_day(self.dateline_place)]
        places = without_containers(places)
        abroad = [place for place in places if place.country and place.country not in own]
        if not abroad:
            if hosts:
                base.participants = unite([*travellers, *hosts])
                base.place = Place(None, hosts[0].country)
                return [base]
            if not places and base.place is not None and base.place != self.dateline_place and base.place.country not in own:
                abroad = [base.place]  # "in Hanoi, where he is on a visit"
        if not abroad:
            if places or not frame.rule.endswith(":visit"):
                return []
            base.participants = travellers
            base.weak = True
            base.place = None
            return [base]
        drafts = []
        for place in abroad:
            host = [p for p in hosts if p.country == place.country] or [Participant(ActorKind.STATE, f"state:{place.country}", None, place.country, part="host")]
            drafts.append(replace(base, place=place, participants=unite([*(replace(p, part="visitor") for p in travellers), *host])))
        return drafts

    def _gathering(self, sentence: Sentence, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        body = sentence.name(frame.body) if frame.body >= 0 else self.memory.body if frame.body_anaphor else None
        base.type = EventType.SUMMIT if frame.word == "summit" else EventType.CONFERENCE
        base.participants = self._participants([*left, *right])
        if frame.to and (base.place is None or base.place == self.dateline_place):
            place = point(sentence, frame.to[0])
            base.place = self._of_the_day(place) if place is not None else base.place
        if body is not None:
            base.organisation = body.name or (body.actor_id or "").removeprefix("organisation:") or None
            base.participants = [p for p in base.participants if p.name != base.organisation]
        if frame.named_place and base.place is None:
            base.place = self.dateline_place
        base.named_place = frame.named_place and base.place is not None and bool(base.place.name)
        if base.organisation is None and base.place is not None and any(name.plural and name.country is None for name in (*left, *right)):
            base.named_place = bool(base.place.name)  # "African leaders and the French president opened a summit"
        countries = base.countries
        if base.organisation is None and base.participants and frame.rule == "light:gathering" and frame.word == "summit" and len(countries) == 1:
            base.named_place = True  # "plans to convene a summit on refugees in September"
        if base.organisation is None and not base.named_place and not frame.many:
            if len(countries) == 2 and frame.word == "summit":
                base.bilateral_summit = True
            elif len(countries) == 2 and frame.word != "summit":
                base.type = EventType.MEETING
            elif len(countries) < 2:
                base.weak = True
        if frame.remote or (self._remote(sentence, frame) and frame.word != "summit"):
            base.place = None
        return [base]
