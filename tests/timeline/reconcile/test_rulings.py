"""A ruling names evidence, and finds it again when its id, its words or its neighbours have changed."""
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from timeline.model import ActorKind, Claim, Event, EventType, Participant, Status, Tier, When, identifier
from timeline.reconcile import reconcile
from timeline.rulings import Ruling, RulingError, apply_rulings, merging, splitting, withdrawing

NOW = datetime(2023, 11, 12, tzinfo=UTC)


def claim(article: str, when: str, *who: str, words: str = "They met.", type_: EventType = EventType.MEETING) -> Claim:
    return Claim(id=identifier(article, words, when, *who), article=f"https://x.example/{article}", source="x", tier=Tier.PRESS,
                 told_on=NOW.date(), told_at=None, type=type_,
                 participants=tuple(Participant(ActorKind.STATE, f"state:{code}", None, code) for code in who),
                 when=When.parse(when), status=Status.HELD, place=None, organisation=None, quotation=words, start=0,
                 end=len(words), rule="r", confidence=0.9)


def events_of(*claims: Claim) -> dict[str, Event]:
    return {change.after.when.edtf(): change.after for change in reconcile((), claims, NOW) if change.after is not None}


A, B = claim("a", "2023-11-09", "RU", "KZ"), claim("b", "2023-11-10", "RU", "KZ")


@pytest.fixture
def merged() -> Ruling:
    events = events_of(A, B)
    return merging("r", events["2023-11-09"], events["2023-11-10"])


def sizes(ruling: Ruling, *groups: list[Claim]) -> list[int]:
    return sorted(len(group.claims) for group in apply_rulings(groups, [ruling]))


def test_evidence_is_found_by_its_id(merged: Ruling) -> None:
    assert sizes(merged, [A], [replace(B, quotation="Other words.")]) == [2]


def test_evidence_with_another_id_is_found_by_article_and_words(merged: Ruling) -> None:
    assert sizes(merged, [A], [replace(B, id="new", when=When.parse("2023-11-11"))]) == [2]
    assert sizes(merged, [A], [replace(B, id="new", quotation="They met. It rained.")]) == [2]


def test_evidence_in_other_words_is_found_by_what_it_says(merged: Ruling) -> None:
    assert sizes(merged, [A], [replace(B, id="new", quotation="A handshake.")]) == [2]
    assert sizes(merged, [A], [replace(B, id="new", quotation="A handshake.", when=When.parse("2023-11-12"))]) == [1, 1]


def test_the_same_words_in_another_article_are_other_evidence(merged: Ruling) -> None:
    assert sizes(merged, [A], [replace(B, id="new", article="https://x.example/c")]) == [1, 1]


def test_of_two_occasions_in_one_sentence_the_same_one_is_meant(merged: Ruling) -> None:
    same, other = replace(B, id="new"), replace(claim("b", "2023-11-12", "RU", "CN"), id="another")
    found = apply_rulings([[A], [other], [same]], [merged])
    assert sorted(sorted(one.id for one in group.claims) for group in found) == sorted([sorted([A.id, "new"]), ["another"]])


def test_a_merge_gives_the_first_id_whatever_is_left_of_the_evidence(merged: Ruling) -> None:
    kept = merged.sides[0].event
    assert [group.id for group in apply_rulings([[A]], [merged])] == [kept]
    assert [group.id for group in apply_rulings([[B]], [merged])] == [kept]
    assert [group.id for group in apply_rulings([[claim("c", "2023-11-09", "RU", "CN")]], [merged])] == [None]


def test_a_ruling_does_not_look_at_the_order_of_groups_or_claims() -> None:
    more = claim("c", "2023-11-09", "RU", "KZ", words="Again.")
    event = events_of(A, more)["2023-11-09"]
    ruling = splitting("r", event, "new", articles=[more.article])
    later = [claim(name, "2023-11-09", "RU", "KZ", words=name) for name in "defg"]
    found = []
    for claims in ([A, more, *later], [*later[::-1], more, A]):
        groups = apply_rulings([claims], [ruling])
        assert {group.id for group in groups} == {event.id, "new"}
        found.append({group.id: {one.id for one in group.claims} for group in groups})
    assert found[0] == found[1]


def test_what_is_withdrawn_stays_out_in_all_pieces() -> None:
    more = claim("c", "2023-11-09", "RU", "KZ", words="Again.")
    ruling = withdrawing("r", events_of(A, more)["2023-11-09"])
    stranger = claim("d", "2023-11-09", "RU", "CN")
    found = apply_rulings([[A], [more], [stranger]], [ruling])
    assert {group.claims[0].id: group.out for group in found} == {A.id: True, more.id: True, stranger.id: False}


def test_a_withdrawn_event_keeps_what_tells_of_it() -> None:
    event = events_of(A)["2023-11-09"]
    ruling = withdrawing("r", event)
    out = reconcile([event], (), NOW, rulings=[ruling])[0].after
    assert out is not None
    assert (out.ruled_out, out.revision, out.claims) == (True, 1, event.claims)
    more = claim("c", "2023-11-09", "RU", "KZ", words="Again.")
    change = reconcile([out], [more], NOW, rulings=[ruling])[0]
    assert change.after is not None
    assert (change.after.ruled_out, len(change.after.claims), change.material) == (True, 2, False)
    assert reconcile([change.after], (), NOW, rulings=[ruling]) == ()
    back = reconcile([change.after], (), NOW, undone=[ruling])[0].after
    assert back is not None
    assert (back.id, back.ruled_out, back.revision) == (event.id, False, 2)


def test_an_event_is_not_merged_with_itself() -> None:
    event = events_of(A)["2023-11-09"]
    with pytest.raises(RulingError, match="itself"):
        merging("r", event, event)
