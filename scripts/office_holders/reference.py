"""Reading the reference files: REIGN's leaders, Wikidata's leaders, the Factbook, and Phoenix's actors."""
from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .spelling import surely_same
from .terms import Term

# Phoenix saw the cabinets month by month from January 2003 until about the end of 2010; ">" there means "to the end
# of what was seen", and a start in January 2003 "since then or earlier".
PHOENIX_LAST_SEEN = "2010"
_FIRST_SEEN = "2003-01-01"

# Only the codes whose holders travel: foreign, interior and finance ministers, envoys and ambassadors share GOV; trade,
# economy, energy and the central bank share GOVBUS. The source doesn't say which, so neither does the title.
_PORTFOLIOS = {
    "GOVMIL": ("defence_minister", "Defence Minister"),
    "GOVJUD": ("other", "Justice Minister"),
    "GOVBUS": ("other", "Government member"),
    "GOV": ("other", "Government member"),
}
_TERM = re.compile(r"\[([A-Z]{3})([A-Z]*)(?:\s+([^\]]*))?\]")
_SPAN = re.compile(r"(>)?(\d{6}|\d{8})(?:-(\d{6}|\d{8}))?")
_TITLES = frozenset(re.findall(r"\S+", """
    PRESIDENT MINISTER PREMIER CHANCELLOR SECRETARY AMBASSADOR LEADER KING QUEEN PRINCE PRINCESS EMIR SULTAN SIR DAME
    LORD SHEIKH SHAIKH GENERAL GEN COLONEL COL MAJOR MAJ LT DR MR MRS MS ADMINISTRATION GOVERNMENT FORMER EX FOREIGN
    PRIME DEPUTY VICE ACTING HIS HER CHIEF OFFICER ADMIRAL CAPTAIN SENATOR REPRESENTATIVE ENVOY CHAIRMAN DIRECTOR
    AYATOLLAH OFFICIAL OFFICE PARTY RULER DICTATOR STRONGMAN OF THE FOR BRIG BRIGADIER MARSHAL RET
    """))
_PARTICLES = frozenset(re.findall(r"\S+", """
    de da do dos das del della di du van von der den la le las los el al ul bin bint ibn ben ould mint y e i zu und ag
    """))


@dataclass(frozen=True, slots=True)
class Leader:
    """A spell at the head of a state as a reference file tells it: the office isn't always told.

    `name` may be a bare surname.
    """

    country: str
    name: str
    start: str
    end: str
    source: str


def natural_case(words: str) -> str:
    """`MIKHAIL_Y._FRADKOV_` or `Abdelmadjid TEBBOUNE` as a name is written: Mikhail Y. Fradkov."""
    parts: list[str] = []
    for word in words.replace("_", " ").split():
        if word.lower() in _PARTICLES and parts:
            parts.append(word.lower())
        elif word.isupper() and not re.fullmatch(r"[IVX]{2,4}", word):
            cased = "-".join(_capital(piece) for piece in word.split("-"))
            parts.append(cased)
        else:
            parts.append(word)
    return " ".join(parts)


def _capital(piece: str) -> str:
    if re.fullmatch(r"(?:[A-Z]\.)+", piece):
        return piece
    lowered = piece.lower()
    for prefix in ("o'", "d'", "n'", "m'", "mc"):
        if lowered.startswith(prefix) and len(lowered) > len(prefix) + 2:
            return prefix.capitalize() + lowered[len(prefix):].capitalize()
    return lowered.capitalize()


def _day(digits: str) -> str:
    if len(digits) == 8:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    year = int(digits[:2])
    return f"{(2000 if year <= 14 else 1900) + year}-{digits[2:4]}-{digits[4:]}"


def _real_day(day: str) -> bool:
    return "01" <= day[5:7] <= "12" and "01" <= day[8:] <= "31"


def _entries(path: Path) -> Iterator[tuple[list[str], list[tuple[str, str, str]]]]:
    """Each actor of a Phoenix file: its spellings (the main one first), and (country, role, span) for each line."""
    names: list[str] = []
    roles: list[tuple[str, str, str]] = []
    for raw in path.read_text(encoding="utf-8", errors="replace").splitlines():
        line = raw.split("#")[0].rstrip()
        if not line:
            continue
        if not line[0].isspace():
            if "CountryInfo" in raw and not roles:
                names = []  # the names so far were those of the country itself
            if roles:
                yield names, roles
                names, roles = [], []
            names.append(line.split("[")[0].strip().lstrip("+").strip())
        roles += [(found[1], found[2], found[3] or "") for found in _TERM.finditer(line)]
    if roles:
        yield names, roles


def _person(name: str) -> str | None:
    words = name.strip("_").replace("HOJJAT_OL_ESLAM_", "").split("_")
    if any(not re.fullmatch(r"(?:[A-Z]\.)+|[A-Z`'\-]+\.?", word) for word in words) or not 2 <= len(words) <= 6:
        return None
    if any(word.strip(".") in _TITLES for word in words) or any(len(word.strip(".")) > 16 for word in words):
        return None
    if sum(len(word.strip(".")) > 1 for word in words) < 2:
        return None
    return natural_case("_".join(words).replace("`", "'"))


