"""Bilaterals on the margin of a summit, and the legs of a trip."""
from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from told_claims import ABBAS, BIDEN, BLINKEN, LAVROV, MACRON, MODI, NETANYAHU, SCHOLZ, XI, claim

from timeline.model import Claim, Event
from timeline.reconcile import event_id, fold
from timeline.series import Series, parents, series_of

SUNAK = "Rishi Sunak/GB"


def event(*told: Claim) -> Event:
    return fold(told, event_id(told[0]))


def found(*events: Event) -> list[Series]:
    """The series, the same in whatever order the events are given."""
    series = {series_of(order) for order in permutations(events[:5])} if len(events) <= 5 else {series_of(events)}
    one, = series
    return list(one)


G20 = event(claim("summit", [MODI, SUNAK, BIDEN, SCHOLZ], "2023-09-09/2023-09-10", told="2023-09-10", body="G20", place="New Delhi/IN"))


def bilateral(parties: list[str], day: str = "2023-09-09", place: str | None = "New Delhi/IN", **more: str) -> Event:
    return event(claim("meeting", parties, day, told="2023-09-11", source="b", place=place, **more))  # type: ignore[arg-type]


class TestSummits:
    def test_a_bilateral_on_its_margin_points_to_the_summit(self) -> None:
        with_host, of_guests = bilateral([SUNAK, MODI]), bilateral([SUNAK, BIDEN], "2023-09-10")
        series, = found(with_host, of_guests, G20)
        assert (series.id, series.kind, series.title) == (G20.id, "summit", "G20 summit")
        assert series.parts == (with_host.id, of_guests.id)
        assert parents([series])[with_host.id] == series

    def test_before_the_first_day_elsewhere_or_of_others_it_does_not(self) -> None:
        assert found(G20, bilateral([BIDEN, MODI], "2023-09-08")) == []
        assert found(G20, bilateral([SUNAK, MODI], place="Mumbai/IN")) == []
        assert found(G20, bilateral([SUNAK, BIDEN], place="Washington/US")) == []
        assert found(G20, bilateral([MODI, XI])) == []
        assert found(G20, bilateral([SUNAK, XI])) == []

    def test_one_guest_whom_nobody_lists_is_there_where_one_article_tells_of_both(self) -> None:
        told = [claim("summit", [MODI, SUNAK], "2023-09-09/2023-09-10", told="2023-09-11", body="G20", place="New Delhi/IN", article="https://a.example/1"),
                claim("meeting", [SUNAK, XI], "2023-09-10", told="2023-09-11", place="/IN", article="https://a.example/1", words="1")]
        assert len(found(*(event(each) for each in told))) == 1

    def test_without_a_place_one_article_must_tell_of_both(self) -> None:
        apart = bilateral([SUNAK, BIDEN], place=None)
        assert found(G20, apart) == []
        told = claim("meeting", [SUNAK, BIDEN], "2023-09-09", told="2023-09-10", article=G20.articles[0], words="1")
        assert len(found(G20, event(told))) == 1

    def test_between_two_summits_it_points_to_neither(self) -> None:
        quad = event(claim("summit", [MODI, SUNAK, BIDEN], "2023-09-09", told="2023-09-10", body="Quad", place="New Delhi/IN"))
        assert found(G20, quad, bilateral([SUNAK, MODI])) == []

    def test_what_was_called_off_is_part_of_nothing(self) -> None:
        off = event(claim("meeting", [SUNAK, MODI], "2023-09-09", told="2023-09-08", status="cancelled", place="New Delhi/IN"))
        assert found(G20, off) == []

    def test_a_summit_of_two_has_no_margin(self) -> None:
        pair = event(claim("summit", [MODI, SUNAK], "2023-09-09", told="2023-09-10", place="New Delhi/IN"))
        assert found(pair, bilateral([BIDEN, MODI])) == []


