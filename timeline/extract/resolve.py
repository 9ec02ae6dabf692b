"""Frames become drafts: who the parties are, when and where it was, and whether it took place."""
from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from timeline.dateline import Dateline, find_dateline
from timeline.extract.drafts import Draft, unite
from timeline.extract.frames import Frame
from timeline.extract.groups import Group, is_pronoun, is_singular_pronoun
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import ANY, CITY, DURATION, PERSON, PLACE, STATE, WHEN, Tagged
from timeline.gazetteer import Gazetteer
from timeline.mentions import DateKind, DateMention, NameKind, NameMention
from timeline.model import ActorKind, Article, EventType, Participant, Place, Status
from timeline.when import Precision, When

# Offices whose holders make a gathering a summit.
_LEADER = re.compile(r"president|prime minister|premier|chancellor|king|queen|emir|sultan|leader|chairman|pope|taoiseach|crown prince|emperor|ruler", re.IGNORECASE)
_NOT_LEADER = re.compile(r"vice|deputy|foreign|minister of|speaker|assembly|parliament|senate|committee|adviser|advisor", re.IGNORECASE)
_MEMBERS = re.compile(r"leaders|ministers|members|heads of|chiefs", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?<!\w)(?:had|once|ever|never|previous(?:ly)?|in the past|years?|decades?|since|often|regular(?:ly)?|repeatedly|several times|times|frequently|always|usually|historic(?:ally)?|annual|each|every|"
                         r"rounds|failed|past|former|first|last|many|several|whenever|during his (?:first )?(?:term|presidency))(?!\w)", re.IGNORECASE)
# What became of the noun: "talks that were to be held on Friday have been cancelled". "Had been put off" tells of earlier times.
_UPTO_FATE = r"(?:[^.;,]|,(?!\s(?:who|while|but)\s)){0,140}?(?<!\w)"
_CANCELLED_AFTER = re.compile(_UPTO_FATE + r"(?:(?:(?:has|have) been|was|were|is|are|being)\s(?:\w+ly\s|later\s|since\s|then\s)?(?:cancelled|canceled|called off|scrapped|scuttled|axed)|(?:did|will|would) not (?:come about|take place|happen|materiali[sz]e|go ahead))(?!\w)", re.IGNORECASE)
_POSTPONED_AFTER = re.compile(_UPTO_FATE + r"(?:(?:has|have) been|was|were|is|are|being)\s(?:\w+ly\s|later\s|since\s|then\s)?(?:postponed|put off|pushed back|delayed|deferred)(?!\w)", re.IGNORECASE)
_ADJECTIVE = re.compile(r"^(?:long-)?(?:delayed|postponed|deferred|rescheduled)\s+(?:[\w-]+\s+)?(?:visit|trip|meeting|talks|summit|journey|conference)", re.IGNORECASE)
_ONCE_PLANNED = re.compile(rf"\s(?:was|were|had been)\s(?:\w+ly\s|first\s|then\s)*(?:planned|set|scheduled|due|slated)\s(?:for|on|to)\s(?:the\s)?[{WHEN}]", re.IGNORECASE)
_MOVED = re.compile(rf"(?<!\w)(?:moved|postponed|put off|pushed back|put back|delayed|rescheduled|re-scheduled|brought forward|shifted|deferred)\s(?:[\w’'-]+\s){{0,4}}?(?:from\s(?:the\s)?(?P<old>[{WHEN}])\s)?(?:to|until|till|for)\s(?:the\s)?(?P<new>[{WHEN}])", re.IGNORECASE)
_CALLED_OFF = re.compile(r"(?<!\w)(?:cancel\w*|calls? off|called off|scrap(?:s|ped)?)(?!\w)", re.IGNORECASE)
_HOPE = re.compile(r"(?<!\w)(?:hop(?:e|es|ed|ing)|wish|suggest\w*|propos\w+|urg\w+|unlikely|possib\w+|demand\w*|insist\w*) that\s[^,;.]*$", re.IGNORECASE)
_DENIAL = re.compile(r"(?<!\w)(?:den(?:y|ies|ied|ying)|no plans?|refut(?:es?|ed)|dismiss(?:es|ed)|not true)(?!\w)", re.IGNORECASE)
_PARTY_COUNCIL = re.compile(r"opposition|party|rebels?", re.IGNORECASE)
_READOUT = re.compile(r"^\W*(?:readout|statement|press release|remarks|joint statement)\b", re.IGNORECASE)
_NOT_ON = re.compile(r"(?<!\w)(?:ahead of|before|prior to|until|since|next|skip\w*|for|after)\s(?:[\w’'-]+\s){0,4}$", re.IGNORECASE)
_CLOSING = re.compile(r"\b(?:wrap(?:s|ped|ping)? up|end(?:s|ed|ing)?|conclud(?:e|es|ed|ing)|clos(?:e|es|ed|ing))\b", re.IGNORECASE)
_NEVER = re.compile(r"spokes|ambassador-designate|interpreter|journalist|reporter|analyst|professor|expert|editor|correspondent|candidate|coach", re.IGNORECASE)

