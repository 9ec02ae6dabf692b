"""The answers as the OpenAPI document describes them. They describe; the bytes are rendered elsewhere.

`tests/api/test_openapi.py` holds real answers against these schemas, so that neither drifts from the other.
"""
from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Regexp
from marshmallow import EXCLUDE

from app.api.parameters import SERVED_STATUSES, exact_day
from app.health import State
from timeline.history import Turn
from timeline.model import ActorKind, EventType, Form, Status, Tier
from timeline.rulings import RulingKind
from timeline.series import SeriesKind
from timeline.when import Precision

TEXT_LIMIT = 200_000
"""Characters of an article's text that `POST /extract` takes."""


def _told(text: str) -> dict[str, str]:
    return {"description": text}


class WhenSchema(Schema):
    start = String(required=True, metadata=_told("ISO 8601 at the precision told: 2023-11-09, 2023-09 or 2023."))
    end = String(required=True, allow_none=True, metadata=_told("Only where the occasion lasts past `start`'s own unit."))
    precision = String(required=True, validate=OneOf([one.value for one in Precision]))
    time = String(required=True, allow_none=True, metadata=_told("Clock time HH:MM where one was told."))
    time_zone = String(required=True, allow_none=True, metadata=_told("IANA zone of `time`."))
    edtf = String(required=True, metadata=_told("Extended Date/Time Format, ISO 8601-2."))


class ParticipantSchema(Schema):
    kind = String(required=True, validate=OneOf([one.value for one in ActorKind]))
    name = String(required=True, allow_none=True, metadata=_told("None for a delegation known by its state alone."))
    country = String(required=True, allow_none=True, metadata=_told("ISO 3166-1 alpha-2, XK, or a body's acronym."))
    role = String(required=True, allow_none=True, metadata=_told("Office held at the time."))
    part = String(required=True, metadata=_told("Part played: participant, host, visitor."))
    actor = String(required=True, metadata=_told("Id for /actors."))


class PlaceSchema(Schema):
    name = String(required=True, allow_none=True)
    country = String(required=True, allow_none=True)
    latitude = Float(required=True, allow_none=True, metadata=_told("WGS 84, degrees."))
    longitude = Float(required=True, allow_none=True, metadata=_told("WGS 84, degrees."))


class EventSourceSchema(Schema):
    source = String(required=True)
    publisher = String(required=True)
    url = String(required=True)
    published = String(required=True, metadata=_told("A day, or a time in UTC where it is known."))
    tier = String(required=True, validate=OneOf([one.value for one in Tier]))
    copy_of = String(required=True, allow_none=True, metadata=_told(
        "Address of the earliest article of the event that prints the same report; null where it copies nobody."))
    gone = String(metadata=_told("Since when the page answers 404 or 410, or the official calendar lists the entry no more; only where it is so."))


class EventSchema(WhenSchema):
    id = String(required=True, metadata=_told("Never changes."))
    type = String(required=True, validate=OneOf([one.value for one in EventType]))
    status = String(required=True, validate=OneOf(SERVED_STATUSES))
    title = String(required=True)
    participants = List(Nested(ParticipantSchema), required=True)
    organisation = String(required=True, allow_none=True)
    place = Nested(PlaceSchema, required=True, allow_none=True)
    confidence = Float(required=True, metadata=_told("Share of such events that hold, 0 to 1."))
    witnesses = Integer(required=True, metadata=_told("Outlets that tell a report of their own; copies count once."))
    confirmed_by = List(String(), required=True, metadata=_told(
        "Parties (their codes) whose own official outlet says what the status says."))
    sources = List(Nested(EventSourceSchema), required=True)
    plover = String(required=True)
    cameo = String(required=True)
    schema_status = String(required=True, metadata=_told("schema.org EventStatusType."))
    formerly = List(Nested(WhenSchema), required=True, metadata=_told("Earlier dates, oldest first."))
    first_seen = String(required=True, metadata=_told("RFC 3339, UTC."))
    updated = String(required=True, metadata=_told("RFC 3339, UTC."))
    revision = Integer(required=True, metadata=_told("One higher with each change that a calendar shows."))
    url = String(required=True, metadata=_told("Address of this event, relative to the service."))


class OffsetsSchema(Schema):
    start = Integer(required=True)
    end = Integer(required=True)


class AssertedSchema(WhenSchema):
    type = String(required=True)
    status = String(required=True)
    participants = List(Nested(ParticipantSchema), required=True)
    organisation = String(required=True, allow_none=True)
    place = Nested(PlaceSchema, required=True, allow_none=True)
    formerly = Nested(WhenSchema, required=True, allow_none=True)


