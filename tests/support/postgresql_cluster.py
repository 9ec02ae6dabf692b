"""A PostgreSQL of a test's own, which it may end, crash, start again and fail over, with the programs of `scripts/with_postgres`."""
from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest

_QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=40 -c shared_buffers=16MB"


class Cluster:
    """A server on loopback, not started yet. `close` it; skips the test where the programs are not known."""

    def __init__(self, *, copy_of: Cluster | None = None) -> None:
        programs = os.environ.get("SUMMITRY_TEST_POSTGRES_PROGRAMS")
        if not programs:
            pytest.skip("SUMMITRY_TEST_POSTGRES_PROGRAMS names no PostgreSQL; scripts/with_postgres does")
        self._programs = Path(programs)
        self._folder = Path(mkdtemp(prefix="summitry-cluster-"))
        self._owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._owner:
            shutil.chown(self._folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if copy_of is None:
            self._do("initdb", "-D", "data", "-U", "summitry", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        else:
            self._do("pg_basebackup", "-D", "data", "-R", "-X", "stream", "-c", "fast", "-h", "127.0.0.1", "-p", str(copy_of.port), "-U", "summitry")

    def url(self, password: str = "") -> str:
        """It lets everybody in, with whatever password."""
        return f"postgresql://summitry{f':{password}' if password else ''}@127.0.0.1:{self.port}/postgres"

    def start(self, options: str = "") -> None:
        self._do("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", "60", "start",
                 "-o", f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 {_QUICK} {options}")

    def stop(self, how: str) -> None:
        """`fast` breaks connections off and ends in order, `immediate` is as a crash."""
        self._do("pg_ctl", "-D", "data", "-m", how, "-w", "-t", "60", "stop")

    def promote(self) -> None:
        """A copy becomes the server that takes writes."""
        self._do("pg_ctl", "-D", "data", "-w", "-t", "60", "promote")

    def close(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _do(self, program: str, *arguments: str) -> None:
        subprocess.run([*self._owner, str(self._programs / program), *arguments], cwd=self._folder, check=True, timeout=90,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
