"""Which URLs and which addresses may be asked.

Checked twice: the URL as it is spelt, before anything is resolved; and each address that its name leads to, before a
socket connects to that very address (`scraper.connection`).
"""
from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit, urlunsplit

import idna
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from scraper.errors import BadUrl, GuardedAddress

__all__ = ["address_fault", "authority", "checked_url", "public_url"]

# IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), multicast, class E, and the one public address that
# a cloud answers metadata on (Azure's 168.63.129.16). `ipaddress.is_private` lacks several of them.
_SPECIAL_4 = tuple((ipaddress.IPv4Network(network), what) for network, what in (
    ("0.0.0.0/8", "this network"), ("10.0.0.0/8", "private"), ("100.64.0.0/10", "shared address space"),
    ("127.0.0.0/8", "loopback"), ("168.63.129.16/32", "cloud metadata"), ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"), ("192.0.0.0/24", "protocol assignments"), ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "AS112"), ("192.52.193.0/24", "multicast tunnelling"), ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"), ("192.175.48.0/24", "AS112"), ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"), ("203.0.113.0/24", "documentation"), ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved")))
# Of IPv6 only 2000::/3 is global unicast (RFC 4291, 2.4), so all else is refused without naming it: loopback, mapped
# and compatible IPv4, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), discard, unique local, link-local, site-local, multicast.
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6 = tuple((ipaddress.IPv6Network(network), what) for network, what in (
    ("2001::/23", "protocol assignments (Teredo, ORCHID, benchmarking)"), ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"), ("2620:4f:8000::/48", "AS112"), ("3fff::/20", "documentation")))


_NO_ADDRESS = "not an IP address"


def address_fault(address: str) -> str | None:
    """Why `address` (IPv4 or IPv6, as getaddrinfo spells it) may not be connected to; None where it may."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return _NO_ADDRESS
    if isinstance(ip, ipaddress.IPv4Address):
        return next((what for network, what in _SPECIAL_4 if ip in network), None)
    if ip.scope_id is not None:
        return "scoped"
    if ip not in _GLOBAL_6:
        return "not global unicast"
    return next((what for network, what in _SPECIAL_6 if ip in network), None)


_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
LONGEST_URL = 8192


def checked_url(url: str) -> str:
    """`url` in the one spelling that is asked: ASCII, the host in small letters and IDNA, no fragment.

    Raises `BadUrl` for other schemes than http and https, for user names, and for spellings on which parsers disagree
    (backslashes, blanks and controls, percent signs in the host, numbers that some resolvers take for an IPv4 address).
    """
    if len(url) > LONGEST_URL:
        raise BadUrl(f"the URL has {len(url)} characters, more than {LONGEST_URL}", url[:200])
    if not url.lower().startswith(("http://", "https://")):
        raise BadUrl("the scheme is not http or https", url)
    if _UNSAFE.search(url):
        raise BadUrl("the URL holds a backslash, a blank or a control character", url)
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as error:
        raise BadUrl(f"no URL: {error}", url) from error
    if parts.username is not None or parts.password is not None:
        raise BadUrl("the URL carries a user name", url)
    if port == 0:
        raise BadUrl("no port 0", url)
    host = _checked_host(host, bracketed="[" in parts.netloc, url=url)
    netloc = host if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    clean = urlunsplit((parts.scheme, netloc, path, query, ""))
    try:
        other = parse_url(clean)
    except LocationParseError as error:
        raise BadUrl(f"no URL: {error}", url) from error
    if other.host != host.rstrip(".") and other.host != host:
        raise BadUrl("parsers disagree about the host", url)
    return clean


def _checked_host(host: str, *, bracketed: bool, url: str) -> str:
    if bracketed:
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]" if "%" not in host else _raise(url, "a scoped address")
        except ValueError as error:
            raise BadUrl("no IPv6 address within the brackets", url) from error
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise BadUrl(f"no host name: {error}", url) from error
    if not _NAME.fullmatch(host) or len(host) > 253:
        raise BadUrl("no host name", url)
    # What ends in a number is an IPv4 address to browsers and to getaddrinfo (127.1, 0x7f.1, 2130706433): WHATWG URL,
    # "ends in a number checker". Only the plain spelling passes.
    last = host.rstrip(".").rsplit(".", 1)[-1]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise BadUrl("no plain IPv4 address", url) from error
    return host


def _raise(url: str, reason: str) -> str:
    raise BadUrl(reason, url)


def authority(url: str) -> str:
    """`host:port` of a checked URL, the port always written: what `allow_hosts` is compared with."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port or {'http': 80, 'https': 443}[parts.scheme]}"


def public_url(url: str, allowed: Collection[str] = ()) -> str:
    """`checked_url`, for an address that is only to be kept: nothing is resolved, and a name is judged when it is asked.

    Raises `BadUrl`, and `GuardedAddress` where the host is written as an address that is not public. `allowed` are
    `host:port` pairs that may be named all the same.
    """
    clean = checked_url(url)
    host = (urlsplit(clean).hostname or "").rstrip(".")
    if authority(clean) in {pair.lower() for pair in allowed}:
        return clean
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        raise GuardedAddress(f"{host} is this machine, which is no public address")
    fault = address_fault(host)
    if fault is not None and fault != _NO_ADDRESS:
        raise GuardedAddress(f"{host} is no public address ({fault})")
    return clean
