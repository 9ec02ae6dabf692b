"""Build `timeline/data/office_holders.csv` from the written tables and the reference files.

    python scripts/build_office_holders.py --reference ../shared/reference

The written tables (`scripts/office_holders/*.csv`) say who held what and in which order. The reference files make
their dates exact, add spellings, add the members of cabinets of 2003 to 2010, and contradict: what they tell and the
tables don't is printed with `--report`.
"""
from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from office_holders.merge import Person, Register
from office_holders.reference import factbook, phoenix, reign, wikidata
from office_holders.terms import TableError, written_tables

HERE = Path(__file__).resolve().parent
COLUMNS = ("id", "name", "aliases", "country", "office", "title", "start", "end", "source")


@dataclass(frozen=True, slots=True)
class Codes:
    """How each reference file calls a state, to ISO 3166-1 alpha-2."""

    alpha3: dict[str, str] = field(default_factory=dict)
    reign: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Codes:
        codes = cls()
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["alpha3"]:
                    codes.alpha3[row["alpha3"]] = row["alpha2"]
                if row["reign"]:
                    codes.reign[row["reign"]] = row["alpha2"]
                for name in row["names"].split("|"):
                    codes.names[name] = row["alpha2"]
        return codes


def build(reference: Path, written: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of the table, sorted by id, country, office and start; and the report, line by line.

    Raises:
        TableError: a written table has a bad row.
        OSError: a reference file is missing.
    """
    codes = Codes.read(written / "country_codes.csv")
    with (written / "left_over_leaders.csv").open(encoding="utf-8", newline="") as file:
        left_over = {row["alpha2"]: (row["office"], row["title"]) for row in csv.DictReader(file)}
    with (written / "namesakes.csv").open(encoding="utf-8", newline="") as file:
        namesakes = [(row["alpha2"], row["written"], row["other"]) for row in csv.DictReader(file)]
    register = Register(written_tables(written), left_over, namesakes)
    leaders, members = phoenix(reference / "phoenix-country-actors.txt", codes.alpha3)
    register.check_leaders(leaders)
    register.check_leaders(reign(reference / "reign-leaders-2021-03.csv", codes.reign))
    register.add_heads(factbook(reference / "factbook-2026.json", codes.names))
    register.add_heads(wikidata(reference / "wikidata-leaders-2022.csv", codes.names))
    register.add_members(members)
    return list(_rows(register.people())), register.report


def _rows(people: Iterable[Person]) -> Iterable[dict[str, str]]:
    rows = []
    for person in people:
        for term in person.terms:
            rows.append(dict(zip(COLUMNS, (
                person.id, person.name, "|".join(sorted(person.aliases)), term.country, term.office, term.title,
                term.start, term.end, term.source), strict=True)))
    return sorted(rows, key=lambda row: (row["id"], row["country"], row["start"], row["office"], row["title"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", type=Path, default=HERE.parent.parent / "shared" / "reference")
    parser.add_argument("--out", type=Path, default=HERE.parent / "timeline" / "data" / "office_holders.csv")
    parser.add_argument("--report", action="store_true", help="print where the sources contradict or know more")
    options = parser.parse_args()
    try:
        rows, report = build(options.reference, HERE / "office_holders")
    except (TableError, OSError) as error:
        print(f"build_office_holders: {error}", file=sys.stderr)
        return 1
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    if options.report:
        print("\n".join(report))
    by_source: dict[str, int] = defaultdict(int)
    for row in rows:
        by_source[row["source"]] += 1
    print(f"{len(rows)} terms of {len({row['id'] for row in rows})} persons: {dict(by_source)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
