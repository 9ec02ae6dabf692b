"""Sentences of an article's blocks, with offsets.

nupunkt finds the ends of sentences; scraped texts also glue them together ("on Wednesday.The next day"), which no
splitter expects, so those are parted here.

nupunkt's judgement of one full stop depends on the words right before and after it. After most words there is nothing
to judge (`_surely_ends`); about others it is asked once for each pair of words, and about a whole block only where more
than these words tell: signs that stand apart, lists, two blanks.
"""
from __future__ import annotations

import re
from functools import cache

import nupunkt

from timeline.pieces import LONGEST_PIECE, Remembered, plain_word

# A small letter, digit, bracket or quote, the full stop, and at once a capital with a small letter or a quote after it.
_GLUED = re.compile(r"[.!?](?<=[a-z0-9)\]”’\"].)[”\"’)]?(?=[“\"‘]?[A-Z][a-z’']|[“\"‘][A-Z]|[A-Z]{2,}\s[A-Z])")
# Abbreviations that nupunkt takes for the end of a sentence in news prose ("Foreign Minister Perfecto R. Yasay").
_NO_END = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Rep|Sen|Gov|Prof|Sr|Jr|St|Messrs|Hon|Amb|Adm|Sec|Pres|Jan|Feb|Mar|Apr"
                     r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Vol|vs|S|N|U\.S|U\.N|U\.K|E\.U)\.$")
_LONGEST_NO_END = 9  # characters, and one before it
# Where nupunkt may see an end: a sign with white space, a bracket or a quote after it; with the rest of its word, the
# white space, and the next word.
_END = re.compile(r"[.!?…](?=[\s!?)\"'’”»;}\]*:@({\[])(\S*)(?=(?:(\s+)(?P<next>\S+))?)")
# The sign of such an end that does not stand in the last word, or not at its end.
_INNER_END = re.compile(r"[.!?…](?=[\s!?)\"'’”»;}\]*:@({\[])(?![\"')\]}”’»*]*\s*\Z)")
_CLOSING = "\"')]}”’»*"  # what belongs to the sentence before it
LONGEST_WORD = 500  # characters
_SEVERAL = re.compile(r"[.!?…]")
# A next word that does not leave the end to the word before it: it closes a quotation, or is itself a sign.
_APART = frozenset(".!?…\"')]}”’»*-")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of `text[start:end]`, in order, without surrounding white space."""
    block = text[start:end]
    spans = _spans(block)
    if len(spans) > 1:
        spans = _rejoined(block, spans)
    glued_somewhere = _GLUED.search(block) is not None
    found: list[tuple[int, int]] = []
    for first, last in spans:
        if glued_somewhere:
            for glued in _GLUED.finditer(block, first, last):
                _add_trimmed(found, text, start + first, start + glued.end())
                first = glued.end()
        _add_trimmed(found, text, start + first, start + last)
    return found


def _spans(block: str) -> list[tuple[int, int]]:
    """What `nupunkt.sent_spans` gives for a block."""
    if _INNER_END.search(block) is None:
        return [(0, len(block))]
    begins = [0]
    for match in _END.finditer(block):
        closing, blank, following = match.groups()
        sign, begin = match.start(), match.start("next")
        if following is None:  # the last word of the block
            if closing.strip(_CLOSING):
                return _judged_whole(block)
            break
        near = max(0, sign - LONGEST_PIECE)
        word = max(block.rfind(" ", near, sign), block.rfind("\n", near, sign)) + 1
        if blank not in {" ", "\n", "\n\n"} or (word > 1 and block[word - 2].isspace()) or word == sign or (word == 0 and near) \
                or match.end("next") - word > LONGEST_WORD or _SEVERAL.search(closing):
            return _judged_whole(block)
        stop, apart = block[word:sign], following[0] in _APART
        if block[sign] != "…" and _surely_ends(stop, word == 0 or block[word - 1] == "\n") and _merely_follows(following, apart) \
                and not closing.strip(_CLOSING):
            if not (closing and blank == " " and following[0].islower()):  # “Is it?” he asked.
                begins.append(begin)
            continue
        if apart:
            return _judged_whole(block)
        next_word = _stand_in(following)
        stop = "0" * len(stop) if stop.isascii() and stop.isdigit() else stop
        words = f"{stop}{block[sign:begin]}{next_word}"
        before_end = _BEGINS[f"x{block[word - 1]}{words}" if word else words]
        if before_end is None:
            return _judged_whole(block)
        if before_end >= len(next_word):  # else it lies within the next word, which has its turn
            begins.append(begin + len(next_word) - before_end)
    return list(zip(begins, [*begins[1:], len(block)], strict=True))


def _judged_whole(block: str) -> list[tuple[int, int]]:
    if max(map(len, block.split()), default=0) > LONGEST_WORD:
        return [(0, len(block))]  # no prose; nupunkt's time grows with the square of a word's length
    return nupunkt.sent_spans(block)


def _begin(words: str) -> int | None:
    """How many characters before the end of two words a new sentence begins; 0 where none does, None where several do."""
    spans = nupunkt.sent_spans(words)
    return len(words) - spans[1][0] if len(spans) == 2 else 0 if len(spans) == 1 else None


_BEGINS = Remembered(_begin)


@cache
def _unsure_words() -> frozenset[str]:
    """Words that nupunkt may not take for the last of a sentence though a full stop is behind them, in lower case."""
    model = nupunkt.load("default")
    return model.abbreviations | {first for first, _ in model.parameters.collocations}


def _surely_ends(word: str, begins_line: bool) -> bool:
    """Whether nupunkt sees an end at any sign behind this word but "…", whatever the next word is.

    At the beginning of a line it may be the number of an item ("iv.").
    """
    return len(word) > (6 if begins_line else 1) and word.isalpha() and word.isascii() and word.lower() not in _unsure_words()


def _merely_follows(word: str, apart: bool) -> bool:
    """Whether a next word holds no end of its own, and is no sign that belongs to the sentence before it."""
    return _SEVERAL.search(word, 0, len(word) - 1) is None and (not apart or word.lstrip(_CLOSING)[:1].isalnum())


@cache
def _known_after() -> frozenset[str]:
    """Words of which nupunkt's model knows how they go on after a full stop, in lower case."""
    model = nupunkt.load("default").parameters
    known = {*model.sent_starters, *model.ortho_context, *(second for _, second in model.collocations)}
    return frozenset(word.rstrip(".") for word in known)


