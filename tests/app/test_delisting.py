"""An entry that an official calendar lists no more is flagged, in time; its event stands as it was told."""
from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from newsdesk import Clock, article, page, read, rows_of, state_of, taken

from app.store.ledger import Lease
from app.store.store import DELISTED, Store
from app.store.tables import articles, events
from timeline.model import Appointment, Status
from timeline.when import When

TO_MEET = "planned meeting of RU, KZ on 2023-11-20 in Astana"
MET = "held meeting of RU, KZ on 2023-11-09 in Astana"


@pytest.fixture
def lease(store: Store) -> Lease:
    return state_of(taken(store), "meridian").lease


def enter(store: Store, lease: Lease, sentence: str, day: date, path: str = "entry") -> str:
    told = article(path, sentence, of=lease.source, appointment=Appointment(When.day(day), Status.PLANNED))
    store.record(lease, page(told, at=store.ledger._clock()), read(told))
    return told.url


def flagged(store: Store) -> list[Any]:
    (event,) = rows_of(store, events)
    assert (event["status"], event["withdrawn"]) == ("planned", False)
    return [source.get("gone") for source in json.loads(event["json"])["sources"]]


def test_it_is_flagged_after_some_good_readings_without_it_and_never_cancelled(store: Store, lease: Lease, clock: Clock) -> None:
    url = enter(store, lease, TO_MEET, date(2023, 11, 20))
    for _ in range(DELISTED - 1):
        clock.forward(3600)
        store.take_listed(lease, ["https://meridian.example/another"])
    assert flagged(store) == [None]
    clock.forward(3600)
    store.take_listed(lease, ["https://meridian.example/another"])
    assert flagged(store) == [f"{clock():%Y-%m-%dT%H:%M:%SZ}"]
    clock.forward(3600)
    store.take_listed(lease, [url])
    assert flagged(store) == [None]


def test_the_count_begins_anew_when_it_is_listed_again(store: Store, lease: Lease) -> None:
    url = enter(store, lease, TO_MEET, date(2023, 11, 20))
    for _ in range(3):
        for _ in range(DELISTED - 1):
            store.take_listed(lease, [])
        store.take_listed(lease, [url])
    assert flagged(store) == [None]


def test_what_is_over_may_fall_off_a_calendar(store: Store, lease: Lease) -> None:
    enter(store, lease, MET, date(2023, 11, 9))
    for _ in range(DELISTED + 1):
        store.take_listed(lease, [])
    assert [row["gone"] for row in rows_of(store, articles)] == [None]


def test_an_article_that_is_no_entry_is_left_alone(store: Store, lease: Lease) -> None:
    told = article("a", TO_MEET, of=lease.source)
    store.record(lease, page(told, at=store.ledger._clock()), read(told))
    for _ in range(DELISTED + 1):
        store.take_listed(lease, [])
    assert flagged(store) == [None]
