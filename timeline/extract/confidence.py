"""How far a draft can be trusted: the share of such drafts that careful readers confirm.

A logistic regression over what is known of a draft (rule, tense, how it was dated, who takes part). Its weights are data,
made by `scripts/calibrate_confidence.py` from annotated articles; no weight stands for a word of an article.
"""
from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from math import exp

from timeline.extract.drafts import CLASS, Draft
from timeline.model import ActorKind, EventType, Status


@dataclass(frozen=True, slots=True)
class Weights:
    """`least`: below this confidence a draft makes no event."""

    bias: float
    weights: dict[str, float]
    least: float


@cache
def weights(language: str = "en") -> Weights:
    """The weights of a language. Raises `FileNotFoundError` where it has none."""
    raw = tomllib.loads((files("timeline") / "data" / language / "confidence.toml").read_text(encoding="utf-8"))
    return Weights(raw["bias"], raw["weights"], raw["least"])


def confidence_of(draft: Draft, published: date, table: Weights) -> float:
    """Between 0 and 1: how many of a hundred such drafts hold."""
    return chance(table.bias + sum(table.weights.get(feature, 0.0) for feature in features(draft, published)))


def chance(total: float) -> float:
    """The logistic function, kept off the ends so that nothing overflows and nothing is certain."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def features(draft: Draft, published: date) -> Iterator[str]:
    """What is known of a draft, as names of features."""
    frame = draft.frame
    head, _, tail = draft.rule.partition(":")
    yield f"rule {draft.rule}"
    yield f"head {head}"
    yield f"tail {tail.rpartition(':')[2]}"
    yield f"type {draft.type.value}"
    yield f"status {draft.status.value}"
    yield f"dated by {draft.dated_by}"
    yield f"{CLASS[draft.type]} dated by {draft.dated_by}"
    yield f"{draft.status.value} dated by {draft.dated_by}"
    yield f"tense {draft.tense}"
    yield f"{head} {draft.tense}"
    yield f"block {draft.kind}"
    yield "told early" if draft.sentence <= 3 else "told late" if draft.sentence > 12 else "told midway"
    if draft.other_date and draft.dated_by in ("month", "dateline", "stay"):
        yield "another time is told"
    if draft.background:
        yield "background"
        yield f"background dated by {draft.dated_by}"
    if draft.merged > 1:
        yield "told again"
    if draft.merged > 2:
        yield "told often"
    countries = len(draft.countries)
    yield f"countries {min(countries, 4)}"
    persons = sum(1 for p in draft.participants if p.kind is ActorKind.PERSON)
    yield f"persons {min(persons, 3)}"
    if persons == 0 and draft.type in (EventType.MEETING, EventType.CALL):
        yield "only states meet"
    if draft.organisation:
        yield "has a body"
        if not draft.participants:
            yield "body alone"
        if draft.dated_by == "month":
            yield "body dated by month"
    if any(p.kind is ActorKind.ORGANISATION for p in draft.participants):
        yield "a body takes part"
    yield "place named" if draft.place is not None and draft.place.name else "place a state" if draft.place is not None else "no place"
    if draft.when is not None:
        yield f"precision {draft.when.precision.value}"
        gap = (draft.when.first - published).days
        yield ("long past" if gap < -400 else "past year" if gap < -45 else "past weeks" if gap < -7 else "past week" if draft.when.last < published
               else "far ahead" if gap > 200 else "ahead" if gap > 7 else "soon" if gap > 0 else "now")
        if draft.status is Status.PLANNED and gap <= 0 and draft.when.exact:
            yield "planned for a day that is here"
    if frame is not None:
        if frame.preposition:
            yield f"beside {frame.preposition}"
        for bearing in sorted(frame.bears):  # in one order, so that the sum is the same in every process
            yield f"bears {bearing}"
        if frame.said:
            yield "said"
        if frame.perfect:
            yield "perfect"
        if frame.kind == "encounter" and frame.abstract:
            yield "abstract noun"
        if frame.word == "discuss":
            yield "discuss"
