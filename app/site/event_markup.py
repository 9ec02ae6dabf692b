"""Lines of the diary as HTML.

Put together here and not in a template: a page has up to five hundred of them, and a macro takes several times as long.
"""
from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Protocol

from markupsafe import Markup

from app.site.event_line import EventLine

__all__ = ["clock_markup", "line_markup", "lines_markup", "status_markup"]

_NEW = ' <span class="new">new</span>'
_DOT = '<span class="dot"> · </span>'  # read aloud and copied; wide screens show columns in its place


class Addresses(Protocol):
    def at(self, path: str) -> str:
        """The address of a path of the service."""
        ...


def lines_markup(lines: Sequence[EventLine], site: Addresses, *, dated: bool = True, since: str | None = None) -> Markup:
    """Lines as a list; what changed after `since` is marked as new."""
    root = escape(site.at(""))
    items = "".join([_line(line, root, dated, since is not None and line.updated > since) for line in lines])
    return Markup(f'<ul class="events{"" if dated else " undated"}">\n{items}</ul>')  # noqa: S704 - its texts are escaped


def line_markup(line: EventLine, site: Addresses, *, dated: bool = True, new: bool = False) -> Markup:
    """A line as an item of a list."""
    return Markup(_line(line, escape(site.at("")), dated, new))  # noqa: S704 - its texts are escaped


def status_markup(status: str) -> Markup:
    return Markup(_status(status))  # noqa: S704 - its texts are escaped


def clock_markup(line: EventLine) -> Markup:
    """The source's clock time with its zone; the reader's own is put beside it by the browser."""
    return Markup(_clock(line))  # noqa: S704 - its texts are escaped


@lru_cache(maxsize=4096)
def _line(line: EventLine, root: str, dated: bool, new: bool) -> str:
    clock = f"{_clock(line)}{_DOT}" if line.clock else ""
    formerly = f' <span class="formerly">moved from {line.formerly}</span>' if line.formerly else ""
    return (f'{_opening(line.status, line.vague)}{_date(line) if dated else ""}{clock}{_place(line.place)}'
            f'<a class="title" href="{root}{line.path}">{escape(line.title)}</a>{_DOT}{_status(line.status)}{formerly}{_NEW if new else ""}</li>\n')


@lru_cache(maxsize=64)
def _opening(status: str, vague: bool) -> str:
    return f'<li class="event is-{escape(status)}{" is-vague" if vague else ""}">'


def _date(line: EventLine) -> str:
    machine = "" if line.moment else line.machine
    return f'<span class="date"><time datetime="{machine}">{line.date}</time></span>{_DOT}' if machine else f'<span class="date">{line.date}</span>{_DOT}'


@lru_cache(maxsize=4096)
def _place(place: str) -> str:
    return f'<span class="place">{escape(place)}</span>{_DOT}' if place else ""


@lru_cache(maxsize=64)
def _status(status: str) -> str:
    word = escape(status)
    return f'<span class="status is-{word}">{word}</span>'


def _clock(line: EventLine) -> str:
    clock, zone = escape(line.clock), escape(line.zone.rpartition("/")[2].replace("_", " "))
    if line.moment:
        return f'<time class="clock" datetime="{line.machine}" data-zone="{escape(line.zone)}">{clock} <span class="zone">{zone}</span></time>'
    return f'<span class="clock">{clock} <span class="zone">zone not told</span></span>' if clock else ""
