"""What a collection yields, and what it asks of its caller."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from scraper.discover import Link
from scraper.errors import BadStatus, FetchError, Paused, ScraperError
from scraper.fetch import Response
from scraper.source import Source
from timeline.model import Article


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page that was fetched before. Times are aware.

    A page that failed may be answered for as well (without validators): it is then tried again as seldom as a page
    that does not change, instead of in each run.
    """

    first_fetched: datetime
    last_fetched: datetime
    etag: str | None = None
    last_modified: str | None = None


class Seen(Protocol):
    """Answers for the URLs of links, as `Link.url` and `Page.url` spell them, all at once; those never fetched are left
    out of the answer."""

    def __call__(self, urls: Sequence[str], /) -> Mapping[str, Known]: ...


class Fetch(Protocol):
    """`Fetcher.fetch`, or what stands in for it. Raises `FetchError`."""

    def __call__(self, url: str, *, etag: str | None = None, last_modified: str | None = None,
                 deadline: float | None = None) -> Response: ...


class Parser(Protocol):
    """`scraper.sandbox.Sandbox`, or the functions themselves. Raises `DiscoverError` and `PageError`."""

    def discover(self, source: Source, body: bytes, content_type: str | None, base_url: str) -> tuple[Link, ...]: ...

    def read_article(self, html: bytes, url: str, source: Source, *, fetched_at: datetime,
                     content_type: str | None = None, link: Link | None = None) -> Article: ...

    def read_calendar(self, source: Source, body: bytes, base_url: str, fetched_at: datetime) -> tuple[Article, ...]: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """The listing was read. Comes first and once, unless the listing failed.

    `status` is 200, or 304 where it is as it was (0 for a folder); `links` are those of this reading, in the order of the
    listing (none on 304). `empty` says that a listing was there and held no links. `moved_to` is set where permanent redirects lead to
    another address.
    """

    source: str
    url: str
    status: int
    links: tuple[Link, ...]
    empty: bool
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page was fetched and read. `url` is the link it was found by; `article.url` the canonical one."""

    url: str
    article: Article
    etag: str | None
    last_modified: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A known page was asked for again and answered 304."""

    url: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A listing or a page could not be had or read. It concludes nothing about what was known before.

    `retry_after` (seconds) is how long the host asked to be left alone, where it did.
    """

    url: str
    error_class: str
    detail: str
    kind: Literal["listing", "page"] = "page"
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Comes last, always, and once. `left` counts the links that this run did not get to.

    `etag` and `last_modified` are the listing's validators to keep for the next run; both are None where links were
    left, so that the next run reads the whole listing again. `quiet_until` (aware) is set where all links of the listing
    are known and none is to be looked at again before that time; `digest` is that of the listing's bytes (SHA-256, hex).
    """

    left: int
    etag: str | None
    last_modified: str | None
    digest: str | None = None
    quiet_until: datetime | None = None


Collected: TypeAlias = Listing | Page | Unchanged | Failure | Finished


def failure_of(url: str, error: ScraperError, kind: Literal["listing", "page"] = "page") -> Failure:
    """The failure that `error` means for `url`."""
    retry = error.retry_after if isinstance(error, BadStatus | Paused) else None
    detail = str(error) if isinstance(error, FetchError) and error.url not in ("", url) else error.detail
    return Failure(url, error.error_class, detail, kind, retry)
