"""A sentence as a row of items: names, dates, pronouns, words and marks.

`kinds` has one character for each item, so that a rule can look across the sentence cheaply:

    P person, office, counterpart or group    S state    J nationality before a noun    O organisation
    C city    L other place    T point or stretch of time    U length of time
    h he, she    H they, both leaders    w word    , comma    " quotation mark    ( ) bracket    ; other boundary    . end
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from timeline.extract.grammar import Grammar, Word
from timeline.extract.terms import Terms
from timeline.mentions import DateKind, DateMention, NameKind, NameMention
from timeline.pieces import Remembered

_KIND = {NameKind.PERSON: "P", NameKind.OFFICE: "P", NameKind.COUNTERPART: "P", NameKind.GROUP: "P", NameKind.STATE: "S",
         NameKind.DEMONYM: "J", NameKind.ORGANISATION: "O", NameKind.CITY: "C", NameKind.PLACE: "L"}
_MARKS = {",": ",", '"': '"', "“": '"', "”": '"', "(": "(", "[": "(", ")": ")", "]": ")", ";": ";", ":": ";", "—": ";", "–": ";", "--": ";",
          ".": ".", "!": ".", "?": "."}
_SPELLED = r"(?:[^\W\d_](?:\.[^\W\d_])+\.?|\w(?:(?!n[’']t\b)[\w\-]|[’'](?=[a-z]{3,})|\.(?=\w))*)|--|[^\w\s]"

ACTORS = "PSOCJhH"  # may be a party; the rule decides
WHERE = "SCL"
NO_WORD = Word()


class Item:
    """One item. `low` is its text in small letters, `start` and `end` are offsets in the article's text."""

    __slots__ = ("end", "kind", "low", "mention", "start", "word")

    def __init__(self, kind: str, low: str, start: int, end: int, mention: NameMention | DateMention | None, word: Word) -> None:
        self.kind, self.low, self.start, self.end, self.mention, self.word = kind, low, start, end, mention, word

    def __repr__(self) -> str:
        return f"{self.kind}:{self.low}"


class Sentence:
    """Items of `text[start:end]`, with the number of the sentence in the article, the kind of its block, and its language's terms."""

    __slots__ = ("block", "end", "items", "kinds", "number", "start", "terms", "text")

    def __init__(self, text: str, start: int, end: int, block: str, number: int, terms: Terms) -> None:
        self.text, self.start, self.end, self.block, self.number = text[start:end], start, end, block, number
        self.terms = terms
        self.items: list[Item] = []
        self.kinds = ""

    def name(self, index: int) -> NameMention | None:
        """The name at an index, None where the item is none or there is no such item."""
        found = self.items[index].mention if 0 <= index < len(self.items) else None
        return found if isinstance(found, NameMention) else None

    def text_of(self, index: int) -> str:
        """The text of the name at an index, "" where there is none."""
        found = self.name(index)
        return found.text if found is not None else ""

    def when(self, index: int) -> DateMention | None:
        """The date at an index that exists, None where the item is none."""
        found = self.items[index].mention
        return found if isinstance(found, DateMention) else None

    def low(self, index: int) -> str:
        """The text of an item in small letters, "" beyond the ends of the sentence."""
        return self.items[index].low if 0 <= index < len(self.items) else ""

    def kind(self, index: int) -> str:
        """The kind of an item, "." beyond the ends of the sentence."""
        return self.kinds[index] if 0 <= index < len(self.kinds) else "."

    def word(self, index: int) -> Word:
        """What the word at an index may be; what is no word is a `Word` without any."""
        return self.items[index].word if 0 <= index < len(self.items) else NO_WORD

    def source(self, first: int, last: int) -> str:
        """The text of the items from `first` up to `last`, that one left out."""
        if first >= last:
            return ""
        return self.text[self.items[first].start - self.start:self.items[last - 1].end - self.start]


