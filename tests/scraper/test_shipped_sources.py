"""The sources that ship, and the rows of the documentation, can be used as they are."""
from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from scraper.guard import checked_url
from scraper.source import load_sources
from timeline.model import Tier

REPOSITORY = Path(__file__).parents[2]


def test_the_sources_that_ship_are_right_and_come_from_five_continents() -> None:
    sources = load_sources(REPOSITORY / "sources.toml")
    assert len(sources) >= 25
    regions = Counter(source.time_zone.split("/")[0] for source in sources)
    assert all(regions[region] for region in ("Africa", "America", "Asia", "Europe", "Pacific"))
    assert {source.tier for source in sources} == set(Tier)
    assert len({source.url for source in sources}) == len(sources)
    for source in sources:
        assert checked_url(source.url)


@pytest.mark.parametrize("row", re.findall(r"```toml\n(.*?)```", (REPOSITORY / "docs/adding-a-source.md").read_text(), re.DOTALL))
def test_the_rows_of_the_documentation_are_right(row: str, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(row)
    assert len(load_sources(tmp_path / "sources.toml")) == 1
