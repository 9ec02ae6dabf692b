"""`/webhooks`: made, shown without their secrets, changed, enabled, tested and removed, by who is admitted."""
from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sample_timeline import NOW
from serving import SampleStore, sample_app
from sqlalchemy import insert, update

from app.store.tables import changes, webhook_attempts, webhook_events, webhooks

PATH = "/api/v1/webhooks"
URL = "https://receiver.example/summitry"


def made(client: FlaskClient, **wanted: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={"url": URL, **wanted})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json())


def refused(client: FlaskClient, **wanted: Any) -> list[tuple[str, str]]:
    answer = client.post(PATH, json=wanted)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.get_data(as_text=True)
    return [(wrong["field"], wrong["detail"]) for wrong in answer.get_json()["errors"]]


def test_a_secret_is_shown_once_and_never_again(client: FlaskClient) -> None:
    answer = client.post(PATH, json={"url": URL, "filter": {"country": ["KZ", "RU"], "status": "planned"}})
    webhook = answer.get_json()
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert 24 <= len(b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    assert answer.headers["Location"] == f"{PATH}/{webhook['id']}"
    assert webhook["filter"] == {"country": ["KZ", "RU"], "status": "planned"}
    assert (webhook["state"], webhook["disabled"], webhook["created"]) == ("active", None, "2023-11-12T09:30:00Z")
    assert client.get(f"{PATH}/{webhook['id']}").get_json() == webhook
    assert client.get(PATH).get_json() == {"webhooks": [webhook]}
    for path in (PATH, f"{PATH}/{webhook['id']}", webhook["deliveries"], "/metrics"):
        answer = client.get(path)
        assert secret.removeprefix("whsec_") not in answer.get_data(as_text=True)
        assert answer.headers["Cache-Control"] == "no-store"
    assert made(client)["secret"] != secret


def test_a_filter_is_judged_by_the_schema_of_events(client: FlaskClient) -> None:
    for good in ({}, {"country": "KZ"}, {"country": ["KZ"]}, {"from": "2023-11", "to": "2023", "q": "summit talks"}, {"window": "week"},
                 {"status": ["planned", "unreported"], "type": "visit", "place": "Astana", "source": "courier", "actor": "putin"}):
        webhook = made(client, filter=good)
        assert webhook["filter"] == good
        client.delete(f"{PATH}/{webhook['id']}")
    for bad, reason in (({"colour": "red"}, "colour: There is no such parameter."), ({"from": "soon"}, "from: A date such as"),
                        ({"type": ["visit", "row"]}, "type: item 1: Must be one of"), ({"q": ["a", "b"]}, "q: Given 2 times"),
                        ({"country": [1]}, "country: A string is needed"), ({"country": {}}, "country: A string is needed"),
                        ({"q": "a\x00"}, "q: Control characters"), ({"as_of": "2023-11-09"}, "as_of: There is no such parameter."),
                        ({"limit": "5"}, "limit: There is no such parameter."), ([], "An object is needed"), ("country=KZ", "An object is needed"),
                        (None, "Field may not be null.")):
        (field, detail), = refused(client, url=URL, filter=bad)
        assert field == "filter"
        assert detail.startswith(reason), detail


def test_an_address_that_can_not_be_a_receivers_is_named(client: FlaskClient, store: SampleStore) -> None:
    for url in ("ftp://receiver.example/", "receiver.example", "https://user:word@receiver.example/", "http://127.0.0.1/", "http://localhost/",
                "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.1:8080/", "http://0x7f.1/", "https://a b.example/", ""):
        (field, _), = refused(client, url=url)
        assert field == "url"
    assert refused(client) == [("url", "Missing data for required field.")]
    assert refused(client, url=URL, colour="red") == [("colour", "Unknown field.")]
    for odd in ("yes", "true", 0, 1):
        assert refused(client, url=URL, from_start=odd) == [("from_start", "Not a valid boolean.")]
    allowing = sample_app(store, allow_hosts=("127.0.0.1:9000",)).test_client()
    assert made(allowing, url="http://127.0.0.1:9000/hook")["url"] == "http://127.0.0.1:9000/hook"
    assert refused(allowing, url="http://127.0.0.1:9001/hook")[0][0] == "url"


def test_it_is_changed_in_what_is_given(client: FlaskClient, store: SampleStore) -> None:
    webhook = made(client, filter={"country": "KZ"})
    address, secret = f"{PATH}/{webhook['id']}", webhook.pop("secret")
    assert client.patch(address, json={}).get_json() == webhook
    store.clock.now = NOW + timedelta(hours=1)
    changed = client.patch(address, json={"url": "https://other.example/", "filter": {"country": "RU"}}).get_json()
    assert changed == webhook | {"url": "https://other.example/", "filter": {"country": "RU"}, "changed": "2023-11-12T10:30:00Z"}
    rotated = client.patch(address, json={"rotate_secret": True}).get_json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != secret
    assert rotated["former_secret_until"] == "2023-11-13T10:30:00Z"
    assert "secret" not in client.get(address).get_json()
    for wrong, field in (({"url": "http://10.0.0.1/"}, "url"), ({"filter": {"colour": "red"}}, "filter"), ({"rotate_secret": False}, "rotate_secret"), ({"rotate_secret": 1}, "rotate_secret"),
                         ({"secret": "whsec_mine"}, "secret")):
        answer = client.patch(address, json=wrong)
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["field"] == field
    assert client.patch(address, data="x", content_type="text/plain").status_code == 415
    assert client.patch(address, data="{", content_type="application/json").status_code == 400


def test_a_disabled_webhook_says_why_and_since_when_and_is_enabled(client: FlaskClient, store: SampleStore) -> None:
    webhook = made(client)["id"]
    with store.engine.begin() as connection:
        connection.execute(update(webhooks).values(active=False, disabled_at="2023-11-12T10:00:00.000000Z", disabled_for="gone",
                                                   disabled_detail="the receiver answered 410", failures=3))
    told = client.get(f"{PATH}/{webhook}").get_json()
    assert (told["state"], told["due"]) == ("disabled", None)
    assert told["disabled"] == {"at": "2023-11-12T10:00:00Z", "reason": "gone", "detail": "the receiver answered 410"}
    enabled = client.post(f"{PATH}/{webhook}/enable").get_json()
    assert (enabled["state"], enabled["disabled"], enabled["failures"]) == ("active", None, 0)


def test_attempts_are_listed_the_newest_first(client: FlaskClient, store: SampleStore) -> None:
    webhook = made(client)["id"]
    rows = [{"message": "msg_1", "event_id": "e", "type": "event.added", "attempt": 1, "at": "2023-11-12T09:00:00.000000Z",
             "ended": "2023-11-12T09:00:01.500000Z", "delivered": False, "status": 500, "error_class": "http-500", "error_detail": "x"},
            {"message": "msg_1", "event_id": "e", "type": "event.added", "attempt": 2, "at": "2023-11-12T09:00:06.000000Z",
             "ended": None, "delivered": None, "status": None, "error_class": None, "error_detail": None}]
    with store.engine.begin() as connection:
        connection.execute(insert(webhook_attempts), [{"webhook_id": webhook, **row} for row in rows])
    told = client.get(f"{PATH}/{webhook}/deliveries").get_json()["deliveries"]
    assert told == [
        {"message": "msg_1", "type": "event.added", "event": "e", "attempt": 2, "at": "2023-11-12T09:00:06Z", "seconds": None,
         "outcome": None, "status": None, "error": None},
        {"message": "msg_1", "type": "event.added", "event": "e", "attempt": 1, "at": "2023-11-12T09:00:00Z", "seconds": 1.5,
         "outcome": "failed", "status": 500, "error": {"error_class": "http-500", "detail": "x"}}]
    assert len(client.get(f"{PATH}/{webhook}/deliveries?limit=1").get_json()["deliveries"]) == 1
    assert client.get(f"{PATH}/{webhook}/deliveries?limit=0").status_code == 400


def test_a_test_message_waits_once(client: FlaskClient) -> None:
    webhook = made(client)["id"]
    answer = client.post(f"{PATH}/{webhook}/test")
    assert answer.status_code == 202
    assert answer.get_json()["message"].startswith("msg_")
    assert client.post(f"{PATH}/{webhook}/test").get_json() == answer.get_json()


def test_it_is_removed_for_good(client: FlaskClient) -> None:
    webhook = made(client)["id"]
    assert (client.delete(f"{PATH}/{webhook}").status_code, client.get(PATH).get_json()) == (204, {"webhooks": []})
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/enable"), ("POST", "/test"), ("GET", "/deliveries")):
        answer = client.open(f"{PATH}/{webhook}{path}", method=method, json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), (method, path)


def test_there_is_a_most(client: FlaskClient, store: SampleStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(insert(webhooks), [{"id": f"w{number}", "url": URL, "filter": "{}", "secret": "", "created": "", "changed": "",
                                               "reached": 0, "due": "", "served": ""} for number in range(99)])
    made(client)
    answer = client.post(PATH, json={"url": URL})
    assert answer.status_code == 409
    assert "100 webhooks" in answer.get_json()["detail"]


@pytest.mark.parametrize(("method", "path"), [
    ("GET", ""), ("POST", ""), ("GET", "/x"), ("PATCH", "/x"), ("DELETE", "/x"), ("POST", "/x/enable"), ("POST", "/x/test"), ("GET", "/x/deliveries")])
def test_only_who_is_admitted_sees_or_changes_them(store: SampleStore, method: str, path: str) -> None:
    body = {} if method in ("POST", "PATCH") else None
    guarded = sample_app(store, token="correct horse").test_client()
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        assert guarded.open(f"{PATH}{path}", method=method, json=body, headers=headers).status_code == 401
    right = guarded.open(f"{PATH}{path}", method=method, json=body, headers={"Authorization": "Bearer correct horse"})
    assert right.status_code in (200, 404, 422)
    open_ = sample_app(store).test_client()
    assert open_.open(f"{PATH}{path}", method=method, json=body, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403


def test_metrics_count_attempts_and_tell_how_old_what_waits_is(client: FlaskClient, store: SampleStore) -> None:
    webhook, idle, disabled = (made(client)["id"] for _ in range(3))
    with store.engine.begin() as connection:
        connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(delivered=7, failed=2))
        connection.execute(update(webhooks).where(webhooks.c.id == disabled).values(active=False))
        connection.execute(insert(webhook_events), [
            {"webhook_id": name, "event_id": event, "due": "2023-11-12T09:40:00.000000Z", "waiting_since": f"2023-11-12T09:0{minute}:00.000000Z"}
            for name in (webhook, disabled) for event, minute in (("a", 5), ("b", 0))])
    told = client.get("/metrics").get_data(as_text=True).splitlines()
    for line in (f'summitry_webhook_deliveries_total{{outcome="delivered",webhook="{webhook}"}} 7.0',
                 f'summitry_webhook_deliveries_total{{outcome="failed",webhook="{webhook}"}} 2.0',
                 f'summitry_webhook_waiting{{webhook="{webhook}"}} 2.0',
                 f'summitry_webhook_oldest_undelivered_age_seconds{{webhook="{webhook}"}} 1800.0',
                 f'summitry_webhook_oldest_undelivered_age_seconds{{webhook="{idle}"}} 0.0',
                 f'summitry_webhook_active{{webhook="{disabled}"}} 0.0'):
        assert line in told
    assert not any("oldest" in line and disabled in line for line in told)
    # Nobody takes changes in: what nobody has looked at is undelivered too.
    with store.engine.begin() as connection:
        connection.execute(insert(changes).values(event_id="e", at="2023-11-12T09:29:00.000000Z", reason="", material=False, claims="[]"))
    assert f'summitry_webhook_oldest_undelivered_age_seconds{{webhook="{idle}"}} 60.0' in client.get("/metrics").get_data(as_text=True)
