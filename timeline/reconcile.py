"""What is new: the changes that the claims of one article version bring to the events known so far."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from timeline.blocking import candidate_keys, event_id, event_keys
from timeline.fold import derived_status, explain, fold
from timeline.grouping import group_claims
from timeline.model import Change, Claim, Event, identifier
from timeline.rulings import Ruled, Ruling, RulingKind, apply_rulings
from timeline.same import Group, Reading, occasion, same_event
from timeline.weight import Witnesses

__all__ = ["candidate_keys", "derived_status", "event_id", "event_keys", "explain", "fold", "is_material", "reconcile",
           "same_event"]


def reconcile(known: Iterable[Event], claims: Iterable[Claim], now: datetime, *,
              replaces: Collection[str] = (), rulings: Iterable[Ruling] = (),
              undone: Iterable[Ruling] = ()) -> tuple[Change, ...]:
    """Changes that bring `known` up to date with `claims`.

    `known` are the events that could be concerned: those that share a key of `candidate_keys` with a claim, those that hold
    a claim of `replaces`, and those that hold one of `claims` already. A withdrawn event may stand among them, without
    claims. `replaces` are the ids of the claims of the article's earlier version: those that are not told again are taken
    out of their events. `rulings` are an operator's corrections that concern them, in the order in which they were made; the
    events that they name, and those that hold their evidence, belong to `known`. `undone` is one that is just being taken
    back: its events get their ids again. `now` (aware) stamps the changes and decides nothing.

    Which claims make one event, and what they fold to, depends on the claims and the rulings alone and not on the order in which they
    came; only an event's id is that of the claim that came first. Raises `ValueError` where `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("now has no time zone")
    events = {event.id: event for event in known}
    fresh = {claim.id: claim for claim in claims}
    gone = set(replaces) - fresh.keys()
    standing = {claim.id: claim for event in events.values() for claim in event.claims if claim.id not in gone}
    standing.update(fresh)

    owner = {claim.id: event.id for event in events.values() for claim in event.claims}
    rulings, undone = tuple(rulings), tuple(undone)
    new = [claim for claim in fresh.values() if claim.id not in owner]
    for claim, old in _under_new_ids(new, [claim for event in events.values() for claim in event.claims if claim.id in gone]):
        owner[claim.id] = owner[old.id]
    ruled = apply_rulings(group_claims(standing.values()), rulings, undone)
    groups = [each.claims for each in ruled]
    parted = {ruling.sides[1].event for ruling in undone if ruling.kind is RulingKind.SPLIT}
    kept = _keep_ids(groups, events, owner, ruled, parted)
    _inherit(groups, kept, events, gone)
    ids = _all_ids(groups, kept, events)
    # An article that says in other words what was ruled out says it under the same id.
    ruled_out = {ruling.sides[0].event for ruling in rulings if ruling.kind is RulingKind.WITHDRAW}
    for each, id_ in zip(ruled, ids, strict=True):
        each.out |= id_ in ruled_out
    changes = []
    for each, id_ in zip(ruled, ids, strict=True):
        origin = _origin(each.claims, events, gone) if id_ not in events else events[id_].origin
        change = _change(each, id_, events.get(id_), fresh, now, origin)
        if change is not None:
            changes.append(change)
    heirs = {owner[claim.id]: id_ for group, id_ in zip(groups, ids, strict=True) for claim in reversed(group)
             if claim.id in owner}
    for event in events.values():
        if event.claims and event.id not in ids:
            heir = heirs.get(event.id) or _heir(event, groups, ids)
            reason = f"one with {heir}" if heir is not None else "withdrawn: no article tells of it any more"
            changes.append(Change(event.id, now, event, None, reason, True, heir))
    return tuple(sorted(changes, key=lambda change: (change.after is None, change.event_id)))


def is_material(before: Event, after: Event) -> bool:
    """Whether a calendar user would see a difference: type, parties, time, status, place, organisation, title, and
    whether it is there at all."""
    return _seen(before) != _seen(after)


def _seen(event: Event) -> tuple[object, ...]:
    place = event.place
    return (event.type, frozenset(one.actor_id for one in event.participants), event.when, event.formerly, event.status,
            (place.name, place.country) if place is not None else None, event.organisation, event.title,
            event.ruled_out)


