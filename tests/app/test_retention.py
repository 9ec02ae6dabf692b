"""What is kept for a time only goes, and no promise with it: evidence goes on pointing to a sentence."""
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from filled import everything, opened
from hypothesis import given, settings
from hypothesis import strategies as st
from newsdesk import Clock, article, page, read, rows_of, state_of, taken
from sqlalchemy import insert, select, update
from test_doctor import NOW, RENDERING, faults, run_sql

from app.doctor.examination import examine_store
from app.reprocess import reprocess
from app.scheduler import Scheduler
from app.store.codec import article_from_json, article_json, claim_from_json
from app.store.engine import Database
from app.store.retention import Pruned, Retention
from app.store.store import Store
from app.store.tables import article_versions, articles, chores, claims, failures, run_sources, runs
from timeline.excerpts import excerpted
from timeline.model import Article

LATER = NOW + timedelta(days=40)


@pytest.fixture
def database(filled_sqlite: str) -> Iterator[Database]:
    database = Database(filled_sqlite)
    yield database
    database.close()


@pytest.fixture
def either(filled_url: str) -> Iterator[Database]:
    """What asks the databases in ways of their own is done to both."""
    database = Database(filled_url)
    yield database
    database.close()


@pytest.fixture
def filled_store(filled_sqlite: str) -> Iterator[Store]:
    store = opened(filled_sqlite, Clock(LATER))
    yield store
    store.close()


def texts(database: Database) -> dict[tuple[str, int], Article]:
    with database.reading() as connection:
        return {(row.article_id, row.version): article_from_json(row.article) for row in connection.execute(select(article_versions))}


def all_go(retention: Retention) -> Pruned:
    done = Pruned(more=True)
    while done.more:
        done += retention.batch()
    return done


def test_of_an_old_text_the_sentences_stay_that_are_quoted_each_where_it_stood(database: Database) -> None:
    before = texts(database)
    done = all_go(Retention(database, Clock(LATER), body_days=30))
    assert (done.versions, done.runs, done.damaged) == (13, 0, 0)
    after = texts(database)
    with database.reading() as connection:
        told = [(row, claim_from_json(row.claim)) for row in connection.execute(select(claims))]
    assert len(told) == 12
    for row, claim in told:
        kept = after[row.article_id, row.version]
        assert kept.text[claim.start:claim.end] == claim.quotation
    for key, kept in after.items():
        was = before[key]
        quoted = {claim.quotation for row, claim in told if (row.article_id, row.version) == key}
        assert (kept.paragraphs == was.paragraphs) == ("unreadable" in was.text)  # what was not read yet waits for it, whole
        if "unreadable" not in was.text:
            assert (kept.headline, kept.paragraphs, kept.captions, kept.publisher) == (was.headline, (), (), was.publisher)
            assert {excerpt.text for excerpt in kept.excerpts} == quoted
            assert "It rained" not in kept.text
    assert faults(examine_store(database, RENDERING)) == []


def test_nothing_that_readers_see_changes(filled_sqlite: str, database: Database) -> None:
    before = everything(filled_sqlite)
    all_go(Retention(database, Clock(LATER), body_days=30, run_days=30))
    after = everything(filled_sqlite)
    for table in before.keys() - {"article_versions", "runs", "run_sources", "run_keys", "failures"}:
        assert after[table] == before[table]


def test_what_is_young_enough_stays(database: Database) -> None:
    """The first articles came on 10 November, the second version of one of them and another on the 11th."""
    done = all_go(Retention(database, lambda: datetime(2023, 11, 21, 6, tzinfo=UTC), body_days=10))
    assert done.versions == 10
    with database.reading() as connection:
        rows = connection.execute(select(article_versions)).all()
    assert {row.fetched[:10] for row in rows if row.let_go} == {"2023-11-10"}
    assert {row.fetched[:10] for row in rows if not row.let_go} == {"2023-11-11"}
    assert all_go(Retention(database, lambda: datetime(2023, 11, 21, 6, tzinfo=UTC), body_days=10)).versions == 0


