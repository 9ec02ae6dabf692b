"""What a sentence says happens: frames, each with its trigger, its parties and its destination, not yet resolved."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from timeline.extract.groups import DETERMINERS, Group, following, groups, is_pronoun, subject
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import (
    ACTOR,
    ANY,
    CITY,
    DEMONYM,
    DURATION,
    ORGANISATION,
    PERSON,
    PLACE,
    PLURAL,
    PRONOUN,
    STATE,
    WHEN,
    WHERE,
    Tagged,
)


@dataclass(slots=True)
class Frame:
    """One mention of an occasion. `kind` is encounter, call, visit, gathering, signing or ceremony; `word` the trigger.

    `left` and `right` are the two sides; `joint` says that all named take part together. `to` are positions of the
    places gone to; `body` that of the organisation which holds a gathering. `tense` is past, present, infinitive, or
    noun where the trigger is one.
    """

    kind: str
    word: str
    start: int
    end: int
    rule: str
    left: Group | None = None
    right: Group | None = None
    joint: bool = False
    host: bool = False
    to: list[int] = field(default_factory=list)
    body: int | None = None
    body_name: str | None = None
    tense: str = "noun"
    leaders: bool = False
    owner: str = ""  # "his", "their": the possessive that stands for a side
    anaphor: bool = False  # "the talks" without parties: speaks of an occasion told elsewhere in the article


_ADVERBS = r"(?:\s(?:up|again|also|briefly|bilaterally|privately|separately|face[- ]to[- ]face|in person|one-on-one|behind closed doors|virtually|here|there|first|earlier|later|together|informally|secretly|directly|personally|by phone|by telephone|on the phone|over the phone|by video|online|today|yesterday))*"
_PREPOSITIONAL = rf"(?:,?\s(?:in|at|on|near|inside|outside|during|by|over|via|late|early|earlier|later|for|from|about|to|since|after|before|and|of|this|last|next|the|a|an|his|her|their|its|\w+ly|\w+ing|[\w’'-]+|[{WHERE}{WHEN}{DURATION}{ORGANISATION}{DEMONYM}]),?)"
_FINITE = re.compile(r"(?<!\w)(?:said|says|told|will|would|was|were|is|are|has|had|have|who|which|that|but|while|when|where|because|as)(?!\w)")
_WITH = re.compile(rf"(?<!\w)(?P<prep>with|between|among|amongst|involving|featuring|bringing together)\s+(?={DETERMINERS}(?:[a-z-]+\s){{0,2}}[{ACTOR}{PRONOUN}])", re.IGNORECASE)
_HYPHENATED = re.compile(rf"(?P<group>[{ACTOR}](?:\s?[-–/]\s?[{ACTOR}])+)\s(?:[\w-]+\s){{0,4}}$")
_PAST = frozenset(["met", "held", "had", "conducted", "began", "begun", "opened", "started", "resumed", "concluded", "ended", "finished", "completed", "continued", "convened", "hosted", "chaired", "co-chaired", "led", "attended", "joined", "launched", "spoke", "talked", "conferred", "consulted", "received", "welcomed", "greeted", "phoned", "telephoned", "called", "discussed", "agreed", "huddled", "negotiated", "visited", "toured", "travelled", "traveled", "flew", "went", "gone", "headed", "journeyed", "returned", "came", "proceeded", "arrived", "landed", "left", "departed", "embarked", "participated", "took", "addressed", "gathered", "assembled", "signed", "inked", "stopped", "skipped"])


def tense_of(verb: str, before: str) -> str:
    """`past`, `present`, `infinitive` or `progressive` of a verb form, with what stands before it."""
    head = verb.split()[0].lower()
    if verb.lower().endswith("ing") or head.endswith("ing"):
        return "progressive"
    if head in _PAST or verb.lower().split()[0] in ("touched", "sat", "wrapped"):
        return "past"
    if re.search(r"\bto\s(?:\w+ly\s|also\s|first\s)?$", before, re.IGNORECASE):
        return "infinitive"
    if re.search(r"\b(?:will|would|shall|could|might|may|should|can|must|’ll|'ll)(?:\s\w+){0,3}\s$", before, re.IGNORECASE):
        return "future"
    return "present"


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled patterns of one language."""

    meet: re.Pattern[str]
    speak: re.Pattern[str]
    reciprocal: re.Pattern[str]
    receive: re.Pattern[str]
    telephone: re.Pattern[str]
    discuss: re.Pattern[str]
    visit: re.Pattern[str]
    travel: re.Pattern[str]
    leave: re.Pattern[str]
    attend: re.Pattern[str]
    sign: re.Pattern[str]
    noun: re.Pattern[str]
    visit_noun: re.Pattern[str]
    light: re.Pattern[str]
    gathering: re.Pattern[str]
    ceremony: re.Pattern[str]
    any_trigger: re.Pattern[str]


