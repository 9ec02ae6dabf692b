"""`/subscribe`: choose events, see what a calendar of them holds, and take its addresses."""
from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from apiflask.fields import List, String
from flask import Response
from marshmallow import validate

from app.api.backend import Backend
from app.api.calendar_links import OPTIONS, calendar_links
from app.api.parameters import COUNTRY_LENGTH, CalendarParameters, Parameters, event_filter, unreported_before
from app.api.problems import Problem
from app.event_json import API_PREFIX
from app.site.commands import post_command
from app.site.encounters import KINDS, actor_name
from app.site.event_line import EventLine, lines_of
from app.site.filters import Wanted
from app.site.pages import Pages
from app.store.folding import fold
from app.store.queries import ActorFilter, EventFilter, Sort
from timeline.clean import clean_line
from timeline.titles import state_name, state_names

__all__ = ["SubscriptionParameters", "SuggestionParameters", "subscription", "suggestions"]

Pairs = list[tuple[str, str]]

_A_WEEK = timedelta(days=6)  # from its Monday to its Sunday
_NEXT, _SHOWN, _LOOKED_AT = 7, 11, 40  # events that are shown, to come and in all, and those among which they are looked for
_SUGGESTED = 10
_SEVERAL = ("actor", "country", "source", "type", "status")  # filters that may be given twice
_DEFAULTS = {("cancelled", "keep"), ("vague", "omit")}
_CANCELLED = (("", "shown as cancelled (Google hides them)"), ("mark", "shown by all, “Cancelled:” before the title"), ("hide", "left out"))
_VAGUE = (("", "left out"), ("span", "over the whole month or year"))
_ALARMS = (("", "none"), ("15", "a quarter of an hour before"), ("60", "an hour before"), ("1440", "a day before"), ("10080", "a week before"))
_WINDOWS = (("", "all times"), ("today", "the present day"), ("week", "the present week"))
_COLOURS = ("", "firebrick", "darkorange", "goldenrod", "seagreen", "steelblue", "slateblue", "orchid", "slategray")


class SubscriptionParameters(CalendarParameters):
    country = List(String(validate=validate.Length(1, 200)), validate=validate.Length(max=20))  # a name will do


class SuggestionParameters(Parameters):
    actor = List(String(validate=validate.Length(1, 200)), validate=validate.Length(max=1))


@dataclass(frozen=True, slots=True)
class Chosen:
    """An actor or a country that was chosen, as the form shows it: `value` is what goes into the address."""

    value: str
    name: str
    note: str = ""


def subscription(backend: Backend, pages: Pages, asked: dict[str, Any], *, pushes: bool) -> Response:
    """The page; `asked` are `SubscriptionParameters`. Who `pushes` is given the form that makes a webhook."""
    now, shown = backend.now(), Wanted()
    busy = [row["country"] for row in backend.encounters.countries()]
    known = {code: clean_line(state_name(code)) for code in (*busy, *state_names())}
    actors = _each_once(_actor(backend, text) for text in asked.get("actor", ()))
    countries = _each_once(_country(known, text, busy) for text in asked.get("country", ()))
    asked = asked | {"actor": [one.value for one in actors], "country": [one.value for one in countries]}
    pairs = [*(("actor", one.value) for one in actors), *(("country", one.value) for one in countries),
             *((name, value) for name, value in shown.given if name not in ("actor", "country") and (name, value) not in _DEFAULTS)]
    coming, latest, vague = _preview(backend, event_filter(asked, now), asked, now)
    query = f"?{urlencode(pairs, safe=':')}" if pairs else ""
    wanted = _filter(pairs)
    response = pages.page(
        "subscribe.html", title="Subscribe", json=f"{API_PREFIX}/calendar/links{query}",
        about="Diplomatic events of your choice in your calendar, feed reader or program, kept up to date.", wanted=shown, actors=actors,
        countries=countries, known=sorted(known.items(), key=lambda pair: pair[1]), coming=coming, latest=latest, vague=vague,
        links=calendar_links(pages.home(), pairs), webhook=_command(pages.home(), wanted), wanted_json=json.dumps(wanted, ensure_ascii=False), pushes=pushes,
        sign_in=f"/desk/sign-in?{urlencode({'next': f'/subscribe{query}'})}", cancelled=_CANCELLED,
        vague_choices=_VAGUE, windows=_WINDOWS, alarms=_with(_ALARMS, shown.one("alarm"), "{} minutes before"),
        colours=_with([(name, name or "the program’s own") for name in _COLOURS], shown.one("color"), "{}"))
    response.headers["HX-Push-Url"] = f"{pages.at('/subscribe')}{query}"  # to htmx: the address with what the names stand for
    response.vary.add("Cookie")
    if pushes:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def suggestions(backend: Backend, pages: Pages, asked: dict[str, Any]) -> Response:
    """Options for the field of actors: those of the name that was begun, the busiest first. Namesakes go by their ids."""
    begun = next(iter(asked.get("actor", ())), "")
    rows = backend.encounters.actors(ActorFilter(q=begun), limit=_SUGGESTED) if begun else []
    names = [actor_name(row) for row in rows]
    return pages.part("_suggestions.html", options=[
        (name if names.count(name) == 1 else row["id"], name,
         ", ".join(part for part in (KINDS.get(row["kind"]), state_name(row["country"]) if row["country"] else None) if part))
        for row, name in zip(rows, names, strict=True)])


