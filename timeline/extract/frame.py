"""A frame, and what all rules for frames share: verb forms, light verbs, owners and the party after "with"."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from timeline.extract.groups import DETERMINERS, Group, following, subject
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import (
    ACTOR,
    ANY,
    CITY,
    DEMONYM,
    DURATION,
    ORGANISATION,
    PERSON,
    PRONOUN,
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
    body_anaphor: bool = False  # "the alliance": the body that was named before
    named_place: bool = False  # a gathering known by its place and day alone
    tense: str = "noun"
    owner: str = ""  # "his", "their": the possessive that stands for a side
    anaphor: bool = False  # "the talks" without parties: speaks of an occasion told elsewhere in the article


ADVERBS = r"(?:\s(?:up|again|also|briefly|bilaterally|privately|separately|face[- ]to[- ]face|in person|one-on-one|behind closed doors|virtually|here|there|first|earlier|later|together|informally|secretly|directly|personally|by phone|by telephone|on the phone|over the phone|by video|online|today|yesterday))*"
FINITE = re.compile(r"(?<!\w)(?:said|says|told|will|would|was|were|is|are|has|had|have|who|which|that|but|while|when|where|because|as)(?!\w)")


_WITH = re.compile(rf"(?<!\w)(?P<prep>with|between|among|amongst|involving|featuring|bringing together)\s+(?={DETERMINERS}(?:[a-z-]+\s){{0,2}}[{ACTOR}{PRONOUN}])", re.IGNORECASE)
_BODIES = r"(?:alliance|bloc|grouping|group|organi[sz]ation|forum|union|body|association|community|commonwealth)"
_OTHER_VERB = re.compile(r"(?<!\w)(?:noted|urged|agreed|called|expressed|reviewed|discussed|stressed|underlined|welcomed|emphasi[sz]ed|highlighted|showed|ended|failed|broke)(?!\w)", re.IGNORECASE)
_PAST = frozenset(["met", "held", "had", "conducted", "began", "begun", "opened", "started", "resumed", "concluded", "ended", "finished", "completed", "continued", "convened", "hosted", "chaired", "co-chaired", "led", "attended", "joined", "launched", "spoke", "talked", "conferred", "consulted", "received", "welcomed", "greeted", "phoned", "telephoned", "called", "discussed", "agreed", "huddled", "negotiated", "visited", "toured", "travelled", "traveled", "flew", "went", "gone", "headed", "journeyed", "returned", "came", "proceeded", "arrived", "landed", "left", "departed", "embarked", "participated", "drove", "took", "addressed", "gathered", "assembled", "signed", "inked", "stopped", "skipped"])


POSSESSIVE_PRONOUN = re.compile(rf"(?<!\w)(?P<owner>his|her|their)\s(?:[\w-]+\s|[{DURATION}]\s){{0,4}}$", re.IGNORECASE)
DEFINITE = re.compile(rf"(?<!\w)(?:the|this|that|those|these|[{WHEN}]['’]s)\s(?:[\w-]+\s|[{DURATION}{WHEN}]\s){{0,3}}$", re.IGNORECASE)


LEADERS = re.compile(r"(?<!\w)(?:leaders|heads of state|heads of government|presidents|prime ministers)(?!\w)", re.IGNORECASE)


def tense_of(verb: str, before: str) -> str:
    """`past`, `present`, `infinitive` or `progressive` of a verb form, with what stands before it."""
    head = verb.split()[0].lower()
    if verb.lower().endswith("ing") or head.endswith("ing"):
        return "progressive"
    if head in _PAST or verb.lower().split()[0] in ("touched", "sat", "wrapped"):
        return "past"
    if re.search(r"\b(?:was|were|had been)\s(?:allowed|able|flown|sent|forced)\sto\s$", before, re.IGNORECASE):
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
    attending: re.Pattern[str]
    gather: re.Pattern[str]
    paper: re.Pattern[str]
    its_gathering: re.Pattern[str]
    from_nations: re.Pattern[str]


@cache
def rules(words: Lexicon) -> Rules:
    verbs, nouns = words.verbs, words.nouns

    def word(piece: str, after: str = "") -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-]){piece}(?![\w-]){after}", re.IGNORECASE)

    return Rules(
        meet=word(f"(?P<verb>{verbs['meet']})", rf"(?P<adv>{ADVERBS})(?P<with>\swith)?(?P<adv2>{ADVERBS})"),
        speak=word(f"(?P<verb>{verbs['speak']})", rf"(?P<adv>{ADVERBS})(?=\s(?:[\w{WHEN}{DURATION}]+\s){{0,4}}(?:with|to)\s)"),
        reciprocal=word(r"(?P<verb>spoke|speak|talked|talk|conferred|confer)", rf"(?P<adv>{ADVERBS})(?=\s(?:on|in|during|by|over|for|last|again|at|earlier|late|twice|[{WHEN}])|[.,]|$)"),
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
        attending=re.compile(rf"(?<![\w-])(?:{verbs['attend']})(?![\w-])(?:\s[\w’'-]+|\s[{ANY}](?:['’]s?)?|\s\([^()]*\)|,){{0,10}}?\s$", re.IGNORECASE),
        gather=re.compile(rf"(?P<org>[{PERSON}{ORGANISATION}])(?:['’]s?)?\s(?:(?:leaders|foreign ministers|ministers|members|[\w-]+ ministers|heads of state|envoys|delegates)\s)?"
                          rf"(?P<verb>{verbs['gather']})(?![\w-])", re.IGNORECASE),
        from_nations=re.compile(rf"(?:[{PERSON}]|representatives|delegates|leaders|ministers|officials)\sfrom\s(?:more than\s|over\s|some\s|nearly\s|about\s)?(?:\d+|[a-z-]+)\s(?:[a-z]+\s)?(?:nations|countries|states)"
                                rf"\s(?:are\s|were\s|will\s|have\s|had\s)?(?P<verb>{verbs['gather']})(?=[^.;]{{0,40}}?\sin\s[{CITY}])", re.IGNORECASE),
        its_gathering=re.compile(rf"(?<!\w)(?:(?P<who>[{PERSON}]|leaders|heads of state|foreign ministers|defen[cs]e ministers|ministers|members) of the {_BODIES}\s(?:[\w-]+\s){{0,3}}?(?P<verb>{verbs['gather']})"
                                 rf"|(?:the|that) {_BODIES}['’]s?\s(?:[\w-]+\s){{0,4}}?(?:summit|leaders['’]? meeting|ministerial))(?![\w-])", re.IGNORECASE),
        paper=re.compile(rf"[^.;]{{0,70}}?(?<![\w-]){nouns['signing']}(?![\w-])", re.IGNORECASE))


def right_side(sentence: Tagged, where: list[Group], position: int) -> tuple[Group | None, str]:
    """The party after "with", "between" ... that belongs to a trigger ending at `position`, and that preposition."""
    match = _WITH.search(sentence.text, position, min(len(sentence.text), position + 110))
    if not match:
        return None, ""
    gap = sentence.text[position:match.start()]
    if FINITE.search(gap) or _OTHER_VERB.search(gap) or re.search(r"[;:.“”\"]", gap) or re.search(f"[{PERSON}]", gap) or gap.count(",") > 2:
        return None, ""
    return following(sentence, where, match.end()), match["prep"].lower()


def possessor(sentence: Tagged, where: list[Group], position: int) -> Group | None:
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


def light_subject(sentence: Tagged, where: list[Group], patterns: Rules, position: int) -> tuple[Group | None, str, int]:
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


def fronted(sentence: Tagged, where: list[Group], position: int) -> Group | None:
    """The subject of the main clause after a fronted phrase: "After talks with Y, X said"."""
    comma = sentence.text.find(",", position)
    while comma != -1:
        group = following(sentence, where, comma + 1)
        if group is not None and not group.preposition:
            return group
        comma = sentence.text.find(",", comma + 1)
    return None


def is_body(sentence: Tagged, position: int) -> bool:
    """Whether the mention is an organisation, or its members: "ASEAN", "EU foreign ministers"."""
    name = sentence.name(position)
    return name is not None and (name.actor_id or "").startswith("organisation:")
