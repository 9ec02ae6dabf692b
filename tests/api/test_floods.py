"""Many ask for a scrape at once, over the real server, SQLite and PostgreSQL."""
from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sample_databases import BOTH, sample_at
from serving import SampleStore, sample_app, served
from sqlalchemy import select

from app.store import tables

PATH = "/api/v1/scrapes"
Ask = Callable[[dict[str, str], Any], tuple[int, dict[str, Any]]]


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest, sample: Path, tmp_path: Path) -> Iterator[SampleStore]:
    with sample_at(request.param, sample, tmp_path) as store:
        yield store


def states(store: SampleStore) -> Counter[str]:
    with store.engine.connect() as connection:
        return Counter(connection.execute(select(tables.runs.c.state)).scalars())


def asker(base: str) -> Ask:
    """Asks for a scrape, on one connection for each thread."""
    kept = threading.local()

    def ask(headers: dict[str, str], body: Any) -> tuple[int, dict[str, Any]]:
        if not hasattr(kept, "connection"):
            kept.connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=60)
        kept.connection.request("POST", PATH, body=json.dumps(body), headers={"Content-Type": "application/json", **headers})
        answer = kept.connection.getresponse()
        return answer.status, json.loads(answer.read())

    return ask


def at_once(count: int, ask: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(ask, range(count)))


def test_of_a_thousand_triggers_one_scrape_runs_and_one_waits(store: SampleStore) -> None:
    """Of two hundred over PostgreSQL."""
    count = 1_000 if store.engine.dialect.name == "sqlite" else 200
    before = states(store)
    store.request_run(["courier"], "schedule")
    claimed = store.store.ledger.claim_queued()  # under way, and stays so
    assert claimed is not None
    names: list[Any] = [{"sources": ["courier"]}, {"sources": ["courier", "harbour"]}, {}, {"sources": ["ministry"]}]
    with served(sample_app(store)) as base:
        ask = asker(base)
        answers = at_once(count, lambda number: (number % 4, *ask({}, names[number % 4])))
    assert {status for _, status, _ in answers} == {202}
    assert states(store) - before == {"queued": 1, "running": 1}
    waiting = {run["id"] for kind, _, run in answers if kind}
    assert {run["id"] for kind, _, run in answers if not kind} == {claimed.run}
    assert len(waiting) == 1
    assert waiting != {claimed.run}


def test_a_flood_from_afar_is_answered_429_before_it_reaches_the_store(sample: Path, tmp_path: Path) -> None:
    with sample_at("sqlite", sample, tmp_path) as store, served(sample_app(store, token="correct horse", proxies=1, rate_work=20)) as base:
        ask = asker(base)
        headers = {"Authorization": "Bearer correct horse", "X-Forwarded-For": "203.0.113.9"}
        answers = at_once(100, lambda _: ask(headers, {}))
        assert states(store)["queued"] == 1
    counts = Counter(status for status, _ in answers)
    assert counts.keys() == {202, 429}
    assert 20 <= counts[202] < 100  # some of the minute's worth may have come back meanwhile


def test_one_key_is_one_scrape_however_often_and_at_once_it_is_sent(store: SampleStore) -> None:
    before = states(store)
    with served(sample_app(store)) as base:
        ask = asker(base)
        answers = at_once(40, lambda _: ask({"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}, {}))
        assert {status for status, _ in answers} == {202}
        run, = {run["id"] for _, run in answers}
        assert states(store) - before == {"queued": 1}
        claimed = store.store.ledger.claim_queued()
        assert claimed is not None
        for state in claimed.sources:
            store.store.ledger.finish_source(state.lease)
        store.store.ledger.finish_run(run)
        status, again = ask({"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}, {})
        assert (status, again["id"], again["state"]) == (202, run, "ok"), "also when it is over"
        assert ask({"Idempotency-Key": "another"}, {})[1]["id"] != run


class TestKeys:
    @pytest.fixture
    def store(self, sample: Path, tmp_path: Path) -> Iterator[SampleStore]:
        with sample_at("sqlite", sample, tmp_path) as store:
            yield store

    @pytest.fixture
    def client(self, store: SampleStore) -> FlaskClient:
        return sample_app(store).test_client()

    def test_a_key_is_for_what_was_asked_with_it(self, client: FlaskClient) -> None:
        first = client.post(PATH, json={"sources": ["courier", "harbour"]}, headers={"Idempotency-Key": "a"})
        assert client.post(PATH, json={"sources": ["harbour", "courier"]}, headers={"Idempotency-Key": "a"}).get_json() == first.get_json()
        for other in ({"sources": ["courier"]}, {}):
            answer = client.post(PATH, json=other, headers={"Idempotency-Key": "a"})
            assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
            assert "Idempotency-Key" in answer.get_json()["detail"]

    def test_a_key_is_forgotten_after_a_day(self, client: FlaskClient, store: SampleStore) -> None:
        client.post(PATH, json={"sources": ["courier"]}, headers={"Idempotency-Key": "a"})
        store.clock.now += timedelta(days=1, seconds=-1)
        assert client.post(PATH, json={}, headers={"Idempotency-Key": "a"}).status_code == 422
        store.clock.now += timedelta(seconds=1)
        assert client.post(PATH, json={}, headers={"Idempotency-Key": "a"}).status_code == 202

    @pytest.mark.parametrize("key", ["", "a" * 256, "é", "a\tb"])
    def test_a_key_that_is_none_is_named(self, client: FlaskClient, key: str) -> None:
        answer = client.post(PATH, headers={"Idempotency-Key": key})
        assert answer.status_code == 400
        assert [wrong["header"] for wrong in answer.get_json()["errors"]] == ["Idempotency-Key"]

    def test_a_request_that_was_refused_leaves_no_key_behind(self, client: FlaskClient) -> None:
        assert client.post(PATH, json={"sources": ["gazette"]}, headers={"Idempotency-Key": "a"}).status_code == 422
        assert client.post(PATH, json={"sources": ["courier"]}, headers={"Idempotency-Key": "a"}).status_code == 202
