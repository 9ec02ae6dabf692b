"""Bytes as they came over the wire -> bytes as they were meant, never more than a cap."""
from __future__ import annotations

import zlib

from scraper.errors import BadEncoding, TooLarge

__all__ = ["ACCEPTED", "decode", "gunzip"]

ACCEPTED = "gzip, deflate"
_STEP = 1 << 16


def decode(body: bytes, content_encoding: str | None, cap: int) -> bytes:
    """Undo one Content-Encoding (RFC 9110, 8.4): gzip, deflate or none.

    Raises `BadEncoding` for unknown codings, for chains of them (nothing honest sends one, and each step multiplies)
    and for broken or cut streams; `TooLarge` once the result would pass `cap` bytes.
    """
    codings = [part.strip().lower() for part in (content_encoding or "").split(",") if part.strip()]
    codings = [coding for coding in codings if coding != "identity"]
    if not codings:
        return body
    if len(codings) > 1:
        raise BadEncoding(f"chained content encodings: {', '.join(codings)[:100]}")
    if not body:
        return body
    if codings[0] in ("gzip", "x-gzip"):
        return gunzip(body, cap)
    if codings[0] == "deflate":
        # RFC 9110 means the zlib format; some servers send the bare stream.
        zlib_format = body[0] & 0x0F == 8 and len(body) > 1 and (body[0] << 8 | body[1]) % 31 == 0
        return _inflate(body, 15 if zlib_format else -15, cap, "deflate")
    raise BadEncoding(f"unknown content encoding {codings[0][:40]!r}")


def gunzip(body: bytes, cap: int) -> bytes:
    """Undo gzip (RFC 1952) of one member or several. Raises as `decode` does."""
    return _inflate(body, 31, cap, "gzip")


def _inflate(body: bytes, window: int, cap: int, name: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = body
    while True:
        stream = zlib.decompressobj(window)
        while not stream.eof:
            try:
                piece = stream.decompress(rest, _STEP)
            except zlib.error as error:
                raise BadEncoding(f"broken {name}: {error}") from error
            rest = stream.unconsumed_tail
            size += len(piece)
            if size > cap:
                raise TooLarge(f"more than {cap} bytes after decoding {name}")
            parts.append(piece)
            if not piece and not rest and not stream.eof:
                raise BadEncoding(f"{name} ends too early")
        rest = stream.unused_data
        # Further members follow at once; anything else behind the last one is padding, which gzip readers ignore.
        if window != 31 or not rest.startswith(b"\x1f\x8b"):
            return b"".join(parts)
