"""What people write into the filters of a page: names of countries for their codes, and several of a kind with commas."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from flask import request

from timeline.titles import state_code, state_names

__all__ = ["plain_query", "unknown_countries"]

_OF_COUNTRIES = ("country", "in")
_OF_SEVERAL = ("country", "type", "status")


def plain_query() -> str | None:
    """The query string of this request as the API and the calendar understand it ("country=Kazakhstan, Russia" asks for KZ and for
    RU), None where it is so already."""
    given = list(request.args.items(multi=True))
    plain = [(name, one) for name, value in given for one in _plain(name, value)]
    return urlencode(plain, safe=":") if plain != given else None


def _plain(name: str, value: str) -> Iterator[str]:
    if name in _OF_COUNTRIES and (code := state_code(value.strip())):
        yield code
    elif name in _OF_SEVERAL and "," in value:
        for one in value.split(","):
            if one.strip():
                yield from _plain(name, one.strip())
    else:
        yield value


def unknown_countries(busy: Iterable[str]) -> list[str]:
    """What this request asks for as a country or body that is none of any event (`busy` are their codes), and no state."""
    known = {*state_names(), *busy}
    return [value for name in _OF_COUNTRIES for value in request.args.getlist(name) if value and value not in known]
