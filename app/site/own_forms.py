"""Forms that pages of this site post to it, and nobody else's."""
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Request, current_app, request

from app.api.backend import Backend
from app.api.problems import Problem
from app.api.schemas import TEXT_LIMIT

__all__ = ["FORM", "LONG", "own_form", "takes_form"]

View = TypeVar("View", bound=Callable[..., Any])

FORM = "application/x-www-form-urlencoded"
"""How browsers send a form without files (HTML, section 4.10.21.3)."""

LONG = 12 * TEXT_LIMIT + 100_000
"""Bytes of a form with an article in it, however its characters are escaped: `%F0%9F%98%80` at most."""

_SMALL = 100_000
_FIELDS = 1_000  # of a form; ours have one for each source or sentence at most


def own_form(backend: Backend, *, limit: int = _SMALL) -> Callable[[View], View]:
    """A decorator for views that take a form of at most `limit` bytes. One that another site's page posts is refused with 403,
    one of more than a thousand fields with 413."""
    def decorate(view: View) -> View:
        @wraps(view)
        def taking(*args: Any, **kwargs: Any) -> Any:
            if not _from_own_page(request, backend.settings.base_url):
                raise Problem(403, "Only pages of this site may post here.")
            if request.get_data(cache=True, parse_form_data=False).count(b"&") >= _FIELDS:
                raise Problem(413, "The form has more fields than any of this site.")
            return view(*args, **kwargs)
        taking.form_limit = limit  # type: ignore[attr-defined]
        return taking  # type: ignore[return-value]
    return decorate


def takes_form(asked: Request) -> bool:
    """Whether the request's view takes a form; the request is then held to the bytes that it takes."""
    limit = getattr(current_app.view_functions.get(asked.endpoint or ""), "form_limit", None)
    if limit is not None:
        asked.max_content_length = asked.max_form_memory_size = limit
    return limit is not None


def _from_own_page(asked: Request, base_url: str | None) -> bool:
    """By what browsers say of themselves: `Sec-Fetch-Site` (Fetch Metadata, section 2.4), which none of their pages can set, or
    else `Origin` (Fetch, section 3.2), which goes with every form that is posted. Programs say neither, and have no cookies that
    others could use."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = asked.headers.get("Origin")
    return origin is None or origin.partition("://")[2] in (asked.host, urlsplit(base_url or "").netloc or asked.host)
