"""An article in a file of one's own: HTML as a browser saves it, or plain text."""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time

from scraper.article import read_article, read_text
from scraper.errors import PageError
from scraper.source import Kind, Source
from timeline.model import Article

__all__ = ["article_in"]

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|html|\?xml|head|body)", re.IGNORECASE)


def article_in(data: bytes, *, name: str, published: date | None = None, title: str | None = None,
               language: str | None = None, url: str = "") -> Article:
    """Read the bytes of a file called `name`. What is given here overrules what the file says.

    Raises `ValueError` where the file holds no article, or its line `date YYYY-MM-DD` no date.
    """
    address = url or f"file:///{name}"
    try:
        if name.lower().endswith((".html", ".htm", ".xhtml")) or _MARKUP.match(data):
            source = Source("file", name, "", Kind.FOLDER, "", language=language or "und")
            # A date in the future is not believed; of a file nobody knows how old it is.
            latest = datetime.combine(published, time.max, UTC) if published else datetime.now(UTC)
            article = read_article(data, address, source, fetched_at=latest)
            given = {"headline": title or article.headline, "language": language or article.language,
                     "url": url or article.url}
            if published is not None:
                given |= {"published_on": published, "published_at": None, "published_basis": "given"}
            return replace(article, **given)
        return read_text(data.decode("utf-8-sig"), url=address, title=title, published=published, language=language)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 (byte {error.start})") from error
    except PageError as error:
        raise ValueError(error.detail) from error
