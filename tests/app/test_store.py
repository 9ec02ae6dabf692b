"""One version of an article is stored with all that follows from it, or not at all."""
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from newsdesk import Clock, article, open_store, page, read, rows_of, source, state_of, taken, timeline_of
from sqlalchemy import select

import timeline.reconcile
from app.event_json import event_json as render_json
from app.store.codec import claim_from_json, event_from_json
from app.store.errors import LeaseLost
from app.store.ledger import Lease
from app.store.page_rows import VERSIONS
from app.store.store import Store
from app.store.tables import (
    actors,
    article_links,
    article_versions,
    articles,
    changes,
    claims,
    event_actors,
    event_countries,
    event_keys,
    event_sources,
    events,
    failures,
    run_sources,
    sources,
)
from scraper.collected import Failure

MET = "held meeting of RU, KZ on 2023-11-09 in Astana"
TO_MEET = "planned meeting of RU, KZ on 2023-11-20 in Astana"
MOVED = "planned meeting of RU, KZ on 2023-11-22 in Astana instead of 2023-11-20"


@pytest.fixture
def lease(store: Store) -> Lease:
    return state_of(taken(store), "meridian").lease


@pytest.fixture
def other(store: Store, lease: Lease) -> Lease:
    """The lease of the second source, in the same run."""
    return Lease(lease.run, "harbour", rows_of(store, sources, id="harbour")[0]["fence"])


def record(store: Store, lease: Lease, *sentences: str, path: str = "a", **fields: Any) -> Any:
    told = article(path, *sentences, **({"of": lease.source} | fields))
    return store.record(lease, page(told, at=store.ledger._clock()), read(told) if store.wants(lease, told) else None)


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1
    return rows[0]


def test_a_new_article_is_stored_with_its_claims_and_events(store: Store, lease: Lease, clock: Clock) -> None:
    recorded = record(store, lease, MET)
    assert recorded.new
    event = only(rows_of(store, events))
    assert recorded.events == (event["id"],)
    assert (event["type"], event["status"], event["first"], event["last"], event["precision"]) == (
        "meeting", "held", "2023-11-09", "2023-11-09", "day")
    assert (event["place"], event["place_country"], event["withdrawn"], event["revision"]) == ("astana", "RU", False, 0)
    served = json.loads(event["json"])
    assert served["id"] == event["id"]
    assert served["sources"][0] == {"source": "meridian", "publisher": "Meridian", "url": "https://meridian.example/a",
                                    "published": "2023-11-10", "tier": "press", "copy_of": None}
    assert bytes(event["vevent"]).startswith(b"BEGIN:VEVENT")
    assert {row["actor_id"] for row in rows_of(store, event_actors)} == {"person:vladimir-putin", "person:kassym-jomart-tokayev"}
    assert {row["country"] for row in rows_of(store, event_countries)} == {"RU", "KZ"}
    assert {row["source_id"] for row in rows_of(store, event_sources)} == {"meridian"}
    assert {row["key"] for row in rows_of(store, event_keys)} >= {f"id:{event['id']}"}
    assert {row["id"] for row in rows_of(store, actors)} == {"person:vladimir-putin", "person:kassym-jomart-tokayev"}
    change = only(rows_of(store, changes))
    assert (change["before"], change["at"]) == (None, "2023-11-10T09:00:00.000000Z")
    claim = only(rows_of(store, claims))
    assert (claim["event_id"], claim["current"], json.loads(change["claims"])) == (event["id"], True, [claim["id"]])
    assert only(rows_of(store, sources, id="meridian"))["last_item"] == "2023-11-10T09:00:00.000000Z"


def test_the_quotation_of_each_stored_claim_stands_at_its_offsets(store: Store, lease: Lease) -> None:
    record(store, lease, "A quiet week.", MET, TO_MEET)
    told = article("a", "A quiet week.", MET, TO_MEET)
    for row in rows_of(store, claims):
        claim = claim_from_json(row["claim"])
        assert told.text[claim.start:claim.end] == claim.quotation


