"""Schemathesis finds nothing: over the whole OpenAPI document, against the real server, with a token and without.

`make test` takes a short run; `make fuzz` one that asks much more, over SQLite and PostgreSQL (`scripts/with_postgres make fuzz`).
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sample_databases import BOTH, sample_at
from serving import SampleStore, sample_app, served
from sqlalchemy import select

from app.store import tables

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("SUMMITRY_TEST_FUZZ", "0"))
TOKEN = "a-token-of-the-operator"
long = pytest.mark.skipif(not EXAMPLES, reason="`make fuzz` runs it")
# The short run leaves out the forms of the list and the calendars: their parameters are those of the list.
SHORT = ("--exclude-path-regex", r"events\.|calendar", "--max-examples", "2")


def fuzzed(store: SampleStore, folder: Path, *options: str, **settings: Any) -> str:
    """What schemathesis says of the service with these settings, and how it ended in the first line. What it writes goes to `folder`."""
    with store.engine.connect() as connection:
        there = {name: sorted(connection.execute(select(column)).scalars()) for name, column in (
            ("events", tables.events.c.id), ("sources", tables.sources.c.id), ("articles", tables.articles.c.url))}
    with served(sample_app(store, rate_failures=0, **settings)) as base:
        done = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run", f"{base}/openapi.json", *options],
            cwd=folder, env=os.environ | {"PYTHONPATH": str(HERE), "SUMMITRY_TEST_FUZZ_THERE": json.dumps(there), "NO_COLOR": "1"},
            capture_output=True, text=True, check=False)
    return f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"


@pytest.mark.skipif(EXAMPLES > 0, reason="the long run asks all of this")
@pytest.mark.timeout(600)
def test_a_short_run_finds_nothing(sample: Path, tmp_path: Path) -> None:
    """All scopes are needed, so that each operation is asked without a token, with a wrong one and with the right one."""
    with sample_at("sqlite", sample, tmp_path) as store:
        said = fuzzed(store, tmp_path, "-H", f"Authorization: Bearer {TOKEN}", *SHORT, token=TOKEN, open_reading=False)
    assert said.startswith("exit code 0\n"), said
    assert " passed" in said


@long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("database", BOTH)
@pytest.mark.parametrize("token", [TOKEN, None], ids=["with a token", "without"])
def test_a_long_run_finds_nothing(sample: Path, tmp_path: Path, database: str, token: str | None) -> None:
    options = ("-H", f"Authorization: Bearer {token}") if token else ()
    with sample_at(database, sample, tmp_path) as store:
        said = fuzzed(store, tmp_path, *options, "--max-examples", str(EXAMPLES), token=token, open_reading=token is None)
    print(said)
    assert said.startswith("exit code 0\n"), said
