"""Cursors: where a page ended, written so that a client passes it on unread.

A cursor holds the key of the last row and a print of the question it belongs to, so that it cannot be used with other
filters by mistake. It grants nothing, hence it is checked and not encrypted: any altered character is noticed.
"""
from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache

import orjson

__all__ = ["CURSOR_LENGTH", "CursorError", "decode", "encode"]

CURSOR_LENGTH = 600
_CHECK = 8  # bytes


class CursorError(ValueError):
    """Not a cursor of this service, or one of another question."""


def encode(key: Sequence[str], *, question: str) -> str:
    """`question` is whatever decides which rows there are and in which order, as text."""
    payload = orjson.dumps([_print(question), *key])
    return _text(_check(payload) + payload)


def decode(cursor: str, *, question: str, parts: int) -> tuple[str, ...]:
    """The key that `encode` took, of `parts` parts. Raises `CursorError`."""
    if len(cursor) > CURSOR_LENGTH:
        raise CursorError("too long for a cursor of this service")
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, payload = raw[:_CHECK], raw[_CHECK:]
        if check != _check(payload) or _text(raw) != cursor:
            raise CursorError("not a cursor of this service")
        asked, *key = orjson.loads(payload)
    except (ValueError, UnicodeError) as error:
        raise CursorError("not a cursor of this service") from error
    if asked != _print(question):
        raise CursorError("a cursor of other filters, or of another order")
    if len(key) != parts or not all(isinstance(part, str) for part in key):
        raise CursorError("not a cursor of this service")
    return tuple(key)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _check(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_CHECK, person=b"cursor").digest()


@lru_cache(maxsize=200)
def _print(question: str) -> str:
    return hashlib.blake2b(question.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
