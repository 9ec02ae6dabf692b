"""All articles read again with today's rules: what tells the same stays the same, and what changed is told."""
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from newsdesk import Clock, article, page, read, rows_of, state_of, taken, timeline_of
from sqlalchemy import event as hooks
from sqlalchemy import update

from app.reprocess import Outcome, Report, reprocess
from app.store.codec import claim_from_json
from app.store.ledger import Lease
from app.store.store import Store
from app.store.tables import article_versions, changes, claims, events
from timeline.model import Article, Claim, Status, When, identifier

Read = Callable[[Article], Sequence[Claim]]

NINTH = "held meeting of RU, KZ on 2023-11-09 in Astana"
PLAN = "planned visit of CN, UZ on 2023-11-15 in Tashkent"
CALL = "held call of RU, CN on 2023-11-08"
TOLD = [article("a", NINTH), article("b", NINTH, of="harbour"), article("c", NINTH), article("d", PLAN),
        article("e", PLAN, CALL, of="harbour"), article("f", CALL)]


def renamed(told: Article) -> tuple[Claim, ...]:
    """Rules that read the same in other places: every claim has another id."""
    return tuple(replace(claim, id=identifier("renamed", claim.id), rule="renamed") for claim in read(told))


def a_day_later(told: Article) -> tuple[Claim, ...]:
    """Rules that find that every date was read a day too early."""
    return tuple(replace(claim, id=identifier("later", claim.id), when=When.day(claim.when.first + timedelta(days=1)))
                 for claim in read(told))


@pytest.fixture
def leases(store: Store) -> dict[str, Lease]:
    run = taken(store)
    return {name: state_of(run, name).lease for name in ("meridian", "harbour")}


@pytest.fixture
def filled(store: Store, leases: dict[str, Lease], clock: Clock) -> Store:
    tell(store, leases, *TOLD)
    clock.forward(3600)
    return store


def tell(store: Store, leases: dict[str, Lease], *told: Article) -> None:
    for one in told:
        store.record(leases[one.source], page(one), read(one))


def seen(store: Store) -> list[tuple[Any, ...]]:
    """What readers see of the events that stand."""
    return [(row["id"], row["revision"], bytes(row["json"]), bytes(row["vevent"])) for row in rows_of(store, events)
            if not row["withdrawn"]]


def by_id(report: Report) -> dict[str, Outcome]:
    return {outcome.event: outcome for outcome in report.outcomes()}


def test_the_same_rules_change_nothing(filled: Store) -> None:
    before = seen(filled), rows_of(filled, changes), rows_of(filled, claims)
    report = reprocess(filled, read)
    assert (report.articles, report.failed, report.complete, report.outcomes(), report.rendered) == (6, 0, True, [], 0)
    assert (seen(filled), rows_of(filled, changes), rows_of(filled, claims)) == before


def test_articles_stored_before_outlets_were_kept_are_of_that_of_their_source(store: Store, leases: dict[str, Lease], clock: Clock) -> None:
    """Two outlets with one source each: the claims learn of it, and of the events not a byte changes."""
    tell(store, leases, *(replace(told, outlet="") for told in TOLD))
    clock.forward(3600)
    before = seen(store), rows_of(store, changes)
    assert {claim_from_json(row["claim"]).outlet for row in rows_of(store, claims)} == {""}
    assert reprocess(store, read).outcomes() == []
    assert (seen(store), rows_of(store, changes)) == before
    assert {(claim.source, claim.outlet) for claim in (claim_from_json(row["claim"]) for row in rows_of(store, claims))} == {
        ("meridian", "meridian.example"), ("harbour", "harbour.example")}


def test_claims_with_other_ids_change_no_byte_that_readers_see(filled: Store) -> None:
    before = seen(filled)
    report = reprocess(filled, renamed)
    assert seen(filled) == before
    assert {(outcome.became, tuple(outcome.fields)) for outcome in report.outcomes()} == {("changed", ())}
    assert {json.loads(row["claim"])["rule"] for row in rows_of(filled, claims) if row["current"]} == {"renamed"}
    assert reprocess(filled, renamed).outcomes() == []


@pytest.mark.parametrize("seed", range(4))
def test_ids_stay_when_every_claim_of_every_event_changes(store: Store, leases: dict[str, Lease], seed: int) -> None:
    """Articles of one event are read one after the other; in between their claims disagree."""
    tell(store, leases, *random.Random(seed).sample(TOLD, len(TOLD)))
    before = {row["id"]: row for row in rows_of(store, events)}
    report = reprocess(store, a_day_later)
    after = {row["id"]: row for row in rows_of(store, events) if not row["withdrawn"]}
    assert after.keys() == before.keys()
    for id_, row in after.items():
        assert row["first"] > before[id_]["first"]
        # In between a plan of two days can look like one that slipped.
        assert 1 <= row["revision"] - before[id_]["revision"] <= 2
    assert {id_: set(outcome.fields) for id_, outcome in by_id(report).items()} == {id_: {"start"} for id_ in before}
    again = reprocess(store, a_day_later)
    assert (again.outcomes(), again.rendered) == ([], 0)


