"""When a receiver is asked again, and when no more: Standard Webhooks' schedule, whatever the receiver does."""
from __future__ import annotations

import socket
import threading
from datetime import datetime, timedelta
from itertools import pairwise

from newsdesk import Clock, Desk, article, read, rows_of
from pushing import MET, MOVED, TO_MEET, Pushing, pushing
from receiver import Receiver, drip, hang, huge_body, huge_head, nonsense, slow_body
from test_scheduling import until

from app.jobs import Runner
from app.scheduler import Scheduler
from app.store.deliveries import SCHEDULE
from app.store.store import Store
from app.store.tables import runs

HOUR = 3600.0
OTHERS = ("planned call of RU, UZ on 2023-11-21", "planned signing of KZ, CN on 2023-11-22 in Astana",
          "planned summit of CN, UZ on 2023-11-23 in Tashkent")


# The schedule ------------------------------------------------------------------------------------------------------------

def times_of_attempts(push: Pushing, webhook: str, limit: int = 40) -> list[datetime]:
    """When the receiver was asked, with the clock moved on to each time that is due, until the webhook is disabled."""
    asked: list[datetime] = []
    for _ in range(limit):
        if push.deliver():
            asked.append(push.clock())
        row = push.row(webhook)
        if not row["active"]:
            break
        due = max(row["due"], min(one["due"] for one in push.waiting(webhook)))
        push.clock.now = datetime.fromisoformat(due) - timedelta(milliseconds=1)
        assert push.deliver() == [], "not before its time"
        push.clock.forward(0.001)
    return asked


def test_a_receiver_that_always_fails_is_asked_on_the_schedule_and_then_disabled(either: Pushing) -> None:
    webhook = either.add()
    either.receiver.answer = 500
    either.tell("a", MET)
    asked = times_of_attempts(either, webhook)
    assert [(later - earlier).total_seconds() for earlier, later in pairwise(asked)] == list(SCHEDULE)
    assert (asked[-1] - asked[0]).total_seconds() == 75 * HOUR + 35 * 60 + 5
    assert len({(message.id, message.body) for message in either.receiver.received}) == 1
    assert len({message.headers["webhook-timestamp"] for message in either.receiver.received}) == 10
    assert all(message.signed_by(either.secrets[webhook]) for message in either.receiver.received)
    row = either.row(webhook)
    assert (row["active"], row["disabled_for"], row["disabled_at"][:19]) == (False, "failing", f"{either.clock():%Y-%m-%dT%H:%M:%S}")
    assert "10 attempts" in row["disabled_detail"]
    assert "answered 500" in row["disabled_detail"]
    either.clock.forward(1000 * HOUR)
    either.tell("b", TO_MEET)
    assert either.deliver() == []


def test_many_events_do_not_make_a_receiver_that_is_down_be_asked_more_often(push: Pushing) -> None:
    webhook = push.add()
    push.receiver.answer = 503
    push.tell("others", *OTHERS)
    asked = times_of_attempts(push, webhook)
    assert [(later - earlier).total_seconds() for earlier, later in pairwise(asked)] == list(SCHEDULE)
    assert len(push.receiver.received) == 10


def test_one_message_that_is_never_taken_holds_up_no_other_and_disables_in_the_end(push: Pushing) -> None:
    webhook = push.add()
    push.tell("a", MET)
    poison = push.event()
    push.receiver.judge = lambda message: 400 if message.told[1] == poison else 200
    push.deliver()
    push.tell("others", *OTHERS)
    push.clock.forward(5)
    told = [message.told[1] for message in push.deliver()]
    assert (len(told), told[-1]) == (4, poison), "what was tried most often comes last"
    push.tell("b", TO_MEET)
    push.clock.forward(300)
    assert [message.told[1] == poison for message in push.deliver()] == [False, True]
    assert [row["event_id"] for row in push.waiting(webhook)] == [poison]
    push.tell("a", MET.replace("Astana", "Almaty"))
    push.receiver.judge = lambda message: 400 if message.told[1] == poison and b"Astana" in message.body else 200
    push.clock.forward(5)
    assert [message.told for message in push.deliver()] == [("event.added", poison)], "its next state is not made to wait as well"
    push.receiver.judge = lambda message: 400
    push.tell("a", MET)
    push.deliver()
    while push.row(webhook)["active"]:
        push.clock.now = datetime.fromisoformat(max(push.row(webhook)["due"], push.waiting(webhook)[0]["due"]))
        push.deliver()
    assert [attempt["attempt"] for attempt in push.attempts(webhook) if attempt["event_id"] == poison][-10:] == list(range(1, 11))
    assert push.row(webhook)["disabled_for"] == "failing"


