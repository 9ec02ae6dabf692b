"""Who works at the desk: whoever holds a token, which a cookie keeps; without any token, whoever asks from this very machine."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Response, request

from app.api.admission import needs_nothing
from app.api.backend import Backend
from app.api.problems import Problem
from app.scopes import Scope
from app.site.pages import Pages

__all__ = ["Operator", "SigningIn"]

_COOKIE = "desk-token"  # below /desk alone
_HINT = "desk"  # on all pages: what the token is good for, so that they show links to it; nothing is allowed for it
_NEXT = re.compile(r"/desk(?:/[A-Za-z0-9:_%.-]+)*|/subscribe(?:\?[A-Za-z0-9:_%.,=&+~*-]{0,2000})?")
_LONGEST = 500  # characters of a token; browsers keep no cookie of more than 4096 bytes


@dataclass(frozen=True, slots=True)
class Operator:
    """`name` is what the history of an event calls whoever corrects it; `token` says whether there is one to sign out with."""

    name: str
    scopes: frozenset[Scope]
    token: bool

    def may(self, scope: str) -> bool:
        return scope in self.scopes


class SigningIn:
    """Each view of the desk answers everyone, as far as the API's own tokens go, and is guarded by `only` instead."""

    def __init__(self, backend: Backend, pages: Pages) -> None:
        self._admission = backend.admission
        self._closed = not backend.settings.open_reading
        self._pages = pages

    def operator(self) -> Operator | None:
        """Who asks; None where nobody is signed in. Raises `Problem` where the token in the cookie is not good."""
        if not self._admission.wants_tokens():
            return Operator("desk", frozenset(Scope), token=False) if self._admission.on_own_machine() else None
        given = request.cookies.get(_COOKIE)
        return self._holder(given) if given else None

    def may(self, scope: Scope) -> bool:
        """Whether a page outside of the desk should show links for this scope: by the hint, since the token stays below /desk."""
        if self._admission.wants_tokens():
            return scope.value in request.cookies.get(_HINT, "").split("+")
        return self._admission.on_own_machine()

    def only(self, *scopes: Scope) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """A decorator for views, which get the operator first: whoever is not signed in is led to the form, and who lacks one of the
        scopes (or `read`, where reading is closed) is refused with 403."""
        def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
            @needs_nothing
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Response:
                try:
                    operator = self.operator()
                except Problem as problem:
                    if problem.status == 401:
                        return self._forgetting(self._to_sign_in())
                    raise
                if operator is None:
                    return self._to_sign_in()
                for scope in (*scopes, *((Scope.READ,) if self._closed else ())):
                    if not operator.may(scope):
                        raise Problem(403, f"The token has not the scope {scope.value!r}, which this needs.")
                response = view(operator, *args, **kwargs)
                response.headers["Cache-Control"] = "no-store"
                return response
            return guarded
        return decorate

    def page(self, wrong: str | None = None, status: int = 200) -> Response:
        """The form that takes a token."""
        response = self._pages.page("desk_sign_in.html", title="Sign in to the desk", about="For operators.", private=True, wrong=wrong, status=status,
                                    next=_next(), wants=self._admission.wants_tokens())
        response.headers["Cache-Control"] = "no-store"
        return response

    def sign_in(self) -> Response:
        """Keep the token that was posted, until the browser is closed or it is signed out."""
        given = request.form.get("token", "").strip()
        if not given or len(given) > _LONGEST:
            return self.page("That is no token of this service.", 422)
        try:
            operator = self._holder(given)
        except Problem as problem:
            return self.page(problem.detail, 422 if problem.status == 401 else problem.status)
        response = self._pages.elsewhere(_next())
        for name, value, path in ((_COOKIE, given, "/desk"), (_HINT, "+".join(sorted(operator.scopes)), "/")):
            response.set_cookie(name, value, path=self._pages.at(path), httponly=True, samesite="Strict", secure=self._secure())
        return response

    def sign_out(self) -> Response:
        return self._forgetting(self._pages.elsewhere("/desk/sign-in"))

    def _holder(self, token: str) -> Operator:
        """Raises `Problem` 401 where the token is not good, and 429 after too many that were not."""
        holder = self._admission.holder(token)
        return Operator(holder.name, holder.scopes, token=True)

    def _to_sign_in(self) -> Response:
        if "HX-Request" in request.headers:  # a part of a page that is asked for anew: the page itself is to go there
            return Response(headers={"HX-Redirect": self._pages.at("/desk/sign-in"), "Cache-Control": "no-store"})
        asked = f"?next={quote(request.path)}" if request.method == "GET" and request.path != "/desk" else ""
        return self._pages.elsewhere(f"/desk/sign-in{asked}")

    def _forgetting(self, response: Response) -> Response:
        for name, path in ((_COOKIE, "/desk"), (_HINT, "/")):
            response.delete_cookie(name, path=self._pages.at(path), httponly=True, samesite="Strict", secure=self._secure())
        return response

    def _secure(self) -> bool:
        return request.is_secure or self._pages.home().startswith("https:")


def _next() -> str:
    """Where to go once signed in: the page of the desk that was asked for, or the choice for which a webhook is to be made, and no
    address elsewhere."""
    asked = request.values.get("next", "")
    return asked if _NEXT.fullmatch(asked) and not asked.startswith("/desk/sign") else "/desk"
