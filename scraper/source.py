"""`Source`: where an outlet's articles are listed, as data; and the sources file that lists them.

A row of the file is a TOML table `[[source]]`. A new outlet needs a row and no code; `docs/adding-a-source.md` tells
what each field means.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import soupsieve

from timeline.model import Tier

__all__ = ["Kind", "Problem", "Selectors", "Source", "SourcesError", "Tier", "faults_of", "host_of", "load_sources", "read_sources"]

SHORTEST_INTERVAL = 10
LONGEST_INTERVAL = int(timedelta(days=7).total_seconds())


class Kind(StrEnum):
    """Where the links to articles come from."""

    FEED = "feed"  # RSS 2, RSS 1, Atom, JSON Feed
    SITEMAP = "sitemap"  # sitemaps.org files, index files, news sitemaps
    ICS = "ics"  # an official calendar (iCalendar), whose entries are what it tells
    LISTING = "listing"  # a page whose article links a CSS selector picks
    FOLDER = "folder"  # files on disk: HTML and plain text


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors that overrule what is found without them.

    `links` picks the article links of a listing (the element itself, or the first link inside it); the others read an
    article's page. `remove` takes elements out of the page before its body is read.
    """

    links: str | None = None
    headline: str | None = None
    body: str | None = None
    date: str | None = None
    authors: str | None = None
    remove: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the articles of an outlet are listed; an outlet may have several. `interval` is in seconds; `time_zone` is the IANA zone in
    which the outlet dates its articles.

    `url` is the address of the feed, sitemap or listing; for a folder it is a path. `include` is a regular expression
    that an article's URL must hold to be read. `outlet` says whose articles they are where `home` does not.
    """

    id: str
    name: str
    home: str
    kind: Kind
    url: str
    language: str = "en"  # BCP 47
    time_zone: str = "UTC"
    interval: int = 1800
    tier: Tier = Tier.PRESS
    selectors: Selectors = field(default_factory=Selectors)
    include: str | None = None
    outlet: str | None = None

    @property
    def outlet_id(self) -> str:
        """By which the outlet is known: sources that have it in common are one witness of an event, however many read its pages.

        It is what the row says, else the host of `home` without `www.`, else the id of the source.
        """
        return self.outlet or host_of(self.home) or self.id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a sources file: where it stands and why it was refused."""

    file: str
    line: int  # 1-based; the row's header where the field itself is missing; 0 where the file can't be read at all
    source: str | None  # id of the row, where it has one
    field: str | None
    reason: str

    def __str__(self) -> str:
        row = f" source {self.source!r}:" if self.source else ""
        name = f" {self.field}:" if self.field else ""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}:{row}{name} {self.reason}"


class SourcesError(ValueError):
    """The sources file can't be used; `problems` names all that is wrong with it, in the order of the lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def host_of(url: str) -> str:
    """The host of an address in small letters, without `www.`; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def load_sources(path: str | Path) -> tuple[Source, ...]:
    """Read the sources file at `path`.

    Raises `SourcesError` with every wrong row and field at once; a file with one wrong row gives no sources at all,
    so that an outlet never goes missing unnoticed.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourcesError((Problem(str(path), 0, None, None, error.strerror or str(error)),)) from error
    except UnicodeDecodeError as error:
        line = error.object[:error.start].count(b"\n") + 1
        raise SourcesError((Problem(str(path), line, None, None, "is not UTF-8"),)) from error
    return read_sources(text, path)


def read_sources(text: str, path: Path) -> tuple[Source, ...]:
    """The sources of a file's text; `path` is what problems call it, and where the paths of folders begin. Raises as `load_sources`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise SourcesError((Problem(str(path), line, None, None, f"is not TOML: {error}"),)) from error

    lines = _Lines(text)
    problems = [Problem(str(path), lines.top(key), None, key, "unknown field; a sources file holds [[source]] tables")
                for key in table if key != "source"]
    rows = table.get("source", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem(str(path), lines.top("source"), None, "source", "must be written as [[source]] tables"))
        rows = []
    sources: list[Source] = []
    first_line: dict[str, int] = {}
    for number, row in enumerate(rows):
        identity = row.get("id")
        name = identity if isinstance(identity, str) else None
        faults = list(_faults(row))
        if name is not None and name in first_line:
            faults.append(("id", f"is used already on line {first_line[name]}"))
        elif name is not None:
            first_line[name] = lines.of(number, "id")
        problems.extend(Problem(str(path), lines.of(number, where), name, where, reason) for where, reason in faults)
        if not faults:
            sources.append(_source(row, path.parent))
    if problems:
        raise SourcesError(tuple(sorted(problems, key=lambda problem: problem.line)))
    return tuple(sources)


