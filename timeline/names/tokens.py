"""Tokens of an article, and the phrases of the lexicon among them."""
from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from timeline.names.lexicon import CAPITAL, UPPER, Lexicon
from timeline.spelling import fold

# A word of two letters or more; an acronym with points; an initial; the possessive s; a short word; a blank line; a sign.
_TOKEN = re.compile(
    r"[^\W_]{2,}(?:[’'‐‑-]\u2060?(?![sS]\b|[A-Z]\.[A-Z])[^\W_]+)*(?:\+\d*)?"
    r"|(?:[^\W\d_]\.){2,}|[^\W\d_]\.[^\W\d_]\b(?!['’.])|[A-Z]\.(?=[ \xa0]?[A-Z])"
    r"|['’][sS]\b|[^\W_]+(?:[’'‐‑-]\u2060?(?![sS]\b|[A-Z]\.[A-Z])[^\W_]+)*(?:\+\d*)?|\n[^\S\n]*\n|[^\w\s]")
# Words that keep the point after them.
_ABBREVIATED = frozenset(["Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Lt", "Maj", "Brig", "Col", "Capt", "Cmdr", "Adm", "Sgt", "Sen", "Rep", "Gov", "Amb", "Rev", "Hon", "St", "Ste", "Jr", "Sr", "Rt", "Mt", "Ft", "Sec", "Min", "Pres", "Dep", "Fr", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"])
_SIGNS = {"’s": "'s", "’S": "'s", "'S": "'s", "’": "'", "‘": "'", "\u2013": "–"}
# "al-Sisi", "d'Estaing", "ash-Sharaa" begin a name though not with a capital.
_ARTICLE = re.compile(r"(?:a[ldnrstz]|el|ash|az|ul|ur|d|o|de)[-‐‑'’][^\W\d_]")


class Unit:
    """A phrase of the lexicon, or a capitalised word that nobody knows: tokens `start` up to `end`, and what it may be."""

    __slots__ = ("acronym", "end", "kinds", "start")

    def __init__(self, start: int, end: int, kinds: dict[str, Any], acronym: bool = False) -> None:
        self.start, self.end, self.kinds, self.acronym = start, end, kinds, acronym


_WORD: dict[str, Any] = {"word": None}


class Tokens:
    """Parallel lists over the tokens of one text: `words`, `low` (folded), `starts` and `ends` (offsets), `capital`
    (begins with a capital), and `units` (what begins there, or None)."""

    __slots__ = ("capital", "ends", "headline", "low", "starts", "text", "units", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.low: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.capital: list[bool] = []
        self.units: list[Unit | None] = []
        self.headline: list[tuple[int, int]] = []  # blocks (token ranges) written in headline capitals

    def __len__(self) -> int:
        return len(self.words)


# Two lines without a space between: "in SeoulPresident Lee"; no "McDonald" or "YouTube".
_GLUED = re.compile(r"[A-Z](?<=[a-z]{4}[A-Z])[a-z]{4}(?![a-z]*[A-Z])")
_BEFORE = re.compile(r"(?:ex|then)-(?=\w)", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def _folded(word: str) -> tuple[str, bool]:
    """A token as the lexicon has it, and whether it begins as a name does."""
    if word[-1] == "-" and len(word) > 1:
        return word[:-1].lower(), False  # "ex-", "then-"
    key = word.lower() if word.isascii() and "-" not in word else fold(word) if word[0].isalnum() else _SIGNS.get(word, word)
    if "." in key[:-1] and key[-1] != ".":
        key += "."  # "U.S" at the end of a clause
    return key, word[0].isupper() or (not word.islower() and _ARTICLE.match(word) is not None)


def tokens_of(text: str, lexicon: Lexicon) -> Tokens:
    """Tokens with their units: the longest phrase of the lexicon that begins at each, none inside another."""
    tokens = Tokens(text)
    spans = [match.span() for match in _TOKEN.finditer(text)]
    words = [text[start:end] for start, end in spans]
    if "Â" in text or _GLUED.search(text) or "ex-" in text or "Ex-" in text or "hen-" in text or any(
            word == "." and words[index - 1] in _ABBREVIATED for index, word in enumerate(words) if index):
        spans = _mended(text, spans)
        words = [text[start:end] for start, end in spans]
    folded = [_folded(word) for word in words]
    tokens.words = words
    tokens.low = [key for key, _ in folded]
    tokens.capital = [capital for _, capital in folded]
    tokens.starts = [start for start, _ in spans]
    tokens.ends = [end for _, end in spans]
    _find_units(tokens, lexicon)
    _find_headlines(tokens)
    return tokens


def _mended(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Abbreviations get their point, "ex-president" becomes two tokens, a doubly decoded no-break space is cut off."""
    mended: list[tuple[int, int]] = []
    for start, end in spans:
        word = text[start:end]
        if word == ".":
            if mended and mended[-1][1] == start and text[mended[-1][0]:start] in _ABBREVIATED:
                mended[-1] = (mended[-1][0], end)
                continue
        elif word[-1] == "Â" and len(word) > 1:
            end -= 1
        elif "-" in word and (prefix := _BEFORE.match(word)):
            mended.append((start, start + prefix.end()))
            start += prefix.end()
        elif len(word) > 8 and (glued := _GLUED.search(word)):
            mended.append((start, start + glued.start()))
            start += glued.start()
        mended.append((start, end))
    return mended


def _find_units(tokens: Tokens, lexicon: Lexicon) -> None:
    low, capital = tokens.low, tokens.capital
    firsts, phrases, common = lexicon.firsts, lexicon.phrases, lexicon.common
    count = len(low)
    units: list[Unit | None] = [None] * count
    tokens.units = units
    index = 0
    while index < count:
        word = low[index]
        longest = firsts.get(word) or (firsts.get(word.partition(" ")[0]) if " " in word else None)
        unit = None
        if longest:
            key, best, end = word, phrases.get(word), index + 1
            stop = min(count, index + longest)
            for ahead in range(index + 1, stop):
                key = f"{key} {low[ahead]}"
                found = phrases.get(key)
                if found and (fit := _fitting(found, tokens, index, ahead + 1)):
                    best, end, unit = found, ahead + 1, Unit(index, ahead + 1, fit)
            if unit is None and best and (fit := _fitting(best, tokens, index, index + 1)):
                unit = Unit(index, end, fit, tokens.words[index].isupper() and len(word) < 7)
        if unit is None:
            if capital[index] and word not in common and word[0].isalpha():
                units[index] = Unit(index, index + 1, _WORD)
            index += 1
        else:
            units[index] = unit
            index = unit.end


def _fitting(found: list[tuple[int, str, Any]], tokens: Tokens, start: int, end: int) -> dict[str, Any]:
    """The kinds of a phrase whose spelling in the text fits: names want their capitals."""
    kinds: dict[str, Any] = {}
    for case, kind, row in found:
        if case == UPPER and not tokens.words[start].replace(".", "").isupper():
            continue
        if case == CAPITAL and not tokens.capital[start]:
            continue
        if case == CAPITAL and end - start > 1 and not tokens.capital[end - 1] and tokens.words[end - 1].isalpha() and kind != "organisation":
            continue
        kinds.setdefault(kind, row)
    return kinds


def _find_headlines(tokens: Tokens) -> None:
    """Blocks without an end mark in which most longer words are capitalised."""
    start = 0
    words, capital = tokens.words, tokens.capital
    for index in range(len(words) + 1):
        if index < len(words) and words[index][0] != "\n":
            continue
        if 2 < index - start <= 30 and words[index - 1] not in {".", "?", "!", "”", '"', ":"}:
            longer = [capital[i] for i in range(start, index) if len(words[i]) > 3 and words[i].isalpha()]
            if len(longer) >= 3 and sum(longer) >= 0.7 * len(longer):
                tokens.headline.append((start, index))
        start = index + 1
