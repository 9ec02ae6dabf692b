"""Entries of feeds, good and bad: nothing is guessed, nothing is executed, and nothing but `DiscoverError` is raised.

All feeds here are synthetic.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.article import read_article
from scraper.collect import Failure, Finished, Known, Listing, Page, collect
from scraper.discover import Link, discover
from scraper.errors import DiscoverError
from scraper.feed import plain_text, read_feed
from scraper.fetch import Response
from scraper.source import Kind, Source
from timeline.model import Article

BASE = "https://news.example/feed"
ALMATY = timezone(timedelta(hours=6))
SOURCE = Source("news", "News", "https://news.example/", Kind.FEED, BASE, time_zone="Asia/Almaty")
NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)


def item(link: str = "/a", more: str = "", title: str = "Talks in Astana") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def rss(*items: str, prologue: str = "") -> bytes:
    return f'{prologue}<rss version="2.0"><channel><title>News</title><link>https://news.example/</link>{"".join(items)}</channel></rss>'.encode()


def links(body: bytes, content_type: str | None = None) -> tuple[Link, ...]:
    return discover(SOURCE, body, content_type, BASE)


# -- identity ---------------------------------------------------------------------------------------------------------

def test_items_with_one_guid_and_two_addresses_are_two() -> None:
    found = links(rss(item("/a", "<guid>same</guid>"), item("/b", "<guid>same</guid>")))
    assert [link.url for link in found] == ["https://news.example/a", "https://news.example/b"]


@pytest.mark.parametrize("second", ["", "<guid>2</guid>", '<guid isPermaLink="false">https://news.example/other</guid>'])
def test_one_address_is_one_item_whatever_its_guid(second: str) -> None:
    found = links(rss(item("/a?utm_source=x", "<guid>1</guid>"), item("/a", second)))
    assert [link.url for link in found] == ["https://news.example/a"]


def test_a_guid_that_changes_makes_no_page_new() -> None:
    asked: list[str] = []
    known = Known(NOW - timedelta(minutes=5), NOW - timedelta(minutes=5))

    def fetch(url: str, **_: object) -> Response:
        asked.append(url)
        return Response(url, url, 200, {}, rss(item("/a", f"<guid>{len(asked)}</guid>")))

    for _ in range(2):
        assert not any(isinstance(thing, Page) for thing in collect(SOURCE, fetch, lambda urls: dict.fromkeys(urls, known), _Parsers(), now=lambda: NOW))
    assert asked == [BASE, BASE]


class _Parsers:
    discover = staticmethod(discover)

    def read_article(self, html: bytes, url: str, source: Source, **options: object) -> Article:
        return read_article(html, url, source, **options)  # type: ignore[arg-type]


# -- dates ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("told", "read"), [
    ("Thu, 09 Nov 2023 14:00:00 EST", datetime(2023, 11, 9, 19, tzinfo=UTC)), ("9 Nov 2023 14:00 PDT", datetime(2023, 11, 9, 21, tzinfo=UTC)),
    ("Thu, 09 Nov 23 14:00:00 GMT", datetime(2023, 11, 9, 14, tzinfo=UTC)), ("1699538400", datetime(2023, 11, 9, 14, tzinfo=UTC)),
    ("Thu, 09 Nov 2023 24:00:00 GMT", datetime(2023, 11, 10, tzinfo=UTC)), ("2023-11-09T24:00:00Z", datetime(2023, 11, 10, tzinfo=UTC)),
    ("2023-11-09T18:24:00Z", datetime(2023, 11, 9, 18, 24, tzinfo=UTC)), ("Thu, 09 Nov 2023 18:24:00 GMT", datetime(2023, 11, 9, 18, 24, tzinfo=UTC)),
    ("20231109T140000Z", datetime(2023, 11, 9, 14, tzinfo=UTC)), ("Thu, 09 Nov 2023 14:00:00", datetime(2023, 11, 9, 14, tzinfo=ALMATY)),
    ("2023-11-09", datetime(2023, 11, 9, tzinfo=ALMATY)), ("Πεμ, 09 Νοέ 2023 14:00:00 EST", datetime(2023, 11, 9, 19, tzinfo=UTC)),
    ("<![CDATA[2023-11-09T10:00:00Z]]>", datetime(2023, 11, 9, 10, tzinfo=UTC))])
def test_dates_are_read_as_feeds_write_them(told: str, read: datetime) -> None:
    assert links(rss(item("/a", f"<pubDate>{told}</pubDate>")))[0].published == read


@pytest.mark.parametrize("told", ["", "soon", "yesterday", "<![CDATA[yesterday]]>", "09/11/2023", "32 Feb 2023 10:00:00 GMT", "2023-02-30T10:00:00Z",
                                  "Thu, 31 Nov 2023 10:00:00 GMT", "2023-11-09T14:00:00+99:00", "Thu, 09 Nov 2023 25:61:00 GMT", "0000-00-00 00:00:00",
                                  "Thu, 01 Jan 1970 00:00:00 GMT", "1900-01-01"])
def test_what_is_no_date_dates_nothing(told: str) -> None:
    assert links(rss(item("/a", f"<pubDate>{told}</pubDate>")))[0].published is None


@pytest.mark.parametrize("told", ["Thu, 09 Nov 2073 14:00:00 GMT", "9999-12-31T23:59:59Z"])
def test_a_date_in_the_future_dates_no_article(told: str) -> None:
    link = links(rss(item("/a", f"<pubDate>{told}</pubDate>")))[0]
    text = "".join(f"<p>The delegations met for the {number} time and spoke about the trade between their countries.</p>" for number in ("first", "second", "third"))
    page = f"<html><head><title>Talks in Astana</title></head><body><article><h1>Talks in Astana</h1>{text}</article></body></html>"
    article = read_article(page.encode(), link.url, SOURCE, fetched_at=NOW, link=link)
    assert (article.published_on, article.published_basis) == (None, "unknown")
    dated = page.replace("<title>", '<meta name="date" content="2023-11-09"><title>')
    assert read_article(dated.encode(), link.url, SOURCE, fetched_at=NOW, link=link).published_on == date(2023, 11, 9)


# -- charsets ---------------------------------------------------------------------------------------------------------

WORD = "Переговоры в Астане"


@pytest.mark.parametrize(("declared", "actual", "header"), [
    ("windows-1251", "windows-1251", None), ("windows-1251", "windows-1251", "application/rss+xml; charset=utf-8"), ("", "utf-8", None),
    ("", "utf-8", "text/xml; charset=iso-8859-1"), ("", "utf-8-sig", "text/xml; charset=koi8-r"), ("", "koi8-r", "text/xml; charset=koi8-r"),
    ("utf-16", "utf-16", None), ("koi8-r", "koi8-r", "text/xml; charset=rot13")])
def test_a_feed_is_read_in_the_charset_that_it_is_in(declared: str, actual: str, header: str | None) -> None:
    prologue = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert links(rss(item(title=WORD), prologue=prologue).decode().encode(actual), header)[0].title == WORD


@pytest.mark.parametrize("charset", ["utf-7", "rot13", "unicode_escape", "no-such-charset", "idna", "undefined"])
def test_a_hostile_charset_brings_nothing_to_light(charset: str) -> None:
    body = rss(item(title="+ADw-script+AD4- \\x3cb\\x3e"), prologue=f'<?xml version="1.0" encoding="{charset}"?>') + b"\xff"
    found: tuple[Link, ...] = ()
    with suppress(DiscoverError):
        found = links(body, f"text/xml; charset={charset}")
    assert not any("<" in link.title for link in found)


# -- entities ---------------------------------------------------------------------------------------------------------

def test_a_billion_laughs_stay_one_entity() -> None:
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    bomb = rss(item(title="&j;"), prologue=f'<!DOCTYPE r [<!ENTITY a "laugh">{entities}]>')
    assert all(len(link.title) < 20_000 for link in links(bomb))


def test_a_title_of_long_entities_is_bounded() -> None:
    bomb = rss(item(title="&a;" * 5000), prologue=f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>')
    assert all(len(link.title) <= 20_000 for link in links(bomb))


# -- text -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("markup", "text"), [
    ("A &amp; B", "A & B"), ("A &amp;amp; B", "A & B"), ("<b>A</b> &lt;i&gt;B&lt;/i&gt;", "A B"), ("the &lt;blink&gt; tag", "the <blink> tag"),
    ("safe<script>location = 'x'</script> words", "safe words"), ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"), ("a<script>b", "a"), (None, ""), (7, "")])
def test_text_is_what_a_reader_would_see(markup: object, text: str) -> None:
    assert plain_text(markup) == text


# -- what is no feed, or less than it was -----------------------------------------------------------------------------

def _collected(body: bytes, listed: tuple[str, ...]) -> Iterator[object]:
    def fetch(url: str, **_: object) -> Response:
        return Response(url, url, 200, {}, body)

    known = Known(NOW, NOW)
    return collect(SOURCE, fetch, lambda urls: dict.fromkeys(urls, known), _Parsers(), now=lambda: NOW, listed=listed)


LISTED = tuple(f"https://news.example/{number}" for number in range(20))


@pytest.mark.parametrize(("body", "error_class"), [(b"", "listing-blank"), (b"<!doctype html><html><body>Sorry", "listing-format"), (b"\x00\xff" * 40, "listing-format")])
def test_what_is_no_feed_fails_the_listing_and_concludes_nothing(body: bytes, error_class: str) -> None:
    things = list(_collected(body, LISTED))
    assert [thing.error_class for thing in things if isinstance(thing, Failure)] == [error_class]
    assert not any(isinstance(thing, Listing) for thing in things)
    assert isinstance(things[-1], Finished)


def test_a_feed_that_breaks_off_keeps_what_came_before() -> None:
    assert [link.url for link in links(rss(item("/a"), item("/b"))[:-60])][:1] == ["https://news.example/a"]


def test_a_listing_without_links_is_told_as_empty() -> None:
    (listing,) = [thing for thing in _collected(rss(), LISTED) if isinstance(thing, Listing)]
    assert listing.empty


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.tuples(
    st.integers(0, 400), st.binary(max_size=40), st.integers(0, 30), st.sampled_from(["utf-8", "utf-16", "koi8-r"])).map(
        lambda cut: (lambda whole: whole[:cut[0]] + cut[1] + whole[cut[0] + cut[2]:])(
            rss(item("/a", "<pubDate>Thu, 09 Nov 2023 14:00:00 GMT</pubDate>", WORD), item("/b")).decode().encode(cut[3])))),
    st.sampled_from([None, "text/xml; charset=koi8-r", "text/xml; charset=x"]))
def test_no_bytes_raise_anything_but_a_discover_error(body: bytes, content_type: str | None) -> None:
    with suppress(DiscoverError):
        assert isinstance(links(body, content_type), tuple)


def test_entries_keep_their_ids_as_they_stand() -> None:
    """RFC 4287, 4.2.6.1: ids are compared character by character, so none is resolved or normalised."""
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>HTTP://news.example/A</id><link href="/a"/></entry></feed>'
    (entry,) = read_feed(atom, None, BASE, SOURCE.zone)
    assert (entry.id, entry.reference) == ("HTTP://news.example/A", "https://news.example/a")


def test_xml_base_tells_where_links_lead() -> None:
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/world/"><entry><title>t</title><id>1</id><link href="a"/></entry></feed>'
    assert links(atom)[0].url == "https://news.example/world/a"
