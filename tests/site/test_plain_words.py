"""The filters of pages take what people write: names of countries, and several of a kind."""
from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from reading_pages import Reader

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(("asked", "plain"), [
    ("/events?country=Kazakhstan", "/events?country=KZ"),
    ("/events?country=kz", "/events?country=KZ"),
    ("/events?country=UK&in=south+korea&q=x", "/events?country=GB&in=KR&q=x"),
    ("/events?country=Kazakhstan,+Russia", "/events?country=KZ&country=RU"),
    ("/timeline?type=meeting,call&lanes=type", "/timeline?type=meeting&type=call&lanes=type"),
    ("/map?status=held,planned", "/map?status=held&status=planned"),
    ("/?country=Germany&day=2023-11-09", "/?country=DE&day=2023-11-09"),
    ("/actors?country=France", "/actors?country=FR"),
    ("/subscribe?country=Turkey&in=Iran", "/subscribe?country=TR&in=IR"),
])
def test_what_was_written_leads_to_the_address_that_the_api_understands(client: FlaskClient, asked: str, plain: str) -> None:
    answer = client.get(asked, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (302, plain)
    assert client.get(plain, headers=HTML).status_code == 200


@pytest.mark.parametrize("path", ["/events?q=one,two", "/events?place=Washington,+D.C.", "/events?country=EU&country=CSTO"])
def test_other_words_stay_as_they_are(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 200


def test_a_country_that_nobody_knows_is_told(client: FlaskClient) -> None:
    text = client.get("/events?country=Ruritania", headers=HTML).text
    assert "No country or body is known as “Ruritania”." in text
    assert "No country or body" not in client.get("/events?country=KZ&q=nothing-of-the-kind", headers=HTML).text


def test_a_page_of_a_country_is_found_by_its_name(client: FlaskClient) -> None:
    assert "<h1>Kazakhstan</h1>" in client.get("/countries/Kazakhstan", headers=HTML).text
    assert client.get("/api/v1/countries/kazakhstan").get_json()["code"] == "KZ"


@pytest.mark.parametrize("script", [True, False])
def test_several_of_a_kind_stay_when_something_else_is_chosen(reader: Reader, script: bool) -> None:
    page = reader.open("/events?country=KZ&country=RU&type=meeting&type=call", script=script)
    assert page.get_by_label("Country", exact=True).input_value() == "KZ, RU"
    assert page.locator("[name=type] option:checked").inner_text() == "meeting or call"
    page.locator("[name=place]").fill("Astana")
    page.locator(".filters").get_by_role("button", name="Show").click()
    page.wait_for_url("**place=Astana*")
    assert page.locator(".event .title").all_inner_texts() == ["Tokayev – Putin, meeting"]
    if script:
        assert page.url.endswith("/events?country=KZ&country=RU&place=Astana&type=meeting&type=call")
