"""`find_dates`: from a text to its expressions of time."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from timeline.dates.calendar import timex
from timeline.dates.lexicon import load
from timeline.dates.readings import Reader, Reading
from timeline.mentions import DateKind, DateMention
from timeline.when import Precision


@dataclass(frozen=True, slots=True)
class Found:
    """A reading with its tokens (first, last exclusive), its offsets and the rule that made it."""

    first: int
    last: int
    start: int
    end: int
    rule: str
    reading: Reading
    parts: tuple[tuple[int, int, str], ...]  # offsets and values of the ends of a range


def find_dates(text: str, anchor: date, *, language: str = "en", zone: str | None = None) -> tuple[DateMention, ...]:
    """Every expression of time in `text`, in order and without overlaps.

    `anchor` is the day from which "today" and "on Monday" are counted: the dateline's date where there is one, else the
    publication date in the outlet's zone. `zone` is the IANA zone of clock times that name none. Raises
    `timeline.dates.lexicon.LexiconError` for a language without a lexicon. Time grows in line with the text.
    """
    return tuple(
        DateMention(one.start, one.end, text[one.start:one.end], one.reading.kind, one.reading.when, one.rule,
                    one.reading.basis, one.reading.timex, one.reading.declined, one.reading.other, one.reading.days,
                    one.reading.note)
        for one in find(text, anchor, language, zone))


def find(text: str, anchor: date, language: str, zone: str | None) -> list[Found]:
    """The same with what only the measure needs: the two ends of a range."""
    lexicon = load(language)
    spans, words, row = lexicon.row(text)
    reader = Reader(lexicon, text, words, row, anchor, zone)
    found: list[Found] = []
    position = 0
    while (match := lexicon.next_match(row, position)) is not None:
        rule, (first, last), captures = match
        result = reader.read(rule.make, captures, (first, last))
        if result is None:
            position = first + 1
            continue
        position = last
        for reading in result if isinstance(result, tuple) else (result,):
            begin, finish = reading.span or (first, last)
            begin, finish = _trimmed(lexicon.cue_sets["PREPOSITION"], lexicon.cue_sets["DOT"], lexicon.cue_sets["MONTHABBR"], row, begin, finish)
            parts = tuple((spans[a][0], spans[b - 1][1], value) for a, b, value in reading.parts)
            found.append(Found(begin, finish, spans[begin][0], spans[finish - 1][1], rule.name, reading, parts))
    return list(_joined(found, row, lexicon.cue_sets["JOINT"]))


def _trimmed(prepositions: frozenset[str], dots: frozenset[str], abbreviated: frozenset[str], row: str, first: int, last: int) -> tuple[int, int]:
    """Without the preposition before it and the full stop after it."""
    while last - first > 1 and row[first] in prepositions:
        first += 1
    return first, last


def _joined(found: list[Found], row: str, joints: frozenset[str]) -> Iterator[Found]:
    """A clock time and the day beside it are one expression."""
    pending: Found | None = None
    for one in found:
        if pending is not None:
            both = _with_clock(pending, one) if _beside(pending, one, row, joints) else None
            if both is not None:
                pending = both
                continue
            yield pending
        pending = one
    if pending is not None:
        yield pending


def _beside(one: Found, two: Found, row: str, joints: frozenset[str]) -> bool:
    return two.first - one.last <= 2 and all(symbol in joints for symbol in row[one.last:two.first])


def _with_clock(one: Found, two: Found) -> Found | None:
    if one.rule == two.rule == "clock time":  # "10:35 a.m. (0735 GMT)": the one with a zone of its own
        first, second = one.reading.when, two.reading.when
        if first is None or second is None:
            return None
        kept = two if first.time_zone is None and second.time_zone is not None else one
        return Found(one.first, two.last, one.start, two.end, one.rule, kept.reading, ())
    clock, day = (one, two) if one.rule == "clock time" else (two, one)
    if clock.rule != "clock time" or day.rule == "clock time" or clock.reading.when is None or day.reading.when is None:
        return None
    when = day.reading.when
    if when.precision is not Precision.DAY or when.length != 1 or clock.reading.when.time is None:
        return None
    at = when.at(clock.reading.when.time, clock.reading.when.time_zone)
    other = day.reading.other
    reading = replace(day.reading, when=at, timex=timex(at), kind=DateKind.TIME,
                      other=other.at(clock.reading.when.time, clock.reading.when.time_zone)
                      if other is not None and other.precision is Precision.DAY and other.length == 1 else None)
    return Found(one.first, two.last, one.start, two.end, day.rule, reading, ())
