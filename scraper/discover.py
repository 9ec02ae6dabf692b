"""Feed, sitemap or listing page -> links to articles. Pure: bytes in, links out."""
from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup
from lxml import etree

from scraper.canonical import joined_url
from scraper.charset import decoded
from scraper.decoding import gunzip
from scraper.errors import DiscoverError, ScraperError
from scraper.feed import plain_text, read_feed
from scraper.instant import Instant, read_instant, with_offset
from scraper.source import Kind, Source
from timeline.clean import clean_line

__all__ = ["Link", "discover"]

MOST_LINKS = 1000
SITEMAP_CAP = 50 * 1024 * 1024  # sitemaps.org: 50 MB uncompressed


@dataclass(frozen=True, slots=True)
class Link:
    """One article that a listing names. `published` and `updated` are what the listing says of it, aware.

    `url` is canonical, `title` and `summary` are plain text. `listing` marks a link that leads to a further sitemap
    and not to an article. A time of 00:00 in the outlet's zone stands for a day whose time was not told.
    """

    url: str
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    listing: bool = False


def discover(source: Source, body: bytes, content_type: str | None, base_url: str) -> tuple[Link, ...]:
    """The links in `body`, each once, at most 1,000: a sitemap's newest first, others in their own order.

    `base_url` is where the body came from. No links is an answer too (a feed without items). Raises `DiscoverError`,
    and nothing else whatever the bytes, where `body` is not what `source.kind` says.
    """
    if not body.strip():
        raise DiscoverError("blank", "the answer is blank")
    try:
        if source.kind is Kind.FEED:
            found: Iterable[Link] = _feed(body, content_type, base_url, source.zone)
        elif source.kind is Kind.SITEMAP:
            found = _sitemap(body, base_url, source.zone)
        elif source.kind is Kind.LISTING:
            found = _listing(body, content_type, base_url, source)
        else:
            raise DiscoverError("format", f"a {source.kind} has no listing to read")
        return _sifted(found, source, base_url)
    except (DiscoverError, MemoryError):
        raise
    except ScraperError as error:
        raise DiscoverError("encoding", error.detail) from error
    except Exception as error:  # parsers raise what they like; the listing's bytes are at fault, not the program
        raise DiscoverError("parser", f"can't be read as a {source.kind}: {type(error).__name__}: {error}"[:300]) from error


def _sifted(found: Iterable[Link], source: Source, base_url: str) -> tuple[Link, ...]:
    include = re.compile(source.include) if source.include else None
    links: dict[str, Link] = {}
    for link in found:
        if link.url in links or link.url in (base_url, source.home):
            continue
        if include is not None and not link.listing and not include.search(link.url):
            continue
        links[link.url] = link
        if len(links) == MOST_LINKS:
            break
    return tuple(links.values())


# -- feeds ------------------------------------------------------------------------------------------------------------

def _feed(body: bytes, content_type: str | None, base_url: str, zone: ZoneInfo) -> Iterator[Link]:
    for entry in read_feed(body, content_type, base_url, zone):
        url = joined_url(base_url, entry.reference) if entry.reference else None
        if url is not None:
            yield Link(url, entry.title, entry.published, entry.updated, entry.summary)


# -- sitemaps ---------------------------------------------------------------------------------------------------------

_LISTS = {"urlset", "sitemapindex"}


def _sitemap(body: bytes, base_url: str, zone: ZoneInfo) -> Iterator[Link]:
    if body.startswith(b"\x1f\x8b"):
        body = gunzip(body, SITEMAP_CAP)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return iter(_text_sitemap(body, base_url))
    links: list[Link] = []
    root: str | None = None
    reader = etree.iterparse(io.BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True,
                             load_dtd=False, recover=True, huge_tree=False)
    for event, element in reader:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start":
            if root is None:
                root = name
                if name not in _LISTS:
                    raise DiscoverError("format", f"<{name[:40]}> instead of a sitemap")
        elif name in ("url", "sitemap"):
            link = _sitemap_entry(element, base_url, zone, listing=name == "sitemap")
            if link is not None:
                links.append(link)
            element.clear()
    if root is None:
        raise DiscoverError("format", "no sitemap")
    # A sitemap has no order of its own and may hold 50,000 addresses: what is new comes first.
    oldest = datetime.min.replace(tzinfo=UTC)
    return iter(sorted(links, key=lambda link: link.published or link.updated or oldest, reverse=True))


def _sitemap_entry(element: Any, base_url: str, zone: ZoneInfo, *, listing: bool) -> Link | None:
    texts: dict[str, str] = {}
    for inner in element.iter():
        if isinstance(inner.tag, str) and inner.text and inner.text.strip():
            texts.setdefault(etree.QName(inner).localname, inner.text.strip())
    url = joined_url(base_url, texts.get("loc", ""))
    if url is None:
        return None
    return Link(url, plain_text(texts.get("title")), _day_or_time(texts.get("publication_date"), zone),
                _day_or_time(texts.get("lastmod"), zone), "", listing)


def _text_sitemap(body: bytes, base_url: str) -> list[Link]:
    """sitemaps.org, "Text file": one address a line, UTF-8."""
    lines = body.decode("utf-8", "replace").splitlines()
    links = [Link(url) for line in lines if line.strip().startswith(("http://", "https://"))
             and (url := joined_url(base_url, line))]
    if not links:
        raise DiscoverError("format", "no sitemap")
    return links


def _day_or_time(text: str | None, zone: ZoneInfo) -> datetime | None:
    instant: Instant | None = read_instant(text, zone) if text else None
    if instant is None:
        return None
    return instant.at or with_offset(datetime.combine(instant.day, time(), zone))


# -- listing pages ----------------------------------------------------------------------------------------------------

def _listing(body: bytes, content_type: str | None, base_url: str, source: Source) -> Iterator[Link]:
    soup = BeautifulSoup(decoded(body, content_type), "lxml")
    base = soup.find("base", href=True)
    if base is not None:
        base_url = urljoin(base_url, str(base["href"]))
    assert source.selectors.links is not None  # noqa: S101 - load_sources refuses a listing without it
    for element in soup.select(source.selectors.links, limit=10 * MOST_LINKS):
        anchor = element if element.name == "a" else element.find("a", href=True)
        url = joined_url(base_url, str(anchor.get("href") or "")) if anchor is not None else None
        if anchor is None or url is None:
            continue
        card = element.find_parent(["article", "li", "tr"]) or element
        stamp = card.find("time", datetime=True)
        published = _day_or_time(str(stamp["datetime"]), source.zone) if stamp is not None else None
        yield Link(url, clean_line(anchor.get_text(" ", strip=True)), published)
