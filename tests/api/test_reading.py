"""Actors, articles, sources, scrapes, health, metrics, index; conditional requests and headers."""
from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sample_timeline import NOW, articles
from serving import SampleStore, sample_app
from sqlalchemy import update

from app.store import tables
from app.store.codec import stamp
from timeline.model import identifier

READ = ["/", "/docs", "/openapi.json", "/api/v1/events", "/api/v1/actors", "/api/v1/actors/state:UA", "/api/v1/sources",
        "/api/v1/scrapes", "/calendar.ics", "/static/summitry.css"]


def ids(client: FlaskClient, query: str) -> list[str]:
    return [actor["id"] for actor in client.get(f"/api/v1/actors?{query}").get_json()["actors"]]


def test_actors_are_found_by_name_country_and_kind(client: FlaskClient) -> None:
    assert ids(client, "q=Erdogan") == ["person:recep-tayyip-erdoğan"]
    assert ids(client, "q=jomart kassym") == ["person:kassym-jomart-tokayev"]
    assert ids(client, "country=KZ") == ["person:kassym-jomart-tokayev"]
    assert ids(client, "kind=state&country=ua") == ["state:UA"]
    assert ids(client, "kind=organisation") == []


def test_pages_of_actors_joined_are_the_whole_list(client: FlaskClient) -> None:
    whole, found, address = ids(client, ""), [], "/api/v1/actors?limit=3"
    while address:
        page = client.get(address).get_json()
        found += [actor["id"] for actor in page["actors"]]
        address = page["next"]
    assert found == whole == sorted(whole)
    assert len(whole) == 13


def test_an_actor_shows_its_latest_events_and_where_all_are(client: FlaskClient) -> None:
    actor = client.get("/api/v1/actors/person:vladimir-putin").get_json()
    assert [event["title"] for event in actor["events"]] == ["CSTO summit", "Putin – Tokayev, meeting"]
    assert client.get(actor["events_url"]).get_json()["events"] == actor["events"][::-1]
    assert client.get("/api/v1/actors?q=putin").get_json()["actors"][0]["events"] == 2
    accented = client.get("/api/v1/actors?q=erdogan").get_json()["actors"][0]
    assert client.get(accented["url"]).get_json()["name"] == "Recep Tayyip Erdoğan"


def test_an_article_shows_what_was_read_from_it_and_not_its_text(client: FlaskClient) -> None:
    article, claims = articles()[4]
    answer = client.get(f"/api/v1/articles/{identifier(article.url)}")
    told = answer.get_json()
    assert told["url"] == article.url
    assert told["publisher"] == "The Meridian Courier"
    assert told["published"] == "2023-11-10"
    assert [version["digest"] for version in told["versions"]] == [article.digest]
    assert sorted(claim["quotation"] for claim in told["claims"]) == sorted(claim.quotation for claim in claims)
    assert all(client.get(claim["event_url"]).status_code == 200 for claim in told["claims"])
    assert told["form"] == "article"
    assert "paragraphs" not in told


def test_sources_tell_their_health(client: FlaskClient) -> None:
    sources = {source["id"]: source for source in client.get("/api/v1/sources").get_json()["sources"]}
    assert sources["courier"]["health"] == "ok"
    assert sources["harbour"]["health"] == "failing"
    assert sources["harbour"]["error"] == {"error_class": "timeout", "detail": "20 s are over"}
    assert sources["ministry"]["tier"] == "official"
    reason, = sources["harbour"]["reasons"]
    assert (reason["reason"], reason["detail"]) == ("timeout", "20 s are over")
    assert "SUMMITRY_FETCH_DEADLINE" in reason["mend"]
    assert (sources["courier"]["pages_read"], sources["courier"]["pace"], sources["courier"]["reasons"]) == (None, 900, [])


def test_a_source_that_tells_less_than_usual_is_shown_wherever_health_is(client: FlaskClient, store: SampleStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(tables.sources).where(tables.sources.c.id == "courier").values(usual_links=40.0, links=1))
        connection.execute(update(tables.sources).where(tables.sources.c.id == "ministry").values(
            cadence=3600.0, last_item="2023-10-01T00:00:00.000000Z"))
    sources = {source["id"]: source for source in client.get("/api/v1/sources").get_json()["sources"]}
    assert [sources[name]["health"] for name in ("courier", "ministry")] == ["degraded", "stale"]
    assert (sources["courier"]["links"], sources["courier"]["usual_links"]) == (1, 40)
    health = client.get("/healthz").get_json()
    assert (health["status"], health["degraded"], health["stale"]) == ("degraded", ["courier"], ["ministry"])
    metrics = client.get("/metrics").get_data(as_text=True)
    assert 'summitry_source_state{source="courier",state="degraded"} 1.0' in metrics
    assert "summitry_sources_stale 1.0" in metrics
    assert 'summitry_source_last_item_age_seconds{source="ministry"}' in metrics


def test_scrapes_are_listed_the_newest_first_and_page_without_gap(client: FlaskClient, store: SampleStore) -> None:
    for _ in range(6):
        store.clock.now += timedelta(minutes=1)
        store.record([])
    queued, address = [], "/api/v1/scrapes?limit=3"
    while address:
        page = client.get(address).get_json()
        assert len(page["scrapes"]) <= 3
        queued += [run["queued"] for run in page["scrapes"]]
        address = page["next"]
    assert len(set(queued)) == 7
    assert queued == sorted(queued, reverse=True)


