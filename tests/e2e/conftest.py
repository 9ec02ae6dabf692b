"""One demonstration for all tests of this folder that only look at it. What they share with others lies in `tests/support`."""
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

from running_service import SAMPLES, Service, started  # noqa: E402


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`summitry demo` on the samples as they are, its timeline full. Not to be changed."""
    folder = tmp_path_factory.mktemp("demonstration")
    yield from started(lambda: Service(folder, "demo", "--port", "0", "--samples", str(SAMPLES), "--folder",
                                       str(folder / "demo"), tick="0.2"))
