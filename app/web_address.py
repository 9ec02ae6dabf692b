"""Addresses of the web, as they may stand in what is served."""
from __future__ import annotations

from urllib.parse import quote, urlsplit

from timeline.clean import clean_line

__all__ = ["web_address"]


def web_address(url: str) -> str | None:
    """The URL in ASCII with nothing in it that could end a line; None where it is no address of the web (a script's, say)."""
    address = quote(clean_line(url), safe="%/:=&?~#+!$,;'@()*[]")
    try:
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.netloc else None
    except ValueError:
        return None
