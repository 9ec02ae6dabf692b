"""How a process that answers no HTTP does, told over HTTP all the same: `/healthz` and `/metrics` on a port of their own."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

__all__ = ["Vitals", "telling"]


@dataclass(frozen=True, slots=True)
class Vitals:
    """`fault` says what is wrong, None where nothing is. `figures` are numbers by the ends of their metrics' names."""

    fault: str | None
    figures: dict[str, float]


@contextmanager
def telling(name: str, vitals: Callable[[], Vitals], *, host: str, port: int | None) -> Iterator[str | None]:
    """Tell the vitals of the process `name` on a port until the end of the context; its address. Without a port, nothing.

    Raises `OSError` where the address is taken.
    """
    if port is None:
        yield None
        return
    from app.http_server import open_http_server  # with Flask, which such a process needs for nothing else
    from app.serving import address_of

    server = open_http_server(_application(name, vitals), host=host, port=port, threads=1)
    threading.Thread(target=server.run, name="vitals", daemon=True).start()
    try:
        yield address_of(server)
    finally:
        with suppress(OSError):
            server.close()


def _application(name: str, vitals: Callable[[], Vitals]) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    registry = CollectorRegistry()
    registry.register(_Told(name, vitals))

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            status, kind, body = "200 OK", "text/plain; version=0.0.4; charset=utf-8", generate_latest(registry)
        elif path == "/healthz":
            told = vitals()
            status = "200 OK" if told.fault is None else "503 Service Unavailable"
            kind = "application/json"
            body = orjson.dumps({"status": "ok" if told.fault is None else "failing", "process": name, "fault": told.fault, **told.figures})
        else:
            status, kind, body = "404 Not Found", "text/plain", b"/healthz and /metrics are here\n"
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
        return [body]

    return answer


class _Told(Collector):
    def __init__(self, name: str, vitals: Callable[[], Vitals]) -> None:
        self._name = name
        self._vitals = vitals

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        told = self._vitals()
        yield GaugeMetricFamily(f"summitry_{self._name}_well", "1 where nothing is wrong with the process, else 0.", value=told.fault is None)
        for name, value in told.figures.items():
            yield GaugeMetricFamily(f"summitry_{self._name}_{name}", name.replace("_", " ").capitalize() + ".", value=value)
