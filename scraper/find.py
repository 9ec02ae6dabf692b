"""From an outlet's address to where its articles are listed: its feed, a listing on the page itself, or its sitemap."""
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from scraper.collected import Fetch, Parser
from scraper.errors import BadStatus, DiscoverError, FetchError, Paused, ScraperError
from scraper.fetch import Response
from scraper.front import Front
from scraper.source import Kind, Selectors, Source

__all__ = ["FrontParser", "NothingFound", "Tried", "find_source"]

FEEDS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "en/rss")  # where feeds commonly are
SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap.xml")


class FrontParser(Parser, Protocol):
    def look_at_front(self, body: bytes, content_type: str | None, base_url: str) -> Front: ...


@dataclass(frozen=True, slots=True)
class Tried:
    """An address that was looked at and was not what was sought, and why."""

    url: str
    why: str


class NothingFound(ScraperError):
    """Neither a feed nor a listing was found; `tried` tells where."""

    error_class = "nothing-found"

    def __init__(self, tried: tuple[Tried, ...]) -> None:
        self.tried = tried
        super().__init__("neither a feed, nor a listing, nor a sitemap was found")


def find_source(url: str, fetch: Fetch, parser: FrontParser) -> Source:
    """The source that the outlet at `url` makes: `url` may be its feed, its sitemap, or any page of it.

    Name and language are as the page tells them, the id is the host's name; the time zone is UTC, since no page
    tells it. A feed goes before a listing, and that before a sitemap, which lists all that an outlet has. At most some
    twenty addresses are asked, at the host's pace. Raises `FetchError` where `url` itself can't be had, and `NothingFound`.
    """
    first = fetch(url)
    parts = urlsplit(first.final_url)
    root = f"{parts.scheme}://{parts.netloc}/"
    name = (parts.hostname or "").removeprefix("www.")
    source = Source(_id(name), name, root, Kind.FEED, first.final_url)
    tried: list[Tried] = []
    for kind in (Kind.FEED, Kind.SITEMAP):
        if _lists(replace(source, kind=kind), first, parser, tried):
            return replace(source, kind=kind)
    tried.clear()
    try:
        front = parser.look_at_front(first.body, first.content_type, first.final_url)
    except DiscoverError as error:
        raise NothingFound((Tried(url, error.detail),)) from error
    source = replace(source, home=first.final_url, name=front.name or source.name, language=front.language or "en")
    feeds = list(dict.fromkeys([*front.feeds, *(urljoin(root, path) for path in FEEDS)]))
    found = _first(replace(source, kind=Kind.FEED), feeds, fetch, parser, tried)
    if found is not None:
        return found
    for selector in front.selectors:
        listing = replace(source, kind=Kind.LISTING, url=first.final_url, selectors=Selectors(links=selector))
        if _lists(listing, first, parser, tried):
            return listing
    found = _first(replace(source, kind=Kind.SITEMAP), [urljoin(root, path) for path in SITEMAPS], fetch, parser, tried)
    if found is None:
        raise NothingFound(tuple(tried))
    return found


def _first(source: Source, urls: list[str], fetch: Fetch, parser: Parser, tried: list[Tried]) -> Source | None:
    """The source at the first of the addresses that lists something."""
    for url in urls:
        try:
            response = fetch(url)
        except FetchError as error:
            tried.append(Tried(url, error.detail))
            if isinstance(error, Paused) or (isinstance(error, BadStatus) and error.status in (429, 503)):
                break  # the host has had enough
            continue
        here = replace(source, url=response.final_url)
        if _lists(here, response, parser, tried):
            return here
    return None


def _lists(source: Source, response: Response, parser: Parser, tried: list[Tried]) -> bool:
    try:
        links = parser.discover(source, response.body, response.content_type, response.final_url)
    except DiscoverError as error:
        tried.append(Tried(response.final_url, error.detail))
        return False
    if not links:
        tried.append(Tried(response.final_url, "holds no links"))
    return bool(links)


def _id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "outlet"
