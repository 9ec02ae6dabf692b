"""Calendars read by the parsers that clients use: icalendar, libical (Evolution, GNOME, KDE), ical.js (Thunderbird), node-ical
(web calendars, dashboards) and ical (Home Assistant).

Each reader gives, for each VEVENT, its texts by property name in lower case, and its start as a day or a time of UTC in ISO form.
It raises where the parser complains.
"""
from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import icalendar
from installed_clients import SCRIPTS, Answering, clients_python, no_javascript, no_python

Texts = dict[str, str | None]
PROPERTIES = ("uid", "summary", "description", "location", "dtstart", "status")
_LIBICAL_TEXTS = PROPERTIES[:4]


class Complaint(AssertionError):
    """What a parser found wrong."""


def with_icalendar(data: bytes) -> list[Texts]:
    calendar = icalendar.Calendar.from_ical(data)
    complaints = [error for component in calendar.walk() for error in component.errors]
    if complaints:
        raise Complaint(complaints)
    return [_texts({name: event.decoded(name).isoformat() if name == "dtstart" else str(event[name]) for name in PROPERTIES if name in event})
            for event in calendar.walk("VEVENT")]


@cache
def _libical() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libical.so.3")
    except OSError:
        return None
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
            ("icalparser_parse_string", pointer, [text]),
            ("icalcomponent_get_first_component", pointer, [pointer, number]),
            ("icalcomponent_get_next_component", pointer, [pointer, number]),
            ("icalcomponent_get_first_property", pointer, [pointer, number]),
            ("icalcomponent_get_next_property", pointer, [pointer, number]),
            ("icalproperty_get_property_name", text, [pointer]),
            ("icalproperty_get_value_as_string", text, [pointer]),
            *((f"icalcomponent_get_{name}", text, [pointer]) for name in _LIBICAL_TEXTS),
            ("icalcomponent_count_errors", number, [pointer]),
            ("icalrestriction_check", number, [pointer]),
            ("icalcomponent_free", None, [pointer])):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def with_libical(data: bytes) -> list[Texts]:
    library = _libical()
    assert library is not None
    vevent, any_property = 4, 0  # ICAL_VEVENT_COMPONENT, ICAL_ANY_PROPERTY
    component = library.icalparser_parse_string(data)
    if not component:
        raise Complaint("libical reads no calendar at all")
    try:
        found = []
        event = library.icalcomponent_get_first_component(component, vevent)
        while event:
            texts = {name: getattr(library, f"icalcomponent_get_{name}")(event) for name in _LIBICAL_TEXTS}
            held = library.icalcomponent_get_first_property(event, any_property)
            while held:
                if (name := library.icalproperty_get_property_name(held).decode().lower()) in ("dtstart", "status"):
                    texts[name] = library.icalproperty_get_value_as_string(held)
                held = library.icalcomponent_get_next_property(event, any_property)
            found.append(_texts({name: text.decode() for name, text in texts.items() if text is not None}))
            event = library.icalcomponent_get_next_component(component, vevent)
        library.icalrestriction_check(component)
        if errors := library.icalcomponent_count_errors(component):
            raise Complaint(f"libical counts {errors} errors")
        return found
    finally:
        library.icalcomponent_free(component)


def _started(parser: str) -> Answering:
    """A parser that is no library of this Python, far from UTC: no zone of the machine may move a day."""
    zone = {"TZ": "Pacific/Kiritimati"}
    if parser == "ical":
        return Answering(clients_python(), str(SCRIPTS / "read_with_home_assistant.py"), **zone)
    return Answering("node", str(SCRIPTS / f"read_with_{re.sub('[.-]', '_', parser)}.cjs"), **zone)


_kept = cache(_started)


def _asked(process: Answering, question: str) -> list[Texts]:
    answer = process.ask(question)
    if "complaint" in answer:
        raise Complaint(answer["complaint"])
    return [_texts(event) for event in answer["events"]]


def fetched_by_node_ical(address: str) -> list[Texts]:
    """What node-ical reads of a calendar that it fetches itself."""
    process = _started("node-ical")
    try:
        return _asked(process, address)
    finally:
        process.close()


def _texts(read: dict[str, Any]) -> Texts:
    start = read["dtstart"]
    known = date.fromisoformat(start) if len(start) <= len("2023-11-09") else datetime.fromisoformat(start).astimezone(UTC)
    return {name: read.get(name) for name in PROPERTIES} | {"dtstart": known.isoformat()}


PARSERS: dict[str, Callable[[bytes], list[Texts]]] = {"icalendar": with_icalendar, "libical": with_libical} | {
    parser: lambda data, parser=parser: _asked(_kept(parser), data.decode()) for parser in ("ical.js", "node-ical", "ical")}
TOLERANT = ("node-ical",)
"""Those that pass over what they can't read."""


def comparable(parser: str, text: str | None) -> str:
    """The text itself, for all but node-ical. That one takes the letters `\\n` of a text, which stand escaped as `\\\\n`, for a
    backslash and a line break, and drops double quotes around a text and beside the letters `TZID=`."""
    return re.sub(r"\\[nN]", "\\\\\n", text or "").replace('"', "") if parser == "node-ical" else text or ""


def missing(parser: str) -> str | None:
    """Why a parser can't be used here, None where it can."""
    if parser == "libical":
        return None if _libical() is not None else "libical.so.3 is not installed (Debian: apt-get install libical3)"
    if parser == "ical":
        return no_python("ical")
    return None if parser == "icalendar" else no_javascript(parser)
