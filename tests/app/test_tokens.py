"""Tokens in the store, and the commands that make them."""
from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from newsdesk import Clock, rows_of
from starting import started
from test_command_line import called, lines

from app.scopes import Scope
from app.store.errors import TokenTaken, UnknownToken
from app.store.store import Store
from app.store.tables import tokens
from app.store.tokens import TokenRefused
from app.token_commands import tokens as tokens_command


def refusal(store: Store, token: str) -> str:
    with pytest.raises(TokenRefused) as caught:
        store.tokens.holder(token)
    return str(caught.value)


def test_a_token_is_good_for_its_scopes(store: Store) -> None:
    token = store.tokens.create("ci", [Scope.TRIGGER, Scope.CORRECT])
    assert re.fullmatch(r"summitry_[0-9a-f]{10}_[0-9a-f]{64}", token)
    assert store.tokens.holder(token).scopes == {Scope.TRIGGER, Scope.CORRECT}
    assert store.tokens.create("other", [Scope.READ]) != token


def test_what_is_kept_is_a_digest(store: Store) -> None:
    token = store.tokens.create("ci", [Scope.READ])
    secret = token.rsplit("_", 1)[1]
    row, = rows_of(store, tokens)
    assert secret not in str(row)
    assert len(row["digest"]) == 64
    assert row["digest"] != secret


def test_what_is_nearly_a_token_is_none(store: Store) -> None:
    token = store.tokens.create("ci", [Scope.READ])
    for other in (token[:-1] + ("0" if token[-1] != "0" else "1"), token + "0", token[:-1], token.upper(), token.replace("summitry_", ""),
                  f"summitry_{'0' * 10}_{token.rsplit('_', 1)[1]}", f" {token}", "", "\x00", "summitry_\udc80", "' OR 1=1 --"):
        assert refusal(store, other) == "That is no token of this service.", other


def test_a_revoked_token_is_refused_at_once_and_its_name_is_free(store: Store) -> None:
    token = store.tokens.create("ci", [Scope.READ])
    store.tokens.revoke("ci")
    assert "revoked" in refusal(store, token)
    with pytest.raises(UnknownToken):
        store.tokens.revoke("ci")
    assert store.tokens.holder(store.tokens.create("ci", [Scope.PUSH])).scopes == {Scope.PUSH}
    assert "revoked" in refusal(store, token)


def test_a_token_ends_when_it_was_told_to(store: Store, clock: Clock) -> None:
    token = store.tokens.create("ci", [Scope.READ], days=30)
    clock.now += timedelta(days=30, seconds=-1)
    store.tokens.holder(token)
    with pytest.raises(TokenTaken):
        store.tokens.create("ci", [Scope.READ])
    clock.now += timedelta(seconds=1)
    assert "expired" in refusal(store, token)
    store.tokens.create("ci", [Scope.READ])


def test_that_there_was_a_token_is_never_forgotten(store: Store) -> None:
    assert not store.tokens.any()
    store.tokens.create("ci", [Scope.READ])
    store.tokens.revoke("ci")
    assert store.tokens.any()
    assert [token.name for token in store.tokens.all()] == ["ci"]


def test_the_last_use_is_noted_once_an_hour(store: Store, clock: Clock) -> None:
    token, begun = store.tokens.create("ci", [Scope.READ]), clock.now
    assert store.tokens.all()[0].last_used is None
    for _ in range(60):
        store.tokens.holder(token)
        assert store.tokens.all()[0].last_used == begun
        clock.now += timedelta(minutes=1)
    store.tokens.holder(token)
    assert store.tokens.all()[0].last_used == clock.now
    refusal(store, token[:-2] + "zz")


def test_a_token_is_judged_while_another_process_holds_the_lock(store: Store, database_url: str) -> None:
    """The use is not noted then, and nobody waits until it could be: the store's busy timeout is 5 s, four times."""
    token = store.tokens.create("ci", [Scope.READ])
    with started("hold", database_url, "--seconds", "30"):
        for _ in range(20):
            assert store.tokens.holder(token).scopes == {Scope.READ}
        assert store.tokens.all()[0].last_used is None
    store.tokens.holder(token)
    assert store.tokens.all()[0].last_used is not None


def test_whoever_writes_after_a_token_was_judged_waits_for_the_lock_as_ever(store: Store, database_url: str) -> None:
    """Not to wait is for one transaction, and not for the connection that it happened to take."""
    token = store.tokens.create("ci", [Scope.READ])
    store.tokens.holder(token)
    with started("hold", database_url, "--seconds", "0.3"):
        store.tokens.holder(token)
        assert store.request_run(None, "api")


# Commands ----------------------------------------------------------------------------------------------------------------

def test_the_commands_make_list_and_revoke(tmp_path: Path) -> None:
    made = called(tmp_path, "tokens", "create", "ci", "--scope", "trigger", "--scope", "correct", "--expires", "30")
    token = made.stdout.strip()
    assert re.fullmatch(r"summitry_\w+", token)
    assert token not in made.stderr
    again = called(tmp_path, "tokens", "create", "ci", "--scope", "read")
    assert (again.returncode, again.stderr.strip()) == (2, "summitry: there is a token 'ci' already; revoke it first")
    assert called(tmp_path, "tokens", "revoke", "ci").returncode == 0
    listed = called(tmp_path, "tokens", "list").stdout
    one, = lines(listed)
    assert (one["name"], one["scopes"], one["last_used"]) == ("ci", ["correct", "trigger"], None)
    assert one["created"] <= one["revoked"] < one["expires"]
    assert token.rsplit("_", 1)[1] not in listed


@pytest.mark.parametrize("arguments", [["x"], ["x", "--scope", "everything"], ["a\nb", "--scope", "read"], ["", "--scope", "read"],
                                       ["x" * 101, "--scope", "read"], ["x", "--scope", "read", "--expires", "0"]])
def test_what_makes_no_token_is_told(arguments: list[str]) -> None:
    done = CliRunner().invoke(tokens_command, ["create", *arguments])
    assert done.exit_code == 2
    assert "Error" in done.output
