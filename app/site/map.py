"""`/map`: where events take place. A circle is a place, as large as its events are many; what is known by its country alone shades
the country, and stands at no city that nobody named."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from typing import Any

import orjson
from flask import Response

from app.api.backend import Backend
from app.api.parameters import event_filter, unreported_before
from app.event_json import sound_event_json
from app.site.filters import Wanted
from app.site.map_drawing import world_map
from app.site.map_view import WORLD, View
from app.site.pages import Pages
from app.site.stretch import Stretch, asked_stretch, whole, year_of
from app.store.places import PlaceRow
from timeline.clean import clean_line
from timeline.titles import state_name

__all__ = ["City", "Country", "countries_of", "map_page"]


@dataclass(frozen=True, slots=True)
class City:
    """A place with a name; `latitude` and `longitude` are None where nobody knows where it lies."""

    name: str
    count: int
    path: str  # of the list of its events
    latitude: float | None
    longitude: float | None


@dataclass(slots=True)
class Country:
    """`code` and `name` are empty for places of which no country is known."""

    code: str
    name: str
    path: str
    cities: list[City] = field(default_factory=list)
    vague: int = 0  # events of which no city is told

    @property
    def count(self) -> int:
        return self.vague + sum(city.count for city in self.cities)


def map_page(backend: Backend, pages: Pages, asked: dict[str, Any]) -> Response:
    """The page; `asked` are `WorldParameters`."""
    queries, now, given = backend.queries, backend.now(), Wanted()
    today, due = now.astimezone(UTC).date(), unreported_before(now)
    wanted = replace(event_filter(asked, now), first=None, last=None)

    def count(stretch: Stretch, most: int) -> int:
        return queries.count(replace(wanted, first=stretch.first, last=stretch.last), due=due, most=most)

    everything = whole(queries.ends(wanted, due=due), today)
    shown = asked_stretch(asked, everything) or year_of(everything, today, count)
    view = View.asked(asked["zoom"], asked.get("at"))
    days: dict[str, str | int | date | None] = {"from": shown.first, "to": shown.last, "at": None, "zoom": None}
    rows = queries.places(replace(wanted, first=shown.first, last=shown.last), due=due)

    def events(**narrowed: str) -> str:
        return pages.at("/events") + given.query(**{**days, **narrowed})

    def link(stretch: Stretch) -> str:
        return pages.at("/map") + given.query(**{"from": stretch.first, "to": stretch.last})

    def look(view: View) -> str:
        return pages.at("/map") + given.query(**view.told)

    countries, nowhere = countries_of(rows, events)
    return pages.page(
        "map.html", lasting=True, title="Map", json=f"/api/v1/events{given.query(**days)}",
        about="Where diplomatic events take place: cities by the number of their events, and countries where no city is told.",
        wanted=given, narrowed=given.narrows(), shown=shown, countries=countries, nowhere=nowhere,
        count=sum(country.count for country in countries), cities=sum(len(country.cities) for country in countries),
        vague=sum(country.vague for country in countries), picture=world_map(countries, view), rest=given.query(**days),
        at=view.told["at"], zoom=view.told["zoom"], looks=_looks(view, look), moves=_moves(view, look),
        turns={"earlier": link(shown.moved(-1)), "later": link(shown.moved(1)), "all": link(everything)})


def _looks(view: View, look: Callable[[View], str]) -> list[tuple[str, str, str, float]]:
    """Links to look closer or wider: the sign, what it says, where it leads, and how many times closer (0: the whole world)."""
    return [("+", "Closer", look(view.closer(2)), 2), ("−", "Wider", look(view.closer(0.5)), 0.5), ("Whole world", "", look(WORLD), 0)]


def _moves(view: View, look: Callable[[View], str]) -> list[tuple[str, str, str, str, bool]]:
    """Links to the parts beside the one that is seen: the sign, what it says, where it leads, by which share of what is seen (to the right
    and down), and whether there is anything to be seen."""
    ways = [("←", "West", -0.5, 0.0), ("↑", "North", 0.0, -0.5), ("↓", "South", 0.0, 0.5), ("→", "East", 0.5, 0.0)]
    return [(sign, name, look(other := view.moved(right, down)), f"{right:g} {down:g}", other != view) for sign, name, right, down in ways]


def countries_of(rows: Sequence[PlaceRow], events: Callable[..., str]) -> tuple[list[Country], int]:
    """The countries with their cities, each the most frequent first; and the number of events that tell no place.

    `events` gives the address of the list of events by `place` and `in`.
    """
    found: dict[str, Country] = {}
    nowhere = 0
    for row in rows:
        if row.place is None and not row.country:
            nowhere += row.count
            continue
        code = row.country or ""
        country = found.setdefault(code, Country(code, state_name(code) if code else "", events(**{"in": code}) if code else ""))
        if row.place is None:
            country.vague += row.count
            continue
        told: dict[str, Any] = (orjson.loads(row.json)["place"] if sound_event_json(row.json) else None) or {}
        name = clean_line(told.get("name") or "") or row.place
        country.cities.append(City(name, row.count, events(place=name, **({"in": code} if code else {})),
                                   *_degrees(told.get("latitude"), told.get("longitude"))))
    return sorted(found.values(), key=lambda country: (-country.count, country.name)), nowhere


def _degrees(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """Both, or neither where one is missing or off the globe."""
    numbers = isinstance(latitude, int | float) and isinstance(longitude, int | float)
    return (float(latitude), float(longitude)) if numbers and abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)
