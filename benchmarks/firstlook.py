"""The first look at an article: what it lets pass, what it misses, and what it costs beside the full reading.

    python benchmarks/firstlook.py ../shared

`gold_kept` and `pool_kept` are the shares of the annotated articles with events that pass, `claims_kept` the share of the
claims of the full reading, over every fifth article of the pool. General news is the English pages of ../shared/pages.
"""
from __future__ import annotations

import gzip
import json
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from annotated import Document, gold_articles, pool_articles
from floors import hold

from scraper.article import PageError, read_article
from scraper.source import Kind, Source
from timeline.extract import claims_from
from timeline.firstlook import may_tell_of_events
from timeline.gazetteer import load_gazetteer
from timeline.model import Article
from timeline.reading import article_from_text

MOST_COST = 0.1  # of the full reading
_SOURCE = Source(id="benchmark", name="", home="https://example.org/", kind=Kind.LISTING, url="https://example.org/", language="und")


def main() -> None:
    shared = Path(sys.argv[1])
    gazetteer = load_gazetteer()

    def passes(article: Article) -> bool:
        return may_tell_of_events(article, gazetteer)

    kept = {}
    for name, documents in (("gold", gold_articles(shared)), ("pool", pool_articles(shared))):
        telling = [document for document in documents if document["events"]]
        missed = [document["id"] for document in telling if not passes(_article(document))]
        kept[f"{name}_kept"] = 1 - len(missed) / max(1, len(telling))
        print(f"first look: {name}: {len(telling)} annotated articles with events, {len(missed)} missed {missed[:5]}")
    with gzip.open(shared / "pool" / "articles.ndjson.gz", "rt", encoding="utf-8") as lines:
        pool = [_article(json.loads(line)) for line in lines]
    print(f"first look: {sum(map(passes, pool)) / len(pool):.1%} of the pool pass, which was picked for diplomacy")
    general = _english_pages(shared / "pages")
    if general:
        print(f"first look: {sum(map(passes, general)) / len(general):.1%} of {len(general)} English pages of general news pass")
    some = pool[::5]
    begun = time.process_time()
    looked = [passes(article) for article in some]
    look = time.process_time() - begun
    begun = time.process_time()
    told = [len(claims_from(article, gazetteer)) for article in some]
    ratio = look / (time.process_time() - begun)
    print(f"first look: costs {ratio:.1%} of the full reading")
    if ratio > MOST_COST:
        sys.exit("first look: costs too much")
    hold("firstlook", kept | {"claims_kept": sum(count for count, passed in zip(told, looked, strict=True) if passed) / sum(told)})


def _article(document: Document) -> Article:
    return article_from_text(document["text"], title=document.get("title"), published=date.fromisoformat(day[:10]) if (day := document.get("published")) else None,
                             url=document.get("url") or f"urn:article:{document['id']}", publisher=document.get("publisher") or "",
                             language=document.get("language") or "en")


def _english_pages(folder: Path) -> list[Article]:
    found = []
    for path in sorted(folder.rglob("*.html.gz")):
        try:
            article = read_article(gzip.decompress(path.read_bytes()), "https://example.org/news/page", _SOURCE, fetched_at=datetime.now(UTC))
        except PageError:
            continue
        if article.language == "en" and article.published_on is not None:
            found.append(article)
    return found


if __name__ == "__main__":
    main()
