"""A timeline that is moved to another database answers byte for byte as before, and goes on alike."""
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from filled import everything, opened
from flask.testing import FlaskClient
from newsdesk import Clock, article, page, read, state_of, taken
from test_care_commands import asked

from app.config import Settings
from app.web_app import create_app

NOW = datetime(2023, 11, 12, 9, tzinfo=UTC)
SERVED = ("/api/v1/events", "/api/v1/events?sort=-updated&limit=2", "/api/v1/events?as_of=2023-11-09", "/api/v1/events?q=kazakhstan",
          "/api/v1/events?country=CN&status=planned", "/api/v1/events.csv", "/api/v1/changes", "/api/v1/changes?limit=3", "/api/v1/actors",
          "/api/v1/sources", "/api/v1/scrapes", "/api/v1/corrections", "/calendar.ics", "/calendar.ics?country=KZ&cancelled=mark",
          "/healthz")


@contextmanager
def client_of(url: str) -> Iterator[FlaskClient]:
    store = opened(url, Clock(NOW))
    try:
        yield create_app(Settings(base_url="https://summitry.example"), store, now=lambda: NOW).test_client()
    finally:
        store.close()


def answers(url: str) -> dict[str, bytes]:
    """Every answer that tells of the timeline, with those of all pages behind it, of each event, article and run."""
    found: dict[str, bytes] = {}
    with client_of(url) as client:
        asked = list(SERVED)
        while asked:
            address = asked.pop().removeprefix("https://summitry.example")
            if address in found:
                continue
            answer = client.get(address)
            found[address] = answer.data
            if answer.mimetype != "application/json":
                continue
            told = answer.get_json()
            asked += [told["next"]] if told.get("next") else []
            asked += [one["url"] for name in ("events", "scrapes") for one in told.get(name, ())]
            if "evidence" in told:
                asked += [f"{told['url']}/history", f"{told['url']}.ics"]
                asked += [f"/api/v1/articles/{one['article_id']}" for one in told["evidence"]]
    return found


def go_on(url: str) -> None:
    """An article comes, by a run of its own, and moves an event."""
    clock = Clock(NOW)
    store = opened(url, clock)
    told = article("moved-again", "planned visit of CN, UZ on 2023-11-24 in Tashkent instead of 2023-11-22", day=date(2023, 11, 12))
    store.record(state_of(taken(store, "meridian"), "meridian").lease, page(told, at=clock()), read(told))
    store.close()


@pytest.mark.postgres
def test_from_sqlite_to_postgresql_and_back_nothing_is_lost(copy_of_filled: Callable[[str, Path], str], server: Any, tmp_path: Path) -> None:
    urls = [copy_of_filled("sqlite", tmp_path), server.database(), f"sqlite:///{tmp_path / 'back.db'}"]
    before, rows = answers(urls[0]), everything(urls[0])
    assert len(before) > 40
    assert [table for table, told in rows.items() if not told] == ["chores"], "nothing would show that it is moved"
    for source, target in itertools.pairwise(urls):
        done = asked(tmp_path, "migrate-store", source, target)
        assert done.exit_code == 0, done.stderr + done.stdout
        assert "9 events" in done.stdout
        assert answers(target) == before
        assert everything(target) == rows
        assert not list(tmp_path.glob(".summitry-*"))  # the copy between the two
    for url in urls:
        go_on(url)
    changed = [{table: told for table, told in everything(url).items() if table not in ("runs", "run_sources", "sources")} for url in urls]
    assert changed[0] == changed[1] == changed[2]
    assert changed[0]["changes"] != rows["changes"]
