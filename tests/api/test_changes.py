"""`GET /changes`: replayed, it gives the timeline; nothing is skipped or told twice, whoever writes meanwhile."""
from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sample_postgresql import sample_in_postgresql
from sample_timeline import NOW, PUTIN, Clock, asserted, open_store, person, record, told
from serving import SampleStore, sample_app
from sqlalchemy import select, update

from app.store import tables
from app.store.migrations import upgrade
from scraper.collect import Failure
from timeline.model import Article, Claim, EventType, Status
from timeline.when import When


class Mirror:
    """A copy of the timeline that is kept by `/changes` alone, as docs/api.md tells to."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._since: str | None = None
        self.events: dict[str, dict[str, Any]] = {}
        self.heirs: dict[str, str] = {}

    def step(self, limit: int = 100) -> bool:
        """One page; whether there is more."""
        answer = self._client.get(f"/api/v1/changes?limit={limit}" + (f"&since={self._since}" if self._since else ""))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        page = answer.get_json()
        assert len(page["changes"]) <= limit
        assert ("Link" in answer.headers) == page["more"]
        for change in page["changes"]:
            if change["object"] is not None:
                assert change["object"]["id"] == change["event"]
                self.events[change["event"]] = change["object"]
            elif change["kind"] in ("withdrawn", "merged"):
                self.events.pop(change["event"], None)
                if change["heir"]:
                    self.heirs[change["event"]] = change["heir"]
        self._since = page["since"]
        return bool(page["more"])

    def catch_up(self, limit: int = 100) -> None:
        while self.step(limit):
            pass

    def served(self, today: date) -> dict[str, dict[str, Any]]:
        """The events with the status that follows from the clock, derived by the rule of docs/api.md."""
        def status(event: dict[str, Any]) -> str:
            last = When.parse(event["start"], event["end"], event["precision"]).last
            return "unreported" if event["status"] == "planned" and last < today - timedelta(days=1) else event["status"]

        return {name: event | {"status": status(event)} for name, event in self.events.items()}


def timeline(client: FlaskClient) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/v1/events?limit=500").get_json()
    assert answer["next"] is None
    return {event["id"]: event for event in answer["events"]}


def talks(number: int, day: date, *, status: Status = Status.HELD, slug: str = "") -> tuple[Article, list[Claim]]:
    """An article of talks between Putin and one of some envoys."""
    article = told("harbour", day, f"talks-{number}{slug}", f"Talks {number}", f"Putin met envoy {number}, as was told {slug or 'then'}.")
    return article, [asserted(article, 0, EventType.MEETING, (PUTIN, person(f"Envoy {number}", "CN", "Envoy")), When.day(day), status)]


@pytest.mark.parametrize("limit", [1, 2, 7, 500])
def test_a_replay_from_the_start_gives_the_timeline(client: FlaskClient, limit: int) -> None:
    mirror = Mirror(client)
    mirror.catch_up(limit)
    assert mirror.served(NOW.date()) == timeline(client)
    assert len(mirror.events) == 8


@pytest.mark.parametrize("seed", range(6))
def test_a_replay_in_any_steps_gives_the_timeline_whatever_happened(store: SampleStore, seed: int) -> None:
    """Articles that come, change and vanish; merges, splits and withdrawals, undone and not; mirrors that lag differently."""
    chance, client = random.Random(seed), sample_app(store).test_client()
    mirrors = [Mirror(client) for _ in range(3)]
    made: list[str] = []
    for number in range(25):
        store.clock.now += timedelta(minutes=7)
        standing = sorted(timeline(client))
        match chance.randrange(6):
            case 0 | 1:
                store.record([talks(number, date(2023, 11, 1) + timedelta(chance.randrange(9)))])
            case 2:  # told again, in other words and of another day
                old = chance.randrange(number + 1)
                store.record([talks(old, date(2023, 11, 1) + timedelta(chance.randrange(9)), slug=f"-again-{number}")])
            case 3 if len(standing) > 3:
                made.append(store.corrections.merge(*chance.sample(standing, 2), by="test").ruling)
            case 4 if made:
                store.corrections.undo(made.pop(chance.randrange(len(made))), by="test")
            case _ if len(standing) > 4:
                made.append(store.corrections.withdraw(chance.choice(standing), by="test").ruling)
        if chance.random() < 0.3:
            gone(store, "https://courier.example/2023/11/10/putin-astana", back=chance.random() < 0.5)
        for mirror in mirrors:
            if chance.random() < 0.4:
                mirror.step(chance.choice([1, 2, 5, 50]))
    for mirror in mirrors:
        mirror.catch_up(chance.choice([1, 3, 100]))
        assert mirror.served(NOW.date()) == timeline(client)
        for lost, heir in mirror.heirs.items():
            if lost not in mirror.events:
                assert client.get(f"/api/v1/events/{lost}").status_code in (301, 410)
                assert heir != lost


def gone(store: SampleStore, url: str, *, back: bool) -> None:
    """A page answers 404, or is there again."""
    ledger = store.store.ledger
    store.request_run(["courier"], "cli")
    run = ledger.claim_queued()
    assert run is not None
    (lease,) = [state.lease for state in run.sources]
    if back:
        store.store.touch(lease, url, store.clock.now)
    else:
        store.store.fail(lease, Failure(url, "http-404", "answered 404"))
    ledger.finish_source(lease)
    ledger.finish_run(run.run)


def test_a_page_that_is_gone_is_a_change(client: FlaskClient, store: SampleStore) -> None:
    mirror = Mirror(client)
    mirror.catch_up()
    gone(store, "https://courier.example/2023/11/10/putin-astana", back=False)
    mirror.catch_up()
    assert any("gone" in source for event in mirror.events.values() for source in event["sources"])
    assert mirror.served(NOW.date()) == timeline(client)


def test_a_merged_event_leaves_a_tombstone_with_its_heir(client: FlaskClient, store: SampleStore) -> None:
    kept, lost, other = (store.events[title].id for title in
                         ("Putin – Tokayev, meeting", "CSTO summit", "Germany visits Moldova"))
    mirror = Mirror(client)
    mirror.catch_up()
    store.corrections.merge(kept, lost, by="desk")
    store.corrections.withdraw(other, by="desk")
    page = client.get(f"/api/v1/changes?since={mirror._since}").get_json()
    tombs = {change["event"]: (change["kind"], change["heir"], change["object"]) for change in page["changes"]
             if change["event"] != kept}
    assert tombs == {lost: ("merged", kept, None), other: ("withdrawn", None, None)}
    mirror.catch_up()
    assert not {lost, other} & mirror.events.keys()


def test_a_change_that_a_later_one_overtook_says_so(client: FlaskClient, store: SampleStore) -> None:
    page = client.get("/api/v1/changes").get_json()
    last = {change["event"]: place for place, change in enumerate(page["changes"])}
    for place, change in enumerate(page["changes"]):
        assert change["superseded"] == (last[change["event"]] != place)
        assert (change["object"] is None) == change["superseded"]
    assert [change["kind"] for change in page["changes"] if change["event"] == store.events["Putin – Tokayev, meeting"].id] == [
        "new", "changed", "changed"]


def test_asking_again_when_nothing_changed_gives_nothing_and_the_same_place(client: FlaskClient) -> None:
    first = client.get("/api/v1/changes").get_json()
    again = client.get(f"/api/v1/changes?since={first['since']}").get_json()
    assert again == {"changes": [], "since": first["since"], "more": False}


def test_an_empty_timeline_has_no_changes(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'empty.db'}")
    store = SampleStore(f"sqlite:///{tmp_path / 'empty.db'}")
    client = sample_app(store).test_client()
    assert client.get("/api/v1/changes").get_json() == {"changes": [], "since": None, "more": False}
    store.close()


def test_a_place_in_another_timeline_is_410(client: FlaskClient, store: SampleStore) -> None:
    """As after a store was put back from a backup, where other changes have the numbers."""
    since = client.get("/api/v1/changes").get_json()["since"]
    with store.engine.begin() as connection:
        connection.execute(update(tables.changes).values(at="2023-11-12T00:00:00.000001Z"))
    answer = client.get(f"/api/v1/changes?since={since}")
    assert (answer.status_code, answer.mimetype) == (410, "application/problem+json")
    with store.engine.begin() as connection:
        connection.execute(tables.changes.delete())
    assert client.get(f"/api/v1/changes?since={since}").status_code == 410


def test_a_forged_place_is_400(client: FlaskClient) -> None:
    since = client.get("/api/v1/changes?limit=2").get_json()["since"]
    cursor = client.get("/api/v1/events?limit=1").get_json()["cursor"]
    for forged in ("0", "7", cursor, since[:-1], since + "A", "A" * 700, "%00", "2023-11-09", f"{since}&since={since}"):
        answer = client.get(f"/api/v1/changes?since={forged}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), forged


def test_one_damaged_row_does_not_stop_the_others(client: FlaskClient, store: SampleStore) -> None:
    damaged = store.events["CSTO summit"].id
    with store.engine.begin() as connection:
        connection.execute(update(tables.events).where(tables.events.c.id == damaged).values(json=b"{"))
    mirror = Mirror(client)
    mirror.catch_up(2)
    assert len(mirror.events) == 7


# While others write ----------------------------------------------------------------------------------------------------

@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, sample: Path, tmp_path: Path) -> Iterator[str]:
    """A database with the sample in it."""
    if request.param == "sqlite":
        file = tmp_path / "written.db"
        file.write_bytes(sample.read_bytes())
        yield f"sqlite:///{file}"
        return
    with sample_in_postgresql() as made:
        yield made


def writer(url: str, work: Callable[[Any, Clock], None], failed: list[BaseException]) -> threading.Thread:
    """A thread with connections of its own, as another process has them."""
    def run() -> None:
        clock = Clock(NOW)
        database, store = open_store(url, clock)
        try:
            work(store, clock)
        except BaseException as error:
            failed.append(error)
        finally:
            database.close()

    return threading.Thread(target=run)


def test_a_reader_gets_every_change_once_and_in_order_while_several_write(url: str) -> None:
    """Articles, merges, withdrawals and their undoing, by writers of which each holds its transaction open for a while."""
    failed: list[BaseException] = []

    def articles(store: Any, clock: Clock) -> None:
        for number in range(30):
            clock.now += timedelta(minutes=1)
            record(store, [talks(number, date(2023, 11, 1) + timedelta(number % 9))], clock)

    def corrections(store: Any, clock: Clock) -> None:
        for _ in range(12):
            clock.now += timedelta(minutes=1)
            with store.engine.connect() as connection:
                standing = connection.execute(select(tables.events.c.id).where(tables.events.c.withdrawn.is_(False))
                                              .order_by(tables.events.c.id)).scalars().all()
            done = store.corrections.withdraw(standing[0], by="test")
            merged = store.corrections.merge(standing[1], standing[2], by="test")
            store.corrections.undo(done.ruling, by="test")
            store.corrections.undo(merged.ruling, by="test")

    reading = SampleStore(url)
    client = sample_app(reading).test_client()
    mirror = Mirror(client)
    threads = [writer(url, articles, failed), writer(url, corrections, failed)]
    for thread in threads:
        thread.start()
    seen: list[tuple[str, str]] = []
    since, busy = "", True
    while busy:
        busy = any(thread.is_alive() for thread in threads)
        page = client.get(f"/api/v1/changes?limit=3{since}").get_json()
        seen += [(change["event"], change["at"]) for change in page["changes"]]
        since = f"&since={page['since']}"
        mirror.step(2)
        busy = busy or page["more"]
    for thread in threads:
        thread.join()
    assert not failed
    with reading.engine.connect() as connection:
        stored = connection.execute(select(tables.changes.c.event_id, tables.changes.c.at).order_by(tables.changes.c.id)).all()
    assert seen == [(row.event_id, f"{row.at[:19]}Z") for row in stored]
    assert len(seen) > 60
    mirror.catch_up()
    assert mirror.served(NOW.date()) == timeline(client)
    reading.close()


def test_numbers_are_given_in_the_order_in_which_changes_become_visible(url: str) -> None:
    """A writer that began first and commits last: the other one waits, so that no lower number appears behind a higher one."""
    database, _ = open_store(url, Clock(NOW))
    other_database, second = open_store(url, Clock(NOW))
    reading = SampleStore(url)
    client = sample_app(reading).test_client()
    reached = client.get("/api/v1/changes").get_json()["since"]
    begun, go_on, order = threading.Event(), threading.Event(), []
    (one, *_, other) = sorted(timeline(client))

    def slow(connection: Any) -> None:
        connection.execute(tables.changes.insert().values(
            event_id=one, at="2023-11-12T10:00:00.000000Z", reason="slow", material=False, before="{}", after=None, claims="[]"))
        begun.set()
        go_on.wait(20)
        order.append("slow")

    def quick() -> None:
        second.corrections.withdraw(other, by="quick")
        order.append("quick")

    threads = [threading.Thread(target=lambda: database.write(slow))]
    threads[0].start()
    assert begun.wait(20)
    threads.append(threading.Thread(target=quick))
    threads[1].start()
    assert client.get(f"/api/v1/changes?since={reached}").get_json()["changes"] == [], "nothing is visible before its commit"
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert order == ["slow", "quick"]
    told_of = client.get(f"/api/v1/changes?since={reached}").get_json()["changes"]
    assert [change["event"] for change in told_of] == [one, other]
    for each in (database, other_database, reading):
        each.close()


def test_the_time_of_a_change_is_told_to_the_second(client: FlaskClient) -> None:
    changes = client.get("/api/v1/changes").get_json()["changes"]
    assert all(datetime.fromisoformat(change["at"]).tzinfo == UTC for change in changes)
