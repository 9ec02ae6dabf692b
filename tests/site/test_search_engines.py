"""What search engines and programs are told: titles, addresses, JSON-LD, robots.txt, sitemaps, and the JSON of each page."""
from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from serving import SampleStore, sample_app

HTML = {"Accept": "text/html"}
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def head(page: str, pattern: str) -> str | None:
    found = re.search(pattern, page)
    return html.unescape(found[1]) if found else None


def linked(page: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(found[1]) if found else None


def test_each_page_has_a_title_of_its_own(client: FlaskClient, store: SampleStore) -> None:
    event = store.events["CSTO summit"].id
    paths = ["/", "/?day=2023-11-09", "/events", "/events?country=KZ", "/events?country=KZ&type=meeting&from=2023-11", "/events?q=putin", "/events?limit=3",
             f"/events/{event}", "/timeline", "/timeline?q=putin", "/map", "/map?in=KZ", "/actors", "/actors?kind=person", "/actors/state:UA",
             "/actors/state:UA/person:joe-biden", "/countries", "/countries/KZ", "/countries/KZ/RU", "/subscribe", "/subscribe?country=KZ", "/try", "/docs",
             "/desk", "/desk?health=failing", "/desk/runs", "/desk/corrections", "/desk/webhooks", "/desk/sign-in", f"/desk/events/{event}/merge"]
    titles = {path: head(read(client, path), "<title>(.*?)</title>") for path in paths if path != "/events?limit=3"}
    assert len(set(titles.values())) == len(titles)
    assert titles["/?day=2023-11-09"] == "Thursday 9 November 2023 · Summitry"
    assert titles["/events?country=KZ&type=meeting&from=2023-11"] == "Events: Kazakhstan, meeting, from 2023-11 · Summitry"
    following = head(read(client, "/events?limit=3"), r'rel="next" href="([^"]+)"')
    assert head(read(client, str(following)), "<title>(.*?)</title>") == "Events: continued · Summitry"
    assert head(client.post("/try", data={"text": ""}).get_data(as_text=True), "<title>(.*?)</title>") == "Error: Try it · Summitry"


def test_what_the_address_narrows_is_not_indexed_but_is_sent_as_it_is(client: FlaskClient) -> None:
    robots, canonical, sent = r'name="robots" content="(.*?)"', r'rel="canonical" href="(.*?)"', r'property="og:url" content="(.*?)"'
    whole, narrowed, desk = (read(client, path) for path in ("/events", "/events?country=KZ&q=a+b", "/desk"))
    assert (head(whole, robots), head(whole, canonical), head(whole, sent)) == (None, "http://localhost/events", "http://localhost/events")
    assert (head(narrowed, robots), head(narrowed, canonical), head(narrowed, sent)) == ("noindex", None, "http://localhost/events?country=KZ&q=a+b")
    assert (head(desk, robots), head(desk, sent)) == ("noindex", None)
    assert head(narrowed, r'og:title" content="(.*?)"') == "Events: Kazakhstan, “a b”"


def test_json_ld_tells_the_site_lists_and_who_somebody_is(client: FlaskClient, store: SampleStore) -> None:
    site = linked(read(client, "/"))
    assert site["@type"] == "WebSite"
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert "Putin" in read(client, template.removeprefix("http://localhost").replace("{words}", "putin"))
    for path in ("/events", "/actors", "/countries"):
        found = linked(read(client, path))
        assert found["@type"] == "ItemList"
        assert [one["position"] for one in found["itemListElement"]] == list(range(1, len(found["itemListElement"]) + 1))
        assert all(client.get(one["url"], headers=HTML).status_code == 200 for one in found["itemListElement"])
    assert len(linked(read(client, "/events"))["itemListElement"]) == len(store.events)
    assert linked(read(client, "/actors/person:joe-biden")) == {"@context": "https://schema.org/", "@type": "Person", "name": "Joe Biden", "jobTitle": "President",
                                                                "url": "http://localhost/actors/person:joe-biden"}
    assert linked(read(client, "/countries/KZ"))["@type"] == "Country"
    assert linked(read(client, "/events?q=putin")) is None


def test_robots_are_kept_from_what_has_no_end(client: FlaskClient, store: SampleStore) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    rules = [line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines() if line]

    def may(path: str) -> bool:
        """By the longest rule that matches (RFC 9309, section 2.2.2)."""
        matching = [(len(rule), name) for name, rule in rules if name in ("Allow", "Disallow") and re.match(re.escape(rule).replace(r"\*", ".*"), path)]
        return not matching or max(matching)[1] == "Allow"

    assert all(may(path) for path in ("/", "/events", "/events/abc", "/actors/person:x", "/static/summitry.css?v=1", "/sitemap.xml", "/sitemaps/2023-11.xml"))
    assert not any(may(path) for path in ("/?day=2023-11-09", "/events?country=KZ", "/timeline?from=2023", "/desk", "/desk/runs", "/api/v1/events"))
    assert ["Sitemap", "http://localhost/sitemap.xml"] in rules
    behind = sample_app(store, base_url="https://news.example/summitry", open_reading=True).test_client().get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /summitry/desk\n" in behind
    assert "Sitemap: https://news.example/summitry/sitemap.xml\n" in behind
    assert sample_app(store, open_reading=False).test_client().get("/robots.txt").get_data(as_text=True) == "User-agent: *\nDisallow: /\n"


def test_sitemaps_hold_each_event_with_its_last_change(either_store: SampleStore) -> None:
    client = sample_app(either_store).test_client()
    gone = either_store.events["Biden – Netanyahu, call"].id
    either_store.corrections.withdraw(gone, by="ana")

    def listed(path: str) -> dict[str, str | None]:
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/xml")
        return {str(one.findtext(f"{_SITEMAP}loc")): one.findtext(f"{_SITEMAP}lastmod") for one in ElementTree.fromstring(answer.data)}

    parts = listed("/sitemap.xml")
    assert [address.rpartition("/")[2] for address in parts] == ["pages.xml", "2023-09.xml", "2023-10.xml", "2023-11.xml"]
    found: dict[str, str | None] = {}
    for address, changed in parts.items():
        part = listed(address.removeprefix("http://localhost"))
        assert max((one for one in part.values() if one), default=None) == changed, "a month is as new as its newest event"
        assert all(client.get(one, headers=HTML).status_code == 200 for one in part)
        found |= part
    told = {f"http://localhost/events/{event['id']}": event["updated"] for event in client.get("/api/v1/events").get_json()["events"]}
    assert {address: changed for address, changed in found.items() if "/events/" in address} == told
    assert f"http://localhost/events/{gone}" not in found
    for none in ("2022-01", "2023-1", "x", "0000-00", "2023-11-09"):
        assert client.get(f"/sitemaps/{none}.xml").status_code == 404


@pytest.mark.parametrize(("path", "names"), [("/events?limit=3", "events"), ("/actors?limit=4", "actors"), ("/actors", "actors")])
def test_the_json_of_a_page_is_of_the_same_page(client: FlaskClient, path: str, names: str) -> None:
    for _ in range(2):
        page = read(client, path)
        told = client.get(str(head(page, r'type="application/json" href="([^"]+)"'))).get_json()[names]
        shown = [unquote(one) for one in re.findall(rf'(?:class="title"|scope="row"><a) href="/{names}/([^"]+)"', page)]
        assert shown == [one["id"] for one in told]
        path = str(head(page, r'rel="next" href="([^"]+)"') or path)


def test_the_json_of_every_page_is_there(client: FlaskClient, store: SampleStore) -> None:
    event = store.events["CSTO summit"].id
    for path in ("/", "/?day=2023-11-09&country=KZ", "/events?q=putin", f"/events/{event}", "/timeline?lanes=actor", "/map?at=51,71&zoom=2", "/actors?q=bid",
                 "/actors/state:UA", "/actors/state:UA/person:joe-biden", "/countries", "/countries/KZ", "/countries/KZ/RU", "/subscribe?country=KZ",
                 "/desk", "/desk/runs?limit=2", "/desk/corrections", "/desk/webhooks", "/docs"):
        address = head(read(client, path), r'rel="alternate" type="application/json" href="([^"]+)"')
        answer = client.get(str(address))
        assert (answer.status_code, answer.is_json) == (200, True), path
