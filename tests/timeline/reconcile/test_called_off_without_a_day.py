"""What was called off or put off, told without its day, with no more than the month of the news."""
from __future__ import annotations

from itertools import permutations

import pytest
from told_claims import PUTIN, claim, timeline

PARTIES = [f">{PUTIN}", "CN"]
PLAN = claim("visit", PARTIES, "2023-12-05", told="2023-11-01", status="planned", place="Beijing/CN")


def called_off(status: str = "cancelled", told: str = "2023-11-07") -> object:
    return claim("visit", PARTIES, told[:7], told=told, status=status, place="/CN", source="b")


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_it_is_the_next_occasion_that_was_planned_and_keeps_its_day(status: str) -> None:
    for told in permutations((PLAN, called_off(status))):
        event, = timeline(*told)
        assert (event.status.value, event.when.edtf(), event.formerly) == (status, "2023-12-05", ())


def test_it_is_not_what_had_been_held_before() -> None:
    held = claim("visit", PARTIES, "2023-11-04", told="2023-11-05", place="Beijing/CN")
    for told in permutations((held, called_off())):
        assert [event.status.value for event in timeline(*told)] == ["cancelled", "held"]


def test_nor_one_of_three_months_later() -> None:
    later = claim("visit", PARTIES, "2024-02-05", told="2023-11-01", status="planned", place="Beijing/CN")
    for told in permutations((later, called_off())):
        assert [event.status.value for event in timeline(*told)] == ["cancelled", "planned"]


@pytest.mark.parametrize("anew", ["2023-12-20", "2024-01-15", "2024-03-01"])
def test_what_was_put_off_and_is_planned_anew_was_moved_from_its_old_day(anew: str) -> None:
    again = claim("visit", PARTIES, anew, told="2023-11-20", status="planned", place="Beijing/CN", source="c")
    for told in permutations((PLAN, called_off("postponed"), again)):
        event, = timeline(*told)
        assert (event.status.value, event.when.edtf(), [old.edtf() for old in event.formerly]) == ("planned", anew, ["2023-12-05"])
