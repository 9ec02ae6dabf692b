"""Pages of a list: the cursor that comes in, and the address of the next page that goes out."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, request

from app.api import cursor
from app.api.backend import Backend
from app.api.problems import Problem

__all__ = ["after_cursor", "after_number", "cut", "home_address", "next_page", "with_next"]

Row = TypeVar("Row")

_HOME = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+")


def after_cursor(asked: Mapping[str, Any], question: str, *, parts: int) -> tuple[str, ...] | None:
    """The key in the request's cursor, None where it has none. Raises `Problem` 400 where it is not one of ours."""
    if "cursor" not in asked:
        return None
    try:
        return cursor.decode(asked["cursor"], question=question, parts=parts)
    except cursor.CursorError as error:
        raise Problem(400, f"cursor: {error}", errors=[{"parameter": "cursor", "detail": str(error)}]) from error


def after_number(asked: Mapping[str, Any], question: str) -> int | None:
    """The same where the key is a number."""
    after = after_cursor(asked, question, parts=1)
    if after is not None and not re.fullmatch(r"[0-9]{1,15}", after[0]):
        raise Problem(400, "cursor: not a cursor of this service")
    return int(after[0]) if after is not None else None


def cut(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """A page of `limit` rows of those that were found, one more of them asked for; and its last row where others follow."""
    return rows[:limit], rows[limit - 1] if len(rows) > limit else None


def next_page(backend: Backend, key: Sequence[str] | None, question: str, *,
              path: str | None = None) -> tuple[str | None, str | None]:
    """Cursor and address of the page after the one that ended at `key`; two Nones after the last page.

    `path` is where the pages lie, without it the path that was asked.
    """
    if key is None:
        return None, None
    token = cursor.encode(key, question=question)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return token, backend.address(f"{path or request.path}?{urlencode([*asked, ('cursor', token)])}")


def with_next(response: Response, address: str | None) -> Response:
    """The same response with the next page's address in its Link header (RFC 8288)."""
    if address is not None:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def home_address(backend: Backend) -> str:
    """Where this service is for its readers, for addresses that must be absolute: below `base_url`, or else below the host
    that was asked. Without a slash at its end. Raises `Problem` 400 where the Host header names no host."""
    if backend.settings.base_url:
        return backend.settings.base_url.rstrip("/")
    home = request.host_url.rstrip("/")
    if not _HOME.fullmatch(home):
        raise Problem(400, "The Host header names no host.")
    return home
