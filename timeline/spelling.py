"""How a name is compared: without case, diacritics and hyphens (`fold`), or by sound across transliterations (`sound`)."""
from __future__ import annotations

import re
from collections.abc import Sequence

from anyascii import anyascii

__all__ = ["fold", "sound", "sound_of_folded", "sounds_of_folded"]

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "-": " ", "‐": " ", "‑": " ", "–": " ",
                              "\u2060": None, "\u200b": None, "\ufeff": None, "\xad": None, "\xa0": " ", "\n": " "})
_MOST_SIGNS = 5_000


class _Ascii(dict[int, "str | None"]):
    """What each sign is written as: of those met before at once, by `str.translate`, which is ten times as fast as `anyascii`."""

    def __missing__(self, code: int) -> str:
        written = anyascii(chr(code))
        if len(self) < _MOST_SIGNS:
            self[code] = written
        return written


_ASCII = _Ascii(_APOSTROPHES)
# In this order. Each pair is a letter group and what other romanisations of the same sound write for it.
_SAME_SOUND = (
    ("sch", "sh"), ("tsch", "ch"), ("tch", "ch"), ("dzh", "j"), ("dj", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("dh", "d"),
    ("th", "t"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("w", "v"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("iy", "i"),
    ("yi", "i"), ("ij", "i"), ("aye", "ae"), ("eye", "ee"), ("oye", "oe"), ("uye", "ue"), ("ey", "i"), ("ei", "i"), ("yy", "i"),
    ("ia", "ya"), ("ya", "ia"), ("ye", "e"), ("ie", "e"), ("y", "i"),
)
_DOUBLE = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Lower case ASCII letters, hyphens as spaces: `Kassym-Jomart` and `kassym jomart`, `Élysée` and `elysee` are equal."""
    if text.isascii():
        return text.lower().replace("-", " ").replace("`", "'")
    return text.translate(_ASCII).lower().strip()


def sound(word: str) -> str:
    """A key under which usual romanisations of one name meet: Tokayev, Tokaev, Toqaev; Zelensky, Zelenskiy, Zelenskyy.

    Meant for the words of one name, one at a time. Li Keqiang and Li Qiang keep different keys.
    """
    return sound_of_folded(fold(word))


def sounds_of_folded(words: Sequence[str]) -> list[str]:
    """`sound_of_folded` of many words without blanks in a fraction of the time: all are written as one text."""
    text = "\n".join(words).replace("'", "")
    for written, heard in _SAME_SOUND:
        text = text.replace(written, heard)
    return _DOUBLE.sub(r"\1", text).split("\n")


def sound_of_folded(key: str) -> str:
    """`sound` of a word that went through `fold`."""
    if not key.isalpha():
        key = key.replace("'", "").replace(" ", "")
    for written, heard in _SAME_SOUND:
        if written in key:
            key = key.replace(written, heard)
    return _DOUBLE.sub(r"\1", key) if _DOUBLE.search(key) else key  # to find none is quicker than to replace none
