"""One source, from its listing to its articles: over a real server, with the caller's memory as a plain dictionary."""
from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from misbehaving import MisbehavingServer, answer, silence

from scraper.article import read_article
from scraper.collect import Collected, Failure, Finished, Known, Listing, Page, Unchanged, collect
from scraper.discover import discover
from scraper.fetch import Fetcher
from scraper.source import Kind, Selectors, Source

NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class InPlace:
    """The parser without its sandbox."""

    discover = staticmethod(discover)
    read_article = staticmethod(read_article)


@dataclass
class Moment:
    """The time of day, set by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def page(number: int, words: str = "spoke about trade") -> bytes:
    return answer(f"""<!doctype html><!-- synthetic --><html lang="en"><head><title>Delegations meet, part {number}</title>
<meta property="article:published_time" content="2023-11-{number + 1:02}T10:00:00Z"></head><body><article>
<h1>Delegations meet, part {number}</h1>{f'<p>The delegations met once more in the capital and {words} between their countries and about the roads that carry it.</p>' * 4}
</article></body></html>""".encode(), Content_Type="text/html", ETag=f'"{number}-{len(words)}"')


def feed(numbers: range | list[int], **headers: str) -> bytes:
    items = "".join(f"<item><title>Part {number}</title><link>/{number}</link></item>" for number in numbers)
    return answer(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode(), **headers)


def source(server: MisbehavingServer, kind: Kind = Kind.FEED, **fields: object) -> Source:
    values: dict[str, object] = {"interval": 3600} | fields
    return Source("news", "News", server.url("/"), kind, server.url("/feed"), **values)  # type: ignore[arg-type]


def memory(known: dict[str, Known] | None = None) -> Callable[[Sequence[str]], dict[str, Known]]:
    return lambda urls: {url: known[url] for url in urls if known and url in known}


def run(one: Source, fetcher: Fetcher, known: dict[str, Known] | None = None, now: Moment | None = None,
        **options: object) -> list[Collected]:
    return list(collect(one, fetcher.fetch, memory(known), InPlace(), now=now or Moment(), **options))  # type: ignore[arg-type]


def seen(items: list[Collected]) -> dict[str, Known]:
    """What a caller would answer after these items."""
    return {item.url: Known(item.fetched_at, item.fetched_at, item.etag, item.last_modified)
            for item in items if isinstance(item, Page)}


def pages(items: list[Collected]) -> list[str]:
    return [item.url.rsplit("/", 1)[1] for item in items if isinstance(item, Page)]


def ended(items: list[Collected]) -> tuple[int, str | None, str | None]:
    """What is left, and the validators to keep."""
    end = items[-1]
    assert isinstance(end, Finished)
    return end.left, end.etag, end.last_modified


def failures(items: list[Collected]) -> list[tuple[str, str, str]]:
    return [(item.kind, item.url.rsplit("/", 1)[1], item.error_class) for item in items if isinstance(item, Failure)]


Make = Callable[..., Fetcher]


def test_the_listing_comes_first_then_pages_then_the_end(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2], ETag='"f"')} | {f"/{number}": page(number) for number in (1, 2)}
    items = run(source(server), fetcher())
    listing, first, second, _ = items
    assert isinstance(listing, Listing)
    assert (listing.source, listing.status, listing.empty, len(listing.links)) == ("news", 200, False, 2)
    assert isinstance(first, Page)
    assert (first.url, first.etag, first.fetched_at) == (server.url("/1"), '"1-17"', NOW)
    assert first.article.headline == "Delegations meet, part 1"
    assert first.article.source == "news"
    assert isinstance(second, Page)
    assert ended(items) == (0, '"f"', None)


def test_pages_come_one_by_one(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2]), "/1": page(1), "/2": page(2)}
    items = collect(source(server), fetcher().fetch, memory(), InPlace(), now=Moment())
    next(items)
    next(items)
    assert server.paths() == ["/feed", "/1"]


def test_a_page_that_fails_fails_alone(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2, 3, 4, 5]), "/1": page(1), "/2": answer(b"", "500 Oops"), "/3": answer(b"<p>too short"),
                      "/4": answer(b"%PDF", Content_Type="application/pdf"), "/5": page(5)}
    items = run(source(server), fetcher())
    assert pages(items) == ["1", "5"]
    assert failures(items) == [("page", "2", "http-500"), ("page", "3", "page-body"), ("page", "4", "page-kind")]


@pytest.mark.parametrize(("reply", "error_class"), [
    (answer(b"", "500 Oops"), "http-500"), (answer(b"", "410 Gone"), "http-410"), (answer(b""), "listing-blank"),
    (answer(b"<!doctype html><html>"), "listing-format"), (silence, "timeout")])
def test_a_listing_that_fails_is_told_and_concludes_nothing(server: MisbehavingServer, fetcher: Make, reply: object,
                                                            error_class: str) -> None:
    server.routes["/feed"] = reply  # type: ignore[assignment]
    items = run(source(server), fetcher(deadline=0.3), etag='"old"', last_modified="then")
    assert failures(items) == [("listing", "feed", error_class)]
    assert ended(items) == (0, '"old"', "then")
    assert len(items) == 2


def test_an_empty_listing_is_told(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/feed"] = feed([])
    items = run(source(server), fetcher())
    assert isinstance(items[0], Listing)
    assert items[0].empty


def test_an_unchanged_listing_costs_one_request(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes["/feed"] = answer(status="304 Not Modified")
    items = run(source(server), fetcher(), etag='"f"', last_modified="then")
    assert server.requests[-1].headers["if-none-match"] == '"f"'
    assert isinstance(items[0], Listing)
    assert (items[0].status, items[0].empty) == (304, False)
    assert ended(items) == (0, '"f"', "then")
    assert server.paths() == ["/feed"]


def test_a_listing_that_moved_for_good_says_where_to(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": answer(status="301 Moved", Location="/rss"), "/rss": feed([])}
    first = run(source(server), fetcher())[0]
    assert isinstance(first, Listing)
    assert first.moved_to == server.url("/rss")


def test_known_pages_are_not_asked_for_before_their_time(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2]), "/1": page(1), "/2": page(2)}
    known = seen(run(source(server), fetcher()))
    server.requests.clear()
    run(source(server), fetcher(), known, Moment(NOW + HOUR / 2))
    assert server.paths() == ["/feed"]


def test_known_pages_that_are_due_are_asked_for_conditionally(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2]), "/1": page(1), "/2": page(2)}
    known = seen(run(source(server), fetcher()))
    server.routes |= {"/1": answer(status="304 Not Modified"), "/2": page(2, "signed a treaty")}
    items = run(source(server), fetcher(), known, Moment(NOW + HOUR))
    assert server.requests[-2].headers["if-none-match"] == '"1-17"'
    assert items[1] == Unchanged(server.url("/1"), NOW + HOUR)
    assert isinstance(items[2], Page)
    assert "signed a treaty" in items[2].article.paragraphs[0]


def test_known_pages_are_looked_at_though_the_listing_is_unchanged(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1]), "/1": page(1)}
    known = seen(run(source(server), fetcher()))
    server.routes |= {"/feed": answer(status="304 Not Modified"), "/1": page(1, "signed a treaty")}
    items = run(source(server), fetcher(), known, Moment(NOW + HOUR), etag='"f"', listed=[server.url("/1")])
    assert pages(items) == ["1"]


def test_a_listing_that_is_the_same_to_the_byte_is_unchanged_whatever_its_server_says(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1], ETag='"f"'), "/1": page(1)}
    first = run(source(server), fetcher())
    end = first[-1]
    assert isinstance(end, Finished)
    server.routes |= {"/feed": feed([1], ETag='"g"'), "/1": page(1, "signed a treaty")}
    again = run(source(server), fetcher(), seen(first), Moment(NOW + HOUR), listed=[server.url("/1")], digest=end.digest)
    assert isinstance(again[0], Listing)
    assert (again[0].status, again[0].links, again[0].empty) == (304, (), False)
    assert pages(again) == ["1"]
    assert ended(again) == (0, '"g"', None)
    server.routes |= {"/feed": feed([1, 2]), "/2": page(2)}
    assert pages(run(source(server), fetcher(), seen(first), listed=[server.url("/1")], digest=end.digest)) == ["2"]


def test_what_is_known_is_not_looked_up_before_some_of_it_is_due(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2], ETag='"f"'), "/1": page(1), "/2": page(2)}
    first = run(source(server), fetcher())
    assert isinstance(first[-1], Finished)
    assert first[-1].quiet_until is None  # pages were read: what became of them is seen the next time
    listed = [server.url("/1"), server.url("/2")]
    server.routes["/feed"] = answer(status="304 Not Modified")
    known = seen(first) | {listed[1]: Known(NOW - 30 * HOUR, NOW, None)}
    quiet = run(source(server), fetcher(), known, Moment(NOW + 0.5 * HOUR), etag='"f"', listed=listed)[-1]
    assert isinstance(quiet, Finished)
    assert quiet.quiet_until == NOW + 0.9 * HOUR

    def at(hours: float) -> list[str]:
        return pages(run(source(server), fetcher(), seen(first), Moment(NOW + hours * HOUR), etag='"f"', listed=listed,
                         quiet_until=quiet.quiet_until))

    assert at(0.89) == []
    assert at(0.91) == ["1", "2"]
    forgotten = run(source(server), fetcher(), {}, Moment(NOW + 0.5 * HOUR), etag='"f"', listed=listed, quiet_until=quiet.quiet_until)
    assert [type(item) for item in forgotten] == [Listing, Finished]
    server.routes["/feed"] = feed([1, 2, 3])
    server.routes["/3"] = page(3)
    assert pages(run(source(server), fetcher(), known, Moment(NOW + 0.5 * HOUR), listed=listed, quiet_until=quiet.quiet_until)) == ["3"]


@pytest.mark.parametrize(("etag", "lived", "since", "asked"), [
    ('"x"', 0, 1, True), ('"x"', 0, 0.95, True), ('"x"', 0, 0.5, False), ('"x"', 20, 1, False), ('"x"', 20, 2, True),
    (None, 20, 9, False), (None, 20, 10, True), (None, 2000, 23, False), (None, 2000, 24, True)])
def test_a_page_is_looked_at_ever_more_seldom(server: MisbehavingServer, fetcher: Make, etag: str | None, lived: float,
                                              since: float, asked: bool) -> None:
    server.routes |= {"/feed": feed([1]), "/1": page(1)}
    last = NOW - since * HOUR
    run(source(server), fetcher(), {server.url("/1"): Known(last - lived * HOUR, last, etag)})
    assert ("/1" in server.paths()) is asked


def test_new_pages_go_before_known_ones_and_pages_are_bounded(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed(range(1, 8), ETag='"f"')} | {f"/{number}": page(number) for number in range(1, 8)}
    old = Known(NOW - 9 * HOUR, NOW - 5 * HOUR)
    known = {server.url("/1"): old, server.url("/2"): replace(old, last_fetched=NOW - 6 * HOUR)}
    assert pages(run(source(server), fetcher(), known, max_pages=6)) == ["3", "4", "5", "6", "7", "2"]


def test_validators_are_kept_only_where_nothing_was_left(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2, 3], ETag='"f"')} | {f"/{number}": page(number) for number in (1, 2, 3)}
    items = run(source(server), fetcher(), max_pages=2)
    assert ended(items) == (1, None, None)
    assert ended(run(source(server), fetcher(), seen(items), max_pages=2)) == (0, '"f"', None)


def test_a_run_ends_at_its_deadline_and_says_what_is_left(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2, 3], ETag='"f"')} | {f"/{number}": page(number) for number in (1, 2, 3)}
    ticks = iter(range(100))
    items = run(source(server), fetcher(), deadline=7.0, clock=lambda: float(next(ticks)))
    assert isinstance(items[-1], Finished)
    assert 0 < items[-1].left < 3
    assert items[-1].etag is None


def test_a_host_that_asks_for_a_pause_is_left_alone(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1, 2, 3], ETag='"f"'), "/1": page(1), "/2": answer(b"", "429 Slow", Retry_After="600"), "/3": page(3)}
    items = run(source(server), fetcher())
    assert pages(items) == ["1"]
    failure = items[-2]
    assert isinstance(failure, Failure)
    assert (failure.error_class, failure.retry_after) == ("http-429", 600)
    assert ended(items) == (1, None, None)
    assert "/3" not in server.paths()


def test_a_host_that_keeps_failing_is_left_alone_and_others_are_not(server: MisbehavingServer, fetcher: Make) -> None:
    other = MisbehavingServer()
    other.routes["/7"] = page(7)
    body = feed([1, 2, 3, 4, 5]).split(b"\r\n\r\n", 1)[1]
    body = body.replace(b"</channel>", f"<item><title>x</title><link>{other.url('/7')}</link></item></channel>".encode())
    server.routes |= {"/feed": answer(body)} | {f"/{number}": answer(b"", "502 Bad Gateway") for number in range(1, 6)}
    items = run(source(server), fetcher(allow_hosts=(server.host, other.host)))
    assert [failure[1] for failure in failures(items)] == ["1", "2", "3"]
    assert pages(items) == ["7"]
    assert ended(items) == (2, None, None)
    other.close()


def test_a_page_that_leads_to_the_front_page_is_no_article(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1]), "/1": answer(status="302 Found", Location="/"), "/": page(9)}
    assert failures(run(source(server), fetcher())) == [("page", "1", "page-home")]


def test_a_page_found_under_another_address_keeps_its_link_and_its_own_address(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": feed([1]), "/1": answer(status="301 Moved", Location="/world/part-1"), "/world/part-1": page(1)}
    item = run(source(server), fetcher())[1]
    assert isinstance(item, Page)
    assert (item.url, item.article.url) == (server.url("/1"), server.url("/world/part-1"))


# -- other kinds ------------------------------------------------------------------------------------------------------

def test_an_index_of_sitemaps_is_followed(server: MisbehavingServer, fetcher: Make) -> None:
    def urlset(*numbers: int) -> bytes:
        return answer(b"<urlset>" + b"".join(f"<url><loc>{server.url(f'/{number}')}</loc></url>".encode() for number in numbers) + b"</urlset>")

    index = "".join(f"<sitemap><loc>{server.url(f'/{name}.xml')}</loc></sitemap>" for name in ("a", "b", "gone"))
    server.routes |= {"/feed": answer(f"<sitemapindex>{index}</sitemapindex>".encode(), ETag='"f"'), "/a.xml": urlset(1),
                      "/b.xml": urlset(2, 1), "/1": page(1), "/2": page(2)}
    items = run(source(server, Kind.SITEMAP), fetcher())
    assert pages(items) == ["1", "2"]
    assert failures(items) == [("listing", "gone.xml", "http-404")]
    assert ended(items) == (0, None, None)  # a part was missing: the index is read whole the next time


def test_an_index_is_asked_for_whole_each_time_since_its_sitemaps_change_without_it(server: MisbehavingServer,
                                                                                    fetcher: Make) -> None:
    server.routes |= {"/feed": answer(f"<sitemapindex><sitemap><loc>{server.url('/a.xml')}</loc></sitemap></sitemapindex>".encode(),
                                      ETag='"f"'),
                      "/a.xml": answer(f"<urlset><url><loc>{server.url('/1')}</loc></url></urlset>".encode()), "/1": page(1)}
    items = run(source(server, Kind.SITEMAP), fetcher())
    assert pages(items) == ["1"]
    assert ended(items) == (0, None, None)
    assert isinstance(items[-1], Finished)
    assert items[-1].digest is None


def test_a_sitemap_index_that_names_itself_ends(server: MisbehavingServer, fetcher: Make) -> None:
    loop = "".join(f"<sitemap><loc>{server.url(f'/{name}.xml')}</loc></sitemap>" for name in range(30))
    for name in ("feed", *(f"{number}.xml" for number in range(30))):
        server.routes[f"/{name}"] = answer(f"<sitemapindex>{loop}</sitemapindex>".encode())
    run(source(server, Kind.SITEMAP), fetcher())
    assert len(server.paths()) <= 1 + 5 + 25


def test_a_listing_page_is_followed(server: MisbehavingServer, fetcher: Make) -> None:
    server.routes |= {"/feed": answer(b'<a href="/about">x</a><h2 class="t"><a href="/1">Part</a></h2>'), "/1": page(1)}
    assert pages(run(source(server, Kind.LISTING, selectors=Selectors(links="h2.t")), fetcher())) == ["1"]


def folder(tmp_path: Path, **fields: object) -> Source:
    return Source("desk", "The Desk", str(fields.pop("home", "")), Kind.FOLDER, str(tmp_path), **fields)  # type: ignore[arg-type]


def no_fetch(*_: object, **__: object) -> None:
    raise AssertionError("a folder needs no network")


def gathered(one: Source, known: dict[str, Known] | None = None, **options: object) -> list[Collected]:
    return list(collect(one, no_fetch, memory(known), InPlace(), now=Moment(), **options))  # type: ignore[arg-type]


def test_a_folder_gives_its_pages_and_texts(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a b.txt").write_text("date 2023-11-10\n\nThe presidents met in Astana on Thursday.\n")
    (tmp_path / "talks.html").write_bytes((Path(__file__).parent / "pages" / "talks.html").read_bytes())
    (tmp_path / "notes.md").write_text("nothing to read")
    items = gathered(folder(tmp_path))
    assert [item.url for item in items if isinstance(item, Page)] == ["file://desk/old/a%20b.txt", "file://desk/talks.html"]
    text = items[1]
    assert isinstance(text, Page)
    assert str(text.article.published_on) == "2023-11-10"
    assert text.article.url == "file://desk/old/a%20b.txt"
    assert gathered(folder(tmp_path, home="https://desk.example/"))[1].url == "https://desk.example/old/a%20b.txt"  # type: ignore[union-attr]


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("date 2023-11-10\n\nThe presidents met in Astana on Thursday.\n")
    known = seen(gathered(folder(tmp_path)))
    assert pages(gathered(folder(tmp_path), known)) == []
    file.write_text("date 2023-11-10\n\nThe presidents met in Astana on Friday.\n")
    assert pages(gathered(folder(tmp_path), known)) == ["a.txt"]


def test_a_file_that_fails_fails_alone_and_no_link_leads_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Secret.")
    inside = tmp_path / "in"
    inside.mkdir()
    os.symlink(outside, inside / "link.txt")
    (inside / "bad.txt").write_text("date 2023-02-30\n\nx")
    (inside / "good.txt").write_text("The presidents met in Astana on Thursday.")
    items = gathered(folder(inside))
    assert pages(items) == ["good.txt"]
    assert failures(items) == [("page", "bad.txt", "page-date")]
    assert failures(gathered(folder(tmp_path / "none"))) == [("listing", "none", "folder")]


def test_a_folder_is_read_in_parts_too(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"The presidents met in Astana for the {number}th time.")
    items = gathered(folder(tmp_path), max_pages=2)
    assert ended(items) == (3, None, None)
    assert pages(gathered(folder(tmp_path), seen(items), max_pages=5)) == ["2.txt", "3.txt", "4.txt"]
