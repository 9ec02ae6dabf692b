"""What must hold of those whom the service knows: tokens, and webhooks with what their receivers are told of."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from marshmallow import ValidationError

from app.doctor.findings import Flaw, Level
from app.saved_filter import checked_filter
from app.scopes import Scope
from app.store.codec import moment
from app.store.inspection import Inspection

__all__ = ["flaws_of_deliveries", "flaws_of_tokens", "flaws_of_webhooks"]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{10}")
_LATE = timedelta(hours=1)
_REVOKE = "`summitry doctor --repair` revokes it; then make another (`summitry tokens create`)."
_REPAIR = "`summitry doctor --repair` mends it."


def flaws_of_tokens(inspection: Inspection) -> Iterator[Flaw]:
    for row in inspection.tokens():
        try:
            scopes = [Scope(scope) for scope in row.scopes.split()]
            for time in (row.created, row.last_used, row.expires, row.revoked):
                if time is not None:
                    moment(time)
        except ValueError as error:
            yield Flaw("tokens", "a token can't be judged, and whoever brings it is answered with an error", f"{row.name}: {error}", _REVOKE,
                       anew=("token", row.id))
            continue
        if row.revoked is None and not (_ID.fullmatch(row.id) and _DIGEST.fullmatch(row.digest) and scopes):
            yield Flaw("tokens", "a token opens nothing: its id, its digest or its scopes are lost", row.name, _REVOKE, anew=("token", row.id))


def flaws_of_webhooks(inspection: Inspection) -> Iterator[Flaw]:
    for row in inspection.webhooks():
        anew = ("webhook", row.id)
        try:
            checked_filter(json.loads(row.filter))
        except (ValueError, ValidationError) as error:
            yield Flaw("webhooks", "the filter of a webhook can't be weighed, so that nothing is delivered to it", f"{row.id}: {error}",
                       "Give it another (`PATCH /api/v1/webhooks/{id}` with `filter`), or remove it and add it again.")
        if row.reached > row.last:
            yield Flaw("webhooks", "a webhook has seen changes that are not there, and misses as many new ones", f"{row.id}: {row.reached}",
                       _REPAIR, anew=anew)
        if (row.holder is None) != (row.heartbeat is None):
            yield Flaw("webhooks", "a webhook is held without a sign of life, or by nobody, so that nothing is delivered", row.id, _REPAIR,
                       anew=anew)
        if (row.former_secret is None) != (row.former_until is None):
            yield Flaw("webhooks", "nothing says until when the former secret of a webhook signs", row.id,
                       "`summitry doctor --repair` forgets the former one.", anew=anew)
        if row.active != (row.disabled_at is None and row.disabled_for is None):
            yield Flaw("webhooks", "a webhook is active and disabled", row.id, f"`summitry webhooks enable {row.id}`, or remove it.")
    for row in inspection.webhook_events():
        named = f"{row.event_id} for {row.webhook_id}"
        if row.told is not None and row.told > row.last:
            yield Flaw("webhooks", "a receiver was told of changes that are not there, and would miss as many new ones", named, _REPAIR,
                       anew=("webhook", row.webhook_id))
        if (row.due is None) != (row.waiting_since is None):
            yield Flaw("webhooks", "what waits for a receiver does not say since when", named, _REPAIR, anew=("webhook", row.webhook_id))
        if len({row.message is None, row.number is None, row.type is None, row.bare}) > 1:
            yield Flaw("webhooks", "a message that waits is not whole", named, "`summitry doctor --repair` lets it be written anew.",
                       anew=("webhook", row.webhook_id))


def flaws_of_deliveries(inspection: Inspection, now: datetime) -> Iterator[Flaw]:
    """Of a service: whether those who want to be told are."""
    for row in inspection.webhook_standing():
        if not row.active:
            yield Flaw("deliveries", "a webhook is disabled: its receiver failed for long, or said that it is gone",
                       f"{row.id}: {row.disabled_for or 'by hand'}", f"Mend the receiver, then `summitry webhooks enable {row.id}`, which sends what it "
                       "missed; or remove it.", Level.WARN)
        elif row.oldest is not None and moment(row.oldest) < now - _LATE:
            why = "its receiver fails" if row.failures else "no process delivers"
            mend = "See its last attempts at `/api/v1/webhooks/{id}`." if row.failures else "Start `summitry serve`, or see its log."
            yield Flaw("deliveries", f"a webhook is more than an hour behind: {why}", row.id, mend, Level.WARN)
