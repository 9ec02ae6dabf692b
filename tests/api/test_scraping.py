"""`POST /scrapes`: who may start a scrape, and which one is answered."""
from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import SampleStore, sample_app
from sqlalchemy import func, select, update

from app.store import tables

PATH = "/api/v1/scrapes"
TOKEN = "correct horse battery staple"


def waiting(store: SampleStore) -> int:
    with store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(tables.runs)
                                  .where(tables.runs.c.state == "queued")).scalar_one()


def test_a_scrape_is_accepted_with_its_address(client: FlaskClient) -> None:
    answer = client.post(PATH)
    assert answer.status_code == 202
    run = answer.get_json()
    assert answer.headers["Location"] == run["url"] == f"{PATH}/{run['id']}"
    assert run["state"] == "queued"
    assert run["trigger"] == "api"
    assert run["sources"] is None
    followed = client.get(answer.headers["Location"]).get_json()
    assert {name: followed[name] for name in run} == run


def test_the_same_scrape_is_answered_while_it_is_under_way(client: FlaskClient, store: SampleStore) -> None:
    first = client.post(PATH, json={}).get_json()
    assert [client.post(PATH).get_json()["id"] for _ in range(20)] == [first["id"]] * 20
    assert waiting(store) == 1


def test_sources_may_be_named(client: FlaskClient) -> None:
    answer = client.post(PATH, json={"sources": ["ministry", "courier", "ministry"]})
    assert answer.get_json()["sources"] == ["courier", "ministry"]


def test_an_unknown_source_is_named_and_nothing_is_started(client: FlaskClient, store: SampleStore) -> None:
    answer = client.post(PATH, json={"sources": ["courier", "gazette", "http://10.0.0.1/feed"]})
    assert answer.status_code == 422
    assert [wrong["detail"] for wrong in answer.get_json()["errors"]] == [
        "There is no source 'gazette'.", "There is no source 'http://10.0.0.1/feed'."]
    with store.engine.begin() as connection:
        connection.execute(update(tables.sources).where(tables.sources.c.id == "courier").values(active=False))
    assert client.post(PATH, json={"sources": ["courier"]}).status_code == 422
    assert waiting(store) == 0


@pytest.mark.parametrize("body", [{"sources": []}, {"sources": None}, {"sources": "courier"}, {"sources": [1]},
                                  {"sources": [""]}, {"source": "courier"}, {"sources": ["courier"], "url": "http://x"}])
def test_a_body_that_says_something_else_is_422(client: FlaskClient, store: SampleStore, body: dict[str, Any]) -> None:
    answer = client.post(PATH, json=body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert waiting(store) == 0


class TestWithAToken:
    @pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic " + TOKEN, TOKEN])
    def test_none_is_401_and_asks_for_it(self, store: SampleStore, header: str | None) -> None:
        client = sample_app(store, token=TOKEN).test_client()
        answer = client.post(PATH, headers={} if header is None else {"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="summitry"'
        assert waiting(store) == 0

    @pytest.mark.parametrize("token", ["wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "ÿ", "x" * 10_000])
    def test_another_is_401(self, store: SampleStore, token: str) -> None:
        answer = sample_app(store, token=TOKEN).test_client().post(PATH, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert "invalid_token" in answer.headers["WWW-Authenticate"]
        assert TOKEN not in answer.get_data(as_text=True)

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_the_right_one_is_taken_from_anywhere(self, store: SampleStore, scheme: str) -> None:
        client = sample_app(store, token=TOKEN).test_client()
        answer = client.post(PATH, headers={"Authorization": f"{scheme} {TOKEN}", "X-Forwarded-For": "203.0.113.9"},
                             environ_base={"REMOTE_ADDR": "203.0.113.9"})
        assert answer.status_code == 202

    def test_it_is_asked_for_before_the_body_is_judged(self, store: SampleStore) -> None:
        client = sample_app(store, token=TOKEN).test_client()
        assert client.post(PATH, json={"sources": ["gazette"]}).status_code == 401

    def test_reading_needs_none(self, store: SampleStore) -> None:
        client = sample_app(store, token=TOKEN).test_client()
        assert client.get(PATH).status_code == 200
        assert client.get("/api/v1/events").status_code == 200


class TestWithoutAToken:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    def test_clients_on_this_machine_are_answered(self, client: FlaskClient, address: str) -> None:
        assert client.post(PATH, environ_base={"REMOTE_ADDR": address}).status_code == 202

    @pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "::ffff:203.0.113.9", "2001:db8::1", "", "unix:"])
    def test_others_are_403(self, client: FlaskClient, store: SampleStore, address: str) -> None:
        assert client.post(PATH, environ_base={"REMOTE_ADDR": address}).status_code == 403
        assert waiting(store) == 0

    def test_what_a_header_says_of_the_address_does_not_help(self, client: FlaskClient) -> None:
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            answer = client.post(PATH, headers={name: "127.0.0.1"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
            assert answer.status_code == 403

    def test_whoever_comes_through_a_proxy_on_this_machine_is_403(self, client: FlaskClient) -> None:
        for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            assert client.post(PATH, headers={name: "203.0.113.9"}).status_code == 403

    @pytest.mark.parametrize("headers", [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Host": "evil.example:8600"}, {"Host": "127.0.0.1.evil.example"},
        {"Origin": "http://localhost:9999"}])
    def test_pages_of_other_sites_are_403(self, client: FlaskClient, store: SampleStore, headers: dict[str, str]) -> None:
        assert client.post(PATH, headers=headers).status_code == 403
        assert waiting(store) == 0

    def test_a_page_of_this_service_is_answered(self, client: FlaskClient) -> None:
        headers = {"Host": "127.0.0.1:8600", "Origin": "http://127.0.0.1:8600", "Sec-Fetch-Site": "same-origin"}
        assert client.post(PATH, headers=headers).status_code == 202
