"""The text of pages that are drawn by their own scripts, from the state that they carry as JSON."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from timeline.clean import clean_line

__all__ = ["state_paragraphs"]

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)  # possessive: one pass, whatever quotation marks are missing
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_ESCAPED = re.compile(r"\\+u003cp[\s>\\]|<p[\s>]", re.IGNORECASE)
FEWEST = 3  # paragraphs; less is a summary
DEEPEST = 2  # a string of JSON within a string of JSON, as frameworks that send a page in pieces write it
LONGEST_SCRIPT = 2_000_000


def state_paragraphs(tree: LexborHTMLParser) -> list[str]:
    """The paragraphs of the string with the most text among those that hold HTML in the scripts of `tree`; none where
    no string holds at least three."""
    best: list[str] = []
    for node in tree.css("script:not([src])"):
        text = node.text(deep=True) or ""
        if len(text) > LONGEST_SCRIPT or not _ESCAPED.search(text):
            continue
        for markup in _markup_strings(text, 0):
            found = _paragraphs(markup)
            if len(found) >= FEWEST and sum(map(len, found)) > sum(map(len, best)):
                best = found
    return best


def _markup_strings(text: str, depth: int) -> Iterator[str]:
    for match in _STRING.finditer(text):
        if not _ESCAPED.search(match[0]):
            continue
        try:
            value = json.loads(match[0], strict=False)
        except ValueError:
            continue
        if len(_PARAGRAPH.findall(value)) >= FEWEST:
            yield value
        elif depth < DEEPEST:
            yield from _markup_strings(value, depth + 1)


def _paragraphs(markup: str) -> list[str]:
    fragment = LexborHTMLParser(markup)
    for outside in fragment.css("figure, figcaption, [class*='caption' i], script, style"):
        outside.decompose()
    return [text for node in fragment.css("p") if (text := clean_line(node.text(deep=True)))]
