"""`/corrections`: who may correct, what it does to addresses and the feed, and what is refused."""
from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import SampleStore, sample_app

PATH = "/api/v1/corrections"
ASTANA, CALL, CSTO = "Putin – Tokayev, meeting", "Biden – Netanyahu, call", "CSTO summit"


def ids(store: SampleStore, *titles: str) -> list[str]:
    return [store.events[title].id for title in titles]


def feed(client: FlaskClient) -> str:
    return client.get("/calendar.ics").get_data(as_text=True)


def refused(client: FlaskClient, body: dict[str, Any], status: int = 422) -> list[tuple[str, str]]:
    answer = client.post(PATH, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return [(wrong["field"], wrong["detail"]) for wrong in answer.get_json()["errors"]]


def test_merged_events_have_one_address_and_one_uid(client: FlaskClient, store: SampleStore) -> None:
    kept, other = ids(store, ASTANA, CALL)
    assert f"UID:{other}@" in feed(client)
    answer = client.post(PATH, json={"kind": "merge", "events": [kept, other], "note": "the same", "by": "ana"})
    assert answer.status_code == 201
    made = answer.get_json()
    assert sorted(made["changed"]) == sorted([kept, other])
    assert [side["event"] for side in made["sides"]] == [kept, other]
    moved = client.get(f"/api/v1/events/{other}")
    assert moved.status_code == 301
    assert moved.headers["Location"] == f"/api/v1/events/{kept}"
    assert moved.get_json() == {"id": kept, "url": f"/api/v1/events/{kept}"}
    assert client.get(f"/api/v1/events/{other}", follow_redirects=True).get_json()["id"] == kept
    assert client.get(f"/api/v1/events/{other}?as_of=2023-11-30").headers["Location"].endswith("?as_of=2023-11-30")
    assert f"UID:{other}@" not in feed(client)
    assert f"UID:{kept}@" in feed(client)
    history = client.get(f"/api/v1/events/{other}/history").get_json()["history"]
    assert history[0]["kind"] == "report"
    assert history[0]["correction"] is None
    assert history[-1]["kind"] == "correction"
    assert history[-1]["correction"] == {"id": made["id"], "kind": "merge", "act": "made", "by": "ana", "note": "the same"}


def test_an_id_that_was_merged_twice_leads_to_the_last_event(client: FlaskClient, store: SampleStore) -> None:
    first, second, third = ids(store, ASTANA, CALL, CSTO)
    for kept, other in ((second, first), (third, second)):
        assert client.post(PATH, json={"kind": "merge", "events": [kept, other]}).status_code == 201
    assert client.get(f"/api/v1/events/{first}").headers["Location"] == f"/api/v1/events/{third}"


def test_an_undone_merge_gives_both_addresses_back(client: FlaskClient, store: SampleStore) -> None:
    kept, other = ids(store, ASTANA, CALL)
    before = client.get(f"/api/v1/events/{other}").get_json()
    made = client.post(PATH, json={"kind": "merge", "events": [kept, other]}).get_json()
    undone = client.post(f"{PATH}/{made['id']}/undo", json={"by": "ben"})
    assert undone.status_code == 200
    assert undone.get_json()["undone"]["by"] == "ben"
    after = client.get(f"/api/v1/events/{other}").get_json()
    assert after["revision"] > before["revision"]
    for told in (before, after):
        del told["revision"], told["updated"]
    assert after == before
    again = client.post(f"{PATH}/{made['id']}/undo")
    assert again.status_code == 409
    assert "by ben" in again.get_json()["detail"]


def test_a_split_event_is_two(client: FlaskClient, store: SampleStore) -> None:
    event = store.events[ASTANA]
    article = event.articles[0]
    made = client.post(PATH, json={"kind": "split", "event": event.id, "articles": [article]}).get_json()
    new = made["sides"][1]["event"]
    assert [source["url"] for source in client.get(f"/api/v1/events/{new}").get_json()["sources"]] == [article]
    assert article not in [source["url"] for source in client.get(f"/api/v1/events/{event.id}").get_json()["sources"]]
    client.post(f"{PATH}/{made['id']}/undo")
    assert client.get(f"/api/v1/events/{new}").headers["Location"] == f"/api/v1/events/{event.id}"


def test_a_withdrawn_event_says_by_whose_correction(client: FlaskClient, store: SampleStore) -> None:
    event = ids(store, CALL)[0]
    made = client.post(PATH, json={"kind": "withdraw", "event": event, "by": "ana", "note": "never rang"}).get_json()
    answer = client.get(f"/api/v1/events/{event}")
    assert answer.status_code == 410
    assert f"Withdrawn by correction {made['id']}, by ana: never rang" in answer.get_json()["detail"]
    assert f"UID:{event}@" not in feed(client)
    assert event not in client.get("/api/v1/events").get_data(as_text=True)
    assert client.get(f"/api/v1/events/{event}?as_of=2023-11-12").status_code == 404
    client.post(f"{PATH}/{made['id']}/undo")
    assert client.get(f"/api/v1/events/{event}").status_code == 200


def test_corrections_are_listed_newest_first_page_by_page(client: FlaskClient, store: SampleStore) -> None:
    made = [client.post(PATH, json={"kind": "withdraw", "event": event}).get_json()["id"]
            for event in ids(store, ASTANA, CALL, CSTO)]
    found, address = [], f"{PATH}?limit=2"
    while address:
        page = client.get(address).get_json()
        found += [one["id"] for one in page["corrections"]]
        address = page["next"]
    assert found == made[::-1]


def test_what_is_wrong_is_named(client: FlaskClient, store: SampleStore) -> None:
    kept, other = ids(store, ASTANA, CALL)
    assert refused(client, {"kind": "merge", "events": [kept, "nowhere"]}) == [("events", "there is no event 'nowhere'")]
    assert refused(client, {"kind": "merge", "events": [kept, kept]}) == [("events", f"{kept} can't be merged with itself")]
    assert refused(client, {"kind": "withdraw", "event": "nowhere"}) == [("event", "there is no event 'nowhere'")]
    assert refused(client, {"kind": "merge", "event": kept}) == [
        ("event", "a merge has no such field"), ("events", "a merge needs it")]
    assert refused(client, {"kind": "split", "event": kept, "articles": ["https://x.example/"]}) == [
        ("articles", f"event {kept} does not rest on https://x.example/")]
    assert [field for field, _ in refused(client, {"kind": "burn", "event": kept})] == ["kind"]
    assert [field for field, _ in refused(client, {"kind": "merge", "events": [kept]})] == ["events"]
    client.post(PATH, json={"kind": "merge", "events": [kept, other]})
    assert refused(client, {"kind": "merge", "events": [kept, other]}) == [
        ("events", f"event {other} is one with {kept} already")]
    assert client.post(f"{PATH}/nothing/undo").status_code == 404
    assert client.get(f"{PATH}?cursor=abc").status_code == 400


@pytest.mark.parametrize("path", [PATH, f"{PATH}/x/undo"])
def test_only_who_may_scrape_may_correct(store: SampleStore, path: str) -> None:
    guarded = sample_app(store, token="correct horse").test_client()
    assert guarded.post(path, json={}).status_code == 401
    assert guarded.post(path, json={}, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert guarded.post(path, json={}, headers={"Authorization": "Bearer correct horse"}).status_code in (404, 422)
    open_ = sample_app(store).test_client()
    assert open_.post(path, json={}, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403