@pytest.mark.parametrize("error_class", ["http-404", "http-410"])
def test_an_event_says_which_of_its_pages_are_gone_and_when_they_are_back(store: Store, lease: Lease, clock: Clock,
                                                                         error_class: str) -> None:
    record(store, lease, MET)
    record(store, lease, MET, path="b")
    before = only(rows_of(store, events))
    clock.forward(60)
    store.fail(lease, Failure("https://meridian.example/a", error_class, "gone"))
    told = only(rows_of(store, events))
    assert [source.get("gone") for source in json.loads(told["json"])["sources"]] == ["2023-11-10T09:01:00Z", None]
    assert (told["updated"], told["changed"], told["revision"]) == (
        "2023-11-10T09:01:00.000000Z", before["changed"], before["revision"])
    assert bytes(told["vevent"]) == bytes(before["vevent"])
    clock.forward(60)
    store.fail(lease, Failure("https://meridian.example/a", "http-503", "down"))
    store.fail(lease, Failure("https://meridian.example/a", error_class, "gone"))
    assert only(rows_of(store, events)) == told
    store.touch(lease, "https://meridian.example/a", clock())
    assert "gone" not in str(json.loads(only(rows_of(store, events))["json"])["sources"])


def test_a_text_that_did_not_change_leaves_nothing_but_the_time(store: Store, lease: Lease, clock: Clock) -> None:
    record(store, lease, MET)
    before = {table.name: rows_of(store, table) for table in (events, claims, changes, article_versions)}
    clock.forward(60)
    recorded = record(store, lease, MET)
    assert (recorded.new, recorded.changed, recorded.events) == (False, False, ())
    assert before == {table.name: rows_of(store, table) for table in (events, claims, changes, article_versions)}
    row = only(rows_of(store, articles))
    assert (row["first_seen"], row["last_seen"]) == ("2023-11-10T09:00:00.000000Z", "2023-11-10T09:01:00.000000Z")


def test_a_new_version_moves_the_event_under_its_id(store: Store, lease: Lease, clock: Clock) -> None:
    record(store, lease, TO_MEET)
    clock.forward(60)
    recorded = record(store, lease, MOVED)
    assert recorded.changed
    event = only(rows_of(store, events))
    assert (event["first"], event["revision"]) == ("2023-11-22", 1)
    assert event["changed"] == event["updated"] == "2023-11-10T09:01:00.000000Z"
    assert event["first_seen"] == "2023-11-10T09:00:00.000000Z"
    assert b"SEQUENCE:1" in bytes(event["vevent"])
    assert [row["digest"] for row in rows_of(store, article_versions)] == [
        article("a", sentence).digest for sentence in (TO_MEET, MOVED)]
    assert sorted((row["current"], row["version"]) for row in rows_of(store, claims)) == [(False, 1), (True, 2)]


def test_history_replays_to_the_present_state(store: Store, lease: Lease, clock: Clock) -> None:
    for sentence in (TO_MEET, MOVED, "held meeting of RU, KZ on 2023-11-22 in Astana"):
        record(store, lease, sentence)
        clock.forward(60)
    state = None
    for row in rows_of(store, changes):
        assert row["before"] == state
        state = row["after"]
    assert state == only(rows_of(store, events))["event"]
    assert event_from_json(state or "").revision == 2


def test_a_second_outlet_adds_a_source_and_changes_no_byte_of_the_calendar(store: Store, lease: Lease, other: Lease,
                                                                           clock: Clock) -> None:
    record(store, lease, MET)
    before = only(rows_of(store, events))
    clock.forward(60)
    record(store, other, MET)
    after = only(rows_of(store, events))
    assert (after["vevent"], after["revision"], after["changed"]) == (before["vevent"], 0, before["changed"])
    assert after["updated"] > before["updated"]
    assert [told["source"] for told in json.loads(after["json"])["sources"]] == ["harbour", "meridian"]
    assert {row["source_id"] for row in rows_of(store, event_sources)} == {"harbour", "meridian"}


