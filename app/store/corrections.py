"""What an operator corrects: stored as rulings, and at once applied.

Each act is one transaction: the ruling, the events that follow from it, and their history.
"""
from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from app.store.codec import plain, stamp
from app.store.engine import Database
from app.store.errors import AlreadyUndone, UnknownRuling
from app.store.event_writer import EventWriter
from app.store.rulings import add_ruling, ruling_of
from app.store.tables import events, rulings
from timeline.model import Event, identifier
from timeline.rulings import Ruling, RulingError, merging, splitting, withdrawing

__all__ = ["Corrected", "Corrections"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The id of the ruling, and the events that it changed."""

    ruling: str
    events: tuple[str, ...]


class Corrections:
    """Each method raises `RulingError` where what is asked for can't be ruled, and `StoreError`.

    `by` says who corrects, `note` why; both are shown in the history of the events.
    """

    def __init__(self, database: Database, writer: EventWriter, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock

    def merge(self, kept: str, other: str, *, by: str, note: str = "") -> Corrected:
        """The two are one event, under the id of the first."""
        return self._rule(by, note, lambda connection, id_: merging(
            id_, self._event(connection, kept, "events"), self._event(connection, other, "events")))

    def split(self, event: str, *, articles: Collection[str] = (), claims: Collection[str] = (), by: str,
              note: str = "") -> Corrected:
        """What these articles (URLs) or claims (ids) tell of is an event of its own, with a new id."""
        return self._rule(by, note, lambda connection, id_: splitting(
            id_, self._event(connection, event, "event"), identifier("split", id_), articles=articles, claims=claims))

    def withdraw(self, event: str, *, by: str, note: str = "") -> Corrected:
        """There is no such event, whatever tells of it."""
        return self._rule(by, note, lambda connection, id_: withdrawing(id_, self._event(connection, event, "event")))

    def undo(self, ruling: str, *, by: str) -> Corrected:
        """As if the ruling had never been. Raises `UnknownRuling` and `AlreadyUndone`."""
        def work(connection: Connection) -> Corrected:
            row = connection.execute(select(rulings).where(rulings.c.id == ruling)).first()
            if row is None:
                raise UnknownRuling(f"there is no correction {ruling[:100]!r}")
            if row.undone_at is not None:
                raise AlreadyUndone(f"correction {ruling} was undone already, at {row.undone_at[:19]}Z by {row.undone_by}")
            connection.execute(update(rulings).where(rulings.c.id == ruling).values(
                undone_at=stamp(self._clock()), undone_by=plain(by)))
            found = self._writer.correct(connection, ruling_of(row.ruling), undoing=True)
            return Corrected(ruling, tuple(change.event_id for change in found))

        return self._database.write(work)

    def _rule(self, by: str, note: str, made: Callable[[Connection, str], Ruling]) -> Corrected:
        def work(connection: Connection) -> Corrected:
            at = stamp(self._clock())
            count = len(connection.execute(select(rulings.c.id)).all())
            ruling = made(connection, identifier("ruling", at, str(count)))
            add_ruling(connection, ruling, at=at, author=by, note=note)
            found = self._writer.correct(connection, ruling, undoing=False)
            return Corrected(ruling.id, tuple(change.event_id for change in found))

        return self._database.write(work)

    def _event(self, connection: Connection, id_: str, field: str) -> Event:
        """An event that stands. Raises `RulingError`, which says what became of one that does not."""
        row: Row[tuple[bool, str | None]] | None = connection.execute(
            select(events.c.withdrawn, events.c.heir).where(events.c.id == id_)).first()
        if row is None:
            raise RulingError(field, f"there is no event {id_[:100]!r}")
        if row.withdrawn:
            raise RulingError(field, f"event {id_} is one with {row.heir} already" if row.heir
                              else f"event {id_} is withdrawn")
        return self._writer.load(connection, [id_])[0]
