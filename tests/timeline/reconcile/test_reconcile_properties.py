"""What holds for any claims: order does not matter, reading twice changes nothing, no claim is lost."""
from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_claims import claims
from told_claims import NOW, claim, timeline

from timeline.model import Change, Claim, Event
from timeline.reconcile import candidate_keys, event_keys, explain, fold, reconcile


def state(events: list[Event]) -> set[tuple[Any, ...]]:
    """All of an event but its id and revision."""
    return {(event.type, event.participants, event.when, event.status, event.place, event.organisation, event.title,
             event.confidence, event.formerly, event.claims, event.witnesses, event.confirmed_by) for event in events}


@settings(max_examples=80, deadline=None)
@given(st.lists(claims, min_size=2, max_size=6, unique_by=lambda each: each.id), st.randoms(use_true_random=False))
def test_order_does_not_matter(told: list[Claim], random: Any) -> None:
    """Articles in any order end in the same timeline."""
    shuffled = list(told)
    random.shuffle(shuffled)
    assert state(timeline(*told, keyed=False)) == state(timeline(*shuffled, keyed=False)) == state(timeline(told))


def test_all_120_orders_of_five_articles_end_alike() -> None:
    """A visit announced, put off, announced anew, called off by one who knew no better, and held."""
    guest = ">Charles III/GB"
    told = [claim("visit", [guest, "FR"], "2023-03-26/2023-03-29", told="2023-03-03", status="planned", source="a"),
            claim("visit", [guest, "FR"], "2023-03-26/2023-03-29", told="2023-03-24", status="postponed", source="b", tier="official"),
            claim("visit", [guest, "FR"], "2023-03-26/2023-03-29", told="2023-03-28", status="cancelled", source="c"),
            claim("visit", [guest, "FR"], "2023-09", told="2023-08-24", status="planned", source="d", formerly="2023-03"),
            claim("visit", [guest, "FR"], "2023-09-20/2023-09-22", told="2023-09-21", place="Paris/FR", source="a")]
    ends = [timeline(*order) for order in permutations(told)]
    assert len(ends) == 120
    assert all(state(end) == state(ends[0]) for end in ends)
    assert [(event.when.edtf(), event.status, [old.edtf() for old in event.formerly]) for event in ends[0]] == [
        ("2023-09-20/2023-09-22", "held", ["2023-03-26/2023-03-29"])]


@settings(max_examples=80, deadline=None)
@given(st.lists(claims, min_size=1, max_size=6, unique_by=lambda each: each.id))
def test_reading_twice_changes_nothing(told: list[Claim]) -> None:
    known = timeline(told)
    assert reconcile(known, told, NOW) == ()
    for each in told:
        assert reconcile(known, [each], NOW, replaces=[each.id]) == ()


@settings(max_examples=80, deadline=None)
@given(st.lists(claims, min_size=1, max_size=6, unique_by=lambda each: each.id))
def test_no_claim_is_lost(told: list[Claim]) -> None:
    """Each claim stands in one event and no more, and every event can say why it is what it is."""
    events = timeline(*told)
    assert sorted(each.id for event in events for each in event.claims) == sorted(each.id for each in told)
    assert len({event.id for event in events}) == len(events)
    for event in events:
        assert event.title
        assert any(line.startswith(f"status {event.status.value}") for line in explain(event))


@settings(max_examples=80, deadline=None)
@given(st.lists(claims, min_size=2, max_size=6, unique_by=lambda each: each.id))
def test_history_leads_to_the_present(told: list[Claim]) -> None:
    """Each change begins where the last one ended; material ones, and only they, count the revision up."""
    events: dict[str, Event] = {}
    for each in told:
        changes: tuple[Change, ...] = reconcile(events.values(), [each], NOW)
        for change in changes:
            assert change.before == events.get(change.event_id)
            if change.before is not None and change.after is not None:
                assert change.after.revision == change.before.revision + change.material
                assert change.after.id == change.before.id
            if change.after is None:
                del events[change.event_id]
            else:
                events[change.event_id] = change.after
    for event in events.values():
        assert fold(event.claims, event.id, event.revision) == event


@settings(max_examples=150, deadline=None)
@given(st.lists(claims, min_size=2, max_size=2, unique_by=lambda each: each.id))
def test_whatever_becomes_one_event_shares_a_key(told: list[Claim]) -> None:
    """The store finds by its keys what reconcile would join, whichever came first."""
    for first, second in (told, told[::-1]):
        known = timeline(first)
        if len(timeline(first, second, keyed=False)) == 1:
            assert candidate_keys(second) & event_keys(known[0])
