"""All tests, folder by folder, a few at a time: half of their time they wait for servers, deadlines, browsers and databases.

    python scripts/run_tests.py [arguments of pytest]

With arguments it is pytest itself. The folders share nothing but a PostgreSQL, in which each test has a database of its own. What each
printed is shown when it ends; the exit code is that of the first that failed.
"""
from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
LONGEST = ("app", "api", "site", "e2e", "calendar", "scraper", "soak", "fuzz", "timeline")  # first, so that none is left running alone
PARTS = {"app": 3}  # as long as several of the others
BESIDE = 1  # processes more than there are cores


def main(arguments: list[str]) -> int:
    if arguments:
        return subprocess.call([sys.executable, "-m", "pytest", *arguments])
    folders = [folder.name for folder in TESTS.iterdir() if folder.is_dir() and any(folder.rglob("test_*.py"))]
    folders.sort(key=lambda name: (LONGEST.index(name) if name in LONGEST else len(LONGEST), name))
    shown = threading.Lock()

    def run(part: tuple[str, list[Path]]) -> int:
        name, paths = part
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}", *map(str, paths)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        with shown:
            print(f"tests/{name}, {time.monotonic() - began:.0f} s:", flush=True)
            sys.stdout.buffer.write(done.stdout)
            sys.stdout.flush()
        return done.returncode

    with ThreadPoolExecutor((os.cpu_count() or 1) + BESIDE) as pool:
        return next(filter(None, pool.map(run, [part for folder in folders for part in _parts(folder)])), 0)


def _parts(folder: str) -> list[tuple[str, list[Path]]]:
    count = PARTS.get(folder, 1)
    if count == 1:
        return [(folder, [TESTS / folder])]
    files = sorted((TESTS / folder).glob("test_*.py"))
    return [(f"{folder}-{part + 1}", files[part::count]) for part in range(count)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
