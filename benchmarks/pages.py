"""The adapter with which a scorer of page extractors reads a page through `scraper.article`.

    python score_pages.py pages:page --path benchmarks --sets a,b
"""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from scraper.article import PageError, read_article
from scraper.source import Kind, Source

_SOURCE = Source(id="benchmark", name="", home="https://example.org/", kind=Kind.LISTING, url="https://example.org/",
                 language="und")
_NOW = datetime.now(UTC)


def page(html: bytes, url: str) -> dict[str, Any]:
    """One page as the scorer wants it; a page that can't be read counts as empty."""
    try:
        article = read_article(html, url, _SOURCE, fetched_at=_NOW)
    except PageError:
        return {}
    return {"title": article.headline, "authors": list(article.authors),
            "published": article.published_at or (article.published_on and article.published_on.isoformat()),
            "body_paragraphs": list(article.paragraphs), "captions": list(article.captions)}