def test_what_would_go_is_what_goes_and_looking_at_it_changes_nothing(filled_url: str, either: Database) -> None:
    retention = Retention(either, Clock(LATER), body_days=30, run_days=30)
    before = everything(filled_url)
    planned = retention.would_go()
    assert everything(filled_url) == before
    assert all_go(retention) == planned != Pruned()


def test_ended_runs_go_with_what_they_could_not_read(filled_store: Store, database: Database) -> None:
    taken(filled_store, "meridian")
    with database.engine.begin() as connection:
        connection.execute(update(runs).where(runs.c.state == "running").values(queued="2023-01-01T00:00:00.000000Z"))
    done = all_go(Retention(database, Clock(LATER), run_days=30))
    assert (done.runs, done.failures, done.versions) == (1, 2, 0)
    assert [row["state"] for row in rows_of(filled_store, runs)] == ["running"]  # however long ago it was begun
    assert len(rows_of(filled_store, run_sources)) == 1
    assert rows_of(filled_store, failures) == []


def test_an_article_whose_text_is_gone_is_not_read_again_and_keeps_its_claims(filled_store: Store, database: Database) -> None:
    before = {row["id"]: row["claim"] for row in rows_of(filled_store, claims)}
    all_go(Retention(database, Clock(LATER), body_days=30))

    def read_otherwise(told: Article) -> list[Any]:
        return [replace(claim, confidence=0.5) for claim in read(told)]

    report = reprocess(filled_store, read_otherwise)
    assert (report.articles, report.failed, report.let_go, report.complete) == (1, 1, 11, True)  # one was never read
    assert report.outcomes() == []
    assert {row["id"]: row["claim"] for row in rows_of(filled_store, claims)} == before


def test_claims_made_of_a_text_that_goes_meanwhile_are_not_stored(filled_store: Store, database: Database) -> None:
    """`summitry reprocess` reads an article while the scheduler lets its text go."""
    id_, version, told = next(row for row in filled_store.newest_articles("", 99) if row[2] is not None and row[2].url.endswith("/a"))
    assert told is not None
    all_go(Retention(database, Clock(LATER), body_days=30))
    assert filled_store.read_again(id_, version, [replace(claim, start=0, end=5) for claim in read(told)]) is None
    assert faults(examine_store(database, RENDERING)) == []


def test_a_page_that_is_the_same_is_known_and_one_that_was_edited_is_whole_again(filled_store: Store, database: Database) -> None:
    all_go(Retention(database, Clock(LATER), body_days=30))
    lease = state_of(taken(filled_store, "meridian"), "meridian").lease
    same = article("a", "held meeting of RU, KZ on 2023-11-09 in Astana", day=date(2023, 11, 10))
    assert not filled_store.wants(lease, same)
    assert not filled_store.record(lease, page(same, at=LATER), read(same)).changed
    edited = article("a", "A correction.", "held meeting of RU, KZ on 2023-11-09 in Astana", day=date(2023, 11, 10))
    assert filled_store.record(lease, page(edited, at=LATER), read(edited)).changed
    assert [told for (_, version), told in texts(database).items() if told.url == edited.url and version == 2] == [edited]
    assert faults(examine_store(database, RENDERING)) == []


def test_a_text_that_does_not_hold_what_is_quoted_is_kept_and_stops_no_other(filled_sqlite: str, database: Database) -> None:
    run_sql(filled_sqlite, "UPDATE article_versions SET article = '{' WHERE article LIKE '%/calls\"%'",
            "UPDATE claims SET claim = '[]' WHERE claim LIKE '%/summit\"%'")
    done = all_go(Retention(database, Clock(LATER), body_days=30))
    assert (done.versions, done.damaged) == (11, 2)


# By turns -----------------------------------------------------------------------------------------------------------------

def fill_up(database: Database, count: int) -> None:
    """Articles in plenty, and runs."""
    def work(connection: Any) -> None:
        version = connection.execute(select(article_versions).where(article_versions.c.article.like("%/none%"))).mappings().one()
        one = connection.execute(select(articles).where(articles.c.id == version["article_id"])).mappings().one()
        run = connection.execute(select(runs)).mappings().one()
        connection.execute(insert(articles), [{**one, "id": f"x{number}", "url": f"https://x.example/{number}"} for number in range(count)])
        connection.execute(insert(article_versions), [{**version, "article_id": f"x{number}"} for number in range(count)])
        connection.execute(insert(runs), [{**run, "id": f"r{number}"} for number in range(count)])

    database.write(work)


