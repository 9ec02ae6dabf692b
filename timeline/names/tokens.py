"""Tokens of an article, and the phrases of the lexicon among them."""
from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, chain, compress
from operator import add, itemgetter
from typing import Any, NamedTuple

from timeline.names.lexicon import CAPITAL, UPPER, Lexicon
from timeline.pieces import LONGEST_PIECE, MOST_PIECES, PARTED, PARTED_OFFSET, pieces_of, width
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


_BEFORE = re.compile(r"(?:ex|then)-(?=\w)", re.IGNORECASE)
_INITIAL = re.compile(r"[A-Z]\.$")


class Mark(NamedTuple):
    """What may begin at a token: a longer phrase, if `goes_on`; else a unit of that token alone, if it has `kinds`."""

    goes_on: bool
    kinds: dict[str, Any] | None
    acronym: bool


_BLANK_LINE = Mark(False, None, False)


class Piece(NamedTuple):
    """The tokens of a piece of text: as they are in `Tokens`, offsets counted from where the piece begins."""

    words: tuple[str, ...]
    low: tuple[str, ...]
    capital: tuple[bool, ...]
    marks: tuple[Mark | None, ...]
    starts: tuple[int, ...]
    width: int
    before_capital: Piece | None = None  # the same where a capital follows, if that makes an initial of its last letter


class Pieces(dict[str, Piece]):
    """Tokens of each piece of text that was met before."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._known: dict[str, tuple[str, bool, Mark | None]] = {}  # of each word

    def __missing__(self, text: str) -> Piece:
        piece = self._read(text, _spans(text))
        if _INITIAL.search(text):
            piece = piece._replace(before_capital=self._read(text, _spans(text + " A")[:-1]))
        if len(text) <= LONGEST_PIECE:
            if len(self) >= MOST_PIECES:
                self.clear()
            self[text] = piece
        return piece

    def _read(self, text: str, spans: list[tuple[int, int]]) -> Piece:
        words = tuple(text[start:end] for start, end in spans)
        known = [self._known.get(word) or self._learn(word) for word in words]
        return Piece(words, tuple(low for low, _, _ in known), tuple(capital for _, capital, _ in known), tuple(mark for _, _, mark in known),
                     (PARTED_OFFSET,) if text == PARTED else tuple(start for start, _ in spans), width(text))

    def _learn(self, word: str) -> tuple[str, bool, Mark | None]:
        low, capital = _folded(word)
        found = low, capital, self._mark(word, low, capital)
        if len(word) <= LONGEST_PIECE:
            if len(self._known) >= MOST_PIECES:
                self._known.clear()
            self._known[word] = found
        return found

    def _mark(self, word: str, low: str, capital: bool) -> Mark | None:
        lexicon = self._lexicon
        if word[0] == "\n":
            return _BLANK_LINE
        goes_on = low in lexicon.begun
        rows = lexicon.phrases.get(low)
        if rows and (kinds := _fitting(rows, word, capital)):
            return Mark(goes_on, kinds, word.isupper() and len(low) < 7)
        if capital and low not in lexicon.common and low[0].isalpha():
            return Mark(goes_on, _WORD, False)
        return Mark(True, None, False) if goes_on else None


@lru_cache(maxsize=4)
def _pieces_for(lexicon: Lexicon) -> Pieces:
    return Pieces(lexicon)


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
    pieces = list(map(_pieces_for(lexicon).__getitem__, pieces_of(text)))
    if any(map(itemgetter(6), pieces)):
        for index, following in enumerate(pieces[1:]):
            initial = pieces[index].before_capital
            if initial is not None and following.words and "A" <= following.words[0][0] <= "Z" and following.starts[0] == 0:
                pieces[index] = initial  # "J. Smith"
    tokens = Tokens(text)
    tokens.words = list(chain.from_iterable(map(itemgetter(0), pieces)))
    tokens.low = list(chain.from_iterable(map(itemgetter(1), pieces)))
    tokens.capital = list(chain.from_iterable(map(itemgetter(2), pieces)))
    offsets = accumulate(map(itemgetter(5), pieces), initial=0)
    tokens.starts = [offset + start for offset, piece in zip(offsets, pieces, strict=False) for start in piece.starts]
    tokens.ends = list(map(add, tokens.starts, map(len, tokens.words)))
    blank_lines = _find_units(tokens, lexicon, list(chain.from_iterable(map(itemgetter(3), pieces))))
    _find_headlines(tokens, blank_lines)
    return tokens


def _spans(text: str) -> list[tuple[int, int]]:
    """Where tokens are. Abbreviations get their point, "ex-president" becomes two, a doubly decoded no-break space is cut off."""
    mended: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match[0]
        if word == ".":
            if mended and mended[-1][1] == start and text[mended[-1][0]:start] in _ABBREVIATED:
                mended[-1] = (mended[-1][0], end)
                continue
        elif word[-1] == "Â" and len(word) > 1:
            end -= 1
        elif "-" in word and (prefix := _BEFORE.match(word)):
            mended.append((start, start + prefix.end()))
            start += prefix.end()
        mended.append((start, end))
    return mended


def _find_units(tokens: Tokens, lexicon: Lexicon, marks: list[Mark | None]) -> list[int]:
    """Fill in the units; gives the tokens that are blank lines."""
    low, words, capital, phrases, begun = tokens.low, tokens.words, tokens.capital, lexicon.phrases, lexicon.begun
    count = len(low)
    units: list[Unit | None] = [None] * count
    tokens.units = units
    blank_lines: list[int] = []
    taken = 0  # the token after the last unit
    for index in compress(range(count), marks):
        if index < taken:
            continue
        goes_on, kinds, acronym = marks[index] or _BLANK_LINE
        if goes_on:
            key = low[index]
            for ahead in range(index + 1, count):
                key = f"{key} {low[ahead]}"
                rows = phrases.get(key)
                if rows and (fit := _fitting(rows, words[index], capital[index], not capital[ahead] and words[ahead].isalpha())):
                    units[index] = Unit(index, ahead + 1, fit)
                    taken = ahead + 1
                if key not in begun:
                    break
            if taken > index:
                continue
        if kinds is not None:
            units[index] = Unit(index, index + 1, kinds, acronym)
        elif not goes_on:
            blank_lines.append(index)
    return blank_lines


def _fitting(found: list[tuple[int, str, Any]], word: str, capital: bool, small_end: bool = False) -> dict[str, Any]:
    """The kinds of a phrase whose spelling in the text fits: names want their capitals.

    `word` is its first, `capital` whether that has one, `small_end` whether the last of several has none.
    """
    kinds: dict[str, Any] = {}
    for case, kind, row in found:
        if case == UPPER and not word.replace(".", "").isupper():
            continue
        if case == CAPITAL and (not capital or (small_end and kind != "organisation")):
            continue
        kinds.setdefault(kind, row)
    return kinds


def _find_headlines(tokens: Tokens, blank_lines: list[int]) -> None:
    """Blocks without an end mark in which most longer words are capitalised."""
    start = 0
    words, capital = tokens.words, tokens.capital
    for index in (*blank_lines, len(words)):
        if 2 < index - start <= 30 and words[index - 1] not in {".", "?", "!", "”", '"', ":"}:
            longer = [capital[i] for i in range(start, index) if len(words[i]) > 3 and words[i].isalpha()]
            if len(longer) >= 3 and sum(longer) >= 0.7 * len(longer):
                tokens.headline.append((start, index))
        start = index + 1
