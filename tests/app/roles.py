"""`summitry web`, `scheduler` and `worker` as processes of their own, as an operator starts them."""
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SUMMITRY = [sys.executable, "-c", "from app.cli import main; main()"]


@contextmanager
def role(name: str, url: str, sources: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """One process that has announced itself; `told` of it is the line by which it did. It is killed at the end."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SUMMITRY_")}
    given = {"database": url, "sources": str(sources), "tick": "0.2", "adapt_intervals": "no"} | settings
    log = (sources.parent / f"{name}.log").open("ab")
    process = subprocess.Popen([*_SUMMITRY, name, *(("--port", "0") if name in ("web", "serve") else ()), *arguments],
                               stdout=subprocess.PIPE, stderr=log, text=True,
                               env=kept | {f"SUMMITRY_{key.upper()}": value for key, value in given.items()})
    try:
        assert process.stdout is not None
        process.told = process.stdout.readline().strip()  # type: ignore[attr-defined]
        assert process.told, (sources.parent / f"{name}.log").read_text()  # type: ignore[attr-defined]
        yield process
    finally:
        process.send_signal(signal.SIGCONT)  # one that is stopped can't be waited for
        process.kill()
        process.wait()
        log.close()
        if process.stdout is not None:
            process.stdout.close()


def address_of(process: subprocess.Popen[str]) -> str:
    found = re.search(r"http://\S+", process.told)  # type: ignore[attr-defined]
    assert found is not None
    return found[0]


def asked(address: str, body: dict[str, Any] | None = None) -> Any:
    """The JSON of an answer; `body` makes it a POST."""
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode(),
                                     {} if body is None else {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def ended(process: subprocess.Popen[str]) -> int:
    """The exit code after SIGTERM, which must come within the 10 seconds that are promised."""
    process.send_signal(signal.SIGTERM)
    return process.wait(10)
