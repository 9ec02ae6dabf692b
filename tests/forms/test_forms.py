"""The list of events in each of its forms: valid, the same events in the same order, whatever text they hold."""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser
import orjson
import pytest
from feed_validators import atom_entries, csv_rows, geojson_features, json_feed_items, json_ld_events, timeline_slides
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sample_timeline import articles
from serving import SampleStore, sample_app
from sqlalchemy import update

from app.api.forms import FORMS
from app.event_json import event_json
from app.forms.listing import Listing, urn
from app.store import tables
from timeline.clean import clean_line
from timeline.fold import fold
from timeline.model import Place
from timeline.when import When

FILTERS = ["", "country=KZ", "country=KZ&country=DE", "status=unreported", "type=summit", "from=2023-11-09", "q=putin",
           "updated_since=2023-11-12", "as_of=2023-11-01", "sort=-updated", "sort=-start&place=Astana"]


def csv_ids(data: bytes) -> list[str]:
    header, *rows = csv_rows(data)
    return [dict(zip(header, row, strict=True))["id"] for row in rows]


READERS: dict[str, Callable[[bytes], list[str]]] = {
    "json": lambda data: [event["id"] for event in json.loads(data)["events"]],
    "csv": csv_ids,
    "atom": lambda data: [urlsplit(link["href"]).path.rsplit("/", 1)[1] for entry in atom_entries(data) for link in entry["links"]
                          if link["type"] == "application/json"],
    "jsonfeed": lambda data: [item["_summitry"]["id"] for item in json_feed_items(data)],
    "geojson": lambda data: [feature["id"] for feature in geojson_features(data)],
    "jsonld": lambda data: [event["identifier"] for event in json_ld_events(data)],
    "timelinejs.json": lambda data: [slide["unique_id"] for slide in timeline_slides(data)],
}
"""The ids of the events in a form, read by its validator."""


def test_every_form_has_a_validator() -> None:
    assert list(READERS) == [form.suffix for form in FORMS]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.suffix)
