"""The doctor names whatever does not hold in a store, and what to do about it; and mends what follows from the rest."""
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from filled import everything, file_of, opened
from newsdesk import Clock, read
from sqlalchemy import create_engine, insert, make_url

import timeline.reconcile
from app.config import Settings
from app.doctor.events import Rendering
from app.doctor.examination import examine, examine_store
from app.doctor.findings import CHECKS, Finding, Level, Report
from app.doctor.machine import Machine, flaws_of_clock, flaws_of_room, flaws_of_settings, flaws_of_zones
from app.doctor.outward import flaws_of_deliveries
from app.doctor.whole import flaws_of_ledger, flaws_of_sources
from app.event_json import event_json
from app.ical import vevent
from app.reprocess import reprocess
from app.store.engine import Database
from app.store.inspection import Inspection
from app.store.queries import EventFilter, Queries
from app.store.tables import actors, articles, events
from timeline.titles import state_name

RENDERING = Rendering(event_json, vevent, timeline.reconcile.event_keys, state_name)
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
NOW = datetime(2023, 11, 11, 9, 20, tzinfo=UTC)  # when it is filled
GOOD = Settings(base_url="https://summitry.example", user_agent="Summitry/1 (+https://summitry.example/about)")

# One of each kind in the timeline of `filled`.
VISIT = "(SELECT id FROM events WHERE type = 'visit')"
CALL = "(SELECT id FROM events WHERE type = 'call')"
SUMMIT = "(SELECT id FROM events WHERE type = 'summit')"
HEIR = "(SELECT heir FROM events WHERE heir IS NOT NULL)"
MERGED = "(SELECT id FROM events WHERE heir IS NOT NULL)"
WITHDRAWN = "(SELECT id FROM events WHERE withdrawn AND heir IS NULL AND type = 'meeting')"
IN = "(SELECT id FROM webhooks WHERE url LIKE '%/in')"
PLAN = "(SELECT id FROM articles WHERE url LIKE '%meridian.example/plan')"


def examined(url: str) -> Report:
    database = Database(url)
    try:
        return examine_store(database, RENDERING)
    finally:
        database.close()


def run_sql(url: str, *statements: str) -> None:
    """Damage a store behind its back: without looking at what refers to what."""
    if url.startswith("sqlite"):
        with sqlite3.connect(file_of(url)) as connection:
            for statement in statements:
                for part in statement.split("; "):
                    connection.execute(part)
        connection.close()
        return
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        plainly = connection.execution_options(no_parameters=True)
        for statement in ("SET LOCAL session_replication_role = replica", *statements):
            for part in statement.split("; "):
                plainly.exec_driver_sql(part)
    engine.dispose()


def in_dialect(damage: str, kind: str) -> str:
    return damage.replace("{blob}", "BLOB" if kind == "sqlite" else "BYTEA")


def faults(report: Report) -> list[Finding]:
    return [finding for finding in report.findings() if finding.level is not Level.OK]


def test_a_timeline_in_which_much_has_happened_is_sound_and_nothing_is_written(filled_url: str) -> None:
    before = everything(filled_url)
    report = examined(filled_url)
    assert (faults(report), report.sound) == ([], True)
    assert report.looked_at == {"articles": 12, "versions": 14, "claims": 12, "events": 9, "changes": 21, "actors": 4}
    assert everything(filled_url) == before


# What must hold, damaged -----------------------------------------------------------------------------------------------------

