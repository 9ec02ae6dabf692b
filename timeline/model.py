"""The nouns: Page -> Article -> Claim -> Event -> Change.

Frozen dataclasses without behaviour that needs a clock, a file or a network. `When` has a module of its own.
"""
from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from timeline.when import Precision, When

__all__ = ["Actor", "ActorKind", "Appointment", "Article", "Block", "Change", "Claim", "Event", "EventType", "Excerpt", "Form",
           "Participant", "Place", "Precision", "Status", "Tier", "When", "identifier"]


class EventType(StrEnum):
    MEETING = "meeting"
    VISIT = "visit"
    CALL = "call"
    SUMMIT = "summit"
    CONFERENCE = "conference"
    SIGNING = "signing"
    CEREMONY = "ceremony"


class Status(StrEnum):
    """What sources said. `unreported` is derived when asked and never stored, so it is not here."""

    PLANNED = "planned"
    HELD = "held"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Tier(StrEnum):
    """How near a source stands to the event, nearest first."""

    OFFICIAL = "official"
    WIRE = "wire"
    PRESS = "press"


class ActorKind(StrEnum):
    PERSON = "person"
    STATE = "state"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that takes part in events, with one id whatever the spelling.

    Ids: `person:vladimir-putin`, `state:RU`, `organisation:CSTO`. `country` is the ISO 3166-1 alpha-2 code (`XK`
    Kosovo; `EU`, `UN`, `NATO` and other organisations by acronym) of the party that the actor stands for.
    """

    id: str
    kind: ActorKind
    name: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor in one event: with the office held then, and the part played (`host`, `visitor`, `participant` ...).

    `name` is None for a delegation that is known by its state alone.
    """

    kind: ActorKind
    actor_id: str
    name: str | None
    country: str | None
    role: str | None = None
    part: str = "participant"


@dataclass(frozen=True, slots=True)
class Place:
    """The most exact of city or country that a source supports. Degrees are WGS 84.

    `name` is None for a country-only place, which then has no coordinates either.
    """

    name: str | None
    country: str | None
    latitude: float | None = None
    longitude: float | None = None
    time_zone: str | None = None


class Form(StrEnum):
    """What a page's text is of an article."""

    ARTICLE = "article"
    TEASER = "teaser"  # its beginning; the rest is for subscribers
    APPOINTMENT = "appointment"  # an entry of a calendar
    LIVE_BLOG = "live-blog"  # entries of several hours or days: "today" in them is not the day of publication


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar's own fields say of an entry (RFC 5545 VEVENT): they need no reading.

    `status` is planned or cancelled, `firm` is False where the calendar calls it tentative, and `repeats` says that it
    stands for a series of which `when` is the first.
    """

    when: When
    status: Status
    location: str = ""
    firm: bool = True
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One headline, paragraph or caption with its offsets in `Article.text`."""

    kind: str  # "headline", "paragraph" or "caption"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is kept of a text that was let go, and where it began in it."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """What one page told. Kept first: everything else can be made again from it.

    `text` is the one string that every offset in the project refers to. Of an article whose text was let go
    (`timeline.excerpts`) it holds the headline and the `excerpts`, each where it stood, and blanks between.
    """

    url: str  # canonical
    source: str  # id of the source row that read it
    headline: str
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published_on: date | None = None  # the day of publication in the outlet's zone
    published_at: datetime | None = None  # aware; None where only the day is known
    published_basis: str = "unknown"  # which tag or file gave it: "json-ld", "meta", "feed", "time", "file" ...
    modified_at: datetime | None = None  # aware
    dateline: str | None = None  # "ASTANA, November 9", as it stands before the first sentence
    language: str = "und"  # BCP 47 primary tag, "und" where it is not known
    time_zone: str = "UTC"  # IANA zone of the outlet
    tier: Tier = Tier.PRESS
    form: Form = Form.ARTICLE
    appointment: Appointment | None = None  # of an entry of a calendar
    excerpts: tuple[Excerpt, ...] = ()  # in their order, none within another
    outlet: str = ""  # whose page it is, whichever of its sources read it; empty where only the source is known

    @property
    def text(self) -> str:
        """Headline, paragraphs and captions, parted by a blank line."""
        text = "\n\n".join((self.headline, *self.paragraphs, *self.captions))
        for excerpt in self.excerpts:
            text = text.ljust(excerpt.start) + excerpt.text
        return text

    def blocks(self) -> Iterator[Block]:
        """Where each part stands in `text`."""
        position = 0
        for kind, parts in (("headline", (self.headline,)), ("paragraph", self.paragraphs), ("caption", self.captions)):
            for part in parts:
                yield Block(kind, position, position + len(part))
                position += len(part) + 2

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the text: two versions of a page with equal digests tell the same."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence of one article asserts. Never edited; a new version of the article replaces its claims.

    `quotation` equals `article.text[start:end]`. `told_on` is the source's own time: the day the article was
    published. `rule` names the rule that made the claim, `confidence` is the share of such claims that hold (0 to 1).
    `formerly` is the time that an event was moved away from ("postponed from Monday"). `sketch` stands for the article's text
    (`timeline.syndication`), `home` is the state (or "EU") whose official outlet published it, `outlet` is the article's; claims
    stored before these were kept have none of them.
    """

    id: str
    article: str  # canonical URL
    source: str
    tier: Tier
    told_on: date
    told_at: datetime | None  # aware
    type: EventType
    participants: tuple[Participant, ...]
    when: When
    status: Status
    place: Place | None
    organisation: str | None
    quotation: str
    start: int
    end: int
    rule: str
    confidence: float
    formerly: When | None = None
    sketch: str = ""
    home: str | None = None
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Folded from its claims; `id` comes from the first of them and never changes.

    `witnesses` counts the outlets that tell a report of their own, `confirmed_by` are the parties (codes, sorted) whose own
    official outlet says what the status says.
    """

    id: str
    claims: tuple[Claim, ...]
    type: EventType
    participants: tuple[Participant, ...]
    when: When
    status: Status
    place: Place | None
    organisation: str | None
    title: str
    confidence: float
    formerly: tuple[When, ...] = ()  # earlier dates, oldest first
    revision: int = 0  # SEQUENCE of the calendar: one higher with each material change
    witnesses: int = 1
    confirmed_by: tuple[str, ...] = ()
    ruled_out: bool = False  # an operator has ruled that there is no such event; it is kept so that none comes in its stead
    origin: str | None = None  # the event of which its first article told before it was read or written anew

    @property
    def articles(self) -> tuple[str, ...]:
        """URLs of the articles that the event rests on, each once, in the order of the claims."""
        return tuple(dict.fromkeys(claim.article for claim in self.claims))


@dataclass(frozen=True, slots=True)
class Change:
    """One step in an event's history. `before` is None where the event is new, `after` where nothing tells of it
    any more. `material` says whether a calendar user would see a difference (then `after.revision` is one higher).
    """

    event_id: str
    at: datetime  # aware; the `now` that was passed in
    before: Event | None
    after: Event | None
    reason: str
    material: bool
    heir: str | None = None  # where `after` is None: the event that tells of it now, if one does


def identifier(*parts: str) -> str:
    """A stable 16-character id (80 bits of SHA-256, RFC 4648 base32 in lower case) from what it stands for."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return b32encode(digest[:10]).decode("ascii").lower()
