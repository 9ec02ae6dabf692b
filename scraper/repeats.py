"""One text under many addresses: what a server puts in the place of its articles, whatever it says.

What is told here is a failure of that page, never an article, and concludes nothing about what was there before.
"""
from __future__ import annotations

from scraper.errors import PageError
from timeline.model import Article

__all__ = ["Repeats"]

SAME = 3  # different addresses of one run with one text; two may be one article that was published twice


class Repeats:
    """Tells repeated texts among the pages of one run of one source."""

    def __init__(self) -> None:
        self._addresses: dict[tuple[str, ...], set[str]] = {}  # by headline and paragraphs

    def check(self, article: Article) -> None:
        """Raises `PageError` (`repeated`) where `article` is one text too many."""
        addresses = self._addresses.setdefault((article.headline.strip(), *article.paragraphs), set())
        addresses.add(article.url)
        if len(addresses) >= SAME:
            raise PageError("repeated", f"the same text under {len(addresses)} addresses")