@cache
def rules(words: Lexicon) -> Rules:
    verbs, nouns = words.verbs, words.nouns

    def word(piece: str, after: str = "") -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-]){piece}(?![\w-]){after}", re.IGNORECASE)

    return Rules(
        meet=word(f"(?P<verb>{verbs['meet']})", rf"(?P<adv>{_ADVERBS})(?P<with>\swith)?(?P<adv2>{_ADVERBS})"),
        speak=word(f"(?P<verb>{verbs['speak']})", rf"(?P<adv>{_ADVERBS})(?=\s(?:[\w{WHEN}{DURATION}]+\s){{0,4}}(?:with|to)\s)"),
        reciprocal=word(r"(?P<verb>spoke|speak|talked|talk|conferred|confer)", rf"(?P<adv>{_ADVERBS})(?=\s(?:on|in|during|by|over|for|last|again|at|earlier|late|twice|[{WHEN}])|[.,]|$)"),
        receive=word(f"(?P<verb>{verbs['receive']})"),
        telephone=word(f"(?P<verb>{verbs['telephone']})"),
        discuss=word(f"(?P<verb>{verbs['discuss']})"),
        visit=word(f"(?P<verb>{verbs['visit']})"),
        travel=word(f"(?P<verb>{verbs['travel']}|{verbs['arrive']})"),
        leave=word(f"(?P<verb>{verbs['leave']})"),
        attend=word(f"(?P<verb>{verbs['attend']})"),
        sign=word(f"(?P<verb>{verbs['sign']})"),
        noun=word(f"(?P<noun>{nouns['call']}|{nouns['meeting']}|{nouns['summit']}|{nouns['conference']})"),
        visit_noun=word(f"(?P<noun>{nouns['visit']})"),
        light=re.compile(rf"(?<![\w-])(?P<verb>{verbs['light']})(?![\w-])(?P<gap>(?:\s[\w’'-]+|\s[{DURATION}{DEMONYM}{WHEN}{WHERE}{ORGANISATION}]|,){{0,7}}?)\s$", re.IGNORECASE),
        gathering=word(f"(?P<noun>{nouns['summit']}|{nouns['conference']}|meetings?|talks)"),
        ceremony=word(f"(?P<noun>{nouns['ceremony']})"),
        any_trigger=re.compile("|".join([*verbs.values(), *nouns.values()]), re.IGNORECASE))


def frames(sentence: Tagged, words: Lexicon) -> list[Frame]:
    """All frames of the sentence, in order of their triggers; overlapping triggers give the more telling one."""
    if not any(re.match(f"[{ANY}]", char) for char in sentence.text):
        return []
    patterns = rules(words)
    where = groups(sentence)
    found: list[Frame] = []
    for rule in (_calls_and_nouns, _meet_verbs, _receive, _told_visiting, _speak, _telephone, _discuss, _visit_verbs, _visit_nouns, _gatherings, _signings, _ceremonies):
        for frame in rule(sentence, where, patterns, words):
            if not any(frame.start < other.end and other.start < frame.end and frame.kind == other.kind for other in found):
                found.append(frame)
    held = [(frame.start, frame.end) for frame in found if frame.kind == "gathering" and frame.body is not None]
    found = [frame for frame in found if frame.kind != "encounter" or not any(start < frame.end and frame.start < end for start, end in held)]
    found.sort(key=lambda frame: frame.start)
    return found


