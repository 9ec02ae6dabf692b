"""The world as an SVG that needs no script: countries, shaded where no city is told, and circles for cities; each a link."""
from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.site.map_view import WORLD, View
from app.site.projection import EAST, HEIGHT, WEST, WIDTH, on_map

if TYPE_CHECKING:
    from app.site.map import City, Country

__all__ = ["world_map"]

_LARGEST, _LARGER = 26.0, 5.0  # radii of the most frequent place, and what one event has at most
_LETTER, _LINE = 6.1, 12.0  # units of the map: a letter's width on the average, a line's height


def world_map(countries: Sequence[Country], view: View = WORLD) -> Markup:
    """The area of a circle goes with the number of events, as does the darkness of a shaded country. Closer, circles and names
    stay as large as they are."""
    outlines, points = _world()["countries"], _world()["points"]
    by_code = {country.code: country for country in countries}
    most_vague = max((country.vague for country in countries), default=0)
    land, shaded, rings = [], [], []
    for code, path in outlines.items():
        country = by_code.get(code)
        if country is None:
            land.append(f'<path class="land" d="{path}"/>')
            continue
        shape = f'<path class="land known" d="{path}"/>'
        if country.vague:
            shape += f'<path class="vague" fill-opacity="{_darkness(country.vague, most_vague)}" d="{path}"/>'
        shaded.append(_link(country.path, _told(country), shape))
    for country in countries:
        if country.vague and country.code in points:
            x, y = view.seen(*points[country.code])
            rings.append(_link(country.path, _told(country), f'<g class="place" transform="translate({x:.1f} {y:.1f})"><circle class="ring" r="6"/></g>'))
    cities = sorted(((city, view.seen(*on_map(city.latitude, city.longitude))) for country in countries for city in country.cities
                     if city.latitude is not None and city.longitude is not None), key=lambda spot: -spot[0].count)
    return Markup(  # noqa: S704 - its texts are escaped
        f'<svg class="world" viewBox="0 0 {WIDTH:.0f} {HEIGHT}" data-view="{view.zoom:.4f} {view.x:.1f} {view.y:.1f}" aria-hidden="true" focusable="false">'
        f'<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45) scale({10 / view.zoom:.3f})"><rect width="2" height="5"/></pattern></defs>'
        f'<g class="ground"{_transform(view)}><path class="globe" d="{_globe()}"/><path class="graticule" d="{_graticule()}"/>'
        f'<g transform="scale(.1)">{"".join(land)}{"".join(shaded)}</g></g>'
        f'<g class="places">{"".join(rings)}{"".join(_circles(cities))}</g>{_key(cities)}</svg>')


def _transform(view: View) -> str:
    return "" if view == WORLD else f' transform="translate({view.x:.1f} {view.y:.1f}) scale({view.zoom:.4f})"'


Spot = tuple["City", tuple[float, float]]
"""A city, and where it is seen."""


def _circles(cities: Sequence[Spot]) -> list[str]:
    """The larger below the smaller. Beside the most frequent stand their names, where none is in the way of another."""
    scale = _scale(cities)
    spots = [(city.name, x, y, scale * sqrt(city.count)) for city, (x, y) in cities]
    named = _named(spots)
    drawn = []
    for number, ((city, _), (_, x, y, radius)) in enumerate(zip(cities, spots, strict=True)):
        side = named.get(number)
        text = f'<text{_CLASSES[side]} x="{(radius + 2.5) * (-1 if side == "left" else 1):.1f}" y="3.8">{escape(city.name)}</text>'
        drawn.append(_link(city.path, f"{city.name}: {_events(city.count)}",
                           f'<g class="place" transform="translate({x:.1f} {y:.1f})"><circle class="reach" r="{max(radius, 7):.1f}"/>'
                           f'<circle class="city" r="{radius:.2f}"/>{text}</g>'))
    return drawn


_CLASSES = {None: ' class="far"', "left": ' class="left"', "right": ""}


def _named(places: Sequence[tuple[str, float, float, float]]) -> dict[int, str]:
    """Which names can stand beside their circles, and on which side: of (name, x, y, radius), the most frequent first."""
    taken = [(x - radius, y - radius, x + radius, y + radius) for _, x, y, radius in places if radius > 4]
    found: dict[int, str] = {}
    for number, (name, x, y, radius) in enumerate(places):
        long = radius + 4 + _LETTER * len(name)
        own = (x - radius, y - radius, x + radius, y + radius)
        for side, left, right in (("right", x + radius + 2, x + long), ("left", x - long, x - radius - 2)):
            box = (left, y - _LINE / 2, right, y + _LINE / 2)
            if number not in found and left > 0 and right < WIDTH and 0 < y < HEIGHT and not any(_meet(box, other) for other in taken if other != own):
                found[number] = side
                taken.append(box)
    return found


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale(cities: Sequence[Spot]) -> float:
    return min(_LARGER, _LARGEST / sqrt(cities[0][0].count)) if cities else _LARGER


def _key(cities: Sequence[Spot]) -> str:
    """What the sizes mean: circles for some round numbers, up to the most frequent place's."""
    if not cities:
        return ""
    scale, x, drawn = _scale(cities), 16.0, []
    for count in [number for number in (1, 5, 25, 100, 500, 2_500, 10_000, 50_000) if number <= cities[0][0].count][-3:]:
        radius = scale * sqrt(count)
        drawn.append(f'<circle cx="{x + radius:.1f}" cy="{HEIGHT - 8 - radius:.1f}" r="{radius:.2f}"/>'
                     f'<text x="{x + 2 * radius + 4:.1f}" y="{HEIGHT - 8:.1f}">{count:,}</text>')
        x += 2 * radius + 14 + _LETTER * len(f"{count:,}")
    return f'<g class="key">{"".join(drawn)}</g>'


def _darkness(count: int, most: int) -> str:
    return f"{0.3 + 0.7 * sqrt(count / most):.2f}"


def _told(country: Country) -> str:
    vague = f", of {country.vague} the city is not told" if country.vague else ""
    return f"{country.name}: {_events(country.count)}{vague}"


def _events(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"


def _link(path: str, words: str, shape: str) -> str:
    return f'<a href="{escape(path)}" tabindex="-1"><title>{escape(words)}</title>{shape}</a>'


@cache
def _world() -> dict[str, Any]:
    """See `scripts/build_world_map.py`."""
    told: dict[str, Any] = json.loads((Path(__file__).parent / "world.json").read_text(encoding="utf-8"))
    return told


@cache
def _graticule() -> str:
    """Every thirty degrees."""
    return "".join([*(_line([(latitude, longitude) for latitude in range(-60, 91, 5)]) for longitude in range(-150, 181, 30)),
                    *(_line([(latitude, WEST), (latitude, EAST)]) for latitude in range(-30, 61, 30))])


@cache
def _globe() -> str:
    """The edge of the map; parallels are straight."""
    return _line([*((latitude, WEST) for latitude in range(-60, 91, 3)), *((latitude, EAST) for latitude in range(90, -61, -3))]) + "z"


def _line(degrees: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*on_map(*place)) for place in degrees)
