"""Who may deliver, in which order, and what is written down; what becomes of it when a webhook is changed."""
from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
import structlog
from newsdesk import Clock, rows_of
from pushing import MET, MOVED, TO_MEET, Pushing, pushing
from sqlalchemy import update

from app.saved_filter import weighed
from app.store.deliveries import Attempt, Outcome
from app.store.errors import LeaseLost, UnknownWebhook
from app.store.store import Store
from app.store.tables import events, webhook_attempts, webhook_events, webhooks
from app.store.webhooks import ATTEMPTS_KEPT

HOUR = 3600.0
SEEDS = int(os.environ.get("SUMMITRY_TEST_SEEDS", "1"))  # `make webhooks` asks for more


# Order, claims and what is written down ----------------------------------------------------------------------------------

def begun(push: Pushing) -> tuple[Any, Attempt]:
    """A claim and an attempt of a process that then says no more."""
    claim = push.deliveries.claim()
    assert claim is not None
    wanted, due = weighed(claim.filter, push.clock())
    push.deliveries.take_in(claim, wanted, due)
    attempt = push.deliveries.begin(claim, wanted, due)
    assert attempt is not None
    return claim, attempt


def test_nobody_else_serves_a_webhook_that_is_claimed(push: Pushing) -> None:
    push.add()
    push.tell("a", MET)
    claim, _ = begun(push)
    push.tell("b", TO_MEET)
    push.clock.forward(5)
    assert push.deliveries.claim() is None
    push.deliveries.release(claim)
    assert len(push.deliver()) == 2


def test_a_process_that_says_nothing_for_long_is_taken_over_and_can_write_nothing(either: Pushing) -> None:
    """Neither while another claim holds the webhook, of this very process as well, nor after it."""
    webhook = either.add()
    either.tell("a", MET)
    claim, attempt = begun(either)
    either.clock.forward(59)
    assert either.deliveries.recover() == ()
    either.clock.forward(2)
    assert either.deliveries.recover() == (webhook,)
    next_claim, again = begun(either)
    assert (again.message, again.body) == (attempt.message, attempt.body)

    def nothing_is_written() -> None:
        before = (either.row(webhook), either.attempts(webhook), rows_of(either.store, webhook_events))
        wanted, due = weighed("{}", either.clock())
        for late in (lambda: either.deliveries.end(claim, attempt, Outcome(500, ("http-500", "late"))),
                     lambda: either.deliveries.begin(claim, wanted, due), lambda: either.deliveries.take_in(claim, wanted, due)):
            with pytest.raises(LeaseLost):
                late()
        either.deliveries.release(claim)
        assert (either.row(webhook), either.attempts(webhook), rows_of(either.store, webhook_events)) == before

    either.tell("b", TO_MEET)  # so that there is something to take in
    nothing_is_written()
    either.deliveries.end(next_claim, again, Outcome(204))
    either.deliveries.release(next_claim)
    nothing_is_written()
    unknown, sent = either.attempts(webhook)
    assert (unknown["delivered"], unknown["ended"], sent["delivered"]) == (None, None, True)


def test_a_process_that_was_frozen_between_writing_down_and_sending_sends_nothing(on_sqlite: Store, clock: Clock) -> None:
    """Others may have sent something newer of the same event meanwhile."""
    seconds = iter([0.0, 0.0, 0.0, 60.0, *[60.0] * 50])  # share, loop, before `begin`, after it
    with pushing(on_sqlite, clock, monotonic=lambda: next(seconds)) as push:
        webhook = push.add()
        push.tell("a", MET)
        assert push.deliver() == []
        assert [attempt["error_class"] for attempt in push.attempts(webhook)] == ["timeout"]