_SOVIET_END = date(1991, 12, 26)

# Confidence of each rule before anything speaks for or against the claim.
_CONFIDENCE = {"gathering:held": 0.7, "verb:told visiting": 0.8, "verb:spoke": 0.7, "verb:be in": 0.6, "noun:with": 0.8, "noun:between": 0.82, "noun:owner": 0.7, "verb:meet": 0.85, "verb:receive": 0.85, "verb:speak": 0.8,
               "verb:telephone": 0.8, "verb:discuss": 0.6, "verb:visit": 0.8, "noun:visit": 0.75, "gathering": 0.55,
               "gathering:at": 0.65, "gathering:attend": 0.75, "gathering:meet": 0.7, "signing": 0.65, "signing:passive": 0.65, "ceremony": 0.6}


@dataclass(slots=True)
class Reader:
    """Reads the sentences of one article in order and remembers who and what it was about."""

    article: Article
    gazetteer: Gazetteer
    words: Lexicon
    published: date
    anchor: date = date.min  # what relative expressions are reckoned from: the dateline's day, else that of publication
    dateline: Dateline | None = None
    dateline_place: Place | None = None
    dateline_start: int = -1  # offsets in the article's text
    dateline_end: int = -1
    topic: list[NameMention] = field(default_factory=list)  # the last subject
    pair: list[NameMention] = field(default_factory=list)  # the last two or more who met
    person: NameMention | None = None  # the last singular person that was a subject
    previous: list[Draft] = field(default_factory=list)  # drafts of the sentence before

    def __post_init__(self) -> None:
        self.anchor = self.published
        for paragraph in self.article.paragraphs[:3]:
            line = find_dateline(paragraph, self.published)
            if line is not None:
                if line.when is not None and abs((line.when.first - self.published).days) <= 7:
                    self.anchor = line.when.first
                self.dateline = line
                self.dateline_start = self.article.text.find(paragraph)
                self.dateline_end = self.dateline_start + line.end
                place = line.place_text.split("/")[0]
                self.dateline_place = self.gazetteer.place(place.split(",")[0].strip().title() if place.isupper() else place.split(",")[0].strip())
                break

    # -- parties ------------------------------------------------------------------------------------------------

    def read(self, sentence: Tagged, found: list[Frame]) -> list[Draft]:
        """The drafts of one sentence."""
        drafts: list[Draft] = []
        for frame in found:
            drafts += self._draft(sentence, frame, found)
        self._attendance(sentence, found, drafts)
        drafts = self._elliptical(sentence, drafts)
        self._remember(sentence, found, drafts)
        return drafts

    def _attendance(self, sentence: Tagged, found: list[Frame], drafts: list[Draft]) -> None:
        """Who meets on the margin of a summit, or speaks at it, takes part in it."""
        meetings = [d for d in drafts if d.type is EventType.MEETING and not d.weak and len(d.participants) > 1]
        for draft in drafts:
            if not draft.organisation or draft.participants or not draft.rule.startswith("gathering"):
                continue
            frame = next((f for f in found if f.kind == "gathering" and f.body is not None), None)
            if frame is None or frame.rule not in ("gathering:at", "gathering"):
                continue
            before = sentence.text[:frame.body if frame.body is not None else frame.start]
            if _NOT_ON.search(before) or not re.search(r"(?<!\w)(?:at|during|of|from|in|attending|after)\s(?:[\w’'-]+\s|[" + ANY + r"](?:['’]s)?\s){0,5}$", before, re.IGNORECASE):
                continue
            if meetings:
                draft.participants = [p for p in meetings[0].participants if p.name != draft.organisation]
                continue
            speakers = [name for p in sentence.positions(PERSON) if (name := sentence.name(p)) is not None and not name.plural
                        and name.kind in (NameKind.PERSON, NameKind.OFFICE) and re.match(
                            r",?\s(?:\w+ly\s)?(?:said|told|called|urged|addressed|stopped|gave|proposed|warned|announced|declared|pledged|says|calls|vowed|met|agreed|discussed|expressed)\b", sentence.text[p + 1:p + 25])]
            draft.participants = self._participants(speakers[:1])

    def _elliptical(self, sentence: Tagged, drafts: list[Draft]) -> list[Draft]:
        """"They will meet in Minsk on November 23. Then at a summit of the CSTO." The second names what the first told."""
        if not (self.previous and len(drafts) == 1 and drafts[0].organisation and drafts[0].when is None and not drafts[0].participants
                and re.match(r"(?:Then|There|This time|Namely|That is|Again|Once more|It will be|This will be|The occasion)\b[\s\w,]{0,20}$", sentence.source[:12].split(" at ")[0])):
            return drafts
        body = drafts[0]
        for told in self.previous:
            if told.sentence == sentence.number - 1 and told.type is EventType.MEETING and not told.weak:
                told.type, told.organisation = body.type, body.organisation
                told.place = told.place or body.place
                return []
        return drafts

    def _remember(self, sentence: Tagged, found: list[Frame], drafts: list[Draft]) -> None:
        persons = [(p, sentence.name(p)) for p in sentence.positions(PERSON)]
        subjects = [name for p, name in persons if name is not None and not name.plural and name.kind in (NameKind.PERSON, NameKind.OFFICE)
                    and not re.search(r"\b(?:of|with|for|to|by|from|against|about|between|and)\s(?:[a-z]+\s){0,2}$", sentence.text[:p])
                    and not _NEVER.search(name.role or "")]
        if subjects:
            self.person = subjects[0]
            self.topic = [subjects[0]]
        for frame in found:
            members = self._members(sentence, frame.left) + self._members(sentence, frame.right)
            if len({m.actor_id or m.name or m.country for m in members}) >= 2:
                self.pair = members
        if len(subjects) == 2 and re.search(rf"[{PERSON}]\sand\s[{PERSON}]", sentence.text):
            self.pair = subjects
        if drafts:
            self.previous = drafts

    def _members(self, sentence: Tagged, group: Group | None) -> list[NameMention]:
        """The names that a group stands for, pronouns resolved from what went before."""
        if group is None:
            return []
        found: list[NameMention] = []
        for position in group.members:
            if is_pronoun(sentence, position):
                if is_singular_pronoun(sentence, position):
                    earlier = [name for p in sentence.positions(PERSON, 0, position) if (name := sentence.name(p)) is not None
                               and name.kind is NameKind.PERSON and not name.plural and not _NEVER.search(name.role or "")]
                    chosen = earlier[0] if earlier else self.person
                    if chosen is not None:
                        found.append(chosen)
                else:
                    found += self.pair
                continue
            name = sentence.name(position)
            if name is not None:
                found.append(name)
        return found

    def _diplomatic(self, sentence: Tagged, frame: Frame) -> bool:
        """Whether the body that gathers is one of states: a football federation is none."""
        body = sentence.name(frame.body) if frame.body is not None else None
        if body is None:
            return True
        return (body.name or "") not in self.words.other_bodies and not _PARTY_COUNCIL.search(body.text)

    def _owner(self, sentence: Tagged, frame: Frame) -> list[NameMention]:
        """Whose "his call" or "their talks" it is: the sentence's first person before it, else the one spoken of."""
        if frame.owner == "their":
            persons = [name for p in sentence.positions(PERSON + STATE, 0, frame.start) if (name := sentence.name(p)) is not None]
            return persons[:2] if len(persons) >= 2 else list(self.pair)
        earlier = [name for p in sentence.positions(PERSON, 0, frame.start) if (name := sentence.name(p)) is not None
                   and name.kind is NameKind.PERSON and not _NEVER.search(name.role or "")]
        if earlier:
            return earlier[:1]
        later = [name for p in sentence.positions(PERSON, frame.end) if (name := sentence.name(p)) is not None
                 and name.kind in (NameKind.PERSON, NameKind.OFFICE) and not _NEVER.search(name.role or "")]
        if sentence.text.find(",", frame.end) != -1 and frame.start < 60 and later and frame.right is None:
            return later[:1]
        return [self.person] if self.person is not None else []

    def participant(self, name: NameMention, other: list[NameMention] | None = None) -> Participant | None:
        """The participant that a name stands for, None where it can be no party."""
        if name.former or _NEVER.search(name.role or "") or name.kind is NameKind.PLACE:
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

    def _participants(self, names: list[NameMention], other: list[NameMention] | None = None) -> list[Participant]:
        return unite(p for name in names if (p := self.participant(name, other)) is not None)

    # -- one frame ----------------------------------------------------------------------------------------------

    def _draft(self, sentence: Tagged, frame: Frame, found: list[Frame]) -> list[Draft]:
        cues = self._cues(sentence, frame, found)
        if cues & {"negation", "wish"} and not cues & {"cancelled", "postponed"}:
            return []
        if frame.kind == "gathering" and not self._diplomatic(sentence, frame):
            return []
        left, right = self._members(sentence, frame.left), self._members(sentence, frame.right)
        if frame.owner and not left:
            left = self._owner(sentence, frame)
        if frame.left is not None and not left and frame.kind != "gathering":
            return []
        mention, dated_by = self._time(sentence, frame, found)
        when, other = (mention.when, mention.other) if mention is not None else (None, None)
        moved = self._moved(sentence, frame) if "postponed" in cues or "moved" in cues else None
        if moved is not None:
            when, former = moved
            status = Status.PLANNED if when.last >= self.published else Status.HELD
            dated_by = "sentence"
        else:
            former = None
            status, when = self._status(frame, cues, when, other)
        if when is not None and when.length > 750:  # a century or a decade dates no occasion
            when = None
        length = self._length(sentence, frame)
        place = self._place(sentence, frame)
        base = Draft(EventType.MEETING, [], when, status, place, None, sentence.start, sentence.end, frame.rule,
                     _CONFIDENCE.get(frame.rule, 0.75), sentence.number, sentence.kind, frame.tense, dated_by if when else "")
        base.days, base.closing = length
        base.formerly = former
        base.background = bool(_BACKGROUND.search(sentence.text, max(0, frame.start - 80), min(len(sentence.text), frame.end + 60)))
        base.readout = bool(_READOUT.search(self.article.headline))
        base.firm = "future" in cues or frame.tense in ("past", "progressive")
        if sentence.kind == "headline":
            base.confidence *= 0.9
        if sentence.kind == "caption" and mention is not None and mention.note:
            base.notes.append(mention.note)
        if frame.anaphor:
            base.anaphor = base.weak = True
            base.once_planned = bool(_ONCE_PLANNED.match(sentence.text, frame.end))
            base.type = {"call": EventType.CALL, "visit": EventType.VISIT}.get(frame.kind, EventType.MEETING)
            return [base]
        if frame.kind in ("encounter", "call"):
            return self._encounter(sentence, frame, base, left, right, cues)
        if frame.kind == "visit":
            return self._visit(sentence, frame, base, left, right)
        if frame.kind == "gathering":
            return self._gathering(sentence, frame, base, left, right)
        parties = self._participants([*left, *right])
        if frame.kind == "signing":
            base.type = EventType.SIGNING
        else:
            base.type = EventType.CEREMONY
        base.participants = parties
        return [base]

    def _encounter(self, sentence: Tagged, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention], cues: frozenset[str]) -> list[Draft]:
        ours, theirs = self._participants(left, right), self._participants(right, left)
        if frame.joint and not theirs:
            everybody = ours
        elif frame.joint:
            everybody = theirs
        else:
            everybody = unite([*ours, *theirs])
        ours_countries = {p.country or p.name for p in ours}
        theirs_countries = {p.country or p.name for p in theirs}
        if len({p.country or p.name for p in everybody}) < 2:
            base.weak = True
        call = frame.kind == "call" or "remote" in cues
        base.mode_told = "remote" in cues or frame.word not in ("speak", "discuss")
        if frame.word == "speak" and "remote" not in cues and (
                re.search(r"(?<!\w)(?:during|at|in|after|before) (?:a|the|their|his|her) (?:[\w-]+ ){0,2}(?:meeting|talks|summit|visit)\b|in person|face to face", sentence.source) or self._near(sentence, frame)):
            call, base.mode_told = False, True
        multilateral = bool(re.search(r"(?<!\w)(?:trilateral|three-way|four-way|tripartite|quadrilateral|multilateral)(?!\w)", sentence.source, re.IGNORECASE))
        bodies = [name for name in (*left, *right) if name.plural and (name.actor_id or "").startswith("organisation:") and _MEMBERS.search(name.text)]
        if bodies and len(everybody) >= 1:  # "met with ASEAN foreign ministers": a gathering of the body
            base.participants = everybody
            base.organisation = bodies[0].name or (bodies[0].actor_id or "").removeprefix("organisation:")
            base.type = EventType.SUMMIT if re.search("leaders|heads", bodies[0].text, re.IGNORECASE) else EventType.CONFERENCE
            base.meets_body = True
            return [base]
        joint_call = call and len(theirs) > 1 and (len(theirs) > 2 or frame.word in ("call", "phone call") or "remote" in cues)
        hosted = frame.host and len(theirs_countries) > 2  # one host of three or more receives them together
        if not frame.joint and len(ours_countries) <= 1 and len(theirs) > 1 and not hosted and not multilateral and frame.word != "summit" and not joint_call:
            split = []
            for one in theirs:
                draft = replace(base, participants=unite([*ours, one]), notes=list(base.notes))
                draft.type = EventType.CALL if call else EventType.MEETING
                if draft.type is EventType.CALL:
                    draft.place = None
                split.append(draft)
            return split
        if len(ours) > 1 and len(theirs) == 1 and re.search(r"(?<!\w)(?:both|each|separately|respectively|in turn)(?!\w)", sentence.text[frame.left.end if frame.left else 0:frame.end + 20]):
            return [replace(base, participants=unite([one, *theirs]), type=EventType.CALL if call else EventType.MEETING,
                            place=None if call else base.place, notes=list(base.notes)) for one in ours]
        base.participants = everybody
        countries = {p.country or p.name for p in everybody}
        if call:
            base.type = EventType.CALL
        elif len(countries) >= 3:
            leaders = sum(1 for p in everybody if self._leader(p))
            base.type = EventType.SUMMIT if frame.word == "summit" or leaders >= 2 else EventType.CONFERENCE
        elif frame.word == "summit":
            base.type, base.bilateral_summit = EventType.SUMMIT, True
        if call:
            base.place = None
        if frame.host and left and base.place is None and ours:
            base.place = Place(None, ours[0].country)
        return [base]

    def _near(self, sentence: Tagged, frame: Frame) -> bool:
        """Whether a city stands right after the trigger's parties: "spoke with B in Geneva" was in person."""
        end = frame.right.end if frame.right is not None else frame.end
        return bool(re.match(rf"\s(?:in|at)\s(?:the\s)?[{CITY}{PLACE}]", sentence.text[end:end + 12]))

    def _leader(self, participant: Participant) -> bool:
        role = participant.role or ""
        return bool(_LEADER.search(role)) and not _NOT_LEADER.search(role)

    def _visit(self, sentence: Tagged, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        travellers = [p for p in self._participants(left) if p.kind is not ActorKind.ORGANISATION]
        if not travellers:
            if frame.to:
                return []
            return []
        own = {p.country for p in travellers}
        hosts = [p for p in self._participants(right) if p.country not in own]
        base.type = EventType.VISIT
        base.traveller = travellers[0].country
        places = [place for position in frame.to if (place := self._point(sentence, position)) is not None]
        places = _without_containers(places)
        abroad = [place for place in places if place.country and place.country not in own]
        if not abroad:
            if hosts:
                base.participants = unite([*travellers, *hosts])
                base.place = Place(None, hosts[0].country)
                return [base]
            if places or frame.rule != "noun:visit":
                return []
            base.participants = travellers
            base.weak = True
            base.place = None
            return [base]
        drafts = []
        for place in abroad:
            host = [p for p in hosts if p.country == place.country] or [Participant(ActorKind.STATE, f"state:{place.country}", None, place.country, part="host")]
            drafts.append(replace(base, place=place, participants=unite([*(replace(p, part="visitor") for p in travellers), *host]), notes=list(base.notes)))
        return drafts

    def _gathering(self, sentence: Tagged, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        body = sentence.name(frame.body) if frame.body is not None else None
        base.type = EventType.SUMMIT if frame.word == "summit" else EventType.CONFERENCE
        base.participants = self._participants([*left, *right])
        if body is not None:
            base.organisation = body.name or (body.actor_id or "").removeprefix("organisation:") or None
            base.participants = [p for p in base.participants if p.name != base.organisation]
        if base.organisation is None and len(base.countries) < 3:
            base.weak = True
        return [base]

    # -- modality -----------------------------------------------------------------------------------------------

    def _cues(self, sentence: Tagged, frame: Frame, found: list[Frame]) -> frozenset[str]:
        """Which words of time, wish, denial and change bear on the trigger."""
        text = sentence.text
        left_edge = max(0, frame.start - 70)
        if frame.left is not None and frame.left.end <= frame.start:
            left_edge = max(left_edge, frame.left.end - 1)
        for other in found:
            if other.end <= frame.start:
                left_edge = max(left_edge, other.end) if frame.start - other.end > 12 else left_edge
        before = text[left_edge:frame.start]
        boundary = [m.end() for m in re.finditer(r"[;:“”\"]|,\s(?:which|who|while|but|where|after|as)\s|(?<!\w)(?:said|says|told|that)(?!\w)", before)]
        if boundary and not re.search(r"(?:call|put|push)", before[boundary[-1]:], re.IGNORECASE):
            before = before[boundary[-1]:]
        after = re.split(r"[;:“”\"]|,\s(?:which|who|while|but|where|when|after|as)\s|(?<!\w)(?:said|says|told|that)(?!\w)", text[frame.end:frame.end + 80])[0]
        inside = text[frame.start:frame.end]
        noun = frame.rule.startswith(("noun", "gathering"))
        cues = set()
        modality = self.words.modality
        scope = f"{before} {inside}"
        if modality["future"].search(scope):
            cues.add("future")
        if noun and re.match(rf"(?:[\s,]+(?:[{ANY}]|with|between|in|on|at|of|the|and|his|her|their|to|by|for|next|later|this|[\w-]+ing)){{0,9}}\s(?:will|would|to be held|to take place|scheduled|slated|planned|expected|due|(?:is|are|was|were)?\s?set|(?:is|are|was|were) to)\b", after, re.IGNORECASE):
            cues.add("future")
        if modality["wish"].search(before) or _HOPE.search(text, max(0, frame.start - 45), frame.start):
            cues.add("wish")
        if frame.tense == "infinitive" and re.search(rf"[{PERSON}{STATE}{CITY}]\sto\s(?:\w+ly\s)?$", text[:frame.start]):
            cues.add("future")  # headlines plan with a bare infinitive: "King to host"
        if noun and re.search(r"^\s?(?:[\w\s]{0,30})\b(?:could|might|may|should)\b", after, re.IGNORECASE):
            cues.add("wish")
        if modality["negation"].search(before) or _DENIAL.search(text, 0, frame.start):
            cues.add("negation")
        if _MOVED.search(text):
            cues.add("moved")
        if "negation" in cues and frame.tense in ("future", "infinitive") and _CALLED_OFF.search(self.article.headline):
            cues.discard("negation")  # "will not meet on Monday", in an article of a meeting that was called off
            cues.add("cancelled")
        fate = text[frame.end:frame.end + 160] if noun else after
        if modality["cancelled"].search(scope) or _CANCELLED_AFTER.match(fate):
            cues.add("cancelled")
        if ((postponed := modality["postponed"].search(scope)) and not re.search(r"\bhad (?:been )?$", scope[:postponed.start()]) and not _ADJECTIVE.search(scope[postponed.start():])) or _POSTPONED_AFTER.match(fate) or re.search(r"^[^.;]{0,60}\b(?:was|were|been|is|being|and)\s(?:\w+\s)?(?:postponed|delayed|put off|pushed back|deferred)\b", after, re.IGNORECASE):
            cues.add("postponed")
        if modality["remote"].search(text, max(0, frame.start - 30), min(len(text), frame.end + 60)):
            cues.add("remote")
        if frame.tense in ("infinitive", "future") and "future" not in cues:
            cues.add("infinitive")
        return frozenset(cues)

    def _status(self, frame: Frame, cues: frozenset[str], when: When | None, other: When | None) -> tuple[Status, When | None]:
        if "cancelled" in cues:
            return Status.CANCELLED, when
        if "postponed" in cues:
            return Status.POSTPONED, when
        ahead = bool(cues & {"future"}) or frame.tense == "future"
        if when is not None:
            if (frame.tense == "past" and not ahead and when.first > self.published and other is not None and other.first <= self.published) or (ahead and when.last < self.published and other is not None and other.last >= self.published and frame.tense != "past"):
                when = other
            if when.first > self.published:
                return Status.PLANNED, when
            if when.last < self.published:
                return (Status.PLANNED if ahead and frame.tense in ("infinitive",) else Status.HELD), when
            if frame.tense == "past":
                return Status.HELD, when
            if ahead or "infinitive" in cues:
                return Status.PLANNED, when
            return Status.HELD, when
        if frame.tense == "past" and not ahead:
            return Status.HELD, None
        return (Status.PLANNED if ahead or "infinitive" in cues else Status.HELD), None

    # -- time and place -----------------------------------------------------------------------------------------

    def _time(self, sentence: Tagged, frame: Frame, found: list[Frame]) -> tuple[DateMention | None, str]:
        """The date that belongs to the frame: near it, in its clause, and not the day on which somebody said so."""
        text = sentence.text
        best: tuple[float, DateMention, str] | None = None
        for position in sentence.positions(WHEN):
            mention = sentence.when(position)
            if mention is None or mention.when is None:
                continue
            if self.dateline_start <= mention.start and mention.end <= self.dateline_end:
                continue
            if mention.kind is DateKind.TIME and mention.when.precision is not Precision.MINUTE and mention.when is None:
                continue
            after = position >= frame.end
            inside = frame.start <= position < frame.end
            gap = text[frame.end:position] if after else text[position + 1:frame.start]
            cost = 0.0 if inside else float(len(gap)) + (0 if after else 4)
            how = "sentence"
            if not inside:
                cost += 45 * len(re.findall(r"[;“”\"]|(?<!\w)(?:which|who|when|while|after|before|since|because|but|following|ahead of)(?!\w)", gap))
                cost += 25 * sum(1 for other in found if other is not frame and (frame.end <= other.start < position or position < other.start < frame.start))
                if re.search(r"(?<!\w)(?:said|told|announced|reported|added|says)\s(?:[\w’'-]+\s|[" + ANY + r"]\s?){0,3}(?:on\s|late\s|early\s|in a statement\s|earlier\s)*$", text[:position]):
                    cost += 140
                    how = "statement"
                elif re.match(r",?\s(?:[\w’'-]+\s){0,3}(?:said|announced|reported)\b", text[position + 1:position + 40]) and not after:
                    cost += 60
                if re.search(r"(?<!\w)since\s(?:\w+\s){0,5}$", text[:position]):
                    cost += 150
            if mention.when.precision is Precision.YEAR and re.match(r"\s[a-z]", text[position + 1:position + 3]) and not re.search(r"(?:in|of|since|from|until)\s$", text[:position]):
                cost += 30
            if best is None or cost < best[0]:
                best = (cost, mention, how)
        if best is None or best[0] > 260 or (best[2] == "statement" and frame.tense not in ("past", "noun")):
            return None, ""
        return best[1], best[2]

    def _moved(self, sentence: Tagged, frame: Frame) -> tuple[When, When | None] | None:
        """"postponed from Monday to Friday", "moved to 4 January": the new time, and the old one where it is told."""
        for match in _MOVED.finditer(sentence.text):
            if abs(match.start() - frame.end) > 160 and abs(match.end() - frame.start) > 160:
                continue
            new = sentence.when(match.start("new"))
            old = sentence.when(match.start("old")) if match["old"] else None
            if new is None or new.when is None:
                continue
            when = new.other if new.other is not None and new.when.last < self.published and new.other.first >= self.published else new.when
            if old is None:
                planned = re.search(rf"(?:planned|scheduled|set|due|slated|announced|expected)\s(?:for|on)\s(?:the\s)?(?P<old>[{WHEN}])", sentence.text)
                old = sentence.when(planned.start("old")) if planned else None
            return when, old.when if old is not None else None
        return None

    def _length(self, sentence: Tagged, frame: Frame) -> tuple[int | None, bool]:
        """How many days a "two-day visit" lasts, and whether the sentence dates its end ("wraps up")."""
        offset = max(0, frame.start - 60)
        for position in sentence.positions(DURATION, offset, min(len(sentence.text), frame.end + 60)):
            mention = sentence.when(position)
            if mention is None or not mention.days or not 1 < mention.days <= 31:
                continue
            if re.match(r"\s(?:[\w-]+\s){0,3}(?:visit|trip|tour|summit|meeting|conference|stay|stop|forum|session|talks|official)", sentence.text[position + 1:position + 40]):
                return mention.days, bool(_CLOSING.search(sentence.text))
        return None, False

    def _point(self, sentence: Tagged, position: int) -> Place | None:
        name = sentence.name(position)
        if name is None:
            return None
        return name.place or (Place(None, name.country) if name.country else None)

    def _place(self, sentence: Tagged, frame: Frame) -> Place | None:
        """The place named with the trigger: "in Astana", "at the Kremlin", nearest first; else the dateline's for the lead."""
        text = sentence.text
        best: tuple[float, int] | None = None
        for position in sentence.positions(STATE + CITY + PLACE):
            if not re.search(r"(?<!\w)(?:in|at|near|outside|inside)\s(?:[\w’'-]+\s){0,4}$", text[max(0, position - 45):position]):
                continue
            gap = text[frame.end:position] if position >= frame.end else text[position + 1:frame.start]
            if re.search(r"[;“”\"]|(?<!\w)(?:which|who|when|while|said|told|since)(?!\w)", gap) or len(gap) > 130:
                continue
            name = sentence.name(position)
            cost = len(gap) + (0 if position >= frame.end else 10) + (15 if name is not None and name.kind is NameKind.STATE else 0)
            if best is None or cost < best[0]:
                best = (cost, position)
        if best is not None:
            return self._point(sentence, best[1])
        if self.dateline_place is not None and sentence.number <= 4 and sentence.kind == "paragraph":
            return self.dateline_place
        return None


def _without_containers(places: list[Place]) -> list[Place]:
    """"Busan, South Korea" is one place: a country that follows its own city goes."""
    kept: list[Place] = []
    for place in places:
        if kept and place.name is None and kept[-1].country == place.country:
            continue
        kept.append(place)
    return kept
