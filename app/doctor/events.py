"""What must hold of one event: that it rests on its claims, and that all that stands beside it follows from it."""
from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from app.doctor.findings import Flaw, Level
from app.event_json import sound_event_json
from app.ical import sound_vevent
from app.store.codec import CodecError, claim_from_json, event_from_json, moment
from app.store.event_rows import Naming, columns_of, links_of
from app.store.event_writer import Render, RenderJson
from app.store.inspection import EventParts
from app.store.states import state_links, states_of
from timeline.model import Claim, Event, identifier
from timeline.states import known_since

__all__ = ["Rendering", "flaws_of_event"]

REPAIR = "`summitry doctor --repair` writes it down anew."
REREAD = "`summitry reprocess` reads the article again. If that does not help, put a backup back."
BACKUP = "Nothing else tells it: put a backup back (`summitry restore`), and look for what damaged the store."

# What a calendar shows of each material change; the rest of an entry may be as it was at the last of them.
_MATERIAL = (b"UID:", b"DTSTAMP:", b"DTSTART", b"DTEND", b"SEQUENCE:", b"CREATED:", b"LAST-MODIFIED:", b"SUMMARY", b"CATEGORIES:",
             b"LOCATION", b"STATUS:CANCELLED")


@dataclass(frozen=True, slots=True)
class Rendering:
    """How the service writes events down: its JSON, its calendar entries, its blocking keys, and the names of parties."""

    json: RenderJson
    vevent: Render
    keys: Callable[[Event], Collection[str]]
    naming: Naming


def flaws_of_event(parts: EventParts, rendering: Rendering, claims_by_id: Callable[[Collection[str]], Mapping[str, str]]) -> Iterator[Flaw]:
    """`claims_by_id` gives the JSON of claims that may belong to no event any more."""
    row = parts.row
    try:
        bare = event_from_json(row.event)
    except CodecError as error:
        yield Flaw("events", "the event can't be read", f"{row.id}: {error}", BACKUP)
        return
    if bare.id != row.id:
        yield Flaw("events", "the event is another one than its row", f"{row.id}: {bare.id}", BACKUP)
        return
    claims = []
    for claim in parts.claims:
        try:
            claims.append(claim_from_json(claim.claim))
        except CodecError as error:
            yield Flaw("claims", "a claim can't be read", f"{claim.id} of event {row.id}: {error}", BACKUP)
            return
    # One that was ruled out is withdrawn and rests on its claims still, until no article tells of it any more.
    gone = bool(row.withdrawn) and not (bare.ruled_out and parts.changes and parts.changes[-1].after is not None)
    yield from _flaws_of_claims(parts, bare, claims, gone)
    yield from _flaws_of_history(parts, gone)
    if gone != (not claims):
        return  # what follows from the claims can't be told
    event = replace(bare, claims=tuple(claims))
    yield from _flaws_of_rows(parts, event, rendering)
    yield from _flaws_of_states(parts, event, rendering)
    yield from _flaws_of_bytes(parts, event, rendering, claims_by_id)


def _flaws_of_claims(parts: EventParts, event: Event, claims: list[Claim], gone: bool) -> Iterator[Flaw]:
    row = parts.row
    for stored, claim in zip(parts.claims, claims, strict=True):
        named = f"{stored.id} of event {row.id}"
        if claim.id != stored.id or identifier(claim.article) != stored.article_id:
            yield Flaw("claims", "a claim is another one than its row", named, REREAD)
        if not stored.current:
            yield Flaw("claims", "an event rests on a claim that its article has taken back", named, REREAD)
    if gone:
        if claims:
            yield Flaw("claims", "a withdrawn event holds claims", row.id, "`summitry reprocess` reads its articles again, and says what "
                       "they tell of.")
    elif not any(stored.current for stored in parts.claims):
        yield Flaw("evidence", "an event rests on no sentence", row.id, "`summitry reprocess` reads all articles again. If none tells of it, "
                   "take it out by `summitry correct withdraw`, or put a backup back.")
    if event.ruled_out and not row.withdrawn:
        yield Flaw("events", "an event that an operator ruled out stands", row.id, REPAIR, anew=("event", row.id))


def _flaws_of_history(parts: EventParts, gone: bool) -> Iterator[Flaw]:
    row, steps = parts.row, parts.changes
    if not steps:
        yield Flaw("history", "an event has no history", row.id, BACKUP)
        return
    state: str | None = None
    for step in steps:
        if step.before != state:
            yield Flaw("history", "a change does not begin where the one before it ended", f"change {step.id} of event {row.id}", BACKUP)
        state = step.after or step.before
    last = steps[-1]
    if (last.after is None) != gone:
        yield Flaw("history", "an event stands that was withdrawn last, or is withdrawn and was told last", row.id, BACKUP)
    if state != row.event:
        yield Flaw("history", "the last change does not lead to the event that is stored", row.id, BACKUP)
    if [claim.id for claim in parts.claims] != json.loads(last.claims):
        yield Flaw("claims", "an event holds other claims than those that it rests on by its last change", row.id, "`summitry reprocess` "
                   "reads its articles again. If that does not help, put a backup back.")


