"""The store's tests run over SQLite and over PostgreSQL: each test has a database of its own, a copy of one with tables."""
from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import filled
import newsdesk
import pytest
from pushing import Pushing, pushing
from sqlalchemy import create_engine, make_url, text

from app.store.migrations import upgrade
from app.store.store import Store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


class Server:
    """The PostgreSQL that SUMMITRY_TEST_POSTGRES names; skips the test where there is none."""

    def __init__(self) -> None:
        server = os.environ.get("SUMMITRY_TEST_POSTGRES")
        if not server:
            pytest.skip("SUMMITRY_TEST_POSTGRES names no PostgreSQL; scripts/with_postgres starts one")
        self._url = make_url(server)
        self._engine = create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        self._made: list[str] = []

    def database(self, template: str | None = None) -> str:
        """URL of a new database."""
        name = f"test_{uuid4().hex}"
        self.do(f"CREATE DATABASE {name}" + (f" TEMPLATE {make_url(template).database}" if template else ""))
        self._made.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        if "SUMMITRY_TEST_POSTGRES_DATA" not in os.environ:  # a throw-away server goes with all that it holds
            for name in self._made:
                self.do(f"DROP DATABASE {name} WITH (FORCE)")
        self._engine.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def copy_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], str]:
    """Makes a database with tables, as a copy of one that was upgraded once."""
    return _copies(request, tmp_path_factory, upgrade)


@pytest.fixture(scope="session")
def copy_of_filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], str]:
    """Makes a database with the timeline of `filled`, as a copy of one that was filled once."""
    def make(url: str) -> None:
        upgrade(url)
        clock = newsdesk.Clock()
        store = filled.opened(url, clock)
        filled.fill(store, clock)
        store.close()

    return _copies(request, tmp_path_factory, make)


def _copies(request: pytest.FixtureRequest, folders: pytest.TempPathFactory, make: Callable[[str], Any]) -> Callable[[str, Path], str]:
    templates: dict[str, str] = {}

    def copy(kind: str, folder: Path) -> str:
        if kind not in templates:
            templates[kind] = (f"sqlite:///{folders.mktemp('template') / 'store.db'}" if kind == "sqlite"
                               else request.getfixturevalue("server").database())
            make(templates[kind])
        if kind != "sqlite":
            return request.getfixturevalue("server").database(templates[kind])
        shutil.copy(templates[kind].removeprefix("sqlite:///"), folder / "store.db")
        return f"sqlite:///{folder / 'store.db'}"

    return copy


@pytest.fixture(params=BOTH)
def filled_url(request: pytest.FixtureRequest, copy_of_filled: Callable[[str, Path], str], tmp_path: Path) -> str:
    """URL of a database in which much has happened: see `filled`."""
    return copy_of_filled(request.param, tmp_path)


@pytest.fixture
def filled_sqlite(copy_of_filled: Callable[[str, Path], str], tmp_path: Path) -> str:
    return copy_of_filled("sqlite", tmp_path)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, copy_of: Callable[[str, Path], str], tmp_path: Path) -> str:
    """URL of a database with tables and no rows."""
    return copy_of(request.param, tmp_path)


@pytest.fixture
def sqlite_url(copy_of: Callable[[str, Path], str], tmp_path: Path) -> str:
    """The same, for what concerns files alone."""
    return copy_of("sqlite", tmp_path)


@pytest.fixture(scope="session")
def copy_with_queue(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], str]:
    return _copies(request, tmp_path_factory, lambda url: upgrade(url, queue=True))


@pytest.fixture
def queue_url(copy_with_queue: Callable[[str, Path], str], tmp_path: Path) -> str:
    """URL of a PostgreSQL with the tables of the job queue too, for what concerns workers."""
    return copy_with_queue("postgresql", tmp_path)


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables; of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'empty.db'}" if request.param == "sqlite" else \
        request.getfixturevalue("server").database()


@pytest.fixture
def clock() -> newsdesk.Clock:
    return newsdesk.Clock()


@pytest.fixture
def store(database_url: str, clock: newsdesk.Clock) -> Iterator[Store]:
    store = newsdesk.open_store(database_url, clock)
    store.ledger.sync_sources([newsdesk.source("meridian"), newsdesk.source("harbour")])
    yield store
    store.close()


@pytest.fixture
def either(store: Store, clock: newsdesk.Clock) -> Iterator[Pushing]:
    """What delivers to webhooks, over SQLite and over PostgreSQL: for what the database has a part in."""
    with pushing(store, clock) as made:
        yield made


@pytest.fixture
def on_sqlite(sqlite_url: str, clock: newsdesk.Clock) -> Iterator[Store]:
    store = newsdesk.open_store(sqlite_url, clock)
    store.ledger.sync_sources([newsdesk.source("meridian"), newsdesk.source("harbour")])
    yield store
    store.close()


@pytest.fixture
def push(on_sqlite: Store, clock: newsdesk.Clock) -> Iterator[Pushing]:
    """The same over SQLite alone."""
    with pushing(on_sqlite, clock) as made:
        yield made
