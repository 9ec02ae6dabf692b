"""An answer that is given again is the one that would be made anew, and none is given once something was written."""
from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import sample_timeline
from flask import Flask, request_started
from flask.testing import FlaskClient
from sample_postgresql import sample_in_postgresql
from sample_timeline import NOW, PUTIN, Clock, asserted, person, told
from serving import SampleStore, sample_app, served
from sqlalchemy import create_engine, text, update

from app.api.answers import Answer
from app.api.kept_answers import KeptAnswers, keep
from app.store import tables
from app.store.watch import Watch
from timeline.model import EventType, Status
from timeline.when import When

KEPT = ["/api/v1/events", "/api/v1/events?country=KZ&limit=1", "/api/v1/events.csv", "/api/v1/events.atom?window=week", "/calendar.ics", "/calendar.ics?alarm=5&name=x",
        "/api/v1/changes", "/api/v1/events/{event}", "/api/v1/events/{event}.ics", "/api/v1/events/{event}/history",
        "/api/v1/countries/KZ", "/events?country=KZ", "/timeline", "/timeline.json", "/map", "/countries/KZ/RU", "/actors"]
REQUESTS: list[dict[str, str]] = [{}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}, {"If-None-Match": '"other"'}, {"Accept-Encoding": "gzip", "If-None-Match": "*"},
                                  {"If-Match": '"other"'}, {"If-Modified-Since": "Sun, 12 Nov 2023 09:30:00 GMT"}, {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}]


