"""Metrics for Prometheus. Requests are counted in this process; what the store holds is asked at each scrape."""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from app.store.queries import Queries

__all__ = ["Metrics"]

log = logging.getLogger(__name__)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The metrics of one application, in a registry of their own."""

    CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self, queries: Queries, now: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("summitry_http_requests", "Requests answered.", ("method", "route", "status"),
                                 registry=self._registry)
        self._seconds = Histogram("summitry_http_request_seconds", "Time to answer, in seconds.", ("route",),
                                  buckets=_SECONDS, registry=self._registry)
        self._registry.register(_Stored(queries, now))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the rule (`/api/v1/events/<event_id>`), never the path: paths are endless."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

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
            health, counts = self._queries.health(), self._queries.event_counts()
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
        yield GaugeMetricFamily("summitry_sources", "Active sources.", value=health.sources)
        yield GaugeMetricFamily("summitry_sources_failing", "Active sources whose last run failed.",
                                value=len(health.failing))
        yield GaugeMetricFamily("summitry_sources_empty", "Active sources whose last listing had no links.",
                                value=len(health.empty))
        ages = GaugeMetricFamily("summitry_source_last_success_age_seconds", "Seconds since a source last succeeded.",
                                 labels=("source",))
        for source, moment in health.last_success.items():
            ages.add_metric((source,), (self._now() - datetime.fromisoformat(moment)).total_seconds())
        yield ages
