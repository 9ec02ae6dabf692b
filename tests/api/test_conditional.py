"""Conditional requests, compression and HEAD, as RFC 9110 has them."""
from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
import requests
from flask.testing import FlaskClient
from sample_timeline import NOW, articles
from serving import SampleStore, sample_app, served
from sqlalchemy import update

from app.api.conditional import outcome
from app.api.forms import FORMS
from app.static_files import digest
from app.store import tables
from app.store.codec import stamp
from timeline.model import identifier

DAY = datetime(2023, 11, 12, 9, 30, 0, 500_000, tzinfo=UTC)
SAME, EARLIER, LATER = (format_datetime(DAY.replace(microsecond=0) + timedelta(seconds=shift), usegmt=True) for shift in (0, -1, 1))

TIMELINE = [*(f"/api/v1/events.{form.suffix}" for form in FORMS), "/api/v1/events", "/calendar.ics", "/calendar.ics?alarm=30&cancelled=mark",
            "/api/v1/changes", "/api/v1/actors", "/api/v1/actors/state:UA", "/api/v1/events/{event}.ics"]
"""What follows from the events alone, and tells when it last changed."""
PROCESS = ["/", "/api/v1", "/docs", "/openapi.json", "/api/v1/calendar/links"]
"""What is made of the code and the settings, and as old as the process."""
LEDGER = ["/api/v1/scrapes", "/api/v1/scrapes/{run}", "/api/v1/corrections"]
"""What tells when its newest row was finished."""
EVERYTHING = [*TIMELINE, *PROCESS, *LEDGER, "/api/v1/sources", "/api/v1/events/{event}", "/api/v1/events/{event}/history",
              "/api/v1/articles/{article}", "/static/summitry.css"]


@pytest.fixture
def filled(store: SampleStore) -> dict[str, str]:
    (run,) = sample_app(store).test_client().get("/api/v1/scrapes").get_json()["scrapes"]
    return {"event": store.events["Putin – Tokayev, meeting"].id, "article": identifier(articles()[3][0].url), "run": run["id"]}


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200),
    # If-None-Match: weak comparison (13.1.2, 8.8.3.2)
    ({"If-None-Match": '"a"'}, 304), ({"If-None-Match": 'W/"a"'}, 304), ({"If-None-Match": '"b"'}, 200), ({"If-None-Match": "*"}, 304),
    ({"If-None-Match": ' * '}, 304), ({"If-None-Match": '"b", W/"c" ,"a"'}, 304), ({"If-None-Match": ',, "b",,"a",'}, 304),
    ({"If-None-Match": '"b","c"'}, 200), ({"If-None-Match": '"A"'}, 200), ({"If-None-Match": '"x,\\"a"'}, 200), ({"If-None-Match": '""'}, 200),
    ({"If-None-Match": "a"}, 200), ({"If-None-Match": '"a'}, 200), ({"If-None-Match": ""}, 200), ({"If-None-Match": 'w/"a"'}, 200),
    ({"If-None-Match": '"a" "b"'}, 200), ({"If-None-Match": "," * 10_000}, 200), ({"If-None-Match": '"b",' * 5_000 + '"a"'}, 304),
    # If-Modified-Since, and only without If-None-Match (13.1.3)
    ({"If-Modified-Since": SAME}, 304), ({"If-Modified-Since": LATER}, 304), ({"If-Modified-Since": EARLIER}, 200),
    ({"If-Modified-Since": "Sunday, 12-Nov-23 09:30:00 GMT"}, 304), ({"If-Modified-Since": "Sun Nov 12 09:30:00 2023"}, 304),
    ({"If-Modified-Since": "yesterday"}, 200), ({"If-Modified-Since": "2023-11-12"}, 200), ({"If-Modified-Since": "Sun, 99 Nov 99999 99:99:99 GMT"}, 200),
    ({"If-None-Match": '"b"', "If-Modified-Since": LATER}, 200), ({"If-None-Match": '"a"', "If-Modified-Since": EARLIER}, 304),
    ({"If-None-Match": "nonsense", "If-Modified-Since": SAME}, 304),
    # If-Match: strong comparison (13.1.1)
    ({"If-Match": '"a"'}, 200), ({"If-Match": 'W/"a"'}, 412), ({"If-Match": '"b"'}, 412), ({"If-Match": "*"}, 200), ({"If-Match": '"b", "a"'}, 200),
    ({"If-Match": '"a"', "If-None-Match": '"a"'}, 304), ({"If-Match": '"b"', "If-None-Match": '"a"'}, 412), ({"If-Match": "nonsense"}, 200),
    # If-Unmodified-Since, and only without If-Match (13.1.4)
    ({"If-Unmodified-Since": SAME}, 200), ({"If-Unmodified-Since": EARLIER}, 412), ({"If-Unmodified-Since": "never"}, 200),
    ({"If-Match": '"a"', "If-Unmodified-Since": EARLIER}, 200)])
