"""Words are found the same way on both databases, whatever is typed; the index follows each event in its own transaction."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from many_events import DUE, TODAY, begin, made, put, row_of
from newsdesk import article, page, read, rows_of, state_of, taken
from sqlalchemy import Connection, MetaData, delete, insert, text, update

from app.store.engine import Database
from app.store.folding import fold
from app.store.migrations import upgrade
from app.store.queries import EventFilter, Queries
from app.store.search import LONGEST, words_of
from app.store.store import Store
from app.store.tables import event_states, events

HOSTILE = [
    # languages of full-text search
    "put*", "*put", "put* tok*", "\"xi jinping\"", "\"xi", "xi\"", "'xi'", "xi NEAR putin", "NEAR(xi putin, 2)", "xi AND putin", "xi OR putin", "NOT xi",
    "xi NOT putin", "-xi", "+xi", "xi -putin", "words:xi", "event_search:xi", "{words}: xi", "^xi", "xi + putin", "(xi", "xi)", "(xi) (putin)", "xi & putin",
    "xi | putin", "!xi", "!(xi)", "xi <-> putin", "xi <2> putin", "xi:*", "xi:A", "xi:*AB", "'xi':*", "''", "'' & ''", "&", "|", "!", "<->", ":*", "\\'xi\\'",
    "xi\\", "\\", "rank", "rank:xi", "xi ORDER BY rank", "and", "or", "not", "near", "AND AND AND", "xi,putin", "xi;putin", "xi\tputin", "xi\nputin", "\x00xi", "xi\x00",
    # LIKE and SQL
    "%", "_", "x_", "%xi%", "xi%", "'; DROP TABLE events --", "xi' OR '1'='1", "?", ":q", "$1", "%(q)s", "%s", "{}", "\\x41",
    # what has another spelling, or none
    "Türkiye", "turkiye", "TÜRKIYE", "Tu\u0308rkiye", "ERDOĞAN", "erdogan", "Côte d'Ivoire", "cote d ivoire", "Côte d’Ivoire", "São Tomé", "Ｘｉ", "Xi\u200bJinping", "xi\u00adjinping",
    "İstanbul", "ß", "ẞ", "ﬁ", "习近平", "Путин", "путин", "بوتين", "\u202eputin", "\u0300", "🕊", "🕊 xi", "é", "e\u0301", "ǅ", "Ω", "½", "²", "١٢", "\ud800", "xi\ud800",
    # numbers, which a text parser would part by rules of its own
    "40e4c1", "40e4", "c1", "1e5", "1e", "0x1f", "3.14", "-7", "007", "12:30", "2023-11-09", "n17", "n1", "n", "1n", "a1b2", "b2",
    # length and repetition
    "x" * 200, "xi " * 60, "a b c d e f g h i j k l m n o p q r s t u v w x y z", "㍿" * 60, "ﷺ" * 40, "語" * 200, "".join(map(chr, range(0x4E00, 0x4E00 + 190)))]

WORDS = ["xi jinping", "vladimir putin", "erdogan turkiye tr", "cote d ivoire ci", "sao tome st", "istanbul", "40e4c1 1e5 0x1f", "40e4", "c1", "a1b2 007", "ss",
         "fi", "and or not near", "rank", "2023 11 09", "12 30", "near putin xi", "x1 xi", "pu put puti", "x" * 300, "x" * 3_000 + " tail", "y" * LONGEST,
         " ".join(words_of("語" * 200)), " ".join(words_of("ﷺ")), " ".join(words_of("".join(map(chr, range(0x4E00, 0x4E00 + 400))))), "e", "n17 meeting", ""]


def matching(words: str, asked: str) -> bool:
    return begin(" ".join(word[:LONGEST] for word in words.split()), " ".join(words_of(asked)))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Seven hundred events of which some hundred have each frequent word, and those of the odd words, which are rare."""
    database = Database(database_url)
    put(database.engine, ALL)
    yield database
    database.close()


