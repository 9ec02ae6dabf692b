"""One source, from its listing to its articles, one by one.

Nothing here knows a database: the caller says what it has seen of a URL, and stores what is yielded.
"""
from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scraper.collected import (
    Collected,
    Failure,
    Fetch,
    Finished,
    Known,
    Listing,
    Page,
    Parser,
    Seen,
    Unchanged,
    failure_of,
)
from scraper.discover import Link
from scraper.errors import (
    BadStatus,
    ConnectionFailed,
    DiscoverError,
    FetchError,
    PageError,
    Paused,
    ScraperError,
    Timeout,
)
from scraper.fetch import Response
from scraper.folder import collect_folder
from scraper.repeats import Repeats
from scraper.source import Kind, Source
from timeline.model import Form

__all__ = ["Collected", "Failure", "Fetch", "Finished", "Known", "Listing", "Page", "Parser", "Seen", "Unchanged",
           "collect"]

MOST_SITEMAPS = 5  # of one index
SITEMAP_DEPTH = 2  # an index of indexes is as far as it goes
FAILURES_IN_A_ROW = 3  # then the run leaves a host alone
LONGEST_PAUSE = 24 * 3600.0
AGAIN = 0.5  # a page is looked at again when it has been left alone for this share of the time it stayed as it was,
AGAIN_CHEAP = 0.1  # and for this share where its server tells by 304 that nothing changed


def collect(source: Source, fetch: Fetch, seen: Seen, parser: Parser, *, now: Callable[[], datetime],
            etag: str | None = None, last_modified: str | None = None, listed: Sequence[str] = (),
            digest: str | None = None, quiet_until: datetime | None = None, max_pages: int = 50, deadline: float = 600.0,
            clock: Callable[[], float] = time.monotonic) -> Iterator[Collected]:
    """Collect one source: its listing, then the pages that are new, then known ones that are due to be looked at again.

    `etag` and `last_modified` are the listing's validators as the last `Finished` gave them; `listed` are the URLs that
    the last reading of the listing gave: they stand in for it when it answers 304 or with the very bytes whose `digest`
    the last `Finished` gave (many servers give no validators, or new ones each time), so that known pages are still
    looked at again; before its `quiet_until` none of them is due. `max_pages` bounds the requests for pages, `deadline`
    (seconds on `clock`) the whole run. `now` is aware.

    Yields `Listing` (or a `Failure` of kind "listing"), then `Page`, `Unchanged` and `Failure` as they come, and
    `Finished` at last. Never raises for what a source or a page does.
    """
    if source.kind is Kind.FOLDER:
        yield from collect_folder(source, seen, parser, now=now, max_pages=max_pages, ends=clock() + deadline, clock=clock)
        return
    run = _Run(source, fetch, seen, parser, now, clock() + deadline, clock)
    if source.kind is Kind.ICS:
        yield from run.calendar(etag, last_modified)
        return
    try:
        response = run.fetch(source.url, etag, last_modified)
        told = hashlib.sha256(response.body).hexdigest() if response.status != 304 else digest
        unchanged = response.status == 304 or (told == digest and bool(listed))
        links = () if unchanged else run.links_of(response)
    except (FetchError, DiscoverError, _TimeOver) as error:
        yield failure_of(source.url, error, "listing")
        yield Finished(0, etag, last_modified)
        return
    articles = [link for link in links if not link.listing]
    # What an index says stays the same while its sitemaps change: it is read each time.
    complete = len(articles) == len(links)
    for inner in _newest([link for link in links if link.listing]):
        found, failures = run.inner_links(inner)
        articles += found
        yield from failures
    articles = list({link.url: link for link in articles}.values())
    yield Listing(source.id, source.url, 304 if unchanged else response.status, tuple(articles),
                  not unchanged and not articles, response.final_url if response.permanent else None)
    if unchanged and quiet_until is not None and now() < quiet_until:
        left = 0
    else:
        left, quiet_until = yield from run.pages([Link(url) for url in listed] if unchanged else articles, max_pages)
    if left or not complete:
        yield Finished(left, None, None)
    elif response.status == 304:
        yield Finished(0, response.etag or etag, response.last_modified or last_modified, told, quiet_until)
    else:
        yield Finished(0, response.etag, response.last_modified, told, quiet_until)


class _TimeOver(ScraperError):
    error_class = "run-deadline"