def test_an_events_deliveries_are_never_out_of_order(push: Pushing) -> None:
    """Also where attempts fail and the event goes on changing."""
    push.add()
    chance = random.Random(7)
    for _ in range(20):
        push.tell("b", f"planned meeting of RU, UZ on 2023-11-{chance.randrange(11, 31)} in Tashkent")
        push.receiver.answers = [500] if chance.random() < 0.4 else []
        push.deliver()
        push.clock.forward(chance.choice([1, 6, 400]))
    times = [message.said["timestamp"] for message in push.receiver.received]
    assert times == sorted(times)
    assert len(times) > 6


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_a_receiver_ends_with_what_its_filter_gives(either: Pushing, seed: int) -> None:
    """Articles that come and change, corrections, failures, processes that die, in any order; messages are applied as
    docs/webhooks.md tells to."""
    chance = random.Random(f"{either.store.engine.dialect.name}-{seed}")
    filters: list[dict[str, Any]] = [{"status": "planned"}, {"country": ["KZ"]}, {"place": "Tashkent", "from": "2023-11-15"}]
    wanted = {either.add(url=either.receiver.url(f"/{number}"), **one): (f"/{number}", one) for number, one in enumerate(filters)}
    made: list[str] = []
    for _ in range(16 if SEEDS == 1 else 40):
        standing = sorted(either.events().values())
        match chance.randrange(7):
            case 0 | 1 | 2:
                country, place = chance.choice([("KZ", "Astana"), ("UZ", "Tashkent"), ("CN", "Tashkent")])
                either.tell(f"page-{chance.randrange(5)}", f"{chance.choice(['planned', 'held', 'cancelled'])} meeting of RU, "
                          f"{country} on 2023-11-{chance.randrange(11, 20)} in {place}")
            case 3 if len(standing) > 2:
                made.append(either.store.corrections.merge(*chance.sample(standing, 2), by="test").ruling)
            case 4 if standing:
                made.append(either.store.corrections.withdraw(chance.choice(standing), by="test").ruling)
            case 5 if made:
                either.store.corrections.undo(made.pop(chance.randrange(len(made))), by="test")
            case _:
                if chance.random() < 0.5 and (claim := either.deliveries.claim()) is not None:  # a process that dies
                    asked, due = weighed(claim.filter, either.clock())
                    either.deliveries.take_in(claim, asked, due)
                    either.deliveries.begin(claim, asked, due)
                    either.clock.forward(61)
                    either.deliveries.recover()
                either.receiver.answers = [chance.choice([200, 500, 503, (200, {})]) for _ in range(chance.randrange(6))]
                either.deliver()
                either.clock.forward(chance.choice([1, 10, 400]))
    either.receiver.answers = []
    for webhook in wanted:
        either.store.webhooks.enable(webhook)
    either.deliver()
    either.clock.forward(24 * HOUR)
    either.deliver()
    for webhook, (path, one) in wanted.items():
        copy: dict[str, Any] = {}
        seen: set[str] = set()
        for message in either.receiver.received:
            if message.path == path and message.id not in seen:
                seen.add(message.id)
                type_, event = message.told
                if type_ == "event.removed":
                    copy.pop(event, None)
                else:
                    copy[event] = message.said["data"]["object"]
        asked, due = weighed(json.dumps(one), either.clock())
        assert copy == {row.id: json.loads(row.json) for row in either.queries.events(asked, due=due, limit=500).rows}
        assert either.waiting(webhook) == []


def test_an_event_whose_stored_bytes_are_damaged_is_left_out_and_stops_no_other(push: Pushing) -> None:
    push.add()
    push.tell("a", MET)
    push.tell("b", TO_MEET)
    damaged = push.events()["Putin – Tokayev, meeting"]
    push.store._database.write(lambda connection: connection.execute(
        update(events).where(events.c.id == damaged).values(json=b"{")))
    assert [message.told[1] != damaged for message in push.deliver()] == [True]
    assert push.deliver() == []


def test_only_the_last_attempts_are_kept(either: Pushing) -> None:
    webhook, other = either.add(), either.add()
    rows = [{"webhook_id": name, "message": f"msg_{number}", "type": "webhook.test", "attempt": 1, "at": "2023-11-10T09:00:00.000000Z"}
            for number in range(ATTEMPTS_KEPT) for name in (webhook, other)]
    either.store._database.write(lambda connection: connection.execute(webhook_attempts.insert(), rows))
    for _ in range(2):
        either.store.webhooks.request_test(webhook)
        either.deliver()
    assert [attempt["message"] for attempt in either.attempts(webhook)][:2] == ["msg_2", "msg_3"]
    assert len(either.attempts(webhook)) == len(either.attempts(other)) == ATTEMPTS_KEPT


# Managing ------------------------------------------------------------------------------------------------------------------

