"""The steps that bring a database's tables to this version, carried by Alembic.

`upgrade` is called at every start. One process at a time takes the steps, and all of them in one transaction: killed
half-way, the database is as it was before. Alembic is loaded where there is a step to take, and not before: a process that finds its
database up to date is a tenth smaller without.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import Connection, inspect, text

from app.store.engine import Database, checked_url, sqlite_file
from app.store.errors import SchemaMismatch, StoreLocked, StoreUnreadable
from app.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["alone", "missing_parts", "newest_schema", "schema_of", "schemas", "upgrade"]

_FOLDER = Path(__file__).parent
_WAIT = 60.0  # seconds for another process that is taking the steps
_LOCK_KEY = 0x6D69677261746521


def upgrade(url: str, *, to: str = "head", queue: bool = False) -> str:
    """Make the database, or bring it up to date; its schema's name is returned. `to` names another step than the last.

    With `queue` the tables of the job queue are made too, or brought up to date; for PostgreSQL alone.

    Raises `StoreUnreadable` where it can't be opened, `SchemaMismatch` where a later version of Summitry has made it,
    `StoreLocked` where another process goes on upgrading for a minute.
    """
    file = sqlite_file(checked_url(url))
    with alone(file):
        if file is not None and not file.exists():
            try:
                file.touch()
            except OSError as error:
                raise StoreUnreadable(f"{file}: {error.strerror or error}") from error
        database = Database(url, busy_timeout=_WAIT)
        try:
            return database.write(lambda connection: _upgrade(connection, database.name, to, queue))
        finally:
            database.close()


def schema_of(database: Database) -> str | None:
    """Name of the schema that a database has now, None for an empty one."""
    with database.reading() as connection:
        return _schema_in(connection)


def missing_parts(connection: Connection) -> list[str]:
    """Tables, columns and indexes that the code counts on and the database lacks. What it has beside them does not count:
    databases keep indexes by tables of their own."""
    there = inspect(connection)
    columns = {name: {column["name"] for column in found} for (_, name), found in there.get_multi_columns().items()}
    indexes = {name: {index["name"] for index in found} for (_, name), found in there.get_multi_indexes().items()}
    missing = []
    for table in metadata.sorted_tables:
        if table.name not in columns:
            missing.append(f"table {table.name}")
            continue
        missing += [f"column {column.name} of {table.name}" for column in table.columns if column.name not in columns[table.name]]
        missing += sorted(f"index {index.name}" for index in table.indexes if index.name not in indexes[table.name])
    return missing


@cache
def schemas() -> tuple[str, ...]:
    """Names of all schemas that this version of Summitry knows, the first one first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())[::-1]


def newest_schema() -> str:
    """Name of the schema that this version of Summitry works with."""
    return max(step.name[1:5] for step in (_FOLDER / "versions").glob("v[0-9]*.py"))


def _schema_in(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _upgrade(connection: Connection, name: str, to: str, queue: bool) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})"))
    found = _schema_in(connection)
    if found is None or found != newest_schema() or to not in ("head", found):
        _take_steps(connection, name, found, to)
    if queue:
        from app.store.job_queue import upgrade_queue  # needs what else nobody needs

        upgrade_queue(connection)
    return _schema_in(connection) or ""


def _take_steps(connection: Connection, name: str, found: str | None, to: str) -> None:
    if found is not None and found not in schemas():
        raise SchemaMismatch(f"{name}: was made by a later version of Summitry (schema {found})")
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


@contextmanager
def alone(file: Path | None) -> Iterator[None]:
    """The file lock of an SQLite database's folder; PostgreSQL has locks of its own."""
    if file is None:
        yield
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{file}.migrate.lock", timeout=_WAIT)
        lock.acquire()
    except Timeout as error:
        raise StoreLocked(f"{file}: another process has been upgrading it for {_WAIT:.0f} s") from error
    except OSError as error:
        raise StoreUnreadable(f"{file}: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()
