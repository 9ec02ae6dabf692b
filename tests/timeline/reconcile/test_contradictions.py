"""Where sources contradict each other, and where they only tell more or less."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_claims import claims
from told_claims import BIDEN, LAVROV, MACRON, SCHOLZ, WANG, XI, claim

from timeline.contradictions import contradictions
from timeline.model import Claim, Event
from timeline.reconcile import fold


def event(*told: Claim) -> Event:
    return fold(told, "e")


def found(*told: Claim) -> list[str]:
    """`status: held by a, b; cancelled by c` for each contradiction."""
    return [f"{one.field}: " + "; ".join(f"{said.value} by {', '.join(claim.source for claim in said.claims)}"
                                         for said in (one.chosen, *one.others)) for one in contradictions(event(*told))]


def meeting(source: str, **more: str) -> Claim:
    return claim("meeting", [BIDEN, XI], **{"when": "2023-11-15", "told": "2023-11-16", "source": source, **more})  # type: ignore[arg-type]


CONTRADICT = {
    "held, or called off": ([meeting("a"), meeting("b"), meeting("c", status="cancelled")],
                            ["status: held by a, b; cancelled by c"]),
    "called off, or held": ([meeting("a"), meeting("b", status="cancelled"), meeting("c", status="cancelled")],
                            ["status: cancelled by b, c; held by a"]),
    "two days reported": ([meeting("a"), meeting("b"), meeting("c", when="2023-11-14")],
                          ["time: 2023-11-15 by a, b; 2023-11-14 by c"]),
    "two days announced on one day": ([meeting("a", told="2023-11-01", status="planned", tier="official"),
                                       meeting("b", when="2023-11-16", told="2023-11-01", status="planned")],
                                      ["time: 2023-11-15 by a; 2023-11-16 by b"]),
    "two cities": ([meeting("a", place="Busan/KR"), meeting("b", place="Busan/KR"), meeting("c", place="Gyeongju/KR")],
                   ["place: Busan, KR by a, b; Gyeongju, KR by c"]),
    "two countries": ([meeting("a", place="Geneva/CH"), meeting("b", place="/FR")], ["place: Geneva, CH by a; FR by b"]),
    "leaders, or ministers": ([claim(type_, ["US", "CN", "JP"], "2023-11-15", told="2023-11-16", source=source, body="APEC")
                               for type_, source in (("summit", "a"), ("summit", "b"), ("conference", "c"))],
                              ["type: summit by a, b; conference by c"]),
    "a third party": ([*(meeting(source) for source in "bcd"),
                       claim("meeting", [BIDEN, XI, "TW"], "2023-11-15", told="2023-11-16", source="a", tier="official")],
                      ["parties: CN, US by b, c, d; TW by a"]),
}

AGREE = {
    "a month and its day": [meeting("a"), meeting("b", when="2023-11")],
    "a stay and its first day": [claim("visit", [f">{MACRON}", "CN"], when, told="2023-04-07", source=when) for when in
                                 ("2023-04-05/2023-04-07", "2023-04-05")],
    "a plan that was moved, and its new day": [
        claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-20", status="planned", source="a"),
        claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01", source="b"),
        claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-05-05", source="c")],
    "a plan, and the report": [meeting("a", told="2023-11-01", status="planned"), meeting("b")],
    "a plan, and its cancellation": [meeting("a", told="2023-11-01", status="planned"), meeting("b", told="2023-11-10", status="cancelled")],
    "a city and its country": [meeting("a", place="Busan/KR"), meeting("b", place="/KR")],
    "the cities of a journey": [claim("visit", [f">{SCHOLZ}", "IN"], "2024-04-10/2024-04-12", told="2024-04-12", place=place, source=place)
                                for place in ("Delhi/IN", "Mumbai/IN")],
    "a visit and its talks": [claim("visit", [f">{SCHOLZ}", "US"], "2023-03-03", told="2023-03-03", place="Washington/US", source="a"),
                              claim("meeting", [BIDEN, SCHOLZ], "2023-03-03", told="2023-03-03", place="Washington/US", source="b")],
    "a state and the person who stands for it": [meeting("a"), claim("meeting", [BIDEN, "CN"], "2023-11-15", told="2023-11-16", source="b")],
    "one of ten who errs": [*(meeting(f"a{number}") for number in range(9)), meeting("b", when="2023-11-14")],
}


@pytest.mark.parametrize("name", CONTRADICT)
def test_contradictions(name: str) -> None:
    told, expected = CONTRADICT[name]
    assert found(*told) == found(*told[::-1]) == expected


@pytest.mark.parametrize("name", AGREE)
def test_no_contradiction(name: str) -> None:
    assert found(*AGREE[name]) == []


def test_each_says_why_its_value_was_chosen() -> None:
    told, _ = CONTRADICT["two days reported"]
    assert [one.reason for one in contradictions(event(*told))] == ["told by those who report it"]


@settings(max_examples=150, deadline=None)
@given(st.lists(claims, min_size=1, max_size=7, unique_by=lambda each: each.id))
def test_values_differ_and_claims_are_the_events_own(told: list[Claim]) -> None:
    whole = event(*told)
    for one in contradictions(whole):
        assert one.reason
        assert one.chosen.claims
        assert one.chosen.value not in {said.value for said in one.others}
        cited = [claim.id for said in (one.chosen, *one.others) for claim in said.claims]
        assert set(cited) <= {claim.id for claim in told}
        assert len(set(cited)) == len(cited)
