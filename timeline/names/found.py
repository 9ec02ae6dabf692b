"""What one reading of an article's phrases finds, before anybody is identified."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from timeline.gazetteer import City, Organisation, Person, State, Venue
from timeline.mentions import NameKind
from timeline.names.lexicon import Lexicon, Office
from timeline.names.tokens import Tokens, Unit


class Party(NamedTuple):
    """A nationality as told before or after an office: tokens and the code of the party."""

    start: int
    end: int
    country: str | None
    unit: Unit
    possessive: bool
    joined: bool  # to the one before by "and", "or" or a comma

    @property
    def leads(self) -> bool:
        """Whether it may stand right before another nationality ("US Iran envoy", "Russian UN ambassador"): a bare name
        of a state there ends a dateline ("HANOVER, Germany U.S. President")."""
        kinds = self.unit.kinds
        if "demonym" in kinds or "organisation" in kinds or "venue" in kinds:
            return True
        return self.end - self.start == 1 and self.acronym

    @property
    def acronym(self) -> bool:
        return "state" in self.unit.kinds and self.unit.acronym


@dataclass(slots=True)
class Found:
    """One phrase: tokens `start` up to `end`. `name` are the tokens of a personal name; `offices` what is told of it.

    `determiner` is "the" or a possessive pronoun where one stands before. `row` is the state, organisation, city or
    venue. `people` are those of the gazetteer who have the name. `spelled` is a town as the text has it.
    """

    kind: NameKind
    start: int
    end: int
    name: tuple[int, ...] = ()
    offices: Sequence[Office] = ()
    role: str | None = None
    country: str | None = None
    former: bool = False
    plural: bool = False
    possessive: bool = False
    determiner: str = ""
    honorific: bool = False
    row: State | Organisation | City | Venue | list[City] | None = None
    people: Sequence[Person] = ()
    spelled: str | None = None
    chars: tuple[int, int] | None = None  # where the phrase is part of a token ("US-China")


@dataclass(slots=True)
class Phrases:
    tokens: Tokens
    lexicon: Lexicon
    found: list[Found]
    bare: list[tuple[int, int]]  # runs of capitalised words that nobody knows yet
