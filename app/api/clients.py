"""Whom a request comes from."""
from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import Request

__all__ = ["is_loopback", "on_this_machine"]

# A proxy on this machine makes every client look like a local one; then it says so in one of these.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


def on_this_machine(asked: Request) -> bool:
    """Whether a request comes from this very machine, and through no proxy on it."""
    return is_loopback(asked.remote_addr) and not any(name in asked.headers for name in _FORWARDED)


def is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback
