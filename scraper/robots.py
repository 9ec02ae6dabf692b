"""robots.txt by RFC 9309: what it says is kept for each origin until it expires."""
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

from scraper.errors import BadStatus, FetchError, Refused

__all__ = ["Robots", "Verdict"]

CAP = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB are parsed
KEPT = 24 * 3600.0  # RFC 9309, 2.4: not longer than 24 hours
KEPT_UNREACHABLE = 300.0
LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why not; None where `url` may be fetched. `delay` is the Crawl-delay in seconds."""

    reason: str | None
    delay: float


@dataclass(slots=True)
class _Origin:
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego | None = None
    reason: str | None = None
    expires: float = float("-inf")

    def keep(self, rules: Protego | None, reason: str | None, expires: float) -> None:
        self.rules, self.reason, self.expires = rules, reason, expires


class Robots:
    """Asks for an origin's robots.txt when it is needed and not known, once for all threads.

    `read(url)` returns the first 500 KiB of the body or raises `FetchError`; `agent` is the product token that rules
    are matched with (RFC 9309, 2.2.1).
    """

    def __init__(self, agent: str, clock: Callable[[], float]) -> None:
        self._agent = agent
        self._clock = clock
        self._origins: dict[str, _Origin] = {}
        self._lock = threading.Lock()

    def verdict(self, url: str, read: Callable[[str], bytes]) -> Verdict:
        """Whether `url` may be fetched.

        Raises `FetchError` where robots.txt was asked for now and there was no answer: that is a no as well, and what
        went wrong tells more than the no. Until it is asked again the verdict says so.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if url == f"{origin}/robots.txt":
            return Verdict(None, 0.0)
        with self._lock:
            known = self._origins.setdefault(origin, _Origin())
        with known.lock:
            if self._clock() >= known.expires:
                self._refresh(known, origin, read)
            if known.rules is None:
                return Verdict(known.reason, 0.0)
            delay = known.rules.crawl_delay(self._agent) or 0.0
            delay = min(max(float(delay), 0.0), LONGEST_DELAY)
            allowed = known.rules.can_fetch(url, self._agent)
            return Verdict(None if allowed else "robots.txt forbids it", delay)

    def _refresh(self, known: _Origin, origin: str, read: Callable[[str], bytes]) -> None:
        """2xx: its rules. 4xx: there are none (2.3.1.3). 5xx or no answer: everything is forbidden (2.3.1.4)."""
        rules, reason = None, None
        try:
            rules = Protego.parse(read(f"{origin}/robots.txt").decode("utf-8", "replace"))
        except BadStatus as error:
            if not 400 <= error.status < 500:
                reason = f"robots.txt answers {error.status}"
        except Refused:
            raise  # nothing was asked, so nothing is known
        except FetchError as error:
            known.keep(None, f"robots.txt can't be had: {error.detail}", self._clock() + KEPT_UNREACHABLE)
            raise
        known.keep(rules, reason, self._clock() + (KEPT if reason is None else KEPT_UNREACHABLE))
