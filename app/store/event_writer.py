"""Events as rows: the claims of an article version take the place of those before, and what follows is written.

Everything here happens in the transaction of whoever calls.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Executable, Table, select, update

from app.store import event_statements as asked
from app.store.codec import claim_from_json, claim_json, event_from_json, event_json, moment, plain, stamp
from app.store.engine import order
from app.store.event_rows import LINKS, Naming, actor_rows, columns_of, links_of
from app.store.parts import each_part, in_parts
from app.store.reach import EVERYTHING, Reach
from app.store.rulings import concerned
from app.store.states import drop_states, first_changed, states_of, write_states
from app.store.tables import actors, changes, claims, event_actors, event_states, events
from timeline.model import Change, Claim, Event, identifier
from timeline.rulings import Ruling
from timeline.states import known_since

__all__ = ["Ending", "EventWriter", "Merging", "Render", "RenderJson", "publishers_of"]

_SECOND = len("2023-11-09T14:30:00")

Late = list[Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Ending:
    """What a transaction writes at its end, under `order`: actors are of no neighbourhood, and so are the links to them and the
    numbers of changes."""

    late: Late = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)


class Render(Protocol):
    """How an event is written down for its readers. Times are aware; `publishers` gives outlets by article URL."""

    def __call__(self, event: Event, *, first_seen: datetime, updated: datetime,
                 publishers: Mapping[str, str]) -> bytes: ...


class RenderJson(Protocol):
    """The same as JSON, which also says which pages are `gone` (by URL, RFC 3339)."""

    def __call__(self, event: Event, *, first_seen: datetime, updated: datetime, publishers: Mapping[str, str],
                 gone: Mapping[str, str]) -> bytes: ...


class Merging(Protocol):
    """What decides: `timeline.reconcile`, or what stands in for it."""

    def candidate_keys(self, claim: Claim) -> frozenset[str]: ...

    def event_keys(self, event: Event) -> frozenset[str]: ...

    def reconcile(self, known: Iterable[Event], claims: Iterable[Claim], now: datetime, *,
                  replaces: Collection[str] = (), rulings: Iterable[Ruling] = (),
                  undone: Iterable[Ruling] = ()) -> tuple[Change, ...]: ...


class EventWriter:
    """`clock` gives aware times, `naming` the name of a party by its code, to search by."""

    def __init__(self, *, render_json: RenderJson, render_vevent: Render, merging: Merging, clock: Callable[[], datetime],
                 naming: Naming) -> None:
        self._render_json = render_json
        self._render_vevent = render_vevent
        self._merging = merging
        self._clock = clock
        self._naming = naming

    def keys_near(self, connection: Connection, article_id: str, made: Sequence[Claim]) -> set[str]:
        """The keys of the neighbourhood that an article's claims fall into, as it is now."""
        keys, ids = self._near(connection, made, _current(connection, article_id))
        return keys | _keys_of(connection, ids)

    def merge(self, connection: Connection, article_id: str, version: int, made: Sequence[Claim],
              reach: Reach = EVERYTHING, ending: Ending | None = None) -> tuple[Change, ...]:
        """Store the claims of one version in place of those of the version before, and apply what follows. Raises `TooNarrow`. Ends
        under `order`; with `ending`, what belongs there is left to `end`, so that further articles can be merged before."""
        now = self._clock()
        old = _current(connection, article_id)
        made = list({claim.id: claim for claim in made}.values())
        keys, ids = self._near(connection, made, old)
        if reach is not EVERYTHING:
            reach.need(keys | _keys_of(connection, ids))
        ids, rulings = concerned(connection, ids, (article_id,))
        if rulings:  # which may bring events from anywhere
            reach.need_all()
        found = self._merging.reconcile(self.load(connection, ids), made, now, replaces=old, **({"rulings": rulings} if rulings else {}))
        if reach is not EVERYTHING:
            reach.widen(connection, {key for change in found if change.after is not None for key in self._merging.event_keys(change.after)})
        _store_claims(connection, article_id, version, made)
        gone = old - {claim.id for claim in made}
        each_part(gone, lambda part: connection.execute(asked.END_CLAIMS, {"part": part}))
        self._apply_all(connection, found, rulings, reach=reach, ending=ending)
        return found

    def correct(self, connection: Connection, ruling: Ruling, *, undoing: bool) -> tuple[Change, ...]:
        """Bring the events up to date with a ruling that was just stored, or just marked as undone."""
        now = self._clock()
        own = {one.claim for side in ruling.sides for one in side.evidence}
        named = {side.event for side in ruling.sides}
        ids = named | {row.event_id for row in in_parts(connection, {identifier(one.article) for side in ruling.sides
                                                                    for one in side.evidence},
                                                       lambda part: select(claims.c.event_id).where(
            claims.c.article_id.in_(part), claims.c.current.is_(True), claims.c.event_id.is_not(None)))}
        if undoing:  # they may have become one with others meanwhile, if the ruling had not been
            ids |= self._candidates(connection, [claim for event in self.load(connection, ids) for claim in event.claims], own)
        ids, rulings = concerned(connection, ids, ())
        found = self._merging.reconcile(self.load(connection, ids), (), now, rulings=rulings,
                                        undone=(ruling,) if undoing else ())
        act = f"{ruling.kind.value}{' undone' if undoing else ''}"
        found = tuple(replace(change, reason=f"{act}: {change.reason}") for change in found)
        self._apply_all(connection, found, rulings, correction=(ruling.id, undoing))
        return found

    def _apply_all(self, connection: Connection, found: Sequence[Change], rulings: Sequence[Ruling],
                   correction: tuple[str, bool] | None = None, reach: Reach = EVERYTHING, ending: Ending | None = None) -> None:
        into = Ending() if ending is None else ending
        into.changes.extend([self._apply(connection, change, rulings, correction, into.late)
                             for change in sorted(found, key=lambda change: change.after is None)])
        if ending is None:
            self.end(connection, into, reach)

    def end(self, connection: Connection, ending: Ending, reach: Reach) -> None:
        """Write what was left for the end. Raises `TooNarrow` where all must be begun anew."""
        order(connection)
        if reach is not EVERYTHING:
            _date(connection, ending.changes, reach)
        for write in ending.late:
            write()
        for row in ending.changes:  # their numbers are the order in which they can be seen
            connection.execute(asked.NEW_CHANGE, row)

    def candidates(self, connection: Connection, made: Iterable[Claim], own: Collection[str]) -> list[Event]:
        """The events that claims could be about, and those that rest on the claims of the ids `own`."""
        return self.load(connection, self._candidates(connection, made, own))

    def _candidates(self, connection: Connection, made: Iterable[Claim], own: Collection[str]) -> set[str]:
        return self._near(connection, made, own)[1]

    def _near(self, connection: Connection, made: Iterable[Claim], own: Collection[str]) -> tuple[set[str], set[str]]:
        """The keys that claims are looked up by; and the ids of the events under them, and of those that rest on the claims themselves
        or on `own`."""
        made = list(made)
        keys = {key for claim in made for key in self._merging.candidate_keys(claim)}
        own = {*own, *(claim.id for claim in made)}
        return keys, _values(connection, asked.EVENTS_UNDER_KEYS, keys) | _values(connection, asked.EVENTS_OF_CLAIMS, own)

    def load(self, connection: Connection, ids: Iterable[str]) -> list[Event]:
        """Stored events with their claims; a withdrawn one has none, unless a ruling keeps it out of the timeline."""
        told: dict[str, list[Claim]] = {}
        rows: list[Any] = []

        def load(part: list[str]) -> None:
            rows.extend(connection.execute(asked.STORED_EVENTS, {"part": part}))
            for row in connection.execute(asked.CLAIMS_OF_EVENTS, {"part": part}):
                told.setdefault(row.event_id, []).append(claim_from_json(row.claim))

        each_part(ids, load)
        stored = [(event_from_json(row.event), bool(row.withdrawn)) for row in rows]
        return [event if withdrawn and not event.ruled_out else replace(event, claims=tuple(told.get(event.id, ())))
                for event, withdrawn in stored]

    def _apply(self, connection: Connection, change: Change, rulings: Sequence[Ruling],
               correction: tuple[str, bool] | None, late: Late) -> dict[str, Any]:
        """Write what a change makes of its event; its own row is returned."""
        at = stamp(change.at)
        row = connection.execute(asked.EVENT_ROW, {"of_event": change.event_id}).first()
        after = change.after
        if after is None:
            if row is not None:
                self._withdraw(connection, change, at, late)
        else:
            if row is not None and row.withdrawn and not after.ruled_out and after.revision <= row.revision:
                after = replace(after, revision=row.revision + 1)  # a calendar's SEQUENCE never goes back
            self._write_event(connection, change, after, row, at, rulings, late, whole=bool(rulings or correction))
        return {"event_id": change.event_id, "at": at, "reason": plain(change.reason), "material": change.material,
                "before": event_json(change.before) if change.before else None, "after": event_json(after) if after else None,
                "claims": json.dumps([claim.id for claim in after.claims] if after else []),
                "ruling": correction[0] if correction else None, "undoing": correction[1] if correction else None}

    def _write_event(self, connection: Connection, change: Change, after: Event, row: Any, at: str,
                     rulings: Sequence[Ruling], late: Late, *, whole: bool) -> None:
        material = change.material or row is None or (row.withdrawn and not after.ruled_out)
        first_seen = row.first_seen if row is not None else at
        changed = at if material else row.changed
        told = publishers_of(connection, after.articles)
        publishers = told[0]

        # A change that readers can't see changes no byte: neither of the calendar nor, where possible, of the JSON.
        updated = at if material or self._json(after, first_seen, row.updated, told) != bytes(row.json) else row.updated
        values = columns_of(after, self._naming) | {
            "first_seen": first_seen, "updated": updated, "changed": changed, "withdrawn": after.ruled_out, "heir": None,
            "since": known_since(after).isoformat(), "event": event_json(after), "json": self._json(after, first_seen, updated, told),
            "vevent": self._render_vevent(after, first_seen=moment(first_seen), updated=moment(changed), publishers=publishers)
            if material else bytes(row.vevent)}
        if row is None:
            connection.execute(asked.NEW_EVENT, {"id": after.id, **values})
        else:
            connection.execute(asked.SET_EVENT, {"of_event": after.id, **values})
        before = {claim.id for claim in change.before.claims} if change.before else set()
        kept = [claim.id for claim in after.claims]
        each_part(before - set(kept), lambda part: connection.execute(asked.LET_GO_CLAIMS, {"part": part, "of_event": after.id}))
        if kept:
            connection.execute(asked.SET_CLAIM, [{"of_claim": claim, "event_id": after.id, "position": position}
                                                 for position, claim in enumerate(kept)])
        self._write_links(connection, after, late, new=row is None)
        start = first_changed(change.before, after, row.since if row is not None else None)
        self._write_states(connection, after, date.min if whole else start, first_seen, updated, publishers, rulings, late)

    def _write_states(self, connection: Connection, event: Event, start: date, first_seen: str, updated: str,
                      publishers: Mapping[str, str], rulings: Sequence[Ruling], late: Late) -> None:
        if event.ruled_out:
            drop_states(connection, event.id)
            return
        states = states_of(event, rulings, start)
        for state in states:  # somebody may have been dropped from the event since
            late.append(partial(_store_actors, connection, actor_rows(state.event, self._naming)))
        write_states(connection, event, states, start, updated=updated, naming=self._naming, render=lambda known:
                     self._render_json(replace(known, revision=event.revision), first_seen=moment(first_seen),
                                       updated=moment(updated), publishers=publishers, gone={}))  # as it was told then

    def _json(self, event: Event, first_seen: str, updated: str, told: tuple[dict[str, str], dict[str, str]]) -> bytes:
        publishers, gone = told
        return self._render_json(event, first_seen=moment(first_seen), updated=moment(updated), publishers=publishers, gone=gone)

    def render_again(self, connection: Connection, ids: Collection[str], reason: str = "written down anew") -> int:
        """Write the JSON of events down anew, where it would look different now; how many did. A calendar is told nothing.

        Each is a change of its own, in which the event stays as it is: who mirrors the timeline must hear of it.
        """
        at, count = stamp(self._clock()), 0
        rows = {row.id: row for row in in_parts(connection, ids, lambda part: select(events).where(
            events.c.id.in_(part), events.c.withdrawn.is_(False)))}
        for event in self.load(connection, rows):
            row, told = rows[event.id], publishers_of(connection, event.articles)
            if self._json(event, row.first_seen, row.updated, told) != bytes(row.json):
                connection.execute(update(events).where(events.c.id == event.id).values(
                    updated=at, json=self._json(event, row.first_seen, at, told)))
                same = event_json(event)
                connection.execute(asked.NEW_CHANGE, {
                    "event_id": event.id, "at": at, "reason": reason, "material": False, "before": same, "after": same,
                    "claims": json.dumps([claim.id for claim in event.claims])})
                count += 1
        return count

    def write_anew(self, connection: Connection, ids: Collection[str]) -> None:
        """Write down anew what follows from events and their claims: columns, links, states, JSON. What looks different by that
        is a change, as by `render_again`."""
        rows = {row.id: row for row in in_parts(connection, ids, lambda part: select(events).where(events.c.id.in_(part)))}
        late: Late = []
        for event in self.load(connection, rows):
            row, values = rows[event.id], columns_of(event, self._naming)
            if event.claims:
                values |= {"withdrawn": event.ruled_out, "since": known_since(event).isoformat()}
                self._write_states(connection, event, date.min, row.first_seen, row.updated,
                                   publishers_of(connection, event.articles)[0], concerned(connection, (event.id,), ())[1], late)
            else:
                drop_states(connection, event.id)
            if row.withdrawn and (told := self._at_last_change(connection, event.id)) is not None:
                values["json"] = self._json(told, row.first_seen, row.updated, publishers_of(connection, told.articles))
            connection.execute(update(events).where(events.c.id == event.id).values(**values))
            self._write_links(connection, event, late)
        for write in late:
            write()
        self.render_again(connection, ids)

    def write_entries_anew(self, connection: Connection, ids: Collection[str]) -> None:
        """Write calendar entries down anew, as they were written at the last change that calendars show. SEQUENCE stays."""
        for row in in_parts(connection, ids, lambda part: select(events.c.id, events.c.first_seen, events.c.changed).where(
                events.c.id.in_(part))):
            told = self._at_last_change(connection, row.id, changes.c.material.is_(True))
            if told is not None:
                connection.execute(update(events).where(events.c.id == row.id).values(vevent=self._render_vevent(
                    told, first_seen=moment(row.first_seen), updated=moment(row.changed),
                    publishers=publishers_of(connection, told.articles)[0])))

    def _at_last_change(self, connection: Connection, event_id: str, *which: ColumnElement[bool]) -> Event | None:
        """An event as it was after the last change in which it was told, with the claims that it then rested on."""
        row = connection.execute(select(changes.c.after, changes.c.claims).where(
            changes.c.event_id == event_id, changes.c.after.is_not(None), *which).order_by(changes.c.id.desc()).limit(1)).first()
        if row is None:
            return None
        ids = json.loads(row.claims)
        found = {claim.id: claim.claim for claim in in_parts(connection, ids, lambda part: select(claims.c.id, claims.c.claim).where(
            claims.c.id.in_(part)))}
        return event_from_json(row.after, tuple(claim_from_json(found[id_]) for id_ in ids if id_ in found))

    def page_came_or_went(self, connection: Connection, article_id: str) -> None:
        """The events that an article tells of say whether its page is gone."""
        self.render_again(connection, set(connection.execute(select(claims.c.event_id).where(
            claims.c.article_id == article_id, claims.c.current.is_(True), claims.c.event_id.is_not(None))).scalars()),
                          "a page that tells of it is gone, or is back")

    def fill_states(self, connection: Connection, limit: int) -> int:
        """Make the earlier states of events that have none yet, at most `limit`; how many there were. For stores of before."""
        rows = connection.execute(select(events).where(events.c.since.is_(None), events.c.withdrawn.is_(False))
                                  .order_by(events.c.id).limit(limit)).all()
        stored = {event.id: event for event in self.load(connection, [row.id for row in rows])}
        for row in rows:
            event = stored[row.id]
            if event.claims:
                late: Late = []
                self._write_states(connection, event, date.min, row.first_seen, row.updated,
                                   publishers_of(connection, event.articles)[0], concerned(connection, (event.id,), ())[1], late)
                for write in late:
                    write()
            since = known_since(event).isoformat() if event.claims else ""
            connection.execute(update(events).where(events.c.id == row.id).values(since=since))
        return len(rows)

    def _write_links(self, connection: Connection, event: Event, late: Late, *, new: bool = False) -> None:
        """Make the links of an event those that follow from it; a `new` one has none yet."""
        wanted = links_of(event, self._merging.event_keys(event))

        def write_actors() -> None:
            _store_actors(connection, actor_rows(event, self._naming))
            _link(connection, event.id, event_actors, wanted[event_actors.name], new=new)

        late.append(write_actors)
        for table in LINKS:
            if table is not event_actors:
                _link(connection, event.id, table, wanted[table.name], new=new)

    def _withdraw(self, connection: Connection, change: Change, at: str, late: Late) -> None:
        """The event stays, so that it comes back under its id when it is told again; its history stays with it."""
        connection.execute(update(events).where(events.c.id == change.event_id).values(
            withdrawn=True, updated=at, changed=at, heir=change.heir))
        drop_states(connection, change.event_id)
        if change.before is not None:
            self._write_links(connection, replace(change.before, claims=()), late)
            ids = {claim.id for claim in change.before.claims}
            each_part(ids, lambda part: connection.execute(asked.LET_GO_CLAIMS, {"part": part, "of_event": change.event_id}))


