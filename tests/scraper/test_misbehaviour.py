"""However a server misbehaves, a fetch of it ends in time and within its memory, and the next one is as good as the first."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from misbehaving import MisbehavingServer
from ways import WAYS, lay_out, path_of

DEADLINE = 1.5  # seconds
PATIENCE = 2.0  # seconds on top of it, for a machine that has other things to do
MEMORY = 40 * 1024  # KiB


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    """What became of a fetch of each way, all in one process of its own."""
    server = MisbehavingServer()
    lay_out(server)
    paths = [path_of(name) for name in WAYS]
    done = subprocess.run([sys.executable, str(Path(__file__).with_name("fetching.py")), server.host, str(DEADLINE)],
                          input="\n".join([*paths, "/there"]), capture_output=True, text=True, timeout=110, check=False)
    server.close()
    assert done.returncode == 0, done.stderr
    return {told["path"]: told for told in map(json.loads, done.stdout.splitlines())}


def test_there_are_enough_ways() -> None:
    assert len(WAYS) >= 34
    assert len({path_of(name) for name in WAYS}) == len(WAYS)


@pytest.mark.parametrize("name", WAYS)
def test_it_ends_in_time_within_its_memory_and_as_an_error_of_its_class(outcomes: dict[str, dict[str, Any]],
                                                                        name: str) -> None:
    told = outcomes[path_of(name)]
    assert told["outcome"] in WAYS[name].outcome
    assert told["seconds"] < DEADLINE + PATIENCE
    assert told["growth"] < MEMORY


def test_after_all_of_them_a_plain_page_still_comes(outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes["/there"]["outcome"] == "ok"
