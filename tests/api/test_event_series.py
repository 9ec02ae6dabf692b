"""What belongs together, in an event's detail: the margin of a summit, the legs of a trip."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sample_timeline import MINSK, PUTIN, TOKAYEV, asserted, person, state, told
from serving import SampleStore

from timeline.model import EventType, Place, Status
from timeline.when import When

MACRON = person("Emmanuel Macron", "FR", "President")


def detail(client: FlaskClient, store: SampleStore, title: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/events/{store.events[title].id}{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json())


def test_a_trip_to_two_countries_is_the_parent_of_its_legs(client: FlaskClient, store: SampleStore) -> None:
    article = told("courier", date(2023, 11, 3), "macron-east", "Macron in Central Asia",
                   "Macron was in Astana on Wednesday.", "He went on to Tashkent on Thursday.")
    store.record([(article, [
        asserted(article, 0, EventType.VISIT, (MACRON, state("KZ")), When.day(date(2023, 11, 1)), Status.HELD, Place("Astana", "KZ")),
        asserted(article, 1, EventType.VISIT, (MACRON, state("UZ")), When.day(date(2023, 11, 2)), Status.HELD, Place("Tashkent", "UZ"))])])
    first, second = (detail(client, store, title) for title in ("Macron visits Kazakhstan", "Macron visits Uzbekistan"))
    trip = first["part_of"]
    assert trip["kind"] == "trip"
    assert trip["title"] == "Macron visits Kazakhstan and Uzbekistan"
    assert [(part["id"], part["start"]) for part in trip["parts"]] == [(first["id"], "2023-11-01"), (second["id"], "2023-11-02")]
    assert second["part_of"] == trip
    assert first["parts"] == second["parts"] == []
    assert client.get(trip["parts"][1]["url"]).get_json()["title"] == second["title"]


def test_a_bilateral_on_the_margin_points_to_its_summit_and_the_summit_to_it(client: FlaskClient, store: SampleStore) -> None:
    article = told("harbour", date(2023, 11, 11), "margin", "Two presidents to talk in Minsk",
                   "Putin and Tokayev are to meet in Minsk on November 23, beside the summit of the CSTO.")
    store.record([(article, [asserted(article, 0, EventType.MEETING, (PUTIN, TOKAYEV), When.day(date(2023, 11, 23)), Status.PLANNED, MINSK)])])
    summit = detail(client, store, "CSTO summit")
    [part] = summit["parts"]
    talks = client.get(part["url"]).get_json()
    assert (talks["type"], talks["start"]) == ("meeting", "2023-11-23")
    assert (talks["part_of"]["id"], talks["part_of"]["kind"]) == (summit["id"], "summit")
    assert summit["part_of"] is None


def test_an_event_of_its_own_is_part_of_nothing_and_has_no_parts(client: FlaskClient, store: SampleStore) -> None:
    event = detail(client, store, "Biden – Netanyahu, call")
    assert (event["part_of"], event["parts"]) == (None, [])


def test_what_was_known_on_a_day_tells_of_no_series(client: FlaskClient, store: SampleStore) -> None:
    event = detail(client, store, "CSTO summit", "?as_of=2023-11-10")
    assert (event["part_of"], event["parts"]) == (None, [])
