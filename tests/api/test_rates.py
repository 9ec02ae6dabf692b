"""A flood is answered with 429 and `Retry-After`, each client by itself."""
from __future__ import annotations

import pytest
from flask import Request
from flask.testing import FlaskClient
from serving import SampleStore, sample_app
from werkzeug.test import EnvironBuilder

from app.api.clients import client_of
from app.api.rates import Rate
from app.scopes import Scope

FAR = {"REMOTE_ADDR": "203.0.113.9"}


class Seconds:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1e6

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("per_minute", [1, 7, 60, 600])
def test_a_minutes_worth_is_allowed_at_once_and_comes_back_evenly(per_minute: int) -> None:
    clock = Seconds()
    rate = Rate(per_minute, clock)
    assert [rate.take("a") for _ in range(per_minute)] == [0.0] * per_minute
    wait = rate.take("a")
    assert wait == pytest.approx(60 / per_minute)
    assert rate.wait("a") == pytest.approx(wait), "one that is refused does not count"
    clock.now += wait
    assert rate.take("a") == 0
    assert rate.take("a") > 0
    clock.now += 3600
    assert [rate.take("a") for _ in range(per_minute)] == [0.0] * per_minute
    assert rate.take("a") > 0


def test_clients_are_counted_by_themselves_and_0_is_any_number() -> None:
    rate = Rate(1, Seconds())
    assert (rate.take("a"), rate.take("b")) == (0, 0)
    assert rate.take("a") > 0
    assert {Rate(0, Seconds()).take("a") for _ in range(1_000)} == {0}


def test_a_flood_of_clients_takes_no_more_memory_than_many() -> None:
    rate = Rate(1, Seconds())
    for number in range(60_000):
        rate.take(str(number))
    assert len(rate._full) == 50_000
    assert rate.take("59999") > 0
    assert rate.take("0") == 0


@pytest.mark.parametrize(("address", "forwarded", "proxies", "client"), [
    ("203.0.113.9", None, 0, "203.0.113.9"), ("203.0.113.9", "198.51.100.1", 0, "203.0.113.9"),
    ("127.0.0.1", "198.51.100.1", 1, "198.51.100.1"), ("127.0.0.1", "10.9.9.9, 198.51.100.1", 1, "198.51.100.1"),
    ("127.0.0.1", "10.9.9.9, 198.51.100.1 , 192.0.2.7", 2, "198.51.100.1"), ("127.0.0.1", "198.51.100.1", 2, "127.0.0.1"),
    ("127.0.0.1", "", 1, "127.0.0.1"), ("127.0.0.1", None, 1, "127.0.0.1"), ("127.0.0.1", "unknown", 1, "unknown"),
    ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"), ("::ffff:203.0.113.9", None, 0, "203.0.113.9"), ("", None, 0, "")])
def test_a_client_is_its_address(address: str, forwarded: str | None, proxies: int, client: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    asked = Request(EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": address}).get_environ())
    assert client_of(asked, proxies) == client


def test_who_reads_too_often_is_told_when_to_ask_again(store: SampleStore) -> None:
    client = sample_app(store, rate_reading=30).test_client()
    for _ in range(10):
        for path in ("/api/v1/events", "/calendar.ics", "/nowhere"):
            assert client.get(path, environ_base=FAR).status_code in (200, 404)
    answer = client.get("/api/v1/events", environ_base=FAR)
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert answer.headers["Retry-After"] in ("1", "2")
    assert client.get("/healthz", environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 200


def test_work_is_counted_apart_from_reading(store: SampleStore) -> None:
    client = sample_app(store, rate_work=3, extract=lambda row: []).test_client()
    row = {"text": "They met.", "published": "2023-11-10"}
    assert [client.post("/api/v1/extract", json=row, environ_base=FAR).status_code for _ in range(5)] == [200] * 3 + [429] * 2
    assert client.get("/api/v1/events", environ_base=FAR).status_code == 200


def test_this_machine_may_ask_as_often_as_it_likes_and_a_proxy_on_it_not(store: SampleStore) -> None:
    client = sample_app(store, rate_reading=3, proxies=1).test_client()
    assert {client.get("/healthz").status_code for _ in range(10)} == {200}
    for address in ("198.51.100.1", "198.51.100.2"):
        found = [client.get("/healthz", headers={"X-Forwarded-For": f"10.0.0.1, {address}"}).status_code for _ in range(5)]
        assert found == [200] * 3 + [429] * 2


class TestFailures:
    @pytest.fixture
    def guarded(self, store: SampleStore) -> FlaskClient:
        return sample_app(store, token="correct horse", rate_failures=5).test_client()

    def asked(self, client: FlaskClient, token: str | None, address: str = "127.0.0.1") -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.post("/api/v1/scrapes", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code

    def test_after_some_wrong_tokens_not_even_the_right_one_is_looked_at(self, guarded: FlaskClient) -> None:
        assert [self.asked(guarded, f"guess {number}") for number in range(7)] == [401] * 5 + [429] * 2
        answer = guarded.post("/api/v1/scrapes", headers={"Authorization": "Bearer correct horse"})
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 12
        assert guarded.get("/api/v1/events").status_code == 200
        assert self.asked(guarded, "correct horse", "203.0.113.9") == 202

    def test_neither_a_missing_token_nor_one_of_another_scope_is_a_guess(self, guarded: FlaskClient, store: SampleStore) -> None:
        other = store.tokens.create("reader", [Scope.READ])
        assert {self.asked(guarded, None) for _ in range(20)} == {401}
        assert {self.asked(guarded, other) for _ in range(20)} == {403}
        assert self.asked(guarded, "correct horse") == 202
