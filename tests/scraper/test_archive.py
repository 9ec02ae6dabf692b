"""Which files a path leads to, what each is, and whose pages they hold."""
from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from made_archive import html, packed, record

from scraper.archive import Archive, ArchiveError, Format, find_archives, read_records
from scraper.archived import Captured, Fault, Row
from scraper.outlets import Outlets
from scraper.source import Kind, Source, Tier

ROWS = b'{"id": "a", "text": "One."}\n\n{"id": "b", "text": "Two."}\nno JSON\n["c"]\n{"id": "d", "text": "Three."}\n'


def found(path: Path) -> list[Archive]:
    return [archive for archive in find_archives(path) if isinstance(archive, Archive)]


def refused(path: Path) -> list[str]:
    return [str(error) for error in find_archives(path) if isinstance(error, ArchiveError)]


def test_a_file_is_what_it_holds_whatever_its_name(tmp_path: Path) -> None:
    warc = packed([record("https://a.example/1", html("One."))])
    for name, data, format_ in (("a.bin", warc, Format.WARC), ("b", gzip.decompress(warc), Format.WARC), ("c.dat", ROWS, Format.NDJSON),
                                ("d.dat", gzip.compress(ROWS), Format.NDJSON), ("e.html", html("One."), Format.PAGES)):
        (tmp_path / name).write_bytes(data)
        archive, = found(tmp_path / name)
        assert (archive.format, archive.size) == (format_, len(data))


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.warc").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b\x08\0nothing")
    (tmp_path / "nothing").mkdir()
    for name, reason in (("empty.warc", "is empty"), ("picture.png", "neither WARC nor NDJSON nor a page"), ("broken.gz", "broken gzip"),
                         ("nothing", "holds neither"), ("away", "no such file")):
        told, = refused(tmp_path / name)
        assert str(tmp_path / name) in told
        assert reason in told


def test_a_folder_gives_each_archive_below_it_and_its_pages_as_one(tmp_path: Path) -> None:
    (tmp_path / "2023").mkdir()
    (tmp_path / "2023" / "b.warc.gz").write_bytes(packed([record("https://a.example/1", html("One."))]))
    (tmp_path / "a.ndjson").write_bytes(ROWS)
    (tmp_path / "page.html").write_bytes(html("One."))
    (tmp_path / "2023" / "note.txt").write_text("date 2023-11-10\nSomething was said.\n")
    (tmp_path / "README.md").write_text("of no matter")
    assert [(archive.path.name, archive.format) for archive in found(tmp_path)] == [
        ("b.warc.gz", Format.WARC), ("a.ndjson", Format.NDJSON), (tmp_path.name, Format.PAGES)]
    pages = list(read_records(found(tmp_path)[-1], cap=10_000))
    assert [(page.url.rpartition("/")[2], page.content_type) for page in pages if isinstance(page, Captured)] == [
        ("note.txt", "text/plain"), ("page.html", "text/html")]


def test_a_file_that_was_moved_is_the_same_and_one_that_grew_another(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(ROWS)
    before, = found(tmp_path / "a.ndjson")
    os.rename(tmp_path / "a.ndjson", tmp_path / "b.ndjson")
    moved, = found(tmp_path / "b.ndjson")
    assert moved.id == before.id
    (tmp_path / "b.ndjson").write_bytes(ROWS + b"{}\n")
    grown, = found(tmp_path / "b.ndjson")
    assert grown.id != before.id


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_rows_are_read_behind_any_mark_and_a_wrong_one_costs_no_other(tmp_path: Path, pack: type[bytes]) -> None:
    long = b'{"text": "' + b"a" * 3_000 + b'"}\n'
    (tmp_path / "a").write_bytes(pack(ROWS + long + b'{"id": "last"}'))
    archive, = found(tmp_path / "a")
    items = list(read_records(archive, cap=1_000))
    assert [item.fields["id"] for item in items if isinstance(item, Row)] == ["a", "b", "d", "last"]
    assert [(item.mark.number, item.error_class) for item in items if isinstance(item, Fault)] == [(3, "row"), (4, "row"), (6, "too-large")]
    for number, item in enumerate(items):
        assert list(read_records(archive, after=item.mark, cap=1_000)) == items[number + 1:]


def source(name: str, home: str, **fields: str) -> Source:
    return Source(name, name.title(), home, Kind.FEED, home + "feed", **fields)  # type: ignore[arg-type]


def test_a_page_belongs_to_the_configured_source_of_its_host_then_of_its_domain() -> None:
    outlets = Outlets([source("world", "https://www.meridian.example/", include="/world/"), source("sport", "https://meridian.example/", include="/sport/"),
                       source("ministry", "https://mfa.gov.kz/"), source("blog", "https://blog.harbour.example/")])
    for url, wanted in (("https://www.meridian.example/world/1", "world"), ("https://meridian.example/sport/1", "sport"), ("https://meridian.example/else", None),
                        ("https://www.mfa.gov.kz/en/1", "ministry"), ("https://news.harbour.example/1", "blog"), ("https://other.gov.kz/1", "other.gov.kz")):
        found = outlets.of(url)
        assert (found and found.id) == wanted, url


def test_an_outlet_that_is_in_no_file_is_known_by_its_domain() -> None:
    outlets = Outlets([])
    made = outlets.of("https://news.evening.co.uk/1")
    assert made is not None
    assert (made.id, made.name, made.tier, made.time_zone) == ("evening.co.uk", "evening.co.uk", Tier.PRESS, "UTC")
    assert outlets.of("https://evening.co.uk/2") is made
