"""When two tellings are of one event, and what is kept of each."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from one_sentence import asserted

from timeline.extract.drafts import Draft, better_when, dates_agree, merge, same, unite
from timeline.model import ActorKind, EventType, Participant, Place, Status
from timeline.when import When


def person(name: str, country: str, part: str = "participant", role: str | None = None) -> Participant:
    return Participant(ActorKind.PERSON, f"person:{name.lower()}", name, country, role, part)


def state(country: str, role: str | None = None) -> Participant:
    return Participant(ActorKind.STATE, f"state:{country}", None, country, role)


MACRON, SCHOLZ, TUSK, COLONNA = person("Macron", "FR"), person("Scholz", "DE"), person("Tusk", "PL"), person("Colonna", "FR")
BERLIN, PARIS = Place("Berlin", "DE"), Place("Paris", "FR")
NINTH, TENTH = When.day(date(2023, 11, 9)), When.day(date(2023, 11, 10))
NOVEMBER, DECEMBER = When.month(2023, 11), When.month(2023, 12)


def draft(*participants: Participant, when: When | None = NINTH, kind: EventType = EventType.MEETING, **fields: Any) -> Draft:
    made = Draft(kind, list(participants or (MACRON, SCHOLZ)), when, Status.HELD, None, None, 0, 10, "verb:meet", 0.5, 0, "paragraph",
                 dated_by="sentence" if when else "")
    return replace(made, **fields)


def both_ways(one: Draft, other: Draft) -> bool:
    assert same(one, other) == same(other, one)
    return same(one, other)


# -- times

@pytest.mark.parametrize(("one", "other", "agree"), [
    (NINTH, NINTH, True), (NINTH, TENTH, False), (NINTH, NOVEMBER, True), (NINTH, DECEMBER, False), (NINTH, None, True), (None, None, True),
    (When.days(date(2023, 11, 8), date(2023, 11, 9)), NINTH, True),
    (When.days(date(2023, 11, 8), date(2023, 11, 9)), When.days(date(2023, 11, 9), date(2023, 11, 10)), False)])
def test_times_agree_where_one_may_hold_the_other(one: When | None, other: When | None, agree: bool) -> None:
    assert dates_agree(one, other) is dates_agree(other, one) is agree


# -- one event

@pytest.mark.parametrize("other", [
    draft(), draft(when=None), draft(when=NOVEMBER), draft(state("FR"), SCHOLZ), draft(state("FR"), state("DE")), draft(place=BERLIN)],
    ids=["again", "without a day", "in its month", "a state for its president", "two states", "with its place"])
def test_the_same_two_at_an_agreeing_time_are_one(other: Draft) -> None:
    assert both_ways(draft(), other)


@pytest.mark.parametrize("other", [
    draft(when=TENTH), draft(MACRON, TUSK), draft(COLONNA, SCHOLZ), draft(kind=EventType.CALL), draft(kind=EventType.SIGNING),
    draft(kind=EventType.SUMMIT, organisation="EU"), draft(anaphor=True)],
    ids=["another day", "another state", "another minister", "a call", "a signing", "a body's summit", "the talks told elsewhere"])
def test_what_differs_in_day_people_or_kind_is_another(other: Draft) -> None:
    assert not both_ways(draft(), other)


def test_a_call_whose_kind_was_not_told_may_be_the_meeting() -> None:
    assert both_ways(draft(kind=EventType.CALL, mode_told=False), draft())


def test_a_visit_and_the_talks_it_was_made_for_are_one() -> None:
    visit = draft(MACRON, kind=EventType.VISIT, place=BERLIN, traveller="FR")
    assert both_ways(visit, draft())


def test_a_visit_of_some_days_and_the_talks_on_it_are_two() -> None:
    visit = draft(MACRON, kind=EventType.VISIT, place=BERLIN, traveller="FR", days=3)
    assert not both_ways(visit, draft())
    assert not both_ways(draft(MACRON, kind=EventType.VISIT, place=BERLIN, traveller="FR", when=When.days(date(2023, 11, 8), date(2023, 11, 10))), draft())


def test_visits_to_two_states_are_two() -> None:
    there = draft(MACRON, kind=EventType.VISIT, place=BERLIN, traveller="FR")
    elsewhere = draft(MACRON, kind=EventType.VISIT, place=Place("Rome", "IT"), traveller="FR")
    assert both_ways(there, replace(there))
    assert not both_ways(there, elsewhere)


def test_a_visit_called_off_is_not_the_meeting_that_was_held() -> None:
    visit = draft(MACRON, kind=EventType.VISIT, place=BERLIN, traveller="FR", status=Status.CANCELLED)
    assert not both_ways(visit, draft())


def test_gatherings_go_by_their_body() -> None:
    nato = draft(MACRON, kind=EventType.SUMMIT, organisation="NATO")
    assert both_ways(nato, draft(TUSK, kind=EventType.SUMMIT, organisation="NATO"))
    assert not both_ways(nato, draft(MACRON, kind=EventType.SUMMIT, organisation="EU"))


def test_two_men_of_one_state_without_names_are_told_by_their_offices() -> None:
    king, premier = draft(state("JO", "King"), MACRON), draft(state("JO", "Prime Minister"), MACRON)
    assert not both_ways(king, premier)


# -- what is kept

def test_the_better_dated_sentence_is_quoted() -> None:
    dated, loose = draft(start=50, end=90), draft(when=NOVEMBER, start=0, end=40)
    assert better_when(dated, loose) is better_when(loose, dated) is dated
    assert better_when(draft(when=None), loose) is loose
    assert (merge(loose, dated).start, merge(loose, dated).when) == (50, NINTH)


def test_a_day_told_in_its_sentence_goes_before_a_day_of_a_statement() -> None:
    told, said = draft(when=TENTH), draft(dated_by="statement")
    assert better_when(said, told) is told


def test_a_merged_draft_has_the_more_exact_place_and_all_people() -> None:
    made = merge(draft(MACRON, state("DE"), place=Place(None, "DE")), draft(MACRON, SCHOLZ, place=BERLIN))
    assert made.place == BERLIN
    assert made.participants == [MACRON, SCHOLZ]
    assert made.merged == 2


def test_a_visit_merged_with_its_talks_is_a_meeting() -> None:
    assert merge(draft(kind=EventType.VISIT, place=BERLIN), draft()).type is EventType.MEETING
    assert merge(draft(), draft(kind=EventType.SUMMIT)).type is EventType.SUMMIT


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.POSTPONED])
def test_what_came_to_nothing_stays_so(status: Status) -> None:
    plan = draft(status=Status.PLANNED)
    assert merge(plan, draft(status=status)).status is merge(draft(status=status), plan).status is status


def test_planned_and_held_is_held() -> None:
    assert merge(draft(status=Status.PLANNED), draft()).status is Status.HELD


def test_each_further_telling_makes_a_merged_draft_no_less_sure() -> None:
    assert merge(draft(), draft()).confidence >= draft().confidence


def test_a_state_gives_way_to_its_named_representative() -> None:
    assert unite([state("FR"), MACRON, SCHOLZ, MACRON]) == [MACRON, SCHOLZ]
    assert unite([state("FR"), state("DE")]) == [state("FR"), state("DE")]


def test_an_office_told_once_is_kept() -> None:
    assert unite([MACRON, person("Macron", "FR", role="President")])[0].role == "President"


# -- in a text

MET = "French President Emmanuel Macron met German Chancellor Olaf Scholz in Berlin on Thursday."
EVENT = "meeting | 2023-11-09 | held | DE FR | DE | -"


@pytest.mark.parametrize("more", ["The talks lasted an hour.", "Macron met Scholz at the chancellery.", "Emmanuel Macron visited Berlin on Thursday.",
                                  "After the meeting, Macron thanked Scholz."])
def test_a_text_that_tells_it_again_tells_one_event(more: str) -> None:
    assert asserted(f"{MET} {more}") == [EVENT]


@pytest.mark.parametrize(("more", "event"), [
    ("Macron also met Scholz in Paris on November 2.", "meeting | 2023-11-02 | held | DE FR | FR | -"),
    ("Macron met Polish Prime Minister Mateusz Morawiecki in Berlin on Thursday.", "meeting | 2023-11-09 | held | FR PL | DE | -"),
    ("Macron telephoned Scholz on Wednesday.", "call | 2023-11-08 | held | DE FR | - | -"),
    ("French Foreign Minister Catherine Colonna met her German counterpart Annalena Baerbock in Berlin on Thursday.", EVENT)])
def test_a_text_that_tells_of_another_tells_two(more: str, event: str) -> None:
    assert asserted(f"{MET} {more}") == sorted([EVENT, event])
