"""Rulings as rows, and those that concern some events."""
from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from app.store.codec import from_json, plain, to_json
from app.store.event_statements import ANY_RULING
from app.store.parts import in_parts
from app.store.tables import claims, ruling_marks, rulings
from timeline.model import identifier
from timeline.rulings import Ruling

__all__ = ["add_ruling", "concerned", "marks_of", "ruling_of", "write_marks"]


def add_ruling(connection: Connection, ruling: Ruling, *, at: str, author: str, note: str) -> None:
    number = connection.execute(select(func.max(rulings.c.number))).scalar() or 0
    connection.execute(insert(rulings).values(id=ruling.id, number=number + 1, kind=ruling.kind.value, at=at,
                                              author=plain(author), note=plain(note), ruling=to_json(ruling)))
    write_marks(connection, ruling)


def write_marks(connection: Connection, ruling: Ruling) -> None:
    """Put down what a ruling is found by."""
    connection.execute(insert(ruling_marks), [{"ruling_id": ruling.id, "kind": kind, "value": value}
                                              for kind, value in sorted(marks_of(ruling))])


def marks_of(ruling: Ruling) -> set[tuple[str, str]]:
    """What a ruling is found by: kind (event or article) and id."""
    marks = {("event", side.event) for side in ruling.sides}
    return marks | {("article", identifier(evidence.article)) for side in ruling.sides for evidence in side.evidence}


def ruling_of(text: str) -> Ruling:
    """What `add_ruling` stored."""
    return from_json(Ruling, text)


def concerned(connection: Connection, event_ids: Iterable[str], article_ids: Collection[str],
              ) -> tuple[set[str], tuple[Ruling, ...]]:
    """The rulings that stand and concern these events or what these articles tell; and these events with all whose claims
    such a ruling can move. Rulings come in the order in which they were made."""
    ids, found = set(event_ids), dict[int, Ruling]()
    if connection.execute(ANY_RULING).first() is None:
        return ids, ()
    events_asked, articles_asked = set(ids), set(article_ids)
    while events_asked or articles_asked:
        told = {row.article_id for row in in_parts(connection, events_asked, lambda part: select(claims.c.article_id).where(
            claims.c.event_id.in_(part), claims.c.current.is_(True)))}
        rows = [*in_parts(connection, events_asked, lambda part: _standing("event", part)),
                *in_parts(connection, articles_asked | told, lambda part: _standing("article", part))]
        rows = [row for row in rows if row.number not in found]
        found |= {row.number: ruling_of(row.ruling) for row in rows}
        # Two rulings can meet in an event that one of them brings along.
        marks = list(in_parts(connection, {row.id for row in rows}, lambda part: select(
            ruling_marks.c.kind, ruling_marks.c.value).where(ruling_marks.c.ruling_id.in_(part))))
        articles_asked = {mark.value for mark in marks if mark.kind == "article"}
        holders = {row.event_id for row in in_parts(connection, articles_asked, lambda part: select(claims.c.event_id).where(
            claims.c.article_id.in_(part), claims.c.current.is_(True), claims.c.event_id.is_not(None)))}
        events_asked = ({mark.value for mark in marks if mark.kind == "event"} | holders) - ids
        articles_asked = set()  # whatever names them was asked for with the events that rest on them
        ids |= events_asked
    return ids, tuple(found[number] for number in sorted(found))


def _standing(kind: str, values: list[str]) -> Select[Any]:
    return select(rulings.c.id, rulings.c.number, rulings.c.ruling).distinct().join(
        ruling_marks, ruling_marks.c.ruling_id == rulings.c.id).where(
            rulings.c.undone_at.is_(None), ruling_marks.c.kind == kind, ruling_marks.c.value.in_(values))
