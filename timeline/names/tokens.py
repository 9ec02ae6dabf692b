"""Tokens of an article, and the phrases of the lexicon among them."""
from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, chain, compress
from operator import add, itemgetter
from typing import Any

from timeline.names.lexicon import ANY_CASE, CAPITAL, UPPER, Lexicon
from timeline.pieces import PARTED, PARTED_OFFSET, Remembered, pieces_of, plain_word, width
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
# Two lines without a space between: "in SeoulPresident Lee"; no "McDonald" or "YouTube".
_GLUED = re.compile(r"[A-Z](?<=[a-z]{4}[A-Z])[a-z]{4}(?![a-z]*[A-Z])")
_SHORTEST_GLUED = 9  # letters
_INITIAL = re.compile(r"[A-Z]\.$")

# What may begin at a token: a longer phrase; a unit of that word alone; a name that nobody knows; a blank line. A row of
# them is a string of bytes, so that the tokens at which nothing begins are passed over in one go.
GOES_ON, ALONE, NAME, BLANK_LINE = 1, 2, 4, 8
# The tokens of a piece of text: words, folded words, capitals, marks, offsets, how much of the text the piece takes up; and
# the same where a capital follows, if that makes an initial of its last letter.
Piece = tuple[tuple[str, ...], tuple[str, ...], bytes, bytes, tuple[int, ...], int, "Piece | None"]


class Words:
    """The words and pieces of text met before, as one lexicon knows them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.pieces: Remembered[Piece] = Remembered(self._piece)
        self._known: Remembered[tuple[str, bool, int]] = Remembered(self._word)
        self._alone: Remembered[dict[str, Any]] = Remembered(self._kinds)

    def _piece(self, text: str) -> Piece:
        word = plain_word(text)
        if len(word) >= _SHORTEST_GLUED and not word[1:].islower() and _GLUED.search(word):
            return self._tokens(text, _spans(text), None)
        if word == text and word:
            low, capital, mark = self._known[word]
            return (word,), (low,), b"\1" if capital else b"\0", bytes((mark,)), (0,), len(text) + 1, None
        if len(word) > 1 and word not in _ABBREVIATED:
            low, capital, mark = self._known[word]
            sign, _, sign_mark = self._known[text[-1]]
            return ((word, text[-1]), (low, sign), b"\1\0" if capital else b"\0\0", bytes((mark, sign_mark)), (0, len(word)),
                    len(text) + 1, None)
        initial = self._tokens(text, _spans(text + " A")[:-1], None) if _INITIAL.search(text) else None
        return self._tokens(text, _spans(text), initial)

    def _tokens(self, text: str, spans: list[tuple[int, int]], initial: Piece | None) -> Piece:
        words = tuple([text[start:end] for start, end in spans])
        known = [self._known[word] for word in words]
        starts = (PARTED_OFFSET,) if text == PARTED else tuple([start for start, _ in spans])
        return (words, tuple([low for low, _, _ in known]), bytes([capital for _, capital, _ in known]),
                bytes([mark for _, _, mark in known]), starts, width(text), initial)

    def _word(self, word: str) -> tuple[str, bool, int]:
        low, capital = _folded(word)
        if word[0] == "\n":
            return low, capital, BLANK_LINE
        case = self._lexicon.begun.get(low)
        mark = GOES_ON if case is not None and (case == ANY_CASE or capital or word.replace(".", "").isupper()) else 0
        rows = self._lexicon.phrases.get(low)
        if rows and _fitting(rows, word, capital):
            mark |= ALONE
        elif capital and low not in self._lexicon.common and low[0].isalpha():
            mark |= NAME
        return low, capital, mark

    def _kinds(self, word: str) -> dict[str, Any]:
        low, capital = _folded(word)
        rows = self._lexicon.phrases.get(low)
        return _fitting(rows, word, capital) if rows else {}

    def alone(self, word: str) -> dict[str, Any]:
        """The kinds that a word is of, without any other. They are not to be changed."""
        return self._alone[word]


@lru_cache(maxsize=4)
def _words_for(lexicon: Lexicon) -> Words:
    return Words(lexicon)


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
    known = _words_for(lexicon)
    pieces = list(map(known.pieces.__getitem__, pieces_of(text)))
    for index in compress(range(len(pieces) - 1), map(itemgetter(6), pieces)):
        initial, following = pieces[index][6], pieces[index + 1]
        if initial is not None and following[0] and following[4][0] == 0 and "A" <= following[0][0][0] <= "Z":
            pieces[index] = initial  # "J. Smith"
    words, low, capital, marks, starts, widths, _ = zip(*pieces, strict=True)
    tokens = Tokens(text)
    tokens.words = list(chain.from_iterable(words))
    tokens.low = list(chain.from_iterable(low))
    tokens.capital = list(map(bool, b"".join(capital)))
    offsets = accumulate(widths, initial=0)
    tokens.starts = [offset + start for offset, within in zip(offsets, starts, strict=False) for start in within]
    tokens.ends = list(map(add, tokens.starts, map(len, tokens.words)))
    blank_lines = _find_units(tokens, lexicon, known, b"".join(marks))
    _find_headlines(tokens, blank_lines)
    return tokens


def _spans(text: str) -> list[tuple[int, int]]:
    """Where tokens are. Abbreviations get their point, "ex-president" and "SeoulPresident" become two, a doubly decoded
    no-break space is cut off."""
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
        elif len(word) >= _SHORTEST_GLUED and (glued := _GLUED.search(word)):
            mended.append((start, start + glued.start()))
            start += glued.start()
        mended.append((start, end))
    return mended


def _find_units(tokens: Tokens, lexicon: Lexicon, known: Words, marks: bytes) -> list[int]:
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
        mark = marks[index]
        if mark & GOES_ON:
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
        if mark & NAME:
            units[index] = Unit(index, index + 1, _WORD)
        elif mark & ALONE:
            word = words[index]
            units[index] = Unit(index, index + 1, known.alone(word), word.isupper() and len(low[index]) < 7)
        elif mark & BLANK_LINE:
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
