"""Which parties stand together, which words are verbs, whose they are, and what governs them."""
from __future__ import annotations

import pytest
from one_sentence import clauses, groups, verb, words

# -- groups

@pytest.mark.parametrize(("text", "found"), [
    ("Putin and Xi Jinping met.", [["Putin", "Xi Jinping"]]),
    ("Putin, Raisi and Erdogan met.", [["Putin", "Raisi", "Erdogan"]]),
    ("Germany, France and Italy will meet Iran.", [["Germany", "France", "Italy"], ["Iran"]]),
    ("Putin met Xi Jinping, Narendra Modi and Recep Tayyip Erdogan.", [["Putin"], ["Xi Jinping", "Narendra Modi", "Recep Tayyip Erdogan"]]),
    ("Leaders of Japan and Canada met.", [["Leaders of Japan", "Canada"]]),
    ("The European Union and China will meet.", [["European Union", "China"]])])
def test_coordinated_parties_are_one_group(text: str, found: list[list[str]]) -> None:
    assert groups(clauses(text)) == found


@pytest.mark.parametrize(("text", "found"), [
    ("Putin met Xi Jinping, but Modi stayed at home.", [["Putin"], ["Xi Jinping"], ["Modi"]]),
    ("After talks with Wang Yi, Blinken flew to Seoul.", [["Wang Yi"], ["Blinken"], ["Seoul"]])])
def test_a_list_ends_with_its_and(text: str, found: list[list[str]]) -> None:
    assert groups(clauses(text)) == found


def test_an_alias_in_brackets_is_the_same_party_again() -> None:
    assert groups(clauses("The European Union (EU) and China will meet.")) == [["European Union", "China"]]


def test_the_first_of_a_list_may_be_told_of_in_a_relative_clause() -> None:
    read = clauses("Chinese Foreign Minister Wang Yi, who chairs the council, Sergei Lavrov and Subrahmanyam Jaishankar met.")
    assert words(read, verb(read, "meet").subject) == ["Chinese Foreign Minister Wang Yi", "Sergei Lavrov", "Subrahmanyam Jaishankar"]


def test_an_office_in_apposition_is_no_second_party() -> None:
    assert groups(clauses("Antony Blinken, the US secretary of state, met Wang Yi.")) == [["Antony Blinken, the US secretary of state"], ["Wang Yi"]]


def test_an_owner_is_possessive() -> None:
    read = clauses("Putin's meeting with Xi Jinping lasted an hour.")
    assert [(words(read, group), group.possessive, group.preposition) for group in read.groups] == [(["Putin"], True, ""), (["Xi Jinping"], False, "with")]


@pytest.mark.parametrize(("text", "pair"), [
    ("The EU-Russia summit ended.", ["EU", "Russia"]), ("Russian-Turkish talks began.", ["Russian", "Turkish"]),
    ("Turkey-Greece talks will resume.", ["Turkey", "Greece"])])
def test_a_hyphen_makes_a_compound_of_two(text: str, pair: list[str]) -> None:
    read = clauses(text)
    assert groups(read) == [pair]
    assert read.groups[0].compound


def test_the_state_before_its_own_leader_is_no_party() -> None:
    assert groups(clauses("Mexico's Andres Manuel Lopez Obrador met Justin Trudeau.")) == [["Andres Manuel Lopez Obrador"], ["Justin Trudeau"]]


def test_a_nationality_before_something_else_is_no_party() -> None:
    assert groups(clauses("Putin sold Russian gas.")) == [["Putin"]]


def test_a_preposition_governs_its_group() -> None:
    read = clauses("The meeting between Putin and Xi Jinping took place in Moscow.")
    assert [(words(read, group), group.preposition) for group in read.groups] == [(["Putin", "Xi Jinping"], "between"), (["Moscow"], "in")]


# -- verbs

