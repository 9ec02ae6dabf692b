"""The event object of the API: an `Event` as JSON, rendered once when it changes and kept as bytes.

No byte depends on the host, the clock or a setting, so that what is stored stays right wherever it is served.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from app.soundness import Sound
from timeline.codes import codes
from timeline.model import Claim, Event, Participant, Place
from timeline.series import Series
from timeline.weight import Witnesses
from timeline.when import When

__all__ = ["API_PREFIX", "as_unreported", "asserted_fields", "event_fields", "event_json", "evidence_fields", "instant", "part_of_fields", "published_text", "sound_event_json",
           "when_fields"]

API_PREFIX = "/api/v1"

_PLANNED = b'"status":"planned"'
_UNREPORTED = b'"status":"unreported"'


def event_json(event: Event, *, first_seen: datetime, updated: datetime,
               publishers: Mapping[str, str] | None = None, gone: Mapping[str, str] | None = None) -> bytes:
    """The event object as compact UTF-8 JSON.

    `first_seen` and `updated` are aware: when the event was first stored and when it last changed. `publishers` gives
    an outlet's name by article URL; an article that it lacks shows the id of its source. `gone` tells since when the page of
    an article (by URL) answers that it is gone, RFC 3339; others are there.
    """
    fields = event_fields(event, publishers=publishers, gone=gone) | {
        "first_seen": instant(first_seen), "updated": instant(updated), "revision": event.revision,
        "url": f"{API_PREFIX}/events/{event.id}"}
    return dump(fields)


def event_fields(event: Event, *, publishers: Mapping[str, str] | None = None,
                 gone: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The part of the event object that follows from the event alone, ready for JSON.

    `status` comes before any text of a source: `as_unreported` counts on it.
    """
    derived = codes(event)
    return {
        "id": event.id,
        "type": event.type.value,
        "status": event.status.value,
        **when_fields(event.when),
        "title": event.title,
        "participants": [_participant(participant) for participant in event.participants],
        "organisation": event.organisation,
        "place": _place(event.place),
        "confidence": round(event.confidence, 3),
        "witnesses": event.witnesses,
        "confirmed_by": list(event.confirmed_by),
        "sources": _sources(event.claims, publishers or {}, gone or {}),
        "plover": derived.plover,
        "cameo": derived.cameo,
        "schema_status": derived.schema_org,
        "formerly": [when_fields(when) for when in event.formerly],
    }


def evidence_fields(claim: Claim, *, publisher: str | None = None) -> dict[str, Any]:
    """One claim of an event: what the article says, where it says it, and what was read from it.

    `start` and `end` of the quotation are offsets in characters (Unicode code points) into the article's text.
    """
    return {
        "claim": claim.id,
        "quotation": claim.quotation,
        "offsets": {"start": claim.start, "end": claim.end},
        "article": claim.article,
        "source": claim.source,
        "publisher": publisher or claim.source,
        "tier": claim.tier.value,
        "published": published_text(claim),
        "rule": claim.rule,
        "confidence": round(claim.confidence, 3),
        "asserts": asserted_fields(claim),
    }


def asserted_fields(claim: Claim) -> dict[str, Any]:
    """What one claim asserts, in the fields of the event object."""
    return {
        "type": claim.type.value,
        "status": claim.status.value,
        **when_fields(claim.when),
        "participants": [_participant(participant) for participant in claim.participants],
        "organisation": claim.organisation,
        "place": _place(claim.place),
        "formerly": when_fields(claim.formerly) if claim.formerly else None,
    }


def when_fields(when: When) -> dict[str, Any]:
    """`start`, `end`, `precision`, `time`, `time_zone` and `edtf` (ISO 8601-2:2019, levels 0 and 1)."""
    return {
        "start": when.start,
        "end": when.end,
        "precision": when.precision.value,
        "time": f"{when.time:%H:%M}" if when.time is not None else None,
        "time_zone": when.time_zone,
        "edtf": when.edtf(),
    }


def part_of_fields(series: Series) -> dict[str, Any]:
    """What an event is part of: a summit (its event's id) or a trip (an id of its own)."""
    return {"id": series.id, "title": series.title, "kind": series.kind.value}


def as_unreported(rendered: bytes) -> bytes:
    """The same event object with status `unreported`, for a planned event whose time is past and nobody reported.

    The derived status is never stored, since it follows from the clock; putting it in when serving costs one replacement.
    """
    return rendered.replace(_PLANNED, _UNREPORTED, 1)


def _is_event_object(rendered: bytes) -> bool:
    if not rendered.startswith(b'{"id":"'):
        return False
    try:
        return isinstance(orjson.loads(rendered), dict)
    except orjson.JSONDecodeError:
        return False


sound_event_json = Sound(_is_event_object, most=50_000)
"""Whether stored bytes are one event object: one damaged row must not spoil a page of a hundred."""


def instant(moment: datetime) -> str:
    """An aware moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dump(value: Any) -> bytes:
    """Compact UTF-8 JSON. An unpaired surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(_sound(value))


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _sound(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(item) for item in value]
    return value


def _participant(participant: Participant) -> dict[str, Any]:
    return {"kind": participant.kind.value, "name": participant.name, "country": participant.country,
            "role": participant.role, "part": participant.part, "actor": participant.actor_id}


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"name": place.name, "country": place.country, "latitude": place.latitude, "longitude": place.longitude}


def _sources(claims: tuple[Claim, ...], publishers: Mapping[str, str],
             gone: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each article once, in the order in which they told: the same whatever the order of the claims."""
    told = {claim.article: claim for claim in sorted(claims, key=lambda claim: claim.id, reverse=True)}
    witnesses = Witnesses(claims)
    return [{"source": claim.source, "publisher": publishers.get(claim.article) or claim.source, "url": claim.article,
             "published": published_text(claim), "tier": claim.tier.value, "copy_of": witnesses.copy_of(claim.article),
             **({"gone": gone[claim.article]} if claim.article in gone else {})}
            for claim in sorted(told.values(), key=lambda claim: (claim.told_on, claim.article))]


def published_text(claim: Claim) -> str:
    """The source's own time: RFC 3339 in UTC, or the day where only that is known."""
    return instant(claim.told_at) if claim.told_at is not None else claim.told_on.isoformat()
