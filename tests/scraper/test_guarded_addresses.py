"""No spelling, name, redirect or parser leads a fetch to an address that is not public."""
from __future__ import annotations

import ipaddress
import itertools
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_guard import GUARDED
from urllib3.util import parse_url

from scraper.errors import BadUrl, GuardedAddress
from scraper.fetch import Fetcher
from scraper.guard import address_fault, authority, checked_url

Make = Callable[..., Fetcher]

# In a namespace of its own ------------------------------------------------------------------------------------------------

CANARIES = ["169.254.169.254", "10.0.0.5", "192.168.1.1", "100.100.100.200", "fd00:ec2::254", "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1", "127.0.0.1"]


def test_no_way_leads_to_a_canary_on_a_guarded_address() -> None:
    """The addresses lie on the loopback of a namespace that is cut off from everything else."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("unshare and ip make the namespace")
    script = "ip link set lo up && " + " && ".join(
        f"ip addr add {address}/{128 if ':' in address else 32} dev lo{' nodad' if ':' in address else ''}"
        for address in CANARIES[:-1]) + ' && exec "$0" "$@"'
    done = subprocess.run(["unshare", "--map-root-user", "--net", "sh", "-c", script, sys.executable,
                           str(Path(__file__).with_name("canary.py")), *CANARIES],
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode and ("unshare" in done.stderr or "RTNETLINK" in done.stderr):
        pytest.skip(f"no namespace can be made here: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reachable"] == CANARIES
    assert set(told["outcomes"].values()) == {"guarded-address"}
    assert len(told["outcomes"]) == 4 * len(CANARIES)
    assert told["hits"] == []


# Names that lead there -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("address", [address for address in GUARDED if address != "not an address"])
def test_a_name_that_leads_to_a_guarded_address_is_refused_before_a_socket_is_made(fetcher: Make, address: str) -> None:
    with pytest.raises(GuardedAddress):
        fetcher(resolver=lambda host, port: [address]).fetch("http://news.example/")


def test_an_address_that_is_allowed_by_name_and_port_is_allowed_for_no_other_spelling() -> None:
    assert authority(checked_url("http://localhost:8080/")) == "localhost:8080"
    assert authority(checked_url("http://127.0.0.1:8080/")) == "127.0.0.1:8080"
    assert authority(checked_url("http://localhost.:8080/")) == "localhost.:8080"


# Spellings -----------------------------------------------------------------------------------------------------------------

INTERNAL = ["127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.100.100.200", "0.0.0.0"]
CIRCLED = {str(number): chr(0x2460 + number - 1) if number else "\u24ea" for number in range(10)}
FULLWIDTH = {str(number): chr(0xFF10 + number) for number in range(10)}
BOLD = {str(number): chr(0x1D7CE + number) for number in range(10)}
DOTS = ["\u3002", "\uff0e", "\uff61"]


def spellings(address: str) -> Iterator[str]:
    """Ways to write an IPv4 address that some parser, resolver or browser takes for it."""
    parts = [int(part) for part in address.split(".")]
    number = int(ipaddress.IPv4Address(address))
    yield from (address, f"{address}.", str(number), hex(number), oct(number).replace("0o", "0"), f"0{oct(number)[2:]}")
    for bases in itertools.product((str, hex, lambda part: f"0{part:o}", lambda part: f"{part:04o}"), repeat=2):
        first, rest = bases
        yield ".".join([first(parts[0]), *map(rest, parts[1:])])
    yield f"{parts[0]}.{(parts[1] << 16) + (parts[2] << 8) + parts[3]}"
    yield f"{parts[0]}.{parts[1]}.{(parts[2] << 8) + parts[3]}"
    yield ".".join(str(part + 256) for part in parts)
    yield f"%{ord(address[0]):02x}{address[1:]}"
    for digits in (CIRCLED, FULLWIDTH, BOLD):
        yield "".join(digits.get(letter, letter) for letter in address)
    for dot in DOTS:
        yield address.replace(".", dot)
    for hidden in ("\u00ad", "\u200b", "\u2060", "\ufeff", "%00", "%0d", "\t"):
        yield f"{address[0]}{hidden}{address[1:]}"
    yield from (f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{address}]", f"[2002:{parts[0]:02x}{parts[1]:02x}:"
                f"{parts[2]:02x}{parts[3]:02x}::1]", f"[0:0:0:0:0:ffff:{address}]", f"[::ffff:{address}%25lo]")
    yield from (f"{address}@news.example", f"news.example@{address}", f"news.example:x@{address}",
                f"{address}\\@news.example", f"news.example\\@{address}", f"{address}#@news.example", f"{address}?@news.example",
                f"news.example%40{address}", f"{address}%2f.news.example", f"{address}:80:80", f"news.example:80@{address}:80")


SPELLINGS = [spelling for address in INTERNAL for spelling in spellings(address)]


def leads_to(url: str) -> list[str]:
    """The numeric addresses behind a URL as the resolver reads them; nothing is asked over any network."""
    host = (urlsplit(url).hostname or "").strip("[]")
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST)]
    except (OSError, UnicodeError):
        return []


def test_no_spelling_of_an_internal_address_passes() -> None:
    """Each is refused as it is written, or is read as an address that the socket's guard refuses, or is a public name."""
    assert len(SPELLINGS) >= 243
    passed = []
    for spelling in SPELLINGS:
        try:
            url = checked_url(f"http://{spelling}/")
        except BadUrl:
            continue
        found = leads_to(url)
        if not (found and all(map(address_fault, found))) and urlsplit(url).hostname != "news.example":
            passed.append((spelling, url, found))
    assert passed == []


# Parsers ---------------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(["http://", "https://", "HTTP:", "//", "/", "\\", "@", ":", "#", "?", "[", "]", "%", "%00", "%40", "%2f",
                          "..", ".", ";", "&", "=", " ", "\t", "\n", "\x00", "127.0.0.1", "::1", "[::1]", "localhost", "a", "b.example",
                          "80", "0x7f", "１", "。", "ⓛocalhost", "ß", "\u200b", "user", "xn--", "-", "_", "|", "^", "`", "{", "<", "'", '"'])


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
@example("a\\@b.example/", True)
@example("a@b.example:80@c.example/", True)
@example("b.example#@127.0.0.1/", True)
@example("[::1]b.example/", True)
@example("b.example:80:443/", True)
def test_all_parsers_read_a_url_that_passes_alike(rest: str, prefixed: bool) -> None:
    """urllib, urllib3 and requests agree on its host and port, and it passes unchanged a second time."""
    try:
        url = checked_url(f"http://{rest}" if prefixed else rest)
    except BadUrl:
        return
    assert checked_url(url) == url
    parts, other = urlsplit(url), parse_url(url)
    third = parse_url(requests.Request("GET", url).prepare().url or "")
    hosts = {(found or "").strip("[]").rstrip(".") for found in (parts.hostname, other.host, third.host)}
    assert len(hosts) == 1
    assert parts.port == other.port == third.port
    assert parts.username is None
    assert other.auth is None
    assert url.isascii()
    assert url.isprintable()