def phoenix(path: Path, codes: dict[str, str]) -> tuple[list[Leader], list[Term]]:
    """Leaders with exact days, and members of cabinets by month. `codes` maps alpha-3 to alpha-2."""
    leaders: list[Leader] = []
    members: list[Term] = []
    for names, roles in _entries(path):
        main = names[0]
        leads = any(role == "ELI" for _, role, _ in roles)
        spellings = [spelling for spelling in map(_person, names) if spelling]
        for alpha3, role, span in roles:
            found = _SPAN.fullmatch(span.replace(" ", ""))
            if found is None or alpha3 not in codes or not role.startswith("GOV"):
                continue
            start, end = _day(found[2]), _day(found[3]) if found[3] else ""
            if not _real_day(start) or (end and (not _real_day(end) or end < start)):
                continue
            if (end or PHOENIX_LAST_SEEN) < "1985":
                continue
            by_month = start[8:] == "01" and start >= _FIRST_SEEN and (not end or int(end[8:]) >= 28)
            if leads and role == "GOV" and not by_month:
                leaders.append(Leader(codes[alpha3], natural_case(_bare(main)), start, end, "phoenix"))
            elif by_month and spellings and role in _PORTFOLIOS:
                office, title = _PORTFOLIOS[role]
                first = "2003" if start == _FIRST_SEEN else start[:7]
                members.append(Term(codes[alpha3], office, title, spellings[0], first,
                                    end[:7] if end else max(PHOENIX_LAST_SEEN, first), "phoenix",
                                    tuple(name for name in spellings[1:] if surely_same(name, spellings[0]))))
    return leaders, members


def _bare(name: str) -> str:
    words = [word for word in name.strip("_+").replace("`", "'").split("_") if word.strip(".") not in _TITLES]
    return "_".join(words)


def reign(path: Path, codes: dict[str, str]) -> list[Leader]:
    """Leaders with the day they came in and the month they left. `codes` maps REIGN's abbreviations to alpha-2."""
    leaders = []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            if row["stateabb"] not in codes or (row["eyear"] and int(row["eyear"]) < 1985):
                continue
            name = re.sub(r"\s*\(.*?\)", "", row["leader"]).strip()
            if ", " in name:
                name = " ".join(reversed(name.split(", ", 1)))
            start = f"{int(row['syear']):04d}-{int(row['smonth']):02d}-{int(row['sdate']):02d}"
            end = f"{int(row['eyear']):04d}-{int(row['emonth']):02d}" if row["eyear"] else ""
            leaders.append(Leader(codes[row["stateabb"]], natural_case(name), start, end, "reign"))
    return leaders


def wikidata(path: Path, codes: dict[str, str]) -> list[Term]:
    """Heads of 2021 and 2022 with the years of their terms. `codes` maps the file's country names to alpha-2."""
    terms = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            position, name = row["positionLabel"].casefold(), row["officeholderLabel"]
            country = codes.get(row["country"])
            if country is None or re.fullmatch(r"Q\d+", name) or "swiss federal council" in position:
                continue
            name = re.sub(r",? (?:Prince )?of [A-Z]\w+$", "", name).split(",")[0]
            if position.startswith(("prime minister", "federal chancellor", "premier", "chief minister of",
                                    "minister of state", "president of the executive yuan")):
                office = "head_of_government"
                title = "Chancellor" if "chancellor" in position else "Prime Minister"
                title = "Premier" if position.startswith("premier") or "yuan" in position else title
            elif position.startswith("president of the republic of") or re.match(r"president of (?!the pont)", position):
                office, title = "head_of_state", "President"
            else:
                continue
            terms.append(Term(country, office, title, name, row["start_year"], row["end_year"], "wikidata"))
    return terms


_SINCE = re.compile(r"(?P<who>.+?) \((?:since )?(?P<since>[^)]*\d{4})\)")
_MONTHS = {month: f"{number:02d}" for number, month in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}
_OFFICES = (
    ("head_of_state", "President", re.compile(r"(?:Interim |Transition |Transitional )?President (?=[A-Z])")),
    ("head_of_government", "Prime Minister", re.compile(
        r"(?:Interim |Transition |Acting |Caretaker |CNSP )?Prime Minister (?=[A-Z])")),
)


def factbook(path: Path, codes: dict[str, str]) -> list[Term]:
    """Presidents and prime ministers of spring 2026 with their "since". `codes` maps the short names to alpha-2."""
    terms: list[Term] = []
    for state in json.loads(path.read_text(encoding="utf-8")):
        country = codes.get(state["short"])
        if country is None:
            continue
        for cell in (state["chief_of_state"] or "", state["head_of_government"] or ""):
            found = _SINCE.match(cell)
            if found is None:
                continue
            for office, title, prefix in _OFFICES:
                begins = prefix.match(found["who"])
                if begins:
                    name = natural_case(re.sub(r"^(?:Col\.|Gen\.|General|Dr\.) ", "", found["who"][begins.end():]))
                    term = Term(country, office, title, name, _since(found["since"]), "", "factbook")
                    if not any(known.name == name and known.country == country for known in terms):
                        terms.append(term)
    return terms


def _since(words: str) -> str:
    parts = words.split()
    year = parts[-1]
    month = _MONTHS.get(parts[-2][:3].casefold(), "") if len(parts) > 1 else ""
    day = f"{int(parts[-3]):02d}" if len(parts) > 2 and parts[-3].isdigit() else ""
    return "-".join(part for part in (year, month, day if month else "") if part)
