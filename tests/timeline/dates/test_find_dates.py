"""What holds for any text and any anchor."""
from __future__ import annotations

import re
from calendar import day_name, month_name, monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.dates import find_dates
from timeline.dates.lexicon import Lexicon, LexiconError, load
from timeline.dates.readings import Reader
from timeline.mentions import DateKind
from timeline.timex import timex
from timeline.when import Precision, When

ANCHOR = date(2023, 11, 10)
FIRST, LAST = date(2000, 1, 1), date(2027, 12, 31)  # 28 years: every weekday on every date, leap years among them
DAYS = [FIRST + timedelta(days=days) for days in range((LAST - FIRST).days + 1)]


def only(text: str, anchor: date) -> list[When | None]:
    return [mention.when for mention in find_dates(text, anchor)]


def test_weekdays_agree_with_a_calendar_for_all_days_of_28_years() -> None:
    """In the past the last such day, the anchor included; in the future the next such day, the anchor included."""
    past = " ".join(f"The ministers met on {name}." for name in day_name)
    future = " ".join(f"The ministers will meet on {name}." for name in day_name)
    for anchor in DAYS:
        before = {(anchor - timedelta(days=back)).strftime("%A"): anchor - timedelta(days=back) for back in range(7)}
        after = {(anchor + timedelta(days=on)).strftime("%A"): anchor + timedelta(days=on) for on in range(7)}
        assert only(past, anchor) == [When.day(before[name]) for name in day_name]
        assert only(future, anchor) == [When.day(after[name]) for name in day_name]


def test_stated_ranges_agree_with_a_calendar_for_all_days_of_28_years() -> None:
    for first in DAYS:
        last = first + timedelta(days=3)
        one, two = month_name[first.month], month_name[last.month]
        if first.month == last.month:
            text = f"{one} {first.day}-{last.day}, {first.year}"
        else:
            text = f"{first.day} {one} {first.year} - {last.day} {two} {last.year}"
        assert only(f"The talks were held on {text}.", ANCHOR) == [When.days(first, last)]


def test_units_agree_with_a_calendar_for_all_days_of_28_years() -> None:
    text = "yesterday; last week; next week; last month; next month; last year; three days ago"
    for anchor in DAYS:
        monday = anchor - timedelta(days=anchor.weekday())
        start = anchor.replace(day=1)
        before = (start - timedelta(days=1)).replace(day=1)
        after = start + timedelta(days=monthrange(start.year, start.month)[1])
        assert only(text, anchor) == [
            When.day(anchor - timedelta(days=1)), When.week(monday - timedelta(days=7)),
            When.week(monday + timedelta(days=7)), When.month(before.year, before.month),
            When.month(after.year, after.month), When.year(anchor.year - 1), When.day(anchor - timedelta(days=3))]


def test_a_month_and_day_without_a_year_is_the_one_nearby() -> None:
    for anchor in DAYS[::37]:
        for day in (anchor + timedelta(days=days) for days in range(-180, 150, 11)):
            if (day.month, day.day) != (2, 29):
                assert only(f"{month_name[day.month]} {day.day}", anchor) == [When.day(day)]


VOCABULARY = """
    the a on in of to from until between and last next this coming past Monday Thursday Sat. Nov. November May March 9 31
    23 1990 2018 19 9th 1990s '80s - – , . ( ) / : 10 30 p.m. GMT time local noon day days week weeks month year years
    two few several first second third quarter half fiscal later earlier before after ago same following previous now
    morning night every each century decade spring will met said plans expected early late mid end beginning today
    yesterday tomorrow weekend 's ’s O'clock o clock q 3 old aged 9999 0001 99/99/9999 2023-13-45 9.11.2023 10:30 11:99
    """
WORDS = st.sampled_from([*VOCABULARY.split(), "\n\n", "\n"])


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=200),
       st.dates(min_value=date.min, max_value=date.max))
def test_any_text_at_any_anchor(text: str, anchor: date) -> None:
    """It never raises; spans lie within the text, in order, without overlaps; a mention denotes or says why not."""
    end = 0
    for mention in find_dates(text, anchor):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start:mention.end]
        assert mention.declined is None or mention.when is None or mention.kind is DateKind.DURATION
        assert mention.when is not None or mention.declined or mention.kind is DateKind.DURATION
        assert mention.rule
        assert mention.basis in ("stated", "relative", "inferred")
        end = mention.end
    for start, stop, value, kind in timex(text, anchor):
        assert 0 <= start < stop <= len(text)
        assert value
        assert kind in ("DATE", "TIME", "DURATION", "SET")


def test_the_same_text_is_read_the_same_with_other_text_before_and_after() -> None:
    """Sentences without a back-reference are read alone as they are read in a row of a thousand."""
    one = "The ministers met on Thursday. "
    assert only(one * 1000, ANCHOR) == only(one, ANCHOR) * 1000


def test_no_pattern_repeats_anything_without_bound() -> None:
    """So the time for each position is bounded, and for the text grows in line with its length."""
    for source in load("en").sources():
        assert not re.search(r"[*+{]", source)


