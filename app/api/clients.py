"""Whom a request comes from."""
from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Request

__all__ = ["client_of", "is_loopback", "on_this_machine"]

# A proxy on this machine makes every client look like a local one; then it says so in one of these.
_FORWARDED = frozenset({"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA"})


def client_of(asked: Request, proxies: int) -> str:
    """Whom a request comes from: the address, or of IPv6 the network of 64 bits, in which a client picks its own address.

    With `proxies`, the address that the first of them has seen: each adds the one that it was asked from to the end of
    X-Forwarded-For, and what stands before that was written by the client.
    """
    told = [part.strip() for part in asked.headers.get("X-Forwarded-For", "").split(",")] if proxies else []
    address = told[-proxies] if 0 < proxies <= len(told) and told[-proxies] else asked.remote_addr or ""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


def on_this_machine(asked: Request) -> bool:
    """Whether a request comes from this very machine, and through no proxy on it."""
    return is_loopback(asked.remote_addr) and asked.environ.keys().isdisjoint(_FORWARDED)


@lru_cache(maxsize=1_000)
def is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback
