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
from timeline.extract.modality import cues_of, status_of
from timeline.extract.tagged import ANY, CITY, ORGANISATION, PERSON, PLACE, STATE, WHEN, Tagged
from timeline.extract.timeplace import date_of, length_of, moved, place_of, point, without_containers
from timeline.gazetteer import Gazetteer
from timeline.mentions import NameKind, NameMention
from timeline.model import ActorKind, Article, EventType, Participant, Place, Status

# Offices whose holders make a gathering a summit.
_LEADER = re.compile(r"president|prime minister|premier|chancellor|king|queen|emir|sultan|leader|chairman|pope|taoiseach|crown prince|emperor|ruler", re.IGNORECASE)
_NOT_LEADER = re.compile(r"vice|deputy|foreign|minister of|speaker|assembly|parliament|senate|committee|adviser|advisor", re.IGNORECASE)
_MEMBERS = re.compile(r"leaders|ministers|members|heads of|chiefs", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?<!\w)(?:had|once|ever|never|previous(?:ly)?|in the past|years?|decades?|since|often|regular(?:ly)?|repeatedly|several times|times|frequently|always|usually|historic(?:ally)?|annual|"
                         r"rounds|failed|past|former|last|many|several|whenever|during his (?:first )?(?:term|presidency))(?!\w)", re.IGNORECASE)
# What became of the noun: "talks that were to be held on Friday have been cancelled". "Had been put off" tells of earlier times.
_ONCE_PLANNED = re.compile(rf"\s(?:was|were|had been)\s(?:\w+ly\s|first\s|then\s)*(?:planned|set|scheduled|due|slated)\s(?:for|on|to)\s(?:the\s)?[{WHEN}]", re.IGNORECASE)
_PARTY_COUNCIL = re.compile(r"opposition|party|rebels?", re.IGNORECASE)
_SAYING = re.compile(r",?\s(?:has\s|had\s|also\s|\w+ly\s)?(?:said|says|told|announced|added|confirmed|hoped?|hopes|explained|stated|vowed|promised|pledged|insisted|warned|wrote)\b", re.IGNORECASE)
_MEET_AT = re.compile(r"(?<!\w)(?:meet|meets|met)(?:\s(?:again|up|each other|one another|on|in|late|early|[\ue000-\uf8ff]),?)*\sat\s(?:a|an|the|this|next)\s(?:[\w-]+\s|[\ue000-\uf8ff](?:['’]s)?\s){0,4}?(?:summit|forum|conference|leaders|meeting of)", re.IGNORECASE)
_READOUT = re.compile(r"^\W*(?:readout|statement|press release|remarks|joint statement)\b", re.IGNORECASE)
_NOT_ON = re.compile(r"(?<!\w)(?:ahead of|before|prior to|until|since|next|skip\w*|for|after)\s(?:[\w’'-]+\s){0,4}$", re.IGNORECASE)
_NEVER = re.compile(r"spokes|ambassador-designate|interpreter|journalist|reporter|analyst|professor|expert|editor|correspondent|candidate|coach", re.IGNORECASE)

_SOVIET_END = date(1991, 12, 26)

