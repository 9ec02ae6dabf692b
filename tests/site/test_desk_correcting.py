"""Merging, splitting and withdrawing at the desk, and undoing it: what changes, and what is said of what can't be done."""
from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from reading_pages import reading
from serving import SampleStore, sample_app, served

HTML = {"Accept": "text/html"}
ASTANA, CALL, CSTO = "Putin – Tokayev, meeting", "Biden – Netanyahu, call", "CSTO summit"


def ids(store: SampleStore, *titles: str) -> list[str]:
    return [store.events[title].id for title in titles]


def status(client: FlaskClient, event: str) -> int:
    return client.get(f"/api/v1/events/{event}").status_code


@pytest.mark.parametrize("keep", ["this", "other"])
@pytest.mark.parametrize("way", ["id", "address"])
def test_two_events_are_one_until_it_is_undone(either_store: SampleStore, keep: str, way: str) -> None:
    client = sample_app(either_store).test_client()
    this, other = ids(either_store, ASTANA, CALL)
    given = {"other": other} if way == "id" else {"address": f"https://summits.example/events/{other}?x=1", "other": this}
    answer = client.post(f"/desk/events/{this}/merge", data=given | {"keep": keep, "note": "the same"})
    kept, gone = (this, other) if keep == "this" else (other, this)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk?done=merged&of={kept}")
    assert (status(client, kept), status(client, gone)) == (200, 301)
    made = client.get("/api/v1/corrections").get_json()["corrections"][0]
    assert (made["kind"], made["by"], made["note"]) == ("merge", "desk", "the same")
    page = client.get("/desk", headers=HTML).get_data(as_text=True)
    assert f"/desk/corrections/{made['id']}/undo" in page
    answer = client.post(f"/desk/corrections/{made['id']}/undo")
    assert answer.headers["Location"] == f"/desk?done=undone&of={made['id']}"
    assert (status(client, kept), status(client, gone)) == (200, 200)
    assert f"/desk/corrections/{made['id']}/undo" not in client.get("/desk", headers=HTML).get_data(as_text=True)


@pytest.mark.parametrize("by", ["article", "claim"])
def test_what_is_chosen_is_an_event_of_its_own(either_store: SampleStore, by: str) -> None:
    client = sample_app(either_store).test_client()
    event, = ids(either_store, ASTANA)
    before = client.get("/api/v1/events").get_json()["events"]
    evidence = client.get(f"/api/v1/events/{event}").get_json()["evidence"]
    page = client.get(f"/desk/events/{event}/split", headers=HTML).get_data(as_text=True)
    assert all(one["quotation"] in page for one in evidence)
    answer = client.post(f"/desk/events/{event}/split", data={by: evidence[0][by], "note": "another day"})
    assert answer.headers["Location"] == f"/desk?done=split&of={event}"
    assert len(client.get("/api/v1/events").get_json()["events"]) == len(before) + 1
    assert evidence[0]["claim"] not in [one["claim"] for one in client.get(f"/api/v1/events/{event}").get_json()["evidence"]]


def test_a_withdrawn_event_is_gone_and_comes_back(either_store: SampleStore) -> None:
    client = sample_app(either_store).test_client()
    event, = ids(either_store, CSTO)
    answer = client.post(f"/desk/events/{event}/withdraw", data={})
    assert answer.headers["Location"] == f"/desk?done=withdrawn&of={event}"
    assert status(client, event) == 410
    assert client.get(f"/desk/events/{event}/withdraw", headers=HTML).status_code == 409
    made = client.get("/api/v1/corrections").get_json()["corrections"][0]["id"]
    assert client.post(f"/desk/corrections/{made}/undo").status_code == 303
    assert status(client, event) == 200
    again = client.post(f"/desk/corrections/{made}/undo", headers=HTML)
    assert again.status_code == 409
    assert "was undone already" in again.get_data(as_text=True)


