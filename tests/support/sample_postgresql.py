"""The sample in a PostgreSQL of one's own, where there is one."""
from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import sample_timeline
from sqlalchemy import create_engine, text


@contextmanager
def sample_in_postgresql() -> Iterator[str]:
    """URL of a schema with the sample in it, which goes with the block; skips the test where there is no server."""
    server = os.environ.get("SUMMITRY_TEST_POSTGRES")
    if not server:
        pytest.skip("SUMMITRY_TEST_POSTGRES names no PostgreSQL; scripts/with_postgres starts one")
    schema = f"test_{uuid4().hex}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = f"{server}?options=-csearch_path%3D{schema}"
    try:
        sample_timeline.make(url)
        yield url
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
