"""Rows of the store as the objects of the API."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import RowMapping

from app.event_detail import contradictions_fields, statuses_fields
from app.event_json import API_PREFIX, as_unreported, event_fields, evidence_fields, part_of_fields
from app.health import health_of
from app.store.codec import claim_from_json, event_from_json, from_json
from app.store.queries import EventRow, EvidenceRow
from app.store.rulings import ruling_of
from scraper.source import Source
from timeline.model import Event
from timeline.series import Series, parents, series_of

__all__ = ["NO_SERIES", "actor_object", "address_of", "attempt_object", "correction_object", "detail_object", "event_bytes", "evidence_object", "history_object", "run_object",
           "run_source_object", "series_object", "source_object", "statuses_object", "time_text", "webhook_object"]

_COUNTS = ("fetched", "new", "changed", "failed", "empty")
NO_SERIES: dict[str, Any] = {"part_of": None, "parts": []}
# What follows from the others, or is told elsewhere in the history.
_NOT_IN_HISTORY = ("id", "sources", "plover", "cameo", "schema_status", "edtf")


def address_of(kind: str, identity: str) -> str:
    """Path of one thing: `address_of("actors", "state:KZ")`."""
    return f"{API_PREFIX}/{kind}/{quote(identity, safe=':')}"


def event_bytes(row: EventRow) -> bytes:
    """The event object as it is served now."""
    return as_unreported(row.json) if row.unreported else row.json


def evidence_object(row: EvidenceRow) -> dict[str, Any]:
    return evidence_fields(claim_from_json(row.claim), publisher=row.publisher) | {
        "article_id": row.article_id, "version": row.version, "headline": row.headline}


def detail_object(rows: Sequence[EvidenceRow]) -> dict[str, Any]:
    """What one event's own address adds to the event object."""
    claims = [claim_from_json(row.claim) for row in rows]
    return {"contradictions": contradictions_fields(claims), "statuses": statuses_object(rows),
            "evidence": [evidence_object(row) for row in rows]}


