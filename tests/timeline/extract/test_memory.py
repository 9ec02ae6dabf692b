"""Whom a pronoun, an office or "the two leaders" stands for is found in what was told before."""
from __future__ import annotations

import pytest
from one_sentence import asserted, claims, clauses

from timeline.extract.grammar import grammar
from timeline.extract.memory import Memory

MET = "meeting | 2023-11-09 | held | {} | {} | -"


@pytest.mark.parametrize(("text", "parties", "place"), [
    ("French President Emmanuel Macron spoke for an hour. He met German Chancellor Olaf Scholz in Berlin on Thursday.", "DE FR", "DE"),
    ("Italian Prime Minister Giorgia Meloni praised the deal. She met Albanian Prime Minister Edi Rama in Rome on Thursday.", "AL IT", "IT"),
    ("Turkish Foreign Minister Hakan Fidan criticised the vote. The foreign minister met Antony Blinken in Ankara on Thursday.", "TR US", "TR")])
def test_one_who_was_spoken_of(text: str, parties: str, place: str) -> None:
    assert asserted(text) == [MET.format(parties, place)]


@pytest.mark.parametrize("they", ["They", "The two leaders", "The two", "Both leaders", "The pair", "The two presidents", "The leaders"])
def test_two_who_were_spoken_of(they: str) -> None:
    text = f"Vladimir Putin praised Kassym-Jomart Tokayev. {they} met in Astana on Thursday."
    assert asserted(text) == [MET.format("KZ RU", "KZ")]


def test_both_countries_are_the_two_that_the_article_speaks_of_most() -> None:
    memory = Memory(grammar())
    for text in ("Greece and Turkey quarrel.", "Greece wants gas, and Turkey too.", "Germany waits."):
        memory.remember(clauses(text), [])
    read = clauses("Both countries met.").sentence
    memory.pair = []
    assert [name.country for name in memory.members(read, [0], [])] == ["GR", "TR"]


@pytest.mark.parametrize(("told", "they", "met"), [
    ("Putin spoke with Macron by telephone on Monday.", "foreign ministers", [("Foreign Minister", None), ("Foreign Minister", None)]),
    ("Putin spoke with Macron by telephone on Monday.", "leaders", [("President", "Emmanuel Macron"), ("President", "Vladimir Putin")]),
    ("Putin spoke with Macron by telephone on Monday.", "heads of state", [("President", "Emmanuel Macron"), ("President", "Vladimir Putin")]),
    ("Lavrov spoke with Hakan Fidan by telephone on Monday.", "presidents", [("President", None), ("President", None)]),
    ("Lavrov spoke with Hakan Fidan by telephone on Monday.", "foreign ministers", [("Foreign Minister", "Hakan Fidan"), ("Foreign Minister", "Sergei Lavrov")]),
    ("Putin spoke with Hakan Fidan by telephone on Monday.", "foreign ministers", [("Foreign Minister", None), ("Foreign Minister", "Hakan Fidan")])])
def test_those_of_two_countries_hold_the_office_that_is_told(told: str, they: str, met: list[tuple[str, str | None]]) -> None:
    """Presidents who were spoken of are not the foreign ministers of their countries, nor the other way round."""
    found = [claim for claim in claims(f"{told} The {they} of the two countries met in Geneva on Thursday.") if claim.type == "meeting"]
    assert [sorted(((one.role or "", one.name) for one in claim.participants), key=str) for claim in found] == [sorted(met, key=str)]


@pytest.mark.parametrize("before", ["", "Putin spoke with Xi Jinping by telephone on Monday. "])
def test_those_of_two_countries_are_the_two_who_are_named_behind(before: str) -> None:
    text = f"{before}The foreign ministers of the two countries, Hakan Fidan and Antony Blinken, last met in Geneva on Thursday."
    found = [claim for claim in claims(text) if claim.type == "meeting"]
    assert [{one.name for one in claim.participants} for claim in found] == [{"Hakan Fidan", "Antony Blinken"}]


def test_two_states_are_not_guessed_among_three() -> None:
    memory = Memory(grammar())
    for text in ("Greece, Turkey and Cyprus quarrel.", "Greece wants gas, and Turkey and Cyprus too."):
        memory.remember(clauses(text), [])
    assert memory.two_states() == []


def test_i_is_the_one_whose_remarks_the_headline_gives() -> None:
    assert asserted("I met President Zelensky in Kyiv on Thursday.", title="Remarks by German Chancellor Olaf Scholz") == [MET.format("DE UA", "UA")]


def test_i_in_a_quotation_is_the_one_who_says_it() -> None:
    assert asserted("“I met Zelensky in Kyiv on Thursday,” Macron said.") == [MET.format("FR UA", "UA")]


def test_i_of_nobody_known_is_nobody() -> None:
    assert asserted("I met Zelensky in Kyiv on Thursday.") == []


@pytest.mark.parametrize("counterpart", ["her Chinese counterpart", "the Chinese foreign minister", "her Chinese opposite number"])
def test_an_unnamed_counterpart_stands_for_the_state(counterpart: str) -> None:
    assert asserted(f"Japanese Foreign Minister Yoko Kamikawa met {counterpart} in Tokyo on Thursday.") == [MET.format("CN JP", "JP")]


def test_a_pronoun_never_stands_for_the_one_who_is_met() -> None:
    text = "Emmanuel Macron hailed Olaf Scholz. Scholz said he met Macron in Berlin on Thursday."
    assert asserted(text) == [MET.format("DE FR", "DE")]


def test_his_call_is_of_the_one_spoken_of() -> None:
    text = "Joe Biden was briefed. His call with Benjamin Netanyahu took place on Thursday."
    assert asserted(text) == ["call | 2023-11-09 | held | IL US | - | -"]


def test_their_meeting_may_come_before_those_who_met() -> None:
    text = "Their meeting on Thursday was the first for Vladimir Putin and Kassym-Jomart Tokayev."
    assert asserted(text) == [MET.format("KZ RU", "-")]


def test_one_who_only_speaks_for_others_is_not_he() -> None:
    text = "Emmanuel Macron left early. A spokesman, John Kirby, explained why. He met Olaf Scholz in Berlin on Thursday."
    assert asserted(text) == [MET.format("DE FR", "DE")]


def test_what_was_never_told_is_not_guessed() -> None:
    assert asserted("They met in Astana on Thursday.") == []
    assert Memory(grammar()).members(clauses("They met him.").sentence, [0, 2], []) == []