def _stand_in(following: str) -> str:
    """A next word that nupunkt judges as it does this one: of words that its model does not know it sees the capital only."""
    word = plain_word(following)
    if len(word) < 2 or word.lower() in _known_after():
        return following
    return "Xx" if word[0].isupper() else "xx"


def _rejoined(block: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, those that nupunkt ended at an abbreviation joined to the next one."""
    joined = spans[:1]
    for first, last in spans[1:]:
        if _goes_on(block, *joined[-1], first):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _goes_on(block: str, first: int, last: int, following: int) -> bool:
    """Whether a span that nupunkt ended at an abbreviation goes on with the next one, on the same line."""
    end = last
    while end > first and block[end - 1].isspace():
        end -= 1
    return block[end - 1] == "." and _NO_END.search(block[max(first, end - _LONGEST_NO_END):end]) is not None \
        and "\n" not in block[last - 1:following + 1]


LONGEST = 2_000  # characters; rules look across a whole sentence, so that no text may be one sentence without end


def _add_trimmed(found: list[tuple[int, int]], text: str, first: int, last: int) -> None:
    """Add the span without the white space around it, cut where it is too long."""
    while last - first > LONGEST:
        cut = text.rfind(" ", first + LONGEST // 2, first + LONGEST)
        cut = first + LONGEST if cut == -1 else cut
        _add_trimmed(found, text, first, cut)
        first = cut
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    if first < last:
        found.append((first, last))