def test_a_scrape_tells_its_counts_by_source_and_what_failed(client: FlaskClient) -> None:
    listed = client.get("/api/v1/scrapes").get_json()["scrapes"][0]
    run = client.get(listed["url"]).get_json()
    assert {name: run[name] for name in listed} == listed
    assert (run["state"], run["sources"]) == ("partial", None)
    assert (run["fetched"], run["new"], run["changed"], run["failed"], run["empty"]) == (7, 7, 0, 1, 0)
    by_source = {one["source"]: one for one in run["by_source"]}
    assert by_source["harbour"]["error"] == {"error_class": "timeout", "detail": "20 s are over"}
    assert by_source["courier"]["error"] is None
    assert by_source["courier"]["new"] == 2
    assert [(one["source"], one["url"], one["error_class"]) for one in run["failures"]] == [
        ("harbour", "https://harbour.example/broken", "http-500")]


def test_health_names_the_sources_that_fail(client: FlaskClient, store: SampleStore) -> None:
    assert client.get("/healthz").get_json() == {"status": "degraded", "sources": 3, "failing": ["harbour"],
                                                 "degraded": [], "stale": [], "empty": []}
    with store.engine.begin() as connection:
        connection.execute(update(tables.sources).values(failures=0))
    assert client.get("/healthz").get_json()["status"] == "ok"


def test_metrics_count_requests_by_rule_and_what_the_store_holds(client: FlaskClient) -> None:
    for number in range(3):
        client.get(f"/api/v1/events/none{number}")
    samples = {(sample.name, *sorted(sample.labels.items())): sample.value
               for family in text_string_to_metric_families(client.get("/metrics").get_data(as_text=True))
               for sample in family.samples}
    assert samples["summitry_http_requests_total", ("method", "GET"), ("route", "/api/v1/events/<event_id>"),
                   ("status", "404")] == 3
    assert samples["summitry_events", ("status", "held")] == 3
    assert samples["summitry_sources_failing",] == 1
    assert samples["summitry_store_readable",] == 1
    assert samples["summitry_source_last_success_age_seconds", ("source", "courier")] == 3600


def test_two_applications_in_one_process_know_nothing_of_each_other(store: SampleStore) -> None:
    one, two = sample_app(store).test_client(), sample_app(store).test_client()
    one.get("/api/v1/events")
    assert b'route="/api/v1/events"' in one.get("/metrics").data
    assert b'route="/api/v1/events"' not in two.get("/metrics").data


def test_the_index_lists_addresses_that_all_answer(client: FlaskClient) -> None:
    links = client.get("/").get_json()["links"]
    assert all(client.get(address).status_code == 200 for address in links.values())
    assert client.get("/api/v1").data == client.get("/").data
    page = client.get("/", headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
    assert (page.mimetype, page.headers["Vary"]) == ("text/html", "Accept-Encoding, Cookie, Accept")
    feeds = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)"', page.get_data(as_text=True))
    assert [links[name] for name in ("atom", "json_feed", "calendar")] == [address for _, address in feeds]
    assert [client.get(address).mimetype for _, address in feeds] == [kind for kind, _ in feeds], "what a reader finds by itself"


def test_links_stand_under_the_public_address_where_one_is_set(store: SampleStore) -> None:
    client = sample_app(store, base_url="https://summitry.example/diary/").test_client()
    assert client.get("/").get_json()["links"]["calendar"] == "https://summitry.example/diary/calendar.ics"
    assert client.get("/api/v1/events?limit=1").get_json()["next"].startswith(
        "https://summitry.example/diary/api/v1/events?limit=1&cursor=")
    assert client.get("/openapi.json").get_json()["servers"] == [{"url": "https://summitry.example/diary"}]


@pytest.mark.parametrize("path", READ)
def test_every_answer_carries_the_headers_that_keep_browsers_from_guessing(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [path for path in READ if path != "/openapi.json"])
def test_what_a_client_has_already_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert not first.headers["ETag"].startswith("W/")
    assert client.get(path, headers={"If-None-Match": '"other"'}).data == first.data
    assert client.head(path).headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", ["/api/v1/events", "/calendar.ics", "/api/v1/actors/state:UA"])
def test_a_change_is_seen_by_clients_that_know_only_dates(store: SampleStore, path: str) -> None:
    """Also where an event has left the list, and where a plan has become unreported by the clock alone."""
    client = sample_app(store).test_client()
    first = client.get(path)
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert parsedate_to_datetime(first.headers["Last-Modified"]) <= NOW
    assert client.get(path, headers=since).status_code == 304
    tomorrow = sample_app(store, now=lambda: NOW + timedelta(days=1)).test_client()
    assert tomorrow.get(path, headers=since).status_code == 200
    with store.engine.begin() as connection:
        connection.execute(update(tables.events).where(tables.events.c.title == "CSTO summit")
                           .values(withdrawn=True, updated=stamp(NOW)))
    assert client.get(path, headers=since).status_code == 200
