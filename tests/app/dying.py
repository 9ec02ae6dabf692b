"""Work in a process of its own that is killed: at a commit, at a time, by whoever watches it."""
from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable


def begun(work: Callable[[], object]) -> int:
    """The id of a copy of this process that does `work` and ends. It has no threads but its own, and must open its own connections."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return process


def was_killed(process: int) -> bool:
    """Whether it was killed (-9), rather than coming to its end. Fails where it ended otherwise."""
    _, status = os.waitpid(process, 0)
    assert status in (0, signal.SIGKILL), f"the process ended with {status}"
    return status == signal.SIGKILL
