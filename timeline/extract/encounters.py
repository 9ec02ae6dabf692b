"""Rules for meetings, talks and calls: "A met B", "talks between A and B", "A spoke by telephone with B"."""
from __future__ import annotations

import re

from timeline.extract.frame import (
    DEFINITE,
    LEADERS,
    POSSESSIVE_PRONOUN,
    Frame,
    Rules,
    fronted,
    is_body,
    light_subject,
    possessor,
    right_side,
    tense_of,
)
from timeline.extract.groups import DETERMINERS, Group, doer, following, is_pronoun, subject
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import (
    ACTOR,
    DURATION,
    ORGANISATION,
    PERSON,
    PLURAL,
    PRONOUN,
    WHEN,
    Tagged,
)

_IN_TALKS = re.compile(r"(?<!\w)(?:in|at|during|after|following)\s(?:(?:a|their|bilateral|the|high-level|closed-door)\s)*$", re.IGNORECASE)
_TO_THE_PRESS = re.compile(r"(?<!\w)(?:news|press|video)\s(?:[\w-]+\s)?$", re.IGNORECASE)
_ASSEMBLY = re.compile(r"congress|council|assembly|session|conference|plenary|retreat|general assembly|forum", re.IGNORECASE)
_TOGETHER_WITH = re.compile(rf"\stogether\swith\s{DETERMINERS}(?=[{ACTOR}])")
_SPOKEN_TO = re.compile(rf"\s(?:[\w’'-]+\s|[{WHEN}]\s){{0,5}}?(?:with|to)\s")

_TOGETHER = re.compile(rf"(?:\s[\w-]+)?\s(?:that|which)\s(?:was|were|is|are|would|will|had been)\s(?:[\w-]+\s){{0,3}}?bring(?:ing)?\s{DETERMINERS}(?=[{ACTOR}])|\sbringing\s{DETERMINERS}(?=[{ACTOR}])", re.IGNORECASE)


def _together(sentence: Tagged, where: list[Group], position: int) -> Group | None:
    """"a summit that was to bring A together with B and C": all of them as one group."""
    match = _TOGETHER.match(sentence.text, position)
    if not match:
        return None
    first = following(sentence, where, match.end())
    if first is None:
        return None
    second = _TOGETHER_WITH.match(sentence.text, first.end)
    rest = following(sentence, where, second.end()) if second else None
    return Group(first.start, rest.end, [*first.members, *rest.members]) if rest is not None else first


