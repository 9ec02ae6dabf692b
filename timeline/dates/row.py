"""The tokens of a text as a row of symbols."""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import accumulate

from timeline.pieces import PARTED

# Each of them is a token by itself, wherever it stands around a word.
_SIGNS = ',.:;!?()[]"“”'


def symbol_reader(pattern: re.Pattern[str], symbols: Mapping[str, str], shape: Callable[[str], str]) -> Callable[[str], str]:
    """What tells the symbols of the tokens of a piece of text; `pattern` finds tokens, `shape` a symbol for a word in no list."""
    symbol_of, listed = symbols.__getitem__, symbols.get

    def read(piece: str) -> str:
        if piece.isalpha():
            return listed(piece) or shape(piece)
        word, sign = piece[:-1], piece[-1:]
        if word.isalpha() and sign in _SIGNS:
            return (listed(word) or shape(word)) + symbol_of(sign)
        word = piece.strip(_SIGNS)
        if not word.isalpha():
            return "".join([listed(word) or shape(word) for word in pattern.findall(piece)])
        before, _, after = piece.partition(word)
        symbol = listed(word) or shape(word)
        return "".join([*map(symbol_of, before), symbol, *map(symbol_of, after)])

    return read


class Tokens:
    """The tokens of one text: their symbols (`row`), and of the few that somebody asks for the words and where they stand."""

    def __init__(self, pieces: list[str], symbols: list[str], pattern: re.Pattern[str]) -> None:
        self._pieces, self._symbols, self._pattern = pieces, symbols, pattern
        self.row = "".join(symbols)
        self._parts: dict[int, list[tuple[int, str]]] = {}  # by piece: where in it its tokens begin, and their words
        self._at = self._begin = 0  # a piece, and where it begins in the text

    @cached_property
    def _counts(self) -> list[int]:
        """How many tokens stand before each piece."""
        return list(accumulate(map(len, self._symbols), initial=0))

    def _token(self, index: int) -> tuple[int, int, str]:
        """Number of the piece that holds a token, where the token begins in it, and its word."""
        at = bisect_right(self._counts, index) - 1
        parts = self._parts.get(at)
        if parts is None:
            parts = self._parts[at] = self._parted(self._pieces[at])
        return at, *parts[index - self._counts[at]]

    def _parted(self, piece: str) -> list[tuple[int, str]]:
        """The tokens of a piece: where they begin in it, and their words."""
        if piece.isalpha() or piece.isdecimal():
            return [(0, piece)]
        word, sign = piece[:-1], piece[-1]
        if sign in _SIGNS and (word.isalpha() or word.isdecimal()):
            return [(0, word), (len(word), sign)]
        return [(match.start(), match[0]) for match in self._pattern.finditer(piece)]

    def word(self, index: int) -> str:
        return self._token(index)[2]

    def words(self, first: int, last: int) -> list[str]:
        return [self._token(index)[2] for index in range(first, last)]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the tokens from `first` to `last` (exclusive) begin and end in the text; none of them is a blank line."""
        at, within, word = self._token(first)
        start = self._begin_of(at) + within
        if last - first == 1:
            return start, start + len(word)
        at, within, word = self._token(last - 1)
        return start, self._begin_of(at) + within + len(word)

    def _begin_of(self, at: int) -> int:
        """Where a piece begins in the text; counted from the piece that was asked for before, which is seldom far."""
        if at == self._at:
            return self._begin
        between = self._pieces[min(at, self._at):max(at, self._at)]
        # Each is a blank away from the next, but for blank lines: around those there are none.
        spread = " ".join(between)
        width = len(spread) + 1 - 2 * spread.count(PARTED)
        self._begin += width if at > self._at else -width
        self._at = at
        return self._begin
