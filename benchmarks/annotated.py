"""The annotated articles: those of ../shared/gold/dev, and the articles of ../shared/pool that this project annotated itself.

A fifth of each, picked by a hash of the articles' ids, is kept aside: nothing is fitted to it.
"""
from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

ANNOTATIONS = Path(__file__).resolve().parent / "annotations" / "pool.ndjson"
Document = dict[str, Any]  # id, title, published, language, text, events


def hash_of(name: str) -> int:
    """A number that divides articles into parts by their ids alone."""
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16)


def aside(name: str) -> bool:
    """Whether an article belongs to the fifth that nothing is fitted to."""
    return hash_of(name) % 5 == 0


def gold_articles(shared: Path) -> list[Document]:
    """The articles of `gold/dev` with their annotations, in the order of their ids."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted((shared / "gold" / "dev").glob("*.json"))]


def pool_articles(shared: Path) -> list[Document]:
    """The annotated articles of the pool, in the order of their ids; none where the pool is not at hand."""
    pool = shared / "pool" / "articles.ndjson.gz"
    if not pool.is_file():
        return []
    events = {row["id"]: row["events"] for row in map(json.loads, ANNOTATIONS.read_text(encoding="utf-8").splitlines())}
    with gzip.open(pool, "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row for row in map(json.loads, lines) if row["id"] in events}
    return [texts[name] | {"events": events[name]} for name in sorted(texts)]
