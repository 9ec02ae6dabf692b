"""Confidence is a probability over named features of a draft; its weights are data and know no word of an article."""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from one_sentence import claims

from timeline.extract.confidence import Weights, confidence_of, features, weights
from timeline.extract.drafts import Draft
from timeline.extract.frame import Frame
from timeline.extract.grammar import NOUNS, grammar
from timeline.gazetteer import load_gazetteer
from timeline.model import ActorKind, EventType, Participant, Place, Status
from timeline.when import When

ON = date(2023, 11, 10)
MACRON = Participant(ActorKind.PERSON, "person:emmanuel-macron", "Emmanuel Macron", "FR")
SCHOLZ = Participant(ActorKind.PERSON, "person:olaf-scholz", "Olaf Scholz", "DE")
NATO = Participant(ActorKind.ORGANISATION, "organisation:NATO", "NATO", None)


def draft(**fields: Any) -> Draft:
    made = Draft(EventType.MEETING, [MACRON, SCHOLZ], When.day(date(2023, 11, 9)), Status.HELD, None, None, 0, 10, "verb:meet", 0, "paragraph",
                 tense="past", dated_by="sentence")
    return replace(made, **fields)


DRAFTS = [draft(type=kind, status=status, when=when, place=place, participants=people, sentence=number) for kind, status, when, place, people, number in product(
    EventType, Status, (None, When.day(ON), When.month(2020, 1), When.year(2030)), (None, Place("Paris", "FR"), Place(None, "FR")),
    ([], [MACRON], [MACRON, SCHOLZ, NATO]), (0, 9, 30))]


@pytest.mark.parametrize("size", [0.0, 1.0, 1e6, -1e6])
def test_confidence_lies_between_0_and_1_whatever_the_weights(size: float) -> None:
    table = Weights(size, dict.fromkeys(features(draft(), ON), size), 0.0)
    assert 0.0 < confidence_of(draft(), ON, table) < 1.0


def test_confidence_by_the_shipped_weights_lies_between_0_and_1() -> None:
    table = weights()
    assert all(0.0 < confidence_of(made, ON, table) < 1.0 for made in DRAFTS)


@pytest.mark.parametrize("feature", sorted(set(features(draft(), ON))))
def test_a_feature_with_a_positive_weight_raises_it_and_a_negative_lowers_it(feature: str) -> None:
    none = confidence_of(draft(), ON, Weights(0.3, {}, 0.0))
    assert confidence_of(draft(), ON, Weights(0.3, {feature: 0.5}, 0.0)) > none > confidence_of(draft(), ON, Weights(0.3, {feature: -0.5}, 0.0))


def test_a_draft_that_gains_a_positive_feature_gains_confidence() -> None:
    table = Weights(0.0, {"told again": 0.4, "background": -0.7}, 0.0)
    once, again, history = (confidence_of(made, ON, table) for made in (draft(), draft(merged=2), draft(background=True)))
    assert history < once < again


def test_features_that_the_weights_do_not_know_count_nothing() -> None:
    assert confidence_of(draft(), ON, Weights(0.0, {"no such feature": 9.0}, 0.0)) == 0.5
    strange = draft(rule="no such:rule", tense="no such tense", dated_by="no such day")
    assert confidence_of(strange, ON, Weights(0.0, {}, 0.0)) == 0.5


def test_features_are_the_same_each_time_and_told_once() -> None:
    for made in DRAFTS:
        found = list(features(made, ON))
        assert found == list(features(made, ON))
        assert len(found) == len(set(found))


def test_features_say_how_it_was_told() -> None:
    frame = Frame("encounter", "negotiations", 0, 1, "verb:meet", preposition="after", bears={"plan"}, said=True, perfect=True, abstract=True)
    found = set(features(draft(frame=frame, merged=3, background=True, organisation="NATO", participants=[]), ON))
    assert {"rule verb:meet", "head verb", "tail meet", "beside after", "bears plan", "said", "perfect", "abstract noun", "told again", "told often",
            "background", "has a body", "body alone", "countries 0", "persons 0", "no place"} <= found


