"""An index of words for `q`, and indexes in the order in which pages and calendars are read.

Both are kept by the database itself, in the transaction that writes an event, and are filled here. The words are folded and
parted by blanks already (`app.store.folding`), so that neither database has to know a language.
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# FTS5 finds rows by a whole number that must never change. Those of `events` have none of their own, and SQLite may number
# its rows anew (VACUUM, a dump put back), so that they are numbered in a table beside it.
SQLITE = (
    "CREATE TABLE event_numbers (number INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE)",
    "INSERT INTO event_numbers (event_id) SELECT id FROM events ORDER BY first, id",
    "CREATE VIEW event_words AS SELECT number, words FROM event_numbers JOIN events ON id = event_id",
    "CREATE VIRTUAL TABLE event_search USING fts5 (words, content='event_words', content_rowid='number', tokenize='ascii', detail='none', "
    "prefix='1 2 3 4 5 6 7 8 9 10')",
    "INSERT INTO event_search (event_search) VALUES ('rebuild')",
    """CREATE TRIGGER events_searched_insert AFTER INSERT ON events BEGIN
        INSERT INTO event_numbers (event_id) VALUES (new.id);
        INSERT INTO event_search (rowid, words) SELECT number, new.words FROM event_numbers WHERE event_id = new.id;
    END""",
    """CREATE TRIGGER events_searched_update AFTER UPDATE OF words ON events WHEN old.words <> new.words BEGIN
        INSERT INTO event_search (event_search, rowid, words) SELECT 'delete', number, old.words FROM event_numbers WHERE event_id = new.id;
        INSERT INTO event_search (rowid, words) SELECT number, new.words FROM event_numbers WHERE event_id = new.id;
    END""",
    """CREATE TRIGGER events_searched_delete AFTER DELETE ON events BEGIN
        INSERT INTO event_search (event_search, rowid, words) SELECT 'delete', number, old.words FROM event_numbers WHERE event_id = old.id;
        DELETE FROM event_numbers WHERE event_id = old.id;
    END""",
    "CREATE VIRTUAL TABLE event_state_search USING fts5 (words, content='event_states', content_rowid='id', tokenize='ascii', detail='none', "
    "prefix='1 2 3 4 5 6 7 8 9 10')",
    "INSERT INTO event_state_search (event_state_search) VALUES ('rebuild')",
    """CREATE TRIGGER event_states_searched_insert AFTER INSERT ON event_states BEGIN
        INSERT INTO event_state_search (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER event_states_searched_update AFTER UPDATE OF words ON event_states WHEN old.words <> new.words BEGIN
        INSERT INTO event_state_search (event_state_search, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO event_state_search (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER event_states_searched_delete AFTER DELETE ON event_states BEGIN
        INSERT INTO event_state_search (event_state_search, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
)

# `to_tsvector('simple', …)` would part words once more by rules of its own (`40e4c1` gives `40e4` and `c1`). No word of a
# tsvector may have more than 2,046 bytes; those written from now on are cut long before.
POSTGRESQL = tuple(statement.format(table=table) for table in ("events", "event_states") for statement in (
    "UPDATE {table} SET words = regexp_replace(words, '([^ ]{{200}})[^ ]+', '\\1', 'g') WHERE words ~ '[^ ]{{201}}'",
    "CREATE INDEX ix_{table}_words ON {table} USING gin (array_to_tsvector(string_to_array(words, ' ')))"))


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement))
    for name in ("first_id", "last", "updated_id", "status", "type"):
        op.drop_index(f"ix_events_{name}", "events")
    op.create_index("ix_events_by_first", "events", ["first", "id", "last", "status", "type", "precision", "withdrawn", "changed"])
    op.create_index("ix_events_by_last", "events", ["last", "id", "first", "status", "type", "precision", "withdrawn", "changed"])
    op.create_index("ix_events_by_updated", "events", ["updated", "id", "first", "last", "status", "type", "withdrawn"])
    for name in ("status", "type", "place", "place_country"):
        op.create_index(f"ix_events_{name}_first_id", "events", [name, "first", "id"])
    spans_months = sa.text("substr(first, 1, 7) <> substr(last, 1, 7)")
    op.create_index("ix_events_spanning_months", "events", ["last", "first", "precision"], sqlite_where=spans_months,
                    postgresql_where=spans_months)
