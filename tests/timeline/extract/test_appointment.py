"""An entry of a calendar claims what its own fields say, where its summary names an occasion and who takes part."""
from __future__ import annotations

from datetime import date, time

import pytest

from timeline.extract import claims_from
from timeline.gazetteer import load_gazetteer
from timeline.model import Appointment, Article, Claim, EventType, Form, Status, Tier
from timeline.when import When

WHEN = When.day(date(2023, 11, 9)).at(time(10), "Asia/Almaty")


def claims(summary: str, *, host: str = "diary.example", language: str = "en", location: str = "Astana", **fields: object) -> tuple[Claim, ...]:
    values: dict[str, object] = {"when": WHEN, "status": Status.PLANNED, "location": location} | fields
    article = Article(f"https://{host}/calendar.ics#1", "diary", summary, (f"{summary}; 2023-11-09, 10:00 (Asia/Almaty); {location}",), publisher="The Diary",
                      published_on=date(2023, 11, 1), language=language, tier=Tier.OFFICIAL, form=Form.APPOINTMENT,
                      outlet="diary.example", appointment=Appointment(**values))  # type: ignore[arg-type]
    return claims_from(article, load_gazetteer())


@pytest.mark.parametrize(("summary", "kind", "parties"), [
    ("Vladimir Putin meets Kassym-Jomart Tokayev", EventType.MEETING, {"person:vladimir-putin", "person:kassym-jomart-tokayev"}),
    ("Talks between the Foreign Ministers of Kazakhstan and Turkey", EventType.MEETING, {"state:KZ", "state:TR"}),
    ("Visit of President Tokayev to China", EventType.VISIT, {"person:kassym-jomart-tokayev", "state:CN"}),
    ("CSTO summit", EventType.SUMMIT, {"organisation:CSTO"}),
    ("G20 foreign ministers' meeting", EventType.CONFERENCE, {"organisation:G20"}),
    ("Phone call: Antony Blinken, Wang Yi", EventType.CALL, {"person:antony-blinken", "person:wang-yi"}),
    ("Signing of an agreement between Japan and Turkey", EventType.SIGNING, {"state:JP", "state:TR"})])
def test_its_summary_tells_kind_and_parties(summary: str, kind: EventType, parties: set[str]) -> None:
    (claim,) = claims(summary)
    assert (claim.type, {one.actor_id for one in claim.participants}) == (kind, parties)


def test_time_status_and_place_are_those_of_its_fields() -> None:
    (claim,) = claims("Talks between Kazakhstan and Turkey on 3 May in Ankara", status=Status.CANCELLED)
    assert (claim.when, claim.status) == (WHEN, Status.CANCELLED)
    assert (claim.source, claim.outlet) == ("diary", "diary.example")
    assert claim.place is not None
    assert claim.place.name == "Astana"


def test_the_quotation_stands_in_the_text_and_holds_summary_and_time() -> None:
    (claim,) = claims("Talks between Kazakhstan and Turkey")
    assert claim.quotation == "Talks between Kazakhstan and Turkey; 2023-11-09, 10:00 (Asia/Almaty); Astana"
    assert claim.end - claim.start == len(claim.quotation)


def test_a_ministrys_own_state_takes_part_in_its_talks() -> None:
    (claim,) = claims("Talks with the Foreign Minister of Turkey", host="mfa.gov.kz")
    assert {one.actor_id for one in claim.participants} == {"state:TR", "state:KZ"}
    assert claims("Talks with the Foreign Minister of Turkey") == ()


@pytest.mark.parametrize("summary", ["Office closed", "Staff meeting", "Turkey", "Press conference of the Foreign Ministers of Japan and Turkey", "Réunion avec la Turquie et le Japon"])
def test_an_entry_that_names_no_occasion_or_nobody_claims_nothing(summary: str) -> None:
    assert claims(summary) == ()


def test_a_series_and_a_language_without_rules_claim_nothing() -> None:
    assert claims("Talks between Kazakhstan and Turkey", repeats=True) == ()
    assert claims("Talks between Kazakhstan and Turkey", language="fr") == ()


def test_what_the_calendar_calls_tentative_is_less_certain() -> None:
    (firm,), (tentative,) = claims("CSTO summit"), claims("CSTO summit", firm=False)
    assert tentative.confidence < firm.confidence


def test_a_moved_entry_keeps_its_claim() -> None:
    (before,), (after,) = claims("CSTO summit"), claims("CSTO summit", when=When.day(date(2023, 11, 20)))
    assert before.id == after.id
