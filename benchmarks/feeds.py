"""What the feedparser project's test feeds expect of an entry's title, link, id and date: by feedparser, and by us.

    python benchmarks/feeds.py ../shared

Each feed says in its first comment what holds of it. Of that, comparisons of these fields with a constant are counted. A
title counts by its text (we keep no markup), a date by its instant, an address as it is known by (canonical). Every feed
is read, and an exception other than `DiscoverError` fails the run.
"""
from __future__ import annotations

import ast
import io
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
from floors import hold

from scraper.canonical import joined_url
from scraper.errors import DiscoverError
from scraper.feed import Entry, plain_text, read_feed
from scraper.instant import read_instant
from timeline.clean import clean_line

_FIELDS = {"title": "title", "link": "link", "id": "id", "guid": "id", "published": "published", "updated": "updated",
           "published_parsed": "published", "updated_parsed": "updated"}
_BASE = "http://127.0.0.1:8097/"  # where the feeds' own tests serve them
_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Expectation:
    number: int
    field: str
    value: Any


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1]) / "feeds"
    total, theirs, ours = 0, 0, 0
    missed: Counter[str] = Counter()
    files = sorted(folder.rglob("*.xml"))
    for path in files:
        body = path.read_bytes()
        told = re.match(rb"(?s).{0,2000}?<!--(.*?)-->", body)
        comment = told[1].decode("latin-1") if told else ""
        headers = {name.lower(): value for name, value in re.findall(r"Header:\s*([\w-]+):\s*(.*)", comment)}
        base = headers.setdefault("content-location", _BASE + path.relative_to(folder).as_posix())
        expected = list(_expectations(comment))
        found = feedparser.parse(io.BytesIO(body), response_headers=headers) if expected else {}
        entries: list[Entry] = []
        with suppress(DiscoverError):
            entries = read_feed(body, headers.get("content-type"), base, _ZONE)
        for one in expected:
            right = _feedparser_has(found.get("entries", []), one)
            ours_right = one.number < len(entries) and _is(entries[one.number], one, base)
            total, theirs, ours = total + 1, theirs + right, ours + ours_right
            if not ours_right:
                missed[one.field] += 1
                if "-v" in sys.argv:
                    print(path.relative_to(folder), one, entries[one.number] if one.number < len(entries) else None, right)
    print(f"feeds: {len(files)} feeds, {total} expectations of title, link, id and date; feedparser meets {theirs}, we meet {ours}")
    print(f"feeds: not met: {dict(missed)}")
    hold("feeds", {"met": ours / total, "beside_feedparser": ours / theirs})


def _expectations(comment: str) -> Iterator[Expectation]:
    line = re.search(r"Expect:\s*(.*)", comment)
    if line is None:
        return
    try:
        tree = ast.parse(line[1].strip(), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not all(isinstance(op, ast.Eq) for op in node.ops):
            continue
        sides = [node.left, *node.comparators]
        try:
            value = ast.literal_eval(sides[-1]) if not isinstance(sides[-1], ast.BinOp) else eval(ast.unparse(sides[-1]), {"__builtins__": {}})
        except (ValueError, NameError):
            continue
        for side in sides[:-1]:
            found = re.fullmatch(r"entries\[(\d)\](?:\['(\w+)'\]|\.(\w+))", ast.unparse(side))
            name = (found[2] or found[3]) if found else None
            if found and name in _FIELDS and value is not None:
                yield Expectation(int(found[1]), name, value)


def _feedparser_has(entries: list[Any], one: Expectation) -> bool:
    value = entries[one.number].get(one.field) if one.number < len(entries) else None
    return bool(value is not None and (tuple(value) if one.field.endswith("_parsed") else value) == one.value)


def _is(entry: Entry, one: Expectation, base: str) -> bool:
    field = _FIELDS[one.field]
    if field == "title":
        return entry.title in (plain_text(one.value), clean_line(one.value), clean_line(re.sub(r"<[^<>]*>", " ", one.value)))
    if field == "link":
        return joined_url(base, entry.reference) == joined_url(base, one.value)
    if field == "id":
        return entry.id == one.value
    at = entry.published if field == "published" else entry.updated
    if one.field.endswith("_parsed"):
        return at is not None and at.astimezone(UTC) == datetime(*one.value[:6], tzinfo=UTC)
    instant = read_instant(one.value, _ZONE)
    return at is not None and instant is not None and at == instant.at


if __name__ == "__main__":
    main()
