"""`claims_from`: from an article to its claims, sentence by sentence and then as a whole."""
from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from timeline.dates import find_dates
from timeline.extract.assemble import assemble
from timeline.extract.frames import frames
from timeline.extract.lexicon import languages, lexicon
from timeline.extract.resolve import Reader
from timeline.extract.tagged import Tagged, tag
from timeline.gazetteer import Gazetteer
from timeline.mentions import NameKind, NameMention
from timeline.model import Article, Claim, identifier
from timeline.names import find_names
from timeline.sentences import sentences


@cache
def _pronouns(language: str) -> re.Pattern[str]:
    words = lexicon(language).discourse
    return re.compile(rf"(?<![\w’'])(?:(?P<plural>{words['plural']})|(?P<singular>{words['singular']}))(?![\w])", re.IGNORECASE)


_PAIR = re.compile(r"\b([A-Z][\w’]+)([-–])([A-Z][\w’]+)\b")


def _with_pairs(text: str, names: tuple[NameMention, ...]) -> list[NameMention]:
    """"Trump-Xi": two persons in one word, where the article names both elsewhere."""
    found = list(names)
    persons = {word: name for name in reversed(names) if name.kind is NameKind.PERSON and name.name and name.country
               for word in (name.text.split()[-1].removesuffix("’s").removesuffix("'s"), name.name.split()[-1])}
    for match in _PAIR.finditer(text):
        one, other = persons.get(match[1]), persons.get(match[3])
        if one is None or other is None or one.actor_id == other.actor_id:
            continue
        inside = [name for name in found if name.start < match.end() and match.start() < name.end]
        if any(name.start < match.start() or name.end > match.end() for name in inside):
            continue
        found = [name for name in found if name not in inside]
        found += [replace(one, start=match.start(1), end=match.end(1), text=match[1]), replace(other, start=match.start(3), end=match.end(3), text=match[3])]
    return sorted(found, key=lambda name: name.start)


def claims_from(article: Article, gazetteer: Gazetteer) -> tuple[Claim, ...]:
    """The events that an article asserts, each once, with the sentence that shows it.

    An article without a day of publication, or in a language without rules, gives none: nothing is guessed.
    """
    if article.published_on is None or article.language not in languages():
        return ()
    text = article.text
    words = lexicon(article.language)
    reader = Reader(article, gazetteer, words, article.published_on)
    names = _with_pairs(text, find_names(text, gazetteer, article.published_on))
    dates = find_dates(text, reader.anchor, language=article.language, zone=article.time_zone)
    drafts = []
    name_at = date_at = number = 0
    for block in article.blocks():
        for start, end in sentences(text, block.start, block.end):
            while name_at < len(names) and names[name_at].end <= start:
                name_at += 1
            while date_at < len(dates) and dates[date_at].end <= start:
                date_at += 1
            upto_name, upto_date = name_at, date_at
            while upto_name < len(names) and names[upto_name].start < end:
                upto_name += 1
            while upto_date < len(dates) and dates[upto_date].start < end:
                upto_date += 1
            sentence: Tagged = tag(text, start, end, block.kind, number, names[name_at:upto_name],
                                   dates[date_at:upto_date], _pronouns(article.language))
            drafts += reader.read(sentence, frames(sentence, words))
            number += 1
    claims = []
    seen: set[str] = set()
    for draft in assemble(drafts, reader):
        if draft.when is None:
            continue
        key = identifier(article.url, text[draft.start:draft.end], draft.type, draft.when.edtf(),
                         *sorted(p.actor_id for p in draft.participants), draft.organisation or "")
        if key in seen:
            continue
        seen.add(key)
        claims.append(Claim(
            id=key, article=article.url, source=article.source, tier=article.tier, told_on=article.published_on,
            told_at=article.published_at, type=draft.type, participants=tuple(draft.participants), when=draft.when,
            status=draft.status, place=draft.place, organisation=draft.organisation, quotation=text[draft.start:draft.end],
            start=draft.start, end=draft.end, rule=draft.rule, confidence=round(draft.confidence, 3), formerly=draft.formerly))
    return tuple(claims)
