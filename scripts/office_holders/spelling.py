"""Telling whether two spellings name one person, and the other spellings that the press uses."""
from __future__ import annotations

import re
from functools import cache

from anyascii import anyascii
from rapidfuzz import fuzz

_PARTICLES = frozenset(re.findall(
    r"\w+", "al el ul bin bint ibn ben ould de da do dos del della di van von der den la le y e i jr sr"))
_FOLDS = (
    (r"(?:iy|ij|yy|ii|y)\b", "i"), (r"ye", "e"), (r"[jy]", "i"), (r"iia", "ia"), (r"kh", "h"), (r"ph", "f"),
    (r"ou", "u"), (r"oe", "o"), (r"ue", "u"), (r"(?:ck|q|c(?=[aouklrt]))", "k"), (r"w", "v"), (r"tch|tsh|ch|cz", "c"),
    (r"sch|sh|sz", "s"), (r"zh", "z"), (r"ee", "i"), (r"oo", "u"), (r"(.)\1", r"\1"),
)
_FOLDS_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in _FOLDS)


def slug(name: str) -> str:
    """`Recep Tayyip Erdoğan` -> `recep-tayyip-erdogan`."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`’]", "", anyascii(name).casefold())).strip("-")


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name without particles and hyphens, folded so that transliterations meet."""
    words = re.sub(r"['`’.]", "", re.sub(r"[-,]", " ", anyascii(name).casefold())).split()
    folded = []
    for word in words:
        if word in _PARTICLES:
            continue
        for pattern, replacement in _FOLDS_COMPILED:
            word = pattern.sub(replacement, word)
        folded.append(word)
    return tuple(folded)


@cache
def _alike(one: str, two: str) -> bool:
    if one == two:
        return True
    if min(len(one), len(two)) == 1:
        return one[0] == two[0]
    if min(len(one), len(two)) <= 3 or one[0] != two[0]:
        return one == two or (len(one) > 4 and len(two) > 4 and fuzz.ratio(one, two) >= 88)
    return fuzz.ratio(one, two) >= 80


def same_person(one: str, two: str) -> bool:
    """Whether every word of the shorter spelling is in the longer one, in transliteration; two words at least."""
    a, b = sorted((tokens(one), tokens(two)), key=len)
    if "".join(a) == "".join(b):
        return True
    if len(a) < 2:
        return False
    if len(b) - len(a) > 2 and not _alike(a[0], b[0]):
        return False  # two words somewhere in a long name are no person
    left, whole = list(b), 0
    for word in a:
        found = next((other for other in left if _alike(word, other)), None)
        if found is None:
            return False
        left.remove(found)
        whole += len(word) > 2 and len(found) > 2
    # An initial fits many names: one of them may stand for a word, and a whole word must agree beside it.
    return whole >= max(1, len(a) - 1)


def surely_same(one: str, two: str) -> bool:
    """Like `same_person`, for names that nothing but the country ties together: no initials, hardly a letter amiss."""
    a, b = sorted((tokens(one), tokens(two)), key=len)
    if "".join(a) == "".join(b):
        return True
    if len(a) < 2 or len(b) - len(a) > 2 or not all(len(word) > 3 for word in a):
        return False
    left = list(b)
    for word in a:
        found = next((other for other in left if word[0] == other[0] and fuzz.ratio(word, other) >= 88), None)
        if found is None:
            return False
        left.remove(found)
    return True


def surname_of(short: str, full: str) -> bool:
    """Whether a bare surname is a part of the full name."""
    return all(any(_alike(word, other) for other in tokens(full)) for word in tokens(short)) and bool(tokens(short))


def variants(name: str, country: str) -> set[str]:
    """Other spellings of a full name that the English press uses, by rule.

    Letters without their marks; Korean given names in one word, with the hyphen and in two; Japanese names with the
    surname first. Transliterations of given names and articles are left to the reader of the table, who compares
    names by sound.
    """
    found = set()
    words = name.split()
    if country in {"KR", "KP"} and len(words) == 3 and "-" not in name:
        found.add(f"{words[0]} {words[1]}-{words[2].lower()}")
    if country in {"KR", "KP"} and len(words) == 2 and "-" in words[1]:
        first, second = words[1].split("-", 1)
        found |= {f"{words[0]} {first} {second.capitalize()}", f"{words[0]} {first}{second}"}
    if country == "JP" and len(words) == 2:
        found.add(f"{words[1]} {words[0]}")
    found |= {anyascii(spelling) for spelling in (name, *found)}
    found.discard(name)
    return found