def test_410_disables_at_once(push: Pushing) -> None:
    webhook = push.add()
    push.receiver.answer = 410
    push.tell("a", MET)
    push.tell("b", TO_MEET)
    assert len(push.deliver()) == 1
    row = push.row(webhook)
    assert (row["active"], row["disabled_for"]) == (False, "gone")
    assert row["disabled_at"]


def test_an_enabled_webhook_is_sent_what_it_missed_once_for_each_event(push: Pushing) -> None:
    webhook = push.add()
    push.receiver.answers = [410]
    push.tell("a", MET)
    first, = push.deliver()
    for _ in range(3):
        push.tell("b", TO_MEET)
        push.tell("b", MOVED)
    assert push.deliver() == []
    push.store.webhooks.enable(webhook)
    again, moved = push.deliver()
    assert (again.id, again.body) == (first.id, first.body)
    assert moved.said["data"]["object"]["start"] == "2023-11-22"
    row = push.row(webhook)
    assert (row["active"], row["disabled_at"], row["disabled_for"], row["failures"]) == (True, None, None, 0)


def test_a_time_that_the_receiver_names_is_waited_for_and_shortens_no_delay(push: Pushing) -> None:
    webhook = push.add()
    push.receiver.answers = [(429, {"Retry-After": "7200"}), (503, {"Retry-After": "0"})]
    push.tell("a", MET)
    push.deliver()
    push.tell("b", TO_MEET)
    push.clock.forward(7198)
    assert push.deliver() == []
    push.clock.forward(2)
    assert len(push.deliver()) == 1
    push.clock.forward(299)  # the second of the schedule
    assert push.deliver() == []
    push.clock.forward(2)
    assert len(push.deliver()) == 2
    assert push.row(webhook)["failures"] == 0


def test_a_clock_that_was_set_back_by_a_year_stops_nothing(push: Pushing) -> None:
    push.add()
    push.receiver.answers = [500]
    push.tell("a", MET)
    push.deliver()
    push.clock.forward(-365 * 24 * HOUR)
    assert len(push.deliver()) == 1


# What a receiver can do ------------------------------------------------------------------------------------------------

def test_what_is_not_2xx_is_a_failure_that_is_told(push: Pushing) -> None:
    webhook = push.add()
    push.tell("a", MET)
    for answer, error_class in {301: "http-301", 404: "http-404", 500: "http-500", huge_head: "bad-answer", nonsense: "bad-answer"}.items():
        push.receiver.answers = [answer]
        push.deliver()
        failed = push.attempts(webhook)[-1]
        assert (failed["delivered"], failed["error_class"]) == (False, error_class)
        assert failed["status"] == (answer if isinstance(answer, int) else None)
        push.clock.forward(24 * HOUR)
    push.deliver()
    attempts = push.attempts(webhook)
    assert (attempts[-1]["delivered"], attempts[-1]["status"], attempts[-1]["error_class"]) == (True, 204, None)
    assert [attempt["attempt"] for attempt in attempts] == list(range(1, 7))
    assert len({attempt["message"] for attempt in attempts}) == 1


def test_an_answer_that_does_not_come_in_time_is_a_failure(on_sqlite: Store, clock: Clock) -> None:
    with pushing(on_sqlite, clock, deadline=0.3) as push:
        webhook = push.add()
        push.tell("a", MET)
        push.receiver.answers = [hang, drip]
        push.deliver()
        push.clock.forward(5)
        push.deliver()
        assert [attempt["error_class"] for attempt in push.attempts(webhook)] == ["timeout"] * 2


