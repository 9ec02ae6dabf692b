"""Feed, sitemap or listing page -> links to articles."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """One article that a listing names. `published` and `updated` are what the listing says of it, aware.

    `summary` is plain text.
    """

    url: str
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
