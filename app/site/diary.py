"""`/`: the desk diary. Today, this week, what is coming, and what is new since the reader's last visit."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Response, request

from app.api.backend import Backend
from app.api.parameters import event_filter, unreported_before
from app.site.event_line import EventLine, lines_of
from app.site.filters import Wanted
from app.site.linked_data import web_site
from app.site.pages import Pages
from app.store.codec import stamp
from app.store.queries import Sort

__all__ = ["diary"]

_A_WEEK = 300  # events of one week that are shown at most
_COMING, _NEW = 40, 12  # of what lies after it, and of what is new
_AHEAD = timedelta(days=120)
_VISIT_ENDS = timedelta(minutes=30)  # a reader who comes back after as long without a request makes a new visit
_COOKIE = "visit"  # when the last visit ended, and the last request of this one
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the diary with its events."""

    day: date
    lines: Sequence[EventLine]


def diary(backend: Backend, pages: Pages, asked: dict[str, Any]) -> Response:
    """The page; `asked` are `DiaryParameters`."""
    now = backend.now()
    today = asked.get("day") or now.astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    wanted, due, shown = event_filter(asked, now), unreported_before(now), Wanted()

    def found(first: date | None, last: date | None, limit: int, sort: Sort = Sort.START, since: str | None = None) -> list[EventLine]:
        narrowed = replace(wanted, first=first, last=last, updated_since=since)
        return lines_of(backend.queries.events(narrowed, due=due, limit=limit, sort=sort).rows, today)

    week = found(monday, sunday, _A_WEEK)
    coming = found(sunday + timedelta(days=1), sunday + _AHEAD, _COMING + len(week))
    since, cookie = _visits(request.cookies.get(_COOKIE), now)
    new = found(None, None, _NEW, Sort.UPDATED_DESCENDING, since)
    latest = [] if week or coming else found(None, sunday, _NEW, Sort.START_DESCENDING)
    exact = [line for line in week if not line.vague]
    response = pages.page(
        "diary.html", title=f"{today:%A} {today.day} {today:%B %Y}" if "day" in asked else "The diary", linked=web_site(pages.home()), json=f"/api/v1/events{shown.query(day=None, **{'from': monday, 'to': sunday})}",
        about="Who meets whom today, this week and in the weeks to come: meetings, visits, calls and summits, as sources told them.",
        wanted=shown, today=today, chosen="day" in asked, monday=monday, sunday=sunday, one_week=timedelta(days=7),
        on_today=[line for line in exact if line.first <= today <= line.last],
        days=[Day(day, lines) for day, lines in _by_day(exact, monday, sunday, today)],
        loosely=[line for line in week if line.vague],
        coming=[line for line in coming if line.first > sunday][:_COMING],
        new=new, since=since, latest=latest)
    response.set_cookie(_COOKIE, cookie, max_age=timedelta(days=365), samesite="Lax", httponly=True, secure=request.is_secure,
                        path=pages.at("/"))
    response.vary.add("Cookie")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _by_day(lines: Sequence[EventLine], monday: date, sunday: date, today: date) -> list[tuple[date, list[EventLine]]]:
    """The days of the week but today, each with what begins on it; what began before the week stands under its Monday."""
    others = [line for line in lines if not line.first <= today <= line.last]
    return [(day, list(found)) for day, found in groupby(others, key=lambda line: min(max(line.first, monday), sunday))]


def _visits(cookie: str | None, now: datetime) -> tuple[str | None, str]:
    """When the visit before this one ended (as the store writes times), and the cookie to keep. A cookie that is not ours, or
    from the future, counts as none."""
    told = re.fullmatch(f"({_TIME})?~({_TIME})", cookie or "")
    at = stamp(now)
    if told is None or told[2] > at:
        return None, f"~{at}"
    before, last = told[1], told[2]
    if last < stamp(now - _VISIT_ENDS):
        before = last
    return before, f"{before or ''}~{at}"
