"""What a sentence says of whether an occasion was held, is planned, was called off, or is only thought of; and of which day it is told."""
from __future__ import annotations

from datetime import date

import pytest
from one_sentence import ON, asserted

from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.model import Status
from timeline.reading import article_from_text
from timeline.when import When

VISIT = "Vladimir Putin's visit to China next week"


@pytest.mark.parametrize("text", [
    "Vladimir Putin cancelled his planned visit to China next week.",
    "Vladimir Putin said he would cancel his visit to China next week.",
    "Vladimir Putin decided to cancel his visit to China next week.",
    "Vladimir Putin was forced to cancel his visit to China next week.",
    "Vladimir Putin is cancelling his visit to China next week.",
    "The row led Vladimir Putin to cancel his visit to China next week.",
    f"{VISIT} has been called off.", f"{VISIT} will not take place.", f"{VISIT} will not go ahead, officials said."])
def test_what_was_called_off_is_cancelled(text: str) -> None:
    assert asserted(text) == ["visit | 2023-11-13/2023-11-19 | cancelled | CN RU | CN | -"]


@pytest.mark.parametrize("text", [
    "Vladimir Putin threatened to cancel his visit to China next week.",
    "Vladimir Putin hinted at cancelling his visit to China next week.",
    "Vladimir Putin is considering cancelling his visit to China next week.",
    "Vladimir Putin may cancel his visit to China next week.",
    "Vladimir Putin could postpone his visit to China next week.",
    "Vladimir Putin denied cancelling his visit to China next week.",
    "Vladimir Putin said he would not cancel his visit to China next week.",
    "Vladimir Putin decided against cancelling his visit to China next week.",
    "Vladimir Putin ruled out postponing his visit to China next week.",
    "Vladimir Putin has no plans to cancel his visit to China next week.",
    "The opposition urged Vladimir Putin to cancel his visit to China next week.",
    "Vladimir Putin rejected calls to cancel his visit to China next week.",
    "Vladimir Putin will cancel his visit to China next week unless Beijing apologises.",
    "If Beijing does not apologise, Vladimir Putin will cancel his visit to China next week.",
    f"{VISIT} may be cancelled.", f"{VISIT} could be put off, officials said.", f"{VISIT} will not be postponed.",
    f"{VISIT} has not been cancelled, officials said."])
def test_what_is_only_threatened_feared_or_denied_is_still_planned(text: str) -> None:
    assert asserted(text) == ["visit | 2023-11-13/2023-11-19 | planned | CN RU | CN | -"]


def test_what_was_not_called_off_is_not_known_to_have_been_held() -> None:
    assert asserted("Vladimir Putin did not cancel his trip to Beijing last week.") == ["visit | 2023-10-30/2023-11-05 | planned | CN RU | CN | -"]


@pytest.mark.parametrize("text", [
    "A meeting between Vladimir Putin and Xi Jinping will not take place on Monday.",
    "No meeting between Vladimir Putin and Xi Jinping took place on Monday.",
    "The meeting between Vladimir Putin and Xi Jinping on Monday might not take place."])
def test_what_was_never_arranged_or_is_doubted_is_no_event(text: str) -> None:
    assert asserted(text) == []


@pytest.mark.parametrize("text", [
    "Monday's talks in Moscow between Vladimir Putin and Xi Jinping have been called off.",
    "The talks in Moscow between Vladimir Putin and Xi Jinping on Monday have been called off.",
    "The talks in Moscow between Vladimir Putin and Xi Jinping will not be held on Monday.",
    "The talks in Moscow between Vladimir Putin and Xi Jinping, planned for Monday, were called off on Thursday."])
def test_what_is_called_off_lay_ahead(text: str) -> None:
    """Told on Friday the 10th."""
    assert asserted(text) == ["meeting | 2023-11-13 | cancelled | CN RU | RU | -"]


@pytest.mark.parametrize("text", [
    "Vladimir Putin's visit to China was cancelled on Monday.",
    "Vladimir Putin's visit to China was cancelled yesterday.",
    "Vladimir Putin on Monday cancelled his visit to China."])
def test_the_day_of_calling_off_is_not_that_of_the_occasion(text: str) -> None:
    assert asserted(text) == ["visit | 2023-11 | cancelled | CN RU | CN | -"]


