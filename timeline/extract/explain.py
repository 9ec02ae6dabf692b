"""An article with what was found in each sentence, what was declined, and why."""
from __future__ import annotations

from typing import Any

from timeline.extract.drafts import Draft
from timeline.extract.read import read_article
from timeline.gazetteer import Gazetteer
from timeline.mentions import DateMention, NameMention
from timeline.model import Article


def explain(article: Article, gazetteer: Gazetteer) -> dict[str, Any]:
    """What `claims_from` saw, as JSON: `sentences` with their names, dates, triggers and reasons, and `events`.

    Each trigger says by which rule it was found and, where it makes no event, why. Offsets are those of `article.text`.
    """
    reading = read_article(article, gazetteer)
    reasons = {(number, id(frame)): why for number, frame, why in reading.declined}
    dropped: dict[int, list[tuple[Draft, str]]] = {}
    for draft, why in reading.dropped:
        dropped.setdefault(draft.sentence, []).append((draft, why))
    rows = []
    for sentence, found in reading.sentences:
        rows.append({
            "start": sentence.start, "end": sentence.end, "kind": sentence.block, "text": sentence.text,
            "names": [_name(name) for name in reading.names if sentence.start <= name.start < sentence.end],
            "dates": [_date(date) for date in reading.dates if sentence.start <= date.start < sentence.end],
            "triggers": [{"text": article.text[sentence.items[frame.first].start:sentence.items[frame.last - 1].end], "rule": frame.rule,
                          "declined": reasons.get((sentence.number, id(frame)))} for frame in found],
            "dropped": [{"rule": draft.rule, "type": draft.type.value, "why": why} for draft, why in dropped.get(sentence.number, [])]})
    return {"published": article.published_on.isoformat() if article.published_on else None, "language": article.language,
            "sentences": rows, "events": [_event(draft) for draft in reading.events]}


def _name(name: NameMention) -> dict[str, Any]:
    return {"text": name.text, "start": name.start, "end": name.end, "kind": name.kind.value, "actor": name.actor_id,
            "name": name.name, "country": name.country, "role": name.role, "why": name.why}


def _date(date: DateMention) -> dict[str, Any]:
    return {"text": date.text, "start": date.start, "end": date.end, "kind": date.kind.value,
            "when": date.when.edtf() if date.when else None, "rule": date.rule, "declined": date.declined, "note": date.note}


def _event(draft: Draft) -> dict[str, Any]:
    return {"type": draft.type.value, "when": draft.when.edtf() if draft.when else None, "dated_by": draft.dated_by,
            "status": draft.status.value, "participants": [p.name or p.country for p in draft.participants],
            "organisation": draft.organisation, "place": (draft.place.name or draft.place.country) if draft.place else None,
            "rule": draft.rule, "confidence": round(draft.confidence, 3), "tellings": draft.merged, "start": draft.start, "end": draft.end}
