"""What must hold of the machine and of the settings: room, clock, time zones, addresses."""
from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.config import Settings
from app.doctor.findings import Flaw, Level
from app.store.codec import moment

__all__ = ["Machine", "flaws_of_clock", "flaws_of_room", "flaws_of_settings", "flaws_of_zones"]

_LARGE_LOG = 64_000_000  # bytes; SQLite begins anew at some 4 MB where no reader holds it up
_LEAST_ROOM = 100_000_000
_AHEAD = timedelta(minutes=2)
_APART = timedelta(seconds=5)
_BEGINNING = datetime.fromisoformat("2023-01-01T00:00:00Z")  # of Summitry: a clock that lost its battery shows 1970

# Changes of late that a table of zones must know, with the release of the tz database that brought each:
# https://data.iana.org/time-zones/tzdb/NEWS
_CHANGES = (
    ("Asia/Almaty", "2024-03-02T00:00:00Z", 5, "2024a"),
    ("America/Mexico_City", "2023-07-01T00:00:00Z", -6, "2022f"),
    ("Asia/Amman", "2023-01-01T00:00:00Z", 3, "2022f"),
    ("Africa/Cairo", "2023-07-01T00:00:00Z", 3, "2023c"),
    ("Europe/Kyiv", "2023-01-01T00:00:00Z", 2, "2022b"))


@dataclass(frozen=True, slots=True)
class Machine:
    """What is asked of the machine. `room` gives the free bytes of a folder, `zone` a zone by its name."""

    room: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    zone: Callable[[str], tzinfo] = ZoneInfo


def flaws_of_room(file: Path | None, machine: Machine) -> Iterator[Flaw]:
    """Of an SQLite file; the disk of PostgreSQL is its server's to watch."""
    if file is None or not file.exists():
        return
    log = file.with_name(file.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > _LARGE_LOG:
        yield Flaw("log", "the write-ahead log is large: a reader has kept it from beginning anew", f"{size:,} bytes",
                   "See which process has the store open for long (a shell, a backup program), and end it; the log shrinks with the "
                   "writes that follow.", Level.WARN)
    free, needed = machine.room(file.parent), max(_LEAST_ROOM, file.stat().st_size)
    if free < _LEAST_ROOM:
        yield Flaw("disk", "the disk is all but full: nothing can be stored soon", f"{free:,} bytes left at {file.parent}", "Make room.")
    elif free < needed:
        yield Flaw("disk", "the disk has less room than the store takes, so that no backup fits beside it",
                   f"{free:,} bytes left at {file.parent}", "Make room, or write backups elsewhere.", Level.WARN)


def flaws_of_clock(now: datetime, written: Mapping[str, str], server: str | None) -> Iterator[Flaw]:
    """`written` are the latest times in the store, `server` is what the database's own clock says."""
    mend = "Set the clock (NTP). What was written ahead of it stays; sources are brought back to their slots by themselves."
    if now < _BEGINNING:
        yield Flaw("clock", "the clock is years behind", now.isoformat(), mend)
    for what, time in written.items():
        if moment(time) > now + _AHEAD:
            yield Flaw("clock", "the store was written by a clock that was ahead of this one", f"{what} at {time[:19]}Z", mend)
    if server is not None and abs(moment(server) - now) > _APART:
        yield Flaw("clock", "this machine's clock and the database server's do not agree", f"{now.isoformat()[:19]}Z and {server[:19]}Z", mend,
                   Level.WARN)


def flaws_of_zones(wanted: set[str], machine: Machine) -> Iterator[Flaw]:
    """`wanted` are the zones that the sources name."""
    mend = "Bring the machine's time zone data (tzdata) up to date, or remove it so that Summitry's own are used."
    for name in sorted(wanted):
        try:
            machine.zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield Flaw("zones", "the time zone of a source is not known", name, mend)
    for name, at, hours, release in _CHANGES:
        try:
            offset = moment(at).astimezone(machine.zone(name)).utcoffset()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            offset = None
        if offset != timedelta(hours=hours):
            yield Flaw("zones", "the time zone data are old", f"{name} is not as of release {release}", mend, Level.WARN)


def flaws_of_settings(settings: Settings) -> Iterator[Flaw]:
    if settings.base_url is None:
        yield Flaw("settings", "SUMMITRY_BASE_URL is not set, so that links lead to whatever address was asked", "",
                   "Set it to the service's public address.", Level.WARN)
    told = settings.user_agent
    if "summitry.invalid" in told or not re.search(r"https?://[^\s)]+\.[^\s)]+|[^\s@(]+@[^\s@)]+\.[^\s@)]+", told):
        yield Flaw("settings", "SUMMITRY_USER_AGENT has no address to write to, so that outlets can only block what troubles them", told,
                   "Put a page or a mailbox of yours into it.", Level.WARN)
    if settings.names is not None and not settings.names.is_file():
        yield Flaw("settings", "the file of SUMMITRY_NAMES is not there", str(settings.names), "Put it there, or unset the setting.")
