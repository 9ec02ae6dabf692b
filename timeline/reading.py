"""An `Article` from plain text, as it comes on a command line, in a request, or in a file."""
from __future__ import annotations

import re
from datetime import date, datetime

from timeline.clean import clean_line, clean_text
from timeline.model import Article, Tier

# A credit marks a short paragraph as a caption: "© Agency/Name", "Photo: Name", "(Name/Agency)".
_CREDIT = re.compile(r"©|\(c\)\s|\bphoto(?:graph)?s?(?:\sby|:)|\bImage:|\bEPA[/-]|\bGetty Images\b|\bAP Photo\b|\bMANDATORY CREDIT\b", re.IGNORECASE)
_DATE_LINE = re.compile(r"\s*date\s+(\d{4}-\d{2}-\d{2})\b[^\n]*\n?", re.IGNORECASE)
_BYLINE = re.compile(r"\s*(?:from|by):\s*(?P<name>[^\n]{2,80})\s*", re.IGNORECASE)
CAPTION_LENGTH = 300  # characters; a longer paragraph with a credit in it is body


def article_from_text(text: str, *, title: str | None = None, published: date | None = None,
                      published_at: datetime | None = None, language: str = "en", url: str = "", source: str = "",
                      publisher: str = "", time_zone: str = "UTC", tier: Tier = Tier.PRESS, outlet: str = "") -> Article:
    """Read plain text whose paragraphs are parted by line breaks.

    A first line `date YYYY-MM-DD ...` gives the day of publication where `published` does not; a line `From: Name` gives
    an author; short paragraphs with a credit are captions. Where the text opens with its own title, the title is not
    told twice. Raises `ValueError` where the first line carries a date that is none.
    """
    text = clean_text(text)
    basis = "given" if published else "unknown"
    dated = _DATE_LINE.match(text)
    if dated:
        try:
            stated = date.fromisoformat(dated.group(1))
        except ValueError as error:
            raise ValueError(f"line 1: {dated.group(1)!r} is no date: {error}") from error
        text = text[dated.end():]
        if published is None:
            published, basis = stated, "file"
    authors: list[str] = []
    paragraphs: list[str] = []
    captions: list[str] = []
    for line in re.split(r"\s*\n\s*", text.strip()):
        if not line:
            continue
        byline = _BYLINE.fullmatch(line)
        if byline and not paragraphs:
            authors.append(byline["name"].strip())
        elif len(line) <= CAPTION_LENGTH and _CREDIT.search(line):
            captions.append(line)
        else:
            paragraphs.append(line)
    headline = clean_line(title or "")
    if headline and paragraphs and paragraphs[0].casefold() == headline.casefold():
        paragraphs = paragraphs[1:]
    return Article(url=url, source=source, outlet=outlet, headline=headline, paragraphs=tuple(paragraphs), captions=tuple(captions),
                   authors=tuple(authors), publisher=publisher, published_on=published, published_at=published_at,
                   published_basis=basis, language=language, time_zone=time_zone, tier=tier)
