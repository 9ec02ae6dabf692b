"""SQLite reads no more of the timeline than a filter needs: it is led to what is rare, and walks in order past what is not."""
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from many_events import DUE, TODAY, made, put
from query_plans import plans
from sqlalchemy import Engine

from app.store.engine import Database
from app.store.queries import EventFilter, Queries, Sort

RARE = [{"countries": ("QQ",)}, {"countries": ("IT", "RU")}, {"actors": ("person:meloni",)}, {"actors": ("georgia",)}, {"sources": ("none",)},
        {"place": "Sao Paulo"}, {"q": "n77"}, {"q": "zebra"}, {"q": "meloni meet"}, {"updated_since": "2024"}, {"countries": ("RU",), "q": "n77"}]
FREQUENT = [{"countries": ("RU",)}, {"countries": ("RU", "CN")}, {"actors": ("person:putin",)}, {"actors": ("p",)}, {"sources": ("meridian",)},
            {"q": "meeting"}, {"q": "m"}, {"types": ("visit", "call")}, {"statuses": ("held", "planned")}, {"updated_since": "2023"}]
BY_START = [{"first": TODAY}, {"last": date(2021, 6, 1)}, {"first": date(2022, 3, 1), "last": date(2022, 3, 9)}, {"statuses": ("unreported",)}, {"statuses": ("planned",)},
            {"statuses": ("cancelled",)}, {"statuses": ("held",)}, {"types": ("visit",)}, {"place": "Astana"}, {"first": TODAY, "statuses": ("planned",)}]
WHOLE = re.compile(r"^SCAN (events|spanning|event_(numbers|actors|countries|sources)\w*)(?! .*INDEX)", re.M)
"""A table read from beginning to end in no order."""


@pytest.fixture(scope="module")
def engine(copy_of: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    database = Database(copy_of("sqlite", tmp_path_factory.mktemp("plans")))  # type: ignore[operator]
    put(database.engine, made(3_000))
    yield database.engine
    database.close()


def asked(engine: Engine, caplog: pytest.LogCaptureFixture, sort: Sort = Sort.START, **wanted: object) -> tuple[str, list[str]]:
    """The plan of the page, and of what was asked to prepare it."""
    queries = Queries(engine)
    found = plans(engine, caplog, lambda: queries.events(EventFilter(**wanted), due=DUE, limit=100, sort=sort))  # type: ignore[arg-type]
    (page,) = [plan for statement, plan in found.items() if "events.json" in statement]
    return page, list(found.values())


@pytest.mark.parametrize("wanted", [{}, *RARE, *FREQUENT, *BY_START], ids=str)
def test_no_filter_reads_the_whole_timeline(engine: Engine, caplog: pytest.LogCaptureFixture, wanted: dict[str, object]) -> None:
    for sort in Sort:
        for plan in asked(engine, caplog, sort, **wanted)[1]:
            assert not WHOLE.search(plan), plan


@pytest.mark.parametrize("wanted", RARE, ids=str)
def test_what_is_rare_leads(engine: Engine, caplog: pytest.LogCaptureFixture, wanted: dict[str, object]) -> None:
    for sort in Sort:
        page, _ = asked(engine, caplog, sort, **wanted)
        assert re.match(r"SEARCH events USING INDEX \S+ \(id=\?", page), page


@pytest.mark.parametrize("wanted", FREQUENT, ids=str)
def test_what_is_frequent_is_met_on_the_way(engine: Engine, caplog: pytest.LogCaptureFixture, wanted: dict[str, object]) -> None:
    """In the order of the page, so that nothing is sorted and reading ends when the page is full."""
    for sort in Sort:
        page, _ = asked(engine, caplog, sort, **wanted)
        assert page.startswith(("SCAN", "SEARCH")), page
        assert re.match(r"(SCAN|SEARCH) events USING INDEX ix_events_by_(first|updated)", page), page
        assert "TEMP B-TREE" not in page, page


@pytest.mark.parametrize("wanted", BY_START, ids=str)
def test_days_statuses_types_and_places_have_their_order(engine: Engine, caplog: pytest.LogCaptureFixture, wanted: dict[str, object]) -> None:
    for sort in (Sort.START, Sort.START_DESCENDING):
        page, _ = asked(engine, caplog, sort, **wanted)
        assert re.match(r"SEARCH events USING INDEX ix_events_\w*first\w* \(", page), page
        assert "TEMP B-TREE" not in page, page


def test_a_first_day_is_entered_near_and_not_at_the_beginning_of_time(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    page, _ = asked(engine, caplog, first=TODAY)
    assert "(first>?)" in page
    assert "SEARCH spanning USING COVERING INDEX ix_events_spanning_months (last>?)" in page


@pytest.mark.parametrize("wanted", [{}, {"countries": ("RU",)}, {"countries": ("QQ",)}, {"statuses": ("planned",)}, {"q": "meeting"}, {"first": TODAY}], ids=str)
@pytest.mark.parametrize("vague", [False, True])
def test_which_events_a_calendar_holds_is_read_from_indexes(engine: Engine, caplog: pytest.LogCaptureFixture, wanted: dict[str, object], vague: bool) -> None:
    queries = Queries(engine)
    found = plans(engine, caplog, lambda: queries.calendar(EventFilter(**wanted), today=TODAY, due=DUE, limit=200, vague=vague))  # type: ignore[arg-type]
    keys = [plan for statement, plan in found.items() if "events.changed" in statement and "events.vevent" not in statement]
    assert len(keys) == 2
    for plan in keys:
        assert not WHOLE.search(plan), plan
        if not wanted:
            assert re.match(r"SEARCH events USING COVERING INDEX ix_events_by_(first|last) \((first>|last<)\?\)", plan), plan
            assert "B-TREE" not in plan
