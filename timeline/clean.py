"""Text as it comes from outside -> text that is safe to store, quote, compare and put in a calendar."""
from __future__ import annotations

import re
import unicodedata

__all__ = ["clean_line", "clean_text"]

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# Controls; characters that reorder or hide others (UAX 9 embeddings, overrides, isolates and marks; zero-width spaces,
# soft hyphens, byte order marks, interlinear annotations, tags); surrogates without a partner; noncharacters. The
# joiners U+200C and U+200D stay: Persian and Hindi are spelt with them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)) + "]")
# Words of these characters with single blanks between them are clean, and in NFC: most lines are no more.
_LETTERS = "[!-~\xa1-\xac\xae-\u02ff\u2010-\u2027]+"
_CLEAN = re.compile(f"{_LETTERS}(?: {_LETTERS})*")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_ROUND_BREAKS = re.compile(r" ?\n ?")


def clean_text(text: str) -> str:
    """`text` in Unicode NFC, without controls, bidi overrides, invisible characters and unpaired surrogates.

    Line ends become LF, other white space single blanks; lines are stripped and at most one line in a row is empty.
    Cleaning twice is cleaning once. Takes time linear in the length.
    """
    if _CLEAN.fullmatch(text):
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _UNWANTED.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = _BLANKS.sub(" ", text)
    text = _ROUND_BREAKS.sub("\n", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """`clean_text` on one line: line ends are blanks as well."""
    return clean_text(text).replace("\n\n", " ").replace("\n", " ")