def _actor(backend: Backend, text: str) -> Chosen:
    """An id stays; the whole name of one actor becomes its id; other words look for names that have them, as in the API."""
    if ":" in text:
        row = backend.queries.actor(text)
        return Chosen(text, actor_name(row) if row else text, "" if row else "nobody of this id is known")
    named = backend.encounters.named(text)
    if len(named) == 1:
        return Chosen(named[0]["id"], actor_name(named[0]))
    found = [actor_name(row) for row in backend.encounters.actors(ActorFilter(q=text), limit=4)]
    return Chosen(text, f"“{text}”", f"in the name: {', '.join(found[:3])}{' …' if len(found) > 3 else ''}" if found else "in nobody’s name")


def _country(known: Mapping[str, str], text: str, busy: Collection[str]) -> Chosen:
    """A code, or the name of a country or body, whose code it becomes. Raises `Problem` 400 for what is too long to be a code."""
    code = next((code for code, name in known.items() if text in (code, code.lower()) or fold(name) == fold(text) != ""), text)
    if len(code) > COUNTRY_LENGTH:
        raise Problem(400, "The address asks for what can't be had.", errors=[
            {"parameter": "country", "detail": f"No country or body of the timeline is called {clean_line(text)[:100]!r}."}])
    return Chosen(code, known.get(code, code), "" if code in busy else "no event yet")


def _each_once(chosen: Iterable[Chosen]) -> list[Chosen]:
    return list({one.value: one for one in chosen}.values())


def _preview(backend: Backend, wanted: EventFilter, asked: dict[str, Any],
             now: datetime) -> tuple[list[EventLine], list[EventLine], bool]:
    """The next and the latest events that the calendar shows, and whether others stay out since their day is not told."""
    today = now.astimezone(UTC).date()
    coming, vague = _shown(backend, wanted, asked, now, Sort.START, max(today, wanted.first or today), wanted.last)
    past, more = _shown(backend, wanted, asked, now, Sort.START_DESCENDING, wanted.first, min(today, wanted.last or today))
    coming = coming[:_NEXT]
    return coming, [line for line in past if line.last < today][:_SHOWN - len(coming)], vague or more


def _shown(backend: Backend, wanted: EventFilter, asked: dict[str, Any], now: datetime, sort: Sort, first: date | None,
           last: date | None) -> tuple[list[EventLine], bool]:
    rows = backend.queries.events(replace(wanted, first=first, last=last), due=unreported_before(now), limit=_LOOKED_AT, sort=sort).rows
    told = lines_of(rows, now.astimezone(UTC).date())
    exact = [line for line in told if asked["vague"] == "span" or not line.vague or line.last - line.first <= _A_WEEK]
    return [line for line in exact if line.status != "cancelled" or asked["cancelled"] != "hide"], len(exact) < len(told)


def _filter(pairs: Pairs) -> dict[str, Any]:
    """The filter of a webhook for these events."""
    wanted: dict[str, Any] = {}
    for name, value in pairs:
        if name in _SEVERAL:
            wanted.setdefault(name, []).append(value)
        elif name not in OPTIONS:
            wanted[name] = value
    return wanted


def _command(home: str, wanted: Mapping[str, Any]) -> str:
    """What has every change of these events sent to an address."""
    return post_command(f"{home}{API_PREFIX}/webhooks", {"url": "https://receiver.example/summitry", "filter": wanted}, token=True)


def _with(choices: Sequence[tuple[str, str]], given: str, words: str) -> list[tuple[str, str]]:
    """The choices, and the given value where it is none of them."""
    return [*choices, *([(given, words.format(given))] if given and given not in (value for value, _ in choices) else [])]
