"""`summitry` as a process of its own, from its arguments to its exit code, without loading Python and its libraries anew each time.

Each call is forked from a server that has them loaded already (`multiprocessing`'s forkserver): a quarter of the time of a fresh start, or less.
`test_command_line.py` shows of a few that a fresh start does the same.
"""
from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

__all__ = ["called"]

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["app.console", "app.care_commands", "app.source_commands", "app.service", "app.web_app"])


def called(arguments: tuple[str, ...], environment: Mapping[str, str], *, stdin: str = "", seconds: float = 100.0) -> CompletedProcess[str]:
    """What `summitry` with these arguments and no other environment ends with. Raises `TimeoutError`."""
    with TemporaryDirectory(prefix="summitry-call-") as folder:
        files = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin, encoding="utf-8")
        process = _SERVER.Process(target=_call, args=(arguments, dict(environment), [str(file) for file in files], os.getcwd()))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"summitry {' '.join(arguments)} did not end in {seconds:g} s")
        printed, complained = (file.read_text(encoding="utf-8") for file in files[1:])
        return CompletedProcess(arguments, process.exitcode, printed, complained)


def _call(arguments: tuple[str, ...], environment: dict[str, str], files: list[str], folder: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        opened = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate(("r", "w", "w")))  # noqa: SIM115
    sys.argv = ["summitry", *arguments]
    from app.cli import main

    main()
