"""Which token opens which address, over SQLite and PostgreSQL."""
from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sample_databases import BOTH, sample_at
from serving import SampleStore, sample_app

from app.scopes import Scope
from timeline.model import identifier

NEEDED = [("/api/v1/scrapes", Scope.TRIGGER), ("/api/v1/corrections", Scope.CORRECT), ("/api/v1/corrections/x/undo", Scope.CORRECT),
          ("/api/v1/webhooks", Scope.PUSH), ("/api/v1/webhooks/x/test", Scope.PUSH), ("/api/v1/webhooks/x/enable", Scope.PUSH)]
PUSHED = "/api/v1/webhooks"  # and all below it: reading needs the scope too
OPEN = ["/docs", "/openapi.json", "/healthz", "/robots.txt", "/static/summitry.css"]
REALM = 'Bearer realm="summitry"'


@pytest.fixture(params=BOTH)
def either(request: pytest.FixtureRequest, sample: Path, tmp_path: Path) -> Iterator[SampleStore]:
    with sample_at(request.param, sample, tmp_path) as store:
        yield store


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(token: str, name: str = "ana") -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{name}:{token}'.encode()).decode()}"}


def reading_addresses(store: SampleStore) -> list[str]:
    """Each address that is read, pages too, but for those that are open, those for operators (tests/site/test_desk_sign_in.py), and
    webhooks, which need a scope of their own."""
    event = store.events["CSTO summit"]
    run = store.request_run(None, "cli")
    filled = {"event_id": event.id, "actor_id": "state:UA", "run_id": run, "article_id": identifier(event.claims[0].article),
              "other_id": "person:joe-biden", "code": "KZ", "other_code": "RU", "name": "2023-11"}
    found = []
    for rule in sample_app(store).url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static" and rule.rule not in OPEN \
                and not rule.rule.startswith((PUSHED, "/desk")):
            found.append(re.sub("<(?:[^<:]+:)?([^>]+)>", lambda name: filled[name[1]], rule.rule))
    assert len(found) > 25
    return found


def test_each_write_needs_its_scope_and_no_other(either: SampleStore) -> None:
    client = sample_app(either).test_client()
    tokens = {scope: either.tokens.create(scope.value, [scope]) for scope in Scope}
    for (path, scope), one in product(NEEDED, Scope):
        answer = client.post(path, json={}, headers=bearer(tokens[one]))
        if one is scope:
            assert answer.status_code in (202, 404, 422)
            assert "WWW-Authenticate" not in answer.headers
        else:
            assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
            assert answer.headers["WWW-Authenticate"] == f'{REALM}, error="insufficient_scope", scope="{scope.value}"'


def test_the_token_of_the_settings_has_all_scopes_beside_others(store: SampleStore) -> None:
    other = store.tokens.create("ci", [Scope.TRIGGER])
    client = sample_app(store, token="correct horse", open_reading=False).test_client()
    for path, _ in NEEDED:
        assert client.post(path, json={}, headers=bearer("correct horse")).status_code in (202, 404, 422)
    assert client.get("/api/v1/events", headers=bearer("correct horse")).status_code == 200
    assert client.post("/api/v1/scrapes", headers=bearer(other)).status_code == 202
    assert client.post("/api/v1/corrections", json={}, headers=bearer(other)).status_code == 403


def test_with_the_first_token_this_machine_needs_one_too_and_for_good(either: SampleStore) -> None:
    store = either
    client = sample_app(store).test_client()
    assert client.post("/api/v1/scrapes").status_code == 202
    assert {} in client.get("/openapi.json").get_json()["paths"]["/api/v1/scrapes"]["post"]["security"]
    token = store.tokens.create("calendar", [Scope.READ])
    answer = client.post("/api/v1/scrapes")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, REALM)
    assert client.get("/openapi.json").get_json()["paths"]["/api/v1/scrapes"]["post"]["security"] == [{"bearer": ["trigger"]}]
    store.tokens.revoke("calendar")
    assert client.post("/api/v1/scrapes").status_code == 401
    answer = client.post("/api/v1/scrapes", headers=bearer(token))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, f'{REALM}, error="invalid_token"')
    assert "revoked" in answer.get_json()["detail"]
    assert token not in answer.get_data(as_text=True)


def test_webhooks_are_for_their_scope_whether_they_are_read_or_changed(store: SampleStore) -> None:
    """Also where reading is open."""
    client = sample_app(store).test_client()
    tokens = {scope: store.tokens.create(scope.value, [scope]) for scope in Scope}
    acts = [(rule.rule.replace("<webhook_id>", "x"), method) for rule in sample_app(store).url_map.iter_rules() if rule.rule.startswith(PUSHED)
            for method in (rule.methods or set()) - {"OPTIONS"}]
    assert len(acts) >= 11
    for path, method in acts:
        body = {} if method in ("POST", "PATCH") else None
        assert client.open(path, method=method, json=body).status_code == 401, (path, method)
        for scope, token in tokens.items():
            status = client.open(path, method=method, json=body, headers=bearer(token)).status_code
            assert status in ((200, 404, 422) if scope is Scope.PUSH else (403,)), (path, method, scope)


