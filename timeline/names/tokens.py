"""Tokens of an article, and the phrases of the lexicon among them."""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain, compress
from typing import Any

from timeline.names.lexicon import ANY_CASE, CAPITAL, UPPER, Lexicon
from timeline.pieces import PARTED, PARTED_OFFSET, Remembered, pieces_of, width
from timeline.spelling import fold

# A word of two letters or more; an acronym with points; an initial; the possessive s; a short word; a blank line; a sign.
_TOKEN = re.compile(
    r"[^\W_]{2,}(?:[’'‐‑-]\u2060?(?![sS]\b|[A-Z]\.[A-Z])[^\W_]+)*(?:\+\d*)?"
    r"|(?:[^\W\d_]\.){2,}|[^\W\d_]\.[^\W\d_]\b(?!['’.])|[A-Z]\.(?=[ \xa0]?[A-Z])"
    r"|['’][sS]\b|[^\W_]+(?:[’'‐‑-]\u2060?(?![sS]\b|[A-Z]\.[A-Z])[^\W_]+)*(?:\+\d*)?|\n[^\S\n]*\n|[^\w\s]")
# A word of ASCII letters and digits in signs that are a token each. It finds most words in a quarter of the time.
_DRESSED = re.compile(r"""([("“‘'\[]*)([A-Za-z0-9]{2,})((?:[’']s)?)([.,;:?!"”’')\]]*)""")
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
    """Parallel rows over the tokens of one text: `words`, `low` (folded), `marks` (what may begin there), `capital` (1 where
    one begins with a capital), and `units` (what begins there, or None)."""

    __slots__ = ("_firsts", "_offsets", "_pieces", "capital", "headline", "low", "marks", "text", "units", "words")

    def __init__(self, text: str, pieces: Sequence[Piece], marks: bytes) -> None:
        # One list after the other: to part all in one go makes an iterator for each piece, for the garbage collector to walk.
        self.text, self.marks = text, marks
        self.words = list(chain.from_iterable([piece[0] for piece in pieces]))
        self.low = list(chain.from_iterable([piece[1] for piece in pieces]))
        self.capital = list(marks.translate(_CAPITALS))
        self.units: list[Unit | None] = [None] * len(marks)
        self.headline: list[tuple[int, int]] = []  # blocks (token ranges) written in headline capitals
        self._pieces = pieces
        self._offsets = list(accumulate([piece[4] for piece in pieces], initial=0))  # where each piece begins
        self._firsts = list(accumulate([len(piece[3]) for piece in pieces], initial=0))  # the first token of each

    def __len__(self) -> int:
        return len(self.words)

    def start(self, index: int) -> int:
        """Where a token begins in the text. Few are asked for: to know it of all would cost more."""
        piece = bisect_right(self._firsts, index) - 1
        return self._offsets[piece] + self._pieces[piece][3][index - self._firsts[piece]]

    def end(self, index: int) -> int:
        return self.start(index) + len(self.words[index])

    def span(self, first: int, after: int) -> tuple[int, int]:
        """Where the tokens `first` up to `after` stand."""
        piece = bisect_right(self._firsts, first) - 1
        start = self._offsets[piece] + self._pieces[piece][3][first - self._firsts[piece]]
        return start, start + len(self.words[first]) if after == first + 1 else self.end(after - 1)


_BEFORE = re.compile(r"(?:ex|then)-(?=\w)", re.IGNORECASE)
# Two lines without a space between: "in SeoulPresident Lee"; no "McDonald" or "YouTube".
_GLUED = re.compile(r"[A-Z](?<=[a-z]{4}[A-Z])[a-z]{4}(?![a-z]*[A-Z])")
_SHORTEST_GLUED = 9  # letters
_INITIAL = re.compile(r"[A-Z]\.$")

# What may begin at a token: a longer phrase; a unit of that word alone; a name that nobody knows; a blank line. A row of
# them is a string of bytes, so that the tokens at which nothing begins are passed over in one go.
GOES_ON, ALONE, NAME, BLANK_LINE = 1, 2, 4, 8
# And what else is known of it: it has a capital; it is read otherwise where a capital follows.
CAPITALISED, MAY_BE_INITIAL = 16, 32
_CAPITALS = bytes(mark & CAPITALISED and 1 for mark in range(256))
_BEGINNINGS = bytes(mark & (GOES_ON | ALONE | NAME | BLANK_LINE) for mark in range(256))
_INITIALS = bytes(mark & MAY_BE_INITIAL for mark in range(256))
# The tokens of a piece of text: words, folded words, marks, where they begin; how much of the text the piece takes up; and
# the same where a capital follows, if that makes an initial of its last letter.
Piece = tuple[tuple[str, ...], tuple[str, ...], bytes, tuple[int, ...], int, "Piece | None"]
_COMMA = "\0,"  # the piece that stands for a comma before a blank; no text has it
_MARKS = [bytes((mark,)) for mark in range(256)]
_AT_START = (0,)


