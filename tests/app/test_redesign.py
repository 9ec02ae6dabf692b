"""The whole service over the sample newsroom, whose outlets are all redesigned between two scrapes."""
from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from newsdesk import Clock, rows_of, timeline_of

from app.config import Settings
from app.health import State, overview
from app.newsroom import fill_sources, serve_newsroom
from app.service import Service
from app.store.queries import Queries
from app.store.tables import changes, events

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NEW_PAGE = '<!doctype html><!-- synthetic --><html lang="en"><title>The new site</title><body><div id="app"></div>' \
           "<noscript>Please enable JavaScript.</noscript></body></html>"
EMPTY_FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>The new site</title></channel></rss>'
EMPTY_SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'


def redesign(site: Path) -> None:
    """Every page is drawn by a script now; feeds and sitemaps are there and empty."""
    for file in site.rglob("*"):
        if file.suffix == ".html":
            file.write_text(NEW_PAGE)
        elif file.suffix in (".xml", ".atom"):
            file.write_text(EMPTY_SITEMAP if "<urlset" in file.read_text() else EMPTY_FEED)


@pytest.mark.parametrize("listings_stay", [True, False])
def test_a_redesign_of_all_outlets_is_seen_and_cancels_and_deletes_nothing(tmp_path: Path, listings_stay: bool) -> None:
    site = Path(shutil.copytree(SAMPLES / "site", tmp_path / "site"))
    clock = Clock(datetime(2023, 12, 1, 9, tzinfo=UTC))
    with serve_newsroom(site) as newsroom:
        (tmp_path / "sources.toml").write_text(fill_sources(SAMPLES / "sources.toml", newsroom.base_url))
        service = Service(Settings(database=f"sqlite:///{tmp_path / 'store.db'}", sources=tmp_path / "sources.toml", host_gap=0.0,
                                   allow_hosts=(newsroom.address,), adapt_intervals=False), clock=clock)
        store, queries = service.store, Queries(service.store.engine)

        def scrape() -> str:
            claimed = store.ledger.claim_queued(store.request_run(None, "cli"))
            assert claimed is not None
            return service.runner.carry_out(claimed)

        def judged() -> dict[str, State]:
            return {name: health.state for name, health in overview(queries.health(), clock.now).healths.items()}

        def stored() -> tuple[Any, ...]:
            return timeline_of(store), rows_of(store, changes), {row["id"]: row["status"] for row in rows_of(store, events)}

        try:
            assert scrape() == "ok"
            before = stored()
            assert len(before[0]) >= 5
            assert State.FAILING not in judged().values()
            kept = {file: file.read_bytes() for file in site.rglob("*") if file.suffix in (".xml", ".atom")}
            redesign(site)
            if listings_stay:
                for file, body in kept.items():
                    file.write_bytes(body)
            for _ in range(4):
                clock.forward(2 * 86_400)  # known pages fall due again
                scrape()
            found = judged()
            assert State.OK not in found.values(), found
            assert stored() == before
        finally:
            service.close()