class EvidenceSchema(Schema):
    claim = String(required=True)
    quotation = String(required=True, metadata=_told("The article's own words."))
    offsets = Nested(OffsetsSchema, required=True,
                     metadata=_told("Of the quotation in the article's text, in Unicode code points."))
    article = String(required=True, metadata=_told("Address of the article."))
    article_id = String(required=True, metadata=_told("Id for /articles."))
    version = Integer(required=True, metadata=_told("Version of the article that was read."))
    headline = String(required=True)
    source = String(required=True)
    publisher = String(required=True)
    tier = String(required=True)
    published = String(required=True)
    rule = String(required=True, metadata=_told("Name of the rule that read it."))
    confidence = Float(required=True)
    asserts = Nested(AssertedSchema, required=True, metadata=_told("What this sentence says, whatever others say."))


class CitedSchema(Schema):
    claim = String(required=True)
    quotation = String(required=True, metadata=_told("The article's own words."))
    article = String(required=True, metadata=_told("Address of the article."))
    source = String(required=True)
    publisher = String(required=True)
    tier = String(required=True, validate=OneOf([one.value for one in Tier]))
    published = String(required=True, metadata=_told("The source's own time."))


class StatusStepSchema(Schema):
    turn = String(required=True, validate=OneOf([one.value for one in Turn]), metadata=_told(
        "What the claim brought; `time`: the same occasion's time, told more exactly or corrected."))
    status = String(required=True, validate=OneOf([one.value for one in Status]), metadata=_told("From then on."))
    when = Nested(WhenSchema, required=True, metadata=_told("From then on."))
    claim = Nested(CitedSchema, required=True)


class RefusedSchema(Schema):
    status = String(required=True, validate=OneOf([one.value for one in Status]), metadata=_told("What the claim says."))
    when = Nested(WhenSchema, required=True)
    reason = String(required=True)
    claim = Nested(CitedSchema, required=True)


class StatusesSchema(Schema):
    steps = List(Nested(StatusStepSchema), required=True, metadata=_told(
        "In the order of the sources' time; the last has the event's status and time."))
    refused = List(Nested(RefusedSchema), required=True, metadata=_told("Claims whose status is not followed."))


class SayingSchema(Schema):
    claim = String(required=True)
    source = String(required=True)
    article = String(required=True, metadata=_told("Address of the article."))


class SaidSchema(Schema):
    value = String(required=True, metadata=_told("A status, a type, an EDTF time, a place or a party."))
    claims = List(Nested(SayingSchema), required=True)


class ContradictionSchema(Schema):
    field = String(required=True, validate=OneOf(["status", "time", "place", "type", "parties"]))
    chosen = Nested(SaidSchema, required=True)
    others = List(Nested(SaidSchema), required=True)
    reason = String(required=True, metadata=_told("Why the chosen value was."))


class PartSchema(Schema):
    id = String(required=True)
    title = String(required=True)
    start = String(required=True)
    end = String(required=True)
    url = String(required=True)


class SeriesSchema(Schema):
    id = String(required=True, metadata=_told("Of the summit's event; a trip has an id of its own and no event."))
    kind = String(required=True, validate=OneOf([one.value for one in SeriesKind]))
    title = String(required=True)
    parts = List(Nested(PartSchema), required=True, metadata=_told("All parts, in order of time."))


class EventDetailSchema(EventSchema):
    part_of = Nested(SeriesSchema, required=True, allow_none=True, metadata=_told(
        "The summit on whose margin it is, or the trip whose leg it is; null with `as_of`."))
    parts = List(Nested(PartSchema), required=True, metadata=_told("Of a summit: the meetings on its margin; empty with `as_of`."))
    contradictions = List(Nested(ContradictionSchema), required=True, metadata=_told(
        "Where claims of weight exclude each other; not where one is merely more exact."))
    statuses = Nested(StatusesSchema, required=True)
    evidence = List(Nested(EvidenceSchema), required=True)


class MovedSchema(Schema):
    id = String(required=True, metadata=_told("Of the event that it is one with."))
    url = String(required=True)


class EventPageSchema(Schema):
    events = List(Nested(EventSchema), required=True)
    cursor = String(required=True, allow_none=True, metadata=_told("For the next page; null on the last."))
    next = String(required=True, allow_none=True, metadata=_told("Address of the next page; null on the last."))


