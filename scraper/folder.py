"""A folder of files as a source: HTML, and plain text."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urljoin

from scraper.collected import Collected, Failure, Finished, Listing, Page, Parser, Seen, failure_of
from scraper.discover import Link
from scraper.errors import PageError
from scraper.source import Source

__all__ = ["FILE_CAP", "TYPES", "collect_folder", "file_url"]

TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".txt": "text/plain"}
FILE_CAP = 10_000_000


def file_url(source: Source, relative: str) -> str:
    """The URL that a file is known by, wherever the folder lies: below `home`, or `file://<source id>/…` (RFC 8089)."""
    base = source.home.rstrip("/") + "/" if source.home else f"file://{source.id}/"
    return urljoin(base, quote(relative))


def collect_folder(source: Source, seen: Seen, parser: Parser, *, now: Callable[[], datetime], max_pages: int,
                   ends: float, clock: Callable[[], float]) -> Iterator[Collected]:
    """Yields as `scraper.collect.collect` does. A file that changed (by size and time) is read again."""
    root = Path(source.url)
    if not root.is_dir():
        yield Failure(source.url, "folder", "there is no such folder", "listing")
        yield Finished(0, None, None)
        return
    files = sorted(path for path in root.rglob("*") if path.suffix.lower() in TYPES and path.is_file()
                   and path.resolve().is_relative_to(root.resolve()))  # no link leads out of the folder
    links = {file_url(source, path.relative_to(root).as_posix()): path for path in files}
    yield Listing(source.id, source.url, 0, tuple(Link(url) for url in links), not links)
    told = seen(list(links))
    asked = left = 0
    for url, path in links.items():
        try:
            state = path.stat()
            tag = f"{state.st_size}-{state.st_mtime_ns}"
            known = told.get(url)
            if known is not None and known.etag == tag:
                continue
            if asked >= max_pages or clock() >= ends:
                left += 1
                continue
            asked += 1
            if state.st_size > FILE_CAP:
                raise PageError("size", f"the file has {state.st_size} bytes, more than {FILE_CAP}")
            at = now()
            article = parser.read_article(path.read_bytes(), url, source, fetched_at=at,
                                          content_type=TYPES[path.suffix.lower()])
            yield Page(url, article, tag, None, at)
        except PageError as error:
            yield failure_of(url, error)
        except OSError as error:
            yield Failure(url, "file", error.strerror or str(error))
    yield Finished(left, None, None)