def test_2xx_is_a_success_whatever_follows_it(push: Pushing) -> None:
    push.receiver.judge = lambda message: {"/slow": slow_body, "/huge": huge_body}.get(message.path) or int(message.path[1:])
    made = [push.add(url=push.receiver.url(path)) for path in ("/slow", "/huge", "/200", "/202", "/299")]
    push.tell("a", MET)
    assert len(push.deliver()) == 5
    assert [push.waiting(webhook) for webhook in made] == [[]] * 5


def test_a_redirect_to_another_address_is_not_followed(push: Pushing) -> None:
    other = Receiver()
    try:
        webhook = push.add()
        push.receiver.answer = (307, {"Location": other.url("/internal")})
        push.tell("a", MET)
        push.deliver()
        assert other.received == []
        assert "redirects" in push.attempts(webhook)[0]["error_detail"]
    finally:
        other.close()


def test_a_name_that_leads_to_a_private_address_is_never_connected_to(on_sqlite: Store, clock: Clock) -> None:
    """Neither on the first attempt nor when the name is bound anew between two of them."""
    leads = iter([["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"]])
    with pushing(on_sqlite, clock, fetcher={"allow_hosts": (), "resolver": lambda host, port: next(leads)}, jitter=lambda: 1.0) as push:
        webhook = push.add(url=f"http://receiver.example:{push.receiver.host.partition(':')[2]}/")
        push.tell("a", MET)
        push.deliver()
        for tries, seconds in enumerate((5.5, 330), 1):  # each delay is longer by chance, a tenth at most
            clock.forward(seconds - 0.1)
            push.deliver()
            assert len(push.attempts(webhook)) == tries
            clock.forward(0.1)
            push.deliver()
        assert [attempt["error_class"] for attempt in push.attempts(webhook)] == ["guarded-address"] * 3
        assert push.receiver.received == []


def test_a_receiver_that_is_not_there_is_tried_again(push: Pushing) -> None:
    webhook = push.add()
    push.tell("a", MET)
    port = int(push.receiver.host.partition(":")[2])
    push.receiver.close()
    push.deliver()
    assert push.attempts(webhook)[0]["error_class"] == "connection"
    back = Receiver(port)
    try:
        push.clock.forward(5)
        push.deliver()
        assert len(back.received) == 1
    finally:
        back.close()


# Beside collecting ---------------------------------------------------------------------------------------------------------

def test_collecting_goes_on_while_all_receivers_hang(on_sqlite: Store, clock: Clock) -> None:
    go_on = threading.Event()

    def wait(connection: socket.socket) -> None:
        go_on.wait(30)

    with pushing(on_sqlite, clock, deadline=30.0, workers=2) as push:
        push.receiver.answer = wait
        for _ in range(3):
            push.add()
        desk = Desk(clock)
        desk.pages = {"meridian": [article("a", MET)]}
        scheduler = Scheduler(on_sqlite.ledger, Runner(on_sqlite, collect=desk, read=read), tick=0.1, grace=0.5, deliverer=push.deliverer)
        scheduler.start()
        try:
            until(lambda: len(push.receiver.received) == 2)
            for number in range(3):
                clock.forward(60)
                desk.pages = {"meridian": [article("a", MET), article(f"b-{number}", TO_MEET)]}
                until(lambda number=number: len([row for row in rows_of(on_sqlite, runs) if row["state"] == "ok"]) >= number + 2)
            assert len(push.receiver.received) == 2, "no more receivers are asked at once than there are workers"
        finally:
            push.receiver.answer = 204
            go_on.set()
            until(lambda: len({message.headers["webhook-id"] for message in push.receiver.received}) >= 3)
            scheduler.stop(5)


def test_stopping_waits_for_no_receiver_that_hangs(on_sqlite: Store, clock: Clock) -> None:
    go_on = threading.Event()

    def wait(connection: socket.socket) -> None:
        go_on.wait(30)

    with pushing(on_sqlite, clock, deadline=20.0) as push:
        webhook = push.add()
        push.receiver.answers = [wait]
        push.tell("a", MET)
        push.deliverer.tick()
        until(lambda: push.receiver.received)
        push.deliverer.stop(0.1)
        assert push.row(webhook)["holder"] is not None, "it is left to who takes it over"
        push.deliverer.tick()
        assert len(push.receiver.received) == 1
        go_on.set()
        push.deliverer.stop(10)
