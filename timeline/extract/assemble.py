"""The article as a whole: drafts that tell of one event become one, undated ones find their date or are declined."""
from __future__ import annotations

from datetime import timedelta

from timeline.extract.confidence import Weights, confidence_of
from timeline.extract.drafts import CLASS, Draft, dates_agree, merge, same, unite
from timeline.extract.resolve import Reader
from timeline.model import EventType, Status
from timeline.when import Precision, When

_NEAR = 6  # sentences within which a journey that became talks still dates what else was done on it
_TOLD_EARLY = 4  # sentences that tell the news itself
_GOAL = 8  # years ahead of which no occasion is arranged: "the 2050 Strategy for the Pacific"
_MOST = 300  # drafts that are compared with each other; a text that tells of more is assembled part by part, in linear time


def assemble(drafts: list[Draft], reader: Reader, table: Weights) -> tuple[list[Draft], list[tuple[Draft, str]]]:
    """The events of the article, each once, in the order of their first telling; and what makes none, with the reason."""
    if len(drafts) <= _MOST:
        return _assemble(drafts, reader, table)
    told: dict[tuple[object, ...], Draft] = {}
    dropped: list[tuple[Draft, str]] = []
    for start in range(0, len(drafts), _MOST):
        events, fallen = _assemble(drafts[start:start + _MOST], reader, table)
        dropped += fallen
        for event in events:
            told.setdefault((event.type, event.when, event.status, event.organisation, frozenset(p.actor_id for p in event.participants)), event)
    return list(told.values()), dropped


def _assemble(drafts: list[Draft], reader: Reader, table: Weights) -> tuple[list[Draft], list[tuple[Draft, str]]]:
    events: list[Draft] = []
    _share_lengths(drafts)
    for draft in _dated_first(drafts):
        alike = [index for index, event in enumerate(events) if same(event, draft)]
        if alike:  # talks without a day belong to the dated talks rather than to the visit that they are part of
            index = min(alike, key=lambda index: (events[index].type is not draft.type, _vague(events[index])))
            events[index] = merge(events[index], draft)
        else:
            events.append(draft)
    events = _merge_until_stable(events)
    _date_from_anaphors(events, reader)
    for event in events:
        if event.type is EventType.VISIT:
            _last_day(event)  # first, so that what was done on a stay of four days has those four
    for event in events:
        if event.when is None:
            _date_from_context(event, events, reader)
    events = _merge_until_stable(events)
    for event in events:
        _last_day(event)
    dropped = [(event, why) for event in events if (why := _fault(event, reader)) is not None]
    events = [event for event in events if not any(event is other for other, _ in dropped)]
    for event in events:
        if event.margin_of and event.place is None:
            event.place = next((other.place for other in events if other.organisation == event.margin_of and other.place is not None), None)
    _place_from_journeys(events)
    for event in events:
        event.confidence = confidence_of(event, reader.published, table)
    doubtful = [event for event in events if event.confidence < table.least]
    dropped += [(event, "too doubtful: few such tellings hold") for event in doubtful]
    events = [event for event in events if event.confidence >= table.least]
    kept = _fold_signings(events)
    dropped += [(event, "part of a meeting that is told already") for event in events if not any(event is other for other in kept)]
    for event in kept:  # now that their places are known
        event.when = reader.in_zone(event.when, event.place) if event.when is not None else None
        event.formerly = reader.in_zone(event.formerly, event.place) if event.formerly is not None else None
    return sorted(kept, key=lambda event: event.start), dropped


def _vague(event: Draft) -> bool:
    return event.when is None or not event.when.exact


def _share_lengths(drafts: list[Draft]) -> None:
    """One sentence tells that the visit lasts four days, another when it begins: both speak of the same visit."""
    visits = [draft for draft in drafts if draft.type is EventType.VISIT and not draft.weak]
    for told in visits:
        if not told.days:
            continue
        for other in visits:
            if (not other.days and other.traveller == told.traveller and other.status == told.status and dates_agree(other.when, told.when)
                    and other.place is not None and told.place is not None and other.place.country == told.place.country):
                other.days, other.closing = told.days, told.closing if other.when is None or told.when is not None else other.closing


