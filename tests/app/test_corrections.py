"""An operator's corrections hold whatever comes later, and leave no trace but history when they are undone."""
import json
import random
from datetime import date
from typing import Any

import pytest
from newsdesk import Clock, article, page, read, rows_of, state_of, taken, timeline_of
from sqlalchemy import select

from app.store.errors import AlreadyUndone, UnknownRuling
from app.store.ledger import Lease
from app.store.queries import EventFilter, Queries
from app.store.store import Store
from app.store.tables import changes, claims, event_states, events
from timeline.model import Article
from timeline.rulings import RulingError

NINTH = "held meeting of RU, KZ on 2023-11-09 in Astana"
TENTH = "held meeting of RU, KZ on 2023-11-10 in Astana"


@pytest.fixture
def leases(store: Store) -> dict[str, Lease]:
    run = taken(store)
    return {name: state_of(run, name).lease for name in ("meridian", "harbour")}


def tell(store: Store, leases: dict[str, Lease], *told: Article) -> None:
    for one in told:
        store.record(leases[one.source], page(one), read(one))


def standing(store: Store) -> dict[str, dict[str, Any]]:
    """Events that stand, by the first day."""
    found = {row["first"]: row for row in rows_of(store, events) if not row["withdrawn"]}
    assert len(found) == sum(not row["withdrawn"] for row in rows_of(store, events))
    return found


def event(store: Store, id_: str) -> dict[str, Any]:
    return rows_of(store, events, id=id_)[0]


def articles_of(store: Store, id_: str) -> list[str]:
    with store.engine.connect() as connection:
        told = connection.execute(select(claims.c.claim).where(claims.c.event_id == id_)).scalars().all()
    return sorted({json.loads(claim)["article"].rpartition("/")[2] for claim in told})


class TestMerge:
    @pytest.fixture
    def two(self, store: Store, leases: dict[str, Lease]) -> tuple[str, str]:
        tell(store, leases, article("a", NINTH), article("b", NINTH, of="harbour"), article("c", TENTH))
        found = standing(store)
        return found["2023-11-09"]["id"], found["2023-11-10"]["id"]

    def test_two_events_become_one_under_the_first_id(self, store: Store, two: tuple[str, str]) -> None:
        kept, other = two
        store.corrections.merge(kept, other, by="ana", note="one meeting that ended after midnight")
        assert [row["id"] for row in standing(store).values()] == [kept]
        assert articles_of(store, kept) == ["a", "b", "c"]
        assert (event(store, other)["withdrawn"], event(store, other)["heir"]) == (True, kept)

    def test_the_first_id_is_kept_though_more_tell_of_the_second(self, store: Store, two: tuple[str, str]) -> None:
        more, fewer = two
        store.corrections.merge(fewer, more, by="ana")
        assert [row["id"] for row in standing(store).values()] == [fewer]
        assert event(store, more)["heir"] == fewer

    def test_what_comes_later_joins_the_one_event(self, store: Store, leases: dict[str, Lease], two: tuple[str, str]) -> None:
        kept, other = two
        store.corrections.merge(kept, other, by="ana")
        tell(store, leases, article("d", TENTH, of="harbour"), article("e", NINTH))
        assert [row["id"] for row in standing(store).values()] == [kept]
        assert articles_of(store, kept) == ["a", "b", "c", "d", "e"]

    def test_undone_they_are_two_with_their_ids_and_what_came_meanwhile(self, store: Store, leases: dict[str, Lease],
                                                                        two: tuple[str, str]) -> None:
        more, fewer = two
        ruling = store.corrections.merge(fewer, more, by="ana").ruling
        tell(store, leases, article("d", TENTH, of="harbour"))
        store.corrections.undo(ruling, by="ben")
        assert articles_of(store, more) == ["a", "b"]
        assert articles_of(store, fewer) == ["c", "d"]
        assert {row["id"] for row in standing(store).values()} == {more, fewer}
        assert event(store, more)["heir"] is None

    def test_the_sequence_never_goes_back(self, store: Store, two: tuple[str, str]) -> None:
        kept, other = two
        seen = []
        for _ in range(3):
            ruling = store.corrections.merge(kept, other, by="ana").ruling
            store.corrections.undo(ruling, by="ana")
            seen.append((event(store, kept)["revision"], event(store, other)["revision"]))
        assert seen == sorted(seen)
        assert seen[0][1] < seen[1][1] < seen[2][1]
        assert b"SEQUENCE:%d\r\n" % seen[2][1] in bytes(event(store, other)["vevent"])

    def test_an_edited_article_stays_in_the_one_event(self, store: Store, leases: dict[str, Lease],
                                                      two: tuple[str, str]) -> None:
        """Its claim has another id, and other words, than the one that was ruled on."""
        kept, other = two
        store.corrections.merge(kept, other, by="ana")
        tell(store, leases, article("c", "A correction.", "held meeting of KZ, RU on 2023-11-10 in Almaty"))
        assert [row["id"] for row in standing(store).values()] == [kept]
        assert articles_of(store, kept) == ["a", "b", "c"]

    def test_the_earlier_states_are_of_the_one_event_too(self, store: Store, leases: dict[str, Lease],
                                                         two: tuple[str, str]) -> None:
        kept, other = two
        tell(store, leases, article("d", TENTH, of="harbour", day=date(2023, 11, 12)))
        assert {row["event_id"] for row in rows_of(store, event_states)} == {other}
        ruling = store.corrections.merge(kept, other, by="ana").ruling
        assert {row["event_id"] for row in rows_of(store, event_states)} == {kept}
        store.corrections.undo(ruling, by="ana")
        assert {row["event_id"] for row in rows_of(store, event_states)} == {other}

    def test_merges_follow_each_other(self, store: Store, leases: dict[str, Lease], two: tuple[str, str]) -> None:
        tell(store, leases, article("d", "held meeting of RU, KZ on 2023-11-11 in Astana", day=date(2023, 11, 12)))
        third = standing(store)["2023-11-11"]["id"]
        first = store.corrections.merge(*two, by="ana").ruling
        store.corrections.merge(third, two[0], by="ana")
        assert [row["id"] for row in standing(store).values()] == [third]
        tell(store, leases, article("e", NINTH, of="harbour"), article("f", TENTH))
        assert [row["id"] for row in standing(store).values()] == [third]
        store.corrections.undo(first, by="ana")
        assert {row["id"] for row in standing(store).values()} == {third, two[1]}

    def test_what_cannot_be_merged_is_named(self, store: Store, two: tuple[str, str]) -> None:
        kept, other = two
        with pytest.raises(RulingError, match="itself"):
            store.corrections.merge(kept, kept, by="ana")
        with pytest.raises(RulingError, match="no event 'nowhere'"):
            store.corrections.merge(kept, "nowhere", by="ana")
        store.corrections.merge(kept, other, by="ana")
        with pytest.raises(RulingError, match=f"{other} is one with {kept} already"):
            store.corrections.merge(kept, other, by="ana")


