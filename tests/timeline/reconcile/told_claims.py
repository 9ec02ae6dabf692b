"""Claims for tests, written as short as a desk diary writes them."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from timeline.model import ActorKind, Claim, Event, EventType, Participant, Place, Status, Tier, identifier
from timeline.reconcile import candidate_keys, event_keys, reconcile
from timeline.syndication import sketch_of
from timeline.when import When

NOW = datetime(2024, 1, 1, tzinfo=UTC)

BIDEN, BLINKEN, SULLIVAN = "Joe Biden/US", "Antony Blinken/US", "Jake Sullivan/US"
XI, WANG = "Xi Jinping/CN", "Wang Yi/CN"
PUTIN, LAVROV = "Vladimir Putin/RU", "Sergei Lavrov/RU"
TOKAYEV, NETANYAHU, ABBAS = "Kassym-Jomart Tokayev/KZ", "Benjamin Netanyahu/IL", "Mahmoud Abbas/PS"
MACRON, SCHOLZ, MODI = "Emmanuel Macron/FR", "Olaf Scholz/DE", "Narendra Modi/IN"


def party(text: str, part: str = "participant") -> Participant:
    """`Joe Biden/US` a person, `US` a state, `!OPEC` an organisation; `>` in front makes a visitor, `as President` behind
    gives the office."""
    if " as " in text:
        text, _, role = text.partition(" as ")
        return replace(party(text, part), role=role)
    if text.startswith(">"):
        return party(text[1:], "visitor")
    if text.startswith("!"):
        return Participant(ActorKind.ORGANISATION, f"organisation:{text[1:]}", text[1:], None, part=part)
    if "/" in text:
        name, country = text.split("/")
        id_ = "person:" + "-".join(name.lower().replace("-", " ").split())
        return Participant(ActorKind.PERSON, id_, name, country or None, part=part)
    return Participant(ActorKind.STATE, f"state:{text}", None, text, part=part)


def claim(type_: str, parties: str | list[str], when: str, *, told: str, status: str = "held", place: str | None = None,
          body: str | None = None, source: str = "daily", article: str | None = None, tier: str = "press",
          at: str | None = None, formerly: str | None = None, confidence: float = 0.8, words: str = "",
          text: str = "", home: str | None = None, outlet: str = "") -> Claim:
    """One claim. `when` as EDTF (`2023-11-09`, `2023-11-27/2023-11-28`, `2023-11`) or `week 2023-11-27`; `told` a day or a
    moment; `place` as `Minsk/BY` or `/BY`; `text` of the article, for its sketch."""
    listed = [parties] if isinstance(parties, str) else parties
    participants = tuple(party(text) for text in listed)
    moment = datetime.fromisoformat(told) if "T" in told else None
    day = moment.date() if moment else date.fromisoformat(told)
    article = article or f"https://{source}.example/{day.isoformat()}"
    name, _, country = (place or "").partition("/")
    return Claim(
        id=identifier(article, type_, when, at or "", status, body or "", place or "", formerly or "", *listed, words), article=article, source=source, tier=Tier(tier), told_on=day,
        told_at=moment, type=EventType(type_), participants=participants, when=time(when, at), status=Status(status),
        place=Place(name or None, country) if place else None, organisation=body, quotation=words or "They met.", start=0,
        end=len(words or "They met."), rule="test", confidence=confidence, formerly=time(formerly) if formerly else None,
        sketch=sketch_of([text]), home=home, outlet=outlet)


def time(text: str, at: str | None = None) -> When:
    if text.startswith("week "):
        return When.week(date.fromisoformat(text[5:]))
    start, _, end = text.partition("/")
    return When.parse(start, end or None, None, at)


def timeline(*articles: Claim | list[Claim], keyed: bool = True) -> list[Event]:
    """Events after the articles were read in this order; candidates by their keys, as the store finds them."""
    events: dict[str, Event] = {}
    for told in articles:
        claims: list[Any] = [told] if isinstance(told, Claim) else list(told)
        wanted = {key for each in claims for key in candidate_keys(each)}
        known = [event for event in events.values() if not keyed or wanted & event_keys(event)]
        for change in reconcile(known, claims, NOW):
            if change.after is None:
                del events[change.event_id]
            else:
                events[change.event_id] = change.after
    return sorted(events.values(), key=lambda event: (event.when.first, event.title))


def summary(events: list[Event]) -> list[str]:
    return [f"{event.title} {event.when.edtf()} {event.status.value}" for event in events]
