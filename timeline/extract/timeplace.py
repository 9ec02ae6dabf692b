"""When and where: the date and the place of a sentence that belong to a frame."""
from __future__ import annotations

import re
from datetime import date

from timeline.extract.frame import Frame
from timeline.extract.tagged import ANY, CITY, DURATION, PLACE, STATE, WHEN, Tagged
from timeline.mentions import DateKind, DateMention, NameKind
from timeline.model import Place
from timeline.when import Precision, When

_CLOSING = re.compile(r"\b(?:wrap(?:s|ped|ping)? up|end(?:s|ed|ing)?|conclud(?:e|es|ed|ing)|clos(?:e|es|ed|ing))\b", re.IGNORECASE)
_IN_RELATIVE = re.compile(r",\s(?:who|which|whom|whose)\s[^,]*$")
_SAID = re.compile(r"(?<!\w)(?:said|says|told|announced|reported|wrote|confirmed)(?!\w)", re.IGNORECASE)
_TROUBLE = re.compile(r"(?<!\w)(?:war|conflict|fighting|offensive|operations?|crisis|situation|cease-?fire|attacks?|peace|stability|invasion|violence|strikes?|unrest|"
                      r"elections?|interests?|investments?|troops|forces|role|presence|bloodshed|developments?|tensions?|massacre|born) in\s(?:[\w’'-]+\s){0,3}$", re.IGNORECASE)
MOVED = re.compile(rf"(?<!\w)(?:moved|postponed|put off|pushed back|put back|delayed|rescheduled|re-scheduled|brought forward|shifted|deferred)\s(?:[\w’'-]+\s){{0,4}}?(?:from\s(?:the\s)?(?P<old>[{WHEN}])\s)?(?:to|until|till|for)\s(?:the\s)?(?P<new>[{WHEN}])", re.IGNORECASE)


def date_of(sentence: Tagged, frame: Frame, found: list[Frame], dateline: tuple[int, int]) -> tuple[DateMention | None, str]:
    """The date that belongs to the frame: near it, in its clause, and not the day on which somebody said so."""
    text = sentence.text
    best: tuple[float, DateMention, str] | None = None
    for position in sentence.positions(WHEN):
        mention = sentence.when(position)
        if mention is None or mention.when is None:
            continue
        if dateline[0] <= mention.start and mention.end <= dateline[1]:
            continue
        if mention.kind is DateKind.TIME and mention.when.precision is not Precision.MINUTE and mention.when is None:
            continue
        after = position >= frame.end
        inside = frame.start <= position < frame.end
        gap = text[frame.end:position] if after else text[position + 1:frame.start]
        cost = 0.0 if inside else float(len(gap)) + (0 if after else 4)
        how = "sentence"
        if not inside:
            cost += 45 * len(re.findall(r"[;“”\"]|(?<!\w)(?:which|who|where|that|when|while|after|before|since|because|but|following|ahead of)(?!\w)", gap))
            cost += 25 * sum(1 for other in found if other is not frame and (frame.end <= other.start < position or position < other.start < frame.start))
            if not after and "," in gap and _IN_RELATIVE.search(text, 0, position):
                cost += 45  # "Xi, who had spent Wednesday with B, received C": Wednesday is the relative clause's
            if not after and _SAID.search(gap):  # "On Thursday, officials said that ...": the day of the saying
                cost += 100
                how = "statement"
            if frame.word not in ("told", "told by telephone") and re.search(r"(?<!\w)(?:said|told|announced|reported|added|says)\s(?:[\w’'-]+\s|[" + ANY + r"]\s?){0,3}(?:on\s|late\s|early\s|in a statement\s|earlier\s)*$", text[:position]):
                cost += 140
                how = "statement"
            elif re.match(r",?\s(?:[\w’'-]+\s){0,3}(?:said|announced|reported)\b", text[position + 1:position + 40]) and not after:
                cost += 60
            if re.search(r"(?<!\w)since\s(?:\w+\s){0,5}$", text[:position]):
                continue  # the first time "since 2017" tells of two times, and neither is this one's
            if mention.when.precision is Precision.YEAR and len(gap) > 45:
                cost += 100
        if re.match(r"\s(?:Island|Day|Eve|massacre|uprising|attacks?)\b", text[position + 1:position + 12]):
            continue  # "Christmas Island"
        if mention.when.precision is Precision.YEAR and re.match(r"\s[a-z]", text[position + 1:position + 3]) and not re.search(r"(?:in|of|since|from|until)\s$", text[:position]):
            cost += 30
        if best is None or cost < best[0]:
            best = (cost, mention, how)
    near = frame.anaphor or (frame.word == "discuss" and best is not None and best[2] == "sentence")
    if best is None or best[0] > (40 if near else 400 if best[2] == "statement" else 260) or (best[2] == "statement" and frame.tense not in ("past", "noun", "progressive")):
        return None, ""
    return best[1], best[2]


