"""An upgrade of Summitry keeps all that a store holds, from every earlier schema, killed at any point, with every id."""
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from earlier_store import copied_to_schema
from filled import everything, opened
from newsdesk import Clock, page, source, state_of, taken
from sqlalchemy import Engine, event, select
from test_doctor import RENDERING, faults
from test_moving_store import client_of

from app.doctor.examination import examine_store
from app.extraction import ready_gazetteer
from app.reprocess import reprocess
from app.store.engine import Database
from app.store.migrations import schema_of, schemas, upgrade
from app.store.rows import columns_there
from app.store.tables import event_states, events, metadata
from timeline.extract import claims_from
from timeline.gazetteer import Gazetteer
from timeline.model import Article, Claim, identifier

EARLIER = list(schemas()[:-1])
# The whole sweep is `make sweeps`; each time a few points of it.
SWEEP = bool(os.environ.get("SUMMITRY_TEST_SWEEP"))
STEP = 1 if SWEEP else 70
MILESTONES = EARLIER if SWEEP else [EARLIER[0], EARLIER[len(EARLIER) // 2], EARLIER[-1]]


def killed(work: Callable[[], Any], kind: str, number: int) -> bool:
    """Do `work` in a process that is killed at its so-many-th event of that kind; False where it ended before."""
    process = os.fork()
    if process == 0:
        left = [number]

        @event.listens_for(Engine, kind)
        def count(*arguments: Any) -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(process, 0)
    assert status in (0, signal.SIGKILL)
    return status == signal.SIGKILL


def held(url: str, columns: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """What stands in those columns."""
    database = Database(url)
    with database.reading() as connection:
        found = {name: connection.execute(select(*(metadata.tables[name].c[column] for column in told)).order_by(
            *metadata.tables[name].primary_key.columns)).all() for name, told in columns.items()}
    database.close()
    return found


def columns_of(url: str) -> dict[str, tuple[str, ...]]:
    database = Database(url)
    with database.reading() as connection:
        found = columns_there(connection)
    database.close()
    return found


def schema(url: str) -> str | None:
    database = Database(url)
    try:
        return schema_of(database)
    finally:
        database.close()


@pytest.mark.parametrize("earlier", MILESTONES)
def test_from_every_earlier_schema_all_is_kept(filled_sqlite: str, empty_url: str, earlier: str) -> None:
    copied_to_schema(filled_sqlite, empty_url, earlier)
    columns = columns_of(empty_url)
    before = held(empty_url, columns)
    upgrade(empty_url)
    store = opened(empty_url, Clock())
    store.fill_states()
    store.close()
    after = held(empty_url, columns)
    for table in columns:
        assert after[table] == before[table], table
    database = Database(empty_url)
    assert faults(examine_store(database, RENDERING)) == []
    database.close()


@pytest.mark.parametrize("earlier", [None, *EARLIER] if SWEEP else [EARLIER[1]])
def test_killed_at_any_statement_the_steps_roll_back_and_the_next_start_takes_them(filled_sqlite: str, empty_url: str,
                                                                                  earlier: str | None) -> None:
    if earlier is not None:
        copied_to_schema(filled_sqlite, empty_url, earlier)
    elif empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).touch()
    columns = columns_of(empty_url)
    before = held(empty_url, columns)
    number = 1 if SWEEP else 12  # the first ones only look at what is there
    while killed(lambda: upgrade(empty_url), "after_cursor_execute", number):
        assert schema(empty_url) == earlier
        assert columns_of(empty_url) == columns
        assert held(empty_url, columns) == before
        number += STEP
    assert number > STEP
    assert schema(empty_url) == schemas()[-1]  # the last one lived to its end
    assert held(empty_url, columns) == before


def test_killed_while_earlier_states_are_worked_out_the_next_start_goes_on(filled_sqlite: str, empty_url: str) -> None:
    copied_to_schema(filled_sqlite, empty_url, EARLIER[0])
    upgrade(empty_url)

    def work() -> None:
        opened(empty_url, Clock()).fill_states(batch=1)

    number = 2
    while killed(work, "commit", number):
        number += 1 if SWEEP else 9
        assert number < 40
    assert number > 2
    database = Database(empty_url)
    with database.reading() as connection:
        assert connection.execute(select(events.c.id).where(events.c.since.is_(None), events.c.withdrawn.is_(False))).all() == []
        assert connection.execute(select(event_states.c.id)).all() != []
    assert faults(examine_store(database, RENDERING)) == []
    database.close()


# Ids ----------------------------------------------------------------------------------------------------------------------

TOLD = [
    (6, "meridian", "Putin to visit Astana", "Vladimir Putin will meet Kassym-Jomart Tokayev in Astana on November 9."),
    (10, "harbour", "Presidents meet", "Vladimir Putin met Kassym-Jomart Tokayev in Astana on November 9, his office said."),
    (7, "harbour", "A call", "Joe Biden spoke by phone with Benjamin Netanyahu on November 6."),
    (11, "meridian", "A summit is near", "The CSTO summit will be held in Minsk on November 23."),
    (8, "meridian", "Talks in Berlin", "Olaf Scholz will host Recep Tayyip Erdogan in Berlin on November 17."),
    (12, "harbour", "Talks are off", "Olaf Scholz will not host Recep Tayyip Erdogan in Berlin on November 17 after all: the visit was cancelled."),
]


def articles() -> list[Article]:
    return [Article(f"https://{outlet}.example/{number}", outlet, headline, (sentence,), publisher=outlet.title(),
                    published_on=date(2023, 11, day), language="en") for number, (day, outlet, headline, sentence) in enumerate(TOLD)]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return ready_gazetteer()


@pytest.mark.parametrize("earlier", EARLIER[:1])
def test_calendars_have_the_same_entries_after_an_upgrade_and_all_read_again(sqlite_url: str, empty_url: str, gazetteer: Gazetteer,
                                                                           earlier: str) -> None:
    """The claims of before had other ids, other rules and other confidence, and nothing of what was added since."""
    if not SWEEP and empty_url.startswith("postgresql"):
        pytest.skip("what is read again is read by the same code on both: `make sweeps` does both")

    def read_by_earlier_rules(told: Article) -> list[Claim]:
        return [replace(claim, id=identifier("earlier", claim.id), rule="earlier", confidence=round(claim.confidence * 0.9, 3), sketch="",
                        home=None) for claim in claims_from(told, gazetteer)]

    clock = Clock(datetime(2023, 11, 12, 9, tzinfo=UTC))
    store = opened(sqlite_url, clock)
    store.ledger.sync_sources([source("meridian"), source("harbour")])
    run = taken(store)
    for told in articles():
        store.record(state_of(run, told.source).lease, page(told, at=clock()), read_by_earlier_rules(told))
    for name in ("meridian", "harbour"):
        store.ledger.finish_source(state_of(run, name).lease)
    store.ledger.finish_run(run.run)
    store.close()
    before = entries(sqlite_url)
    assert len(before) >= 4

    copied_to_schema(sqlite_url, empty_url, earlier)
    upgrade(empty_url)
    store = opened(empty_url, clock)
    store.fill_states()
    report = reprocess(store, lambda told: claims_from(told, gazetteer))
    store.close()
    assert (report.articles, report.failed) == (len(TOLD), 0)
    assert set(re.findall(r'"rule":"(\w+)', str(everything(empty_url)["claims"]))) > {"earlier"}
    assert entries(empty_url) == before


def entries(url: str) -> dict[str, tuple[str, ...]]:
    """What a calendar shows of each event, by UID, and that the JSON has the same ids."""
    shown = ("SEQUENCE", "DTSTART", "SUMMARY", "STATUS", "LOCATION")
    with client_of(url) as client:
        text = client.get("/calendar.ics").get_data(as_text=True).replace("\r\n ", "")
        ids = {one["id"] for one in client.get("/api/v1/events").get_json()["events"]}
    found = {re.search(r"^UID:(\S+)", entry, re.MULTILINE)[1]: tuple(line for line in entry.splitlines() if line.startswith(shown))  # type: ignore[index]
             for entry in text.split("BEGIN:VEVENT")[1:]}
    assert {uid.removesuffix("@summitry") for uid in found} == ids
    return found
