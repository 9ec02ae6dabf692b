"""A whole store in one file, and put back from it, while others read and write.

A backup is an SQLite database with the tables of the store, whichever database the store is in, and one table more: what was
backed up, with the number of rows of each table and a digest over them. So one form serves for both databases and for moving
from one to the other, and a backup can be looked into with any tool for SQLite.

Of SQLite it is made by the online backup, of PostgreSQL row by row, each from one state of the store. Nothing stands under the
name of a file before it is whole and safe on the disk. Putting back is one transaction: killed at any point, the store holds
what it held before or all that was put back.
"""
from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.store.codec import stamp
from app.store.engine import Database, checked_url, sqlite_file
from app.store.errors import (
    BackupError,
    SchemaMismatch,
    StoreFull,
    StoreInUse,
    StoreLocked,
    StoreUnreadable,
    sqlite_errors_named,
)
from app.store.migrations import alone, schema_of, upgrade
from app.store.rows import Contents, columns_there, contents_of, copy_rows, empty, put_on_sequences
from app.store.tables import metadata

__all__ = ["Manifest", "back_up", "check_backup", "put_back"]

Progress = Callable[[str], None]

_FORM = 1
_TABLE = "backup"
_STEP = 64  # pages that are copied at once
_WAIT = 60.0  # seconds for a writer that holds the store
_BESIDE = ("-wal", "-shm", "-journal", ".migrate.lock")
# What a service writes down about itself before it has collected anything.
_NO_TIMELINE = frozenset(("sources", "runs", "run_sources", "run_keys", "failures", "chores"))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `made` is when, as the store writes times; `schema` the name of the store's schema."""

    made: str
    schema: str
    tables: dict[str, Contents]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def back_up(url: str, file: Path, *, now: datetime, replace: bool = False, progress: Progress = lambda told: None) -> Manifest:
    """Make a backup of the store at `url`; `progress` is told what is being done.

    Raises `StoreInUse` where `file` is there and is not to be replaced, `BackupError` where the store is damaged or has no
    tables, and `StoreError` and `OSError` where it can't be read or the file not be written; nothing is then left of it.
    """
    file = file.absolute()
    store = sqlite_file(checked_url(url))
    if store is not None and file.exists() and store.exists() and file.samefile(store):
        raise StoreInUse(f"{file}: is the store itself")
    if file.exists() and not replace:
        raise StoreInUse(f"{file}: is there already; --replace puts the backup in its place")
    with _in_the_making(file) as work:
        with closing(Database(url, busy_timeout=_WAIT)) as database:
            if (schema := schema_of(database)) is None:
                raise BackupError(f"{database.name}: has no tables, so there is nothing to back up")
            if store is not None:
                with _opened(store) as source, _opened(work, make=True) as target:
                    _copy_pages(source, target, store, work, progress)
            else:
                _copy_rows_into(work, database, schema, progress)
        with _opened(work) as raw:
            raw.execute("PRAGMA journal_mode = DELETE")  # one file, without others beside it
            _check_whole(raw, url if store is None else str(store), progress)
        with closing(Database(f"sqlite:///{work}")) as copied, copied.reading() as connection:
            manifest = Manifest(stamp(now), schema, contents_of(connection, columns_there(connection), _told(progress, "reading")))
        with _opened(work) as raw:
            raw.execute("PRAGMA journal_mode = DELETE")
            _write_manifest(raw, manifest)
        work.chmod(0o600)  # it holds what the store holds, secrets of webhooks too
        _put_at(work, file)
    return manifest


def check_backup(file: Path, progress: Progress = lambda told: None) -> Manifest:
    """Read a backup as it is read to be put back. Raises `BackupError` where it is not whole, `StoreError` and `OSError`."""
    with tempfile.TemporaryDirectory(prefix="summitry-") as folder:
        return _checked_copy(file.absolute(), Path(folder) / "store.db", progress)


def put_back(file: Path, url: str, ready: Callable[[str], None], *, replace: bool = False,
             progress: Progress = lambda told: None) -> Manifest:
    """Make the store at `url` hold what a backup holds, and nothing else.

    `ready` is told the URL of a copy, which it brings up to date with this version before that becomes the store. Raises
    `StoreInUse` where the store holds a timeline that is not to be replaced, `BackupError` where the file is not whole, and
    `StoreError` and `OSError`; the store is then as it was.
    """
    file, store = file.absolute(), sqlite_file(checked_url(url))
    if not replace:
        _refuse_timeline(url, store)
    if store is not None:
        store.parent.mkdir(parents=True, exist_ok=True)
        with _in_the_making(store) as work:
            manifest = _made_ready(file, work, ready, progress)
            with alone(store):
                _become(work, store, url, replace, progress)
        return manifest
    with tempfile.TemporaryDirectory(prefix="summitry-") as folder:
        work = Path(folder) / "store.db"
        manifest = _made_ready(file, work, ready, progress)
        upgrade(url)
        with closing(Database(f"sqlite:///{work}")) as copied, closing(Database(url, busy_timeout=_WAIT)) as target:
            target.write(lambda connection: _replace_rows(copied, connection, target.name, replace, progress))
    return manifest


