"""`claims_from`: from an article to its claims."""
from __future__ import annotations

from timeline.extract.read import read_article
from timeline.gazetteer import Gazetteer
from timeline.model import Article, Claim, identifier


def claims_from(article: Article, gazetteer: Gazetteer) -> tuple[Claim, ...]:
    """The events that an article asserts, each once, with the sentence that shows it.

    An article without a day of publication, or in a language without rules, gives none: nothing is guessed.
    """
    if article.published_on is None:
        return ()
    text = article.text
    claims: dict[str, Claim] = {}
    for draft in read_article(article, gazetteer).events:
        if draft.when is None:
            continue
        quotation = text[draft.start:draft.end]
        key = identifier(article.url, quotation, draft.type, draft.when.edtf(), *sorted(p.actor_id for p in draft.participants),
                         draft.organisation or "")
        claims.setdefault(key, Claim(
            id=key, article=article.url, source=article.source, tier=article.tier, told_on=article.published_on,
            told_at=article.published_at, type=draft.type, participants=tuple(draft.participants), when=draft.when,
            status=draft.status, place=draft.place, organisation=draft.organisation, quotation=quotation,
            start=draft.start, end=draft.end, rule=draft.rule, confidence=round(draft.confidence, 3), formerly=draft.formerly))
    return tuple(claims.values())
