"""Rules for visits: "A visits C", "A left for C", "A's visit to C"."""
from __future__ import annotations

import re

from timeline.extract.frame import (
    DEFINITE,
    FINITE,
    POSSESSIVE_PRONOUN,
    Frame,
    Rules,
    fronted,
    light_subject,
    possessor,
    tense_of,
)
from timeline.extract.groups import DETERMINERS, Group, doer, following, subject
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import (
    CITY,
    DURATION,
    PERSON,
    PLACE,
    PRONOUN,
    STATE,
    WHEN,
    WHERE,
    Tagged,
)

_SPENT = re.compile(rf"(?<!\w)(?P<verb>spent|spends?|spending)\s(?:(?:only|just|about|nearly|some|most of|the|his|her|two|three|four|five|several)\s)*[{DURATION}{WHEN}]\s(?:on the ground\s|visiting\s)?in\s(?=[{WHERE}])", re.IGNORECASE)
_AND_TO = re.compile(rf"(?:[,;]|[,;]?\s(?:and|then|as well as))\s(?:and\s|then\s|to\s|the\s|later\s)*(?=[{WHERE}])")
_PLACE_AFTER = re.compile(rf"\s{DETERMINERS}(?:[\w-]+\s){{0,2}}?(?=[{WHERE}])")
_AT_ONCE = re.compile(rf"\s(?=[{CITY}{STATE}])")
_TO_AFTER_NOUN = re.compile(rf"(?:\s(?:by|of)\s{DETERMINERS}(?P<by>[{PERSON}{PRONOUN}]))?(?:\s(?:[\w’'-]+|[{WHEN}{DURATION}{PERSON}]),?){{0,6}}?\s(?:to|in|at)\s{DETERMINERS}(?:[\w-]+\s){{0,3}}?(?=[{WHERE}])", re.IGNORECASE)
_BY = re.compile(rf"[^.;]{{0,40}}?(?<!hosted )\bby\s{DETERMINERS}(?=[{PERSON}])")
_HOSTED_BY = re.compile(rf"[^.;]{{0,60}}?\b(?:hosted by|at the invitation of)\s{DETERMINERS}(?=[{PERSON}])")

_TO = re.compile(rf"(?P<gap>(?:\s(?:[\w’'-]+|[{WHEN}{DURATION}]),?){{0,6}}?)\s(?:to|in|at|for|into|on)\s{DETERMINERS}(?:(?:capital|city|town|resort|neighbou?ring|nearby|port|southern|northern|eastern|western|central|[\w-]+)\s){{0,3}}?(?:of\s)?(?=[{WHERE}])", re.IGNORECASE)


_DUE = re.compile(rf"(?<!\w)(?:is|are|was|were)\s(?:also\s)?due\s(?:back\s)?in\s(?=[{CITY}{STATE}])", re.IGNORECASE)
_PRESENT = re.compile(rf"(?<!\w)(?:(?:is|are|was|were) (?:currently |already |also |back )?(?:due )?(?:in|at)|(?:will|is to|are to|was to) be (?:in|at)|arrived|arrives)\s(?:the\s)?(?P<to>[{CITY}{STATE}{PLACE}])"
                      rf"(?=(?:,?\s(?:on\s)?[{WHEN}{STATE}],?)*\s(?:for|on a|as part of)\s|(?:,\s[{STATE}],?)?\s(?:on\s|in\s|earlier\s|late\s|early\s|until\s|from\s)*[{WHEN}])", re.IGNORECASE)


def _destinations(sentence: Tagged, position: int) -> list[int]:
    """Positions of the places coordinated from `position` on: "Vietnam, Japan and Singapore", "Busan, South Korea"."""
    text, found = sentence.text, [position]
    while True:
        match = _AND_TO.match(text, found[-1] + 1)
        if not match:
            return found
        found.append(match.end())


