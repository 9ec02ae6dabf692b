"""Text from outside becomes safe to store, quote and put in a calendar, and stays what it says."""
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.clean import clean_line, clean_text

WILD = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("\r\n\t \u2028\u200b\u202e\ud800\u0301é\x00")))


@given(WILD)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.one_of(WILD, st.text(st.characters(min_codepoint=0x20, max_codepoint=0x300)), st.text(st.sampled_from("aé –’… \u0300\xad\u2028"))))
def test_what_is_clean_already_is_known_by_its_letters(text: str) -> None:
    """A character that is taken away again makes the text go the long way."""
    assert clean_text(text) == clean_text(text + "\u200b")


@given(WILD)
def test_nothing_is_left_that_controls_hides_or_reorders(text: str) -> None:
    clean = clean_text(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in clean if char != "\n")
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\u2028\u2029\ufeff")
    clean.encode("utf-8")
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize(("text", "clean"), [
    ("a\u202eb\u202c", "ab"), ("co\xadop\u200berate", "cooperate"), ("a\x00b\x1bc", "abc"), ("Cafe\u0301", "Café"),
    ("a \t\u00a0\u3000 b", "a b"), ("a\r\nb\rc\u2028d\x85e\x0cf", "a\nb\nc\nd\ne\nf"), ("a\n \n\n\nb", "a\n\nb"),
    (" a ", "a"), ("\ud83d", ""), ("\U0001f600", "\U0001f600"), ("می\u200cروم", "می\u200cروم"), ("\ufffea\uffff", "a")])
def test_what_is_told_stays(text: str, clean: str) -> None:
    assert clean_text(text) == clean
