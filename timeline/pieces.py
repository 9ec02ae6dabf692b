"""A text cut at its blanks, so that the tokens of a word that was read before are looked up instead of found anew.

News says the same words over and over. Regular expressions that part a text into tokens cost more than all else that is
done with most of them; a table from piece ("Kazakhstan,") to tokens ("Kazakhstan" and ",") spares that.
"""
from __future__ import annotations

import re

MOST_PIECES = 20_000  # that a table holds
LONGEST_PIECE = 30  # characters; longer ones seldom come again
PARTED = "\n\n"  # the piece that stands for a blank line
PARTED_OFFSET = -1  # where it begins, counted from where the piece before it ended and a blank followed

# Blank lines that are more than two line feeds: those are not cut.
_ODD_LINES = re.compile(r"\n(?:[^\S\n]+\n|\n\n)")


def pieces_of(text: str) -> list[str]:
    """The pieces of a text between its blanks, and `PARTED` for each blank line; a text with odd blank lines is one piece.

    A piece begins where the one before it ended, and its `width` on.
    """
    if _ODD_LINES.search(text):
        return [text]
    return text.replace(PARTED, f" {PARTED} ").split(" ")


def width(piece: str) -> int:
    """How many characters of the text a piece and the blank after it take up; around a blank line there are no blanks."""
    return 1 if piece == PARTED else len(piece) + 1
