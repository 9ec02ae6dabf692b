"""Sentences of an article's blocks, with offsets.

nupunkt finds the ends of sentences; scraped texts also glue them together ("on Wednesday.The next day"), which no
splitter expects, so those are parted here.
"""
from __future__ import annotations

import re
from collections.abc import Iterator

import nupunkt

# A small letter, digit, bracket or quote, the full stop, and at once a capital with a small letter or a quote after it.
_GLUED = re.compile(r"(?<=[a-z0-9)\]”’\"])[.!?][”\"’)]?(?=[“\"‘]?[A-Z][a-z’']|[“\"‘][A-Z]|[A-Z]{2,}\s[A-Z])")
# Abbreviations that nupunkt takes for the end of a sentence in news prose ("Foreign Minister Perfecto R. Yasay").
_NO_END = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Rep|Sen|Gov|Prof|Sr|Jr|St|Messrs|Hon|Amb|Adm|Sec|Pres|Jan|Feb|Mar|Apr"
                     r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Vol|vs|S|N|U\.S|U\.N|U\.K|E\.U)\.)\s*$")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans (start, end) of the sentences of `text[start:end]`, in order, without surrounding white space."""
    block = text[start:end]
    spans: list[tuple[int, int]] = []
    for first, last in nupunkt.sent_spans(block):
        if spans and _NO_END.search(block[spans[-1][0]:spans[-1][1]]) and "\n" not in block[spans[-1][1] - 1:first + 1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    for first, last in spans:
        cut = first
        for glued in _GLUED.finditer(block, first, last):
            yield from _trimmed(text, start + cut, start + glued.end())
            cut = glued.end()
        yield from _trimmed(text, start + cut, start + last)


LONGEST = 2_000  # characters; rules look across a whole sentence, so that no text may be one sentence without end


def _trimmed(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    while last - first > LONGEST:
        cut = text.rfind(" ", first + LONGEST // 2, first + LONGEST)
        cut = first + LONGEST if cut == -1 else cut
        yield from _trimmed(text, first, cut)
        first = cut
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    if first < last:
        yield first, last
