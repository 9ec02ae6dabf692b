"""A backup holds one state of the store, whole, and is put back whole or not at all."""
import os
import random
import resource
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from earlier_store import copied_to_schema
from filled import everything, file_of
from newsdesk import Clock, article, open_store, page, read, rows_of, state_of, taken
from sqlalchemy import Connection, insert, update

from app.store.backup import back_up, check_backup, put_back
from app.store.engine import Database
from app.store.errors import BackupError, StoreError, StoreInUse, StoreUnreadable
from app.store.migrations import schema_of, schemas, upgrade
from app.store.tables import changes, events, sources

NOW = datetime(2023, 11, 12, 10, tzinfo=UTC)


def ready(url: str) -> None:
    """What `summitry restore` does to bring a copy up to date, without the doctor."""
    upgrade(url)
    store = open_store(url, Clock())
    store.fill_states()
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "store.backup"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Whole --------------------------------------------------------------------------------------------------------------------

@pytest.mark.postgres
def test_what_is_put_back_is_what_was_backed_up_whichever_the_databases(filled_sqlite: str, file: Path, server: Any) -> None:
    """And its digests are the same on both. (Back again: test_moving_store.)"""
    other = server.database()
    manifest = back_up(filled_sqlite, file, now=NOW)
    assert check_backup(file) == manifest
    assert put_back(file, other, ready) == manifest
    assert everything(other) == everything(filled_sqlite)
    assert (manifest.made, manifest.tables["events"].rows) == ("2023-11-12T10:00:00.000000Z", len(everything(filled_sqlite)["events"]))
    assert back_up(other, file, now=NOW, replace=True) == manifest


def test_a_backup_is_a_file_of_its_owner_alone_with_nothing_beside_it(filled_sqlite: str, file: Path) -> None:
    back_up(filled_sqlite, file, now=NOW)
    assert left_in(file.parent) == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (len(everything(filled_sqlite)["events"]),)


def test_numbers_go_on_and_the_timeline_too(filled_sqlite: str, empty_url: str, file: Path, clock: Clock) -> None:
    back_up(filled_sqlite, file, now=NOW)
    put_back(file, empty_url, ready)
    before = everything(empty_url)
    store = open_store(empty_url, clock)
    told = article("new", "held call of KZ, CN on 2023-11-11", day=datetime(2023, 11, 12).date())
    store.record(state_of(taken(store), "meridian").lease, page(told, at=clock()), read(told))
    added = [row["id"] for row in rows_of(store, changes)][len(before["changes"]):]
    assert added == [max(row[0] for row in before["changes"]) + 1]
    store.close()


def test_rows_of_an_earlier_schema_are_backed_up_and_put_back_up_to_date(filled_sqlite: str, empty_url: str, file: Path,
                                                                        tmp_path: Path) -> None:
    copied_to_schema(filled_sqlite, empty_url, schemas()[1])
    assert back_up(empty_url, file, now=NOW).schema == schemas()[1]
    again = f"sqlite:///{tmp_path / 'again.db'}"
    put_back(file, again, ready)
    database = Database(again)
    assert schema_of(database) == schemas()[-1]
    database.close()
    assert [row[0] for row in everything(again)["events"]] == [row[0] for row in everything(filled_sqlite)["events"]]


# While others write -------------------------------------------------------------------------------------------------------

def test_writers_go_on_and_the_backup_is_of_one_moment(filled_url: str, file: Path) -> None:
    """Each write sets both sources to one number; the backup does not go on before one came through in the middle of it."""
    database = Database(filled_url)

    def swell(connection: Connection) -> None:
        blob = b"x" * 900_000
        connection.execute(insert(events), [
            {"id": f"big{number}", "type": "call", "status": "held", "first": "2023-11-01", "last": "2023-11-01", "precision": "day",
             "title": "", "words": "", "confidence": 1, "revision": 0, "first_seen": "", "updated": "", "changed": "", "withdrawn": True,
             "event": "{}", "json": blob, "vevent": b""} for number in range(10)])

    database.write(swell)
    database.write(lambda connection: connection.execute(update(sources).values(failures=100)))
    wrote, over, during = threading.Event(), threading.Event(), []

    def write() -> None:
        number = 100
        while not over.is_set():
            number += 1
            database.write(lambda connection, number=number: connection.execute(update(sources).values(failures=number)))
            wrote.set()

    def progress(told: str) -> None:
        if told.startswith("copying"):
            during.append(told)
            wrote.clear()
            assert wrote.wait(10), "a writer waits for the backup"

    writer = threading.Thread(target=write)
    writer.start()
    try:
        back_up(filled_url, file, now=NOW, progress=progress)
    finally:
        over.set()
        writer.join()
    database.close()
    assert len(during) > 2
    with sqlite3.connect(file) as connection:
        assert len({row[0] for row in connection.execute("SELECT failures FROM sources")}) == 1