class TestSplit:
    @pytest.fixture
    def one(self, store: Store, leases: dict[str, Lease]) -> str:
        tell(store, leases, article("a", NINTH), article("b", NINTH, of="harbour"), article("c", NINTH))
        return str(standing(store)["2023-11-09"]["id"])

    def parts(self, store: Store, one: str) -> dict[str, list[str]]:
        return {("kept" if row["id"] == one else row["id"]): articles_of(store, row["id"])
                for row in rows_of(store, events) if not row["withdrawn"]}

    def test_articles_taken_out_have_an_event_of_their_own(self, store: Store, one: str) -> None:
        store.corrections.split(one, articles=["https://harbour.example/b"], by="ana")
        found = self.parts(store, one)
        assert found.pop("kept") == ["a", "c"]
        assert list(found.values()) == [["b"]]

    def test_claims_can_be_taken_out(self, store: Store, one: str) -> None:
        claim = next(row["id"] for row in rows_of(store, claims) if "harbour" in row["claim"])
        store.corrections.split(one, claims=[claim], by="ana")
        assert sorted(self.parts(store, one).values()) == [["a", "c"], ["b"]]

    def test_what_was_split_is_never_joined_again(self, store: Store, leases: dict[str, Lease], one: str) -> None:
        store.corrections.split(one, articles=["https://harbour.example/b"], by="ana")
        new = next(id_ for id_ in self.parts(store, one) if id_ != "kept")
        tell(store, leases, article("d", NINTH), article("e", "held meeting of RU, KZ on 2023-11-09 in Almaty", of="harbour"),
             article("b", "An update.", NINTH, of="harbour"), article("a", "An update.", NINTH))
        found = self.parts(store, one)
        assert found.keys() == {"kept", new}
        assert "a" in found["kept"]
        assert "c" in found["kept"]
        assert "b" in found[new]
        assert len(found["kept"]) + len(found[new]) == 5

    def test_the_part_with_fewer_articles_can_keep_the_id(self, store: Store, one: str) -> None:
        store.corrections.split(one, articles=["https://meridian.example/a", "https://meridian.example/c"], by="ana")
        assert self.parts(store, one)["kept"] == ["b"]

    def test_undone_it_is_one_with_its_id(self, store: Store, one: str) -> None:
        before = [row[:6] for row in timeline_of(store)]
        ruling = store.corrections.split(one, articles=["https://meridian.example/a", "https://meridian.example/c"],
                                         by="ana").ruling
        new = next(id_ for id_ in self.parts(store, one) if id_ != "kept")
        store.corrections.undo(ruling, by="ana")
        assert self.parts(store, one) == {"kept": ["a", "b", "c"]}
        assert event(store, new)["heir"] == one
        assert [row[:6] for row in timeline_of(store) if row[0] == one] == before

    def test_a_later_merge_overrules_it(self, store: Store, one: str) -> None:
        store.corrections.split(one, articles=["https://harbour.example/b"], by="ana")
        new = next(id_ for id_ in self.parts(store, one) if id_ != "kept")
        store.corrections.merge(new, one, by="ana")
        assert [row["id"] for row in standing(store).values()] == [new]
        assert articles_of(store, new) == ["a", "b", "c"]

    def test_what_cannot_be_split_is_named(self, store: Store, one: str) -> None:
        with pytest.raises(RulingError, match="does not rest on https://nowhere"):
            store.corrections.split(one, articles=["https://nowhere.example/x"], by="ana")
        with pytest.raises(RulingError, match="does not rest on zzz"):
            store.corrections.split(one, claims=["zzz"], by="ana")
        with pytest.raises(RulingError, match="articles or claims are needed"):
            store.corrections.split(one, by="ana")
        with pytest.raises(RulingError, match="nothing would be left"):
            store.corrections.split(one, by="ana", articles=[f"https://{source}.example/{path}" for source, path in (
                ("meridian", "a"), ("harbour", "b"), ("meridian", "c"))])


