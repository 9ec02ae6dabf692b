"""From an outlet's address to its feed or listing, over a real server; and the row that follows from it."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from misbehaving import MisbehavingServer, answer

from scraper.discover import discover
from scraper.errors import BadStatus, BadUrl, DiscoverError
from scraper.fetch import Fetcher
from scraper.find import NothingFound, find_source
from scraper.front import look_at_front
from scraper.sandbox import Sandbox
from scraper.source import Kind, Selectors, Source, SourcesError, faults_of, load_sources
from scraper.source_row import AlreadyThere, add_source, row_of

Make = Callable[..., Fetcher]
FEED = b'<rss version="2.0"><channel><title>x</title><item><title>Talks</title><link>/talks</link></item></channel></rss>'
EMPTY = b'<rss version="2.0"><channel><title>x</title></channel></rss>'


class InPlace:
    """The parsers without their sandbox."""

    discover = staticmethod(discover)
    look_at_front = staticmethod(look_at_front)

    @staticmethod
    def read_article(*_: object, **__: object) -> None:
        raise AssertionError("no article is read to find a listing")


def page(head: str = "", body: str = "<p>Welcome</p>") -> bytes:
    return answer(f'<!doctype html><!-- synthetic --><html lang="fr-BE"><head><title>Front | The Meridian</title>{head}</head>'
                  f"<body>{body}</body></html>".encode(), Content_Type="text/html")


def found_at(server: MisbehavingServer, fetcher: Make, path: str = "/") -> Source:
    return find_source(server.url(path), fetcher().fetch, InPlace())  # type: ignore[arg-type]


STORIES = "".join(f'<div class="story"><h3><a href="/news/{number}">Ministers meet in the capital, part {number}</a></h3></div>'
                  for number in range(6))
MENU = "<nav><ul class=menu>" + "".join(f'<li><a href="/s/{number}">A section with quite a long name {number}</a></li>'
                                        for number in range(9)) + "</ul></nav>"


def test_a_declared_feed_is_found_and_the_page_tells_name_and_language(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/": page('<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
                                '<link rel="alternate" type="application/rss+xml" href="/all.rss?utm_source=x">'),
                      "/all.rss": answer(FEED)}
    source = found_at(server, fetcher)
    assert (source.kind, source.url, source.home) == (Kind.FEED, server.url("/all.rss"), server.url("/"))
    assert (source.name, source.language, source.id) == ("The Meridian", "fr-BE", "127-0-0-1")
    assert server.paths() == ["/", "/all.rss"]
    assert faults_of(source) == ()


def test_a_feed_or_a_sitemap_is_taken_as_it_is(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/f": answer(FEED), "/s": answer(b"<urlset><url><loc>/a</loc></url></urlset>")}
    assert found_at(server, fetcher, "/f").kind is Kind.FEED
    assert found_at(server, fetcher, "/s").kind is Kind.SITEMAP


def test_an_empty_declared_feed_is_passed_over_for_one_at_a_common_address(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/": page('<link rel="alternate" type="application/atom+xml" href="/empty">'), "/empty": answer(EMPTY),
                      "/feed": answer(b"<!doctype html><p>no feed"), "/rss.xml": answer(FEED)}
    assert found_at(server, fetcher).url == server.url("/rss.xml")


def test_a_link_that_looks_like_a_feed_is_tried(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/": page(body='<a href="/service/rss/world">RSS</a>'), "/service/rss/world": answer(FEED)}
    assert found_at(server, fetcher).url == server.url("/service/rss/world")


def test_without_a_feed_the_page_itself_is_the_listing_with_a_selector(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/news": page(body=MENU + STORIES), "/sitemap.xml": answer(b"<urlset><url><loc>/a</loc></url></urlset>")}
    source = found_at(server, fetcher, "/news")
    assert (source.kind, source.url, source.selectors) == (Kind.LISTING, server.url("/news"), Selectors(links="div.story a"))
    body = page(body=MENU + STORIES).split(b"\r\n\r\n", 1)[1]
    assert len(discover(source, body, "text/html", source.url)) == 6


def test_a_listing_without_classes_is_picked_by_its_headings() -> None:
    for markup, selector in (('<h2><a href="/{0}">Ministers meet in the capital {0}</a></h2>', "h2 a"),
                             ('<a href="/{0}"><h4>Ministers meet in the capital {0}</h4></a>', "a:has(h4)")):
        body = "<html><body>" + "".join(markup.format(number) for number in range(5)) + "</body></html>"
        assert look_at_front(body.encode(), "text/html", "https://news.example/").selectors == (selector,)


def test_a_sitemap_is_the_last_resort(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/": page(), "/sitemap.xml": answer(b"<urlset><url><loc>/a</loc></url></urlset>")}
    assert found_at(server, fetcher).kind is Kind.SITEMAP


def test_where_nothing_is_found_it_is_told_what_was_tried(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/": page('<link rel="alternate" type="application/rss+xml" href="/gone">')}
    with pytest.raises(NothingFound) as caught:
        found_at(server, fetcher)
    assert [tried.why for tried in caught.value.tried if tried.url == server.url("/gone")] == ["the server answered 404"]
    assert len(server.paths()) <= 20


def test_a_host_that_has_had_enough_is_asked_no_more(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/": page(), "/feed": answer(b"", "429 Slow", Retry_After="60")}
    with pytest.raises(NothingFound):
        found_at(server, fetcher)
    assert server.paths() == ["/", "/feed"]


def test_an_address_that_can_not_be_had_is_an_error_of_the_fetch(server: MisbehavingServer, fetcher: Make) -> None:
    with pytest.raises(BadStatus):
        found_at(server, fetcher, "/none")
    with pytest.raises(BadUrl):
        find_source("http://user@news.example/", fetcher().fetch, InPlace())  # type: ignore[arg-type]


def test_the_sandbox_looks_at_a_front_page_as_well() -> None:
    with Sandbox(children=1) as sandbox:
        front = sandbox.look_at_front(page(body=STORIES).split(b"\r\n\r\n", 1)[1], "text/html", "https://news.example/")
        assert front.selectors == ("div.story a",)
        with pytest.raises(DiscoverError):
            sandbox.look_at_front(b"", None, "https://news.example/")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_raise_anything_but_a_discover_error(body: bytes) -> None:
    for whole in (body, b"<html><a href=x>" + body + b"</a><link rel=alternate type=application/rss+xml href=" + body):
        try:
            look_at_front(whole, None, "https://news.example/")
        except DiscoverError:
            continue


# The row -------------------------------------------------------------------------------------------------------------------

KEPT = '# My outlets\n\n[[source]]  # the first\nid = "old"\nname = "Old"\nkind = "folder"\nurl = "articles"'
NEW = Source("new", 'The "New" \\ Post\t\x7fé', "https://new.example/", Kind.LISTING, "https://new.example/n", "pt-BR", "Asia/Almaty",
             600, selectors=Selectors(links='a[href*="/x/"]', date="time"), include=r"/\d+\.html$", outlet="new.example.org")


def test_a_row_reads_back_as_its_source(tmp_path: Path) -> None:
    clean = Source(**{name: getattr(NEW, name) for name in NEW.__slots__} | {"name": 'The "New" \\ Post é'})
    file = tmp_path / "sources.toml"
    file.write_text(row_of(clean))
    assert load_sources(file) == (clean,)


def test_adding_a_row_touches_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(KEPT)
    source = Source("new", "New", "https://new.example/", Kind.FEED, "https://new.example/feed")
    add_source(file, source)
    assert file.read_text().startswith(KEPT + "\n\n[[source]]\nid = \"new\"")
    old, new = load_sources(file)
    assert (old.url, new) == (str(tmp_path / "articles"), source)
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    source = Source("new", "New", "https://new.example/", Kind.FEED, "https://new.example/feed")
    add_source(tmp_path / "sources.toml", source)
    assert load_sources(tmp_path / "sources.toml") == (source,)


@pytest.mark.parametrize(("before", "source", "error"), [
    (KEPT, Source("old", "New", "https://new.example/", Kind.FEED, "https://new.example/feed"), AlreadyThere),
    (row_of(Source("a", "A", "https://a.example/", Kind.FEED, "https://a.example/feed")),
     Source("b", "B", "https://a.example/", Kind.FEED, "https://a.example/feed"), AlreadyThere),
    ("[[source]]\nid = 7\n", Source("b", "B", "https://a.example/", Kind.FEED, "https://a.example/feed"), SourcesError),
    (KEPT, NEW, SourcesError)])
def test_what_can_not_be_added_leaves_the_file_as_it_was(tmp_path: Path, before: str, source: Source,
                                                         error: type[Exception]) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(before)
    with pytest.raises(error):
        add_source(file, source)
    assert file.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]
