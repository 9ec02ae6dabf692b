"""Drafts: frames on their way to claims, and when two of one article tell of the same event."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from timeline.extract.frame import Frame
from timeline.model import ActorKind, EventType, Participant, Place, Status
from timeline.when import Precision, When

CLASS = {EventType.MEETING: "encounter", EventType.VISIT: "encounter", EventType.CALL: "call", EventType.SUMMIT: "gathering",
         EventType.CONFERENCE: "gathering", EventType.SIGNING: "signing", EventType.CEREMONY: "ceremony"}


@dataclass(slots=True)
class Draft:
    """What one sentence asserts, resolved as far as the article allows. `when` is None while no time is known."""

    type: EventType
    participants: list[Participant]
    when: When | None
    status: Status
    place: Place | None
    organisation: str | None
    start: int  # of the sentence, in the article's text
    end: int
    rule: str
    sentence: int  # number in the article
    kind: str  # of the block
    tense: str = "noun"
    dated_by: str = ""  # sentence, statement, dateline, discourse, stay
    traveller: str | None = None  # country of the visitor
    formerly: When | None = None
    bilateral_summit: bool = False
    weak: bool = False  # a mention that adds to a known event but makes none of its own
    days: int | None = None  # how long it lasts, where told as a length
    closing: bool = False  # the sentence dates the end of it
    anaphor: bool = False  # "the talks": adds a time to an occasion told elsewhere
    margin_of: str | None = None  # the body on whose gathering's margin they met
    named_place: bool = False  # a gathering of many that is known by its place and day, without a body
    also: bool = False  # "he also visited": at the time of what was told before
    once_planned: bool = False  # "the visit had been set for November": the time it was moved away from
    firm: bool = False  # told with a verb of its own, past or planned
    mode_told: bool = True  # False: "spoke", which may have been in person or by telephone
    remarked: bool = False  # "he made the remarks at a meeting with B": on the day of what was said before
    background: bool = False  # told as history: "had", "ever", "in the past"
    readout: bool = False  # of a statement whose own day dates what it tells
    meets_body: bool = False  # a body's members are the counterpart: "met with ASEAN foreign ministers"
    dated_within: bool = False  # the date stands in the noun phrase itself: "Thursday's talks"
    over: bool = False  # days before the article: what is still planned was not done at it
    other_date: bool = False  # the sentence tells some time, though not this occasion's
    merged: int = 1
    confidence: float = 0.0  # what `assemble` makes of it in the end
    frame: Frame | None = None  # what it was read from

    @property
    def countries(self) -> frozenset[str]:
        """Countries and bodies that take part, the visited country included."""
        found = {p.country or p.name or "" for p in self.participants}
        if self.type is EventType.VISIT and self.place is not None and self.place.country:
            found.add(self.place.country)
        return frozenset(found - {""})

    def visitors(self) -> set[str | None]:
        """The states of those who travel."""
        return {p.country for p in self.participants if p.part == "visitor"}

    def offices(self, country: str) -> set[str]:
        """The offices by which a country is told to take part without a name: "the king"."""
        return {p.role for p in self.participants if p.kind is ActorKind.STATE and p.country == country and p.role}

    def persons(self, country: str) -> set[str]:
        """The identities of the persons who take part for a country."""
        return {p.actor_id for p in self.participants if p.kind is ActorKind.PERSON and p.country == country}


def dates_agree(one: When | None, other: When | None) -> bool:
    """Whether two times may be of one occasion: nested or equal, or one of them unknown."""
    if one is None or other is None:
        return True
    return one.contains(other) or other.contains(one) or (one.overlaps(other) and not (one.exact and other.exact))


def _people_agree(one: Draft, other: Draft) -> bool:
    for country in one.countries & other.countries:
        mine, theirs = one.persons(country), other.persons(country)
        if mine and theirs and not mine & theirs:
            return False
        offices, others = one.offices(country), other.offices(country)
        if offices and others and not offices & others and not mine and not theirs:
            return False  # the king and the prime minister, neither of them by name
    return True


def same(one: Draft, other: Draft) -> bool:
    """Whether two drafts of one article tell of one event."""
    if one.anaphor or other.anaphor:
        return False
    first, second = CLASS[one.type], CLASS[other.type]
    if {first, second} == {"call", "encounter"} and not (one.mode_told and other.mode_told):
        return one.countries == other.countries and dates_agree(one.when, other.when) and _people_agree(one, other) and EventType.VISIT not in (one.type, other.type)
    if EventType.VISIT in (one.type, other.type) and one.type is not other.type and (one.status is Status.CANCELLED) != (other.status is Status.CANCELLED):
        return False
    if {first, second} == {"encounter", "gathering"} and EventType.VISIT in (one.type, other.type):
        visit, many = (one, other) if one.type is EventType.VISIT else (other, one)
        if visit.when is None or many.when is None or visit.when != many.when or visit.when.length > 1 or (visit.days or 1) > 1 or visit.traveller is None:
            return False  # a day's journey to a gathering is the gathering
        there = visit.place is not None and many.place is not None and visit.place.country == many.place.country
        return bool(visit.persons(visit.traveller) & many.persons(visit.traveller)) and (there or (many.place is None and visit.countries <= many.countries))
    if first != second and not {first, second} <= {"encounter", "gathering"}:
        return False
    if not dates_agree(one.when, other.when) and not _next_day(one, other):
        return False
    if {one.status, other.status} == {Status.PLANNED, Status.HELD} and one.when is not None and other.when is not None and one.when != other.when \
            and not (one.when.exact and other.when.exact):
        return False
    shared = one.countries & other.countries
    if first == second == "gathering" and (one.named_place or other.named_place):
        if (one.named_place) != (other.named_place) and (one.organisation or other.organisation):
            bare, body = (one, other) if one.named_place else (other, one)
            if not bare.organisation and body.place is None and one.when is not None and other.when is not None and abs(one.sentence - other.sentence) <= 12:
                return True
        return one.place is not None and other.place is not None and one.place.name == other.place.name and one.place.name is not None
    if first == second == "gathering":
        if one.organisation and other.organisation:
            return one.organisation == other.organisation
        if one.organisation or other.organisation:
            named, other_ = (one, other) if one.organisation else (other, one)
            return named.organisation in other_.countries or (len(shared) >= 2 and not other_.bilateral_summit and not named.bilateral_summit)
        return len(shared) >= 2 and (one.countries <= other.countries or other.countries <= one.countries) and _people_agree(one, other)
    if first != second:
        # A bilateral "summit" is the same as the meeting of the two; a body's summit is not.
        if (one.organisation or other.organisation) or one.countries != other.countries:
            return False
        return _people_agree(one, other)
    if first in ("call", "signing", "encounter"):
        if not _people_agree(one, other):
            return False
        if one.type is EventType.VISIT or other.type is EventType.VISIT:
            return _same_visit(one, other)
        return len(shared) >= 2 or (bool(shared) and (one.countries <= other.countries or other.countries <= one.countries) and (one.weak or other.weak))
    return bool(shared)


def _next_day(one: Draft, other: Draft) -> bool:
    """Two days in a row of one body's gathering: its opening on Friday and its close on Saturday are one summit."""
    if CLASS[one.type] != "gathering" or CLASS[other.type] != "gathering" or not one.organisation or one.organisation != other.organisation:
        return False
    return one.when is not None and other.when is not None and one.when.exact and other.when.exact and one.when.gap_days(other.when) <= 1 \
        and one.when.length + other.when.length <= 4 and one.type is other.type


