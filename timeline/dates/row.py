"""The tokens of a text as a row of symbols."""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate, chain
from operator import itemgetter
from typing import NamedTuple

from timeline.pieces import LONGEST_PIECE, MOST_PIECES, PARTED, PARTED_OFFSET, width


class Piece(NamedTuple):
    """The tokens of a piece of text: their symbols, words and offsets, and how much of the text it takes up."""

    symbols: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    width: int
    length: int


class Pieces(dict[str, Piece]):
    """Tokens of each piece of text that was met before."""

    def __init__(self, pattern: re.Pattern[str], symbols: Mapping[str, str]) -> None:
        super().__init__()
        self._pattern, self._symbols = pattern, symbols

    def __missing__(self, text: str) -> Piece:
        matches = list(self._pattern.finditer(text))
        words = tuple(match[0] for match in matches)
        starts = (PARTED_OFFSET,) if text == PARTED else tuple(match.start() for match in matches)
        piece = Piece("".join(map(self._symbols.__getitem__, words)), words, starts, width(text), len(words))
        if len(text) <= LONGEST_PIECE:
            if len(self) >= MOST_PIECES:
                self.clear()
            self[text] = piece
        return piece


def symbols_of(pieces: list[Piece]) -> str:
    """The row: one symbol for each token."""
    return "".join(map(itemgetter(0), pieces))


class Tokens:
    """The words of one text and where they stand; made only where there is something to read."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self.words: list[str] = list(chain.from_iterable(map(itemgetter(1), pieces)))
        self._offsets: list[int] = list(accumulate(map(itemgetter(3), pieces), initial=0))  # where each piece begins in the text
        self._counts: list[int] = list(accumulate(map(itemgetter(4), pieces), initial=0))  # how many tokens stand before it

    def start_of(self, index: int) -> int:
        """Where a token begins in the text."""
        at = bisect_right(self._counts, index) - 1
        return self._offsets[at] + self._pieces[at].starts[index - self._counts[at]]

    def end_of(self, index: int) -> int:
        """Where a token ends in the text."""
        return self.start_of(index) + len(self.words[index])
