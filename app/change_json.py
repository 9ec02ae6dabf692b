"""The entry of a change, as `/changes` lists it and as a webhook is sent it."""
from __future__ import annotations

import logging

from app.event_json import dump, sound_event_json
from app.store.change_log import ChangeRow

__all__ = ["change_json"]

log = logging.getLogger(__name__)


def change_json(row: ChangeRow) -> bytes | None:
    """The JSON of a change, with the stored bytes of its event; None, and a line in the log, where those are damaged."""
    if row.json is not None and not sound_event_json(row.json):
        log.error("the stored JSON of event %s is damaged", row.event)
        return None
    fields = {"event": row.event, "kind": row.kind, "at": f"{row.at[:19]}Z", "reason": row.reason, "material": row.material,
              "revision": row.revision, "superseded": row.superseded, "heir": row.heir}
    return dump(fields)[:-1] + b',"object":' + (row.json or b"null") + b"}"
