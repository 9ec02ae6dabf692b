"""WARC files (ISO 28500), record by record: gzipped, with zstd or plain.

A file that is cut or broken is read as far as it can be: behind a broken record the next one is looked for. FastWARC streams, so
that a record costs no more memory than the cap, whatever it claims or inflates to.
"""
from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecordType

from scraper.archived import Archived, Captured, Fault, Mark, Skipped
from scraper.decoding import decode
from scraper.errors import FetchError

__all__ = ["read_warc"]

_GZIP, _ZSTD, _HEAD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/"
_STEP = 1 << 20
_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_UNSAID = re.compile(r"\s*(?:application/octet-stream|application/xml|text/xml|text/plain|unknown|$)", re.IGNORECASE)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def read_warc(file: BinaryIO, *, after: Mark = Mark(), cap: int) -> Iterator[Archived]:  # noqa: B008 - frozen
    """Each record of `file` (which can seek) behind the mark `after`; `cap` is the most bytes that a page may have, before and after decoding.

    Pages are HTML answers with status 200, and resources; revisits, requests and the rest are `Skipped`. A `Fault` with `damaged` tells
    where bytes could not be read.
    """
    number, start, between = 0, 0, (0, "")  # `between`: what broke behind which byte, until it is known whether the next record is whole
    if after.number and after.offset is not None and _begins_at(file, after.offset):
        number, start = after.number - 1, after.offset
    while True:
        last, told = start - 1, False
        file.seek(start)
        try:
            for record in ArchiveIterator(file, parse_http=False):
                if between[1]:
                    number += 1
                    if number > after.number:
                        yield _damage(number, *between)
                    between = (0, "")
                # Records in one compressed stream have no byte of their own at which it could be entered.
                offset = record.stream_pos if record.stream_pos > last else None
                last = max(last, record.stream_pos)
                number += 1
                if number < after.number:
                    continue
                taken = _taken(record, Mark(number, offset, file.tell() if offset is None else offset), cap)
                told = isinstance(taken, Fault) and taken.damaged
                if number > after.number:
                    yield taken
            if number >= after.number and not told and (where := _unread(file, max(last, start), last >= start)) is not None:
                yield _damage(number + 1, where, "the file ends within a record")
            return
        except (OSError, ValueError) as error:
            if last >= start:
                between = (last, "" if told else str(error))
            else:
                number, between = number + 1, (0, "")
                if number > after.number:
                    yield _damage(number, start, str(error))
        found = _next_record(file, max(last, start) + 1)
        if found is None:
            if between[1] and number >= after.number:
                yield _damage(number + 1, *between)
            return
        start = found


def _damage(number: int, where: int, why: str) -> Fault:
    return Fault(Mark(number, passed=max(0, where)), "damaged", f"behind byte {where}: {why}", damaged=True)


def _taken(record: Any, mark: Mark, cap: int) -> Archived:
    """One record as what it is."""
    kind = record.record_type
    if kind == WarcRecordType.response and record.is_http:
        return _page(record, mark, cap)
    if kind == WarcRecordType.resource:
        return _page(record, mark, cap, resource=True)
    return Skipped(mark, "revisit" if kind == WarcRecordType.revisit else "no-page")


