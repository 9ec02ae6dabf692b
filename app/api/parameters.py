"""What may be asked in a query string: each parameter once, unless it may be repeated; nothing unknown passes."""
from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, OneOf, Range
from marshmallow import RAISE, ValidationError, pre_load
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from app.api.cursor import CURSOR_LENGTH
from app.colours import COLOURS
from app.store.codec import stamp
from app.store.queries import ActorFilter, EventFilter, Sort
from app.store.webhooks import ATTEMPTS_KEPT
from app.vevent_choices import ALARM_MINUTES
from timeline.model import ActorKind, EventType, Status
from timeline.when import When

__all__ = ["BUSIEST", "COUNTRY_LENGTH", "LIMIT", "LIMIT_DEFAULT", "ActorParameters", "CalendarParameters", "ChangeParameters",
           "CounterpartParameters", "DeliveryParameters", "EventCalendarParameters", "EventFilterParameters", "EventParameters", "ExactDay",
           "NoParameters", "OneEventParameters", "PageParameters", "Parameters", "actor_filter", "event_filter", "exact_day", "loaded", "question",
           "unreported_before"]

LIMIT = 500
LIMIT_DEFAULT = 100
SERVED_STATUSES = (*(status.value for status in Status), "unreported")

BUSIEST = "-events"

CALENDAR_LIMIT = 100_000
COUNTRY_LENGTH = 20  # characters
_TEXT = 200
_REPEATS = 20
_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_CURSOR = re.compile(f"[A-Za-z0-9_-]{{1,{CURSOR_LENGTH}}}")
_REMEMBERED = 500
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DATES = r"^[0-9]{4}(-[0-9]{2}){0,2}$"
# The same for the document, which must not promise what no calendar has.
_A_DATE = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"},
                     {"type": "string", "pattern": "^[1-9][0-9]{3}$"}]}
