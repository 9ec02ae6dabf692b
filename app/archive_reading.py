"""One archive file, read from where it stands to its end: one job, whichever process does it."""
from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from app.extraction import article_of_row
from app.store.archives import Archives, Reading, Taken
from app.store.errors import StoreError, StoreLocked
from scraper.archive import Archive, Format, folder_source, read_records
from scraper.archived import Archived, Captured, Fault, Mark, Row, Skipped
from scraper.canonical import canonical_url
from scraper.collected import Page
from scraper.errors import BadUrl, PageError
from scraper.outlets import Outlets
from scraper.source import Source
from timeline.model import Article, Claim

__all__ = ["Broken", "PageParser", "read_archive"]

log = structlog.get_logger(__name__)

BATCH = 10  # pages that are stored in one transaction: others wait for it,
SECONDS = 3.0  # and after how long fewer are
_PATIENCE = 20  # times that a batch is tried again where others write for long


class PageParser(Protocol):
    """`scraper.sandbox.Sandbox`, or the function itself. Raises `PageError`."""

    def read_article(self, html: bytes, url: str, source: Source, *, fetched_at: datetime, content_type: str | None = None) -> Article: ...


class Broken(Exception):
    """What reads can't go on, whatever the file holds."""


def read_archive(archives: Archives, archive: Archive, taken: Taken, *, parser: PageParser, may_tell: Callable[[Article], bool],
                 read: Callable[[Article], Sequence[Claim]], sources: Sequence[Source] = (), cap: int = 10_000_000, keep_declined: bool = False,
                 batch: int = BATCH, stopped: Callable[[], bool] = lambda: False, clock: Callable[[], float] = time.monotonic) -> bool:
    """Read the file that was taken to its end, or until `stopped`; whether it was its end. The claim on it is let go.

    `may_tell` is the first look and `read` the full reading; `cap` is in bytes, for one page. With `keep_declined` the text of what the first
    look declines is stored as well, as live scraping does. So many pages as `batch` are stored at once. Raises `StoreError` (`LeaseLost` where another has taken the file over), `Broken`,
    and `OSError` or `ArchiveError` where the file can't be opened.
    """
    job = _Job(archives, archive, taken, parser, may_tell, read, sources, keep_declined, batch, clock)
    for item in read_records(archive, after=taken.mark, cap=cap, sources=sources):
        job.take(item)
        if stopped():
            job.flush()
            archives.give_back(taken)
            return False
    job.flush()
    archives.finish(taken)
    return True


