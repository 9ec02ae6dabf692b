"""Whom the names of an article stand for as parties to an event: persons, states, organisations."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from timeline.extract.drafts import unite
from timeline.extract.grammar import Grammar
from timeline.gazetteer import Gazetteer
from timeline.mentions import NameKind, NameMention
from timeline.model import ActorKind, Participant, Place
from timeline.when import When

_SOVIET_END = date(1991, 12, 26)
_STATE_CODE = re.compile("[A-Z]{2}")
_UNIONS = ("EU", "UN")  # codes of two letters that are organisations


def country_of(participant: Participant) -> str | None:
    """The state that a participant counts for; of an organisation its name."""
    return participant.country or participant.name


def host_of(country: str) -> Participant:
    """The state of a place, as the host of what is done there."""
    return Participant(ActorKind.STATE, f"state:{country}", None, country, part="host")


@dataclass(slots=True)
class Parties:
    """Reads the names of one article as participants. `text` is the article's, `published` its day."""

    text: str
    published: date
    gazetteer: Gazetteer
    words: Grammar
    then: When | None = None  # the time of the occasion that is being read

    def all_of(self, names: Iterable[NameMention], other: list[NameMention] | None = None) -> list[Participant]:
        """Each participant once. `other` are the names of the other side, whose office a counterpart holds."""
        return unite(participant for name in names if (participant := self.of(name, other)) is not None)

    def of(self, name: NameMention, other: list[NameMention] | None = None) -> Participant | None:
        """The participant that a name stands for, None where it can be no party."""
        kind = name.kind
        if self._out_of_office(name) or self.words.no_party.search(name.role or "") or kind is NameKind.PLACE:
            return None
        if kind is NameKind.CITY and not name.capital:
            return None
        actor = name.actor_id or ""
        if kind is NameKind.PERSON or actor.startswith("person:"):
            if name.country is None or name.name is None:
                return None
            role = name.role
            if role is None and kind is NameKind.COUNTERPART and other:
                role = other[0].role
            identity = actor or f"person:{name.name.lower().replace(' ', '-')}"
            return Participant(ActorKind.PERSON, identity, name.name, self.state(name.country), role)
        if kind is NameKind.ORGANISATION or is_organisation(name):
            organ = self.organ_of(name)
            if organ is not None:  # a parliament stands for its state
                state = self.state(organ)
                return Participant(ActorKind.STATE, f"state:{state}", None, state)
            label = name.name or actor.removeprefix("organisation:")
            return Participant(ActorKind.ORGANISATION, actor or f"organisation:{label}", label, None)
        if name.country is None:
            return None
        if not _STATE_CODE.fullmatch(name.country) or name.country in _UNIONS:
            return Participant(ActorKind.ORGANISATION, f"organisation:{name.country}", name.country, None)
        state = self.state(name.country)
        return Participant(ActorKind.STATE, f"state:{state}", None, state, name.role if kind is not NameKind.GROUP else None)

    def _out_of_office(self, name: NameMention) -> bool:
        """A former holder represents nobody, unless he held it then: "then-president A"."""
        return name.former and not self.words.terms.then_office.search(self.text, max(0, name.start - 8), name.start + 8) and not self._in_office_then(name)

    def _in_office_then(self, name: NameMention) -> bool:
        """Whether somebody who is out of office today held one at the time of the occasion: a chancellor's visit nine years ago."""
        person, then = self.gazetteer.persons.get(name.actor_id or ""), self.then
        if person is None or then is None or then.last >= self.published:
            return False
        first, last = then.first.isoformat(), then.last.isoformat()
        return any(term.country == name.country and term.start <= last and (not term.end or term.end >= first) for term in person.terms)

    def state(self, code: str) -> str:
        """The state of the article's day: what is Russia today was the Soviet Union until December 26, 1991."""
        return "SU" if code == "RU" and self.published < _SOVIET_END else code

    def place(self, place: Place) -> Place:
        """A place with its state of the article's day."""
        return replace(place, country=self.state(place.country)) if place.country else place

    def organ_of(self, name: NameMention) -> str | None:
        """The state whose organ an organisation is ("US Senate"), None where it is one of several states."""
        row = self.gazetteer.organisations.get(body_name(name))
        return row.party if row is not None and row.kind == "body" and row.party in self.gazetteer.states else None

    def is_movement(self, name: NameMention) -> bool:
        """Whether an organisation takes part as a state does: the leaders of a movement are no gathering of members."""
        row = self.gazetteer.organisations.get(body_name(name))
        return row is not None and row.kind == "movement"

    def leaders(self, participants: Iterable[Participant]) -> int:
        """How many hold an office that makes a gathering a summit."""
        leader, lesser = self.words.terms.leader, self.words.terms.not_leader
        return sum(1 for p in participants if leader.search(p.role or "") and not lesser.search(p.role or ""))


def is_organisation(name: NameMention) -> bool:
    """Whether a name is an organisation's or its members': "NATO", "NATO leaders"."""
    return (name.actor_id or "").startswith("organisation:")


def body_name(name: NameMention) -> str:
    """The name by which the gazetteer knows the organisation that a mention stands for, "" where it stands for none."""
    return (name.actor_id or "").removeprefix("organisation:")
