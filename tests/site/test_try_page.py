"""`/try`: what of an article is shown, what is refused beside which field, and who may post."""
from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from reading_pages import Reader, faults, reading
from serving import SampleStore, sample_app

from app.api.schemas import TEXT_LIMIT
from app.site.trying import EXAMPLE
from app.store import tables

HTML = {"Accept": "text/html"}
FORM = {"text": "Putin met Tokayev in Astana on Thursday.", "published": "2023-11-10"}
READ: dict[str, Any] = {"events": [], "declined": [], "text": "\n\nThey met."}


@pytest.fixture
def quick(store: SampleStore) -> FlaskClient:
    """A client of pages that read nothing."""
    return sample_app(store, extract=lambda row: READ).test_client()


def _read_example(page: Page) -> None:
    page.get_by_role("link", name="Fill in an example").click()
    expect(page.get_by_label("Text of the article")).to_have_value(EXAMPLE["text"])
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#read")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_the_example_is_read_with_and_without_javascript(reader: Reader, script: bool) -> None:
    """Each event is a line, each of its sentences a mark (one for two events that share it), each declined date is explained."""
    page = reader.open("/try", script=script)
    _read_example(page)
    lines = [" ".join(line.inner_text().split()) for line in page.locator(".found .event").all()]
    assert [line.split(" · ")[:5] for line in lines] == [
        ["1", "Sun 7 May", "Seoul", "Kishida – Yoon, meeting", "held Fumio Kishida Prime Minister, Japan; Yoon Suk Yeol President, South Korea"],
        ["2", "March", "Tokyo", "Yoon – Kishida, meeting", "held Yoon Suk Yeol President, South Korea; Fumio Kishida Prime Minister, Japan"],
        ["3", "Fri 19 – Sun 21 May", "Hiroshima", "G7 summit", "planned Yoon Suk Yeol President, South Korea"],
        ["4", "Wed 26 Apr", "Washington", "Yoon – Biden, meeting", "held Yoon Suk Yeol President, South Korea; Joe Biden President, United States"]]
    told = page.request.post(reader.base + "/api/v1/extract", data=EXAMPLE).json()
    assert [mark.get_attribute("data-tells") for mark in page.locator("mark").all()] == ["1", "2 3", "4"]
    for number, event in enumerate(told["events"], 1):
        assert page.locator(f"mark[data-tells~='{number}']").inner_text().startswith(event["evidence"])
        page.locator(f"#event-{number} .title").click()
        assert page.locator("mark:target").inner_text().startswith(event["evidence"])
    dates = [one for one in told["declined"] if one["what"] == "date"]
    assert [one.inner_text() for one in page.locator("details[open] .refusals li").all()] == [f"“{one['text']}” {one['reason']}" for one in dates]
    assert [one["text"] for one in dates] == ["a few days after", "recently"]
    assert page.locator(".no-date").all_inner_texts() == ["a few days after", "recently"]
    assert page.get_by_label("Text of the article").input_value() == EXAMPLE["text"]


@pytest.mark.parametrize("given", [None, {**FORM, "title": "It's \"so\" – <b>", "url": "https://a.example/?x=$HOME`"}])
def test_the_command_gives_the_same_as_json(client: FlaskClient, given: dict[str, str] | None) -> None:
    """Of the example as long as nothing was read."""
    page = (client.post("/try", data=given) if given else client.get("/try", headers=HTML)).get_data(as_text=True)
    command, address, *_, option, body = [word for word in shlex.split(unescape(
        page.partition('<pre id="command" tabindex="0">')[2].partition("</pre>")[0])) if word not in ("-X", "POST", "\n")]
    assert (command, address, option) == ("curl", "http://localhost/api/v1/extract", "-d")
    assert json.loads(body) == (given or EXAMPLE)
    answer = client.post("/api/v1/extract", data=body.encode(), content_type="application/json")
    assert len(answer.get_json()["events"]) == (page.count('id="event-') if given else 4)
    assert '<a href="#as-json">This page as JSON</a>' in page


def test_an_event_and_its_sentence_light_up_together(reader: Reader) -> None:
    page = reader.open("/try")
    _read_example(page)
    lit = page.locator(".lit")
    page.locator("mark[data-tells='2 3']").hover()
    expect(lit).to_have_count(3)  # the sentence and its two events
    page.locator("#event-3 .title").focus()
    expect(lit).to_have_count(2)
    page.locator(".refusals li").first.hover()
    assert [one.inner_text() for one in lit.all()] == ["a few days after", page.locator(".refusals li").first.inner_text()]
    page.locator("h1").hover()
    expect(lit).to_have_count(0)


def test_with_javascript_the_result_comes_in_place_and_is_read_out_first(reader: Reader) -> None:
    page = reader.open("/try")
    page.evaluate("window.kept = true")
    _read_example(page)
    assert page.evaluate("window.kept")
    expect(page.locator(":focus")).to_have_text("4 events")
    assert page.url == reader.base + "/try"


@pytest.mark.parametrize("script", [True, False])
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(chromium: Browser, site: str, script: bool) -> None:
    with reading(chromium, site) as reader:
        page = reader.open("/try", script=script)
        page.get_by_label("Text of the article").fill("Putin met Tokayev.")
        page.locator("form.try").evaluate("form => { form.noValidate = true; }")  # as by a browser that checks nothing itself
        page.get_by_role("button", name="Read it").click()
        field = page.get_by_label("Published on")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text().startswith("Give the day on which it was published")
        assert page.get_by_label("Text of the article").input_value() == "Putin met Tokayev."
        if script:
            assert faults(page) == []
            expect(field).to_be_focused()
        # A browser notes a status of 422 itself.
        assert [said for said in reader.said if "status of 422" not in said] == []
        reader.said.clear()