def faults_of(source: Source) -> tuple[tuple[str, str], ...]:
    """Field and reason of each thing for which a row of this source would be refused."""
    row = {item.name: getattr(source, item.name) for item in fields(Source)}
    row |= {"kind": source.kind.value, "tier": source.tier.value, "selectors": {
        item.name: value for item in fields(Selectors) if (value := getattr(source.selectors, item.name)) is not None}}
    return tuple(_faults({name: value for name, value in row.items() if value is not None}))


_FIELDS = {item.name for item in fields(Source)}
_SELECTORS = {item.name for item in fields(Selectors)}
_TEXTS = ("id", "name", "home", "kind", "url", "language", "time_zone", "tier", "include", "outlet")
_REQUIRED = ("id", "name", "kind", "url")
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_OUTLET = re.compile(r"(?!www\.)[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def _faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Field and reason of each thing that is wrong with a row, duplicate ids apart."""
    for key in row:
        if key not in _FIELDS:
            yield key, "unknown field"
    for key in _REQUIRED:
        if key not in row:
            yield key, "is missing"
    right = {}
    for key in _TEXTS:
        if key not in row:
            continue
        value = row[key]
        if not isinstance(value, str):
            yield key, f"must be text, not {_kind_of(value)}"
        elif not value.strip() or value != value.strip() or not value.isprintable():
            yield key, "must be one line of text without blanks around it"
        else:
            right[key] = value
    if "id" in right and not _ID.fullmatch(right["id"]):
        yield "id", f"must be small letters, digits and hyphens, at most 64 of them, not {right['id']!r}"
    if "outlet" in right and not _OUTLET.fullmatch(right["outlet"]):
        yield "outlet", f"must be small letters, digits, hyphens and dots, as a host without www., not {right['outlet']!r}"
    kind = right.get("kind")
    if kind is not None and kind not in set(Kind):
        yield "kind", f"must be one of {', '.join(Kind)}, not {kind!r}"
    if "tier" in right and right["tier"] not in set(Tier):
        yield "tier", f"must be one of {', '.join(Tier)}, not {right['tier']!r}"
    if "language" in right and not _LANGUAGE.fullmatch(right["language"]):
        yield "language", f"must be a BCP 47 tag such as 'en' or 'pt-BR', not {right['language']!r}"
    if "time_zone" in right and right["time_zone"] not in available_timezones():
        yield "time_zone", f"must be an IANA zone such as 'Asia/Almaty', not {right['time_zone']!r}"
    if "home" in right and (reason := _url_fault(right["home"])):
        yield "home", reason
    if "home" not in row and kind in set(Kind) - {Kind.FOLDER}:
        yield "home", "is missing"
    if "url" in right and kind in set(Kind) - {Kind.FOLDER} and (reason := _url_fault(right["url"])):
        yield "url", reason
    if "include" in right:
        try:
            re.compile(right["include"])
        except re.error as error:
            yield "include", f"is no regular expression: {error}"
    if "interval" in row:
        interval = row["interval"]
        if not isinstance(interval, int) or isinstance(interval, bool):
            yield "interval", f"must be a whole number of seconds, not {_kind_of(interval)}"
        elif not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
            yield "interval", f"must lie between {SHORTEST_INTERVAL} and {LONGEST_INTERVAL} seconds, not {interval}"
    yield from _selector_faults(row.get("selectors", {}), kind)


def _selector_faults(table: Any, kind: str | None) -> Iterator[tuple[str, str]]:
    if not isinstance(table, dict):
        yield "selectors", f"must be a table, not {_kind_of(table)}"
        return
    for key, value in table.items():
        if key not in _SELECTORS:
            yield f"selectors.{key}", f"unknown field; there are {', '.join(sorted(_SELECTORS))}"
        elif not isinstance(value, str) or not value.strip():
            yield f"selectors.{key}", f"must be a CSS selector, not {_kind_of(value)}"
        else:
            try:
                soupsieve.compile(value)
            except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
                yield f"selectors.{key}", f"is no CSS selector: {str(error).splitlines()[0]}"
    if kind == Kind.LISTING and "links" not in table:
        yield "selectors.links", "is missing; a listing needs a selector that picks its article links"


def _url_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"is no URL: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return f"must be an http or https URL, not {url!r}"
    if parts.username is not None or parts.password is not None:
        return "must not carry a user name or password"
    if parts.fragment:
        return "must not carry a fragment"
    return None


def _kind_of(value: Any) -> str:
    names = {str: "text", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")


def _source(row: Mapping[str, Any], folder: Path) -> Source:
    values = dict(row)
    values["kind"] = Kind(row["kind"])
    values["tier"] = Tier(row.get("tier", Tier.PRESS))
    values["selectors"] = Selectors(**row.get("selectors", {}))
    values.setdefault("home", "")
    if values["kind"] is Kind.FOLDER:
        values["url"] = str((folder / row["url"]).absolute())
    return Source(**values)


class _Lines:
    """Where tables and keys stand in a sources file. tomllib tells no lines, so they are looked up in the text, which
    tomllib has found to be good TOML before."""

    _HEADER = re.compile(r"\s*\[\[\s*[\"']?source[\"']?\s*\]\]")
    _TABLE = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?$")
    _KEY = re.compile(r"\s*([A-Za-z0-9_.\"'\s-]+?)\s*=")

    def __init__(self, text: str) -> None:
        self._tops: dict[str, int] = {}
        self._rows: list[dict[str, int]] = []
        prefix = ""
        inside: str | None = None  # the delimiter of a multi-line string that is open
        for number, line in enumerate(text.splitlines(), 1):
            if inside is not None:
                inside = None if inside in line else inside
                continue
            if self._HEADER.match(line):
                self._rows.append({"": number})
                prefix = ""
            elif table := self._TABLE.match(line):
                name = re.sub(r"[\"'\s]", "", table[1])
                if name.startswith("source.") and self._rows:
                    prefix = name.removeprefix("source.") + "."
                    self._rows[-1].setdefault(prefix[:-1], number)
                else:
                    prefix = name + "."
                    self._tops.setdefault(name.split(".")[0], number)
            elif key := self._KEY.match(line):
                name = prefix + re.sub(r"[\"'\s]", "", key[1])
                if self._rows:
                    self._rows[-1].setdefault(name, number)
                    for inner in re.findall(r"([A-Za-z0-9_-]+)\s*=\s*[\"']", line[key.end():]):
                        self._rows[-1].setdefault(f"{name}.{inner}", number)
                else:
                    self._tops.setdefault(name.split(".")[0], number)
                for delimiter in ('"""', "'''"):
                    if line.count(delimiter) % 2:
                        inside = delimiter

    def top(self, key: str) -> int:
        return self._tops.get(key, 1)

    def of(self, row: int, name: str) -> int:
        """The line of field `name` (`selectors.links` for one inside a table), else of the row's header, else 1."""
        if row >= len(self._rows):
            return 1
        known = self._rows[row]
        return known.get(name) or known.get(name.split(".")[0]) or known[""]
