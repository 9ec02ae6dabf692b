"""Who meets whom, as JSON: each figure is what the list of events gives."""
from __future__ import annotations

from collections import Counter

import pytest
from flask.testing import FlaskClient
from sample_timeline import BIDEN, PUTIN, TOKAYEV, XI
from serving import SampleStore


def events(client: FlaskClient, query: str) -> list[dict[str, object]]:
    return list(client.get(f"/api/v1/events?{query}").get_json()["events"])


@pytest.mark.parametrize(("path", "query"), [
    ("/countries/KZ", "country=KZ"), ("/countries/kz/RU", "country=KZ&country=RU"), ("/actors/person:joe-biden", "actor=person:joe-biden"),
    ("/actors/person:vladimir-putin/person:kassym-jomart-tokayev", "actor=person:vladimir-putin&actor=person:kassym-jomart-tokayev"),
    ("/countries/MD", "country=MD"), ("/countries/LI", "country=LI"), ("/countries/KZ/LI", "country=KZ&country=LI")])
def test_figures_are_those_of_the_events(client: FlaskClient, path: str, query: str) -> None:
    told, mine = client.get(f"/api/v1{path}").get_json(), events(client, query)
    assert told["total"] == len(mine)
    assert told["events"] == events(client, f"{query}&sort=-start")
    assert told["statuses"] == Counter(one["status"] for one in mine)
    assert {one["year"]: one["events"] for one in told["years"]} == Counter(int(str(one["start"])[:4]) for one in mine)
    assert told["soonest"] == next(iter(events(client, f"{query}&status=planned&from=2023-11-12")), None)
    assert told["latest_held"] == next(iter(events(client, f"{query}&status=held&to=2023-11-12&sort=-start")), None)
    assert client.get(told["events_url"]).get_json()["events"] == mine


def test_two_who_met_have_a_last_and_a_next_time(client: FlaskClient) -> None:
    two = client.get(f"/api/v1/actors/{PUTIN.actor_id}/{TOKAYEV.actor_id}").get_json()
    assert [actor["name"] for actor in two["actors"]] == [PUTIN.name, TOKAYEV.name]
    assert (two["latest_held"]["title"], two["soonest"]["title"]) == ("Putin – Tokayev, meeting", "CSTO summit")
    assert two["others"] == []
    both = client.get(f"/api/v1/actors/{TOKAYEV.actor_id}/{PUTIN.actor_id}").get_json()
    assert both["events"] == two["events"]


def test_counterparts_lead_to_the_pair(client: FlaskClient) -> None:
    for path in (f"/api/v1/actors/{TOKAYEV.actor_id}", "/api/v1/countries/KZ"):
        found = client.get(client.get(path).get_json()["counterparts_url"]).get_json()["counterparts"]
        assert [one["name"] for one in found] == (["Vladimir Putin", "Olaf Scholz"] if "actors" in path else ["Russia", "Germany"])
        for one in found:
            assert client.get(one["pair_url"]).get_json()["total"] == one["events"]
            assert client.get(one["url"]).status_code == 200
    assert len(client.get("/api/v1/countries/KZ/counterparts?limit=1").get_json()["counterparts"]) == 1


def test_a_person_has_the_offices_that_sources_told(client: FlaskClient) -> None:
    assert client.get(f"/api/v1/actors/{BIDEN.actor_id}").get_json()["offices"] == [
        {"office": "President", "country": "US", "first": "2023-11-06", "last": "2023-11-15", "events": 2}]
    assert client.get("/api/v1/actors/state:UA").get_json()["offices"] == []


def test_the_busiest_actors_come_first_page_by_page(client: FlaskClient) -> None:
    whole = client.get("/api/v1/actors?sort=-events").get_json()["actors"]
    assert [one["events"] for one in whole] == sorted((one["events"] for one in whole), reverse=True)
    assert {one["id"]: one["events"] for one in whole} == {one["id"]: one["events"] for one in client.get(
        "/api/v1/actors").get_json()["actors"] if one["events"]}
    found, address = [], "/api/v1/actors?sort=-events&limit=2"
    while address:
        page = client.get(address).get_json()
        found += page["actors"]
        address = page["next"]
    assert found == whole
    cursor = client.get("/api/v1/actors?limit=2").get_json()["cursor"]
    assert client.get(f"/api/v1/actors?sort=-events&cursor={cursor}").status_code == 400


def test_an_event_that_is_withdrawn_is_counted_no_more(client: FlaskClient, store: SampleStore) -> None:
    def told() -> tuple[int, ...]:
        countries = {one["code"]: one["events"] for one in client.get("/api/v1/countries").get_json()["countries"]}
        pair = client.get(f"/api/v1/actors/{XI.actor_id}/{BIDEN.actor_id}").get_json()["total"]
        found = client.get("/api/v1/actors?sort=-events&q=xi").get_json()["actors"]
        return countries.get("CN", 0), countries["US"], pair, len(found), client.get(f"/api/v1/actors/{XI.actor_id}").get_json()["total"]

    assert told() == (1, 3, 1, 1, 1)
    store.corrections.withdraw(store.events["Xi – Biden, meeting"].id, by="ana")
    assert told() == (0, 2, 0, 0, 0)


def test_countries_are_listed_by_the_number_of_their_events(client: FlaskClient) -> None:
    found = client.get("/api/v1/countries").get_json()["countries"]
    assert found[:2] == [{"code": "KZ", "name": "Kazakhstan", "url": "/api/v1/countries/KZ", "events": 3},
                         {"code": "US", "name": "United States", "url": "/api/v1/countries/US", "events": 3}]
    for one in found:
        assert one["events"] == len(events(client, f"country={one['code']}"))


@pytest.mark.parametrize("path", [
    "/actors/none", "/actors/none/counterparts", "/actors/none/state:UA", "/actors/state:UA/none", "/actors/state:UA/state:UA", "/countries/ZZ",
    "/countries/KZ/ZZ", "/countries/KZ/kz", "/countries/ZZ/counterparts", "/countries/%F0%9F%95%8A", "/countries/%25", "/countries/%ED%A0%80"])
def test_who_is_not_there_is_named(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("path", ["/countries?limit=1", "/countries/KZ?x=1", "/countries/KZ/RU?x=1", "/countries/KZ/counterparts?limit=0",
                                  "/actors/state:UA/counterparts?limit=501", "/actors?sort=events", "/actors/state:UA/state:MD?x=1"])
def test_wrong_parameters_are_named(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["parameter"] in ("limit", "x", "sort")
