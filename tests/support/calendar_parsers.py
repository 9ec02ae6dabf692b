"""Calendars read by the parsers that clients use: icalendar, libical (Evolution, GNOME, KDE) and ical.js (Thunderbird).

Each reader gives, for each VEVENT, its texts by property name in lower case, and raises where the parser complains.
"""
from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import icalendar

Texts = dict[str, str | None]
PROPERTIES = ("uid", "summary", "description", "location")
_NODE_MODULES = Path(__file__).parents[2] / ".venv" / "node_modules"


class Complaint(AssertionError):
    """What a parser found wrong."""


def with_icalendar(data: bytes) -> list[Texts]:
    calendar = icalendar.Calendar.from_ical(data)
    complaints = [error for component in calendar.walk() for error in component.errors]
    if complaints:
        raise Complaint(complaints)
    return [{name: str(event[name]) if name in event else None for name in PROPERTIES} for event in calendar.walk("VEVENT")]


@cache
def _libical() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libical.so.3")
    except OSError:
        return None
    for name in ("icalparser_parse_string", "icalcomponent_get_first_component", "icalcomponent_get_next_component"):
        getattr(library, name).restype = ctypes.c_void_p
    for name in PROPERTIES:
        function = getattr(library, f"icalcomponent_get_{name}")
        function.restype, function.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
    library.icalcomponent_get_first_component.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.icalcomponent_get_next_component.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.icalcomponent_count_errors.argtypes = [ctypes.c_void_p]
    library.icalrestriction_check.argtypes = [ctypes.c_void_p]
    library.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return library


def with_libical(data: bytes) -> list[Texts]:
    library = _libical()
    assert library is not None
    vevent = 4  # ICAL_VEVENT_COMPONENT
    component = library.icalparser_parse_string(data)
    if not component:
        raise Complaint("libical reads no calendar at all")
    try:
        found = []
        event = library.icalcomponent_get_first_component(component, vevent)
        while event:
            texts = {name: getattr(library, f"icalcomponent_get_{name}")(event) for name in PROPERTIES}
            found.append({name: text.decode() if text is not None else None for name, text in texts.items()})
            event = library.icalcomponent_get_next_component(component, vevent)
        library.icalrestriction_check(component)
        if errors := library.icalcomponent_count_errors(component):
            raise Complaint(f"libical counts {errors} errors")
        return found
    finally:
        library.icalcomponent_free(component)


_SCRIPT = """
const ICAL = require("ical.js");
const root = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(root.getAllSubcomponents("vevent").map(event => Object.fromEntries(
    %s.map(name => [name, event.getFirstPropertyValue(name)])))));
"""


def _node(script: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    node = shutil.which("node")
    assert node is not None
    path = os.pathsep.join(part for part in (str(_NODE_MODULES), os.environ.get("NODE_PATH")) if part)
    return subprocess.run([node, "-e", script], input=data, capture_output=True, timeout=60, check=False,
                          env=os.environ | {"NODE_PATH": path})


@cache
def _has_ical_js() -> bool:
    return shutil.which("node") is not None and _node('require("ical.js")', b"").returncode == 0


def with_ical_js(data: bytes) -> list[Texts]:
    done = _node(_SCRIPT % json.dumps(PROPERTIES), data)
    if done.returncode:
        raise Complaint(done.stderr.decode()[-500:])
    return list(json.loads(done.stdout))


PARSERS: dict[str, Callable[[bytes], list[Texts]]] = {
    "icalendar": with_icalendar, "libical": with_libical, "ical.js": with_ical_js}


def missing(parser: str) -> str | None:
    """Why a parser can't be used here, None where it can."""
    if parser == "libical" and _libical() is None:
        return "libical.so.3 is not installed (Debian: apt-get install libical3)"
    if parser == "ical.js" and not _has_ical_js():
        return "node finds no ical.js (npm install --no-save --prefix .venv ical.js)"
    return None
