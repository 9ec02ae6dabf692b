"""What stands in an article's place with status 200 is told and is no article; an article that tells of such things is one."""
from __future__ import annotations

import pytest

from scraper.errors import PageError
from scraper.stand_in import SAME, StandIns
from timeline.model import Article

SHORT = "Please stand by while we look at your request. This may take a few seconds."


def article(headline: str, text: str = SHORT, url: str = "https://news.example/a") -> Article:
    return Article(url=url, source="news", headline=headline, paragraphs=(text,), publisher="News", language="en")


@pytest.mark.parametrize(("headline", "reason"), [
    ("Just a moment...", "challenge"), ("Attention Required! | Cloudflare", "challenge"), ("Access Denied", "challenge"),
    ("Access to this page has been denied", "challenge"), ("Are you a robot?", "challenge"), ("403 Forbidden", "challenge"),
    ("Page not found", "missing"), ("404", "missing"), ("404 - Page not found", "missing"), ("Not Found | The Meridian", "missing"),
    ("Error 404", "missing"), ("The page could not be found", "missing"), ("Page no longer available", "missing"),
    ("Service Unavailable", "away"), ("Site under maintenance", "away"), ("We’ll be back soon", "away"),
    ("Internal Server Error", "away")])
def test_a_stand_in_is_told_by_its_headline(headline: str, reason: str) -> None:
    with pytest.raises(PageError) as caught:
        StandIns().check(article(headline))
    assert caught.value.error_class == f"page-{reason}"


@pytest.mark.parametrize("headline", [
    "Access denied to inspectors, minister says", "Missing page of the accord found", "404 delegates meet in Astana",
    "Not found guilty, envoy returns", "Security check delays summit", "Maintenance of the bridge agreed", "Just a moment in history",
    "Presidents meet in Astana"])
def test_an_article_is_none(headline: str) -> None:
    StandIns().check(article(headline))


def test_a_long_text_is_an_article_whatever_its_headline() -> None:
    StandIns().check(article("Access denied", "The ministers spoke about the inspectors and the border. " * 40))


def test_one_text_under_many_addresses_is_no_article() -> None:
    """The first two pass: an article may be published twice."""
    told = StandIns()
    for number in range(SAME - 1):
        told.check(article("Diary", url=f"https://news.example/{number}"))
        told.check(article("Diary", url=f"https://news.example/{number}"))  # the same page by another link
    for number in range(SAME, SAME + 3):
        with pytest.raises(PageError, match="same text"):
            told.check(article("Diary", url=f"https://news.example/{number}"))
    told.check(article("Diary", "Another text.", url="https://news.example/9"))