PLAIN = made(600)
ALL = [*PLAIN, *(replace(PLAIN[number], id=f"odd{number:013}", words=" ".join(word[:LONGEST] for word in words.split()), withdrawn=False)
                 for number, words in enumerate(WORDS))]


def found(engine: object, asked: str, **wanted: object) -> set[str]:
    return {row.id for row in Queries(engine).events(EventFilter(q=asked, **wanted), due=DUE, limit=2_000).rows}  # type: ignore[arg-type]


def test_what_is_found_are_the_words_that_were_typed(database: Database) -> None:
    """On both databases the same, since on each it is what folding and nothing else says."""
    queries, hits = Queries(database.engine), 0
    for asked in [*HOSTILE, "meeting", "meet", "m", "meeting putin", "putin meeting", "xi n", "vis ast"]:
        rows = queries.events(EventFilter(q=asked), due=DUE, limit=2_000).rows
        expected = {row.id for row in ALL if not row.withdrawn and matching(row.words, asked)}
        assert {row.id for row in rows} == expected, asked
        hits += bool(expected)
    assert hits > 60


def test_a_word_and_its_folding_find_the_same(database: Database) -> None:
    for asked in ("Türkiye", "ERDOĞAN", "Côte d’Ivoire", "São Tomé", "Ｘｉ Ｊｉｎｐｉｎｇ"):
        assert found(database.engine, asked) == found(database.engine, fold(asked)) != set()


def test_words_combine_with_every_other_filter(database: Database) -> None:
    for asked in ("meeting", "xi", "tome", "n1"):
        for wanted in ({"countries": ("RU",)}, {"countries": ("RU", "KZ")}, {"actors": ("person:putin",), "types": ("meeting",)}, {"first": TODAY},
                       {"place": "Astana"}, {"sources": ("gazette",)}, {"statuses": ("held",)}):
            both = found(database.engine, asked, **wanted)
            assert both == found(database.engine, asked) & {
                row.id for row in Queries(database.engine).events(EventFilter(**wanted), due=DUE, limit=2_000).rows}, (asked, wanted)  # type: ignore[arg-type]


