"""Start `processes.py`, and never leave a process behind."""
from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = Path(__file__).parent


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(_FOLDER / "processes.py"), *arguments]


def finished(*arguments: str, expect: int = 0) -> str:
    """What a process printed that has ended by itself."""
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == expect, f"{arguments}: exit code {done.returncode}\n{done.stderr}"
    return done.stdout.strip()


@contextmanager
def started(*arguments: str, ready: bool = True) -> Iterator[subprocess.Popen[str]]:
    """A process that runs meanwhile; it is killed at the end."""
    process = subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, text=True)
    try:
        if ready:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.send_signal(signal.SIGCONT)  # one that is stopped can't be waited for
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
