"""All articles read again with today's rules, one transaction each, and what became of the events by that.

It may be broken off at any point and begun again, and a service may collect meanwhile: what is read again gives what it gave,
and an article of which a newer version comes in between is left to the run that brought it.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.event_json import event_fields
from app.store.errors import StoreError
from app.store.store import Store
from timeline.model import Article, Change, Claim, Event

__all__ = ["Outcome", "Report", "reprocess"]

log = structlog.get_logger(__name__)

_BATCH = 50
# What follows from the others, or says nothing of the event.
_UNTOLD = frozenset(("id", "plover", "cameo", "schema_status", "edtf"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: `new`, `changed` or `withdrawn` (then perhaps with the `heir` that tells of it now).

    `fields` has the values of before and after. Where it is empty the event rests on other claims and looks the same.
    """

    event: str
    title: str
    became: str
    fields: dict[str, tuple[Any, Any]]
    heir: str | None = None
    revision: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {"event": self.event, "title": self.title, "became": self.became, "heir": self.heir, "revision": self.revision,
                "fields": {name: {"before": old, "after": new} for name, (old, new) in self.fields.items()}}


@dataclass(slots=True)
class Report:
    """`articles` were read, `failed` could not be, of `let_go` the text is no longer kept: what they claimed stays. `last` is the id
    of the last one. `rendered` events look different although they did not change."""

    articles: int = 0
    let_go: int = 0
    failed: int = 0
    last: str = ""
    complete: bool = False
    rendered: int = 0
    _befores: dict[str, Event | None] = field(default_factory=dict)
    _afters: dict[str, Change] = field(default_factory=dict)

    def add(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._befores.setdefault(change.event_id, change.before)
            self._afters[change.event_id] = change

    def outcomes(self) -> list[Outcome]:
        """By id; an event that is in the end what it was is not among them."""
        found = (_outcome(id_, self._befores[id_], self._afters[id_]) for id_ in sorted(self._afters))
        return [outcome for outcome in found if outcome is not None]


def reprocess(store: Store, read: Callable[[Article], Sequence[Claim]], *, after: str = "",
              stopped: Callable[[], bool] = lambda: False, progress: Callable[[Report], None] = lambda report: None) -> Report:
    """Read all articles again, those after the id `after`. An article that our own code fails at keeps its claims.

    Raises `StoreError`; what was done until then is done.
    """
    report = Report(last=after)
    while found := store.newest_articles(report.last, _BATCH):
        for article_id, version, article in found:
            if stopped():
                return report
            report.last = article_id
            if article is None:
                report.let_go += 1
                continue
            try:
                report.add(store.read_again(article_id, version, read(article)) or ())
            except StoreError:
                raise
            except Exception:
                log.exception("article could not be read for events", url=article.url)
                report.failed += 1
            report.articles += 1
            progress(report)
    last: str | None = ""
    while last is not None and not stopped():
        last, count = store.render_again(last, _BATCH)
        report.rendered += count
    report.complete = last is None
    return report


def _outcome(id_: str, before: Event | None, change: Change) -> Outcome | None:
    after = change.after
    was = before if before is not None and before.claims else None  # a withdrawn event was not there
    if after is None:
        if was is None:
            return None
        return Outcome(id_, was.title, "withdrawn", {}, change.heir)
    if was is None:
        return Outcome(id_, after.title, "new", {}, revision=after.revision)
    old, new = _shown(was), _shown(after)
    fields = {name: (old[name], new[name]) for name in new if old[name] != new[name]}
    if not fields and was.claims == after.claims:
        return None
    return Outcome(id_, after.title, "changed", fields, revision=after.revision)


def _shown(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event_fields(event).items() if name not in _UNTOLD} | {"ruled_out": event.ruled_out}