def test_who_has_the_store_open_sees_what_was_put_back(filled_url: str, file: Path, clock: Clock) -> None:
    back_up(filled_url, file, now=NOW)
    expected = everything(filled_url)
    store = open_store(filled_url, clock)
    rows_of(store, events)
    later = article("later", "held call of KZ, CN on 2023-11-11")
    run = taken(store)
    store.record(state_of(run, "meridian").lease, page(later, at=clock()), read(later))
    assert everything(filled_url) != expected
    with pytest.raises(StoreInUse, match="holds a timeline already"):
        put_back(file, filled_url, ready)

    def progress(told: str) -> None:
        if told.startswith(("copying", "writing")):
            rows_of(store, sources)  # reading goes on

    put_back(file, filled_url, ready, replace=True, progress=progress)
    assert everything(filled_url) == expected
    assert len(rows_of(store, events)) == len(expected["events"])
    store.request_run(None, "cli")  # and so does writing
    store.close()


# Refused --------------------------------------------------------------------------------------------------------------------

def test_a_file_that_is_there_is_replaced_only_when_told_and_never_the_store_itself(filled_sqlite: str, file: Path) -> None:
    file.write_text("something else")
    with pytest.raises(StoreInUse, match="is there already; --replace"):
        back_up(filled_sqlite, file, now=NOW)
    assert file.read_text() == "something else"
    back_up(filled_sqlite, file, now=NOW, replace=True)
    check_backup(file)
    with pytest.raises(StoreInUse, match="is the store itself"):
        back_up(filled_sqlite, file_of(filled_sqlite), now=NOW, replace=True)


def test_what_is_no_store_is_not_backed_up(empty_url: str, file: Path) -> None:
    with pytest.raises(StoreError, match=r"has no tables|can't be opened|No such file"):
        back_up(empty_url, file, now=NOW)
    assert left_in(file.parent) == []


def test_a_store_that_only_knows_its_sources_holds_no_timeline(filled_sqlite: str, copy_of: Callable[[str, Path], str], file: Path, clock: Clock) -> None:
    back_up(filled_sqlite, file, now=NOW)
    url = copy_of("sqlite", file.parent)
    store = open_store(url, clock)
    store.request_run(None, "schedule", key="once")
    store.close()
    put_back(file, url, ready)
    assert everything(url) == everything(filled_sqlite)


def test_a_file_that_is_no_backup_is_refused_by_what_it_is(filled_sqlite: str, file: Path, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'target.db'}"
    with pytest.raises(FileNotFoundError):
        put_back(file, target, ready)
    file.write_bytes(b"-- a dump\n" * 50)
    with pytest.raises(BackupError, match=r"store\.backup: is no backup: it does not begin"):
        put_back(file, target, ready)
    with sqlite3.connect(file_of(filled_sqlite)) as connection:
        file.unlink()
        connection.execute("VACUUM INTO ?", (str(file),))
    with pytest.raises(BackupError, match=r"does not tell what it holds.*migrate-store"):
        put_back(file, target, ready)
    assert not (tmp_path / "target.db").exists()


@pytest.mark.parametrize(("damage", "told"), [
    ("UPDATE events SET title = 'Another'", "rows of table events are not those"),
    ("DELETE FROM event_keys WHERE rowid = 1", "table event_keys has .* rows, and .* were backed up"),
    ("INSERT INTO event_keys VALUES ((SELECT id FROM events LIMIT 1), 'x')", "table event_keys has"),
    ("UPDATE changes SET \"before\" = NULL", "rows of table changes"),
    ("UPDATE backup SET manifest = replace(manifest, 'schema', 'Schema')", "damaged where it tells what it holds"),
    ("UPDATE claims SET event_id = 'nowhere'", "rows? .* of claims.* refer to rows that are not there"),
    ("UPDATE alembic_version SET version_num = '0001'", "has the tables of schema 0001, and was made of"),
    ("DROP TABLE ruling_marks", "table ruling_marks is missing")])
def test_a_backup_that_was_changed_is_refused_by_its_table(filled_sqlite: str, file: Path, tmp_path: Path, damage: str, told: str) -> None:
    back_up(filled_sqlite, file, now=NOW)
    with sqlite3.connect(file) as connection:
        connection.execute(damage)
    with pytest.raises(BackupError, match=told):
        put_back(file, f"sqlite:///{tmp_path / 'target.db'}", ready)
    assert not (tmp_path / "target.db").exists()


def test_a_torn_backup_is_refused_with_how_much_is_there(filled_sqlite: str, file: Path) -> None:
    back_up(filled_sqlite, file, now=NOW)
    whole = file.read_bytes()
    for size in (0, 50, 4096, len(whole) // 2, len(whole) - 1, len(whole) + 1):
        file.write_bytes((whole + b"\x00")[:size])
        with pytest.raises(BackupError, match=r"does not begin|is cut off: [\d,]+ bytes, where its first page tells of [\d,]+|at its end"):
            check_backup(file)


def test_bytes_that_were_turned_over_are_noticed_or_hold_nothing(filled_sqlite: str, file: Path) -> None:
    """Wherever in the file something stands: what passes is, row for row, what was backed up."""
    manifest = back_up(filled_sqlite, file, now=NOW)
    whole = file.read_bytes()
    refused = []
    for at in random.Random(7).sample([at for at, byte in enumerate(whole) if byte], 16):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1:])
        try:
            assert check_backup(file) == manifest
        except BackupError as error:
            refused.append(str(error))
    assert len(refused) > 8
    assert all(str(file) in said for said in refused)