# Confidence of each rule before anything speaks for or against the claim.
_CONFIDENCE = {"verb:told in": 0.7, "verb:of them": 0.75, "verb:due in": 0.65, "verb:spend": 0.7, "verb:see": 0.7, "verb:told by telephone": 0.8, "gathering:its": 0.6, "gathering:bare": 0.5, "gathering:held": 0.7, "verb:told visiting": 0.8, "verb:spoke": 0.7, "verb:be in": 0.6, "noun:with": 0.8, "noun:between": 0.82, "noun:owner": 0.7, "verb:meet": 0.85, "verb:receive": 0.85, "verb:speak": 0.8,
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
    body: NameMention | None = None  # the last organisation of states that was named
    person: NameMention | None = None  # the last singular person that was a subject
    declined: list[tuple[int, Frame, str]] = field(default_factory=list)  # sentence, frame, and why it makes no event
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
            outcome = self._draft(sentence, frame, found)
            if isinstance(outcome, str):
                self.declined.append((sentence.number, frame, outcome))
            else:
                drafts += outcome
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
            at = next((d for d in meetings if d.rule == "verb:meet" and _MEET_AT.search(sentence.text)), None)
            if at is not None:  # "A and B will meet at the summit": they take part in it, and that is all
                draft.participants = [p for p in at.participants if p.name != draft.organisation]
                draft.when, draft.dated_by = draft.when or at.when, draft.dated_by or at.dated_by
                drafts.remove(at)
                meetings.remove(at)
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
        bodies = [name for p in sentence.positions(ORGANISATION) if (name := sentence.name(p)) is not None and (name.name or "") not in self.words.other_bodies]
        if bodies:
            self.body = bodies[-1]
        if subjects:
            self.person = subjects[0]
            self.topic = [subjects[0]]
        for frame in found:
            members = self._members(sentence, frame.left) + self._members(sentence, frame.right)
            several = len({m.actor_id or m.name or m.country for m in members})
            if several == 2 or (several > 2 and frame.joint):
                self.pair = members
        both = re.search(rf"[{PERSON}]\sand\s(?:his\s|her\s|the\s)?[{PERSON}]", sentence.text)
        if both and not found:
            two = [name for p in (both.start(), both.end() - 1) if (name := sentence.name(p)) is not None and name.country and not name.plural]
            if len(two) == 2:
                self.pair = two
        if drafts:
            self.previous = drafts

    def _members(self, sentence: Tagged, group: Group | None, other: Group | None = None) -> list[NameMention]:
        """The names that a group stands for, pronouns resolved from what went before; a pronoun never stands for `other`."""
        if group is None:
            return []
        found: list[NameMention] = []
        for position in group.members:
            if is_pronoun(sentence, position):
                if is_singular_pronoun(sentence, position):
                    taken = other.members if other is not None else []
                    earlier = [name for p in sentence.positions(PERSON, 0, position) if p not in taken and (name := sentence.name(p)) is not None
                               and (name.actor_id or "").startswith("person:") and not name.plural and not _NEVER.search(name.role or "")]
                    speaker = [name for p in sentence.positions(PERSON, 0, position) if (name := sentence.name(p)) in earlier
                               and _SAYING.match(sentence.text, p + 1)]
                    chosen = speaker[-1] if speaker else earlier[0] if earlier else self.person
                    if chosen is not None:
                        found.append(chosen)
                else:
                    found += self.pair
                continue
            name = sentence.name(position)
            if name is None or (name.kind is NameKind.DEMONYM and not name.plural and not group.compound
                                and not re.match(r"\s[A-Z][a-z]+\s", sentence.text[position + 1:position + 25])):
                continue  # "Russian" before a noun is no party; "the Russians", "Russian-Turkish talks" and "the Australian Department" tell of parties
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
            if len(persons) < 2 and frame.start < 60:  # "After their talks, A and B said"
                persons = [name for p in sentence.positions(PERSON, frame.end) if (name := sentence.name(p)) is not None]
            return persons[:2] if len(persons) >= 2 else list(self.pair)
        earlier = [name for p in sentence.positions(PERSON, 0, frame.start) if (name := sentence.name(p)) is not None
                   and name.kind is NameKind.PERSON and not _NEVER.search(name.role or "")]
        if earlier:
            return earlier[-1:]
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

    def _of_the_day(self, place: Place) -> Place:
        return replace(place, country=self._state(place.country)) if place.country else place

    def _participants(self, names: list[NameMention], other: list[NameMention] | None = None) -> list[Participant]:
        return unite(p for name in names if (p := self.participant(name, other)) is not None)

    # -- one frame ----------------------------------------------------------------------------------------------

    def _draft(self, sentence: Tagged, frame: Frame, found: list[Frame]) -> list[Draft] | str:
        """The drafts that a frame gives, or why it gives none."""
        cues = cues_of(sentence, frame, found, self.words, self.article.headline)
        absent = frame.kind == "gathering" and frame.body is not None and frame.rule == "gathering:attend" and bool(cues & {"negation", "wish"})
        if absent:  # who stays away, or may come, takes no part; the gathering is told all the same
            cues -= {"negation", "wish"}
        if cues & {"negation", "wish"} and not cues & {"cancelled", "postponed"}:
            return "denied or refused" if "negation" in cues else "wished, proposed or possible only"
        if frame.kind == "gathering" and not self._diplomatic(sentence, frame):
            return "a gathering of a body that is none of states"
        left, right = self._members(sentence, frame.left, frame.right), self._members(sentence, frame.right, frame.left)
        if absent:
            left = []
        if frame.owner and not left:
            left = self._owner(sentence, frame)
        if frame.left is not None and not left and frame.kind != "gathering":
            return "who takes part is not told"
        mention, dated_by = date_of(sentence, frame, found, (self.dateline_start, self.dateline_end))
        when, other = (mention.when, mention.other) if mention is not None else (None, None)
        change = moved(sentence, frame, self.published) if "postponed" in cues or "moved" in cues else None
        if change is not None:
            when, former = change
            status = Status.PLANNED if when.last >= self.published else Status.HELD
            dated_by = "sentence"
        else:
            former = None
            status, when = status_of(frame, cues, when, other, self.published, sentence.kind)
        if when is not None and when.length > 750:  # a century or a decade dates no occasion
            when = None
        length = length_of(sentence, frame)
        place = place_of(sentence, frame, self.dateline_place)
        place = self._of_the_day(place) if place is not None else None
        base = Draft(EventType.MEETING, [], when, status, place, None, sentence.start, sentence.end, frame.rule,
                     _CONFIDENCE.get(frame.rule, 0.75), sentence.number, sentence.kind, frame.tense, dated_by if when else "")
        base.days, base.closing = length
        base.formerly = former
        base.background = bool(_BACKGROUND.search(sentence.text, max(0, frame.start - 80), min(len(sentence.text), frame.end + 60)))
        base.also = bool(re.search(r"(?<!\w)also\s$", sentence.text[:frame.start]))
        base.readout = bool(_READOUT.search(self.article.headline))
        base.firm = "future" in cues or frame.tense in ("past", "progressive")
        if sentence.kind == "headline":
            base.confidence *= 0.9
        if frame.anaphor:
            base.anaphor = base.weak = True
            base.once_planned = bool(_ONCE_PLANNED.match(sentence.text, frame.end))
            base.type = {"call": EventType.CALL, "visit": EventType.VISIT}.get(frame.kind, EventType.MEETING)
            return [base]
        if frame.kind in ("encounter", "call"):
            return self._encounter(sentence, frame, base, left, right, cues)
        if frame.kind == "visit":
            return self._visit(sentence, frame, base, left, right) or "nobody who represents a state travels abroad"
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
        margin = re.search(rf"(?<!\w)(?:sidelines?|margins?|fringes) of (?:[\w’'-]+ |[{WHEN}](?:['’]s)? ){{0,4}}(?P<body>[{ORGANISATION}])", sentence.text)
        if margin and (body := sentence.name(margin.start("body"))) is not None:
            base.margin_of = body.name
        call = frame.kind == "call" or "remote" in cues
        base.mode_told = "remote" in cues or frame.word not in ("speak", "discuss")
        if frame.word == "speak" and frame.tense == "infinitive" and "remote" not in cues:
            call = False
        if frame.word == "speak" and "remote" not in cues and (
                re.search(r"(?<!\w)(?:during|at|in|after|before) (?:a|the|their|his|her) (?:[\w-]+ ){0,2}(?:meeting|talks|summit|visit)\b|in person|face to face", sentence.source) or self._near(sentence, frame)
                or (base.place is not None and base.place.name and base.place != self.dateline_place)):
            call, base.mode_told = False, True
        multilateral = bool(re.search(r"(?<!\w)(?:trilateral|three-way|four-way|tripartite|quadrilateral|multilateral)(?!\w)", sentence.source, re.IGNORECASE))
        bodies = [name for name in (*left, *right) if name.plural and (name.actor_id or "").startswith("organisation:") and _MEMBERS.search(name.text)]
        named = [p for p in theirs if p.kind is ActorKind.PERSON]
        if bodies and len(named) > 1:  # "with G7 leaders A, B and C": the names say who
            theirs = named
            everybody = unite([*ours, *theirs])
            bodies = []
        if bodies and len(everybody) >= 1:  # "met with ASEAN foreign ministers": a gathering of the body
            base.participants = everybody
            base.organisation = bodies[0].name or (bodies[0].actor_id or "").removeprefix("organisation:")
            base.type = EventType.SUMMIT if re.search("leaders|heads", bodies[0].text, re.IGNORECASE) else EventType.CONFERENCE
            base.meets_body = True
            return [base]
        of_one_phrase = len(theirs) > 3 and all(name.kind is NameKind.OFFICE and name.plural for name in right)
        joint_call = call and len(theirs) > 1 and not frame.word.endswith("calls") and (len(theirs) > 2 or frame.word in ("call", "phone call") or "remote" in cues)
        hosted = frame.host and len(theirs_countries) > 2  # one host of three or more receives them together
        if not frame.joint and len(ours_countries) <= 1 and len(theirs) > 1 and not hosted and not multilateral and frame.word != "summit" and not joint_call and not of_one_phrase:
            split = []
            for one in theirs:
                draft = replace(base, participants=unite([*ours, one]))
                draft.type = EventType.CALL if call else EventType.MEETING
                if draft.type is EventType.CALL:
                    draft.place = None
                split.append(draft)
            return split
        if len(ours) > 1 and len(theirs) == 1 and re.search(r"(?<!\w)(?:both|each|separately|respectively|in turn)(?!\w)", sentence.text[frame.left.end if frame.left else 0:frame.end + 20]):
            return [replace(base, participants=unite([one, *theirs]), type=EventType.CALL if call else EventType.MEETING,
                            place=None if call else base.place) for one in ours]
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
        if frame.host and left and base.place is None and ours and not base.margin_of:
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
        places = [self._of_the_day(place) for position in frame.to if (place := point(sentence, position)) is not None]
        places = without_containers(places)
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
            drafts.append(replace(base, place=place, participants=unite([*(replace(p, part="visitor") for p in travellers), *host])))
        return drafts

    def _gathering(self, sentence: Tagged, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        body = sentence.name(frame.body) if frame.body is not None else self.body if frame.body_anaphor else None
        base.type = EventType.SUMMIT if frame.word == "summit" else EventType.CONFERENCE
        base.participants = self._participants([*left, *right])
        if body is not None:
            base.organisation = body.name or (body.actor_id or "").removeprefix("organisation:") or None
            base.participants = [p for p in base.participants if p.name != base.organisation]
        base.named_place = frame.named_place and base.place is not None and bool(base.place.name)
        if base.organisation is None and len(base.countries) < 3 and not base.named_place:
            base.weak = True
        return [base]