def test_conditions_are_weighed_as_the_rfc_orders_them(headers: dict[str, str], status: int) -> None:
    assert outcome(headers, "a", DAY) == status


@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Unmodified-Since"])
def test_without_a_known_time_dates_decide_nothing(header: str) -> None:
    assert outcome({header: EARLIER}, "a", None) == 200


@pytest.mark.parametrize("path", EVERYTHING)
class TestEverythingThatIsServed:
    def test_is_304_where_nothing_changed_with_what_a_cache_needs(self, client: FlaskClient, filled: dict[str, str], path: str) -> None:
        path = path.format(**filled)
        for coding in ("identity", "gzip"):
            first = client.get(path, headers={"Accept-Encoding": coding})
            assert first.status_code == 200
            tag = first.headers["ETag"]
            assert tag.startswith('"')
            for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
                again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": condition})
                assert (again.status_code, again.data) == (304, b""), condition
                for name in ("ETag", "Cache-Control", "Vary"):  # section 15.4.5
                    assert again.headers.get(name) == first.headers.get(name)
                assert "Content-Encoding" not in again.headers
            refused = client.get(path, headers={"If-Match": '"other"'})
            assert (refused.status_code, refused.mimetype) == (412, "application/problem+json")
        assert first.headers["Cache-Control"] == "no-cache"

    def test_comes_compressed_where_that_is_asked_for_under_a_tag_of_its_own(self, client: FlaskClient, filled: dict[str, str],
                                                                             path: str) -> None:
        path = path.format(**filled)
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.8"})
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert packed.headers["Vary"] == plain.headers["Vary"]
        if len(plain.data) < 1000:
            assert packed.data == plain.data
            return
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data)
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert client.get(path, headers={"Accept-Encoding": "gzip"}).data == packed.data, "the same bytes each time"
        mixed = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": plain.headers["ETag"]})
        assert mixed.status_code == 200, "whoever has the plain bytes has not these"

    def test_answers_head_as_get_without_the_body(self, client: FlaskClient, filled: dict[str, str], path: str) -> None:
        path = path.format(**filled)
        for headers in ({}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}):
            got, head = client.get(path, headers=headers), client.head(path, headers=headers)
            assert head.data == b""
            assert head.status_code == got.status_code
            assert {**head.headers, "Date": ""} == {**got.headers, "Date": ""}


@pytest.mark.parametrize("path", TIMELINE)
def test_what_follows_from_the_events_says_when_it_last_changed(store: SampleStore, filled: dict[str, str], path: str) -> None:
    """Not within some seconds of a change, when another one of the same second could follow."""
    path, changed = path.format(**filled), NOW + timedelta(hours=1)
    store.clock.now = changed
    with store.engine.begin() as connection:
        connection.execute(update(tables.events).where(tables.events.c.title == "CSTO summit").values(updated=stamp(changed)))
        connection.execute(update(tables.changes).where(tables.changes.c.id == 5).values(at=stamp(changed)))
    just, later = (sample_app(store, now=lambda shift=shift: changed + timedelta(seconds=shift)).test_client() for shift in (3, 30))
    answer = just.get(path)
    assert answer.status_code == 200
    assert "Last-Modified" not in answer.headers
    assert just.get(path, headers={"If-Modified-Since": format_datetime(changed, usegmt=True)}).status_code == 200
    told = later.get(path).headers["Last-Modified"]
    assert parsedate_to_datetime(told) == changed
    assert later.get(path, headers={"If-Modified-Since": told}).status_code == 304


@pytest.mark.parametrize("path", PROCESS)
def test_what_is_made_of_the_code_and_the_settings_is_as_old_as_the_process(store: SampleStore, path: str) -> None:
    hours = iter(range(100))
    client = sample_app(store, now=lambda: NOW + timedelta(hours=next(hours))).test_client()
    told = client.get(path).headers["Last-Modified"]
    assert NOW <= parsedate_to_datetime(told) < NOW + timedelta(hours=10), "while the application was made"
    assert client.get(path).headers["Last-Modified"] == told
    assert client.get(path, headers={"If-Modified-Since": told}).status_code == 304