def test_a_damaged_store_is_not_backed_up(filled_sqlite: str, file: Path) -> None:
    with sqlite3.connect(file_of(filled_sqlite)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'ix_events_by_last') "
                           "WHERE name = 'ix_events_type_first_id'")
    with pytest.raises(StoreError, match=r"store\.db: is damaged|is corrupt"):
        back_up(filled_sqlite, file, now=NOW)
    assert left_in(file.parent) == []


# In the place of what was there ---------------------------------------------------------------------------------------------

def test_a_store_that_is_no_database_any_more_is_replaced(filled_sqlite: str, file: Path) -> None:
    """Also what its write-ahead log would have put into the new one."""
    expected = everything(filled_sqlite)
    back_up(filled_sqlite, file, now=NOW)
    store = file_of(filled_sqlite)
    store.write_bytes(b"nonsense" * 5_000)
    store.with_name("store.db-wal").write_bytes(b"nonsense" * 500)
    with pytest.raises(StoreUnreadable, match="is no SQLite database"):
        put_back(file, filled_sqlite, ready)
    put_back(file, filled_sqlite, ready, replace=True)
    assert everything(filled_sqlite) == expected


def test_a_log_that_was_left_of_a_store_that_is_gone_is_not_taken_for_the_new_ones(filled_sqlite: str, file: Path, clock: Clock) -> None:
    back_up(filled_sqlite, file, now=NOW)
    expected = everything(filled_sqlite)
    store = open_store(filled_sqlite, clock)
    store.request_run(None, "cli")
    log = file_of(filled_sqlite).with_name("store.db-wal")
    left = log.read_bytes()
    store.close()
    file_of(filled_sqlite).unlink()
    log.write_bytes(left)
    put_back(file, filled_sqlite, ready)
    assert everything(filled_sqlite) == expected


# Killed, and without room ---------------------------------------------------------------------------------------------------

def child(work: Callable[[Callable[[str], None]], Any], *, die_at: tuple[str, int] = ("-", 0), size: int = 0) -> str:
    """What becomes of `work` in a process of its own: `killed`, `done`, or the error that it ended with.

    It is killed when it tells for the so-many-th time what begins so, or may make no file larger than `size`.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        left = [die_at[1]]

        def progress(told: str) -> None:
            if told.startswith(die_at[0]):
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

        said = "done"
        try:
            if size:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            work(progress)
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode()[:1000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    _, status = os.waitpid(process, 0)
    return "killed" if os.WIFSIGNALED(status) else said


def test_a_backup_that_is_killed_leaves_no_file_of_its_name_and_the_next_clears_up(filled_url: str, file: Path) -> None:
    for die_at in (("copying", 1), ("reading", 9)) if filled_url.startswith("sqlite") else (("copying", 12),):
        assert child(lambda progress: back_up(filled_url, file, now=NOW, progress=progress), die_at=die_at) == "killed"
        assert not file.exists()
        assert left_in(file.parent) != []
    back_up(filled_url, file, now=NOW)
    assert left_in(file.parent) == [file.name]


def test_killed_while_it_is_put_back_the_store_is_as_it_was(filled_url: str, file: Path, clock: Clock) -> None:
    back_up(filled_url, file, now=NOW)
    expected = everything(filled_url)
    store = open_store(filled_url, clock)
    store.request_run(None, "cli")
    store.close()
    before = everything(filled_url)
    for die_at in (("reading", 1), ("bringing", 1), ("copying", 1)) if filled_url.startswith("sqlite") else (("writing", 12),):
        assert child(lambda progress: put_back(file, filled_url, upgrade, replace=True, progress=progress), die_at=die_at) == "killed"
        assert everything(filled_url) == before
    put_back(file, filled_url, upgrade, replace=True)
    assert everything(filled_url) == expected
    assert not [path for path in file.parent.parent.rglob("*") if ".part" in path.name]


def test_a_disk_without_room_leaves_nothing_half_made(filled_url: str, file: Path) -> None:
    said = child(lambda progress: back_up(filled_url, file, now=NOW), size=200_000)
    assert said.startswith("StoreFull"), said
    assert left_in(file.parent) == []


def test_a_disk_without_room_leaves_the_store_as_it_was(filled_sqlite: str, file: Path, clock: Clock) -> None:
    """The copy of the backup still fits, the log of the transaction that would put it in place does not."""
    back_up(filled_sqlite, file, now=NOW)
    store = open_store(filled_sqlite, clock)
    store.request_run(None, "cli")
    store.close()
    before = everything(filled_sqlite)
    for size in (100_000, file.stat().st_size + 2_000):
        said = child(lambda progress: put_back(file, filled_sqlite, lambda url: None, replace=True), size=size)
        assert said.startswith("StoreFull"), said
        assert everything(filled_sqlite) == before
        assert not [name for name in left_in(file_of(filled_sqlite).parent) if ".part" in name]
