"""Pages that stand in for an article, with status 200: a challenge, a question for consent, a page not found; and what
of an article is no more than its beginning, or no article of one day.

Told by structure and by schema.org (`LiveBlogPosting`, `isAccessibleForFree`, `hasPart`), by titles that such pages have
whole, and by words of several languages, which are data. Each needs a second sign beside the words: hardly any text, or
no article in the page's own description.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from scraper.errors import PageError
from timeline.clean import clean_line
from timeline.model import Form

__all__ = ["form_of", "refuse_consent", "refuse_stand_ins"]

LITTLE_TEXT = 1500  # characters of the whole page: a challenge or a page not found holds no more than this
LONGEST_NOTICE = 6000
FEWEST_CONSENT = 4  # different stems
CONSENT_SHARE = 0.03  # of all words
TEASER = 800  # characters; a text as short, on a page that says that it is not free, is the beginning of one
LONGEST_TEASER = 4000  # characters; more is an article whose gated part is an offer, a discussion or a player
GATED = 200  # characters; an element that the page calls gated holds the rest of the text, or hardly anything


def refuse_stand_ins(tree: LexborHTMLParser, markup: str, heads: Iterable[str], *, described: bool) -> None:
    """Raise `PageError` (`challenge`, `missing` or `away`) where the page is one instead of an article.

    `heads` are its title and headings, `described` says whether it describes an article of its own (JSON-LD).
    """
    if described:
        return
    heads = {form for head in heads for form in _forms(head)}
    if (heads & _words("challenge", "titles") and _has_little_text(tree)) or _is_marked(markup, tree):
        raise PageError("challenge", "a question whether we are human instead of an article")
    if heads & _words("missing", "titles") and _has_little_text(tree):
        raise PageError("missing", "says that there is no such page, with status 200")
    if heads & _words("away", "titles") and _has_little_text(tree):
        raise PageError("away", "says that it is out of order, with status 200")
    for node in (tree.root, tree.body, tree.css_first("main")):
        if node is not None and _words("missing", "classes") & set((node.attributes.get("class") or "").casefold().split()):
            raise PageError("missing", "its markup says that there is no such page, with status 200")


def refuse_consent(tree: LexborHTMLParser, paragraphs: Sequence[str], *, described: bool) -> None:
    """Raise `PageError("consent")` where the page asks for consent instead of showing an article.

    What was read may be the notice itself, or nothing: extractors take notices away. Then the whole page is looked at.
    """
    if described:
        return
    text = "\n".join(paragraphs)
    if len(text) <= LONGEST_NOTICE and (_asks(text) or (len(text) < GATED and _asks(_visible(tree)))):
        raise PageError("consent", "a question for consent to cookies instead of an article")


def form_of(tree: LexborHTMLParser, paragraphs: Sequence[str], *, live: bool, free: bool | None,
            gated: Iterable[str]) -> Form:
    """What the text is: an article, the beginning of one (`TEASER`), or the entries of a live blog.

    `live` and `free` are what the page's description says (`LiveBlogPosting`; `isAccessibleForFree`), `gated` are the CSS
    selectors of the parts that it says are not free. Google's guide for paywalled content wants both; most that write
    them serve the whole text and hide it, so a text counts as cut only where the gated part is missing or the text short.
    """
    if live:
        return Form.LIVE_BLOG
    if free is False:
        held = _held(tree, gated)
        cut = paragraphs[-1].rstrip().endswith(("…", "..."))
        size = sum(map(len, paragraphs))
        if size < TEASER or (size < LONGEST_TEASER and ((held is not None and held < GATED) or (cut and _offers(tree)))):
            return Form.TEASER
    return Form.ARTICLE


def _held(tree: LexborHTMLParser, gated: Iterable[str]) -> int | None:
    """How many characters the parts hold that are not free; None where there are no such parts."""
    sizes: list[int] = []
    for selector in gated:
        try:
            sizes += [len(clean_line(node.text(deep=True))) for node in tree.css(selector)]
        except (SelectolaxError, ValueError):
            continue
    return sum(sizes) if sizes else None


def _offers(tree: LexborHTMLParser) -> bool:
    return tree.css_first(", ".join(_data()["paywall"]["selectors"])) is not None


def _is_marked(markup: str, tree: LexborHTMLParser) -> bool:
    small = markup[:200_000].casefold()
    return any(marker in small for marker in _words("challenge", "markers")) and len(_visible(tree)) < GATED


def _has_little_text(tree: LexborHTMLParser) -> bool:
    return len(_visible(tree)) <= LITTLE_TEXT


def _visible(tree: LexborHTMLParser) -> str:
    """The text of the page without that of its scripts and of its links to elsewhere in the outlet."""
    copy = LexborHTMLParser(tree.html or "")
    for node in copy.css("script, style, noscript, template, svg, nav, header, footer, head, ul a, aside"):
        node.decompose()
    return clean_line(copy.body.text(deep=True, separator=" ")) if copy.body is not None else ""


def _asks(text: str) -> bool:
    small = " ".join(text.casefold().split())
    words = max(1, len(small.split()))
    counts = [len(re.findall(rf"(?<!\w){re.escape(stem)}", small)) for stem in _words("consent", "words")]
    hits = sum(counts)
    return sum(count > 0 for count in counts) >= FEWEST_CONSENT and hits >= CONSENT_SHARE * words


_EDGES = " .,:;!?|–—-…·•»«'\"()"


def _forms(head: str) -> set[str]:
    """A heading whole, and without the outlet behind or before a bar."""
    small = " ".join(head.casefold().split())
    parts = re.split(r"\s+[|–—»•·-]\s+|\s*\|\s*|:\s+", small)
    whole = {small.strip(_EDGES), parts[0].strip(_EDGES), parts[-1].strip(_EDGES)}
    return {re.sub(r"[’`]", "'", form) for form in whole if form}


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("scraper") / "data" / "stand_ins.toml").read_text(encoding="utf-8"))


@cache
def _words(kind: str, name: str) -> frozenset[str]:
    return frozenset(_data()[kind][name])
