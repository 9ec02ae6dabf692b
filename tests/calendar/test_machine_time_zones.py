"""Where the machine stands changes nothing: not what is rendered, not what is served, not when it says that it was changed."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rendered_sample import rendered

ROOT = Path(__file__).parents[2]
ZONES = ("America/St_Johns", "Pacific/Kiritimati")
"""Behind by half an hour more than whole hours, with changes of clocks; and a day ahead, without. The third zone is the tests' own."""


def test_the_same_bytes_come_from_machines_in_three_time_zones(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(3)]
    for folder in folders:
        folder.mkdir()
    runs = [subprocess.Popen([sys.executable, str(ROOT / "tests" / "support" / "rendered_sample.py"), str(folder)],
                             stdout=subprocess.PIPE, env=os.environ | {"TZ": zone, "PYTHONPATH": str(ROOT)})
            for zone, folder in zip(ZONES, folders[1:], strict=True)]
    here = rendered(folders[0])
    printed = [run.communicate(timeout=60)[0].decode() for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert "\r\nDTSTART:20230326T013000Z\r\n" in here, "half past two in Berlin, which was skipped"
    assert "\r\nDTSTART:20231029T003000Z\r\n" in here, "the first half past two of two"
    assert here.count("200 OK") == 5
    assert printed == [here, here]