@pytest.mark.parametrize(("when", "feature"), [
    (When.day(date(2020, 1, 1)), "long past"), (When.day(date(2023, 8, 1)), "past year"), (When.day(date(2023, 10, 20)), "past weeks"),
    (When.day(date(2023, 11, 7)), "past week"), (When.day(ON), "now"), (When.day(date(2023, 11, 14)), "soon"),
    (When.day(date(2023, 12, 14)), "ahead"), (When.day(date(2024, 12, 1)), "far ahead")])
def test_how_far_the_day_lies_from_publication_is_one_feature(when: When, feature: str) -> None:
    distances = {"long past", "past year", "past weeks", "past week", "now", "soon", "ahead", "far ahead"}
    assert distances & set(features(draft(when=when), ON)) == {feature}


def test_the_shipped_weights_are_numbers_with_a_threshold() -> None:
    table = weights()
    assert table.weights
    assert 0.0 < table.least < 1.0
    assert all(isinstance(weight, float) for weight in table.weights.values())


def test_a_language_without_weights_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        weights("xx")


# What a feature's name may be made of: enumerations, names of rules, tenses, how it was dated, and the grammar's prepositions.
_RULE = r"[a-z -]*(?::[a-z -]+)*"
# Parts of rules' names that are neither kinds of occasion nor verbs of the lexicon.
_PARTS = {"anaphor", "be", "be in", "beside", "between", "body", "body meets", "gathering", "headline", "joint", "light", "named", "noun", "object", "of", "pair", "their",
          "told", "told on a visit", "signed", "signed by", "take to", "verb", "with", ""}
_TENSE = "(?:past|present|future|infinitive|ing|progressive|noun|participle)"
_TYPE = "|".join(EventType)
_STATUS = "|".join(Status)
_DATED = "(?:sentence|statement|dateline|discourse|stay|month|)"
_SHAPE = re.compile("|".join([
    rf"(?:rule|tail|head) {_RULE}", rf"type (?:{_TYPE})", rf"status (?:{_STATUS})", rf"(?:(?:encounter|call|gathering|signing|ceremony|{_STATUS}|background) )?dated by {_DATED}",
    rf"tense {_TENSE}", rf"[a-z]+ {_TENSE}", "block (?:headline|paragraph|caption)", "told (?:early|midway|late|again|often)", "another time is told", "background",
    "countries [0-4]", "persons [0-3]", "only states meet", "has a body", "body alone", "body dated by month", "a body takes part", "place named", "place a state",
    "no place", "precision (?:minute|day|week|month|quarter|year)", "long past", "past year", "past weeks?", "far ahead", "ahead", "soon", "now",
    "planned for a day that is here", "beside (?P<preposition>.+)", "bears (?:plan|wish|refuse|cancel|postpone|move|purpose)", "said", "perfect", "abstract noun", "discuss"]))


def test_no_weight_stands_for_anything_but_a_rule_or_a_feature() -> None:
    words = grammar().words
    verbs = {name for word in words.values() for kind, base, _ in word.verbs for name in (kind, base)}
    parts = _PARTS | set(NOUNS) | verbs
    for feature in weights().weights:
        head, _, rule = feature.partition(" ")
        if head in ("rule", "head", "tail"):
            assert set(rule.split(":")) <= parts, feature
        match = _SHAPE.fullmatch(feature)
        assert match is not None, feature
        if match["preposition"]:
            assert words[match["preposition"]].function & {"preposition", "subordinator"}, feature


def test_no_weight_names_a_state_or_a_body() -> None:
    gazetteer = load_gazetteer()
    known = {state.name.lower() for state in gazetteer.states.values()} | {row.name.lower() for row in gazetteer.organisations.values()}
    for feature in weights().weights:
        words = feature.split()
        assert not known & {" ".join(words[first:last]) for first in range(len(words)) for last in range(first + 1, len(words) + 1)}, feature


def test_every_claim_carries_its_confidence_above_the_threshold() -> None:
    found = claims("Emmanuel Macron met Olaf Scholz in Berlin on Thursday. Putin will visit China next week. Biden telephoned Netanyahu on Monday.")
    assert len(found) == 3
    assert all(weights().least <= claim.confidence <= 1.0 for claim in found)
