"""Rules for summits, conferences, signings and ceremonies."""
from __future__ import annotations

import re

from timeline.extract.frame import (
    LEADERS,
    Frame,
    Rules,
    right_side,
    tense_of,
)
from timeline.extract.groups import DETERMINERS, Group, following, is_pronoun, subject
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import (
    ACTOR,
    ANY,
    CITY,
    DURATION,
    ORGANISATION,
    PERSON,
    STATE,
    WHEN,
    Tagged,
)

_BODY_BEFORE = re.compile(rf"(?P<org>[{ORGANISATION}])(?:['’]s?)?\s(?:\([^)]*\)\s)?(?:[\w’'-]+\s|[{WHEN}{DURATION}{PERSON}](?:['’]s?)?\s){{0,4}}$")
_BODY_AFTER = re.compile(rf"\s(?:meetings?\s)?(?:of|for|by|at)\s{DETERMINERS}(?:[\w-]+\s){{0,5}}?(?P<org>[{ORGANISATION}])")
_MEMBERS_BEFORE = re.compile(rf"(?P<org>[{PERSON}])(?:['’]s?)?\s(?:[\w-]+\s){{0,2}}$")
_SIGNED_BY = re.compile(rf"\s(?:[\w\s]{{0,30}}?\s)?(?:by|between)\s{DETERMINERS}(?:[\w-]+\s){{0,4}}(?=[{ACTOR}])")

# Bodies that are themselves occasions: "the Belt and Road Forum", "the six-party talks".
_NAMED_GATHERING = re.compile(r"(?:Forum|Summit|Conference|Dialogue|talks|Congress)(?: for [\w ]+)?$", re.IGNORECASE)
# "an emergency summit in Riyadh on Saturday": known by place and day.
_BARE = re.compile(rf"(?<!\w)(?:a|an|the|this)\s(?:(?!bilateral)[\w-]+\s){{0,3}}summit(?:\son\s[\w’'-]+)?(?P<at>\s(?:(?:planned|scheduled|set|due)\s(?:for|in)|in)\s(?:the\s(?:[\w-]+\s)?)?[{CITY}](?:,\s[{STATE}],?)?\s(?:on\s|in\s|last\s|this\s)*[{WHEN}])"
                   rf"|(?<!\w)(?:leaders|heads)\s[^.;]{{0,60}}?in\s[{CITY}]\s(?:on\s)?[{WHEN}]\sfor\s(?:a|an|the)\s(?:[\w-]+\s){{0,3}}summit(?P<at2>)", re.IGNORECASE)
_CLAUSE = re.compile(r"(?<!\w)(?:is|are|was|were|has|have|had|as|which|that|who|to|said|says|will|would|and|in|on|with)(?!\w)", re.IGNORECASE)


