"""An archive ends in the timeline that live scraping in order would have made, in whatever order and by whomever it is read."""
from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import newsdesk
import pytest
from made_archive import CAPTURED, html, packed, record
from newsdesk import Clock, page, rows_of, source, state_of, taken
from sqlalchemy import select
from starting import command

from app.archive_reading import read_archive
from app.store.archives import ATTEMPTS, Archives, Reading, Taken
from app.store.codec import article_from_json, claim_from_json, event_from_json
from app.store.errors import LeaseLost
from app.store.store import Store
from app.store.tables import archive_files, article_versions, articles, changes, claims, declined_pages, events
from scraper.archive import Archive, find_archives
from scraper.archived import Mark
from scraper.article import read_article
from scraper.errors import PageError
from scraper.sandbox import Sandbox
from scraper.source import Source
from timeline.model import Article

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"
PLAN = "planned meeting of RU, KZ on 2023-11-09 in Astana"
MOVED = "planned visit of CN, UZ on 2023-11-17 in Tashkent instead of 2023-11-15"
VISIT = "planned visit of CN, UZ on 2023-11-15 in Tashkent"
CALL = "held call of RU, CN on 2023-11-08"
SOURCES = (source("meridian"), source("harbour"))

# Page, day of publication, hours after the first capture, what it says. Pages change, go back to what they said, and end in nothing.
CAPTURES = [("meridian", "a", "2023-11-01", 0, PLAN), ("harbour", "b", "2023-11-02", 1, VISIT), ("meridian", "a", "2023-11-01", 2, f"{PLAN}. {CALL}"),
            ("harbour", "c", "2023-11-09", 3, MOVED), ("harbour", "b", "2023-11-02", 4, "Nothing is planned."), ("meridian", "d", "2023-11-10", 5, MET),
            ("meridian", "e", "2023-11-10", 6, "It rained."), ("meridian", "a", "2023-11-01", 7, PLAN), ("meridian", "e", "2023-11-10", 8, f"{CALL}, as both offices said later that day."),
            ("other", "f", "2023-11-10", 9, MET)]


class Plain:
    """Parses in place."""

    read_article = staticmethod(read_article)


def captured(of: str, path: str, day: str, hours: int, text: str) -> bytes:
    return record(f"https://{of}.example/{path}", html(text, published=day), at=CAPTURED + timedelta(hours=hours))


def archive_of(folder: Path, name: str, records: Sequence[bytes]) -> Archive:
    (folder / name).write_bytes(packed(records))
    found, = find_archives(folder / name)
    assert isinstance(found, Archive)
    return found


def claimed(archives: Archives, archive: Archive) -> Taken:
    archives.add([archive])
    taken = archives.claim([archive.id])
    assert taken is not None
    return taken


def may_tell(article: Article) -> bool:
    return "unreadable" in article.text or bool(newsdesk.read(article))


def read(store: Store, archive: Archive, **options: Any) -> bool:
    defaults = {"parser": Plain(), "may_tell": may_tell, "read": newsdesk.read, "sources": SOURCES, "batch": 2}
    return read_archive(store.archives, archive, claimed(store.archives, archive), **(defaults | options))


def dump(store: Store) -> list[str]:
    """All that is known of each event but its id, which is that of the claim that came first, and how often it was revised until then."""
    told: dict[str, list[Any]] = {}
    with store.engine.connect() as connection:
        for row in connection.execute(select(claims.c.event_id, claims.c.claim).where(claims.c.current.is_(True), claims.c.event_id.is_not(None))):
            told.setdefault(row.event_id, []).append(claim_from_json(row.claim))
        rows = connection.execute(select(events.c.id, events.c.event).where(events.c.withdrawn.is_(False))).all()
    return sorted(repr(replace(event_from_json(row.event), id="", revision=0, origin=None, claims=tuple(sorted(told[row.id], key=lambda each: each.id))))
                  for row in rows)


def counts(store: Store, archive: Archive) -> dict[str, int]:
    state, = store.archives.states([archive.id])
    return dict(state.counts)


