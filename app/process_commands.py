"""Commands for the processes of a service: all in one, or each by itself."""
from __future__ import annotations

import click

from app.terminal import say, settings_of_environment

__all__ = ["scheduler", "serve", "web", "worker"]

_host = click.option("--host", help="Address to listen on.")
_port = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 picks a free one.")

_metrics_port = click.option("--metrics-port", type=click.IntRange(0, 65535), help="Port for /metrics and /healthz; without it, none.")


@click.command()
@_host
@_port
@click.option("--no-scheduler", is_flag=True, help="Answer only, as `summitry web`.")
def serve(host: str | None, port: int | None, no_scheduler: bool) -> None:
    """Serve the timeline over HTTP, and collect what is due: all in one process."""
    _serve(host, port, scheduler=False if no_scheduler else None)


@click.command()
@_host
@_port
def web(host: str | None, port: int | None) -> None:
    """Serve the timeline over HTTP, and nothing else.

    A run that is asked for waits until a `summitry scheduler` over the same store looks.
    """
    _serve(host, port, scheduler=False)


@click.command()
@_metrics_port
def scheduler(metrics_port: int | None) -> None:
    """Look what is due, and deliver to webhooks; answer no HTTP.

    Over PostgreSQL each source that is due becomes a job for a `summitry worker`; over SQLite it is collected here.
    """
    settings = settings_of_environment()
    from app.background import run_scheduler

    run_scheduler(settings, announce=say, metrics_port=metrics_port)


@click.command()
@_metrics_port
def worker(metrics_port: int | None) -> None:
    """Take the jobs that a scheduler hands out, on this or another machine. The store must be PostgreSQL."""
    settings = settings_of_environment()
    from app.background import run_worker

    run_worker(settings, announce=say, metrics_port=metrics_port)


def _serve(host: str | None, port: int | None, *, scheduler: bool | None) -> None:
    settings = settings_of_environment(host=host, port=port, scheduler=scheduler)
    from app.serving import serve

    serve(settings, announce=lambda address: say(f"Serving on {address}"))
