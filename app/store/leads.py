"""Where SQLite is to begin: at the few rows that something rare leads to, or at the order of the page.

SQLite has no statistics of single values. To it a country that has a third of all events is like one that has three: it gathers all
events of the first, and sorts them for a page of a hundred; or it reads the whole timeline for one of the second. So the
rarest of what is asked for is counted, up to a bound, before it is asked for. Below the bound its rows lead. Above it so many
rows have what is asked for that a page is soon found in the order of the page.
"""
from __future__ import annotations

from math import isqrt
from typing import Any

from sqlalchemy import Integer, ScalarSelect, Select, func, literal_column, select

from app.store.filters import PRESENT, WORDS, EventFilter, Guide, Searched, codes, links_of, one_of
from app.store.folding import fold
from app.store.search import rows_with
from app.store.statements import Asking, given

__all__ = ["guide_for"]

_BOUND = given("bound", Integer())


def guide_for(asking: Asking, wanted: EventFilter, page: int, of: Searched = PRESENT, *, straight: bool = False) -> Guide | None:
    """The guide for a page of so many rows; None for PostgreSQL, which has statistics. `straight` as in `Guide`."""
    if asking.dialect != "sqlite":
        return None
    links = links_of(wanted, of)
    candidates = {name: rows.where(is_it) for name, (rows, _, is_it) in links.items()} | _others(wanted, of)
    if not candidates:
        return Guide(straight=straight)
    question = (of.table.name, wanted.actors, wanted.countries, wanted.sources, wanted.place, wanted.country_of_place, wanted.q, wanted.updated_since)
    size = asking.rows(("size", of.table.name), lambda: select(func.max(literal_column("rowid"))).select_from(of.table))[0][0]
    # As many rows as this, led to one by one, cost about what it costs to walk past the rows between those of a page that are
    # no rarer.
    bound = isqrt(page * (size or 0)) // 2 + 1
    told = asking.rows(("counts", question), lambda: select(*map(_count, candidates.values())), bound=bound)[0]
    counts = dict(zip(candidates, told, strict=True))
    rarest = min(counts, key=counts.__getitem__)
    if counts[rarest] < bound:
        return Guide(candidates[rarest], frozenset((rarest,)), straight)
    together = frozenset(links) | ({WORDS} & candidates.keys())
    if links and len(together) > 1:  # each is frequent; all together may be rare
        both = _together(wanted, of, min(links, key=counts.__getitem__))
        if asking.rows(("together", question), lambda: select(_count(both)), bound=bound)[0][0] < bound:
            return Guide(both, together, straight)
    return Guide(straight=straight)


def _others(wanted: EventFilter, of: Searched) -> dict[str, Select[Any]]:
    """What else leads to rows: keys of them, by the name of what is asked for."""
    found: dict[str, Select[Any]] = {}
    if wanted.place is not None and fold(wanted.place):
        found["place"] = select(of.key).where(of.table.c.place == fold(wanted.place))
    if wanted.country_of_place is not None:
        found["country of place"] = select(of.key).where(one_of(of.table.c.place_country, codes(wanted.country_of_place)))
    if wanted.updated_since is not None:
        found["change"] = select(of.key).where(of.table.c.updated >= wanted.updated_since)
    if wanted.q is not None and (rows := rows_with(of.table, wanted.q)) is not None:
        found[WORDS] = rows
    return found


def _together(wanted: EventFilter, of: Searched, rarest: str) -> Select[Any]:
    """Keys of the rows with all links and words that are wanted, beginning with the rarest of the links."""
    links = links_of(wanted, of)
    rows, key, is_it = links.pop(rarest)
    found = rows.where(is_it)
    for other, its_key, is_that in links.values():
        found = found.where(other.where(is_that, its_key == key).exists())
    words = rows_with(of.table, wanted.q) if wanted.q is not None else None
    return found if words is None else found.where(key.in_(words))


def _count(rows: Select[Any]) -> ScalarSelect[int]:
    """How many there are; no more than `bound` are counted."""
    return select(func.count()).select_from(rows.limit(_BOUND).subquery()).scalar_subquery()
