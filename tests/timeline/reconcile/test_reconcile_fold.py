"""What an event is, given what was told of it and when."""
from __future__ import annotations

from datetime import date

import pytest
from told_claims import (
    BIDEN,
    BLINKEN,
    LAVROV,
    MACRON,
    MODI,
    NETANYAHU,
    PUTIN,
    SCHOLZ,
    TOKAYEV,
    WANG,
    XI,
    claim,
    timeline,
)

from timeline.model import Event, Status
from timeline.reconcile import derived_status, explain, fold


def folded(*claims: object) -> Event:
    return fold(claims, "e")  # type: ignore[arg-type]


def test_an_event_needs_a_claim() -> None:
    with pytest.raises(ValueError, match="event e has no claims"):
        fold([], "e")


class TestStatus:
    def test_a_report_outweighs_plans_however_late_they_are_told(self) -> None:
        """An item that still announces what another reported half an hour before: held stays held."""
        event = folded(claim("meeting", [MODI, MACRON], "2023-09-09", told="2023-09-09T10:00+00:00"),
                       claim("meeting", [MODI, MACRON], "2023-09-09", told="2023-09-09T10:30+00:00", status="planned", tier="official"))
        assert event.status is Status.HELD

    def test_an_older_article_that_arrives_late_does_not_undo_a_cancellation(self) -> None:
        called_off = claim("meeting", [BIDEN, PUTIN], "2018-11-30", told="2018-11-29", status="cancelled", source="a")
        plan = claim("meeting", [BIDEN, PUTIN], "2018-11-30", told="2018-11-20", status="planned", source="b")
        assert [event.status for event in timeline(called_off, plan)] == [Status.CANCELLED]

    def test_the_same_plan_printed_a_day_after_the_cancellation_knows_nothing_of_it(self) -> None:
        called_off = claim("meeting", [BIDEN, PUTIN], "2018-11-30", told="2018-11-28", status="cancelled", source="a")
        plan = claim("meeting", [BIDEN, PUTIN], "2018-11-30", told="2018-11-29", status="planned", source="b")
        assert folded(called_off, plan).status is Status.CANCELLED

    def test_announced_again_days_after_the_cancellation_it_is_planned(self) -> None:
        """The summit of June 12, 2018 was called off on May 24 and on again on June 1."""
        event = folded(claim("summit", ["Donald Trump/US", "Kim Jong Un/KP"], "2018-06-12", told="2018-05-10", status="planned"),
                       claim("summit", ["Donald Trump/US", "Kim Jong Un/KP"], "2018-06-12", told="2018-05-24", status="cancelled"),
                       claim("summit", ["Donald Trump/US", "Kim Jong Un/KP"], "2018-06-12", told="2018-06-01", status="planned"))
        assert (event.status, event.when.edtf(), event.formerly) == (Status.PLANNED, "2018-06-12", ())

    def test_nobody_reports_what_is_still_to_come(self) -> None:
        """A sentence taken for a report three days ahead of the meeting is a plan."""
        assert folded(claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-15")).status is Status.PLANNED

    def test_two_who_say_it_was_cancelled_outweigh_one_who_says_it_was_held(self) -> None:
        held = claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-18", source="a")
        against = [claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-19", status="cancelled", source=source)
                   for source in ("b", "c")]
        assert folded(held, against[0]).status is Status.HELD
        event = folded(held, *against)
        assert event.status is Status.CANCELLED
        assert "not followed: held 2023-09-18 by a (press) on 2023-09-18" in explain(event)

    def test_one_source_counts_once_however_often_it_tells(self) -> None:
        held = claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-18", source="a")
        against = [claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-19", status="cancelled", source="b", words=str(n))
                   for n in range(5)]
        assert folded(held, *against).status is Status.HELD

    def test_what_was_postponed_stays_at_its_old_time_until_a_new_one_is_told(self) -> None:
        plan = claim("visit", [f">{SCHOLZ}", "IN"], "2024-02-25/2024-02-26", told="2024-01-20", status="planned")
        word = claim("visit", [f">{SCHOLZ}", "IN"], "2024-02-25/2024-02-26", told="2024-02-20", status="postponed")
        event = folded(plan, word)
        assert (event.status, event.when.edtf(), event.formerly) == (Status.POSTPONED, "2024-02-25/2024-02-26", ())

    def test_a_later_look_back_at_the_postponement_does_not_postpone_the_new_date(self) -> None:
        plan = claim("visit", [f">{SCHOLZ}", "IN"], "2024-02-25", told="2024-01-20", status="planned")
        word = claim("visit", [f">{SCHOLZ}", "IN"], "2024-02-25", told="2024-02-20", status="postponed")
        anew = claim("visit", [f">{SCHOLZ}", "IN"], "2024-04-10", told="2024-03-01", status="planned", formerly="2024-02-25")
        back = claim("visit", [f">{SCHOLZ}", "IN"], "2024-02-25", told="2024-03-20", status="postponed", source="b")
        event = folded(plan, word, anew, back)
        assert (event.status, event.when.edtf()) == (Status.PLANNED, "2024-04-10")
        assert [old.edtf() for old in event.formerly] == ["2024-02-25"]

    @pytest.mark.parametrize(("today", "status"), [("2023-11-23", "planned"), ("2023-11-24", "planned"), ("2023-11-25", "unreported")])
    def test_a_plan_whose_time_is_past_is_unreported_after_a_day_to_spare(self, today: str, status: str) -> None:
        event = folded(claim("summit", [PUTIN], "2023-11-23", told="2023-11-10", status="planned", body="CSTO"))
        assert derived_status(event, date.fromisoformat(today)) == status
        assert event.status is Status.PLANNED

    def test_what_was_held_or_called_off_is_never_unreported(self) -> None:
        for status in ("held", "cancelled", "postponed"):
            event = folded(claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-18", status=status))
            assert derived_status(event, date(2030, 1, 1)) == status


class TestTime:
    def test_a_more_exact_date_refines_a_vaguer_one(self) -> None:
        event = folded(claim("meeting", [SCHOLZ, TOKAYEV], "2023-09", told="2023-11-10"),
                       claim("meeting", [SCHOLZ, TOKAYEV], "2023-09-28", told="2023-09-29"))
        assert event.when.edtf() == "2023-09-28"

    def test_an_announced_day_stands_where_the_report_gives_only_the_month(self) -> None:
        event = folded(claim("meeting", ["Fumio Kishida/JP", XI], "2023-11-16", told="2023-11-09", status="planned"),
                       claim("meeting", ["Fumio Kishida/JP", XI], "2023-11", told="2023-11-17"))
        assert (event.when.edtf(), event.status) == ("2023-11-16", Status.HELD)

    def test_the_day_that_is_reported_outweighs_the_day_announced(self) -> None:
        event = folded(claim("meeting", [BIDEN, "Naftali Bennett/IL"], "2021-08-26", told="2021-08-18", status="planned", tier="official"),
                       claim("meeting", [BIDEN, "Naftali Bennett/IL"], "2021-08-27", told="2021-08-27"))
        assert event.when.edtf() == "2021-08-27"
        assert [old.edtf() for old in event.formerly] == ["2021-08-26"]

    def test_an_official_readout_outweighs_a_report(self) -> None:
        told = [claim("meeting", [BLINKEN, WANG], day, told="2023-10-28", source=source, tier=tier)
                for day, source, tier in (("2023-10-27", "daily", "press"), ("2023-10-26", "ministry", "official"))]
        assert folded(*told).when.edtf() == "2023-10-26"

    def test_the_last_announcement_gives_the_date(self) -> None:
        event = folded(claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-20", status="planned"),
                       claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01"))
        assert (event.when.edtf(), [old.edtf() for old in event.formerly]) == ("2023-05-05", ["2023-05-01"])

    def test_a_stay_keeps_its_length_when_only_the_arrival_is_reported(self) -> None:
        event = folded(claim("visit", [f">{MACRON}", "CN"], "2023-04-05/2023-04-07", told="2023-04-03", status="planned"),
                       claim("visit", [f">{MACRON}", "CN"], "2023-04-05", told="2023-04-05"))
        assert (event.when.edtf(), event.status) == ("2023-04-05/2023-04-07", Status.HELD)

    def test_a_summit_told_day_by_day_lasts_as_long(self) -> None:
        event = folded(*(claim("summit", ["KR"], day, told=day, body="APEC", source=day) for day in
                         ("2025-11-01", "2025-10-31", "2025-10-30")))
        assert event.when.edtf() == "2025-10-30/2025-11-01"

    def test_the_announced_day_of_a_summit_counts_beside_the_reported_one(self) -> None:
        event = folded(claim("summit", [MODI], "2023-09-09", told="2023-09-09", status="planned", body="G20", source="a"),
                       claim("summit", [SCHOLZ], "2023-09-10", told="2023-09-11", body="G20", source="b"))
        assert (event.when.edtf(), event.formerly) == ("2023-09-09/2023-09-10", ())

    def test_a_day_that_a_summit_was_moved_away_from_is_none_of_its_days(self) -> None:
        event = folded(claim("summit", [MODI], "2023-09-09", told="2023-09-01", status="planned", body="G20", source="a"),
                       claim("summit", [MODI], "2023-09-10", told="2023-09-05", status="planned", body="G20", formerly="2023-09-09"),
                       claim("summit", [SCHOLZ], "2023-09-10", told="2023-09-11", body="G20", source="b"))
        assert (event.when.edtf(), [old.edtf() for old in event.formerly]) == ("2023-09-10", ["2023-09-09"])

    def test_two_articles_of_an_outlet_outweigh_one_of_it(self) -> None:
        """They are one source, yet less likely to err alike."""
        told = [claim("visit", [f">{MACRON}", "CN"], "2023-04-05/2023-04-07", told=day) for day in ("2023-04-05", "2023-04-07")]
        stray = claim("visit", [f">{MACRON}", "CN"], "2023-04-07/2023-04-09", told="2023-04-08", confidence=0.85)
        assert folded(*told, stray).when.edtf() == "2023-04-05/2023-04-07"

    def test_some_day_of_a_stay_becomes_the_day(self) -> None:
        event = folded(claim("meeting", ["Rodrigo Duterte/PH", XI], "2016-10-18/2016-10-21", told="2016-10-17", status="planned"),
                       claim("meeting", ["Rodrigo Duterte/PH", XI], "2016-10-20", told="2016-10-20"))
        assert event.when.edtf() == "2016-10-20"

    def test_a_clock_time_is_kept_whoever_tells_it(self) -> None:
        event = folded(claim("meeting", [LAVROV, WANG], "2023-09-18", at="14:30", told="2023-09-17", status="planned"),
                       claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-18"))
        assert event.when.edtf() == "2023-09-18T14:30"


class TestParties:
    def test_a_named_person_takes_the_place_of_the_state(self) -> None:
        event = folded(claim("meeting", [BLINKEN, "CN"], "2023-06-18", told="2023-06-18"),
                       claim("meeting", [BLINKEN, "Qin Gang/CN"], "2023-06-18", told="2023-06-19"))
        assert [one.name for one in event.participants] == ["Antony Blinken", "Qin Gang"]

    def test_a_third_party_that_one_of_many_names_is_no_party_of_a_bilateral(self) -> None:
        told = [claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source=source) for source in "abc"]
        stray = claim("meeting", [BIDEN, XI, "TW"], "2023-11-15", told="2023-11-16", source="d")
        assert {one.country for one in folded(*told, stray).participants} == {"US", "CN"}

    def test_a_summit_has_all_whom_any_article_names(self) -> None:
        event = folded(claim("summit", [PUTIN, TOKAYEV], "2023-11-23", told="2023-11-23", body="CSTO"),
                       claim("summit", ["Alexander Lukashenko/BY"], "2023-11-23", told="2023-11-24", body="CSTO"))
        assert {one.country for one in event.participants} == {"RU", "KZ", "BY"}

    def test_one_person_in_two_spellings_is_listed_once(self) -> None:
        event = folded(claim("meeting", [BIDEN, "Nuri al-Maliki/IQ"], "2023-11-30", told="2023-11-30", tier="official"),
                       claim("meeting", [BIDEN, "Nouri al-Maliki/IQ"], "2023-11-30", told="2023-11-30"))
        assert [one.name for one in event.participants] == ["Joe Biden", "Nuri al-Maliki"]

    def test_who_came_to_whom_is_kept(self) -> None:
        event = folded(claim("visit", ["Emmanuel Macron/FR", "CN"], "2023-04-05", told="2023-04-05", tier="official"),
                       claim("visit", [f">{MACRON}", "CN"], "2023-04-05", told="2023-04-05"))
        assert [one.part for one in event.participants] == ["visitor", "participant"]


class TestPlaceAndType:
    def test_a_city_is_told_more_exactly_than_its_country(self) -> None:
        event = folded(claim("meeting", [BLINKEN, NETANYAHU], "2023-11-30", told="2023-11-30", place="/IL", tier="official"),
                       claim("meeting", [BLINKEN, NETANYAHU], "2023-11-30", told="2023-12-01", place="Jerusalem/IL"))
        assert event.place is not None
        assert event.place.name == "Jerusalem"

    def test_a_new_place_goes_with_the_new_date(self) -> None:
        old = [claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-20", status="planned", place="Moscow/RU", source=source) for source in "abc"]
        new = claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01", place="Goa/IN")
        event = folded(*old, new)
        assert event.place is not None
        assert event.place.name == "Goa"

    def test_a_call_has_no_place(self) -> None:
        event = folded(claim("call", [BIDEN, NETANYAHU], "2023-10-18", told="2023-10-18", place="Washington/US"))
        assert event.place is None

    def test_a_visit_of_a_day_and_its_talks_are_a_meeting(self) -> None:
        event = folded(claim("visit", [f">{SCHOLZ}", "US"], "2023-03-03", told="2023-03-01", status="planned", place="Washington/US"),
                       claim("meeting", [BIDEN, SCHOLZ], "2023-03-03", told="2023-03-03", place="Washington/US"))
        assert (event.type, event.title) == ("meeting", "Biden – Scholz, meeting")


def test_confidence_rises_with_sources_and_not_with_sentences() -> None:
    one = claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-09", source="a", confidence=0.6)
    again = claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-09", source="a", confidence=0.6, words="again")
    other = claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-09", source="b", confidence=0.6)
    assert folded(one).confidence == folded(one, again).confidence == 0.6
    assert folded(one, other).confidence == 0.84


def test_explain_says_who_decided_and_who_said_otherwise() -> None:
    event = folded(claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-20", status="planned", source="a"),
                   claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01", source="b"),
                   claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-05-06", source="ministry", tier="official"))
    assert explain(event) == ["status held: reported as held by ministry (official) on 2023-05-06",
                              "time 2023-05-05: told by those who report it", "moved from 2023-05-01"]
