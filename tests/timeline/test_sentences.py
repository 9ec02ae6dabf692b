"""Sentences of a block, against nupunkt asked about the whole of it."""
import nupunkt
import pytest

from timeline.sentences import _spans, sentences

BLOCKS = (
    "The ministers met on Monday. They will meet again.",
    "Mr. Bell met Prime Minister Li. “We agreed.” He left at 3 p.m. on Friday.",
    "“Why? Because it is so,” she said. (Applause.) There you go.",
    "He asked: “Is it?” and left. ... Then . . . silence! ! ! And so on.",
    "1. The first item.\n2. The second item.\n\nA. Bell signed. No. 5 stayed.",
    "He is reckless. \"China can wait.\" Did he? \"Yes,\" he said. - Vice President Bell. ** We will. **We did.",
    "Talks of the U.S. Xinhua reports. Mr. Zyx, of St. Xyz. In 2003. Its 4. General left on Nov. 30, at no. 7. “Go!” he said.”\nShe stayed.",
    "iv. The fourth.\niv. The fifth. vi. It is… so… And I saw… I left (a month. A day). All. Then me. it.",
    "The capital of the U.S. President Bell spoke.(END)", "Talks ended.[^1]", "Nothing ends here", "", " ", "’Twas so.’ ”")


@pytest.mark.parametrize("block", BLOCKS)
def test_words_asked_about_in_pairs_give_what_the_whole_block_gives(block: str) -> None:
    if block:
        assert _spans(block) == nupunkt.sent_spans(block)


def test_a_word_without_end_is_no_prose_and_costs_no_more_for_its_length() -> None:
    spans = list(sentences("a.”" * 100_000))
    assert spans[0][0] == 0
    assert spans[-1][1] == 300_000
