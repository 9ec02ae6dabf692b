"""What holds for any text, sense or nonsense: reading never fails, points to its sentences, guesses no party, and goes on steadily."""
from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from one_sentence import told

from timeline.extract import explain
from timeline.extract.claims import claims_of
from timeline.extract.read import read_article
from timeline.gazetteer import load_gazetteer
from timeline.model import Article, EventType
from timeline.reading import article_from_text

ON = date(2023, 11, 10)
NAMES = ["Vladimir Putin", "Chinese President Xi Jinping", "Macron", "his Turkish counterpart", "the foreign ministers of Japan and Canada", "NATO leaders", "he", "they", "her",
         "the two leaders", "both countries", "Germany", "the EU", "Moscow", "Beijing", "Russian-Turkish", "the Kremlin’s", "officials from India", "the delegation", "I"]
VERBS = ["met", "will meet", "did not meet", "held talks with", "visits", "is to visit", "travelled to", "telephoned", "signed a treaty with", "was received by", "hopes to see", "urged",
         "to meet", "meeting", "said", "called off", "postponed", "attended", "would host", "sent", "leads", "arrived in", "gathered"]
NOUNS = ["talks", "a summit", "the G20 summit", "a three-day visit", "his call", "their meeting", "the funeral", "a treaty", "a news conference", "a virtual summit", "the alliance"]
DATES = ["on Thursday", "on November 27", "in September 2022", "next week", "since March", "yesterday", "from Monday to Wednesday", "in 1986", "on 31 February"]
LINKS = ["and", "but", ",", "after", "before", "with", "between", "who", "that", "when", "if", "in", "at", "of", "on the sidelines of", "ahead of", "not", "“", "”", "(", ")", "—", ";", ":", "?", "’s", "-"]

piece = st.one_of(*map(st.sampled_from, (NAMES, VERBS, NOUNS, DATES, LINKS)))
nonsense = st.lists(piece, min_size=1, max_size=18).map(" ".join)
clause = st.builds(lambda *parts: " ".join(parts), st.sampled_from(NAMES), st.sampled_from(VERBS), st.sampled_from([*NAMES, *NOUNS]), st.sampled_from(DATES))
compound = st.builds(lambda one, link, other: f"{one} {link} {other}", clause, st.sampled_from(LINKS), clause)
sentence = st.one_of(clause, compound, nonsense).map(lambda text: text[0].upper() + text[1:] + ".")


@st.composite
def articles(draw: st.DrawFn) -> Article:
    paragraphs = draw(st.lists(st.lists(sentence, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3))
    title = draw(st.one_of(st.none(), clause, nonsense))
    return article_from_text("\n".join(paragraphs), title=title, published=ON, url="https://example.org/a", source="feed", outlet="example.org")


@settings(max_examples=120, deadline=None)
@given(articles())
def test_every_claim_points_to_its_sentence_has_a_time_and_parties_and_is_read_alike_twice(article: Article) -> None:
    gazetteer = load_gazetteer()
    reading = read_article(article, gazetteer)
    found = claims_of(article, reading.events)
    for claim in found:
        assert claim.quotation == article.text[claim.start:claim.end] != ""
        assert (claim.source, claim.outlet) == ("feed", "example.org")
        assert claim.when.first <= claim.when.last
        assert 0.0 <= claim.confidence <= 1.0
        parties = {p.country or p.name for p in claim.participants}
        if claim.type is EventType.VISIT and claim.place is not None:
            parties.add(claim.place.country)
        gathering = claim.type in (EventType.SUMMIT, EventType.CONFERENCE) and (claim.organisation or claim.place)
        ceremony = claim.type is EventType.CEREMONY and claim.place and claim.participants
        assert len(parties) >= 2 or gathering or ceremony, told(claim)
        assert len({p.actor_id for p in claim.participants}) == len(claim.participants)
    assert claims_of(article, read_article(article, gazetteer).events) == found


@settings(max_examples=50, deadline=None)
@given(articles())
def test_every_item_and_frame_lies_within_its_sentence(article: Article) -> None:
    for sentence, frames in read_article(article, load_gazetteer()).sentences:
        position = sentence.start
        for item in sentence.items:
            assert position <= item.start < item.end <= sentence.end
            position = item.end
        for frame in frames:
            assert 0 <= frame.first < frame.last <= len(sentence.items)
            assert all(0 <= index < len(sentence.items) for index in (*frame.left, *frame.right, *frame.to))


@settings(max_examples=40, deadline=None)
@given(articles())
def test_any_article_can_be_explained(article: Article) -> None:
    assert len(explain(article, load_gazetteer())["sentences"]) >= 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text: str) -> None:
    article = Article(url="https://example.org/a", source="", headline="", paragraphs=(text,), published_on=ON, language="en")
    for claim in claims_of(article, read_article(article, load_gazetteer()).events):
        assert claim.quotation == article.text[claim.start:claim.end]


def test_an_article_without_a_day_or_in_another_language_gives_nothing() -> None:
    paragraphs = ("Putin met Xi Jinping in Beijing on Thursday.",)
    undated = Article(url="", source="", headline="", paragraphs=paragraphs, language="en")
    foreign = Article(url="", source="", headline="", paragraphs=paragraphs, published_on=ON, language="de")
    assert read_article(undated, load_gazetteer()).events == read_article(foreign, load_gazetteer()).events == []


def work(paragraphs: list[str]) -> tuple[int, int]:
    """How many items and frames the reading of these paragraphs made."""
    article = article_from_text("\n".join(paragraphs), published=ON, url="https://example.org/a")
    read = read_article(article, load_gazetteer()).sentences
    return sum(len(sentence.items) for sentence, _ in read), sum(len(frames) for _, frames in read)


def test_twice_the_text_is_twice_the_work() -> None:
    paragraph = "Emmanuel Macron met Olaf Scholz in Berlin on Thursday. He will visit China next week. The Kremlin denied that Putin had met Xi Jinping."
    items, frames = work([paragraph])
    assert items > 0
    assert frames > 0
    for times in (2, 8, 32):
        assert work([paragraph] * times) == (items * times, frames * times)


def test_a_sentence_that_goes_on_makes_no_more_frames_than_words() -> None:
    """A run-on of forty clauses: each trigger gives a bounded number of frames."""
    clause = "Macron met Scholz in Berlin on Thursday and held talks with Putin"
    one = work([clause + "."])
    items, frames = work([" and ".join([clause] * 40) + "."])
    assert items <= 41 * (one[0] + 1)
    assert frames <= 41 * max(one[1], 1)
