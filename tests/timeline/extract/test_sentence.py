"""A sentence is a row of items, each of one kind."""
from __future__ import annotations

from itertools import pairwise

import pytest
from one_sentence import sentence

from timeline.mentions import NameKind


@pytest.mark.parametrize(("text", "kinds"), [
    ("Putin met Tokayev in Astana on Thursday.", "PwPwCwT."),
    ("China and the United Kingdom met.", "SwwSw."),
    ("The G20 met.", "wOw."),
    ("They met during a three-day visit.", "HwwUw."),
    ("Russian-Turkish talks began.", "JwJww."),
    ("They met at the Gulf's edge.", "HwwwLww."),
    ("Putin, Raisi and Erdogan met; others left.", "P,PwPw;ww."),
    ("Talks with the U.S. and the U.K. continued.", "wwwSwwSw."),
])
def test_each_item_has_the_kind_of_what_it_is(text: str, kinds: str) -> None:
    assert sentence(text).kinds == kinds


@pytest.mark.parametrize(("text", "kinds"), [
    ("Who met them?", "wwH."), ("He told her that she was late.", "hwhwhww."), ("They met him.", "Hwh."),
    ("The two leaders met.", "Hw."), ("Both countries agreed.", "Hw."), ("I met him.", "hwh.")])
def test_a_pronoun_is_singular_or_plural(text: str, kinds: str) -> None:
    assert sentence(text).kinds == kinds


@pytest.mark.parametrize("text", ["He thanked Macron for her visit.", "Her visit ended.", "Putin praised her long speech."])
def test_her_before_a_noun_is_an_owner(text: str) -> None:
    her = next(item for item in sentence(text).items if item.low == "her")
    assert her.kind == "w"
    assert "possessive" in her.word.function


@pytest.mark.parametrize("text", ["He visits her on Friday.", "He told her that it was over.", "Macron met her."])
def test_her_before_anything_else_is_a_person(text: str) -> None:
    assert next(item for item in sentence(text).items if item.low == "her").kind == "h"


def test_the_leaders_of_named_states_are_no_leaders_told_before() -> None:
    assert "H" not in sentence("The leaders of Japan and Canada met.").kinds


@pytest.mark.parametrize("phrase", ["put off", "took place", "ahead of", "peace talks", "memorandum of understanding",
                                    "on the sidelines of", "called off", "telephone call"])
def test_a_phrase_of_the_grammar_is_one_word(phrase: str) -> None:
    assert phrase in [item.low for item in sentence(f"The talks {phrase} the visit.").items]


def test_the_longest_phrase_is_taken() -> None:
    assert [item.low for item in sentence("A round of talks began.").items] == ["a", "round of talks", "began", "."]


def test_no_phrase_reaches_across_a_name_or_a_mark() -> None:
    read = sentence("They put, off Japan, a visit ahead, of Putin.")
    assert not {"put off", "ahead of"} & {item.low for item in read.items}


@pytest.mark.parametrize("marks", ['""', "“”"])
def test_quotation_marks_are_a_kind_of_their_own(marks: str) -> None:
    assert sentence(f"{marks[0]}We met Putin,{marks[1]} he said.").kinds == '"wwP,"hw.'


def test_brackets_open_and_close() -> None:
    assert sentence("The European Union (EU) and China will meet.").kinds == "wO(O)wSww."


def test_items_stand_where_their_text_stands() -> None:
    text = "In Astana, Putin’s delegation (of ten) met Tokayev’s on Thursday — “briefly”."
    for item in sentence(text).items:
        assert text[item.start:item.end].lower() == item.low


def test_items_follow_each_other_without_overlap() -> None:
    items = sentence("Chinese President Xi Jinping met the U.S. and EU leaders on Friday, November 10, in a three-day visit.").items
    assert all(one.end <= other.start for one, other in pairwise(items))


def test_an_office_stands_with_its_holder_as_one_person() -> None:
    read = sentence("Antony Blinken, the US secretary of state, met Wang Yi.")
    assert read.kinds == "P,wP."
    first = read.name(0)
    assert first is not None
    assert (first.kind, first.actor_id, first.country) == (NameKind.PERSON, "person:antony-blinken", "US")


def test_a_date_item_carries_what_it_denotes() -> None:
    read = sentence("Putin met Tokayev on Thursday.")
    mention = read.when(read.kinds.index("T"))
    assert mention is not None
    assert mention.when is not None
    assert mention.when.edtf() == "2023-11-09"


def test_a_verb_after_he_is_no_office() -> None:
    assert "P" not in sentence("He heads to China before they head home.").kinds


def test_beyond_the_ends_there_is_nothing() -> None:
    read = sentence("Putin met Xi.")
    assert (read.low(-1), read.low(99), read.kind(-1), read.kind(99), read.name(99)) == ("", "", ".", ".", None)
    assert not read.word(99).verbs
    assert read.source(3, 3) == ""
