"""`/actors/<id>` and `/countries/<code>`: whom somebody meets, how often and when; and the history of two of them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Response
from sqlalchemy import RowMapping

from app.api.backend import Backend
from app.api.encounters import WHO_ELSE, event_rows, filter_of, known_actor, known_country, tally_of
from app.api.parameters import unreported_before
from app.api.problems import Problem
from app.event_json import API_PREFIX
from app.site.event_line import EventLine, lines_of
from app.site.linked_data import somebody
from app.site.network import MOST, Counterpart, network
from app.site.pages import Pages
from app.site.year_bars import year_bars
from app.store.encounters import Office, Party
from app.store.queries import ActorFilter, Sort
from timeline.clean import clean_line
from timeline.model import ActorKind
from timeline.titles import state_name, surname

__all__ = ["KINDS", "actor_name", "actor_page", "actor_pair_page", "country_page", "country_pair_page"]

KINDS = {"person": "person", "state": "state", "organisation": "body"}
_COMING, _PAST = 25, 15
_TOGETHER = 200  # events of two that are shown
_PEOPLE = 10  # of those who stand for a country


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody as a page names it. `path` and `key` lead to its page, and to others about it."""

    kind: str  # actor or country
    key: str
    name: str
    short: str
    kicker: str

    @property
    def folder(self) -> str:
        return "actors" if self.kind == "actor" else "countries"

    @property
    def path(self) -> str:
        return f"/{self.folder}/{Pages.segment(self.key)}"

    def with_path(self, other: str) -> str:
        """Where the history of this one and another is."""
        return f"{self.path}/{Pages.segment(other)}"


def actor_page(backend: Backend, pages: Pages, actor_id: str) -> Response:
    """Raises `Problem` 404."""
    row = known_actor(backend, actor_id)
    side = _actor(row)
    offices = backend.encounters.offices(actor_id) if row["kind"] == ActorKind.PERSON else []
    return _one(backend, pages, side, country=row["country"] if row["country"] != side.name else None, offices=offices)


def country_page(backend: Backend, pages: Pages, given: str) -> Response:
    """Raises `Problem` 404."""
    code = known_country(backend, given)
    people = backend.encounters.actors(ActorFilter(country=code), limit=_PEOPLE)
    return _one(backend, pages, _country(code), people=[(actor_name(row) + (" itself" if row["kind"] == ActorKind.STATE else ""), f"/actors/{Pages.segment(row['id'])}", row["events"]) for row in people])


def actor_pair_page(backend: Backend, pages: Pages, one: str, other: str) -> Response:
    """Raises `Problem` 404."""
    rows = [known_actor(backend, actor_id) for actor_id in (one, other)]
    codes = [row["country"] for row in rows]
    wider = f"/countries/{Pages.segment(codes[0])}/{Pages.segment(codes[1])}" if all(codes) and codes[0] != codes[1] else None
    return _two(backend, pages, [_actor(row) for row in rows], wider=wider, codes=codes)


def country_pair_page(backend: Backend, pages: Pages, one: str, other: str) -> Response:
    """Raises `Problem` 404."""
    return _two(backend, pages, [_country(known_country(backend, given)) for given in (one, other)])


def actor_name(row: RowMapping) -> str:
    return clean_line(row["name"] or "") or (state_name(row["country"]) if row["country"] else clean_line(row["id"]))


def _actor(row: RowMapping) -> Side:
    name = actor_name(row)
    short = surname(name, row["country"]) if row["kind"] == ActorKind.PERSON else name
    return Side("actor", row["id"], name, short, KINDS.get(row["kind"], row["kind"]))


def _country(code: str) -> Side:
    name = clean_line(state_name(code))
    return Side("country", code, name, name, "country" if name != code else "body")


