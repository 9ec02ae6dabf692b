"""A timeline in memory: articles in, one after the other, and the merged events out. What `summitry timeline` prints."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from app.event_json import event_fields, part_of_fields
from app.extraction import article_of_row
from timeline.model import Article, Claim, Event
from timeline.reconcile import candidate_keys, event_keys, reconcile
from timeline.series import parents, series_of

__all__ = ["MergedTimeline", "stories_of"]


class MergedTimeline:
    """`read` makes claims of an article (`claims_from` with its gazetteer). Articles come in any order, each by its URL:
    a URL that comes again is a new version of its article."""

    def __init__(self, read: Callable[[Article], Sequence[Claim]]) -> None:
        self._read = read
        self._events: dict[str, Event] = {}
        self._by_key: dict[str, set[str]] = {}
        self._claims: dict[str, tuple[str, ...]] = {}  # ids of the claims that an article stands for now
        self._ids: dict[str, str] = {}  # id of the article that was read last of a URL

    def add(self, row: Mapping[str, Any]) -> None:
        """Read one article's row (as `app.extraction.article_of_row` takes it). Raises `ValueError`, naming the field."""
        article = article_of_row(row)
        claims = tuple(self._read(article))
        replaced = self._claims.get(article.url, ())
        keys = {key for claim in claims for key in candidate_keys(claim)}
        found = {event for key in keys for event in self._by_key.get(key, ())}
        own = set(replaced) | {claim.id for claim in claims}
        found.update(event.id for event in self._events.values() if replaced and own & {c.id for c in event.claims})
        now = datetime.combine(article.published_on or datetime.min, time.min, UTC)
        for change in reconcile([self._events[event] for event in sorted(found)], claims, now, replaces=replaced):
            self._forget(change.event_id)
            if change.after is not None:
                self._events[change.event_id] = change.after
                for key in event_keys(change.after):
                    self._by_key.setdefault(key, set()).add(change.event_id)
        self._claims[article.url] = tuple(claim.id for claim in claims)
        self._ids[article.url] = str(row.get("id") or article.url)

    def events(self) -> list[dict[str, Any]]:
        """The events by time, each in the fields of the event JSON, with what it is part of and the ids of the articles it
        rests on."""
        ordered = self.ordered()
        series = parents(series_of(ordered))
        return [event_fields(event) | {"part_of": part_of_fields(series[event.id]) if event.id in series else None,
                                       "articles": [self._ids[url] for url in event.articles]} for event in ordered]

    def ordered(self) -> list[Event]:
        """The events by time."""
        return sorted(self._events.values(), key=lambda event: (event.when.first, event.when.last, event.id))

    def _forget(self, event_id: str) -> None:
        before = self._events.pop(event_id, None)
        if before is not None:
            for key in event_keys(before):
                self._by_key[key].discard(event_id)


def stories_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Stories as they come: a row that has `articles` is one; rows that have none are the articles of the story that their
    field `story` names (one nameless story where they have none). Raises `ValueError` where `articles` is no list."""
    loose: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if "articles" not in row:
            loose.setdefault(str(row.get("story") or "timeline"), []).append(row)
            continue
        if not isinstance(row["articles"], list) or not all(isinstance(item, dict) for item in row["articles"]):
            raise ValueError("articles: a list of objects is needed")
        yield str(row.get("id") or "timeline"), row["articles"]
    yield from loose.items()
