"""`summitry backfill`, as a person calls it, and what it shows."""
from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

from made_archive import html, packed, record

from app.backfill import Progress, Summary
from app.backfill_command import line_of, lines_of
from app.store.archives import ArchiveState

MET = "Vladimir Putin met Kassym-Jomart Tokayev in Astana on November 9, 2023, the Kremlin said."
CALLED = "Emmanuel Macron spoke by phone with Volodymyr Zelensky on November 8, 2023, the presidency said."
RAIN = "It rained on the market all day, and the stalls closed early."


def called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")}
    settings = {"SUMMITRY_DATABASE": f"sqlite:///{folder / 'store.db'}", "SUMMITRY_SOURCES": str(folder / "sources.toml")}
    return subprocess.run([sys.executable, "-c", "from app.cli import main; main()", *arguments], capture_output=True, text=True, timeout=110,
                          check=False, env=kept | settings)


def titles(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "store.db") as database:
        return [title for title, in database.execute("SELECT title FROM events ORDER BY title")]


def test_archives_are_read_by_several_processes_and_a_second_time_nothing_is_added(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("")
    (tmp_path / "archives").mkdir()
    for number, told in enumerate((MET, CALLED)):
        (tmp_path / "archives" / f"{number}.warc.gz").write_bytes(packed([
            record(f"https://outlet{number}.example/met", html(MET)), record(f"https://outlet{number}.example/told", html(told)),
            record(f"https://outlet{number}.example/rain", html(RAIN)), record(f"https://outlet{number}.example/gone", html(RAIN), status="404 Not Found")]))
    first = called(tmp_path, "backfill", str(tmp_path / "archives"), "--processes", "2")
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[0].startswith("2 of 2 files read to their end")
    assert "8 records" in first.stdout
    assert "6 pages: 4 new articles, 0 changed, 0 known, 0 older than what is stored, 2 declined by a first look" in first.stdout
    assert "2 no article: 2 status" in first.stdout
    events = titles(tmp_path)
    assert events == ["Macron – Zelensky, call", "Putin – Tokayev, meeting"]
    again = called(tmp_path, "backfill", str(tmp_path / "archives" / "0.warc.gz"), str(tmp_path / "away"))
    assert again.returncode == 1
    assert "0 records" in again.stdout
    assert f"error: {tmp_path / 'away'}: there is no such file or folder" in again.stdout
    assert titles(tmp_path) == events


def test_progress_tells_what_is_done_how_fast_and_how_long_it_will_take() -> None:
    assert line_of(Progress(files=12, files_done=3, size=40 * 10**9, done=10 * 10**9, records=9_000, bytes=8 * 10**9, seconds=100.0)) == (
        "10.0 of 40.0 GB (25%), 3 of 12 files, 90 records/s, 6 min left")
    assert line_of(Progress(files=1, files_done=0, size=500, done=0, records=0, bytes=0, seconds=0.0)) == (
        "0.0 of 500.0 B (0%), 0 of 1 files, 0 records/s")


def test_the_summary_tells_failures_by_class_and_names_what_is_broken() -> None:
    states = [ArchiveState("a", "/archives/a.warc.gz", "done", 10, 10, {}, ("damaged", "record 5: the file ends within a record")),
              ArchiveState("b", "/archives/b.warc.gz", "done", 10, 10, {}, None)]
    counts = Counter({"records": 20, "pages": 9, "articles": 4, "declined": 2, "skipped-status": 10, "failed-page-body": 2, "failed-damaged": 1})
    assert lines_of(Summary(states, counts, [f"{states[0].path}: damaged: record 5"], True, 10.0)) == [
        "2 of 2 files read to their end, in 10 s",
        "20 records (2 a second), 9 pages: 4 new articles, 0 changed, 0 known, 0 older than what is stored, 2 declined by a first look",
        "10 no article: 10 status", "3 could not be read: 1 damaged, 2 page-body", "error: /archives/a.warc.gz: damaged: record 5"]
