"""Schedulers hand sources out, workers collect them: real processes over a real PostgreSQL."""
from __future__ import annotations

from pathlib import Path

import pytest
from roles import address_of, asked, ended, role
from test_roles import diary  # noqa: F401
from test_scheduling import until

pytestmark = pytest.mark.postgres


def test_what_the_web_is_asked_for_a_scheduler_hands_to_a_worker(postgresql_url: str, diary: Path) -> None:  # noqa: F811
    with role("web", postgresql_url, diary) as web, role("scheduler", postgresql_url, diary) as scheduler:
        address = address_of(web)
        run = asked(f"{address}/api/v1/scrapes", {})["id"]
        with role("worker", postgresql_url, diary) as worker:
            until(lambda: asked(f"{address}/api/v1/scrapes/{run}")["state"] == "ok")
            assert len(asked(f"{address}/api/v1/events")["events"]) == 1
            assert [ended(process) for process in (worker, scheduler, web)] == [0, 0, 0]