class TestTrips:
    def leg(self, country: str, when: str, *, who: str = f">{MACRON}", told: str = "2024-05-01", article: str = "https://a.example/tour") -> Event:
        return event(claim("visit", [who, country], when, told=told, status="planned", place=f"/{country}", article=article, words=country + when))

    def test_stays_that_follow_each_other_are_one_trip(self) -> None:
        legs = [self.leg("RS", "2024-05-07/2024-05-08"), self.leg("HU", "2024-05-09/2024-05-10"), self.leg("FR", "2024-05-05/2024-05-06", who=">Xi Jinping/CN"),
                self.leg("RS", "2024-05-07/2024-05-08", who=">Xi Jinping/CN", told="2024-05-02")]
        macron, = found(legs[0], legs[1])
        assert (macron.kind, macron.title, macron.parts) == ("trip", "Macron visits Serbia and Hungary", (legs[0].id, legs[1].id))
        xi, = found(legs[2], legs[3])
        assert xi.title == "Xi visits France and Serbia"
        assert xi.id not in {leg.id for leg in legs}

    def test_two_trips_of_one_person_are_two_though_the_office_is_another(self) -> None:
        spring = [self.leg("RS", "2024-05-07"), self.leg("HU", "2024-05-08")]
        autumn = [self.leg("AT", "2024-09-07", article="https://a.example/autumn"), self.leg("CH", "2024-09-08", article="https://a.example/autumn")]
        called = [replace(leg, participants=tuple(replace(one, role="President") for one in leg.participants)) for leg in autumn]
        assert {trip.parts for trip in found(*spring, *called)} == {tuple(leg.id for leg in spring), tuple(leg.id for leg in autumn)}

    def test_its_id_is_made_from_its_first_leg(self) -> None:
        first, second, third = self.leg("RS", "2024-05-07"), self.leg("HU", "2024-05-08"), self.leg("AT", "2024-05-09")
        assert found(first, second)[0].id == found(first, second, third)[0].id

    def test_talks_during_a_stay_belong_to_the_trip(self) -> None:
        told = [claim("meeting", [BLINKEN, NETANYAHU], "2023-10-12", told="2023-10-13", place="Tel Aviv/IL", article="https://a.example/tour", words="1"),
                claim("visit", [f">{BLINKEN}", "JO"], "2023-10-13", told="2023-10-13", place="Amman/JO", article="https://a.example/tour", words="2"),
                claim("meeting", [BLINKEN, "Abdullah II/JO"], "2023-10-13", told="2023-10-14", place="Amman/JO", source="b", words="3"),
                claim("meeting", [BLINKEN, ABBAS], "2023-10-13", told="2023-10-14", place="Amman/JO", source="b", words="4")]
        legs = [event(each) for each in told]
        trip, = found(*legs)
        assert set(trip.parts) == {leg.id for leg in legs[:3]}  # Jordan was not the host of the last

    def test_home_between_two_journeys_ends_a_trip(self) -> None:
        assert found(self.leg("CN", "2016-10-18/2016-10-21"), self.leg("JP", "2016-10-25/2016-10-27")) == []

    def test_two_day_trips_that_no_article_tells_together_are_none(self) -> None:
        assert found(self.leg("BE", "2024-05-07"), self.leg("LU", "2024-05-08", article="https://b.example/1")) == []

    def test_two_stays_in_one_country_are_none(self) -> None:
        assert found(self.leg("IN", "2024-05-07"), self.leg("IN", "2024-05-08")) == []

    def test_two_travellers_are_two(self) -> None:
        assert found(self.leg("RS", "2024-05-07"), self.leg("HU", "2024-05-08", who=f">{LAVROV}")) == []

    def test_a_couple_has_one_trip(self) -> None:
        told = [claim("visit", [">Charles III/GB", ">Camilla/GB", country], when, told="2023-03-03", status="planned", place=f"/{country}",
                      article="https://a.example/tour", words=country) for country, when in (("FR", "2023-03-26/2023-03-29"), ("DE", "2023-03-29/2023-03-31"))]
        trip, = found(*(event(each) for each in told))
        assert trip.title == "Charles III visits France and Germany"

    def test_vague_times_make_no_trip(self) -> None:
        assert found(self.leg("RS", "2024-05"), self.leg("HU", "2024-05")) == []
