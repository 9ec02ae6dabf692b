"""The desk: sources with what to mend, runs as they go, and collecting by hand, on the sample of 12 November 2023."""
from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from reading_pages import faults, reading
from serving import SampleStore, sample_app, served
from sqlalchemy import update

from app.store import tables
from app.store.ledger import Claimed

HTML = {"Accept": "text/html"}


def _row(page: str, source: str) -> str:
    """The words of a source's row."""
    row = page.partition(f"({source})")[2].partition("</tr>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def _done(address: str) -> str:
    return address.partition("?")[2]


def test_each_source_tells_its_health_and_what_to_mend(either_store: SampleStore) -> None:
    """What `/api/v1/sources` shows, the ones that are not well first."""
    client = sample_app(either_store).test_client()
    page = client.get("/desk", headers=HTML).get_data(as_text=True)
    told = {one["id"]: one for one in client.get("/api/v1/sources").get_json()["sources"]}
    assert told["harbour"]["health"] == "failing"
    assert page.index("(harbour)") < page.index("(courier)")
    for source, one in told.items():
        assert one["health"] in _row(page, source)
        for reason in one["reasons"]:
            assert " ".join(reason["mend"].split()) in _row(page, source)
            assert reason["detail"] in _row(page, source)
    assert "1 h ago" in _row(page, "courier")
    assert "every 15 min" in _row(page, "courier")
    assert "(harbour)" not in client.get("/desk?health=ok", headers=HTML).get_data(as_text=True)
    assert client.get("/desk?health=poorly", headers=HTML).status_code == 400


def test_all_or_chosen_sources_are_collected_by_hand(either_store: SampleStore) -> None:
    client = sample_app(either_store).test_client()
    answer = client.post("/desk/runs", data={"source": ["courier", "harbour"]})
    assert answer.status_code == 303
    run = client.get("/api/v1/scrapes").get_json()["scrapes"][0]
    assert (run["state"], run["sources"], run["trigger"]) == ("queued", ["courier", "harbour"], "api")
    assert _done(answer.headers["Location"]) == f"done=run&of={run['id']}"
    page = client.get(answer.headers["Location"], headers=HTML).get_data(as_text=True)
    assert "A run is asked for." in page
    assert f"/desk/runs/{run['id']}" in page
    client.post("/desk/runs", data={"all": "1", "source": "courier"})
    assert client.get("/api/v1/scrapes").get_json()["scrapes"][0]["sources"] is None


def test_what_can_not_be_collected_is_refused(client: FlaskClient) -> None:
    before = client.get("/api/v1/scrapes").get_json()
    assert _done(client.post("/desk/runs", data={}).headers["Location"]) == "done=none-chosen"
    answer = client.post("/desk/runs", data={"source": "nowhere"}, headers=HTML)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "There is no source &#39;nowhere&#39;." in answer.get_data(as_text=True)
    assert client.post("/desk/runs", data={"all": "1"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/desk/runs", json={}).status_code == 415
    assert client.get("/api/v1/scrapes").get_json() == before


@pytest.mark.parametrize("script", [True, False])
def test_a_run_is_begun_and_followed(chromium: Browser, store: SampleStore, script: bool) -> None:
    """With JavaScript the page follows it by itself, and shows the sources anew when it has ended; without, a link looks again."""
    with served(sample_app(store, now=store.clock)) as base, reading(chromium, base) as reader:
        page = reader.open("/desk", script=script)
        if script:
            page.evaluate("window.kept = true")

        def look() -> None:
            if not script:
                page.get_by_role("link", name="Look again").click()

        if script:
            page.get_by_label("The Meridian Courier (courier)").check()
            page.get_by_role("button", name="Collect the chosen").click()
        else:
            page.get_by_role("button", name="Collect all").click()
        expect(page.locator(".notice")).to_contain_text("A run is asked for.")
        first = page.locator("#runs li").first
        expect(first).to_contain_text("queued")
        claimed = store.store.ledger.claim_queued()
        assert claimed is not None
        look()
        expect(first).to_contain_text(f"0 of {len(claimed.sources)} source")
        if script:
            page.evaluate("window.kept = true")
        _end(store, claimed)
        look()
        expect(first).to_contain_text("ok")
        expect(page.locator("[hx-trigger='every 2s']")).to_have_count(0)
        if script:
            assert page.evaluate("window.kept")
            expect(page.locator("#sources tr", has_text="Meridian Courier")).to_contain_text("just now")
        first.get_by_role("link").click()
        assert page.locator("table tbody tr").count() == len(claimed.sources)
        page.get_by_role("link", name="Runs").click()
        assert page.locator("#runs li").count() == 2


def _end(store: SampleStore, claimed: Claimed) -> None:
    store.clock.now += timedelta(seconds=30)
    for state in claimed.sources:
        store.store.ledger.finish_source(state.lease)
    store.store.ledger.finish_run(claimed.run)


def test_a_run_tells_what_could_not_be_read_and_what_to_do(client: FlaskClient) -> None:
    run = client.get("/api/v1/scrapes").get_json()["scrapes"][0]["id"]
    page = client.get(f"/desk/runs/{run}", headers=HTML).get_data(as_text=True)
    assert "https://harbour.example/broken" in page
    assert "It is asked again, ever more seldom" in page
    assert client.get("/desk/runs/none", headers=HTML).status_code == 404


def test_runs_go_on_page_by_page(client: FlaskClient, store: SampleStore) -> None:
    for _ in range(3):
        claimed = store.store.ledger.claim_queued(store.request_run(None, "cli"))
        assert claimed is not None
        _end(store, claimed)
    seen, address = [], "/desk/runs?limit=2"
    while address:
        page = client.get(address, headers=HTML).get_data(as_text=True)
        seen += re.findall(r'href="/desk/runs/([^"]+)"', page)
        address = "".join(re.findall(r'rel="next" href="([^"]+)"', page)).replace("&amp;", "&")
    assert seen == [one["id"] for one in client.get("/api/v1/scrapes").get_json()["scrapes"]]
    assert len(seen) == 4


def test_an_address_can_not_make_the_desk_say_anything_else(client: FlaskClient) -> None:
    for query in ("done=Send+me+your+token", "done=run&of=%3Cb%3E", "of=a%20b", "note=x"):
        assert client.get(f"/desk?{query}", headers=HTML).status_code == 400


def test_hostile_words_of_a_source_are_text(client: FlaskClient, store: SampleStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(tables.sources).values(failures=1, error_class="http-500", error_detail="<script>alert(1)</script>"))
    page = client.get("/desk", headers=HTML).get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_axe_finds_nothing_at_the_desk(chromium: Browser, store: SampleStore) -> None:
    run = store.request_run(None, "api")
    event = store.events["Putin – Tokayev, meeting"].id
    store.corrections.withdraw(store.events["CSTO summit"].id, by="ana", note="No such summit.")
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        wide, narrow = reader.open("/desk?done=run"), reader.open("/desk", scheme="dark", width=390)
        for page, paths in ((wide, ["", f"/runs/{run}", f"/events/{event}/merge", "/sign-in"]),
                            (narrow, ["", "/corrections", f"/events/{event}/split", "/sources/add"])):
            for path in paths:
                if path:
                    page.goto(f"{base}/desk{path}")
                assert faults(page) == [], path
