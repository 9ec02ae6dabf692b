"""The running text of a page and its captions, kept apart."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from timeline.clean import clean_line

__all__ = ["Body", "is_caption", "read_body"]


@dataclass(frozen=True, slots=True)
class Body:
    """Paragraphs and captions, cleaned, in the order of the page."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]


SHORTEST_BODY = 200  # characters; less is a teaser, and the next way of reading is tried
LONGEST_CAPTION = 700
LONGEST_CREDIT = 50
_CAPTIONS = ('figcaption, [itemprop="caption"], .caption, figure [class*="caption" i], [class*="image-caption" i], '
             '[class*="photo-caption" i], [class*="img-caption" i], [class*="wp-caption-text" i], '
             '[class*="media-caption" i], [class*="media__caption" i], [class*="picture-caption" i]')


def read_body(markup: str, tree: LexborHTMLParser, told: str | None, told_captions: Iterable[str]) -> Body:
    """The body of the page `markup`, of which `tree` is the parse.

    `told` is the body and `told_captions` are the captions that the page's JSON-LD holds, if any. Paragraphs is empty
    where nothing that could be a body was found.
    """
    captions = list(dict.fromkeys((*_captions(tree), *told_captions)))
    paragraphs = _by_trafilatura(markup)
    if sum(map(len, paragraphs)) < SHORTEST_BODY:
        others = [paragraphs, _told_paragraphs(told), _by_markup(tree)]
        paragraphs = max(others, key=lambda found: min(sum(map(len, found)), SHORTEST_BODY))
    paragraphs, captions = _parted(paragraphs, captions, _alternatives(tree))
    return Body(tuple(paragraphs), tuple(dict.fromkeys(captions)))


# A credit closes a caption: "© Agency/Name", "Photo: Name", "(Name/Agency)", "[Name/Agency]".
_CREDIT = re.compile(r"©|\bphotos?(?:graph)?\s*(?:by\b|:)|\bimage\s*:|\bcredit\s*:|\b(?:getty images|ap photo)\b|"
                     r"[(\[][A-Z][\w.' -]{1,40}(?:/[A-Z][\w.' -]{1,40}){1,3}[)\]]\.?$", re.IGNORECASE)


def is_caption(paragraph: str) -> bool:
    """Whether a short paragraph carries the credit of a picture."""
    return len(paragraph) <= 300 and _CREDIT.search(paragraph) is not None


def _captions(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css(_CAPTIONS)[:100]:
        text = clean_line(node.text(deep=True, separator=" "))
        if 8 <= len(text) <= LONGEST_CAPTION:
            yield text


def _alternatives(tree: LexborHTMLParser) -> set[str]:
    """Keys of the alt and title texts of pictures: a paragraph that repeats one is its caption."""
    texts = (node.attributes.get(name) or "" for node in tree.css("img")[:300] for name in ("alt", "title"))
    return {key for text in texts if len(key := _key(text)) >= 20}


def _by_trafilatura(markup: str) -> list[str]:
    root = _lxml_tree(markup)
    if root is None:
        return []
    for element in root.xpath("//figcaption | //*[@itemprop='caption']"):
        element.drop_tree()
    document: Any = trafilatura.bare_extraction(root, favor_precision=True, include_comments=False,
                                                include_tables=False, with_metadata=False)
    if document is None or not document.text:
        return []
    return [line for line in (clean_line(re.sub(r"^- ", "", text)) for text in document.text.split("\n")) if line]


def _lxml_tree(markup: str) -> Any:
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True,
                                  collect_ids=False)
    root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    return root if len(root) else None


def _told_paragraphs(told: str | None) -> list[str]:
    return [line for line in map(clean_line, re.split(r"\n+", told or "")) if line]


def _by_markup(tree: LexborHTMLParser) -> list[str]:
    texts = [clean_line(node.text(deep=True)) for node in tree.css("article p") or tree.css("main p") or tree.css("p")]
    return [text for text in texts if len(text) > 40]


def _parted(paragraphs: Iterable[str], captions: list[str], alternatives: set[str]) -> tuple[list[str], list[str]]:
    """Paragraphs that tell no caption again, and all captions. A caption may stand in the text with its credit, or
    without the one that it has elsewhere."""
    known = [_key(caption) for caption in captions]
    body: list[str] = []
    found = list(captions)
    for paragraph in paragraphs:
        key = _key(paragraph)
        if key in alternatives:
            found.append(paragraph)
        elif not any(key == caption or (len(key) >= 20 and key in caption)
                     or (len(caption) >= 20 and key.startswith(caption) and len(key) - len(caption) <= LONGEST_CREDIT)
                     for caption in known):
            body.append(paragraph)
    return body, found


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
