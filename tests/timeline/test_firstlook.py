"""A first look lets every article pass that tells of an event, and little of what tells of none. All texts are synthetic."""
from __future__ import annotations

from datetime import date

import pytest

from timeline.extract import claims_from
from timeline.firstlook import may_tell_of_events
from timeline.gazetteer import load_gazetteer
from timeline.model import Article, Form
from timeline.reading import article_from_text

DAY = date(2023, 11, 10)


def passes(text: str, **fields: object) -> bool:
    return may_tell_of_events(article_from_text(text, **({"published": DAY} | fields)), load_gazetteer())  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [
    "Vladimir Putin met Kassym-Jomart Tokayev in Astana on Thursday.",
    "The French president will visit Beijing next week.",
    "US-China talks were postponed on Tuesday.",
    "NATO foreign ministers gather in Brussels on 28 November. They will hold talks with their counterpart from Ukraine.",
    "The Kremlin said the visit was over.\nGuests from Kazakhstan had come on Monday for the summit.",
    "Lavrov called Blinken on Friday.",
    "ASEAN LEADERS MEET IN JAKARTA ON TUESDAY, INDONESIA SAYS",
    "The G7 summit opened on Thursday in Hiroshima, Japan."])
def test_what_tells_of_an_event_passes(text: str) -> None:
    assert passes(text)


@pytest.mark.parametrize("text", [
    "The council met on Thursday to talk about the town's new school.", "Shares rose in Germany and France after the banks' results.",
    "A recipe for bread: flour, water, salt, and time.", "Talks on a new contract for the nurses broke down on Friday.", "", "Germany."])
def test_what_tells_of_none_is_not_read_in_full(text: str) -> None:
    assert not passes(text)


@pytest.mark.parametrize("fields", [{"published": None}, {"language": "fr"}, {"language": "und"}])
def test_what_the_full_reading_refuses_does_not_pass(fields: dict[str, object]) -> None:
    assert not passes("Vladimir Putin met Kassym-Jomart Tokayev in Astana on Thursday.", **fields)


def test_a_live_blog_is_neither_looked_at_nor_read() -> None:
    """Its entries say "today" of several days under one date of publication."""
    text = "Vladimir Putin met Kassym-Jomart Tokayev in Astana on Thursday."
    live = Article("https://a.example/live", "a", "Live: talks in Astana", (text,), published_on=DAY, language="en", form=Form.LIVE_BLOG)
    assert not may_tell_of_events(live, load_gazetteer())
    assert claims_from(live, load_gazetteer()) == ()
    teaser = Article("https://a.example/x", "a", "Talks in Astana", (text,), published_on=DAY, language="en", form=Form.TEASER)
    assert claims_from(teaser, load_gazetteer())


def test_an_official_outlets_own_state_is_a_side() -> None:
    text = "The Foreign Minister received the ambassador of Japan on Thursday."
    assert passes(text, url="https://mfa.gov.by/1")
    assert not passes(text, url="https://news.example/1")


# -- languages --------------------------------------------------------------------------------------------------------

OTHERS = {
    "fr": "Vladimir Poutine a rencontré Kassym-Jomart Tokaïev à Astana jeudi. Emmanuel Macron se rend en visite en Chine.",
    "de": "Wladimir Putin traf am Donnerstag in Astana Kassym-Schomart Tokajew. Treffen in Berlin, Summit in Paris, Meeting in Moskau.",
    "ru": "Владимир Путин встретился с Касым-Жомартом Токаевым в Астане в четверг.",
    "es": "Vladímir Putin se reunió con Kasim-Yomart Tokáyev en Astaná el jueves. La cumbre de la OTAN en Madrid.",
    "zh": "普京周四在阿斯塔纳会见了托卡耶夫。",
    "ar": "التقى فلاديمير بوتين بقاسم جومارت توكاييف في أستانا يوم الخميس."}


@pytest.mark.parametrize("language", OTHERS)
def test_what_no_rules_exist_for_is_never_read_by_english_rules(language: str) -> None:
    article = article_from_text(OTHERS[language], published=DAY, language=language)
    assert claims_from(article, load_gazetteer()) == ()
    assert not may_tell_of_events(article, load_gazetteer())
