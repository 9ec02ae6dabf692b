"""The words that the rules look for, read once from `data/<language>/events.toml`."""
from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Pattern = re.Pattern[str]
WORD = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True, eq=False)  # by identity: `lexicon` hands out one of each language
class Lexicon:
    """Compiled alternations: `verbs["meet"]`, `nouns["visit"]`, `modality["future"]`, `discourse["singular"]`."""

    verbs: dict[str, str]
    nouns: dict[str, str]
    modality: dict[str, Pattern]
    discourse: dict[str, str]
    first_words: dict[str, frozenset[str]]  # of each list of verbs and nouns: a sentence without any has no trigger of it
    other_bodies: frozenset[str]  # organisations whose gatherings are no diplomatic events


def alternation(pieces: list[str]) -> str:
    """One non-capturing group of all pieces, longest first so that "phone call" wins over "phone"."""
    return "(?:" + "|".join(sorted(pieces, key=len, reverse=True)) + ")"


@cache
def lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language. Raises `KeyError` where the language has no rules."""
    file = files("timeline") / "data" / language / "events.toml"
    if not file.is_file():
        raise KeyError(language)
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    return Lexicon(
        verbs={name: alternation(words) for name, words in raw["verbs"].items()},
        nouns={name: alternation(words) for name, words in raw["nouns"].items()},
        modality={name: re.compile(rf"(?<!\w){alternation(words)}(?!\w)", re.IGNORECASE)
                  for name, words in raw["modality"].items()},
        discourse={name: alternation(words) for name, words in raw["discourse"].items()},
        first_words={f"{kind}.{name}": frozenset(match.group() for piece in words if (match := WORD.search(piece.lower())))
                     for kind in ("verbs", "nouns") for name, words in raw[kind].items()},
        other_bodies=frozenset(raw["bodies"]["other"]))


def languages() -> frozenset[str]:
    """Languages that have rules of their own; nothing else is ever read by them."""
    return frozenset(folder.name for folder in (files("timeline") / "data").iterdir()
                     if folder.is_dir() and (folder / "events.toml").is_file())
