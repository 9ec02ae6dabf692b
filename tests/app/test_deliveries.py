"""What a webhook's receiver is told, by the change log: the newest state of each event, and its end."""
from __future__ import annotations

import json
from datetime import datetime, timedelta

from newsdesk import START, Clock, rows_of
from pushing import MET, MOVED, OFF, TO_MEET, Pushing

from app.change_json import change_json
from app.saved_filter import weighed
from app.store.deliveries import Outcome
from app.store.tables import changes, webhook_events

HOUR = 3600.0


# What is sent ------------------------------------------------------------------------------------------------------------

def test_a_new_event_that_matches_is_sent_as_changes_lists_it_and_signed(either: Pushing) -> None:
    webhook = either.add(country=["KZ"])
    either.tell("a", MET)
    either.tell("b", TO_MEET)
    message, = either.deliver()
    changes = either.queries.changes(0, 10)
    entry = change_json(changes[0])
    assert entry is not None
    assert message.said == {"type": "event.added", "timestamp": "2023-11-10T09:00:01Z", "data": json.loads(entry)}
    assert message.said["data"]["object"]["title"] == "Putin – Tokayev, meeting"
    assert message.headers["content-type"] == "application/json"
    assert message.headers["webhook-timestamp"] == str(int(either.clock().timestamp()))
    assert "." not in message.id
    assert message.signed_by(either.secrets[webhook])
    assert not message.signed_by("whsec_" + "A" * 43 + "=")
    assert either.deliver() == []


def test_a_change_is_sent_as_a_change_and_what_readers_do_not_see_too(push: Pushing) -> None:
    push.add()
    push.tell("a", TO_MEET)
    push.deliver()
    push.tell("a", MOVED)
    changed, = push.deliver()
    assert changed.said["type"] == "event.changed"
    assert changed.said["data"]["object"]["start"] == "2023-11-22"


def test_a_webhook_begins_with_the_next_change_or_from_the_start(push: Pushing) -> None:
    push.tell("a", MET)
    push.tell("b", TO_MEET)
    push.add(url=push.receiver.url("/later"))
    push.add(url=push.receiver.url("/all"), from_start=True)
    push.add(url=push.receiver.url("/planned"), from_start=True, status="planned")
    assert sorted((message.path, message.said["type"], message.said["data"]["object"]["status"]) for message in push.deliver()) == [
        ("/all", "event.added", "held"), ("/all", "event.added", "planned"), ("/planned", "event.added", "planned")]
    push.tell("b", MOVED)
    assert sorted((message.path, message.said["type"]) for message in push.deliver()) == [
        ("/all", "event.changed"), ("/later", "event.added"), ("/planned", "event.changed")]


def test_an_event_that_leaves_the_filter_is_taken_back_from_who_was_told_of_it(push: Pushing) -> None:
    push.add(status="planned")
    push.tell("a", MET)  # never matched
    push.tell("b", TO_MEET)
    push.deliver()
    event = push.events()["Putin – Mirziyoyev, meeting"]
    push.tell("b", OFF)
    push.tell("a", MET.replace("Astana", "Almaty"))
    removed, = push.deliver()
    assert removed.told == ("event.removed", event)
    assert (removed.said["data"]["kind"], removed.said["data"]["object"], removed.said["data"]["heir"]) == ("left", None, None)
    push.tell("b", TO_MEET, day=START.date() + timedelta(1))
    back, = push.deliver()
    assert back.told == ("event.added", event)


def test_a_withdrawn_and_a_merged_event_leave_tombstones_with_the_heir(either: Pushing) -> None:
    either.add(status=["planned", "held"])
    either.tell("a", MET)
    either.tell("b", TO_MEET)
    either.tell("c", "held call of RU, CN on 2023-11-08")
    either.deliver()
    met, meeting, call = (either.events()[title] for title in (
        "Putin – Tokayev, meeting", "Putin – Mirziyoyev, meeting", "Putin – Xi, call"))
    either.store.corrections.withdraw(call, by="test")
    either.store.corrections.merge(met, meeting, by="test")
    told = {message.told: message.said["data"] for message in either.deliver()}
    assert told.keys() == {("event.removed", call), ("event.removed", meeting), ("event.changed", met)}
    assert told["event.removed", call]["kind"] == "withdrawn"
    assert (told["event.removed", meeting]["kind"], told["event.removed", meeting]["heir"]) == ("merged", met)