def visit_verbs(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A visits DEST", "A travels to DEST", "A leaves for DEST"."""
    found = []
    text = sentence.text
    for match in patterns.visit.finditer(text):
        before = text[:match.start()]
        if re.search(r"(?:\ba|\bthe|\bthis|\bhis|\bher|\btheir|\bon|\bofficial|\bstate|\bworking|\bday|\bfirst|\blast|\bplanned|['’]s|\bduring|\brecent)\s(?:[\w-]+\s){0,2}$", before, re.IGNORECASE) and match["verb"].lower() in ("visit", "visits", "tour", "tours"):
            continue
        target = _PLACE_AFTER.match(text, match.end())
        left = subject(sentence, where, match.start())
        if match["verb"].lower() == "visiting" and target and re.match(f"[{STATE}{CITY}{PLACE}]\\s[{PERSON}]", text[target.end():target.end() + 3]):
            continue
        if not target or left is None:
            if left is not None:  # "A visited B": the host stands for the place
                right = following(sentence, where, match.end())
                if right is not None and match["verb"].lower() != "visiting" and re.match(f"[{PERSON}]", text[right.members[0]]):
                    found.append(Frame("visit", "visit", match.start(), match.end(), "verb:visit", left, right, False,
                                       tense=tense_of(match["verb"], before)))
            continue
        found.append(Frame("visit", "visit", match.start(), match.end(), "verb:visit", left, None, False,
                           to=_destinations(sentence, target.end()), tense=tense_of(match["verb"], before)))
    for pattern, prepositions in ((patterns.travel, "to|in|at|into|on"), (patterns.leave, "for|to")):
        for match in pattern.finditer(text):
            target = _TO.match(text, match.end())
            direct = _AT_ONCE.match(text, match.end()) if match["verb"].lower().startswith(("arriv", "land")) else None
            tense = tense_of(match["verb"], text[:match.start()])
            left = doer(sentence, where, match.start()) if tense == "progressive" else subject(sentence, where, match.start())
            if left is None or not (target or direct):
                continue
            if target and not re.search(rf"\s(?:{prepositions})\s", target.group() , re.IGNORECASE):
                continue
            if target and FINITE.search(target["gap"]):
                continue
            if match["verb"].lower().startswith("stop") and not (target and re.search(r"\s(?:in|at)\s", target.group())):
                continue
            landing = target or direct
            if landing is None:
                continue
            found.append(Frame("visit", "travel", match.start(), match.end(), f"verb:{match['verb'].lower()}", left, None, False,
                               to=_destinations(sentence, landing.end()), tense=tense))
    return found


def presence(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A is in Riyadh for talks": a visit."""
    found = []
    text = sentence.text
    for match in _DUE.finditer(text):
        left = subject(sentence, where, match.start())
        if left is not None and re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
            found.append(Frame("visit", "due in", match.start(), match.end(), "verb:due in", left, None, False, to=_destinations(sentence, match.end()), tense="future"))
    for match in _SPENT.finditer(text):
        tense = tense_of(match["verb"], text[:match.start()]) if match["verb"].lower() != "spent" else "past"
        left = doer(sentence, where, match.start()) if tense == "progressive" else subject(sentence, where, match.start())
        if left is not None and re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
            found.append(Frame("visit", "spend", match.start(), match.end(), "verb:spend", left, None, False, to=_destinations(sentence, match.end()), tense=tense))
    for match in _PRESENT.finditer(text):
        left = subject(sentence, where, match.start())
        if left is not None and re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
            found.append(Frame("visit", "be in", match.start(), match.end(), "verb:be in", left, None, False, to=[match.start("to")],
                               tense="future" if re.search(r"will|due| to be", match.group()) else "past" if re.match(r"was|were|arrived", match.group(), re.IGNORECASE) else "progressive"))
    return found


def visit_nouns(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A's visit to DEST", "a three-day visit to DEST by A", "on a visit to DEST"."""
    found = []
    text = sentence.text
    for match in patterns.visit_noun.finditer(text):
        before = text[:match.start()]
        owner = possessor(sentence, where, match.start())
        target = _TO_AFTER_NOUN.match(text, match.end())
        if target and FINITE.search(target.group()):
            target = None
        if target is None and match["noun"].lower() in ("stop", "mission", "arrival", "tour", "journey"):
            continue
        dest = _destinations(sentence, target.end()) if target else []
        adjective = re.search(rf"([{STATE}{CITY}])\s(?:[\w-]+\s)?$", before)
        if not dest and adjective and not owner:
            dest = [adjective.start()]
        left = owner
        by = _BY.match(text, match.end())
        if by:
            left = following(sentence, where, by.end()) or left
        doer, tense, start = light_subject(sentence, where, patterns, match.start())
        if left is None:
            left = doer or subject(sentence, where, match.start())
            if left is None or not re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
                left = fronted(sentence, where, match.end())
            if left is not None and not re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
                left = None
        pronoun = POSSESSIVE_PRONOUN.search(before)
        if owner is None and pronoun:
            left = None
        host = _HOSTED_BY.match(text, match.end())
        right = following(sentence, where, host.end()) if host else None
        if left is None and not dest and not pronoun:
            if DEFINITE.search(before):
                found.append(Frame("visit", "visit", start, match.end(), "visit:anaphor", None, None, True, tense=tense, anaphor=True))
            continue
        found.append(Frame("visit", "visit", start, match.end(), "noun:visit", left, right, False, to=dest, tense=tense,
                           owner=pronoun["owner"].lower() if pronoun and owner is None else ""))
    return found
