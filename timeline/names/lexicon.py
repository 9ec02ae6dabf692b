"""The words that `find_names` knows: one table from folded phrase to what it may be.

The names come from the gazetteer, the language (offices, honorifics, group nouns) from `timeline/data/en/`.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from timeline.gazetteer import DATA, Gazetteer, names_language
from timeline.spelling import fold, sound

# What a phrase must look like in the text to count.
ANY_CASE, CAPITAL, UPPER = 0, 1, 2


class Office(NamedTuple):
    """One form of an office. `only` is the state that alone has it; `code` is a key of office_holders.csv, or leader,
    spokesperson, spouse. Beside a `minor` one another office of the same person says more."""

    form: str
    code: str
    role: str
    plural: bool = False
    only: str | None = None
    minor: bool = False


# Codes that an office may stand for: "the Chinese leader" is whoever heads the state or its government.
MEANS: dict[str, frozenset[str]] = {
    "leader": frozenset({"head_of_state", "head_of_government", "monarch", "leader", "crown_prince", "secretary_general", "organisation_head", "high_representative"}),
    "head_of_state": frozenset({"head_of_state", "monarch", "leader"}),
    "head_of_government": frozenset({"head_of_government", "leader"}),
    "monarch": frozenset({"monarch", "head_of_state"}),
    "organisation_head": frozenset({"organisation_head", "secretary_general"}),
    "envoy": frozenset({"envoy", "ambassador"}),
}


class Lexicon:
    """`phrases`: folded phrase -> [(case, kind, row)]; `firsts`: the first words of all; `begun`: what stands before a blank
    in any, with the case that the least exacting of those phrases must have; `follows`: first word -> all that stands after
    it in `begun` and `phrases`."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        language = _language()
        words = language["words"]
        self.phrases: dict[str, list[tuple[int, str, Any]]] = {}
        self.firsts: set[str] = set()
        self.begun: dict[str, int] = {}
        self.follows: dict[str, set[str]] = {}
        self.common = frozenset(words["common"])
        self.particles = frozenset(words["particles"])
        self.suffixes = frozenset(words["suffixes"])
        self.followers = frozenset(words["followers"])
        self.leaders = frozenset(words["leaders"])
        self.persons = frozenset(words["persons"])
        self.possessives = frozenset(words["possessives"])
        self.joiners = frozenset(words["and"])
        self.small = frozenset(words["small"])
        self.closers = frozenset(words["closers"])
        self.place_before = frozenset(words["place_before"])
        self.toward = frozenset(words["toward"])
        self.towns = frozenset(words["towns"])
        self.relatives = frozenset(words["relatives"])
        self.post_nominals = frozenset(words["post_nominals"])
        self.open_offices = frozenset(words["open_offices"])
        self.titles = frozenset(words["titles"])
        lists = language["lists"]
        self.of_cities, self.of_firms = frozenset(lists["of_cities"]), frozenset(lists["of_firms"])
        self.office_surnames, self.in_office = frozenset(lists["surnames"]), frozenset(lists["in_office"])
        self.honorifics = frozenset(word.split()[-1] for word in words["honorifics"])
        self.led, self.advisers = frozenset(lists["led"]), frozenset(lists["advisers"])
        self.travels = frozenset(lists["travels"])
        self.adjectival = frozenset(lists["adjectival"])
        self.given_alone = frozenset(sound(name) for name in language["given"]["alone"])
        self.prefixes: dict[str, str] = language["prefixes"]
        self.areas = frozenset(words["areas"])
        self.portfolios = frozenset(language["portfolios"]["words"])
        self.american_georgia = frozenset(words["american_georgia"])
        self.surname_first = frozenset(words["surname_first"])
        self.chinese_surnames = frozenset(words["chinese_surnames"])
        self._add_names(gazetteer)
        self._add_offices(language)
        for kind, key in (("group", "groups"), ("counterpart", "counterparts"), ("honorific", "honorifics")):
            for phrase in words[key]:
                self._add(phrase, kind, phrase)
        for phrase in words["areas"]:
            self._add(phrase, "area", phrase, CAPITAL)
        for phrase in words["nobody"]:
            self._add(phrase, "nobody", phrase)
        for kind, phrases in language["modifiers"].items():
            for phrase in phrases:
                self._add(phrase, "modifier", (kind, phrase.removesuffix("-")))

    def _add(self, phrase: str, kind: str, row: Any, case: int = ANY_CASE) -> None:
        key = _as_tokens(fold(phrase))
        self._enter(key, (case, kind, row))

    def _enter(self, key: str, row: tuple[int, str, Any]) -> None:
        self.phrases.setdefault(key, []).append(row)
        end = key.find(" ")
        if end < 0:
            self.firsts.add(key)
            return
        first, after = key[:end], end + 1
        self.firsts.add(first)
        follows = self.follows.setdefault(first, set())
        while end > 0:
            begun = key[:end]
            if self.begun.get(begun, UPPER) >= row[0]:
                self.begun[begun] = row[0]
            end = key.find(" ", end + 1)
            follows.add(key[after:end] if end > 0 else key[after:])

    def _add_names(self, gazetteer: Gazetteer) -> None:
        add = self._add
        for state in gazetteer.states.values():
            for kind, names in (("state", (state.name, *state.aliases)), ("demonym", state.adjectives), ("people", state.people)):
                for name in names:
                    add(name.removeprefix("the "), kind, state, _case(name.removeprefix("the ")))
        for body in gazetteer.organisations.values():
            for name in dict.fromkeys((body.name, *body.aliases)):
                add(name.removeprefix("the "), "organisation", body, _case(name.removeprefix("the ")))
        for venue in gazetteer.venues:
            for name in venue.names:
                add(name.removeprefix("the "), "venue", venue, CAPITAL)
        # Six thousand rows, whose keys the gazetteer has folded already.
        for key, cities in gazetteer.cities_by_name.items():
            if len(key) < 3:
                continue
            if "," in key or "'s" in key:
                key = _as_tokens(key)
            self._enter(key, (CAPITAL, "city", cities))

    def _add_offices(self, language: dict[str, Any]) -> None:
        roles, plurals, only = language["roles"], language["plurals"], language["only"]
        minor, abbreviated = frozenset(language["lists"]["minor"]), frozenset(language["lists"]["abbreviated"])
        for code, forms in language["offices"].items():
            for form in forms:
                case = UPPER if form in abbreviated else ANY_CASE
                state = only.get(form)
                self._add(form, "office", Office(form, code, roles.get(form) or role_of(form), False, state, form in minor), case)
                many = plurals.get(form) if form in plurals else plural_of(form, plurals)
                if many:
                    self._add(many, "office", Office(form, code, roles.get(form) or role_of(form), True, state, form in minor),
                              CAPITAL if case else ANY_CASE)


