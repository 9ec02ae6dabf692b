"""One article in, its events out, nothing stored: what `summitry extract` and `POST /extract` share."""
from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.event_json import asserted_fields
from timeline.extract import claims_and_declined
from timeline.gazetteer import Gazetteer, load_gazetteer
from timeline.model import Article, Claim
from timeline.reading import article_from_text
from timeline.titles import title


def ready_gazetteer(names: Path | None = None) -> Gazetteer:
    """The gazetteer, with an operator's own names, for a process that keeps it: the garbage collector need not walk its
    tables each time. Raises `GazetteerError` as `load_gazetteer`.
    """
    gazetteer = load_gazetteer(names)
    gc.freeze()
    return gazetteer


def article_of_row(row: Mapping[str, Any]) -> Article:
    """An NDJSON row with `text` and `published`, and perhaps `id`, `title`, `language`, `url`, `publisher`, `source`.

    Without a `source` the publisher stands for it, or the host of the URL: whose words they are must be known where sources
    are counted. Raises `ValueError` that names the field where one is missing or wrong.
    """
    text = row.get("text")
    if not isinstance(text, str):
        raise ValueError("text: a string is needed")
    published = row.get("published")
    if published is not None and not isinstance(published, str):
        raise ValueError("published: a date such as 2023-11-10 is needed")
    try:
        day = date.fromisoformat(published[:10]) if published else None
    except ValueError as error:
        raise ValueError(f"published: {error}") from error
    url, publisher, source = row.get("url") or f"urn:article:{row.get('id', '')}", row.get("publisher") or "", row.get("source")
    if not isinstance(source, str) or not source:
        source = publisher or urlsplit(url).hostname or ""
    return article_from_text(text, title=row.get("title"), published=day, language=row.get("language") or "en", url=url,
                             source=source, publisher=publisher)


def reading_of_row(row: Mapping[str, Any], gazetteer: Gazetteer) -> dict[str, Any]:
    """One row read through: its `events` in the fields of the API's event objects, what was `declined`, and the `text` that all
    offsets refer to. Raises `ValueError` as `article_of_row`."""
    article = article_of_row(row)
    claims, declined = claims_and_declined(article, gazetteer)
    return {"events": [claim_fields(claim) | {"title": title(claim.type, claim.participants, claim.place, claim.organisation)}
                       for claim in claims],
            "declined": [asdict(one) for one in declined], "text": article.text}


def claim_fields(claim: Claim) -> dict[str, Any]:
    """A claim as the JSON of an event that rests on it alone; absent facts are left out."""
    fields: dict[str, Any] = _told(asserted_fields(claim) | {
        "evidence": claim.quotation, "evidence_start": claim.start, "evidence_end": claim.end,
        "rule": claim.rule, "confidence": claim.confidence})
    return fields


def _told(value: Any) -> Any:
    """`value` without the members that are null, at any depth."""
    if isinstance(value, dict):
        return {key: _told(member) for key, member in value.items() if member is not None}
    return [_told(member) for member in value] if isinstance(value, list) else value
