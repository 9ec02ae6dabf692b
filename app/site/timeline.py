"""`/timeline`: events over time as a picture, and `/timeline.json`, the columns of events that it is drawn from."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from flask import Response

from app.api.answers import answer_json, modified
from app.api.backend import Backend
from app.api.parameters import event_filter, unreported_before
from app.site.event_line import lines_of
from app.site.filters import Wanted
from app.site.pages import Pages
from app.site.stretch import Stretch, asked_stretch, stretch_of, whole
from app.site.timeline_drawing import LANES, keys_of, lanes_of, picture, title_of
from app.store.marks import Mark
from app.store.queries import Sort
from timeline.clean import clean_line
from timeline.titles import state_name

__all__ = ["timeline", "timeline_json"]

_DRAWN = 500  # events of the picture that needs no script
_NEAR = 200  # events up to today that the picture shows where nothing else is asked, and half as many to come
_LISTED = 50  # lines below it
_SENT = 10_000  # events that are sent at once
_COUNTED = 100_000  # beyond, there are "more than"


def timeline(backend: Backend, pages: Pages, asked: dict[str, Any]) -> Response:
    """The page; `asked` are `PictureParameters`."""
    queries, now, given = backend.queries, backend.now(), Wanted()
    today, due, by = now.astimezone(UTC).date(), unreported_before(now), asked["lanes"]
    wanted = replace(event_filter(asked, now), first=None, last=None)
    everything = whole(queries.ends(wanted, due=due), today)
    shown = asked_stretch(asked, everything) or stretch_of(queries.days_near(wanted, due=due, day=today, most=_NEAR), everything)
    within = replace(wanted, first=shown.first, last=shown.last)
    marks = queries.marks(within, due=due, limit=_DRAWN)
    labels = _names(backend, marks) if by == "actor" else {}
    lanes = lanes_of(marks, by, lambda key: labels[key] if by == "actor" else state_name(key) if by == "country" else key.capitalize() + "s")

    def link(stretch: Stretch) -> str:
        return pages.at("/timeline") + given.query(**{"from": stretch.first, "to": stretch.last})

    return pages.page(
        "timeline.html", lasting=True, title="Timeline", json=f"/api/v1/events{given.query(lanes=None, **{'from': shown.first, 'to': shown.last})}",
        about="Diplomatic events over time, by country, by person or by kind: what was held, what is planned, what was called off.",
        wanted=given, narrowed=given.narrows(), shown=shown, everything=everything, today=today, by=by, lane_choices=LANES,
        source=pages.at("/timeline.json") + given.query(lanes=None, **{"from": None, "to": None}),
        picture=picture(lanes, shown, today, lambda event_id: pages.at(f"/events/{pages.segment(event_id)}")) if lanes else None,
        count=queries.count(within, due=due, most=_COUNTED), most=_COUNTED, drawn=len(marks), listed=_LISTED, lines=lines_of(queries.events(within, due=due, limit=_LISTED, sort=Sort.START).rows, today),
        turns={"earlier": link(shown.moved(-0.5)), "later": link(shown.moved(0.5)), "closer": link(shown.scaled(0.5)),
               "wider": link(shown.scaled(2)), "all": link(everything)},
        rest=given.query(lanes=None, **{"from": shown.first, "to": shown.last}))


def timeline_json(backend: Backend, asked: dict[str, Any]) -> Response:
    """What the picture reads: at most so many events by their first day, each a row of `_COLUMNS`."""
    queries, now = backend.queries, backend.now()
    changed = modified(queries.last_change(), now)
    marks = queries.marks(event_filter(asked, now), due=unreported_before(now), limit=_SENT + 1)
    more, marks = len(marks) > _SENT, marks[:_SENT]
    names = _names(backend, marks)
    place = {actor: number for number, actor in enumerate(names)}
    events = [(mark.id, mark.first, mark.last, mark.precision, mark.type, mark.status, title_of(mark), mark.countries,
               [place[actor] for actor in mark.actors]) for mark in marks]
    codes = sorted({code for mark in marks for code in mark.countries})
    return answer_json({"columns": _COLUMNS, "events": events, "countries": {code: state_name(code) for code in codes},
                        "actors": list(names.items()), "more": more}, last_modified=changed, lasting=True)


_COLUMNS = ("id", "first", "last", "precision", "type", "status", "title", "countries", "actors")


def _names(backend: Backend, marks: Sequence[Mark]) -> dict[str, str]:
    """What the actors of these events are called, by their ids, in the order of the ids."""
    ids = sorted({actor for mark in marks for actor in keys_of(mark, "actor")})
    told = backend.queries.actor_names(ids)
    return {actor: clean_line(told.get(actor) or "") or state_name(actor.partition(":")[2]) for actor in ids}