def _flaws_of_rows(parts: EventParts, event: Event, rendering: Rendering) -> Iterator[Flaw]:
    row, anew = parts.row, ("event", parts.row.id)
    wanted = columns_of(event, rendering.naming)
    if event.claims and not row.withdrawn:
        wanted["since"] = known_since(event).isoformat()
    if wrong := [name for name, value in wanted.items() if getattr(row, name) != value]:
        yield Flaw("events", "columns do not follow from the event", f"{row.id}: {', '.join(wrong)}", REPAIR, anew=anew)
    for table, values in links_of(event, rendering.keys(event)).items():
        if missing := values - parts.links[table]:
            yield Flaw("links", f"rows of {table} are missing", f"{row.id}: {', '.join(sorted(missing)[:3])}", REPAIR, anew=anew)
        if surplus := parts.links[table] - values:
            yield Flaw("links", f"rows of {table} are there that should not be", f"{row.id}: {', '.join(sorted(surplus)[:3])}", REPAIR,
                       anew=anew)


def _flaws_of_states(parts: EventParts, event: Event, rendering: Rendering) -> Iterator[Flaw]:
    if parts.rulings is None:
        return
    row, stored = parts.row, {(state.event_id, state.since): state for state in parts.states}
    wanted = {} if event.ruled_out or not event.claims else {
        (state.event.id, state.since.isoformat()): state for state in states_of(event, parts.rulings)}
    what = "what was known of an event on an earlier day is not what its claims tell"
    if stored.keys() != wanted.keys() or len(stored) != len(parts.states):
        days = sorted({since for _, since in stored.keys() ^ wanted.keys()}) or ["told twice"]
        yield Flaw("states", what, f"{row.id}: {', '.join(days)}", REPAIR, anew=("event", row.id))
        return
    for key, state in wanted.items():
        found = stored[key]
        columns = columns_of(state.event, rendering.naming) | {"until": state.until.isoformat()}
        wrong = [name for name, value in columns.items() if getattr(found, name) != value]
        if json.loads(found.claims) != [claim.id for claim in state.event.claims]:
            wrong.append("claims")
        if parts.state_links.get(found.id, set()) != state_links(state.event):
            wrong.append("links")
        if not _state_json_follows(found, state.event, row, rendering, parts.publishers):
            wrong.append("json")
        if wrong:
            yield Flaw("states", what, f"{row.id} on {key[1]}: {', '.join(wrong)}", REPAIR, anew=("event", row.id))


def _state_json_follows(found: Any, known: Event, row: Any, rendering: Rendering, publishers: Mapping[str, str]) -> bool:
    """A state keeps the revision of its event and the names of outlets that were told when it was written."""
    try:
        stored = orjson.loads(_bytes(found.json))
        rendered = orjson.loads(rendering.json(replace(known, revision=stored["revision"]), first_seen=moment(row.first_seen),
                                               updated=moment(found.updated), publishers=publishers, gone={}))
        for told in (stored, rendered):
            for source in told["sources"]:
                del source["publisher"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(stored == rendered)


def _flaws_of_bytes(parts: EventParts, event: Event, rendering: Rendering,
                    claims_by_id: Callable[[Collection[str]], Mapping[str, str]]) -> Iterator[Flaw]:
    row, anew, entry_anew = parts.row, ("event", parts.row.id), ("entry", parts.row.id)
    body, entry = _bytes(row.json), _bytes(row.vevent)
    if not sound_event_json(body):
        yield Flaw("rendered", "the JSON of an event is damaged", row.id, REPAIR, anew=anew)
    elif not row.withdrawn and body != rendering.json(event, first_seen=moment(row.first_seen), updated=moment(row.updated),
                                                      publishers=parts.publishers, gone=parts.gone):
        yield Flaw("rendered", "the JSON of an event is not what follows from it", row.id,
                   "`summitry doctor --repair` writes it down anew, as `summitry reprocess` does after an update.", anew=anew)
    if not sound_vevent(entry):
        yield Flaw("rendered", "the calendar entry of an event is damaged", row.id, REPAIR, anew=entry_anew)
        return
    if not event.claims:
        return
    times = {"first_seen": moment(row.first_seen), "updated": moment(row.changed)}
    now = rendering.vevent(event, publishers=parts.publishers, **times)
    if entry == now or entry == _entry_of_last_change(parts, rendering, claims_by_id, times):
        return
    if _shown(entry) != _shown(now):
        yield Flaw("rendered", "the calendar entry of an event is not what follows from it", row.id, REPAIR, anew=entry_anew)
    else:
        yield Flaw("rendered", "the calendar entry of an event describes it as an earlier version of Summitry or of its articles did",
                   row.id, "It is written down anew when the event changes, or now by `summitry doctor --repair`.", Level.WARN, entry_anew)


def _bytes(stored: Any) -> bytes:
    """Of a column that holds bytes; text that a shell has put there (SQLite lets it) is none, and damaged as such."""
    return b"" if isinstance(stored, str) else bytes(stored)


def _entry_of_last_change(parts: EventParts, rendering: Rendering, claims_by_id: Callable[[Collection[str]], Mapping[str, str]],
                          times: Mapping[str, Any]) -> bytes | None:
    """A change that no calendar shows leaves the entry as it was: it quotes the claims that the event then rested on."""
    step = next((step for step in reversed(parts.changes) if step.material and step.after is not None), None)
    if step is None:
        return None
    ids = json.loads(step.claims)
    told = claims_by_id(ids)
    try:
        claims = tuple(claim_from_json(told[id_]) for id_ in ids)
        return rendering.vevent(event_from_json(step.after, claims), publishers=parts.publishers, **times)
    except (CodecError, KeyError):
        return None


def _shown(entry: bytes) -> list[bytes]:
    return [line for line in entry.replace(b"\r\n ", b"").split(b"\r\n") if line.startswith(_MATERIAL)]
