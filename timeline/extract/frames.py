"""What a sentence says happens: the frames that all rules find in it."""
from __future__ import annotations

import re
from functools import cache

from timeline.extract.encounters import (
    addressed,
    conversations,
    discussions,
    meet_verbs,
    of_them,
    receptions,
    seen,
    talks,
    telephone_calls,
    told_by_telephone,
    told_visiting,
)
from timeline.extract.frame import (
    Frame,
    rules,
)
from timeline.extract.gatherings import ceremonies, gatherings, signings
from timeline.extract.groups import groups
from timeline.extract.lexicon import WORD, Lexicon
from timeline.extract.tagged import (
    ANY,
    ORGANISATION,
    Tagged,
)
from timeline.extract.visits import presence, visit_nouns, visit_verbs

__all__ = ["Frame", "frames"]

_MENTION = re.compile(f"[{ANY}]")
_BODY = re.compile(f"[{ORGANISATION}]")
# Each rule with the lists of the lexicon, and further words, of which a sentence must hold one before it is tried.


_RULES = (
    (talks, ("nouns.call", "nouns.meeting", "nouns.summit", "nouns.conference"), ()),
    (meet_verbs, ("verbs.meet",), ()),
    (receptions, ("verbs.receive",), ("met",)),
    (told_visiting, (), ("visiting",)),
    (conversations, ("verbs.speak",), ()),
    (telephone_calls, ("verbs.telephone",), ()),
    (discussions, ("verbs.discuss",), ()),
    (visit_verbs, ("verbs.visit", "verbs.travel", "verbs.arrive", "verbs.leave"), ()),
    (presence, (), ("is", "are", "was", "were", "will", "be", "arrived", "arrives", "spent", "spend", "spends", "spending")),
    (of_them, (), ("met", "meet", "meets", "gather", "gathers", "gathered", "convened")),
    (addressed, (), ("told", "confronted", "pressed", "urged", "warned", "lectured", "assured", "reassured", "challenged", "congratulated")),
    (told_by_telephone, (), ("telephone", "phone", "call")),
    (seen, (), ("see", "called", "calls")),
    (visit_nouns, ("nouns.visit",), ()),
    (gatherings, ("nouns.summit", "nouns.conference", "verbs.gather"), ("meeting", "meetings", "talks")),
    (signings, ("verbs.sign",), ()),
    (ceremonies, ("nouns.ceremony",), ()))


@cache
def _triggers(words: Lexicon) -> tuple[frozenset[str], ...]:
    """For each rule the words of which a sentence must hold one."""
    return tuple(frozenset(more).union(*(words.first_words[name] for name in lists)) for _, lists, more in _RULES)


def frames(sentence: Tagged, words: Lexicon) -> list[Frame]:
    """All frames of the sentence, in order of their triggers; overlapping triggers give the more telling one."""
    if not _MENTION.search(sentence.text):
        return []
    patterns = rules(words)
    said = set(WORD.findall(sentence.text.lower()))
    named = bool(_BODY.search(sentence.text))
    wanted = [rule for (rule, _, _), triggers in zip(_RULES, _triggers(words), strict=True)
              if not triggers.isdisjoint(said) or (rule is gatherings and named)]
    if not wanted:
        return []
    where = groups(sentence)
    found: list[Frame] = []
    for rule in wanted:
        for frame in rule(sentence, where, patterns, words):
            if not any(frame.start < other.end and other.start < frame.end and frame.kind == other.kind for other in found):
                found.append(frame)
    held = [(frame.start, frame.end) for frame in found if frame.kind == "gathering" and frame.body is not None]
    found = [frame for frame in found if frame.kind != "encounter" or not any(start < frame.end and frame.start < end for start, end in held)]
    found.sort(key=lambda frame: frame.start)
    return found
