"""Fixtures over the sample timeline."""
from collections.abc import Iterator
from pathlib import Path

import pytest
import sample_timeline
from flask.testing import FlaskClient
from serving import SampleStore, sample_app


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the sample, made once and copied for each test."""
    file = tmp_path_factory.mktemp("sample") / "timeline.db"
    sample_timeline.make(f"sqlite:///{file}")
    return file


@pytest.fixture
def store(sample: Path, tmp_path: Path) -> Iterator[SampleStore]:
    store = SampleStore.copied(sample, tmp_path / "timeline.db")
    yield store
    store.close()


@pytest.fixture
def client(store: SampleStore) -> FlaskClient:
    return sample_app(store).test_client()
