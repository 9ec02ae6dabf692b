"""Processes that are forked from the test's own: all that it has loaded is there at once, and they are as real as any."""
from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Forked:
    """A child. `wait` gives its exit code, negative for the signal that ended it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def send_signal(self, number: int) -> None:
        if self._code is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float = 30.0) -> int:
        ends = time.monotonic() + timeout
        while self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < ends, f"process {self.pid} goes on"
            time.sleep(0.02)
        return self._code


@contextmanager
def forked(work: Callable[[Callable[[], None]], None]) -> Iterator[Forked]:
    """A child that does `work`, from when this calls what it is given on; it is killed at the end. It must open what it uses of
    databases and sockets itself."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(told)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0)  # the timeout of the test is not the child's
            work(lambda: os.close(tell))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(tell)
    child = Forked(pid)
    try:
        assert os.read(told, 1) == b""
        os.close(told)
        yield child
    finally:
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGCONT)
            child.send_signal(signal.SIGKILL)
        child.wait()