def moved(sentence: Tagged, frame: Frame, published: date) -> tuple[When, When | None] | None:
    """"postponed from Monday to Friday", "moved to 4 January": the new time, and the old one where it is told."""
    for match in MOVED.finditer(sentence.text):
        if abs(match.start() - frame.end) > 160 and abs(match.end() - frame.start) > 160:
            continue
        new = sentence.when(match.start("new"))
        old = sentence.when(match.start("old")) if match["old"] else None
        if new is None or new.when is None:
            continue
        when = new.other if new.other is not None and new.when.last < published and new.other.first >= published else new.when
        if old is None:
            planned = re.search(rf"(?:planned|scheduled|set|due|slated|announced|expected)\s(?:for|on)\s(?:the\s)?(?P<old>[{WHEN}])", sentence.text)
            old = sentence.when(planned.start("old")) if planned else None
        return when, old.when if old is not None else None
    return None


def length_of(sentence: Tagged, frame: Frame) -> tuple[int | None, bool]:
    """How many days a "two-day visit" lasts, and whether the sentence dates its end ("wraps up")."""
    offset = max(0, frame.start - 60)
    for position in sentence.positions(DURATION, offset, min(len(sentence.text), frame.end + 60)):
        mention = sentence.when(position)
        if mention is None or not mention.days or not 1 < mention.days <= 31:
            continue
        if re.match(r"\s(?:[\w-]+\s){0,3}(?:visit|trip|tour|summit|meeting|conference|stay|stop|forum|session|talks|official)", sentence.text[position + 1:position + 40]):
            return mention.days, bool(_CLOSING.search(sentence.text))
    return None, False


def point(sentence: Tagged, position: int) -> Place | None:
    name = sentence.name(position)
    if name is None:
        return None
    return name.place or (Place(None, name.country) if name.country else None)


def place_of(sentence: Tagged, frame: Frame, dateline_place: Place | None) -> Place | None:
    """The place named with the trigger: "in Astana", "at the Kremlin", nearest first; else the dateline's for the lead."""
    text = sentence.text
    best: tuple[float, int] | None = None
    for position in sentence.positions(STATE + CITY + PLACE):
        if not re.search(r"(?<!\w)(?:in|at|near|outside|inside)\s(?:[\w’'-]+\s|[" + ANY + r"]\s){0,4}$", text[max(0, position - 45):position]):
            continue
        if _TROUBLE.search(text, max(0, position - 45), position):
            continue  # "the war in Gaza" is what they spoke of, not where
        gap = text[frame.end:position] if position >= frame.end else text[position + 1:frame.start]
        if re.search(r"[;“”\"]|(?<!\w)(?:which|who|when|while|said|told|since)(?!\w)", gap) or len(gap) > 80:
            continue
        name = sentence.name(position)
        cost = len(gap) + (0 if position >= frame.end else 10) + (15 if name is not None and name.kind is NameKind.STATE else 0)
        if best is None or cost < best[0]:
            best = (cost, position)
    if best is not None:
        return point(sentence, best[1])
    if dateline_place is not None and sentence.number <= 4 and sentence.kind == "paragraph":
        return dateline_place
    return None


def without_containers(places: list[Place]) -> list[Place]:
    """"Busan, South Korea" is one place: a country that follows its own city goes."""
    kept: list[Place] = []
    for place in places:
        if kept and place.name is None and kept[-1].country == place.country:
            continue
        kept.append(place)
    return kept
