"""A disk that is full fails a run, and nothing else: what stands is served whole, and with room again the next run goes on."""
from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsdesk import Desk, article, open_store, read, rows_of, source

from app.config import Settings
from app.jobs import Runner
from app.store.store import Store
from app.store.tables import articles, runs
from app.web_app import create_app

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk can't be mounted here: {done.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def collected(store: Store, desk: Desk) -> tuple[str, str | None]:
    """The state that a run of all sources ends in, and the class of its error."""
    claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
    assert claimed is not None
    runner = Runner(store, collect=desk, read=read, workers=1)
    state = runner.carry_out(claimed)
    if runner._unsettled:  # its end could not be written down
        (_, error), = runner._unsettled
        return state, error[0] if error is not None else None
    return state, rows_of(store, runs, id=claimed.run)[0]["error_class"]


def test_a_full_disk_fails_the_run_and_what_stands_is_served_whole(copy_of: Callable[[str, Path], str], small_disk: Path) -> None:
    store = open_store(copy_of("sqlite", small_disk), now)
    store.ledger.sync_sources([source()])
    client = create_app(Settings(base_url="https://summitry.example"), store, now=now).test_client()
    desk = Desk(now)
    desk.pages = {"meridian": [article("a", MET)]}
    assert collected(store, desk) == ("ok", None)
    before = {path: client.get(path).data for path in ("/api/v1/events", "/calendar.ics", "/api/v1/changes")}
    ballast = small_disk / "ballast"
    room = os.statvfs(small_disk)
    ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - 100_000))  # a run can begin, and no more
    desk.pages["meridian"] += [article(f"{number}", f"held call of RU, CN on 2023-11-{number + 1:02}", "y" * 30_000) for number in range(20)]
    assert collected(store, desk) == ("failed", "disk")
    assert {path: client.get(path).data for path in before} == before
    assert {client.get(path).status_code for path in (*before, "/healthz", "/events", "/metrics")} == {200}
    ballast.unlink()
    store.ledger.interrupt_all("the disk was full")
    assert collected(store, desk) == ("ok", None)
    assert len(rows_of(store, articles)) == 21
    assert len(client.get("/api/v1/events").get_json()["events"]) == 21
    store.close()