def test_a_secret_that_is_rotated_signs_beside_the_new_one_for_a_day(push: Pushing) -> None:
    webhook = push.add()
    old, new = push.secrets[webhook], "whsec_" + "B" * 43 + "="
    push.store.webhooks.change(webhook, secret=new)
    push.tell("a", MET)
    both, = push.deliver()
    assert [signature[:3] for signature in both.headers["webhook-signature"].split(" ")] == ["v1,", "v1,"]
    assert both.signed_by(old)
    assert both.signed_by(new)
    push.clock.forward(24 * HOUR)
    push.tell("b", TO_MEET)
    one, = push.deliver()
    assert one.signed_by(new)
    assert " " not in one.headers["webhook-signature"]
    assert push.row(webhook)["former_secret"] is None, "it is forgotten then"


def test_a_test_message_is_sent_once_to_a_disabled_webhook_too(push: Pushing) -> None:
    webhook = push.add()
    push.receiver.answer = 500
    waits = push.store.webhooks.request_test(webhook)
    assert push.store.webhooks.request_test(webhook) == waits
    message, = push.deliver()
    assert (message.id, message.said["type"], message.said["data"]) == (waits, "webhook.test", {"webhook": webhook})
    assert message.signed_by(push.secrets[webhook])
    push.clock.forward(HOUR)
    assert push.deliver() == []
    assert push.row(webhook)["failures"] == 0, "a test says nothing of what waits"
    push.receiver.answer = 410
    push.store.webhooks.request_test(webhook)
    push.deliver()
    before = push.row(webhook)
    assert before["disabled_for"] == "gone"
    push.clock.forward(HOUR)
    push.tell("a", MET)
    push.store.webhooks.request_test(webhook)
    assert [message.said["type"] for message in push.deliver()] == ["webhook.test"]
    assert push.row(webhook)["disabled_at"] == before["disabled_at"], "since when it is disabled stays"


def test_a_new_address_is_asked_at_once_and_a_new_filter_counts_from_the_next_change(push: Pushing) -> None:
    webhook = push.add(country="KZ")
    push.receiver.answers = [500]
    push.tell("a", MET)
    push.tell("b", TO_MEET)
    push.deliver()
    push.store.webhooks.change(webhook, url=push.receiver.url("/new"), wanted={"country": "UZ"})
    assert [(message.path, message.said["type"]) for message in push.deliver()] == [("/new", "event.added")]
    push.tell("a", MET.replace("Astana", "Almaty"))
    push.tell("b", MOVED)
    assert sorted(message.said["type"] for message in push.deliver()) == ["event.added", "event.removed"]


def test_a_webhook_that_is_removed_leaves_nothing_and_stops_who_serves_it(either: Pushing) -> None:
    webhook = either.add()
    either.tell("a", MET)
    claim, attempt = begun(either)
    either.store.webhooks.remove(webhook)
    with pytest.raises(LeaseLost):
        either.deliveries.end(claim, attempt, Outcome(204))
    for table in (webhooks, webhook_events, webhook_attempts):
        assert rows_of(either.store, table) == []


def test_what_is_not_there_is_said(push: Pushing) -> None:
    for act in (push.store.webhooks.remove, push.store.webhooks.enable, push.store.webhooks.request_test, push.store.webhooks.change):
        with pytest.raises(UnknownWebhook, match="nowhere"):
            act("nowhere")


def test_no_secret_is_in_what_is_listed_logged_or_shown(push: Pushing) -> None:
    webhook = push.add(url=push.receiver.url())
    push.store.webhooks.change(webhook, secret="whsec_" + "C" * 43 + "=")
    push.receiver.answers = [500, 410]
    push.tell("a", MET)
    with structlog.testing.capture_logs() as logged:
        claim, attempt = begun(push)
        push.deliveries.end(claim, attempt, Outcome(500, ("http-500", "x")))
        push.deliveries.release(claim)
        push.clock.forward(10)
        push.deliver()
        push.clock.forward(400)
        push.deliver()
    shown = repr((logged, claim, attempt, [dict(row) for row in push.queries.webhooks()], push.attempts(webhook)))
    assert logged
    for secret in (push.secrets[webhook], "C" * 43):
        assert secret.removeprefix("whsec_") not in shown
