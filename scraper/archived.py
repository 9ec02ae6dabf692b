"""What an archive file yields, record by record: pages as they were captured, articles that were read already, and what can't be had."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

__all__ = ["Archived", "Captured", "Fault", "Mark", "Row", "Skipped"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a reading stands: `number` records are done, and `offset` is the byte at which the last of them begins.

    `offset` is None where a file can't be entered there (it is one compressed stream): its beginning is then passed over
    record by record. `passed` are the bytes of the file that were read about, to show how far it is.
    """

    number: int = 0
    offset: int | None = None
    passed: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Captured:
    """One page as it was served at `at` (aware); `body` is decoded, `url` what was asked for."""

    mark: Mark
    url: str
    at: datetime
    body: bytes
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON object of an NDJSON file."""

    mark: Mark
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that holds no page, and why: a word for counting."""

    mark: Mark
    reason: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read. With `damaged` it is the file's fault and no page's; `detail` then says where, if `mark` does not."""

    mark: Mark
    error_class: str
    detail: str
    url: str = ""
    damaged: bool = False


Archived: TypeAlias = Captured | Row | Skipped | Fault
