"""The sample newsroom is whole: its feeds lead to its pages, and what is expected of it stands in them."""
from __future__ import annotations

import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from app.newsroom import fill_sources
from scraper.source import Kind, load_sources
from timeline.when import When

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SITE = SAMPLES / "site"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
ARTICLES = {article["id"]: article for article in EXPECTED["articles"]}
PAGES = sorted(SITE.rglob("*.html"))


def words(page: str) -> str:
    """All text of a page, tags left out, blanks made one."""
    raw = (SITE / page).read_bytes()
    charset = re.search(rb'<meta charset="([\w-]+)"', raw)
    text = raw.decode(charset[1].decode() if charset else "utf-8", "replace")
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SITE)))
def test_every_page_says_that_it_is_made_up(page: Path) -> None:
    assert b"<!-- synthetic sample written for Summitry -->" in page.read_bytes()


def test_every_article_page_is_listed_and_every_listed_page_is_there() -> None:
    pages = {str(page.relative_to(SITE)) for page in PAGES if page.name != "index.html"}
    assert pages == set(ARTICLES)


@pytest.mark.parametrize("event", EXPECTED["events"], ids=lambda event: event["key"])
def test_each_expected_event_is_dated_and_shown_by_words_of_its_pages(event: dict[str, Any]) -> None:
    When.parse(event["start"], event.get("end"))
    assert event["mentions"]
    for mention in event["mentions"]:
        assert mention["evidence"] in words(mention["article"]), mention["article"]
    assert set(event.get("may", ())) <= set(ARTICLES) - {mention["article"] for mention in event["mentions"]}


def test_the_final_status_is_one_that_a_page_gives() -> None:
    for event in EXPECTED["events"]:
        assert event["status"] in {mention["status"] for mention in event["mentions"]}, event["key"]


def test_articles_stand_in_the_order_of_their_publication() -> None:
    dates = [datetime.fromisoformat(article["published"]) for article in EXPECTED["articles"] if article["published"]]
    assert dates == sorted(dates)


def test_feeds_sitemap_and_listing_lead_to_all_pages_and_to_nothing_else() -> None:
    linked: set[str] = set()
    for name in ("courier/rss.xml", "courier/news-sitemap.xml", "harbour/feed.atom"):
        linked |= set(re.findall(r"\{base\}/([^<\"]+\.html)", (SITE / name).read_text(encoding="utf-8")))
    listing = (SITE / "ministry/index.html").read_text(encoding="utf-8")
    linked |= {f"ministry/{link}" for link in re.findall(r'href="(press/[^"]+)"', listing)}
    assert linked == set(ARTICLES)


def test_the_sources_are_of_three_kinds_and_read_by_the_loader(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(fill_sources(SAMPLES / "sources.toml", "http://127.0.0.1:8601"), encoding="utf-8")
    sources = load_sources(file)
    assert [source.kind for source in sources] == [Kind.FEED, Kind.SITEMAP, Kind.FEED, Kind.LISTING]
    assert {source.interval for source in sources} == {60}
    assert all(source.url.startswith("http://127.0.0.1:8601/") for source in sources)
