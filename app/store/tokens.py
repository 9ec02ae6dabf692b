"""Tokens: made once, shown once, kept as a digest, and judged.

A token is `summitry_`, ten characters that name its row, `_`, and 64 hexadecimal digits of chance (256 bits). A plain SHA-256
is enough for it: a slow, salted hash protects what people choose, which can be guessed from a list. 2^256 values can't be tried
at any speed, so that a stolen table gives no token, while each request is judged in microseconds. The row is looked up by the
part that is no secret, and the digests are compared in constant time: how long it takes tells nothing of either.
"""
from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from app.scopes import Scope
from app.store.codec import moment, plain, stamp
from app.store.engine import Database
from app.store.errors import TokenTaken, UnknownToken
from app.store.tables import tokens

__all__ = ["Holder", "Token", "TokenRefused", "Tokens"]

_FORM = re.compile(r"summitry_([0-9a-f]{10})_[0-9a-f]{64}")
_NOBODY = "0" * 64  # no token's digest
_COARSE = timedelta(hours=1)  # how exactly the last use is known: reading must not write each time


class TokenRefused(Exception):
    """A token that is not good; the message says why, to whoever holds it."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; times are aware. `last_used` is right to the hour."""

    name: str
    scopes: frozenset[Scope]
    created: datetime
    last_used: datetime | None
    expires: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is, and what it is good for."""

    name: str
    scopes: frozenset[Scope]


class Tokens:
    """All methods raise `StoreError`; `clock` gives aware times."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def create(self, name: str, scopes: Collection[Scope], *, days: int | None = None) -> str:
        """A new token, which nobody can be told again; without `days` it never expires.

        Raises `TokenTaken` where a token of that name is good now.
        """
        named = secrets.token_hex(5)
        secret = f"summitry_{named}_{secrets.token_hex(32)}"

        def work(connection: Connection) -> None:
            now = self._clock()
            if connection.execute(select(tokens.c.id).where(tokens.c.name == plain(name), *_good(now))).first():
                raise TokenTaken(f"there is a token {name!r} already; revoke it first")
            connection.execute(insert(tokens).values(
                id=named, name=plain(name), digest=_digest(secret), scopes=" ".join(sorted(scopes)), created=stamp(now),
                expires=None if days is None else stamp(now + timedelta(days=days))))

        self._database.write(work, events=False)
        return secret

    def revoke(self, name: str) -> None:
        """No token of that name is good any more. Raises `UnknownToken` where none was."""
        def work(connection: Connection) -> None:
            now = self._clock()
            revoked = connection.execute(update(tokens).where(tokens.c.name == plain(name), *_good(now)).values(revoked=stamp(now)))
            if not revoked.rowcount:
                raise UnknownToken(f"no token {name!r} is good")

        self._database.write(work, events=False)

    def all(self) -> list[Token]:
        """The oldest first; those that were revoked or expired too."""
        with self._database.reading() as connection:
            return [Token(row.name, frozenset(map(Scope, row.scopes.split())), moment(row.created), _moment(row.last_used),
                          _moment(row.expires), _moment(row.revoked))
                    for row in connection.execute(select(tokens).order_by(tokens.c.created, tokens.c.id))]

    def any(self) -> bool:
        """Whether there ever was one."""
        with self._database.reading() as connection:
            return connection.execute(select(tokens.c.id).limit(1)).first() is not None

    def holder(self, given: str) -> Holder:
        """Who holds a token. Raises `TokenRefused` where it is not good."""
        found = _FORM.fullmatch(given)
        row = None
        if found:
            with self._database.reading() as connection:
                row = connection.execute(select(tokens).where(tokens.c.id == found[1])).first()
        if not compare_digest(_digest(given), row.digest if row is not None else _NOBODY) or row is None:
            raise TokenRefused("That is no token of this service.")
        now = self._clock()
        if row.revoked is not None:
            raise TokenRefused(f"The token was revoked at {row.revoked[:19]}Z.")
        if row.expires is not None and row.expires <= stamp(now):
            raise TokenRefused(f"The token expired at {row.expires[:19]}Z.")
        if row.last_used is None or row.last_used <= stamp(now - _COARSE):
            # Whoever reads waits for no writer: what can't be noted now is noted with a later request.
            self._database.write_if_free(lambda connection: connection.execute(
                update(tokens).where(tokens.c.id == row.id).values(last_used=stamp(now))))
        return Holder(row.name, frozenset(map(Scope, row.scopes.split())))


def _good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return tokens.c.revoked.is_(None), or_(tokens.c.expires.is_(None), tokens.c.expires > stamp(now))


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
