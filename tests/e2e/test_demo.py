"""The demonstration tells, over HTTP, what its pages tell."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from running_service import SAMPLES, Service, all_collected, canonical, copy_samples, only, started, told_of

from app.config import Settings
from app.newsroom import Newsroom, fill_sources, serve_newsroom
from app.serving import demo

EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


def vevents(service: Service) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(service.get("/calendar.ics"))
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_each_address_that_it_prints_answers(demonstration: Service) -> None:
    printed = re.findall(rf"{re.escape(demonstration.address)}(/\S+)", demonstration.log.partition("Files ")[0])
    assert {"/?day=2023-11-09", "/timeline", "/map", "/desk", "/api/v1/events", "/calendar.ics", "/docs"} == set(printed)
    assert all(demonstration.get(path) for path in printed)


def test_the_astana_meeting_stands_once_and_all_three_publishers_tell_it(demonstration: Service) -> None:
    meetings = [event for event in demonstration.events("&from=2023-11-09&to=2023-11-09") if told_of(event, "Putin", "Tokayev")
                and event["type"] in ("meeting", "visit")]
    astana = only(meetings, "Putin and Tokayev on 9 November")
    assert (astana["start"], astana["status"], astana["place"]["name"]) == ("2023-11-09", "held", "Astana")
    evidence = demonstration.json(astana["url"])["evidence"]
    assert {item["publisher"] for item in evidence} == {"The Meridian Courier", "Harbour Wire", "Ministry of Foreign Affairs"}


def test_the_captions_wrong_october_makes_no_event(demonstration: Service) -> None:
    assert not [event for event in demonstration.events("&from=2023-10-09&to=2023-10-09") if told_of(event, "Putin", "Tokayev")]


def test_the_summit_that_was_called_off_is_cancelled(demonstration: Service) -> None:
    amman = [event for event in demonstration.events("&from=2023-10-18&to=2023-10-18")
             if (event["place"] or {}).get("name") == "Amman" and event["type"] == "summit"]
    assert only(amman, "the Amman summit")["status"] == "cancelled"


def test_the_visit_that_was_announced_put_off_and_moved_is_one_event_that_was_held(demonstration: Service) -> None:
    visits = [event for event in demonstration.events("&from=2023-11-28&to=2024-01-24") if told_of(event, "Raisi")]
    visit = only(visits, "Raisi in Ankara")
    assert (visit["start"], visit["status"]) == ("2024-01-24", "held")
    assert {"2023-11-28", "2024-01-04"} <= {when["start"] for when in visit["formerly"]}


def test_what_no_page_reported_is_not_said_to_have_been_held(demonstration: Service) -> None:
    summits = [event for event in demonstration.events("&from=2023-12-04&to=2023-12-10")
               if event["type"] == "summit" and (event["place"] or {}).get("name") == "Beijing"]
    assert only(summits, "the EU-China summit")["status"] == "unreported"


@pytest.mark.parametrize("page", ["dutch-election-wilders", "nepal-quake-toll", "14-consular-hours", "secretary-in-ankara",
                                  "unreadable", "muizzu-inauguration"])
def test_pages_without_an_event_a_date_or_leave_to_be_read_tell_of_none(demonstration: Service, page: str) -> None:
    told = [f"{event['start']} {event['title']}" for event in demonstration.events()
            if any(page in item["article"] for item in demonstration.json(event["url"])["evidence"])]
    assert not told


def test_each_source_says_how_it_fares_and_the_closed_page_was_never_fetched(demonstration: Service) -> None:
    sources = {source["id"]: source for source in demonstration.json("/api/v1/sources")["sources"]}
    assert set(sources) == {"courier", "courier-archive", "harbour", "ministry"}
    assert demonstration.answers()
    articles = {item["article"] for event in demonstration.events() for item in demonstration.json(event["url"])["evidence"]}
    assert not [article for article in articles if "/subscribers/" in article]


def test_a_second_demonstration_in_the_same_folder_is_refused_and_leaves_the_first_its_newsroom(demonstration: Service) -> None:
    found = re.search(r"^Files +(\S+)$", demonstration.log, re.MULTILINE)
    assert found is not None
    folder = Path(found[1])
    before = (folder / "sources.toml").read_bytes()
    with pytest.raises(FileExistsError, match="another demonstration"):
        demo(Settings(port=0), samples=SAMPLES, folder=folder, announce=print)
    assert (folder / "sources.toml").read_bytes() == before


def test_a_corrected_page_moves_its_event_under_the_same_uid_with_a_sequence_one_higher(tmp_path: Path) -> None:
    page, old, new = "harbour/article/wang-yi-hanoi-1201.html", "in Hanoi on Friday", "in Hanoi on Thursday"
    before, after = "2023-12-01", "2023-11-30"
    samples = copy_samples(tmp_path)
    sources = samples / "sources.toml"  # known pages are looked at again after an interval
    sources.write_text(sources.read_text(encoding="utf-8").replace("interval = 60", "interval = 10"), encoding="utf-8")
    with Service(tmp_path / "service", "demo", "--port", "0", "--samples", str(samples), "--folder", str(tmp_path / "demo"),
                 tick="0.2") as service:
        service.wait_for(lambda: all_collected(service), "all sources to be collected")
        first = only([event for event in service.events(f"&from={before}&to={before}") if told_of(event, "Wang", "Quang")],
                     "Wang Yi in Hanoi")
        calendar = vevents(service)

        file = samples / "site" / page
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        service.wait_for(lambda: service.json(first["url"])["revision"] > first["revision"], "the corrected page to be read", 40)

        second = service.json(first["url"])
        assert (first["start"], second["start"]) == (before, after)
        later = vevents(service)
        assert later.keys() == calendar.keys(), "no event appeared and none went"
        uid = only([uid for uid in calendar if calendar[uid]["DTSTART"].dt != later[uid]["DTSTART"].dt], "moved VEVENT")
        assert [item[uid]["DTSTART"].dt.isoformat() for item in (calendar, later)] == [before, after]
        assert later[uid]["SEQUENCE"] == calendar[uid]["SEQUENCE"] + 1
        assert later[uid]["LAST-MODIFIED"].dt > calendar[uid]["LAST-MODIFIED"].dt


class Rehearsals:
    """Services that scrape one and the same newsroom, each into a store of its own."""

    def __init__(self, folder: Path, newsroom: Newsroom, asked: list[str]) -> None:
        self.asked = asked
        self._folder = folder
        sources = folder / "sources.toml"
        sources.write_text(fill_sources(SAMPLES / "sources.toml", newsroom.base_url), encoding="utf-8")
        self._settings = {"sources": str(sources), "allow_hosts": newsroom.address, "host_gap": "0", "tick": "0.2",
                          "workers": "1"}  # two sources list the same pages: which of them comes first must not be chance

    def serve(self, name: str) -> Service:
        return Service(self._folder / name, "serve", "--port", "0", **self._settings,
                       database=f"sqlite:///{self._folder / name}.db")


@pytest.fixture(scope="module")
def rehearsals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsals]:
    asked: list[str] = []
    with serve_newsroom(SAMPLES / "site", on_request=asked.append) as newsroom:
        yield Rehearsals(tmp_path_factory.mktemp("rehearsals"), newsroom, asked)


@pytest.fixture(scope="module")
def undisturbed(rehearsals: Rehearsals) -> list[dict[str, Any]]:
    """The timeline of a scrape that nothing disturbed."""
    events: list[dict[str, Any]] = []
    for service in started(lambda: rehearsals.serve("undisturbed")):
        events = service.events()
        assert service.stop() == 0
    return events


def test_a_scrape_that_is_killed_and_begun_again_ends_with_the_same_timeline(
        rehearsals: Rehearsals, undisturbed: list[dict[str, Any]]) -> None:
    before = len(rehearsals.asked)
    with rehearsals.serve("killed") as killed:
        killed.wait_for(lambda: len(rehearsals.asked) >= before + 40, "40 requests")
        killed.kill()
    with rehearsals.serve("killed") as again:
        again.wait_for(lambda: "interrupted" in [run["state"] for run in again.runs()], "the killed run to be given up")
        again.wait_for(lambda: all_collected(again), "the scrape to end")
        events = again.events()
    now, then = canonical(events), canonical(undisturbed)
    assert {key: event["title"] for key, event in now.items()} == {key: event["title"] for key, event in then.items()}
    assert [(now[key], then[key]) for key in now if now[key] != then[key]] == []
