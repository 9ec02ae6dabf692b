"""What a sentence says happens: the frames that its verbs and nouns give."""
from __future__ import annotations

from collections.abc import Sequence

from timeline.extract.clauses import Clauses
from timeline.extract.frame import Frame
from timeline.extract.grammar import JOURNEY, OCCASION, SIGNING, Grammar
from timeline.extract.named import named
from timeline.extract.told import ENCOUNTERS, told
from timeline.mentions import DateMention, NameKind, NameMention

__all__ = ["Frame", "frames", "letters_of", "may_tell", "told_by"]


_PLACES = frozenset({NameKind.STATE, NameKind.CITY, NameKind.PLACE})
_NEAR = 48  # characters before a place in which "was on Friday in" stands
# a to z stay, A to Z become small, all else parts words; as many bytes as the text has characters
_LETTERS = bytes(code if 97 <= code <= 122 else code + 32 if 65 <= code <= 90 else 32 for code in range(256))


def letters_of(text: str) -> bytes:
    """The text with nothing but small letters and blanks in it, at the same offsets: what `may_tell` looks at."""
    return text.encode("ascii", "replace").translate(_LETTERS)


def told_by(said: set[bytes], words: Grammar) -> int:
    """What the words of a sentence may tell of (`grammar.OCCASION` and the like, added up); 0 where they tell of nothing."""
    triggers, pairs = words.triggers, words.trigger_pairs
    tells = 0
    for word in said & triggers.keys():
        tells |= triggers[word]
    if not tells & OCCASION:  # else nothing more is asked
        for first in said & pairs.keys():
            for second in said & pairs[first].keys():
                tells |= pairs[first][second]
    return tells


def may_tell(text: str, letters: bytes, start: int, end: int, names: Sequence[NameMention], dates: Sequence[DateMention], words: Grammar) -> bool:
    """Whether a sentence is worth a reading of its clauses: it holds a word that tells of an occasion, and those whom such a
    word needs; names a body that is an occasion; or says that somebody "is in" a place. All others cost next to nothing."""
    terms = words.terms
    said = set(letters[start:end].split())
    if not names and not dates and said.isdisjoint(words.people_pronouns):
        return False
    tells = told_by(said, words)
    if tells & OCCASION or (dates and text.startswith(words.thing_openings, start)):  # "It will take place on Monday"
        return True
    if tells and _who_may(tells, text, start, end, names, dates, words):
        return True
    for name in names:
        kind = name.kind
        if kind is NameKind.ORGANISATION:
            if terms.named_occasion.search(name.name or name.text):
                return True
        elif (kind is NameKind.CITY or kind is NameKind.STATE) and terms.placed.search(text, max(start, name.start - _NEAR), name.start):
            return True
    return False


def _who_may(tells: int, text: str, start: int, end: int, names: Sequence[NameMention], dates: Sequence[DateMention], words: Grammar) -> bool:
    """Whether two are named who may have met, or a signing has its day; for a journey, whether a place is named."""
    count = 0
    placed = False
    for name in names:
        count += 1 + (name.plural or name.kind is NameKind.ORGANISATION)
        placed = placed or name.kind in _PLACES
    if not placed and tells == JOURNEY:
        return False
    if count < 2:
        for pronoun in words.pronouns.finditer(text, start, end):
            count += 1 if pronoun.lastgroup == "singular" else 2
    return count >= 2 or bool(dates and tells & SIGNING)


def frames(clauses: Clauses, words: Grammar) -> list[Frame]:
    """All frames of the sentence, in order of their triggers."""
    sentence = clauses.sentence
    if not clauses.groups and "O" not in sentence.kinds and "T" not in sentence.kinds:
        return []
    telling = any(verb.kind in ENCOUNTERS for verb in clauses.verbs) or any(item.word.noun for item in sentence.items)
    remote = telling and words.remote.search(sentence.text) is not None  # asked only where it may make a difference
    found = [*told(clauses, remote), *named(clauses, remote)]
    found.sort(key=lambda frame: frame.first)
    return found
