"""Whether it happened: the words of plan, wish, denial and change that bear on a frame, and the status they give."""
from __future__ import annotations

import re
from datetime import date

from timeline.extract.frame import Frame
from timeline.extract.lexicon import Lexicon
from timeline.extract.tagged import ANY, CITY, PERSON, STATE, Tagged
from timeline.extract.timeplace import MOVED
from timeline.model import Status
from timeline.when import When

_UPTO_FATE = r"(?:[^.;,]|,(?!\s(?:who|while|but)\s)){0,140}?(?<!\w)"
_CANCELLED_AFTER = re.compile(_UPTO_FATE + r"(?:(?:(?:has|have) been|was|were|is|are|being)\s(?:\w+ly\s|later\s|since\s|then\s)?(?:cancelled|canceled|called off|scrapped|scuttled|axed)|(?:did|will|would) not (?:come about|take place|happen|materiali[sz]e|go ahead))(?!\w)", re.IGNORECASE)
_POSTPONED_AFTER = re.compile(_UPTO_FATE + r"(?:(?:has|have) been|was|were|is|are|being)\s(?:\w+ly\s|later\s|since\s|then\s)?(?:postponed|put off|pushed back|delayed|deferred)(?!\w)", re.IGNORECASE)
_ADJECTIVE = re.compile(r"^(?:long-)?(?:delayed|postponed|deferred|rescheduled)\s+(?:[\w-]+\s+)?(?:visit|trip|meeting|talks|summit|journey|conference)", re.IGNORECASE)
_CALLED_OFF = re.compile(r"(?<!\w)(?:cancel\w*|calls? off|called off|scrap(?:s|ped)?)(?!\w)", re.IGNORECASE)
_HOPE = re.compile(r"(?<!\w)(?:hop(?:e|es|ed|ing)|wish|suggest\w*|propos\w+|urg\w+|unlikely|possib\w+|demand\w*|insist\w*) that\s[^,;.]*$", re.IGNORECASE)
_DENIAL = re.compile(r"(?<!\w)(?:den(?:y|ies|ied|ying)|no plans?|refut(?:es?|ed)|dismiss(?:es|ed)|not true)(?!\w)", re.IGNORECASE)


def cues_of(sentence: Tagged, frame: Frame, found: list[Frame], words: Lexicon, headline: str) -> frozenset[str]:
    """Which words of time, wish, denial and change bear on the trigger."""
    text = sentence.text
    left_edge = max(0, frame.start - 70)
    if frame.left is not None and frame.left.end <= frame.start:
        left_edge = max(left_edge, frame.left.end - 1)
    for other in found:
        if other.end <= frame.start:
            left_edge = max(left_edge, other.end) if frame.start - other.end > 12 else left_edge
    before = text[left_edge:frame.start]
    boundary = [m.end() for m in re.finditer(r"[;:“”\"]|,\s(?:which|who|while|but|where|after|as)\s|(?<!\w)(?:said|says|told|that)(?!\w)", before)]
    if boundary and not re.search(r"(?:call|put|push)", before[boundary[-1]:], re.IGNORECASE):
        before = before[boundary[-1]:]
    after = re.split(r"[;:“”\"]|,\s(?:which|who|while|but|where|when|after|as)\s|(?<!\w)(?:said|says|told|that)(?!\w)", text[frame.end:frame.end + 80])[0]
    inside = text[frame.start:frame.end]
    noun = frame.rule.startswith(("noun", "gathering"))
    cues = set()
    modality = words.modality
    scope = f"{before} {inside}"
    if modality["future"].search(scope):
        cues.add("future")
    if noun and re.match(rf"(?:[\s,]+(?:[{ANY}]|with|between|in|on|at|of|the|and|his|her|their|to|by|for|next|later|this|[\w-]+ing)){{0,9}}\s(?:will|would|to be held|to take place|scheduled|slated|planned|expected|due|(?:is|are|was|were)?\s?set|(?:is|are|was|were) to)\b", after, re.IGNORECASE):
        cues.add("future")
    if modality["wish"].search(before) or _HOPE.search(text, max(0, frame.start - 45), frame.start):
        cues.add("wish")
    if frame.tense == "infinitive" and re.search(rf"[{PERSON}{STATE}{CITY}]\sto\s(?:\w+ly\s)?$", text[:frame.start]):
        cues.add("future")  # headlines plan with a bare infinitive: "King to host"
    if noun and re.search(r"^\s?(?:[\w\s]{0,30})\b(?:could|might|may|should)\b", after, re.IGNORECASE):
        cues.add("wish")
    if modality["negation"].search(before) or _DENIAL.search(text, 0, frame.start):
        cues.add("negation")
    if MOVED.search(text):
        cues.add("moved")
    if "negation" in cues and frame.tense in ("future", "infinitive") and _CALLED_OFF.search(headline):
        cues.discard("negation")  # "will not meet on Monday", in an article of a meeting that was called off
        cues.add("cancelled")
    fate = text[frame.end:frame.end + 160] if noun else after
    if modality["cancelled"].search(scope) or _CANCELLED_AFTER.match(fate):
        cues.add("cancelled")
    if ((postponed := modality["postponed"].search(scope)) and not re.search(r"\bhad (?:been )?$", scope[:postponed.start()]) and not _ADJECTIVE.search(scope[postponed.start():])) or _POSTPONED_AFTER.match(fate) or re.search(r"^[^.;]{0,60}\b(?:was|were|been|is|being|and)\s(?:\w+\s)?(?:postponed|delayed|put off|pushed back|deferred)\b", after, re.IGNORECASE):
        cues.add("postponed")
    if modality["remote"].search(text, max(0, frame.start - 30), min(len(text), frame.end + 60)):
        cues.add("remote")
    if frame.tense in ("infinitive", "future") and "future" not in cues:
        cues.add("infinitive")
    return frozenset(cues)


def status_of(frame: Frame, cues: frozenset[str], when: When | None, other: When | None, published: date, kind: str) -> tuple[Status, When | None]:
    """Whether it took place, is planned, or came to nothing; and the time, read in the other direction where tense says so."""
    if "cancelled" in cues:
        return Status.CANCELLED, when
    if "postponed" in cues:
        return Status.POSTPONED, when
    ahead = bool(cues & {"future"}) or frame.tense == "future"
    if when is not None:
        if other is not None:
            if frame.tense == "past" and not ahead and when.first > published >= other.first:
                when = other
            elif when.last < published <= other.last and ((ahead and frame.tense != "past") or (frame.tense == "present" and kind == "paragraph")):
                when = other  # "the ministers gather on Tuesday": the present tense with a day means the next one
        if when.first > published:
            return Status.PLANNED, when
        if when.last < published:
            return (Status.PLANNED if ahead and frame.tense in ("infinitive",) else Status.HELD), when
        if frame.tense == "past":
            return Status.HELD, when
        if ahead or "infinitive" in cues:
            return Status.PLANNED, when
        return Status.HELD, when
    if frame.tense == "past" and not ahead:
        return Status.HELD, None
    return (Status.PLANNED if ahead or "infinitive" in cues else Status.HELD), None
