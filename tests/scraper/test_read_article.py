"""One page or one plain text becomes one article."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.article import read_article, read_text
from scraper.charset import decoded
from scraper.discover import Link
from scraper.errors import PageError
from scraper.source import Kind, Selectors, Source
from timeline.model import Article, Tier

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)
ALMATY = timezone(timedelta(hours=6))
URL = "https://www.courier.example/world/astana-talks?utm_source=feed"


def source(**fields: object) -> Source:
    values: dict[str, object] = {"time_zone": "Asia/Almaty", "tier": Tier.WIRE} | fields
    return Source("courier", "The Steppe Courier", "https://www.courier.example/", Kind.FEED, URL, **values)  # type: ignore[arg-type]


def read(markup: str | bytes, url: str = URL, **options: object) -> Article:
    html = markup.encode() if isinstance(markup, str) else markup
    given_source = options.pop("source", source())
    return read_article(html, url, given_source, **({"fetched_at": NOW} | options))  # type: ignore[arg-type]


TALKS = (PAGES / "talks.html").read_text()
READOUT = (PAGES / "readout.html").read_text()


def page(head: str = "", body: str = "", *, lang: str = 'lang="en"') -> str:
    """A synthetic page with a headline and enough text to be an article."""
    text = "".join(f"<p>The delegations met for the {number} time and spoke about trade between their countries, about "
                   f"the roads that carry it and about the people who live beside them.</p>" for number in ("first", "second", "third"))
    return (f"<!doctype html><html {lang}><head><title>Delegations meet again in the capital</title>{head}</head><body><main><article>"
            f"<h1>Delegations meet again in the capital</h1>{body}{text}</article></main></body></html>")


# -- a page as outlets write them -------------------------------------------------------------------------------------

def test_a_page_tells_its_article() -> None:
    article = read(TALKS)
    assert article.url == "https://www.courier.example/world/astana-talks"
    assert article.headline == "Presidents hold talks in Astana"
    assert article.authors == ("Ann Sample", "Ben Example")
    assert (article.source, article.publisher, article.tier, article.time_zone) == ("courier", "The Steppe Courier", Tier.WIRE, "Asia/Almaty")
    assert article.outlet == "courier.example"
    assert article.published_at == datetime(2023, 11, 9, 16, 30, tzinfo=ALMATY)
    assert (article.published_on, article.published_basis) == (date(2023, 11, 9), "json-ld")
    assert article.modified_at == datetime(2023, 11, 9, 18, 5, tzinfo=ALMATY)
    assert article.language == "en"
    assert article.dateline == "ASTANA, November 9"


def test_the_body_is_the_article_alone_and_captions_stand_apart() -> None:
    article = read(TALKS)
    assert len(article.paragraphs) == 4
    assert article.paragraphs[0].startswith("ASTANA, November 9 — The presidents")
    assert article.paragraphs[-1].endswith("by video link alone.")
    assert article.captions == ("Vladimir Putin and Kassym-Jomart Tokayev shake hands before the talks. Photo: Courier/Sample",
                                "The two delegations at the table.")
    for outside in ("Most read", "All rights reserved", "Sport", "By Ann Sample"):
        assert outside not in article.text


def test_every_part_stands_where_the_article_says() -> None:
    article = read(TALKS)
    parts = [article.text[block.start:block.end] for block in article.blocks()]
    assert parts == [article.headline, *article.paragraphs, *article.captions]


def test_selectors_read_a_page_that_tells_nothing_of_itself() -> None:
    own = source(selectors=Selectors(headline="h2.headline", body="div.text", date="span.when", authors="span.desk", remove=".share"))
    article = read(READOUT, "https://ministry.example/press/17", source=own)
    assert article.headline == "Minister receives ambassador"
    assert article.authors == ("Press Office",)
    assert article.published_at == datetime(2023, 11, 14, 9, 45, tzinfo=ALMATY)
    assert article.published_basis == "selector"
    assert len(article.paragraphs) == 3
    assert article.paragraphs[2] == "They agreed to keep in touch."


# -- dates ------------------------------------------------------------------------------------------------------------

def dated(value: str, **options: object) -> Article:
    return read(page(f'<meta property="article:published_time" content="{value}">'), **options)


def test_a_time_without_a_zone_is_one_of_the_outlets_zone() -> None:
    article = dated("2023-11-09T01:30:00")
    assert article.published_at == datetime(2023, 11, 9, 1, 30, tzinfo=ALMATY)
    assert article.published_at is not None
    assert article.published_at.utcoffset() == timedelta(hours=6)


def test_the_day_is_the_outlets_day() -> None:
    assert dated("2023-11-08T20:00:00Z").published_on == date(2023, 11, 9)
    assert dated("2023-11-08T20:00:00Z", source=source(time_zone="America/New_York")).published_on == date(2023, 11, 8)


def test_a_bare_day_takes_its_time_from_another_tag_of_that_day() -> None:
    head = '<meta name="date" content="2023-11-09T10:00:00+06:00"><script type="application/ld+json">{"@type": "NewsArticle", ' \
           '"headline": "x", "datePublished": "2023-11-09"}</script>'
    assert read(page(head)).published_at == datetime(2023, 11, 9, 10, tzinfo=ALMATY)


@pytest.mark.parametrize("value", ["2023-11-22T12:00:00Z", "2031-01-01", "1970-01-01T00:00:00Z", "2023-02-32", "0001-01-01",
                                   "2023-11-09T10:00:00+99:00", "09/11/2023", "soon", ""])
def test_a_date_that_cannot_be_is_not_believed(value: str) -> None:
    article = dated(value)
    assert article.published_at is None
    assert article.published_on is None
    assert article.published_basis == "unknown"


def test_a_clock_that_runs_a_little_ahead_is_believed() -> None:
    assert dated("2023-11-20T20:00:00Z").published_on == date(2023, 11, 21)


def test_the_next_tag_is_asked_when_the_first_is_wrong() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2099-01-01"}</script>' \
           '<meta name="pubdate" content="Thu, 09 Nov 2023 10:00:00 +0600">'
    article = read(page(head))
    assert (article.published_on, article.published_basis) == (date(2023, 11, 9), "meta")


def test_the_listing_dates_a_page_that_does_not() -> None:
    link = Link(URL, "Other words", datetime(2023, 11, 9, 4, tzinfo=UTC))
    article = read(page(), link=link)
    assert (article.published_at, article.published_basis) == (datetime(2023, 11, 9, 4, tzinfo=UTC), "feed")
    midnight = read(page(), link=Link(URL, "", datetime(2023, 11, 9, tzinfo=ALMATY)))
    assert (midnight.published_on, midnight.published_at) == (date(2023, 11, 9), None)


def test_a_date_in_the_text_of_a_page_is_the_last_resort() -> None:
    article = read(page(body='<div class="date">Published on November 9, 2023</div>'))
    assert (article.published_on, article.published_basis) == (date(2023, 11, 9), "text")


# -- addresses --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("told", "canonical"), [
    ("https://courier.example/world/x", "https://courier.example/world/x"), ("/world/y", "https://www.courier.example/world/y"),
    ("https://evil.example/world/x", "https://www.courier.example/world/astana-talks"),
    ("https://www.courier.example/", "https://www.courier.example/world/astana-talks"),
    ("javascript:alert(1)", "https://www.courier.example/world/astana-talks"),
    ("http://[", "https://www.courier.example/world/astana-talks")])
def test_a_canonical_address_counts_within_its_own_site(told: str, canonical: str) -> None:
    assert read(page(f'<link rel="canonical" href="{told}">')).url == canonical


# -- headline and authors ---------------------------------------------------------------------------------------------

def test_the_listing_names_a_page_without_a_headline() -> None:
    bare = page().replace("Delegations meet again in the capital", "")
    assert read(bare, link=Link(URL, "Talks in Astana")).headline == "Talks in Astana"
    with pytest.raises(PageError) as caught:
        read(bare)
    assert caught.value.error_class == "page-headline"


@pytest.mark.parametrize(("head", "authors"), [
    ('<meta name="author" content="By Ann Sample and Ben Example">', ("Ann Sample", "Ben Example")),
    ('<meta property="article:author" content="https://social.example/ann"><meta name="byl" content="Ann Sample">', ("Ann Sample",)),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": "Ann Sample"}</script>', ("Ann Sample",)),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": [{"@type": "Organization", "name": "The Desk"}]}</script>', ("The Desk",)),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": [{"@type": "Organization", "name": "The Desk"}, {"@type": "Person", "name": "Ann Sample"}]}</script>', ("Ann Sample",)),
    ('<script type="application/ld+json">{broken</script>', ()),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Ann Sample",},}</script>', ("Ann Sample",))])
def test_authors_are_persons_or_else_who_signs(head: str, authors: tuple[str, ...]) -> None:
    assert read(page(head)).authors == authors


# -- language ---------------------------------------------------------------------------------------------------------

FRENCH = "".join(f"<p>Les délégations se sont réunies pour la {number} fois et ont parlé du commerce entre leurs pays, des routes qui "
                 f"le portent et des gens qui vivent à côté.</p>" for number in ("première", "deuxième", "troisième"))


def french(lang: str) -> str:
    return f"<html {lang}><head><title>Les délégations se réunissent</title></head><body><article><h1>Les délégations se réunissent</h1>{FRENCH}</article></body></html>"


def test_language_is_what_the_page_declares() -> None:
    assert read(page(lang='lang="en-GB"')).language == "en"


def test_language_is_recognised_where_it_is_not_declared() -> None:
    assert read(french("")).language == "fr"


def test_a_template_that_calls_everything_english_is_not_believed() -> None:
    assert read(french('lang="en"')).language == "fr"


# -- bytes ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("charset", "content_type", "meta"), [
    ("utf-8", None, ""), ("utf-8", "text/html; charset=iso-8859-1", ""), ("utf-8-sig", None, ""), ("utf-16", None, ""),
    ("windows-1251", "text/html; charset=windows-1251", ""), ("windows-1251", None, '<meta charset="windows-1251">'),
    ("windows-1251", "text/html; charset=rot13", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
    ("iso-2022-jp", None, '<meta charset="iso-2022-jp">'), ("shift_jis", None, '<meta charset="shift_jis">')])
def test_pages_are_read_in_the_charset_that_they_are_in(charset: str, content_type: str | None, meta: str) -> None:
    word = "会談" if "jp" in charset or "jis" in charset else "Переговоры"
    html = f"<html><head>{meta}<title>x</title></head><body><p>{word} {word}</p></body></html>".encode(charset)
    assert f"{word} {word}" in decoded(html, content_type)


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "idna", "undefined", "no-such", "rot13", "base64"])
def test_a_hostile_charset_is_not_used(charset: str) -> None:
    html = f'<meta charset="{charset}"><p>+ADw-script+AD4- \\x3cb\\x3e'.encode() + b"\xff"
    text = decoded(html, f"text/html; charset={charset}")
    assert "<script>" not in text
    assert "<b>" not in text


def test_controls_and_bidi_overrides_end_at_the_door() -> None:
    article = read(page(body="<p>The minister\x00 met\x08 the \u202eambassador\u202c of&#1; Japan\ud800 in Minsk on Thursday.</p>".encode("utf-8", "surrogatepass").decode("utf-8", "replace")))
    assert not set(article.text) & set("\x00\x01\x08\u202e\u202c")
    assert any("The minister met the ambassador of Japan" in paragraph for paragraph in article.paragraphs)


@pytest.mark.parametrize(("html", "content_type", "error_class"), [
    (b"", None, "page-empty"), (b"  ", "text/html", "page-empty"), (b"%PDF-1.7", "application/pdf", "page-kind"),
    (b"{}", "application/json", "page-kind"), (b"<html><head><title>An empty page</title></head><body></body></html>", None, "page-body"),
    (b"\x00\x01\x02", None, "page-empty")])
def test_what_is_no_article_is_told(html: bytes, content_type: str | None, error_class: str) -> None:
    with pytest.raises(PageError) as caught:
        read(html, content_type=content_type)
    assert caught.value.error_class == error_class


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.tuples(st.integers(0, 2500), st.binary(max_size=60), st.integers(0, 400)).map(
    lambda cut: TALKS.encode()[:cut[0]] + cut[1] + TALKS.encode()[cut[0] + cut[2]:])))
def test_no_bytes_raise_anything_but_a_page_error(html: bytes) -> None:
    try:
        article = read(html)
    except PageError:
        return
    assert article.headline
    assert all(article.paragraphs)
    article.text.encode("utf-8")


# -- plain text -------------------------------------------------------------------------------------------------------

TEXT = """date 2023-11-10 Home page politics