def _same_visit(one: Draft, other: Draft) -> bool:
    if one.type is EventType.VISIT and other.type is EventType.VISIT:
        if one.traveller != other.traveller and not one.visitors() & other.visitors():
            return False
        mine, theirs = (d.place.country if d.place else None for d in (one, other))
        return mine == theirs or mine is None or theirs is None
    visit, meeting = (one, other) if one.type is EventType.VISIT else (other, one)
    if visit.days and visit.days > 1:
        return False  # a visit of several days is one event, and each meeting on it another
    if visit.when is not None and meeting.when is not None:
        if not (visit.when == meeting.when or (not visit.when.exact and visit.when.contains(meeting.when))):
            return False
    elif visit.when is not None and visit.when.exact and visit.when.length > 1:
        return False
    return visit.countries <= meeting.countries and visit.traveller is not None and bool(visit.persons(visit.traveller) & meeting.persons(visit.traveller) or not visit.persons(visit.traveller))


def better_when(one: Draft, other: Draft) -> Draft:
    """Which of two drafts' times to keep: the more exact, then the one dated by its own sentence, then the first."""
    if other.when is None:
        return one
    if one.when is None:
        return other
    trust = {"sentence": 0, "stay": 2, "discourse": 1, "statement": 2, "dateline": 2, "month": 3, "": 3}
    rank_one = (trust[one.dated_by], one.when.precision.rank if one.when.precision is not Precision.MINUTE else 0, one.kind == "headline")
    rank_other = (trust[other.dated_by], other.when.precision.rank if other.when.precision is not Precision.MINUTE else 0, other.kind == "headline")
    return other if rank_other < rank_one else one


