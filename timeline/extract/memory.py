"""What an article has spoken of so far: whom "he", "they", "both leaders" and "the alliance" stand for."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from timeline.extract.clauses import Clauses
from timeline.extract.frame import Frame, several
from timeline.extract.grammar import Grammar
from timeline.extract.sentence import Sentence
from timeline.mentions import NameKind, NameMention

_ANNOUNCED = 8  # sentences of a page among which the line stands that says who speaks
_LINE = 200  # characters of such a line at most
_ENDS = (".", "!", "?", "”")
_PERSONS = frozenset({NameKind.PERSON, NameKind.OFFICE, NameKind.COUNTERPART, NameKind.GROUP})


@lru_cache(maxsize=4096)
def _is_no_party(words: Grammar, role: str) -> bool:
    """Whether who has the role represents nobody; asked again and again of few roles."""
    return words.no_party.search(role) is not None


@dataclass(slots=True)
class Memory:
    """Read sentence by sentence, in the order of the article."""

    words: Grammar
    home: str | None = None  # the state whose official outlet writes: "the Foreign Minister" is its own
    pair: list[NameMention] = field(default_factory=list)  # the last two or more who met
    body: NameMention | None = None  # the last organisation of states that was named
    person: NameMention | None = None  # the last singular person that was a subject
    persons: list[NameMention] = field(default_factory=list)  # the last two different persons that were named
    speaker: NameMention | None = None  # whose words the article gives: "I" is he
    told: list[NameMention] = field(default_factory=list)  # those whom its headline names
    states: dict[str, tuple[int, NameMention]] = field(default_factory=dict)  # how often each state and body was named

    def members(self, sentence: Sentence, members: list[int], other: list[int]) -> list[NameMention]:
        """The names that items stand for, pronouns resolved from what went before; a pronoun never stands for `other`."""
        terms = sentence.terms
        found: list[NameMention] = []
        for index in members:
            kind = sentence.kinds[index]
            if kind == "h" and sentence.items[index].low in terms.speaker_pronouns:
                voice = self._voice(sentence)
                if voice is not None:
                    found.append(voice)
                continue
            if kind == "h":
                chosen = self._singular(sentence, index, other)
                if chosen is not None:
                    found.append(chosen)
                continue
            if kind == "H":
                found += self._plural(sentence, index)
                continue
            name = sentence.name(index)
            if name is not None and name.plural and name.country is None and not name.actor_id and sentence.low(index + 1) in terms.of_whom and sentence.kind(index + 2) == "H":
                found += self._of_both(name, sentence, index + 2)
                continue
            if name is not None and name.plural and name.country is None and not name.actor_id and (seat := self._seat(name, sentence, index + 1)):
                found.append(name._replace(country=seat))
                continue
            if name is not None and name.kind is NameKind.COUNTERPART and name.country is None and sentence.kinds[index + 1:index + 3] == ",P" and self._person(sentence.name(index + 2)):
                name = sentence.name(index + 2)  # "met with his counterpart, Secretary B"
            if name is not None and name.kind is NameKind.OFFICE and name.country is None and not name.plural:
                chosen = self._holder(name, [sentence.name(p) for p in other])  # "the foreign minister": of whom the article has spoken
                if chosen is not None:
                    found.append(chosen)
                    continue
            if name is not None:
                found.append(self._of_home(name))
        return found

    def _seat(self, group: NameMention, sentence: Sentence, index: int) -> str | None:
        """The state of the "officials in Cairo": that of the capital, or the state, whose "in" stands at `index`."""
        terms = sentence.terms
        if sentence.low(index) not in terms.within or group.text.rsplit(" ", 1)[-1].lower() not in terms.officials:
            return None
        place = sentence.name(index + 1)
        return place.country if place is not None and (sentence.kinds[index + 1] == "S" or place.capital) else None

    def _of_home(self, name: NameMention) -> NameMention:
        """An office or its holder without a state, in a text of an official outlet: that outlet's state."""
        stateless = name.country is None and not name.actor_id and not name.plural
        if self.home is not None and stateless and (name.kind is NameKind.OFFICE or (name.kind is NameKind.PERSON and name.role)):
            return name._replace(country=self.home)
        return name

    def _holder(self, office: NameMention, others: Sequence[NameMention | None]) -> NameMention | None:
        """The person of this office of whom the article spoke last, and in a text of an official outlet of its own state. It is
        none of those whom the office meets: "The Foreign Minister met Foreign Minister B"."""
        terms = self.words.terms
        words = set((office.role or office.text).lower().split())
        met = {name.actor_id for name in others if name is not None}
        held = [name for name in reversed(self.persons) if words & set((name.role or "").lower().split()) - terms.role_links
                and name.actor_id not in met and self.home in (None, name.country)]
        return held[0] if held else None

    def _person(self, name: NameMention | None) -> bool:
        return name is not None and not name.plural and name.country is not None and name.kind in (NameKind.PERSON, NameKind.OFFICE, NameKind.COUNTERPART) \
            and not _is_no_party(self.words, name.role or "")

    def _singular(self, sentence: Sentence, index: int, other: list[int]) -> NameMention | None:
        """Whom "he" or "she" stands for: the first person of the sentence that is no object of the same verb, else the one spoken of."""
        terms = sentence.terms
        earlier = [name for p in range(index) if sentence.kinds[p] == "P" and p not in other and (name := sentence.name(p)) is not None and self._person(name)
                   and "preposition" not in sentence.word(p - 1).function]
        who = next((p for p in range(index - 1, 1, -1) if sentence.word(p).function & {"relative"} and sentence.kinds[p] == "w"), -1)
        if who > 0 and "," not in sentence.kinds[who + 1:index]:  # "A is less known than B, who was cheered when he visited C": B
            at = who - 2 if sentence.kind(who - 1) == "," else who - 1
            if sentence.kind(at) == "P" and at not in other and self._person(antecedent := sentence.name(at)):
                return antecedent
        if earlier:
            said = [p for p in range(index) if sentence.kinds[p] == "P" and p not in other and self._person(sentence.name(p)) and {sentence.low(p + 1), sentence.low(p + 2)} & terms.said]
            return sentence.name(said[-1]) if said else earlier[0]
        if self.speaker is not None and len(self.told) == 2 and not earlier:
            return next((name for name in self.told if name.actor_id != self.speaker.actor_id), None)
        taken = {name.actor_id for p in other if (name := sentence.name(p)) is not None}
        if self.person is not None and self.person.actor_id in taken:
            return next((name for name in reversed(self.persons) if name.actor_id not in taken), None)
        return self.person

    def spoken_of(self, sentence: Sentence, index: int, other: list[int]) -> NameMention | None:
        """The person of whom the words before `index` speak: the first of the sentence, else the one spoken of before."""
        return self._singular(sentence, index, other)

    def _voice(self, sentence: Sentence) -> NameMention | None:
        """Who says "I": the one who speaks in the article, else the one who is said to say it in this sentence."""
        terms = sentence.terms
        if self.speaker is not None:
            return self.speaker
        for index, kind in enumerate(sentence.kinds):
            if kind == "P" and self._person(name := sentence.name(index)):
                near = {sentence.low(index + 1), sentence.low(index - 1), sentence.low(index + 2)}
                if near & terms.said_i:
                    return name
        if self.home is not None and '"' not in sentence.kinds:
            return NameMention(sentence.start, sentence.start, "", NameKind.STATE, country=self.home)
        return None

    def listen(self, sentence: Sentence) -> None:
        """Take in who speaks: "Remarks by A and B", "THE PRESIDENT:" at the head of a paragraph."""
        terms = sentence.terms
        if sentence.block == "headline":
            self.told = [name for p, kind in enumerate(sentence.kinds) if kind == "P" and self._person(name := sentence.name(p)) and name is not None]
            if self.told and terms.speech.match(sentence.text) and not (sentence.name(sentence.kinds.find("P")) is not self.told[0]):
                self.speaker = self.told[0]
        elif self.told and sentence.kinds[:1] == "P" and sentence.low(1) == ":" and self._person(name := sentence.name(0)):
            self.speaker = name
        elif self._announces(sentence):
            self.speaker = next((name for p, kind in enumerate(sentence.kinds) if kind == "P" and self._person(name := sentence.name(p))), None)

    def _announces(self, sentence: Sentence) -> bool:
        """"SPEECH OF PRESIDENT A", "Remarks by A at the dinner": a line before a speech that says whose it is."""
        return self.speaker is None and sentence.number <= _ANNOUNCED and len(sentence.text) <= _LINE and sentence.text[-1:] not in _ENDS and sentence.terms.speech.match(sentence.text) is not None

    def _plural(self, sentence: Sentence, index: int) -> list[NameMention]:
        terms = sentence.terms
        inside = [name for p in range(index) if sentence.kinds[p] == "P" and self._person(name := sentence.name(p)) and name is not None]
        distinct = {name.actor_id or name.name: name for name in inside}
        if len({name.country for name in distinct.values()}) == 2 and len(distinct) == 2:
            return list(distinct.values())
        if sentence.items[index].low.split()[-1] in terms.plural_states:
            two = self.two_states()
            if two and not (self.pair and {n.country for n in self.pair} == {n.country for n in two}):
                return two
        if sentence.items[index].low in terms.plural_objects and not self.pair:
            return []
        return list(self.pair) or (list(self.persons) if len(self.persons) == 2 else []) or self.two_states()

    def _of_both(self, group: NameMention, sentence: Sentence, index: int) -> list[NameMention]:
        """Who the "officials of both countries" are, where these words end at `index`: those named behind them, else those told before. Presidents
        told before are no foreign ministers, nor the other way round: then those of their states are meant."""
        terms = sentence.terms
        if sentence.kinds[index + 1:index + 6] == ",PwP," and "and" in sentence.word(index + 3).function:
            named = [name for p in (index + 2, index + 4) if (name := sentence.name(p)) is not None and self._person(name)]
            if len(named) == 2:
                return named  # "the foreign ministers of both countries, A and B, met"

        def holder(name: NameMention) -> NameMention:
            alike = not group.role or not name.role or self._leads(group.role) == self._leads(name.role)
            if not name.country or (alike and not terms.plain_people.search(group.text)):
                return name
            return group._replace(kind=NameKind.OFFICE, country=name.country, plural=False)

        return [holder(name) for name in self._plural(sentence, index)]

    def _leads(self, role: str) -> bool:
        """Whether an office is that of a state's leader."""
        terms = self.words.terms
        return terms.leader.search(role) is not None and terms.not_leader.search(role) is None

    def two_states(self) -> list[NameMention]:
        """The two states or bodies that the article speaks of most."""
        ranked = sorted(self.states.values(), key=lambda row: -row[0])
        if len(ranked) >= 2 and ranked[1][0] >= 2 and (len(ranked) == 2 or ranked[1][0] > ranked[2][0]):
            return [ranked[0][1], ranked[1][1]]
        return []

    def owner(self, sentence: Sentence, frame: Frame) -> list[NameMention]:
        """Whose "his call" or "their talks" it is: the nearest person before it, else the one spoken of."""
        terms = sentence.terms
        if frame.owner == "both":
            return self.two_states()
        if frame.owner in terms.my:
            voice = self._voice(sentence)
            return [voice] if voice is not None else []
        if frame.owner in terms.our:
            voice = self._voice(sentence)
            others = [name for name in self.told if voice is not None and name.country != voice.country]
            return [voice, *others] if voice is not None and frame.joint else [voice] if voice is not None else []
        if frame.owner in terms.their:
            persons = [name for p in range(frame.first) if sentence.kinds[p] in "PS" and (name := sentence.name(p)) is not None and (name.country or name.actor_id)]
            bodies = [name for name in persons if name.plural and (name.actor_id or "").startswith("organisation:")]
            if bodies and frame.first > 4:
                return bodies[-1:]
            distinct = list({name.actor_id or name.country: name for name in persons}.values())
            if len(distinct) < 2 and frame.first < 12:  # "After their talks, A and B said"
                later = [name for p in range(frame.last, len(sentence.items)) if sentence.kinds[p] == "P" and (name := sentence.name(p)) is not None]
                distinct = later if len(later) >= 2 else distinct
            return distinct[:2] if len(distinct) >= 2 else list(self.pair)
        earlier = [name for p in range(frame.first) if sentence.kinds[p] == "P" and (name := sentence.name(p)) is not None and self._person(name)]
        if earlier:
            return earlier[-1:]
        later = [name for p in range(frame.last, len(sentence.items)) if sentence.kinds[p] == "P" and (name := sentence.name(p)) is not None and self._person(name)]
        if "," in sentence.kinds[frame.last:] and frame.first < 12 and later and not frame.right:
            return later[:1]
        return [self.person] if self.person is not None else []

    def notice(self, sentence: Sentence, names: Sequence[NameMention]) -> None:
        """Take in the names of a sentence that was not parsed: its first person without a preposition is whom it speaks of."""
        terms = sentence.terms
        subject: NameMention | None = None
        if sentence.block == "headline":
            self.told = [name for name in names if self._person(name)]
            if self.told and terms.speech.match(sentence.text):
                self.speaker = self.told[0]
        elif self.told and names and names[0].start == sentence.start and self._person(names[0]) and sentence.text[names[0].end - sentence.start:].startswith(":"):
            self.speaker = names[0]
        elif self._announces(sentence):
            self.speaker = next(filter(self._person, names), None)
        for name in names:
            self._count(name)
            if subject is None and self._person(name) and not name.possessive:
                before = sentence.text[max(0, name.start - sentence.start - 24):name.start - sentence.start].lower().split()
                while before and before[-1] in terms.articles_and_owners:
                    before.pop()
                if not before or "preposition" not in getattr(self.words.words.get(before[-1]), "function", ()):
                    subject = name
        if subject is not None:
            self.person = subject

    def _count(self, name: NameMention) -> None:
        if name.kind is NameKind.PLACE or (name.kind is NameKind.CITY and not name.capital):
            return
        person = name.kind in _PERSONS
        key = name.country or name.name or ""
        if key and (person or not name.plural):
            count, known = self.states.get(key, (0, name))
            self.states[key] = (count + 1, known if known.kind in (NameKind.STATE, NameKind.ORGANISATION) else name)
        if name.kind is NameKind.ORGANISATION and (name.name or "") not in self.words.other_bodies:
            self.body = name
        elif person and self._person(name) and not name.former and not any(name.actor_id == known.actor_id for known in self.persons):
            self.persons = [*self.persons, name][-2:]

    def remember(self, clauses: Clauses, found: list[Frame]) -> None:
        """Take in a sentence that has been read."""
        sentence = clauses.sentence
        terms = sentence.terms
        for item in sentence.items:
            if item.mention is not None and isinstance(item.mention, NameMention):
                self._count(item.mention)
        subjects = [name for group in clauses.groups if not group.preposition and not group.possessive and len(group.members) == 1
                    and (name := sentence.name(group.members[0])) is not None and self._person(name)]
        if subjects:
            mouthpiece = bool(subjects[0].role) and terms.mouthpiece.search(subjects[0].role or "") is not None
            doing = [name for verb in clauses.verbs if verb.subject is not None and "say" not in verb.roles and (name := sentence.name(verb.subject.members[0])) is not None and self._person(name)] if mouthpiece else []
            mouth = doing and doing[0].actor_id != subjects[0].actor_id
            self.person = doing[0] if mouth else subjects[0]  # "the ambassador said that A would come. He will ...": A will
        for frame in found:
            members = self.members(sentence, frame.left, frame.right) + self.members(sentence, frame.right, frame.left)
            count = len({m.actor_id or m.name or m.country for m in members})
            if count == 2 or (count > 2 and frame.joint):
                self.pair = members
        if not found:
            for group in clauses.groups:
                if len(group.members) == 2 and several(clauses, group.members):
                    two = [name for m in group.members if (name := sentence.name(m)) is not None and name.country and not name.plural]
                    if len(two) == 2 and two[0].country != two[1].country:
                        self.pair = two
