"""Odd parameters, query languages in search words, and pages deep in a long list."""
from __future__ import annotations

import random
import threading
from base64 import urlsafe_b64encode
from datetime import date, timedelta
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from feed_validators import csv_rows
from flask.testing import FlaskClient
from query_plans import plans
from sample_timeline import PUTIN, Clock, asserted, open_store, person, record, told
from serving import SampleStore
from sqlalchemy import func, insert, select

from app.api.forms import FORMS
from app.store import tables
from app.store.folding import fold
from timeline.model import EventType, Status
from timeline.when import When

LISTS = [*(f"/api/v1/events.{form.suffix}" for form in FORMS), "/api/v1/events", "/api/v1/changes", "/api/v1/actors", "/api/v1/scrapes",
         "/api/v1/corrections"]
NUMBERS = ["0", "-1", "1e9", "1000000000", "99999999999999999999", "NaN", "Infinity", "-Infinity", "1.5", "", " 1", "1 ", "+1", "0x10", "1_0", "١", "１",
           "one", "null", "true", "[]", "1;2", "1,2", "%00", "1\n", "501"]


@pytest.mark.parametrize("path", LISTS)
def test_a_limit_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    for number in NUMBERS:
        answer = client.get(f"{path}?{urlencode({'limit': number})}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), number
        assert answer.get_json()["errors"][0]["parameter"] == "limit"
    assert client.get(f"{path}?limit=1&limit=2").status_code == 400
    assert client.get(f"{path}?limit=500").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_forged_cursor_is_refused(client: FlaskClient, path: str) -> None:
    name = "since" if path.endswith("changes") else "cursor"
    forged = ["x", "=", "A" * 11, "A" * 600, "A" * 601, "A" * 100_000, "..", "-1", "0", "\x00", "é", "🕊", "' OR 1=1 --", "%", "AAAA\n", "../../x",
              *(urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in (
                  b"", b"[]", b"\x00" * 8, b"\x00" * 8 + b'["x","y","z"]', b"\xff" * 40, b"\x00" * 8 + b"[" * 400))]
    for cursor in forged:
        answer = client.get(f"{path}?{urlencode({name: cursor})}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), cursor[:40]
        assert len(answer.data) < 2_000
    assert client.get(f"{path}?{name}=x&{name}=x").status_code == 400


@pytest.mark.parametrize("path", [*LISTS, "/calendar.ics", "/api/v1/calendar/links"])
def test_a_query_of_a_hundred_kilobytes_is_refused_in_few_words(client: FlaskClient, path: str) -> None:
    for query in ("q=" + "x" * 100_000, "&".join(f"a{number}=1" for number in range(10_000)), "q&" * 50_000, "=" * 100_000, "%" * 100_000,
                  "country=" + "&country=".join(["KZ"] * 15_000), "x" * 100_000 + "=1"):
        answer = client.get(f"{path}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), query[:20]


# Words that are another language -----------------------------------------------------------------------------------------

_OPENED = ["'", "\"", "')", "\")", "`", "]", "%'", "';", "\\'", "'/*", "\u2019", "%27", "''"]
_ACTS = [" OR 1=1", " AND 1=2", " UNION SELECT json FROM events", "; DROP TABLE events", " OR SLEEP(5)", " OR pg_sleep(5)", " OR randomblob(1e9)",
         " OR load_extension('x')", "||(SELECT sql FROM sqlite_master)||", " LIMIT 0", " ORDER BY 99", "; ATTACH DATABASE 'x' AS y", " COLLATE x", ""]
_CLOSED = [" --", " #", "/*", "", ";", " --\t"]
_PATTERNS = ["%", "_", "%%%%%%%%", "a%", "%a", "_____", "\\%", "[a-z]", "*", "?", "put*", "^put", "title:putin", "putin NEAR tokayev", "NOT putin",
             "putin OR xi", "putin AND", "\"putin", "(putin", "-putin", "+putin", "put:*", "put & tok", "put | tok", "!put", "<->", ".*", "(a+)+$",
             "(.*a){25}", "[", "(?=", "\\", "$", "{1,99999}", "\u202eputin", "\u0300", "İ", "ß", "putin\u200b", "'''", "\"\"\"", "$$", "?1", ":name", "@x"]
INJECTIONS = ["".join(parts) for parts in product(_OPENED, _ACTS, _CLOSED)] + _PATTERNS


def test_search_words_are_words_whatever_language_they_look_like(client: FlaskClient, store: SampleStore) -> None:
    """More than a thousand of SQL, LIKE, full-text syntax and regular expressions, each as every kind of text parameter: what is
    found is what holds the words, no request fails, and the tables are as they were."""
    assert len(INJECTIONS) > 1_000
    with store.engine.connect() as connection:
        words = {row.id: f" {row.words}" for row in connection.execute(select(tables.events.c.id, tables.events.c.words))}
        places = {row.id: row.place for row in connection.execute(select(tables.events.c.id, tables.events.c.place))}
        before = [connection.execute(select(func.count()).select_from(table)).scalar() for table in tables.metadata.sorted_tables]
    for text in INJECTIONS:
        asked = quote(text, safe="")
        if "\t" in text:
            assert client.get(f"/api/v1/events?q={asked}").status_code == 400
            continue
        found = {one["id"] for one in client.get(f"/api/v1/events?q={asked}").get_json()["events"]}
        wanted = fold(text).split()
        assert found == {name for name, told_of in words.items() if wanted and all(f" {word}" in told_of for word in wanted)}, text
        found = {one["id"] for one in client.get(f"/api/v1/events?place={asked}").get_json()["events"]}
        assert found == {name for name, place in places.items() if fold(text) and place == fold(text)}, text
    with store.engine.connect() as connection:
        assert before == [connection.execute(select(func.count()).select_from(table)).scalar() for table in tables.metadata.sorted_tables]


@pytest.mark.parametrize("name", ["actor", "country", "source", "type", "status", "sort", "from", "updated_since", "as_of", "window", "cursor", "vague"])
def test_other_parameters_take_no_language_either(client: FlaskClient, name: str) -> None:
    path = "/calendar.ics" if name == "vague" else "/api/v1/events"
    for text in INJECTIONS[::7]:
        answer = client.get(f"{path}?{name}={quote(text, safe='')}")
        if answer.status_code == 200:
            assert name in ("actor", "country", "source")
            found = {one["title"] for one in answer.get_json()["events"]}
            assert not found or fold(text).split(), text
        else:
            assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), text


# Deep pages ---------------------------------------------------------------------------------------------------------------

def fill(store: SampleStore, count: int) -> set[str]:
    """So many events more, several on each day, with few different times of change."""
    chance = random.Random(58)
    with store.engine.begin() as connection:
        row = dict(connection.execute(select(tables.events).limit(1)).mappings().one())
        rows: list[dict[str, Any]] = []
        for number in range(count):
            day, name = (date(1990, 1, 1) + timedelta(chance.randrange(9_000))).isoformat(), f"deep{number:012}"
            rows.append(row | {"id": name, "first": day, "last": day, "updated": f"2020-01-0{1 + number % 9}T00:00:00.000000Z",
                               "json": bytes(row["json"]).replace(row["id"].encode(), name.encode())})
        connection.execute(insert(tables.events), rows)
        return set(connection.execute(select(tables.events.c.id)).scalars())


def test_a_walk_through_a_long_list_loses_and_doubles_nothing_while_others_write(client: FlaskClient, store: SampleStore) -> None:
    """Five thousand events in four orders, by their table."""
    there = fill(store, 5_000)
    stop, failed = threading.Event(), []

    def write() -> None:
        clock = Clock(store.clock.now)
        database, own = open_store(str(store.engine.url), clock)
        number = 0
        try:
            while not stop.is_set() or number < 5:
                clock.now += timedelta(seconds=1)
                day = date(1990 + number % 33, 1 + number % 12, 1 + number % 28)
                article = told("harbour", day, f"deep-{number}", "Talks", f"They met for the {number}th time.")
                record(own, [(article, [asserted(article, 0, EventType.MEETING, (PUTIN, person(f"Envoy {number}", "CN", "Envoy")),
                                                 When.day(day), Status.HELD)])], clock)
                number += 1
        except BaseException as error:
            failed.append(error)
        finally:
            database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for sort in ("start", "-start", "updated", "-updated"):
            seen: list[str] = []
            address = f"/api/v1/events.csv?limit=250&sort={sort}"
            while address:
                answer = client.get(address)
                seen += [row[0] for row in csv_rows(answer.data)[1:]]
                address = answer.headers.get("Link", "").removeprefix("<").removesuffix('>; rel="next"')
            assert len(seen) == len(set(seen)), "none is doubled"
            assert there <= set(seen), "none is lost"
    finally:
        stop.set()
        writer.join()
    assert not failed


@pytest.mark.parametrize("sort", ["start", "-start", "updated", "-updated"])
def test_a_deep_page_is_found_in_an_index_and_not_by_counting(client: FlaskClient, store: SampleStore, sort: str,
                                                             caplog: pytest.LogCaptureFixture) -> None:
    """The database seeks the place where the page before ended, reads on from there, and sorts nothing."""
    fill(store, 500)
    cursor = client.get(f"/api/v1/events?limit=400&sort={sort}").get_json()["cursor"]
    pages = []
    asked = plans(store.engine, caplog, lambda: pages.append(client.get(f"/api/v1/events?limit=50&sort={sort}&cursor={cursor}")))
    assert len(pages[0].get_json()["events"]) == 50
    (plan,) = [plan for statement, plan in asked.items() if "events.json" in statement]
    assert "SEARCH events USING INDEX" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
