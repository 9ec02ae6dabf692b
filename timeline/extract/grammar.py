"""The words of a language as the clause reader knows them, from `data/<language>/grammar.toml` and `events.toml`.

A word may be several things at once ("visit" names an occasion and is a verb); which of them it is in a sentence is for
`clauses` to say.
"""
from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from timeline.extract.terms import Terms, terms_of

# Kinds of occasion that a noun names, in the order in which a word that stands in several lists is taken.
NOUNS = ("not_occasion", "call", "summit", "conference", "meeting", "visit", "ceremony", "signing")


@dataclass(slots=True)
class Word:
    """What a word, or a phrase that counts as one, may be.

    `noun` is the kind of occasion it names; `verbs` are (class, base form, form) with the forms base, s, past, part
    and ing; `function` are the lists of grammar.toml's `function` that hold it; `bears` is plan, wish, refuse, cancel
    or postpone for a noun that governs an occasion ("the possibility of talks"), `adjective` the same for "due to".
    """

    noun: str = ""
    verbs: list[tuple[str, str, str]] = field(default_factory=list)
    function: frozenset[str] = frozenset()
    bears: str = ""
    adjective: str = ""
    people: bool = False
    many: bool = False  # a noun whose occasion is of three or more by its own word: "peace conference"
    roles: frozenset[str] = frozenset()  # of a verb: control classes and the like
    scope: frozenset[str] = frozenset()  # of an adjective beside an occasion: many, ahead, proposed, past, cancelled
    forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)  # by identity: `grammar` hands out one of each language
class Grammar:
    """`words`: word or phrase in small letters -> Word; `longest`: first word -> most words of a phrase with it."""

    words: dict[str, Word]
    longest: dict[str, int]
    triggers: dict[bytes, int]  # a word that may tell of an occasion -> what it tells of: OCCASION, ENCOUNTER, JOURNEY
    trigger_pairs: dict[bytes, dict[bytes, int]]  # the same for phrases: first word -> second word -> what they tell of
    people_pronouns: frozenset[bytes]  # without a name or one of these a sentence tells of nobody
    thing_openings: tuple[str, ...]  # "It ", as a sentence begins that tells more of the occasion before it
    pronouns: re.Pattern[str]
    remote: re.Pattern[str]
    no_party: re.Pattern[str]
    venues: frozenset[str]
    trouble: frozenset[str]
    other_bodies: frozenset[str]  # organisations whose gatherings are no diplomatic events
    terms: Terms


_OWNING_PLURAL = re.compile("(?<=s)(['’])(?= )")  # "leaders' meeting": the mark is an item of its own
_LETTERS = re.compile(b"[a-z]+")
_VOWEL_Y = re.compile("[aeiou]y$")


