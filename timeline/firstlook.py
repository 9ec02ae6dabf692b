"""A first look at an article: may it tell of a diplomatic event at all? Those that can't are not read in full.

An event has two parties (or a body) and a word that tells of it. So a text is worth its reading where a sentence holds such a
word and, with the sentence before it, names two sides: states by name, people, adjective or capital, bodies, persons that the
gazetteer knows. They are looked up in tables by word, and nothing is resolved: that is what makes the look cheap, and why it
lets more pass than is needed.
"""
from __future__ import annotations

import re
from functools import lru_cache

from timeline.extract.frames import letters_of, told_by
from timeline.extract.grammar import grammar, languages
from timeline.gazetteer import Gazetteer
from timeline.model import Article, Form
from timeline.outlet import home_of

__all__ = ["may_tell_of_events"]

ENOUGH = 2  # sides
SHORTEST_NAME = 4  # letters of a surname that counts: shorter ones are words and initials as well
_WORD = re.compile(r"\w[\w.&-]*")
_SENTENCES = re.compile(r"(?<=[.!?”\"])\s+(?=[A-Z“\"])|\n+")  # cut too often rather than too seldom: the one before counts as well

Names = tuple[dict[str, str], dict[str, list[tuple[str, str]]]]
"""Word -> side; and first word -> further words of a name, with its side. Short names as they stand, others in small letters."""


def may_tell_of_events(article: Article, gazetteer: Gazetteer) -> bool:
    """Whether an article is worth its full reading. False where that could give nothing: no day, no rules for its language."""
    if article.published_on is None or article.language not in languages() or article.form is Form.LIVE_BLOG:
        return False
    if article.appointment is not None:
        return True  # a line, read by its fields
    words = grammar(article.language)
    home = home_of(article, gazetteer)
    before = own = frozenset((home,)) if home else frozenset()
    for sentence in _SENTENCES.split(article.text):
        sides = _sides(sentence, gazetteer)
        if len(sides | before | own) >= ENOUGH and told_by(set(letters_of(sentence).split()), words):
            return True
        before = sides
    return False


def _sides(sentence: str, gazetteer: Gazetteer) -> frozenset[str]:
    single, longer = _names(gazetteer)
    found: set[str] = set()
    for match in _WORD.finditer(sentence):
        word = match[0]
        if not word[0].isupper():
            continue
        key = _key(word.rstrip("."))
        side = single.get(key)
        if side is None and "-" in key:  # "US-China", "Franco-German"
            found.update(single[_key(part)] for part in word.split("-") if _key(part) in single)
        for rest, of in longer.get(key, ()):
            if sentence[match.end():match.end() + len(rest)].lower() == rest:
                side = of
                break
        if side is not None:
            found.add(side)
    return frozenset(found)


def _key(word: str) -> str:
    return word.lower() if len(word) >= SHORTEST_NAME else word


@lru_cache(maxsize=4)  # one gazetteer for a process; tests make further ones
def _names(gazetteer: Gazetteer) -> Names:
    single: dict[str, str] = {}
    longer: dict[str, list[tuple[str, str]]] = {}

    def add(name: str, side: str) -> None:
        first, blank, rest = name.strip().partition(" ")
        if blank:
            longer.setdefault(_key(first.rstrip(".")), []).append((" " + rest.lower(), side))
        elif first:
            single.setdefault(_key(first.rstrip(".")), side)

    for state in gazetteer.states.values():
        for name in (state.name, *state.aliases, *state.adjectives, *state.people, state.capital):
            add(name, state.code)
    for body in gazetteer.organisations.values():
        for name in (body.name, *body.aliases, body.code):
            add(name, body.code)
    for city in gazetteer.cities:
        if city.governs:
            for name in (city.name, *city.aliases):
                add(name, city.country)
    for venue in gazetteer.venues:  # "the Kremlin", "Downing Street" stand for those who sit there
        country = venue.place.country if venue.place else None
        if country and venue.kind == "seat":
            for name in venue.names:
                add(name, country)
    for person in gazetteer.persons.values():
        surname = person.name.split()[-1]
        if len(surname) >= SHORTEST_NAME:
            single.setdefault(_key(surname), person.id)
    return single, longer
