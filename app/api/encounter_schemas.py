"""What `app.api.encounters` answers, as the OpenAPI document describes it."""
from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Dict, Integer, List, Nested, String

from app.api.schemas import ActorSchema, CountedActorSchema, EventSchema

__all__ = ["ActorCounterpartsSchema", "ActorDetailSchema", "ActorPairSchema", "CountriesSchema", "CountryCounterpartsSchema", "CountryPairSchema",
           "CountrySchema", "FiguresSchema"]


def _told(text: str) -> dict[str, str]:
    return {"description": text}


class YearSchema(Schema):
    year = Integer(required=True)
    events = Integer(required=True)


class FiguresSchema(Schema):
    total = Integer(required=True, metadata=_told("Number of events."))
    first = String(required=True, allow_none=True, metadata=_told("First day of the earliest event."))
    last = String(required=True, allow_none=True, metadata=_told("Last day of the latest one; a plan counts too."))
    statuses = Dict(keys=String(), values=Integer(), required=True, metadata=_told("Number of events by status."))
    years = List(Nested(YearSchema), required=True, metadata=_told(
        "Number of events by the year of their first day, earliest first; years without any are left out."))
    soonest = Nested(EventSchema, required=True, allow_none=True, metadata=_told("The next one that is planned."))
    latest_held = Nested(EventSchema, required=True, allow_none=True, metadata=_told("The last one that was held."))
    events_url = String(required=True, metadata=_told("Address of all events."))


class OfficeSchema(Schema):
    office = String(required=True)
    country = String(required=True, allow_none=True)
    first = String(required=True, metadata=_told("First day of the earliest of those events."))
    last = String(required=True, metadata=_told("Last day of the latest."))
    events = Integer(required=True)


class ActorDetailSchema(FiguresSchema, ActorSchema):
    offices = List(Nested(OfficeSchema), required=True, metadata=_told(
        "Offices in which sources told of a person, the latest first, from its latest 1,000 events."))
    counterparts_url = String(required=True)
    events = List(Nested(EventSchema), required=True, metadata=_told("The latest, latest first."))


class CountryRefSchema(Schema):
    code = String(required=True, metadata=_told("ISO 3166-1 alpha-2, XK, or a body's acronym or name."))
    name = String(required=True)
    url = String(required=True)


class CountedCountrySchema(CountryRefSchema):
    events = Integer(required=True)


class CountriesSchema(Schema):
    countries = List(Nested(CountedCountrySchema), required=True)


class CountrySchema(FiguresSchema, CountryRefSchema):
    counterparts_url = String(required=True)
    events = List(Nested(EventSchema), required=True, metadata=_told("The latest, latest first."))


class ActorCounterpartSchema(CountedActorSchema):
    pair_url = String(required=True, metadata=_told("Address of the history of the two."))


class ActorCounterpartsSchema(Schema):
    counterparts = List(Nested(ActorCounterpartSchema), required=True)


class CountryCounterpartSchema(CountedCountrySchema):
    pair_url = String(required=True, metadata=_told("Address of the history of the two."))


class CountryCounterpartsSchema(Schema):
    counterparts = List(Nested(CountryCounterpartSchema), required=True)


class ActorPairSchema(FiguresSchema):
    actors = List(Nested(ActorSchema), required=True)
    others = List(Nested(CountedActorSchema), required=True, metadata=_told(
        "Who else takes part in these events, those of most events first."))
    events = List(Nested(EventSchema), required=True, metadata=_told("The latest, latest first."))


class CountryPairSchema(FiguresSchema):
    countries = List(Nested(CountryRefSchema), required=True)
    others = List(Nested(CountedCountrySchema), required=True, metadata=_told(
        "Who else takes part in these events, those of most events first."))
    events = List(Nested(EventSchema), required=True, metadata=_told("The latest, latest first."))
