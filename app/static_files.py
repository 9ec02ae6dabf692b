"""The files of `app/static`: under an ETag of their content, the same on every machine, compressed, and for good where their address
holds their digest."""
from __future__ import annotations

import hashlib
import mimetypes
import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from flask import Response, request
from werkzeug.security import safe_join

from app.api.admission import needs_nothing
from app.api.answers import answer
from app.api.problems import Problem

__all__ = ["digest", "static_file"]

_FOLDER = Path(__file__).resolve().parent / "static"
_FOR_GOOD = f"max-age={365 * 24 * 60 * 60}, immutable"  # RFC 8246


@needs_nothing
def static_file(filename: str) -> Response:
    """The file of that path below the folder. Raises `Problem` 404 and what `answer` raises.

    Under `?v=` with its digest it never changes; under any other address it is asked for anew each time.
    """
    found = safe_join(str(_FOLDER), filename)
    if found is None or not os.path.isfile(found):  # which takes any name, and Path.is_file() does not
        raise Problem(404, "There is no such file.")
    body, modified = _read(found, Path(found).stat().st_mtime_ns)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = answer(body, kind, last_modified=modified)
    if request.args.get("v") == _digest(body):
        response.headers["Cache-Control"] = _FOR_GOOD
    return response


def digest(name: str) -> str:
    """What tells this content of the file from another. Raises `OSError` where there is no such file."""
    path = _FOLDER / name
    return _digest(_read(str(path), path.stat().st_mtime_ns)[0])


@lru_cache(maxsize=64)
def _read(path: str, changed: int) -> tuple[bytes, datetime]:
    """The bytes of the file and its time; `changed` (in ns) tells those of a file that was put anew from those before."""
    return Path(path).read_bytes(), datetime.fromtimestamp(changed // 1_000_000_000, UTC)


@lru_cache(maxsize=64)
def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=6).hexdigest()
