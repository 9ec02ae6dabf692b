"""`find_dates`: from a text to its expressions of time."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from timeline.dates.calendar import timex
from timeline.dates.lexicon import load
from timeline.dates.reading import CLOCK_ALONE, FROM_EVENT, Reading
from timeline.dates.readings import Reader
from timeline.mentions import DateKind, DateMention
from timeline.when import Precision, When

_NEAR = 8  # tokens between a clock time and the day that follows it


@dataclass(slots=True)
class Found:
    """A reading with its tokens (first, last exclusive), its offsets and the rule that made it."""

    first: int
    last: int
    start: int
    end: int
    rule: str
    reading: Reading
    parts: tuple[tuple[int, int, str], ...]  # offsets and values of the ends of a range


def find_dates(text: str, anchor: date, *, language: str = "en") -> tuple[DateMention, ...]:
    """Every expression of time in `text`, in order and without overlaps.

    `anchor` is the day from which "today" and "on Monday" are counted: the dateline's date where there is one, else the
    publication date in the outlet's zone. A clock time has the zone that it names, or none. Raises
    `timeline.dates.lexicon.LexiconError` for a language without a lexicon. Time grows in line with the text.
    """
    return tuple([_mention(text, one, one.reading) for one in find(text, anchor, language)])


def _mention(text: str, one: Found, reading: Reading) -> DateMention:
    return DateMention(one.start, one.end, text[one.start:one.end], reading.kind, reading.when, one.rule, reading.basis, reading.timex,
                       reading.declined, reading.other, reading.days, reading.note)


def find(text: str, anchor: date, language: str) -> list[Found]:
    """What `find_dates` finds, with what only the measure needs: the two ends of a range."""
    lexicon = load(language)
    tokens = lexicon.tokens(text)
    row = tokens.row
    match = lexicon.next_match(row, 0)
    if match is None:
        return []
    reader = Reader(lexicon, tokens, anchor)
    prepositions = lexicon.cues["PREPOSITION"]
    found: list[Found] = []
    while match is not None:
        rule, (first, last), captures = match
        result = reader.read(rule.make, captures, (first, last))
        match = lexicon.next_match(row, last if result is not None else first + 1)
        if result is None:
            continue
        for reading in result if isinstance(result, tuple) else (result,):
            begin, finish = reading.span or (first, last)
            while finish - begin > 1 and row[begin] in prepositions:
                begin += 1
            parts = tuple([(*tokens.span(one, two), value) for one, two, value in reading.parts]) if reading.parts else ()
            found.append(Found(begin, finish, *tokens.span(begin, finish), rule.name, reading, parts))
    joined = list(_joined(found, row, lexicon.cues["JOINT"]))
    return [_settled(one, two, reader) for one, two in zip(joined, [*joined[1:], None], strict=False)]


def _joined(found: list[Found], row: str, joints: frozenset[str]) -> Iterator[Found]:
    """A clock time and the day beside it are one expression."""
    pending: Found | None = None
    for one in found:
        if pending is not None:
            beside = one.first - pending.last <= 2 and all(symbol in joints for symbol in row[pending.last:one.first])
            both = _with_clock(pending, one) if beside else None
            if both is not None:
                pending = both
                continue
            yield pending
        pending = one
    if pending is not None:
        yield pending


def _with_clock(one: Found, two: Found) -> Found | None:
    """The two as one where one is a clock time and the other its day, or the same time in another zone."""
    first, second = one.reading.when, two.reading.when
    if first is None or second is None:
        return None
    if one.rule == two.rule == "clock time":  # "10:35 a.m. (0735 GMT)": the one with a zone of its own
        kept = two if first.time_zone is None and second.time_zone is not None else one
        return Found(one.first, two.last, one.start, two.end, one.rule, kept.reading, ())
    clock, day = (one, two) if one.rule == "clock time" else (two, one)
    if clock.rule != "clock time" or clock.reading.when is None or day.reading.when is None or not _single(day.reading.when):
        return None
    at, other = _at(day.reading.when, clock.reading.when), day.reading.other
    reading = replace(day.reading, when=at, timex=timex(at), kind=DateKind.TIME, declined=None,
                      other=_at(other, clock.reading.when) if other is not None and _single(other) else None)
    return Found(one.first, two.last, one.start, two.end, day.rule, reading, ())


def _single(when: When) -> bool:
    return when.precision is Precision.DAY and when.length == 1


def _at(day: When, clock: When) -> When:
    return day if clock.time is None else day.at(clock.time, clock.time_zone)


def _settled(one: Found, two: Found | None, reader: Reader) -> Found:
    """The last word on a reading that its neighbours decide.

    "Two days after Friday's summit" is counted from the date that follows. A clock time has the day of its sentence
    ("at 4 p.m. in London on Monday"); one that found no day denotes nothing.
    """
    reading = one.reading
    if reading.declined is None:
        return one
    if reading.declined == CLOCK_ALONE:
        day = two.reading.when if two is not None and two.reading.declined is None else None
        if day is None or two is None or two.first - one.last > _NEAR or not _single(day) or not reader.together(one.first, two.first):
            return replace(one, reading=replace(reading, when=None))
        at = None if reading.when is None else _at(day, reading.when)
        return replace(one, reading=replace(reading, when=at, timex=timex(at) if at else reading.timex, basis=two.reading.basis, declined=None))
    if reading.declined == FROM_EVENT and reading.step and two is not None and two.first - one.last <= 1:
        base = two.reading.when
        if base is not None and base.exact and two.reading.declined is None:
            try:
                when = reading.step(base)
            except (ValueError, OverflowError):  # beyond the years 1 to 9999
                return one
            return replace(one, reading=replace(reading, when=when, declined=None, kind=DateKind.DATE))
    return one