def _made_ready(file: Path, work: Path, ready: Callable[[str], None], progress: Progress) -> Manifest:
    manifest = _checked_copy(file, work, progress)
    with _opened(work) as raw:
        raw.execute(f"DROP TABLE {_TABLE}")
    progress("bringing it up to date")
    ready(f"sqlite:///{work}")
    with _opened(work) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return manifest


# The file ---------------------------------------------------------------------------------------------------------------

def _checked_copy(file: Path, work: Path, progress: Progress) -> Manifest:
    """Copy a backup, and make sure that the copy is what was backed up."""
    progress(f"reading {file}")
    with file.open("rb") as opened:
        _check_size(opened.read(100), os.fstat(opened.fileno()).st_size, file)
        opened.seek(0)
        with _full_disk_named(work), work.open("wb") as copied:
            shutil.copyfileobj(opened, copied, 1 << 20)
    try:
        with _opened(work) as raw:
            manifest = _read_manifest(raw, file)
            _check_whole(raw, str(file), progress)
        with closing(Database(f"sqlite:///{work}")) as database, database.reading() as connection:
            if (schema := schema_of(database)) != manifest.schema:
                raise BackupError(f"{file}: has the tables of schema {schema}, and was made of schema {manifest.schema}")
            there = columns_there(connection)
            columns = {name: table.columns for name, table in manifest.tables.items()}
            for name, wanted in columns.items():
                if not set(wanted) <= set(there.get(name, ())):
                    raise BackupError(f"{file}: table {name} is missing, or columns of it")
            _check_contents(manifest.tables, contents_of(connection, columns, _told(progress, "checking")), str(file))
    except (StoreUnreadable, SchemaMismatch, ValueError, sqlite3.Error, SQLAlchemyError) as error:
        raise BackupError(f"{file}: is damaged: {str(error).replace(str(work), 'the copy of it')}") from error
    return manifest


def _check_size(head: bytes, size: int, file: Path) -> None:
    """By the header of an SQLite file, https://www.sqlite.org/fileformat.html, section 1.3."""
    if not head.startswith(b"SQLite format 3\x00") or len(head) < 100:
        raise BackupError(f"{file}: is no backup: it does not begin as an SQLite file does")
    page = int.from_bytes(head[16:18], "big")
    expected = (65_536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if size != expected:
        told = "is cut off" if size < expected else "has something at its end that does not belong to it"
        raise BackupError(f"{file}: {told}: {size:,} bytes, where its first page tells of {expected:,}")


def _check_whole(raw: sqlite3.Connection, where: str, progress: Progress) -> None:
    progress("checking its pages and references")
    faults = [row[0] for row in raw.execute("PRAGMA integrity_check(5)")]
    if faults != ["ok"]:
        raise BackupError(f"{where}: is damaged: {'; '.join(faults)}")
    if rows := raw.execute("PRAGMA foreign_key_check").fetchmany(5):
        named = ", ".join(f"row {row[1]} of {row[0]}" for row in rows)
        raise BackupError(f"{where}: is damaged: {named} refer to rows that are not there")


def _check_contents(expected: dict[str, Contents], found: dict[str, Contents], where: str) -> None:
    for name, wanted in expected.items():
        if found[name].rows != wanted.rows:
            raise BackupError(f"{where}: table {name} has {found[name].rows:,} rows, and {wanted.rows:,} were backed up")
        if found[name] != wanted:
            raise BackupError(f"{where}: the rows of table {name} are not those that were backed up (their digest is another one)")


def _write_manifest(raw: sqlite3.Connection, manifest: Manifest) -> None:
    told = orjson.dumps({"form": _FORM, **asdict(manifest)})
    raw.execute("BEGIN IMMEDIATE")
    raw.execute(f"CREATE TABLE {_TABLE} (manifest TEXT NOT NULL, digest TEXT NOT NULL)")
    raw.execute(f"INSERT INTO {_TABLE} VALUES (?, ?)", (told.decode(), hashlib.sha256(told).hexdigest()))  # noqa: S608
    raw.execute("COMMIT")


def _read_manifest(raw: sqlite3.Connection, file: Path) -> Manifest:
    try:
        told, digest = raw.execute(f"SELECT manifest, digest FROM {_TABLE}").fetchone()  # noqa: S608
    except (sqlite3.Error, TypeError, UnicodeError) as error:
        raise BackupError(f"{file}: is no backup, or is damaged: it does not tell what it holds ({error}). A copy of a store that was "
                          f"made otherwise is put in place by `summitry migrate-store sqlite:///{file} URL`") from error
    if hashlib.sha256(told.encode()).hexdigest() != digest:
        raise BackupError(f"{file}: is damaged where it tells what it holds")
    fields: dict[str, Any] = orjson.loads(told)
    if fields["form"] != _FORM:
        raise BackupError(f"{file}: was made by a later version of Summitry (form {fields['form']})")
    return Manifest(fields["made"], fields["schema"], {
        name: Contents(tuple(table["columns"]), table["rows"], table["digest"]) for name, table in fields["tables"].items()})


@contextmanager
def _in_the_making(file: Path) -> Iterator[Path]:
    """A file beside `file` to work on, of which nothing is left at the end. What killed processes left is cleared away first."""
    for old in file.parent.glob(f"{file.name}.*.part"):
        process = old.name.removeprefix(f"{file.name}.").removesuffix(".part")
        if process.isdecimal() and not _runs(int(process)):
            _remove(old)
    work = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        yield work
    finally:
        _remove(work)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _remove(file: Path, beside: tuple[str, ...] = ("", *_BESIDE)) -> None:
    for ending in beside:
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).unlink()


