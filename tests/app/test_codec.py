"""Nouns are read back as they were written, whatever text a source put into them."""
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsdesk import article, read

from app.store.codec import (
    CodecError,
    article_from_json,
    article_json,
    claim_from_json,
    claim_json,
    event_from_json,
    event_json,
    from_json,
    moment,
    plain,
    stamp,
    to_json,
)
from scraper.source import Kind, Selectors, Source
from timeline.model import Tier
from timeline.reconcile import reconcile
from timeline.when import Precision, When

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=3))
def test_an_article_of_any_text_is_read_back(headline: str, paragraphs: list[str]) -> None:
    told = article("a", *paragraphs, headline=headline, authors=("A. B.",), tier=Tier.OFFICIAL,
                   published_at=datetime(2023, 11, 10, 8, 30, tzinfo=timezone(timedelta(hours=6))))
    written = article_json(told)
    assert article_from_json(written) == told
    written.encode()  # goes into a column of either database
    assert "\x00" not in written


def test_claims_and_events_are_read_back() -> None:
    claim, = read(article("a", "planned meeting of RU, KZ on 2023-11-20 in Astana instead of 2023-11-18"))
    assert claim_from_json(claim_json(claim)) == claim
    event = reconcile([], [claim], datetime(2023, 11, 10, tzinfo=UTC))[0].after
    assert event is not None
    assert event_from_json(event_json(event), event.claims) == event


def test_claims_and_events_stored_before_witnesses_were_counted_are_read() -> None:
    """What a noun has gained since reads as its default."""
    claim, = read(article("a", "held meeting of RU, KZ on 2023-11-09 in Astana"))
    old = json.loads(claim_json(replace(claim, sketch="AAAA", home="KZ", outlet="a.example")))
    del old["sketch"], old["home"], old["outlet"]
    assert claim_from_json(json.dumps(old)) == replace(claim, sketch="", home=None, outlet="")
    event = reconcile([], [claim], datetime(2023, 11, 10, tzinfo=UTC))[0].after
    assert event is not None
    stored = json.loads(event_json(replace(event, witnesses=4, confirmed_by=("KZ",))))
    del stored["witnesses"], stored["confirmed_by"]
    assert event_from_json(json.dumps(stored), event.claims) == replace(event, witnesses=1, confirmed_by=())


def test_a_clock_time_keeps_its_zone() -> None:
    when = When.day(date(2023, 11, 9)).at(time(14, 30), "Asia/Almaty")
    assert from_json(When, to_json(when)) == when
    assert from_json(When, to_json(when)).precision is Precision.MINUTE


def test_defaults_are_left_out_so_that_a_noun_may_gain_fields() -> None:
    source = Source("a", "A", "", Kind.FEED, "https://a.example/", selectors=Selectors(body="div.text"))
    written = to_json(source)
    assert "language" not in written
    assert from_json(Source, written) == source


@pytest.mark.parametrize(("text", "complaint"), [
    ("{", "Article"), ("[]", "an object"), ('{"shoe": 1}', "no field 'shoe'"),
    ('{"url": 3}', "Article.url"), ('{"url": "u"}', "Article"),
    ('{"published_on": "2023-02-30"}', "Article.published_on"), ('{"tier": "rumour"}', "Article.tier")])
def test_what_is_no_article_is_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(CodecError, match=complaint):
        article_from_json(text)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_stored_times_sort_as_times(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
    assert moment(stamp(one)) == one


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        stamp(datetime(2023, 11, 9))


@given(ANY_TEXT)
def test_plain_text_fits_into_any_column(text: str) -> None:
    assert "\x00" not in plain(text)
    plain(text).encode()