def series_object(event_id: str, events: Sequence[Event], told_in: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the event is part of, and its own parts, of the `events` near it; `told_in` are the articles of each."""
    found = series_of(events, lambda event: told_in.get(event.id, ()))
    known = {event.id: event for event in events}
    mine = parents(found).get(event_id)
    own = next((series for series in found if series.id == event_id), None)
    return {"part_of": {**part_of_fields(mine), "parts": _legs(mine, known)} if mine is not None else None,
            "parts": _legs(own, known) if own is not None else []}


def _legs(series: Series, known: Mapping[str, Event]) -> list[dict[str, Any]]:
    return [{"id": part, "title": known[part].title, "start": known[part].when.start, "end": known[part].when.end, "url": address_of("events", part)}
            for part in series.parts]


def statuses_object(rows: Sequence[EvidenceRow]) -> dict[str, Any]:
    """The steps by which the event's status came about, in the order of the sources' time."""
    told = [(claim_from_json(row.claim), row.publisher) for row in rows]
    return statuses_fields([claim for claim, _ in told], publishers={claim.article: name for claim, name in told})


def history_object(row: RowMapping) -> dict[str, Any]:
    """One change: which fields of the event object became different. Of a new or withdrawn event one side is null."""
    before, after = (event_from_json(text) if text is not None else None for text in (row["before"], row["after"]))
    old, new = (event_fields(event) if event is not None else {} for event in (before, after))
    fields = {name: {"before": old.get(name), "after": new.get(name)}
              for name in new or old if name not in _NOT_IN_HISTORY and old.get(name) != new.get(name)}
    return {"at": time_text(row["at"]), "reason": row["reason"], "material": bool(row["material"]),
            "revision": after.revision if after is not None else None, "fields": fields,
            "claims": json.loads(row["claims"]), "kind": "correction" if row["ruling"] else "report",
            "correction": _act(row) if row["ruling"] else None}


def _act(row: RowMapping) -> dict[str, Any]:
    return {"id": row["ruling"], "kind": row["kind"], "act": "undone" if row["undoing"] else "made",
            "by": row["undone_by"] if row["undoing"] else row["author"], "note": row["note"]}


def correction_object(row: RowMapping) -> dict[str, Any]:
    undone = {"at": time_text(row["undone_at"]), "by": row["undone_by"]} if row["undone_at"] else None
    sides = [{"event": side.event, "articles": sorted({one.article for one in side.evidence}),
              "claims": [one.claim for one in side.evidence]} for side in ruling_of(row["ruling"]).sides]
    return {"id": row["id"], "kind": row["kind"], "at": time_text(row["at"]), "by": row["author"], "note": row["note"],
            "sides": sides, "undone": undone}


def actor_object(row: RowMapping) -> dict[str, Any]:
    return {"id": row["id"], "kind": row["kind"], "name": row["name"], "country": row["country"],
            "url": address_of("actors", row["id"])}


def source_object(row: RowMapping, now: datetime) -> dict[str, Any]:
    told = from_json(Source, row["row"])
    health = health_of(row, now)
    return {
        "id": row["id"], "name": told.name, "home": told.home, "kind": told.kind.value, "language": told.language,
        "tier": told.tier.value, "interval": row["interval"], "health": health.state.value,
        "reasons": [{"reason": reason.code, "detail": reason.detail, "mend": reason.mend} for reason in health.reasons],
        "due": time_text(row["due"]), "pace": row["pace"] or row["interval"],
        "cadence": round(row["cadence"]) if row["cadence"] else None,
        **{name: time_text(row[name]) for name in ("last_run", "last_success", "last_item")},
        "failures": row["failures"], "empties": row["empties"], "skipped": row["skipped"], "links": row["links"],
        "usual_links": round(row["usual_links"]) if row["usual_links"] else None,
        "pages_read": round(health.pages_read, 2) if health.pages_read is not None else None,
        "moved_to": row["address"] or row["moved_to"], "error": _error(row)}


def run_object(row: RowMapping) -> dict[str, Any]:
    return {"id": row["id"], "trigger": row["trigger"], "url": address_of("scrapes", row["id"]),
            "sources": json.loads(row["requested"]) if row["requested"] else None, "queued": time_text(row["queued"]),
            **_progress(row)}


def run_source_object(row: RowMapping) -> dict[str, Any]:
    return {"source": row["source_id"], "slot": time_text(row["slot"]), **_progress(row)}


def _progress(row: RowMapping) -> dict[str, Any]:
    return {"state": row["state"], "started": time_text(row["started"]), "ended": time_text(row["ended"]),
            **{name: row[name] for name in _COUNTS}, "error": _error(row)}


def webhook_object(row: RowMapping) -> dict[str, Any]:
    disabled = None if row["active"] else {
        "at": time_text(row["disabled_at"]), "reason": row["disabled_for"], "detail": row["disabled_detail"]}
    return {"id": row["id"], "url": row["url"], "filter": json.loads(row["filter"]),
            "state": "active" if row["active"] else "disabled", "disabled": disabled, "created": time_text(row["created"]),
            "changed": time_text(row["changed"]), "waiting": row["waiting"],
            "waiting_since": time_text(row["oldest"]) if row["waiting"] else None, "failures": row["failures"],
            "due": time_text(row["due"]) if row["active"] and row["failures"] else None,
            "former_secret_until": time_text(row["former_until"]),
            "deliveries": f"{address_of('webhooks', row['id'])}/deliveries"}


def attempt_object(row: RowMapping) -> dict[str, Any]:
    ended = datetime.fromisoformat(row["ended"]) if row["ended"] else None
    return {"message": row["message"], "type": row["type"], "event": row["event_id"], "attempt": row["attempt"],
            "at": time_text(row["at"]),
            "seconds": round((ended - datetime.fromisoformat(row["at"])).total_seconds(), 3) if ended else None,
            "outcome": ("delivered" if row["delivered"] else "failed") if ended else None, "status": row["status"],
            "error": _error(row)}


def _error(row: RowMapping) -> dict[str, Any] | None:
    return {"error_class": row["error_class"], "detail": row["error_detail"]} if row["error_class"] else None


def time_text(stored: str | None) -> str | None:
    """A stored time (`2023-11-09T14:30:00.000000Z`) to the second."""
    return f"{stored[:19]}Z" if stored else None
