"""An entry of a calendar -> what it claims. Time and status are the calendar's own fields; its summary is read for what
kind of occasion it names and for who takes part, and for nothing else.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from timeline.extract.grammar import Grammar, grammar, languages
from timeline.extract.participants import Parties, country_of, host_of
from timeline.gazetteer import Gazetteer
from timeline.mentions import NameKind, NameMention
from timeline.model import Appointment, Article, Claim, EventType, Participant, Place, identifier
from timeline.names import find_names
from timeline.outlet import home_of

__all__ = ["claims_of_appointment"]

RULE = "appointment"
FIRM, TENTATIVE = 0.9, 0.6  # a calendar's own word, and one that it does not vouch for
GATHERINGS = (EventType.SUMMIT, EventType.CONFERENCE, EventType.CEREMONY)  # one body or one guest is enough
_VERBS = {"meet": EventType.MEETING, "receive": EventType.MEETING, "see": EventType.MEETING, "speak": EventType.MEETING,
          "discuss": EventType.MEETING, "negotiate": EventType.MEETING, "telephone": EventType.CALL, "visit": EventType.VISIT,
          "travel": EventType.VISIT, "arrive": EventType.VISIT, "sign": EventType.SIGNING}
_WORDS = re.compile(r"[\w'-]+")
_OWNING_PLURAL = re.compile("(?<=s)'(?= )")  # "ministers' meeting": the grammar has the mark as a word of its own


def claims_of_appointment(article: Article, appointment: Appointment, gazetteer: Gazetteer) -> tuple[Claim, ...]:
    """One claim, or none: where the summary names no occasion, or too few who could take part in it, where the entry
    stands for a series, or where its language has no rules.

    The claim's id is that of the entry, so a moved or renamed entry revises its event. The quotation is the paragraph
    that holds the summary with its time. Raises `ValueError` where the article has no day or no paragraph.
    """
    if article.published_on is None or not article.paragraphs:
        raise ValueError(f"{article.url}: an entry needs a day and a text")
    if article.language not in languages() or appointment.repeats:
        return ()
    words = grammar(article.language)
    kind = _kind(article.headline, words)
    if kind is None:
        return ()
    text = article.text
    names = [name for name in find_names(text, gazetteer, article.published_on) if name.end <= len(article.headline)]
    parties = Parties(text, article.published_on, gazetteer, words)
    located = find_names(appointment.location, gazetteer, article.published_on) if appointment.location else ()
    place = next((parties.place(point) for point in _points((*located, *names))), None)
    participants = _participants(kind, article, names, parties, gazetteer)
    if len({country_of(one) for one in participants}) < (1 if kind in GATHERINGS else 2):
        return ()
    organisation = next((one.name for one in participants if one.kind == "organisation"), None)
    block = next(block for block in article.blocks() if block.kind == "paragraph")
    return (Claim(
        id=identifier(article.url, RULE), article=article.url, source=article.source, outlet=article.outlet, tier=article.tier,
        told_on=article.published_on, told_at=article.published_at, type=kind, participants=tuple(participants),
        when=appointment.when, status=appointment.status, place=place if kind is not EventType.CALL else None,
        organisation=organisation if kind in GATHERINGS else None, quotation=text[block.start:block.end], start=block.start,
        end=block.end, rule=RULE, confidence=FIRM if appointment.firm else TENTATIVE),)


def _kind(summary: str, words: Grammar) -> EventType | None:
    """The first occasion that the summary names by a noun; else what its first verb tells."""
    tokens = _WORDS.findall(_OWNING_PLURAL.sub(" '", summary.lower().replace("’", "'")))
    told: EventType | None = None
    at = 0
    while at < len(tokens):
        for length in range(min(words.longest.get(tokens[at], 1), len(tokens) - at), 0, -1):
            word = words.words.get(" ".join(tokens[at:at + length]))
            if word is None:
                continue
            if word.noun == "not_occasion":
                return None
            if word.noun and word.noun != "signing":
                return EventType(word.noun)
            told = told or next((_VERBS[name] for name, _, _ in word.verbs if name in _VERBS), None)
            at += length - 1
            break
        at += 1
    return told


def _participants(kind: EventType, article: Article, names: list[NameMention], parties: Parties, gazetteer: Gazetteer) -> list[Participant]:
    guests = [name for name in names if name.kind not in (NameKind.PLACE, NameKind.CITY)]
    found: list[Participant] = []
    if kind is EventType.VISIT:
        # "Visit of A to B", "A visits B": who stands behind the preposition, or the last of two, is visited.
        goal = next((name for name in names if re.search(r"\b(?:to|in|visits?|visiting)\s+(?:the\s+)?$", article.headline[:name.start], re.IGNORECASE)
                     and (name.kind in (NameKind.STATE, NameKind.CITY) or name.place is not None)), None)
        travellers = parties.all_of(name for name in guests if name is not goal)
        found = [Participant(one.kind, one.actor_id, one.name, one.country, one.role, "visitor") for one in travellers]
        country = (goal.country or (goal.place.country if goal.place else None)) if goal else home_of(article, gazetteer)
        hosts = [host_of(country)] if country else []
    else:
        found = parties.all_of(guests)
        # A ministry leaves out its own state: "Talks with B".
        home = home_of(article, gazetteer) if kind not in GATHERINGS and len({country_of(one) for one in found}) == 1 else None
        hosts = [replace(host_of(home), part="participant")] if home else []
    taking_part = {country_of(one) for one in found}
    return found + [host for host in hosts if host.country not in taking_part]


def _points(names: Iterable[NameMention]) -> Iterator[Place]:
    """The towns and venues among names."""
    yield from (name.place for name in names if name.place is not None and name.kind in (NameKind.CITY, NameKind.PLACE))
