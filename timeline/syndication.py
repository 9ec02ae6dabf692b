"""Which articles of one event print one report: an agency's dispatch in several papers, shortened or under another headline.

A *sketch* stands for an article's text: the smallest of its shingles' hashes. It is made once, goes with every claim of the
article, and two of them tell how much of the shorter text stands in the longer one. The rules and their figures are in
docs/merging.md.

Sources: A. Broder, "On the resemblance and containment of documents" (1997), for shingles, their samples and containment;
Z. Bar-Yossef and others, "Counting distinct elements in a data stream" (2002), for samples of different rates; M. Theobald
and others, "SpotSigs" (2008), for shingles that begin at chosen words alone.
"""
from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from zlib import crc32

from timeline.accounts import STRENGTH, canonical_order
from timeline.model import Claim

__all__ = ["copies", "families", "sketch_of"]

KEPT = 48  # hashes in a sketch
_SHINGLE = 4  # words in a row
_ANCHOR = 6  # letters that the first of them has: common words begin no shingle
_COMMON = 6  # shingles that two copies share at least
_CONTAINED = 0.5  # share of the smaller text that the other holds
_SENTENCE = 12  # words of a sentence that two reporters do not hit upon by themselves
_ALL = 1 << 32

# Letters and digits stay, marks part words, apostrophes fall away; accents and typographic marks differ between copies.
_MARKS = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))
_APOSTROPHES = b"'`"


def _words(text: str) -> list[bytes]:
    flat = text.casefold().replace("—", " ").replace("–", " ").encode("ascii", "ignore")
    return flat.translate(_MARKS, _APOSTROPHES).split()


def sketch_of(paragraphs: Iterable[str]) -> str:
    """The sketch of a text as base64 (RFC 4648) of up to 48 32-bit numbers in rising order; empty for a text too short.

    CRC-32 is no less random here than a costlier hash, and is the same in every process.
    """
    words = _words(" ".join(paragraphs))
    hashes = {crc32(b" ".join(words[place:place + _SHINGLE]))
              for place, word in enumerate(words[:len(words) - _SHINGLE + 1]) if len(word) >= _ANCHOR}
    if len(hashes) < _COMMON:
        return ""
    kept = sorted(hashes)[:KEPT]
    return b64encode(struct.pack(f">{len(kept)}I", *kept)).decode("ascii")


@lru_cache(maxsize=4096)
def _hashes(sketch: str) -> tuple[frozenset[int], int]:
    """The numbers of a sketch, and the bound below which it holds all of its text. One that is damaged holds none."""
    try:
        packed = b64decode(sketch, validate=True)
        numbers = struct.unpack(f">{len(packed) // 4}I", packed)
    except (ValueError, struct.error):
        return frozenset(), _ALL
    return frozenset(numbers), (max(numbers) + 1 if len(numbers) >= KEPT else _ALL)


def copies(one: str, other: str) -> bool:
    """Whether one text holds at least half of the other, judged by their sketches."""
    return bool(one) and (one == other or _contained(one, other, len(_hashes(one)[0] & _hashes(other)[0])))


def _contained(one: str, other: str, common: int) -> bool:
    if common < _COMMON:
        return False
    ours, our_bound = _hashes(one)
    theirs, their_bound = _hashes(other)
    bound = min(our_bound, their_bound)  # below it both are whole
    smaller = min(sum(number < bound for number in ours), sum(number < bound for number in theirs))
    return common >= _CONTAINED * smaller


def families(claims: Iterable[Claim]) -> Mapping[str, str]:
    """For each article (URL) the first article of the report that it prints; its own URL where it copies nobody. First is the
    earliest day; on one day the official outlet, then the agency.

    Copies of copies belong together. The result depends on the claims alone, not on their order. An article is compared
    with those alone that share a shingle or the end of a sentence with it.
    """
    root: dict[str, str] = {}
    by_sketch: dict[str, str] = {}
    by_hash: dict[int, list[str]] = {}  # hash -> sketches
    by_ending: dict[tuple[bytes, ...], str] = {}
    for claim in sorted(claims, key=_first_told):
        article = root.setdefault(claim.article, claim.article)
        kin = {root[by_ending.setdefault(_ending(claim.quotation), claim.article)]} if _ending(claim.quotation) else set()
        if claim.sketch in by_sketch:
            kin.add(root[by_sketch[claim.sketch]])
        elif claim.sketch:
            numbers = _hashes(claim.sketch)[0]
            shared = Counter(sketch for number in numbers for sketch in by_hash.get(number, ()))
            kin.update(root[by_sketch[sketch]] for sketch, common in shared.items() if _contained(claim.sketch, sketch, common))
            by_sketch[claim.sketch] = claim.article
            for number in numbers:
                by_hash.setdefault(number, []).append(claim.sketch)
        kin.add(article)
        if len(kin) > 1:
            # the articles stand in the order of their telling: the first of those roots there is the earliest
            first = next(each for each in root if each in kin)
            root.update({each: first for each, old in root.items() if old in kin})
    return root


def _first_told(claim: Claim) -> tuple[object, ...]:
    """By the day of the telling; on one day an official outlet wrote what the others print, and an agency what papers do."""
    return claim.told_on, -STRENGTH[claim.tier], claim.home is None, *canonical_order(claim)


@lru_cache(maxsize=16384)
def _ending(quotation: str) -> tuple[bytes, ...]:
    """The last words of a sentence, by which it is known with or without a dateline in front; empty where it is short, or
    holds somebody's words, which everybody prints."""
    words = () if any(mark in quotation for mark in "\"“”„«»‘") else _words(quotation)
    return tuple(words[-_SENTENCE:]) if len(words) >= _SENTENCE else ()
