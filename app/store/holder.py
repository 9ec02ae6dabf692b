"""Which process carries out a run, and whether it still lives."""
from __future__ import annotations

import os
import socket
from pathlib import Path

__all__ = ["has_died", "this_process"]


def this_process() -> str:
    """Host, process namespace, process id and its start time: no other process ever has the same."""
    return "|".join((socket.gethostname(), _namespace(), str(os.getpid()), _start_time(os.getpid()) or ""))


def has_died(holder: str) -> bool:
    """Whether that process is known to be gone.

    False where it can't be known: on another host, in another container, or where there is no /proc. Its run then counts
    as dead when its heartbeat stops.
    """
    host, namespace, pid, started = (holder.split("|") + [""] * 4)[:4]
    if not namespace or not started or (host, namespace) != (socket.gethostname(), _namespace()):
        return False
    return _start_time(int(pid)) != started


def _namespace() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _start_time(pid: int) -> str | None:
    """Clock ticks from boot to the start of a process, None where there is none or it is dead and not yet buried."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2:].split()  # the command's name may hold blanks and brackets
    return None if fields[0] in "ZX" else fields[19]
