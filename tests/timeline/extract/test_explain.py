"""What was read can be followed sentence by sentence."""
from __future__ import annotations

from datetime import date

from timeline.extract import claims_from, explain
from timeline.gazetteer import load_gazetteer
from timeline.reading import article_from_text

TEXT = ("Russian President Vladimir Putin met Kazakh President Kassym-Jomart Tokayev in Astana on Thursday.\n"
        "The Kremlin denied that Putin had met Ukrainian President Volodymyr Zelensky last week.\n"
        "French President Emmanuel Macron met Prime Minister Elisabeth Borne on Wednesday.")


def explained() -> dict:
    return explain(article_from_text(TEXT, published=date(2023, 11, 10), url="https://example.org/a"), load_gazetteer())


def test_each_sentence_stands_with_what_was_found_in_it() -> None:
    sentences = [row for row in explained()["sentences"] if row["text"]]
    assert [row["text"] for row in sentences] == TEXT.split("\n")
    assert [name["actor"] for name in sentences[0]["names"]][:2] == ["person:vladimir-putin", "person:kassym-jomart-tokayev"]
    assert [day["when"] for day in sentences[0]["dates"]] == ["2023-11-09"]


def test_a_trigger_that_makes_no_event_says_why() -> None:
    sentences = [row for row in explained()["sentences"] if row["text"]]
    assert [trigger["declined"] for trigger in sentences[0]["triggers"]] == [None]
    assert [trigger["declined"] for trigger in sentences[1]["triggers"]] == ["denied or refused"]
    assert [row["why"] for row in sentences[2]["dropped"]] == ["only one side is told"]


def test_the_events_are_those_that_are_claimed() -> None:
    article = article_from_text(TEXT, published=date(2023, 11, 10), url="https://example.org/a")
    assert [event["when"] for event in explained()["events"]] == [claim.when.edtf() for claim in claims_from(article, load_gazetteer())]
