"""JSON-LD: the nodes that a page describes itself with, and the one of them that is its article (schema.org)."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

__all__ = ["article_node", "json_ld_nodes", "text_of", "types_of"]

_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|\w*NewsArticle|Report|LiveBlog|Statement)$")


def json_ld_nodes(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """All nodes of the page's JSON-LD, those inside others after them; what is no JSON is passed over."""
    for node in tree.css('script[type*="ld+json" i]'):
        text = (node.text(deep=True) or "").strip()
        text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text).strip().rstrip(";")
        try:
            value = json.loads(text, strict=False)
        except ValueError:
            try:
                value = json.loads(re.sub(r",\s*([}\]])", r"\1", text), strict=False)  # commas left over by templates
            except (ValueError, RecursionError):
                continue
        except RecursionError:
            continue
        yield from _nodes(value, 0)


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value[:200]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "liveBlogUpdate", "itemListElement", "item"):
            if isinstance(value.get(key), dict | list) and key not in ("liveBlogUpdate", "itemListElement", "hasPart"):
                yield from _nodes(value[key], depth + 1)


def types_of(node: dict[str, Any]) -> list[str]:
    """The names of a node's types, without the address of their vocabulary."""
    kinds = node.get("@type")
    return [str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds])]


def article_node(nodes: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """The node that describes this page's article: of several the one with this address, else the fullest."""
    articles = [node for node in nodes if any(_ARTICLE.fullmatch(kind) for kind in types_of(node))]
    if not articles:
        articles = [node for node in nodes if node.get("headline") and node.get("datePublished")]
    if not articles:
        return next((node for node in nodes if "WebPage" in types_of(node) and node.get("datePublished")), {})
    path = urlsplit(url).path.rstrip("/")

    def worth(node: dict[str, Any]) -> tuple[bool, int]:
        addresses = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
        addresses += [address.get("@id") for address in addresses if isinstance(address, dict)]
        here = any(isinstance(address, str) and path and urlsplit(_safe(address)).path.rstrip("/") == path
                   for address in addresses)
        return here, sum(1 for key in ("headline", "datePublished", "author", "articleBody", "dateModified") if node.get(key))

    best = max(articles, key=worth)  # the first of equals
    merged = dict(best)
    for node in articles:  # some pages describe one article in two nodes
        if node is not best and text_of(node.get("headline")) == text_of(best.get("headline")):
            merged = {**node, **merged}
    return merged


def _safe(url: str) -> str:
    try:
        urlsplit(url)
    except ValueError:
        return ""
    return url


def text_of(value: Any) -> str:
    """A JSON-LD value as plain text: some outlets escape their text as HTML in it, or wrap it in a list or node."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if not isinstance(value, str):
        return ""
    text = unescape(unescape(value))
    if "<" in text:
        text = re.sub(r"<[a-zA-Z/!][^<>]*>", " ", text)
    return text.strip()
