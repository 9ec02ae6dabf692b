"""The sample in a database of one's own, of either kind."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sample_postgresql import sample_in_postgresql
from serving import SampleStore

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@contextmanager
def sample_at(kind: str, sample: Path, folder: Path) -> Iterator[SampleStore]:
    """A store over the sample, which goes with the block; skips the test where there is no PostgreSQL."""
    if kind == "sqlite":
        store = SampleStore.copied(sample, folder / "timeline.db")
        yield store
        store.close()
        return
    with sample_in_postgresql() as url:
        store = SampleStore(url)
        yield store
        store.close()
