"""What a sentence says happens: the frames that its verbs and nouns give."""
from __future__ import annotations

from timeline.extract.clauses import Clauses
from timeline.extract.frame import Frame
from timeline.extract.grammar import Grammar
from timeline.extract.named import named
from timeline.extract.told import told

__all__ = ["Frame", "frames"]


def frames(clauses: Clauses, words: Grammar) -> list[Frame]:
    """All frames of the sentence, in order of their triggers."""
    sentence = clauses.sentence
    if not clauses.groups and "O" not in sentence.kinds and "T" not in sentence.kinds:
        return []
    remote = bool(words.remote.search(sentence.text))
    found = [*told(clauses, remote), *named(clauses, remote)]
    found.sort(key=lambda frame: frame.first)
    return found
