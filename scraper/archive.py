"""Archives on disk: which files there are, of what kind, and each read record by record."""
from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from scraper.archived import Archived, Captured, Fault, Mark
from scraper.folder import FILE_CAP, TYPES, file_url
from scraper.ndjson import read_ndjson
from scraper.source import Kind, Source

__all__ = ["Archive", "ArchiveError", "Format", "find_archives", "folder_source", "read_records"]

_HEAD = 1 << 16
_WARC = (".warc", ".warc.gz", ".warc.zst")
_NDJSON = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")


class ArchiveError(Exception):
    """A path that leads to no archive; the message names it and says why."""


class Format(StrEnum):
    """What a job reads."""

    WARC = "warc"
    NDJSON = "ndjson"
    PAGES = "pages"  # the HTML and text files of one folder


@dataclass(frozen=True, slots=True)
class Archive:
    """One job. `id` follows from the content (for `PAGES` from names, sizes and times), so that a file which was moved is the same one, and
    one that has grown is another. `size` is in bytes.
    """

    id: str
    path: Path
    format: Format
    size: int


def find_archives(path: Path) -> Iterator[Archive | ArchiveError]:
    """The archives that a path leads to: a file, or all below a folder, whose own pages are one more. In order of their names."""
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.exists():
            yield _archive(path, _format_of(path))
        else:
            yield ArchiveError(f"{path}: there is no such file or folder")
    except OSError as error:
        yield ArchiveError(f"{path}: {error.strerror or error}")
    except ArchiveError as error:
        yield error


def read_records(archive: Archive, *, after: Mark = Mark(), cap: int, sources: Iterable[Source] = ()) -> Iterator[Archived]:  # noqa: B008 - frozen
    """The records of an archive behind a mark. Raises `OSError` where it can't be opened, `ArchiveError` where FastWARC is not installed."""
    if archive.format is Format.PAGES:
        yield from _pages(archive, after, folder_source(archive.path, sources))
        return
    with archive.path.open("rb") as file:
        if archive.format is Format.NDJSON:
            yield from read_ndjson(file, after=after, cap=cap)
            return
        try:
            from scraper.warc import read_warc
        except ImportError as error:
            raise ArchiveError("WARC files need the extra `warc`: pip install 'summitry[warc]'") from error
        yield from read_warc(file, after=after, cap=cap)


def folder_source(path: Path, sources: Iterable[Source]) -> Source:
    """The source of the pages in a folder: the configured one that reads this folder, else one that is named after it."""
    folder = path if path.is_dir() else path.parent
    found = next((source for source in sources if source.kind is Kind.FOLDER and Path(source.url).resolve() == folder.resolve()), None)
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:64] or "folder"
    return found or Source(name, folder.resolve().name or name, "", Kind.FOLDER, str(folder), language="und")


def _in_folder(folder: Path) -> Iterator[Archive | ArchiveError]:
    found = 0
    for path in sorted(folder.rglob("*")):
        if path.name.lower().endswith((*_WARC, *_NDJSON)) and path.is_file():
            found += 1
            yield from find_archives(path)
    if _page_files(folder):
        found += 1
        yield _archive(folder, Format.PAGES)
    if not found:
        yield ArchiveError(f"{folder}: holds neither WARC files nor NDJSON nor pages")


def _archive(path: Path, format_: Format) -> Archive:
    told = hashlib.sha256(format_.value.encode())
    if format_ is Format.PAGES:
        size = 0
        for file in _page_files(path):
            state = file.stat()
            size += state.st_size
            told.update(f"\n{file.relative_to(_root(path)).as_posix()} {state.st_size} {state.st_mtime_ns}".encode("utf-8", "surrogateescape"))
        return Archive(told.hexdigest()[:32], path.absolute(), format_, size)
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        told.update(f"\n{size}\n".encode())
        for start in {0, max(0, size - _HEAD)}:
            file.seek(start)
            told.update(file.read(_HEAD))
    return Archive(told.hexdigest()[:32], path.absolute(), format_, size)


def _format_of(path: Path) -> Format:
    """By content, where that tells. Raises `ArchiveError` for what is none."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise ArchiveError(f"{path}: is empty")
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5f):  # zstd; a dictionary before it
        if path.name.lower().endswith(".warc.zst"):
            return Format.WARC
        raise ArchiveError(f"{path}: of what is compressed with zstd only *.warc.zst is read")
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(head, _HEAD)
        except zlib.error as error:
            if path.name.lower().endswith(_WARC):
                return Format.WARC  # whose first record is broken
            raise ArchiveError(f"{path}: is broken gzip: {error}") from error
    if head.startswith(b"WARC/") or path.name.lower().endswith(_WARC):
        return Format.WARC
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Format.NDJSON
    if path.suffix.lower() in TYPES:
        return Format.PAGES
    raise ArchiveError(f"{path}: is neither WARC nor NDJSON nor a page")


def _root(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _page_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    root = path.resolve()
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in TYPES and file.is_file()
                  and file.resolve().is_relative_to(root))  # no link leads out of the folder


def _pages(archive: Archive, after: Mark, source: Source) -> Iterator[Archived]:
    root, offset = _root(archive.path), 0
    for number, file in enumerate(_page_files(archive.path), 1):
        url = file_url(source, file.relative_to(root).as_posix())
        try:
            state = file.stat()
            mark = Mark(number, offset, offset)
            offset += state.st_size
            if number <= after.number:
                continue
            if state.st_size > FILE_CAP:
                yield Fault(mark, "too-large", f"the file has {state.st_size} bytes, more than {FILE_CAP}", url)
            else:
                yield Captured(mark, url, datetime.fromtimestamp(state.st_mtime, UTC), file.read_bytes(), TYPES[file.suffix.lower()])
        except OSError as error:
            yield Fault(Mark(number, offset, offset), "file", error.strerror or str(error), url, damaged=True)
