"""Parsing where it can be killed.

A hostile page holds libxml2 in C for seconds and other parsers for ever, and no thread can be stopped there. So listings
and pages are parsed by child processes with limits on CPU, memory and wall time. A child is kept and used again: a page
costs one message there and one back. It ends with its parent, whatever way that ends: its standard input closes.
"""
from __future__ import annotations

import io
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from datetime import datetime
from typing import Any

from scraper.discover import Link
from scraper.errors import DiscoverError, PageError
from scraper.front import Front
from scraper.source import Source
from timeline.model import Article

__all__ = ["Sandbox"]

_SIZE = struct.Struct("!I")
PAGES_PER_CHILD = 500  # then a fresh one: parsers in C leak
START_SECONDS = 30.0
_PIPE = 1 << 16


class Sandbox:
    """`discover`, `read_calendar`, `read_article` and `look_at_front` in child processes. One object serves any number of threads.

    `cpu` and `wall` are seconds for one listing or page, `memory` is bytes of address space beyond what a fresh child
    has. At most `children` run at once; a further caller waits for one to be free. Close it, or use it as a context.
    """

    def __init__(self, *, cpu: float = 10.0, wall: float = 20.0, memory: int = 1 << 30, children: int = 2) -> None:
        self._cpu = cpu
        self._wall = wall
        self._memory = memory
        self._free = threading.Semaphore(children)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._closed = False
        self._finalizer = weakref.finalize(self, _close_all, self._idle)

    def discover(self, source: Source, body: bytes, content_type: str | None, base_url: str) -> tuple[Link, ...]:
        """As `scraper.discover.discover`; over budget raises `DiscoverError("budget", …)`."""
        links: tuple[Link, ...] = self._run("discover", (source, body, content_type, base_url), {}, DiscoverError)
        return links

    def read_article(self, html: bytes, url: str, source: Source, *, fetched_at: datetime,
                     content_type: str | None = None, link: Link | None = None) -> Article:
        """As `scraper.article.read_article`; over budget raises `PageError("budget", …)`."""
        article: Article = self._run("read_article", (html, url, source),
                                     {"fetched_at": fetched_at, "content_type": content_type, "link": link}, PageError)
        return article

    def read_calendar(self, source: Source, body: bytes, base_url: str, fetched_at: datetime) -> tuple[Article, ...]:
        """As `scraper.vevents.read_calendar`; over budget raises `DiscoverError("budget", …)`."""
        entries: tuple[Article, ...] = self._run("read_calendar", (source, body, base_url, fetched_at), {}, DiscoverError)
        return entries

    def look_at_front(self, body: bytes, content_type: str | None, base_url: str) -> Front:
        """As `scraper.front.look_at_front`; over budget raises `DiscoverError("budget", …)`."""
        front: Front = self._run("look_at_front", (body, content_type, base_url), {}, DiscoverError)
        return front

    def close(self) -> None:
        """End the children. A call that is under way ends its own when it is done."""
        self._closed = True
        with self._lock:
            _close_all(self._idle)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, task: str, arguments: tuple[Any, ...], options: dict[str, Any],
             error: type[DiscoverError] | type[PageError]) -> Any:
        if self._closed:
            raise RuntimeError("the sandbox is closed")
        with self._free:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            try:
                child = child or _Child(self._memory)
            except OSError as fault:
                raise error("process", f"the parser process did not start: {fault}") from fault
            try:
                outcome, value = child.ask((task, arguments, options, self._cpu), self._wall + 1.0)
            except _Over as over:
                child.kill()
                raise error("budget", f"parser budget: {over}") from None
            except BaseException:
                child.kill()
                raise
            if child.asked >= PAGES_PER_CHILD or outcome == "worn" or self._closed:
                child.kill()
            else:
                with self._lock:
                    self._idle.append(child)
        if outcome == "done":
            return value
        if outcome == "worn":
            raise error("budget", "parser budget: memory")
        raise value


class _Over(Exception):
    """A child did not answer within its budget, or died of it."""


class _Child:
    def __init__(self, memory: int) -> None:
        # One thread for numpy's libraries: each more takes address space. No inherited files beside the pipes.
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ") if name in os.environ}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
                        "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)}
        self._process = subprocess.Popen([sys.executable, "-m", "scraper.sandbox_child", str(memory)],  # noqa: S603 - no input in it
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment,
                                         process_group=0)  # an interrupt from the keyboard is the parent's affair
        assert self._process.stdin is not None  # noqa: S101 - asked for above, and so below
        assert self._process.stdout is not None  # noqa: S101
        self._stdin, self._stdout = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._stdin, False)
        self.asked = 0
        try:
            self._receive(time.monotonic() + START_SECONDS)
        except _Over as error:
            self.kill()
            raise OSError(str(error)) from error

    def ask(self, message: Any, seconds: float) -> tuple[str, Any]:
        """The child's answer. Raises `_Over` where there is none within `seconds`."""
        self.asked += 1
        ends = time.monotonic() + seconds
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._send(_SIZE.pack(len(data)) + data, ends)
        outcome, value = self._receive(ends)
        return outcome, value

    def _send(self, data: bytes, ends: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self._stdin, select.POLLOUT, ends)
            try:
                rest = rest[os.write(self._stdin, rest[:_PIPE]):]
            except BrokenPipeError:
                raise _Over(self._death()) from None

    def _receive(self, ends: float) -> Any:
        (size,) = _SIZE.unpack(self._read(_SIZE.size, ends))
        return _Unpickler(io.BytesIO(self._read(size, ends))).load()

    def _read(self, size: int, ends: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait(self._stdout, select.POLLIN, ends)
            piece = os.read(self._stdout, min(size - len(data), 1 << 20))
            if not piece:
                raise _Over(self._death())
            data += piece
        return bytes(data)

    def _wait(self, descriptor: int, event: int, ends: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, ends - time.monotonic()) * 1000):
            raise _Over("wall time")

    def _death(self) -> str:
        code = self._process.wait()
        return "CPU time" if -code in (signal.SIGXCPU, signal.SIGKILL) else f"the parser process died ({code})"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _close_all(children: list[_Child]) -> None:
    while children:
        children.pop().kill()


_ANSWERS = {("datetime", "datetime"), ("datetime", "date"), ("datetime", "time"), ("datetime", "timezone"), ("datetime", "timedelta"),
            ("copyreg", "_reconstructor"), ("builtins", "object"), ("scraper.discover", "Link"),
            ("scraper.front", "Front"),
            ("scraper.errors", "DiscoverError"), ("scraper.errors", "PageError"), ("timeline.model", "Article"),
            ("timeline.model", "Appointment"), ("timeline.model", "Status"), ("timeline.when", "When"),
            ("timeline.when", "Precision"), ("timeline.model", "Form"), ("timeline.model", "Tier")}


class _Unpickler(pickle.Unpickler):
    """Takes from a child only what an answer is made of: a page that took the child over gets no further."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ANSWERS:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
        return super().find_class(module, name)