def gatherings(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"the G7 summit", "a summit of the CSTO", "NATO foreign ministers' meeting", with those who attend."""
    found = []
    text = sentence.text
    for match in patterns.gathering.finditer(text):
        noun = match["noun"].lower()
        before = _BODY_BEFORE.search(text[:match.start()])
        after = _BODY_AFTER.match(text, match.end())
        if before and _CLAUSE.search(before.group()):
            before = None  # "APEC is a forum that ..."
        body = before.start("org") if before else after.start("org") if after else None
        group_body = _MEMBERS_BEFORE.search(text[:match.start()]) if body is None else None
        multilateral = bool(re.search(r"(?<!\w)(?:trilateral|three-way|four-way|tripartite|quadrilateral|multilateral|international|global|regional|six-party|five-party|donors?|peace)\s(?:[\w-]+\s){0,2}$", text[:match.start()], re.IGNORECASE))
        if body is None and group_body:
            name = sentence.name(group_body.start("org"))
            if name and name.plural and (name.actor_id or "").startswith("organisation:"):
                body = group_body.start("org")
        if body is None and not multilateral:
            continue
        if body is None and noun in ("meeting", "meetings") and not multilateral:
            continue
        window = max(0, match.start() - 110)
        verb = patterns.attending.search(text[window:match.start()])
        left, tense, start = None, "noun", match.start()
        if verb:
            start = window + verb.start()
            if not re.search(r"skip", verb.group(), re.IGNORECASE):
                left = subject(sentence, where, start)
            tense = tense_of(verb.group().split()[0], text[:start])
        at = re.search(rf"(?<!\w)(?:at|for|during|from|in|to|of)\s(?:[\w’'-]+\s|[{ANY}]\s){{0,6}}$", text[window:match.start()])
        rule = "gathering:attend" if verb else "gathering:at" if at else "gathering"
        right, _ = right_side(sentence, where, match.end())
        compound = None
        for group in where:
            if group.compound and group.end <= match.start() and re.fullmatch(r"\s(?:[\w-]+\s){0,3}", text[group.end:match.start()]):
                compound = group
        if body is None and right is None and compound is None and not (verb and left):
            continue
        summit = bool(re.fullmatch(words.nouns["summit"], noun, re.IGNORECASE))
        span = text[(before.start() if before else match.start()):match.end()]
        found.append(Frame("gathering", "summit" if summit or LEADERS.search(span) else "conference", start, match.end(), rule,
                           left or compound, right, True, body=body, tense=tense))
    for match in patterns.its_gathering.finditer(text):
        if any(frame.start < match.end() and match.start() < frame.end for frame in found):
            continue
        gathers = match["verb"]
        who = sentence.name(match.start("who")) if match["who"] else None
        summit = bool(re.search("summit", text[match.start():match.end() + 80], re.IGNORECASE)) or bool(LEADERS.search(who.text if who else match.group()))
        found.append(Frame("gathering", "summit" if summit else "conference", match.start(), match.end(), "gathering:its", None, None, True, body_anaphor=True,
                           tense=tense_of(gathers, text[:match.start("verb")]) if gathers else "noun"))
    for match in patterns.from_nations.finditer(text):
        found.append(Frame("gathering", "summit" if LEADERS.search(match.group()) else "conference", match.start(), match.end(), "gathering:bare", None, None, True,
                           named_place=True, tense=tense_of(match["verb"], text[:match.start("verb")])))
    for match in _BARE.finditer(text):
        told = match.group()[1:match.start("at") - match.start() if match["at"] else None]
        if re.search("[A-Z]", told):
            continue  # a name such as "SK AI Summit" is mostly a firm's
        if not any(frame.start < match.end() and match.start() < frame.end for frame in found):
            found.append(Frame("gathering", "summit", match.start(), match.start("at") if match["at"] else match.end(), "gathering:bare", None, None, True, named_place=True))
    for position in sentence.positions(ORGANISATION):
        named = sentence.name(position)
        if named is None or not _NAMED_GATHERING.search(named.name or "") or any(f.start <= position < f.end or f.body == position for f in found):
            continue
        verb = patterns.attend.search(text, max(0, position - 80), position)
        left = subject(sentence, where, verb.start()) if verb else None
        summit = bool(re.search("summit", named.name or "", re.IGNORECASE))
        found.append(Frame("gathering", "summit" if summit else "conference", verb.start() if verb else position, position + 1,
                           "gathering:attend" if verb else "gathering:named", left, None, True, body=position,
                           tense=tense_of(verb["verb"], text[:verb.start()]) if verb else "noun"))
    for match in patterns.gather.finditer(text):
        name = sentence.name(match.start("org"))
        if name is None or not ((name.actor_id or "").startswith("organisation:") and (name.plural or "minister" in match.group() or "leader" in match.group())):
            continue
        if following(sentence, where, match.end()) or re.match(r"\swith\b", text[match.end():]):
            continue
        leaders = bool(LEADERS.search(match.group())) or bool(LEADERS.search(name.text))
        found.append(Frame("gathering", "summit" if leaders else "conference", match.start(), match.end(), "gathering:meet", None, None, True,
                           body=match.start("org"), tense=tense_of(match["verb"], text[:match.start("verb")])))
    return found


def signings(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A and B signed an agreement", "the signing of a treaty between A and B", "a deal was signed by A and B"."""
    found = []
    text = sentence.text
    for match in patterns.sign.finditer(text):
        left = subject(sentence, where, match.start())
        forward = patterns.paper.match(text, match.end())
        passive = re.search(r"\b(?:was|were|been|be|is|are|being)\s(?:\w+\s)?$", text[:match.start()], re.IGNORECASE)
        if passive:
            by = _SIGNED_BY.match(text, match.end())
            if not by or not re.search(words.nouns["signing"], text[:match.start()], re.IGNORECASE):
                continue
            right = following(sentence, where, by.end())
            if right is None:
                continue
            found.append(Frame("signing", "sign", match.start(), match.end(), "signing:passive", None, right, True, tense="past"))
            continue
        if not forward:
            continue
        right, preposition = right_side(sentence, where, match.end())
        if match["verb"].lower() == "signing" and preposition in ("between", "among"):
            left = None
        if left is None and right is None:
            continue
        if right is None and left is not None and len(left.members) < 2 and not is_pronoun(sentence, left.members[0]):
            continue
        if match["verb"].lower() == "concluded" and not re.search(r"agreement|treaty|pact|accord|deal", forward.group(), re.IGNORECASE):
            continue
        found.append(Frame("signing", "sign", match.start(), match.end(), "signing", left, right, True,
                           tense=tense_of(match["verb"], text[:match.start()])))
    return found


def ceremonies(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A attended the funeral of ..." where A comes from abroad."""
    found = []
    text = sentence.text
    for match in patterns.ceremony.finditer(text):
        window = max(0, match.start() - 100)
        verb = patterns.attending.search(text[window:match.start()])
        if not verb:
            continue
        start = window + verb.start()
        left = subject(sentence, where, start)
        if left is None:
            continue
        found.append(Frame("ceremony", "ceremony", start, match.end(), "ceremony", left, None, True,
                           tense=tense_of(verb.group().split()[0], text[:start])))
    return found