class ActSchema(Schema):
    id = String(required=True, metadata=_told("Of the correction."))
    kind = String(required=True, validate=OneOf([one.value for one in RulingKind]))
    act = String(required=True, validate=OneOf(["made", "undone"]))
    by = String(required=True)
    note = String(required=True)


class HistoryItemSchema(Schema):
    at = String(required=True)
    reason = String(required=True)
    material = Boolean(required=True, metadata=_told("Whether a calendar shows the difference."))
    revision = Integer(required=True, allow_none=True, metadata=_told("After the change; null once withdrawn."))
    fields_ = Dict(data_key="fields", required=True, metadata=_told("What became different: `{field: {before, after}}`."))
    claims = List(String(), required=True, metadata=_told("Ids of the claims that the event rests on since."))
    kind = String(required=True, validate=OneOf(["report", "correction"]), metadata=_told("Who brought it: what sources "
                                                                                          "reported, or an operator."))
    correction = Nested(ActSchema, required=True, allow_none=True)


class HistorySchema(Schema):
    id = String(required=True)
    history = List(Nested(HistoryItemSchema), required=True, metadata=_told("Oldest first."))
    statuses = Nested(StatusesSchema, required=True)


class CalendarLinksSchema(Schema):
    address = String(required=True, metadata=_told("Of the calendar, for any program."))
    webcal = String(required=True, metadata=_told("The same as `webcal://`, which opens a calendar program."))
    apple = String(required=True, metadata=_told("For Apple Calendar on Mac and iPhone."))
    google = String(required=True, metadata=_told("Opens Google Calendar, which asks whether to add it."))
    outlook = String(required=True, metadata=_told("Likewise Outlook.com."))
    office365 = String(required=True, metadata=_told("Likewise Outlook at work or school."))
    atom = String(required=True, metadata=_told("The same events as a feed: Atom, what changed last first."))
    json_feed = String(required=True, metadata=_told("Likewise JSON Feed."))
    json = String(required=True, metadata=_told("The same events as JSON."))
    csv = String(required=True, metadata=_told("Likewise CSV."))


class ChangeSchema(Schema):
    event = String(required=True, metadata=_told("Id of the event that changed."))
    kind = String(required=True, validate=OneOf(["new", "changed", "withdrawn", "merged"]), metadata=_told(
        "`withdrawn`, `merged`: the event is to be dropped."))
    at = String(required=True, metadata=_told("When it was stored, RFC 3339, UTC."))
    reason = String(required=True)
    material = Boolean(required=True, metadata=_told("Whether a calendar shows the difference."))
    revision = Integer(required=True, allow_none=True, metadata=_told("After the change; null once withdrawn."))
    superseded = Boolean(required=True, metadata=_told("A later change of the same event follows; it has the object."))
    heir = String(required=True, allow_none=True, metadata=_told("Of a merged event: the one that it went into."))
    object = Nested(EventSchema, required=True, allow_none=True, metadata=_told(
        "The event as it stands, with the status that is stored: null where it is superseded, or to be dropped."))


class ChangePageSchema(Schema):
    changes = List(Nested(ChangeSchema), required=True)
    since = String(required=True, allow_none=True, metadata=_told("To ask with next time; null while nothing ever changed."))
    more = Boolean(required=True, metadata=_told("Whether more changes are there already."))


class ActorSchema(Schema):
    id = String(required=True)
    kind = String(required=True)
    name = String(required=True, allow_none=True)
    country = String(required=True, allow_none=True)
    url = String(required=True)


class CountedActorSchema(ActorSchema):
    events = Integer(required=True, metadata=_told("Number of events that it takes part in."))


class ActorPageSchema(Schema):
    actors = List(Nested(CountedActorSchema), required=True)
    cursor = String(required=True, allow_none=True)
    next = String(required=True, allow_none=True)


class VersionSchema(Schema):
    version = Integer(required=True)
    digest = String(required=True, metadata=_told("SHA-256 of the text."))
    fetched = String(required=True)
    let_go = String(required=True, allow_none=True, metadata=_told(
        "Since when no more of the text is kept than what is quoted of it; null where all is."))


class ArticleEvidenceSchema(EvidenceSchema):
    event = String(required=True)
    event_url = String(required=True)


