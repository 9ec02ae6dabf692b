"""One page of the list of events, as every form is given it."""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

__all__ = ["EventObject", "Listing", "each", "urn"]

EventObject = Mapping[str, Any]
"""The event object of the API, parsed."""

T = TypeVar("T")
log = logging.getLogger(__name__)

_NAMESPACE = UUID("9b3c5a0e-58a6-5c0c-8f2f-5b6d0c3a7e11")  # of all names made here; never to change


@dataclass(frozen=True, slots=True)
class Listing:
    """Events in their order, and where the page stands. Addresses are absolute; `home` has no slash at its end."""

    events: Sequence[EventObject]
    title: str
    asked: str  # the filters and the order as text: what makes a feed another feed
    home: str
    this: str
    first: str
    next: str | None
    updated: datetime  # aware

    def address(self, path: str) -> str:
        """A path of the service, such as an event's `url`, as an absolute address."""
        return path if path.startswith(("http://", "https://")) else f"{self.home}{path}"


def each(events: Iterable[EventObject], write: Callable[[EventObject], T]) -> list[T]:
    """What `write` makes of each event. One that lacks what it needs (a damaged row) is left out and logged."""
    written = []
    for event in events:
        try:
            written.append(write(event))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
            log.error("event %s can't be written in this form", event.get("id"), exc_info=True)
    return written


def urn(kind: str, name: str) -> str:
    """A name that is the same on every host and for ever (RFC 9562, version 5): for ids of feeds and their entries."""
    return f"urn:uuid:{uuid5(_NAMESPACE, f'{kind}:{name}')}"
