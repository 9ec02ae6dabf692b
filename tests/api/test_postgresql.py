"""Over PostgreSQL the API gives the very bytes that it gives over SQLite."""
from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sample_postgresql import sample_in_postgresql
from serving import SampleStore, sample_app
from test_events import FILTERS

from app.api.forms import FORMS

PATHS = [*(f"/api/v1/events?{query}" for query in FILTERS), *(f"/calendar.ics?vague=span&{query}" for query in FILTERS),
         "/api/v1/events?sort=-start", "/api/v1/events?sort=updated", "/api/v1/events?sort=-updated",
         "/api/v1/events?q=%25&place=_", "/api/v1/events?limit=2", "/api/v1/actors", "/api/v1/actors?q=erdogan&country=TR",
         "/api/v1/actors?limit=3", "/api/v1/actors/person:vladimir-putin", "/api/v1/actors/none", "/calendar.ics",
         "/api/v1/actors?sort=-events&limit=3", "/api/v1/actors?sort=-events&q=erdogan&country=TR",
         "/api/v1/actors/person:vladimir-putin/counterparts", "/api/v1/actors/person:vladimir-putin/person:kassym-jomart-tokayev",
         "/api/v1/countries", "/api/v1/countries/kz", "/api/v1/countries/KZ/RU", "/api/v1/countries/KZ/counterparts",
         "/healthz", *(f"/api/v1/events.{form.suffix}?limit=3" for form in FORMS), "/api/v1/events?window=week", "/api/v1/changes",
         "/api/v1/changes?limit=3", "/calendar.ics?cancelled=hide&alarm=30&limit=4", "/calendar.ics?cancelled=mark", "/events", "/timeline.json",
         "/timeline.json?country=KZ&from=2023-11", "/timeline", "/timeline?lanes=actor&status=held", "/map", "/map?q=putin&to=2023-11-10"]


@pytest.fixture(scope="module")
def on_postgresql() -> Iterator[FlaskClient]:
    with sample_in_postgresql() as url:
        store = SampleStore(url)
        yield sample_app(store).test_client()
        store.close()


def walked(client: FlaskClient, address: str) -> list[bytes]:
    """The answer, and those of all pages behind it."""
    found = []
    while address:
        answer = client.get(address)
        found.append(answer.data)
        address = answer.get_json().get("next") if answer.mimetype == "application/json" else ""
    return found


@pytest.mark.postgres
def test_every_answer_is_the_same(client: FlaskClient, on_postgresql: FlaskClient) -> None:
    for path in PATHS:
        assert walked(on_postgresql, path) == walked(client, path), path


@pytest.mark.postgres
def test_events_are_counted_alike(client: FlaskClient, on_postgresql: FlaskClient) -> None:
    told, theirs = ([line for line in one.get("/metrics").get_data(as_text=True).splitlines() if line.startswith("summitry_events{")]
                    for one in (client, on_postgresql))
    assert len(told) > 2
    assert told == theirs


@pytest.mark.postgres
def test_details_are_the_same(client: FlaskClient, on_postgresql: FlaskClient) -> None:
    for event in client.get("/api/v1/events").get_json()["events"]:
        for path in (event["url"], f"{event['url']}/history"):
            assert on_postgresql.get(path).data == client.get(path).data
        detail = client.get(event["url"]).get_json()
        article = f"/api/v1/articles/{detail['evidence'][0]['article_id']}"
        assert on_postgresql.get(article).data == client.get(article).data


@pytest.mark.postgres
@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "%F0%9F%95%8A", "\\", "'", "%25%5C_"])
def test_odd_characters_break_nothing(client: FlaskClient, on_postgresql: FlaskClient, odd: str) -> None:
    for path in (f"/api/v1/events?q={odd}", f"/api/v1/events?actor=x:{odd}", f"/api/v1/events/{odd}",
                 f"/api/v1/actors/{odd}", f"/api/v1/actors/{odd}/state:UA", f"/api/v1/countries/{odd}/KZ", f"/api/v1/countries/KZ/{odd}", f"/api/v1/articles/{odd}", f"/api/v1/scrapes/{odd}"):
        assert on_postgresql.get(path).status_code == client.get(path).status_code < 500


@pytest.mark.postgres
def test_a_scrape_is_accepted(on_postgresql: FlaskClient) -> None:
    run = on_postgresql.post("/api/v1/scrapes", json={"sources": ["courier"]}).get_json()
    assert on_postgresql.get(run["url"]).get_json()["sources"] == ["courier"]