def merge(one: Draft, other: Draft) -> Draft:
    """One draft from two of the same event; the sentence that is quoted is the better dated one."""
    lead = better_when(one, other)
    rest = other if lead is one else one
    participants = unite([*one.participants, *other.participants])
    type_ = one.type
    if EventType.MEETING in (one.type, other.type) and EventType.VISIT in (one.type, other.type):
        type_ = EventType.MEETING
    if EventType.CONFERENCE in (one.type, other.type) and EventType.VISIT in (one.type, other.type):
        type_ = EventType.CONFERENCE
    if not one.mode_told or not other.mode_told:
        type_ = other.type if not one.mode_told else one.type
        if not one.mode_told and not other.mode_told and EventType.CALL in (one.type, other.type):
            type_ = EventType.CALL  # "A spoke with B. They discussed trade"
    if EventType.SUMMIT in (one.type, other.type) and CLASS[one.type] in ("gathering", "encounter"):
        type_ = EventType.SUMMIT
    place = lead.place or rest.place
    if place is not None and place.name is None and rest.place is not None and rest.place.name and rest.place.country == place.country:
        place = rest.place
    status = _status(one, other)
    when = lead.when
    if one.when is not None and other.when is not None and _next_day(one, other):
        when = When.days(min(one.when.first, other.when.first), max(one.when.last, other.when.last))
    return replace(lead, when=when, type=type_, participants=participants, status=status, place=place,
                   organisation=one.organisation or other.organisation, weak=one.weak and other.weak,
                   traveller=one.traveller or other.traveller, formerly=one.formerly or other.formerly,
                   days=one.days or other.days, closing=one.closing or other.closing, firm=one.firm or other.firm,
                   meets_body=one.meets_body and other.meets_body, background=one.background and other.background,
                   named_place=one.named_place or other.named_place,
                   margin_of=one.margin_of or other.margin_of,
                   mode_told=one.mode_told or other.mode_told,
                   bilateral_summit=one.bilateral_summit or other.bilateral_summit, merged=one.merged + other.merged)


def _status(one: Draft, other: Draft) -> Status:
    statuses = {one.status, other.status}
    if Status.CANCELLED in statuses:
        return Status.CANCELLED
    if Status.POSTPONED in statuses:
        told = one if one.status is Status.POSTPONED else other
        rest = other if told is one else one
        # "The visit was postponed from March": an undated word of an earlier delay does not undo a dated telling.
        return rest.status if told.when is None and rest.when is not None and rest.dated_by == "sentence" else Status.POSTPONED
    if len(statuses) == 1:
        return one.status
    if {one.type, other.type} == {EventType.VISIT, EventType.MEETING}:
        talks = one if one.type is EventType.MEETING else other
        visit = other if talks is one else one
        ahead = talks.frame is not None and (talks.tense == "future" or "plan" in talks.frame.bears)
        if talks.status is Status.PLANNED and ahead and not visit.over:
            return Status.PLANNED  # "A arrived on Monday and is to meet B": there for talks that are still to come
    dated = [d for d in (one, other) if d.when is not None]
    if len(dated) == 1 and dated[0].kind != "headline":
        return dated[0].status
    # Planned and held of one occasion: the one with a verb of its own knows better than a noun or a headline.
    verbs = [d for d in (one, other) if d.tense != "noun" and d.kind != "headline"]
    if len(verbs) == 1:
        return verbs[0].status
    return Status.HELD


def unite(participants: Iterable[Participant]) -> list[Participant]:
    """Each actor once; a state gives way to its named representatives."""
    named: dict[str, Participant] = {}
    for participant in participants:
        known = named.get(participant.actor_id)
        if known is None or (known.role is None and participant.role):
            named[participant.actor_id] = participant
    represented = {p.country for p in named.values() if p.kind is ActorKind.PERSON}
    return [p for p in named.values() if not (p.kind is not ActorKind.PERSON and (p.country or p.name) in represented)]