def test_the_clause_around_a_date_is_looked_at_up_to_a_bound() -> None:
    """Words too far away, in a text without a full stop, do not turn a weekday to the future."""
    assert only("The ministers will " + "well " * 100 + "on Monday", ANCHOR) == [When.day(date(2023, 11, 6))]


def test_every_rule_has_its_reading() -> None:
    for rule in load("en").rules():
        assert callable(getattr(Reader, f"_make_{rule.make}")), rule.name


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(LexiconError, match="'tlh'"):
        find_dates("on Monday", ANCHOR, language="tlh")


EMPTY = {"values": {"SHIFT": {}}, "classes": {}, "macros": {}, "cues": {}, "holidays": {}, "not_places": [],
         "capitalised": [], "lowercase": {}, "past_endings": ["ed"], "ordinal_endings": ["th"], "decade_ending": "s",
         "contractions": "[a-z]+n['’]t",
         "plural_endings": ["s"], "plural_exceptions": ["ss"]}


@pytest.mark.parametrize(("pattern", "named"), [("NONSUCH", "NONSUCH"), ("n:( one ) n:( two )", "captured twice"), ("on §", "§")])
def test_a_wrong_pattern_is_named_with_its_rule(pattern: str, named: str) -> None:
    with pytest.raises(LexiconError, match="rule 'wrong'.*" + re.escape(named)):
        Lexicon({**EMPTY, "rule": [{"name": "wrong", "make": "year", "patterns": [pattern]}]})


def test_a_cue_without_words_is_named() -> None:
    with pytest.raises(LexiconError, match="'STOP'"):
        Lexicon({**EMPTY, "cues": {"STOP": ["NOCLASS"]}, "rule": [{"name": "year", "make": "year", "patterns": ["YEAR"]}]})


def test_the_zone_of_a_clock_time() -> None:
    """Its own or none: whose it is otherwise, the article tells."""
    times = [find_dates(text, ANCHOR)[0].when for text in ("at 10 a.m. GMT on Monday", "at 10 a.m. Moscow time on Monday", "at 10 a.m. on Monday")]
    assert [when.time_zone for when in times if when] == ["UTC", "Europe/Moscow", None]


def test_the_other_reading_is_kept_where_only_tense_decided() -> None:
    past, = find_dates("They met on Monday.", ANCHOR)
    future, = find_dates("They will meet on Monday.", ANCHOR)
    assert (past.when, past.other) == (future.other, future.when)
    assert {past.basis, future.basis} == {"relative"}


def test_a_contradiction_is_reported() -> None:
    mention, = find_dates("on Thursday (October 9)", ANCHOR)
    assert mention.when == When.day(date(2023, 11, 9))
    assert mention.other == When.day(date(2023, 10, 9))
    assert mention.note is not None
    assert "2023-10-09" in mention.note


def test_days_of_a_duration() -> None:
    """Told in days or weeks, a length has its number of days; "a few days" has none."""
    def days(text: str) -> int | None:
        return find_dates(text, ANCHOR)[0].days
    assert [days(text) for text in ("a three-day visit", "a two-week tour", "a week-long tour", "a weeklong tour", "for a fortnight",
                                    "for a few days", "for two hours", "for six months")] == [3, 14, 7, 7, 14, None, None, None]


def test_the_adapter_gives_both_ends_of_a_range() -> None:
    """TimeML annotates a range as two expressions, we as one."""
    text = "from Nov. 27 to Dec. 2"
    assert timex(text, ANCHOR) == [(5, 12, "2023-11-27", "DATE"), (16, 22, "2023-12-02", "DATE")]
    assert [mention.when for mention in find_dates(text, ANCHOR)] == [When.days(date(2023, 11, 27), date(2023, 12, 2))]


@pytest.mark.parametrize(("text", "value", "kind"), [
    ("now", "PRESENT_REF", "DATE"), ("recently", "PAST_REF", "DATE"), ("last week", "2023-W44", "DATE"),
    ("the third quarter of 1988", "1988-Q3", "DATE"), ("the 1980s", "198", "DATE"), ("last summer", "2023-SU", "DATE"),
    ("two weeks", "P2W", "DURATION"), ("each Thursday", "XXXX-WXX-4", "SET"), ("this morning", "2023-11-10TMO", "TIME"),
    ("Friday night", "2023-11-10", "DATE"), ("the weekend", "2023-W45-WE", "DATE"), ("the first half of 2026", "2026-H1", "DATE"),
])
def test_timex_values(text: str, value: str, kind: str) -> None:
    assert timex(text, ANCHOR) == [(0, len(text), value, kind)]


def test_precision_is_never_finer_than_what_was_said() -> None:
    for text, precision in (("last week", Precision.WEEK), ("in May 2022", Precision.MONTH), ("in 2019", Precision.YEAR),
                            ("two years ago", Precision.YEAR), ("early November", Precision.MONTH), ("late this year", Precision.YEAR)):
        when = find_dates(text, ANCHOR)[0].when
        assert when is not None
        assert when.precision is precision