def test_churn_that_tells_nothing_new_changes_no_byte(store: Store, lease: Lease, clock: Clock) -> None:
    """A clock in the page makes a new version of it and leaves the event as it was."""
    record(store, lease, "It is 9 o'clock.", MET)
    before = only(rows_of(store, events))
    clock.forward(60)
    assert record(store, lease, "It is 10 o'clock now.", MET).changed
    after = only(rows_of(store, events))
    assert {name for name in after if after[name] != before[name]} == set()
    claim = claim_from_json(only(rows_of(store, claims))["claim"])
    assert article("a", "It is 10 o'clock now.", MET).text[claim.start:claim.end] == claim.quotation


def test_versions_of_a_page_that_always_changes_are_bounded(store: Store, lease: Lease, clock: Clock) -> None:
    for minute in range(VERSIONS + 3):
        clock.forward(60)
        record(store, lease, f"It is minute {minute}.", MET)
    assert len(rows_of(store, article_versions)) == VERSIONS
    edited = datetime(2023, 11, 10, 12, tzinfo=UTC)
    assert record(store, lease, "The outlet says it has edited this.", modified_at=edited).changed


def test_an_event_that_nobody_tells_any_more_is_withdrawn_and_comes_back_under_its_id(store: Store, lease: Lease,
                                                                                    clock: Clock) -> None:
    record(store, lease, MET)
    first = only(rows_of(store, events))
    clock.forward(60)
    record(store, lease, "We were wrong.")
    gone = only(rows_of(store, events))
    assert (gone["id"], gone["withdrawn"]) == (first["id"], True)
    assert {row["key"] for row in rows_of(store, event_keys)} == {f"id:{first['id']}"}
    assert rows_of(store, claims, current=True) == []
    clock.forward(60)
    record(store, lease, MET, "We were right.")
    back = only(rows_of(store, events))
    assert (back["id"], back["withdrawn"]) == (first["id"], False)
    assert back["revision"] > first["revision"]
    assert back["first_seen"] == first["first_seen"]
    assert [row["after"] is None for row in rows_of(store, changes)] == [False, True, False]


def test_events_of_different_parties_stay_apart(store: Store, lease: Lease) -> None:
    record(store, lease, MET, "held meeting of RU, CN on 2023-11-09")
    assert len(rows_of(store, events)) == 2


def test_an_event_is_found_again_among_many_by_its_keys(store: Store, lease: Lease, other: Lease) -> None:
    months = [f"held meeting of RU, KZ on 20{year:02d}-{month:02d}-05" for year in range(18, 22) for month in range(1, 13)]
    record(store, lease, *months)
    record(store, other, "held meeting of KZ, RU on 2020-07-05 in Astana")
    assert len(rows_of(store, events)) == len(months)
    told = only([row for row in rows_of(store, events) if row["first"] == "2020-07-05"])
    assert {row["source_id"] for row in rows_of(store, event_sources, event_id=told["id"])} == {"meridian", "harbour"}


def test_claims_that_could_not_be_made_are_made_by_the_next_run(store: Store, lease: Lease) -> None:
    told = article("a", MET)
    store.record(lease, page(told, etag='"1"'), None)
    assert rows_of(store, events) == []
    known = store.seen(told.url)
    assert known is not None
    assert known.etag is None  # so that the page comes whole next time
    assert store.wants(lease, told)
    recorded = store.record(lease, page(told, etag='"1"'), read(told))
    assert (recorded.new, recorded.changed, len(recorded.events)) == (False, False, 1)
    assert not store.wants(lease, told)
    assert only(rows_of(store, article_versions))["read"]


def test_a_version_that_could_not_be_read_concludes_nothing(store: Store, lease: Lease) -> None:
    record(store, lease, MET)
    before = timeline_of(store)
    store.record(lease, page(article("a", "Another text.")), None)
    assert timeline_of(store) == before


class Refusing:
    """Decides as the timeline does, until it is told to fail."""

    candidate_keys = staticmethod(timeline.reconcile.candidate_keys)
    event_keys = staticmethod(timeline.reconcile.event_keys)

    @staticmethod
    def reconcile(*arguments: Any, **options: Any) -> Any:
        raise RuntimeError("can't decide")