CHANGE = f"(SELECT max(id) FROM changes WHERE event_id = {VISIT})"
DAMAGES: dict[str, tuple[str, str, str, str]] = {
    # check, damage, what is said of it, and what to do
    "other schema": ("schema", "UPDATE alembic_version SET version_num = '0005'", "are of schema 0005", "summitry migrate"),
    "later schema": ("schema", "UPDATE alembic_version SET version_num = '9999'", "are of schema 9999", "a later version made them"),
    "lost column": ("schema", "ALTER TABLE articles DROP COLUMN missed", "part of the schema is missing", "restore"),
    "lost index": ("schema", "DROP INDEX ix_changes_at", "an index is missing", "--repair"),
    "lost actor": ("references", "DELETE FROM actors WHERE id = 'person:xi-jinping'", "event_actors.actor_id refers to rows", "restore"),
    "lost event": ("references", f"DELETE FROM events WHERE id = {WITHDRAWN}", "changes.event_id refers to rows", "restore"),
    "lost run": ("references", "DELETE FROM runs", "failures.run_id refers to rows", "restore"),
    "no event": ("events", f"UPDATE events SET event = '{{' WHERE id = {VISIT}", "can't be read", "restore"),
    "other event": ("events", f"UPDATE events SET event = (SELECT event FROM events WHERE id = {CALL}) WHERE id = {VISIT}",
                    "another one than its row", "restore"),
    "a ruled out event stands": ("events", "UPDATE events SET withdrawn = false WHERE type = 'signing'", "ruled out stands", "--repair"),
    "column": ("events", f"UPDATE events SET place = 'paris' WHERE id = {VISIT}", "columns do not follow", "--repair"),
    "words": ("events", f"UPDATE events SET words = '' WHERE id = {WITHDRAWN}", "columns do not follow", "--repair"),
    "since": ("events", f"UPDATE events SET since = '2023-11-01' WHERE id = {VISIT}", "columns do not follow", "--repair"),
    "no claim": ("claims", f"UPDATE claims SET claim = '[]' WHERE event_id = {CALL}", "a claim can't be read", "restore"),
    "no former claim": ("claims", "UPDATE claims SET claim = '[]' WHERE event_id IS NULL", "a claim can't be read", "restore"),
    "other claim": ("claims", f"UPDATE claims SET claim = replace(claim, id, 'aaaabbbbccccdddd') WHERE event_id = {CALL}",
                    "another one than its row", "reprocess"),
    "a claim that was taken back": ("claims", f"UPDATE claims SET current = false WHERE id = (SELECT min(id) FROM claims WHERE "
                                    f"event_id = {VISIT})", "its article has taken back", "reprocess"),
    "claim of nothing": ("claims", f"UPDATE claims SET event_id = NULL WHERE id = (SELECT min(id) FROM claims WHERE event_id = {VISIT})",
                         "belongs to no event", "reprocess"),
    "claim of another": ("claims", f"UPDATE claims SET event_id = {SUMMIT} WHERE event_id = {CALL}", "holds other claims", "reprocess"),
    "withdrawn with claims": ("claims", f"UPDATE claims SET event_id = {MERGED} WHERE event_id = {HEIR}", "a withdrawn event holds", "reprocess"),
    "no evidence": ("evidence", f"UPDATE claims SET event_id = NULL WHERE event_id = {CALL}", "rests on no sentence", "correct withdraw"),
    "quotation": ("evidence", f"UPDATE claims SET claim = replace(claim, '\"start\":', '\"start\":1') WHERE event_id = {CALL}",
                  "does not hold, where a claim points to", "reprocess"),
    "former quotation": ("evidence", "UPDATE claims SET claim = replace(claim, '\"start\":', '\"start\":1') WHERE event_id IS NULL",
                         "an earlier version of an article does not hold", "restore"),
    "text": ("articles", f"UPDATE article_versions SET article = replace(article, 'It rained', 'It shone') WHERE article_id = {PLAN}",
             "is not the one that was read", "restore"),
    "no text": ("articles", f"UPDATE article_versions SET article = 'x' WHERE article_id = {PLAN} AND version = 1", "can't be read", "restore"),
    "lost version": ("articles", f"DELETE FROM article_versions WHERE article_id = {PLAN} AND version = 1", "versions of an article are missing",
                     "restore"),
    "text of another": ("articles", "UPDATE article_versions SET article = replace(article, '/none', '/other') WHERE article LIKE '%/none%'",
                        "belongs to another article", "restore"),
    "headline": ("articles", f"UPDATE articles SET headline = 'Other' WHERE id = {PLAN}", "columns do not follow from the article", "--repair"),
    "JSON": ("rendered", f"UPDATE events SET json = (SELECT json FROM events WHERE id = {CALL}) WHERE id = {VISIT}",
             "is not what follows", "reprocess"),
    "no JSON": ("rendered", f"UPDATE events SET json = CAST('{{' AS {{blob}}) WHERE id = {SUMMIT}", "JSON of an event is damaged", "--repair"),
    "entry": ("rendered", f"UPDATE events SET vevent = (SELECT vevent FROM events WHERE id = {CALL}) WHERE id = {VISIT}",
              "calendar entry of an event is not what follows", "--repair"),
    "no entry": ("rendered", f"UPDATE events SET vevent = CAST('BEGIN:VEVENT' AS {{blob}}) WHERE id = {CALL}", "calendar entry of an event "
                 "is damaged", "--repair"),
    "lost key": ("links", f"DELETE FROM event_keys WHERE event_id = {VISIT}", "rows of event_keys are missing", "--repair"),
    "more keys": ("links", f"INSERT INTO event_keys VALUES ({WITHDRAWN}, 'x')", "rows of event_keys are there that", "--repair"),
    "lost country": ("links", f"DELETE FROM event_countries WHERE event_id = {VISIT}", "rows of event_countries are missing", "--repair"),
    "lost source": ("links", f"DELETE FROM event_sources WHERE event_id = {VISIT}", "rows of event_sources are missing", "--repair"),
    "lost link": ("links", f"DELETE FROM event_actors WHERE event_id = {VISIT}", "rows of event_actors are missing", "--repair"),
    "lost state": ("states", "DELETE FROM event_state_links WHERE state_id = (SELECT max(id) FROM event_states); DELETE FROM event_states WHERE "
                   "id = (SELECT max(id) FROM event_states)", "was known of an event on an earlier day", "--repair"),
    "state": ("states", f"UPDATE event_states SET status = 'held' WHERE owner = {VISIT}", "was known of an event on an earlier", "--repair"),
    "state's JSON": ("states", f"UPDATE event_states SET json = CAST('{{' AS {{blob}}) WHERE owner = {VISIT}", "was known of an", "--repair"),
    "state's link": ("states", "DELETE FROM event_state_links WHERE kind = 'country'", "was known of an event on an earlier", "--repair"),
    "state's claims": ("states", f"UPDATE event_states SET claims = '[]' WHERE owner = {VISIT}", "was known of an event on", "--repair"),
    "no history": ("history", f"DELETE FROM changes WHERE event_id = {CALL}", "has no history", "restore"),
    "torn history": ("history", f"DELETE FROM changes WHERE id = (SELECT min(id) FROM changes WHERE event_id = {CALL})", "does not begin where",
                     "restore"),
    "other end": ("history", f"UPDATE changes SET after = before WHERE id = {CHANGE}", "does not lead to the event", "restore"),
    "an end that is none": ("history", f"UPDATE changes SET after = NULL WHERE id = {CHANGE}", "an event stands that was withdrawn last", "restore"),
    "actor": ("actors", "UPDATE actors SET words = 'nobody' WHERE id = 'person:xi-jinping'", "words that an actor is found by", "--repair"),
    "lost heir": ("heirs", f"UPDATE events SET heir = 'nowhere' WHERE id = {MERGED}", "leads to one that is not there", "restore"),
    "heir of one that stands": ("heirs", f"UPDATE events SET heir = {VISIT} WHERE id = {CALL}", "an event that stands leads", "restore"),
    "circle": ("heirs", f"UPDATE events SET heir = {MERGED} WHERE id = {MERGED}", "in a circle", "restore"),
    "lost mark": ("rulings", "DELETE FROM ruling_marks WHERE kind = 'article'", "not found by all", "--repair"),
    "no ruling": ("rulings", "UPDATE rulings SET ruling = '{' WHERE number = 1", "a correction can't be read", "restore"),
    "other ruling": ("rulings", "UPDATE rulings SET kind = 'split' WHERE number = 1", "another one than its row", "restore"),
    "scope": ("tokens", "UPDATE tokens SET scopes = 'trigger fly' WHERE name = 'newsdesk'", "a token can't be judged", "--repair"),
    "digest": ("tokens", "UPDATE tokens SET digest = '' WHERE name = 'archive'", "a token opens nothing", "--repair"),
    "time of a token": ("tokens", "UPDATE tokens SET expires = 'soon' WHERE name = 'former'", "a token can't be judged", "--repair"),
    "lost told event": ("references", "UPDATE webhook_events SET event_id = 'nowhere' WHERE told IS NOT NULL", "webhook_events.event_id refers to",
                        "restore"),
    "filter": ("webhooks", f"UPDATE webhooks SET filter = '{{\"cuntry\": \"KZ\"}}' WHERE id = {IN}", "the filter of a webhook can't be weighed",
               "PATCH"),
    "no filter": ("webhooks", f"UPDATE webhooks SET filter = '{{' WHERE id = {IN}", "the filter of a webhook can't be weighed", "PATCH"),
    "both": ("webhooks", f"UPDATE webhooks SET active = true WHERE id <> {IN}", "active and disabled", "webhooks enable"),
    "seen too much": ("webhooks", f"UPDATE webhooks SET reached = 1000000 WHERE id = {IN}", "has seen changes that are not there", "--repair"),
    "told too much": ("webhooks", "UPDATE webhook_events SET told = 1000000 WHERE told IS NOT NULL", "was told of changes that are not", "--repair"),
    "held by nobody": ("webhooks", f"UPDATE webhooks SET holder = 'x' WHERE id = {IN}", "held without a sign of life", "--repair"),
    "former secret": ("webhooks", f"UPDATE webhooks SET former_until = NULL WHERE id = {IN}", "the former secret of a webhook", "--repair"),
    "since when": ("webhooks", "UPDATE webhook_events SET waiting_since = NULL WHERE message IS NULL", "does not say since when", "--repair"),
    "half a message": ("webhooks", "UPDATE webhook_events SET body = NULL WHERE message IS NOT NULL", "is not whole", "--repair"),
    "not applied": ("rulings", "UPDATE rulings SET undone_at = NULL WHERE undone_at IS NOT NULL", "corrections are not applied", "reprocess"),
}


