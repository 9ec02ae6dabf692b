"""The article as a whole: drafts that tell of one event become one, undated ones find their date or are declined."""
from __future__ import annotations

from timeline.extract.drafts import Draft, merge, same
from timeline.extract.resolve import Reader
from timeline.model import EventType, Status
from timeline.when import When


def assemble(drafts: list[Draft], reader: Reader) -> list[Draft]:
    """The events of the article, each once, in the order of their first telling."""
    events: list[Draft] = []
    for draft in _dated_first(drafts):
        for index, event in enumerate(events):
            if same(event, draft):
                events[index] = merge(event, draft)
                break
        else:
            events.append(draft)
    events = _merge_until_stable(events)
    for event in events:
        if event.when is None:
            _date_from_context(event, events, reader)
    events = _merge_until_stable(events)
    events = [event for event in events if _counts(event)]
    events = _fold_visits(events)
    return sorted(events, key=lambda event: event.start)


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
    if event.weak or event.kind == "headline":
        return
    # Talks on a dated visit: some day within the stay.
    for visit in events:
        if visit.type is EventType.VISIT and visit.when is not None and event.type is EventType.MEETING and visit.traveller:
            host = visit.place.country if visit.place else None
            if host in event.countries and visit.persons(visit.traveller) & event.persons(visit.traveller):
                event.when, event.dated_by = visit.when, "stay"
                if event.status is not Status.CANCELLED:
                    event.status = visit.status if event.tense == "noun" else event.status
                return
    line = reader.dateline
    if line is not None and line.when is not None and event.sentence <= 3 and event.status is Status.HELD:
        event.when, event.dated_by = When.day(line.when.first), "dateline"
        event.confidence *= 0.8


def _counts(event: Draft) -> bool:
    """Whether GUIDELINES' definition of an event is met: two parties or a gathering, and a time."""
    if event.when is None or event.weak:
        return False
    if event.type in (EventType.SUMMIT, EventType.CONFERENCE) and event.organisation:
        return True
    if event.type is EventType.CEREMONY:
        return len(event.participants) > 0 and event.place is not None and event.place.country not in {p.country for p in event.participants}
    return len(event.countries) >= 2


def _fold_visits(events: list[Draft]) -> list[Draft]:
    """A signing that is part of a meeting of the same parties on the same day is not told as an occasion of its own."""
    kept = []
    for event in events:
        if event.type is EventType.SIGNING and any(
                other is not event and other.type in (EventType.MEETING, EventType.VISIT, EventType.SUMMIT) and other.when is not None
                and event.when is not None and other.when.overlaps(event.when) and len(event.countries & other.countries) >= 2 for other in events):
            continue
        kept.append(event)
    return kept