@pytest.fixture
def another(copy_of: Callable[[str, Path], str], tmp_path: Path, database_url: str, clock: Clock) -> Callable[[], Any]:
    """Further stores, on the same kind of database."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"

    @contextmanager
    def opened() -> Iterator[Store]:
        folder = tmp_path / f"store-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        store = newsdesk.open_store(copy_of(kind, folder), clock)
        store.ledger.sync_sources(SOURCES)
        yield store
        store.close()

    return opened


def test_any_order_and_any_files_end_in_the_timeline_of_live_scraping_in_order(store: Store, another: Callable[[], Any], tmp_path: Path) -> None:
    rows = [*SOURCES, source("other")]
    store.ledger.sync_sources(rows)
    run = taken(store)
    for of, path, day, hours, text in CAPTURES:
        at = CAPTURED + timedelta(hours=hours)
        told = read_article(html(text, published=day), f"https://{of}.example/{path}", source(of), fetched_at=at)
        store.record(state_of(run, of).lease, page(told, at=at), newsdesk.read(told))
    live = dump(store)
    assert len(live) == 3
    rng = random.Random(3)
    for turn in range(6):
        order = CAPTURES[::-1] if turn == 0 else rng.sample(CAPTURES, len(CAPTURES))
        parts = [order] if turn < 3 else [order[::2], order[1::2]]
        with another() as other:
            files = [archive_of(tmp_path, f"{turn}-{number}.warc.gz", [captured(*one) for one in part]) for number, part in enumerate(parts)]
            assert all(read(other, file, sources=rows) for file in files)
            assert dump(other) == live, order
            assert {row["url"]: row["last_seen"] for row in rows_of(other, articles)}["https://meridian.example/a"] == "2023-11-10T16:00:00.000000Z"


def test_each_page_is_stored_once_however_often_it_is_read(store: Store, tmp_path: Path) -> None:
    first = archive_of(tmp_path, "a.warc.gz", [captured(*one) for one in CAPTURES])
    read(store, first)
    told = counts(store, first)
    assert {name: told[name] for name in ("records", "pages", "articles", "changed", "declined")} == {
        "records": 10, "pages": 10, "articles": 6, "changed": 3, "declined": 1}

    def stored() -> list[Any]:
        return [rows_of(store, table) for table in (articles, article_versions, claims, events, changes)]

    before = stored()
    assert store.archives.claim([first.id]) is None  # it is done
    again = archive_of(tmp_path, "b.warc.gz", [record("https://harbour.example/z", b"", kind="request"), *(captured(*one) for one in CAPTURES)])
    read(store, again)
    assert stored() == before
    assert not {"articles", "changed"} & counts(store, again).keys()


def test_a_reading_that_is_broken_off_anywhere_goes_on_there(store: Store, another: Callable[[], Any], tmp_path: Path) -> None:
    archive = archive_of(tmp_path, "a.warc.gz", [captured(*one) for one in CAPTURES])
    read(store, archive)
    whole, told = dump(store), counts(store, archive)
    with another() as other:
        steps = 0
        while not read(other, archive, stopped=lambda: True):
            steps += 1
        assert steps == len(CAPTURES)
        assert (dump(other), counts(other, archive)) == (whole, told)


def test_killed_at_any_commit_the_next_reader_ends_where_one_that_lived_would(database_url: str, another: Callable[[], Any], tmp_path: Path) -> None:
    """A batch is there with how far the file is read, or neither is."""
    rows = [{"id": path + str(hours), "url": f"https://{of}.example/{path}", "published": day, "fetched": f"2023-11-10T0{hours}:00:00Z", "text": text}
            for of, path, day, hours, text in CAPTURES]
    file = tmp_path / "a.ndjson"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found, = find_archives(file)
    assert isinstance(found, Archive)
    with another() as lived:
        read(lived, found, sources=())
        whole, told = dump(lived), counts(lived, found)
    kill = ("--die-at", "3") if database_url.startswith("sqlite") else ("--die-at", "2", "--die-before")
    with another() as store:
        url = store.engine.url.render_as_string(hide_password=False)
        died = subprocess.run(command("archive", url, str(file), *kill), capture_output=True, check=False)
        assert died.returncode == -9, died.stderr
        assert 0 < counts(store, found)["records"] < len(CAPTURES)
        assert read(store, found, sources=())
        assert (dump(store), counts(store, found)) == (whole, told)


def test_who_was_taken_over_can_write_nothing_any_more(store: Store, clock: Clock, tmp_path: Path) -> None:
    archive = archive_of(tmp_path, "a.warc.gz", [captured(*one) for one in CAPTURES])
    slow = claimed(store.archives, archive)
    assert store.archives.claim([archive.id]) is None
    clock.forward(301)
    next_one = store.archives.claim([archive.id])
    assert next_one is not None
    told = newsdesk.article("x", MET)
    with pytest.raises(LeaseLost):
        store.archives.record(slow, [Reading(page(told), newsdesk.read(told))], Mark(1, 0), {"records": 1})
    with pytest.raises(LeaseLost):
        store.archives.finish(slow)
    assert rows_of(store, articles) == rows_of(store, events) == []
    store.archives.record(next_one, [Reading(page(told), newsdesk.read(told))], Mark(1, 0), {"records": 1})
    assert len(rows_of(store, events)) == 1


def test_a_file_at_which_processes_die_is_given_up_and_tried_again_when_it_is_asked_for_anew(store: Store, clock: Clock, tmp_path: Path) -> None:
    archive = archive_of(tmp_path, "a.warc.gz", [captured(*CAPTURES[0])])
    claimed(store.archives, archive)
    for _ in range(ATTEMPTS - 1):
        clock.forward(301)
        assert store.archives.claim([archive.id]) is not None
    clock.forward(301)
    assert store.archives.claim([archive.id]) is None
    state, = store.archives.states([archive.id])
    assert (state.state, state.error and state.error[0]) == ("failed", "died")
    assert read(store, archive)


def test_a_page_that_kills_the_parser_is_counted_and_stops_nothing(on_sqlite: Store, tmp_path: Path) -> None:
    hostile = record("https://meridian.example/deep", b"<html>" + b"<div>" * 150_000, at=CAPTURED)
    archive = archive_of(tmp_path, "a.warc.gz", [captured(*CAPTURES[0]), hostile, captured(*CAPTURES[5])])
    with Sandbox(cpu=1, wall=5) as parser:
        assert read(on_sqlite, archive, parser=parser)
    told = counts(on_sqlite, archive)
    assert (told["articles"], told["failed-page-budget"]) == (2, 1)


def test_a_parser_that_can_not_be_started_ends_the_reading_and_loses_no_page(store: Store, tmp_path: Path) -> None:
    class Gone:
        @staticmethod
        def read_article(*_: object, **__: object) -> Article:
            raise PageError("process", "the parser process did not start")

    archive = archive_of(tmp_path, "a.warc.gz", [captured(*CAPTURES[0])])
    with pytest.raises(Exception, match="did not start"):
        read(store, archive, parser=Gone())
    state, = store.archives.states([archive.id])
    assert (state.state, dict(state.counts)) == ("reading", {})


def test_what_our_code_fails_at_is_kept_and_read_when_it_comes_again(store: Store, tmp_path: Path) -> None:
    page_ = ("meridian", "u", "2023-11-10", 0, f"unreadable {MET}")
    archive = archive_of(tmp_path, "a.warc.gz", [captured(*page_), captured(*CAPTURES[1])])
    assert read(store, archive)
    assert (counts(store, archive)["failed-bug-ValueError"], counts(store, archive)["articles"]) == (1, 2)
    assert [row["read"] for row in rows_of(store, article_versions)].count(False) == 1
    again = archive_of(tmp_path, "b.warc.gz", [captured(*page_)])
    assert read(store, again, read=lambda article: newsdesk.read(replace(article, paragraphs=(MET,))))
    assert [row["read"] for row in rows_of(store, article_versions)] == [True, True]
    assert len(rows_of(store, events)) == 2


def test_what_a_first_look_declines_leaves_no_text_unless_it_is_asked_for(store: Store, tmp_path: Path) -> None:
    rain = [captured("meridian", str(number), "2023-11-10", 0, f"It rained {number} times.") for number in range(3)]
    archive = archive_of(tmp_path, "a.warc.gz", rain)
    read(store, archive)
    assert (rows_of(store, articles), len(rows_of(store, declined_pages)), counts(store, archive)["declined"]) == ([], 3, 3)
    kept = archive_of(tmp_path, "b.warc.gz", rain[:2])
    read(store, kept, keep_declined=True)
    assert (len(rows_of(store, articles)), counts(store, kept)["declined"]) == (2, 2)


def test_the_front_page_and_what_a_source_leaves_out_are_no_articles(store: Store, tmp_path: Path) -> None:
    archive = archive_of(tmp_path, "a.warc.gz", [
        record("https://meridian.example/", html(MET)), record("https://meridian.example/sport/1", html(MET)), record("https://meridian.example/world/1", html(MET))])
    assert read(store, archive, sources=[replace(SOURCES[0], include="/world/")])
    assert {name: count for name, count in counts(store, archive).items() if name.startswith("skipped") or name == "articles"} == {
        "skipped-front-page": 1, "skipped-left-out": 1, "articles": 1}


def test_articles_keep_their_source_and_rows_find_theirs(store: Store, tmp_path: Path) -> None:
    rows = [{"url": "HTTPS://www.Meridian.example/1?utm_source=x", "published": "2023-11-10", "text": MET},
            {"url": "https://news.evening.example/2", "published": "2023-11-10", "publisher": "Evening Sheet", "text": MET},
            {"id": "3", "source": "kept", "published": "2023-11-10", "text": MET}, {"id": "4", "text": 5}, {"id": "5", "published": "2023-11-10", "fetched": "then", "text": MET},
            {"id": "6", "source": "harbour", "published": "2023-11-10", "text": MET},
            {"url": "javascript:alert(1)", "published": "2023-11-10", "text": MET}, {"published": "2023-11-10", "text": MET}]
    (tmp_path / "a.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    archive, = find_archives(tmp_path / "a.ndjson")
    assert isinstance(archive, Archive)
    assert read(store, archive)
    assert {(row["url"], row["source_id"], row["publisher"]) for row in rows_of(store, articles)} == {
        ("https://www.meridian.example/1", "meridian", "Meridian"), ("https://news.evening.example/2", "evening.example", "Evening Sheet"),
        ("urn:article:3", "kept", ""), ("urn:article:6", "harbour", "")}
    stored = [article_from_json(row["article"]) for row in rows_of(store, article_versions)]
    assert {article.source: article.outlet for article in stored} == {
        "meridian": "meridian.example", "evening.example": "evening.example", "kept": "", "harbour": "harbour.example"}
    assert counts(store, archive)["failed-row"] == 4


def test_a_broken_file_is_read_as_far_as_it_can_be_and_says_where_it_is_broken(store: Store, tmp_path: Path) -> None:
    data = packed([captured(*one) for one in CAPTURES])
    (tmp_path / "a.warc.gz").write_bytes(data[:-50])
    archive, = find_archives(tmp_path / "a.warc.gz")
    assert isinstance(archive, Archive)
    assert read(store, archive)
    row, = rows_of(store, archive_files)
    assert (row["state"], row["error_class"], counts(store, archive)["pages"]) == ("done", "damaged", 9)
    assert f"at byte {len(packed([captured(*one) for one in CAPTURES[:9]]))}" in row["error_detail"]


def test_a_configured_source_that_reads_the_folder_owns_its_pages(store: Store, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.html").write_bytes(html(MET))
    archive, = find_archives(tmp_path / "pages")
    assert isinstance(archive, Archive)
    diary = Source("diary", "The Diary", "https://diary.example/", newsdesk.Kind.FOLDER, str(tmp_path / "pages"))
    assert read(store, archive, sources=[diary])
    row, = rows_of(store, articles)
    assert (row["url"], row["source_id"]) == ("https://diary.example/one.html", "diary")
