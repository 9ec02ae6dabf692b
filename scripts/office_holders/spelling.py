"""Telling whether two spellings name one person, and the other spellings that the press uses."""
from __future__ import annotations

import re
from functools import cache
from itertools import product

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
    left = list(b)
    for word in a:
        found = next((other for other in left if _alike(word, other)), None)
        if found is None:
            return False
        left.remove(found)
    return any(len(word) > 2 for word in a)


def surname_of(short: str, full: str) -> bool:
    """Whether a bare surname is a part of the full name."""
    return all(any(_alike(word, other) for other in tokens(full)) for word in tokens(short)) and bool(tokens(short))


_GIVEN_NAMES = tuple(tuple(line.split()) for line in """
    Sergei Sergey
    Andrei Andrey
    Alexei Alexey Aleksei Aleksey
    Dmitry Dmitri Dmitriy
    Yuri Yury Yuriy
    Alexander Aleksandr
    Mikhail Mikhael
    Nikolai Nikolay
    Vasily Vasili Vasiliy
    Valery Valeri Valeriy
    Anatoly Anatoli Anatoliy
    Yevgeny Evgeny Yevgeni
    Vitaly Vitali Vitaliy
    Grigory Grigori
    Gennady Gennadi
    Arkady Arkadi
    Mohammed Mohammad Mohamed Muhammad
    Hussein Hussain Hossein
    Ahmed Ahmad
    Abdullah Abdallah Abdulla
    Abdulaziz Abdelaziz
    Faisal Faysal
    Khaled Khalid
    Hassan Hasan
    Saud Saoud
    Ibrahim Ebrahim
    Yousef Yusuf Youssef Yousuf
    Mustafa Mostafa Moustafa Mustapha
    Omar Umar
    Osman Othman
    Saleh Salih
    Nasser Naser
    Salman Salmaan
    Mahmoud Mahmud
    Hamad Hamed
    Rashid Rashed
    Sheikh Shaikh
""".strip().splitlines())
_VARIANTS = {name: group for group in _GIVEN_NAMES for name in group}
_CYRILLIC = frozenset({"RU", "SU", "UA", "BY", "KZ", "KG", "TJ", "TM", "UZ", "AM", "AZ", "GE", "MD"})
_CYRILLIC_ONLY = frozenset(name for group in _GIVEN_NAMES[:16] for name in group)
_ARTICLE = re.compile(r"\b[Aa]l-(?=[A-Z])|\b[Ee]l-(?=[A-Z])|\bAl (?=[A-Z])")


def variants(name: str, country: str) -> set[str]:
    """Other spellings of a full name that the English press uses, by rule.

    Letters without their marks; the transliterations of frequent given names; the article of Arabic names; Korean
    given names with and without the hyphen; Japanese names with the surname first.
    """
    choices = []
    for word in name.split():
        group = _VARIANTS.get(word, (word,))
        if word in _CYRILLIC_ONLY and country not in _CYRILLIC:
            group = (word,)
        choices.append(group)
    found = {" ".join(choice) for choice in product(*choices)} if len(choices) <= 6 else {name}
    if len(found) > 8:
        found = {name}
    for spelling in list(found):
        if _ARTICLE.search(spelling):
            found |= {_ARTICLE.sub(article, spelling) for article in ("al-", "Al-", "Al ", "el-")}
    words = name.split()
    if country in {"KR", "KP"} and len(words) == 3 and "-" not in name:
        found |= {f"{words[0]} {words[1]}-{words[2].lower()}", f"{words[0]} {words[1]}-{words[2]}"}
    if country in {"KR", "KP"} and len(words) == 2 and "-" in words[1]:
        first, second = words[1].split("-", 1)
        found |= {f"{words[0]} {first} {second.capitalize()}", f"{words[0]} {first}-{second.capitalize()}",
                  f"{words[0]} {first}{second}"}
    if country == "TW" and len(words) == 2 and "-" in words[1]:
        found.add(f"{words[0]} {words[1].title()}")
    if country == "JP" and len(words) == 2:
        found |= {f"{words[1]} {words[0]}"}
    found |= {anyascii(spelling) for spelling in found}
    found.discard(name)
    return {spelling for spelling in found if " " in spelling}
