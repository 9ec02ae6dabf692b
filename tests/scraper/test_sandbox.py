"""Parsing runs where it can be killed, and gives the same as parsing in place."""
from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.article import read_article
from scraper.discover import discover
from scraper.errors import DiscoverError, PageError
from scraper.sandbox import Sandbox
from scraper.source import Kind, Selectors, Source

NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)
SOURCE = Source("courier", "The Steppe Courier", "https://courier.example/", Kind.FEED, "https://courier.example/feed",
                time_zone="Asia/Almaty", selectors=Selectors(remove="aside"))
TALKS = (Path(__file__).parent / "pages" / "talks.html").read_bytes()
URL = "https://www.courier.example/world/astana-talks"
FEED = (b'<rss version="2.0"><channel><item><title>t</title><link>/a</link><pubDate>2023-11-09 10:00</pubDate></item>'
        b'</channel></rss>')
DEEP = b"<div>" * 300_000  # selectolax is quadratic in depth


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(cpu=1, wall=5) as made:
        yield made


def children() -> list[int]:
    """Processes below this one that parse."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"scraper.sandbox_child" in line and int(stat.rsplit(")", 1)[1].split()[1]) == os.getpid():
            found.append(int(folder.name))
    return found


def test_it_reads_what_is_read_without_it(sandbox: Sandbox) -> None:
    assert sandbox.read_article(TALKS, URL, SOURCE, fetched_at=NOW) == read_article(TALKS, URL, SOURCE, fetched_at=NOW)
    assert sandbox.discover(SOURCE, FEED, None, URL) == discover(SOURCE, FEED, None, URL)


def test_what_a_page_or_listing_is_refused_for_comes_back(sandbox: Sandbox) -> None:
    with pytest.raises(PageError) as page:
        sandbox.read_article(b"", URL, SOURCE, fetched_at=NOW)
    with pytest.raises(DiscoverError) as listing:
        sandbox.discover(SOURCE, b"<html>", None, URL)
    assert (page.value.error_class, listing.value.error_class) == ("page-empty", "listing-format")


def test_a_child_is_used_again(sandbox: Sandbox) -> None:
    sandbox.discover(SOURCE, FEED, None, URL)
    before = children()
    for _ in range(5):
        sandbox.read_article(TALKS, URL, SOURCE, fetched_at=NOW)
    assert children() == before


def test_a_page_that_costs_too_much_is_killed_and_the_next_one_is_read(sandbox: Sandbox) -> None:
    begun = time.monotonic()
    with pytest.raises(PageError) as caught:
        sandbox.read_article(TALKS + DEEP, URL, SOURCE, fetched_at=NOW)
    assert caught.value.error_class == "page-budget"
    assert "parser budget" in caught.value.detail
    assert time.monotonic() - begun < 40  # its time is counted by the processor, which others may hold
    assert sandbox.read_article(TALKS, URL, SOURCE, fetched_at=NOW).headline


def test_a_listing_that_costs_too_much_is_killed_too(sandbox: Sandbox) -> None:
    listing = Source("x", "X", "https://x.example/", Kind.FEED, "https://x.example/feed")
    author = b'<rss version="2.0"><channel><item><author>' + b"a" * 64_000 + b"</author></item></channel></rss>"
    with pytest.raises(DiscoverError) as caught:
        sandbox.discover(listing, author, None, "https://x.example/feed")
    assert caught.value.error_class == "listing-budget"


def test_wall_time_is_bounded_where_no_cpu_is_used() -> None:
    with Sandbox(cpu=60, wall=0.2) as small, pytest.raises(PageError, match="wall time"):
        small.read_article(TALKS + DEEP, URL, SOURCE, fetched_at=NOW)


def test_memory_is_bounded() -> None:
    with Sandbox(cpu=30, wall=40, memory=60 << 20) as small:
        with pytest.raises(PageError):
            small.read_article(TALKS + b"<p>a" * 1_500_000, URL, SOURCE, fetched_at=NOW)
        assert small.read_article(TALKS, URL, SOURCE, fetched_at=NOW).headline


def test_threads_share_a_bounded_number_of_children() -> None:
    with Sandbox(children=2) as shared:
        with ThreadPoolExecutor(6) as pool:
            headlines = set(pool.map(lambda _: shared.read_article(TALKS, URL, SOURCE, fetched_at=NOW).headline, range(24)))
        assert len(headlines) == 1


def test_a_child_that_was_killed_from_outside_is_replaced() -> None:
    with Sandbox() as one:
        one.discover(SOURCE, FEED, None, URL)
        before = set(children())
        for child in before:
            if child not in _known:
                os.kill(child, 9)
        with pytest.raises(DiscoverError):
            one.discover(SOURCE, FEED, None, URL)
        assert one.discover(SOURCE, FEED, None, URL)


_known: set[int] = set()


@pytest.fixture(autouse=True)
def _remember_others() -> None:
    _known.clear()
    _known.update(children())


def test_closing_ends_the_children() -> None:
    one = Sandbox()
    one.discover(SOURCE, FEED, None, URL)
    own = set(children()) - _known
    assert own
    one.close()
    assert not own & set(children())
    with pytest.raises(RuntimeError):
        one.discover(SOURCE, FEED, None, URL)


@pytest.mark.parametrize("ending", ["sys.exit()", "os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_children_end_with_their_parent_however_it_ends(ending: str) -> None:
    script = textwrap.dedent(f"""
        import os, sys
        from scraper.sandbox import Sandbox
        from scraper.source import Kind, Source
        box = Sandbox()
        box.discover(Source("x", "X", "https://x.example/", Kind.FEED, "https://x.example/f"), {FEED!r}, None, "https://x.example/f")
        print(*[child._process.pid for child in box._idle], flush=True)
        {ending}
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    child = int(done.stdout.split()[0])
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "sandbox_child" not in Path(f"/proc/{child}/cmdline").read_text():
            return
        threading.Event().wait(0.05)
    pytest.fail(f"process {child} is left")
