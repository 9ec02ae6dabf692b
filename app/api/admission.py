"""Who may start a scrape, or correct."""
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Request, request

from app.api.problems import Problem
from app.config import Settings

__all__ = ["admit", "admitted_only"]

# A proxy on this machine makes every client look like a local one; then it says so in one of these.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


def admitted_only(settings: Settings) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator for views: raises `Problem` 401 or 403 before anything else of the request is looked at."""
    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            admit(settings, request)
            return view(*args, **kwargs)
        return guarded
    return decorate


def admit(settings: Settings, asked: Request) -> None:
    """With a token in the settings, its bearer (RFC 6750); without one, whoever asks from this very machine.

    Raises `Problem`: 401 where the token is missing or wrong, 403 where the client is not on this machine.
    """
    if settings.token:
        scheme, _, given = asked.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise Problem(401, "A bearer token is needed.", headers={"WWW-Authenticate": 'Bearer realm="summitry"'})
        if not compare_digest(given.strip().encode("utf-8", "replace"), settings.token.encode("utf-8", "replace")):
            raise Problem(401, "That is not the token.",
                          headers={"WWW-Authenticate": 'Bearer realm="summitry", error="invalid_token"'})
        return
    if not _local(asked.remote_addr) or any(name in asked.headers for name in _FORWARDED):
        raise Problem(403, "No token is set, so only clients on this machine may do this.")
    if not _own_page(asked):
        raise Problem(403, "No token is set, so pages of other sites may not do this.")


def _local(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def _own_page(asked: Request) -> bool:
    """Whether no foreign web page made a browser on this machine ask: by its Origin, or by a name of its own that
    resolves to this machine (DNS rebinding)."""
    if asked.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return False
    host = _host_name(f"//{asked.host}")
    if host != "localhost" and not _local(host):
        return False
    origin = asked.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == asked.host


def _host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
