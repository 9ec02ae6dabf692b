"""What a sentence says happens: the frames that its verbs and nouns give."""
from __future__ import annotations

from collections.abc import Sequence

from timeline.extract.clauses import Clauses
from timeline.extract.frame import Frame
from timeline.extract.grammar import Grammar
from timeline.extract.named import named
from timeline.extract.told import ENCOUNTERS, told
from timeline.mentions import DateMention, NameKind, NameMention

__all__ = ["Frame", "frames", "may_tell"]


_LETTERS = bytes(code if 97 <= code <= 122 else 32 for code in range(256))  # a to z stay, all else parts words


def may_tell(text: str, start: int, end: int, names: Sequence[NameMention], dates: Sequence[DateMention], words: Grammar) -> bool:
    """Whether a sentence is worth a reading of its clauses: it holds a word that tells of an occasion, names a body that is
    one, or says that somebody "is in" a place. A sentence without names or words of meeting costs next to nothing."""
    terms = words.terms
    said = set(text[start:end].lower().encode("ascii", "replace").translate(_LETTERS).decode("ascii").split())
    if not names and not dates and said.isdisjoint(terms.people_pronouns):
        return False
    if not said.isdisjoint(words.triggers):
        return True
    for first in said & words.trigger_pairs.keys():
        if not said.isdisjoint(words.trigger_pairs[first]):
            return True
    placed = False
    for name in names:
        if name.kind is NameKind.ORGANISATION and terms.named_occasion.search(name.name or name.text):
            return True
        if name.kind in (NameKind.CITY, NameKind.STATE) and terms.placed.search(text, max(start, name.start - 8), name.start):
            placed = True
    return placed and not said.isdisjoint(terms.copulas)


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