def _right_side(sentence: Tagged, where: list[Group], position: int) -> tuple[Group | None, str]:
    """The party after "with", "between" ... that belongs to a trigger ending at `position`, and that preposition."""
    match = _WITH.search(sentence.text, position, min(len(sentence.text), position + 110))
    if not match:
        return None, ""
    gap = sentence.text[position:match.start()]
    if _FINITE.search(gap) or re.search(r"[;:.“”\"]", gap) or re.search(f"[{PERSON}]", gap) or gap.count(",") > 2:
        return None, ""
    return following(sentence, where, match.end()), match["prep"].lower()


def _possessor(sentence: Tagged, where: list[Group], position: int) -> Group | None:
    """"Putin's talks", "Trump-Xi meeting", "the Putin and Tokayev meeting": the group just before the noun."""
    text = sentence.text
    for group in reversed(where):
        if group.end > position:
            continue
        gap = text[group.end:position]
        if group.possessive and re.fullmatch(rf"(?:['’]s?)?\s(?:[\w-]+[\s,]+|[{WHEN}{DURATION}{DEMONYM}{WHERE}]\s){{0,5}}", gap):
            return group
        if group.compound and re.fullmatch(r"\s(?:[\w-]+\s){0,4}", gap):
            return group
        return None
    return None


def _light_subject(sentence: Tagged, where: list[Group], patterns: Rules, position: int) -> tuple[Group | None, str, int]:
    """Subject, tense and start of the light verb that governs the noun at `position` ("A held talks")."""
    window = max(0, position - 90)
    match = None
    later = patterns.light.search(sentence.text[window:position])
    while later:  # the nearest verb governs the noun: "have agreed to hold talks"
        match = later
        later = patterns.light.search(sentence.text[window:position], match.start() + 1)
    if not match:
        return None, "noun", position
    start = window + match.start()
    return subject(sentence, where, start), tense_of(match["verb"], sentence.text[:start]), start


