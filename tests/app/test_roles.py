"""HTTP and collecting may be processes of their own, over one store."""
from __future__ import annotations

from pathlib import Path

import pytest
from roles import address_of, asked, ended, role
from test_scheduling import until

from app.background import run_worker
from app.config import Settings, SettingsError

TOLD = "date 2023-11-10 Front page\n\nASTANA – President Vladimir Putin met his Kazakh counterpart Kassym-Jomart Tokayev in " \
       "Astana on Thursday.\n"


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """A sources file with one folder of articles; nothing is fetched from anywhere."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "astana.txt").write_text(TOLD)
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nid = "diary"\nname = "The Diary"\nkind = "folder"\nurl = "articles"\nlanguage = "en"\n')
    return file


def test_what_is_asked_of_the_web_waits_for_a_scheduler_and_both_end_when_they_are_told_to(sqlite_url: str, diary: Path) -> None:
    with role("web", sqlite_url, diary) as web:
        address = address_of(web)
        run = asked(f"{address}/api/v1/scrapes", {})["id"]
        assert asked(f"{address}/api/v1/events")["events"] == []
        assert asked(f"{address}/api/v1/scrapes/{run}")["state"] == "queued"
        with role("scheduler", sqlite_url, diary) as scheduler:
            until(lambda: asked(f"{address}/api/v1/scrapes/{run}")["state"] == "ok")
            assert len(asked(f"{address}/api/v1/events")["events"]) == 1
            assert ended(scheduler) == 0
        assert len(asked(f"{address}/api/v1/events")["events"]) == 1
        assert ended(web) == 0


def test_a_worker_over_sqlite_says_what_it_needs(sqlite_url: str) -> None:
    with pytest.raises(SettingsError, match="SUMMITRY_DATABASE: workers need PostgreSQL"):
        run_worker(Settings(database=sqlite_url), announce=print)
