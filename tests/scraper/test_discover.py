"""Links in feeds, sitemaps and listing pages; and what is none of them."""
from __future__ import annotations

import gzip
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.discover import MOST_LINKS, Link, discover
from scraper.errors import DiscoverError
from scraper.source import Kind, Selectors, Source

BASE = "https://news.example/feed"
ALMATY = timezone(timedelta(hours=6))


def source(kind: Kind, **fields: object) -> Source:
    values: dict[str, object] = {"time_zone": "Asia/Almaty"} | fields
    return Source("news", "News", "https://news.example/", kind, BASE, **values)  # type: ignore[arg-type]


FEED = source(Kind.FEED)
SITEMAP = source(Kind.SITEMAP)
LISTING = source(Kind.LISTING, selectors=Selectors(links="a.story, div.card"))

RSS2 = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><title>Talks in Astana &amp;amp; Minsk</title><link>/astana?utm_source=rss</link>
<pubDate>Thu, 09 Nov 2023 14:00:00 +0600</pubDate><description>&lt;p&gt;They &lt;b&gt;met&lt;/b&gt;.&lt;/p&gt;</description></item>
<item><title>No link</title><guid isPermaLink="true">https://news.example/minsk</guid></item>
</channel></rss>"""
RSS1 = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>News</title>
<link>https://news.example/</link></channel><item rdf:about="https://news.example/astana"><title>Talks in Astana</title>
<link>https://news.example/astana</link><dc:date>2023-11-09T14:00:00+06:00</dc:date></item></rdf:RDF>"""
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>x</id>
<updated>2023-11-09T10:00:00Z</updated><entry><title>Talks in Astana</title><id>tag:1</id>
<link rel="alternate" href="https://news.example/astana"/><published>2023-11-09T08:00:00Z</published>
<updated>2023-11-09T09:00:00Z</updated></entry></feed>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [{"id": "1", "title": "Talks in Astana",
"url": "https://news.example/astana", "date_published": "2023-11-09T14:00:00+06:00"}]}"""


@pytest.mark.parametrize("body", [RSS2, RSS1, ATOM, JSON_FEED], ids=["RSS 2", "RSS 1", "Atom", "JSON Feed"])
def test_each_kind_of_feed_gives_address_title_and_time(body: bytes) -> None:
    first = discover(FEED, body, None, BASE)[0]
    assert first.url == "https://news.example/astana"
    assert first.title.startswith("Talks in Astana")
    assert first.published == datetime(2023, 11, 9, 14, tzinfo=ALMATY)


def test_titles_and_summaries_are_plain_text_however_often_they_were_escaped() -> None:
    first = discover(FEED, RSS2, None, BASE)[0]
    assert first.title == "Talks in Astana & Minsk"
    assert first.summary == "They met ."


def test_a_permalink_stands_in_for_a_missing_link() -> None:
    assert [link.url for link in discover(FEED, RSS2, None, BASE)][1] == "https://news.example/minsk"


def test_atom_tells_when_an_entry_was_changed() -> None:
    assert discover(FEED, ATOM, None, BASE)[0].updated == datetime(2023, 11, 9, 9, tzinfo=UTC)


def test_a_time_without_a_zone_is_one_of_the_outlets_zone() -> None:
    naive = RSS2.replace(b" +0600", b"")
    assert discover(FEED, naive, None, BASE)[0].published == datetime(2023, 11, 9, 14, tzinfo=ALMATY)
    bare = RSS2.replace(b"Thu, 09 Nov 2023 14:00:00 +0600", b"2023-11-09")
    assert discover(FEED, bare, None, BASE)[0].published == datetime(2023, 11, 9, tzinfo=ALMATY)


def test_the_tolerant_parser_reads_what_is_not_well_formed() -> None:
    broken = RSS2.replace(b"<channel>", b"<channel><oops attribute=no>&nbsp;").replace(b"</channel></rss>", b"")
    assert discover(FEED, broken, None, BASE)[0].url == "https://news.example/astana"


def test_a_feed_without_items_has_no_links_and_is_no_error() -> None:
    empty = b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>'
    assert discover(FEED, empty, None, BASE) == ()


@pytest.mark.parametrize("body", [b"<!doctype html><html><body><p>Not found", b"plain words", b"{}", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_feed_is_told(body: bytes) -> None:
    with pytest.raises(DiscoverError) as caught:
        discover(FEED, body, None, BASE)
    assert caught.value.error_class == "listing-format"


@pytest.mark.parametrize("kind", [FEED, SITEMAP, LISTING])
def test_a_blank_answer_is_told(kind: Source) -> None:
    with pytest.raises(DiscoverError) as caught:
        discover(kind, b" \n", None, BASE)
    assert caught.value.error_class == "listing-blank"


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    attack = (f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><rss version="2.0"><channel><item>'
              f'<title>&e;</title><link>https://news.example/a</link></item></channel></rss>').encode()
    assert all("SECRET" not in link.title for link in discover(FEED, attack, None, BASE))
    attack = (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><urlset><url><loc>https://news.example/&e;</loc></url>'
              f'</urlset>').encode()
    assert all("SECRET" not in link.url for link in discover(SITEMAP, attack, None, BASE))


# -- sitemaps ---------------------------------------------------------------------------------------------------------

URLSET = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example/old</loc><lastmod>2023-01-01</lastmod></url>
<url><loc> https://news.example/astana </loc><news:news><news:publication_date>2023-11-09T14:00+06:00</news:publication_date>
<news:title>Talks in Astana</news:title></news:news></url><url><lastmod>2023-02-02</lastmod></url></urlset>"""


