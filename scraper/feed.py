"""A feed (RSS 0.9 to 2, RSS 1, Atom, CDF, JSON Feed) -> its entries. Pure: bytes in, entries out."""
from __future__ import annotations

import io
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time
from html import unescape
from time import struct_time
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import fastfeedparser
import feedparser

from scraper.charset import HOSTILE
from scraper.errors import DiscoverError
from scraper.instant import EARLIEST, read_instant, with_offset
from timeline.clean import clean_line

__all__ = ["Entry", "plain_text", "read_feed"]

LONGEST_SUMMARY = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One item. `id` is its guid or id, `reference` its link, made absolute where the feed tells to what; both may be
    empty. Titles and summaries are plain text, times aware."""

    id: str
    title: str
    reference: str
    published: datetime | None
    updated: datetime | None
    summary: str


def read_feed(body: bytes, content_type: str | None, base_url: str, zone: ZoneInfo) -> list[Entry]:
    """The entries of `body`, which came from `base_url`. Dates without a zone are in `zone`.

    The fast parser reads first, the tolerant one where it fails or leaves something out. Raises `DiscoverError("format")`
    where the bytes are no feed; parsers may raise whatever they like.
    """
    body = _recoded(body, content_type)
    entries, base = _fast(body, base_url)
    dates = [(match[1] or match[2]).strip() for match in _DATED.finditer(body[:1_000_000])]
    if not (entries and all(map(_is_whole, entries)) and all(map(_is_plain_date, dates))):
        quick = entries
        entries, base = _tolerant(body, base_url)
        if len(quick) == len(entries):  # feedparser resolves ids, which are compared as they stand (RFC 4287, 4.2.6.1)
            entries = [{**entry, "id": fast["id"]} if entry.get("id") and fast.get("id") else entry
                       for entry, fast in zip(entries, quick, strict=True)]
    naive = bool(dates) and not any(map(_ZONED.search, dates))
    return [_entry(entry, base, zone, naive) for entry in entries]


def _fast(body: bytes, base_url: str) -> tuple[list[Any], str]:
    with suppress(Exception):  # the tolerant parser has the last word
        if b"xml:base" not in body:  # which it does not know
            fast = fastfeedparser.parse(body, include_content=False, include_tags=False, include_media=False,
                                        include_enclosures=False)
            return list(fast.get("entries", [])), urljoin(base_url, str((fast.get("feed") or {}).get("link") or ""))
    return [], base_url


def _tolerant(body: bytes, base_url: str) -> tuple[list[Any], str]:
    # From a stream: feedparser takes a bare string for an address or a file name.
    found = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False,
                             response_headers={"content-location": base_url})
    if not found.get("entries") and not found.get("version"):
        kind = "an HTML page" if re.search(rb"<html\b|<!doctype html", body[:4096], re.IGNORECASE) else "no feed"
        raise DiscoverError("format", f"{kind} instead of a feed")
    return found.get("entries", []), urljoin(base_url, str(found.get("feed", {}).get("link") or ""))


def _is_whole(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("link") and entry.get("title"))


def _is_plain_date(value: bytes) -> bool:
    """Whether we read it ourselves. The fast parser takes "yesterday" and "09/11/2023" for dates, and 30 February for
    2 March, and does not say what it read."""
    return read_instant(value.decode("latin-1"), ZoneInfo("UTC")) is not None


def _entry(entry: Mapping[str, Any], base: str, zone: ZoneInfo, naive: bool) -> Entry:
    identity = entry.get("id")
    reference = _alternate(entry) or entry.get("link") or _permalink(identity)
    return Entry(clean_line(identity) if isinstance(identity, str) else "", plain_text(entry.get("title")),
                 urljoin(base, str(reference)) if reference else "",
                 _date(entry, "published", zone, naive), _date(entry, "updated", zone, naive),
                 plain_text(entry.get("description") or entry.get("summary"))[:LONGEST_SUMMARY])


def _alternate(entry: Mapping[str, Any]) -> str | None:
    """The link to the page itself (RFC 4287, 4.2.7.2), whatever other links stand before it."""
    links = entry.get("links")
    return next((str(link["href"]) for link in (links if isinstance(links, list) else [])
                 if link.get("rel") == "alternate" and link.get("href")), None)


def _permalink(identity: Any) -> str | None:
    """A guid or id that is an address stands in for a link that is missing (RSS 2.0, `isPermaLink`)."""
    return identity if isinstance(identity, str) and identity.startswith(("http://", "https://")) else None


# -- dates ------------------------------------------------------------------------------------------------------------

_DATED = re.compile(rb"<(?:[a-z]+:)?(?:pubDate|date|published|updated|modified|issued|created)\b[^<>]*>\s*(?:<!\[CDATA\[)?([^<\]]{1,60})[<\]]"
                    rb"|\"date_(?:published|modified)\"\s*:\s*\"([^\"]{1,60})\"", re.IGNORECASE)
# A clock time with its zone, or an instant by itself. Where no date of a feed has one, the parsers take UTC, but it is the
# outlet's zone.
_ZONED = re.compile(rb"\d:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:[+-]\d\d(?::?\d\d)?|[A-Z]{1,5})\s*$|T\d{4}(?:\d\d)?(?:Z|[+-]\d{4})$|^1\d{9}(?:\d{3})?$",
                    re.IGNORECASE)


def _date(entry: Mapping[str, Any], name: str, zone: ZoneInfo, naive: bool) -> datetime | None:
    # `in` first: feedparser gives `published` for an `updated` that is missing, and warns.
    value = entry.get(name) if name in entry else None
    instant = read_instant(value, ZoneInfo("UTC")) if isinstance(value, str) else None
    if instant is None:
        foreign = isinstance(value, str) and not value.isascii()
        return _parsed(entry.get(f"{name}_parsed"), zone, naive) if foreign else None
    at = instant.at or datetime.combine(instant.day, time(), zone)
    return with_offset(at.replace(tzinfo=zone) if naive else at)


def _parsed(value: Any, zone: ZoneInfo, naive: bool) -> datetime | None:
    """The tolerant parser's own word, in UTC: it knows months in Greek, Hungarian and Korean."""
    if not isinstance(value, struct_time):
        return None
    with suppress(ValueError):
        at = datetime(*value[:6], tzinfo=zone if naive else UTC)
        return with_offset(at) if at.date() >= EARLIEST else None
    return None