def answered(client: FlaskClient, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    answer = client.open(path, method=method, headers=headers)
    return answer.status_code, answer.data, {**answer.headers, "Date": ""}


def counted(client: FlaskClient, route: str) -> float:
    return sum(float(line.rsplit(" ", 1)[1]) for line in client.get("/metrics").get_data(as_text=True).splitlines()
               if line.startswith("summitry_http_requests_total") and f'route="{route}"' in line)


class Counting:
    """How often Flask is asked at all."""

    def __init__(self, application: Flask) -> None:
        self.asked = 0
        request_started.connect(self._count, application)

    def _count(self, *_: Any, **__: Any) -> None:
        self.asked += 1


class Hasty:
    """A clock that is more than a minute on each time that it is looked at: nothing is kept for so long."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=61)
        return self.now


@pytest.mark.parametrize("path", KEPT)
def test_it_is_the_one_that_would_be_made_anew(store: SampleStore, path: str) -> None:
    """For each kind of request: from an application that gives it again, and from one that never does."""
    path = path.format(event=store.events["Putin – Tokayev, meeting"].id)
    keeping, making = sample_app(store), sample_app(store, now=Hasty())
    kept, made = Counting(keeping), Counting(making)
    client = keeping.test_client()
    assert client.get(path).status_code == 200
    for method in ("GET", "HEAD"):
        for headers in REQUESTS:
            fresh, before = answered(making.test_client(), method, path, headers), kept.asked
            assert answered(client, method, path, headers) == fresh, (method, headers)
            assert kept.asked - before == (fresh[0] == 412)
    assert made.asked == 2 * len(REQUESTS)


def test_what_follows_from_the_clock_or_is_an_error_is_not_kept(store: SampleStore) -> None:
    application = sample_app(store)
    asked = Counting(application)
    client = application.test_client()
    for path in ("/healthz", "/metrics", "/api/v1/sources", "/api/v1/events?limit=0", "/api/v1/events/none", "/api/v1/events?q=" + "x" * 5_000):
        before = asked.asked
        first, second = client.get(path), client.get(path)
        assert (asked.asked - before, first.status_code) == (2, second.status_code)


@pytest.mark.parametrize("path", [path for path in KEPT if not path.startswith("/api/") and not path.endswith(".ics")])
def test_a_page_that_is_kept_is_the_same_whoever_is_signed_in(store: SampleStore, path: str) -> None:
    client = sample_app(store, token="correct horse", now=Hasty()).test_client()
    anyone = client.get(path).data
    client.set_cookie("desk", "correct+push+read+sources+trigger")
    assert client.get(path).data == anyone


def test_each_form_host_and_address_has_its_own(client: FlaskClient) -> None:
    seen = {}
    for headers in ({"Accept": "application/json"}, {"Accept": "text/csv"}, {"Accept": "application/atom+xml"},
                    {"Accept": "application/atom+xml", "Host": "other.example"}):
        for path in ("/api/v1/events", "/api/v1/events?sort=-start"):
            first, second = client.get(path, headers=headers), client.get(path, headers=headers)
            assert first.data == second.data
            seen[tuple(headers.items()), path] = first.data
    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize("path", ["/api/v1/events", "/calendar.ics", "/api/v1/changes"])
def test_nothing_is_given_again_after_a_commit_by_anybody(store: SampleStore, path: str) -> None:
    client = sample_app(store).test_client()
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    database, other = sample_timeline.open_store(str(store.engine.url), store.clock)
    article = told("harbour", NOW.date(), "new", "Talks", "They met for the first time.")
    sample_timeline.record(other, [(article, [asserted(article, 0, EventType.MEETING, (PUTIN, person("Li Chen", "CN", "Envoy")), When.day(NOW.date()), Status.HELD)])],
                           store.clock)
    database.close()
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert b"Chen" in again.data


def test_a_write_of_this_very_process_ends_it_too(client: FlaskClient, store: SampleStore) -> None:
    identity = store.events["CSTO summit"].id
    assert b"CSTO summit" in client.get("/api/v1/events").data
    assert client.post("/api/v1/corrections", json={"kind": "withdraw", "event": identity}).status_code == 201
    assert b"CSTO summit" not in client.get("/api/v1/events").data


def test_midnight_and_a_minute_end_it(store: SampleStore) -> None:
    clock = Clock(NOW)
    application = sample_app(store, now=clock)
    asked = Counting(application)
    client = application.test_client()
    for shift, made in ((0, 1), (59, 1), (61, 2), (30, 3)):  # the last by a clock that was put back
        clock.now = NOW + timedelta(seconds=shift)
        client.get("/api/v1/events?window=today")
        assert asked.asked == made, shift
    clock.now = NOW.replace(hour=23, minute=59, second=50)
    before = client.get("/api/v1/events.csv?window=today").data
    assert client.get("/api/v1/events.csv?window=today").data == before
    clock.now += timedelta(seconds=15)
    assert client.get("/api/v1/events.csv?window=today").data == sample_app(store, now=clock).test_client().get("/api/v1/events.csv?window=today").data


def test_a_file_that_was_taken_away_or_replaced_is_noticed(store: SampleStore, tmp_path: Path) -> None:
    client = sample_app(store).test_client()
    assert client.get("/api/v1/events").status_code == 200
    file = tmp_path / "timeline.db"
    os.rename(file, tmp_path / "elsewhere")
    assert client.get("/api/v1/events").status_code == 503
    (tmp_path / "timeline.db").write_bytes((tmp_path / "elsewhere").read_bytes())
    assert client.get("/api/v1/events").status_code == 503
    file.unlink()
    os.rename(tmp_path / "elsewhere", file)
    assert client.get("/api/v1/events").status_code == 200


def test_they_are_counted_as_others_are(client: FlaskClient) -> None:
    for _ in range(3):
        client.get("/api/v1/events")
    client.get("/api/v1/events", headers={"If-None-Match": "*"})
    assert counted(client, "/api/v1/events") == 4
    assert 'status="304"' in client.get("/metrics").get_data(as_text=True)


def test_what_is_kept_is_for_those_alone_who_may_read(store: SampleStore) -> None:
    client = sample_app(store, token="correct horse", open_reading=False).test_client()
    assert client.get("/api/v1/events", headers={"Authorization": "Bearer correct horse"}).status_code == 200
    assert client.get("/api/v1/events").status_code == 401
    assert client.get("/api/v1/events", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_asking_too_often_counts_what_is_kept(store: SampleStore) -> None:
    client = sample_app(store, rate_reading=5).test_client()
    told = [client.get("/api/v1/events", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code for _ in range(7)]
    assert told == [200] * 5 + [429] * 2


def test_they_have_a_bounded_room() -> None:
    """The ones asked for last stay."""
    asked: list[str] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ["QUERY_STRING"])
        keep(environ, Answer(b"x" * 1_000_000, "tag", None, True, [], "text/plain"), "route")
        start_response("200 OK", [])
        return [b""]

    kept = KeptAnswers(application, mark=lambda: 1, now=lambda: NOW, paths=("/a",), admits=lambda _: True, answered=lambda *_: None)

    def ask(number: int) -> bool:
        """Whether it was made anew."""
        before = len(asked)
        list(kept({"REQUEST_METHOD": "GET", "PATH_INFO": "/a", "QUERY_STRING": str(number), "wsgi.url_scheme": "http"}, lambda *_: None))
        return len(asked) > before

    for number in range(50):
        assert ask(number)
        assert not ask(number)
        ask(0)
    assert not any(map(ask, (0, 49, 48, 47)))
    assert ask(1)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_mark_changes_with_each_commit_and_on_sqlite_with_nothing_else(kind: str, store: SampleStore) -> None:
    """PostgreSQL counts the transactions of all databases of a server."""
    for url in [str(store.engine.url)] if kind == "sqlite" else _postgresql():
        engine, writer = create_engine(url), create_engine(url)
        watch = Watch(engine)
        first = watch.mark()
        with engine.connect() as reader, writer.connect() as open_one:
            reader.execute(text("SELECT count(*) FROM events"))
            assert kind == "postgresql" or watch.mark() == first
            open_one.execute(update(tables.sources).values(failures=1))
            open_one.commit()
        second = watch.mark()
        assert second != first
        with writer.connect() as undone:
            undone.execute(update(tables.sources).values(failures=2))
            undone.rollback()
        assert kind == "postgresql" or watch.mark() == second
        engine.dispose()
        writer.dispose()


def _postgresql() -> Iterator[str]:
    with sample_in_postgresql() as url:
        yield url.replace("postgresql://", "postgresql+psycopg://")


def test_no_answer_is_older_than_what_was_committed_before_it_was_asked_for(store: SampleStore) -> None:
    """Two readers and a writer, over a real server."""
    done, wrong = 0, []
    stop = threading.Event()

    def read(base: str) -> None:
        with requests.Session() as session:
            while not stop.is_set():
                least = done
                shown = session.get(f"{base}/api/v1/events.json?place=astana", timeout=10).json()["events"][0]["revision"]
                if shown < least:
                    wrong.append((shown, least))

    with served(sample_app(store)) as base:
        readers = [threading.Thread(target=read, args=(base,)) for _ in range(2)]
        identity = store.events["Putin – Tokayev, meeting"].id
        for reader in readers:
            reader.start()
        for number in range(1, 120):
            with store.engine.begin() as connection:
                connection.execute(text("UPDATE events SET json = CAST(replace(CAST(json AS TEXT), :old, :new) AS BLOB) WHERE id = :id"),
                                   {"old": f'"revision":{number - 1},', "new": f'"revision":{number},', "id": identity})
            done = number
        stop.set()
        for reader in readers:
            reader.join()
        assert requests.get(f"{base}/api/v1/events.json?place=astana", timeout=10).json()["events"][0]["revision"] == 119
    assert not wrong
