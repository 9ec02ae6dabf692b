"""A sentence in which every name and every date is one character.

Rules are then short regular expressions over a string such as `P met (with) P in T on W`. The characters come from
Unicode's private use area; where an article itself holds any, they are blanks here.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from timeline.mentions import DateKind, DateMention, NameMention

_FIRST = 0xE000
_KINDS = ("person", "office", "counterpart", "group", "state", "demonym", "organisation", "city", "place",
          "when", "duration", "singular", "plural")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CODE = {kind: _FIRST + 0x100 * number for number, kind in enumerate(_KINDS)}


def _set(*kinds: str) -> str:
    return "".join(f"{chr(_CODE[kind])}-{chr(_CODE[kind] + 0xFF)}" for kind in kinds)


# Pieces for character classes.
PERSON = _set("person", "office", "counterpart", "group")
STATE = _set("state")
DEMONYM = _set("demonym")
ORGANISATION = _set("organisation")
CITY = _set("city")
PLACE = _set("place")
WHEN = _set("when")
DURATION = _set("duration")
SINGULAR = _set("singular")
PLURAL = _set("plural")
PRONOUN = SINGULAR + PLURAL
ACTOR = PERSON + STATE + ORGANISATION + CITY + DEMONYM  # may be a party; the rule decides
WHERE = STATE + CITY + PLACE
ANY = ACTOR + PLACE + WHEN + DURATION + PRONOUN


@dataclass(slots=True)
class Tagged:
    """`text` is the sentence with mentions as single characters; `mention(i)` what stands at `text[i]`.

    `start` and `end` are offsets in the article's text; `origin(i)` maps an offset in `text` back to it.
    """

    start: int
    end: int
    kind: str  # of the block: headline, paragraph, caption
    number: int  # of the sentence in the article
    text: str = ""
    source: str = ""  # the sentence as it stands in the article
    mentions: dict[int, NameMention | DateMention | str] = field(default_factory=dict)
    _tagged: list[int] = field(default_factory=list)
    _origins: list[int] = field(default_factory=list)

    def origin(self, position: int) -> int:
        index = bisect_right(self._tagged, position) - 1
        return self._origins[index] + (position - self._tagged[index])

    def name(self, position: int) -> NameMention | None:
        found = self.mentions.get(position)
        return found if isinstance(found, NameMention) else None

    def when(self, position: int) -> DateMention | None:
        found = self.mentions.get(position)
        return found if isinstance(found, DateMention) else None

    def positions(self, pieces: str, start: int = 0, end: int | None = None) -> list[int]:
        """Where characters of the class made of `pieces` stand."""
        return [m.start() for m in re.compile(f"[{pieces}]").finditer(self.text, start, len(self.text) if end is None else end)]


def tag(text: str, start: int, end: int, kind: str, number: int, names: Sequence[NameMention],
        dates: Sequence[DateMention], pronouns: re.Pattern[str]) -> Tagged:
    """The tagged form of the sentence `text[start:end]`. `names` and `dates` are those inside it."""
    sentence = Tagged(start, end, kind, number, source=text[start:end])
    spans: list[tuple[int, int, str, NameMention | DateMention | str]] = []
    for name in names:
        spans.append((name.start, name.end, name.kind.value, name))
    for date in dates:
        if date.kind in (DateKind.DATE, DateKind.TIME) and (date.when is not None):
            spans.append((date.start, date.end, "when", date))
        elif date.kind is DateKind.DURATION:
            spans.append((date.start, date.end, "duration", date))
    taken = sorted(spans, key=lambda span: (span[0], -span[1]))
    for match in pronouns.finditer(text, start, end):
        group = "singular" if match.lastgroup == "singular" else "plural"
        if not any(first < match.end() and match.start() < last for first, last, _, _ in taken):
            spans.append((match.start(), match.end(), group, match.group()))
    spans.sort(key=lambda span: (span[0], -span[1]))
    parts: list[str] = []
    length, position = 0, start
    seen = dict.fromkeys(_KINDS, 0)

    def plain(upto: int) -> None:
        nonlocal length
        if upto > position:
            sentence._tagged.append(length)
            sentence._origins.append(position)
            parts.append(_PRIVATE.sub(" ", text[position:upto]))
            length += upto - position

    for first, last, label, mention in spans:
        if first < position or last > end:
            continue
        plain(first)
        sentence._tagged.append(length)
        sentence._origins.append(first)
        parts.append(chr(_CODE[label] + seen[label] % 0x100))
        sentence.mentions[length] = mention
        seen[label] += 1
        length += 1
        position = last
    plain(end)
    position = end
    sentence._tagged.append(length)
    sentence._origins.append(end)
    sentence.text = "".join(parts)
    return sentence
