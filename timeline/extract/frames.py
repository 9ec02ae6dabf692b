"""What a sentence says happens: the frames that all rules find in it."""
from __future__ import annotations

import re

from timeline.extract.encounters import (
    conversations,
    discussions,
    meet_verbs,
    receptions,
    talks,
    telephone_calls,
    told_visiting,
)
from timeline.extract.frame import (
    Frame,
    rules,
)
from timeline.extract.gatherings import ceremonies, gatherings, signings
from timeline.extract.groups import groups
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import (
    ANY,
    Tagged,
)
from timeline.extract.visits import visit_nouns, visit_verbs

__all__ = ["Frame", "frames"]


def frames(sentence: Tagged, words: Lexicon) -> list[Frame]:
    """All frames of the sentence, in order of their triggers; overlapping triggers give the more telling one."""
    if not re.search(f"[{ANY}]", sentence.text):
        return []
    patterns = rules(words)
    where = groups(sentence)
    found: list[Frame] = []
    for rule in (talks, meet_verbs, receptions, told_visiting, conversations, telephone_calls, discussions, visit_verbs, visit_nouns, gatherings, signings, ceremonies):
        for frame in rule(sentence, where, patterns, words):
            if not any(frame.start < other.end and other.start < frame.end and frame.kind == other.kind for other in found):
                found.append(frame)
    held = [(frame.start, frame.end) for frame in found if frame.kind == "gathering" and frame.body is not None]
    found = [frame for frame in found if frame.kind != "encounter" or not any(start < frame.end and frame.start < end for start, end in held)]
    found.sort(key=lambda frame: frame.start)
    return found
