"""Webhooks made from a choice on `/subscribe`, and looked after at the desk; receivers are servers on loopback."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from reading_pages import faults_in_both, reading
from receiver import Receiver
from serving import SampleStore, sample_app, served
from sqlalchemy import RowMapping

from app.deliverer import Deliverer
from app.saved_filter import weighed
from app.scopes import Scope
from app.store.deliveries import Deliveries
from app.store.queries import Queries
from app.store.webhooks import MOST_WEBHOOKS
from app.webhook_message import message_body
from scraper.fetch import Fetcher

HTML = {"Accept": "text/html"}


def rows(store: SampleStore) -> list[RowMapping]:
    return Queries(store.engine).webhooks()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def deliverer(store: SampleStore, receiver: Receiver) -> Iterator[Deliverer]:
    fetcher = Fetcher("Summitry/test", allow_hosts=(receiver.host,))
    made = Deliverer(Deliveries(store._database, message_body, clock=store.clock), fetcher.post, weighed, clock=store.clock)
    yield made
    made.stop(5)
    fetcher.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_makes_one_for_what_is_chosen(chromium: Browser, store: SampleStore, receiver: Receiver, deliverer: Deliverer, script: bool) -> None:
    """Signed in with a token of the scope, which leads back to the choice; the secret is shown once; how a test goes is shown."""
    token = store.tokens.create("reader", [Scope.PUSH])
    with served(sample_app(store, allow_hosts=(receiver.host,))) as base, reading(chromium, base) as reader:
        page = reader.open("/subscribe?country=KZ&q=it%27s+a+summit&alarm=15", script=script)
        assert page.get_by_role("button", name="Make a webhook").count() == 0
        expect(page.locator("#webhook")).to_contain_text("curl -X POST")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        assert page.url == f"{base}/subscribe?country=KZ&q=it%27s+a+summit&alarm=15"
        page.get_by_label("Address of your receiver").fill(receiver.url())
        if script:
            page.get_by_label("Words").fill("summit")  # the choice goes on, and the form with it
            page.wait_for_url("**q=summit*")
            expect(page.get_by_label("Address of your receiver")).to_have_value(receiver.url())
        page.get_by_role("button", name="Make a webhook").click()
        secret = page.get_by_label("Secret of the webhook").input_value()
        row, = rows(store)
        assert json.loads(row["filter"]) == {"country": ["KZ"], "q": "summit" if script else "it's a summit"}
        if script:
            assert faults_in_both(page) == []
        page.goto(f"{base}/desk/webhooks")
        assert secret not in page.content()
        listed = page.locator(".webhooks li")
        expect(listed).to_contain_text("enabled")
        expect(listed).to_contain_text("none yet")
        page.get_by_role("button", name="Send a test message").click()
        expect(page.locator(".notice")).to_contain_text("A test message is sent within seconds")
        expect(listed).to_contain_text("A test message waits")
        deliverer.deliver_due()
        if not script:
            page.get_by_role("link", name="Look again").click()
        expect(listed).to_contain_text("delivered, 204")
        expect(listed).to_contain_text("webhook.test")
        assert receiver.received[0].signed_by(secret)
        page.get_by_role("button", name="New secret").click()
        rotated = page.get_by_label("Secret of the webhook").input_value()
        assert rotated.startswith("whsec_")
        assert rotated != secret
        expect(listed).to_contain_text("signs as well until")
        page.get_by_text("Remove", exact=True).click()
        page.get_by_role("button", name="Remove it").click()
        expect(page.locator("#webhooks")).to_have_text("There is no webhook yet.")
    assert rows(store) == []


def test_of_one_that_fails_it_is_said_why_and_when_it_is_tried_next(store: SampleStore, receiver: Receiver, deliverer: Deliverer) -> None:
    client = sample_app(store, now=store.clock, allow_hosts=(receiver.host,)).test_client()
    client.post("/desk/webhooks", data={"url": receiver.url(), "filter": "{}", "from_start": "1"})
    receiver.answer = 500
    deliverer.deliver_due()
    text = words(client)

    assert "enabled http://127.0.0.1" in text
    assert re.search(r"Last delivery just now: failed, the receiver answered 500 event\.added of \w+ Next attempt in 5 s, after 1 failure in a row", text)
    assert re.search(r"Waiting \d+ events, the first changed 2023-", text)
    receiver.answer = 410
    store.clock.now += timedelta(seconds=10)
    deliverer.deliver_due()
    text = words(client)
    assert "disabled http://127.0.0.1" in text
    assert re.search(r"Disabled 2\d{3}-[\d-]+ [\d:]+ UTC: its receiver said that it is gone \(410\)\.", text)
    row, = rows(store)
    answer = client.post(f"/desk/webhooks/{row['id']}/enable")
    assert answer.headers["Location"] == f"/desk/webhooks?done=enabled&of={row['id']}"
    assert "disabled" not in words(client)


def words(client: FlaskClient) -> str:
    page = client.get("/desk/webhooks", headers=HTML).get_data(as_text=True)
    return " ".join(unescape(re.sub("<[^>]+>", " ", page.partition('<div id="webhooks"')[2])).split()).replace(" : ", ": ").replace(" ,", ",")


@pytest.mark.parametrize(("given", "said"), [
    ({"url": " "}, "Give the address of your receiver."), ({"url": "x" * 9000}, "Length must be between 1 and 8192."), ({"url": "http://10.0.0.1/"}, "ddress"),
    ({"url": "file:///etc/passwd"}, "http"), ({"filter": '{"country": 1}'}, "A string is needed"), ({"filter": '{"colour": "red"}'}, "There is no such parameter"),
    ({"filter": "[]"}, "An object is needed"), ({"filter": "{"}, "filter: Field may not be null.")])
def test_what_is_wrong_is_said_and_what_was_typed_stays(store: SampleStore, given: dict[str, str], said: str) -> None:
    client = sample_app(store).test_client()
    answer = client.post("/desk/webhooks", data={"url": "https://receiver.example/", "filter": '{"country": ["KZ"]}'} | given, headers=HTML)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in "".join(re.findall(r'class="fault"[^>]*>([^<]*)', page))
    assert f'value="{given.get("url", "https://receiver.example/").strip()}"' in page
    assert rows(store) == []


def test_an_odd_request_is_refused_as_by_the_api(store: SampleStore) -> None:
    client = sample_app(store).test_client()
    for act in ("test", "rotate", "enable", "remove"):
        assert client.post(f"/desk/webhooks/none/{act}", headers=HTML).status_code == 404
    for number in range(MOST_WEBHOOKS):
        store.webhooks.add(f"https://receiver.example/{number}", {}, secret="x")
    answer = client.post("/desk/webhooks", data={"url": "https://receiver.example/", "filter": "{}"}, headers=HTML)
    assert answer.status_code == 409
    assert "There are 100 webhooks already" in answer.get_data(as_text=True)


def test_the_page_is_for_whoever_it_is_made_for(store: SampleStore) -> None:
    """Only who may push is given the form; no cache gives it to others."""
    store.tokens.create("ana", [Scope.PUSH])
    client = sample_app(store).test_client()
    page = client.get("/subscribe?country=KZ", headers=HTML)
    assert 'href="/desk/sign-in?next=%2Fsubscribe%3Fcountry%3DKZ"' in page.get_data(as_text=True)
    assert "Cookie" in page.headers["Vary"]
    client.set_cookie("desk", "push")
    page = client.get("/subscribe?country=KZ", headers=HTML)
    assert 'action="/desk/webhooks"' in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert client.post("/desk/webhooks", data={"url": "https://receiver.example/", "filter": "{}"}).headers["Location"] == "/desk/sign-in"