def _keep_ids(groups: Sequence[Sequence[Claim]], events: Mapping[str, Event], owner: Mapping[str, str],
              ruled: Sequence[Ruled], ended: Collection[str]) -> list[str | None]:
    """For each group the event that it continues. What a ruling says goes before all. Where events became one, that with most of the
    claims goes on; where one became several, the part with most of its claims keeps the id. Those that have `ended` go on nowhere."""
    shares: Counter[tuple[int, str]] = Counter()
    founded: set[tuple[int, str]] = set()
    for place, group in enumerate(groups):
        shares.update((place, owner[claim.id]) for claim in group if claim.id in owner)
        founded.update((place, event_id(claim)) for claim in group)
    ids = [each.id for each in ruled]
    given = {id_ for id_ in ids if id_ is not None}
    order = sorted(shares, key=lambda share: (-shares[share], share not in founded, -events[share[1]].revision,
                                              share[1], share[0]))
    for place, id_ in order:
        if ids[place] is None and id_ not in given and id_ not in ended:
            ids[place] = id_
            given.add(id_)
    for place, each in enumerate(ruled):
        if ids[place] is None and each.withdrawn_as is not None and each.withdrawn_as not in given:
            ids[place] = each.withdrawn_as
            given.add(each.withdrawn_as)
    return ids


def _inherit(groups: Sequence[Sequence[Claim]], ids: list[str | None], events: Mapping[str, Event],
             gone: Collection[str]) -> None:
    """An article that corrects itself goes on telling of the same event: one whose every claim was replaced passes its id
    to what the new version tells in its stead, whatever the new date.

    Several articles of one event are corrected, or read anew, one after the other. What the first of them now told became an
    event of its own meanwhile, of which this one is the origin; it ends when the last article has followed.
    """
    fits = []
    for event in events.values():
        if not event.claims or event.id in ids or any(claim.id not in gone for claim in event.claims):
            continue
        for place, group in enumerate(groups):
            id_ = ids[place]
            if id_ is None or (id_ in events and events[id_].origin == event.id):
                fits += [(id_ is None, fit, event.id, place) for fit in _told_in_stead(event, group)]
    for _, _, id_, place in sorted(fits):
        taken = ids[place]
        if id_ not in ids and (taken is None or events[taken].origin == id_):
            ids[place] = id_


def _told_in_stead(event: Event, group: Iterable[Claim]) -> Iterator[tuple[bool, int, float]]:
    """How well each claim of the group fits that an article of the event makes in its stead, best first in order: whether
    in other words, days between, and score (negative). What can't stand for it gives nothing."""
    old = Group.of(map(Reading.of, event.claims))
    words = {(claim.article, claim.quotation) for claim in event.claims}
    for claim in group:
        reading, same = Reading.of(claim), (claim.article, claim.quotation) in words
        if claim.article not in event.articles or not (same or old.kinds & reading.kinds):
            continue
        found = occasion(old, reading, certain_day=False)
        if same or found is not None:
            yield not same, event.when.gap_days(claim.when), -found.score if found is not None else 0.0


def _origin(group: Sequence[Claim], events: Mapping[str, Event], gone: Collection[str]) -> str | None:
    """The event of which an article told until now that tells of a new one in its stead."""
    fits = [(fit, event.id) for event in events.values() if any(claim.id in gone for claim in event.claims)
            for fit in _told_in_stead(event, group)]
    return min(fits)[1] if fits else None


def _heir(event: Event, groups: Iterable[Sequence[Claim]], ids: Iterable[str]) -> str | None:
    """The event that its articles tell of in its stead, where that is one that goes on under its own id."""
    fits = [(fit, id_) for group, id_ in zip(groups, ids, strict=True) for fit in _told_in_stead(event, group)
            if fit[2] < 0]  # the same words alone can be of another occasion in the same sentence
    return min(fits)[1] if fits else None