class Patient:
    """One file for many tests, with one engine over it, so that it is told its questions once. `whole` makes it as it was."""

    def __init__(self, url: str) -> None:
        self._was = sqlite3.connect(":memory:")
        self._file = sqlite3.connect(file_of(url), isolation_level=None)
        self._file.backup(self._was)
        self.url = url
        self.database = Database(url)

    def whole(self) -> None:
        self._was.backup(self._file)

    def close(self) -> None:
        self.database.close()
        self._file.close()
        self._was.close()


@pytest.fixture(scope="module")
def one_patient(copy_of_filled: Callable[[str, Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    patient = Patient(copy_of_filled("sqlite", tmp_path_factory.mktemp("patient")))
    yield patient
    patient.close()


@pytest.fixture
def patient(one_patient: Patient) -> Patient:
    one_patient.whole()
    return one_patient


def see_that_it_is_named(report: Report, name: str) -> None:
    check, _, told, mend = DAMAGES[name]
    found = next(finding for finding in faults(report) if finding.check == check and told in finding.what)
    assert (report.sound, found.level, found.count > 0) == (False, Level.FAULT, True)
    assert mend in found.mend


MENDABLE = [name for name, (*_, mend) in DAMAGES.items() if "--repair" in mend]


# Those that can be told apart when they are done at once: a look through a whole store takes its time.
WARDS = [
    ["other schema"], ["later schema"], ["lost column"],
    ["lost actor", "lost event", "lost run", "no event", "no claim", "claim of nothing", "claim of another", "former quotation", "text",
     "text of another", "torn history", "lost heir", "heir of one that stands", "circle", "no ruling", "lost told event", "filter", "both"],
    ["other event", "no former claim", "other claim", "withdrawn with claims", "quotation", "no text", "no history", "other ruling",
     "no filter"],
    ["a claim that was taken back", "no evidence", "lost version", "JSON", "other end"],
    ["an end that is none", "not applied"]]


def test_each_damage_that_nothing_mends_is_done_once() -> None:
    assert sorted(name for ward in WARDS for name in ward) == sorted(set(DAMAGES) - set(MENDABLE))
    for ward in [*WARDS, MENDABLE]:
        told = [DAMAGES[name][::2] for name in ward if DAMAGES[name][0] not in ("states", "events", "tokens")]
        assert len(told) == len(set(told)), "one would be taken for the other"


@pytest.mark.parametrize("ward", WARDS, ids=lambda ward: ward[0])
def test_what_does_not_hold_is_named_with_what_to_do(patient: Patient, ward: list[str]) -> None:
    run_sql(patient.url, *(in_dialect(DAMAGES[name][1], "sqlite") for name in ward))
    report = examine_store(patient.database, RENDERING)
    for name in ward:
        see_that_it_is_named(report, name)


@pytest.mark.postgres
def test_it_is_named_on_postgresql_too(copy_of_filled: Callable[[str, Path], str], tmp_path: Path) -> None:
    url = copy_of_filled("postgresql", tmp_path)
    names = ["lost actor", "claim of nothing", "quotation", "text", "lost told event", "filter"]
    run_sql(url, *(in_dialect(DAMAGES[name][1], "postgresql") for name in names))
    report = examined(url)
    for name in names:
        see_that_it_is_named(report, name)


BY_COMMAND = [
    ["a claim that was taken back", "claim of nothing", "withdrawn with claims", "quotation", "filter", "both", "not applied"],
    ["claim of another", "no evidence", "JSON", "no filter"]]


def test_what_is_said_to_be_mended_by_a_command_is_tried() -> None:
    """One is left to a backup, as is said of it: what was read again does not bring it back."""
    said = {name for name, (*_, mend) in DAMAGES.items() if mend in ("reprocess", "correct withdraw", "PATCH", "webhooks enable")}
    assert {name for names in BY_COMMAND for name in names} == said - {"other claim"}


@pytest.mark.parametrize("damages", BY_COMMAND, ids=lambda damages: damages[0])
def test_what_is_said_to_be_mended_by_a_command_is_mended_by_it(patient: Patient, damages: list[str]) -> None:
    """Reading all again, another filter for a webhook, and enabling one."""
    run_sql(patient.url, *(in_dialect(DAMAGES[name][1], "sqlite") for name in damages))
    assert len(faults(examine_store(patient.database, RENDERING))) >= len(damages)
    store = opened(patient.url, Clock(NOW))
    reprocess(store, lambda told: () if "unreadable" in told.text else read(told))
    for webhook in Inspection(patient.database).webhooks():
        if webhook.url.endswith("/in"):
            store.webhooks.change(webhook.id, wanted={"country": ["KZ"]})
        else:
            store.webhooks.enable(webhook.id)
    store.close()
    assert faults(examine_store(patient.database, RENDERING)) == []


@pytest.mark.parametrize("kind", BOTH)
def test_what_follows_from_the_rest_is_named_and_mended(kind: str, copy_of_filled: Callable[[str, Path], str], tmp_path: Path) -> None:
    """All at once, and each thing as it was before."""
    url = copy_of_filled(kind, tmp_path)
    before = everything(url)
    run_sql(url, *(in_dialect(DAMAGES[name][1], kind) for name in MENDABLE))
    report = examined(url)
    for name in MENDABLE:
        see_that_it_is_named(report, name)
    assert {finding.check for finding in faults(report)} == {DAMAGES[name][0] for name in MENDABLE}
    store = opened(url, Clock(NOW))
    assert store.mending.write_anew(report.anew) == len(report.anew)
    store.close()
    assert faults(examined(url)) == []
    after = everything(url)
    for table in before.keys() - {"events", "changes", "event_states", "event_state_links", "tokens", "webhooks", "webhook_events"}:
        assert after[table] == before[table]
    assert [(name, revoked is not None) for _, name, *_, revoked in sorted(after["tokens"], key=lambda row: row[1])] == [
        ("archive", True), ("former", True), ("newsdesk", True)]
    assert {row[12] for row in after["webhooks"]} == {max(row[0] for row in before["changes"])}  # nothing new is missed
    assert sum(row[4] is not None for row in after["webhook_events"]) == sum(row[4] is not None for row in before["webhook_events"])
    for was, now in zip(before["events"], after["events"], strict=True):
        assert {column.name for column, old, new in zip(events.columns, was, now, strict=True) if old != new} <= {"updated", "json"}


def test_each_check_of_a_store_is_one_that_a_test_damages() -> None:
    assert {check for check, *_ in DAMAGES.values()} | {"file", "numbers", "words"} == set(CHECKS) - {
        "ledger", "sources", "deliveries", "retention", "log", "disk", "clock", "zones", "settings"}


WORDLESS = [("sqlite", "DROP TRIGGER events_searched_update"), ("sqlite", "DROP TABLE event_search"), ("sqlite", "INSERT INTO event_search VALUES ('zebra')"),
            pytest.param("postgresql", "DROP INDEX ix_events_words", marks=pytest.mark.postgres)]


@pytest.mark.parametrize(("kind", "damage"), WORDLESS)
def test_an_index_of_words_that_is_not_whole_is_named_and_made_anew(kind: str, damage: str, copy_of_filled: Callable[[str, Path], str],
                                                                    tmp_path: Path) -> None:
    url = copy_of_filled(kind, tmp_path)
    run_sql(url, damage)
    report = examined(url)
    assert [(finding.check, finding.count > 0) for finding in faults(report)] == [("words", True)]
    store = opened(url, Clock(NOW))
    store.mending.write_anew(report.anew)
    store.close()
    assert faults(examined(url)) == []
    database = Database(url)
    assert Queries(database.engine).events(EventFilter(q="xi tashk"), due=NOW.date(), limit=9).rows
    database.close()


def test_json_that_was_written_anew_is_a_change_and_no_new_sequence(filled_url: str) -> None:
    before = {row[0]: row for row in everything(filled_url)["events"]}
    run_sql(filled_url, f"UPDATE events SET json = (SELECT json FROM events WHERE id = {CALL}) WHERE id = {VISIT}")
    report = examined(filled_url)
    assert report.anew == {("event", next(id_ for id_, row in before.items() if row[1] == "visit"))}
    store = opened(filled_url, Clock(NOW))
    store.mending.write_anew(report.anew)
    store.close()
    assert faults(examined(filled_url)) == []
    assert everything(filled_url)["changes"][-1][3] == "written down anew"
    for row in everything(filled_url)["events"]:
        was = before[row[0]]
        assert (row[12], row[15], row[21]) == (was[12], was[15], was[21])  # revision, changed, VEVENT


def test_a_calendar_entry_in_other_words_is_no_fault(patient: Patient) -> None:
    """As after an update of Summitry that describes events otherwise."""
    run_sql(patient.url, "UPDATE events SET vevent = CAST(replace(CAST(vevent AS TEXT), 'DESCRIPTION:', 'DESCRIPTION:So: ') AS BLOB) "
                         f"WHERE id = {VISIT}")
    report = examine_store(patient.database, RENDERING)
    found, = faults(report)
    assert (found.check, found.level, report.sound) == ("rendered", Level.WARN, True)
    assert "--repair" in found.mend


def test_a_damaged_file_is_named_and_what_can_be_looked_at_is(filled_sqlite: str) -> None:
    run_sql(filled_sqlite, "PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'ix_changes_at'")
    report = examined(filled_sqlite)
    found = next(finding for finding in faults(report) if finding.check == "file")
    assert (found.what, "restore" in found.mend) == ("the database finds itself damaged", True)
    assert report.looked_at["events"] == 9


@pytest.mark.parametrize("damage", ["gone", "nonsense"])
def test_a_store_that_can_not_be_opened_is_a_fault_and_none_is_made(filled_sqlite: str, damage: str) -> None:
    file = file_of(filled_sqlite)
    file.write_bytes(b"nonsense" * 600)
    if damage == "gone":
        file.unlink()
    database = Database(filled_sqlite)
    report = examine(database, GOOD, RENDERING, now=NOW)
    database.close()
    found, = faults(report)
    assert (found.check, "restore" in found.mend, report.skipped["ledger"]) == ("file", True, "since the store can't be read")
    assert "schema" in report.skipped
    assert file.exists() == (damage == "nonsense")


def test_a_page_that_can_not_be_read_ends_the_look_and_says_so(filled_sqlite: str) -> None:
    file = file_of(filled_sqlite)
    with sqlite3.connect(file) as connection:
        page, = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'changes'").fetchone()
    with file.open("r+b") as opened_file:
        opened_file.seek((page - 1) * 4096)
        opened_file.write(b"\xff" * 4096)
    report = examined(filled_sqlite)
    assert {finding.check for finding in faults(report)} == {"file"}
    assert report.skipped["history"] == "since the store can't be read through"
    assert not any(finding.check == "history" for finding in report.findings())


@pytest.mark.postgres
def test_numbers_that_are_taken_are_named_and_go_on(copy_of_filled: Callable[[str, Path], str], tmp_path: Path) -> None:
    url = copy_of_filled("postgresql", tmp_path)
    run_sql(url, "SELECT setval('changes_id_seq', 3)")
    report = examined(url)
    found, = faults(report)
    assert (found.check, found.subjects) == ("numbers", ["changes"])
    store = opened(url, Clock(NOW))
    store.mending.write_anew(report.anew)
    store.close()
    assert faults(examined(url)) == []


def test_a_database_without_tables_is_named(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        file_of(empty_url).touch()
    found, = faults(examined(empty_url))
    assert (found.check, found.what) == ("schema", "the store has no tables")
    assert "summitry migrate" in found.mend


def test_all_is_looked_through_in_portions(database_url: str) -> None:
    """More of each than one portion holds; none is left out, and none comes twice."""
    database = Database(database_url)
    bare = {"type": "call", "status": "held", "first": "2023-11-01", "last": "2023-11-01", "precision": "day", "title": "", "words": "",
            "confidence": 1, "revision": 0, "first_seen": "", "updated": "", "changed": "", "withdrawn": False, "event": "{}", "json": b"",
            "vevent": b""}
    ids = [f"{number:04}" for number in range(1_001)]

    def fill(connection: Any) -> None:
        connection.execute(insert(events), [bare | {"id": id_} for id_ in ids[:401]])
        connection.execute(insert(articles), [{"id": id_, "url": id_, "source_id": "", "version": 0, "headline": "", "first_seen": "",
                                               "last_seen": ""} for id_ in ids[:101]])
        connection.execute(insert(actors), [{"id": id_, "kind": "person", "words": ""} for id_ in ids])

    database.write(fill)
    inspection = Inspection(database)
    assert [parts.row.id for parts in inspection.events()] == ids[:401]
    assert [parts.row.id for parts in inspection.articles()] == ids[:101]
    assert [row.id for row in inspection.actors()] == ids
    database.close()


# The ledger, the machine, the settings -----------------------------------------------------------------------------------------

def served(database: Database, *, now: datetime = NOW, settings: Settings = GOOD) -> list[Finding]:
    """What is wrong with the store of a service, or with the service."""
    return faults(examine(database, settings, RENDERING, now=now, machine=Machine(room=lambda folder: 10**12)))


ALL_WELL = ("UPDATE sources SET failures = 0, due = '2023-11-11T09:21:00.000000Z'; "
            "UPDATE webhooks SET active = true, disabled_at = NULL, disabled_for = NULL, disabled_detail = NULL; "
            "UPDATE webhook_events SET waiting_since = '2023-11-11T09:00:00.000000Z' WHERE due IS NOT NULL")


LEDGER: dict[str, tuple[str, str, str, str, Level]] = {
    "dead run": ("ledger", "UPDATE runs SET state = 'running', heartbeat = '2023-11-11T08:00:00.000000Z', holder = 'x'",
                 "shows no sign of life", "next tick", Level.WARN),
    "lease": ("ledger", "UPDATE sources SET lease = (SELECT id FROM runs) WHERE id = 'meridian'", "held by a run that is over", "--repair",
              Level.FAULT),
    "lost lease": ("ledger", "UPDATE sources SET lease = 'none' WHERE id = 'meridian'", "held by a run that is over", "--repair", Level.FAULT),
    "half a run": ("ledger", "UPDATE run_sources SET state = 'running' WHERE source_id = 'meridian'", "in a run that is over", "record alone",
                   Level.WARN),
    "two wait": ("ledger", "INSERT INTO runs (id, trigger, state, queued, fetched, new, changed, failed, empty) SELECT id || n, 'api', 'queued', "
                 "queued, 0, 0, 0, 0, 0 FROM runs, (SELECT 'a' AS n UNION SELECT 'b') AS two", "more than one run waits", "in turn", Level.WARN),
    "failing": ("sources", "UPDATE sources SET failures = 2 WHERE id = 'meridian'", "a source is failing", "sources check", Level.WARN),
    "overdue": ("sources", "UPDATE sources SET due = '2023-11-01T00:00:00.000000Z' WHERE id = 'meridian'", "should have been asked long ago",
                "summitry serve", Level.WARN),
    "disabled": ("deliveries", f"UPDATE webhooks SET active = false, disabled_at = created, disabled_for = 'gone' WHERE id = {IN}",
                 "a webhook is disabled", "webhooks enable", Level.WARN),
    "behind a failing receiver": ("deliveries", "UPDATE webhook_events SET waiting_since = '2023-11-11T05:00:00.000000Z' WHERE message IS NOT NULL "
                                  f"AND webhook_id = {IN}", "an hour behind: its receiver fails", "last attempts", Level.WARN),
    "not delivered": ("deliveries", f"UPDATE webhooks SET failures = 0, reached = 0 WHERE id = {IN}; UPDATE webhook_events SET due = NULL, "
                      "waiting_since = NULL", "an hour behind: no process delivers", "summitry serve", Level.WARN),
    "no source": ("sources", "UPDATE sources SET active = false", "there are no sources", "SUMMITRY_SOURCES", Level.WARN),
}


@pytest.mark.parametrize("name", LEDGER)
def test_what_is_wrong_with_the_ledger_is_named(patient: Patient, name: str) -> None:
    check, damage, told, mend, level = LEDGER[name]
    run_sql(patient.url, ALL_WELL, damage)
    inspection, report = Inspection(patient.database), Report("")
    for flaws in (flaws_of_ledger(inspection, NOW, GOOD.run_life), flaws_of_sources(inspection, NOW), flaws_of_deliveries(inspection, NOW)):
        report.add(flaws)
    found, = faults(report)
    assert (found.check, found.level) == (check, level)
    assert told in found.what
    assert mend in found.mend


# What a shell of SQLite lets anybody write, of whatever type a column is; what is said of it, and whether it can be mended.
SCRIBBLED: dict[str, tuple[str, str, str, bool]] = {
    "text for bytes": ("rendered", f"UPDATE events SET json = replace(json, 'visit', 'wisit') WHERE id = {VISIT}", "JSON of an event is damaged", True),
    "text for bytes of an entry": ("rendered", f"UPDATE events SET vevent = 'BEGIN:VEVENT' WHERE id = {CALL}", "calendar entry of an event", True),
    "text for bytes of a state": ("states", f"UPDATE event_states SET json = '{{}}' WHERE owner = {VISIT}", "was known of an event", True),
    "no time of a change": ("clock", f"UPDATE changes SET at = 'soon' WHERE event_id = {VISIT}", "can't be looked through", False),
    "no claims of a change": ("events", f"UPDATE changes SET claims = x'ff' WHERE event_id = {VISIT}", "can't be looked through", False),
    "no name": ("actors", "UPDATE actors SET name = x'ff' WHERE id = 'person:xi-jinping'", "can't be looked through", False),
    "no time of an article": ("clock", f"UPDATE articles SET last_seen = 'soon' WHERE id = {PLAN}", "can't be looked through", False),
    "no row of a source": ("sources", "UPDATE sources SET row = '{' WHERE id = 'meridian'", "taken in of the sources file can't be read", False),
}


@pytest.mark.parametrize("name", SCRIBBLED)
def test_a_look_comes_to_its_end_whatever_was_written_into_a_column(patient: Patient, name: str) -> None:
    check, scribble, told, mended = SCRIBBLED[name]
    run_sql(patient.url, ALL_WELL, scribble)
    report = examine(patient.database, GOOD, RENDERING, now=NOW, machine=Machine(room=lambda folder: 10**12))
    found = next(finding for finding in faults(report) if finding.check == check and told in finding.what)
    assert found.level is Level.FAULT
    assert mended or "restore" in found.mend
    assert {finding.check for finding in report.findings()} == set(CHECKS)
    if mended:
        store = opened(patient.url, Clock(NOW))
        store.mending.write_anew(report.anew)
        store.close()
        assert served(patient.database) == []


def test_a_service_that_does_well_has_nothing_wrong_with_it_and_a_source_that_is_held_for_ever_is_freed(patient: Patient) -> None:
    run_sql(patient.url, ALL_WELL)
    assert served(patient.database) == []
    run_sql(patient.url, LEDGER["lease"][1])
    store = opened(patient.url, Clock(NOW))
    store.mending.write_anew({("lease", "meridian")})
    store.close()
    assert served(patient.database) == []


@pytest.mark.postgres
def test_the_clock_of_the_server_is_asked_too(copy_of_filled: Callable[[str, Path], str], tmp_path: Path) -> None:
    url = copy_of_filled("postgresql", tmp_path)
    run_sql(url, ALL_WELL)
    database = Database(url)
    report = examine(database, GOOD, RENDERING, now=NOW)
    database.close()
    found, = faults(report)
    assert (found.check, found.level) == ("clock", Level.WARN)
    assert "do not agree" in found.what
    assert set(report.skipped) == {"log", "disk"}


def test_retention_that_nobody_looks_after_is_named(patient: Patient) -> None:
    run_sql(patient.url, ALL_WELL)
    settings = Settings(base_url=GOOD.base_url, user_agent=GOOD.user_agent, keep_runs_days=30)
    found, = served(patient.database, settings=settings)
    assert (found.check, "summitry retain" in found.mend) == ("retention", True)
    run_sql(patient.url, "INSERT INTO chores VALUES ('retention', '2023-11-11T00:00:00.000000Z')")
    assert served(patient.database, settings=settings) == []
    assert "retention" in [finding.check for finding in served(patient.database, settings=settings, now=NOW + timedelta(days=3))]


def test_room_on_the_disk_and_the_size_of_the_log_are_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with file.open("wb") as made:
        made.truncate(300_000_000)
    told = {free: [(flaw.check, flaw.level) for flaw in flaws_of_room(file, Machine(room=lambda folder, free=free: free))]
            for free in (10**9, 200_000_000, 1_000)}
    assert told == {10**9: [], 200_000_000: [("disk", Level.WARN)], 1_000: [("disk", Level.FAULT)]}
    with (tmp_path / "store.db-wal").open("wb") as made:
        made.truncate(100_000_000)
    flaw, = flaws_of_room(file, Machine(room=lambda folder: 10**9))
    assert (flaw.check, flaw.level, flaw.subject) == ("log", Level.WARN, "100,000,000 bytes")
    assert "See which process has the store open" in flaw.mend


def test_a_clock_that_can_not_be_right_is_named() -> None:
    written = {"a change": "2023-11-11T09:19:00.000000Z"}
    assert list(flaws_of_clock(NOW, written, None)) == []
    for now in (NOW - timedelta(hours=1), datetime(1970, 1, 2, tzinfo=UTC)):
        flaws = list(flaws_of_clock(now, written, None))
        assert "was ahead of this one" in flaws[-1].what
        assert (flaws[-1].level, "NTP" in flaws[-1].mend) == (Level.FAULT, True)
    assert "years behind" in flaws[0].what


def test_zones_that_are_not_known_or_old_are_named() -> None:
    def old(name: str) -> ZoneInfo:
        if name == "Europe/Kyiv":
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo("Asia/Omsk" if name == "Asia/Almaty" else name)

    assert list(flaws_of_zones({"Europe/Paris"}, Machine())) == []
    flaws = list(flaws_of_zones({"Europe/Paris", "Mars/Base"}, Machine(zone=old)))
    assert [(flaw.subject, flaw.level) for flaw in flaws] == [
        ("Mars/Base", Level.FAULT), ("Asia/Almaty is not as of release 2024a", Level.WARN), ("Europe/Kyiv is not as of release 2022b", Level.WARN)]
    assert all("tzdata" in flaw.mend for flaw in flaws)


@pytest.mark.parametrize(("settings", "told", "level"), [
    ({"base_url": None}, "SUMMITRY_BASE_URL is not set", Level.WARN),
    ({"user_agent": Settings().user_agent}, "SUMMITRY_USER_AGENT has no address", Level.WARN),
    ({"user_agent": "Summitry"}, "SUMMITRY_USER_AGENT has no address", Level.WARN),
    ({"names": Path("nowhere.csv")}, "file of SUMMITRY_NAMES is not there", Level.FAULT)])
def test_settings_that_a_public_service_should_not_have_are_named(settings: dict[str, Any], told: str, level: Level) -> None:
    flaw, = flaws_of_settings(Settings(**{"base_url": GOOD.base_url, "user_agent": "Summitry (desk@news.example)"} | settings))
    assert (told in flaw.what, flaw.level) == (True, level)
    assert flaw.mend


# How it is told ---------------------------------------------------------------------------------------------------------------

def test_each_finding_is_a_line_with_what_to_do_below_and_the_same_in_json(patient: Patient) -> None:
    run_sql(patient.url, "DELETE FROM event_keys")
    report = examine_store(patient.database, RENDERING)
    lines = report.lines()
    count = report.looked_at["events"]
    at = next(number for number, line in enumerate(lines) if line.startswith("fault"))
    assert lines[at].startswith(f"fault  links       {count}: rows of event_keys are missing (")
    assert lines[at].endswith(", …)")
    assert lines[at + 1].strip() == "`summitry doctor --repair` writes it down anew."
    assert lines[0] == "ok     schema      the tables are those of this version"
    told = json.loads(json.dumps(report.as_json()))
    assert (told["sound"], told["looked_at"]["events"]) == (False, count)
    found, = (finding for finding in told["findings"] if finding["level"] == "fault")
    assert (found["check"], found["count"], len(found["subjects"])) == ("links", count, 5)