class TestWithdraw:
    @pytest.fixture
    def one(self, store: Store, leases: dict[str, Lease]) -> str:
        tell(store, leases, article("a", NINTH), article("b", NINTH, of="harbour"))
        return str(standing(store)["2023-11-09"]["id"])

    def test_it_is_out_whatever_tells_of_it_later(self, store: Store, leases: dict[str, Lease], one: str) -> None:
        store.corrections.withdraw(one, by="ana", note="a rehearsal")
        assert standing(store) == {}
        revision = event(store, one)["revision"]
        tell(store, leases, article("c", NINTH, day=date(2023, 11, 11)), article("a", "An update.", NINTH),
             article("b", "Edited.", "held meeting of KZ, RU on 2023-11-09 in Almaty", of="harbour"))
        assert standing(store) == {}
        assert articles_of(store, one) == ["a", "b", "c"]
        assert event(store, one)["revision"] >= revision
        assert Queries(store.engine).events(EventFilter(as_of=date(2023, 11, 10)), due=date(2023, 11, 9), limit=9).rows == ()

    def test_what_is_another_event_is_not_touched(self, store: Store, leases: dict[str, Lease], one: str) -> None:
        store.corrections.withdraw(one, by="ana")
        tell(store, leases, article("c", TENTH))
        assert standing(store).keys() == {"2023-11-10"}

    def test_undone_it_is_back_with_what_came_meanwhile(self, store: Store, leases: dict[str, Lease], one: str) -> None:
        before = event(store, one)["revision"]
        ruling = store.corrections.withdraw(one, by="ana").ruling
        tell(store, leases, article("c", NINTH, of="harbour", day=date(2023, 11, 12)))
        store.corrections.undo(ruling, by="ana")
        assert [row["id"] for row in standing(store).values()] == [one]
        assert articles_of(store, one) == ["a", "b", "c"]
        assert event(store, one)["revision"] == before + 2
        assert len(rows_of(store, event_states)) == 1

    def test_two_that_were_made_one_and_withdrawn_have_their_ids_again_in_whatever_order_all_is_undone(
            self, store: Store, leases: dict[str, Lease], one: str) -> None:
        tell(store, leases, article("z", TENTH, of="harbour", day=date(2023, 11, 9)))  # of an earlier day, and so told first of all
        other = standing(store)["2023-11-10"]["id"]
        before = {id_: articles_of(store, id_) for id_ in (one, other)}
        for first in (0, 1):
            made = [store.corrections.merge(one, other, by="ana").ruling, store.corrections.withdraw(one, by="ana").ruling]
            store.corrections.undo(made[first], by="ben")
            store.corrections.undo(made[1 - first], by="ben")
            assert {row["id"] for row in standing(store).values()} == {one, other}
            assert {id_: articles_of(store, id_) for id_ in (one, other)} == before

    def test_a_withdrawn_event_can_neither_be_withdrawn_again_nor_merged(self, store: Store, leases: dict[str, Lease],
                                                                         one: str) -> None:
        tell(store, leases, article("c", TENTH))
        store.corrections.withdraw(one, by="ana")
        with pytest.raises(RulingError, match="is withdrawn"):
            store.corrections.withdraw(one, by="ana")
        with pytest.raises(RulingError, match="is withdrawn"):
            store.corrections.merge(standing(store)["2023-11-10"]["id"], one, by="ana")

    def test_an_article_that_takes_its_claims_back_and_tells_again_brings_nothing_back(
            self, store: Store, leases: dict[str, Lease], one: str) -> None:
        store.corrections.withdraw(one, by="ana")
        tell(store, leases, article("a", "no news"), article("b", "no news", of="harbour"))
        tell(store, leases, article("a", "Again.", NINTH))
        assert standing(store) == {}


