"""What the API tells of one event beside the event object: made from its claims when asked, never stored."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.event_json import published_text, when_fields
from timeline.contradictions import Said, contradictions
from timeline.history import status_history
from timeline.model import Claim
from timeline.reconcile import fold

__all__ = ["contradictions_fields", "statuses_fields"]


def statuses_fields(claims: Sequence[Claim], *, publishers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The dated steps of an event's status, and the claims that were refused, ready for JSON. `publishers` as for
    `event_json`."""
    history = status_history(claims)
    names = publishers or {}
    return {
        "steps": [{"turn": step.turn.value, "status": step.status.value, "when": when_fields(step.when),
                   "claim": _cited(step.claim, names)} for step in history.steps],
        "refused": [{"status": refusal.claim.status.value, "when": when_fields(refusal.claim.when), "reason": refusal.reason,
                     "claim": _cited(refusal.claim, names)} for refusal in history.refused],
    }


def contradictions_fields(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Where the claims of an event contradict each other, ready for JSON."""
    if not claims:
        return []
    return [{"field": one.field, "chosen": _said(one.chosen), "others": [_said(said) for said in one.others], "reason": one.reason}
            for one in contradictions(fold(claims, ""))]


def _said(said: Said) -> dict[str, Any]:
    return {"value": said.value,
            "claims": [{"claim": claim.id, "source": claim.source, "article": claim.article} for claim in said.claims]}


def _cited(claim: Claim, publishers: Mapping[str, str]) -> dict[str, Any]:
    return {"claim": claim.id, "quotation": claim.quotation, "article": claim.article, "source": claim.source,
            "publisher": publishers.get(claim.article) or claim.source, "tier": claim.tier.value, "published": published_text(claim)}
