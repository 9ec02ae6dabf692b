"""What is one event and what stays apart."""
from __future__ import annotations

import pytest
from told_claims import (
    ABBAS,
    BIDEN,
    BLINKEN,
    LAVROV,
    MACRON,
    MODI,
    NETANYAHU,
    PUTIN,
    SCHOLZ,
    SULLIVAN,
    TOKAYEV,
    WANG,
    XI,
    claim,
    summary,
    timeline,
)

from timeline.model import Claim
from timeline.reconcile import fold, same_event

ONE_EVENT: dict[str, list[Claim | list[Claim]]] = {
    "two outlets tell of one meeting": [
        claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-09", place="Astana/KZ", source="a"),
        claim("meeting", [TOKAYEV, PUTIN], "2023-11-09", told="2023-11-10", source="b")],
    "five sentences of one article": [
        claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-10", words=str(n)) for n in range(5)],
    "month against day": [
        claim("meeting", [SCHOLZ, TOKAYEV], "2023-09-28", told="2023-09-29", source="a"),
        claim("meeting", [SCHOLZ, TOKAYEV], "2023-09", told="2023-11-10", source="b")],
    "a plan for next month, then for a day, then held": [
        claim("meeting", [BIDEN, XI], "2023-11", told="2023-10-28", status="planned", source="a"),
        claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-10", status="planned", source="b"),
        claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="c", place="San Francisco/US")],
    "a state for somebody unnamed": [
        claim("meeting", [BLINKEN, "CN"], "2023-06-18", told="2023-06-18", source="a"),
        claim("meeting", [BLINKEN, "Qin Gang/CN"], "2023-06-18", told="2023-06-19", source="b")],
    "another spelling of a name that nobody lists": [
        claim("meeting", [BIDEN, "Nuri al-Maliki/IQ"], "2023-11-30", told="2023-11-30", source="a"),
        claim("meeting", [BIDEN, "Nouri al-Maliki/IQ"], "2023-11-30", told="2023-11-30", source="b")],
    "somebody whose state an article does not tell": [
        claim("meeting", ["Ann Bell/", XI], "2023-11-30", told="2023-11-30", source="a"),
        claim("meeting", ["Ann Bell/NZ", XI], "2023-11-30", told="2023-11-30", source="b")],
    "a visit and the talks it was made for": [
        claim("visit", [f">{SCHOLZ}", "US"], "2023-03-03", told="2023-03-01", status="planned", place="Washington/US", source="a"),
        claim("meeting", [BIDEN, SCHOLZ], "2023-03-03", told="2023-03-03", place="Washington/US", source="b")],
    "a stay and its first day": [
        claim("visit", [f">{MACRON}", "CN"], "2023-04-05/2023-04-07", told="2023-04-03", status="planned", source="a"),
        claim("visit", [f">{MACRON}", "CN"], "2023-04-05", told="2023-04-05", place="Beijing/CN", source="b")],
    "a summit by its body": [
        claim("summit", [PUTIN, TOKAYEV], "2023-11-23", told="2023-11-10", status="planned", body="CSTO", place="Minsk/BY", source="a"),
        claim("summit", ["AM", "KG"], "2023-11-23", told="2023-11-23", body="CSTO", source="b")],
    "a meeting that one article calls a summit": [
        claim("summit", [BIDEN, XI], "2023-11-15", told="2023-11-15", source="a"),
        claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-15", source="b")],
    "talks that were a call": [
        claim("call", [BIDEN, NETANYAHU], "2023-10-18", told="2023-10-18", source="a"),
        claim("meeting", [BIDEN, NETANYAHU], "2023-10-18", told="2023-10-19", source="b")],
    "postponed by a word that names both days": [
        claim("meeting", [LAVROV, WANG], "2023-05-01", told="2023-04-25", status="planned", source="a"),
        claim("meeting", [LAVROV, WANG], "2023-05-05", told="2023-04-28", status="planned", formerly="2023-05-01", source="b")],
    "postponed, and months later announced anew": [
        claim("visit", [">Charles III/GB", "FR"], "2023-03-26/2023-03-29", told="2023-03-03", status="planned", source="a"),
        claim("visit", [">Charles III/GB", "FR"], "2023-03-26/2023-03-29", told="2023-03-24", status="postponed", source="b"),
        claim("visit", [">Charles III/GB", "FR"], "2023-09-20/2023-09-22", told="2023-08-24", status="planned", source="c")],
    "a visit put off, and paid months later with its talks on one day": [
        claim("visit", [f">{BLINKEN}", "CN"], "2023-02-05", told="2023-01-18", status="planned", source="a"),
        claim("visit", [f">{BLINKEN}", "CN"], "2023-02-05", told="2023-02-03", status="postponed", source="b"),
        claim("visit", [f">{BLINKEN}", "CN"], "2023-06-18", told="2023-06-14", status="planned", source="a"),
        claim("meeting", [BLINKEN, "Qin Gang/CN"], "2023-06-18", told="2023-06-18", place="Beijing/CN", source="c")],
    "held a day later than planned": [
        claim("meeting", [BIDEN, "Naftali Bennett/IL"], "2021-08-26", told="2021-08-18", status="planned", place="Washington/US", source="a"),
        claim("meeting", [BIDEN, "Naftali Bennett/IL"], "2021-08-27", told="2021-08-27", place="Washington/US", source="b")],
    "a summit of two days, and its second day": [
        claim("summit", ["IN"], "2023-09-09/2023-09-10", told="2023-09-07", status="planned", body="G20", source="a"),
        claim("summit", [MODI], "2023-09-09", told="2023-09-09", body="G20", source="b"),
        claim("summit", [SCHOLZ], "2023-09-10", told="2023-09-10", body="G20", source="c")],
    "a summit told day by day": [
        claim("summit", [MODI], "2023-09-09", told="2023-09-09", body="G20", source="a"),
        claim("summit", [SCHOLZ], "2023-09-10", told="2023-09-10", body="G20", source="b")],
    "called off": [
        claim("summit", [MODI, PUTIN], "2023-12", told="2023-10-01", status="planned", body="CIS", source="a"),
        claim("summit", [MODI], "2023-12", told="2023-11-01", status="cancelled", body="CIS", source="b")],
    "delegations known by their states alone": [
        claim("meeting", ["US", "IR"], "2025-04", told="2025-04-20", source="a"),
        claim("meeting", ["IR", "US"], "2025-04", told="2025-04-22", source="b")],
    "a body's meeting that heads of government attend, and its summit": [
        claim("conference", ["Fumio Kishida/JP as Prime Minister", f"{XI} as President"], "2023-11-16", told="2023-11-09", status="planned", body="APEC", source="a"),
        claim("summit", [XI], "2023-11-15", told="2023-11-15", body="APEC", source="b")],
    "a summit under way, reported and still to come in one article": [
        claim("summit", ["KR"], "2025-10-31/2025-11-01", told="2025-11-01", body="APEC", source="a"),
        [claim("conference", ["KR"], "2025-11-01", told="2025-11-01", status="planned", body="APEC", words="1"),
         claim("summit", [], "week 2025-10-27", told="2025-11-01", body="APEC", words="2")]],
    "news of the first of a month, of the day before": [
        claim("meeting", [BLINKEN, NETANYAHU], "2023-11-30", told="2023-11-30", source="a"),
        claim("meeting", [BLINKEN, NETANYAHU], "2023-12", told="2023-12-01", source="b")],
    "somebody told by his office, and by his name": [
        claim("visit", [">CN as Foreign Minister", "US"], "2023-10-26/2023-10-28", told="2023-10-23", status="planned", source="a"),
        claim("visit", [f">{WANG} as Foreign Minister", "US"], "2023-10", told="2023-10-29", source="b")],
    "some day of a stay, and the day": [
        claim("meeting", ["Rodrigo Duterte/PH", XI], "2016-10-18/2016-10-21", told="2016-10-17", status="planned", source="a"),
        claim("meeting", ["Rodrigo Duterte/PH", XI], "2016-10-20", told="2016-10-20", source="b")],
}

APART: dict[str, tuple[list[Claim], int]] = {
    "two calls of one week": ([
        claim("call", [BIDEN, NETANYAHU], "2023-10-10", told="2023-10-10", source="a"),
        claim("call", [BIDEN, NETANYAHU], "2023-10-14", told="2023-10-14", source="b")], 2),
    "calls on two days that follow each other": ([
        claim("call", [BIDEN, NETANYAHU], "2023-10-10", told="2023-10-10", status="planned", source="a"),
        claim("call", [BIDEN, NETANYAHU], "2023-10-11", told="2023-10-11", source="b")], 2),
    "weekly rounds of talks": ([
        claim("meeting", ["US", "IR"], f"2025-04-{day}", told=f"2025-04-{day}", place="Muscat/OM", source=day) for day in ("12", "19", "26")], 3),
    "a bilateral on the margin of a summit": ([
        claim("summit", [MODI, BIDEN, MACRON], "2023-09-09/2023-09-10", told="2023-09-10", body="G20", place="New Delhi/IN", source="a"),
        claim("meeting", [MODI, MACRON], "2023-09-10", told="2023-09-10", place="New Delhi/IN", source="b")], 2),
    "last year's summit and this year's": ([
        claim("summit", [BIDEN, XI], "2022-11", told="2023-11-10", body="APEC", place="Bangkok/TH", words="1"),
        claim("summit", [BIDEN, XI], "2023-11", told="2023-11-10", status="planned", body="APEC", words="2")], 2),
    "two bilaterals of one person on one day": ([
        claim("meeting", [BLINKEN, NETANYAHU], "2023-11-30", told="2023-11-30", source="a"),
        claim("meeting", [BLINKEN, ABBAS], "2023-11-30", told="2023-11-30", source="a")], 2),
    "the leaders and their ministers on one day": ([
        claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-15", place="San Francisco/US", source="a"),
        claim("meeting", [BLINKEN, WANG], "2023-11-15", told="2023-11-15", place="San Francisco/US", source="a")], 2),
    "a president and his adviser with one guest": ([
        claim("meeting", [BIDEN, "Angela Merkel/DE"], "2021-07-15", told="2021-07-15", source="a"),
        claim("meeting", ["Kamala Harris/US", "Angela Merkel/DE"], "2021-07-15", told="2021-07-15", source="b")], 2),
    "two people of one surname's beginning": ([
        claim("meeting", ["Li Keqiang/CN", SCHOLZ], "2023-03-01", told="2023-03-01", source="a"),
        claim("meeting", ["Li Qiang/CN", SCHOLZ], "2023-03-01", told="2023-03-01", source="b")], 2),
    "a visit of several days and a meeting on it": ([
        claim("visit", [f">{MACRON}", "CN"], "2023-04-05/2023-04-07", told="2023-04-07", source="a"),
        claim("meeting", [MACRON, XI], "2023-04-06", told="2023-04-06", source="b")], 2),
    "two bodies in one city on one day": ([
        claim("conference", ["FR", "US", "JP"], "1987-04-08", told="1987-04-08", body="G5", place="Washington/US", source="a"),
        claim("conference", ["FR", "US", "JP"], "1987-04-08", told="1987-04-08", body="G7", place="Washington/US", source="a")], 2),
    "what was held this month and what is planned for it": ([
        claim("meeting", [LAVROV, WANG], "2023-09", told="2023-09-20", words="1", source="a"),
        claim("meeting", [LAVROV, WANG], "2023-09-25", told="2023-09-24", status="planned", words="2", source="b")], 2),
    "a meeting told with its day, and another still to come this month": ([[
        claim("meeting", [LAVROV, WANG], "2023-09-20", told="2023-09-20", words="1"),
        claim("meeting", [LAVROV, WANG], "2023-09", told="2023-09-20", status="planned", words="2")]], 2),
    "a meeting of this month, and another still to come in it": ([[
        claim("meeting", [LAVROV, WANG], "2023-09", told="2023-09-20", words="1"),
        claim("meeting", [LAVROV, WANG], "2023-09", told="2023-09-20", status="planned", words="2")]], 2),
    "one article that tells of two plans, a day apart": ([[
        claim("meeting", [LAVROV, WANG], "2023-09-25", told="2023-09-24", status="planned", words="1"),
        claim("meeting", [LAVROV, WANG], "2023-09-26", told="2023-09-24", status="planned", words="2")]], 2),
    "advisers of the same two states in the same week": ([
        claim("meeting", [SULLIVAN, WANG], "week 2023-10-23", told="2023-10-27", source="a"),
        claim("meeting", [BLINKEN, WANG], "week 2023-10-23", told="2023-10-27", source="a")], 2),
    "a named guest, and one who is told by another office": ([
        claim("visit", [">CN as Defence Minister", "US"], "2023-10-26/2023-10-28", told="2023-10-23", status="planned", source="a"),
        claim("visit", [f">{WANG} as Foreign Minister", "US"], "2023-10", told="2023-10-29", source="b")], 2),
    "a summit, and the ministers before it whose meeting its host opened": ([
        claim("conference", ["ID as Foreign Minister", "Hun Sen/KH as Prime Minister"], "2022-11-10", told="2022-11-10", body="ASEAN", source="a"),
        claim("summit", ["ID", "KH"], "2022-11-11/2022-11-13", told="2022-11-13", body="ASEAN", source="b")], 2),
    "a summit of leaders and the ministers before it": ([
        claim("conference", ["US", "CN", "JP"], "2023-11-13/2023-11-14", told="2023-11-14", body="APEC", source="a"),
        claim("summit", ["US", "CN", "JP"], "2023-11-15/2023-11-17", told="2023-11-17", body="APEC", source="b")], 2),
    "a meeting cancelled and one of the next year": ([
        claim("meeting", [BIDEN, PUTIN], "2018-11-30", told="2018-11-29", status="cancelled", source="a"),
        claim("meeting", [BIDEN, PUTIN], "2019-06-28", told="2019-06-20", status="planned", source="b")], 2),
    "a signing told as its own occasion, and the talks": ([
        claim("signing", [MODI, MACRON], "2023-07-14", told="2023-07-14", source="a"),
        claim("meeting", [MODI, MACRON], "2023-07-14", told="2023-07-14", source="a")], 2),
}


@pytest.mark.parametrize("name", ONE_EVENT)
def test_one_event(name: str) -> None:
    """Told so, it is one event, in whichever order it is told."""
    told = ONE_EVENT[name]
    assert len(timeline(*told)) == 1, summary(timeline(*told))
    assert timeline(*reversed(told))[0].claims == timeline(*told)[0].claims
    flat = [each for article in told for each in (article if isinstance(article, list) else [article])]
    assert len(timeline(flat)) == 1


@pytest.mark.parametrize("name", APART)
def test_apart(name: str) -> None:
    """Told so, they are several events, in whichever order they are told, and all at once."""
    told, count = APART[name]
    assert len(timeline(*told)) == count, summary(timeline(*told))
    assert len(timeline(*reversed(told))) == count
    flat = [each for article in told for each in (article if isinstance(article, list) else [article])]
    assert len(timeline(flat)) == count


def test_a_vague_claim_joins_the_nearest_of_several() -> None:
    """Of two meetings in October, an article of October 20 that says "this month" means the last one."""
    early = claim("meeting", [BLINKEN, NETANYAHU], "2023-10-12", told="2023-10-12", source="a")
    late = claim("meeting", [BLINKEN, NETANYAHU], "2023-10-16", told="2023-10-16", source="b")
    vague = claim("meeting", [BLINKEN, NETANYAHU], "2023-10", told="2023-10-20", source="c")
    first, second = timeline(early, late, vague)
    assert vague not in first.claims
    assert vague in second.claims


def test_a_plan_means_the_next_occasion() -> None:
    """What an article of October 14 says is planned this month is not the meeting of October 12."""
    early = claim("meeting", [BLINKEN, NETANYAHU], "2023-10-12", told="2023-10-12", source="a")
    late = claim("meeting", [BLINKEN, NETANYAHU], "2023-10-16", told="2023-10-16", source="b")
    plan = claim("meeting", [BLINKEN, NETANYAHU], "2023-10", told="2023-10-14", status="planned", source="c")
    first, second = timeline(plan, early, late)
    assert plan not in first.claims
    assert plan in second.claims


def test_a_report_of_last_week_means_the_later_day_whether_called_summit_or_meeting() -> None:
    """A summit of two is a meeting: which word the plan had does not decide."""
    early = claim("meeting", [BIDEN, XI], "2023-11-14", told="2023-11-14", status="planned", source="a")
    late = claim("summit", [BIDEN, XI], "2023-11-16", told="2023-11-15", status="planned", source="b")
    vague = claim("meeting", [BIDEN, XI], "week 2023-11-13", told="2023-11-20", source="c")
    first, second = timeline(early, late, vague)
    assert vague not in first.claims
    assert (second.when.edtf(), second.status) == ("2023-11-16", "held")


def test_same_event_names_its_reasons() -> None:
    told = claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told="2023-11-09", place="Astana/KZ")
    found = same_event(fold([told], "e"), claim("meeting", [PUTIN, "KZ"], "2023-11", told="2023-11-20", place="Astana/KZ"))
    assert found is not None
    assert found.reasons == ("persons RU", "parties KZ", "place", "time 2023-11")
    assert same_event(fold([told], "e"), claim("meeting", [PUTIN, XI], "2023-11-09", told="2023-11-09")) is None
