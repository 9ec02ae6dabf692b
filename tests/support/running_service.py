"""The `summitry` command as a process of its own, as its users start it, and a client that asks it over HTTP."""
from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.error import URLError
from urllib.request import Request, urlopen

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
T = TypeVar("T")
PATIENCE = 60.0  # seconds that anything may take


def copy_samples(folder: Path) -> Path:
    """A copy of the sample newsroom that a test may edit."""
    return Path(shutil.copytree(SAMPLES, folder / "samples"))


class Service:
    """`summitry` with `arguments`, which must serve; its files go to `folder`. Leaving the `with` block ends it."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "log.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")}
        environment |= {f"SUMMITRY_{name.upper()}": value for name, value in settings.items()}
        self._environment = environment
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-c", "from app.cli import main; main()", *arguments],
                                            stdout=log, stderr=log, cwd=SAMPLES.parent, env=environment)
        self.address = str(self.wait_for(self._announced, "the service to announce its address"))

    def _announced(self) -> str | None:
        """The first address on loopback that is followed by `/api`, or that `serve` tells alone."""
        if self.process.poll() is not None:
            raise AssertionError(f"the service ended with {self.process.returncode}:\n{self.log}")
        found = re.search(r"^(?:The timeline, JSON\s+|Serving on )(http://[\d.:]+)", self.log, re.MULTILINE)
        return found[1] if found else None

    @property
    def log(self) -> str:
        """What this process has printed so far."""
        return self._log.read_bytes()[self._log_start:].decode("utf-8", "replace")

    def wait_for(self, look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """The first true value of `look`. Fails after `seconds`, with the service's log."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if found := look():
                return found
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds:.0f} s for {what}\n{self.log[-4000:]}")

    def get(self, path: str) -> bytes:
        with urlopen(self.address + path, timeout=10) as answer:
            body: bytes = answer.read()
            return body

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def events(self, query: str = "") -> list[dict[str, Any]]:
        """All events that the query finds, by time."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.json(f"/api/v1/events?limit=100{query}{cursor}")
            found += page["events"]
            if page["cursor"] is None:
                return found
            cursor = f"&cursor={page['cursor']}"

    def runs(self) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self.json("/api/v1/scrapes")["scrapes"]
        return runs

    def scrape(self) -> dict[str, Any]:
        """Ask for a run over all sources, and give it back when it has ended."""
        request = Request(self.address + "/api/v1/scrapes", data=b"{}", method="POST",
                          headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=10) as answer:
            assert answer.status == 202
            location = answer.headers["Location"]
        path = location.removeprefix(self.address)

        def ended() -> Any:
            run = self.json(path)
            return run if run["ended"] else None

        run: dict[str, Any] = self.wait_for(ended, "the run to end")
        return run

    def stop(self) -> int:
        """End the service as an operator does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def kill(self) -> None:
        """End the service as a power cut does."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(15)

    def answers(self) -> bool:
        try:
            return bool(self.get("/healthz"))
        except (URLError, OSError):
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.kill()


def all_collected(service: Service) -> bool:
    """Whether each source was collected to its end, and nothing is under way."""
    sources = service.json("/api/v1/sources")["sources"]
    return all(source["last_success"] for source in sources) and all(run["ended"] for run in service.runs())


def started(make: Callable[[], Service]) -> Iterator[Service]:
    """For fixtures: a service whose timeline is full."""
    with make() as service:
        service.wait_for(lambda: all_collected(service), "all sources to be collected")
        yield service


def told_of(event: dict[str, Any], *surnames: str) -> bool:
    """Whether people with all of these surnames take part in an event."""
    names = " ".join(participant["name"] or "" for participant in event["participants"])
    return all(surname in names for surname in surnames)


def only(found: list[T], what: str) -> T:
    """The one that was found. Fails where it is not one, and tells which there are."""
    told = [f"{item['start']} {item['title']}" if isinstance(item, dict) else str(item) for item in found]
    assert len(found) == 1, f"{what}: found {len(found)}: {'; '.join(told)}"
    return found[0]


_OF_THE_RUN = ("first_seen", "updated", "revision")


def canonical(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What a timeline tells by event id, without what depends on how often and when its pages were collected."""
    return {event["id"]: {name: value for name, value in event.items() if name not in _OF_THE_RUN} for event in events}
