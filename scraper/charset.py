"""Bytes of a page -> text."""
from __future__ import annotations

import re

from bs4.dammit import UnicodeDammit

__all__ = ["HOSTILE", "decoded"]

# Codecs of Python that are no character encodings of the web, or that hide markup (utf-7).
HOSTILE = ["utf-7", "utf_7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "rot13", "rot_13"]
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def decoded(body: bytes, content_type: str | None) -> str:
    """The text of `body`: what is good UTF-8 is that, whatever it claims; else the header, the meta tag, the bytes tell.

    Controls that no markup needs are taken out; parsers stop at them.
    """
    text: str | None = None
    if b"\x1b" not in body and not body.startswith((b"\xff\xfe", b"\xfe\xff")):  # ISO 2022 is ASCII to the eye
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = None
    if text is None:
        header = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.IGNORECASE)
        told = [header[1]] if header and header[1].lower() not in HOSTILE else []
        text = UnicodeDammit(body, user_encodings=told, is_html=True, exclude_encodings=HOSTILE).unicode_markup
    if text is None:
        text = body.decode("utf-8", "replace")
    return _CONTROLS.sub("", text)