@pytest.mark.parametrize(("text", "form"), [
    ("Putin met Xi Jinping.", "past"), ("Putin meets Xi Jinping on Friday.", "present"), ("Putin is meeting Xi Jinping.", "progressive"),
    ("Putin will meet Xi Jinping.", "future"), ("Putin would meet Xi Jinping.", "future"), ("Putin has met Xi Jinping.", "past"),
    ("Putin plans to meet Xi Jinping.", "infinitive"), ("After meeting Xi Jinping, Putin flew home.", "ing")])
def test_a_verb_has_its_tense(text: str, form: str) -> None:
    assert verb(clauses(text), "meet").form == form


def test_had_met_is_told_as_earlier() -> None:
    assert verb(clauses("Putin had met Xi Jinping."), "meet").pluperfect
    assert not verb(clauses("Putin has met Xi Jinping."), "meet").pluperfect


@pytest.mark.parametrize("text", ["Xi Jinping was received by Putin.", "Xi Jinping has been received by Putin.", "Xi Jinping will be received by Putin."])
def test_a_passive_has_its_object_as_subject(text: str) -> None:
    read = clauses(text)
    assert verb(read, "receive").passive
    assert words(read, verb(read, "receive").subject) == ["Xi Jinping"]


@pytest.mark.parametrize("text", ["Putin did not meet Xi Jinping.", "Putin never met Xi Jinping.", "Putin will not meet Xi Jinping."])
def test_a_denied_verb_bears_refusal(text: str) -> None:
    found = verb(clauses(text), "meet")
    assert found.negated
    assert "refuse" in found.bears


@pytest.mark.parametrize("modal", ["may", "could", "might", "should"])
def test_what_may_be_is_no_more_than_wished(modal: str) -> None:
    assert "wish" in verb(clauses(f"Putin {modal} meet Xi Jinping."), "meet").bears


@pytest.mark.parametrize(("governor", "bears"), [
    ("plans", {"plan"}), ("wants", {"wish"}), ("hopes", {"wish"}), ("refused", {"refuse"}), ("declined", {"refuse"}), ("is due", {"plan"}),
    ("is", {"plan"}), ("is expected", {"plan"}), ("is scheduled", {"plan"}), ("is ready", {"wish"})])
def test_an_infinitive_bears_what_governs_it(governor: str, bears: set[str]) -> None:
    read = clauses(f"Putin {governor} to meet Xi Jinping.")
    assert verb(read, "meet").bears == bears
    assert words(read, verb(read, "meet").subject) == ["Putin"]


@pytest.mark.parametrize("governor", ["urged", "invited", "asked"])
def test_who_is_urged_is_the_one_who_would_meet(governor: str) -> None:
    read = clauses(f"Macron {governor} Putin to meet Zelensky.")
    found = verb(read, "meet")
    assert words(read, found.subject) == ["Putin"]
    assert found.bears == {"wish"}
    assert found.governor is not None


def test_after_meeting_has_the_subject_of_the_main_clause() -> None:
    read = clauses("After meeting Xi Jinping, Macron flew to Guangzhou.")
    assert words(read, verb(read, "meet").subject) == ["Macron"]
    assert verb(read, "meet").opener == "after"


def test_a_relative_clause_has_its_antecedent_as_subject() -> None:
    read = clauses("Blinken, who met Wang Yi in Beijing, flew to Seoul.")
    assert verb(read, "meet").relative
    assert words(read, verb(read, "meet").subject) == ["Blinken"]
    assert words(read, verb(read, "fly").subject) == ["Blinken"]


def test_who_after_an_object_speaks_of_the_object() -> None:
    read = clauses("Macron met Scholz, who had visited China.")
    assert words(read, verb(read, "meet").subject) == ["Macron"]
    assert words(read, verb(read, "visit").subject) == ["Scholz"]


def test_coordinated_verbs_share_their_subject() -> None:
    read = clauses("Putin held talks with Xi Jinping and met Modi.")
    assert words(read, verb(read, "hold").subject) == words(read, verb(read, "meet").subject) == ["Putin"]


