"""Which date and which place of a sentence belong to which occasion."""
from __future__ import annotations

import pytest
from one_sentence import ON, asserted, frames_of

from timeline.extract.timeplace import date_of, verb_of, without_containers
from timeline.model import Place

MET = "meeting | 2023-11-09 | held | DE FR | {} | -"


def dates(text: str) -> dict[str, str | None]:
    """Each trigger of a sentence with the time that belongs to it."""
    read, found = frames_of(text)
    made = {}
    for frame in found:
        mention, _ = date_of(read, frame, found, (-1, -1), ON)
        made[frame.word] = mention.when.edtf() if mention is not None and mention.when is not None else None
    return made


def test_each_occasion_has_the_date_of_its_own_clause() -> None:
    assert asserted("Putin met Tokayev on Thursday and Xi Jinping will visit Moscow on Monday.") == [
        "meeting | 2023-11-09 | held | KZ RU | - | -", "visit | 2023-11-13 | planned | CN RU | RU | -"]


@pytest.mark.parametrize("said", ["The Kremlin said on Tuesday that Putin would meet Xi Jinping on Monday.",
                                  "Putin will meet Xi Jinping on Monday, the Kremlin said on Tuesday."])
def test_the_day_of_a_statement_is_not_that_of_the_meeting(said: str) -> None:
    assert asserted(said) == ["meeting | 2023-11-13 | planned | CN RU | - | -"]


def test_the_day_of_a_statement_dates_what_is_known_from_it_alone() -> None:
    text = "Iranian Foreign Minister Hossein Amir-Abdollahian discussed trade with his Turkish counterpart in a phone call, Tehran said on Thursday."
    assert asserted(text) == ["call | 2023-11-09 | held | IR TR | - | -"]


def test_since_tells_of_another_time() -> None:
    assert asserted("Macron met Scholz on Thursday for the first time since March.") == [MET.format("-")]


@pytest.mark.parametrize("front", ["On Thursday,", "On Thursday, after a long flight,", "Late on Thursday,"])
def test_a_fronted_date_belongs_to_the_clause_that_follows(front: str) -> None:
    assert asserted(f"{front} Emmanuel Macron met Olaf Scholz.") == [MET.format("-")]


def test_a_relative_clause_keeps_its_own_date() -> None:
    found = asserted("Xi Jinping, who arrived in Peru on Monday, met Joe Biden in Lima on Wednesday.")
    assert found == ["meeting | 2023-11-08 | held | CN US | PE | -", "visit | 2023-11-06 | held | CN PE | PE | -"]


def test_ahead_of_leaves_each_date_to_its_own() -> None:
    assert asserted("Emmanuel Macron met Olaf Scholz on Thursday ahead of an EU summit on November 27.") == [
        MET.format("-"), "summit | 2023-11-27 | planned |  | - | EU"]


def test_a_date_in_the_noun_phrase_is_the_occasions() -> None:
    assert asserted("Thursday’s meeting between Emmanuel Macron and Olaf Scholz in Berlin was short.") == [MET.format("DE")]


def test_a_date_that_names_something_else_dates_nothing() -> None:
    assert set(dates("Macron and Scholz met to discuss the October 7 attack.").values()) == {None}


@pytest.mark.parametrize(("text", "days"), [
    ("Emmanuel Macron began a three-day visit to Kazakhstan on Wednesday.", "2023-11-08/2023-11-10"),
    ("Emmanuel Macron wraps up a two-day visit to Kazakhstan on Friday.", "2023-11-09/2023-11-10")])
def test_a_length_gives_the_first_or_the_last_day(text: str, days: str) -> None:
    assert asserted(text) == [f"visit | {days} | held | FR KZ | KZ | -"]


def test_from_is_the_old_time_and_to_the_new() -> None:
    text = "The meeting of Emmanuel Macron and Olaf Scholz was moved from Monday to November 15."
    assert asserted(text) == ["meeting | 2023-11-15 | planned | DE FR | - | -"]


# -- places

@pytest.mark.parametrize(("where", "country"), [
    ("in Berlin", "DE"), ("at the Kremlin", "RU"), ("at the presidential palace in Paris", "FR"), ("near Paris", "FR"), ("in Switzerland", "CH")])
def test_a_place_after_its_preposition(where: str, country: str) -> None:
    assert asserted(f"Emmanuel Macron met Olaf Scholz {where} on Thursday.") == [MET.format(country)]


@pytest.mark.parametrize("topic", ["the war in Gaza", "the conflict in Sudan", "the fighting in Ukraine", "the elections in Kosovo", "troops in Niger"])
def test_what_they_spoke_of_is_no_place(topic: str) -> None:
    assert asserted(f"Emmanuel Macron met Olaf Scholz on Thursday to discuss {topic}.") == [MET.format("-")]


def test_the_place_of_the_talks_stands_beside_what_they_spoke_of() -> None:
    assert asserted("Emmanuel Macron and Olaf Scholz discussed the war in Gaza at a meeting in Berlin on Thursday.") == [MET.format("DE")]


def test_the_dateline_is_the_place_of_the_lead() -> None:
    assert asserted("BERLIN, November 9 - Emmanuel Macron met Olaf Scholz on Thursday.") == [MET.format("DE")]


def test_a_call_has_no_place() -> None:
    assert asserted("Emmanuel Macron in Paris telephoned Olaf Scholz on Thursday.") == ["call | 2023-11-09 | held | DE FR | - | -"]


def test_a_city_and_its_state_are_one_place() -> None:
    busan, seoul, korea, japan = Place("Busan", "KR"), Place("Seoul", "KR"), Place(None, "KR"), Place(None, "JP")
    assert without_containers([busan, korea]) == [busan]
    assert without_containers([korea, busan]) == [busan]
    assert without_containers([busan, japan]) == [busan, japan]
    assert without_containers([busan, seoul]) == [busan, seoul]


def test_an_item_belongs_to_the_nearest_verb_whose_clause_holds_it() -> None:
    read, _ = frames_of("Macron said on Tuesday that Putin met Xi Jinping on Thursday.")
    tuesday, thursday = (index for index, kind in enumerate(read.sentence.kinds) if kind == "T")
    assert [v.lemma for index in (tuesday, thursday) if (v := verb_of(read, index)) is not None] == ["say", "meet"]
