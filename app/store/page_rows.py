"""An article's row: how a reading of its page compares with what is stored, and the other addresses that lead to it."""
from __future__ import annotations

import json
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select, update

from app.store.codec import moment, plain
from app.store.event_statements import LINKED_ARTICLE, STANDING
from app.store.tables import article_links, articles
from timeline.model import Article, identifier

__all__ = ["VERSIONS", "Standing", "article_id_of", "link_page", "standing_of"]

VERSIONS = 24  # of an article whose text changes with each reading (a clock, an advertisement in it)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an article's reading compares with what is stored: `wanted` says that it is to be read for claims."""

    id: str | None
    version: int = 0
    new_text: bool = True
    wanted: bool = True
    foreign: bool = False  # another source has the say over this page
    digest: str = ""  # of the newest text stored,
    last_seen: str = ""  # and when that was last read


def standing_of(connection: Connection, article: Article, source: str) -> Standing:
    row = connection.execute(STANDING, {"at_url": plain(article.url)}).first()
    if row is None:
        return Standing(None)
    stored = Standing(row.id, row.version, digest=row.digest, last_seen=row.last_seen)
    if row.digest == article.digest:
        return replace(stored, new_text=False, wanted=not row.read)
    # Two sources that list one page may read it with different selectors: the first of them has the say.
    if row.source_id != source and row.active:
        return replace(stored, new_text=False, wanted=False, foreign=True)
    if row.version >= VERSIONS and not _edited(row.article, article):
        return replace(stored, new_text=False, wanted=False)
    return stored


def _edited(stored: str, article: Article) -> bool:
    """Whether the outlet itself says that it has edited the page since."""
    before = json.loads(stored).get("modified_at")
    return article.modified_at is not None and (before is None or article.modified_at > moment(before))


def article_id_of(connection: Connection, url: str) -> str | None:
    """Id of the article behind a link, by its canonical address or another one."""
    found = connection.execute(select(articles.c.id).where(articles.c.url == plain(url))).scalar()
    return found or connection.execute(LINKED_ARTICLE, {"at_url": plain(url)}).scalar()


def link_page(connection: Connection, url: str, article: Article) -> None:
    if url == article.url:
        return
    article_id = identifier(article.url)
    known = connection.execute(LINKED_ARTICLE, {"at_url": plain(url)}).scalar()
    if known is None:
        connection.execute(insert(article_links).values(url=plain(url), article_id=article_id))
    elif known != article_id:
        connection.execute(update(article_links).where(article_links.c.url == plain(url)).values(article_id=article_id))