@pytest.mark.parametrize("script", [True, False])
def test_an_operator_corrects_from_the_events_page(chromium: Browser, store: SampleStore, script: bool) -> None:
    this, other = ids(store, ASTANA, CALL)
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        page = reader.open(f"/events/{this}", script=script)
        page.get_by_role("link", name="Merge with…").click()
        page.get_by_label("Words of the other event").fill("netanyahu")
        page.get_by_role("button", name="Find").click()
        page.locator(f"input[name=other][value='{other}']").check()
        page.get_by_label("Why").fill("told twice")
        page.get_by_role("button", name="Merge them").click()
        expect(page.locator(".notice")).to_contain_text("The two events are one.")
        expect(page.locator(".corrections li").first).to_contain_text("told twice")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".notice")).to_contain_text("The correction is undone.")
        page.goto(f"{base}/events/{this}")
        page.get_by_role("link", name="Split").click()
        page.get_by_role("button", name="Split it").click()
        expect(page.locator(".fault")).to_have_text("Choose what tells of another event.")
        page.get_by_label("all of Harbour Wire").check()
        page.get_by_role("button", name="Split it").click()
        expect(page.locator(".notice")).to_contain_text("The event is split.")
        page.goto(f"{base}/events/{this}")
        page.get_by_role("link", name="Withdraw").click()
        page.get_by_role("button", name="Withdraw it").click()
        expect(page.locator(".notice")).to_contain_text("The event is withdrawn.")
        page.get_by_role("link", name="All corrections").click()
        assert [one.inner_text() for one in page.locator(".corrections strong").all()] == ["withdraw", "split", "merge"]
        assert [said for said in reader.said if "status of 422" not in said] == []
        reader.said.clear()


@pytest.mark.parametrize(("act", "given", "field", "told"), [
    ("merge", {}, "address", "Choose an event"), ("merge", {"address": "https://x.example/y z"}, "address", "That is neither"),
    ("merge", {"other": "nowhere"}, "address", "There is no event &#39;nowhere&#39;."), ("merge", {"other": "THIS"}, "address", "."),
    ("split", {}, "claim", "Choose what tells of another event."), ("split", {"claim": "nowhere"}, "claim", "."),
    ("split", {"article": ["https://ministry.example/2023/11/09/readout", "https://courier.example/2023/11/10/putin-astana",
                           "https://harbour.example/2023/11/10/kazakh-talks"]}, "claim", "."),
    ("withdraw", {"note": "x" * 2001}, "note", "At most 2,000 characters.")])
def test_what_can_not_be_corrected_so_is_said_beside_the_field(client: FlaskClient, store: SampleStore, act: str, given: dict[str, str],
                                                              field: str, told: str) -> None:
    event, = ids(store, ASTANA)
    given = {name: event if value == "THIS" else value for name, value in given.items()}
    before = client.get("/api/v1/events").data
    answer = client.post(f"/desk/events/{event}/{act}", data={"note": "kept words"} | given, headers=HTML)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page.partition(f'id="fault-{field}">')[2].partition("</span>")[0]
    if "note" not in given:
        assert 'value="kept words"' in page
    assert client.get("/api/v1/events").data == before
    assert client.get("/api/v1/corrections").get_json()["corrections"] == []


def test_events_that_are_not_there_can_not_be_corrected(client: FlaskClient) -> None:
    for act in ("merge", "split", "withdraw"):
        assert client.get(f"/desk/events/none/{act}", headers=HTML).status_code == 404
        assert client.post(f"/desk/events/none/{act}", data={}, headers=HTML).status_code == 404
    assert client.post("/desk/corrections/none/undo", headers=HTML).status_code == 404


def test_events_near_by_with_a_party_in_common_are_offered_first(client: FlaskClient, store: SampleStore) -> None:
    xi, call, astana = ids(store, "Xi – Biden, meeting" if "Xi – Biden, meeting" in store.events else "Biden – Xi, meeting", CALL, ASTANA)
    page = client.get(f"/desk/events/{xi}/merge", headers=HTML).get_data(as_text=True)
    assert f'value="{call}"' in page  # Biden's, nine days before
    assert f'value="{astana}"' not in page
    assert f'value="{xi}"' not in page
