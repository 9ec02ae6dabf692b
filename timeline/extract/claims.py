"""`claims_from`: from an article to its claims."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from timeline.extract.appointment import claims_of_appointment
from timeline.extract.drafts import Draft
from timeline.extract.read import read_article
from timeline.gazetteer import Gazetteer
from timeline.model import Article, Claim, identifier
from timeline.outlet import home_of
from timeline.syndication import sketch_of


def claims_from(article: Article, gazetteer: Gazetteer) -> tuple[Claim, ...]:
    """The events that an article asserts, each once, with the sentence that shows it.

    An article without a day of publication, or in a language without rules, gives none: nothing is guessed.
    """
    if article.published_on is None:
        return ()
    if article.appointment is not None:
        return claims_of_appointment(article, article.appointment, gazetteer)
    claims: dict[str, Claim] = {}
    for claim in claims_of(article, read_article(article, gazetteer).events):
        claims.setdefault(claim.id, claim)
    if not claims:
        return ()
    sketch, home = sketch_of(article.paragraphs), home_of(article, gazetteer)
    return tuple(replace(claim, sketch=sketch, home=home) for claim in claims.values())


def claims_of(article: Article, drafts: Iterable[Draft]) -> list[Claim]:
    """One claim for each draft that has a time. Raises `ValueError` where the article has no day of publication."""
    if article.published_on is None:
        raise ValueError(f"{article.url}: no day of publication")
    text = article.text
    made = []
    for draft in drafts:
        if draft.when is None:
            continue
        quotation = text[draft.start:draft.end]
        key = identifier(article.url, quotation, draft.type, draft.when.edtf(), *sorted(p.actor_id for p in draft.participants),
                         draft.organisation or "")
        made.append(Claim(
            id=key, article=article.url, source=article.source, tier=article.tier, told_on=article.published_on,
            told_at=article.published_at, type=draft.type, participants=tuple(draft.participants), when=draft.when,
            status=draft.status, place=draft.place, organisation=draft.organisation, quotation=quotation,
            start=draft.start, end=draft.end, rule=draft.rule, confidence=round(draft.confidence, 3), formerly=draft.formerly))
    return made
