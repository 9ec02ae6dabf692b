"""The automaton of patterns, against regular expressions tried one after the other."""
import re
from datetime import date
from random import Random

from timeline.dates import find_dates
from timeline.dates.automaton import Automaton
from timeline.dates.lexicon import load

PATTERNS = ("a b? c", "a ( b | c )? ( d | e f? )", "a", "b ( c ( d )? )? e", "( a | b ) ( c | d )")


def test_the_first_pattern_that_fits_is_told() -> None:
    automaton = Automaton(lambda name: frozenset({name, name.upper()}))
    for pattern in PATTERNS:
        automaton.add(re.findall(r"\S", pattern))
    expressions = [re.compile(re.sub(r"[a-f]", lambda match: f"[{match[0]}{match[0].upper()}]", pattern.replace(" ", ""))) for pattern in PATTERNS]
    random = Random(1)
    for _ in range(2_000):
        row = "".join(random.choices("abcdefABCx", k=random.randint(1, 6)))
        expected = next((number for number, one in enumerate(expressions) if one.match(row)), None)
        assert automaton.pattern_at(row, 0) == expected, row


def test_the_lexicon_of_dates_agrees_with_its_expressions() -> None:
    lexicon = load("en")
    expressions = [re.compile(source) for source in lexicon.sources()]
    words = ["on", "the", "last", "Monday", "May", "9", "2023", ",", "-", "two", "weeks", "ago", "first", "half", "of", "quarter", "(", ")", "spoke"]
    random = Random(2)
    for _ in range(300):
        row = lexicon.tokens(" ".join(random.choices(words, k=8))).row
        found = lexicon.next_match(row, 0)
        expected = next(((start, one) for start in range(len(row)) for one in expressions if one.match(row, start)), None)
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            match = expected[1].match(row, expected[0])
            assert match is not None
            assert found[1] == match.span()


def test_blank_lines_of_every_sort_part_what_stands_on_both_sides() -> None:
    for between in ("\n\n", "\n \n", "\n\n\n", " \n\n ", "\n\u00a0\n"):
        text = f"The talks end on Monday{between}November 9 was the day. At 10 a. m. they met."
        mentions = find_dates(text, date(2023, 11, 10))
        assert [mention.text for mention in mentions][:2] == ["Monday", "November 9"], between
        assert all(text[mention.start:mention.end] == mention.text for mention in mentions)
