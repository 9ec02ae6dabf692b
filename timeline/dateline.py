"""The dateline before the first sentence of a report: "ASTANA, November 9 (TASS) -".

It tells where the report was written and, with many agencies, on which day; that day is the one that "on Thursday" is
counted from.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from timeline.dates import find_dates
from timeline.dates.lexicon import load
from timeline.when import Precision, When

_HEAD = 2000  # characters from the beginning within which a dateline is looked for
_LONGEST = 300  # characters that a dateline may have
_UPPER = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
_CAPS = rf"(?:{_UPPER}(?:[.'’-]?{_UPPER})*\.?)"
_WORD = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w.'’-]*)"
_SMALL = r"(?:de|del|da|do|al|el|of|the|and|la|le|es|du|upon|am|an|der)"
_CAPS_PLACE = rf"{_CAPS}(?:[ ](?:{_CAPS}|{_SMALL}(?=[ ]{_CAPS}))){{0,4}}"
_PLACE = rf"{_WORD}(?:[ ](?:{_WORD}|{_SMALL}(?=[ ]{_WORD}))){{0,3}}"
_DATE = (r"(?:[A-Za-z]{3,9}\.?[ ]?[ ]?\d{1,2}(?:st|nd|rd|th)?(?:,?[ ]\d{4})?|\d{1,2}[ ][A-Za-z]{3,9}\.?(?:,?[ ]\d{4})?)")
_AGENCY = r"\((?P<agency>[^()\n]{1,60})\)"
_DASH = r"(?:--+|[-–—_]+|:)"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}(?:/{_PLACE}){{0,2}}(?:,[ ]?(?!{_DATE})(?:{_PLACE})(?![\w])){{0,2}})"
    rf"(?:(?P<comma>,)?[ ]?[ ]?(?P<date>{_DATE})\.?)?"
    rf"(?:[ ]*,?[ ]*{_AGENCY}|[.]?[ ]*/(?P<slashed>[A-Z][A-Za-z ]{{1,20}})/[.]?)?"
    rf"(?P<dash>[ ]*{_DASH}|(?<=/)|(?<=/[.]))(?=\s|[“\"'‘]|{_UPPER})")
_CAPS_ONLY = re.compile(_CAPS_PLACE)
_NOTE = re.compile(r"\([^()]{0,400}\)\s*")


@dataclass(frozen=True, slots=True)
class Dateline:
    """`text[start:end]` is the dateline with its dash. `place_text` are its words of place ("GYEONGJU, South Korea").

    `when` is its day, None where it gives none; a year that it leaves out is the one nearest to the publication.
    `agency` is what stands in brackets ("TASS"), None where nothing does.
    """

    start: int
    end: int
    place_text: str
    when: When | None
    agency: str | None


def find_dateline(text: str, published: date, *, language: str = "en") -> Dateline | None:
    """The dateline at the head of an article's body, None where there is none.

    It may stand behind editors' notes in brackets and in one of the first lines. Words in capitals need a dash or a
    colon behind them; a place written like any other word needs a date, an agency or a dash with blanks around it.
    """
    not_places = load(language).not_places
    for start in _starts(text):
        match = _DATELINE.match(text, start, start + _LONGEST)
        if match is None:
            continue
        place = match["place"]
        when = None
        if match["date"]:
            mentions = find_dates(match["date"], published, language=language)
            when = mentions[0].when if mentions else None
            if when is None or when.precision is not Precision.DAY:
                continue
        first = re.split(r"[,/]", place)[0].strip()
        if first.lower() in not_places or first.split(" ")[0].lower() in not_places:
            continue
        agency = match["agency"] or match["slashed"]
        if _believable(match, start, first, dated=when is not None or agency is not None):
            return Dateline(start, match.end(), place, when, agency)
    return None


def _believable(match: re.Match[str], start: int, first: str, dated: bool) -> bool:
    """Whether what looks like a dateline is one and no heading, byline or sentence with a dash."""
    text, capitals = match.string, len(first) > 1 and _CAPS_ONLY.fullmatch(first) is not None
    blank_after = text[match.end():match.end() + 1] in (" ", "\u00a0")
    if match["dash"].strip() == ":":  # capitals and a colon also head a list ("SUBJECT: ...") further down
        return capitals and start == 0 and blank_after and not text[match.end():match.end() + 40].isupper()
    if dated:
        return True
    if capitals:
        return blank_after
    return match["dash"].startswith(" ") and blank_after and "," not in match["place"]


def _starts(text: str) -> list[int]:
    """Where a dateline may begin: at the head, behind notes in brackets, at the first few lines."""
    starts: list[int] = []
    position = 0
    while position < min(len(text), _HEAD) and len(starts) < 6:
        while position < len(text) and text[position].isspace():
            position += 1
        note = _NOTE.match(text, position)
        while note is not None and len(starts) < 6:
            starts.append(position)
            position = note.end()
            note = _NOTE.match(text, position)
        starts.append(position)
        line = text.find("\n", position)
        if line < 0:
            break
        position = line + 1
    return starts
