"""An article's text with its sentences marked: which events each tells of, and which words in it were declined."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

__all__ = ["Passage", "Piece", "marked"]

_Span = tuple[int, int, int]  # start, end, number


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a passage. `declined` is the number of what was declined there, 0 where they are any other words; `first` says
    that its words begin here."""

    text: str
    declined: int
    first: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that tell of the same events, or of none. `anchor` is the first of those events that no passage before tells of, or 0."""

    events: tuple[int, ...]
    anchor: int
    pieces: tuple[Piece, ...]


def marked(text: str, events: Sequence[Mapping[str, Any]], declined: Sequence[Mapping[str, Any]]) -> list[list[Passage]]:
    """The paragraphs of `text`, each in passages; put together again, their words are the text without its blank lines.

    `events` have `evidence_start` and `evidence_end`, `declined` have `start` and `end`: offsets in `text`. They are numbered from 1,
    and may overlap and contain each other in any way.
    """
    blocks, start = [], 0
    for words in text.split("\n\n"):
        blocks.append((start, start + len(words)))
        start += len(words) + 2
    told = _by_block(blocks, ((one["evidence_start"], one["evidence_end"], number) for number, one in enumerate(events, 1)))
    refused = _by_block(blocks, ((one["start"], one["end"], number) for number, one in enumerate(declined, 1)))
    seen_events, seen_declined, paragraphs = set[int](), set[int](), []
    for (first, last), tells, refuses in zip(blocks, told, refused, strict=True):
        passages = []
        for numbers, found in groupby(_pieces(first, last, tells, refuses), key=lambda piece: piece[2]):
            pieces = []
            for begin, end, _, number in found:
                pieces.append(Piece(text[begin:end], number, number not in seen_declined))
                seen_declined.add(number)
            passages.append(Passage(numbers, min(set(numbers) - seen_events, default=0), tuple(pieces)))
            seen_events.update(numbers)
        paragraphs.append(passages)
    return paragraphs


def _by_block(blocks: Sequence[tuple[int, int]], spans: Iterator[_Span]) -> list[list[_Span]]:
    """The spans of each block, cut to it."""
    starts = [first for first, _ in blocks]
    found: list[list[_Span]] = [[] for _ in blocks]
    for first, last, number in spans:
        for block in range(bisect_right(starts, first) - 1, bisect_right(starts, max(first, last - 1))):
            begin, end = max(first, blocks[block][0]), min(last, blocks[block][1])
            if begin < end:
                found[block].append((begin, end, number))
    return found


def _pieces(start: int, end: int, told: Sequence[_Span], refused: Sequence[_Span]) -> Iterator[tuple[int, int, tuple[int, ...], int]]:
    """Start, end, numbers of events, and number of the shortest declined span, for each stretch between two ends of any span. Its time
    grows in line with the spans, but for those that stand over each other."""
    begin: dict[int, list[tuple[bool, int, int]]] = {}
    for of_event, spans in ((True, told), (False, refused)):
        for first, last, number in spans:
            begin.setdefault(first, []).append((of_event, last, number))
    over: list[tuple[bool, int, int, int]] = []  # of an event, end, length, number
    for first, last in pairwise(sorted({start, end, *begin, *(last for _, last, _ in (*told, *refused))})):
        over = [one for one in over if one[1] > first]
        over += [(of_event, ends, ends - first, number) for of_event, ends, number in begin.get(first, ())]
        numbers = tuple(sorted(number for of_event, _, _, number in over if of_event))
        yield first, last, numbers, min(((length, number) for of_event, _, length, number in over if not of_event), default=(0, 0))[1]
