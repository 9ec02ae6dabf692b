"""`/actors` and `/countries`: who takes part in events, the busiest first."""
from __future__ import annotations

from typing import Any

from flask import Response

from app.api import cursor
from app.api.actors import counted_after, end_of
from app.api.backend import Backend
from app.api.parameters import BUSIEST, ActorParameters, actor_filter, question
from app.event_json import API_PREFIX
from app.site.encounters import KINDS, actor_name
from app.site.filters import Wanted
from app.site.linked_data import item_list
from app.site.pages import Pages
from timeline.clean import clean_line
from timeline.titles import state_name

__all__ = ["ActorListParameters", "actor_list", "country_list"]

_ON_A_PAGE = 30
_COUNTRIES = 15  # beside the actors


class ActorListParameters(ActorParameters):
    class Meta:
        exclude = ("sort",)


def actor_list(backend: Backend, pages: Pages, asked: dict[str, Any]) -> Response:
    """The page; `asked` are `ActorListParameters`."""
    wanted, shown = actor_filter(asked), Wanted()
    limit = asked["limit"] if shown.one("limit") else _ON_A_PAGE
    asking = question(wanted, BUSIEST)
    rows = backend.encounters.actors(wanted, limit=limit + 1, after=counted_after(asked, asking))
    end = end_of(rows, limit, busiest=True)
    countries = _countries(backend)
    found = [{"name": actor_name(row), "path": f"/actors/{pages.segment(row['id'])}", "kind": KINDS.get(row["kind"], row["kind"]),
              "country": row["country"], "events": row["events"]} for row in rows[:limit]]
    return pages.page(
        "actors.html", lasting=True, title="Who meets whom", json=f"{API_PREFIX}/actors{shown.query(sort=BUSIEST, limit=limit)}",
        about="Persons, states and bodies that take part in diplomatic events, and whom they meet.", wanted=shown, kinds=KINDS,
        found=found, linked=item_list(pages.home(), "Who meets whom", ((one["path"], one["name"]) for one in found)),
        most=max((row["events"] for row in rows), default=1), countries=countries[:_COUNTRIES], every=len(countries), limit=limit,
        next=shown.query(cursor=cursor.encode(end, question=asking)) if end else None)


def country_list(backend: Backend, pages: Pages) -> Response:
    found = _countries(backend)
    return pages.page(
        "countries.html", lasting=True, title="Countries", within="/actors", json=f"{API_PREFIX}/countries",
        about="Countries and bodies by the number of diplomatic events in which they take part.", found=found,
        linked=item_list(pages.home(), "Countries", ((one["path"], one["name"]) for one in found)),
        most=found[0]["events"] if found else 1)


def _countries(backend: Backend) -> list[dict[str, Any]]:
    return [{"code": row["country"], "name": clean_line(state_name(row["country"])), "path": f"/countries/{Pages.segment(row['country'])}",
             "events": row["events"]} for row in backend.encounters.countries()]