def _calls_and_nouns(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"held talks with B", "a meeting between A and B", "A's call with B", "Trump-Xi meeting"."""
    found = []
    call = re.compile(words.nouns["call"], re.IGNORECASE)
    summit = re.compile(words.nouns["summit"], re.IGNORECASE)
    for match in patterns.noun.finditer(sentence.text):
        noun = match["noun"]
        if noun.lower().startswith("call") and re.match(r"\s(?:off|for|upon|on)\b", sentence.text[match.end():match.end() + 6]):
            continue
        right, preposition = _right_side(sentence, where, match.end())
        gathered = _together(sentence, where, match.end())
        if gathered is not None:
            right, preposition = gathered, "between"
        owner = _possessor(sentence, where, match.start())
        doer, tense, start = _light_subject(sentence, where, patterns, match.start())
        joint = preposition not in ("with", "")
        pronoun = _POSSESSIVE_PRONOUN.search(sentence.text[:match.start()])
        kind = "call" if call.fullmatch(noun) and noun.lower() not in ("conversation", "conversations") else "encounter"
        word = "summit" if summit.fullmatch(noun) else noun.lower()
        if right is None and owner is None:
            body = doer is not None and len(doer.members) == 1 and _body(sentence, doer.members[0])
            if body and doer is not None:
                leaders = bool(_LEADERS.search(sentence.mentions[doer.members[0]].text))  # type: ignore[union-attr]
                found.append(Frame("gathering", "summit" if word == "summit" or leaders else "conference", start, match.end(), "gathering:held",
                                   None, None, True, body=doer.members[0], tense=tense, leaders=leaders))
                continue
            several = doer is not None and (len(doer.members) > 1 or bool(re.match(f"[{PRONOUN}]", sentence.text[doer.start])))
            if not several and not (pronoun and pronoun["owner"].lower() == "their"):
                if _DEFINITE.search(sentence.text[:match.start()]):
                    found.append(Frame(kind, word, start, match.end(), "noun:anaphor", None, None, True, tense=tense, anaphor=True))
                continue
        left = owner or doer
        if left is None and not joint and not pronoun:
            left = subject(sentence, where, match.start()) or _fronted(sentence, where, right.end if right is not None else match.end())
        if joint and owner is None:
            left = None  # "X hosted talks between A and B": X is no party by that alone
        found.append(Frame(kind, word, start, match.end(), f"noun:{preposition or 'owner'}", left, right, joint, tense=tense,
                           owner=pronoun["owner"].lower() if pronoun and owner is None and doer is None else ""))
    return found


_POSSESSIVE_PRONOUN = re.compile(rf"(?<!\w)(?P<owner>his|her|their)\s(?:[\w-]+\s|[{DURATION}]\s){{0,4}}$", re.IGNORECASE)
_DEFINITE = re.compile(rf"(?<!\w)(?:the|this|that|those|these|[{WHEN}]['’]s)\s(?:[\w-]+\s|[{DURATION}{WHEN}]\s){{0,3}}$", re.IGNORECASE)


def _body(sentence: Tagged, position: int) -> bool:
    """Whether the mention is an organisation, or its members: "ASEAN", "EU foreign ministers"."""
    name = sentence.name(position)
    return name is not None and (name.actor_id or "").startswith("organisation:")


_TOGETHER = re.compile(rf"(?:\s[\w-]+)?\s(?:that|which)\s(?:was|were|is|are|would|will|had been)\s(?:[\w-]+\s){{0,3}}?bring(?:ing)?\s{DETERMINERS}(?=[{ACTOR}])|\sbringing\s{DETERMINERS}(?=[{ACTOR}])", re.IGNORECASE)


def _together(sentence: Tagged, where: list[Group], position: int) -> Group | None:
    """"a summit that was to bring A together with B and C": all of them as one group."""
    match = _TOGETHER.match(sentence.text, position)
    if not match:
        return None
    first = following(sentence, where, match.end())
    if first is None:
        return None
    second = re.compile(rf"\stogether\swith\s{DETERMINERS}(?=[{ACTOR}])").match(sentence.text, first.end)
    rest = following(sentence, where, second.end()) if second else None
    return Group(first.start, rest.end, [*first.members, *rest.members]) if rest is not None else first


def _fronted(sentence: Tagged, where: list[Group], position: int) -> Group | None:
    """The subject of the main clause after a fronted phrase: "After talks with Y, X said"."""
    comma = sentence.text.find(",", position)
    while comma != -1:
        group = following(sentence, where, comma + 1)
        if group is not None and not group.preposition:
            return group
        comma = sentence.text.find(",", comma + 1)
    return None


def _meet_verbs(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
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
            right, preposition = _right_side(sentence, where, match.end())
            if preposition not in ("with",):
                right = None
        left = subject(sentence, where, match.start())
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


def _receive(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
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
    for match in re.finditer(r"(?<!\w)(?:was|were|being|be|been)\s(?:\w+\s)?(?:received|welcomed|greeted|hosted|met)\s(?:[\w\s]{0,40}?\s)?by\s", sentence.text):
        right = following(sentence, where, match.end())
        left = subject(sentence, where, match.start())
        if right and left:
            found.append(Frame("encounter", "receive", match.start(), match.end(), "verb:received by", left, right, False, tense="past"))
    return found


def _told_visiting(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A told visiting B": they met, at A's."""
    found = []
    for match in re.finditer(rf"(?<!\w)(?:told|tells|telling)\s(?:the\s)?visiting\s(?=[{PERSON}])", sentence.text, re.IGNORECASE):
        right, left = following(sentence, where, match.end()), subject(sentence, where, match.start())
        if right is not None and left is not None:
            found.append(Frame("encounter", "told", match.start(), match.end(), "verb:told visiting", left, right, False, host=True, tense="past"))
    return found


def _speak(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
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
        target = re.compile(rf"\s(?:[\w’'-]+\s|[{WHEN}]\s){{0,5}}?(?:with|to)\s").match(sentence.text, match.end())
        if not target:
            continue
        right = following(sentence, where, target.end())
        left = subject(sentence, where, match.start())
        if right is None or left is None or right.possessive:
            continue
        found.append(Frame("call", "speak", match.start(), target.end(), "verb:speak", left, right, False,
                           tense=tense_of(match["verb"], sentence.text[:match.start()])))
    return found


def _telephone(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
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


def _discuss(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A and B discussed ...", "A discussed X with B"."""
    found = []
    for match in patterns.discuss.finditer(sentence.text):
        left = subject(sentence, where, match.start())
        right, preposition = _right_side(sentence, where, match.end())
        if preposition != "with":
            right = None
        if left is None or (right is None and len(left.members) < 2):
            continue
        if match["verb"].lower() == "agreed" and (right is None and not re.match(f"[{PERSON}]", sentence.text[left.members[0]])):
            continue
        found.append(Frame("encounter", "discuss", match.start(), match.end(), "verb:discuss", left, right, right is None,
                           tense=tense_of(match["verb"], sentence.text[:match.start()])))
    return found


_TO = re.compile(rf"(?P<gap>(?:\s(?:[\w’'-]+|[{WHEN}{DURATION}]),?){{0,6}}?)\s(?:to|in|at|for|into|on)\s{DETERMINERS}(?:(?:capital|city|town|resort|neighbou?ring|nearby|port|southern|northern|eastern|western|central|[\w-]+)\s){{0,3}}?(?:of\s)?(?=[{WHERE}])", re.IGNORECASE)


def _destinations(sentence: Tagged, position: int) -> list[int]:
    """Positions of the places coordinated from `position` on: "Vietnam, Japan and Singapore", "Busan, South Korea"."""
    text, found = sentence.text, [position]
    while True:
        match = re.compile(rf"(?:,|,?\s(?:and|then|as well as))\s(?:and\s|then\s|to\s|the\s|later\s)*(?=[{WHERE}])").match(text, found[-1] + 1)
        if not match:
            return found
        found.append(match.end())


def _visit_verbs(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A visits DEST", "A travels to DEST", "A leaves for DEST"."""
    found = []
    text = sentence.text
    for match in patterns.visit.finditer(text):
        before = text[:match.start()]
        if re.search(r"(?:\ba|\bthe|\bthis|\bhis|\bher|\btheir|\bon|\bofficial|\bstate|\bworking|\bday|\bfirst|\blast|\bplanned|['’]s|\bduring|\brecent)\s(?:[\w-]+\s){0,2}$", before, re.IGNORECASE) and match["verb"].lower() in ("visit", "visits", "tour", "tours"):
            continue
        target = re.compile(rf"\s{DETERMINERS}(?:[\w-]+\s){{0,2}}?(?=[{WHERE}])").match(text, match.end())
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
            direct = re.compile(rf"\s(?=[{CITY}{STATE}])").match(text, match.end()) if match["verb"].lower().startswith(("arriv", "land")) else None
            left = subject(sentence, where, match.start())
            if left is None or not (target or direct):
                continue
            if target and not re.search(rf"\s(?:{prepositions})\s", target.group() , re.IGNORECASE):
                continue
            if target and _FINITE.search(target["gap"]):
                continue
            if match["verb"].lower().startswith("stop") and not (target and re.search(r"\s(?:in|at)\s", target.group())):
                continue
            landing = target or direct
            if landing is None:
                continue
            found.append(Frame("visit", "travel", match.start(), match.end(), f"verb:{match['verb'].lower()}", left, None, False,
                               to=_destinations(sentence, landing.end()), tense=tense_of(match["verb"], text[:match.start()])))
    for match in _PRESENT.finditer(text):
        left = subject(sentence, where, match.start())
        if left is not None and re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
            found.append(Frame("visit", "be in", match.start(), match.end(), "verb:be in", left, None, False, to=[match.start("to")],
                               tense="future" if "will" in match.group() else "progressive"))
    return found


# "A is in Riyadh for talks", "delegations will be in Istanbul on Friday for".
_PRESENT = re.compile(rf"(?<!\w)(?:(?:is|are|was|were) (?:currently |already )?in|will be in|arrived|arrives)\s(?P<to>[{CITY}{STATE}])(?=(?:,?\s(?:on\s)?[{WHEN}{STATE}],?)*\s(?:for|on a|as part of)\s)", re.IGNORECASE)


def _visit_nouns(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A's visit to DEST", "a three-day visit to DEST by A", "on a visit to DEST"."""
    found = []
    text = sentence.text
    for match in patterns.visit_noun.finditer(text):
        before = text[:match.start()]
        owner = _possessor(sentence, where, match.start())
        target = re.compile(rf"(?:\s(?:by|of)\s{DETERMINERS}(?P<by>[{PERSON}{PRONOUN}]))?(?:\s(?:[\w’'-]+|[{WHEN}{DURATION}{PERSON}]),?){{0,6}}?\s(?:to|in|at)\s{DETERMINERS}(?:[\w-]+\s){{0,3}}?(?=[{WHERE}])", re.IGNORECASE).match(text, match.end())
        if target and _FINITE.search(target.group()):
            target = None
        if target is None and match["noun"].lower() in ("stop", "mission", "arrival", "tour", "journey"):
            continue
        dest = _destinations(sentence, target.end()) if target else []
        adjective = re.search(rf"([{STATE}{CITY}])\s(?:[\w-]+\s)?$", before)
        if not dest and adjective and not owner:
            dest = [adjective.start()]
        left = owner
        by = re.compile(rf"[^.;]{{0,40}}?(?<!hosted )\bby\s{DETERMINERS}(?=[{PERSON}])").match(text, match.end())
        if by:
            left = following(sentence, where, by.end()) or left
        doer, tense, start = _light_subject(sentence, where, patterns, match.start())
        if left is None:
            left = doer or subject(sentence, where, match.start())
            if left is None or not re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
                left = _fronted(sentence, where, match.end())
            if left is not None and not re.match(f"[{PERSON}{PRONOUN}]", text[left.members[0]]):
                left = None
        pronoun = _POSSESSIVE_PRONOUN.search(before)
        if owner is None and pronoun:
            left = None
        host = re.compile(rf"[^.;]{{0,60}}?\b(?:hosted by|at the invitation of)\s{DETERMINERS}(?=[{PERSON}])").match(text, match.end())
        right = following(sentence, where, host.end()) if host else None
        if left is None and not dest and not pronoun:
            if _DEFINITE.search(before):
                found.append(Frame("visit", "visit", start, match.end(), "visit:anaphor", None, None, True, tense=tense, anaphor=True))
            continue
        found.append(Frame("visit", "visit", start, match.end(), "noun:visit", left, right, False, to=dest, tense=tense,
                           owner=pronoun["owner"].lower() if pronoun and owner is None else ""))
    return found


_LEADERS = re.compile(r"(?<!\w)(?:leaders|heads of state|heads of government|presidents|prime ministers)(?!\w)", re.IGNORECASE)


def _gatherings(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"the G7 summit", "a summit of the CSTO", "NATO foreign ministers' meeting", with those who attend."""
    found = []
    text = sentence.text
    for match in patterns.gathering.finditer(text):
        noun = match["noun"].lower()
        before = re.compile(rf"(?P<org>[{ORGANISATION}])(?:['’]s?)?\s(?:\([^)]*\)\s)?(?:[\w’'-]+\s|[{WHEN}{DURATION}]\s){{0,4}}$").search(text[:match.start()])
        after = re.compile(rf"\s(?:meetings?\s)?(?:of|for|by|at)\s{DETERMINERS}(?:[\w-]+\s){{0,5}}?(?P<org>[{ORGANISATION}])").match(text, match.end())
        body = before.start("org") if before else after.start("org") if after else None
        group_body = re.compile(rf"(?P<org>[{PERSON}])(?:['’]s?)?\s(?:[\w-]+\s){{0,2}}$").search(text[:match.start()]) if body is None else None
        multilateral = bool(re.search(r"(?<!\w)(?:trilateral|three-way|four-way|tripartite|quadrilateral|multilateral|international|global|regional|six-party|five-party|donors?|peace)\s(?:[\w-]+\s){0,2}$", text[:match.start()], re.IGNORECASE))
        if body is None and group_body:
            name = sentence.name(group_body.start("org"))
            if name and name.plural and (name.actor_id or "").startswith("organisation:"):
                body = group_body.start("org")
        if body is None and not multilateral:
            continue
        if body is None and noun in ("meeting", "meetings") and not multilateral:
            continue
        attend = re.compile(rf"(?<![\w-])(?:{words.verbs['attend']})(?![\w-])(?:\s[\w’'-]+|\s[{ANY}](?:['’]s?)?|\s\([^()]*\)|,){{0,10}}?\s$", re.IGNORECASE)
        window = max(0, match.start() - 110)
        verb = attend.search(text[window:match.start()])
        left, tense, start = None, "noun", match.start()
        if verb:
            start = window + verb.start()
            if not re.search(r"skip", verb.group(), re.IGNORECASE):
                left = subject(sentence, where, start)
            tense = tense_of(verb.group().split()[0], text[:start])
        at = re.search(rf"(?<!\w)(?:at|for|during|from|in|to|of)\s(?:[\w’'-]+\s|[{ANY}]\s){{0,6}}$", text[window:match.start()])
        rule = "gathering:attend" if verb else "gathering:at" if at else "gathering"
        right, _ = _right_side(sentence, where, match.end())
        compound = None
        for group in where:
            if group.compound and group.end <= match.start() and re.fullmatch(r"\s(?:[\w-]+\s){0,3}", text[group.end:match.start()]):
                compound = group
        if body is None and right is None and compound is None and not (verb and left):
            continue
        summit = bool(re.fullmatch(words.nouns["summit"], noun, re.IGNORECASE))
        span = text[(before.start() if before else match.start()):match.end()]
        found.append(Frame("gathering", "summit" if summit or _LEADERS.search(span) else "conference", start, match.end(), rule,
                           left or compound, right, True, body=body, tense=tense, leaders=bool(_LEADERS.search(span))))
    for match in re.finditer(rf"(?P<org>[{PERSON}{ORGANISATION}])(?:['’]s?)?\s(?:(?:leaders|foreign ministers|ministers|members|[\w-]+ ministers|heads of state|envoys|delegates)\s)?(?P<verb>{words.verbs['gather']})(?![\w-])", text, re.IGNORECASE):
        name = sentence.name(match.start("org"))
        if name is None or not ((name.actor_id or "").startswith("organisation:") and (name.plural or "minister" in match.group() or "leader" in match.group())):
            continue
        if following(sentence, where, match.end()) or re.match(r"\swith\b", text[match.end():]):
            continue
        leaders = bool(_LEADERS.search(match.group())) or bool(_LEADERS.search(name.text))
        found.append(Frame("gathering", "summit" if leaders else "conference", match.start(), match.end(), "gathering:meet", None, None, True,
                           body=match.start("org"), tense=tense_of(match["verb"], text[:match.start("verb")]), leaders=leaders))
    return found


def _signings(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A and B signed an agreement", "the signing of a treaty between A and B", "a deal was signed by A and B"."""
    found = []
    text = sentence.text
    paper = re.compile(rf"[^.;]{{0,70}}?(?<![\w-]){words.nouns['signing']}(?![\w-])", re.IGNORECASE)
    for match in patterns.sign.finditer(text):
        left = subject(sentence, where, match.start())
        forward = paper.match(text, match.end())
        passive = re.search(r"\b(?:was|were|been|be|is|are|being)\s(?:\w+\s)?$", text[:match.start()], re.IGNORECASE)
        if passive:
            by = re.compile(rf"\s(?:[\w\s]{{0,30}}?\s)?(?:by|between)\s{DETERMINERS}(?:[\w-]+\s){{0,4}}(?=[{ACTOR}])").match(text, match.end())
            if not by or not re.search(words.nouns["signing"], text[:match.start()], re.IGNORECASE):
                continue
            right = following(sentence, where, by.end())
            if right is None:
                continue
            found.append(Frame("signing", "sign", match.start(), match.end(), "signing:passive", None, right, True, tense="past"))
            continue
        if not forward:
            continue
        right, preposition = _right_side(sentence, where, match.end())
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


def _ceremonies(sentence: Tagged, where: list[Group], patterns: Rules, words: Lexicon) -> list[Frame]:
    """"A attended the funeral of ..." where A comes from abroad."""
    found = []
    text = sentence.text
    for match in patterns.ceremony.finditer(text):
        window = max(0, match.start() - 100)
        verb = re.compile(rf"(?<![\w-])(?:{words.verbs['attend']})(?![\w-])(?:\s[\w’'-]+|\s[{ANY}](?:['’]s)?|,){{0,10}}?\s$", re.IGNORECASE).search(text[window:match.start()])
        if not verb:
            continue
        start = window + verb.start()
        left = subject(sentence, where, start)
        if left is None:
            continue
        found.append(Frame("ceremony", "ceremony", start, match.end(), "ceremony", left, None, True,
                           tense=tense_of(verb.group().split()[0], text[:start])))
    return found