class TestEachForm:
    @pytest.mark.parametrize("query", FILTERS)
    def test_has_the_events_of_the_list_in_its_order(self, client: FlaskClient, form: Any, query: str) -> None:
        answer = client.get(f"/api/v1/events.{form.suffix}?{query}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.headers["Content-Type"] == form.content_type
        listed = client.get(f"/api/v1/events?{query}").get_json()["events"]
        assert READERS[form.suffix](answer.data) == [event["id"] for event in listed]

    @pytest.mark.parametrize("limit", [1, 3])
    def test_pages_joined_are_the_whole_list(self, client: FlaskClient, form: Any, limit: int) -> None:
        """By the Link header (RFC 8288); where the form has a place for the next page, it says the same."""
        whole = READERS["json"](client.get("/api/v1/events").data)
        found: list[str] = []
        address: str | None = f"/api/v1/events.{form.suffix}?limit={limit}"
        while address:
            answer = client.get(address)
            found += READERS[form.suffix](answer.data)
            link = answer.headers.get("Link")
            address = link.removeprefix("<").removesuffix('>; rel="next"') if link else None
            said = next_told(form.suffix, answer.data)
            assert said is None if address is None else said in (None, f"http://localhost{address}", address)
            assert (said is None) == (address is None or form.suffix in ("csv", "jsonld", "timelinejs.json"))
        assert found == whole

    def test_is_chosen_by_the_accept_header(self, client: FlaskClient, form: Any) -> None:
        if form.media_type is None:
            pytest.skip("TimelineJS has no media type of its own")
        chosen = client.get("/api/v1/events?limit=2", headers={"Accept": form.media_type})
        assert chosen.headers["Content-Type"] == form.content_type
        assert "Accept" in chosen.headers["Vary"]
        assert READERS[form.suffix](chosen.data) == READERS["json"](client.get("/api/v1/events?limit=2").data)
        if form.suffix != "json":
            assert chosen.data == client.get(f"/api/v1/events.{form.suffix}?limit=2").data
        following = chosen.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
        assert READERS[form.suffix](client.get(following, headers={"Accept": form.media_type}).data)

    def test_a_damaged_row_is_left_out(self, client: FlaskClient, store: SampleStore, form: Any) -> None:
        whole = READERS["json"](client.get("/api/v1/events").data)
        for junk in (b"", b"{", b"\xff\xfe}", b'{"id":"x"', b'{"id":"x","a":}'):
            with store.engine.begin() as connection:
                connection.execute(update(tables.events).where(tables.events.c.id == whole[2]).values(json=junk))
            assert READERS[form.suffix](client.get(f"/api/v1/events.{form.suffix}").data) == whole[:2] + whole[3:]

    def test_an_unchanged_form_is_304_and_head_has_its_headers(self, client: FlaskClient, form: Any) -> None:
        path = f"/api/v1/events.{form.suffix}"
        first = client.get(path)
        assert first.headers["Last-Modified"]
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        head = client.head(path)
        assert (head.headers["ETag"], head.content_length, head.data) == (first.headers["ETag"], len(first.data), b"")

    def test_refuses_what_the_list_refuses(self, client: FlaskClient, form: Any) -> None:
        for query in ("limit=0", "colour=red", "limit=1&limit=2", "cursor=forged", "vague=span"):
            answer = client.get(f"/api/v1/events.{form.suffix}?{query}")
            assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def next_told(suffix: str, data: bytes) -> str | None:
    if suffix == "atom":
        return next((link["href"] for link in feedparser.parse(data).feed.links if link["rel"] == "next"), None)
    if suffix == "json":
        return str(json.loads(data)["next"]) if json.loads(data)["next"] else None
    if suffix == "jsonfeed":
        return json.loads(data).get("next_url")
    if suffix == "geojson":
        return next((link["href"] for link in json.loads(data)["links"] if link["rel"] == "next"), None)
    return None


@pytest.mark.parametrize(("accept", "kind"), [
    (None, "application/json"), ("", "application/json"), ("*/*", "application/json"), ("nonsense", 406),
    ("application/*", "application/json"), ("text/*", "text/csv"), ("application/json;charset=utf-8", "application/json"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
    ("application/atom+xml;q=0.5, text/csv;q=0.9", "text/csv"), ("text/csv;q=0.2, */*;q=0.1", "text/csv"),
    ("application/json;q=0, */*", "text/csv"), ("application/json;q=0.1, application/*;q=0.5", "application/atom+xml"),
    ("APPLICATION/GEO+JSON", "application/geo+json"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
    ("text/html", 406), ("application/xml", 406), ("application/json;q=0", 406), ("*/*;q=0", 406), ("image/*", 406)])
def test_the_most_wanted_form_is_served_and_none_where_nothing_fits(client: FlaskClient, accept: str | None,
                                                                   kind: str | int) -> None:
    """RFC 9110, sections 12.5.1 and 15.5.7."""
    answer = client.get("/api/v1/events", headers={} if accept is None else {"Accept": accept})
    assert "Accept" in answer.headers["Vary"]
    if kind == 406:
        assert (answer.status_code, answer.mimetype) == (406, "application/problem+json")
        assert "application/geo+json" in answer.get_json()["detail"]
    else:
        assert (answer.status_code, answer.mimetype) == (200, kind)


def test_not_modified_varies_by_accept_too(client: FlaskClient) -> None:
    first = client.get("/api/v1/events", headers={"Accept": "text/csv"})
    again = client.get("/api/v1/events", headers={"Accept": "text/csv", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Accept" in again.headers["Vary"]
    other = client.get("/api/v1/events", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200, "the tag of one form is not that of another"


def test_ids_and_bytes_of_feeds_follow_from_the_events_alone(store: SampleStore) -> None:
    """An entry keeps its id on another host, so that a reader shows nothing twice; a filter makes another feed."""
    here = sample_app(store).test_client()
    there = sample_app(store, base_url="https://summitry.example/diary").test_client()
    one, two = (client.get("/api/v1/events.atom?country=KZ") for client in (here, there))
    assert [entry["id"] for entry in atom_entries(one.data)] == [entry["id"] for entry in atom_entries(two.data)]
    assert one.data.replace(b"http://localhost", b"https://summitry.example/diary") == two.data
    feeds = {query: here.get(f"/api/v1/events.atom?{query}").data.split(b"<id>")[1][:45] for query in
             ("", "country=KZ", "country=KZ&limit=1", "limit=7")}
    assert feeds[""] == feeds["limit=7"] != feeds["country=KZ"] == feeds["country=KZ&limit=1"]


def test_a_host_header_that_names_no_host_is_refused(client: FlaskClient) -> None:
    for host in ('a"b', "a b", "<script>", "a/b?c"):
        answer = client.get("/api/v1/events.atom", headers={"Host": host})
        assert answer.status_code == 400 or b"http://localhost" in answer.data, host
        assert b"<script" not in answer.data


def test_a_feed_reader_opens_the_article_and_shows_when_the_event_changed(client: FlaskClient) -> None:
    entries = {entry["title"]: entry for entry in atom_entries(client.get("/api/v1/events.atom").data)}
    astana = entries["Putin – Tokayev, meeting"]
    assert astana["link"] == "https://ministry.example/2023/11/09/readout"
    assert (astana["published"], astana["updated"]) == ("2023-11-11T16:30:00Z", "2023-11-11T18:30:00Z")
    assert astana["summary"].startswith("Reported as held.\nTime: 9 November 2023.\nPlace: Astana, Kazakhstan.")
    assert "Cancelled: Jordan – United States – Egypt, summit" in entries
    assert "no source has told" in entries["Germany visits Moldova"]["summary"]


def test_pins_stand_where_a_city_is_told_and_nowhere_else(client: FlaskClient, store: SampleStore) -> None:
    pins = {feature["properties"]["title"]: feature["geometry"] for feature in
            geojson_features(client.get("/api/v1/events.geojson").data)}
    assert pins["Putin – Tokayev, meeting"] == {"type": "Point", "coordinates": [71.4491, 51.1694]}
    assert pins["Germany visits Moldova"] is None, "a city whose coordinates are not known"
    assert pins["Biden – Netanyahu, call"] is None, "a call is nowhere"
    for place in (None, Place(None, "KZ"), Place(None, "KZ", 48.0, 68.0), Place("X", "KZ", 95.0, 0.0), Place("X", None, 1.0, None)):
        assert geojson_features(written("geojson", [hostile("x", place=place)]))[0]["geometry"] is None


@pytest.mark.parametrize("status", ["cancelled", "postponed", "unreported", "held"])
def test_linked_data_says_the_status_in_its_own_words(client: FlaskClient, status: str) -> None:
    expected = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}.get(status, "EventScheduled")
    events = json_ld_events(client.get(f"/api/v1/events.jsonld?status={status}").data)
    assert events
    assert {event["eventStatus"] for event in events} == {f"https://schema.org/{expected}"}


def test_linked_data_gives_clock_times_with_the_offset_of_that_day(client: FlaskClient) -> None:
    (woodside,) = json_ld_events(client.get("/api/v1/events.jsonld?q=biden+xi").data)
    assert woodside["startDate"] == "2023-11-15T11:00-08:00"
    assert woodside["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 37.4299, "longitude": -122.2539}


@pytest.mark.parametrize(("when", "start", "end"), [
    (When.week(date(2023, 11, 15)), "2023-W46", None), (When.week(date(2021, 1, 2)), "2020-W53", None), (When.month(2023, 11), "2023-11", None),
    (When.year(2023), "2023", None), (When.quarter(2023, 4), "2023-10", "2023-12"), (When.days(date(2023, 11, 15), date(2023, 11, 17)), "2023-11-15", "2023-11-17")])
def test_linked_data_claims_no_day_that_was_not_told(when: When, start: str, end: str | None) -> None:
    (event,) = json_ld_events(written("jsonld", [hostile("x", when=when)]))
    assert (event["startDate"], event.get("endDate")) == (start, end)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1", "＠x", "'=1",
            "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u200b=1", "\x00=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_table_begins_as_a_formula_and_none_loses_its_text(text: str) -> None:
    header, row = csv_rows(written("csv", [hostile(text)]))
    cells = dict(zip(header, row, strict=True))
    for name, cell in cells.items():
        assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) or name in ("latitude", "longitude"), (name, cell)
    told = cells["title"]
    assert told.removeprefix("'") == clean_line(text)


def test_a_table_opens_in_a_lenient_reader_as_well(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/events.csv").get_data(as_text=True), newline="")))
    woodside = next(row for row in rows if row["title"].startswith("Xi"))
    assert (float(woodside["latitude"]), float(woodside["longitude"])) == (37.4299, -122.2539)
    assert woodside["participants"] == "Xi Jinping (President, China) | Joe Biden (President, United States)"
    assert (woodside["start"], woodside["time"], woodside["time_zone"]) == ("2023-11-15", "11:00", "America/Los_Angeles")


# Whatever text there is ----------------------------------------------------------------------------------------------

HERE = Place("the text itself", None)


def hostile(text: str, *, number: int = 0, place: Place | None = HERE, when: When | None = None) -> dict[str, Any]:
    """An event object with a text wherever one of a source stands."""
    claim = articles()[3][1][0]
    event = fold([replace(claim, quotation=text, when=when or claim.when)], f"hostile{number:09}")
    event = replace(event, title=text, organisation=text, place=Place(text, "KZ", 51.0, -71.0) if place is HERE else place,
                    participants=tuple(replace(one, name=text, role=text) for one in event.participants))
    moment = datetime(2023, 11, 12, tzinfo=UTC)
    return dict(orjson.loads(event_json(event, first_seen=moment, updated=moment, publishers={claim.article: text})))


def written(suffix: str, events: list[dict[str, Any]]) -> bytes:
    form = next(form for form in FORMS if form.suffix == suffix)
    assert form.write is not None
    return form.write(Listing(events=events, title="Summitry", asked="", home="https://summitry.example",
                              this="https://summitry.example/this", first="https://summitry.example/first", next=None,
                              updated=datetime(2023, 11, 12, tzinfo=UTC)))


TITLES: dict[str, Callable[[bytes], list[str]]] = {
    "csv": lambda data: [row[csv_rows(data)[0].index("title")].removeprefix("'") for row in csv_rows(data)[1:]],
    "atom": lambda data: [entry["title"] for entry in atom_entries(data)],
    "jsonfeed": lambda data: [item["title"] for item in json_feed_items(data)],
    "geojson": lambda data: [clean_line(feature["properties"]["title"]) for feature in geojson_features(data)],
    "jsonld": lambda data: [event.get("name", "") for event in json_ld_events(data)],
    "timelinejs.json": lambda data: [slide["text"]["headline"] for slide in timeline_slides(data)],
}
_ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.sampled_from(
    ["]]>", "<!--", "&amp;", "<b>&", "</title>", "<![CDATA[", "\x00", "\x0b", "\x1b[31m", "\ud800", "\udc00\ud800", "\ufffe", "\u202e",
     'a","b', '"', '""', "\r\n", "a\r\nb,c", ",", "\u2028", "{{x}}", "<script>alert(1)</script>", "\x85", "a\u0301", "🕊"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ANY.filter(lambda text: clean_line(text) != ""), min_size=1, max_size=4))
def test_any_text_leaves_every_form_valid_and_comes_out_as_it_was_cleaned(texts: list[str]) -> None:
    """Control characters never reach XML; the text of one event never becomes another event, an element or a cell."""
    events = [hostile(text, number=number) for number, text in enumerate(texts)]
    for suffix, read in TITLES.items():
        found = read(written(suffix, events))
        if suffix == "timelinejs.json":
            assert all("<" not in text for text in found)
            found = [unescape(text) for text in found]
        assert len(found) == len(texts)
        if suffix == "atom":  # feedparser strips blanks at the ends, and takes what looks like markup for it
            tree = etree.fromstring(written(suffix, events))
            found = [title.text for title in tree.iterfind(".//{*}entry/{*}title")]
        expected = [clean_line(event["title"]) for event in events]
        assert [text.removeprefix("'") for text in found] == [text.removeprefix("'") for text in expected], suffix


def test_an_event_that_lacks_a_field_is_left_out_of_every_form() -> None:
    whole = hostile("Talks")
    for name in ("title", "type", "status", "sources", "participants", "first_seen"):
        broken = {key: value for key, value in whole.items() if key != name} | {"id": "broken"}
        for suffix, read in READERS.items():
            if suffix in ("csv", "atom", "jsonfeed"):
                assert len(read(written(suffix, [broken, whole]))) == 1, (suffix, name)


def test_names_of_entries_never_change() -> None:
    """A reader that has an entry under this name would show it a second time under another."""
    assert urn("event", "dkknfrbnobe25xxo") == "urn:uuid:be2f83ed-099f-598b-a697-a7f4a4f1fcb6"
