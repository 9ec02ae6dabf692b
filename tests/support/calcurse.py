"""A user of calcurse, who imports files."""
from __future__ import annotations

import os
import subprocess
from pathlib import Path

from installed_clients import program


class Calcurse:
    """A calendar of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder

    def take_in(self, calendar: bytes) -> str:
        """Import a calendar; what calcurse said of it."""
        file = self._folder / "imported.ics"
        file.write_bytes(calendar)
        return self._run("--import", str(file))

    def agenda(self) -> list[tuple[str, str]]:
        """Day and title of each entry of the autumn of 2023, in order."""
        listed = self._run("--query", "--input-datefmt", "4", "--output-datefmt", "%Y-%m-%d", "--from", "2023-09-01", "--to", "2023-12-31",
                           "--format-apt", "\t%m\\n", "--format-event", "\t%m\\n")
        found, day = [], ""
        for line in filter(None, listed.splitlines()):
            if line.startswith("\t"):
                found.append((day, line.strip()))
            else:
                day = line.removesuffix(":")
        return found

    def exported(self) -> bytes:
        """What calcurse gives away as iCalendar."""
        return self._run("--export=ical").encode()

    def _run(self, *arguments: str) -> str:
        path = program("calcurse")
        assert path is not None, "calcurse is not installed"
        done = subprocess.run([path, "--datadir", str(self._folder / "data"), "--confdir", str(self._folder / "conf"), *arguments],
                              capture_output=True, text=True, timeout=60, check=False,
                              env=os.environ | {"HOME": str(self._folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"})
        assert done.returncode == 0, f"calcurse ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout
