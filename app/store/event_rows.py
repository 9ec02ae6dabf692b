"""The columns beside an event's JSON: what the timeline is searched by."""
from __future__ import annotations

from typing import Any

from app.store.codec import plain
from app.store.folding import fold
from timeline.model import Event, EventType

__all__ = ["actor_rows", "columns_of", "countries_of", "sources_of"]


def columns_of(event: Event) -> dict[str, Any]:
    """The searchable columns of the row of `events`."""
    place = event.place
    told = [event.title, event.organisation, place.name if place else None, place.country if place else None]
    for participant in event.participants:
        told += [participant.name, participant.country, participant.role]
    words = dict.fromkeys(word for text in told if text for word in fold(text).split())
    return {"type": event.type.value, "status": event.status.value, "first": event.when.first.isoformat(),
            "last": event.when.last.isoformat(), "precision": event.when.precision.value,
            "place": (fold(place.name) or None) if place and place.name else None,
            "place_country": place.country if place else None, "organisation": _plain(event.organisation),
            "title": plain(event.title), "words": " ".join(words), "confidence": event.confidence,
            "revision": event.revision}


def actor_rows(event: Event) -> dict[str, dict[str, Any]]:
    """Rows of `actors` by id."""
    return {participant.actor_id: {"kind": participant.kind.value, "name": _plain(participant.name),
                                   "country": participant.country, "words": fold(participant.name or "")}
            for participant in event.participants}


def countries_of(event: Event) -> set[str]:
    """The countries that take part, and the visited one of a visit."""
    found = {participant.country for participant in event.participants if participant.country}
    if event.type is EventType.VISIT and event.place is not None and event.place.country:
        found.add(event.place.country)
    return found


def sources_of(event: Event) -> set[str]:
    return {claim.source for claim in event.claims}


def _plain(text: str | None) -> str | None:
    return plain(text) if text else None