def _store_claims(connection: Connection, article_id: str, version: int, made: Sequence[Claim]) -> None:
    stored = _values(connection, asked.STORED_CLAIMS, [claim.id for claim in made])
    values = {claim.id: {"article_id": article_id, "version": version, "current": True, "claim": claim_json(claim)} for claim in made}
    if again := [{"of_claim": id_, **columns} for id_, columns in values.items() if id_ in stored]:
        connection.execute(asked.SET_CLAIM, again)
    if new := [{"id": id_, "position": 0, **columns} for id_, columns in values.items() if id_ not in stored]:
        connection.execute(asked.NEW_CLAIMS, new)


def _date(connection: Connection, rows: Sequence[dict[str, Any]], reach: Reach) -> None:
    """Let no change that comes later bear an earlier time than one before it, though it was begun before: who asks what changed since
    a time would miss it. What is rendered tells seconds: within one, the time is moved in the rows alone. Else the work is begun
    anew."""
    last = connection.execute(select(changes.c.at).order_by(changes.c.id.desc()).limit(1)).scalar()
    early = {row["at"] for row in rows if last is not None and row["at"] < last}
    if any(at[:_SECOND] != last[:_SECOND] for at in early):
        reach.begin_anew()
    for at in early:
        dated = [row for row in rows if row["at"] == at]
        for row in dated:
            row["at"] = last
        for table, column, mine in ((events, "updated", events.c.id), (events, "changed", events.c.id), (event_states, "updated", event_states.c.owner)):
            each_part({row["event_id"] for row in dated}, lambda part, table=table, column=column, mine=mine, at=at: connection.execute(
                update(table).where(mine.in_(part), table.c[column] == at).values({column: last})))


