"""Trials of outlets that somebody at the desk has started: each goes on in a thread of its own, and is kept in memory for a while."""
from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import uuid4

from app.sourcing import FINDING, Asked, Faulty, Sourcing, Stopped
from app.trial import Trial
from scraper.errors import FetchError
from scraper.find import NothingFound

__all__ = ["AtWork", "Started", "Trials"]

log = logging.getLogger(__name__)

_AT_ONCE = 2
_KEPT = 20  # with those that are under way
_STEPS = 50  # addresses of one that are told


class AtWork(Exception):
    """There are as many trials under way as there may be."""


@dataclass(slots=True)
class Started:
    """One trial. When it has `ended` there is what came of it, or why nothing did: `Faulty`, a `FetchError`, `NothingFound`, or another
    error, which was logged."""

    id: str
    asked: Asked
    by: str
    began: float  # on the monotonic clock
    steps: list[str] = field(default_factory=list)  # addresses that were asked for, in their order
    trial: Trial | None = None
    error: Exception | None = None
    ended: bool = False

    @property
    def seconds(self) -> int:
        """For how long it has been going on, FINDING at most."""
        return round(min(time.monotonic() - self.began, FINDING))


class Trials:
    """At most two go on at once; of those that ended the last are kept. The service's end ends them: `Sourcing.find` sees to it, and no
    process waits for their threads."""

    def __init__(self, sourcing: Sourcing) -> None:
        self._sourcing = sourcing
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Started] = OrderedDict()

    def start(self, asked: Asked, by: str) -> Started:
        """Begin one. Raises `Faulty` for what need not be tried, and `AtWork`."""
        asked.check()
        started = Started(uuid4().hex, asked, by, time.monotonic())
        with self._lock:
            if sum(not one.ended for one in self._known.values()) >= _AT_ONCE:
                raise AtWork
            self._known[started.id] = started
            for old in [one.id for one in self._known.values() if one.ended][:max(len(self._known) - _KEPT, 0)]:
                del self._known[old]
        threading.Thread(target=self._carry_out, args=(started,), name="trial", daemon=True).start()
        return started

    def of(self, by: str, trial: str) -> Started | None:
        """One that this operator started; None of others, and of one that is kept no longer."""
        with self._lock:
            found = self._known.get(trial)
        return found if found is not None and found.by == by else None

    def _carry_out(self, started: Started) -> None:
        def fetching(url: str) -> None:
            if len(started.steps) < _STEPS:
                started.steps.append(url)

        try:
            started.trial = self._sourcing.find(started.asked, fetching)
        except (Faulty, FetchError, NothingFound, Stopped) as error:
            started.error = error
        except Exception as error:
            log.exception("an outlet could not be tried")
            started.error = error
        started.ended = True
