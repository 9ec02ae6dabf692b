"""`as_of`: the timeline as its sources told it by a day."""
from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from serving import SampleStore

ASTANA = "Putin – Tokayev, meeting"


def test_what_was_published_later_is_not_there(client: FlaskClient) -> None:
    whole = client.get("/api/v1/events?as_of=2023-11-12").get_json()["events"]
    assert [event["title"] for event in whole] == [event["title"] for event in client.get("/api/v1/events").get_json()["events"]]
    early = client.get("/api/v1/events?as_of=2023-10-20").get_json()["events"]
    assert early
    for event in early:
        assert all(source["published"][:10] <= "2023-10-20" for source in event["sources"])
    assert client.get("/api/v1/events?as_of=2000-01-01").get_json() == {"events": [], "cursor": None, "next": None}


def test_one_event_shows_what_rested_on_the_articles_of_that_day(client: FlaskClient, store: SampleStore) -> None:
    event = store.events[ASTANA]
    by_day = {day: client.get(f"/api/v1/events/{event.id}?as_of={day}") for day in ("2023-11-09", "2023-11-10")}
    told = {str(claim.told_on) for claim in event.claims}
    assert told == by_day.keys()
    assert len(by_day["2023-11-09"].get_json()["evidence"]) < len(by_day["2023-11-10"].get_json()["evidence"])
    assert by_day["2023-11-10"].data == client.get(f"/api/v1/events/{event.id}").data
    listed = client.get("/api/v1/events?as_of=2023-11-09&place=Astana").get_json()["events"][0]
    assert listed.items() <= by_day["2023-11-09"].get_json().items()


def test_an_event_that_nobody_had_told_of_is_not_found(client: FlaskClient, store: SampleStore) -> None:
    answer = client.get(f"/api/v1/events/{store.events[ASTANA].id}?as_of=2023-11-01")
    assert answer.status_code == 404
    assert "by 2023-11-01" in answer.get_json()["detail"]


def test_a_plan_was_not_overdue_before_its_time(client: FlaskClient, store: SampleStore) -> None:
    """Germany's visit to Moldova was planned for 5 November, and nobody told whether it took place."""
    event = store.events["Germany visits Moldova"]
    assert client.get(f"/api/v1/events/{event.id}").get_json()["status"] == "unreported"
    for day, status in ((4, "planned"), (6, "planned"), (7, "unreported")):
        asked = date(2023, 11, day)
        assert client.get(f"/api/v1/events/{event.id}?as_of={asked}").get_json()["status"] == status
        found = client.get(f"/api/v1/events?as_of={asked}&status={status}&country=MD").get_json()["events"]
        assert [one["id"] for one in found] == [event.id]


def test_pages_go_on_as_of_the_same_day(client: FlaskClient) -> None:
    whole = client.get("/api/v1/events?as_of=2023-11-09").get_json()["events"]
    found, address = [], "/api/v1/events?as_of=2023-11-09&limit=1"
    while address:
        page = client.get(address).get_json()
        found += page["events"]
        address = page["next"]
        assert not address or parse_qs(urlsplit(address).query)["as_of"] == ["2023-11-09"]
    assert found == whole
    cursor = client.get("/api/v1/events?as_of=2023-11-09&limit=1").get_json()["cursor"]
    assert client.get(f"/api/v1/events?as_of=2023-11-10&limit=1&cursor={cursor}").status_code == 400


@pytest.mark.parametrize("wrong", ["2023-11", "2023", "yesterday", "2023-02-30", "", "2023-11-09T10:00:00Z"])
def test_a_day_is_needed(client: FlaskClient, store: SampleStore, wrong: str) -> None:
    for path in ("/api/v1/events", f"/api/v1/events/{store.events[ASTANA].id}"):
        answer = client.get(f"{path}?as_of={wrong}")
        assert answer.status_code == 400
        assert answer.get_json()["errors"] == [{"parameter": "as_of", "detail": "A day such as 2023-11-09 is needed."}]


def test_the_calendar_shows_the_present_alone(client: FlaskClient) -> None:
    assert client.get("/calendar.ics?as_of=2023-11-09").status_code == 400
