"""A source as a row of the sources file, and adding it there."""
from __future__ import annotations

import json
import os
import tempfile
from dataclasses import fields
from pathlib import Path

from scraper.source import Kind, Problem, Selectors, Source, SourcesError, load_sources, read_sources

__all__ = ["AlreadyThere", "add_source", "row_of", "source_in"]


class AlreadyThere(ValueError):
    """The sources file has a source with this id or this address."""


def row_of(source: Source) -> str:
    """The `[[source]]` table of a source, with all fields that differ from what they are without being written."""
    lines = ["[[source]]", *(f"{name} = {_value(getattr(source, name))}" for name in
                             ("id", "name", "home", "kind", "url", "language", "time_zone", "interval", "tier"))]
    for name in ("include", "outlet"):
        if (value := getattr(source, name)) is not None:
            lines.append(f"{name} = {_value(value)}")
    selectors = [(item.name, getattr(source.selectors, item.name)) for item in fields(Selectors)]
    if any(value for _, value in selectors):
        lines += ["", "[source.selectors]", *(f"{name} = {_value(value)}" for name, value in selectors if value)]
    return "\n".join(lines) + "\n"


def source_in(row: str) -> Source:
    """The source of a `[[source]]` table: what `row_of` wrote, read again. Raises `SourcesError` where it is not one good row."""
    found = read_sources(row, Path("row"))
    if len(found) != 1:
        raise SourcesError((Problem("row", 1, None, None, f"one source is needed, not {len(found)}"),))
    return found[0]


def add_source(path: Path, source: Source) -> None:
    """Append the row of `source` to the sources file; nothing else in it is touched, and a missing file is made.

    Raises `AlreadyThere`, `SourcesError` where the file can't be used, before or with the row, and `OSError`; the file is
    then as it was.
    """
    known = load_sources(path) if path.exists() else ()
    for one in known:
        if one.id == source.id:
            raise AlreadyThere(f"{path} has a source {one.id!r} already; give another --id")
        if source.kind is not Kind.FOLDER and one.url == source.url:
            raise AlreadyThere(f"{path} has {source.url} already, as source {one.id!r}")
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    parted = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    # Beside the file, so that paths in it lead where they led, and so that it is replaced in one step.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".toml", dir=path.absolute().parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(before + parted + row_of(source))
            file.flush()
            os.fsync(file.fileno())
        if source not in load_sources(name):
            raise SourcesError(())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _value(value: object) -> str:
    """A TOML basic string (toml.io, 1.0.0): JSON's, but for DEL, which TOML wants escaped; or a whole number."""
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