class _Job:
    """What was read of one file since the last batch was stored."""

    def __init__(self, archives: Archives, archive: Archive, taken: Taken, parser: PageParser, may_tell: Callable[[Article], bool],
                 read: Callable[[Article], Sequence[Claim]], sources: Sequence[Source], keep_declined: bool, batch: int, clock: Callable[[], float]) -> None:
        self._archives = archives
        self._archive = archive
        self._taken = taken
        self._parser = parser
        self._may_tell = may_tell
        self._read = read
        self._outlets = Outlets(sources)
        self._folder = folder_source(archive.path, sources) if archive.format is Format.PAGES else None
        self._keep_declined = keep_declined
        self._batch = batch
        self._clock = clock
        self._counts = Counter(taken.counts)
        self._error = taken.error
        self._mark: Mark | None = None
        self._readings: list[Reading] = []
        self._stored_at = clock()

    def take(self, item: Archived) -> None:
        self._counts["records"] += 1
        self._mark = item.mark
        if isinstance(item, Skipped):
            self._counts[f"skipped-{item.reason}"] += 1
        elif isinstance(item, Fault):
            self._fail(item)
        else:
            self._counts["pages"] += 1
            self._readings += self._pages(item)
        if len(self._readings) >= self._batch or self._clock() - self._stored_at >= SECONDS:
            self.flush()

    def flush(self) -> None:
        """Store the batch, and how far the file is read."""
        if self._mark is not None:
            for attempt in range(_PATIENCE):
                try:
                    self._counts = Counter(self._archives.record(self._taken, self._readings, self._mark, self._counts, self._error))
                    break
                except StoreLocked:
                    if attempt == _PATIENCE - 1:
                        raise
                    log.warning("others write for long; the batch waits", file=str(self._archive.path))
            self._mark, self._readings = None, []
        self._stored_at = self._clock()

    def _pages(self, item: Captured | Row) -> Iterator[Reading]:
        try:
            page = self._page(item)
        except (PageError, ValueError) as error:
            url = item.url if isinstance(item, Captured) else str(item.fields.get("url") or "")
            told, detail = (error.error_class, error.detail) if isinstance(error, PageError) else ("row", str(error))
            if told == "page-process":
                raise Broken(detail) from error
            self._fail(Fault(item.mark, told, detail, url))
            return
        if page is not None:
            yield self._reading(page, item.mark)

    def _page(self, item: Captured | Row) -> Page | None:
        """The page's article; None for one that is left out. Raises `PageError`, and `ValueError` for a row that is none."""
        if isinstance(item, Row):
            return self._row(item)
        source = self._folder or self._outlets.of(item.url)
        parts = urlsplit(item.url)
        front = parts.path in ("", "/") and not parts.query
        if front or source is None:
            self._counts["skipped-front-page" if front else "skipped-left-out"] += 1
            return None
        article = self._parser.read_article(item.body, item.url, source, fetched_at=item.at, content_type=item.content_type)
        return Page(item.url, article, None, None, item.at)

    def _row(self, item: Row) -> Page | None:
        article = article_of_row(item.fields)
        if not (item.fields.get("url") or item.fields.get("id")):
            raise ValueError("id: an id or a url is needed, by which the article is known")
        if item.fields.get("url") and not article.url.lower().startswith(("http://", "https://")):
            raise ValueError("url: must be an http or https URL")  # readers are led there
        if article.url.lower().startswith(("http://", "https://")):
            try:
                url = canonical_url(article.url)
            except BadUrl as error:
                raise ValueError(f"url: {error.detail}") from error
            source = self._outlets.of(url)
            if source is None:
                self._counts["skipped-left-out"] += 1
                return None
            article = replace(article, url=url)
            if not item.fields.get("source"):
                article = replace(article, source=source.id, outlet=source.outlet_id, tier=source.tier, time_zone=source.time_zone,
                                  publisher=article.publisher or source.name)
        if not article.outlet:  # of a row that says itself whose words they are
            article = replace(article, outlet=self._outlets.outlet_of(article.source))
        return Page(article.url, article, None, None, _fetched(item, article))

    def _reading(self, page: Page, mark: Mark) -> Reading:
        try:
            if not self._may_tell(page.article):
                if self._keep_declined:
                    self._counts["declined"] += 1
                    return Reading(page, ())
                return Reading(page, None, declined=True)
            if not self._archives.wants(page):
                return Reading(page, None)
            return Reading(page, self._read(page.article))
        except StoreError:
            raise
        except Exception as fault:  # a bug at one article must not keep the others from being read
            log.exception("article could not be read for events", file=str(self._archive.path), url=page.url)
            self._fail(Fault(mark, f"bug-{type(fault).__name__}", f"{type(fault).__name__}: {fault}", page.url))
            return Reading(page, None, broken=True)

    def _fail(self, fault: Fault) -> None:
        self._counts[f"failed-{fault.error_class}"] += 1
        where = f"record {fault.mark.number}" + (f" at byte {fault.mark.offset}" if fault.mark.offset is not None else "")
        if fault.damaged:
            self._error = self._error or (fault.error_class, f"{where}: {fault.detail}")
        if fault.damaged or fault.error_class == "page-budget":
            log.warning("could not be read", file=str(self._archive.path), where=where, url=fault.url, error_class=fault.error_class,
                        error=fault.detail)
        else:
            log.debug("could not be read", file=str(self._archive.path), where=where, url=fault.url, error_class=fault.error_class)


def _fetched(item: Row, article: Article) -> datetime:
    """When a row was read from its page, by its `fetched`; else the beginning of the day on which it was published, since only the order counts."""
    told = item.fields.get("fetched")
    if told is None:
        day = article.published_on
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(1970, 1, 1, tzinfo=UTC)
    try:
        at = datetime.fromisoformat(told)
    except (TypeError, ValueError) as error:
        raise ValueError(f"fetched: a time such as 2023-11-10T09:00:00Z is needed, not {told!r}") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
