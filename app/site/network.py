"""A small drawing of whom somebody meets: the one in the middle, the counterparts to both sides, each line as wide as the
number of their events asks for.

Where everything stands follows from the counterparts and their order alone: the same figures give the same drawing. Lengths
are units of the SVG, which is drawn about as large as it is here, on a telephone too.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

__all__ = ["MOST", "Counterpart", "Network", "Node", "network"]

MOST = 16
"""Counterparts that have room."""

WIDTH, PITCH, LEAST_HEIGHT = 360, 37, 130
_MIDDLE = 46  # half the width of the one in the middle
_REACH, _BOW = 62, 18  # from the middle to the counterparts above and below, and how much further out those beside it are
_DISC = 12
_LINE, _MIDDLE_LINE = 12, 10  # characters of a label that a line takes
_WIDEST, _THINNEST, _MANY = 9.0, 1.5, 6  # of lines; where nobody has many events none is at its widest


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Somebody to draw: `short` is the label, `href` leads to the history of the two."""

    name: str
    short: str
    events: int
    href: str
    note: str = ""
    note_href: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    counterpart: Counterpart
    x: float
    y: float
    text_x: float
    anchor: str  # of SVG's text-anchor
    label: tuple[str, ...]  # one line or two
    path: str  # of the line to the middle
    width: float  # of that line


@dataclass(frozen=True, slots=True)
class Network:
    width: int
    height: int
    middle: tuple[str, ...]
    nodes: tuple[Node, ...]


def network(middle: str, counterparts: Sequence[Counterpart]) -> Network:
    """The drawing of at most `MOST` counterparts, those of most events first: to the right and to the left by turns."""
    shown = counterparts[:MOST]
    sides = (shown[0::2], shown[1::2])
    height = max(LEAST_HEIGHT, len(sides[0]) * PITCH + 12)
    most = max((_MANY, *(one.events for one in shown)))
    nodes = [_node(one, place, len(side), direction, height, most)
             for side, direction in zip(sides, (1, -1), strict=True) for place, one in enumerate(side)]
    return Network(WIDTH, height, _lines(middle, _MIDDLE_LINE), tuple(nodes))


def _node(one: Counterpart, place: int, count: int, direction: int, height: int, most: int) -> Node:
    away = (place - (count - 1) / 2) * PITCH  # from the height of the middle
    reach = _REACH + _BOW * sqrt(max(0.0, 1 - (2 * away / height) ** 2))
    x, y = WIDTH / 2 + direction * reach, height / 2 + away
    bend = WIDTH / 2 + direction * (_MIDDLE + (reach - _MIDDLE) / 3)
    path = f"M{WIDTH / 2:g} {height / 2:g}Q{bend:.1f} {y:.1f} {x:.1f} {y:.1f}"
    return Node(one, round(x, 1), round(y, 1), round(x + direction * (_DISC + 5), 1), "start" if direction > 0 else "end",
                _lines(one.short, _LINE), path, round(max(_THINNEST, _WIDEST * one.events / most), 1))


def _lines(label: str, room: int) -> tuple[str, ...]:
    """The label in at most two lines; what has no room ends in an ellipsis."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    lines = [*lines[:1], " ".join(lines[1:])] if len(lines) > 1 else lines
    return tuple(line if len(line) <= room + 1 else f"{line[:room].rstrip()}…" for line in lines)
