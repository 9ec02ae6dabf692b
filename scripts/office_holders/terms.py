"""One term of one office, and the tables written by hand."""
from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

OFFICES = frozenset({
    "head_of_state", "head_of_government", "deputy_head", "foreign_minister", "defence_minister", "finance_minister",
    "interior_minister", "trade_minister", "speaker", "crown_prince", "monarch", "envoy", "ambassador",
    "secretary_general", "commission_president", "council_president", "high_representative", "security_adviser",
    "organisation_head", "other",
})
HEADS = frozenset({"head_of_state", "head_of_government", "monarch"})

_DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_QUALIFIED = re.compile(r"(?P<name>.+?) \[(?P<qualifier>[^\]]+)\]")


class TableError(ValueError):
    """A row of a written table that cannot be used: names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Term:
    """Dates are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `end` is empty while the term lasts.

    `qualifier` tells namesakes apart ("homeland security"); it goes into the id and never into the name.
    """

    country: str
    office: str
    title: str
    name: str
    start: str
    end: str
    source: str
    aliases: tuple[str, ...] = ()
    qualifier: str = ""


def earliest(date: str) -> str:
    """The first day that a partial date may mean, as `YYYY-MM-DD`; an empty date means the beginning of time."""
    return {0: "0000-00-00", 4: date + "-01-01", 7: date + "-01"}.get(len(date), date)


def latest(date: str) -> str:
    """The last day that a partial date may mean (the 31st of every month sorts right); empty means still going on."""
    return {0: "9999-99-99", 4: date + "-12-31", 7: date + "-31"}.get(len(date), date)


def overlap(one: Term, two: Term, slack_years: int = 0) -> bool:
    """Whether the terms share time, with `slack_years` granted at each side."""
    def moved(day: str, years: int) -> str:
        return f"{max(0, min(9999, int(day[:4]) + years)):04d}{day[4:]}"

    return (moved(earliest(one.start), -slack_years) <= latest(two.end)
            and earliest(two.start) <= moved(latest(one.end), slack_years))


def written_tables(folder: Path) -> list[Term]:
    """The terms of every succession in `folder/*.csv`.

    A row that leaves country, office and title empty goes on with the succession above it. An empty end is the start
    of the next row of the succession; in its last row it means that the term lasts.

    Raises:
        TableError: a row with an unknown office, a missing name, a date that is none, or an end before its start.
    """
    terms: list[Term] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != ["country", "office", "title", "name", "start", "end", "aliases"]:
                continue
            terms += _successions(path, reader)
    return terms


def _successions(path: Path, reader: csv.DictReader[str]) -> list[Term]:
    terms: list[Term] = []
    opens: list[bool] = []
    heading = ("", "", "")
    for row in reader:
        where = f"{path.name}:{reader.line_num}"
        if None in row or any(value is None for value in row.values()):
            raise TableError(f"{where}: expected 7 columns: {row}")
        fields = {key: value.strip() for key, value in row.items()}
        begins = bool(fields["country"])
        if begins:
            heading = (fields["country"], fields["office"], fields["title"])
        country, office, title = heading
        if office not in OFFICES:
            raise TableError(f"{where}: unknown office {office!r}")
        for column in ("start", "end"):
            if fields[column] and not _DATE.fullmatch(fields[column]):
                raise TableError(f"{where}: {column} {fields[column]!r} is no date")
        if not fields["name"] or not fields["start"]:
            raise TableError(f"{where}: name and start are needed")
        if fields["end"] and latest(fields["end"]) < earliest(fields["start"]):
            raise TableError(f"{where}: {fields['name']} ends {fields['end']} before the start {fields['start']}")
        found = _QUALIFIED.fullmatch(fields["name"])
        name, qualifier = (found["name"], found["qualifier"]) if found else (fields["name"], "")
        if terms and opens[-1] and not begins:
            terms[-1] = replace(terms[-1], end=fields["start"])
            if latest(terms[-1].end) < earliest(terms[-1].start):
                raise TableError(f"{where}: {name} begins before the predecessor {terms[-1].name}")
        aliases = tuple(alias.strip() for alias in fields["aliases"].split("|") if alias.strip())
        terms.append(Term(country, office, title, name, fields["start"], fields["end"], "knowledge", aliases,
                          qualifier))
        opens.append(not fields["end"])
    return terms