def test_as_of_a_day_the_words_of_that_day_are_found(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(insert(event_states), [
            {name: value for name, value in row_of(replace(row, words=f"{row.words} formerly")).items()
             if name in event_states.c and name not in ("id", "since")} | {
                "owner": row.id, "event_id": row.id, "since": "2019-01-01", "until": "2020-01-01", "claims": "[]"} for row in PLAIN])
    stood = {row.id for row in PLAIN}
    for asked in ("formerly", "formerly xi", "xi", "meet former", "n17", "zebra", "* OR"):
        then = {row.id for row in PLAIN if matching(f"{row.words} formerly", asked)}
        assert found(database.engine, asked, as_of=date(2019, 6, 1)) & stood == then, asked
        now = {row.id for row in PLAIN if not row.withdrawn and matching(row.words, asked)}
        assert found(database.engine, asked, as_of=TODAY) & stood == now, asked
    with database.engine.begin() as connection:
        connection.execute(delete(event_states).where(event_states.c.owner != PLAIN[17].id))
    assert found(database.engine, "formerly", as_of=date(2019, 6, 1)) == {PLAIN[17].id}
    whole(database)


def test_the_index_follows_each_change_of_an_event(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(events).where(events.c.id == PLAIN[3].id).values(words="quite other words", withdrawn=False))
        connection.execute(update(events).where(events.c.id == PLAIN[4].id).values(status="held"))
    assert found(database.engine, "quite oth") == {PLAIN[3].id}
    assert PLAIN[3].id not in found(database.engine, "n3")
    whole(database)
    with database.engine.begin() as connection:
        for table in ("event_actors", "event_countries", "event_sources"):
            connection.execute(text(f"DELETE FROM {table} WHERE event_id = '{PLAIN[3].id}'"))
        connection.execute(delete(events).where(events.c.id == PLAIN[3].id))
    assert found(database.engine, "quite oth") == set()
    whole(database)


def test_what_is_not_committed_is_not_found(database: Database) -> None:
    row = replace(PLAIN[0], id="never", words="nevermore", withdrawn=False)
    with database.engine.connect() as connection:
        connection.execute(insert(events).values(**row_of(row)))
        connection.rollback()
    assert found(database.engine, "nevermore") == set()
    whole(database)


def test_events_keep_their_place_in_the_index_when_the_file_is_compacted(sqlite_url: str) -> None:
    """VACUUM may number rows anew."""
    database = Database(sqlite_url)
    put(database.engine, PLAIN)
    with database.engine.begin() as connection:
        for table in ("event_actors", "event_countries", "event_sources"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(delete(events).where(events.c.id < PLAIN[300].id))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("VACUUM")
    left = {row.id for row in PLAIN[300:] if not row.withdrawn}
    for asked in ("n450", "n5", "xi"):
        assert found(database.engine, asked) == {row.id for row in PLAIN if row.id in left and matching(row.words, asked)}
    whole(database)
    database.close()


def test_what_articles_tell_is_found_while_it_is_told(store: Store) -> None:
    """From the first article to the correction: by the title, the parties' names, their countries and the place."""
    def tell(path: str, *sentences: str) -> None:
        run = taken(store, "meridian")
        store.record(state_of(run, "meridian").lease, page(told := article(path, *sentences)), read(told))
        store.ledger.finish_run(run.run)

    tell("a", "planned meeting of RU, KZ on 2023-11-20 in Astana")
    ((event),) = [row["id"] for row in rows_of(store, events)]
    assert found(store.engine, "PUTIN tokáyev") == found(store.engine, "asta") == found(store.engine, "kz ru") == {event}
    tell("a", "planned meeting of RU, KZ on 2023-11-20 in Almaty")
    assert (found(store.engine, "astana"), found(store.engine, "almaty")) == (set(), {event})
    tell("a", "a quiet week")
    assert found(store.engine, "putin") == set()


def test_an_upgrade_fills_the_index(empty_url: str) -> None:
    """Of a store of before, with words of a length that PostgreSQL would not take."""
    upgrade(empty_url, to="0005")
    old = Database(empty_url)
    tables = MetaData()
    tables.reflect(old.engine, only=["events", "event_states"])
    rows = [row_of(replace(row, words=words)) for row, words in zip(PLAIN, [*WORDS, *(row.words for row in PLAIN[len(WORDS):])], strict=False)]

    def fill(connection: Connection) -> None:
        connection.execute(insert(tables.tables["events"]), rows)
        connection.execute(insert(tables.tables["event_states"]), [
            {name: value for name, value in row.items() if name in event_states.c and name not in ("id", "since")} | {
                "owner": row["id"], "event_id": row["id"], "since": "2019-01-01", "until": "2020-01-01", "claims": "[]"} for row in rows])

    old.write(fill)
    old.close()
    upgrade(empty_url)
    database = Database(empty_url)
    for asked in ("xi", "tail", "x" * 200, "40e4", "meeting", "n123", "istanb"):
        expected = {row["id"] for row in rows if matching(row["words"], asked)}
        assert found(database.engine, asked, as_of=date(2019, 6, 1)) == expected != set()
        assert found(database.engine, asked) == {row["id"] for row in rows if row["id"] in expected and not row["withdrawn"]}
    whole(database)
    database.close()


def whole(database: Database) -> None:
    """SQLite compares its index with the words that the rows hold; PostgreSQL's is its own affair."""
    if database.engine.dialect.name == "sqlite":
        with database.engine.begin() as connection:
            for name in ("event_search", "event_state_search"):
                connection.exec_driver_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            numbered, there = (set(connection.exec_driver_sql(f"SELECT {name}").scalars()) for name in ("event_id FROM event_numbers", "id FROM events"))
        assert numbered == there