def _under_new_ids(fresh: Iterable[Claim], gone: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Claims that say what a replaced one said, with that one: rules have changed, and with them the ids alone."""
    replaced: dict[tuple[object, ...], list[Claim]] = {}
    for claim in gone:
        replaced.setdefault(_said(claim), []).append(claim)
    for claim in fresh:
        if alike := replaced.get(_said(claim)):
            yield claim, alike.pop(0)


def _said(claim: Claim) -> tuple[object, ...]:
    return (claim.article, claim.quotation, claim.type, claim.status, claim.when,
            frozenset(one.actor_id for one in claim.participants))


def _all_ids(groups: Sequence[Sequence[Claim]], kept: Sequence[str | None], events: Mapping[str, Event]) -> list[str]:
    """Ids of all groups, with those of events that are new, or known again after they had been withdrawn."""
    taken = {event.id for event in events.values() if event.claims} | set(kept)
    ids = []
    for id_, group in zip(kept, groups, strict=True):
        if id_ is None:
            free = [of_claim for claim in group if (of_claim := event_id(claim)) not in taken]
            # One under which it was known goes before one that nobody ever saw. Where each of its claims once began another event,
            # they all stand for it.
            id_ = next((one for one in free if one in events), None) or next(iter(free), None) or identifier(
                "events", *(claim.id for claim in group))
            taken.add(id_)
        ids.append(id_)
    return ids


def _change(ruled: Ruled, id_: str, before: Event | None, fresh: Mapping[str, Claim], now: datetime,
            origin: str | None) -> Change | None:
    group = ruled.claims
    if before is None:
        after = replace(fold(group, id_), ruled_out=ruled.out, origin=origin)
        return Change(id_, now, None, after, f"first told by {_sources(group)}", True)
    if not before.claims:
        after = replace(fold(group, id_, before.revision + 1), ruled_out=ruled.out, origin=origin)
        return Change(id_, now, before, after, f"told again by {_sources(group)}", True)
    if tuple(group) == before.claims and ruled.out == before.ruled_out and not any(claim.id in fresh for claim in group):
        return None
    after = replace(fold(group, id_, before.revision), ruled_out=ruled.out, origin=origin)
    if _tells_the_same(before, after):
        return None
    material = is_material(before, after)
    if material:
        after = replace(after, revision=before.revision + 1)
    return Change(id_, now, before, after, _reason(before, after), material)


def _tells_the_same(before: Event, after: Event) -> bool:
    """Whether nothing is different but what comes and goes with a clock or an advertisement in a page: where in it a sentence
    stands, and the sketch of its text, as long as nobody copies somebody else for it. Nor does it matter under which name an
    outlet is known, as long as no two sources are of one."""
    if replace(before, claims=()) != replace(after, claims=()) or list(map(_steady, before.claims)) != list(map(_steady, after.claims)):
        return False
    old, new = Witnesses(before.claims), Witnesses(after.claims)
    if not (old.each_source_alone and new.each_source_alone) and [
            claim.outlet for claim in before.claims] != [claim.outlet for claim in after.claims]:
        return False
    return all(old.copy_of(article) == new.copy_of(article) for article in after.articles)


def _steady(claim: Claim) -> Claim:
    return replace(claim, start=0, end=0, sketch="", outlet="")


def _sources(claims: Iterable[Claim]) -> str:
    return ", ".join(sorted({claim.source for claim in claims}))


def _reason(before: Event, after: Event) -> str:
    """What changed, and who told it: "status planned -> held; told by astana-times"."""
    told_of = []
    if before.ruled_out != after.ruled_out:
        told_of.append("ruled out" if after.ruled_out else "no longer ruled out")
    for name, old, new in (("status", before.status.value, after.status.value),
                           ("time", before.when.edtf(), after.when.edtf()),
                           ("type", before.type.value, after.type.value), ("title", before.title, after.title)):
        if old != new:
            told_of.append(f"{name} {old} -> {new}")
    if not told_of and is_material(before, after):
        told_of.append("parties, place or earlier dates")
    known = {claim.id for claim in before.claims}
    added = [claim for claim in after.claims if claim.id not in known]
    dropped = len(known - {claim.id for claim in after.claims})
    if added:
        told_of.append(f"told by {_sources(added)}")
    if dropped:
        told_of.append(f"{dropped} earlier claim{'s' if dropped > 1 else ''} withdrawn")
    return "; ".join(told_of) or "a claim was told anew"
