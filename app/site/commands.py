"""Commands for a shell (POSIX) that ask the API for what a page does."""
from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

__all__ = ["post_command"]


def post_command(address: str, body: Mapping[str, Any], *, token: bool = False) -> str:
    """`curl` that posts JSON, one option in each line; with `token` the one of the environment."""
    lines = [f"curl -X POST {shlex.quote(address)}", "-H 'Content-Type: application/json'",
             *(['-H "Authorization: Bearer $SUMMITRY_TOKEN"'] if token else []), f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}"]
    return " \\\n  ".join(lines)
