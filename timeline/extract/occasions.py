"""A frame whose parties, time and place are known becomes drafts: of an encounter or a call, of a visit, of a gathering."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from timeline.extract.drafts import Draft, unite
from timeline.extract.frame import Frame
from timeline.extract.memory import Memory
from timeline.extract.participants import Parties, body_name, country_of, host_of, is_organisation
from timeline.extract.sentence import Sentence
from timeline.extract.timeplace import point, without_containers
from timeline.mentions import NameKind, NameMention
from timeline.model import ActorKind, EventType, Participant, Place

_NO_TRAVELLERS = frozenset({NameKind.STATE, NameKind.CITY, NameKind.ORGANISATION, NameKind.DEMONYM})


@dataclass(slots=True)
class Occasions:
    """Makes the drafts of one article's frames. `dateline_place` is where the report comes from, None where it does not say.

    Each method takes the `base` draft, which has the time, the place and the status, and the names of the two sides.
    """

    parties: Parties
    memory: Memory
    dateline_place: Place | None = None

    def elsewhere(self, place: Place | None) -> Place | None:
        """A place that the sentence itself tells; where the report comes from says little of where they met."""
        return place if place is not None and place != self.dateline_place else None

    # -- encounters and calls -----------------------------------------------------------------------------------

    def encounter(self, sentence: Sentence, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        """One draft, or one for each counterpart where "A met B and C" tells of two meetings."""
        terms = sentence.terms
        names = [*left, *right]
        ours, theirs = self.parties.all_of(left, right), self.parties.all_of(right, left)
        everybody = ours if frame.joint and not theirs else unite([*ours, *theirs])
        our_countries, their_countries = {country_of(p) for p in ours}, {country_of(p) for p in theirs}
        if len({country_of(p) for p in everybody}) < 2:
            there = self.elsewhere(base.place)
            host = there.country if there is not None else None
            if everybody and host and host not in {p.country for p in everybody} and frame.rule.startswith("light:meeting") and not right:
                everybody = [*everybody, host_of(host)]  # "held meetings in C on Thursday": with those of the place
                frame.joint = True
            else:
                base.weak = True
        remote = self.remote(sentence, frame)
        if not ours and not frame.joint and frame.rule in ("verb:meet", "verb:speak", "verb:negotiate", "verb:discuss"):
            base.weak = True  # "somebody met with A and B": they are one side of it
        call = self._is_call(sentence, frame, base, remote)
        base.margin_of = _margin_of(sentence)
        bodies = [name for name in names if self._members_of_body(sentence, name)]
        named = [p for p in theirs if p.kind is ActorKind.PERSON]
        if bodies and len(named) > 1:  # "with G7 leaders A, B and C": the names say who
            theirs, bodies = named, []
            everybody = unite([*ours, *theirs])
        gathers = frame.word == "gather" and len(left) == 1 and is_organisation(left[0])
        if bodies or gathers:  # "met with ASEAN foreign ministers": a gathering of the body
            body = bodies[0] if bodies else left[0]
            base.organisation = body.name or body_name(body)
            alone = len(names) == len(bodies) or gathers
            base.participants = [] if alone else everybody
            base.meets_body, base.weak = not alone and not frame.joint, False
            base.type = EventType.SUMMIT if terms.leaders.search(body.text) else EventType.CONFERENCE
            if frame.kind == "call" or remote:
                base.place = None
            return [base]
        # "European ministers met in C"
        regional = frame.joint and base.place is not None and bool(base.place.name) and all((name.plural and not _is_pair(sentence, name)) or (frame.many and name is not names[0]) for name in names)
        if base.weak and ((everybody and right) or regional) and _many_nations(sentence, names):
            # "met with the defence ministers of 28 countries": a gathering whose others nobody names
            of_leaders = regional and any(terms.leaders.search(name.text) for name in names)
            base.participants, base.weak, base.named_place, base.type = everybody, False, True, EventType.SUMMIT if of_leaders else EventType.CONFERENCE
            return [base]
        of_one_phrase = len(theirs) > 3 and all(name.kind is NameKind.OFFICE and name.plural for name in right)
        joint_call = call and len(theirs) > 1 and not frame.word.endswith(terms.calls_endings) and (len(theirs) > 2 or frame.kind == "call" or remote)
        hosting = frame.verb is not None and frame.verb.lemma in terms.hosting_verbs
        hosted = frame.host and len(their_countries) > (1 if hosting else 2)  # one host of three or more receives them together
        together = frame.joint or frame.many or frame.word == "summit" or hosted or joint_call or of_one_phrase
        kind = EventType.CALL if call else EventType.MEETING
        if ours and len(our_countries) <= 1 and len(theirs) > 1 and not together:
            split = [replace(base, participants=unite([*ours, one]), type=kind, place=None if call else base.place) for one in theirs]
            for draft in split:
                draft.weak = len(draft.countries) < 2
            return split
        if len(ours) > 1 and len(theirs) == 1 and len(our_countries) > 1 and terms.each.search(sentence.text):
            return [replace(base, participants=unite([one, *theirs]), type=kind, place=None if call else base.place) for one in ours]
        base.participants = everybody
        self._type_of(sentence, frame, base, call)
        if call:
            base.place = None
        if frame.host and left and base.place is None and ours and not base.margin_of and ours[0].country:
            base.place = Place(None, ours[0].country)
        return [base]

    def _type_of(self, sentence: Sentence, frame: Frame, base: Draft, call: bool) -> None:
        """A call or a meeting of two; of three or more a summit, where leaders take part or it is named one, or a conference."""
        countries = {country_of(p) for p in base.participants}
        if len(countries) >= 3 or (frame.many and frame.word != "gather" and not call):
            of_leaders = self.parties.leaders(base.participants) >= 2
            if call and (frame.kind == "call" or frame.word == "speak"):
                base.type = EventType.CALL
            else:
                base.type = EventType.SUMMIT if of_leaders or (frame.word == "summit" and not call) else EventType.CONFERENCE
        elif call:
            base.type = EventType.CALL
        elif frame.word.startswith(sentence.terms.summit_stems):
            base.type, base.bilateral_summit = EventType.SUMMIT, True

    def _is_call(self, sentence: Sentence, frame: Frame, base: Draft, remote: bool) -> bool:
        """Whether they spoke from afar. "A spoke with B" is a call unless the sentence tells where they met."""
        terms = sentence.terms
        base.mode_told = remote or (frame.word not in ("speak", "discuss", "negotiate") and frame.word not in terms.conversations)
        if frame.word != "speak" or remote:
            return frame.kind == "call" or remote
        if frame.tense == "infinitive" or (frame.verb is not None and frame.verb.form == "ing" and frame.verb.opener in terms.during_stay):
            return False  # "he said this while talking to B"
        there = self.elsewhere(base.place)
        if terms.in_person.search(sentence.text) or (there is not None and there.name):
            base.mode_told = True
            return False
        return True

    def remote(self, sentence: Sentence, frame: Frame) -> bool:
        """Whether a telephone or a screen is told beside the trigger."""
        items, start, text = sentence.items, sentence.start, sentence.text
        first, last = items[frame.first].start - start, items[frame.last - 1].end - start
        return bool(self.parties.words.remote.search(text, max(0, first - 30), min(len(text), last + 60)))

    def _members_of_body(self, sentence: Sentence, name: NameMention) -> bool:
        """"ASEAN foreign ministers": those who stand for a body of states."""
        return name.plural and is_organisation(name) and bool(sentence.terms.members.search(name.text)) \
            and not self.parties.is_movement(name) and self.parties.organ_of(name) is None

    # -- visits -------------------------------------------------------------------------------------------------

    def visit(self, sentence: Sentence, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        """One draft for each country gone to; none where nobody who represents a state goes abroad."""
        travellers = self.parties.all_of(name for name in left if name.kind is not NameKind.ORGANISATION or frame.rule == "verb:send")
        pronouns = frame.left and all(sentence.kinds[m] in "hH" for m in frame.left)
        if not travellers or (pronouns and all(name.kind in _NO_TRAVELLERS for name in left)):
            return []
        own = {p.country for p in travellers}
        hosts = [p for p in self.parties.all_of(right) if p.country not in own]
        base.type = EventType.VISIT
        base.traveller = travellers[0].country
        places = self._destinations(sentence, frame, base, hosts)
        abroad = [place for place in places if place.country and place.country not in own]
        if not abroad:
            if hosts:
                base.participants = unite([*travellers, *hosts])
                base.place = Place(None, hosts[0].country)
                return [base]
            there = self.elsewhere(base.place)
            if not places and there is not None and there.country not in own:
                abroad = [there]  # "in Hanoi, where he is on a visit"
        if not abroad:
            if places or not frame.rule.endswith(":visit"):
                return []
            base.participants, base.weak, base.place = travellers, True, None
            return [base]
        visitors = [replace(p, part="visitor") for p in travellers]
        drafts = []
        for place in abroad:
            country = place.country or ""
            host = [p for p in hosts if p.country == country] or [host_of(country)]
            drafts.append(replace(base, place=place, participants=unite([*visitors, *host])))
        return drafts

    def _destinations(self, sentence: Sentence, frame: Frame, base: Draft, hosts: Sequence[Participant]) -> list[Place]:
        """The places gone to; where none is told, a dated visit is one to where the report comes from."""
        parties = self.parties
        dated = base.when is not None and base.dated_by == "sentence"
        to_here = frame.word == "arrive here" or (
            not frame.to and not hosts and dated and frame.rule.partition(":")[0] in ("noun", "beside", "object"))
        if to_here and self.dateline_place is not None:
            return without_containers([parties.place(self.dateline_place)])
        return without_containers([parties.place(place) for position in frame.to if (place := point(sentence, position)) is not None])

    # -- gatherings ---------------------------------------------------------------------------------------------

    def gathering(self, sentence: Sentence, frame: Frame, base: Draft, left: list[NameMention], right: list[NameMention]) -> list[Draft]:
        """A summit or a conference, known by its body, by its place and day, or by who takes part."""
        body = sentence.name(frame.body) if frame.body >= 0 else self.memory.body if frame.body_anaphor else None
        summit = frame.word == "summit"
        base.type = EventType.SUMMIT if summit else EventType.CONFERENCE
        base.participants = self.parties.all_of([*left, *right])
        if frame.to and self.elsewhere(base.place) is None:
            place = point(sentence, frame.to[0])
            base.place = self.parties.place(place) if place is not None else base.place
        if body is not None:
            base.organisation = body.name or body_name(body) or None
            base.participants = [p for p in base.participants if p.name != base.organisation]
        if frame.named_place and base.place is None:
            base.place = self.dateline_place
        base.named_place = frame.named_place and base.place is not None and (bool(base.place.name) or frame.many)
        bodies_ = [p for p in base.participants if p.kind is ActorKind.ORGANISATION]
        if base.organisation is None and len(base.participants) == len(bodies_) == 1 and frame.rule.startswith(("light", "verb")) and left and self._members_of_body(sentence, left[0]):
            base.organisation, base.participants = bodies_[0].name, []  # "NATO leaders opened a summit"
        if base.organisation is None:
            self._without_body(frame, base, [*left, *right])
        if frame.remote or (self.remote(sentence, frame) and not summit):
            base.place = None
            if base.named_place and base.organisation is None:
                base.named_place, base.weak = False, len(base.countries) < 2  # on a screen, and nobody says whose it is
        return [base]

    def _without_body(self, frame: Frame, base: Draft, names: list[NameMention]) -> None:
        """What a gathering that no body holds is known by: its place, or the two states that meet."""
        summit = frame.word == "summit"
        if base.place is not None and any(name.plural and name.country is None for name in names):
            base.named_place = bool(base.place.name)  # "African leaders and the French president opened a summit"
        countries = len(base.countries)
        if base.participants and frame.rule == "light:gathering" and summit and countries == 1:
            base.named_place = True  # "plans to convene a summit on trade"
        if base.named_place or frame.many:
            return
        if countries == 2 and summit:
            base.bilateral_summit = True
        elif countries == 2:
            base.type = EventType.MEETING
        elif countries < 2:
            base.weak = True


def _margin_of(sentence: Sentence) -> str | None:
    """The body on whose gathering's margin they met: the first that is named after "on the sidelines of"."""
    margin = sentence.terms.margin.search(sentence.text)
    if margin is None:
        return None
    for index, item in enumerate(sentence.items):
        if item.start - sentence.start >= margin.end():
            name = sentence.name(index)
            if name is not None and name.kind is NameKind.ORGANISATION:
                return name.name
    return None


def _is_pair(sentence: Sentence, name: NameMention) -> bool:
    """Whether a word before a plural tells that it is of two: "the two prime ministers"."""
    return sentence.text[:name.start - sentence.start].lower().rpartition(" ")[0].rpartition(" ")[2] in sentence.terms.pair_quantifiers


def _many_nations(sentence: Sentence, names: list[NameMention]) -> bool:
    """Whether those met are of many states that nobody names: "ministers of 28 countries", "Gulf leaders"."""
    unnamed = [name for name in names if name.plural and name.country is None and not name.actor_id]
    if not unnamed:
        return False
    return bool(sentence.terms.many_nations.search(sentence.text)) or any(name.kind is NameKind.GROUP and sentence.terms.regional.search(name.text) for name in unnamed)
