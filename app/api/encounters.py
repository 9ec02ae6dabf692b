"""Who meets whom, counted: countries, two actors or two countries together, and counterparts."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE
from sqlalchemy import RowMapping

from app.api.answers import answer_json, modified
from app.api.backend import Backend
from app.api.encounter_schemas import (
    ActorCounterpartsSchema,
    ActorPairSchema,
    CountriesSchema,
    CountryCounterpartsSchema,
    CountryPairSchema,
    CountrySchema,
)
from app.api.event_list import joined
from app.api.objects import actor_object, address_of
from app.api.parameters import CounterpartParameters, NoParameters, unreported_before
from app.api.problems import Problem, problems
from app.event_json import API_PREFIX
from app.store.encounters import Party, Tally
from app.store.queries import EventFilter, EventRow, Sort
from timeline.titles import state_code, state_name

__all__ = ["WHO_ELSE", "encounters_blueprint", "event_rows", "figures", "filter_of", "known_actor", "known_country", "tally_of"]

WHO_ELSE = 16
"""Of those that were there besides two, so many are told."""

_RECENT = 20


def filter_of(party: Party, **more: Any) -> EventFilter:
    """The events that a party takes part in."""
    return EventFilter(actors=party.values, **more) if party.kind == "actor" else EventFilter(countries=party.values, **more)


def known_actor(backend: Backend, actor_id: str) -> RowMapping:
    """Raises `Problem` 404 where there is none."""
    row = backend.queries.actor(actor_id)
    if row is None:
        raise Problem(404, f"There is no actor {actor_id[:100]!r}.")
    return row


def known_country(backend: Backend, given: str) -> str:
    """The code of a country or body as it is written, however it was typed: one of an event, or of any state, or a state's name.

    Raises `Problem` 404 where there is none."""
    code = backend.encounters.country_code(given)
    if code is None:
        code = state_code(given)
    if code is None:
        raise Problem(404, f"There is no country or body {given[:100]!r}.")
    return code


def tally_of(backend: Backend, party: Party, now: datetime) -> Tally:
    return backend.encounters.tally(party, today=now.astimezone(UTC).date(), due=unreported_before(now))


def event_rows(backend: Backend, ids: Iterable[str | None], now: datetime) -> list[EventRow]:
    """Those of the events that there are."""
    found = [backend.queries.event(event_id, due=unreported_before(now)) for event_id in ids if event_id is not None]
    return [row for row in found if row is not None]


def figures(backend: Backend, party: Party, now: datetime) -> dict[str, Any]:
    """What is counted of a party, and its next and its last event."""
    tally = tally_of(backend, party, now)
    return {"total": tally.total, "first": tally.first, "last": tally.last, "statuses": tally.statuses,
            "years": [{"year": int(year), "events": count} for year, count in tally.years.items()],
            "soonest": _one(event_rows(backend, (tally.soonest,), now)), "latest_held": _one(event_rows(backend, (tally.latest_held,), now)),
            "events_url": f"{API_PREFIX}/events?{urlencode([(party.kind, value) for value in party.values], safe=':')}"}


def encounters_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("encounters", __name__, tag="Encounters")
    queries, encounters = backend.queries, backend.encounters
    wrong: Mapping[str, str] = {"_400": "A parameter is wrong or unknown."}

    def told(value: dict[str, Any], now: datetime) -> Response:
        return answer_json(value, last_modified=modified(queries.last_change(), now), lasting=True)

    def recent(party: Party, due: date) -> orjson.Fragment:
        return orjson.Fragment(joined(queries.events(filter_of(party), due=due, limit=_RECENT, sort=Sort.START_DESCENDING).rows))

    @blueprint.get("/actors/<path:actor_id>/counterparts")
    @blueprint.input(CounterpartParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ActorCounterpartsSchema)
    @blueprint.doc(operation_id="listActorCounterparts", responses=problems(**wrong, _404="There is no such actor."))
    def actor_counterparts(actor_id: str, asked: dict[str, Any]) -> Response:
        """List whom an actor meets

        Those of most events together first. Who stands for the same country is no counterpart.
        """
        known_actor(backend, actor_id)
        rows = encounters.counterparts(Party("actor", (actor_id,)), limit=asked["limit"])
        return told({"counterparts": [actor_object(row) | {"events": row["events"], "pair_url": _pair_address("actors", actor_id, row["id"])}
                                      for row in rows]}, backend.now())

    @blueprint.get("/actors/<actor_id>/<other_id>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ActorPairSchema)
    @blueprint.doc(operation_id="getActorPair", responses=problems(
        _400="A parameter is unknown.", _404="There is no such actor, or both are one."))
    def actor_pair(actor_id: str, other_id: str, asked: dict[str, Any]) -> Response:
        """Get the history of two actors together"""
        two = [actor_object(known_actor(backend, one)) for one in (actor_id, other_id)]
        party, now = Party("actor", _two(actor_id, other_id)), backend.now()
        others = [actor_object(row) | {"events": row["events"]} for row in encounters.counterparts(party, limit=WHO_ELSE)]
        return told({"actors": two, **figures(backend, party, now), "others": others, "events": recent(party, unreported_before(now))}, now)

    @blueprint.get("/countries")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(CountriesSchema)
    @blueprint.doc(operation_id="listCountries", responses=problems(_400="A parameter is unknown."))
    def list_countries(asked: dict[str, Any]) -> Response:
        """List countries

        All countries and bodies that take part in an event, those of most events first.
        """
        return told({"countries": [_country(row["country"]) | {"events": row["events"]} for row in encounters.countries()]}, backend.now())

    @blueprint.get("/countries/<code>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(CountrySchema)
    @blueprint.doc(operation_id="getCountry", responses=problems(_400="A parameter is unknown.", _404="There is no such country."))
    def get_country(code: str, asked: dict[str, Any]) -> Response:
        """Get one country with its latest events"""
        code, now = known_country(backend, code), backend.now()
        party = Party("country", (code,))
        return told({**_country(code), **figures(backend, party, now), "counterparts_url": f"{address_of('countries', code)}/counterparts",
                     "events": recent(party, unreported_before(now))}, now)

    @blueprint.get("/countries/<code>/counterparts")
    @blueprint.input(CounterpartParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(CountryCounterpartsSchema)
    @blueprint.doc(operation_id="listCountryCounterparts", responses=problems(**wrong, _404="There is no such country."))
    def country_counterparts(code: str, asked: dict[str, Any]) -> Response:
        """List whom a country meets

        Those of most events together first.
        """
        code = known_country(backend, code)
        rows = encounters.counterparts(Party("country", (code,)), limit=asked["limit"])
        return told({"counterparts": [_country(row["country"]) | {
            "events": row["events"], "pair_url": _pair_address("countries", code, row["country"])} for row in rows]}, backend.now())

    @blueprint.get("/countries/<code>/<other_code>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(CountryPairSchema)
    @blueprint.doc(operation_id="getCountryPair", responses=problems(
        _400="A parameter is unknown.", _404="There is no such country, or both are one."))
    def country_pair(code: str, other_code: str, asked: dict[str, Any]) -> Response:
        """Get the history of two countries together"""
        two = _two(known_country(backend, code), known_country(backend, other_code))
        party, now = Party("country", two), backend.now()
        others = [_country(row["country"]) | {"events": row["events"]} for row in encounters.counterparts(party, limit=WHO_ELSE)]
        return told({"countries": [_country(one) for one in two], **figures(backend, party, now), "others": others,
                     "events": recent(party, unreported_before(now))}, now)

    return blueprint


def _two(one: str, other: str) -> tuple[str, str]:
    if one == other:
        raise Problem(404, f"{one[:100]!r} and {other[:100]!r} are one and not two.")
    return one, other


def _country(code: str) -> dict[str, Any]:
    return {"code": code, "name": state_name(code), "url": address_of("countries", code)}


def _pair_address(kind: str, one: str, other: str) -> str:
    return f"{address_of(kind, one)}/{quote(other, safe=':')}"


def _one(rows: Sequence[EventRow]) -> orjson.Fragment | None:
    """The event object of the one row; None where there is none, or it is damaged."""
    told = joined(rows)[1:-1]
    return orjson.Fragment(told) if told else None