class _Run:
    """One run of one source: what it asks with, and which hosts it has given up."""

    def __init__(self, source: Source, fetch: Fetch, seen: Seen, parser: Parser, now: Callable[[], datetime],
                 ends: float, clock: Callable[[], float]) -> None:
        self._source = source
        self._fetch = fetch
        self._seen = seen
        self._parser = parser
        self._now = now
        self._ends = ends
        self._clock = clock
        self._repeats = Repeats()
        self._failing: dict[str, int] = {}  # host -> failures in a row

    def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Response:
        left = self._ends - self._clock()
        if left <= 0:
            raise _TimeOver("the run's time is over")
        return self._fetch(url, etag=etag, last_modified=last_modified, deadline=left)

    def links_of(self, response: Response) -> tuple[Link, ...]:
        return self._parser.discover(self._source, response.body, response.content_type, response.final_url)

    def calendar(self, etag: str | None, last_modified: str | None) -> Iterator[Collected]:
        """The entries of a calendar that are new or changed. Those that are gone are in no link of the listing, which
        concludes nothing: calendars drop what is past."""
        url = self._source.url
        try:
            response = self.fetch(url, etag, last_modified)
            at = self._now()
            entries = self._parser.read_calendar(self._source, response.body, url, at) if response.status != 304 else ()
        except (FetchError, DiscoverError, _TimeOver) as error:
            yield failure_of(url, error, "listing")
            yield Finished(0, etag, last_modified)
            return
        unchanged = response.status == 304
        yield Listing(self._source.id, url, response.status, tuple(Link(entry.url, entry.headline) for entry in entries),
                      not unchanged and not entries, response.final_url if response.permanent else None)
        told = self._seen([entry.url for entry in entries])
        for entry in entries:
            known = told.get(entry.url)
            if known is None or known.etag != entry.digest:
                yield Page(entry.url, entry, entry.digest, None, at)
        yield Finished(0, response.etag or (etag if unchanged else None), response.last_modified or (last_modified if unchanged else None))

    def inner_links(self, link: Link, depth: int = 1) -> tuple[list[Link], list[Failure]]:
        """The articles of a sitemap that a sitemap index names."""
        try:
            links = self.links_of(self.fetch(link.url))
        except (FetchError, DiscoverError, _TimeOver) as error:
            return [], [failure_of(link.url, error, "listing")]
        articles = [inner for inner in links if not inner.listing]
        failures: list[Failure] = []
        if depth < SITEMAP_DEPTH:
            for inner in _newest([inner for inner in links if inner.listing]):
                found, failed = self.inner_links(inner, depth + 1)
                articles += found
                failures += failed
        return articles, failures

    def pages(self, links: Sequence[Link], max_pages: int) -> Generator[Collected, None, tuple[int, datetime | None]]:
        """Read new pages in the order of the listing, then known ones, the longest unseen first. Returns how many new
        ones were left, and where nothing was to be asked, until when that holds."""
        told = self._seen([link.url for link in links])
        known = [(link, told.get(link.url)) for link in links]
        again = sorted(((link, state) for link, state in known if state is not None and self._due(state)),
                       key=lambda pair: pair[1].last_fetched)
        dues = [self._due_at(state) for _, state in known if state is not None]
        if dues and not again and len(dues) == len(known):
            return 0, min(dues)
        left = 0
        asked = 0
        for link, state in [*((link, state) for link, state in known if state is None), *again]:
            if asked >= max_pages or self._clock() >= self._ends or self._given_up(link.url):
                left += state is None
                continue
            asked += 1
            item = self._page(link, state)
            if isinstance(item, Failure) and item.error_class in ("paused", "run-deadline"):
                left += state is None
            yield item
            if isinstance(item, Page) and item.article.form is Form.LIVE_BLOG:
                yield failure_of(link.url, PageError("live-blog", "a live blog: kept, but not read for events"))
        return left, None

    def _due(self, known: Known) -> bool:
        return self._now() >= self._due_at(known)

    def _due_at(self, known: Known) -> datetime:
        """When a known page is looked at again: ever more seldom, the longer it has stayed as it is."""
        lived = (known.last_fetched - known.first_fetched).total_seconds()
        share = AGAIN_CHEAP if known.etag or known.last_modified else AGAIN
        pause = min(max(float(self._source.interval), lived * share), LONGEST_PAUSE)
        # A run comes a little early or late; it must not miss the page for that and wait a whole interval more.
        return known.last_fetched + timedelta(seconds=pause - self._source.interval * 0.1)

    def _page(self, link: Link, known: Known | None) -> Page | Unchanged | Failure:
        host = urlsplit(link.url).netloc
        try:
            response = self.fetch(link.url, known.etag if known else None, known.last_modified if known else None)
            self._failing.pop(host, None)
            fetched_at = self._now()
            if response.status == 304:
                return Unchanged(link.url, fetched_at)
            if _is_front(response.final_url) and not _is_front(link.url):
                raise PageError("home", f"leads to the front page {response.final_url}")
            article = self._parser.read_article(response.body, response.final_url, self._source, fetched_at=fetched_at,
                                                content_type=response.content_type, link=link)
            self._repeats.check(article)
            return Page(link.url, article, response.etag, response.last_modified, fetched_at)
        except (FetchError, PageError, _TimeOver) as error:
            if isinstance(error, Paused) or (isinstance(error, BadStatus) and error.status in (429, 503)):
                self._failing[host] = FAILURES_IN_A_ROW
            elif isinstance(error, Timeout | ConnectionFailed) or (isinstance(error, BadStatus) and error.status >= 500):
                self._failing[host] = self._failing.get(host, 0) + 1
            return failure_of(link.url, error, "page")

    def _given_up(self, url: str) -> bool:
        return self._failing.get(urlsplit(url).netloc, 0) >= FAILURES_IN_A_ROW


def _newest(listings: Sequence[Link]) -> list[Link]:
    """The sitemaps of an index that were changed last; in its own order where it does not say."""
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(listings, key=lambda link: link.updated or oldest, reverse=True)[:MOST_SITEMAPS]


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