def _link(connection: Connection, event_id: str, table: Table, values: Collection[str], *, new: bool) -> None:
    """Make the links of an event in one table these."""
    stored = set() if new else set(connection.execute(asked.LINKED[table], {"of_event": event_id}).scalars())
    each_part(stored.difference(values), lambda part: connection.execute(asked.UNLINK[table], {"of_event": event_id, "part": part}))
    if added := sorted(set(values) - stored):
        connection.execute(asked.LINK[table], [{"event_id": event_id, LINKS[table]: value} for value in added])


def _store_actors(connection: Connection, rows: Mapping[str, Mapping[str, Any]]) -> None:
    stored = {row.id: row for row in connection.execute(asked.STORED_ACTORS, {"part": sorted(rows)})}
    for actor_id, values in rows.items():
        row = stored.get(actor_id)
        if row is None:
            connection.execute(asked.NEW_ACTOR, {"id": actor_id, **values})
        elif (row.name is None and values["name"]) or (row.country is None and values["country"]):
            connection.execute(update(actors).where(actors.c.id == actor_id).values(**values))


def _values(connection: Connection, statement: Executable, values: Iterable[str]) -> set[str]:
    """What a statement gives for these, part by part."""
    found: set[str] = set()
    each_part(values, lambda part: found.update(connection.execute(statement, {"part": part}).scalars()))
    return found


def _current(connection: Connection, article_id: str) -> set[str]:
    """Ids of the claims that an article stands for now."""
    return set(connection.execute(asked.CURRENT_CLAIMS, {"of_article": article_id}).scalars())


def _keys_of(connection: Connection, ids: Collection[str]) -> set[str]:
    """The keys under which these events are stored."""
    return _values(connection, asked.KEYS_OF_EVENTS, ids)


def publishers_of(connection: Connection, urls: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Of articles by URL: the outlet's name, and since when the page is gone."""
    rows: list[Any] = []
    each_part(urls, lambda part: rows.extend(connection.execute(asked.PUBLISHERS, {"part": part})))
    return ({row.url: row.publisher for row in rows if row.publisher},
            {row.url: f"{row.gone[:19]}Z" for row in rows if row.gone})