def talks(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"held talks with B", "a meeting between A and B", "A's call with B", "Trump-Xi meeting"."""
    found = []
    call = re.compile(words.nouns["call"], re.IGNORECASE)
    summit = re.compile(words.nouns["summit"], re.IGNORECASE)
    for match in patterns.noun.finditer(sentence.text):
        noun = match["noun"]
        if noun.lower() == "conference" and _TO_THE_PRESS.search(sentence.text, max(0, match.start() - 12), match.start()):
            continue
        if noun.lower().startswith("call") and re.match(r"\s(?:off|for|upon|on)\b", sentence.text[match.end():match.end() + 6]):
            continue
        right, preposition = right_side(sentence, where, match.end())
        gathered = _together(sentence, where, match.end())
        if gathered is not None:
            right, preposition = gathered, "between"
        owner = possessor(sentence, where, match.start())
        doer, tense, start = light_subject(sentence, where, patterns, match.start())
        joint = preposition not in ("with", "")
        pronoun = POSSESSIVE_PRONOUN.search(sentence.text[:match.start()])
        kind = "call" if call.fullmatch(noun) and noun.lower() not in ("conversation", "conversations") else "encounter"
        word = "summit" if summit.fullmatch(noun) else noun.lower()
        if right is None and owner is None:
            body = doer is not None and len(doer.members) == 1 and is_body(sentence, doer.members[0])
            if body and doer is not None:
                leaders = bool(LEADERS.search(sentence.mentions[doer.members[0]].text))  # type: ignore[union-attr]
                found.append(Frame("gathering", "summit" if word == "summit" or leaders else "conference", start, match.end(), "gathering:held",
                                   None, None, True, body=doer.members[0], tense=tense))
                continue
            if doer is None and _IN_TALKS.search(sentence.text, max(0, match.start() - 30), match.start()):  # "A and B agreed ... in talks"
                doer = subject(sentence, where, match.start())
                if doer is not None and (len(doer.members) < 2 or not all(re.match(f"[{PERSON}]", sentence.text[p]) for p in doer.members)):
                    doer = None
            several = doer is not None and (len(doer.members) > 1 or bool(re.match(f"[{PRONOUN}]", sentence.text[doer.start])))
            if not several and not (pronoun and pronoun["owner"].lower() == "their"):
                if DEFINITE.search(sentence.text[:match.start()]):
                    found.append(Frame(kind, word, start, match.end(), "noun:anaphor", None, None, True, tense=tense, anaphor=True))
                continue
        if right is None and doer is None and _ASSEMBLY.fullmatch(noun):
            continue  # "his address to Congress"
        left = owner or doer
        if left is None and not joint and not pronoun:
            left = subject(sentence, where, match.start()) or fronted(sentence, where, right.end if right is not None else match.end())
        if joint and owner is None:
            left = None  # "X hosted talks between A and B": X is no party by that alone
        found.append(Frame(kind, word, start, match.end(), f"noun:{preposition or 'owner'}", left, right, joint, tense=tense,
                           owner=pronoun["owner"].lower() if pronoun and owner is None and doer is None else ""))
    return found


def meet_verbs(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A met (with) B", "A and B met"."""
    found = []
    for match in patterns.meet.finditer(sentence.text):
        before = sentence.text[:match.start()]
        if re.search(r"(?:\ba|\bthe|\bthis|\beach|\bannual|\bplanned|['’]s)\s(?:[\w-]+\s){0,2}$", before, re.IGNORECASE) and match["verb"].lower() == "meeting":
            continue
        tense = tense_of(match["verb"], before)
        if match["verb"].lower() == "meeting" and not re.search(r"\b(?:is|are|was|were|be|been|before|after|while|when|by)\s(?:\w+\s)?$", before, re.IGNORECASE):
            continue
        right = following(sentence, where, match.end())
        if right is None:
            right, preposition = right_side(sentence, where, match.end())
            if preposition not in ("with",):
                right = None
        left = doer(sentence, where, match.start()) if tense == "progressive" else subject(sentence, where, match.start())
        if right is not None and right.start < match.end():
            right = None
        if left is None and right is None:
            continue
        if right is None and left is not None and len(left.members) < 2 and not is_pronoun(sentence, left.members[0]):
            name = sentence.name(left.members[0])
            if name is None or not name.plural:
                continue
        found.append(Frame("encounter", "meet", match.start(), match.end(), "verb:meet", left, right, right is None, tense=tense))
    return found


def receptions(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A received B": a meeting at A's."""
    found = []
    for match in patterns.receive.finditer(sentence.text):
        right = following(sentence, where, match.end())
        left = subject(sentence, where, match.start())
        if right is None or left is None or not re.match(f"[{PERSON}{PRONOUN}]", sentence.text[right.members[0]]) or right.possessive:
            continue
        occasion = re.match(rf"\s(?:[\w-]+\s){{0,2}}?for\s(?:a|an|the|another)\s(?:[\w-]+\s|[{DURATION}{WHEN}]\s){{0,3}}?(?P<what>summit|trilateral|conference|four-way|three-way|talks)\b",
                            sentence.text[right.end:right.end + 60], re.IGNORECASE) if len(right.members) > 1 else None
        if occasion:  # "A will host B, C and D for a summit"
            together = Group(left.start, right.end, [*left.members, *right.members])
            found.append(Frame("encounter", "summit" if occasion["what"].lower() == "summit" else "talks", match.start(), match.end(), "verb:host",
                               None, together, True, tense=tense_of(match["verb"], sentence.text[:match.start()])))
            continue
        found.append(Frame("encounter", "receive", match.start(), match.end(), "verb:receive", left, right, False, host=True,
                           tense=tense_of(match["verb"], sentence.text[:match.start()])))
    for match in re.finditer(r"(?<!\w)(?:was|were|being|be|been)\s(?:\w+\s)?(?:received|welcomed|greeted|hosted|met)\s(?:[\w\s\ue000-\uf8ff]{0,40}?\s)?by\s", sentence.text):
        right = following(sentence, where, match.end())
        left = subject(sentence, where, match.start())
        if right and left:
            found.append(Frame("encounter", "receive", match.start(), match.end(), "verb:received by", left, right, False, tense="past"))
    return found


def told_visiting(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A told visiting B": they met, at A's."""
    found = []
    for match in re.finditer(rf"(?<!\w)(?:told|tells|telling)\s(?:the\s)?visiting\s(?=[{PERSON}])", sentence.text, re.IGNORECASE):
        right, left = following(sentence, where, match.end()), subject(sentence, where, match.start())
        if right is not None and left is not None:
            found.append(Frame("encounter", "told", match.start(), match.end(), "verb:told visiting", left, right, False, host=True, tense="past"))
    return found


def conversations(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A spoke by telephone with B": a call; without a word for the means, a call too where a readout tells it."""
    found = []
    for match in patterns.reciprocal.finditer(sentence.text):
        left = subject(sentence, where, match.start())
        if left is not None and (len(left.members) > 1 or re.match(f"[{PLURAL}]", sentence.text[left.start])):
            found.append(Frame("call", "speak", match.start(), match.end(), "verb:spoke", left, None, True,
                               tense=tense_of(match["verb"], sentence.text[:match.start()])))
    for match in patterns.speak.finditer(sentence.text):
        if match["verb"].lower() in ("talks",) and not re.search(r"to\s", sentence.text[match.end():match.end() + 4]):
            continue
        target = _SPOKEN_TO.match(sentence.text, match.end())
        if not target:
            continue
        right = following(sentence, where, target.end())
        left = subject(sentence, where, match.start())
        if left is None and right is not None and match["verb"].lower().endswith("ing"):
            left = fronted(sentence, where, right.end)  # "Before speaking with B on Saturday, A said"
        if right is None or left is None or right.possessive:
            continue
        found.append(Frame("call", "speak", match.start(), target.end(), "verb:speak", left, right, False,
                           tense=tense_of(match["verb"], sentence.text[:match.start()])))
    return found


def telephone_calls(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A telephoned B"; "A called B" only where a telephone is named."""
    found = []
    for match in patterns.telephone.finditer(sentence.text):
        right = following(sentence, where, match.end())
        left = subject(sentence, where, match.start())
        if right is None or left is None or not re.match(f"[{PERSON}{PRONOUN}]", sentence.text[right.members[0]]):
            continue
        if match["verb"].lower().startswith("call") and not re.match(r"[^.;]{0,30}\b(?:by|on|over)\s(?:the\s)?(?:tele)?phone\b", sentence.text[right.end:right.end + 50]):
            continue
        found.append(Frame("call", "telephone", match.start(), match.end(), "verb:telephone", left, right, False,
                           tense=tense_of(match["verb"], sentence.text[:match.start()])))
    return found


def discussions(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A and B discussed ...", "A discussed X with B"."""
    found = []
    for match in patterns.discuss.finditer(sentence.text):
        left = subject(sentence, where, match.start())
        right, preposition = right_side(sentence, where, match.end())
        if preposition != "with":
            right = None
        if left is None or (right is None and len(left.members) < 2):
            continue
        if match["verb"].lower() == "agreed" and (right is None and not re.match(f"[{PERSON}]", sentence.text[left.members[0]])):
            continue
        found.append(Frame("encounter", "discuss", match.start(), match.end(), "verb:discuss", left, right, right is None,
                           tense=tense_of(match["verb"], sentence.text[:match.start()])))
    return found


_TOLD_BY_PHONE = re.compile(rf"(?<!\w)(?:told|informed|assured|urged|warned|thanked|congratulated|briefed)\s{DETERMINERS}(?P<to>[{PERSON}{PRONOUN}])"
                            rf"(?=[^.;]{{0,60}}?(?<!\w)(?:by|over the|on the|in a|during a) (?:[\w-]+ ){{0,2}}?(?:tele)?(?:phone|call)(?!\w))", re.IGNORECASE)


def told_by_telephone(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A told B by telephone", "A told B in a phone call": a call."""
    found = []
    for match in _TOLD_BY_PHONE.finditer(sentence.text):
        right, left = following(sentence, where, match.start("to")), subject(sentence, where, match.start())
        if right is not None and left is not None:
            found.append(Frame("call", "told by telephone", match.start(), match.end(), "verb:told by telephone", left, right, False, tense="past"))
    return found


_SEE = re.compile(rf"(?<!\w)(?:(?:to|will|due to)\ssee|(?P<past>called|calls)\son)\s(?={DETERMINERS}[{PERSON}])", re.IGNORECASE)


def seen(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A is due to see B", "A went to see B", "A called on B" (but not "called on B to resign")."""
    found = []
    for match in _SEE.finditer(sentence.text):
        right, left = following(sentence, where, match.end()), subject(sentence, where, match.start())
        if right is None or left is None or right.possessive or re.match(r"(?:,[^,]*,)?\sto\s", sentence.text[right.end:]):
            continue
        found.append(Frame("encounter", "see", match.start(), match.end(), "verb:see", left, right, False,
                           tense="past" if match["past"] else "future" if "will" in match.group().lower() else "infinitive"))
    return found


_OF_THEM = re.compile(rf"(?P<who>[{PERSON}]|leaders|ministers)\sof\s(?P<them>[{PLURAL}])\s(?:(?:last|first|also|are to|were to|will|had|have)\s)*(?P<verb>meet|meets|met|gather|gathered|gathers|convened?)(?![\w-])", re.IGNORECASE)


def of_them(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"Leaders of the three countries gathered": those who were told together before."""
    found = []
    for match in _OF_THEM.finditer(sentence.text):
        who = sentence.name(match.start("who"))
        position = match.start("them")
        found.append(Frame("encounter", "summit" if LEADERS.search(who.text if who else match["who"]) else "meet", match.start(), match.end(), "verb:of them",
                           Group(position, position + 1, [position]), None, True, tense=tense_of(match["verb"], sentence.text[:match.start("verb")])))
    return found


_ADDRESSED = re.compile(rf"(?<!\w)(?P<verb>told|confronted|pressed|urged|warned|lectured|assured|reassured|challenged|congratulated)\s{DETERMINERS}(?P<to>[{PERSON}])"
                        rf"(?=[^.;“”\"]{{0,90}}?(?<!\w)(?:at|during|in|on the sidelines of)\s(?:(?:a|an|the|their|this)\s)?(?:[\w-]+\s|[{DURATION}{WHEN}{ORGANISATION}](?:['’]s)?\s)"
                        rf"{{0,3}}?(?P<where>meeting|talks|summit|(?:phone |telephone |video )?call|telephone conversation|phone conversation)(?!\w))", re.IGNORECASE)


def addressed(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A confronted B at the G20 summit", "A told B in a telephone call": they met, or spoke."""
    found = []
    for match in _ADDRESSED.finditer(sentence.text):
        right, left = following(sentence, where, match.start("to")), subject(sentence, where, match.start())
        if right is None or left is None or len(right.members) > 1:
            continue
        call = bool(re.search("call|phone", match["where"], re.IGNORECASE))
        found.append(Frame("call" if call else "encounter", "told", match.start(), match.end(), "verb:told in", left, right, False, tense="past"))
    return found