def test_and_after_a_future_goes_on_in_the_future() -> None:
    assert verb(clauses("They will visit Paris and meet Macron."), "meet").form == "future"


@pytest.mark.parametrize("text", ["Asked if Putin would meet Zelensky, Peskov said nothing.", "If Putin meets Zelensky, the war will end.",
                                  "Until Putin meets Zelensky, the war will go on.", "It is unclear whether Putin will meet Zelensky."])
def test_what_depends_on_a_condition_is_no_more_than_wished(text: str) -> None:
    assert "wish" in verb(clauses(text), "meet").bears


def test_what_is_denied_bears_refusal() -> None:
    found = verb(clauses("Macron denied that Putin had met Zelensky."), "meet")
    assert found.bears == {"refuse"}


def test_what_is_said_is_governed_by_the_saying_and_bears_nothing() -> None:
    read = clauses("Macron said Putin would meet Xi Jinping.")
    found = verb(read, "meet")
    assert found.governor is verb(read, "say")
    assert found.bears == set()
    assert words(read, found.subject) == ["Putin"]


def test_the_owner_stands_for_his_team() -> None:
    read = clauses("Biden's team met Xi Jinping.")
    assert words(read, verb(read, "meet").subject) == ["Biden"]


@pytest.mark.parametrize(("text", "lemma", "noun"), [
    ("The talks were held in Geneva.", "be held", "talks"), ("A meeting of ministers was cancelled.", "cancel", "meeting"),
    ("The visit had been put off twice.", "put off", "visit"), ("The planned visit of Li Qiang to Moscow was called off.", "call off", "visit"),
    ("The meeting between Putin and Xi Jinping took place in Moscow.", "take place", "meeting")])
def test_an_occasion_is_the_subject_of_what_befalls_it(text: str, lemma: str, noun: str) -> None:
    read = clauses(text)
    assert read.sentence.low(verb(read, lemma).noun) == noun


# -- a noun or a verb

@pytest.mark.parametrize(("text", "lemma"), [
    ("Putin talks with Xi Jinping.", "talk"), ("Putin visits China.", "visit"), ("Putin calls Xi Jinping.", "call"),
    ("They will visit Paris.", "visit"), ("They visit Paris.", "visit"), ("Putin is meeting Xi Jinping.", "meet")])
def test_after_its_subject_it_is_a_verb(text: str, lemma: str) -> None:
    assert verb(clauses(text), lemma)


@pytest.mark.parametrize("text", ["Putin's talks with Xi Jinping were long.", "Putin's visits to China were long.", "The meeting with Xi Jinping was long.",
                                  "Their visit to China was long.", "A call with Xi Jinping was long.", "The calls between Putin and Xi Jinping were long."])
def test_after_a_determiner_or_an_owner_it_is_a_noun(text: str) -> None:
    assert [v.lemma for v in clauses(text).verbs] == ["be"]


def test_a_participle_before_its_noun_is_no_verb() -> None:
    assert [v.lemma for v in clauses("The planned visit of Li Qiang was long.").verbs] == ["be"]


def test_a_headline_lists_without_an_and_and_plans_with_to() -> None:
    read = clauses("Macron, Scholz to meet Putin", block="headline")
    assert words(read, verb(read, "meet").subject) == ["Macron", "Scholz"]
    assert verb(read, "meet").bears == {"plan"}


def test_every_item_of_a_group_or_verb_leads_back_to_it() -> None:
    read = clauses("Putin, who had met Xi Jinping and Modi in Kazan, will not visit the EU-Russia summit on Friday.")
    for group in read.groups:
        assert all(read.group_at[position] is group for position in range(group.start, group.end))
        assert set(group.members) <= set(range(group.start, group.end))
    for found in read.verbs:
        assert all(read.verb_at[position] is found for position in range(found.first, found.index + 1))
