"""What `find_dates` and `find_names` hand to `claims_from`: mentions with their spans in the text."""
from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from timeline.model import Place
from timeline.when import When


class DateKind(StrEnum):
    """TIMEX3's types, and `reference` for its PRESENT_REF, PAST_REF and FUTURE_REF."""

    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    SET = "set"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class DateMention:
    """One expression of time. `text == document[start:end]`.

    `when` is what it denotes, None where it denotes no place in the calendar or was declined; `declined` then says why.
    `other` is the reading in the other direction (past against future) where only tense decided. `timex` is the TIMEX3
    value (`1998-W47`, `PRESENT_REF`, `P3D`). `basis` is `stated`, `relative` or `inferred`. `days` is the length of a
    duration told in days or weeks ("three-day visit"). `note` reports a contradiction ("Thursday (October 9)").
    """

    start: int
    end: int
    text: str
    kind: DateKind
    when: When | None
    rule: str
    basis: str = "stated"
    timex: str | None = None
    declined: str | None = None
    other: When | None = None
    days: int | None = None
    note: str | None = None


class NameKind(StrEnum):
    PERSON = "person"  # somebody with a name: "Kazakh President Kassym-Jomart Tokayev", "Tokayev", "Mr Blinken"
    OFFICE = "office"  # an office without a name: "the German chancellor", "Turkey's foreign minister"
    COUNTERPART = "counterpart"  # "his Kazakh counterpart", "its Japanese and Korean counterparts" (one per state)
    GROUP = "group"  # people known by their state or body: "Chinese officials", "the Russian delegation", "UN envoys"
    STATE = "state"  # "Kazakhstan", or a metonym that can only be one: "the Kremlin" as an actor
    DEMONYM = "demonym"  # "Kazakh" standing before a noun that is none of the above
    ORGANISATION = "organisation"  # "CSTO", "the European Union"
    CITY = "city"  # "Astana"; capitals carry their country: they may stand for it ("Moscow said")
    PLACE = "place"  # a venue or a region: "Camp David", "the Gulf", "Southeast Asia"


class NameMention(NamedTuple):
    """One name, office, state, organisation or place. `text == document[start:end]`.

    The span covers title, office and state that belong to it ("Russian Foreign Minister Sergei Lavrov" is one PERSON
    mention). `actor_id` (see `model.Actor`) is None where it stays unresolved; `why` then says why ("ambiguous
    surname"). `name` is the most usual English spelling. `country` is the party represented. `role` is the office in the
    text's words, normalised ("President", "Foreign Minister"). `plural` marks "foreign ministers", "leaders". A state that
    has several mentions in one phrase ("the foreign ministers of Japan, Canada and Thailand", "Japanese, Canadian and Thai
    counterparts") gives one mention each, OFFICE or COUNTERPART or GROUP, with the span of its own word. `place` is set for
    CITY, PLACE (where it is a known point), STATE (country only). `former` marks "former president X".
    """

    start: int
    end: int
    text: str
    kind: NameKind
    actor_id: str | None = None
    name: str | None = None
    country: str | None = None
    role: str | None = None
    plural: bool = False
    former: bool = False
    place: Place | None = None
    capital: bool = False
    possessive: bool = False
    why: str | None = None
