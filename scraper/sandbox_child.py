"""The process that parses: limits on itself, then one listing or page after the other until its input closes.

    python -m scraper.sandbox_child BYTES      BYTES: address space beyond what it has once everything is loaded

Messages are pickles behind four bytes of length: in, (task, arguments, options, CPU seconds) from `scraper.sandbox`;
out, ("ready", None) once, then ("done", result), ("failed", DiscoverError or PageError) or ("worn", None) where memory
ran out.
"""
from __future__ import annotations

import logging
import math
import os
import pickle
import resource
import struct
import sys
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

from scraper.article import read_article, warm_up
from scraper.discover import discover
from scraper.errors import DiscoverError, PageError
from scraper.front import look_at_front
from scraper.vevents import read_calendar

_SIZE = struct.Struct("!I")
_TASKS: dict[str, Callable[..., Any]] = {"discover": discover, "read_article": read_article,
                                         "read_calendar": read_calendar, "look_at_front": look_at_front}
# What no parser has to do. A parser that tries is told no, before anything happens (PEP 578).
_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec",
              "os.fork", "os.posix_spawn")


def main(memory: int) -> None:
    inward: BinaryIO = os.fdopen(os.dup(0), "rb")
    outward: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)  # a library that prints must not write into an answer
    logging.disable()
    warnings.simplefilter("ignore")
    warm_up()
    _limit(memory)
    sys.addaudithook(_refuse)
    _answer(outward, ("ready", None))
    while len(header := inward.read(_SIZE.size)) == _SIZE.size:
        task, arguments, options, cpu = pickle.loads(inward.read(_SIZE.unpack(header)[0]))  # noqa: S301 - our parent's
        _allow_cpu(cpu)
        try:
            outcome: tuple[str, Any] = ("done", _TASKS[task](*arguments, **options))
        except (DiscoverError, PageError) as error:
            outcome = ("failed", error)
        except MemoryError:
            outcome = ("worn", None)
        _answer(outward, outcome)


def _limit(memory: int) -> None:
    if os.path.exists("/proc/self/statm"):  # elsewhere than on Linux address space can't be bounded so
        with open("/proc/self/statm") as file:
            own = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (own + memory, own + memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu(seconds: float) -> None:
    """The limit counts from the start of the process and in whole seconds; the signal at the soft limit ends it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _refuse(event: str, _: Any) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"a parser may not do {event}")


def _answer(outward: BinaryIO, outcome: tuple[str, Any]) -> None:
    data = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    outward.write(_SIZE.pack(len(data)) + data)
    outward.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