def left(database: Database) -> tuple[int, int]:
    with database.reading() as connection:
        return (len(connection.execute(select(article_versions.c.version).where(article_versions.c.let_go.is_(None))).all()),
                len(connection.execute(select(runs.c.id)).all()))


def test_it_is_done_once_a_day_in_bounded_parts_by_one_of_all_who_tick(either: Database) -> None:
    fill_up(either, 130)
    clock = Clock(LATER)
    one, other = (Retention(either, clock, body_days=30, run_days=30) for _ in range(2))
    seen = [left(either)]
    while True:
        pruned = [retention.in_turn() for retention in (one, other)]
        seen.append(left(either))
        if pruned == [None, None]:
            break
    texts_gone = [before[0] - after[0] for before, after in itertools.pairwise(seen)]
    assert max(texts_gone) <= 200  # two parts: both may do one before it is seen
    assert seen[-1] == (1, 0)  # the one that was not read yet
    assert len(seen) > 2
    with either.reading() as connection:
        due = connection.execute(select(chores.c.due)).scalar_one()
    assert LATER < datetime.fromisoformat(due) <= LATER + timedelta(days=1)
    clock.now = datetime.fromisoformat(due)
    assert one.in_turn() is not None
    assert other.in_turn() is None


def test_without_a_setting_nothing_goes(filled_sqlite: str, database: Database) -> None:
    before = everything(filled_sqlite)
    retention = Retention(database, Clock(LATER))
    assert (retention.keeps_all, retention.in_turn(), retention.batch()) == (True, None, Pruned())
    assert everything(filled_sqlite) == before


def test_a_clock_that_was_set_back_does_not_put_it_off(database: Database) -> None:
    clock = Clock(LATER + timedelta(days=300))
    retention = Retention(database, clock, run_days=30)
    while retention.in_turn() is not None:
        pass
    clock.now = LATER
    assert retention.in_turn() is not None


def test_the_scheduler_does_it_with_its_ticks(filled_sqlite: str) -> None:
    store = opened(filled_sqlite, Clock(LATER))
    database = Database(filled_sqlite)
    retention = Retention(database, Clock(LATER), body_days=30)

    class Idle:
        most_sources = 0

        def settle(self) -> None:
            pass

    run_sql(filled_sqlite, "UPDATE sources SET active = 0")
    scheduler = Scheduler(store.ledger, Idle(), tidy=lambda: retention.in_turn() and None)  # type: ignore[arg-type]
    scheduler.tick()
    assert left(database)[0] == 1
    store.close()
    database.close()


# The text itself ----------------------------------------------------------------------------------------------------------

@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_quoted_stands_where_it_stood_and_nothing_else_does(data: st.DataObject) -> None:
    told = article("x", *data.draw(st.lists(st.text("ab🌧\n é", min_size=1, max_size=30), max_size=4)),
                   headline=data.draw(st.text("XY ", max_size=9)))
    length = len(told.text)
    spans = data.draw(st.lists(st.tuples(st.integers(0, length), st.integers(0, length)).filter(lambda span: span[0] < span[1]), max_size=5))
    kept = excerpted(told, spans)
    held = set(range(len(told.headline))).union(*(range(start, end) for start, end in spans))
    for place, letter in enumerate(kept.text):
        assert letter == (told.text[place] if place in held else " ")
    assert all(kept.text[start:end] == told.text[start:end] for start, end in spans)
    assert article_from_json(article_json(kept)) == kept
    assert excerpted(kept, spans).text == kept.text


def test_a_span_outside_of_the_text_is_refused() -> None:
    told = article("x", "It rained.")
    for span in ((5, 5), (-1, 3), (0, len(told.text) + 1)):
        with pytest.raises(ValueError, match="nothing stands at"):
            excerpted(told, [span])