def sentence_of(text: str, start: int, end: int, block: str, number: int, names: Sequence[NameMention],
                dates: Sequence[DateMention], words: Grammar) -> Sentence:
    """The items of the sentence `text[start:end]`. `names` and `dates` are those inside it, each in order."""
    terms = words.terms
    sentence = Sentence(text, start, end, block, number, terms)
    spans: list[tuple[int, int, str, NameMention | DateMention | None]] = [
        (n.start, n.end, _KIND[n.kind], n) for index, n in enumerate(names)
        if n.country or n.actor_id or not (_is_verb(text, n, words) or (index and _same_people(names[index - 1], n)))]
    for date in dates:
        if date.when is not None and date.kind in (DateKind.DATE, DateKind.TIME):
            spans.append((date.start, date.end, "T", date))
        elif date.kind is DateKind.DURATION:
            spans.append((date.start, date.end, "U", date))
    for match in words.pronouns.finditer(text, start, end):
        if match.group().lower() in terms.ambiguous_owner and terms.owned.match(text, match.end()):
            continue
        spans.append((match.start(), match.end(), "h" if match.lastgroup == "singular" else "H", None))
    spans.sort(key=lambda span: (span[0], -span[1]))
    items = sentence.items
    position = start
    begin: list[int] = []
    for first, last, kind, mention in spans:
        if first < position or last > end:
            continue
        _words(text, position, first, items, begin, words)
        items.append(Item(kind, text[first:last].lower(), first, last, mention, NO_WORD))
        position = last
    _words(text, position, end, items, begin, words)
    if begin:
        _phrases(items, begin, words)
    for item, following in pairwise(items):
        if item.kind in "hH" and following.low in words.terms.owner_mark_or_is:
            following.word = words.words[words.terms.be_after_pronoun[0]]  # "he’s in C"
    sentence.kinds = "".join([item.kind for item in items])
    return sentence


def _same_people(first: NameMention, second: NameMention) -> bool:
    """"Afghan government representatives": the second word says no more of whom than the first."""
    return second.start - first.end == 1 and first.kind is NameKind.GROUP and second.kind is NameKind.GROUP and first.country is not None


def _is_verb(text: str, name: NameMention, words: Grammar) -> bool:
    """"before he heads to": an office that nobody holds, right after a pronoun, is a verb."""
    terms = words.terms
    if " " in name.text or not name.text.islower():
        return False
    entry = words.words.get(name.text)
    return entry is not None and bool(entry.verbs) and text[max(0, name.start - 6):name.start].lower().split()[-1:] in ([pronoun] for pronoun in terms.subject_pronouns)


# The tokens of a piece of text: (offset, end, kind, small letters, whether a phrase may begin with it).
Piece = tuple[tuple[int, int, str, str, bool], ...]


@cache
def _pieces(words: Grammar) -> Remembered[Piece]:
    """The pieces of text met before."""
    longest = words.longest
    tokens = re.compile(f"{words.terms.contraction.pattern}|{_SPELLED}")

    def read(piece: str) -> Piece:
        found = []
        for match in tokens.finditer(piece):
            token = match.group()
            low = token.lower()
            found.append((match.start(), match.end(), _MARKS.get(token, "w"), low, longest.get(low, 1) > 1))
        return tuple(found)

    return Remembered(read)


def _words(text: str, first: int, last: int, items: list[Item], begin: list[int], words: Grammar) -> None:
    """Add the items of `text[first:last]`, each word with its entry, and to `begin` where a phrase may begin."""
    if first >= last:
        return
    get, pieces, add = words.words.get, _pieces(words), items.append
    for piece in text[first:last].split(" "):
        for start, end, kind, low, may in pieces[piece]:
            if may:
                begin.append(len(items))
            add(Item(kind, low, first + start, first + end, None, get(low, NO_WORD) if kind == "w" else NO_WORD))
        first += len(piece) + 1


@cache
def _seconds(words: Grammar) -> dict[str, set[str]]:
    """The first word of a phrase -> the words that may come second."""
    found: dict[str, set[str]] = {}
    for phrase in words.words:
        first, *others = phrase.split(" ", 2)
        if others:
            found.setdefault(first, set()).add(others[0])
    return found


def _phrases(items: list[Item], begin: list[int], words: Grammar) -> None:
    """Make one item of each phrase that the grammar knows as one word: the longest from the left ("phone call", not "call on")."""
    table, longest, seconds = words.words, words.longest, _seconds(words)
    found: list[tuple[int, int, str]] = []
    taken = 0
    for index in begin:
        item = items[index]
        after = items[index + 1] if index + 1 < len(items) else None
        if index < taken or after is None or after.kind != "w" or after.low not in seconds[item.low]:
            continue  # nearly always
        for count in range(min(longest[item.low], len(items) - index), 1, -1):
            row = items[index:index + count]
            if any(other.kind != "w" for other in row):
                continue
            phrase = " ".join([other.low for other in row])
            if phrase in table:
                dated = index + count < len(items) and items[index + count].kind == "T"
                if dated and "preposition" in row[-1].word.function:
                    continue  # "a call on Tuesday" is no "call on"
                found.append((index, count, phrase))
                taken = index + count
                break
    for index, count, phrase in reversed(found):
        items[index:index + count] = [Item("w", phrase, items[index].start, items[index + count - 1].end, None, table[phrase])]
