"""What was found in an article and makes no date or no event, each with the reason."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from timeline.extract.frame import Frame
from timeline.extract.read import Reading
from timeline.extract.sentence import Sentence

__all__ = ["Declined", "declined_in"]


@dataclass(frozen=True, slots=True)
class Declined:
    """An expression of time that denotes no time in the calendar, or the words of an occasion that makes no event.

    `text` equals `article.text[start:end]`.
    """

    what: Literal["date", "occasion"]
    text: str
    start: int
    end: int
    rule: str
    reason: str


def declined_in(reading: Reading, text: str) -> tuple[Declined, ...]:
    """All that was declined, in the order of the text; `text` is the one that was read."""
    found = {(one.what, one.start, one.end): one for one in (*_dates(reading), *_occasions(reading, text))}
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.end)))


def _dates(reading: Reading) -> Iterator[Declined]:
    for date in reading.dates:
        if date.declined is not None:
            yield Declined("date", date.text, date.start, date.end, date.rule, date.declined)


def _occasions(reading: Reading, text: str) -> Iterator[Declined]:
    sentences = {sentence.number: sentence for sentence, _ in reading.sentences}
    for number, frame, why in reading.declined:
        start, end = _trigger(sentences[number], frame)
        yield Declined("occasion", text[start:end], start, end, frame.rule, why)
    for draft, why in reading.dropped:
        start, end = _trigger(sentences[draft.sentence], draft.frame) if draft.frame is not None else (draft.start, draft.end)
        yield Declined("occasion", text[start:end], start, end, draft.rule, why)


def _trigger(sentence: Sentence, frame: Frame) -> tuple[int, int]:
    """Where the words stand that an occasion was found by."""
    return sentence.items[frame.first].start, sentence.items[frame.last - 1].end
