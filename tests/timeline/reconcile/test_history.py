"""How a status came about, step by step, in the order in which the sources told."""
from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from made_claims import claims
from told_claims import BIDEN, LAVROV, SCHOLZ, WANG, XI, claim

from timeline.history import StatusHistory, Turn, status_history
from timeline.model import Claim, Status
from timeline.reconcile import fold


def history(*told: Claim) -> StatusHistory:
    return status_history(told)


def steps(*told: Claim) -> list[str]:
    return [f"{step.claim.told_on} {step.turn} {step.when.edtf()} by {step.claim.source}" for step in history(*told).steps]


def refused(*told: Claim) -> list[str]:
    return [f"{refusal.claim.status} by {refusal.claim.source}: {refusal.reason}" for refusal in history(*told).refused]


def test_from_the_first_rumour_to_the_readout() -> None:
    """A visit announced for a month, dated, put off, announced anew and paid; told here out of order."""
    guest = f">{SCHOLZ}"
    told = [claim("visit", [guest, "IN"], "2024-04-10/2024-04-12", told="2024-04-12", source="ministry", tier="official"),
            claim("visit", [guest, "IN"], "2024-02", told="2024-01-10", status="planned", source="a"),
            claim("visit", [guest, "IN"], "2024-04-10/2024-04-12", told="2024-03-01", status="planned", source="b", formerly="2024-02-25"),
            claim("visit", [guest, "IN"], "2024-02-25", told="2024-01-20", status="planned", source="b"),
            claim("visit", [guest, "IN"], "2024-02-25", told="2024-02-20", status="postponed", source="a")]
    assert steps(*told) == [
        "2024-01-10 planned 2024-02 by a", "2024-01-20 time 2024-02-25 by b", "2024-02-20 postponed 2024-02-25 by a",
        "2024-03-01 rescheduled 2024-04-10/2024-04-12 by b", "2024-04-12 held 2024-04-10/2024-04-12 by ministry"]
    assert refused(*told) == []


def test_a_moved_plan_is_rescheduled_without_a_postponement_between() -> None:
    assert steps(claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-20", status="planned", source="a"),
                 claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01", source="b")) == [
        "2023-04-20 planned 2023-05-01 by a", "2023-04-28 rescheduled 2023-05-05 by b"]


def test_called_off_and_on_again_for_the_same_day() -> None:
    summit = ["Donald Trump/US", "Kim Jong Un/KP"]
    told = [claim("summit", summit, "2018-06-12", told=day, status=status, source=source) for day, status, source in (
        ("2018-05-10", "planned", "a"), ("2018-05-24", "cancelled", "b"), ("2018-05-25", "planned", "c"), ("2018-06-01", "planned", "d"))]
    assert steps(*told) == ["2018-05-10 planned 2018-06-12 by a", "2018-05-24 cancelled 2018-06-12 by b", "2018-06-01 planned 2018-06-12 by d"]
    assert refused(*told) == ["planned by c: told before word of its being cancelled could have reached it"]


def test_nothing_is_planned_after_it_was_held() -> None:
    told = [claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-15T20:00+00:00", source="a"),
            claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-15T21:00+00:00", status="planned", source="b")]
    assert steps(*told) == ["2023-11-15 held 2023-11-15 by a"]
    assert refused(*told) == ["planned by b: told after it had been reported as held"]


def test_one_who_calls_off_what_others_report_is_refused() -> None:
    told = [claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-15", source="a"),
            claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", status="cancelled", source="b")]
    assert refused(*told) == ["cancelled by b: reported as held, and no more is behind this"]


def test_a_report_from_before_the_day_is_no_report() -> None:
    told = [claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-10", source="hasty"),
            claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="a")]
    assert steps(*told) == ["2023-11-16 held 2023-11-15 by a"]
    assert refused(*told) == ["held by hasty: told as held before it could have been"]
    assert steps(told[0]) == ["2023-11-10 planned 2023-11-15 by hasty"]
    assert refused(told[0]) == ["held by hasty: told as held before it could have been, and taken as a plan"]


def test_an_older_plan_that_is_read_late_takes_its_place_before_the_cancellation() -> None:
    off = claim("meeting", [BIDEN, XI], "2018-11-30", told="2018-11-29", status="cancelled", source="a")
    plan = claim("meeting", [BIDEN, XI], "2018-11-30", told="2018-11-20", status="planned", source="b")
    assert steps(off, plan) == ["2018-11-20 planned 2018-11-30 by b", "2018-11-29 cancelled 2018-11-30 by a"]


def test_a_later_report_that_corrects_the_day_is_a_step() -> None:
    told = [claim("meeting", [BIDEN, XI], "2023-11", told="2023-11-15", source="a"),
            claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="b")]
    assert steps(*told) == ["2023-11-15 held 2023-11 by a", "2023-11-16 time 2023-11-15 by b"]


def test_a_withdrawn_event_has_no_steps() -> None:
    assert status_history([]) == StatusHistory((), ())


LEGAL = {None: set(Turn) - {Turn.TIME, Turn.RESCHEDULED},
         Status.PLANNED: {Turn.TIME, Turn.RESCHEDULED, Turn.POSTPONED, Turn.CANCELLED, Turn.HELD},
         Status.POSTPONED: {Turn.TIME, Turn.PLANNED, Turn.RESCHEDULED, Turn.CANCELLED, Turn.HELD},
         Status.CANCELLED: {Turn.TIME, Turn.PLANNED, Turn.RESCHEDULED, Turn.POSTPONED, Turn.HELD},
         Status.HELD: {Turn.TIME}}


@settings(max_examples=200, deadline=None)
@given(st.lists(claims, min_size=1, max_size=7, unique_by=lambda each: each.id), st.randoms(use_true_random=False))
def test_the_steps_lead_to_the_present(told: list[Claim], random: object) -> None:
    """Replayed, they end in the event's status and time; each is legal after the one before; none is out of the order of
    telling; and the order of reading changes nothing. The claims need not be one event for that."""
    event = fold(told, "e")
    found = status_history(event.claims)
    assert (found.steps[-1].status, found.steps[-1].when) == (event.status, event.when)
    before = None
    for step in found.steps:
        assert step.turn in LEGAL[before], (before, step.turn)
        before = step.status
    days = [step.claim.told_on for step in found.steps]
    assert days == sorted(days)
    assert not {step.claim.id for step in found.steps} & {refusal.claim.id for refusal in found.refused if "plan" not in refusal.reason}
    assert history(*told[::-1]) == found