def _page(record: Any, mark: Mark, cap: int, *, resource: bool = False) -> Archived:
    url = (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    if not url.lower().startswith(("http://", "https://")):
        return Skipped(mark, "no-page")
    try:
        if not resource:
            record.parse_http(auto_decode="none")
            if record.http_headers.status_code != 200:
                return Skipped(mark, "status")
        headers = record.headers if resource else record.http_headers
        told = headers.get("Content-Type") or ""
        if not _HTML.match(told) and not _UNSAID.match(told):
            return Skipped(mark, "no-html")
        expected = record.content_length
        if expected > cap:
            return Fault(mark, "too-large", f"the record has {expected} bytes, more than {cap}", url)
        body = record.reader.read(cap + 1)
        if len(body) < expected:
            return Fault(mark, "damaged", f"the record ends after {len(body)} of {expected} bytes", url, damaged=True)
        if not resource:
            body = _decoded(body, headers, cap)
        if not _HTML.match(told):
            if not _MARKUP.match(body[:4096]):
                return Skipped(mark, "no-html")
            told = "text/html" + (f"; {told.partition(';')[2].strip()}" if ";" in told else "")
        at = record.record_date
    except FetchError as error:
        return Fault(mark, error.error_class, error.detail, url)
    except (OSError, ValueError) as error:
        # What is broken is this record's content; whether the file goes on is seen by the next one.
        return Fault(mark, "damaged", str(error) or type(error).__name__, url, damaged=True)
    if at is None:
        return Fault(mark, "no-date", "the record does not tell when it was captured", url)
    return Captured(mark, url, _aware(at), body, told)


def _decoded(body: bytes, headers: Any, cap: int) -> bytes:
    """Undo the transfer coding, where the archive kept it (RFC 9112, 7.1), and the content coding. Raises as `decode`."""
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        # Archives that store the decoded body often keep the header that the server sent.
        try:
            reader, parts = ChunkedReader(io.BytesIO(body)), []
            while part := reader.read(_STEP):
                parts.append(part)
            body = b"".join(parts)
        except OSError:
            if re.match(rb"[0-9A-Fa-f]+\s*(?:;[^\r\n]*)?\r\n", body):
                raise
    coding = headers.get("Content-Encoding")
    if coding and coding.strip().lower() in ("gzip", "x-gzip") and not body.startswith(_GZIP[:2]):
        return body  # as above
    return decode(body, coding, cap)


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _unread(file: BinaryIO, last: int, is_record: bool) -> int | None:
    """Where, from the last record that was read on (at `last`), there is no whole record: FastWARC ends there without a word.

    Where none was read at all (`is_record` is False) that is all from `last` on.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(last)
    head = file.read(1 << 16)
    if not is_record:
        return last if head else None
    if head.startswith(_GZIP):
        member, data = zlib.decompressobj(31), head
        while data and not member.eof:
            try:
                member.decompress(data, _STEP)
            except zlib.error:
                return None  # is of no matter: the record was whole
            data = member.unconsumed_tail or (b"" if member.eof else file.read(1 << 16))
        end = file.tell() - len(member.unused_data)
        file.seek(end)
        return end if not member.eof or file.read(1) == _GZIP[:1] else None
    if head.startswith(_HEAD):
        fields, blank, _ = head.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length:\s*(\d+)", fields, re.IGNORECASE)
        end = last + len(fields) + len(blank) + int(length[1]) if length else size
        file.seek(min(end, size))
        return last if not blank or end > size else end if file.read(1 << 16).strip() else None
    return None


_BEGINNING = re.compile(re.escape(_GZIP) + b"|" + re.escape(_ZSTD) + b"|(?<=\n)" + _HEAD)


def _next_record(file: BinaryIO, start: int) -> int | None:
    """The first byte from `start` on where a record begins, as a gzip member, a zstd frame or plain; None where none does."""
    position = max(0, start - 1)  # the line's end before it, for a plain one
    while True:
        file.seek(position)
        data = file.read(_STEP)
        for found in _BEGINNING.finditer(data):
            at = position + found.start()
            if at < start:
                continue
            if found[0] == _GZIP:
                file.seek(at)
                if not _begins_record(file.read(1 << 12)):
                    continue
            return at
        if len(data) < _STEP:
            return None
        position += _STEP - len(_HEAD) - 1


def _begins_at(file: BinaryIO, offset: int) -> bool:
    """Whether a record begins there: for one in a stream that was compressed as a whole, FastWARC tells a byte that is none."""
    file.seek(offset)
    head = file.read(1 << 12)
    return _begins_record(head) if head.startswith(_GZIP) else head.startswith((_ZSTD, _HEAD))


def _begins_record(compressed: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(compressed, 64).startswith(_HEAD)
    except zlib.error:
        return False
