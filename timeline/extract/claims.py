"""From an article to its claims: `claims_from`; `claims_and_declined` tells what was declined as well."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from timeline.extract.appointment import claims_of_appointment
from timeline.extract.declined import Declined, declined_in
from timeline.extract.drafts import Draft
from timeline.extract.read import Reading, read_article
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
    return _claims_of_reading(article, read_article(article, gazetteer), gazetteer)


def claims_and_declined(article: Article, gazetteer: Gazetteer) -> tuple[tuple[Claim, ...], tuple[Declined, ...]]:
    """What `claims_from` gives, and what was found beside it and declined, from one reading; for an article with text."""
    if article.published_on is None:
        return (), ()
    reading = read_article(article, gazetteer)
    return _claims_of_reading(article, reading, gazetteer), declined_in(reading, article.text)


def _claims_of_reading(article: Article, reading: Reading, gazetteer: Gazetteer) -> tuple[Claim, ...]:
    claims: dict[str, Claim] = {}
    for claim in claims_of(article, reading.events):
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
            id=key, article=article.url, source=article.source, outlet=article.outlet, tier=article.tier, told_on=article.published_on,
            told_at=article.published_at, type=draft.type, participants=tuple(draft.participants), when=draft.when,
            status=draft.status, place=draft.place, organisation=draft.organisation, quotation=quotation,
            start=draft.start, end=draft.end, rule=draft.rule, confidence=round(draft.confidence, 3), formerly=draft.formerly))
    return made
