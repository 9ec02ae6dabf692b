"""Whether the clause around a date tells of what was or of what is to come.

The nearest verb before the date decides, for in English it governs it ("arrived on Monday", "will meet on Monday");
where there is none, the first verb after it does ("On Monday, Putin will"). What announces ("scheduled for", "ahead of",
"is to", "agreed to") counts as the future, even in the past tense.
"""
from __future__ import annotations

from timeline.dates.lexicon import CAPITALISED, PAST, PLAIN, PLURAL, Lexicon
from timeline.dates.row import Tokens

NEAR = 9  # tokens from a verb to the date that is surely its own
BEFORE, AFTER = 40, 25  # how many tokens are looked at, so that a text without full stops costs no more


class Clauses:
    """Reads tense from a row of symbols."""

    def __init__(self, lexicon: Lexicon, tokens: Tokens) -> None:
        self._tokens, self._row = tokens, tokens.row
        self._sets, self._ending = lexicon.cues, lexicon.sentence_end
        self._asked: tuple[int, int] | None = None  # of which `sentence` told last
        self._told = (0, 0)
        self._relative, self._tense = lexicon.relative, lexicon.tense

    def _ends(self, index: int) -> bool:
        """Whether the sentence ends at this token, which is a stop, a full stop or a blank line."""
        if self._row[index] not in self._sets["DOT"] or index == 0:
            return True
        before = self._tokens.word(index - 1)
        if (len(before) == 1 and before.isalpha()) or self._row[index - 1] in self._sets["ABBREVIATION"]:
            return False
        return index + 1 >= len(self._row) or not self._tokens.word(index + 1)[0].islower()

    def sentence(self, first: int, last: int) -> tuple[int, int]:
        """Tokens of the sentence around `first` to `last` (exclusive), as far as anybody looks."""
        if self._asked != (first, last):
            self._asked, self._told = (first, last), self._sentence(first, last)
        return self._told

    def _sentence(self, first: int, last: int) -> tuple[int, int]:
        left, right = max(0, first - BEFORE), min(len(self._row), last + AFTER)
        for match in reversed(list(self._ending.finditer(self._row, left, first))):
            if self._ends(match.start()):
                left = match.end()
                break
        for match in self._ending.finditer(self._row, last, right):
            if self._ends(match.start()):
                return left, match.start()
        return left, right

    def direction(self, first: int, last: int) -> int:
        """Below 0 past, above 0 future, 0 where nothing tells, for the date at tokens `first` to `last` (exclusive).

        2 and -2 where the verb stands near before the date ("met in December"), and is sure to be its verb.
        """
        left, right = self.sentence(first, last)
        sets, row = self._sets, self._row
        near = first - 1
        while near >= left and row[near] in sets["DETERMINER"]:
            near -= 1
        if near >= left:
            if row[near] in sets["OF"] and near > left and row[near - 1] in sets["AHEAD"]:
                return 1
            if row[near] in sets["AS"] and near > left and row[near - 1] in sets["SOONAS"]:
                return 1  # "as soon as", "as early as"
            if row[near] in sets["AHEADOF"]:
                return self._leftwards(left, near) or self._rightwards(last, right) or 1
            if row[near] in sets["SINCE"]:
                return -1 if row[near] in sets["SINCEONLY"] else self._leftwards(left, near) or -1
        if last < right and row[last] in sets["S"]:
            found = self._rightwards(last + 1, min(right, last + 8))
            if found:
                return found
        clause = left
        for match in self._relative.finditer(row, left, first):
            clause = match.end()
        found = self._leftwards(clause, first)
        if found and self._leftwards(max(clause, first - NEAR), first) == found:
            return 2 * found
        if not found and clause > left:
            return self._rightwards(last, right) or self._leftwards(left, clause)
        aside = near > left and row[near] in sets["COMMA"]  # "Before that, on Friday, she is due in Berlin"
        if found or (near >= left + 1 and not aside and last < right and row[last] in sets["COMMA"]):
            return found  # "the meeting that follows the talks on Wednesday, will": that verb is not of this clause
        return self._rightwards(last, right) * (2 if first - left <= 3 else 1)

    def _leftwards(self, left: int, first: int) -> int:
        sets, row = self._sets, self._row
        for index in range(first - 1, left - 1, -1):
            symbol = row[index]
            if symbol not in self._tense:
                continue
            if symbol in sets["FUTURE"]:
                return 1
            if symbol in sets["SET"] and index + 1 < len(row) and row[index + 1] in sets["TOFOR"]:
                return 1
            if symbol in sets["TO"] and self._infinitive(index):
                before = row[index - 1] if index > left else PLAIN
                if before in sets["IS"] or before in sets["WAS"] or before in sets["COMMISSIVE"] or before == CAPITALISED:
                    return 1
            if symbol == PAST or symbol in sets["PASTVERB"] or symbol in sets["COMMISSIVE"]:
                return self._past_or_passive(index, left)
        return 0

    def _infinitive(self, index: int) -> bool:
        """Whether the "to" at `index` stands before a verb."""
        return index + 1 < len(self._row) and (self._row[index + 1] == PLAIN or self._row[index + 1] in self._sets["BE"])

    def _past_or_passive(self, index: int, left: int) -> int:
        """A past form is past, unless it is the end of "will be held", "to be held", "is expected"."""
        for before in range(index - 1, max(left, index - 4) - 1, -1):
            symbol = self._row[before]
            if symbol in self._sets["FUTURE"]:
                return 1
            if symbol in self._sets["TO"]:
                after = self._row[before + 1]
                return 1 if after in self._sets["BE"] and after not in self._sets["HAVE"] else -1
            if symbol in self._sets["IS"]:
                return 0  # "is held", "are heard": the present tells nothing
            if symbol not in self._sets["BE"] and symbol not in (PLAIN, PLURAL):
                break
        return -1

    def _rightwards(self, last: int, right: int) -> int:
        sets, row = self._sets, self._row
        for index in range(last, right):
            symbol = row[index]
            if symbol not in self._tense:
                continue
            after = row[index + 1] if index + 1 < right else PLAIN
            if symbol in sets["FUTURE"]:
                return 1
            if (symbol in sets["SET"] or symbol in sets["IS"]) and after in sets["TO"]:
                return 1
            if symbol == PAST or symbol in sets["PASTVERB"] or symbol in sets["COMMISSIVE"] or symbol in sets["SET"]:
                return -1
        return 0
