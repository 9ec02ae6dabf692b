"""A text cut at its blanks, so that the tokens of a word that was read before are looked up instead of found anew.

News says the same words over and over. Regular expressions that part a text into tokens cost more than all else that is
done with most of them; a table from piece ("Kazakhstan,") to tokens ("Kazakhstan" and ",") spares that.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

MOST_PIECES = 20_000  # that a table holds before half of it is forgotten
LONGEST_PIECE = 30  # characters; longer ones seldom come again
PARTED = "\n\n"  # the piece that stands for a blank line
PARTED_OFFSET = -1  # where it begins, counted from where the piece before it ended and a blank followed

# Blank lines that are more than two line feeds: those are not cut.
_ODD_LINES = re.compile(r"\n(?:[^\S\n]+\n|\n\n)")
_T = TypeVar("_T")


class Remembered(dict[str, _T]):
    """What was read of pieces met before; what is not there is read. What was not asked for in a long time is forgotten.

    The garbage collector walks all that is kept, unless it is made of plain tuples of strings and numbers.
    """

    def __init__(self, read: Callable[[str], _T], longest: int = LONGEST_PIECE, most: int = MOST_PIECES) -> None:
        super().__init__()
        self._read, self._longest, self._most = read, longest, most
        self._older: dict[str, _T] = {}

    def __missing__(self, piece: str) -> _T:
        found = self._older.get(piece)
        if found is None:
            found = self._read(piece)
        if len(piece) <= self._longest:
            if len(self) >= self._most:
                self._older = dict(self)
                self.clear()
            self[piece] = found
        return found


def pieces_of(text: str) -> list[str]:
    """The pieces of a text between its blanks, and `PARTED` for each blank line; a text with odd blank lines is one piece.

    Each begins as much further on as the one before it is wide.
    """
    if _ODD_LINES.search(text):
        return [text]
    return text.replace(PARTED, f" {PARTED} ").split(" ")


def width(piece: str) -> int:
    """How many characters of the text a piece and the blank after it take up; around a blank line there are no blanks."""
    return 1 if piece == PARTED else len(piece) + 1


def plain_word(piece: str) -> str:
    """The word of a piece that is a word of ASCII letters, and perhaps a comma or full stop; "" for any other piece."""
    word = piece[:-1] if piece[-1:] in {",", "."} else piece
    return word if word.isalpha() and word.isascii() else ""