class ArticleSchema(Schema):
    id = String(required=True)
    url = String(required=True)
    source = String(required=True)
    publisher = String(required=True)
    headline = String(required=True)
    authors = List(String(), required=True)
    language = String(required=True)
    dateline = String(required=True, allow_none=True)
    published = String(required=True, allow_none=True)
    published_basis = String(required=True, metadata=_told("What told the date of publication."))
    tier = String(required=True)
    form = String(required=True, validate=OneOf([form.value for form in Form]),
                  metadata=_told("A teaser is the beginning of an article for subscribers; an appointment an entry of a "
                                 "calendar; a live blog is kept and not read for events."))
    first_seen = String(required=True)
    last_seen = String(required=True)
    gone = String(required=True, allow_none=True, metadata=_told("Since when the page is gone."))
    version = Integer(required=True)
    versions = List(Nested(VersionSchema), required=True)
    claims = List(Nested(ArticleEvidenceSchema), required=True)


class FailureSchema(Schema):
    error_class = String(required=True)
    detail = String(required=True, allow_none=True)


class HealthReasonSchema(Schema):
    reason = String(required=True, metadata=_told("A class of error, or empty-listing, fewer-links, unread-pages, "
                                                  "undated-pages, refused-pages, stale, moved."))
    detail = String(required=True, metadata=_told("What was seen."))
    mend = String(required=True, metadata=_told("What to do about it."))


class SourceSchema(Schema):
    id = String(required=True)
    name = String(required=True)
    home = String(required=True, allow_none=True)
    kind = String(required=True)
    language = String(required=True, allow_none=True)
    tier = String(required=True, allow_none=True)
    interval = Integer(required=True, metadata=_told("Seconds."))
    health = String(required=True, validate=OneOf([state.value for state in State]))
    reasons = List(Nested(HealthReasonSchema), required=True, metadata=_told("What is wrong, the worst first."))
    due = String(required=True)
    pace = Integer(required=True, metadata=_told("Seconds between two scrapes now: `interval`, adapted to what it brings."))
    cadence = Integer(required=True, allow_none=True, metadata=_told(
        "Seconds that it usually takes until something new comes; null where it is not known yet."))
    last_run = String(required=True, allow_none=True)
    last_success = String(required=True, allow_none=True)
    last_item = String(required=True, allow_none=True, metadata=_told("When a new article was last seen."))
    failures = Integer(required=True, metadata=_told("Failed runs in a row."))
    empties = Integer(required=True, metadata=_told("Listings without links in a row."))
    skipped = Integer(required=True, metadata=_told("Slots that fell due while the scrape before was under way."))
    links = Integer(required=True, allow_none=True, metadata=_told("Links in the listing when it was last read."))
    usual_links = Integer(required=True, allow_none=True)
    pages_read = Float(required=True, allow_none=True, metadata=_told(
        "Share of the last pages, some twenty, that could be had and read; 0 to 1."))
    moved_to = String(required=True, allow_none=True, metadata=_told("Where its listing redirects to for good."))
    error = Nested(FailureSchema, required=True, allow_none=True)


class SourcesSchema(Schema):
    sources = List(Nested(SourceSchema), required=True)


class RunCountsSchema(Schema):
    state = String(required=True)
    started = String(required=True, allow_none=True)
    ended = String(required=True, allow_none=True)
    fetched = Integer(required=True)
    new = Integer(required=True)
    changed = Integer(required=True)
    failed = Integer(required=True)
    empty = Integer(required=True)
    error = Nested(FailureSchema, required=True, allow_none=True)


class RunSchema(RunCountsSchema):
    id = String(required=True)
    trigger = String(required=True, metadata=_told("schedule, api or cli."))
    sources = List(String(), required=True, allow_none=True, metadata=_told("Those asked for; null means all."))
    queued = String(required=True)
    url = String(required=True)


class StartedRunSchema(RunSchema):
    """The same object; described apart, since a description is named but once."""


class RunSourceSchema(RunCountsSchema):
    source = String(required=True)
    slot = String(required=True, allow_none=True, metadata=_told("The due time that the run took; null where it was "
                                                                 "asked for by hand."))


class RunFailureSchema(FailureSchema):
    source = String(required=True)
    url = String(required=True)
    at = String(required=True)


class RunDetailSchema(RunSchema):
    by_source = List(Nested(RunSourceSchema), required=True)
    failures = List(Nested(RunFailureSchema), required=True, metadata=_told("Pages that could not be read; the first 100."))


class RunPageSchema(Schema):
    scrapes = List(Nested(RunSchema), required=True)
    cursor = String(required=True, allow_none=True)
    next = String(required=True, allow_none=True)


class ScrapeRequestSchema(Schema):
    sources = List(String(validate=Length(1, 200)), validate=Length(1, 1000),
                   metadata=_told("Ids of sources; without it, all."))