def test_what_fails_half_way_leaves_nothing(database_url: str, clock: Clock) -> None:
    store = open_store(database_url, clock, merging=Refusing())
    store.ledger.sync_sources([source()])
    lease = state_of(taken(store), "meridian").lease
    with pytest.raises(RuntimeError, match="can't decide"):
        record(store, lease, MET)
    assert [rows_of(store, table) for table in (articles, article_versions, claims, events, changes)] == [[]] * 5
    assert only(rows_of(store, run_sources))["fetched"] == 0
    store.close()


def test_who_has_lost_the_lease_can_write_nothing(store: Store, lease: Lease) -> None:
    """Neither pages nor failures nor the end of the source."""
    store.ledger.interrupt(lease.run, "no sign of life")
    told = article("a", MET)
    for write in (lambda: store.record(lease, page(told), read(told)), lambda: store.touch(lease, told.url, page(told).fetched_at),
                  lambda: store.fail(lease, Failure(told.url, "timeout", "")), lambda: store.ledger.finish_source(lease)):
        with pytest.raises(LeaseLost, match="taken over"):
            write()
    assert rows_of(store, articles) == []
    assert rows_of(store, failures) == []


def test_an_old_lease_of_the_same_source_is_refused_though_a_new_one_stands(store: Store, lease: Lease) -> None:
    store.ledger.finish_source(lease)
    store.ledger.finish_run(lease.run)
    new = state_of(taken(store, "meridian"), "meridian").lease
    assert new.fence > lease.fence
    with pytest.raises(LeaseLost):
        record(store, Lease(new.run, "meridian", lease.fence), MET)
    record(store, new, MET)


def test_failures_are_kept_and_conclude_nothing(store: Store, lease: Lease, clock: Clock) -> None:
    record(store, lease, MET)
    before = timeline_of(store)
    clock.forward(60)
    store.fail(lease, Failure("https://meridian.example/a", "http-410", "the server answered 410"))
    assert timeline_of(store) == before
    assert only(rows_of(store, articles))["gone"] == "2023-11-10T09:01:00.000000Z"
    clock.forward(60)
    store.touch(lease, "https://meridian.example/a", clock())
    assert only(rows_of(store, articles))["gone"] is None
    kept = only(rows_of(store, failures))
    assert (kept["error_class"], kept["run_id"], kept["source_id"]) == ("http-410", lease.run, "meridian")
    counts = only(rows_of(store, run_sources, source_id="meridian"))
    assert (counts["fetched"], counts["new"], counts["changed"], counts["failed"]) == (2, 1, 0, 1)


def test_a_page_is_known_by_every_address_that_led_to_it(store: Store, lease: Lease, clock: Clock) -> None:
    told = article("a", MET)
    store.record(lease, page(told, url="https://meridian.example/a?from=feed", etag='"7"'), read(told))
    assert only(rows_of(store, article_links))["url"] == "https://meridian.example/a?from=feed"
    for url in ("https://meridian.example/a?from=feed", "https://meridian.example/a"):
        known = store.seen(url)
        assert known is not None
        assert (known.etag, known.first_fetched) == ('"7"', clock())
    assert store.seen("https://meridian.example/b") is None


def test_a_page_that_failed_is_known_too(store: Store, lease: Lease, clock: Clock) -> None:
    store.fail(lease, Failure("https://meridian.example/b", "timeout", "the total deadline is over"))
    clock.forward(600)
    store.fail(lease, Failure("https://meridian.example/b", "timeout", "the total deadline is over"))
    known = store.seen("https://meridian.example/b")
    assert known is not None
    assert (known.last_fetched - known.first_fetched).total_seconds() == 600


