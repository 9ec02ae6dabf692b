"""Whatever is wrong with a request is said as problem details (RFC 9457), quickly, and breaks nothing."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import SampleStore, sample_app
from werkzeug.test import TestResponse

LISTS = ["/api/v1/events", "/api/v1/actors", "/api/v1/scrapes"]
SINGLE = ["/api/v1/sources", "/api/v1/events/x", "/api/v1/events/x/history", "/api/v1/actors/x", "/api/v1/articles/x",
          "/api/v1/scrapes/x"]


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.data)
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(told)


@pytest.mark.parametrize("path", [*LISTS, *SINGLE, "/calendar.ics"])
def test_an_unknown_parameter_is_refused_by_name(client: FlaskClient, path: str) -> None:
    told = problem(client.get(f"{path}?colour=red"), 400)
    assert told["errors"] == [{"parameter": "colour", "detail": "There is no such parameter."}]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "q=a&q=b", "from=2023&from=2024", "sort=start&sort=start"])
def test_a_parameter_given_twice_is_refused_where_once_is_meant(client: FlaskClient, query: str) -> None:
    told = problem(client.get(f"/api/v1/events?{query}"), 400)
    assert [wrong["parameter"] for wrong in told["errors"]] == [query.split("=")[0]]


def test_all_wrong_parameters_are_named_at_once(client: FlaskClient) -> None:
    told = problem(client.get("/api/v1/events?from=yesterday&to=2023-13&type=party&limit=0&status=held&sort=random"), 400)
    assert {wrong["parameter"] for wrong in told["errors"]} == {"from", "to", "type", "limit", "sort"}


@pytest.mark.parametrize("query", [
    "limit=0", "limit=-1", "limit=501", "limit=1000000000", "limit=99999999999999999999999", "limit=NaN", "limit=1e2",
    "limit=", "limit=0x10", "limit=ten", "from=2023-02-30", "from=0000", "from=2023-1-1", "from=2023-11-09T00:00",
    "from=", "to=99999", "updated_since=2023-11-09T10:00:00", "updated_since=now", "updated_since=2023-11-09T25:00:00Z",
    "updated_since=0001-01-01T00:00:00%2B14:00", "status=unknown", "type=", "sort=title", "cursor=", "cursor=abc",
    "q=%00", "q=a%0D%0Ab", "q=", "place=" + "x" * 201, "q=" + "x" * 100_000, "country=" + "X" * 21,
    "country=" + "&country=".join(["KZ"] * 21), "from=２０２３", "limit=１", "limit=%201", "limit=1_0", "limit=%2B5"])
def test_a_value_out_of_bounds_is_refused(client: FlaskClient, query: str) -> None:
    told = problem(client.get(f"/api/v1/events?{query}"), 400)
    assert [wrong["parameter"] for wrong in told["errors"]][:1] == [query.split("=")[0]]
    assert len(json.dumps(told)) < 2000


def test_what_is_not_there_is_404_and_says_what(client: FlaskClient) -> None:
    for path in ("/nowhere", "/api/v2", "/api/v2/events", "/api/v1/events/", "/static/none.css", "/static/vendor", "/static/../web_app.py",
                 "/static/%2e%2e/web_app.py", "/static/" + "x" * 5000, "/static/%ff", "/%00", "/a%0Ab"):
        problem(client.get(path), 404)
    for path in SINGLE[1:]:
        assert "'x'" in problem(client.get(path), 404)["detail"]


def test_a_method_that_is_not_known_is_405_with_those_that_are(client: FlaskClient) -> None:
    for path, method in (("/api/v1/events", "POST"), ("/api/v1/extract", "GET"), ("/calendar.ics", "DELETE"),
                         ("/api/v1/scrapes", "PUT"), ("/healthz", "PATCH")):
        answer = client.open(path, method=method, json={} if method == "POST" else None)
        problem(answer, 405)
        assert answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/scrapes", "/api/v1/extract"])
class TestBodies:
    def test_a_form_is_415(self, client: FlaskClient, path: str) -> None:
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/json"):
            problem(client.post(path, data=b"text=a&sources=courier", content_type=kind), 415)
        problem(client.post(path, data=b"", content_type="application/x-www-form-urlencoded"), 415)
        problem(client.post(path, data=b"{}"), 415)

    @pytest.mark.parametrize("body", [
        b"{", b"", b"nul", b"{'text': 1}", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b'{"text": NaN}',
        b'{"text": "\xed\xa0\x80"}', b"[[[[[[]]]]]]", b'{"text": "a",}', b'\xef\xbb\xbf{}'])
    def test_what_is_no_json_is_400(self, client: FlaskClient, path: str, body: bytes) -> None:
        problem(client.post(path, data=body, content_type="application/json"), 400)

    @pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"', b'{"colour": "red"}'])
    def test_json_of_another_shape_is_422(self, client: FlaskClient, path: str, body: bytes) -> None:
        problem(client.post(path, data=body, content_type="application/json"), 422)

    def test_a_body_beyond_the_limit_is_413(self, client: FlaskClient, path: str) -> None:
        problem(client.post(path, data=b" " * 3_000_000, content_type="application/json"), 413)


def test_a_store_that_cannot_be_read_is_503_and_the_service_goes_on(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/healthz").status_code == 200
    (tmp_path / "timeline.db").unlink()
    for path in ("/api/v1/events", "/api/v1/events/x", "/calendar.ics", "/api/v1/sources", "/api/v1/actors", "/healthz"):
        answer = client.get(path)
        told = problem(answer, 503)
        assert str(tmp_path) not in json.dumps(told)
        assert answer.headers["Retry-After"]
    assert b"summitry_store_readable 0.0" in client.get("/metrics").data
    assert client.get("/").status_code == 200
    assert client.get("/openapi.json").status_code == 200


def test_a_bug_is_500_and_tells_nothing_of_its_inside(store: SampleStore) -> None:
    def broken(row: Any) -> dict[str, Any]:
        raise RuntimeError("secret inside")

    client = sample_app(store, extract=broken).test_client()
    told = problem(client.post("/api/v1/extract", json={"text": "They met.", "published": "2023-11-10"}), 500)
    assert "secret" not in json.dumps(told)


def test_a_made_up_method_is_one_line_in_the_metrics(client: FlaskClient) -> None:
    for method in ("MYSECRET", "X" * 100):
        problem(client.open("/healthz", method=method), 405)
    told = client.get("/metrics").get_data(as_text=True)
    assert 'summitry_http_requests_total{method="other",route="none",status="405"} 2.0' in told
    assert "SECRET" not in told
