"""The running text of a page and its captions, kept apart."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from scraper.page_state import state_paragraphs
from timeline.clean import clean_line

__all__ = ["Body", "is_caption", "read_body"]


@dataclass(frozen=True, slots=True)
class Body:
    """Paragraphs and captions, cleaned, in the order of the page."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]


SHORTEST_SURE = 400  # characters; a shorter text from the quick reading may be a teaser
QUICK_SHARE = 0.75  # of the text that the markup calls paragraphs; with less the quick reading took the wrong part
WHOLE_SHARE = 0.65  # of the page's only <article>; with less, a text in several columns or containers was cut
SHORTEST_BODY = 200  # characters; less is a teaser, and the next way of reading is tried
LONGEST_CAPTION = 700
LONGEST_CREDIT = 50
_CAPTIONS = ('figcaption, [itemprop="caption"], .caption, figure [class*="caption" i], [class*="image-caption" i], '
             '[class*="photo-caption" i], [class*="img-caption" i], [class*="wp-caption-text" i], '
             '[class*="media-caption" i], [class*="media__caption" i], [class*="picture-caption" i]')


def read_body(markup: str, tree: LexborHTMLParser, told: str | None, told_captions: Iterable[str],
              pictured: Iterable[str] = ()) -> Body:
    """The body of the page `markup`, of which `tree` is the parse.

    `told` is the body and `told_captions` are the captions that the page's JSON-LD holds, if any; `pictured` is what it
    says of pictures that may be others' (a paragraph that says the same is a caption). Paragraphs is empty where nothing
    that could be a body was found.
    """
    captions = list(dict.fromkeys((*_captions(tree), *told_captions)))
    paragraphs = _running_text(markup, tree, told)
    paragraphs, captions = _parted(paragraphs, captions, _alternatives(tree, pictured))
    return Body(tuple(paragraphs), tuple(dict.fromkeys(captions)))


def _running_text(markup: str, tree: LexborHTMLParser, told: str | None) -> list[str]:
    """trafilatura's quick reading where it holds what the markup calls paragraphs, else its full one. On 308 pages that
    gives what the full one gives everywhere (the quick one alone loses articles that open with a dateline) for two
    thirds of its cost."""
    marked = _by_markup(tree)
    paragraphs = _by_trafilatura(markup, quick=True)
    if _size(paragraphs) < max(SHORTEST_SURE, QUICK_SHARE * _size(marked)):
        paragraphs = _by_trafilatura(markup, quick=False)
        whole = _only_article(tree)
        if _size(paragraphs) < WHOLE_SHARE * _size(whole):
            paragraphs = whole
    if _size(paragraphs) < SHORTEST_BODY:
        others = [paragraphs, _told_paragraphs(told), marked]
        paragraphs = max(others, key=lambda found: min(_size(found), SHORTEST_BODY))
    if _size(paragraphs) < SHORTEST_BODY:
        paragraphs = max(paragraphs, state_paragraphs(tree), key=_size)
    return paragraphs


def _size(paragraphs: Iterable[str]) -> int:
    return sum(map(len, paragraphs))


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


def _alternatives(tree: LexborHTMLParser, pictured: Iterable[str]) -> set[str]:
    """Keys of the texts that stand for pictures (alt, title) or in one block with them: a paragraph that repeats one is
    a caption."""
    texts = [node.attributes.get(name) or "" for node in tree.css("img")[:300] for name in ("alt", "title")]
    keys = {key for text in (*texts, *pictured) if len(key := _key(text)) >= 20}
    return keys | {key for text in _beside_pictures(tree) if len(key := _key(text)) >= 12}


_PICTURE_BLOCK = ", ".join(f'div[class*="{word}" i]:has(img)' for word in ("image", "img", "photo", "picture", "media", "figure", "foto"))


def _beside_pictures(tree: LexborHTMLParser) -> Iterator[str]:
    """The text of blocks that by their class are there for one picture, where it is one short text."""
    for block in tree.css(_PICTURE_BLOCK)[:200]:
        if len(block.css("img")) == 1 and len(block.css("p")) <= 2 and block.css_first("h1, h2, h3, h4, a[href] p, li") is None:
            text = clean_line(block.text(deep=True, separator=" "))
            if len(text) <= LONGEST_CAPTION:
                yield text
                yield from (clean_line(node.text(deep=True, separator=" ")) for node in block.css("p"))  # without its credit


# What holds no running text whatever the page.
_NO_TEXT = ("script", "style", "noscript", "template", "svg", "iframe", "video", "audio", "object", "canvas", "select", "figcaption")


def _by_trafilatura(markup: str, *, quick: bool) -> list[str]:
    root = _lxml_tree(markup)
    if root is None:
        return []
    for element in root.xpath("//*[@itemprop='caption']"):
        element.drop_tree()
    etree.strip_elements(root, *_NO_TEXT, with_tail=False)  # trafilatura searches and copies all that is in the tree
    document: Any = trafilatura.bare_extraction(root, favor_precision=True, include_comments=False,
                                                include_tables=False, with_metadata=False, fast=quick)
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


def _only_article(tree: LexborHTMLParser) -> list[str]:
    """The paragraphs of the page's `<article>`, where it has one only: several are teasers. HTML, 4.3.2."""
    found = tree.css("article")
    if len(found) != 1:
        return []
    texts = ((clean_line(node.text(deep=True)), sum(len(link.text(deep=True)) for link in node.css("a")))
             for node in found[0].css("p"))
    return [text for text, linked in texts if len(text) > 40 and linked < len(text) / 2]


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
