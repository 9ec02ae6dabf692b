"""What pages take from the address: the filters of the API under the same names, and what a page adds to them."""
from __future__ import annotations

import math
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from apiflask.fields import Float, List, String
from apiflask.validators import Length, OneOf, Range, Regexp
from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from app.api.parameters import EventFilterParameters, EventParameters, ExactDay, Parameters, loaded
from app.api.problems import Problem, reasons
from app.health import State
from app.site.map_view import CLOSEST
from app.site.notices import DONE
from timeline.clean import clean_line
from timeline.model import EventType
from timeline.titles import state_name

__all__ = ["DeskParameters", "DiaryParameters", "ListParameters", "MapParameters", "MergeParameters",
           "PictureParameters", "Wanted", "WebhookParameters", "WorldParameters", "taken"]

_DEGREES = re.compile(r"(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)", re.ASCII)
_NAMED = {"q": "“{}”", "in": "in {}", "from": "from {}", "to": "to {}", "updated_since": "new since {}"}
_LONGEST = 60  # characters of a value in a title
_FILTERS = ("q", "country", "actor", "type", "status", "place", "in", "source", "kind", "health", "from", "to", "updated_since")
_LOOK = ("day", "sort", "limit", "lanes", "at", "zoom")  # how things are shown, and not which


class DiaryParameters(EventFilterParameters):
    class Meta:
        exclude = ("from_", "to", "window", "updated_since")

    # The weeks about a day, and what comes after them, must be days as well.
    day = ExactDay(validate=Range(date(2, 1, 1), date(9998, 12, 31)), metadata={
        "description": "The day that the diary is opened at; without it, today."})


class ListParameters(EventParameters):
    class Meta:
        exclude = ("as_of", "window")


class MapParameters(EventFilterParameters):
    class Meta:
        exclude = ("window",)


class PictureParameters(MapParameters):
    lanes = String(load_default="country", validate=OneOf(["country", "actor", "type"]), metadata={
        "description": "What the rows of the picture are."})


class Degrees(String):
    """`51.17,71.45`: degrees north and east. Gives both."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[float, float]:
        found = _DEGREES.fullmatch(str(super()._deserialize(value, attr, data, **kwargs)))
        north, east = (float(number) for number in found.groups()) if found else (math.inf, math.inf)
        if abs(north) > 90 or abs(east) > 180:
            raise ValidationError("Degrees north and east are needed, such as 51.17,71.45.")
        return north, east


class WorldParameters(MapParameters):
    at = Degrees(metadata={"description": "The middle of what is seen of the map."})
    zoom = Float(load_default=1.0, validate=Range(1, CLOSEST), metadata={"description": "How many times closer than the whole world."})


class WebhookParameters(Parameters):
    done = String(validate=OneOf(list(DONE)))
    of = String(validate=Regexp(r"^[A-Za-z0-9:_-]{1,100}$"))


class DeskParameters(WebhookParameters):
    health = List(String(validate=OneOf([state.value for state in State])))


class MergeParameters(Parameters):
    q = String(validate=Length(max=200))


def taken(parameters: type[Schema]) -> dict[str, Any]:
    """What the address asks. A field that a form left empty asks nothing. Raises `Problem` 400 that names what is wrong."""
    try:
        return loaded(parameters, MultiDict((name, value) for name, value in request.args.items(multi=True) if value))
    except ValidationError as error:
        wrong = [{"parameter": str(name), "detail": reason} for name, told in error.normalized_messages().items()
                 for reason in reasons(told)]
        raise Problem(400, "The address asks for what can't be had.", errors=wrong) from error


class Wanted:
    """The filters of this request, for the form that shows them and for links that keep them."""

    types = tuple(kind.value for kind in EventType)

    def __init__(self) -> None:
        self.given = [(name, value) for name, value in request.args.items(multi=True) if value and name != "cursor"]

    def one(self, name: str) -> str:
        """The value of a parameter as it was given; nothing where it was not."""
        return request.args.get(name, "")

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.given

    def all(self, name: str) -> list[str]:
        """All values of a parameter."""
        return [value for given, value in self.given if given == name]

    def filters(self) -> bool:
        """Whether anything narrows the list."""
        return any(name not in _LOOK for name, _ in self.given)

    def unseen(self) -> list[tuple[str, str]]:
        """The filters that the form has no field for, which it keeps."""
        return [(name, value) for name, value in self.given if name in ("actor", "source", "updated_since")]

    def narrows(self) -> bool:
        """Whether anything but days does."""
        return any(name not in (*_LOOK, "from", "to") for name, _ in self.given)

    def words(self) -> str:
        """What narrows the page, for its title: `Kazakhstan, meeting, from 2023-11-01`; nothing where nothing does."""
        told = [_NAMED.get(name, "{}").format(clean_line(state_name(value) if name in ("country", "in") else value)[:_LONGEST])
                for name, value in self.given if name in _FILTERS]
        return ", ".join([*told, *(["continued"] if request.args.get("cursor") else [])])

    def query(self, **changed: str | int | date | None) -> str:
        """The query string of this address with some parameters changed, or (None) left out: "?day=2023-11-09", or nothing."""
        kept = [(name, value) for name, value in self.given if name not in changed]
        told = urlencode([*kept, *((name, str(value)) for name, value in changed.items() if value is not None)], safe=":")
        return f"?{told}" if told else ""
