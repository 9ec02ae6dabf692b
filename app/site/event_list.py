"""`/events`: the events that match every filter, as lines, a page at a time."""
from __future__ import annotations

from datetime import UTC
from typing import Any

from flask import Response

from app.api import cursor
from app.api.backend import Backend
from app.api.pages import after_cursor
from app.api.parameters import event_filter, question, unreported_before
from app.site.event_line import lines_of
from app.site.filters import Wanted
from app.site.pages import Pages
from app.site.plain_words import unknown_countries
from app.store.queries import Sort

__all__ = ["event_list"]

_SORTS = (("", "earliest first"), (Sort.START_DESCENDING.value, "latest first"),
          (Sort.UPDATED_DESCENDING.value, "newly told first"))


def event_list(backend: Backend, pages: Pages, asked: dict[str, Any]) -> Response:
    """The page; `asked` are `ListParameters`."""
    now, sort, shown = backend.now(), Sort(asked["sort"]), Wanted()
    wanted = event_filter(asked, now)
    asking = question(wanted, sort)
    after = after_cursor(asked, asking, parts=2)
    page = backend.queries.events(wanted, due=unreported_before(now), limit=asked["limit"], sort=sort,
                                  after=(after[0], after[1]) if after else None)
    return pages.page(
        "events.html", lasting=True, title="Events", json=f"/api/v1/events{shown.query()}",
        about="Diplomatic events by country, person, place, type, status and time, each with its sources.",
        unknown=[] if page.rows else unknown_countries(row["country"] for row in backend.encounters.countries()),
        wanted=shown, sorts=_SORTS, lines=lines_of(page.rows, now.astimezone(UTC).date()), limit=asked["limit"],
        next=shown.query(cursor=cursor.encode(page.next, question=asking)) if page.next else None)
