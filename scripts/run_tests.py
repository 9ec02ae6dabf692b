"""All tests, in three processes side by side: half of their time they wait for servers, deadlines, browsers and databases.

    python scripts/run_tests.py [arguments of pytest]

With arguments it is pytest itself. They share nothing but a PostgreSQL, in which each test has a database of its own.
What each printed is shown when it ends; the exit code is that of the first that failed.
"""
from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
SLOW = (("app",), ("e2e", "site", "fuzz"))  # processes and databases; browsers and whole services: two thirds of all time


def main(arguments: list[str]) -> int:
    pytest = [sys.executable, "-m", "pytest"]
    if arguments:
        return subprocess.call([*pytest, *arguments])
    others = sorted(folder.name for folder in TESTS.iterdir() if folder.is_dir() and not any(folder.name in names for names in SLOW) and any(folder.rglob("test_*.py")))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for number, folders in enumerate((*SLOW, others)):
            printed = Path(folder) / str(number)
            command = [*pytest, "-o", f"cache_dir=.pytest_cache/{number}", *(str(TESTS / name) for name in folders)]
            with printed.open("wb") as output:
                runs.append((folders, printed, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)))
        for folders, printed, process in runs:
            code = process.wait()
            print(f"tests/{', tests/'.join(folders)}:", flush=True)
            sys.stdout.buffer.write(printed.read_bytes())
            sys.stdout.flush()
            failed = failed or code
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