def test_a_news_sitemap_gives_the_newest_first() -> None:
    assert discover(SITEMAP, URLSET, None, BASE) == (
        Link("https://news.example/astana", "Talks in Astana", datetime(2023, 11, 9, 14, tzinfo=ALMATY)),
        Link("https://news.example/old", updated=datetime(2023, 1, 1, tzinfo=ALMATY)))


def test_a_gzipped_sitemap_is_one_too() -> None:
    assert discover(SITEMAP, gzip.compress(URLSET), "application/gzip", BASE) == discover(SITEMAP, URLSET, None, BASE)


def test_a_sitemap_bomb_is_stopped() -> None:
    with pytest.raises(DiscoverError) as caught:
        discover(SITEMAP, gzip.compress(bytes(60 << 20)), None, BASE)
    assert caught.value.error_class == "listing-encoding"


def test_an_index_leads_to_further_sitemaps() -> None:
    index = (b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://news.example/1.xml</loc>'
             b'</sitemap><sitemap><loc>https://news.example/2.xml</loc><lastmod>2023-11-09</lastmod></sitemap></sitemapindex>')
    links = discover(SITEMAP, index, None, BASE)
    assert [(link.url, link.listing) for link in links] == [("https://news.example/2.xml", True), ("https://news.example/1.xml", True)]


def test_a_list_of_lines_is_a_sitemap_and_a_page_is_none() -> None:
    assert [link.url for link in discover(SITEMAP, b"https://news.example/a\nhttps://news.example/b\n", None, BASE)] == [
        "https://news.example/a", "https://news.example/b"]
    for body in (b"<html><body></body></html>", b"nothing here"):
        with pytest.raises(DiscoverError):
            discover(SITEMAP, body, None, BASE)


# -- listing pages ----------------------------------------------------------------------------------------------------

PAGE = """<!doctype html><!-- synthetic --><html><head><base href="/world/"></head><body><nav><a href="/about">About</a></nav>
<ul><li><a class="story" href="astana#top">Talks in Astana</a> <time datetime="2023-11-09T14:00">Thursday</time></li>
<li><a class="story" href="astana">again</a></li><li><a class="story" href="javascript:void(0)">no page</a></li></ul>
<div class="card"><h3>Präsident in Minsk</h3><a href="https://news.example/minsk">Präsident in Minsk</a></div></body></html>"""


@pytest.mark.parametrize(("body", "content_type"), [
    (PAGE.encode(), "text/html; charset=utf-8"), (PAGE.encode("latin-1"), "text/html; charset=iso-8859-1"),
    (PAGE.replace("<head>", '<head><meta charset="windows-1252">').encode("cp1252"), None)])
def test_a_selector_picks_the_links_of_a_page(body: bytes, content_type: str | None) -> None:
    assert discover(LISTING, body, content_type, "https://news.example/") == (
        Link("https://news.example/world/astana", "Talks in Astana", datetime(2023, 11, 9, 14, tzinfo=ALMATY)),
        Link("https://news.example/minsk", "Präsident in Minsk"))


def test_a_redesigned_page_has_no_links_and_is_no_error() -> None:
    assert discover(LISTING, b"<html><body><a class='new' href='/a'>x</a></body></html>", None, BASE) == ()


def test_include_keeps_the_links_that_it_matches() -> None:
    only = source(Kind.SITEMAP, include=r"/astana$")
    assert [link.url for link in discover(only, URLSET, None, BASE)] == ["https://news.example/astana"]


def test_links_are_bounded() -> None:
    many = b"".join(b"<url><loc>https://news.example/%d</loc></url>" % number for number in range(3000))
    assert len(discover(SITEMAP, b"<urlset>" + many + b"</urlset>", None, BASE)) == MOST_LINKS


@pytest.mark.filterwarnings("ignore::bs4.XMLParsedAsHTMLWarning")
@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.tuples(st.sampled_from([RSS2, ATOM, JSON_FEED, URLSET, PAGE.encode()]),
                                                    st.integers(0, 900), st.binary(max_size=40))
                 .map(lambda cut: cut[0][:cut[1]] + cut[2] + cut[0][cut[1] + 7:])))
def test_no_bytes_raise_anything_but_a_discover_error(body: bytes) -> None:
    for kind in (FEED, SITEMAP, LISTING):
        with suppress(DiscoverError):
            assert isinstance(discover(kind, body, "text/html; charset=x-unknown", BASE), tuple)
