"""Calendar programs of others, run as their users run them: vdirsyncer, khal, libical, ical.js.

They are looked for on PATH and in `CALENDAR_CLIENTS`, the `bin` folder of a virtual environment that holds vdirsyncer
and khal; ical.js where node's `require` finds it (NODE_PATH).
"""
from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
from pathlib import Path


def program(name: str) -> str | None:
    """The path of an installed program, or None."""
    path = os.pathsep.join(filter(None, (os.environ.get("CALENDAR_CLIENTS"), os.environ.get("PATH"))))
    return shutil.which(name, path=path)


def ical_js() -> bool:
    """Whether node is there and finds ical.js."""
    node = program("node")
    return node is not None and run([node, "-e", "require('ical.js')"], check=False).returncode == 0


def libical() -> ctypes.CDLL | None:
    """libical 3, or None where it is not installed."""
    name = os.environ.get("LIBICAL") or ctypes.util.find_library("ical")
    try:
        library = ctypes.CDLL(name) if name else None
    except OSError:
        return None
    if library is not None:
        library.icalparser_parse_string.restype = ctypes.c_void_p
        library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
        for counter in (library.icalcomponent_count_errors, library.icalcomponent_isa_component):
            counter.restype = ctypes.c_int
            counter.argtypes = [ctypes.c_void_p]
        library.icalcomponent_count_components.restype = ctypes.c_int
        library.icalcomponent_count_components.argtypes = [ctypes.c_void_p, ctypes.c_int]
        library.icalrestriction_check.restype = ctypes.c_int
        library.icalrestriction_check.argtypes = [ctypes.c_void_p]
        library.icalcomponent_free.restype = None
        library.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return library


def run(command: list[str], *, check: bool = True, text: str | None = None,
        environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The finished command. Fails with all that it printed where `check` is set and its exit code is not 0."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, **(environment or {})})
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class Subscriber:
    """A user who keeps a copy of a calendar with vdirsyncer and looks at it with khal, all below `folder`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.items = folder / "items"
        self._sync = folder / "vdirsyncer.conf"
        self._khal = folder / "khal.conf"
        self._environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"),
                             "XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config"),
                             "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.items.mkdir(parents=True)
        self._sync.write_text(f"""
[general]
status_path = "{folder / 'status'}"

[pair summitry]
a = "mine"
b = "feed"
collections = null
conflict_resolution = "b wins"
partial_sync = "revert"

[storage mine]
type = "filesystem"
path = "{self.items}"
fileext = ".ics"

[storage feed]
type = "http"
url = "{url}"
""")
        self._khal.write_text(f"""
[calendars]
[[summitry]]
path = {self.items}

[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[default]
default_calendar = summitry
""")

    def synchronise(self) -> str:
        """Bring the copy up to date; what vdirsyncer said."""
        vdirsyncer = program("vdirsyncer")
        assert vdirsyncer is not None
        outputs = []
        for action in ("discover", "sync"):
            done = run([vdirsyncer, "-c", str(self._sync), action], text="y\ny\n", environment=self._environment)
            outputs.append(done.stdout + done.stderr)
        return "\n".join(outputs)

    def agenda(self, first: str, last: str) -> list[dict[str, str]]:
        """What khal lists from `first` to before `last`: `uid`, `title`, `start-date`, `end-date`, `status`."""
        khal = program("khal")
        assert khal is not None
        fields = [option for name in ("uid", "title", "start-date", "end-date", "status", "location")
                  for option in ("--json", name)]
        done = run([khal, "-c", str(self._khal), "list", "--once", *fields, first, last], environment=self._environment)
        return [entry for line in done.stdout.splitlines() for entry in json.loads(line)]


ICAL_JS = """
const ICAL = require('ical.js');
const fs = require('fs');
const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, 'utf8')));
const events = calendar.getAllSubcomponents('vevent').map(c => new ICAL.Event(c));
console.log(JSON.stringify(events.map(e => ({uid: e.uid, sequence: e.sequence, summary: e.summary,
  start: e.startDate.toString(), end: e.endDate.toString()}))));
"""


def read_with_ical_js(text: str) -> list[dict[str, str]]:
    """`uid`, `sequence`, `summary`, `start`, `end` of each event. Fails where ical.js finds a fault."""
    node = program("node")
    assert node is not None
    done = run([node, "-e", ICAL_JS], text=text)
    assert not done.stderr, done.stderr
    events: list[dict[str, str]] = json.loads(done.stdout)
    return events


def read_with_libical(library: ctypes.CDLL, data: bytes) -> tuple[int, int]:
    """Number of events and of errors that libical finds: those of its parser, and 1 more where it says that the
    calendar breaks a restriction of RFC 5546."""
    vevent = 4  # ICAL_VEVENT_COMPONENT of icalenums.h
    root = library.icalparser_parse_string(data)
    assert root, "libical read nothing at all"
    try:
        errors = library.icalcomponent_count_errors(root) + (0 if library.icalrestriction_check(root) else 1)
        return library.icalcomponent_count_components(root, vevent), errors
    finally:
        library.icalcomponent_free(root)
