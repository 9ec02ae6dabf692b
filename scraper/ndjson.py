"""NDJSON, row by row: articles that were read already, one JSON object a line, also gzipped."""
from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

import orjson

from scraper.archived import Archived, Fault, Mark, Row

__all__ = ["read_ndjson"]


def read_ndjson(file: BinaryIO, *, after: Mark = Mark(), cap: int) -> Iterator[Archived]:  # noqa: B008 - frozen
    """Each line of `file` (which can seek) behind the mark `after`; one of more than `cap` bytes is a `Fault`. Empty lines count as none."""
    file.seek(0)
    packed = file.read(2) == b"\x1f\x8b"
    number = 0
    offset = 0
    if not packed and after.number and after.offset is not None:
        number, offset = after.number - 1, after.offset
    file.seek(offset)
    lines = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
    try:
        while line := lines.readline(cap + 1):
            begins, size = offset, len(line)
            whole = size <= cap or line.endswith(b"\n")
            while not line.endswith(b"\n") and not whole and (more := lines.readline(1 << 20)):
                size += len(more)
                if more.endswith(b"\n"):
                    break
            offset += size
            if not line.strip():
                continue
            number += 1
            if number > after.number:
                yield _row(line, Mark(number, None, file.tell()) if packed else Mark(number, begins, begins), whole)
    except (OSError, EOFError, zlib.error) as error:
        yield Fault(Mark(number + 1, passed=file.tell()), "damaged", f"behind row {number}: {error}", damaged=True)


def _row(line: bytes, mark: Mark, whole: bool) -> Archived:
    if not whole:
        return Fault(mark, "too-large", f"row {mark.number} has more bytes than a page may have")
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Fault(mark, "row", f"row {mark.number} is no JSON: {error}", damaged=True)
    return Row(mark, fields) if isinstance(fields, dict) else Fault(mark, "row", f"row {mark.number} is no JSON object", damaged=True)
