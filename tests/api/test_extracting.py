"""`POST /extract`: what is passed on, what is refused, and that nothing is stored."""
from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving import SampleStore, sample_app

from app.api.schemas import TEXT_LIMIT
from app.store import tables

PATH = "/api/v1/extract"
READ = {"events": [{"type": "meeting", "start": "2023-11-09"}], "declined": [], "text": "Talks\n\nThey met on Thursday."}


class Reader:
    """Stands for the extractor: keeps what it was given."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []

    def __call__(self, row: Mapping[str, Any]) -> dict[str, Any]:
        self.rows.append(dict(row))
        if row["published"] == "2023-02-30":
            raise ValueError("published: day is out of range for month")
        return READ


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
    assert answer.get_json() == READ
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


def test_what_is_declined_comes_with_its_reason_and_all_offsets_are_of_the_text(client: FlaskClient) -> None:
    """Read by the real extractor; the line breaks of a form come as CR LF."""
    told = client.post(PATH, json={"published": "2023-11-10", "title": "Talks", "text": (
        "Russian President Vladimir Putin met Kazakh President Kassym-Jomart Tokayev in Astana on Thursday.\r\n"
        "\U0001f600 They had met recently. Putin left two days after the vote.")}).get_json()
    event, = told["events"]
    assert event["title"] == "Putin – Tokayev, meeting"
    assert told["text"][event["evidence_start"]:event["evidence_end"]] == event["evidence"]
    dates = {one["text"]: one["reason"] for one in told["declined"] if one["what"] == "date"}
    assert dates == {"recently": "names no day, month or year",
                     "two days after": "counted from an event whose day is told elsewhere, if at all"}
    for one in told["declined"]:
        assert told["text"][one["start"]:one["end"]] == one["text"]


def test_only_half_of_the_threads_read_at_once(store: SampleStore) -> None:
    """The others are left for requests that take no time; whoever comes meanwhile is told when to come again."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(row: Mapping[str, Any]) -> dict[str, Any]:
        begun.release()
        go_on.wait(10)
        return READ

    app = sample_app(store, extract=slow, threads=4)
    body = {"text": "They met.", "published": "2023-11-10"}
    codes: list[int] = []
    readers = [threading.Thread(target=lambda: codes.append(app.test_client().post(PATH, json=body).status_code)) for _ in range(2)]
    for reader in readers:
        reader.start()
        assert begun.acquire(timeout=10)
    refused = app.test_client().post(PATH, json=body)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert app.test_client().get("/api/v1/events").status_code == 200
    go_on.set()
    for reader in readers:
        reader.join()
    assert codes == [200, 200]
    assert app.test_client().post(PATH, json=body).status_code == 200
