"""What a page says of itself in several places, and how the best of it is told apart. All pages here are synthetic."""
from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from scraper.article import read_article
from scraper.source import Kind, Source
from timeline.model import Article

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
SOURCE = Source("courier", "The Steppe Courier", "https://courier.example/", Kind.FEED, "https://courier.example/feed")
SENTENCES = [f"The {number} delegation spoke about the roads, the rivers and the trade between the two neighbours, and "
             f"asked its hosts for another round of talks before the end of the winter." for number in
             ("first", "second", "third", "fourth", "fifth", "sixth")]


def read(head: str = "", body: str | None = None) -> Article:
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    markup = f"<!doctype html><html lang=en><head>{head}</head><body>{body if body is not None else f'<article>{text}</article>'}</body></html>"
    return read_article(markup.encode(), "https://courier.example/world/talks", SOURCE, fetched_at=NOW)


def heading(h1: str, graph: str = "", listed: str = "", title: str = "") -> Article:
    head = f'<meta property="og:title" content="{graph}">' if graph else ""
    head += f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": listed})}</script>' if listed else ""
    head += f"<title>{title}</title>" if title else ""
    return read(head, f"<article><h1>{h1}</h1>{''.join(f'<p>{sentence}</p>' for sentence in SENTENCES)}</article>")


# -- headline ---------------------------------------------------------------------------------------------------------

def test_a_kicker_that_is_left_off_for_sharing_is_no_part_of_the_headline() -> None:
    told = "After the vote: Ministers meet in Astana"
    assert heading(told, "Ministers meet in Astana", told).headline == "Ministers meet in Astana"


def test_a_headline_with_a_colon_of_its_own_stays_whole() -> None:
    assert heading("Astana: Ministers meet", "Astana: Ministers meet").headline == "Astana: Ministers meet"


@pytest.mark.parametrize("graph", ["Ministers meet in Astana | Europe | The Courier | 09.11.2023", "Ministers meet in Astana - The Courier of the Steppe",
                                   "Ministers meet in AstanaㅣCourier", "Ministers meet in Astana * The Courier * by Ann Sample"])
def test_what_stands_behind_a_bar_and_in_no_other_tag_is_the_outlets(graph: str) -> None:
    assert heading("Ministers meet in Astana", graph).headline == "Ministers meet in Astana"


def test_a_hyphen_within_the_headline_is_no_bar() -> None:
    assert heading("", "Trade-talks in Astana - a first step", title="x").headline == "Trade-talks in Astana - a first step"


def test_what_analytics_call_the_headline_stands_in_for_json_ld() -> None:
    tail = "Ministers meet in Astana-WorldㅣCourier"
    graph = f'<meta property="og:title" content="{tail}"><title>{tail}</title>'
    assert read(graph).headline == tail
    assert read(graph + '<meta name="headline" content="Ministers meet in Astana">').headline == "Ministers meet in Astana"


# -- dates ------------------------------------------------------------------------------------------------------------

def test_a_local_time_with_the_offset_of_utc_takes_the_offset_that_another_tag_gives_it() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-11-09T18:11:01+00:00"}</script>'
    meta = '<meta property="article:published_time" content="2023-11-09T18:11:01+02:00">'
    assert read(head + meta + "<title>Ministers meet</title>").published_at == datetime(2023, 11, 9, 18, 11, 1, tzinfo=timezone(timedelta(hours=2)))


def test_two_spellings_of_one_instant_are_left_as_they_are() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-11-09T16:11:01Z"}</script>'
    meta = '<meta property="article:published_time" content="2023-11-09T18:11:01+02:00">'
    assert read(head + meta + "<title>Ministers meet</title>").published_at == datetime(2023, 11, 9, 16, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("script", ['var page = {firstPublicationDate: "20231109", id: 7};', '{"publishedAt":"2023-11-09T10:00:00+02:00"}',
                                    'x("{\\"datePublished\\":\\"2023-11-09\\"}")', 'dataLayer=[{"publication_date":"2023-11-09"}]'])
def test_a_page_without_date_tags_is_dated_by_its_own_scripts(script: str) -> None:
    article = read(f"<title>Ministers meet</title><script>{script}</script>")
    assert (article.published_on, article.published_basis) == (date(2023, 11, 9), "script")


def test_scripts_that_name_several_days_of_publication_date_nothing() -> None:
    scripts = '<script>[{"publishedAt":"2023-11-09"},{"publishedAt":"2023-11-12"}]</script>'
    assert read("<title>Ministers meet</title>" + scripts).published_on is None


# -- authors ----------------------------------------------------------------------------------------------------------

def test_given_and_family_name_make_an_author() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ministers meet", "author": [{"@type": "Person", ' \
           '"givenName": "Ann", "familyName": "Sample"}, {"@type": "Person", "givenName": "Ben", "familyName": "Example"}]}</script>'
    assert read(head).authors == ("Ann Sample", "Ben Example")


def test_an_organisation_that_two_tags_name_gives_way_to_the_byline() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ministers meet", "author": {"@type": "Organization", ' \
           '"name": "Courier NEWS"}}</script><meta name="author" content="Courier NEWS">'
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    assert read(head, f'<article><div class="author">By Ann Sample</div>{text}</article>').authors == ("Ann Sample",)


# -- body and captions ------------------------------------------------------------------------------------------------

def test_a_text_in_several_containers_of_one_article_is_read_whole() -> None:
    long = [f"{sentence} {sentence}" for sentence in SENTENCES]
    halves = ("".join(f"<p>{text}</p>" for text in long[:2]), "".join(f"<p>{text} Later on.</p>" for text in long))
    body = f'<article><h1>Ministers meet</h1><div class="body"><div class="post-content">{halves[0]}</div></div><div class="ad"></div><div class="chunk">{halves[1]}</div></article>'
    assert len(read("", body).paragraphs) == 8


def test_a_text_beside_a_picture_in_a_block_of_its_own_is_no_paragraph() -> None:
    caption = "The two ministers at the long table in the residence, with their interpreters"
    block = f'<div class="image-widget"><picture><img src="/a.jpg"></picture><p><span>{caption}</span></p><p>Image: Ann Sample</p></div>'
    text = [f"<p>{sentence}</p>" for sentence in SENTENCES]
    article = read("", f"<article><h1>Ministers meet</h1>{''.join(text[:3])}{block}{''.join(text[3:])}</article>")
    assert caption not in article.paragraphs
    assert article.paragraphs == tuple(SENTENCES)


def test_what_json_ld_says_of_a_picture_is_no_paragraph() -> None:
    caption = "Delegations on the steps of the palace at noon"
    picture = f'<script type="application/ld+json">{{"@type": "ImageObject", "description": "{caption}"}}</script>'
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    article = read("", f"<article><h1>Ministers meet</h1>{picture}<p>{caption}</p>{text}</article>")
    assert article.paragraphs == tuple(SENTENCES)
    assert article.captions == (caption,)


@pytest.mark.parametrize("pieces", [False, True])
def test_a_page_that_its_scripts_draw_is_read_from_the_state_it_carries(pieces: bool) -> None:
    markup = "<figure><figcaption><p>A picture of the two ministers</p></figcaption></figure>" + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    state = json.dumps({"detail": {"teaser": "<p>Short</p>", "contentHtml": markup}}).replace("<", "\\u003c")
    script = f"self.push([1,{json.dumps(state)}])" if pieces else f"window.state = {state};"
    article = read("<title>Ministers meet</title>", f'<div id="app"></div><script>{script}</script>')
    assert article.paragraphs == tuple(SENTENCES)