def test_runs_tell_when_the_last_of_them_ended_and_nothing_while_one_has_not(store: SampleStore) -> None:
    def told(path: str, seconds: int = 60) -> datetime | None:
        answer = sample_app(store, now=lambda: store.clock.now + timedelta(seconds=seconds)).test_client().get(path)
        assert answer.status_code == 200
        return parsedate_to_datetime(answer.headers["Last-Modified"]) if "Last-Modified" in answer.headers else None

    (run,) = sample_app(store).test_client().get("/api/v1/scrapes").get_json()["scrapes"]
    ended = NOW - timedelta(hours=1)
    assert told("/api/v1/scrapes") == told(run["url"]) == ended
    waiting = store.request_run(None, "api")
    assert told("/api/v1/scrapes") is None
    assert told(f"/api/v1/scrapes/{waiting}") is None
    assert told(run["url"]) == ended
    store.clock.now = NOW + timedelta(minutes=5)
    store.record([])
    assert told("/api/v1/scrapes", seconds=3) is None, "another change of the same second could follow"
    assert told("/api/v1/scrapes") == told(f"/api/v1/scrapes/{waiting}") == told("/api/v1/scrapes?limit=1") == store.clock.now


def test_corrections_tell_when_the_last_was_made_or_undone(store: SampleStore) -> None:
    def told() -> datetime | None:
        answer = sample_app(store, now=lambda: store.clock.now + timedelta(minutes=1)).test_client().get("/api/v1/corrections")
        return parsedate_to_datetime(answer.headers["Last-Modified"]) if "Last-Modified" in answer.headers else None

    assert told() is None, "nothing was ever corrected"
    first = store.corrections.withdraw(store.events["CSTO summit"].id, by="desk")
    assert told() == NOW
    store.clock.now = NOW + timedelta(minutes=5)
    store.corrections.withdraw(store.events["Germany visits Moldova"].id, by="desk")
    assert told() == store.clock.now
    store.clock.now = NOW + timedelta(minutes=9)
    store.corrections.undo(first.ruling, by="desk")
    assert told() == store.clock.now


@pytest.mark.parametrize(("accept", "packed"), [
    ("gzip", True), ("GZIP", True), ("x-gzip", True), ("*", True), ("gzip;q=0", False), ("*;q=0", False), ("br", False), ("", False),
    ("identity", False), ("gzip;q=0.5, identity", False), ("gzip, identity;q=0.5", True), ("gzip;q=0, *", False), ("deflate, gzip;q=1.0, *;q=0.5", True),
    ("nonsense;;q=", False)])
def test_only_who_takes_gzip_gets_it(client: FlaskClient, accept: str, packed: bool) -> None:
    answer = client.get("/api/v1/events", headers={"Accept-Encoding": accept})
    assert (answer.headers.get("Content-Encoding") == "gzip") == packed
    body = gzip.decompress(answer.data) if packed else answer.data
    assert len(json.loads(body)["events"]) == 8


def test_errors_are_not_kept_by_caches(client: FlaskClient) -> None:
    for path in ("/api/v1/events?limit=0", "/api/v1/events/none", "/api/v1/changes?since=x", "/calendar.ics?color=x"):
        answer = client.get(path, headers={"If-None-Match": "*", "Accept-Encoding": "gzip"})
        assert answer.status_code in (400, 404)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_over_a_real_server_a_client_that_asks_again_gets_nothing_anew(store: SampleStore) -> None:
    """requests takes gzip by itself; the headers stand on the wire as they are meant."""
    with served(sample_app(store)) as base, requests.Session() as session:
        for path in ("/api/v1/events", "/api/v1/events.atom", "/calendar.ics", "/api/v1/changes"):
            first = session.get(base + path, timeout=10)
            assert first.headers["Content-Encoding"] == "gzip"
            assert int(first.headers["Content-Length"]) < len(first.content)
            again = session.get(base + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
            assert (again.status_code, again.content) == (304, b"")
            head = session.head(base + path, timeout=10)
            assert (head.content, head.headers["Content-Length"]) == (b"", first.headers["Content-Length"])
            plain = session.get(base + path, headers={"Accept-Encoding": "identity"}, timeout=10)
            assert plain.content == first.content


def test_a_request_line_beyond_all_measure_is_refused_and_the_service_goes_on(store: SampleStore) -> None:
    with served(sample_app(store)) as base:
        assert requests.get(f"{base}/api/v1/events?q={'x' * 1_000_000}", timeout=10).status_code >= 400
        assert requests.get(f"{base}/healthz", timeout=10).status_code == 200


def test_a_file_may_be_kept_for_good_where_its_address_holds_its_digest(client: FlaskClient) -> None:
    known = digest("summitry.css")
    page = client.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert f'href="/static/summitry.css?v={known}"' in page
    for address, lasting in ((f"/static/summitry.css?v={known}", True), ("/static/summitry.css", False), ("/static/summitry.css?v=0", False)):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            answer = client.get(address, headers=headers)
            assert answer.mimetype == "text/css"
            assert answer.headers["Cache-Control"] == ("max-age=31536000, immutable" if lasting else "no-cache")
            assert "Last-Modified" in answer.headers
