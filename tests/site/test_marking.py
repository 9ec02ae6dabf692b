"""An article's text in passages: no letter is lost or doubled, and each stands under the events that it tells of."""
from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.site.marking import marked

TEXT = "Talks\n\nOne met two in Bern on Friday. They had met before.\n\nA picture of both"


def span(first: str, last: str | None = None) -> dict[str, int]:
    start = TEXT.index(first)
    end = start + len(first) if last is None else TEXT.index(last) + len(last)
    return {"evidence_start": start, "evidence_end": end, "start": start, "end": end}


def test_a_sentence_of_two_events_is_one_passage() -> None:
    headline, body, caption = marked(TEXT, [span("One met", "Friday."), span("One met", "Friday."), span("They", "before.")], [])
    assert [(passage.events, passage.anchor) for passage in body] == [((1, 2), 1), ((), 0), ((3,), 3)]
    assert [[piece.text for piece in passage.pieces] for passage in body] == [
        ["One met two in Bern on Friday."], [" "], ["They had met before."]]
    assert [passage.events for passage in (*headline, *caption)] == [(), ()]


def test_declined_words_stand_inside_of_their_passage() -> None:
    body = marked(TEXT, [span("They", "before.")], [span("before"), span("They", "before.")])[1]
    assert [(piece.text, piece.declined, piece.first) for piece in body[-1].pieces] == [
        ("They had met ", 2, True), ("before", 1, True), (".", 2, False)]


def spans(text: str) -> st.SearchStrategy[list[dict[str, int]]]:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda both: both[0] < both[1])
    return st.lists(ends.map(lambda both: {"evidence_start": both[0], "evidence_end": both[1], "start": both[0], "end": both[1]}), max_size=5)


@st.composite
def articles(draw: st.DrawFn) -> tuple[str, list[dict[str, int]], list[dict[str, int]]]:
    text = "\n\n".join(draw(st.lists(st.text("ab\U0001f600é ", min_size=0, max_size=12), min_size=1, max_size=5)))
    return text, draw(spans(text)) if text else [], draw(spans(text)) if text else []


@settings(max_examples=100, deadline=None)
@given(articles())
def test_whatever_overlaps_every_letter_stands_once_under_its_events(article: tuple[str, list[Any], list[Any]]) -> None:
    text, events, declined = article
    paragraphs = marked(text, events, declined)
    assert "\n\n".join("".join(piece.text for passage in found for piece in passage.pieces) for found in paragraphs) == text
    at, anchors = 0, []
    for found in paragraphs:
        for passage in found:
            anchors += [passage.anchor] if passage.anchor else []
            for piece in passage.pieces:
                for letter in range(at, at + len(piece.text)):
                    assert set(passage.events) == {number for number, one in enumerate(events, 1)
                                                   if one["evidence_start"] <= letter < one["evidence_end"]}
                    inside = [number for number, one in enumerate(declined, 1) if one["start"] <= letter < one["end"]]
                    assert piece.declined in (inside or [0])
                at += len(piece.text)
        at += 2
    assert len(anchors) == len(set(anchors))
