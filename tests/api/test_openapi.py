"""The OpenAPI document: valid, complete, and true of the answers; its page needs nobody else."""
from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from serving import SampleStore, sample_app

from timeline.model import identifier

WITHOUT_DOCUMENT = {"/openapi.json", "/docs", "/static/{filename}"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").get_json())


def test_it_is_valid(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.")


def test_every_address_is_in_it(store: SampleStore, document: dict[str, Any]) -> None:
    rules = {re.sub(r"<(?:[^<:]+:)?([^>]+)>", r"{\1}", rule.rule): rule for rule in sample_app(store).url_map.iter_rules()}
    rules = {path: rule for path, rule in rules.items() if not rule.endpoint.startswith("site.")}  # pages are for people
    assert rules.keys() - WITHOUT_DOCUMENT == document["paths"].keys()
    for path, rule in rules.items():
        if path not in WITHOUT_DOCUMENT:
            methods = {method.lower() for method in rule.methods or ()} - {"head", "options"}
            assert methods <= document["paths"][path].keys()


def test_every_parameter_and_answer_is_described(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["operationId"], (path, method)
            assert operation["summary"], (path, method)
            assert operation["responses"], (path, method)
            if path.startswith("/api/v1") or path == "/calendar.ics":
                assert "400" in operation["responses"], (path, method)
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, method, status)


def test_it_says_which_bodies_and_tokens_are_needed(store: SampleStore, document: dict[str, Any]) -> None:
    assert document["paths"]["/api/v1/extract"]["post"]["requestBody"]["required"]
    assert not document["paths"]["/api/v1/scrapes"]["post"]["requestBody"]["required"]
    assert {} in document["paths"]["/api/v1/scrapes"]["post"]["security"]
    with_token = sample_app(store, token="secret").test_client().get("/openapi.json").get_json()
    assert with_token["paths"]["/api/v1/scrapes"]["post"]["security"] == [{"bearer": ["trigger"]}]


def test_answers_are_as_described(client: FlaskClient, store: SampleStore, document: dict[str, Any]) -> None:
    """Each address is asked, and its answer held against its schema, in which no further field is allowed."""
    event = store.events["Putin – Tokayev, meeting"]
    run = client.post("/api/v1/scrapes").get_json()["id"]
    webhook = client.post("/api/v1/webhooks", json={"url": "https://receiver.example/"}).get_json()["id"]
    filled = {"{event_id}": event.id, "{actor_id}": "state:UA", "{other_id}": "person:recep-tayyip-erdoğan",
              "{code}": "kz", "{other_code}": "RU", "{run_id}": run, "{webhook_id}": webhook,
              "{article_id}": identifier(event.claims[0].article)}
    described = strict(document)
    asked = 0
    for path, operations in document["paths"].items():
        if "get" not in operations:
            continue
        address = path
        for name, value in filled.items():
            address = address.replace(name, value)
        answer = client.get(address)
        assert answer.status_code == 200, address
        content = operations["get"]["responses"]["200"]["content"]
        if "application/json" not in content:
            continue
        schema = content["application/json"]["schema"] | {"components": described["components"]}
        assert list(OAS31Validator(schema).iter_errors(answer.get_json())) == [], address
        asked += 1
    assert asked >= 10
    problem = client.get("/api/v1/events?limit=0&x=1").get_json()
    schema = {"$ref": "#/components/schemas/Problem", "components": described["components"]}
    assert list(OAS31Validator(schema).iter_errors(problem)) == []


def strict(document: dict[str, Any]) -> dict[str, Any]:
    for schema in document["components"]["schemas"].values():
        if schema.get("properties"):
            schema["additionalProperties"] = False
    return document


def test_its_page_shows_every_operation_and_loads_nothing_from_elsewhere(client: FlaskClient,
                                                                         document: dict[str, Any]) -> None:
    page = client.get("/docs").get_data(as_text=True)
    for operations in document["paths"].values():
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page
    loaded = [html.unescape(address) for address in re.findall(r'<(?!link rel="canonical")[^>]+(?:src|href)="([^"#][^"]*)"', page)]
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert "<script>" not in page
    assert all(client.get(address).status_code == 200 for address in loaded)
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page, anchor