def test_of_two_sources_that_list_one_page_the_first_has_the_say(store: Store, lease: Lease, other: Lease) -> None:
    record(store, lease, MET)
    again = article("a", "Read with other selectors.")
    assert not store.wants(other, again)
    assert store.record(other, page(again), None).events == ()
    assert only(rows_of(store, articles))["source_id"] == "meridian"
    assert only(rows_of(store, article_versions))["digest"] == article("a", MET).digest
    store.ledger.sync_sources([source("harbour")])  # the first is no longer in the sources file
    assert store.wants(other, again)


def test_text_that_a_database_does_not_take_is_stored_all_the_same(store: Store, lease: Lease) -> None:
    told = article("a", "NUL \x00 and half a pair \ud800.", MET, headline="Diary \x00 \udfff", of="meridian")
    store.record(lease, page(told), read(told))
    row = only(rows_of(store, articles))
    assert row["headline"] == "Diary  \ufffd"
    version = only(rows_of(store, article_versions))
    assert version["digest"] == told.digest
    claim = claim_from_json(only(rows_of(store, claims))["claim"])
    assert told.text[claim.start:claim.end] == claim.quotation == MET


def test_rows_of_an_event_go_with_what_it_no_longer_tells(store: Store, lease: Lease) -> None:
    record(store, lease, "held visit of RU, KZ on 2023-11-09 in Astana")
    record(store, lease, "held visit of RU, UZ on 2023-11-09 in Tashkent")
    standing = [row for row in rows_of(store, events) if not row["withdrawn"]]
    event = only(standing)
    assert {row["country"] for row in rows_of(store, event_countries, event_id=event["id"])} == {"RU", "UZ"}
    assert {row["actor_id"] for row in rows_of(store, event_actors, event_id=event["id"])} == {"person:vladimir-putin", "person:shavkat-mirziyoyev"}


@pytest.mark.parametrize("turn", range(5))
def test_five_tellings_in_any_order_of_arrival_give_one_event(store: Store, lease: Lease, turn: int) -> None:
    tellings = [("a", "planned meeting of RU, KZ on 2023-11-09", date(2023, 11, 1)),
                ("b", "planned meeting of RU, KZ on 2023-11-09 in Astana", date(2023, 11, 6)),
                ("c", MET, date(2023, 11, 9)), ("d", MET, date(2023, 11, 10)), ("e", MET, date(2023, 11, 11))]
    for path, sentence, day in tellings[turn:] + tellings[:turn]:
        record(store, lease, sentence, path=path, day=day)
    event = only(rows_of(store, events))
    assert tuple(event[name] for name in ("type", "status", "first", "last", "place")) == (
        "meeting", "held", "2023-11-09", "2023-11-09", "astana")
    assert len(json.loads(event["json"])["sources"]) == 5


def test_the_stored_bytes_are_what_the_renderer_makes_of_the_stored_event(store: Store, lease: Lease, other: Lease,
                                                                          clock: Clock) -> None:
    for sentence, holder in ((TO_MEET, lease), (TO_MEET, other), (MOVED, lease)):
        record(store, holder, sentence)
        clock.forward(60)
    row = only(rows_of(store, events))
    with store.engine.connect() as connection:
        told = [claim_from_json(text) for text in connection.execute(
            select(claims.c.claim).where(claims.c.event_id == row["id"]).order_by(claims.c.position)).scalars()]
    event = event_from_json(row["event"], tuple(told))
    publishers = {url: url.split("/")[2].split(".")[0].title() for url in event.articles}
    assert bytes(row["json"]) == render_json(event, first_seen=datetime.fromisoformat(row["first_seen"]),
                                             updated=datetime.fromisoformat(row["updated"]), publishers=publishers)


def test_an_event_is_found_by_the_names_of_its_parties(database_url: str, clock: Clock) -> None:
    """Also where they are known by their code alone."""
    store = open_store(database_url, clock, naming={"KZ": "Kazakhstan", "RU": "Russia"}.get)
    store.ledger.sync_sources([source()])
    record(store, state_of(taken(store), "meridian").lease, MET)
    assert set(only(rows_of(store, events))["words"].split()) >= {"kazakhstan", "russia", "kz", "ru", "putin", "astana"}
    store.close()
