"""Who may ask for what, and how often.

Each view needs one scope: the one that `needs` gave it, else `read`. A view that somebody adds and forgets to mark is thus closed
where reading is.
"""
from __future__ import annotations

import logging
import math
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, request

from app.api.clients import client_of, is_loopback, on_this_machine
from app.api.problems import Problem
from app.api.rates import Rate
from app.config import Settings
from app.scopes import Scope
from app.store.tokens import Holder, TokenRefused, Tokens

__all__ = ["Admission", "needs", "needs_nothing"]

View = TypeVar("View", bound=Callable[..., Any])

log = logging.getLogger(__name__)

_REALM = 'realm="summitry"'
_BASIC = f'Basic {_REALM}, charset="UTF-8"'  # RFC 7617


def needs(scope: Scope) -> Callable[[View], View]:
    """Marks a view: it is for tokens with this scope, and without any token for clients on this machine."""
    def mark(view: View) -> View:
        view.scope = scope  # type: ignore[attr-defined]
        return view
    return mark


def needs_nothing(view: View) -> View:
    """Marks a view: it answers everyone."""
    view.scope = None  # type: ignore[attr-defined]
    return view


class Admission:
    """Checks each request to an application before anything of it but its headers is looked at."""

    def __init__(self, app: Flask, settings: Settings, tokens: Tokens) -> None:
        self._app = app
        self._settings = settings
        self._tokens = tokens
        self._wanted = bool(settings.token)
        self._reading = Rate(settings.rate_reading)
        self._work = Rate(settings.rate_work)
        self._failures = Rate(settings.rate_failures)

    def check(self) -> None:
        """Raises `Problem`: 429 where the client asks too often, else 401, 403 or 429 as `_admit` has them."""
        if not on_this_machine(request):
            _not_before((self._work if request.method == "POST" else self._reading).take(self._client()))
        if request.endpoint is None or request.method == "OPTIONS":  # nothing is there, or nothing is told but the methods
            return
        scope = self.scope_of(request.endpoint)
        if scope is not None:
            self._admit(scope)

    def admits_at_once(self, asked: Request) -> bool:
        """Whether a request for what readers may read is admitted, so that it need not be checked again; where not, `check` says why."""
        return self._settings.open_reading and (on_this_machine(asked) or not self._reading.take(self._client_of(asked)))

    def scope_of(self, endpoint: str) -> Scope | None:
        """The scope that an endpoint needs, None where it answers everyone."""
        scope = getattr(self._app.view_functions[endpoint], "scope", Scope.READ)
        return None if scope is Scope.READ and self._settings.open_reading else scope

    def may_read(self) -> bool:
        """Whether this request may be told what readers are told; for views that answer everyone."""
        try:
            if not self._settings.open_reading:
                self._admit(Scope.READ)
        except Problem:
            return False
        return True

    def _admit(self, scope: Scope) -> None:
        """Whoever has a token with this scope (RFC 6750); where there never was a token, whoever asks from this very machine.

        Raises `Problem`: 401 where the token is missing or wrong, 403 where it has not this scope or the client is not on this
        machine, 429 after too many wrong ones.
        """
        if not self.wants_tokens():
            _admit_own(request)
            return
        reading = scope is Scope.READ
        given = _given(request, basic=reading)
        if given is None:
            raise _unauthorised("A token is needed.", reading)
        if scope not in self.holder(given, basic=reading).scopes:
            raise Problem(403, f"The token has not the scope {scope.value!r}.", headers={
                "WWW-Authenticate": f'Bearer {_REALM}, error="insufficient_scope", scope="{scope.value}"'})

    def holder(self, given: str, *, basic: bool = False) -> Holder:
        """Who holds a token that was given. Raises `Problem`: 401 where it is not good, 429 after too many that were not."""
        _not_before(self._failures.wait(self._client()))  # before the token is looked at: the right one tells nothing then
        try:
            return self._holder(given)
        except TokenRefused as refused:
            self._failures.take(self._client())
            log.warning("a token of %s was refused: %s", self._client(), refused)
            raise _unauthorised(str(refused), basic, error="invalid_token") from None

    def on_own_machine(self) -> bool:
        """Whether the request comes from this very machine, and from no page of another site in a browser on it."""
        return on_this_machine(request) and _own_page(request)

    def wants_tokens(self) -> bool:
        """Whether there is, or ever was, any token."""
        self._wanted = self._wanted or self._tokens.any()
        return self._wanted

    def _holder(self, given: str) -> Holder:
        own = self._settings.token
        # Digests are of one length, so that not even the length of the token can be told by the time this takes.
        if own and compare_digest(_digest(given), _digest(own)):
            return Holder("operator", frozenset(Scope))
        return self._tokens.holder(given)

    def _client(self) -> str:
        return self._client_of(request)

    def _client_of(self, asked: Request) -> str:
        return client_of(asked, self._settings.proxies)


def _given(asked: Request, *, basic: bool) -> str | None:
    """The token of a request: as bearer, or as the password of RFC 7617, under any name.

    Basic is for reading alone: a browser sends it by itself, also where another site's page makes it ask.
    """
    scheme, _, given = asked.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip() or None
    if basic and asked.authorization is not None and asked.authorization.type == "basic":
        return asked.authorization.password or None
    return None


def _unauthorised(detail: str, basic: bool, *, error: str | None = None) -> Problem:
    bearer = f"Bearer {_REALM}" + (f', error="{error}"' if error else "")
    return Problem(401, detail, headers={"WWW-Authenticate": [bearer, _BASIC] if basic else bearer})


def _not_before(wait: float) -> None:
    if wait:
        seconds = math.ceil(wait)
        raise Problem(429, f"Too many requests; ask again in {seconds} s.", headers={"Retry-After": str(seconds)})


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _admit_own(asked: Request) -> None:
    if not on_this_machine(asked):
        raise Problem(403, "There is no token, so only clients on this machine may do this.")
    if not _own_page(asked):
        raise Problem(403, "There is no token, so pages of other sites may not do this.")


def _own_page(asked: Request) -> bool:
    """Whether no foreign web page made a browser on this machine ask: by its Origin, or by a name of its own that
    resolves to this machine (DNS rebinding)."""
    if asked.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return False
    host = _host_name(f"//{asked.host}")
    if host != "localhost" and not is_loopback(host):
        return False
    origin = asked.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == asked.host


def _host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