@pytest.mark.parametrize(("given", "field", "told"), [
    ({"published": "2023-11-10"}, "text", "Paste the article&#39;s text."),
    ({"text": " \r\n ", "published": "2023-11-10"}, "text", "Paste the article&#39;s text."),
    ({"text": "They met."}, "published", "Give the day on which it was published"),
    ({"text": "x" * (TEXT_LIMIT + 1), "published": "2023-11-10"}, "text", "At most 200,000 characters can be read; these are 200,001."),
    ({"text": "They met.", "published": "2023-02-30"}, "published", "A day such as 2023-11-10 is needed."),
    ({"text": "They met.", "published": "2023-11-10", "title": "x" * 2001}, "title", "Longer than maximum length 2000."),
    ({"text": "They met.", "published": "2023-11-10", "url": "x" * 4001}, "url", "Longer than maximum length 4000.")])
def test_each_wrong_field_is_named(client: FlaskClient, given: dict[str, str], field: str, told: str) -> None:
    answer = client.post("/try", data=given)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (422, "no-store")
    assert f'<span class="fault" id="fault-{field}">{told}' in page
    assert page.count('class="fault" id=') == 1
    assert 'id="read"' not in page
    for value in given.values():
        assert value.strip() in page


def test_the_longest_text_fits_into_a_form(quick: FlaskClient) -> None:
    """Each of these characters takes twelve bytes, and each line break, which counts once, six."""
    body = urlencode({"text": ("\U0001f600" * 999 + "\r\n") * (TEXT_LIMIT // 1000), "published": "2023-11-10"})
    assert quick.post("/try", data=body, content_type="application/x-www-form-urlencoded").status_code == 200
    assert quick.post("/try", data="text=" + "x" * 2_600_000, content_type="application/x-www-form-urlencoded").status_code == 413
    assert quick.post("/try", data="a&" * 2_000, content_type="application/x-www-form-urlencoded").status_code == 413


@pytest.mark.parametrize(("headers", "status"), [
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200), ({"Sec-Fetch-Site": "none"}, 200), ({}, 200),
    ({"Origin": "http://localhost"}, 200), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403), ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403), ({"Origin": "http://localhost.evil.example"}, 403)])
def test_only_pages_of_this_site_post_to_it(quick: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert quick.post("/try", data=FORM, headers=headers).status_code == status


def test_behind_a_proxy_the_public_address_is_its_own_too(store: SampleStore) -> None:
    client = sample_app(store, extract=lambda row: READ, base_url="https://summits.example/diary").test_client()
    assert client.post("/try", data=FORM, headers={"Origin": "https://summits.example"}).status_code == 200
    assert client.post("/try", data=FORM, headers={"Origin": "https://other.example"}).status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_it_takes_a_form_and_nothing_else(quick: FlaskClient, kind: str) -> None:
    answer = quick.post("/try", data=b"{}", content_type=kind)
    assert (answer.status_code, answer.headers["Accept-Post"]) == (415, "application/x-www-form-urlencoded")


def test_nothing_is_stored(client: FlaskClient, store: SampleStore) -> None:
    def rows() -> dict[str, int]:
        with store.engine.connect() as connection:
            return {name: len(connection.execute(table.select()).all()) for name, table in tables.metadata.tables.items()}

    before = rows()
    assert "1 event<" in client.post("/try", data=FORM).get_data(as_text=True)
    assert rows() == before


def test_while_others_are_read_what_was_typed_is_kept(store: SampleStore) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(row: Mapping[str, Any]) -> dict[str, Any]:
        begun.set()
        go_on.wait(10)
        return READ

    app = sample_app(store, extract=slow, threads=1)
    first = threading.Thread(target=lambda: app.test_client().post("/try", data=FORM))
    first.start()
    assert begun.wait(10)
    answer = app.test_client().post("/try", data=FORM)
    go_on.set()
    first.join()
    assert answer.status_code == 503
    assert "Other articles are being read just now." in answer.get_data(as_text=True)
    assert FORM["text"] in answer.get_data(as_text=True)


@pytest.mark.parametrize("text", [
    "</textarea><script>alert(1)</script> Putin met Tokayev in Astana on Thursday, 5 < 6 & so on.", "\x00\x01\u202eabc\u2028", "&" * 50,
    "Putin met Tokayev in Astana on Thursday.\n" * 3, "\ufffd\U0010ffff", "date 2023-13-45 x"])
def test_odd_texts_break_no_page(client: FlaskClient, text: str) -> None:
    for published in ("0001-01-01", "9999-12-31", "2023-11-10"):
        answer = client.post("/try", data={"text": text, "published": published, "title": text})
        page = answer.get_data(as_text=True)
        assert answer.status_code in (200, 422), page
        assert "<script>alert" not in page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_it(reader: Reader, scheme: str, width: int) -> None:
    page = reader.open("/try", scheme=scheme, width=width)
    _read_example(page)
    page.get_by_text("Occasions that make no event").click()
    assert faults(page) == []