# -- text -------------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_INLINE = re.compile(r"</?(?:a|b|i|u|s|em|strong|p|br|span|div|img|sup|sub|font|small|q|cite|h[1-6])\b[^<>]*>", re.IGNORECASE)


def plain_text(markup: Any) -> str:
    """Text of a title or summary, which feeds escape once, twice or not at all: after tags have been taken away, what
    unescaping brings to light is text, unless it is a tag that authors set in text."""
    if not isinstance(markup, str):
        return ""
    text = unescape(_TAG.sub(" ", _without_code(markup[:20_000])))
    if "<" in text or "&" in text:
        text = unescape(_INLINE.sub(" ", text))
    return clean_line(text)


_CODE = re.compile(r"<(/?)(?:script|style)\b[^<>]*>", re.IGNORECASE)


def _without_code(markup: str) -> str:
    """`markup` without what stands between the tags of scripts and styles; in one pass, however few of them are closed."""
    kept: list[str] = []
    end, depth = 0, 0
    for tag in _CODE.finditer(markup):
        if depth == 0:
            kept.append(markup[end:tag.start()])
        depth, end = (0 if tag[1] else 1), tag.end()
    return " ".join((*kept, markup[end:])) if depth == 0 else " ".join(kept)


# -- charset ----------------------------------------------------------------------------------------------------------

_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=")


def _recoded(body: bytes, content_type: str | None) -> bytes:
    """`body` in UTF-8 where only the header tells its charset: bytes that are UTF-8 or declare something speak for
    themselves, whatever the header says (RFC 7303, 3.2, would have the header win; servers set it for all files alike)."""
    header = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.IGNORECASE)
    if header is None or header[1].lower() in HOSTILE or _DECLARATION.match(body) or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body
    with suppress(UnicodeDecodeError):
        body.decode("utf-8")
        return body
    with suppress(UnicodeDecodeError, LookupError):
        return body.decode(header[1]).encode("utf-8")
    return body
