"""The words of a language: forms of verbs, phrases, and the words without which a sentence tells of nothing."""
from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from timeline.dates import find_dates
from timeline.extract import claims_from
from timeline.extract.frames import letters_of, may_tell
from timeline.extract.grammar import forms_of, grammar, languages
from timeline.gazetteer import load_gazetteer
from timeline.names import find_names
from timeline.reading import article_from_text

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]


def names(base: str, irregular: dict[str, list[str]]) -> dict[str, str]:
    """Each form of a verb with its names in one string."""
    return {form: " ".join(sorted(found)) for form, found in forms_of(base, irregular, {}).items()}


@pytest.mark.parametrize(("base", "forms"), [
    ("visit", {"visit": "base", "visits": "s", "visited": "part past", "visiting": "ing"}),
    ("receive", {"receive": "base", "receives": "s", "received": "part past", "receiving": "ing"}),
    ("discuss", {"discuss": "base", "discusses": "s", "discussed": "part past", "discussing": "ing"}),
    ("try", {"try": "base", "tries": "s", "tried": "part past", "trying": "ing"}),
    ("agree", {"agree": "base", "agrees": "s", "agreed": "part past", "agreeing": "ing"}),
    ("stay", {"stay": "base", "stays": "s", "stayed": "part past", "staying": "ing"}),
    ("convene", {"convene": "base", "convenes": "s", "convened": "part past", "convening": "ing"})])
def test_a_regular_verb_has_four_forms(base: str, forms: dict[str, str]) -> None:
    assert names(base, {}) == forms


@pytest.mark.parametrize(("base", "given", "forms"), [
    ("speak", ["spoke", "spoken"], {"spoke": "past", "spoken": "part", "speaks": "s", "speaking": "ing"}),
    ("go", ["went", "gone"], {"went": "past", "gone": "part", "goes": "s", "going": "ing"}),
    ("put off", ["put", "put", "putting"], {"puts off": "s", "putting off": "ing", "put off": "base part past"}),
    ("come", ["came", "come"], {"come": "base part", "came": "past"}),
    ("sit down", ["sat", "sat", "sitting"], {"sat down": "part past", "sitting down": "ing", "sits down": "s"})])
def test_an_irregular_verb_has_the_forms_that_are_given(base: str, given: list[str], forms: dict[str, str]) -> None:
    made = names(base, {base.split()[0]: given})
    assert forms.items() <= made.items()


def test_american_spelling_is_known_beside_the_british() -> None:
    made = forms_of("cancel", {"cancel": ["cancelled", "cancelled", "cancelling"]}, {})
    assert {"cancelled", "canceled", "cancelling", "canceling"} <= set(made)


def test_verbs_in_ie_take_y_before_ing() -> None:
    assert names("die", {"die": ["died", "died"]})["dying"] == "ing"


def test_be_held_is_inflected_in_its_first_word() -> None:
    assert {"is held", "were held", "been held", "be held"} <= set(forms_of("be held", {}, {"be": {"is": "s", "were": "past", "been": "part", "be": "base"}}))


def test_english_is_the_language_with_rules() -> None:
    assert languages() == {"en"}


def test_a_language_without_rules_is_refused_by_its_name() -> None:
    with pytest.raises(KeyError, match="xx"):
        grammar("xx")


def test_a_language_is_read_once() -> None:
    assert grammar("en") is grammar("en")


def test_a_word_may_be_a_noun_and_a_verb_at_once() -> None:
    visit = grammar().words["visit"]
    assert visit.noun == "visit"
    assert ("visit", "visit", "base") in visit.verbs


@pytest.mark.parametrize(("word", "kind"), [("talks", "meeting"), ("summit", "summit"), ("phone call", "call"), ("funeral", "ceremony"),
                                            ("treaty", "signing"), ("forum", "conference"), ("news conference", "not_occasion")])
def test_a_noun_names_one_kind_of_occasion(word: str, kind: str) -> None:
    assert grammar().words[word].noun == kind


def test_a_phrase_is_found_by_its_first_word() -> None:
    words = grammar()
    for phrase in words.words:
        assert words.longest[phrase.split(" ")[0]] >= phrase.count(" ") + 1


@pytest.mark.parametrize("word", ["met", "talks", "summit", "visit", "visited", "telephoned", "spoke", "signed", "funeral"])
def test_words_of_meeting_are_triggers(word: str) -> None:
    assert word.encode() in grammar().triggers


@pytest.mark.parametrize("word", ["the", "and", "with", "of", "said", "war", "treaty"])
def test_other_words_are_none(word: str) -> None:
    assert word.encode() not in grammar().triggers


@pytest.mark.parametrize("case", [case for case in CASES if case["events"]], ids=lambda case: case["why"])
def test_no_sentence_that_asserts_an_event_is_passed_over(case: dict) -> None:
    on = date.fromisoformat(case["published"])
    article = article_from_text(case["text"], title=case.get("title"), published=on, url="https://example.org/a")
    names = find_names(article.text, load_gazetteer(), on)
    for claim in claims_from(article, load_gazetteer()):
        inside = [name for name in names if claim.start <= name.start < claim.end]
        dates = [found for found in find_dates(article.text, on) if claim.start <= found.start < claim.end]
        assert may_tell(article.text, letters_of(article.text), claim.start, claim.end, inside, dates, grammar()), claim.quotation


@pytest.mark.parametrize("text", ["Putin praised the harvest.", "Oil prices fell.", "Zelensky thanked Germany."])
def test_a_sentence_without_any_word_of_meeting_is_passed_over(text: str) -> None:
    on = date(2023, 11, 10)
    assert not may_tell(text, letters_of(text), 0, len(text), find_names(text, load_gazetteer(), on), [], grammar())


@pytest.mark.parametrize("text", [
    "Lavrov said that he had left the matter to others.",  # a verb of travel, and no place
    "Scholz met every expectation.",  # one person alone
    "The treaty that Rubio signed is secret.",  # one who signs, and no day
    "Wang said that Norway takes much of the blame.",  # "takes" alone is no "takes part"
    "Ambassador Bell works in Oslo."])
def test_a_sentence_that_names_too_few_is_not_parsed(text: str) -> None:
    on = date(2025, 5, 2)
    assert not may_tell(text, letters_of(text), 0, len(text), find_names(text, load_gazetteer(), on), [], grammar())


@pytest.mark.parametrize("text", [
    "They met on Friday.", "The two leaders spoke for an hour.", "Rubio left for Oslo.", "Scholz was on Friday in Oslo.",
    "Wang takes part in the talks.", "Wang visited Putin.", "Ministers from Norway are to meet.", "Norway sat down with Sweden."])
def test_a_sentence_that_names_enough_is_parsed(text: str) -> None:
    on = date(2025, 5, 2)
    assert may_tell(text, letters_of(text), 0, len(text), find_names(text, load_gazetteer(), on), find_dates(text, on), grammar())
