"""What an action at the desk leads to: the desk, with a notice of what was done."""
from __future__ import annotations

from urllib.parse import urlencode

from flask import Response

from app.site.pages import Pages

__all__ = ["DONE", "done"]

DONE = {"run": "A run is asked for.", "merged": "The two events are one.", "split": "The event is split.", "withdrawn": "The event is withdrawn.",
        "undone": "The correction is undone.", "added": "The source is in the sources file, and is collected next.",
        "tested": "A test message is sent within seconds.", "enabled": "The webhook is sent to again, with what it missed.", "removed": "The webhook is removed.",
        "none-chosen": "No source was chosen, so nothing was asked for."}
"""Each notice by its name in the address. The words are ours: an address can't make the desk say anything else."""


def done(pages: Pages, what: str, of: str | None = None, *, path: str = "/desk") -> Response:
    """To the desk or another page of it (303), with the notice of that name; `of` is the id of what it is about."""
    return pages.elsewhere(f"{path}?{urlencode({'done': what} | ({'of': of} if of else {}))}")
