"""What commands of the terminal share: their settings, and how they print."""
from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from app.config import Settings

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["claim_reader", "for_tables", "print_json", "say", "settings_of_environment"]

_WIDE = 160  # columns of a table that goes to a file or another program, where no line need be broken


def settings_of_environment(**overrides: Any) -> Settings:
    settings = Settings.from_environment(**overrides)
    from app.logs import set_up_logs

    set_up_logs(settings.log_format)
    return settings


def print_json(value: dict[str, Any], *, indent: bool = False) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else None) + b"\n")
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    click.echo(text)
    sys.stdout.flush()


def for_tables() -> Console:
    """Standard output for tables, as wide as the terminal or as COLUMNS says."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDE)


def claim_reader(settings: Settings) -> Callable[[Any], Any]:
    """What makes claims of an article, with the operator's own names."""
    from app.extraction import ready_gazetteer
    from timeline.extract import claims_from

    gazetteer = ready_gazetteer(settings.names)
    return lambda article: claims_from(article, gazetteer)