def _dated_first(drafts: list[Draft]) -> list[Draft]:
    """Dated sentences before undated ones, so that these find what they speak of."""
    return sorted(drafts, key=lambda d: (d.when is None or d.dated_by == "statement", d.weak, d.kind == "headline", d.sentence))


def _merge_until_stable(events: list[Draft]) -> list[Draft]:
    merged = True
    while merged:
        merged = False
        for i in range(len(events)):
            for j in range(i + 1, len(events)):
                if same(events[i], events[j]):
                    events[i] = merge(events[i], events[j])
                    del events[j]
                    merged = True
                    break
            if merged:
                break
    return events


def _date_from_context(event: Draft, events: list[Draft], reader: Reader) -> None:
    """A time for an event whose sentence has none, only where the article makes it certain."""
    terms = reader.words.terms
    if event.weak:
        return
    if event.kind == "headline":
        if ((event.readout or event.rule.startswith("headline")) and event.status is Status.HELD) or event.rule.startswith("headline"):
            event.when, event.dated_by, event.status = When.day(reader.anchor), "dateline", Status.HELD
        else:
            event.when, event.dated_by = When.month(reader.published.year, reader.published.month), "month"
        return
    # Talks on a dated visit: some day within the stay.
    for visit in events:
        journey = visit.type is EventType.VISIT or (
            visit.type is EventType.MEETING and visit.status is event.status and visit.when is not None and visit.when.exact and 0 < event.sentence - visit.sentence <= _NEAR)
        if journey and visit is not event and visit.when is not None and event.type is EventType.MEETING and visit.traveller:
            host = visit.place.country if visit.place else None
            if host in event.countries and visit.persons(visit.traveller) & event.persons(visit.traveller):
                event.when, event.dated_by = visit.when, "stay"
                if event.status is not Status.CANCELLED:
                    event.status = visit.status if event.tense == "noun" else event.status
                return
    # Anything else that a traveller did on a dated journey of some days, told beside it.
    for visit in events:
        if visit.type is EventType.VISIT and visit.when is not None and visit.when.exact and visit.when.length > 1 and visit.traveller \
                and event.type is EventType.MEETING and event.status is Status.HELD and abs(visit.sentence - event.sentence) <= 10 \
                and visit.persons(visit.traveller) & event.persons(visit.traveller):
            event.when, event.dated_by = visit.when, "stay"
            return
    if event.status is Status.PLANNED and event.type is EventType.MEETING and event.place is not None and event.place.name:
        for visit in events:  # "In Zurich, he will meet B": on the journey that is planned to lead there
            if visit.type is EventType.VISIT and visit.when is not None and visit.status is Status.PLANNED and visit.place is not None and visit.traveller \
                    and visit.place.name == event.place.name and visit.persons(visit.traveller) & event.persons(visit.traveller):
                event.when, event.dated_by = visit.when, "stay"
                return
    if event.also:
        before = [other for other in events if other is not event and other.when is not None and other.status is event.status and not other.weak
                  and 0 < event.sentence - other.sentence <= 3 and {p.actor_id for p in other.participants} & {p.actor_id for p in event.participants}]
        if before:
            event.when, event.dated_by = max(before, key=lambda other: other.sentence).when, "discourse"
            return
    if event.readout and event.sentence <= 3 and event.status is Status.HELD and event.tense == "past" and not event.background:
        event.when, event.dated_by = When.day(reader.anchor), "dateline"
        return
    if ((event.rule == "verb:be in" and event.tense == "present") or event.tense == "progressive") and not event.background and event.sentence <= 3 and event.status is Status.HELD:
        event.when, event.dated_by = When.day(reader.anchor), "dateline"  # "the president is in Riyadh for talks"
        return
    line = reader.dateline
    earlier = event.frame is not None and event.frame.verb is not None and event.frame.verb.opener in terms.background_openers
    if line is not None and line.when is not None and event.sentence <= 3 and event.status is Status.HELD and not (earlier and event.frame is not None and event.frame.kind == "gathering"):
        event.when, event.dated_by = When.day(line.when.first), "dateline"
        return
    # In a city where something else of the day is told ("talks in Istanbul on Friday ... he would meet B in Istanbul").
    beside = event.frame is not None and event.frame.preposition in terms.prelude_of_verb
    if event.place is not None and event.place.name and not event.background and not beside:
        there = [other for other in events if other is not event and other.when is not None and other.when.exact and other.when.length <= 2
                 and other.dated_by in ("sentence", "discourse") and (other.status is event.status or (event.status is Status.PLANNED and other.when.last >= reader.published)) and other.place is not None
                 and other.place.name == event.place.name and abs(other.sentence - event.sentence) <= 8]
        if there:
            event.when, event.dated_by = min(there, key=lambda other: abs(other.sentence - event.sentence)).when, "discourse"
            return
    if reader.lead_day is not None and (_is_the_news(event, reader) or (event.remarked and event.status is Status.HELD)):
        event.when, event.dated_by = When.day(reader.lead_day), "discourse"
        return
    # Told without a day: the month of the article, and no more than that; whether it is news at all is for its confidence to say.
    event.when, event.dated_by = When.month(reader.published.year, reader.published.month), "month"


