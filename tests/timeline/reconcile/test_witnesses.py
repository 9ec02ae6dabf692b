"""Who are independent witnesses of an event, and who prints what another wrote."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_claims import claims
from told_claims import BIDEN, LAVROV, NOW, PUTIN, TOKAYEV, WANG, XI, claim

from app.event_json import event_fields
from timeline.contradictions import contradictions
from timeline.model import Claim, Event, Status, Tier
from timeline.reconcile import fold, reconcile
from timeline.syndication import copies, families, sketch_of
from timeline.weight import Witnesses

DISPATCH = [
    "The presidents of Russia and Kazakhstan sat down in Astana on Thursday for what aides described as lengthy conversation.",
    "Gas transit through Kazakh territory towards Uzbekistan stood first among the subjects, followed by a customs dispute about "
    "lorries queuing at northern crossings since September.",
    "Vladimir Putin arrived with eleven ministers. Kassym-Jomart Tokayev met him beneath the palace colonnade in falling snow.",
    "Business associations from both countries gathered separately across the river, signing contracts worth several billion "
    "roubles according to organisers.",
    "Observers recalled that Astana has balanced between neighbours cautiously since the previous year and continues trading "
    "with European buyers despite pressure."]
OWN = [
    "Snow fell on the Kazakh capital as the Russian guest stepped out of his limousine on Thursday afternoon.",
    "Residents interviewed near the embankment seemed indifferent: pensioner Gulnara complained mainly about closed avenues and "
    "cancelled buses.",
    "Local economists expect little change, although transit revenue might improve treasury figures before the parliamentary "
    "budget debate concludes in December.",
    "The delegation departed late in the evening after attending a concert by the national orchestra."]


def meeting(source: str, text: list[str], told: str = "2023-11-09", **more: str) -> Claim:
    return claim("meeting", [PUTIN, TOKAYEV], "2023-11-09", told=told, source=source, text=" ".join(text), confidence=0.6, **more)


def folded(*claims: Claim) -> Event:
    return fold(claims, "e")


class TestSketches:
    def test_a_text_and_its_shortened_copy_are_near(self) -> None:
        assert copies(sketch_of(DISPATCH), sketch_of(DISPATCH[:3]))

    def test_marks_accents_and_capitals_do_not_part_copies(self) -> None:
        printed = [text.replace("Putin", "Pútin").replace(",", " —").upper() for text in DISPATCH]
        assert copies(sketch_of(DISPATCH), sketch_of(printed))

    def test_a_copy_that_a_paragraph_was_added_to_is_a_copy(self) -> None:
        assert copies(sketch_of(DISPATCH), sketch_of([*DISPATCH, OWN[1]]))

    def test_two_reports_of_one_occasion_are_not_near(self) -> None:
        assert not copies(sketch_of(DISPATCH), sketch_of(OWN))

    def test_a_report_that_takes_over_one_paragraph_is_no_copy(self) -> None:
        assert not copies(sketch_of(DISPATCH), sketch_of([*OWN, DISPATCH[2]]))

    def test_of_long_texts_the_sketch_keeps_its_size(self) -> None:
        """A book of the same beginning is as near as the book tells, and the sketch is no longer than a line."""
        long = [f"Paragraph{number} describes chamber{number} wherein minister{number} negotiated treaty{number}." for number in range(500)]
        assert len(sketch_of(long)) == len(sketch_of(long[:100])) == 256
        assert copies(sketch_of(long), sketch_of(long[:250]))
        assert not copies(sketch_of(long[:250]), sketch_of(long[250:]))

    def test_a_text_of_few_words_has_no_sketch_and_copies_nobody(self) -> None:
        assert sketch_of(["They met in Astana."]) == ""
        assert not copies("", "")

    def test_a_damaged_sketch_copies_nobody(self) -> None:
        assert not copies("not base64!", sketch_of(DISPATCH))


class TestFamilies:
    def test_copies_of_copies_are_one_report(self) -> None:
        """The first and the third share too little by themselves; the second holds both."""
        first, third = meeting("a", DISPATCH[:3]), meeting("c", DISPATCH[3:], told="2023-11-11")
        second = meeting("b", DISPATCH, told="2023-11-10")
        assert len(set(families([first, third]).values())) == 2
        assert set(families([first, second, third]).values()) == {first.article}

    def test_the_report_belongs_to_whoever_told_it_first(self) -> None:
        late, early = meeting("paper", DISPATCH, told="2023-11-10"), meeting("agency", DISPATCH, told="2023-11-09", tier="wire")
        assert families([late, early]) == {late.article: early.article, early.article: early.article}

    def test_the_very_sentence_is_a_copy_with_or_without_a_dateline(self) -> None:
        sentence = "The two foreign ministers compared their positions on grain shipments and agreed to continue in Ankara next week."
        one = meeting("a", [], words=sentence)
        other = meeting("b", [], words="MOSCOW, Nov. 9 (Agency) - " + sentence)
        assert len(set(families([one, other]).values())) == 1

    @pytest.mark.parametrize("sentence", [
        "They met on Thursday.",
        "The minister said: “We compared our positions on grain shipments and agreed to continue in Ankara next week together.”"])
    def test_short_sentences_and_speech_are_printed_by_everybody(self, sentence: str) -> None:
        assert len(set(families([meeting("a", [], words=sentence), meeting("b", [], words=sentence)]).values())) == 2

    def test_the_order_does_not_matter(self) -> None:
        told = [meeting("a", DISPATCH[:3]), meeting("b", DISPATCH), meeting("c", DISPATCH[3:]), meeting("d", OWN)]
        assert len({tuple(sorted(families(order).items())) for order in permutations(told)}) == 1


class TestWitnesses:
    def test_copies_are_one_witness_and_raise_no_confidence(self) -> None:
        event = folded(meeting("agency", DISPATCH), meeting("a", DISPATCH[:3]), meeting("b", DISPATCH))
        assert (event.witnesses, event.confidence) == (1, 0.6)

    def test_a_report_of_ones_own_is_a_further_witness(self) -> None:
        event = folded(meeting("agency", DISPATCH), meeting("a", DISPATCH), meeting("b", OWN))
        assert (event.witnesses, event.confidence) == (2, 0.84)

    def test_a_paper_that_prints_an_agency_and_writes_itself_counts_once_and_takes_nobodys_place(self) -> None:
        """`a` has its own report, so the dispatch is left to the agency."""
        agency, printed, own = meeting("agency", DISPATCH), meeting("a", DISPATCH), meeting("a", OWN, told="2023-11-10")
        assert folded(printed, own).witnesses == 1
        assert folded(agency, printed).witnesses == 1
        assert folded(agency, printed, own).witnesses == 2

    def test_ten_who_print_one_false_report_do_not_outweigh_two_who_were_there(self) -> None:
        off = [claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-19", status="cancelled", source=f"paper{number}",
                     text=" ".join(DISPATCH)) for number in range(10)]
        held = [claim("meeting", [LAVROV, WANG], "2023-09-18", told="2023-09-18", source=source) for source in ("x", "y")]
        assert folded(*held, *off).status is Status.HELD

    def test_an_official_copy_lends_its_weight_to_the_report(self) -> None:
        told = [meeting("ministry", DISPATCH, tier="official"), meeting("paper", DISPATCH)]
        assert Witnesses(told).support(told) == pytest.approx(1.8)

    def test_the_json_says_who_copies_whom(self) -> None:
        agency, paper, own = meeting("agency", DISPATCH, tier="wire"), meeting("paper", DISPATCH), meeting("own", OWN)
        fields = event_fields(folded(paper, agency, own))
        assert fields["witnesses"] == 2
        assert {source["source"]: source["copy_of"] for source in fields["sources"]} == {
            "agency": None, "own": None, "paper": agency.article}

    def test_claims_stored_without_a_sketch_are_witnesses_by_source_alone(self) -> None:
        assert folded(meeting("a", []), meeting("b", [])).witnesses == 2


def by_row(row: str, told: Claim, outlet: str = "courier.example") -> Claim:
    """The same page, read by this row of the sources file."""
    return replace(told, source=row, outlet=outlet)


class TestOutlets:
    """An outlet whose pages several rows of the sources file list: a feed and a sitemap."""

    PAGES = (meeting("courier", DISPATCH), meeting("courier", OWN, told="2023-11-10"))
    BESIDE = (meeting("ministry", ["Both presidents signed seventeen agreements on Thursday, concerning electricity, railways and scholarships."],
                      tier="official"),)

    def test_two_sources_of_one_outlet_are_one_witness(self) -> None:
        one, other = self.PAGES
        told = [by_row("feed", one), by_row("sitemap", other)]
        assert (folded(*told).witnesses, folded(*told).confidence) == (1, 0.6)
        assert Witnesses(told).support(told) == 0.6
        assert folded(*told, *self.BESIDE).witnesses == 2

    def test_two_outlets_are_two(self) -> None:
        one, other = self.PAGES
        assert folded(by_row("feed", one), by_row("sitemap", other, "harbour.example")).witnesses == 2

    def test_which_source_read_which_page_does_not_matter(self) -> None:
        """All of the event but the names of those who read."""
        events = set()
        for rows in product(("feed", "sitemap", "courier"), repeat=2):
            event = folded(*(by_row(row, page) for row, page in zip(rows, self.PAGES, strict=True)), *self.BESIDE)
            events.add(replace(event, claims=tuple(replace(each, source="") for each in event.claims)))
        assert len(events) == 1

    def test_an_outlet_is_as_near_as_the_nearest_of_its_sources(self) -> None:
        one, other = self.PAGES
        told = [by_row("feed", replace(one, tier=Tier.WIRE)), by_row("sitemap", other)]
        assert Witnesses(told).support(told) == 1.2
        assert Witnesses(told).backing(told) == pytest.approx(2 * (1 - 0.4 * 0.4))

    def test_a_false_report_of_one_outlet_is_not_heard_twice(self) -> None:
        told = [meeting(paper, [], place="Astana/KZ") for paper in "abcd"]
        astray = [meeting("feed", [], place="Almaty/KZ"), meeting("sitemap", [], told="2023-11-10", place="Almaty/KZ")]
        assert contradictions(folded(*told, *astray)) != ()
        assert contradictions(folded(*told, *(replace(each, outlet="courier.example") for each in astray))) == ()

    def test_claims_stored_without_an_outlet_are_of_that_of_their_source(self) -> None:
        one, other = self.PAGES
        assert folded(by_row("feed", one, ""), by_row("feed", other)).witnesses == 1
        assert folded(by_row("feed", one, ""), by_row("sitemap", other)).witnesses == 2, "as many as before"
        third = meeting("courier", ["A third page of the outlet tells of eleven ministers, lengthy conversation, and falling snow beyond windows."],
                        told="2023-11-11")
        assert folded(by_row("feed", one, ""), by_row("sitemap", other), by_row("feed", third)).witnesses == 1

    def test_what_an_archive_gave_to_a_domain_is_of_the_outlet_at_it(self) -> None:
        """A source that was made of a domain has it as its id."""
        one, other = self.PAGES
        assert folded(by_row("courier.example", one, ""), by_row("feed", other)).witnesses == 1

    def test_an_outlet_that_is_named_anew_in_the_sources_file_stays_one(self) -> None:
        one, other = self.PAGES
        assert folded(by_row("feed", one), by_row("feed", other, "courier")).witnesses == 1

    @settings(max_examples=80, deadline=None)
    @given(st.lists(claims, min_size=1, max_size=6, unique_by=lambda each: each.id))
    def test_there_are_never_more_witnesses_than_sources_or_than_without_outlets(self, told: list[Claim]) -> None:
        assert count(told) <= min(len({each.source for each in told}), count(replace(each, outlet="") for each in told))

    def test_claims_that_learn_of_their_outlet_change_what_it_changes_and_no_more(self) -> None:
        """Read again after an upgrade: an outlet with one source stays as it was, one with two is one witness, under the same id."""
        alone, = (change.after for change in reconcile([], self.PAGES, NOW))
        assert alone is not None
        assert reconcile([alone], [replace(each, outlet="courier.example") for each in self.PAGES], NOW) == ()
        stored = [by_row(row, page, "") for row, page in zip(("feed", "sitemap"), self.PAGES, strict=True)]
        before, = (change.after for change in reconcile([], stored, NOW))
        assert before is not None
        change, = reconcile([before], [replace(each, outlet="courier.example") for each in stored], NOW)
        assert change.after is not None
        assert (before.witnesses, change.after.witnesses, change.after.id, change.after.revision, change.material) == (2, 1, before.id, 0, False)


def count(told: Iterable[Claim]) -> int:
    found = list(told)
    return Witnesses(found).count(found)


class TestConfirmation:
    def test_each_side_confirms_by_its_own_outlet(self) -> None:
        told = [claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="wh", home="US", tier="official"),
                claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="mfa", home="CN", tier="official"),
                claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="third", home="JP", tier="official")]
        assert folded(*told).confirmed_by == ("CN", "US")
        assert folded(told[0]).confirmed_by == ("US",)
        assert folded(told[2]).confirmed_by == ()

    def test_an_announcement_does_not_confirm_that_it_was_held(self) -> None:
        plan = claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-10", status="planned", source="wh", home="US")
        assert folded(plan).confirmed_by == ("US",)
        assert folded(plan, claim("meeting", [BIDEN, XI], "2023-11-15", told="2023-11-16", source="paper")).confirmed_by == ()
