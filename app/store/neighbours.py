"""The events among which those are looked for that belong together with one: near in time, and near in place or persons."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select

from app.store.codec import event_from_json
from app.store.parts import in_parts
from app.store.tables import articles, claims, event_actors, events
from timeline.model import Event, EventType

__all__ = ["neighbours"]

WINDOW = timedelta(days=31)  # the longest trip
MOST = 1_000  # events that are looked at, so that a busy month in a busy capital costs no more


def neighbours(connection: Connection, event_id: str) -> tuple[list[Event], dict[str, list[str]]]:
    """Events without their claims, and of each the URLs of the articles it rests on; both empty where there is no such event.

    They are those within a month that share a person or the country with the event, and the summits in the countries of those.
    """
    mine = connection.execute(select(events.c.first, events.c.last, events.c.place_country).where(
        events.c.id == event_id, events.c.withdrawn.is_(False))).first()
    if mine is None:
        return [], {}
    persons = select(event_actors.c.actor_id).where(event_actors.c.event_id == event_id, event_actors.c.actor_id.like("person:%"))
    shared = select(event_actors.c.event_id).where(event_actors.c.actor_id.in_(persons))
    near = [events.c.withdrawn.is_(False), events.c.last >= _day(mine.first, -WINDOW), events.c.first <= _day(mine.last, WINDOW)]
    like: list[ColumnElement[bool]] = [events.c.id.in_(shared)]
    if mine.place_country is not None:
        like.append(events.c.place_country == mine.place_country)
    columns = select(events.c.id, events.c.event, events.c.place_country)
    found = {row.id: row for row in connection.execute(columns.where(*near, or_(*like)).order_by(events.c.first, events.c.id).limit(MOST))}
    countries = {row.place_country for row in found.values() if row.place_country is not None}
    found |= {row.id: row for row in connection.execute(columns.where(
        *near, events.c.type == EventType.SUMMIT.value, events.c.place_country.in_(countries)).limit(MOST))}
    return [event_from_json(row.event) for row in found.values()], _articles(connection, found)


def _day(day: str, step: timedelta) -> str:
    try:
        return (date.fromisoformat(day) + step).isoformat()
    except OverflowError:  # at the ends of the calendar
        return day


def _articles(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for row in in_parts(connection, ids, lambda part: select(claims.c.event_id, articles.c.url).join(
            articles, articles.c.id == claims.c.article_id).where(claims.c.event_id.in_(part), claims.c.current.is_(True)).distinct()):
        told.setdefault(row.event_id, []).append(row.url)
    return told
