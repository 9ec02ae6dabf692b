"""A database stays whole, or says plainly what is wrong with it."""
import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from newsdesk import START, Clock, article, open_store, page, read, rows_of, source, state_of, taken, timeline_of
from sqlalchemy import Connection, MetaData, event, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError
from starting import command, finished, started

from app.store.engine import Database
from app.store.errors import SchemaMismatch, StoreFull, StoreLocked, StoreUnreadable, store_error
from app.store.migrations import newest_schema, schema_of, schemas, upgrade
from app.store.queries import EventFilter, Queries
from app.store.statements import Statements
from app.store.store import Store
from app.store.tables import event_states, events, metadata, runs, sources

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def fill(store: Store) -> None:
    store.ledger.sync_sources([source()])
    told = article("a", MET)
    store.record(state_of(taken(store), "meridian").lease, page(told), read(told))


def test_migrated_tables_are_those_of_the_code(empty_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert upgrade(empty_url) == upgrade(empty_url) != ""
    database = Database(empty_url)
    with database.reading() as connection:
        # What each database keeps by itself to find words is made in the migrations alone.
        assert compare_metadata(MigrationContext.configure(connection, opts={
            "include_object": lambda thing, name, kind, reflected, other: not re.match(r"event_numbers|event(_state)?_search|ix_event\w+_words", name)}),
            metadata) == []
    assert schema_of(database) == newest_schema() == schemas()[-1]
    database.close()


def test_a_store_of_the_first_version_is_upgraded_with_all_that_it_holds(database_url: str, empty_url: str) -> None:
    """Its rows stay as they are, and what was known on an earlier day follows from its claims."""
    if make_url(database_url).get_backend_name() != make_url(empty_url).get_backend_name():
        pytest.skip("each database by itself is enough")
    filled = open_store(database_url, Clock())
    fill(filled)
    filled.ledger.finish_run(rows_of(filled, runs)[0]["id"])
    later = article("b", "cancelled meeting of RU, KZ on 2023-11-09", day=date(2023, 11, 14))
    filled.record(state_of(taken(filled), "meridian").lease, page(later), read(later))

    upgrade(empty_url, to="0001")
    old = Database(empty_url)
    first = MetaData()
    first.reflect(old.engine)
    with filled.engine.connect() as connection:
        told = {table.name: list(connection.execute(select(*(metadata.tables[table.name].c[column.name] for column in table.c)))
                                 .mappings()) for table in first.sorted_tables if table.name in metadata.tables}

    def copy(connection: Connection) -> None:
        for table in first.sorted_tables:
            if told.get(table.name):
                connection.execute(insert(table), [dict(row) for row in told[table.name]])

    old.write(copy)
    old.close()

    upgrade(empty_url)
    store = open_store(empty_url, Clock())
    store.fill_states()
    assert timeline_of(store) == timeline_of(filled)
    for day in (date(2023, 11, 9), date(2023, 11, 10), date(2023, 11, 14)):
        found, expected = (Queries(one.engine).events(EventFilter(as_of=day), due=day, limit=9) for one in (store, filled))
        assert found == expected
    assert len(rows_of(store, event_states)) == 1
    store.close()
    filled.close()


def test_many_processes_that_start_at_once_take_the_steps_once(empty_url: str) -> None:
    processes = [subprocess.Popen(command("upgrade", empty_url), stdout=subprocess.PIPE, text=True) for _ in range(3)]
    found = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(found) == 1


def test_a_database_of_a_later_version_is_refused(empty_url: str) -> None:
    upgrade(empty_url)
    database = Database(empty_url)
    database.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    database.close()
    with pytest.raises(SchemaMismatch, match=r"later version.*9999"):
        upgrade(empty_url)


def test_a_database_without_tables_says_so(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        file_of(empty_url).touch()
    database = Database(empty_url)
    with pytest.raises(SchemaMismatch, match="summitry migrate"), database.reading() as connection:
        connection.execute(select(runs)).all()
    database.close()


def test_nothing_is_written_outside_of_a_transaction_that_holds_the_lock_from_its_beginning(sqlite_url: str,
                                                                                           clock: Clock) -> None:
    store = open_store(sqlite_url, clock)
    said: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        said.append(statement.split("(")[0].strip())

    fill(store)
    began, wrote = "", 0
    for statement in said:
        if statement.startswith("BEGIN"):
            began = statement
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            wrote += 1
            assert began == "BEGIN IMMEDIATE"
    assert wrote > 10
    store.close()


def test_connections_are_opened_as_promised(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.reading() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar()
                 for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 1, 1]
    database.close()


def test_of_what_several_processes_read_and_write_nothing_is_lost(database_url: str, clock: Clock) -> None:
    store = open_store(database_url, clock)
    store.ledger.sync_sources([source()])
    processes = [subprocess.Popen(command("rewrite", database_url, "--times", "25")) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert rows_of(store, sources)[0]["failures"] == 75
    store.close()


def test_reading_goes_on_and_writing_waits_while_another_process_holds_the_lock(database_url: str, clock: Clock) -> None:
    store = open_store(database_url, clock, busy_timeout=0.3)
    fill(store)
    with started("hold", database_url, "--seconds", "1.0"):
        found = Queries(store.engine).events(EventFilter(), due=START.date(), limit=10)
        assert len(found.rows) == 1
        store.request_run(None, "api")  # waits, and is tried anew
    assert len(rows_of(store, runs)) == 1
    store.close()


def test_a_lock_that_is_never_given_back_is_an_error_and_not_a_wait_for_ever(database_url: str, clock: Clock) -> None:
    store = open_store(database_url, clock, busy_timeout=0.1)
    fill(store)
    store.ledger.finish_run(rows_of(store, runs)[0]["id"])
    with started("hold", database_url, "--seconds", "30"), pytest.raises(StoreLocked):
        store.request_run(None, "api")
    store.close()


@pytest.mark.postgres
def test_a_process_that_is_frozen_in_the_middle_of_a_write_holds_up_others_for_a_while_only(database_url: str,
                                                                                           clock: Clock) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("the lock of a file is its holder's until it lives or dies")
    store = open_store(database_url, clock, busy_timeout=0.5)
    fill(store)
    with started("hold", database_url, "--seconds", "30", "--busy", "0.5") as frozen:
        frozen.send_signal(signal.SIGSTOP)
        store.request_run(None, "api")
    store.close()


def test_a_file_that_vanishes_is_an_error_and_no_new_timeline(sqlite_url: str, clock: Clock) -> None:
    store = open_store(sqlite_url, clock)
    fill(store)
    file = file_of(sqlite_url)
    kept = file.rename(file.with_suffix(".away"))
    with pytest.raises(StoreUnreadable, match="No such file"):
        store.request_run(None, "api")
    with pytest.raises(DBAPIError, match=r"No such file|unable to open"):
        Queries(store.engine).health()
    assert not file.exists()
    file.touch()
    with pytest.raises(StoreUnreadable, match="not the file that was opened"):
        store.request_run(None, "api")
    file.unlink()
    kept.rename(file)
    store.request_run(None, "api")
    store.close()


@pytest.mark.parametrize("damage", [b"nonsense" * 512, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(damage)
    with pytest.raises(StoreUnreadable, match=r"store\.db.*(is no SQLite database|is corrupt)"):
        upgrade(f"sqlite:///{file}")
    assert file.read_bytes() == damage


def test_a_database_that_was_damaged_while_open_is_named(sqlite_url: str, clock: Clock) -> None:
    store = open_store(sqlite_url, clock)
    fill(store)
    store.close()
    file = file_of(sqlite_url)
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreUnreadable, match="is corrupt"):
        open_store(sqlite_url, clock).request_run(None, "api")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StoreUnreadable, match="Permission denied"):
        upgrade(f"sqlite:///{folder / 'store.db'}")


@pytest.mark.parametrize(("url", "complaint"), [
    ("mysql://a/b", "SQLite or PostgreSQL"), ("sqlite://", "names no file"), ("sqlite:///:memory:", "names no file"),
    ("nonsense", "is no URL"), ("mysql://ana:secret@a/b", "SQLite or PostgreSQL"), ("postgresql//ana:secret@a/b", "is no URL"),
    ("postgresql://ana:secret@a:port/b", "is no URL"), ("sqlite://ana:secret@/", "names no file"),
    ("mysql://a/b?password=secret", "SQLite or PostgreSQL")])
def test_a_database_that_can_not_be_used_is_refused_by_name_and_without_its_password(url: str, complaint: str) -> None:
    with pytest.raises(StoreUnreadable, match=complaint) as caught:
        Database(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    database = Database("postgresql://reader:secret@127.0.0.1:1/store?sslpassword=secret")
    with pytest.raises(StoreUnreadable) as caught, database.reading() as connection:
        connection.execute(select(runs)).all()
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value) + database.name


def test_a_file_that_may_not_grow_is_told_as_a_full_disk_and_works_again_with_room(sqlite_url: str, tmp_path: Path,
                                                                                   clock: Clock) -> None:
    pages = tmp_path / "pages.json"
    pages.write_text(json.dumps({"meridian": [[f"{number}", MET, "x" * 20_000] for number in range(20)]}))
    size = file_of(sqlite_url).stat().st_size
    assert finished("fill", sqlite_url, str(pages), "--bytes", str(size + 100_000)).splitlines()[-1] == "failed"
    store = open_store(sqlite_url, clock)
    assert len(Queries(store.engine).events(EventFilter(), due=START.date(), limit=10).rows) == 1
    store.close()
    assert finished("run", sqlite_url, str(pages)).splitlines()[-1] == "ok"
    with sqlite3.connect(file_of(sqlite_url)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (20,)


def test_full_disks_have_an_error_of_their_own(tmp_path: Path, sqlite_url: str) -> None:
    """SQLite's own limit on pages gives the same answer as a disk without room."""
    database = Database(sqlite_url)

    def work(connection: Any) -> None:
        connection.execute(text("PRAGMA max_page_count = 1"))
        connection.execute(events.insert().values(
            id="x", type="", status="", first="", last="", precision="", title="", words="x" * 1_000_000, confidence=0,
            revision=0, first_seen="", updated="", changed="", withdrawn=False, event="", json=b"", vevent=b""))

    with pytest.raises(StoreFull, match="the disk is full"):
        database.write(work)
    database.close()


@pytest.mark.postgres
def test_a_server_that_drops_a_connection_fails_one_write_and_no_more(database_url: str, clock: Clock) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file drops no connections")
    store = open_store(database_url, clock)
    fill(store)

    def dropped(connection: Any) -> None:
        connection.execute(runs.update().values(state="nonsense"))
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnreadable):
        store._database.write(dropped)
    with pytest.raises(DBAPIError) as lost, Statements(store.engine).asking() as asking:
        asking.rows("ends", lambda: select(text("pg_terminate_backend(pg_backend_pid())")))
    assert isinstance(store_error(lost.value, "the store"), StoreUnreadable)
    assert {row["state"] for row in rows_of(store, runs)} == {"running"}
    store.request_run(None, "api")
    store.close()