def test_an_event_that_came_and_went_between_two_looks_is_never_told(push: Pushing) -> None:
    push.add()
    push.tell("a", MET)
    push.store.corrections.withdraw(push.event(), by="test")
    assert push.deliver() == []
    assert rows_of(push.store, webhook_events) == []


# Coalescing --------------------------------------------------------------------------------------------------------------

def test_many_revisions_between_two_looks_are_one_delivery_of_the_newest(push: Pushing) -> None:
    push.add()
    for day in range(21, 31):
        push.tell("b", f"planned meeting of RU, UZ on 2023-11-{day} in Tashkent")
    message, = push.deliver()
    assert message.said["data"]["object"]["start"] == "2023-11-30"
    assert message.said["data"]["superseded"] is False


def test_churn_of_merges_is_one_delivery_for_each_event(push: Pushing) -> None:
    push.add()
    push.tell("a", MET)
    push.tell("b", TO_MEET)
    push.deliver()
    kept, other = push.events().values()
    for _ in range(4):
        push.store.corrections.undo(push.store.corrections.merge(kept, other, by="test").ruling, by="test")
    assert sorted(message.told for message in push.deliver()) == sorted([("event.changed", kept), ("event.changed", other)])


def test_many_revisions_while_the_receiver_is_down_are_one_delivery_under_an_id_of_its_own(push: Pushing) -> None:
    webhook = push.add()
    push.receiver.answer = 500
    push.tell("b", TO_MEET)
    first, = push.deliver()
    for day in range(11, 15):
        push.tell("b", f"planned meeting of RU, UZ on 2023-11-{day} in Tashkent")
        push.clock.forward(HOUR)
        push.deliver()
    assert [row["waiting_since"] for row in push.waiting(webhook)] == ["2023-11-10T09:00:01.000000Z"], "since the first that was not told"
    push.receiver.answer = 200
    push.tell("b", MOVED)
    push.clock.forward(24 * HOUR)
    before = {message.id for message in push.receiver.received}
    message, = push.deliver()
    assert message.said["data"]["object"]["start"] == "2023-11-22"
    assert message.id not in before, "other bytes under an id that was used would be passed over as a repetition"
    assert message.said["type"] == first.said["type"] == "event.added", "nobody has confirmed to have it yet"
    assert push.waiting(webhook) == []
    push.receiver.answer = 500
    push.tell("b", TO_MEET)
    changed = push.clock()
    push.clock.forward(100)
    push.deliver()
    assert [datetime.fromisoformat(row["waiting_since"]) for row in push.waiting(webhook)] == [changed]


def test_a_change_that_was_told_ahead_of_its_turn_is_not_told_again(push: Pushing, clock: Clock) -> None:
    """The newest state goes out before the change log was read as far."""
    push.add()
    push.tell("b", TO_MEET)
    claim = push.deliveries.claim()
    assert claim is not None
    wanted, due = weighed("{}", clock())
    push.deliveries.take_in(claim, wanted, due)
    push.tell("b", MOVED)
    attempt = push.deliveries.begin(claim, wanted, due)
    assert attempt is not None
    assert b"2023-11-22" in attempt.body
    push.deliveries.end(claim, attempt, Outcome(204))
    push.deliveries.release(claim)
    assert push.deliver() == []


def test_an_event_that_goes_before_it_could_be_told_is_not_told(push: Pushing, clock: Clock) -> None:
    push.add()
    push.tell("b", TO_MEET)
    claim = push.deliveries.claim()
    assert claim is not None
    wanted, due = weighed("{}", clock())
    push.deliveries.take_in(claim, wanted, due)
    push.store.corrections.withdraw(push.event(), by="test")
    assert push.deliveries.begin(claim, wanted, due) is None
    assert rows_of(push.store, webhook_events) == []


def test_more_changes_than_are_taken_in_at_once_are_all_told(either: Pushing) -> None:
    """The change log is long: one event changed many times in between."""
    either.add(from_start=True)
    either.tell("a", MET)
    either.tell("b", TO_MEET)
    kept, other = either.events().values()
    rows = [{"event_id": kept, "at": "2023-11-10T09:00:00.000000Z", "reason": "same", "material": False, "before": "{}",
             "after": None, "claims": "[]"}] * 1200
    either.store._database.write(lambda connection: connection.execute(changes.insert(), rows))
    assert sorted(message.told for message in either.deliver()) == sorted([("event.added", kept), ("event.added", other)])