class IdempotencyKey(Schema):
    """draft-ietf-httpapi-idempotency-key-header, without its quotation marks or with them: the text is taken as it is."""

    class Meta:
        unknown = EXCLUDE

    key = String(data_key="Idempotency-Key", validate=Regexp(r"^[\x20-\x7e]{1,255}$", error="Up to 255 printable characters of ASCII are needed."), metadata=_told(
        "A text of the client's choice: asked for again under it within a day, it is the same scrape."))


class ExtractRequestSchema(Schema):
    text = String(required=True, validate=Length(1, TEXT_LIMIT), metadata=_told("The article; paragraphs parted by line breaks."))
    published = String(required=True, validate=exact_day, metadata=_told("Day of publication, YYYY-MM-DD.") | {"example": "2023-11-10", "format": "date"})
    title = String(validate=Length(max=2000))
    language = String(load_default="en", validate=Length(1, 35), metadata=_told("BCP 47."))
    url = String(validate=Length(max=4000))


class DeclinedSchema(Schema):
    what = String(required=True, validate=OneOf(["date", "occasion"]), metadata=_told(
        "An expression of time that names no time in the calendar, or words of an occasion that makes no event."))
    text = String(required=True, metadata=_told("The article's own words."))
    start = Integer(required=True)
    end = Integer(required=True)
    rule = String(required=True, metadata=_told("Name of the rule that found it."))
    reason = String(required=True, metadata=_told("Why it is no date, or no event."))


class ExtractedSchema(Schema):
    events = List(Dict(), required=True, metadata=_told(
        "Event objects without what only a stored event has; `evidence` is the sentence, with its offsets."))
    declined = List(Nested(DeclinedSchema), required=True, metadata=_told("In the order of the text."))
    text = String(required=True, metadata=_told(
        "The article as it was read: headline, paragraphs and captions, parted by blank lines. All offsets refer to it, in Unicode code points."))


class HealthSchema(Schema):
    status = String(required=True, validate=OneOf(["ok", "degraded"]))
    sources = Integer(metadata=_told("This and what follows is for those who may read."))
    failing = List(String(), metadata=_told("Sources whose last scrape failed."))
    degraded = List(String(), metadata=_told("Sources of which much less can be read than usual."))
    stale = List(String(), metadata=_told("Sources that have brought nothing new for long."))
    empty = List(String())


class IndexSchema(Schema):
    name = String(required=True)
    version = String(required=True)
    links = Dict(keys=String(), values=String(), required=True)


class CorrectionSideSchema(Schema):
    event = String(required=True)
    articles = List(String(), required=True, metadata=_told("What it rested on when the correction was made."))
    claims = List(String(), required=True)


class UndoneSchema(Schema):
    at = String(required=True)
    by = String(required=True)


class CorrectionSchema(Schema):
    id = String(required=True)
    kind = String(required=True, validate=OneOf([one.value for one in RulingKind]))
    at = String(required=True)
    by = String(required=True)
    note = String(required=True)
    sides = List(Nested(CorrectionSideSchema), required=True, metadata=_told(
        "Of a merge the kept event and the other one; of a split the event and the new one; of a withdrawal the event."))
    undone = Nested(UndoneSchema, required=True, allow_none=True)


class CorrectedSchema(CorrectionSchema):
    changed = List(String(), required=True, metadata=_told("Ids of the events that changed by this."))


class CorrectionPageSchema(Schema):
    corrections = List(Nested(CorrectionSchema), required=True)
    cursor = String(required=True, allow_none=True)
    next = String(required=True, allow_none=True)


class UndoRequestSchema(Schema):
    by = String(load_default="api", validate=Length(1, 200), metadata=_told("Who undoes it, for the history."))


class CorrectionRequestSchema(UndoRequestSchema):
    kind = String(required=True, validate=OneOf([one.value for one in RulingKind]))
    events = List(String(validate=Length(1, 200)), validate=Length(equal=2), metadata=_told(
        "Of a merge: the event that keeps its id, and the one that is the same."))
    event = String(validate=Length(1, 200), metadata=_told("Of a split or withdrawal."))
    articles = List(String(validate=Length(1, 4000)), validate=Length(1, 500), metadata=_told(
        "Of a split: addresses of the articles that tell of another event."))
    claims = List(String(validate=Length(1, 200)), validate=Length(1, 500), metadata=_told(
        "Of a split: ids of the claims that tell of another event."))
    note = String(load_default="", validate=Length(max=2000), metadata=_told("Why, for the history."))