def _as_tokens(key: str) -> str:
    """A folded phrase as `tokens_of` parts it: commas and the possessive s are tokens."""
    key = key.replace(",", " ,")
    return _POSSESSIVE.sub(r"\1 's", key) if "'s" in key else key


_POSSESSIVE = re.compile(r"(\w)'s\b")


def _case(name: str) -> int:
    if name.islower():
        return ANY_CASE
    return UPPER if name.isupper() and len(name) <= 6 else CAPITAL


_SMALL = frozenset({"of", "the", "for", "and", "to", "in", "on"})


def role_of(words: str) -> str:
    """An office in the usual capitals: "minister of the interior" -> "Minister of the Interior"."""
    return " ".join(word if word in _SMALL or word[:1].isupper() else "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
                    for word in words.replace(" ,", ",").split())


def plural_of(form: str, irregular: dict[str, str]) -> str:
    """The plural of an office: "ministers of finance", "secretaries general", "chairmen of the council"."""
    words = form.split()
    head = next((index for index, word in enumerate(words) if word in {"of", "for", "to", "in", "general"}), len(words)) - 1
    word = words[max(head, 0)]
    if irregular.get(word):
        words[head] = irregular[word]
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        words[head] = word[:-1] + "ies"
    elif word.endswith(("s", "ch", "sh")) and word not in {"chief"}:
        words[head] = word + "es"
    else:
        words[head] = word + "s"
    return " ".join(words)


@lru_cache(maxsize=1)
def _language() -> dict[str, Any]:
    merged: dict[str, Any] = {}
    with (DATA / "en" / "offices.toml").open("rb") as file:
        merged.update(tomllib.load(file))
    merged.update(names_language())
    return merged


_LEXICONS: WeakKeyDictionary[Gazetteer, Lexicon] = WeakKeyDictionary()


def lexicon_for(gazetteer: Gazetteer) -> Lexicon:
    """The compiled lexicon of a gazetteer; made once for each."""
    found = _LEXICONS.get(gazetteer)
    if found is None:
        found = _LEXICONS[gazetteer] = Lexicon(gazetteer)
    return found


def codes_meant(codes: Iterable[str]) -> frozenset[str]:
    """All office codes that may be meant where these are told."""
    return _codes_meant(frozenset(codes))


@lru_cache(maxsize=500)
def _codes_meant(codes: frozenset[str]) -> frozenset[str]:
    return frozenset(meant for code in codes for meant in MEANS.get(code, (code,)))