def _told_as_done(event: Draft) -> bool:
    """Whether its telling says that it happened, or that somebody came for what is still to happen."""
    return event.status is Status.HELD or (event.status is Status.PLANNED and event.traveller is not None and event.tense in ("past", "present"))


def _is_the_news(event: Draft, reader: Reader) -> bool:
    """Whether an event without a day is of the day that the lead tells: told early, as done, and not as what went before."""
    frame = event.frame
    if not _told_as_done(event) or event.tense not in ("past", "present") or event.sentence > _TOLD_EARLY or event.background or frame is None or frame.perfect:
        return False
    if event.type is EventType.VISIT or event.status is Status.PLANNED:
        return frame.rule.startswith("verb")
    return frame.kind != "gathering" or frame.preposition not in reader.words.terms.apart


def _date_from_anaphors(events: list[Draft], reader: Reader) -> None:
    """"The talks will begin on Friday" dates the talks that an earlier sentence told without a day."""
    for anaphor in events:
        if not anaphor.anaphor or anaphor.when is None or anaphor.dated_by == "statement":
            continue
        if anaphor.once_planned:
            moved = [event for event in events if event.when is not None and not event.weak and (event.formerly is None or event.formerly.last < anaphor.when.first)
                     and CLASS[event.type] == CLASS[anaphor.type] and event.when.first > anaphor.when.last and event.sentence <= anaphor.sentence]
            if moved:
                moved[0].formerly = anaphor.when
            continue
        frame = anaphor.frame
        another = frame is not None and ("another" in frame.scope or anaphor.dated_within)  # "the May summit", "their first meeting"
        alike = [event for event in events if not event.anaphor and not event.weak and CLASS[event.type] == CLASS[anaphor.type] and event.type is not EventType.VISIT]
        if another and anaphor.type is not EventType.VISIT and alike and not any(event.when is not None and dates_agree(event.when, anaphor.when) for event in alike):
            last = max(alike, key=lambda event: (bool(event.organisation) if CLASS[anaphor.type] == "gathering" else len(event.countries) > 1, event.merged, event.sentence <= anaphor.sentence, event.sentence))
            mine = {p.country or p.name for p in anaphor.participants}
            if not mine or mine <= last.countries:
                anaphor.participants, anaphor.organisation, anaphor.type = list(last.participants), last.organisation, last.type
                anaphor.anaphor = anaphor.weak = False
                continue
        near = [event for event in events if not event.anaphor and not event.weak and event.when is None
                and (CLASS[event.type] == CLASS[anaphor.type] or {CLASS[event.type], CLASS[anaphor.type]} == {"encounter", "gathering"})
                and 0 <= anaphor.sentence - event.sentence <= 8]
        if near:
            event = max(near, key=lambda event: event.sentence)
            event.when, event.dated_by, event.status = anaphor.when, "discourse", anaphor.status
            event.place = event.place or anaphor.place
            continue
        if anaphor.type is EventType.VISIT or anaphor.dated_by != "sentence" or not anaphor.when.exact or anaphor.kind == "headline" or alike or anaphor.tense == "noun":
            continue
        # nothing that was told has its class: those who were to talk, or the two of whom the article speaks most
        before = [parties for number, parties in reader.spoken_of if number <= anaphor.sentence + 4]
        parties = before[-1] if before else reader.two_parties()
        if parties and not any(event.when is not None and event.when.overlaps(anaphor.when) and len(event.countries) > 1 for event in events if event is not anaphor):
            anaphor.participants = unite([*parties, *anaphor.participants])
            anaphor.anaphor = anaphor.weak = False
            if anaphor.type is EventType.SUMMIT and len(anaphor.countries) == 2:
                anaphor.bilateral_summit = True
            anaphor.rule = "anaphor"


