"""The table of office holders: every row is well formed, and rows don't contradict one another."""
from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from timeline.gazetteer import DATA, OFFICES, load_gazetteer

TABLE = Path(DATA) / "office_holders.csv"
COLUMNS = ["id", "name", "aliases", "country", "office", "title", "start", "end", "source"]
SOURCES = {"knowledge", "phoenix", "reign", "wikidata", "factbook"}
DATE = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")

# Two governments at a time, each with a head: Cambodia's two prime ministers, the rival governments of Libya and of
# Lebanon (1988 to 1990), the two Yemens before 1990, and Myanmar's prime minister under a military council.
RIVALS = {"KH", "LB", "LY", "MM", "YE"}
TOLERATED_DAYS = 31


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def first_day(text: str) -> date:
    return date.fromisoformat(text + "-01-01"[len(text) - 4:])


def last_day(text: str) -> date:
    if not text:
        return date.max
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = (int(text[:4]), int(text[5:7]) if len(text) == 7 else 12)
    return date(year + month // 12, month % 12 + 1, 1)


def test_it_holds_thousands_of_terms_of_every_member_of_the_united_nations(rows: list[dict[str, str]]) -> None:
    """At least 6,000 terms, and for each state of the UN a head who was in office in 2026."""
    assert len(rows) >= 6000
    states = load_gazetteer().organisations["UN"].members(date(2025, 1, 1))
    heads = {row["country"] for row in rows
             if row["office"] in {"head_of_state", "head_of_government", "monarch"} and (not row["end"] or row["end"] >= "2026")}
    assert len(states) == 193
    assert sorted(set(states) - heads) == []


def test_every_cell_is_well_formed(rows: list[dict[str, str]]) -> None:
    """Ids are slugs, offices are known, dates parse, nobody leaves before coming, no stray blanks."""
    for row in rows:
        assert re.fullmatch(r"person:[a-z0-9]+(?:-[a-z0-9]+)*", row["id"]), row
        assert row["office"] in OFFICES, row
        assert set(row["source"].split("+")) <= SOURCES, row
        assert DATE.fullmatch(row["start"]), row
        assert not row["end"] or DATE.fullmatch(row["end"]), row
        assert first_day(row["start"]) <= last_day(row["end"]), row
        assert row["name"], row
        assert row["title"], row
        assert all(cell == cell.strip() and "  " not in cell for cell in row.values()), row


def test_every_country_is_a_state_or_a_body_of_the_gazetteer(rows: list[dict[str, str]]) -> None:
    """A code that nobody else knows would make a participant without a party."""
    gazetteer = load_gazetteer()
    parties = set(gazetteer.states) | {body.name for body in gazetteer.organisations.values()}
    assert {row["country"] for row in rows} - parties == set()


def test_an_id_is_one_person_and_a_name_without_suffix_makes_the_id(rows: list[dict[str, str]]) -> None:
    """One id never has two names or two sets of aliases; nobody has the same term twice."""
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        told[row["id"]].add((row["name"], row["aliases"]))
    assert {key: value for key, value in told.items() if len(value) > 1} == {}
    terms = [(row["id"], row["country"], row["office"], row["title"], row["start"]) for row in rows]
    assert len(terms) == len(set(terms))


def test_an_alias_belongs_to_one_person_and_is_no_bare_surname(rows: list[dict[str, str]]) -> None:
    """An alias that two persons share, or that is another's name, would decide between them by chance."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for alias in filter(None, row["aliases"].split("|")):
            owners[alias.casefold()].add(row["id"])
            assert alias != row["name"], row
    names = defaultdict(set)
    for row in rows:
        names[row["name"].casefold()].add(row["id"])
    assert {alias: ids for alias, ids in owners.items() if len(ids | names.get(alias, set())) > 1} == {}


def test_a_country_has_one_head_of_government_at_a_time(rows: list[dict[str, str]]) -> None:
    """Terms may touch, and a day or a month may be shared where dates are vague; more is a mistake."""
    by_country: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        if row["office"] == "head_of_government":
            by_country[row["country"]].append(row)
    clashes = []
    for country, terms in by_country.items():
        if country in RIVALS:
            continue
        terms.sort(key=lambda row: first_day(row["start"]))
        for earlier, later in pairwise(terms):
            if earlier["id"] == later["id"]:
                continue
            # Only what is certain: from the last day on which the later term may have begun.
            begun = first_day(later["start"]) if len(later["start"]) == 10 else last_day(later["start"])
            ended = date.max if not earlier["end"] else first_day(earlier["end"])
            if (ended - begun).days > TOLERATED_DAYS:
                clashes.append((country, earlier["name"], earlier["end"], later["name"], later["start"]))
    assert clashes == []


@pytest.mark.parametrize(("country", "office", "day", "name"), [
    ("US", "foreign_minister", date(2006, 5, 1), "Condoleezza Rice"),
    ("RU", "head_of_state", date(2010, 1, 1), "Dmitry Medvedev"),
    ("RU", "head_of_government", date(2010, 1, 1), "Vladimir Putin"),
    ("JP", "head_of_government", date(1987, 1, 10), "Yasuhiro Nakasone"),
    ("SU", "foreign_minister", date(1986, 1, 10), "Eduard Shevardnadze"),
    ("KZ", "head_of_state", date(2023, 11, 9), "Kassym-Jomart Tokayev"),
    ("GB", "finance_minister", date(1987, 2, 22), "Nigel Lawson"),
    ("CN", "foreign_minister", date(2023, 3, 1), "Qin Gang"),
    ("UN", "secretary_general", date(1999, 6, 1), "Kofi Annan"),
    ("EU", "commission_president", date(2020, 1, 1), "Ursula von der Leyen"),
    ("SA", "crown_prince", date(2020, 1, 1), "Mohammed bin Salman"),
])
def test_who_held_an_office_on_a_day(country: str, office: str, day: date, name: str) -> None:
    """The table answers through the gazetteer with exactly one holder."""
    assert [actor.name for actor in load_gazetteer().holders(country, office, day)] == [name]


def test_the_same_person_keeps_one_id_over_offices_and_employers(rows: list[dict[str, str]]) -> None:
    """Ban Ki-moon was a minister of Korea and the head of the UN; Mark Rutte a prime minister and the head of NATO."""
    held: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        held[row["id"]].add((row["country"], row["office"]))
    assert held["person:ban-ki-moon"] >= {("KR", "foreign_minister"), ("UN", "secretary_general")}
    assert held["person:mark-rutte"] >= {("NL", "head_of_government"), ("NATO", "secretary_general")}
    assert "person:george-h-w-bush" in held
    assert "person:george-w-bush" in held
