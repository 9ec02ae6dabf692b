"""Equal Earth: where on the map a place lies.

The projection of Šavrič, Patterson and Jenny ("The Equal Earth map projection", International Journal of Geographical
Information Science 33, 2019): areas are as large as they are, so that a shaded country is not larger for being in the north.
"""
from __future__ import annotations

from math import asin, cos, degrees, radians, sin, sqrt

__all__ = ["EAST", "HEIGHT", "WEST", "WIDTH", "degrees_at", "on_map"]

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2

WIDTH = 1000.0
"""Of the map, in its own units."""
_MIDDLE = 11  # degrees east: the edges of the map lie in the Bering Strait then, and no country is torn
WEST, EAST = _MIDDLE - 180, _MIDDLE + 179.999999
"""Degrees east of the left and of the right edge."""
_NORTH, _SOUTH = 83.8, -56.5  # degrees: what the map shows; nobody meets further south


def _projected(latitude: float, longitude: float) -> tuple[float, float]:
    """Radii of the sphere, to the right and upwards from the middle of the map."""
    longitude = (longitude - _MIDDLE + 180) % 360 - 180
    angle = asin(_M * sin(radians(latitude)))
    square = angle * angle
    sixth = square ** 3
    x = radians(longitude) * cos(angle) / (_M * (_A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)))
    return x, angle * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))


_SCALE = WIDTH / 2 / _projected(0, EAST)[0]
_TOP = _projected(_NORTH, _MIDDLE)[1]

HEIGHT = round(_SCALE * (_TOP - _projected(_SOUTH, _MIDDLE)[1]), 1)


def on_map(latitude: float, longitude: float) -> tuple[float, float]:
    """x to the right and y downwards from the upper left corner, of degrees (WGS 84). South of the map y is more than its height."""
    x, y = _projected(latitude, longitude)
    return WIDTH / 2 + _SCALE * x, _SCALE * (_TOP - y)


def degrees_at(x: float, y: float) -> tuple[float, float]:
    """Degrees north and east of a point of the map; of one beyond its round edge those of the edge beside it."""
    height, angle = _TOP - y / _SCALE, 0.0
    for _ in range(12):  # Newton's method
        square = angle * angle
        sixth = square ** 3
        slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
        angle -= (angle * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square)) - height) / slope
    latitude = asin(min(max(sin(angle) / _M, -1.0), 1.0))
    east = degrees(_M * (x - WIDTH / 2) / _SCALE * slope / cos(angle)) + _MIDDLE
    return degrees(latitude), (min(max(east, WEST), EAST) + 180) % 360 - 180