class Words:
    """The words and pieces of text met before, as one lexicon knows them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.pieces: Remembered[Piece] = Remembered(self._piece)
        self._known: Remembered[tuple[str, int]] = Remembered(self._word)
        self._alone: Remembered[dict[str, Any]] = Remembered(self._kinds)

    def _piece(self, text: str) -> Piece:
        if text.isalpha() and text.islower() and text.isascii():
            plain = (text,)
            return plain, plain, _MARKS[self._mark(text, text, False)], _AT_START, len(text) + 1, None
        before, word, owner, after = "", text, "", ""
        if not text.isalnum():
            dressed = _DRESSED.fullmatch(text)
            if dressed is None:
                return self._odd_piece(text)
            before, word, owner, after = dressed.groups()
        if not word.isascii() or (after[:1] == "." and word in _ABBREVIATED) \
                or (len(word) >= _SHORTEST_GLUED and not word[1:].islower() and _GLUED.search(word)):
            return self._odd_piece(text)
        low = word if word.islower() else word.lower()
        mark = self._mark(word, low, word[0].isupper())
        if word == text:
            return (word,), (low,), _MARKS[mark], _AT_START, len(text) + 1, None
        known = self._known
        if len(after) == 1 and not before and not owner:
            sign, sign_mark = known[after]
            return (word, after), (low, sign), bytes((mark, sign_mark)), (0, len(word)), len(text) + 1, None
        words = (*before, word, owner, *after) if owner else (*before, word, *after)
        first, last = [known[sign] for sign in before], [known[sign] for sign in words[len(before) + 1:]]
        return (words, (*[sign for sign, _ in first], low, *[sign for sign, _ in last]),
                bytes((*[mark for _, mark in first], mark, *[mark for _, mark in last])),
                tuple(accumulate(map(len, words[:-1]), initial=0)), len(text) + 1, None)

    def _odd_piece(self, text: str) -> Piece:
        """A piece that is no single word with signs around it."""
        if text == _COMMA:
            return (",",), (",",), _MARKS[self._known[","][1]], (PARTED_OFFSET,), width(PARTED), None  # the blank before it is counted
        spans = _spans(text)
        read = self._tokens(text, spans, None)
        if _INITIAL.search(text):
            initial = self._tokens(text, _spans(text + " A")[:-1], None)
            if initial != read:
                return self._tokens(text, spans, initial)
        return read

    def _tokens(self, text: str, spans: list[tuple[int, int]], initial: Piece | None) -> Piece:
        words = tuple([text[start:end] for start, end in spans])
        known = [self._known[word] for word in words]
        marks = bytes([mark for _, mark in known])
        if initial is not None:
            marks = marks[:-1] + bytes((marks[-1] | MAY_BE_INITIAL,))
        starts = (PARTED_OFFSET,) if text == PARTED else tuple([start for start, _ in spans])
        return words, tuple([low for low, _ in known]), marks, starts, width(text), initial

    def _word(self, word: str) -> tuple[str, int]:
        low, capital = _folded(word)
        return low, BLANK_LINE if word[0] == "\n" else self._mark(word, low, capital)

    def _mark(self, word: str, low: str, capital: bool) -> int:
        mark = CAPITALISED if capital else 0
        case = self._lexicon.begun.get(low)
        if case is not None and (case == ANY_CASE or capital or word.replace(".", "").isupper()):
            mark |= GOES_ON
        rows = self._lexicon.phrases.get(low)
        if rows and _fitting(rows, word, capital):
            mark |= ALONE
        elif capital and low not in self._lexicon.common and low[0].isalpha():
            mark |= NAME
        return mark

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
    pieces = list(map(known.pieces.__getitem__, _cut(text)))
    marks = b"".join([piece[2] for piece in pieces])
    if marks.translate(_INITIALS).strip(b"\0") and _read_initials(pieces):
        marks = b"".join([piece[2] for piece in pieces])
    tokens = Tokens(text, pieces, marks)
    blank_lines = _find_units(tokens, lexicon, known)
    _find_headlines(tokens, blank_lines)
    return tokens


def _cut(text: str) -> list[str]:
    """The pieces of a text, with the commas before blanks apart, so that a word is the same with and without one."""
    pieces = pieces_of(text.replace(", ", f" {_COMMA} ")) if _COMMA[0] not in text else []
    return pieces if len(pieces) > 1 else [text]


def _read_initials(pieces: list[Piece]) -> bool:
    """Put an initial where a piece ends in a letter with a point and a capital follows ("J. Smith"); gives whether there is any."""
    found = False
    for index, piece in enumerate(pieces[:-1]):
        initial, following = piece[5], pieces[index + 1]
        if initial is not None and following[0] and following[3][0] == 0 and "A" <= following[0][0][0] <= "Z":
            pieces[index] = initial
            found = True
    return found


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


def _find_units(tokens: Tokens, lexicon: Lexicon, known: Words) -> list[int]:
    """Fill in the units; gives the tokens that are blank lines."""
    low, words, capital = tokens.low, tokens.words, tokens.capital
    phrases, begun, follows = lexicon.phrases, lexicon.begun, lexicon.follows
    marks, units = tokens.marks.translate(_BEGINNINGS), tokens.units
    count = len(low)
    last = count - 1
    blank_lines: list[int] = []
    taken = 0  # the token after the last unit
    for index in compress(range(count), marks):
        if index < taken:
            continue
        mark = marks[index]
        # Most that might go on do not: "the", "president", "people". A first word of several ("vice-president") has no row.
        if mark & GOES_ON and index < last and ((rest := follows.get(key := low[index])) is None or low[index + 1] in rest):
            for ahead in range(index + 1, count):
                key = f"{key} {low[ahead]}"
                rows = phrases.get(key)
                if rows and (fit := _fitting(rows, words[index], capital[index] == 1, not capital[ahead] and words[ahead].isalpha())):
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


_ENDS = frozenset('.?!”":')


def _find_headlines(tokens: Tokens, blank_lines: list[int]) -> None:
    """Blocks without an end mark in which most longer words are capitalised."""
    start = 0
    words, capital = tokens.words, tokens.capital
    for index in (*blank_lines, len(words)):
        if 2 < index - start <= 30 and words[index - 1] not in _ENDS:
            longer = [capital[i] for i in range(start, index) if len(words[i]) > 3 and words[i].isalpha()]
            if len(longer) >= 3 and sum(longer) >= 0.7 * len(longer):
                tokens.headline.append((start, index))
        start = index + 1
