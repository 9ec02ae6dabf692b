"""An article whose text is let go but for what is quoted of it."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from timeline.model import Article, Excerpt

__all__ = ["excerpted"]


def excerpted(article: Article, spans: Iterable[tuple[int, int]]) -> Article:
    """The article with no more of its text than its headline and these spans (offsets in `text`, the second exclusive).

    `text` holds each of them where it stood, so that offsets stay right. Spans that meet or overlap are kept as one. Raises
    `ValueError` for a span that lies outside of the text.
    """
    text, kept = article.text, list[tuple[int, int]]()
    for start, end in sorted(spans):
        if not 0 <= start < end <= len(text):
            raise ValueError(f"{article.url}: nothing stands at {start} to {end} of a text of {len(text)} characters")
        start = max(start, len(article.headline))
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        elif start < end:
            kept.append((start, end))
    return replace(article, paragraphs=(), captions=(), excerpts=tuple(Excerpt(start, text[start:end]) for start, end in kept))
