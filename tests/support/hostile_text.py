"""Texts that break parsers: 32,000 and more, always the same ones.

Made of what RFC 5545 gives a meaning, of every control character and line break there is, of characters that reorder, hide or
join others, of half characters, and of lengths around the 75 octets at which lines are folded.
"""
from __future__ import annotations

import random
from itertools import product

__all__ = ["hostile_texts"]

_CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
_BREAKS = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\r\n ", "\n ", "\r\n\t",
           "\\n", "\\N", "\\r\\n", "%0D%0A", "&#13;&#10;"]
_BIDI = ["\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]
_INVISIBLE = ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e", "\ufff9", "\ufffa", "\ufffb", "\U000e0001", "\U000e0041", "\u034f"]
_HALVES = ["\ud800", "\udbff", "\udc00", "\udfff", "\udc00\ud800", "\ud83d", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff"]
_ICALENDAR = ["END:VEVENT", "BEGIN:VEVENT", "END:VCALENDAR", "BEGIN:VALARM", "BEGIN:VTIMEZONE", "ATTENDEE:mailto:a@b.example", "ORGANIZER:x",
              "METHOD:CANCEL", "STATUS:CANCELLED", "DTSTART:20300101T000000Z", "RRULE:FREQ=SECONDLY", "UID:other", "SEQUENCE:9999",
              "ATTACH:file:///etc/passwd", "X-A;B=\"c\":d", "SUMMARY;ALTREP=\"x\":y", "DESCRIPTION:Planned.\\n", "COMMENT:", "^n^'^^",
              "TZID=Europe/Berlin:", "VALUE=DATE:", ";", ":", ",", "\\", "\\\\", "\\,", "\\;", "\\:", "\"", "'", "=", "\\\\n", "\\\\\\n"]
_MARKUP = ["<script>alert(1)</script>", "<b>x</b>", "&amp;", "&lt;", "]]>", "<!--", "${7*7}", "{{7*7}}", "' OR 1=1 --", "../../etc/passwd",
           "javascript:alert(1)", "%s%n", "=1+1", "@SUM(A1)", "-1", "+1", "NaN", "null", "http://x/"]
_SCRIPTS = ["a", "é", "e\u0301", "ß", "İ", "ﬁ", "Ⅻ", "שלום", "مرحبا", "می\u200cخواهم", "日本語", "한국어", "नमस्ते", "ไทย", "🕊", "👩\u200d👩\u200d👧", "🇰🇿", "\U0001d54f",
            "\u0300" * 5, "ǅ", "\u1e9b\u0323", "𠀀", "﷽", "Ꙭ"]
_PIECES = [*_CONTROLS, *_BREAKS, *_BIDI, *_INVISIBLE, *_HALVES, *_ICALENDAR, *_MARKUP, *_SCRIPTS]


def hostile_texts(count: int = 32_000) -> list[str]:
    """At least so many texts, each once: every piece alone, between letters and between every two breaks; every pair of
    pieces; each length from 60 to 90 octets of each script; and random rows of pieces."""
    made: dict[str, None] = {}

    def add(text: str) -> None:
        made.setdefault(text)

    for piece in _PIECES:
        for text in (piece, f"a{piece}b", f"{piece}b", f"a{piece}", piece * 40, f" {piece} "):
            add(text)
    for line, piece, other in product(_BREAKS, _ICALENDAR, ("", "\r\n", "\u2028")):
        add(f"a{line}{piece}{other}b")
    for one, two in product(_PIECES, repeat=2):
        add(f"x{one}{two}y")
    for letter in ("a", *_SCRIPTS[1:]):
        for octets in range(60, 91):
            text = letter * max(1, octets // len(letter.encode()))
            add("z" * (octets - len(text.encode())) + text)
    add("word " * 20_000)
    add("\u0300" * 20_000)
    chance = random.Random(5545)
    while len(made) < count:
        add("".join(chance.choice(_PIECES) for _ in range(chance.randrange(3, 30))))
    return list(made)