def test_a_correction_is_undone_once(store: Store, leases: dict[str, Lease]) -> None:
    tell(store, leases, article("a", NINTH))
    ruling = store.corrections.withdraw(standing(store)["2023-11-09"]["id"], by="ana").ruling
    store.corrections.undo(ruling, by="ben")
    with pytest.raises(AlreadyUndone, match="by ben"):
        store.corrections.undo(ruling, by="ana")
    with pytest.raises(UnknownRuling, match="'nothing'"):
        store.corrections.undo("nothing", by="ana")


def test_what_is_refused_leaves_nothing(store: Store, leases: dict[str, Lease]) -> None:
    tell(store, leases, article("a", NINTH))
    before = rows_of(store, events), rows_of(store, changes)
    with pytest.raises(RulingError):
        store.corrections.merge(standing(store)["2023-11-09"]["id"], "nowhere", by="ana")
    assert Queries(store.engine).corrections(limit=9) == []
    assert (rows_of(store, events), rows_of(store, changes)) == before


def test_each_act_is_in_the_history_of_the_events_that_it_changed(store: Store, leases: dict[str, Lease], clock: Clock) -> None:
    tell(store, leases, article("a", NINTH), article("b", TENTH))
    kept, other = (standing(store)[day]["id"] for day in ("2023-11-09", "2023-11-10"))
    ruling = store.corrections.merge(kept, other, by="ana", note="one meeting").ruling
    store.corrections.undo(ruling, by="ben")
    queries = Queries(store.engine)
    for id_ in (kept, other):
        told, merged, undone = queries.history(id_)
        assert told["ruling"] is None
        assert (merged["ruling"], merged["undoing"], merged["author"], merged["note"]) == (ruling, False, "ana", "one meeting")
        assert (undone["ruling"], undone["undoing"], undone["undone_by"]) == (ruling, True, "ben")
        assert merged["reason"].startswith("merge: ")


@pytest.mark.parametrize("seed", range(5))
def test_it_does_not_matter_in_which_order_articles_come_after_a_correction(store: Store, leases: dict[str, Lease],
                                                                            seed: int) -> None:
    """The events and what they rest on are the same; ids of those that were corrected too."""
    tell(store, leases, article("a", NINTH), article("b", TENTH), article("c", "held call of RU, CN on 2023-11-09"),
         article("d", "held call of RU, CN on 2023-11-09", of="harbour"), article("e", "held call of UZ, CN on 2023-11-09"))
    by_articles = {tuple(articles_of(store, row["id"])): row["id"] for row in rows_of(store, events)}
    store.corrections.merge(by_articles["b",], by_articles["a",], by="ana")
    store.corrections.split(by_articles["c", "d"], articles=["https://harbour.example/d"], by="ana")
    store.corrections.withdraw(by_articles["e",], by="ana")
    later = [article("f", NINTH), article("g", TENTH, of="harbour"), article("h", "held call of UZ, CN on 2023-11-09"),
             article("i", "held call of RU, CN on 2023-11-09"), article("a", "Edited.", NINTH),
             article("d", "held call of CN, RU on 2023-11-09", of="harbour")]
    tell(store, leases, *random.Random(seed).sample(later, len(later)))
    found = {tuple(articles_of(store, row["id"])): row["withdrawn"] for row in rows_of(store, events)}
    assert found == {("a", "b", "f", "g"): False, ("c", "i"): False, ("d",): False, ("e", "h"): True, (): True}
    assert articles_of(store, by_articles["b",]) == ["a", "b", "f", "g"]
    assert articles_of(store, by_articles["c", "d"]) == ["c", "i"]
