from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from misbehaving import MisbehavingServer

from scraper.fetch import Fetcher

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()
    yield server
    server.close()


@pytest.fixture
def fetcher(server: MisbehavingServer) -> Iterator[Callable[..., Fetcher]]:
    """A maker of fetchers that may ask the misbehaving server and don't wait between requests."""
    made: list[Fetcher] = []

    def make(**settings: object) -> Fetcher:
        settings = {"allow_hosts": (server.host,), "host_gap": 0.0, "deadline": 1.0, "cap": 100_000} | settings
        made.append(Fetcher(**settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
