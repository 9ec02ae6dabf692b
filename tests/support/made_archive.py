"""WARC files made record by record, of pages in words of our own."""
from __future__ import annotations

import gzip
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from fastwarc.stream_io import ZstdWriter

CAPTURED = datetime(2023, 11, 10, 9, 0, tzinfo=UTC)
FILLING = "What else was said in the hall that day filled the notebooks of those who had come to listen, and little of it was new to them."


def html(*paragraphs: str, title: str = "Diary", published: str = "2023-11-10", canonical: str = "") -> bytes:
    """A page with enough text for it to be an article."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*paragraphs, FILLING, FILLING))
    return (f'<!doctype html><html lang="en"><head><title>{title}</title>{link}<meta property="article:published_time" content="{published}">'
            f'</head><body><article><h1>{title}</h1>{text}</article></body></html>').encode()


def record(url: str, body: bytes, *, at: datetime = CAPTURED, kind: str = "response", status: str = "200 OK", content_type: str = "text/html; charset=utf-8",
           headers: str = "", http: bool = True, length: int | None = None) -> bytes:
    block = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{headers}\r\n".encode() + body if http else body
    told = "application/http; msgtype=response" if http else content_type
    return (f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {at:%Y-%m-%dT%H:%M:%SZ}\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: {told}\r\n"
            f"Content-Length: {len(block) if length is None else length}\r\n\r\n").encode() + block + b"\r\n\r\n"


def packed(records: Iterable[bytes], how: str = "gzip") -> bytes:
    """A file of these records: each in a gzip member or zstd frame of its own, as they are (`plain`), or all in one gzip stream (`stream`)."""
    records = list(records)
    if how == "gzip":
        return b"".join(gzip.compress(one, 6, mtime=0) for one in records)
    if how == "zstd":
        file = io.BytesIO()
        writer = ZstdWriter(file)
        for one in records:
            writer.write(one)
            writer.finish()
        writer.close()
        return file.getvalue()
    return gzip.compress(b"".join(records), mtime=0) if how == "stream" else b"".join(records)
