"""Finding rows by words, alike on both databases.

Words are folded (`app.store.folding`) before they are stored and before they are asked for, so that each database compares
words of ASCII letters and digits and knows neither a language nor an accent. Each word that is asked for must begin a word
of the row. What a search language would read as its own (`AND`, `*`, `"`, `-`, `:`) is a word or falls away in folding: what
reaches the database was put together here.

SQLite finds them by FTS5, PostgreSQL by a GIN index; both indexes are made in the migrations and kept by the database in the
transaction that writes the row.
"""
from __future__ import annotations

from sqlalchemy import ColumnElement, Select, Table, cast, column, false, func, literal, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from app.store.folding import fold
from app.store.tables import event_states

__all__ = ["LONGEST", "by_index", "each_begins_a_word", "rows_with", "words_of"]

LONGEST = 200
"""Characters of a word that are kept and compared. Scripts without blanks give long ones; PostgreSQL takes no more than 2,046."""

_event_search = table("event_search", column("rowid"), column("event_search"))
_event_state_search = table("event_state_search", column("rowid"), column("event_state_search"))
_event_numbers = table("event_numbers", column("number"), column("event_id"))


def words_of(text: str) -> list[str]:
    """The words of a text as they are stored and compared, each once. Empty where nothing of it has a reading in ASCII."""
    return list(dict.fromkeys(word[:LONGEST] for word in fold(text).split()))


def each_begins_a_word(of: ColumnElement[str], asked: str) -> list[ColumnElement[bool]]:
    """Each word that is asked for begins a word of the column, told by looking at the column. Folded words hold no character that LIKE knows."""
    words = words_of(asked)
    if not words:
        return [false()]
    return [(literal(" ") + of).like(f"% {word}%") for word in words]


def by_index(of: Table, asked: str) -> ColumnElement[bool]:
    """The same, told by PostgreSQL's index over the words of `events` or `event_states`."""
    words = words_of(asked)
    if not words:
        return false()
    lexemes = func.array_to_tsvector(func.string_to_array(of.c.words, text("' '")))  # as the index has it, to the letter
    return lexemes.bool_op("@@")(cast(" & ".join(f"'{word}':*" for word in words), TSQUERY))


def rows_with(of: Table, asked: str) -> Select[tuple[str]] | None:
    """Keys of the rows of `events` or `event_states` by SQLite's index; None where there are no words to look for."""
    words = words_of(asked)
    if not words:
        return None
    match = " AND ".join(f'"{word}"*' for word in words)
    if of is event_states:
        return select(_event_state_search.c.rowid).where(_event_state_search.c.event_state_search.op("MATCH")(match))
    return select(_event_numbers.c.event_id).join(_event_search, _event_search.c.rowid == _event_numbers.c.number).where(
        _event_search.c.event_search.op("MATCH")(match))
