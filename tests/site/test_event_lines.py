"""Lines are read from the stored bytes of events; what is read of them is enough, whatever their texts hold."""
from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
import pytest

from app.event_json import event_json
from app.site.event_line import line_of, lines_of
from app.site.event_markup import lines_markup
from app.store.queries import EventRow
from timeline.model import ActorKind, Claim, Event, EventType, Participant, Place, Status, Tier, When

TODAY, NOW = date(2023, 11, 9), datetime(2023, 11, 1, 8, tzinfo=UTC)
ODD = 'A "place":null,"confidence":1 \\ "participants":[] </li> ,"formerly":[] \\" é'


class Site:
    def at(self, path: str) -> str:
        return f"/it's{path}"


def stored(name: str | None, *, status: Status = Status.PLANNED, title: str = "Putin – Tokayev, meeting", formerly: tuple[When, ...] = ()) -> EventRow:
    when, place = When.day(date(2023, 11, 8)), Place(name, "KZ", 51.17, 71.43) if name else None
    party = Participant(ActorKind.PERSON, "person:a", name or "Putin", "RU", ODD)
    claim = Claim("c", f"https://a.example/{ODD}", "a", Tier.PRESS, TODAY, None, EventType.MEETING, (party,), when, status, place, ODD, ODD, 0, len(ODD), "r", 0.8)
    event = Event("abc", (claim,), EventType.MEETING, (party,), when, status, place, ODD, title, 0.8, formerly=formerly)
    return EventRow("abc", "", event_json(event, first_seen=NOW, updated=NOW), status is Status.PLANNED, False)


@pytest.mark.parametrize("row", [stored("Astana"), stored(ODD, title=ODD), stored(None, status=Status.HELD),
                                 stored("Astana", formerly=(When.day(date(2022, 11, 2)),))])
def test_a_line_from_stored_bytes_says_what_the_whole_event_says(row: EventRow) -> None:
    whole = orjson.loads(row.json)
    assert lines_of([row], TODAY) == [line_of(whole | ({"status": "unreported"} if row.unreported else {}), TODAY)]


def test_an_event_whose_fields_stand_in_another_order_has_its_line() -> None:
    row = stored("Astana")
    turned = row._replace(json=orjson.dumps(dict(reversed(orjson.loads(row.json).items()))))
    assert lines_of([turned], TODAY) == lines_of([row], TODAY)


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", stored("Astana").json[:-200], stored("Astana").json[40:]])
def test_a_damaged_event_is_left_out(damaged: bytes) -> None:
    row = stored("Astana")
    assert [line.id for line in lines_of([row._replace(json=damaged), row], TODAY)] == ["abc"]


def test_what_is_remembered_says_the_year_and_the_status_of_the_day_that_asks() -> None:
    row = stored("Astana")
    told = [(line.date, line.status) for today, unreported in ((date(2023, 11, 8), False), (TODAY, True), (date(2024, 1, 1), True))
            for line in lines_of([row._replace(unreported=unreported)], today)]
    assert told == [("Wed 8 Nov", "planned"), ("Wed 8 Nov", "unreported"), ("Wed 8 Nov 2023", "unreported")]


def test_texts_of_sources_and_the_site_s_own_address_are_escaped() -> None:
    shown = lines_markup(lines_of([stored(ODD, title=ODD)], TODAY), Site())
    assert shown.count("</li>") == 1
    assert 'href="/it&#x27;s/events/abc"' in shown
    assert "&quot;place&quot;:null" in shown
