"""The part of the map that is seen: how close, and where, as addresses tell it."""
from __future__ import annotations

from dataclasses import dataclass

from app.site.projection import HEIGHT, WIDTH, degrees_at, on_map

__all__ = ["CLOSEST", "WORLD", "View"]

CLOSEST = 16.0


@dataclass(frozen=True, slots=True)
class View:
    """`zoom` is 1 for the whole map; `x` and `y` are where its upper left corner comes to lie, in units of the map."""

    zoom: float
    x: float
    y: float

    @classmethod
    def about(cls, zoom: float, middle: tuple[float, float]) -> View:
        """About a point of the map, or as near to it as the edges allow."""
        zoom = min(max(zoom, 1.0), CLOSEST)
        return cls(zoom, _held(WIDTH / 2 - zoom * middle[0], WIDTH * (1 - zoom)), _held(HEIGHT / 2 - zoom * middle[1], HEIGHT * (1 - zoom)))

    @classmethod
    def asked(cls, zoom: float, at: tuple[float, float] | None) -> View:
        """`at` are degrees north and east; None is the middle of the map."""
        return cls.about(zoom, on_map(*at) if at is not None else (WIDTH / 2, HEIGHT / 2))

    @property
    def middle(self) -> tuple[float, float]:
        return (WIDTH / 2 - self.x) / self.zoom, (HEIGHT / 2 - self.y) / self.zoom

    def closer(self, factor: float) -> View:
        """So many times closer, about the same middle."""
        return View.about(self.zoom * factor, self.middle)

    def moved(self, right: float, down: float) -> View:
        """By shares of what is seen."""
        x, y = self.middle
        return View.about(self.zoom, (x + right * WIDTH / self.zoom, y + down * HEIGHT / self.zoom))

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the map is seen."""
        return self.x + self.zoom * x, self.y + self.zoom * y

    @property
    def told(self) -> dict[str, str | None]:
        """The parameters of an address."""
        if self.zoom == 1:
            return {"at": None, "zoom": None}
        north, east = degrees_at(*self.middle)
        return {"at": f"{north:.2f},{east:.2f}", "zoom": f"{self.zoom:.4g}"}


def _held(value: float, least: float) -> float:
    return min(max(value, least), 0.0)


WORLD = View(1.0, 0.0, 0.0)
