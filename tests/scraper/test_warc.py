"""WARC files are read record by record; what is broken in one costs no other record, and is told with its place."""
from __future__ import annotations

import gzip
import io
import random
import sys
import tracemalloc
import zlib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from made_archive import CAPTURED, html, packed, record

from scraper.archived import Archived, Captured, Fault, Mark, Skipped
from scraper.warc import read_warc

CAP = 1_000_000
START = Mark()
FORMS = ("gzip", "zstd", "plain", "stream")
FIVE = [record(f"https://meridian.example/{number}", html(f"Entry {number}.")) for number in range(5)]


def read(data: bytes, after: Mark = START, cap: int = CAP) -> list[Archived]:
    return list(read_warc(io.BytesIO(data), after=after, cap=cap))


def urls(items: list[Archived]) -> list[str]:
    return [item.url.rpartition("/")[2] for item in items if isinstance(item, Captured)]


def faults(items: list[Archived]) -> list[Fault]:
    return [item for item in items if isinstance(item, Fault)]


@pytest.mark.parametrize("form", FORMS)
def test_pages_come_as_they_were_captured(form: str) -> None:
    items = read(packed(FIVE, form))
    assert urls(items) == ["0", "1", "2", "3", "4"]
    first = items[0]
    assert isinstance(first, Captured)
    assert (first.at, first.content_type, first.body) == (CAPTURED, "text/html; charset=utf-8", html("Entry 0."))
    assert [item.mark.number for item in items] == [1, 2, 3, 4, 5]


def test_what_is_no_page_is_skipped_and_says_why() -> None:
    page = html("Entry.")
    items = read(packed([
        record("https://a.example/", b"", kind="warcinfo", http=False, content_type="application/warc-fields"),
        record("https://a.example/1", b"", kind="request"), record("https://a.example/2", page, kind="revisit"),
        record("https://a.example/3", page, status="404 Not Found"), record("https://a.example/4", page, status="301 Moved"),
        record("https://a.example/5", b"%PDF", content_type="application/pdf"), record("https://a.example/6", b"User-agent: *", content_type="text/plain"),
        record("dns:a.example", b"192.0.2.1", kind="response", http=False, content_type="text/dns"),
        record("https://a.example/sniffed", page, content_type="application/octet-stream"),
        record("https://a.example/resource", page, kind="resource", http=False, content_type="text/html"),
        record("<https://a.example/brackets>", page)]))
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "no-page", "no-page", "revisit", "status", "status", "no-html", "no-html", "no-page"]
    assert urls(items) == ["sniffed", "resource", "brackets"]
    assert not faults(items)


def test_a_body_is_decoded_as_the_server_coded_it() -> None:
    page = html("Entry.")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    zipped = gzip.compress(page)
    both = b"%x\r\n%s\r\n0\r\n\r\n" % (len(zipped), zipped)
    items = read(packed([
        record("https://a.example/gzip", zipped, headers="Content-Encoding: gzip\r\n"),
        record("https://a.example/deflate", zlib.compress(page), headers="Content-Encoding: deflate\r\n"),
        record("https://a.example/chunked", chunked, headers="Transfer-Encoding: chunked\r\n"),
        record("https://a.example/both", both, headers="Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
        # Archives that keep the decoded body often keep the headers of before.
        record("https://a.example/decoded", page, headers="Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
        record("https://a.example/unknown", page, headers="Content-Encoding: br\r\n"),
        record("https://a.example/broken", b"5\r\nab", headers="Transfer-Encoding: chunked\r\n")]))
    assert [item.body == page for item in items if isinstance(item, Captured)] == [True] * 5
    assert [(fault.url.rpartition("/")[2], fault.error_class) for fault in faults(items)] == [("unknown", "bad-encoding"), ("broken", "damaged")]


@pytest.mark.parametrize("form", ["gzip", "zstd", "plain"])
def test_a_file_that_is_cut_anywhere_gives_what_is_whole_and_says_that_it_is_cut(form: str) -> None:
    ends = [len(packed(FIVE[:count], form)) for count in range(6)]
    data = packed(FIVE, form)
    for cut in range(1, len(data), 2 if form == "gzip" else 7):
        items = read(data[:cut])
        assert len(urls(items)) >= max(count for count, end in enumerate(ends) if end <= cut), cut
        if len(urls(items)) == 0 or cut not in [end - left for end in ends for left in range(5)]:  # without the blank line at its end it is whole
            assert faults(items), cut
        assert all(fault.damaged for fault in faults(items))


@pytest.mark.parametrize("form", ["gzip", "plain"])
def test_a_broken_record_costs_no_other_one(form: str) -> None:
    """Four bytes are overwritten, wherever they are; in a plain file that may as well be text that nobody can tell to be wrong."""
    rng, data = random.Random(11), packed(FIVE, form)
    for _ in range(60):
        at = rng.randrange(len(data) - 4)
        items = read(data[:at] + rng.randbytes(4) + data[at + 4:])
        assert len(urls(items)) >= 4, at
        if form == "gzip" and len(urls(items)) < 5:
            assert faults(items), at


@pytest.mark.parametrize("form", FORMS)
def test_reading_goes_on_behind_any_mark(form: str) -> None:
    """In a whole file, and in one with a broken record."""
    data = packed(FIVE, form)
    third = len(packed(FIVE[:2], form)) + 30
    for told in (data, data[:third] + b"\0\0\0\0" + data[third + 4:]):
        items = read(told)
        for number, item in enumerate(items):
            assert read(told, item.mark) == items[number + 1:]


def test_a_place_in_a_file_is_told() -> None:
    data = packed(FIVE)
    before, start = (len(packed(FIVE[:count])) for count in (1, 2))
    fault, = faults(read(data[:start + 60] + bytes(40) + data[start + 100:]))
    assert fault.damaged
    place = fault.mark.offset if fault.mark.offset is not None else int(fault.detail.split()[2].rstrip(":"))
    assert place in (before, start)


def test_a_record_larger_than_the_cap_is_told_and_costs_no_memory() -> None:
    bomb = record("https://a.example/bomb", bytes(40_000_000))
    small = record("https://a.example/inner", gzip.compress(bytes(20_000_000)), headers="Content-Encoding: gzip\r\n")
    data = packed([FIVE[0], bomb, small, FIVE[1]])
    del bomb, small
    tracemalloc.start()
    items = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert urls(items) == ["0", "1"]
    assert [(fault.error_class, fault.url.rpartition("/")[2]) for fault in faults(items)] == [("too-large", "bomb"), ("too-large", "inner")]
    assert peak < 5 * CAP


def test_a_header_without_end_is_a_fault() -> None:
    assert [fault.error_class for fault in faults(read(b"WARC/1.0\r\nX: " + b"a" * 2_000_000))] == ["damaged"]


def test_a_record_without_a_date_is_told() -> None:
    fault, = faults(read(FIVE[0].replace(b"WARC-Date", b"X-Date")))
    assert (fault.error_class, fault.damaged) == ("no-date", False)