def test_a_day_after_the_publication_may_be_past_on_the_other_side_of_the_date_line() -> None:
    assert asserted("On Saturday, November 11, Jake Sullivan met with Takeo Akiba.") == ["meeting | 2023-11-11 | held | JP US | - | -"]


@pytest.mark.parametrize("text", [
    "Joe Biden took an aerial tour of Saint Petersburg on Tuesday.",
    "Donald Trump's travel ban on Cuba took effect on Monday.",
    "Leaders of the Pacific Islands Forum welcomed the 2050 Strategy for the Pacific."])
def test_a_look_from_the_air_a_ban_and_a_goal_are_no_events(text: str) -> None:
    assert asserted(text) == []


@pytest.mark.parametrize("text", [
    "Vladimir Putin has yet to meet Xi Jinping this month.", "Vladimir Putin is unlikely to meet Xi Jinping on Monday.", "Vladimir Putin would have met Xi Jinping on Wednesday had he not been ill.",
    "Vladimir Putin denied having met Xi Jinping on Wednesday.", "The Kremlin dismissed reports that Vladimir Putin had met Xi Jinping on Wednesday.",
    "Reports that Vladimir Putin met Xi Jinping on Wednesday are false, the Kremlin said.",
    "A meeting between Vladimir Putin and Xi Jinping on Monday is possible.", "A meeting between Vladimir Putin and Xi Jinping on Monday is unlikely.",
    "Vladimir Putin told reporters that a summit with Xi Jinping on Monday was out of the question."])
def test_what_is_unlikely_counterfactual_or_denied_is_no_event(text: str) -> None:
    assert asserted(text) == []


@pytest.mark.parametrize(("text", "event"), [
    ("Vladimir Putin is meeting Xi Jinping in Moscow on Monday.", "meeting | 2023-11-13 | planned | CN RU | RU | -"),
    ("Vladimir Putin is meeting Xi Jinping in Moscow on Friday.", "meeting | 2023-11-10 | held | CN RU | RU | -"),
    ("Vladimir Putin has accepted an invitation to visit China on Monday.", "visit | 2023-11-13 | planned | CN RU | CN | -"),
    ("Vladimir Putin was able to meet Xi Jinping on Wednesday.", "meeting | 2023-11-08 | held | CN RU | - | -"),
    ("Vladimir Putin confirmed that he had met Xi Jinping on Wednesday.", "meeting | 2023-11-08 | held | CN RU | - | -")])
def test_what_is_under_way_accepted_or_achieved(text: str, event: str) -> None:
    """Told on Friday the 10th."""
    assert asserted(text) == [event]


@pytest.mark.parametrize("text", [
    "Vladimir Putin's visit to China has been postponed from November 20 to December 4.",
    "Vladimir Putin's visit to China has been moved from November 20 to December 4.",
    "Vladimir Putin's visit to China, planned for November 20, has been put off to December 4.",
    "Vladimir Putin's visit to China, originally planned for November 20, will take place on December 4.",
    "Vladimir Putin will now visit China on December 4 instead of November 20."])
def test_what_was_moved_has_its_new_day_and_the_one_it_was_moved_from(text: str) -> None:
    claim, = claims_from(article_from_text(text, title="News of the day", published=ON, url="https://example.org/a"), load_gazetteer())
    assert (claim.status, claim.when.edtf()) == (Status.PLANNED, "2023-12-04")
    assert claim.formerly == When.day(date(2023, 11, 20))


def test_what_had_been_planned_and_was_put_off_is_postponed_at_its_day() -> None:
    assert asserted("Vladimir Putin put off a visit to China that had been planned for November 20.") == ["visit | 2023-11-20 | postponed | CN RU | CN | -"]


@pytest.mark.parametrize("text", [
    "Emmanuel Macron met Olaf Scholz on Tuesday to discuss a report initially due on November 3.",
    "Talks between Vladimir Putin and Xi Jinping, originally planned for November 20, will be held on November 27, and Emmanuel Macron met Olaf Scholz on Tuesday."])
def test_what_another_thing_was_moved_from_is_no_earlier_day_of_a_meeting(text: str) -> None:
    claims = claims_from(article_from_text(text, title="News of the day", published=ON, url="https://example.org/a"), load_gazetteer())
    meeting, = (claim for claim in claims if {party.country for party in claim.participants} == {"FR", "DE"})
    assert (meeting.when, meeting.formerly) == (When.day(date(2023, 11, 7)), None)
