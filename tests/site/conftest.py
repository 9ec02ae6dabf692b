"""The pages of the sample newsroom's timeline, collected once over HTTP, on 26 January 2024, and read in a real Chromium."""
from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from reading_pages import CHROMIUM, Reader, browser, reading
from sample_databases import BOTH, sample_at
from sample_fixtures import client, sample, store
from sample_timeline import Clock
from serving import SampleStore, served

from app.config import Settings
from app.newsroom import fill_sources, serve_newsroom
from app.service import Service

__all__ = ["client", "sample", "store"]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="session")
def newsroom_timeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose store holds what the sample newsroom tells. Its clock stands; nothing is collected any more."""
    folder = tmp_path_factory.mktemp("newsroom")
    with serve_newsroom(SAMPLES / "site") as newsroom:
        (folder / "sources.toml").write_text(fill_sources(SAMPLES / "sources.toml", newsroom.base_url))
        service = Service(Settings(database=f"sqlite:///{folder / 'store.db'}", sources=folder / "sources.toml", host_gap=0.0,
                                   allow_hosts=(newsroom.address,)), clock=Clock(datetime(2024, 1, 26, 9, tzinfo=UTC)))
        claimed = service.store.ledger.claim_queued(service.store.request_run(None, "cli"))
        assert claimed is not None
        assert service.runner.carry_out(claimed) == "ok"
        yield service
        service.close()


@pytest.fixture(scope="session")
def site(newsroom_timeline: Service) -> Iterator[str]:
    """The base address of the pages, on a server of its own."""
    with served(newsroom_timeline.web_app()) as base:
        yield base


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        made = browser(playwright)
        yield made
        made.close()


@pytest.fixture(params=BOTH)
def either_store(request: pytest.FixtureRequest, sample: Path, tmp_path: Path) -> Iterator[SampleStore]:
    with sample_at(request.param, sample, tmp_path) as store:
        yield store


@pytest.fixture
def reader(chromium: Browser, site: str) -> Iterator[Reader]:
    with reading(chromium, site) as made:
        yield made
