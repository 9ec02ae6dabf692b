"""What an article, or its new version, changes."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from told_claims import BIDEN, LAVROV, NOW, PUTIN, SCHOLZ, TOKAYEV, WANG, XI, claim, timeline

from timeline.model import Change, Event
from timeline.reconcile import candidate_keys, event_id, event_keys, fold, reconcile

PLAN = claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-20", status="planned", source="a", article="https://a.example/1")
OTHER = claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-21", status="planned", source="b", article="https://b.example/1")


def only(changes: tuple[Change, ...]) -> Change:
    assert len(changes) == 1, changes
    return changes[0]


def after(change: Change) -> Event:
    assert change.after is not None
    return change.after


def test_now_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        reconcile([], [PLAN], datetime(2024, 1, 1))


def test_a_new_event_has_its_id_from_its_claim_and_revision_0() -> None:
    change = only(reconcile([], [PLAN], NOW))
    assert (change.before, change.event_id, change.at, change.material) == (None, event_id(PLAN), NOW, True)
    assert after(change).revision == 0
    assert change.reason == "first told by a"


def test_a_second_witness_is_no_material_change() -> None:
    change = only(reconcile(timeline(PLAN), [OTHER], NOW))
    assert not change.material
    assert after(change).revision == 0
    assert after(change).articles == ("https://a.example/1", "https://b.example/1")
    assert change.reason == "told by b"


def test_a_report_is_a_material_change_under_the_same_id() -> None:
    report = claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-05-01", source="c")
    change = only(reconcile(timeline(PLAN), [report], NOW))
    assert change.material
    assert (after(change).id, after(change).revision) == (event_id(PLAN), 1)
    assert change.reason == "status planned -> held; told by c"


def test_the_same_article_read_twice_changes_nothing() -> None:
    assert reconcile(timeline(PLAN, OTHER), [PLAN], NOW, replaces=[PLAN.id]) == ()


def test_a_clock_in_the_page_changes_nothing() -> None:
    """Its sentence stands elsewhere and its text is another, but it tells the same."""
    ticked = replace(PLAN, start=PLAN.start + 7, end=PLAN.end + 7, sketch="another")
    assert reconcile(timeline(PLAN, OTHER), [ticked], NOW, replaces=[PLAN.id]) == ()


def test_a_new_version_moves_the_date_under_the_same_id() -> None:
    """The page corrects the day; nobody else told of it."""
    new = claim("meeting", [LAVROV, WANG], "2023-05-12", told="2023-04-20", status="planned", source="a", article="https://a.example/1")
    change = only(reconcile(timeline(PLAN), [new], NOW, replaces=[PLAN.id]))
    assert (change.event_id, change.material, after(change).revision) == (event_id(PLAN), True, 1)
    assert after(change).claims == (new,)
    assert after(change).formerly == ()


def test_a_page_that_corrects_one_of_two_events_leaves_the_other() -> None:
    calls = [claim("call", [BIDEN, XI], day, told="2023-04-20", article="https://a.example/2", words=day) for day in ("2023-04-10", "2023-04-18")]
    known = timeline(calls)
    new = claim("call", [BIDEN, XI], "2023-04-17", told="2023-04-20", article="https://a.example/2", words="2023-04-17")
    change = only(reconcile(known, [calls[0], new], NOW, replaces=[each.id for each in calls]))
    assert (change.event_id, after(change).when.edtf()) == (event_id(calls[1]), "2023-04-17")


def test_a_new_version_that_is_silent_withdraws_its_claim_alone() -> None:
    known = timeline(PLAN, OTHER)
    change = only(reconcile(known, [], NOW, replaces=[PLAN.id]))
    assert change.event_id == event_id(PLAN)
    assert after(change).claims == (OTHER,)
    assert not change.material


def test_an_event_that_no_article_tells_of_any_more_is_withdrawn() -> None:
    change = only(reconcile(timeline(PLAN), [], NOW, replaces=[PLAN.id]))
    assert (change.after, change.material) == (None, True)
    assert change.reason == "withdrawn: no article tells of it any more"


def test_a_withdrawn_event_told_again_goes_on_under_its_id() -> None:
    """A page that comes back must not make a second entry, nor count SEQUENCE from 0."""
    withdrawn = replace(timeline(PLAN)[0], claims=(), revision=4)
    assert event_keys(withdrawn) & candidate_keys(PLAN)
    change = only(reconcile([withdrawn], [PLAN], NOW))
    assert (change.event_id, change.before, after(change).revision) == (event_id(PLAN), withdrawn, 5)


def test_nothing_told_withdraws_nothing() -> None:
    """A source that is down or empty gives no claims and replaces none."""
    assert reconcile(timeline(PLAN), [], NOW) == ()


def test_a_claim_that_bridges_two_events_makes_them_one() -> None:
    """The older id goes on, the other is withdrawn and says which event it is one with."""
    moved = claim("meeting", [LAVROV, WANG], "2023-05-20", told="2023-04-28", status="planned", source="c")
    known = timeline(PLAN, OTHER, moved)
    assert len(known) == 2
    bridge = claim("meeting", [LAVROV, WANG], "2023-05-20", told="2023-04-29", status="planned", formerly="2023-05-01", source="d")
    changes = reconcile(known, [bridge], NOW)
    assert [(change.event_id, change.after is None) for change in changes] == [(event_id(PLAN), False), (event_id(moved), True)]
    assert changes[1].reason == f"one with {event_id(PLAN)}"
    assert len(after(changes[0]).claims) == 4


def test_events_that_only_share_a_key_are_left_alone() -> None:
    other = timeline(claim("call", [LAVROV, WANG], "2023-05-03", told="2023-05-03"))
    assert {change.event_id for change in reconcile(other, [PLAN], NOW)} == {event_id(PLAN)}


def test_keys_do_not_grow_with_the_parties_of_a_summit() -> None:
    states = [f"{one}{other}" for one in "ABCDEFGH" for other in "ABCDEFGH"]
    summit = fold([claim("summit", states, "2023-09-09/2023-09-10", told="2023-09-10", body="G20", place="New Delhi/IN")], "e")
    assert len(event_keys(summit)) < 80


def test_a_year_and_a_day_share_a_key() -> None:
    day = claim("meeting", [SCHOLZ, TOKAYEV], "2023-09-28", told="2023-09-29")
    year = claim("meeting", [SCHOLZ, TOKAYEV], "2023", told="2024-01-10")
    assert event_keys(fold([day], "e")) & candidate_keys(year)
    assert event_keys(fold([year], "e")) & candidate_keys(day)
    assert not event_keys(fold([day], "e")) & candidate_keys(claim("meeting", [PUTIN, TOKAYEV], "2023-09-28", told="2023-09-29"))
