"""The columns beside an article's JSON."""
from __future__ import annotations

from typing import Any

from app.store.codec import plain
from timeline.model import Article

__all__ = ["columns_of_article"]


def columns_of_article(newest: Article) -> dict[str, Any]:
    """What the row of an article holds that follows from its newest version."""
    return {"headline": plain(newest.headline), "publisher": plain(newest.publisher),
            "published_on": newest.published_on.isoformat() if newest.published_on else None}
