"""Killed (-9) at any commit, at any answer of an outlet, or at any time, a run begun again ends in the timeline of one that was not disturbed.

A few points each time, on both databases; every one of them by `make faults`.
"""
from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import BOTH
from dying import begun, was_killed
from newsdesk import Desk, article, open_store, read, rows_of, source, timeline_of
from processes import die_at_commit
from test_scheduling import MET, MOVED, TO_MEET

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from running_service import SAMPLES

from app.extraction import ready_gazetteer
from app.jobs import Runner
from app.newsroom import fill_sources, serve_newsroom
from app.store.store import Store
from app.store.tables import articles, changes, claims, events, run_sources, runs, sources
from scraper.article import read_article
from scraper.collect import collect
from scraper.discover import discover
from scraper.fetch import Fetcher
from scraper.source import load_sources
from timeline.extract import claims_from
from timeline.gazetteer import Gazetteer

EVERY = bool(os.environ.get("SUMMITRY_TEST_FAULTS"))
PAGES = {"meridian": [article("a", MET), article("b", TO_MEET), article("c", "Nothing happened.")],
         "harbour": [article("d", MET, of="harbour"), article("e", MOVED, of="harbour")]}


def now() -> datetime:
    return datetime.now(UTC)


def whole(store: Store) -> None:
    """No run is under way, nothing is held, every event rests on a claim, and the database finds nothing wrong with itself."""
    assert {row["state"] for row in rows_of(store, runs)} <= {"ok", "interrupted", "queued"}
    assert {row["lease"] for row in rows_of(store, sources)} == {None}
    assert "running" not in {row["state"] for row in rows_of(store, run_sources)}
    told = {row["event_id"] for row in rows_of(store, claims) if row["current"]}
    assert {row["id"] for row in rows_of(store, events) if not row["withdrawn"]} <= told
    if store.engine.dialect.name == "sqlite":
        with sqlite3.connect(str(store.engine.url.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def history(store: Store) -> list[tuple[Any, ...]]:
    """The changes of each event, but for their numbers and times: a change that was doubled would show."""
    return sorted((row["event_id"], row["reason"], row["material"], row["claims"]) for row in rows_of(store, changes))


def one_run(url: str, pages: dict[str, Any], prepare: Callable[[Store], object] = lambda store: None) -> None:
    """What `summitry scrape` does, from a desk."""
    store = open_store(url, now)
    prepare(store)
    desk = Desk(now)
    desk.pages = pages
    store.ledger.sync_sources([source(name) for name in pages])
    store.ledger.recover()
    claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
    assert claimed is not None
    assert Runner(store, collect=desk, read=read, workers=1).carry_out(claimed) == "ok"
    store.close()


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, copy_of: Callable[[str, Path], str], tmp_path: Path) -> Callable[[str], str]:
    """Makes databases with tables and no rows, by name."""
    def make(name: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        return copy_of(request.param, folder)

    return make


# At every commit -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("before", [True, False])
def test_killed_just_before_or_just_after_a_commit(fresh: Callable[[str], str], before: bool) -> None:
    undisturbed = fresh("undisturbed")
    one_run(undisturbed, PAGES)
    store = open_store(undisturbed, now)
    expected, told = timeline_of(store), history(store)
    store.close()
    number, step = (1, 1) if EVERY else (2 + before, 3 if undisturbed.startswith("sqlite") else 8)
    while True:
        url = fresh(f"killed-{number}")
        dies = partial(die_at_commit, number=number, before=before)
        if not was_killed(begun(partial(one_run, url, PAGES, lambda opened, dies=dies: dies(opened.engine)))):
            break
        one_run(url, PAGES)
        store = open_store(url, now)
        assert (timeline_of(store), history(store)) == (expected, told), f"killed at commit {number}"
        whole(store)
        store.close()
        number += step
    assert number > 8


# At every answer -----------------------------------------------------------------------------------------------------------

class InPlace:
    """The parser without its sandbox."""

    discover = staticmethod(discover)
    read_article = staticmethod(read_article)


class Newsroom:
    """The sample newsroom; `at` counts its answers down and kills whom it is told to."""

    def __init__(self, folder: Path) -> None:
        self.asked = 0
        self.left = 0
        self.victim = 0
        self._newsroom = serve_newsroom(SAMPLES / "site", on_request=self._count)
        self.address = self._newsroom.address
        file = folder / "sources.toml"
        file.write_text(fill_sources(SAMPLES / "sources.toml", self._newsroom.base_url), encoding="utf-8")
        self.sources = load_sources(file)
        self.close = self._newsroom.close

    def _count(self, path: str) -> None:
        self.asked += 1
        if self.victim:
            self.left -= 1
            if self.left == 0:
                os.kill(self.victim, signal.SIGKILL)

    def scrape(self, url: str, gazetteer: Gazetteer) -> None:
        store = open_store(url, now)
        fetcher = Fetcher("Summitry/test", host_gap=0.0, allow_hosts=(self.address,))
        store.ledger.sync_sources(self.sources)
        store.ledger.recover()

        def collected(*arguments: Any, **others: Any) -> Iterator[Any]:
            told, seen = arguments
            return collect(told, fetcher.fetch, seen, InPlace(), now=now, **others)

        claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
        assert claimed is not None
        assert Runner(store, collect=collected, read=lambda told: claims_from(told, gazetteer), workers=1).carry_out(claimed) == "ok"
        fetcher.close()
        store.close()


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path_factory.mktemp("newsroom"))
    yield newsroom
    newsroom.close()


@pytest.mark.skipif(not EVERY, reason="tests/e2e kills a whole service at two answers each time: `make faults` does them all")
@pytest.mark.timeout(3600)
def test_killed_at_an_answer_of_an_outlet(fresh: Callable[[str], str], newsroom: Newsroom) -> None:
    gazetteer = ready_gazetteer()
    undisturbed = fresh("undisturbed")
    before = newsroom.asked
    newsroom.scrape(undisturbed, gazetteer)
    answers = newsroom.asked - before
    store = open_store(undisturbed, now)
    expected = timeline_of(store)
    store.close()
    assert len(expected) > 30
    assert answers > 50
    for number in range(1, answers + 1):
        url = fresh(f"killed-{number}")
        newsroom.left = number
        child = begun(lambda url=url: (time.sleep(0.05), newsroom.scrape(url, gazetteer)))
        newsroom.victim = child
        assert was_killed(child), f"{number} of {answers}"
        newsroom.victim = 0
        newsroom.scrape(url, gazetteer)
        store = open_store(url, now)
        assert timeline_of(store) == expected, f"killed at answer {number}"
        whole(store)
        store.close()


# At any time ---------------------------------------------------------------------------------------------------------------

def test_of_what_was_told_to_be_stored_nothing_is_lost(fresh: Callable[[str], str]) -> None:
    """Killed again and again at any moment, in whatever it is at. What the process said that it has stored is there."""
    url, chance = fresh("killed"), random.Random(3)
    told = [article(f"{number}", f"held meeting of RU, KZ on 2023-{1 + number % 12:02}-{1 + number // 12:02} in Astana") for number in range(90)]
    given, said = os.pipe()

    def collect_on() -> None:
        os.close(given)
        store = open_store(url, now)
        desk = Desk(now)
        desk.pages = {"meridian": told}  # type: ignore[dict-item]
        store.ledger.sync_sources([source()])
        store.ledger.recover()
        claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
        assert claimed is not None
        Runner(store, collect=desk, read=read, workers=1).carry_out(
            claimed, progress=lambda step: step.recorded is not None and os.write(said, f"{step.item.url}\n".encode()))  # type: ignore[union-attr]

    kills = 0
    heard = b""
    for number in range(60 if EVERY else 3):
        child = begun(collect_on)
        if number % 3 < 2:
            heard += os.read(given, 65_536)  # it has stored something
        time.sleep(chance.uniform(0.0, 0.2))
        os.kill(child, signal.SIGKILL)
        kills += was_killed(child)
    os.close(said)
    with os.fdopen(given, "rb") as pipe:
        heard += pipe.read()
    acknowledged = {line for line in heard.decode().split("\n")[:-1] if line}
    store = open_store(url, now)
    stored = {row["url"] for row in rows_of(store, articles)}
    assert kills
    assert acknowledged
    assert acknowledged <= stored
    store.close()
    one_run(url, {"meridian": told})
    store = open_store(url, now)
    assert {row["url"] for row in rows_of(store, articles)} == {one.url for one in told}
    assert len([row for row in rows_of(store, events) if not row["withdrawn"]]) == len(told)
    whole(store)
    store.close()
