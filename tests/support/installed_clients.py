"""Programs of others that the tests try the service with: where they are, and a process of them that answers line by line.

They are looked for in `CALENDAR_CLIENTS` (the folder that `scripts/calendar_clients` filled; `.venv/clients` by default), then on
PATH.
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["SCRIPTS", "Answering", "clients_python", "node_environment", "no_javascript", "no_python", "program"]

_ROOT = Path(__file__).parents[2]
SCRIPTS = _ROOT / "tests" / "clients"
"""What is run in the clients' own environments."""
_FOLDER = Path(os.environ.get("CALENDAR_CLIENTS") or _ROOT / ".venv" / "clients")


def program(name: str) -> str | None:
    """The path of an installed program, or None."""
    return shutil.which(name, path=os.pathsep.join((str(_FOLDER / "bin"), os.environ.get("PATH", ""))))


def clients_python() -> str:
    """The Python of the clients' environment."""
    return str(_FOLDER / "bin" / "python")


def node_environment() -> dict[str, str]:
    """The environment in which node finds the clients' modules."""
    places = (str(_FOLDER / "node_modules"), os.environ.get("NODE_PATH"))
    return os.environ | {"NODE_PATH": os.pathsep.join(filter(None, places))}


@cache
def no_python(module: str) -> str | None:
    """Why a Python module of the clients can't be used here, None where it can."""
    reason = f"{module} is not installed (scripts/calendar_clients)"
    if not Path(clients_python()).exists():
        return reason
    done = subprocess.run([clients_python(), "-c", f"import {module}"], capture_output=True, timeout=60, check=False)
    return reason if done.returncode else None


@cache
def no_javascript(module: str) -> str | None:
    """Why a module of node can't be used here, None where it can."""
    node = shutil.which("node")
    if node is None:
        return "node is not installed"
    done = subprocess.run([node, "-e", f"require({json.dumps(module)})"], capture_output=True, timeout=60, check=False,
                          env=node_environment())
    return f"node finds no {module} that it can load (scripts/calendar_clients)" if done.returncode else None


class Answering:
    """A process of a client that takes a line of JSON and gives one, for as long as the tests run: to start one for each
    question would take most of the time."""

    def __init__(self, *command: str, **environment: str) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                                         env=node_environment() | environment)

    def ask(self, question: str) -> Any:
        """Raises `BrokenPipeError` or `json.JSONDecodeError` where the process has ended; its standard error is the test's."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process, and with it the connections that it holds open."""
        self._process.communicate(timeout=10)
