"""What becomes of the sample after a client has fetched it once, and what a client must show of it after the next fetch."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sample_timeline import PUTIN, articles, asserted, person, told
from serving import SampleStore

from timeline.model import EventType, Status
from timeline.when import When

AMMAN, CSTO, CHISINAU = "Jordan – United States – Egypt, summit", "CSTO summit", "Germany visits Moldova"
NEW = "Putin – Chen, meeting"
SHOWN_CANCELLED = {"keep": (CHISINAU, "CANCELLED"), "mark": (f"Cancelled: {CHISINAU}", None), "hide": None}
"""Title and status of what was called off, by what the subscriber chose; None where it is not there any more."""


def story_goes_on(store: SampleStore) -> None:
    """The CSTO summit moves by a day, the German visit is called off, and a new meeting is told."""
    article, claims = articles()[4]
    moved = replace(article, paragraphs=(*article.paragraphs[:2], "Minsk will host the CSTO summit on November 24."))
    summit = asserted(moved, 2, EventType.SUMMIT, claims[2].participants, When.day(date(2023, 11, 24)), Status.PLANNED,
                      claims[2].place, "CSTO")
    off = told("ministry", date(2023, 11, 4), "off", "Visit is off", "The visit of German officials to Chisinau on November 5 is off.")
    visit = articles()[1][1][0]
    new = told("harbour", date(2023, 11, 11), "envoy", "Envoy comes", "An envoy will meet Putin on November 20.")
    store.record([
        (moved, [*claims[:2], summit]),
        (off, [asserted(off, 0, EventType.VISIT, visit.participants, visit.when, Status.CANCELLED, visit.place)]),
        (new, [asserted(new, 0, EventType.MEETING, (PUTIN, person("Chen Hua", "CN", "Envoy")), When.day(date(2023, 11, 20)), Status.PLANNED)])])


def assert_told_on(before: Sequence[Mapping[str, str | None]], after: Sequence[Mapping[str, str | None]], cancelled: str = "keep") -> None:
    """The entries (`uid`, `summary`, `dtstart`, `status`) of two fetches around `story_goes_on`: the moved event has moved under its
    UID, the one that was called off says so or is gone, the new one is there, nothing is doubled and all else is as it was."""
    first, then = ({entry["uid"]: entry for entry in fetch} for fetch in (before, after))
    assert (len(first), len(then)) == (len(before), len(after)), "no UID comes twice"
    (summit,), (visit,) = ([uid for uid, entry in first.items() if entry["summary"] == title] for title in (CSTO, CHISINAU))
    (new,) = (uid for uid, entry in then.items() if entry["summary"] == NEW)
    assert new not in first
    assert (then[new]["dtstart"], then[new]["status"]) == ("2023-11-20", "TENTATIVE")
    assert (first[summit]["dtstart"], then[summit]["dtstart"]) == ("2023-11-23", "2023-11-24")
    assert [entry["summary"] for entry in after].count(CSTO) == 1
    assert first[visit]["status"] == "TENTATIVE"
    shown = SHOWN_CANCELLED[cancelled]
    if shown is None:
        assert visit not in then
    else:
        assert (then[visit]["summary"], then[visit]["status"]) == shown
        assert then[visit]["dtstart"] == first[visit]["dtstart"] == "2023-11-05"
    others = first.keys() - {summit, visit}
    assert {uid: then[uid] for uid in others} == {uid: first[uid] for uid in others}
    assert then.keys() - first.keys() == {new}
