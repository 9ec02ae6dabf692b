"""What corrections did to the ids of events is gone when they are undone, in whatever order."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_claims import claims
from told_claims import ABBAS, BIDEN, NOW, claim

from timeline.blocking import event_id
from timeline.model import Claim, Event, identifier
from timeline.reconcile import reconcile
from timeline.rulings import Ruling, merging, splitting, withdrawing


class Corrected:
    """A timeline with all of its events, also those that are gone, and the rulings that stand."""

    def __init__(self, *told: Claim) -> None:
        self.events: dict[str, Event] = {}
        self.rulings: list[Ruling] = []
        self._made = 0
        for each in told:
            self.follow([each])

    def follow(self, claims: list[Claim], *, replaces: tuple[str, ...] = (), undone: tuple[Ruling, ...] = ()) -> None:
        for change in reconcile(self.events.values(), claims, NOW, replaces=replaces, rulings=self.rulings, undone=undone):
            after = change.after
            if after is None:
                assert change.before is not None
                after = replace(change.before, claims=(), ruled_out=False)
            self.events[change.event_id] = after

    def standing(self) -> list[Event]:
        return sorted((event for event in self.events.values() if event.claims and not event.ruled_out), key=lambda event: event.id)

    def ids(self) -> dict[str, str]:
        """Of the events by the claims that they rest on."""
        return {claim.id: event.id for event in self.events.values() for claim in event.claims}

    def merge(self, kept: str, other: str) -> Ruling:
        return self._rule(merging(self._id(), self.events[kept], self.events[other]))

    def withdraw(self, event: str) -> Ruling:
        return self._rule(withdrawing(self._id(), self.events[event]))

    def split(self, event: str, *taken: str) -> Ruling:
        id_ = self._id()
        return self._rule(splitting(id_, self.events[event], identifier("split", id_), claims=taken))

    def undo(self, ruling: Ruling) -> None:
        self.rulings.remove(ruling)
        self.follow([], undone=(ruling,))

    def _id(self) -> str:
        self._made += 1
        return f"r{self._made}"

    def _rule(self, ruling: Ruling) -> Ruling:
        self.rulings.append(ruling)
        self.follow([])
        return ruling


EARLY = claim("meeting", [BIDEN, ABBAS], "2023-10-10", told="2023-10-10")
LATE = claim("meeting", [BIDEN, ABBAS], "2023-11-02", told="2023-10-01")  # told first, and so the first of the two
LATE_AGAIN = claim("meeting", [BIDEN, ABBAS], "2023-11-02", told="2023-11-03", source="b")


def test_a_merge_is_undone_before_the_withdrawal_of_what_it_made() -> None:
    timeline = Corrected(EARLY, LATE)
    before = timeline.ids()
    merge = timeline.merge(before[EARLY.id], before[LATE.id])
    withdrawal = timeline.withdraw(before[EARLY.id])
    timeline.undo(merge)
    assert timeline.ids() == before
    assert timeline.standing() == [], "the withdrawal was of both"
    timeline.follow([EARLY], replaces=(EARLY.id,))  # read once more
    assert timeline.ids() == before
    timeline.undo(withdrawal)
    assert timeline.ids() == before
    assert len(timeline.standing()) == 2


def test_the_first_of_two_merges_is_undone_before_the_second() -> None:
    """The second names all that the first had joined; the part that it held less of keeps its id all the same."""
    third = claim("meeting", [BIDEN, ABBAS], "2023-10-16", told="2023-10-16")
    timeline = Corrected(EARLY, LATE, LATE_AGAIN, third)
    before = timeline.ids()
    first = timeline.merge(before[EARLY.id], before[LATE.id])
    second = timeline.merge(before[third.id], before[EARLY.id])
    timeline.undo(first)
    timeline.undo(second)
    assert timeline.ids() == before


def test_what_was_split_off_and_withdrawn_comes_back_under_the_first_id() -> None:
    timeline = Corrected(LATE, LATE_AGAIN)
    before = timeline.ids()
    split = timeline.split(before[LATE.id], LATE_AGAIN.id)
    withdrawal = timeline.withdraw(timeline.ids()[LATE_AGAIN.id])
    timeline.undo(split)
    timeline.undo(withdrawal)
    assert timeline.ids() == before
    assert len(timeline.standing()) == 1


@settings(max_examples=200, deadline=None)
@given(st.lists(claims, min_size=2, max_size=6, unique_by=lambda each: each.id), st.randoms(use_true_random=False))
def test_merges_and_withdrawals_undone_in_any_order_leave_the_ids_as_they_were(told: list[Claim], random: Any) -> None:
    timeline = Corrected(*told)
    before = timeline.ids()
    # An event can go on without the claim that it began with, where that fits another one better; its id has no other witness then.
    assume(all(any(event_id(each) == event.id for each in event.claims) for event in timeline.standing()))
    for _ in range(random.randint(1, 6)):
        standing = [event.id for event in timeline.standing()]
        if len(standing) > 1 and random.random() < 0.6:
            timeline.merge(*random.sample(standing, 2))
        elif standing:
            timeline.withdraw(random.choice(standing))
        if random.random() < 0.3:  # an article is read again
            again = random.choice(told)
            timeline.follow([again], replaces=(again.id,))
    made = list(timeline.rulings)
    random.shuffle(made)
    for ruling in made:
        timeline.undo(ruling)
    assert timeline.ids() == before
