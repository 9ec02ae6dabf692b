"""Commands for the tokens: make, list and revoke them."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from app.scopes import Scope
from app.terminal import print_json, say, settings_of_environment

if TYPE_CHECKING:
    from app.store.tokens import Tokens

__all__ = ["tokens"]


@click.group()
def tokens() -> None:
    """Who may ask the service for what.

    Once there was a token, whoever starts a scrape or corrects over HTTP needs one, on this machine too; and whoever reads, with
    SUMMITRY_OPEN_READING=false.
    """


@tokens.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]),
              help="What it is good for; may be given several times.")
@click.option("--expires", type=click.IntRange(1, 36_500), metavar="DAYS", help="Days after which it is good no more; else it never ends.")
def create(name: str, scopes: tuple[str, ...], expires: int | None) -> None:
    """Make a token and print it, this once: only a digest is kept.

    NAME says who has it. It stands alone on standard output, so that a script can take it.
    """
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise click.UsageError("NAME must be 1 to 100 printable characters")
    with _tokens() as made:
        token = made.create(name, {Scope(scope) for scope in scopes}, days=expires)
    say(token)
    click.echo(f"This is the token {name!r}, good for {', '.join(sorted(set(scopes)))}. It is not shown again.", err=True)


@tokens.command("list")
def list_tokens() -> None:
    """Print all tokens that were made, the oldest first, one JSON object a line; never what they are."""
    with _tokens() as made:
        for token in made.all():
            print_json({"name": token.name, "scopes": sorted(token.scopes), "created": _time(token.created), "last_used": _time(token.last_used),
                        "expires": _time(token.expires), "revoked": _time(token.revoked)})


@tokens.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Make the token NAME good for nothing, at once."""
    with _tokens() as made:
        made.revoke(name)
    say(f"The token {name!r} is revoked.")


@contextmanager
def _tokens() -> Iterator[Tokens]:
    """The tokens of the store of these settings, which is made or brought up to date first."""
    settings = settings_of_environment()
    from datetime import UTC

    from app.store.engine import Database
    from app.store.migrations import upgrade
    from app.store.tokens import Tokens

    upgrade(settings.database)
    database = Database(settings.database, busy_timeout=settings.busy_timeout)
    try:
        yield Tokens(database, lambda: datetime.now(UTC))
    finally:
        database.close()


def _time(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%dT%H:%M:%SZ}"
