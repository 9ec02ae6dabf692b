"""One text under many addresses is no article."""
from __future__ import annotations

import pytest

from scraper.errors import PageError
from scraper.repeats import SAME, Repeats
from timeline.model import Article

SHORT = "Please stand by while we look at your request. This may take a few seconds."


def article(headline: str, text: str = SHORT, url: str = "https://news.example/a") -> Article:
    return Article(url=url, source="news", headline=headline, paragraphs=(text,), publisher="News", language="en")


def test_one_text_under_many_addresses_is_no_article() -> None:
    """The first two pass: an article may be published twice."""
    told = Repeats()
    for number in range(SAME - 1):
        told.check(article("Diary", url=f"https://news.example/{number}"))
        told.check(article("Diary", url=f"https://news.example/{number}"))  # the same page by another link
    for number in range(SAME, SAME + 3):
        with pytest.raises(PageError, match="same text"):
            told.check(article("Diary", url=f"https://news.example/{number}"))
    told.check(article("Diary", "Another text.", url="https://news.example/9"))
