"""The store's tests run over SQLite and over PostgreSQL: each test has a database of its own."""
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import newsdesk
import pytest
from sqlalchemy import create_engine, text

from app.store.migrations import upgrade
from app.store.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    server = os.environ.get("SUMMITRY_TEST_POSTGRES")
    if not server:
        pytest.skip("SUMMITRY_TEST_POSTGRES names no PostgreSQL; scripts/with_postgres starts one")
    schema = f"test_{uuid4().hex}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{server}?options=-csearch_path%3D{schema}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite file with tables, for what concerns files alone."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    upgrade(url)
    return url


@pytest.fixture
def clock() -> newsdesk.Clock:
    return newsdesk.Clock()


@pytest.fixture
def store(database_url: str, clock: newsdesk.Clock) -> Iterator[Store]:
    upgrade(database_url)
    store = newsdesk.open_store(database_url, clock)
    store.ledger.sync_sources([newsdesk.source("meridian"), newsdesk.source("harbour")])
    yield store
    store.close()