def _place_from_journeys(events: list[Draft]) -> None:
    """Where a meeting or gathering was, when its sentence does not say: where one of those who took part was staying then, as the
    host of the others or in the same breath."""
    journeys = [event for event in events if event.type is EventType.VISIT and event.place is not None and event.traveller and event.when is not None]
    for event in events:
        if event.place is not None or event.type in (EventType.CALL, EventType.VISIT) or event.when is None:
            continue
        for journey in journeys:
            if journey.when is None or journey.place is None or journey.traveller is None or not journey.when.overlaps(event.when):
                continue
            same_person = journey.persons(journey.traveller) & {p.actor_id for p in event.participants}
            near = abs(journey.sentence - event.sentence) <= (2 if event.organisation else 12)
            if same_person and near and (journey.place.country in event.countries or (event.organisation is not None and journey.when == event.when) or journey.sentence == event.sentence):
                event.place = journey.place
                break


def _last_day(event: Draft) -> None:
    """"A two-day visit" that begins on Monday ends on Tuesday; one that wraps up on Tuesday began on Monday."""
    when = event.when
    if when is None or not event.days or when.length != 1 or not when.exact or event.type is EventType.CALL:
        return
    if event.type is EventType.MEETING and event.traveller is not None:
        return
    if event.closing and event.status is Status.PLANNED:
        event.status = Status.HELD  # what "wraps up" is under way
    span = timedelta(days=event.days - 1)
    event.when = When.days(when.first - span, when.first) if event.closing else When.days(when.first, when.first + span)


def _fault(event: Draft, reader: Reader) -> str | None:
    """What GUIDELINES' definition of an event lacks here, None where it is met: two parties or a gathering, and a time."""
    if event.anaphor:
        return "speaks of an occasion that is told elsewhere"
    if event.when is None:
        return "no time is told"
    if event.when.precision is Precision.YEAR and event.when.first.year - reader.published.year > _GOAL:
        return "so far ahead as goals are, not occasions"
    if event.weak:
        return "only one side is told"
    if event.named_place:
        return None
    if event.type in (EventType.SUMMIT, EventType.CONFERENCE) and event.organisation:
        if not event.meets_body and any(p.name != event.organisation for p in event.participants):
            event.participants = [p for p in event.participants if p.name != event.organisation]
        return None
    if event.type is EventType.CEREMONY:
        home = event.place is None or event.place.country in {p.country for p in event.participants}
        return "no guest from abroad is told" if home or not event.participants else None
    return None if len(event.countries) >= 2 else "all that are told are of one state"


def _fold_signings(events: list[Draft]) -> list[Draft]:
    """A signing that is part of a meeting of the same parties on the same day is not told as an occasion of its own."""
    kept = []
    for event in events:
        if event.type is EventType.SIGNING and any(
                other is not event and other.type in (EventType.MEETING, EventType.VISIT, EventType.SUMMIT) and other.when is not None
                and event.when is not None and event.when.exact and other.when.exact and other.when.overlaps(event.when) and len(event.countries & other.countries) >= 2 for other in events):
            continue
        kept.append(event)
    return kept
