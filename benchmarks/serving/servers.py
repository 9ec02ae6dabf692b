"""Our service and what it is compared with, each as a process of its own on one core, and the CPU time that it takes."""
from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORE = "0"

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{ access_log off; sendfile on; types {{ text/calendar ics; }}
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
"""


@dataclass(frozen=True)
class Server:
    base: str
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of CPU so far, of all threads and of child processes that still live."""
        return sum(int(Path(task, "schedstat").read_text().split()[0]) for pid in [self.process.pid, *_children(self.process.pid)]
                   for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9

    def memory(self) -> float:
        """Resident megabytes."""
        return next(int(line.split()[1]) for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines() if line.startswith("VmRSS")) / 1024


@contextmanager
def summitry(store: Path) -> Iterator[Server]:
    """As an operator starts it where another process collects. Calendars may be as large as a thousand events are."""
    settings = {"SUMMITRY_DATABASE": f"sqlite:///{store}", "SUMMITRY_SOURCES": str(ROOT / "sources.toml"), "SUMMITRY_CALENDAR_BYTES": "3000000",
                "SUMMITRY_LOG_FORMAT": "json"}
    with _started(lambda port: [sys.executable, "-c", "from app.cli import main; main()", "serve", "--no-scheduler"],
                  lambda port: settings | {"SUMMITRY_PORT": str(port), "PYTHONPATH": str(ROOT)}, "/healthz") as server:
        yield server


@contextmanager
def empty_flask() -> Iterator[Server]:
    with _started(lambda port: [sys.executable, str(HERE / "empty_flask.py"), str(port)], lambda port: {}, "/") as server:
        yield server


@contextmanager
def fastapi(store: Path, peers: Path) -> Iterator[Server]:
    with _started(lambda port: [str(peers / "bin" / "uvicorn"), "fastapi_peer:app", "--app-dir", str(HERE), "--port", str(port), "--no-access-log",
                                "--log-level", "warning"], lambda port: {"STORE": str(store)}, "/events") as server:
        yield server


@contextmanager
def datasette(store: Path, peers: Path) -> Iterator[Server]:
    with _started(lambda port: [str(peers / "bin" / "datasette"), "serve", str(store), "--port", str(port), "--setting", "sql_time_limit_ms", "10000",
                                "--setting", "suggest_facets", "off"], lambda port: {}, f"/{store.stem}.json") as server:
        yield server


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[Server]:
    def command(port: int) -> list[str]:
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, root=root, port=port))
        return [shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx", "-e", str(folder / "nginx.log"), "-c", str(folder / "nginx.conf")]

    root.chmod(0o755)
    with _started(command, lambda port: {}, "/calendar.ics") as server:
        yield server


@contextmanager
def _started(command: Callable[[int], list[str]], settings: Callable[[int], dict[str, str]], path: str) -> Iterator[Server]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUMMITRY_")} | settings(port)
    process = subprocess.Popen(["taskset", "-c", CORE, *command(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        base, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(base + path, timeout=30).read()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield Server(base, process)
    finally:
        process.terminate()
        process.wait(20)


def _children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
