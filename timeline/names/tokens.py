"""Tokens of an article, and the phrases of the lexicon among them."""
from __future__ import annotations

import re
from typing import Any

from timeline.names.lexicon import CAPITAL, UPPER, Lexicon
from timeline.spelling import fold

# An acronym with points; an initial; an abbreviated title; the possessive s; a word; a blank line; any other sign.
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_]\.[^\W\d_]\b(?!['’.])|\b[A-Z]\.(?=[ \xa0]?[A-Z])"
    r"|\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Maj|Brig|Col|Capt|Cmdr|Adm|Sgt|Sen|Rep|Gov|Amb|Rev|Hon|St|Ste|Jr|Sr|Rt|Mt|Ft|Sec|Min|Pres|Dep|Messrs"
    r"|Fr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\."
    r"|['’]s\b|[^\W_]+(?:[’'‐‑-]\u2060?(?!s\b)[^\W_]+)*(?:\+\d*)?|\n[^\S\n]*\n|[^\w\s]")


_SIGNS = {"’s": "'s", "’": "'", "‘": "'", "\u2013": "–"}
# "al-Sisi", "d'Estaing", "ash-Sharaa" begin a name though not with a capital.
_ARTICLE = re.compile(r"(?:a[ldnrstz]|el|ash|az|ul|ur|d|o|de)[-‐‑'’][^\W\d_]")


class Unit:
    """A phrase of the lexicon, or a capitalised word that nobody knows: tokens `start` up to `end`, and what it may be."""

    __slots__ = ("acronym", "end", "kinds", "start")

    def __init__(self, start: int, end: int, kinds: dict[str, Any], acronym: bool = False) -> None:
        self.start, self.end, self.kinds, self.acronym = start, end, kinds, acronym


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


def tokens_of(text: str, lexicon: Lexicon) -> Tokens:
    """Tokens with their units: the longest phrase of the lexicon that begins at each, none inside another."""
    tokens = Tokens(text)
    words, low, starts, ends, capital = tokens.words, tokens.low, tokens.starts, tokens.ends, tokens.capital
    for match in _TOKEN.finditer(text):
        word = match[0]
        start = match.start()
        if word.endswith("Â") and len(word) > 1:  # a no-break space that was decoded twice
            word = word[:-1]
        elif word[:3].lower() == "ex-" or word[:5].lower() == "then-":  # "ex-president" is two words here
            head = word[:word.index("-") + 1]
            words.append(head)
            starts.append(start)
            ends.append(start + len(head))
            low.append(head[:-1].lower())
            capital.append(False)
            start, word = start + len(head), word[len(head):]
        words.append(word)
        starts.append(start)
        ends.append(start + len(word))
        folded = word.lower() if word.isascii() and "-" not in word else fold(word) if word[0].isalnum() else _SIGNS.get(word, word)
        low.append(folded + "." if "." in folded[:-1] and folded[-1] != "." else folded)
        capital.append(word[0].isupper() or (not word.islower() and _ARTICLE.match(word) is not None))
    _find_units(tokens, lexicon)
    _find_headlines(tokens)
    return tokens


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
        if unit is None and capital[index] and word not in common and word[0].isalpha():
            unit = Unit(index, index + 1, {"word": None})
        if unit is None:
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
