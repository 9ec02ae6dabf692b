"""A user who subscribes to a calendar with vdirsyncer and looks at it with khal."""
from __future__ import annotations

import os
import subprocess
from pathlib import Path

from installed_clients import program

FIELDS = ("start-date", "end-date", "title", "location", "status")
_BETWEEN = "\x1f"


class Subscriber:
    """Keeps a copy of the calendar at `url` below `folder`, with all that the programs write; with `collection`, the address of
    one on a CalDAV server and who may write there, it is kept there."""

    def __init__(self, folder: Path, url: str, collection: tuple[str, str, str] | None = None) -> None:
        items = folder / "items"
        items.mkdir(parents=True)
        mine = f'type = "filesystem"\npath = "{items}"\nfileext = ".ics"' if collection is None else \
            'type = "caldav"\nurl = "{}"\nusername = "{}"\npassword = "{}"'.format(*collection)
        self._sync = folder / "vdirsyncer.conf"
        self._khal = folder / "khal.conf"
        self._environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"),
                             "XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config"),
                             "LC_ALL": "C.UTF-8", "TZ": "UTC"}
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
{mine}

[storage feed]
type = "http"
url = "{url}"
""")
        self._khal.write_text(f"""
[calendars]
[[summitry]]
path = {items}

[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
""")

    def synchronise(self) -> str:
        """Bring the copy up to date; what vdirsyncer said."""
        return "\n".join(self._run("vdirsyncer", "-c", str(self._sync), action) for action in ("discover", "sync"))

    def agenda(self, first: str, last: str) -> list[dict[str, str]]:
        """What khal lists from `first` to before `last`: the `FIELDS` of each event."""
        line = _BETWEEN.join(f"{{{field}}}" for field in FIELDS) + "\x1e"
        listed = self._run("khal", "-c", str(self._khal), "list", "--once", "--day-format", "", "--format", line, first, last)
        rows = [row.strip("\n").split(_BETWEEN) for row in listed.split("\x1e") if row.strip()]
        return [dict(zip(FIELDS, (value.strip() for value in row), strict=True)) for row in rows]

    def _run(self, name: str, *arguments: str) -> str:
        """What the program printed. Fails with it where its exit code is not 0."""
        path = program(name)
        assert path is not None, f"{name} is not installed"
        done = subprocess.run([path, *arguments], input="y\ny\n", capture_output=True, text=True, timeout=60, check=False,
                              env=os.environ | self._environment)
        assert done.returncode == 0, f"{name} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr if name == "vdirsyncer" else done.stdout
