"""One spelling for searching: what is stored in `words` and `place` columns and what a reader types meet here."""
from __future__ import annotations

import re

from anyascii import anyascii

_OTHER = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Lower-case ASCII words parted by one space: `Türkiye – Côte d'Ivoire` gives `turkiye cote d ivoire`.

    Other scripts are transliterated. What has no reading in ASCII falls away, so the answer may be empty.
    """
    return _OTHER.sub(" ", anyascii(text).lower()).strip()