def test_basic_does_not_write(store: SampleStore) -> None:
    """A browser sends it by itself, also for a page of another site."""
    token = store.tokens.create("all", list(Scope))
    client = sample_app(store).test_client()
    for path, _ in NEEDED:
        answer = client.post(path, json={}, headers=basic(token))
        assert (answer.status_code, answer.headers.getlist("WWW-Authenticate")) == (401, [REALM])


def test_reading_needs_nothing_where_it_is_open(store: SampleStore) -> None:
    store.tokens.create("ci", [Scope.TRIGGER])
    client = sample_app(store).test_client()
    for path in [*reading_addresses(store), *OPEN]:
        assert client.get(path).status_code == 200, path
        assert client.get(path, headers=bearer("wrong")).status_code == 200, path


class TestClosedReading:
    @pytest.fixture
    def closed(self, store: SampleStore) -> FlaskClient:
        return sample_app(store, open_reading=False).test_client()

    def test_every_address_that_is_read_needs_the_scope(self, store: SampleStore, closed: FlaskClient) -> None:
        addresses = reading_addresses(store)
        good, other = store.tokens.create("reader", [Scope.READ]), store.tokens.create("ci", [Scope.TRIGGER, Scope.CORRECT, Scope.PUSH])
        challenge = [REALM, 'Basic realm="summitry", charset="UTF-8"']
        for path in addresses:
            for method in ("GET", "HEAD"):
                answer = closed.open(path, method=method)
                assert (answer.status_code, answer.headers.getlist("WWW-Authenticate")) == (401, challenge), path
            assert closed.get(path, headers=bearer(other)).status_code == 403, path
            assert closed.get(path, headers=bearer(good)).status_code == 200, path
            assert closed.get(path, headers=basic(good)).status_code == 200, path
        row = {"text": "They met.", "published": "2023-11-10"}
        assert closed.post("/api/v1/extract", json=row).status_code == 401
        assert sample_app(store, open_reading=False, extract=lambda row: []).test_client().post(
            "/api/v1/extract", json=row, headers=bearer(good)).status_code == 200

    def test_a_calendar_program_gives_the_token_as_its_password(self, store: SampleStore, closed: FlaskClient) -> None:
        token = store.tokens.create("calendar", [Scope.READ])
        for name in ("", "ana", "calendar", "ж"):
            assert closed.get("/calendar.ics", headers=basic(token, name)).data.startswith(b"BEGIN:VCALENDAR")
        for wrong in (basic("wrong"), basic(""), basic("ana", token), {"Authorization": "Basic"}, {"Authorization": "Basic %%%"},
                      {"Authorization": "Basic " + b64encode(b"\xff:\xff").decode()}, {"Authorization": "Digest username=a"}):
            answer = closed.get("/calendar.ics", headers=wrong)
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), wrong

    def test_a_browser_is_shown_a_page_and_asks_for_the_password(self, store: SampleStore, closed: FlaskClient) -> None:
        token = store.tokens.create("reader", [Scope.READ])
        answer = closed.get("/", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (401, "text/html")
        assert answer.headers.getlist("WWW-Authenticate") == [REALM, 'Basic realm="summitry", charset="UTF-8"']
        assert closed.get("/", headers={"Accept": "text/html", **basic(token)}).status_code == 200

    def test_what_is_open_stays_open_and_names_no_source(self, store: SampleStore, closed: FlaskClient) -> None:
        token = store.tokens.create("reader", [Scope.READ])
        for path in OPEN:
            assert closed.get(path).status_code == 200, path
        assert closed.get("/healthz").get_json() == {"status": "degraded"}
        assert closed.get("/healthz", headers=bearer(token)).get_json()["failing"] == ["harbour"]
        assert closed.get("/nowhere").status_code == 404
        assert closed.options("/api/v1/events").status_code == 200

    def test_without_any_token_this_machine_alone_may_read(self, closed: FlaskClient) -> None:
        assert closed.get("/api/v1/events").status_code == 200
        assert closed.get("/api/v1/events", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403
        assert closed.get("/calendar.ics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
        assert closed.get("/calendar.ics", headers={"Host": "evil.example"}).status_code == 403

    def test_the_document_says_so(self, store: SampleStore, closed: FlaskClient) -> None:
        store.tokens.create("reader", [Scope.READ])
        document: dict[str, Any] = closed.get("/openapi.json").get_json()
        assert set(document["components"]["securitySchemes"]) == {"bearer", "basic"}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if path in OPEN:
                    assert "security" not in operation
                elif path.startswith(("/api/v1/scrapes", "/api/v1/corrections")) and method == "post":
                    assert operation["security"] == [{"bearer": ["correct" if "corrections" in path else "trigger"]}]
                elif path.startswith(PUSHED):
                    assert operation["security"] == [{"bearer": ["push"]}], path
                else:
                    assert operation["security"] == [{"bearer": ["read"]}, {"basic": ["read"]}], path
                    assert {"401", "403", "429"} <= operation["responses"].keys()


def test_a_view_that_nobody_marked_is_closed_where_reading_is(store: SampleStore) -> None:
    app = sample_app(store, open_reading=False, token="t")
    app.add_url_rule("/new", view_func=lambda: "secret")
    assert app.test_client().get("/new").status_code == 401