From: Ann Sample

The presidents of Russia and Kazakhstan met on Thursday. Much was left open.

The guest is greeted at the residence. © Courier/Sample

Both sides signed a plan of cooperation for the years to come.
"""


def test_plain_text_carries_its_day_author_paragraphs_and_captions() -> None:
    article = read_text(TEXT, source=source())
    assert (article.published_on, article.published_basis) == (date(2023, 11, 10), "file")
    assert article.authors == ("Ann Sample",)
    assert article.paragraphs == ("The presidents of Russia and Kazakhstan met on Thursday. Much was left open.",
                                  "Both sides signed a plan of cooperation for the years to come.")
    assert article.captions == ("The guest is greeted at the residence. © Courier/Sample",)
    assert (article.source, article.language) == ("courier", "en")


def test_what_the_caller_knows_of_a_text_goes_before_what_it_says() -> None:
    article = read_text(TEXT, title="A headline", published=date(2023, 11, 11), language="de")
    assert (article.headline, article.published_on, article.language) == ("A headline", date(2023, 11, 11), "de")


def test_text_over_http_is_read_as_text() -> None:
    article = read(TEXT, content_type="text/plain; charset=utf-8", link=Link(URL, "Talks in Astana"))
    assert article.outlet == "courier.example"
    assert (article.headline, len(article.paragraphs)) == ("Talks in Astana", 2)


@pytest.mark.parametrize(("text", "error_class"), [("", "page-empty"), ("\u200b \x00", "page-empty"), ("date 2023-11-10", "page-body"),
                                                   ("date 2023-02-30\n\nx", "page-date")])
def test_a_text_that_tells_nothing_is_told(text: str, error_class: str) -> None:
    with pytest.raises(PageError) as caught:
        read_text(text)
    assert caught.value.error_class == error_class
