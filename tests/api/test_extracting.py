"""`POST /extract`: what is passed on, what is refused, and that nothing is stored."""
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import SampleStore, sample_app

from app.api.schemas import TEXT_LIMIT
from app.store import tables

PATH = "/api/v1/extract"


class Reader:
    """Stands for the extractor: keeps what it was given."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []

    def __call__(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        self.rows.append(dict(row))
        if row["published"] == "2023-02-30":
            raise ValueError("published: day is out of range for month")
        return [{"type": "meeting", "start": "2023-11-09"}]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def reading(store: SampleStore, reader: Reader) -> FlaskClient:
    return sample_app(store, extract=reader).test_client()


def test_the_events_of_an_article_come_back(reading: FlaskClient, reader: Reader) -> None:
    row = {"text": "They met on Thursday.", "published": "2023-11-10", "title": "Talks", "url": "https://a.example/1"}
    answer = reading.post(PATH, json=row)
    assert answer.status_code == 200
    assert answer.get_json() == {"events": [{"type": "meeting", "start": "2023-11-09"}]}
    assert reader.rows == [row | {"language": "en"}]


def test_nothing_is_stored(reading: FlaskClient, store: SampleStore) -> None:
    def rows() -> dict[str, int]:
        with store.engine.connect() as connection:
            return {name: len(connection.execute(table.select()).all()) for name, table in tables.metadata.tables.items()}

    before = rows()
    reading.post(PATH, json={"text": "They met on Thursday.", "published": "2023-11-10"})
    assert rows() == before


@pytest.mark.parametrize(("body", "field"), [
    ({"published": "2023-11-10"}, "text"), ({"text": "They met."}, "published"),
    ({"text": "", "published": "2023-11-10"}, "text"), ({"text": 5, "published": "2023-11-10"}, "text"),
    ({"text": None, "published": "2023-11-10"}, "text"), ({"text": "x", "published": "2023-02-30"}, "published"),
    ({"text": "x", "published": "2023-11-10", "title": ["a"]}, "title"),
    ({"text": "x" * (TEXT_LIMIT + 1), "published": "2023-11-10"}, "text")])
def test_a_wrong_field_is_named(reading: FlaskClient, body: dict[str, Any], field: str) -> None:
    answer = reading.post(PATH, json=body)
    assert answer.status_code == 422
    assert [wrong.get("field") for wrong in answer.get_json()["errors"]] == [field]


def test_the_longest_text_fits_into_the_largest_body(reading: FlaskClient) -> None:
    """However it is escaped: each of these characters takes twelve bytes."""
    body = {"text": "\U0001f600" * TEXT_LIMIT, "published": "2023-11-10"}
    assert reading.post(PATH, data=json.dumps(body), content_type="application/json").status_code == 200
