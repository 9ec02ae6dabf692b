"""Where the machine stands changes nothing: not what is rendered, not what is served, not when it says that it was changed."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ZONES = ("UTC", "America/St_Johns", "Pacific/Kiritimati")
"""None, half an hour off and behind, and a day ahead; the first two change their clocks or do not."""


def test_the_same_bytes_come_from_machines_in_three_time_zones(tmp_path: Path) -> None:
    runs = []
    for number, zone in enumerate(ZONES):
        folder = tmp_path / str(number)
        folder.mkdir()
        runs.append(subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "support" / "rendered_sample.py"), str(folder)], stdout=subprocess.PIPE,
            env=os.environ | {"TZ": zone, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:surrogateescape"}))
    printed = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert b"\r\nDTSTART:20230326T013000Z\r\n" in printed[0], "half past two in Berlin, which was skipped"
    assert b"\r\nDTSTART:20231029T003000Z\r\n" in printed[0], "the first half past two of two"
    assert printed[0].count(b"200 OK") == 5
    assert printed[1] == printed[0]
    assert printed[2] == printed[0]