def _put_at(work: Path, file: Path) -> None:
    """Give a whole file its name once it is safe on the disk."""
    with _full_disk_named(work), work.open("rb") as written:
        os.fsync(written.fileno())
    _remove(file, ("-wal", "-shm", "-journal"))  # of a file that stood there: they would be taken for this one's
    work.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _full_disk_named(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull(f"{file.parent}: the disk does not take what is written ({error.strerror})") from error
        raise


@contextmanager
def _opened(file: Path, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    mode = "rwc" if make else "rw"
    with sqlite_errors_named(file), closing(sqlite3.connect(
            f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=_WAIT, isolation_level=None)) as raw:
        yield raw


# From one database into the other -----------------------------------------------------------------------------------------

def _copy_pages(source: sqlite3.Connection, target: sqlite3.Connection, source_file: Path, target_file: Path, progress: Progress) -> None:
    """Make `target` the same as `source`, in one transaction of `target`.

    The source's transaction holds one state of it for all steps; without, each write of another process would begin the copy
    anew (https://www.sqlite.org/backup.html).
    """
    ends = time.monotonic() + _WAIT

    def step(state: int, left: int, pages: int) -> None:
        nonlocal ends
        if state in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() > ends:
                raise StoreLocked(f"{target_file}: another process has held it for {_WAIT:.0f} s")
            return
        ends = time.monotonic() + _WAIT
        progress(f"copying, {left:,} of {pages:,} pages left")

    with sqlite_errors_named(source_file):
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    with sqlite_errors_named(target_file):
        source.backup(target, pages=_STEP, progress=step, sleep=0.1)
    source.execute("COMMIT")


def _copy_rows_into(work: Path, database: Database, schema: str, progress: Progress) -> None:
    upgrade(f"sqlite:///{work}", to=schema)
    with closing(Database(f"sqlite:///{work}")) as target, database.snapshot() as source:
        target.write(lambda connection: copy_rows(source, connection, columns_there(source), _told(progress, "copying")))


def _refuse_timeline(url: str, store: Path | None) -> None:
    if store is not None and (not store.exists() or not store.stat().st_size):
        return
    with closing(Database(url)) as database, database.reading() as connection:
        _refuse_rows(connection, database.name)


def _refuse_rows(connection: Connection, name: str) -> None:
    there = columns_there(connection)
    for table in metadata.sorted_tables:
        if table.name in there and table.name not in _NO_TIMELINE \
                and connection.execute(select(func.count()).select_from(select(*table.primary_key.columns).limit(1).subquery())).scalar():
            raise StoreInUse(f"{name}: holds a timeline already (rows of {table.name}); --replace puts another one in its place")


def _become(work: Path, store: Path, url: str, replace: bool, progress: Progress) -> None:
    """Make the file `work` the store: as a file where there is none, else page by page, so that who has it open sees it too."""
    if store.exists() and store.stat().st_size:
        if not replace:
            _refuse_timeline(url, store)  # it may have been filled meanwhile
        try:
            with _opened(work) as source, _opened(store) as target:
                target.execute("PRAGMA journal_mode = WAL")  # readers read on, and what is not committed does not count
                _copy_pages(source, target, work, store, progress)
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        except StoreUnreadable:
            if not replace:
                raise
            # It is no database any more. Who has it open still is told so, and must be started anew.
    _put_at(work, store)


def _replace_rows(copied: Database, connection: Connection, name: str, replace: bool, progress: Progress) -> None:
    if not replace:
        _refuse_rows(connection, name)
    empty(connection)
    with copied.snapshot() as source:
        columns = columns_there(source)
        written = copy_rows(source, connection, columns, _told(progress, "writing"))
    put_on_sequences(connection)
    _check_contents(written, contents_of(connection, columns, _told(progress, "checking")), name)


def _told(progress: Progress, what: str) -> Progress:
    return lambda table: progress(f"{what} {table}")
