"""Titles in the words of a desk diary: "Putin – Tokayev, meeting", "CSTO summit", "Duterte visits China"."""
from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from timeline.model import ActorKind, EventType, Participant, Place
from timeline.parties import side_of
from timeline.spelling import fold

__all__ = ["state_code", "state_name", "state_names", "surname", "title"]

# How people of these states are called for short in English, where it is not the last word of the name.
_FAMILY_NAME_FIRST = frozenset(("CN", "KP", "KR", "TW"))  # Xi Jinping -> Xi
_FIRST_NAME = frozenset(("ER", "ET", "IS", "TH"))  # Abiy Ahmed -> Abiy: the last word is a father's name, or not used
_WHOLE_NAME = frozenset(("BT", "KH", "LA", "MM"))  # Hun Sen
_PARTICLES = frozenset(("von", "van", "der", "den", "de", "da", "dos", "del", "della", "di", "du", "la", "le", "bin",
                        "ibn", "ben", "ter"))
_SUFFIXES = frozenset(("jr", "sr"))
_NUMERAL = re.compile(r"[IVX]+\Z")
_HYPHENED_GIVEN_NAME = re.compile(r"[A-Z][a-z]+-[a-z]+\Z")  # Ban Ki-moon, Tsai Ing-wen
_STYLES = frozenset(("pope", "king", "queen", "emperor", "empress", "prince", "princess", "sheikh", "sultan", "emir"))
_GATHERING = {EventType.SUMMIT: "summit", EventType.CONFERENCE: "conference", EventType.MEETING: "meeting",
              EventType.CALL: "call", EventType.CEREMONY: "ceremony", EventType.SIGNING: "signing",
              EventType.VISIT: "visit"}


def surname(name: str, country: str | None = None) -> str:
    """What a desk diary calls somebody: the surname, by the custom of the country (ISO 3166-1 alpha-2).

    Family name first for Chinese and Korean names; Vietnamese go by the last word, as Western names do; monarchs and
    popes keep their style and number.
    """
    name = name.partition(" of ")[0]  # "Salman of Saudi Arabia"
    words = [word for word in name.replace(",", " ").split() if word.casefold().rstrip(".") not in _SUFFIXES]
    if len(words) < 2:
        return name.strip()
    if words[0].casefold() in _STYLES or country in _WHOLE_NAME:
        return " ".join(words)
    if _NUMERAL.match(words[-1]):
        if len(words) == 2:
            return " ".join(words)
        words = words[:-1]
    if country in _FIRST_NAME:
        return words[0]
    if country in _FAMILY_NAME_FIRST or _HYPHENED_GIVEN_NAME.match(words[-1]):
        return words[0]
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    last = " ".join(words[start:])
    return re.sub(r"\A(?:[Aa]l|[Ee]l)-(?=[A-Z])", "", last)


@cache
def _state_rows() -> list[dict[str, str]]:
    """The gazetteer's table of states."""
    table = files("timeline") / "data" / "states.csv"
    if not table.is_file():
        return []
    lines = table.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def _state_names() -> dict[str, str]:
    """English short names by code."""
    return {row["code"]: row["name"] for row in _state_rows()}


@cache
def _state_codes() -> dict[str, str]:
    """Codes by each name that the gazetteer's table of states has, folded."""
    return {fold(name): row["code"] for row in reversed(_state_rows()) for name in (row["code"], row["name"], *row["aliases"].split("|")) if name}


def state_code(name: str) -> str | None:
    """The code of a state by its code, name, long name or abbreviation ("kz", "Kazakhstan", "UK"), in any case.

    What `Gazetteer.state_named` tells, for pages, whose process has no gazetteer.
    """
    return _state_codes().get(fold(name))


def state_names() -> Mapping[str, str]:
    """English short names of all states, by code."""
    return _state_names()


def state_name(code: str) -> str:
    """English short name of a state, or the code where there is none."""
    return _state_names().get(code, code)


def title(type_: EventType, participants: Sequence[Participant], place: Place | None = None,
          organisation: str | None = None) -> str:
    """One line that tells a reader of a calendar which event this is. Never empty."""
    word = _GATHERING[type_]
    if type_ is EventType.VISIT:
        return _visit(participants, place, organisation)
    if organisation and (type_ in (EventType.SUMMIT, EventType.CONFERENCE) or len(_labels(participants)) < 2):
        return organisation if word in organisation.casefold().split() else f"{organisation} {word}"
    labels = _labels(participants)
    if not labels:
        where = _where(place)
        return f"{word.capitalize()} in {where}" if where else word.capitalize()
    if len(labels) == 1:
        where = _where(place)
        return f"{labels[0]}, {word}" + (f" in {where}" if where else "")
    if len(labels) > 3:
        labels = [*labels[:3], "others"]
    return f"{' – '.join(labels)}, {word}"


def _visit(participants: Sequence[Participant], place: Place | None, organisation: str | None) -> str:
    country = place.country if place is not None else None
    hosts = {side_of(one) for one in participants if one.part == "host"}
    guests = [one for one in participants if one.part == "visitor"]
    guests = guests or [one for one in participants if one.part != "host" and side_of(one) not in hosts | {country}]
    if guests:
        guests = [one for one in guests if side_of(one) == side_of(guests[0])]
    if not guests:
        guests = [one for one in participants if one.kind is ActorKind.PERSON][:1]
    who = " and ".join(_labels(guests)[:2])
    if country is not None:
        where: str | None = state_name(country)
    else:
        others = [one for one in participants if who and side_of(one) != side_of(guests[0])]
        where = next((state_name(side_of(one)) for one in others if one.kind is not ActorKind.PERSON or one.country), None)
        where = where or (place.name if place is not None else None) or organisation
    if not who:
        return f"Visit to {where}" if where else "Visit"
    return f"{who} {'visit' if ' and ' in who else 'visits'} {where}" if where else f"{who}, visit"


def _where(place: Place | None) -> str | None:
    if place is None:
        return None
    return place.name or (state_name(place.country) if place.country else None)


def _labels(participants: Sequence[Participant]) -> list[str]:
    """Surnames, states and organisations: one for each side first, then whoever else is named."""
    first: dict[str, str] = {}
    more: list[str] = []
    for one in sorted(participants, key=lambda one: one.kind is not ActorKind.PERSON):
        if one.kind is ActorKind.PERSON and one.name:
            label = surname(one.name, one.country)
        elif one.kind is ActorKind.STATE:
            label = state_name(one.country or side_of(one))
        else:
            label = one.name or side_of(one)
        side = side_of(one)
        if side not in first:
            first[side] = label
        elif one.kind is ActorKind.PERSON and label not in more:
            more.append(label)
    order = {side_of(one): place for place, one in reversed(list(enumerate(participants)))}
    return [first[side] for side in sorted(first, key=lambda side: order[side])] + (more if len(first) < 2 else [])
