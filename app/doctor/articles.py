"""What must hold of one article: that its versions are there and are what they were, and that they hold what is quoted of them."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.doctor.events import BACKUP, REREAD
from app.doctor.findings import Flaw
from app.store.articles import columns_of_article
from app.store.codec import CodecError, article_from_json, claim_from_json
from app.store.event_rows import words_of_name
from app.store.inspection import ArticleParts
from timeline.model import Article, identifier

__all__ = ["flaws_of_actor", "flaws_of_article"]

REPAIR = "`summitry doctor --repair` writes it down anew."


def flaws_of_article(parts: ArticleParts) -> Iterator[Flaw]:
    row = parts.row
    if [version.version for version in parts.versions] != list(range(1, len(parts.versions) + 1)) or \
            row.version != len(parts.versions):
        yield Flaw("articles", "versions of an article are missing", row.id, BACKUP)
    texts: dict[int, str] = {}
    newest: Article | None = None
    for version in parts.versions:
        named = f"version {version.version} of {row.id}"
        try:
            article = article_from_json(version.article)
        except CodecError as error:
            yield Flaw("articles", "a version of an article can't be read", f"{named}: {error}", BACKUP)
            continue
        texts[version.version] = article.text
        if identifier(article.url) != row.id:
            yield Flaw("articles", "a version belongs to another article", named, BACKUP)
        if version.let_go is None and article.digest != version.digest:
            yield Flaw("articles", "the text of an article is not the one that was read", named, BACKUP)
        if version.version == row.version:
            newest = article
    if newest is not None and (wrong := [name for name, value in columns_of_article(newest).items() if getattr(row, name) != value]):
        yield Flaw("articles", "columns do not follow from the article", f"{row.id}: {', '.join(wrong)}", REPAIR, anew=("article", row.id))
    for claim in parts.claims:
        yield from _flaws_of_quotation(claim, texts, row.id)


def _flaws_of_quotation(row: Any, texts: dict[int, str], article_id: str) -> Iterator[Flaw]:
    named = f"claim {row.id} of event {row.event_id}" if row.event_id else f"claim {row.id} of article {article_id}"
    if row.current and row.event_id is None:
        yield Flaw("claims", "a claim of an article belongs to no event", named, REREAD)
    try:
        claim = claim_from_json(row.claim)
    except CodecError as error:
        if row.event_id is None:  # else it is told with its event
            yield Flaw("claims", "a claim can't be read", f"{named}: {error}", BACKUP)
        return
    text = texts.get(row.version)
    if text is not None and text[claim.start:claim.end] != claim.quotation:
        yield Flaw("evidence", "an article does not hold, where a claim points to, what it quotes" if row.current else
                   "an earlier version of an article does not hold what a former claim quotes", named, REREAD if row.current else BACKUP)
    elif text is None and row.version not in texts:
        yield Flaw("evidence", "a claim points to a version of an article that is not there or can't be read", named,
                   REREAD if row.current else BACKUP)


def flaws_of_actor(row: Any) -> Iterator[Flaw]:
    if row.words != words_of_name(row.name):
        yield Flaw("actors", "the words that an actor is found by are not those of the name", row.id, REPAIR, anew=("actor", row.id))
