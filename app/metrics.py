"""Metrics for Prometheus. Requests are counted in this process; what the store holds is asked at each scrape."""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from app.health import is_overdue, overview

if TYPE_CHECKING:
    from app.store.queries import Queries

__all__ = ["Metrics"]

log = logging.getLogger(__name__)

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The metrics of one application, in a registry of their own."""

    CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self, queries: Queries, now: Callable[[], datetime], last_look_age: Callable[[], float | None] = lambda: None) -> None:
        """`last_look_age` gives seconds, None where this process does not collect."""
        self._registry = CollectorRegistry()
        self._requests = Counter("summitry_http_requests", "Requests answered.", ("method", "route", "status"),
                                 registry=self._registry)
        self._seconds = Histogram("summitry_http_request_seconds", "Time to answer, in seconds.", ("route",),
                                  buckets=_SECONDS, registry=self._registry)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}  # looked up once: it takes longer than counting
        self._registry.register(_Stored(queries, now))
        self._registry.register(_Process(queries, last_look_age))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the rule (`/api/v1/events/<event_id>`), never the path: paths are endless, and so are words that come as methods."""
        key = (method if method in _METHODS else "other", route, status)
        counted = self._counted.get(key)
        if counted is None:
            counted = self._counted[key] = (self._requests.labels(key[0], route, str(status)), self._seconds.labels(route))
        counted[0].inc()
        counted[1].observe(seconds)

    def render(self) -> bytes:
        return generate_latest(self._registry)


class _Stored(Collector):
    def __init__(self, queries: Queries, now: Callable[[], datetime]) -> None:
        self._queries = queries
        self._now = now

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not ask the store."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        readable = GaugeMetricFamily("summitry_store_readable", "1 where the store can be read, else 0.")
        try:
            rows, counts, webhooks = self._queries.health(), self._queries.event_counts(), self._queries.webhooks()
            newest = self._queries.last_new_event()
        except SQLAlchemyError as error:
            log.error("the store can't be read for the metrics: %s", error)
            readable.add_metric((), 0)
            yield readable
            return
        readable.add_metric((), 1)
        yield readable
        events = GaugeMetricFamily("summitry_events", "Events that stand, by stored status.", labels=("status",))
        for status, count in sorted(counts.items()):
            events.add_metric((status,), count)
        yield events
        now = self._now()
        since = GaugeMetricFamily("summitry_last_new_event_age_seconds", "Seconds since an event was first told of.")
        if newest is not None:
            since.add_metric((), _age(newest, now))
        yield since
        health = overview(rows, now)
        yield GaugeMetricFamily("summitry_sources", "Active sources.", value=health.sources)
        for name, text, found in (
                ("failing", "whose last run failed", health.failing), ("empty", "whose last listing had no links", health.empty),
                ("degraded", "of which much less can be read than usual", health.degraded),
                ("stale", "that bring nothing new for long", health.stale)):
            yield GaugeMetricFamily(f"summitry_sources_{name}", f"Active sources {text}.", value=len(found))
        yield GaugeMetricFamily("summitry_sources_overdue", "Active sources that should have been asked long ago.",
                                value=sum(is_overdue(row, now) for row in rows))
        yield from _by_source(rows, now)
        states = GaugeMetricFamily("summitry_source_state", "1 for the state that a source is in.", labels=("source", "state"))
        shares = GaugeMetricFamily("summitry_source_pages_read_ratio", "Share of a source's last pages that could be read.",
                                   labels=("source",))
        for source, told in health.healths.items():
            states.add_metric((source, told.state.value), 1)
            if told.pages_read is not None:
                shares.add_metric((source,), told.pages_read)
        yield states
        yield shares
        yield from _by_webhook(webhooks, now)


class _Process(Collector):
    """What is told without asking the store, so that it is there when the store is not."""

    def __init__(self, queries: Queries, last_look_age: Callable[[], float | None]) -> None:
        self._queries = queries
        self._last_look_age = last_look_age

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        look = GaugeMetricFamily("summitry_scheduler_last_look_age_seconds",
                                 "Seconds since this process last looked for what is due; none where it does not collect.")
        if (age := self._last_look_age()) is not None:
            look.add_metric((), age)
        yield look
        yield from _room(self._queries.store_file())


def _room(file: Path | None) -> Iterator[Metric]:
    """Of an SQLite file; the disk of PostgreSQL is its server's to watch."""
    for name, text, measure in (
            ("bytes", "Size of the SQLite file.", lambda file: file.stat().st_size),
            ("log_bytes", "Size of its write-ahead log.", lambda file: _size(file.with_name(file.name + "-wal"))),
            ("disk_free_bytes", "Bytes left on its disk.", lambda file: disk_usage(file.parent).free)):
        family = GaugeMetricFamily(f"summitry_store_{name}", text)
        if file is not None:
            with suppress(OSError):  # that the store is gone is told by summitry_store_readable
                family.add_metric((), measure(file))
        yield family


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _age(moment: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(moment)).total_seconds()


def _by_source(rows: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Metric]:
    def since(moment: str | None) -> float | None:
        return _age(moment, now) if moment else None

    for name, text, value in (
            ("last_success_age_seconds", "Seconds since a source last succeeded.", lambda row: since(row["last_success"])),
            ("last_item_age_seconds", "Seconds since a source last brought a new article.", lambda row: since(row["last_item"])),
            ("cadence_seconds", "What it usually takes until a source brings something new.", lambda row: row["cadence"]),
            ("interval_seconds", "Seconds between two runs of a source.", lambda row: row["pace"] or row["interval"]),
            ("failures", "Failed runs of a source in a row.", lambda row: row["failures"]),
            ("links", "Links that a source's listing held last.", lambda row: row["links"])):
        family = GaugeMetricFamily(f"summitry_source_{name}", text, labels=("source",))
        for row in rows:
            if (found := value(row)) is not None:
                family.add_metric((row["id"],), found)
        yield family


def _by_webhook(rows: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Metric]:
    """Deliveries are counted where they are written down, over all processes."""
    active = GaugeMetricFamily("summitry_webhook_active", "1 for a webhook that is sent to, 0 for a disabled one.", labels=("webhook",))
    made = CounterMetricFamily("summitry_webhook_deliveries", "Attempts to deliver.", labels=("webhook", "outcome"))
    waiting = GaugeMetricFamily("summitry_webhook_waiting", "Events that a receiver is still to be told of.", labels=("webhook",))
    oldest = GaugeMetricFamily("summitry_webhook_oldest_undelivered_age_seconds",
                               "Seconds since the oldest change that an active webhook's receiver was not told of; 0 where there is none.",
                               labels=("webhook",))
    for row in rows:
        active.add_metric((row["id"],), int(row["active"]))
        waiting.add_metric((row["id"],), row["waiting"])
        for outcome in ("delivered", "failed"):
            made.add_metric((row["id"], outcome), row[outcome])
        if row["active"]:
            since = datetime.fromisoformat(row["oldest"]) if row["oldest"] else now
            oldest.add_metric((row["id"],), max(0.0, (now - since).total_seconds()))
    yield from (active, made, waiting, oldest)
