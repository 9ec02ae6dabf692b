"""What the views stand on, handed to each of them; there is no global state."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Engine

from app.api.admission import Admission
from app.config import Settings
from app.metrics import Metrics
from app.sourcing import Sourcing
from app.store.corrections import Corrections
from app.store.encounters import Encounters
from app.store.queries import Queries
from app.store.tokens import Tokens
from app.store.webhooks import Webhooks

__all__ = ["Backend", "Extract", "ScrapeStore", "utc_now"]

Extract = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""One article's row (`text`, `published`, ...) read: its `events`, what was `declined`, and the `text` that offsets refer to.
Raises `ValueError` that names what is wrong."""


class ScrapeStore(Protocol):
    """The part of the store that HTTP needs: reading goes through the engine, writing is a run asked for, a
    correction, or a webhook."""

    @property
    def engine(self) -> Engine: ...

    @property
    def corrections(self) -> Corrections: ...

    @property
    def tokens(self) -> Tokens: ...

    @property
    def webhooks(self) -> Webhooks: ...

    def request_run(self, sources: Sequence[str] | None, trigger: str, *, key: str | None = None) -> str:
        """Id of a run of these sources (None: all) that waits or is under way; a new one where there is none, or that was asked
        for under this key before."""
        ...


class RequestRun(Protocol):
    """`ScrapeStore.request_run` for whoever asks over HTTP."""

    def __call__(self, sources: Sequence[str] | None, *, key: str | None) -> str: ...


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Backend:
    settings: Settings
    queries: Queries
    encounters: Encounters
    corrections: Corrections
    webhooks: Webhooks
    request_run: RequestRun
    extract: Extract
    now: Callable[[], datetime]
    metrics: Metrics
    admission: Admission
    version: str
    sourcing: Sourcing | None = None  # where none is given, no sources are added by hand

    def address(self, path: str) -> str:
        """A path of this service as its readers see it: below `base_url` where that is set."""
        return f"{(self.settings.base_url or '').rstrip('/')}{path}"