_A_MOMENT = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
_A_COLOUR = {"anyOf": [{"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}, {"type": "string", "enum": sorted(COLOURS)}]}


class _Day(String):
    """`2023-11-09`, `2023-11` or `2023`; deserialized to the `When` that it covers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if re.fullmatch(_DATES, text):
            try:
                return When.parse(text)
            except ValueError:
                pass
        raise ValidationError("A date such as 2023-11-09, 2023-11 or 2023 is needed.")


def exact_day(text: str) -> date:
    """The day of `2023-11-09` alone. Raises `ValidationError`."""
    if re.fullmatch(_DAY, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValidationError("A day such as 2023-11-09 is needed.")


class ExactDay(String):
    """`2023-11-09` alone; deserialized to the `date`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return exact_day(super()._deserialize(value, attr, data, **kwargs))


class _Moment(String):
    """An RFC 3339 time with its offset, or a date (its midnight in UTC); deserialized to text as the store writes it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        # A + that was not percent-encoded arrives as a blank.
        text = re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", super()._deserialize(value, attr, data, **kwargs))
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return stamp(datetime.combine(date.fromisoformat(text), time(0), UTC))
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return stamp(moment)
        except (ValueError, OverflowError):
            pass
        raise ValidationError("A time with its offset such as 2023-11-09T14:30:00Z, or a date, is needed.")


class _Colour(String):
    """`steelblue` or `#4682b4`; deserialized to `#4682B4`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
            return text.upper()
        if (found := COLOURS.get(text.lower())) is None:
            raise ValidationError("A colour name of CSS such as steelblue, or #4682b4, is needed.")
        return found


class _Count(Integer):
    """ASCII digits alone: `int` also reads `1_0`, ` 1` and the digits of other scripts."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not re.fullmatch(r"[0-9]{1,9}", value):
            raise ValidationError("A whole number is needed.")
        return super()._deserialize(value, attr, data, **kwargs)


def _text(longest: int, data_key: str | None = None, **described: str) -> String:
    """One line of text; `Parameters` refuses control characters, the pattern says so."""
    return String(data_key=data_key, validate=Length(1, longest), metadata={"pattern": _PRINTABLE, **described})


class Parameters(Schema):
    """Refuses a parameter that it does not know, one given twice that may be given once, and control characters."""

    class Meta:
        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}

    def load(self, data: Any, **options: Any) -> Any:
        """The parameters of a query string, checked. What was asked before is looked up: checking it costs as much as a page.

        A cursor is another one on each page, and nothing else depends on it.
        """
        given = tuple(data.data.items(multi=True))
        cursors = [value for name, value in given if name == "cursor"] if "cursor" in self.fields else []
        if len(cursors) > 1 or not all(map(_CURSOR.fullmatch, cursors)):
            return super().load(data, **options)
        asked = tuple(pair for pair in given if pair[0] != "cursor") if cursors else given
        loaded = self._loaded.get(asked)
        if loaded is None:
            loaded = super().load(MultiDictProxy(MultiDict(asked), self), **options)
            if len(self._loaded) >= _REMEMBERED:
                self._loaded.clear()
            self._loaded[asked] = loaded
        return loaded | {"cursor": cursors[0]} if cursors else dict(loaded)

    @pre_load
    def _each_once(self, data: Any, **_: Any) -> Any:
        wrong: dict[str, list[str]] = {}
        for name, values in data.data.lists():
            field = next((field for key, field in self.fields.items() if (field.data_key or key) == name), None)
            if field is None:
                wrong[name] = ["There is no such parameter."]
            elif len(values) > 1 and not isinstance(field, List):
                wrong[name] = [f"Given {len(values)} times; it may be given once."]
            elif any(_CONTROLS.search(value) for value in values):
                wrong[name] = ["Control characters are not taken."]
        if wrong:
            raise ValidationError(wrong)
        return data


class NoParameters(Parameters):
    pass


def _count(default: int = LIMIT_DEFAULT, most: int = LIMIT) -> _Count:
    return _Count(load_default=default, validate=Range(1, most), metadata={"description": f"How many at most, up to {most}."})


class PageParameters(Parameters):
    limit = _count()
    cursor = String(validate=Length(1, CURSOR_LENGTH),
                    metadata={"description": "Where the page before ended: the `cursor` that it gave.",
                                "pattern": "^[A-Za-z0-9_-]+$"})


class EventFilterParameters(Parameters):
    from_ = _Day(data_key="from", metadata={
        "description": "First day: events that are over before it stay out. A month or a year will do.",
        "example": "2023-11-01", **_A_DATE})
    to = _Day(metadata={"description": "Last day: events that begin after it stay out. A month or a year will do.",
                        "example": "2023-11-30", **_A_DATE})
    window = String(validate=OneOf(["today", "week"]), metadata={
        "description": "The day or the week (Monday to Sunday) that it is now, in UTC; with `as_of`, of that day."})
    actor = List(_text(_TEXT), validate=Length(max=_REPEATS), metadata={
        "description": "Id of an actor (`person:vladimir-putin`), or words of its name. Given twice: both take part.",
        "example": ["person:vladimir-putin"]})
    country = List(_text(COUNTRY_LENGTH), validate=Length(max=_REPEATS), metadata={
        "description": "Code of a country or body that takes part (`KZ`, `EU`). Given twice: both take part.",
        "example": ["KZ"]})
    type = List(String(validate=OneOf([kind.value for kind in EventType])), validate=Length(max=_REPEATS), metadata={
        "description": "Type of event. Given twice: one of them."})
    status = List(String(validate=OneOf(SERVED_STATUSES)), validate=Length(max=_REPEATS), metadata={
        "description": "Status. Given twice: one of them. `unreported`: planned, its time is past, and no source told "
                       "of it since; such an event is not `planned` any more."})
    place = _text(_TEXT, description="Name of the place; accents and case don't count.", example="Astana")
    in_ = _text(20, data_key="in", description="Code of the country that the place lies in, whoever takes part.", example="KZ")
    source = List(_text(_TEXT), validate=Length(max=_REPEATS), metadata={
        "description": "Id of a source that tells of the event. Given twice: both tell of it."})
    q = _text(_TEXT, description="Words, or beginnings of words, in the title, the parties, the place or the organisation; "
                                 "all of them must be there. Accents and case don't count.")
    updated_since = _Moment(metadata={"description": "Changed at this time or later.",
                                      "example": "2023-11-09T14:30:00Z", **_A_MOMENT})


def _as_of() -> ExactDay:
    return ExactDay(metadata={
        "description": "What was known on that day, by the sources' own time: as if what was published later did not exist.",
        "example": "2023-11-09", "format": "date"})


class OneEventParameters(Parameters):
    as_of = _as_of()


class EventParameters(EventFilterParameters, PageParameters):
    as_of = _as_of()
    sort = String(load_default=Sort.START.value, validate=OneOf([sort.value for sort in Sort]), metadata={
        "description": "By first day or by time of the last change; with `-` the latest first."})


def _alarm() -> _Count:
    return _Count(validate=Range(0, ALARM_MINUTES), metadata={
        "description": "Minutes before the start of each planned event at which an alarm is shown; without it there is none."})


class EventCalendarParameters(Parameters):
    alarm = _alarm()


class CalendarParameters(EventFilterParameters):
    vague = String(load_default="omit", validate=OneOf(["omit", "span"]), metadata={
        "description": "Events known no better than to the month: left out, or shown over the whole span."})
    cancelled = String(load_default="keep", validate=OneOf(["keep", "mark", "hide"]), metadata={
        "description": "Cancelled events: with STATUS CANCELLED, which clients strike through or hide; as others, with "
                       "\"Cancelled:\" before the title; or left out."})
    alarm = _alarm()
    limit = _Count(validate=Range(1, CALENDAR_LIMIT), metadata={
        "description": "How many events at most, the nearest to today; the service has limits of its own."})
    name = _text(_TEXT, description="What calendar programs call the feed.", example="Summits")
    color = _Colour(metadata={"description": "What they show it in: a colour name of CSS, or `#rrggbb`.",
                              "example": "steelblue", **_A_COLOUR})


class ChangeParameters(Parameters):
    limit = _count()
    since = String(validate=Length(1, CURSOR_LENGTH), metadata={
        "description": "What was reached the last time: the `since` of that answer. Without it, from the first change on.",
        "pattern": "^[A-Za-z0-9_-]+$"})


class DeliveryParameters(Parameters):
    limit = _count(20, ATTEMPTS_KEPT)


class ActorParameters(PageParameters):
    q = _text(_TEXT, description="Words, or beginnings of words, of the name.")
    country = _text(COUNTRY_LENGTH, description="Code of the country or body stood for.", example="KZ")
    kind = String(validate=OneOf([kind.value for kind in ActorKind]))
    sort = String(load_default="id", validate=OneOf(["id", BUSIEST]), metadata={
        "description": "By id, or those that take part in most events first; then whoever takes part in none is left out."})


class CounterpartParameters(Parameters):
    limit = _count()


def loaded(parameters: type[Schema], given: MultiDict[str, str]) -> dict[str, Any]:
    """What these pairs ask for, as views are given it. Raises `marshmallow.ValidationError`."""
    schema = _schema(parameters)
    return dict(schema.load(MultiDictProxy(given, schema)))


@cache
def _schema(parameters: type[Schema]) -> Schema:
    """One for all requests, so that it knows what it was asked before."""
    return parameters()


def event_filter(asked: dict[str, Any], now: datetime) -> EventFilter:
    first = asked["from_"].first if "from_" in asked else None
    last = asked["to"].last if "to" in asked else None
    if "window" in asked:
        day = asked.get("as_of", now.astimezone(UTC).date())
        window = When.day(day) if asked["window"] == "today" else When.week(day)
        first, last = max(first or window.first, window.first), min(last or window.last, window.last)
    return EventFilter(
        first=first, last=last,
        actors=tuple(asked.get("actor", ())), countries=tuple(asked.get("country", ())),
        types=tuple(asked.get("type", ())), statuses=tuple(asked.get("status", ())), place=asked.get("place"),
        country_of_place=asked.get("in_"),
        sources=tuple(asked.get("source", ())), q=asked.get("q"), updated_since=asked.get("updated_since"),
        as_of=asked.get("as_of"))


def actor_filter(asked: dict[str, Any]) -> ActorFilter:
    return ActorFilter(q=asked.get("q"), country=asked.get("country"), kind=asked.get("kind"))


def question(*parts: object) -> str:
    """What a cursor belongs to, as text: the filter and the order."""
    return repr(parts)


def unreported_before(now: datetime, as_of: date | None = None) -> date:
    """A planned event that ended before this day is `unreported`: `timeline.fold.derived_status` as a question to the
    store. As of an earlier day it is that day that decides."""
    today = now.astimezone(UTC).date()
    seen_from = today if as_of is None else min(today, as_of)
    return seen_from - timedelta(days=1) if seen_from > date.min else seen_from
