"""What can go wrong between a source and its articles.

    ScraperError               .error_class, .detail
    ├── FetchError             .url
    │   ├── Refused            we did not ask
    │   │   ├── BadUrl         "bad-url"          scheme, user name, a spelling on which parsers disagree
    │   │   ├── GuardedAddress "guarded-address"  the name leads to an address that is not public
    │   │   ├── RobotsRefused  "robots"           robots.txt forbids it, or can't be had (RFC 9309, 2.3.1.4)
    │   │   └── Paused         "paused"           the host asked for a pause, or its turn comes too late; .retry_after
    │   ├── Timeout            "timeout"          the total deadline is over
    │   ├── ConnectionFailed   "connection"       no connection, or it broke
    │   │   ├── NameNotFound   "dns"
    │   │   └── TlsFailed      "tls"
    │   ├── TooLarge           "too-large"        more bytes than the cap, before or after decoding
    │   ├── BadEncoding        "bad-encoding"     a Content-Encoding that is unknown, chained or broken
    │   ├── BadAnswer          "bad-answer"       not HTTP, a short body, contradicting lengths
    │   ├── TooManyRedirects   "redirects"
    │   └── BadStatus          "http-404" …       .status, .retry_after
    ├── DiscoverError          "listing-…"        a listing that can't be read as what its source says it is
    └── PageError              "page-…"           a page that can't be read as an article; .reason

Times to wait (`retry_after`) are in seconds.
"""
from __future__ import annotations


class ScraperError(Exception):
    """`error_class` is a short word for counting, `detail` a sentence for people."""

    error_class = "scraper"

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class FetchError(ScraperError):
    """The answer to one URL could not be had. `url` is the one that failed, which a redirect may have led to."""

    error_class = "fetch"

    def __init__(self, detail: str, url: str = "") -> None:
        self.url = url
        super().__init__(detail)

    def __str__(self) -> str:
        return f"{self.detail} ({self.url})" if self.url else self.detail


class Refused(FetchError):
    error_class = "refused"


class BadUrl(Refused):
    error_class = "bad-url"


class GuardedAddress(Refused):
    error_class = "guarded-address"


class RobotsRefused(Refused):
    error_class = "robots"


class Paused(Refused):
    error_class = "paused"

    def __init__(self, detail: str, url: str = "", retry_after: float = 0.0) -> None:
        super().__init__(detail, url)
        self.retry_after = retry_after


class Timeout(FetchError):
    error_class = "timeout"


class ConnectionFailed(FetchError):
    error_class = "connection"


class NameNotFound(ConnectionFailed):
    error_class = "dns"


class TlsFailed(ConnectionFailed):
    error_class = "tls"


class TooLarge(FetchError):
    error_class = "too-large"


class BadEncoding(FetchError):
    error_class = "bad-encoding"


class BadAnswer(FetchError):
    error_class = "bad-answer"


class TooManyRedirects(FetchError):
    error_class = "redirects"


class BadStatus(FetchError):
    """An answer that is neither the page nor a redirect. `retry_after` is None where the server named no time."""

    def __init__(self, status: int, url: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"the server answered {status}", url)
        self.status = status
        self.retry_after = retry_after
        self.error_class = f"http-{status}"


class DiscoverError(ScraperError):
    """`reason`: `blank`, `format` (not what the source's kind says), `encoding`, `parser`, `budget` (parsing cost too
    much), `process` (no parser could be started)."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.error_class = f"listing-{reason}"

    def __reduce__(self) -> tuple[type[DiscoverError], tuple[str, str]]:
        return type(self), (self.reason, self.detail)


class PageError(ScraperError):
    """`reason`: `kind` (neither HTML nor text), `empty`, `headline`, `body`, `date` (of a text file), `home` (the page
    is gone and its outlet leads to its front page instead), `missing` (a page not found, with status 200), `challenge`
    (a question whether we are human), `consent` (a question for consent), `paywall` (nothing but an offer), `live-blog`
    (kept, but not read for events), `away` (out of order, with status 200), `repeated` (one text under many addresses), `parser`, `budget` (parsing cost too much), `process`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.error_class = f"page-{reason}"

    def __reduce__(self) -> tuple[type[PageError], tuple[str, str]]:
        return type(self), (self.reason, self.detail)
