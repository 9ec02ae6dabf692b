"""The columns beside an event's JSON: what the timeline is searched by."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.store.codec import plain
from app.store.folding import fold
from app.store.search import words_of
from app.store.tables import event_actors, event_countries, event_keys, event_sources
from timeline.model import Event, EventType

__all__ = ["LINKS", "Naming", "actor_rows", "columns_of", "countries_of", "links_of", "sources_of", "words_of_name"]

LINKS = {event_actors: "actor_id", event_countries: "country", event_sources: "source_id", event_keys: "key"}
"""The tables by which events are found, each with the column of what is looked for."""


Naming = Callable[[str], str | None]
"""The name of a party by its code: `KZ` gives `Kazakhstan`; None for a code that has none."""


def columns_of(event: Event, naming: Naming) -> dict[str, Any]:
    """The searchable columns of the row of `events`."""
    place = event.place
    told = [event.title, event.organisation, place.name if place else None]
    for participant in event.participants:
        told += [participant.name, participant.role]
    for code in sorted(countries_of(event) | ({place.country} if place and place.country else set())):
        told += [code, naming(code)]
    words = dict.fromkeys(word for text in told if text for word in words_of(text))
    return {"type": event.type.value, "status": event.status.value, "first": event.when.first.isoformat(),
            "last": event.when.last.isoformat(), "precision": event.when.precision.value,
            "place": (fold(place.name) or None) if place and place.name else None,
            "place_country": place.country if place else None, "organisation": _plain(event.organisation),
            "title": plain(event.title), "words": " ".join(words), "confidence": event.confidence,
            "revision": event.revision}


def actor_rows(event: Event, naming: Naming) -> dict[str, dict[str, Any]]:
    """Rows of `actors` by id. A state has its name here, also where an event knows only a delegation of it."""
    rows = {}
    for participant in event.participants:
        name = participant.name
        if name is None and participant.country and participant.actor_id.partition(":")[2] == participant.country:
            name = naming(participant.country)
        rows[participant.actor_id] = {"kind": participant.kind.value, "name": _plain(name),
                                      "country": participant.country, "words": words_of_name(name)}
    return rows


def words_of_name(name: str | None) -> str:
    """What an actor of that name is found by."""
    return fold(name or "")


def links_of(event: Event, keys: Iterable[str]) -> dict[str, set[str]]:
    """What must stand of an event in the tables of `LINKS`, by the table's name; `keys` are its blocking keys."""
    return {event_actors.name: {participant.actor_id for participant in event.participants}, event_countries.name: countries_of(event),
            event_sources.name: sources_of(event), event_keys.name: set(keys)}


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
