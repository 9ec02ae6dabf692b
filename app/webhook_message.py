"""What a receiver gets: the body of a message, and the headers that sign it, by Standard Webhooks 1.0.0
(https://www.standardwebhooks.com)."""
from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_bytes

from app.change_json import change_json
from app.event_json import dump, instant
from app.store.change_log import ChangeRow
from app.store.deliveries import REMOVED

__all__ = ["message_body", "new_secret", "signed_headers"]

_PREFIX = "whsec_"
_SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    return _PREFIX + b64encode(token_bytes(_SECRET_BYTES)).decode()


def message_body(type_: str, change: ChangeRow | None, *, webhook: str, at: datetime) -> bytes | None:
    """`type`, `timestamp` and `data`: the entry of `/changes`, or of a test the webhook's id. None where the stored bytes
    of the event are damaged.

    The tombstone of an event that stands and left the filter has the kind `left`, and none has an object: whoever puts in
    each object that comes must not put this one in.
    """
    if change is None:
        timestamp, data = instant(at), dump({"webhook": webhook})
    else:
        if type_ == REMOVED:
            change = replace(change, json=None, kind=change.kind if change.kind in ("withdrawn", "merged") else "left")
        timestamp, entry = f"{change.at[:19]}Z", change_json(change)
        if entry is None:
            return None
        data = entry
    return dump({"type": type_, "timestamp": timestamp})[:-1] + b',"data":' + data + b"}"


def signed_headers(message: str, body: bytes, at: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of one attempt at the aware time `at`: a signature by each secret, HMAC-SHA256 of id, time and body."""
    seconds = str(int(at.timestamp()))
    signed = b".".join((message.encode(), seconds.encode(), body))
    signatures = (b64encode(hmac.digest(b64decode(secret.removeprefix(_PREFIX)), signed, "sha256")).decode() for secret in secrets)
    return {"webhook-id": message, "webhook-timestamp": seconds,
            "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures)}
