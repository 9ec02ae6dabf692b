"""Radicale, a CalDAV server, with one collection that a feed is brought to."""
from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import requests
from calendar_parsers import PARSERS, Texts
from installed_clients import program

USER = ("reader", "reader")
_QUERY = """<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{within}</C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
_DATA, _TAG = "{urn:ietf:params:xml:ns:caldav}calendar-data", "{DAV:}getetag"


class Collection:
    """A collection of calendar entries (RFC 4791)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def create(self) -> None:
        assert requests.request("MKCALENDAR", self.address, auth=USER, timeout=10).status_code == 201

    def put(self, calendar: bytes) -> None:
        """Put a whole calendar in the place of what is there."""
        done = requests.put(self.address, calendar, headers={"Content-Type": "text/calendar; charset=utf-8"}, auth=USER, timeout=10)
        assert done.status_code == 201, done.text

    def entries(self, first: str | None = None, last: str | None = None) -> list[Texts]:
        """All entries, or those that overlap the days from `first` to before `last` (`20231101`), in the order of their UIDs."""
        return [entry for _, entry in sorted(self._report(first, last).values(), key=lambda found: str(found[1]["uid"]))]

    def tags(self) -> dict[str, str]:
        """The server's ETag of each entry by its UID: another one whenever the entry was written anew with other bytes."""
        return {str(entry["uid"]): tag for tag, entry in self._report(None, None).values()}

    def _report(self, first: str | None, last: str | None) -> dict[str, tuple[str, Texts]]:
        within = f'<C:time-range start="{first}T000000Z" end="{last}T000000Z"/>' if first else ""
        told = requests.request("REPORT", self.address, data=_QUERY.format(within=within), auth=USER, timeout=10,
                                headers={"Depth": "1", "Content-Type": "application/xml"})
        assert told.status_code == 207, told.text
        found = {}
        for answer in ElementTree.fromstring(told.content):
            data, tag = answer.findtext(f".//{_DATA}"), answer.findtext(f".//{_TAG}")
            assert data is not None
            assert tag is not None
            (entry,) = PARSERS["icalendar"](data.encode())
            found[answer.findtext("{DAV:}href") or ""] = (tag, entry)
        return found


@contextmanager
def caldav_server(folder: Path) -> Iterator[Collection]:
    """A server on a free loopback port that keeps what it has below `folder`."""
    radicale = program("radicale")
    assert radicale is not None, "Radicale is not installed"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    settings = folder / "radicale.conf"
    settings.write_text(f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[storage]\nfilesystem_folder = {folder / 'kept'}\n")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([radicale, "--config", str(settings)], stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield Collection(f"http://127.0.0.1:{port}/{USER[0]}/summitry/")
    finally:
        process.terminate()
        process.wait(10)
