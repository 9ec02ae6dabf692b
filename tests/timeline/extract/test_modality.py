"""Whether an occasion took place, is planned, came to nothing, or was never more than words."""
from __future__ import annotations

from datetime import date

import pytest
from one_sentence import ON, asserted, frames_of

from timeline.extract.frame import Frame
from timeline.extract.grammar import grammar
from timeline.extract.modality import ahead, refusal, status_of
from timeline.model import Status
from timeline.when import When

BEFORE, AFTER = When.day(date(2023, 11, 9)), When.day(date(2023, 11, 16))  # both are Thursdays


@pytest.mark.parametrize(("text", "status"), [
    ("Emmanuel Macron met Olaf Scholz on Thursday.", "held"),
    ("Emmanuel Macron held talks on Thursday with Olaf Scholz that had been put off.", "held"),
    ("Emmanuel Macron will meet Olaf Scholz on Thursday.", "planned"),
    ("Emmanuel Macron is to meet Olaf Scholz on Thursday.", "planned"),
    ("Emmanuel Macron plans to meet Olaf Scholz on Thursday.", "planned"),
    ("Emmanuel Macron is due to meet Olaf Scholz on Thursday.", "planned"),
    ("A meeting between Emmanuel Macron and Olaf Scholz is scheduled for Thursday.", "planned"),
    ("Emmanuel Macron cancelled a meeting with Olaf Scholz planned for Thursday.", "cancelled"),
    ("A meeting between Emmanuel Macron and Olaf Scholz planned for Thursday was called off.", "cancelled"),
    ("A meeting between Emmanuel Macron and Olaf Scholz planned for Thursday was postponed.", "postponed")])
def test_the_words_give_the_status_and_the_thursday(text: str, status: str) -> None:
    when = "2023-11-09" if status == "held" else "2023-11-16"
    assert asserted(text) == [f"meeting | {when} | {status} | DE FR | - | -"]


def test_moved_to_a_new_day_is_planned_for_it() -> None:
    text = "A meeting between Emmanuel Macron and Olaf Scholz was postponed from Monday to November 20."
    assert asserted(text) == ["meeting | 2023-11-20 | planned | DE FR | - | -"]


@pytest.mark.parametrize("text", [
    "Emmanuel Macron hopes to meet Olaf Scholz on Thursday.", "Emmanuel Macron wants to meet Olaf Scholz on Thursday.",
    "Emmanuel Macron proposed talks with Olaf Scholz on Thursday.", "Emmanuel Macron could meet Olaf Scholz on Thursday.",
    "Emmanuel Macron invited Olaf Scholz to visit Paris on Thursday.", "Emmanuel Macron is ready to meet Olaf Scholz on Thursday.",
    "A possible meeting between Emmanuel Macron and Olaf Scholz on Thursday was a rumour.",
    "If Emmanuel Macron meets Olaf Scholz on Thursday, they will eat.", "Did Emmanuel Macron meet Olaf Scholz on Thursday?"])
def test_what_is_wished_possible_or_asked_is_no_event(text: str) -> None:
    assert asserted(text) == []


@pytest.mark.parametrize("text", [
    "Emmanuel Macron denied meeting Olaf Scholz on Thursday.", "Emmanuel Macron refused to meet Olaf Scholz on Thursday.",
    "Emmanuel Macron did not meet Olaf Scholz on Thursday.", "Emmanuel Macron will not meet Olaf Scholz on Thursday.",
    "Emmanuel Macron never met Olaf Scholz.", "Paris denied that Emmanuel Macron had met Olaf Scholz on Thursday."])
def test_what_is_denied_or_refused_is_no_event(text: str) -> None:
    assert asserted(text) == []


def test_a_refusal_says_why() -> None:
    assert refusal(Frame("encounter", "meet", 0, 1, "verb:meet")) is None
    assert refusal(Frame("encounter", "meet", 0, 1, "verb:meet", bears={"wish"})) == "wished, proposed or possible only"
    assert refusal(Frame("encounter", "talks", 0, 1, "noun:meeting", scope={"proposed"})) == "wished, proposed or possible only"
    assert refusal(Frame("encounter", "meet", 0, 1, "verb:meet", bears={"refuse"})) == "denied or refused"
    assert refusal(Frame("encounter", "meet", 0, 1, "verb:meet", negated=True)) == "denied or refused"


@pytest.mark.parametrize("bears", ["cancel", "postpone", "move"])
def test_what_was_called_off_or_moved_is_told_whatever_else_is_said(bears: str) -> None:
    assert refusal(Frame("encounter", "meet", 0, 1, "verb:meet", bears={bears, "wish"})) is None


def status(when: When | None, other: When | None = None, **frame: object) -> tuple[Status, When | None]:
    return status_of(Frame("encounter", "meet", 0, 1, "verb:meet", **frame), grammar().terms, when, other, ON, "paragraph")  # type: ignore[arg-type]


def test_a_day_after_publication_is_planned_and_one_before_held() -> None:
    assert status(AFTER) == (Status.PLANNED, AFTER)
    assert status(BEFORE) == (Status.HELD, BEFORE)


def test_the_day_of_publication_goes_by_the_tense() -> None:
    today = When.day(ON)
    assert status(today, tense="past")[0] is Status.HELD
    assert status(today, tense="future")[0] is Status.PLANNED
    assert status(today, tense="noun")[0] is Status.HELD


def test_the_tense_chooses_between_the_two_readings_of_a_weekday() -> None:
    assert status(AFTER, BEFORE, tense="past") == (Status.HELD, BEFORE)
    assert status(BEFORE, AFTER, tense="future") == (Status.PLANNED, AFTER)


def test_without_a_time_the_tense_alone_decides() -> None:
    assert status(None, tense="past") == (Status.HELD, None)
    assert status(None, tense="future") == (Status.PLANNED, None)
    assert status(None, tense="infinitive") == (Status.PLANNED, None)


def test_cancelled_and_postponed_keep_the_time_that_was_set() -> None:
    assert status(AFTER, bears={"cancel"}) == (Status.CANCELLED, AFTER)
    assert status(AFTER, bears={"postpone"}) == (Status.POSTPONED, AFTER)
    assert status(AFTER, scope={"cancelled"}) == (Status.CANCELLED, AFTER)


@pytest.mark.parametrize(("frame", "coming"), [
    ({"tense": "future"}, True), ({"bears": {"plan"}}, True), ({"scope": {"ahead"}}, True), ({"preposition": "ahead of"}, True),
    ({"tense": "past"}, False), ({"preposition": "after"}, False), ({}, False)])
def test_what_lies_ahead_says_so(frame: dict, coming: bool) -> None:
    assert ahead(Frame("encounter", "meet", 0, 1, "verb:meet", **frame), grammar().terms) is coming


def test_had_been_put_off_is_told_of_an_earlier_time() -> None:
    read, _ = frames_of("The visit had been put off twice.")
    assert [v.pluperfect for v in read.verbs] == [True]
