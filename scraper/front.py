"""What an outlet's page says of where its articles are listed. Pure: bytes in, a description out."""
from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from scraper.canonical import joined_url, same_site
from scraper.charset import decoded
from scraper.errors import DiscoverError, ScraperError
from timeline.clean import clean_line

__all__ = ["Front", "look_at_front"]

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
_FEED_PATH = re.compile(r"/(?:rss|feeds?|atom)(?:[/.?]|$)|\.(?:rss|atom|rdf)(?:\?|$)", re.IGNORECASE)
_NO_NEWS = re.compile(r"comment|podcast|/tags?/", re.IGNORECASE)
_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
MOST_FEEDS = 8
HEADLINE = 20  # characters that the text of a link to an article has at least
FEWEST = 4  # links that make a listing


@dataclass(frozen=True, slots=True)
class Front:
    """`name` and `language` (BCP 47) as the page tells them, else empty. `feeds` are addresses, the declared ones first;
    `selectors` are CSS selectors that pick links with texts as long as headlines, those that pick most first."""

    name: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()


def look_at_front(body: bytes, content_type: str | None, base_url: str) -> Front:
    """Raises `DiscoverError`, and nothing else whatever the bytes, where `body` is no page."""
    try:
        soup = BeautifulSoup(decoded(body, content_type), "lxml")
    except (ScraperError, ValueError, RecursionError) as error:
        raise DiscoverError("format", f"can't be read as a page: {error}"[:300]) from error
    if soup.find(["a", "link", "body"]) is None:
        raise DiscoverError("format", "no page")
    base = soup.find("base", href=True)
    base_url = urljoin(base_url, str(base["href"])) if base is not None else base_url
    html = soup.find("html")
    language = str(html.get("lang") or "") if html is not None else ""
    return Front(_name(soup), language if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", language) else "",
                 tuple(_feeds(soup, base_url))[:MOST_FEEDS], _selectors(soup, base_url))


def _name(soup: BeautifulSoup) -> str:
    for names in ({"property": "og:site_name"}, {"name": "application-name"}):
        found = soup.find("meta", attrs=names)
        if found is not None and (told := clean_line(str(found.get("content") or ""))):
            return told[:100]
    title = clean_line(soup.title.get_text(" ")) if soup.title is not None else ""
    return re.split(r"\s+[|–—·-]\s+", title)[-1][:100]


def _feeds(soup: BeautifulSoup, base_url: str) -> list[str]:
    """`<link rel=alternate>` with a feed's type (WHATWG HTML, 4.6.7.1), then links whose addresses look like a feed's."""
    found: dict[str, None] = {}
    for link in soup.find_all("link", href=True, limit=200):
        kind = str(link.get("type") or "").split(";")[0].strip().lower()
        told = f"{link['href']} {link.get('title') or ''}"
        if "alternate" in (link.get("rel") or []) and kind in _FEED_TYPES and not _NO_NEWS.search(told):
            found.setdefault(joined_url(base_url, str(link["href"])) or "")
    for anchor in soup.find_all("a", href=True, limit=2000):
        if _FEED_PATH.search(str(anchor["href"])) and not _NO_NEWS.search(str(anchor["href"])):
            url = joined_url(base_url, str(anchor["href"]))
            if url is not None and same_site(url, base_url):
                found.setdefault(url)
    return [url for url in found if url]


def _selectors(soup: BeautifulSoup, base_url: str) -> tuple[str, ...]:
    """One selector for each way in which links with long texts are marked up: by their heading, or by a class around."""
    picked: dict[str, set[str]] = {}
    for anchor in soup.find_all("a", href=True, limit=2000):
        url = joined_url(base_url, str(anchor["href"]))
        if url is None or not same_site(url, base_url) or len(clean_line(anchor.get_text(" "))) < HEADLINE:
            continue
        if (selector := _selector(anchor)) is not None:
            picked.setdefault(selector, set()).add(url)
    counts = Counter({selector: len(urls) for selector, urls in picked.items() if len(urls) >= FEWEST})
    return tuple(selector for selector, _ in counts.most_common(3))


def _selector(anchor: Tag) -> str | None:
    header = anchor.find_parent("header")  # of the page; an article's own holds its headline
    if anchor.find_parent(["nav", "footer", "aside"]) or (header is not None and header.find_parent("article") is None):
        return None
    heading = anchor.find_parent(["h1", "h2", "h3", "h4"]) or anchor.find(["h1", "h2", "h3", "h4"])
    for around in [anchor, *anchor.parents][:6]:
        classes = [name for name in around.get("class") or [] if _CLASS.fullmatch(str(name))]
        if classes:
            return f"{around.name}.{classes[0]}" + ("" if around is anchor else " a")
    if heading is None:
        return None
    return f"{heading.name} a" if heading.find("a") is not None else f"a:has({heading.name})"
