"""Delivers what webhooks wait for, in threads of its own: collecting waits for no receiver."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Protocol

import structlog

from app.store.deliveries import Attempt, ClaimedWebhook, Deliveries, Outcome
from app.store.errors import LeaseLost, StoreError
from app.store.filters import EventFilter
from app.webhook_message import signed_headers
from scraper.errors import FetchError
from scraper.fetch import Posted

__all__ = ["Deliverer", "Post", "Weigh"]

log = structlog.get_logger(__name__)

_SHARE = 30.0  # seconds after which a webhook gives its place to the next


Weigh = Callable[[str, datetime], tuple[EventFilter, date]]
"""`app.saved_filter.weighed`."""


class Post(Protocol):
    """`scraper.fetch.Fetcher.post`."""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: float | None) -> Posted: ...


class Deliverer:
    """Serves at most `workers` webhooks at once; a receiver has `deadline` seconds to answer.

    `clock` gives aware times; `monotonic` seconds that pass.
    """

    def __init__(self, deliveries: Deliveries, post: Post, weigh: Weigh, *, clock: Callable[[], datetime], workers: int = 4,
                 deadline: float = 15.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._deliveries = deliveries
        self._post = post
        self._weigh = weigh
        self._clock = clock
        self._workers = workers
        self._deadline = deadline
        self._monotonic = monotonic
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._fault: str | None = None

    def tick(self) -> None:
        """Begin to deliver what is due, and return. Never raises for what the store does."""
        try:
            for webhook in self._deliveries.recover():
                log.warning("webhook was left behind by its process and is taken over", webhook=webhook)
            while not self._stop.is_set() and len(self._threads) < self._workers:
                claim = self._deliveries.claim()
                if claim is None:
                    break
                thread = threading.Thread(target=self._work, args=(claim,), name=f"deliver-{claim.webhook}", daemon=True)
                with self._lock:
                    self._threads.add(thread)
                thread.start()
        except StoreError as error:
            if self._fault != error.error_class:  # said once, and not at each tick
                log.error("the store can't be used", error_class=error.error_class, error=str(error))
            self._fault = error.error_class
        else:
            self._fault = None

    def halt(self) -> None:
        """Begin no further message. May be called from a signal handler."""
        self._stop.set()

    def stop(self, wait: float) -> None:
        """Halt, and wait that long for what is under way; what then still hangs is sent again by the next process."""
        self.halt()
        ends = time.monotonic() + wait
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def deliver_due(self) -> None:
        """Deliver all that is due, here and now. Raises `StoreError`."""
        while not self._stop.is_set() and (claim := self._deliveries.claim()) is not None:
            self._serve(claim)

    def _work(self, claim: ClaimedWebhook) -> None:
        try:
            self._serve(claim)
            self.deliver_due()
        except StoreError as error:
            log.error("the store can't be written", error_class=error.error_class, error=str(error))
        except Exception:
            log.exception("delivering failed")
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _serve(self, claim: ClaimedWebhook) -> None:
        """Send what waits for one webhook, one message after the other, for as long as its share of time."""
        try:
            ends = self._monotonic() + _SHARE
            wanted, due = self._weigh(claim.filter, self._clock())
            while not self._stop.is_set() and self._monotonic() < ends:
                if self._deliveries.take_in(claim, wanted, due):
                    continue
                began = self._monotonic()
                attempt = self._deliveries.begin(claim, wanted, due)
                if attempt is None:
                    break
                outcome = self._sent(attempt, self._deadline - (self._monotonic() - began))
                self._told(claim, attempt, outcome, self._deliveries.end(claim, attempt, outcome))
        except LeaseLost as error:
            log.warning("webhook is served no further", webhook=claim.webhook, reason=str(error))
        finally:
            self._deliveries.release(claim)

    def _sent(self, attempt: Attempt, left: float) -> Outcome:
        """One attempt. A process that was frozen since it began comes too late to send what may be old by now."""
        headers = {"Content-Type": "application/json", **signed_headers(attempt.message, attempt.body, attempt.at, attempt.secrets)}
        try:
            posted = self._post(attempt.url, attempt.body, headers, deadline=max(left, 0.0))
        except FetchError as error:
            return Outcome(error=(error.error_class, error.detail))
        if 200 <= posted.status < 300:
            return Outcome(posted.status)
        said = "redirects, which is not followed" if 300 <= posted.status < 400 else f"answered {posted.status}"
        return Outcome(posted.status, (f"http-{posted.status}", f"the receiver {said}"), posted.retry_after)

    def _told(self, claim: ClaimedWebhook, attempt: Attempt, outcome: Outcome, disabled: str | None) -> None:
        told = {"webhook": claim.webhook, "message": attempt.message, "type": attempt.type}
        if outcome.delivered:
            log.debug("delivered", **told)
            return
        log.warning("could not be delivered", **told, error_class=outcome.error[0] if outcome.error else None)
        if disabled is not None:
            log.error("webhook is disabled", webhook=claim.webhook, reason=disabled)