def _one(backend: Backend, pages: Pages, side: Side, *, country: str | None = None, offices: Sequence[Office] = (),
         people: Sequence[tuple[str, str, int]] = ()) -> Response:
    now, party = backend.now(), Party(side.kind, (side.key,))
    today, due = now.astimezone(UTC).date(), unreported_before(now)

    def lines(limit: int, sort: Sort, **days: Any) -> list[EventLine]:
        return lines_of(backend.queries.events(filter_of(party, **days), due=due, limit=limit, sort=sort).rows, today)

    coming = [line for line in lines(_COMING, Sort.START, first=today) if not _over(line, today)]
    past = [line for line in lines(_PAST, Sort.START_DESCENDING, last=today) if _over(line, today)]
    tally = tally_of(backend, party, now)
    counterparts = _counterparts(backend, pages, party, side)
    return pages.page(
        "encounters.html", lasting=True, title=side.name, within="/actors", canonical=side.path, json=f"{API_PREFIX}{side.path}",
        about=f"Whom {side.name} meets: {_count(tally.total)}, coming and past, by year and by counterpart, each with its sources.",
        linked=somebody(pages.home(), side.path, side.name, side.kicker, offices[0].office if offices else None),
        side=side, stands_for=country, offices=[(office, _span(office.first, office.last)) for office in offices], people=people, coming=coming,
        past=past, tally=tally, span=_span(tally.first, tally.last), counterparts=counterparts, network=network(side.short, counterparts),
        bars=year_bars(tally.years), query=_query(party))


def _over(line: EventLine, today: date) -> bool:
    """Whether it is past: its last day is, or it was held on a day that is not told, in a month or year that goes on."""
    return line.last < today or (line.vague and line.status == "held")


def _two(backend: Backend, pages: Pages, sides: Sequence[Side], *, wider: str | None = None, codes: Sequence[str | None] = ()) -> Response:
    one, other = sides
    if one.key == other.key:
        raise Problem(404, f"{one.name} and {other.name} are one and not two.")
    now, party = backend.now(), Party(one.kind, (one.key, other.key))
    today, due = now.astimezone(UTC).date(), unreported_before(now)
    together = lines_of(backend.encounters.together(party, due=due, limit=_TOGETHER), today)
    tally = tally_of(backend, party, now)
    others = backend.encounters.counterparts(party, limit=WHO_ELSE)
    first, second = sorted(side.key for side in sides)
    return pages.page(
        "encounters_of_two.html", lasting=True, title=f"{one.name} – {other.name}", within="/actors", json=f"{API_PREFIX}{one.with_path(other.key)}",
        canonical=f"/{one.folder}/{Pages.segment(first)}/{Pages.segment(second)}",
        about=f"When {one.name} and {other.name} met and will meet: {_count(tally.total)}, by year, each with its sources.",
        sides=sides, wider=wider, codes=codes, tally=tally, span=_span(tally.first, tally.last), soonest=lines_of(event_rows(backend, (tally.soonest,), now), today),
        latest=lines_of(event_rows(backend, (tally.latest_held,), now), today), others=[_else(row, one.kind) for row in others],
        years=[(year, list(found)) for year, found in groupby(together, key=lambda line: line.first.year)],
        more=tally.total > len(together), bars=year_bars(tally.years), query=_query(party))


def _counterparts(backend: Backend, pages: Pages, party: Party, side: Side) -> list[Counterpart]:
    rows = backend.encounters.counterparts(party, limit=MOST)
    if side.kind == "country":
        return [Counterpart(name := clean_line(state_name(row["country"])), name, row["events"], pages.at(side.with_path(row["country"])))
                for row in rows]
    found = []
    for row in rows:
        other = _actor(row)
        country = row["country"] if row["kind"] == ActorKind.PERSON else None
        found.append(Counterpart(other.name, other.short, row["events"], pages.at(side.with_path(other.key)),
                                 state_name(country) if country else "", pages.at(f"/countries/{Pages.segment(country)}") if country else ""))
    return found


def _else(row: RowMapping, kind: str) -> tuple[Side, int]:
    return (_country(row["country"]) if kind == "country" else _actor(row)), row["events"]


def _query(party: Party) -> str:
    """The filter of a party's events as a query string."""
    return urlencode([(party.kind, value) for value in party.values], safe=":")


def _count(events: int) -> str:
    return f"{events} {'event' if events == 1 else 'events'}"


def _span(first: str | None, last: str | None) -> str:
    """`2022 – 2024`, or one year: the days of some events are not told, so that no more can be said of all."""
    if first is None or last is None:
        return ""
    return first[:4] if first[:4] == last[:4] else f"{first[:4]} – {last[:4]}"
