"""Whether it happened: what governs a frame, its tense and its date give the status, or say that there was no event."""
from __future__ import annotations

from datetime import date, timedelta

from timeline.extract.frame import Frame
from timeline.extract.terms import Terms
from timeline.model import Status
from timeline.when import When


def refusal(frame: Frame) -> str | None:
    """Why a frame tells of no event: wished, proposed, denied. None where it tells of one."""
    if frame.bears & {"cancel", "postpone", "move"}:
        return None
    if "refuse" in frame.bears or frame.negated:
        return "denied or refused"
    if "wish" in frame.bears or "proposed" in frame.scope:
        return "wished, proposed or possible only"
    return None


def ahead(frame: Frame, terms: Terms) -> bool:
    """Whether the words tell of something still to come."""
    if "plan" in frame.bears or frame.tense == "future" or frame.scope & {"ahead", "told ahead"}:
        return True
    if frame.preposition in terms.prelude_of_verb:
        return True
    return frame.verb is not None and frame.verb.form == "future" and frame.preposition not in terms.aftermath


def _long_planned(frame: Frame, when: When, other: When, published: date) -> bool:
    """"was planned for November 28", told in January: the one gone by, which is much nearer than the one to come."""
    return frame.verb is not None and frame.verb.form == "past" and (other.first - published).days > 3 * (published - when.last).days


def _sets_out(frame: Frame, terms: Terms) -> bool:
    """Whether somebody "arrives in C", "begins a visit", "arrives for a visit": in the present tense, of a day that is not over."""
    way = frame.verb is not None and frame.verb.kind in ("arrive", "travel", "leave") and frame.preposition in terms.purpose
    closes = frame.verb is not None and frame.verb.lemma in terms.closing_verbs
    return way or (frame.rule.startswith(("verb", "light")) and frame.rule != "verb:be in" and not closes)


def _is_about_to(frame: Frame) -> bool:
    """"is meeting B on Monday", "is heading to C on Monday"; but who is visiting C is there."""
    return frame.tense == "progressive" and frame.verb is not None and frame.verb.kind != "visit"


def status_of(frame: Frame, terms: Terms, when: When | None, other: When | None, published: date, block: str, inside: bool = False) -> tuple[Status, When | None]:
    """Whether it took place, is planned, or came to nothing; and the time, read in the other direction where tense says so.

    `inside` tells that the date stands within the noun phrase ("Friday's summit"), where no verb's tense speaks for it: then
    the nearer of its two readings holds.
    """
    if "cancel" in frame.bears or "cancelled" in frame.scope:
        return Status.CANCELLED, when
    if "postpone" in frame.bears and not (frame.verb is not None and frame.verb.pluperfect and frame.verb.kind == "postpone"):
        return Status.POSTPONED, when
    coming = ahead(frame, terms)
    told_to = frame.tense == "infinitive" and frame.rule.startswith("verb") and "purpose" not in frame.bears  # "are said to meet in April"
    past = frame.tense == "past" and not (frame.bears & {"plan"})
    if when is not None:
        if other is not None and inside and not coming and frame.verb is not None and not (past and frame.rule.startswith("noun")):
            if abs((other.first - published).days) < abs((when.first - published).days):
                when = other
            past = False
        elif other is not None:
            if past and not coming and when.first > published >= other.first and not ((when.first - published).days <= 2 and (published - other.first).days > 300):
                when = other
            elif when.last < published <= other.last and not _long_planned(frame, when, other, published) and ((coming and not past) or told_to or ((frame.tense == "present" or _is_about_to(frame)) and block == "paragraph" and not (frame.rule.startswith("noun") and frame.verb is not None and frame.verb.kind == "be") and (other.first - published).days <= 14)):
                when = other  # "the ministers gather on Tuesday": the present tense with a day means the next one
        if "spared" in frame.scope:
            return Status.PLANNED, when  # it was not called off; whether it took place is not told
        if past and not coming and when.exact and when.first == published + timedelta(days=1) and (other is None or (published - other.first).days > 300):
            return Status.HELD, when  # "met on December 9", told on the 8th: on the other side of the date line
        if when.first > published:
            return Status.PLANNED, when
        if when.last < published:
            return (Status.PLANNED if coming and "plan" in frame.bears and frame.tense == "infinitive" else Status.HELD), when
        if past:
            return Status.HELD, when
        if coming or frame.tense == "infinitive":
            return Status.PLANNED, when
        if frame.kind == "visit" and frame.tense == "present" and block == "paragraph" and when.exact and when.last == published and _sets_out(frame, terms):
            return Status.PLANNED, when  # "A arrives in C on Friday", of the day itself
        return Status.HELD, when
    if past and not coming:
        return Status.HELD, None
    return (Status.PLANNED if coming or frame.tense == "infinitive" else Status.HELD), None
