"""Commands for webhooks: the same as `/api/v1/webhooks`, while the service runs or not."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from app.config import Settings
from app.terminal import print_json, say, settings_of_environment

if TYPE_CHECKING:
    from app.store.queries import Queries
    from app.store.webhooks import Webhooks

__all__ = ["webhooks"]


@click.group()
def webhooks() -> None:
    """Where changes are pushed to. The service delivers (`summitry serve`)."""


@webhooks.command("list")
def list_webhooks() -> None:
    """Print all webhooks, one JSON object a line; none with its secret."""
    from app.api.objects import webhook_object

    with _opened(settings_of_environment()) as (_, queries):
        for row in queries.webhooks():
            print_json(webhook_object(row))


@webhooks.command()
@click.argument("url")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="A filter of /events, such as country=KZ; may be repeated.")
@click.option("--from-start", is_flag=True, help="Begin with all events that stand and match, and not with the next change.")
def add(url: str, filters: tuple[str, ...], from_start: bool) -> None:
    """Push changes to URL, and print the webhook with its secret, which is shown this once."""
    settings = settings_of_environment()
    from marshmallow import ValidationError

    from app.api.objects import webhook_object
    from app.saved_filter import checked_filter
    from app.webhook_message import new_secret
    from scraper.errors import Refused
    from scraper.guard import public_url

    wanted: dict[str, list[str]] = {}
    for given in filters:
        name, equals, value = given.partition("=")
        if not equals:
            raise click.UsageError(f"--filter {given!r}: NAME=VALUE is needed")
        wanted.setdefault(name, []).append(value)
    try:
        checked_filter(wanted)
        address = public_url(url, settings.allow_hosts)
    except ValidationError as error:
        faults = (f"--filter {name}: {reason}" for name, reasons in error.normalized_messages().items() for reason in _flat(reasons))
        raise click.UsageError("; ".join(faults)) from error
    except Refused as error:
        raise click.UsageError(f"{url}: {error.detail}") from error
    secret = new_secret()
    with _opened(settings) as (store, queries):
        webhook = store.add(address, wanted, secret=secret, from_start=from_start)
        row = queries.webhook(webhook)
    print_json((webhook_object(row) if row is not None else {"id": webhook}) | {"secret": secret})


@webhooks.command()
@click.argument("webhook")
def remove(webhook: str) -> None:
    """Remove WEBHOOK (its id), with all that waits for it."""
    with _opened(settings_of_environment()) as (store, _):
        store.remove(webhook)
    say(f"Webhook {webhook} is removed.")


@webhooks.command()
@click.argument("webhook")
def enable(webhook: str) -> None:
    """Send again to WEBHOOK (its id), which was disabled; what it missed, too."""
    with _opened(settings_of_environment()) as (store, _):
        store.enable(webhook)
    say(f"Webhook {webhook} is active.")


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Webhooks, Queries]]:
    """The webhooks of the store, which is made or brought up to date first."""
    from datetime import UTC, datetime

    from app.store.engine import Database
    from app.store.migrations import upgrade
    from app.store.queries import Queries
    from app.store.webhooks import Webhooks

    upgrade(settings.database)
    database = Database(settings.database, busy_timeout=settings.busy_timeout)
    try:
        with database.named_errors():
            yield Webhooks(database, lambda: datetime.now(UTC)), Queries(database.engine)
    finally:
        database.close()


def _flat(reasons: Any) -> Iterator[str]:
    """The texts of a validation's messages, which are lists, or objects of lists by place."""
    for reason in reasons.values() if isinstance(reasons, dict) else reasons:
        if isinstance(reason, str):
            yield reason
        else:
            yield from _flat(reason)
