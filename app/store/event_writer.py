"""Events as rows: the claims of an article version take the place of those before, and what follows is written.

Everything here happens in the transaction of whoever calls.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update

from app.store.codec import claim_from_json, claim_json, event_from_json, event_json, moment, plain, stamp
from app.store.engine import order
from app.store.event_rows import LINKS, Naming, actor_rows, columns_of, links_of
from app.store.parts import each_part, in_parts
from app.store.reach import EVERYTHING, Reach
from app.store.rulings import concerned
from app.store.states import drop_states, first_changed, states_of, write_states
from app.store.tables import actors, articles, changes, claims, event_actors, event_keys, event_states, events
from timeline.model import Change, Claim, Event, identifier
from timeline.rulings import Ruling
from timeline.states import known_since

__all__ = ["EventWriter", "Merging", "Render", "RenderJson", "publishers_of"]

_SECOND = len("2023-11-09T14:30:00")

Late = list[Callable[[], None]]
"""What is written under `order`: actors are of no neighbourhood, and so are the links to them."""


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
              reach: Reach = EVERYTHING) -> tuple[Change, ...]:
        """Store the claims of one version in place of those of the version before, and apply what follows. Raises `TooNarrow` before
        anything is written; ends under `order`."""
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
        each_part(gone, lambda part: connection.execute(update(claims).where(claims.c.id.in_(part)).values(current=False)))
        self._apply_all(connection, found, rulings, reach=reach)
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
                   correction: tuple[str, bool] | None = None, reach: Reach = EVERYTHING) -> None:
        late: Late = []
        rows = [self._apply(connection, change, rulings, correction, late)
                for change in sorted(found, key=lambda change: change.after is None)]
        order(connection)
        if reach is not EVERYTHING:
            _date(connection, rows, reach)
        for write in late:
            write()
        for row in rows:  # their numbers are the order in which they can be seen
            connection.execute(insert(changes), row)

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
        ids: set[str] = set()
        each_part(keys, lambda part: ids.update(connection.execute(
            select(event_keys.c.event_id).where(event_keys.c.key.in_(part))).scalars()))
        each_part(own, lambda part: ids.update(connection.execute(
            select(claims.c.event_id).where(claims.c.id.in_(part), claims.c.event_id.is_not(None))).scalars()))
        return keys, ids

    def load(self, connection: Connection, ids: Iterable[str]) -> list[Event]:
        """Stored events with their claims; a withdrawn one has none, unless a ruling keeps it out of the timeline."""
        told: dict[str, list[Claim]] = {}
        rows: list[Any] = []

        def load(part: list[str]) -> None:
            rows.extend(connection.execute(select(events.c.id, events.c.event, events.c.withdrawn)
                                           .where(events.c.id.in_(part))))
            for row in connection.execute(select(claims.c.event_id, claims.c.claim, claims.c.id).where(
                    claims.c.event_id.in_(part)).order_by(claims.c.event_id, claims.c.position, claims.c.id)):
                told.setdefault(row.event_id, []).append(claim_from_json(row.claim))

        each_part(ids, load)
        stored = [(event_from_json(row.event), bool(row.withdrawn)) for row in rows]
        return [event if withdrawn and not event.ruled_out else replace(event, claims=tuple(told.get(event.id, ())))
                for event, withdrawn in stored]

    def _apply(self, connection: Connection, change: Change, rulings: Sequence[Ruling],
               correction: tuple[str, bool] | None, late: Late) -> dict[str, Any]:
        """Write what a change makes of its event; its own row is returned."""
        at = stamp(change.at)
        row = connection.execute(select(events).where(events.c.id == change.event_id)).first()
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
            connection.execute(insert(events).values(id=after.id, **values))
        else:
            connection.execute(update(events).where(events.c.id == after.id).values(**values))
        before = {claim.id for claim in change.before.claims} if change.before else set()
        kept = [claim.id for claim in after.claims]
        each_part(before - set(kept), lambda part: connection.execute(
            update(claims).where(claims.c.id.in_(part), claims.c.event_id == after.id).values(event_id=None)))
        for position, claim in enumerate(kept):
            connection.execute(update(claims).where(claims.c.id == claim).values(event_id=after.id, position=position))
        self._write_links(connection, after, late)
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
                connection.execute(insert(changes).values(
                    event_id=event.id, at=at, reason=reason, material=False, before=same, after=same,
                    claims=json.dumps([claim.id for claim in event.claims])))
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

    def _write_links(self, connection: Connection, event: Event, late: Late) -> None:
        wanted = links_of(event, self._merging.event_keys(event))

        def write_actors() -> None:
            _store_actors(connection, actor_rows(event, self._naming))
            _link(connection, event.id, event_actors, LINKS[event_actors], wanted[event_actors.name])

        late.append(write_actors)
        for table, name in LINKS.items():
            if table is not event_actors:
                _link(connection, event.id, table, name, wanted[table.name])

    def _withdraw(self, connection: Connection, change: Change, at: str, late: Late) -> None:
        """The event stays, so that it comes back under its id when it is told again; its history stays with it."""
        connection.execute(update(events).where(events.c.id == change.event_id).values(
            withdrawn=True, updated=at, changed=at, heir=change.heir))
        drop_states(connection, change.event_id)
        if change.before is not None:
            self._write_links(connection, replace(change.before, claims=()), late)
            ids = {claim.id for claim in change.before.claims}
            each_part(ids, lambda part: connection.execute(update(claims).where(
                claims.c.id.in_(part), claims.c.event_id == change.event_id).values(event_id=None)))


def _store_claims(connection: Connection, article_id: str, version: int, made: Sequence[Claim]) -> None:
    stored: set[str] = set()
    each_part([claim.id for claim in made], lambda part: stored.update(connection.execute(
        select(claims.c.id).where(claims.c.id.in_(part))).scalars()))
    for claim in made:
        values = {"article_id": article_id, "version": version, "current": True, "claim": claim_json(claim)}
        if claim.id in stored:
            connection.execute(update(claims).where(claims.c.id == claim.id).values(**values))
        else:
            connection.execute(insert(claims).values(id=claim.id, position=0, **values))


def _date(connection: Connection, rows: Sequence[dict[str, Any]], reach: Reach) -> None:
    """Let no change that comes later bear an earlier time than one before it, though it was begun before: who asks what changed since
    a time would miss it. What is rendered tells seconds: within one, the time is moved in the rows alone. Else the work is begun
    anew, alone."""
    last = connection.execute(select(changes.c.at).order_by(changes.c.id.desc()).limit(1)).scalar()
    if not rows or last is None or last <= (at := rows[0]["at"]):
        return
    if last[:_SECOND] != at[:_SECOND]:
        reach.need_all()
    for row in rows:
        row["at"] = last
    for table, column, mine in ((events, "updated", events.c.id), (events, "changed", events.c.id), (event_states, "updated", event_states.c.owner)):
        each_part({row["event_id"] for row in rows}, lambda part, table=table, column=column, mine=mine: connection.execute(
            update(table).where(mine.in_(part), table.c[column] == at).values({column: last})))


def _link(connection: Connection, event_id: str, table: Table, name: str, values: Collection[str]) -> None:
    """Make the links of an event in one table these."""
    stored = set(connection.execute(select(table.c[name]).where(table.c.event_id == event_id)).scalars())
    if gone := stored.difference(values):
        connection.execute(delete(table).where(table.c.event_id == event_id, table.c[name].in_(gone)))
    if added := sorted(set(values) - stored):
        connection.execute(insert(table), [{"event_id": event_id, name: value} for value in added])


def _store_actors(connection: Connection, rows: Mapping[str, Mapping[str, Any]]) -> None:
    stored = {row.id: row for row in connection.execute(select(actors).where(actors.c.id.in_(sorted(rows))))}
    for actor_id, values in rows.items():
        row = stored.get(actor_id)
        if row is None:
            connection.execute(insert(actors).values(id=actor_id, **values))
        elif (row.name is None and values["name"]) or (row.country is None and values["country"]):
            connection.execute(update(actors).where(actors.c.id == actor_id).values(**values))


def _current(connection: Connection, article_id: str) -> set[str]:
    """Ids of the claims that an article stands for now."""
    return set(connection.execute(select(claims.c.id).where(claims.c.article_id == article_id, claims.c.current.is_(True))).scalars())


def _keys_of(connection: Connection, ids: Collection[str]) -> set[str]:
    """The keys under which these events are stored."""
    return {row.key for row in in_parts(connection, ids, lambda part: select(event_keys.c.key).where(event_keys.c.event_id.in_(part)))}


def publishers_of(connection: Connection, urls: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Of articles by URL: the outlet's name, and since when the page is gone."""
    rows = in_parts(connection, urls, lambda part: select(articles.c.url, articles.c.publisher, articles.c.gone).where(
        articles.c.url.in_(part)))
    return ({row.url: row.publisher for row in rows if row.publisher},
            {row.url: f"{row.gone[:19]}Z" for row in rows if row.gone})
