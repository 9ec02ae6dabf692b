"""`summitry webhooks`: the same as the API does, from the terminal."""
from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import update

from app.cli import main
from app.store.engine import Database
from app.store.tables import webhooks


class Terminal:
    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'store.db'}"

    def call(self, *arguments: str, **settings: str) -> Result:
        return CliRunner().invoke(main, ["webhooks", *arguments], env={"SUMMITRY_DATABASE": self.url, **settings})

    def done(self, *arguments: str, **settings: str) -> list[dict[str, Any]]:
        result = self.call(*arguments, **settings)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Commands that are called within this process set up its logs, which is undone."""
    root = logging.getLogger()
    handlers, level, configured = list(root.handlers), root.level, structlog.get_config()
    yield Terminal(tmp_path)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def test_a_webhook_is_added_listed_enabled_and_removed(terminal: Terminal) -> None:
    added, = terminal.done("add", "https://receiver.example/x", "--filter", "country=KZ", "--filter", "country=RU", "--filter", "q=a=b")
    secret = added.pop("secret")
    assert secret.startswith("whsec_")
    assert added["filter"] == {"country": ["KZ", "RU"], "q": ["a=b"]}
    assert terminal.done("list") == [added]
    database = Database(terminal.url)
    database.write(lambda connection: connection.execute(update(webhooks).values(active=False, disabled_for="gone")))
    database.close()
    assert terminal.done("list")[0]["state"] == "disabled"
    terminal.done("enable", added["id"])
    assert terminal.done("list")[0]["state"] == "active"
    assert secret.removeprefix("whsec_") not in terminal.call("list").output
    terminal.done("remove", added["id"])
    assert terminal.done("list") == []


@pytest.mark.parametrize(("arguments", "reason"), [
    (("add", "https://r.example/", "--filter", "country"), "NAME=VALUE is needed"),
    (("add", "https://r.example/", "--filter", "colour=red"), "--filter colour: There is no such parameter."),
    (("add", "https://r.example/", "--filter", "type=row"), "--filter type: Must be one of"),
    (("add", "http://127.0.0.1/"), "no public address"), (("add", "gopher://r.example/"), "not http or https"),
    (("remove", "nowhere"), "there is no webhook 'nowhere'"), (("enable", "nowhere"), "there is no webhook 'nowhere'")])
def test_what_is_wrong_is_told_in_a_line(terminal: Terminal, arguments: tuple[str, ...], reason: str) -> None:
    result = terminal.call(*arguments)
    assert result.exit_code == 2
    assert reason in result.output
    assert "Traceback" not in result.output


def test_what_the_settings_allow_may_be_a_receiver(terminal: Terminal) -> None:
    added, = terminal.done("add", "http://127.0.0.1:9000/", SUMMITRY_ALLOW_HOSTS="127.0.0.1:9000")
    assert added["url"] == "http://127.0.0.1:9000/"
