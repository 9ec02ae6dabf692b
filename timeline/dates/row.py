"""The tokens of a text as a row of symbols."""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import accumulate, chain
from operator import itemgetter

from timeline.pieces import PARTED, PARTED_OFFSET, plain_word, width

# The tokens of a piece of text: symbols, words, offsets, how much of the text the piece takes up, and how many they are.
Piece = tuple[str, tuple[str, ...], tuple[int, ...], int, int]


def piece_reader(pattern: re.Pattern[str], symbols: Mapping[str, str]) -> Callable[[str], Piece]:
    """What parts a piece of text into tokens."""
    symbol_of = symbols.__getitem__

    def read(text: str) -> Piece:
        word = plain_word(text)
        words: tuple[str, ...]
        starts: tuple[int, ...]
        if word == text and word:
            return symbol_of(word), (word,), (0,), len(text) + 1, 1
        if word:
            words, starts = (word, text[-1]), (0, len(word))
        else:
            matches = list(pattern.finditer(text))
            words = tuple([match[0] for match in matches])
            starts = (PARTED_OFFSET,) if text == PARTED else tuple([match.start() for match in matches])
        return "".join(map(symbol_of, words)), words, starts, width(text), len(words)

    return read


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
        return self._offsets[at] + self._pieces[at][2][index - self._counts[at]]

    def end_of(self, index: int) -> int:
        """Where a token ends in the text."""
        return self.start_of(index) + len(self.words[index])