def test_what_is_not_told_any_more_is_withdrawn_and_what_is_told_anew_is_new(filled: Store) -> None:
    def other(told: Article) -> list[Claim]:
        return [replace(claim, id=identifier("other", claim.id), status=Status.CANCELLED)
                for claim in read(told) if claim.status is Status.PLANNED] + [
            replace(claim, id=identifier("new", claim.id), when=When.day(claim.when.first + timedelta(days=40)))
            for claim in read(told) if claim.type.value == "call"]

    report = reprocess(filled, other)
    assert sorted(outcome.became for outcome in report.outcomes()) == ["changed", "changed", "withdrawn"]
    withdrawn = next(outcome for outcome in report.outcomes() if outcome.became == "withdrawn")
    assert withdrawn.title == "Putin – Tokayev, meeting"
    assert reprocess(filled, other).outcomes() == []


def test_corrections_hold_though_every_claim_has_another_id(filled: Store) -> None:
    by_type = {row["type"]: row["id"] for row in rows_of(filled, events)}
    new = filled.corrections.split(by_type["meeting"], articles=["https://harbour.example/b"], by="ana")
    filled.corrections.withdraw(by_type["call"], by="ana")
    before = seen(filled)
    reprocess(filled, renamed)
    assert seen(filled) == before
    assert reprocess(filled, renamed).outcomes() == []
    filled.corrections.undo(new.ruling, by="ana")
    assert {row["id"] for row in rows_of(filled, events) if not row["withdrawn"]} == {by_type["meeting"], by_type["visit"]}


def test_a_merge_holds_though_every_claim_says_something_else(filled: Store) -> None:
    by_type = {row["type"]: row["id"] for row in rows_of(filled, events)}
    filled.corrections.merge(by_type["call"], by_type["meeting"], by="ana")
    reprocess(filled, a_day_later)
    assert {row["id"] for row in rows_of(filled, events) if not row["withdrawn"]} == {by_type["call"], by_type["visit"]}
    assert reprocess(filled, a_day_later).outcomes() == []


def test_it_goes_on_where_it_was_broken_off(filled: Store) -> None:
    left = iter([False] * 3 + [True])
    first = reprocess(filled, a_day_later, stopped=lambda: next(left))
    assert (first.articles, first.complete) == (3, False)
    second = reprocess(filled, a_day_later, after=first.last)
    assert (second.articles, second.complete) == (3, True)
    assert reprocess(filled, a_day_later).outcomes() == []
    assert {row["first"] for row in rows_of(filled, events) if not row["withdrawn"]} == {
        "2023-11-09", "2023-11-10", "2023-11-16"}


def test_killed_at_any_article_the_next_one_ends_in_the_same_timeline(filled: Store) -> None:
    reads = iter(range(100))

    def failing(told: Article) -> Sequence[Claim]:
        if next(reads) == 4:
            raise KeyboardInterrupt
        return a_day_later(told)

    ids = {row["id"] for row in rows_of(filled, events)}
    with pytest.raises(KeyboardInterrupt):
        reprocess(filled, failing)
    reprocess(filled, a_day_later)
    assert {row[0] for row in timeline_of(filled) if not row[7]} == ids


def test_an_article_that_was_kept_unread_is_read(filled: Store, leases: dict[str, Lease]) -> None:
    told = article("g", "held signing of RU, UZ on 2023-11-07")
    filled.record(leases["meridian"], page(told), None)
    with filled.engine.begin() as connection:
        assert connection.execute(update(article_versions).where(article_versions.c.read.is_(False)).values(read=False)).rowcount
    report = reprocess(filled, read)
    assert [(outcome.became, outcome.title) for outcome in report.outcomes()] == [("new", "Putin – Mirziyoyev, signing")]
    assert all(row["read"] for row in rows_of(filled, article_versions))


def test_an_article_that_our_code_fails_at_keeps_its_claims(filled: Store) -> None:
    def failing(told: Article) -> Sequence[Claim]:
        if told.url.endswith("/d"):
            raise ZeroDivisionError
        return read(told)

    before = timeline_of(filled)
    report = reprocess(filled, failing)
    assert (report.articles, report.failed, report.outcomes()) == (6, 1, [])
    assert timeline_of(filled) == before


def test_a_version_that_comes_in_between_is_left_to_its_run(filled: Store, leases: dict[str, Lease]) -> None:
    found = {told.url: (id_, version, told) for id_, version, told in filled.newest_articles("", 99)}
    id_, version, told = found["https://meridian.example/d"]
    tell(filled, leases, article("d", "A correction.", "cancelled visit of CN, UZ on 2023-11-15"))
    before = timeline_of(filled)
    assert filled.read_again(id_, version, a_day_later(told)) is None
    assert timeline_of(filled) == before


def test_each_article_is_a_transaction(filled: Store) -> None:
    """Others can write between any two of them."""
    began: list[Any] = []
    hooks.listen(filled.engine, "begin", lambda connection: began.append(connection.get_execution_options().get("writes", False)))
    reprocess(filled, read)
    assert sum(began) >= len(TOLD)


def test_what_would_look_different_now_is_written_down_anew(filled: Store, clock: Clock) -> None:
    """As after an update that adds a field to the JSON. SEQUENCE stays."""
    expected = seen(filled)
    with filled.engine.begin() as connection:
        connection.execute(update(events).where(events.c.type == "call").values(json=b'{"id":"old"}'))
    report = reprocess(filled, read)
    assert (report.rendered, report.outcomes()) == (1, [])
    for (id_, revision, body, vevent), was in zip(seen(filled), expected, strict=True):
        assert (id_, revision, vevent) == (was[0], was[1], was[3])
        assert {**json.loads(body), "updated": None} == {**json.loads(was[2]), "updated": None}
