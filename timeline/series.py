"""Events that belong together and stay events of their own: the bilaterals on the margin of a summit, the legs of a trip.

Derived from the events of a window whenever asked and never stored in an event, so that the order of arrival can't matter. A link
that is missed costs a reader little, a wrong one misleads: where anything is uncertain there is none. The rules are in
docs/merging.md.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from timeline.model import ActorKind, Event, EventType, Participant, Status, identifier
from timeline.parties import fold_name, side_of
from timeline.titles import state_name, surname

__all__ = ["Series", "SeriesKind", "parents", "series_of"]

_LONGEST_SUMMIT = 10  # days; what is told to last longer is a season of meetings
_LONGEST_TRIP = 31

Articles = Callable[[Event], Collection[str]]


class SeriesKind(StrEnum):
    SUMMIT = "summit"
    TRIP = "trip"


@dataclass(frozen=True, slots=True)
class Series:
    """`parts` are ids of events in the order of time. A summit has the id and title of its event, which is none of the parts; a
    trip's id is made from its first leg's, and it has no event of its own.
    """

    id: str
    kind: SeriesKind
    title: str
    parts: tuple[str, ...]


def series_of(events: Iterable[Event], articles: Articles = lambda event: event.articles) -> tuple[Series, ...]:
    """The series among these events, by id. `articles` gives the URLs that an event rests on, for events whose claims are
    not at hand. An event is part of one series at most; of a summit rather than of a trip.
    """
    standing = sorted((event for event in events if event.status in (Status.PLANNED, Status.HELD) and event.when.exact),
                      key=lambda event: (event.when.first, event.when.last, event.id))
    margins: dict[str, list[Event]] = {}
    summits = [event for event in standing if _is_summit(event)]
    for event in standing:
        hosts = [summit for summit in summits if _on_margin(event, summit, articles)]
        if len(hosts) == 1:
            margins.setdefault(hosts[0].id, []).append(event)
    found = [Series(summit.id, SeriesKind.SUMMIT, summit.title, tuple(event.id for event in margins[summit.id]))
             for summit in summits if summit.id in margins]
    taken = {part for series in found for part in series.parts}
    found += _trips([event for event in standing if event.id not in taken], articles)
    return tuple(sorted(found, key=lambda series: series.id))


def parents(series: Iterable[Series]) -> Mapping[str, Series]:
    """For each event that is part of a series, the series."""
    return {part: one for one in series for part in one.parts}


# --- summits ----------------------------------------------------------------------------------------------------------

def _sides(event: Event) -> set[str]:
    return set(map(side_of, event.participants))


def _is_summit(event: Event) -> bool:
    return (event.type is EventType.SUMMIT and event.when.length <= _LONGEST_SUMMIT and event.place is not None
            and event.place.country is not None and (event.organisation is not None or len(_sides(event)) > 2))


def _on_margin(event: Event, summit: Event, articles: Articles) -> bool:
    """A meeting of two on one of the summit's days, in its city, of parties that take part in it."""
    if event.type is not EventType.MEETING or event.when.length > 1 or not summit.when.contains(event.when):
        return False
    sides = _sides(event)
    if len(sides) != 2:
        return False
    present = _sides(summit)
    host = summit.place.country if summit.place is not None else None
    together = bool(set(articles(event)) & set(articles(summit)))
    if event.place is None:
        return together and sides <= present
    if event.place.country != host or not _one_city(event, summit):
        return False
    guests = sides - {host}
    same_body = event.organisation is not None and event.organisation == summit.organisation
    return same_body or guests <= present or (together and bool(guests & present))


def _one_city(event: Event, summit: Event) -> bool:
    ours, theirs = event.place, summit.place
    if ours is None or theirs is None or not ours.name or not theirs.name:
        return True  # one is told by the country alone
    return fold_name(ours.name) == fold_name(theirs.name)


# --- trips ------------------------------------------------------------------------------------------------------------

def _trips(events: Sequence[Event], articles: Articles) -> list[Series]:
    """Stays of one person in several countries that follow each other within a day, and that one article tells of."""
    travellers: dict[str, list[tuple[Participant, Event]]] = {}
    for event in events:
        for one in event.participants:
            if _abroad(one, event):
                travellers.setdefault(one.actor_id, []).append((one, event))
    chains = [(legs[0][0], chain) for legs in travellers.values() for chain in _chains([leg for _, leg in legs], articles)]
    found: list[Series] = []
    taken: set[str] = set()
    for one, chain in sorted(chains, key=lambda pair: (-len(pair[1]), pair[1][0].id, _rank(pair[0], pair[1][0]))):
        ids = tuple(leg.id for leg in chain)
        if not taken & set(ids):  # who travelled along, and is named after the first, had the same trip
            taken.update(ids)
            found.append(Series(identifier("trip", ids[0]), SeriesKind.TRIP, _title(one, chain), ids))
    return found


def _rank(traveller: Participant, leg: Event) -> int:
    """Where somebody stands among those who take part; in another leg he may have another role."""
    return [one.actor_id for one in leg.participants].index(traveller.actor_id)


def _abroad(one: Participant, event: Event) -> bool:
    """Somebody by name, as a guest of the country that the event is in."""
    country = event.place.country if event.place is not None else None
    if one.kind is not ActorKind.PERSON or country is None or not one.country or one.country == country or one.part == "host":
        return False
    if event.type is EventType.VISIT:
        return True
    return event.type is EventType.MEETING and event.when.length == 1 and country in _sides(event)


def _chains(legs: Sequence[Event], articles: Articles) -> list[list[Event]]:
    """`legs` and each chain in the order of time. Whoever is joined to a part of a chain is joined to all of it."""
    chains: list[list[Event]] = []
    for leg in legs:
        joined = [chain for chain in chains if any(_one_trip(earlier, leg, articles) for earlier in chain)]
        chains = [chain for chain in chains if chain not in joined]
        chains.append([earlier for chain in joined for earlier in chain] + [leg])
    ordered = [[leg for leg in legs if leg in chain] for chain in chains]
    return [chain for chain in ordered if len(_countries(chain)) > 1
            and (max(leg.when.last for leg in chain) - chain[0].when.first).days < _LONGEST_TRIP]


def _one_trip(one: Event, other: Event, articles: Articles) -> bool:
    """A meeting during the stay; or stays a day apart at most that one article tells of."""
    if _country(one) == _country(other) and one.when.overlaps(other.when):
        return True
    return one.when.gap_days(other.when) <= 1 and bool(set(articles(one)) & set(articles(other)))


def _country(event: Event) -> str:
    return (event.place.country if event.place is not None else None) or ""


def _countries(chain: Iterable[Event]) -> list[str]:
    return list(dict.fromkeys(map(_country, chain)))


def _title(traveller: Participant, chain: Sequence[Event]) -> str:
    names = [state_name(code) for code in _countries(chain)]
    return f"{surname(traveller.name or '', traveller.country)} visits {', '.join(names[:-1])} and {names[-1]}"