def forms_of(base: str, irregular: dict[str, list[str]], whole: dict[str, dict[str, str]]) -> dict[str, frozenset[str]]:
    """All forms of a verb, of which the first word is inflected: form -> its names (base, s, past, part, ing).

    `irregular` gives past, participle and perhaps -ing of a verb, `whole` every form of one that follows no rule. One form may
    have several names: "to come" and "has come"; "to set", "she set" and "has set".
    """
    head, _, rest = base.partition(" ")
    rest = f" {rest}" if rest else ""
    if head in whole:
        return {form + rest: frozenset({name}) for form, name in whole[head].items()}
    regular_y = head.endswith("y") and not _VOWEL_Y.search(head)
    stem = head[:-1] if head.endswith("e") and not head.endswith("ee") else head
    third = head[:-1] + "ies" if regular_y else head + ("es" if head.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    past = head[:-1] + "ied" if regular_y else head + "d" if head.endswith("e") else head + "ed"
    given = irregular.get(head, [past, past])
    ing = given[2] if len(given) > 2 else head[:-2] + "ying" if head.endswith("ie") else stem + "ing"
    found: dict[str, frozenset[str]] = {}
    for form, name in ((head, "base"), (third, "s"), (ing, "ing"), (given[1], "part"), (given[0], "past")):
        found[form + rest] = found.get(form + rest, frozenset()) | {name}
    if given[0].endswith("lled"):  # American and British spelling: canceled, traveling
        short = given[0].replace("lled", "led")
        found |= {short + rest: frozenset({"past"}), short.replace("led", "ling") + rest: frozenset({"ing"})}
    return found


# A form that is both is read by what stands around it.
_VERB_CLASSES = ("meet", "speak", "negotiate", "receive", "telephone", "discuss", "visit", "travel", "arrive", "leave", "stay", "see", "attend",
                 "address", "gather", "sign", "send", "pose", "take", "tell", "light", "occur")
# What a word may tell of: of an occasion by itself; of one where two are named who may meet, or where a place is named; of a
# signing where two are named or a day.
OCCASION, ENCOUNTER, JOURNEY, SIGNING = 1, 2, 4, 8
_TELLS = dict.fromkeys(("travel", "arrive", "leave", "stay"), JOURNEY) | {"visit": ENCOUNTER | JOURNEY, "sign": SIGNING}  # "visited B", "visited C"
_BEARING = ("plan", "wish", "refuse", "cancel", "postpone", "move")


@cache
def grammar(language: str = "en") -> Grammar:
    """The words of a language. Raises `KeyError` where the language has no rules."""
    folder = files("timeline") / "data" / language
    if not (folder / "grammar.toml").is_file():
        raise KeyError(language)
    syntax = tomllib.loads((folder / "grammar.toml").read_text(encoding="utf-8"))
    events = tomllib.loads((folder / "events.toml").read_text(encoding="utf-8"))
    words: dict[str, Word] = {}

    def word(phrase: str) -> Word:
        return words.setdefault(_OWNING_PLURAL.sub(r" \1", phrase), Word())

    for name, phrases in syntax["function"].items():
        for phrase in phrases:
            entry = word(phrase)
            entry.function = entry.function | {name}
    telling: dict[str, int] = {}  # the phrases that may tell of an occasion
    for name in reversed(NOUNS):
        for phrase in events["nouns"][name]:
            word(phrase).noun = name
            if name not in ("signing", "not_occasion"):  # a treaty without a word of signing tells of nothing
                telling[phrase] = OCCASION
    for phrase in (*events["nouns"]["conference"], *events["nouns"]["summit"]):
        if not set(phrase.split()).isdisjoint(events["scope"]["many"]):
            word(phrase).many = True
    for name in ("many", "ahead", "proposed", "past", "cancelled", "another"):
        for phrase in events["scope"][name]:
            entry = word(phrase)
            entry.scope = entry.scope | {name}
    for name, phrases in syntax["nouns"].items():
        for phrase in phrases:
            word(phrase).bears = name
    for name, phrases in syntax["adjectives"].items():
        for phrase in phrases:
            word(phrase).adjective = name
    for phrase in syntax["people"]["of_state"]:
        word(phrase).people = True
    irregular = syntax["irregular"]
    classes = [(name, events["verbs"][name]) for name in _VERB_CLASSES]
    classes += [(name, syntax["verbs"][name]) for name in (*_BEARING, "object_control", "say", "other")]
    seen: dict[str, list[str]] = {}
    for name, bases in classes:
        for base in bases:
            seen.setdefault(base, []).append(name)
    for base, names in seen.items():
        kind = next((name for name in names if name not in ("object_control",)), "other")
        for form, labels in forms_of(base, irregular, syntax["whole"]).items():
            entry = word(form)
            entry.verbs += [(kind, base, label) for label in sorted(labels)]
            entry.roles = entry.roles | frozenset(names)
            if kind in _VERB_CLASSES and kind not in ("light", "occur", "tell", "take"):
                telling[form] = telling.get(form, 0) | _TELLS.get(kind, ENCOUNTER)
    terms = terms_of(syntax, events)
    telling |= {f"{joint} {press}": OCCASION for joint in terms.joint for press in terms.press}  # two who face the press together have met
    telling |= {word: ENCOUNTER for word in terms.counterparts if word not in telling}  # "told his counterpart"
    triggers, pairs = _triggers(telling)
    longest: dict[str, int] = {}
    for phrase, entry in words.items():
        entry.forms = frozenset(label for _, _, label in entry.verbs)
        first = phrase.split(" ")[0]
        longest[first] = max(longest.get(first, 0), phrase.count(" ") + 1)
    discourse, scope = events["discourse"], events["scope"]
    return Grammar(words, longest, triggers, pairs, frozenset(word.encode() for word in terms.people_pronouns), tuple(f"{word.capitalize()} " for word in sorted(terms.thing_pronoun)),
                   re.compile(rf"(?<![\w’'])(?:(?P<plural>{_alternation(discourse['plural'])})|(?P<singular>{_alternation(discourse['singular'])}))(?![\w])(?!{_alternation(discourse['not_before'])})", re.IGNORECASE),
                   re.compile(rf"(?<!\w){_alternation(scope['remote'])}(?!\w)", re.IGNORECASE),
                   re.compile(_alternation(syntax["people"]["no_party"]), re.IGNORECASE),
                   frozenset(events["places"]["venues"]), frozenset(scope["trouble"]),
                   frozenset(events["bodies"]["other"]), terms)


def _triggers(telling: dict[str, int]) -> tuple[dict[bytes, int], dict[bytes, dict[bytes, int]]]:
    """The words, and pairs of words, by which a sentence is known that may hold one of the phrases."""
    triggers: dict[bytes, int] = {}
    pairs: dict[bytes, dict[bytes, int]] = {}
    for phrase, tells in telling.items():
        parts = _LETTERS.findall(phrase.encode())
        if len(parts) == 1:
            triggers[parts[0]] = triggers.get(parts[0], 0) | tells
    for phrase, tells in telling.items():
        first, *others = _LETTERS.findall(phrase.encode())
        if others and not any(triggers.get(part, 0) & tells == tells for part in (first, *others)):
            seconds = pairs.setdefault(first, {})
            seconds[others[0]] = seconds.get(others[0], 0) | tells
    return triggers, pairs


def _alternation(pieces: list[Any]) -> str:
    """One non-capturing group of all pieces, longest first so that "phone call" wins over "phone"."""
    return "(?:" + "|".join(sorted(pieces, key=len, reverse=True)) + ")"


@cache
def languages() -> frozenset[str]:
    """Languages that have rules of their own; nothing else is ever read by them."""
    return frozenset(folder.name for folder in (files("timeline") / "data").iterdir()
                     if folder.is_dir() and (folder / "grammar.toml").is_file())
