"""How the table of office holders is made: reading written successions and reference files, and joining them."""
from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from office_holders.merge import Register
from office_holders.reference import Leader, factbook, natural_case, phoenix, reign
from office_holders.spelling import same_person, slug, surely_same, variants
from office_holders.terms import TableError, Term, written_tables

HEADER = "country,office,title,name,start,end,aliases\n"


def tables(folder: Path, rows: str) -> list[Term]:
    (folder / "somewhere.csv").write_text(HEADER + rows, encoding="utf-8")
    return written_tables(folder)


def test_a_succession_names_its_office_once_and_each_end_is_the_next_start(tmp_path: Path) -> None:
    """An explicit end stays, the last open end means still in office, and a new heading closes nothing."""
    terms = tables(tmp_path, "XA,head_of_state,President,Ann Abel,1990-01-02,,A. Abel|Anna Abel\n"
                             ",,,Bob Baker,1995-03,1999,\n,,,Cid Clark,2001,,\n"
                             "XA,speaker,Speaker,Dan Dole [speaker],2005,,\n")
    assert [(term.name, term.start, term.end) for term in terms] == [
        ("Ann Abel", "1990-01-02", "1995-03"), ("Bob Baker", "1995-03", "1999"), ("Cid Clark", "2001", ""),
        ("Dan Dole", "2005", "")]
    assert terms[0].aliases == ("A. Abel", "Anna Abel")
    assert terms[3].qualifier == "speaker"


@pytest.mark.parametrize(("row", "reason"), [
    ("XA,monarchs,King,Ann Abel,1990,,\n", "unknown office 'monarchs'"),
    ("XA,monarch,King,Ann Abel,soon,,\n", "start 'soon' is no date"),
    ("XA,monarch,King,Ann Abel,1990,1989-12,\n", "ends 1989-12 before the start 1990"),
    ("XA,monarch,King,,1990,,\n", "name and start are needed"),
    ("XA,monarch,King,Ann Abel,1995,,\n,,,Bob Baker,1993,,\n", "begins before the predecessor Ann Abel"),
    ("XA,monarch,King,Ann Abel,1995\n", "expected 7 columns"),
])
def test_a_bad_row_is_refused_with_file_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(TableError, match=rf"somewhere\.csv:\d+: .*{reason}"):
        tables(tmp_path, row)


def test_phoenix_tells_leaders_by_the_day_and_cabinets_by_the_month(tmp_path: Path) -> None:
    """ELI before and after marks a leader; months since 2003 mark the cabinet lists, whose ">" ends in 2010."""
    path = tmp_path / "actors.txt"
    path.write_text(
        "ARCADIA_  [XAA]\n+ARCADIAN_\n"
        "JOHN_D._ROE_  # CountryInfo.txt\n+PRESIDENT_ROE_\n\t[XAAELI 500101-910203]\n\t[XAAGOV 910203-990607]\n"
        "MARY_O'DAY_  # CountryInfo.txt\n+MARIE_O'DAY_\n\t[XAAGOVMIL 030101-050331]\n\t[XAAGOV >070401]\n"
        "PLUTO_POE_  # CountryInfo.txt\n\t[XAAGOVEDU 040101-050331]\n", encoding="utf-8")
    leaders, members = phoenix(path, {"XAA": "XA"})
    assert leaders == [Leader("XA", "John D. Roe", "1991-02-03", "1999-06-07", "phoenix")]
    assert [(m.name, m.office, m.start, m.end) for m in members] == [
        ("Mary O'Day", "defence_minister", "2003", "2005-03"), ("Mary O'Day", "other", "2007-04", "2010")]


def test_reign_leaders_read_in_natural_order(tmp_path: Path) -> None:
    path = tmp_path / "reign.csv"
    path.write_text("stateabb,leader,sdate,smonth,syear,emonth,eyear\nXAA,\"Roe, John (2nd time)\",3,2,1991,6,1999\n"
                    "XAA,Old Man,1,1,1960,5,1970\n", encoding="utf-8")
    assert reign(path, {"XAA": "XA"}) == [Leader("XA", "John Roe", "1991-02-03", "1999-06", "reign")]


def test_the_factbook_gives_heads_with_their_since(tmp_path: Path) -> None:
    path = tmp_path / "factbook.json"
    path.write_text('[{"short": "Arcadia", "chief_of_state": "President John D. ROE (since 3 February 2021)", '
                    '"head_of_government": "Interim Prime Minister Mary O\'DAY (since July 2024)"}]', encoding="utf-8")
    assert [(t.office, t.name, t.start, t.end) for t in factbook(path, {"Arcadia": "XA"})] == [
        ("head_of_state", "John D. Roe", "2021-02-03", ""), ("head_of_government", "Mary O'Day", "2024-07", "")]


def test_a_reference_file_makes_a_written_date_exact_but_never_moves_it() -> None:
    """The source says which file the exact date is from; a contradiction is reported and changes nothing."""
    register = Register([Term("XA", "head_of_state", "President", "John Roe", "1991", "1999", "knowledge"),
                         Term("XA", "head_of_state", "President", "Mary Day", "1999-06-08", "", "knowledge")])
    register.check_leaders([Leader("XA", "Roe", "1991-02-03", "1999-06", "reign"),
                            Leader("XA", "Mary Day", "1998-01-01", "", "phoenix"),
                            Leader("XA", "Nick Nobody", "1980-01-01", "1990-12-31", "phoenix")])
    roe, day = (person.terms[0] for person in register.people())
    assert (roe.start, roe.end, roe.source) == ("1991-02-03", "1999-06", "knowledge+reign")
    assert (day.start, day.source) == ("1999-06-08", "knowledge")
    assert [line.split(":")[0] for line in register.report] == ["start XA", "missing XA"]


def test_a_written_succession_keeps_others_out_of_its_office() -> None:
    """A cabinet list's defence minister beside the written one meant something else; a namesake abroad gets a suffix."""
    register = Register([Term("XA", "defence_minister", "Defence Minister", "John Roe", "2003", "2010", "knowledge")])
    register.add_members([
        Term("XA", "defence_minister", "Defence Minister", "Paul Poe", "2003-01", "2009-12", "phoenix"),
        Term("XB", "other", "Government member", "John Roe", "2004-01", "2009-12", "phoenix"),
        Term("XA", "other", "Government member", "Short Lived", "2004-01", "2004-12", "phoenix")])
    assert [(p.id, p.terms[0].office) for p in register.people()] == [
        ("person:john-roe", "defence_minister"), ("person:paul-poe", "other"), ("person:john-roe-xb", "other")]


def test_an_alias_that_fits_two_persons_is_nobodys() -> None:
    register = Register([Term("XA", "speaker", "Speaker", "John Roe", "1990", "", "knowledge", ("J. Roe", "Jack Roe")),
                         Term("XB", "speaker", "Speaker", "Jane Roe", "1990", "", "knowledge", ("J. Roe",))])
    assert [person.aliases for person in register.people()] == [{"Jack Roe"}, set()]


@pytest.mark.parametrize(("written", "name"), [
    ("ABDELMADJID TEBBOUNE", "Abdelmadjid Tebboune"), ("MIKHAIL_Y._FRADKOV_", "Mikhail Y. Fradkov"),
    ("HANS_DIETRICH_VON_DER_HEIDE", "Hans Dietrich von der Heide"), ("SEAN_O'NEILL", "Sean O'Neill"),
    ("ELIZABETH_II", "Elizabeth II"), ("JEAN-CLAUDE_DUVAL", "Jean-Claude Duval")])
def test_capitals_become_a_name_as_it_is_written(written: str, name: str) -> None:
    assert natural_case(written) == name


def test_transliterations_meet_and_namesakes_do_not() -> None:
    """Telling one person from another must not hang on an initial, nor on two words somewhere in a long name."""
    assert same_person("Sergey Lavrov", "Sergei Lavrov")
    assert same_person("Heydar Aliyev", "Heidar Aliev")
    assert not same_person("A. C. S. Hameed", "Athauda Seneviratne")
    assert not surely_same("Vladimir Putin", "Vladislav Putilin")
    assert not surely_same("Robert M. Hill", "Robert McClelland")
    assert slug("Recep Tayyip Erdoğan") == "recep-tayyip-erdogan"


def test_spellings_by_rule() -> None:
    """Marks are dropped, Japanese names turned, Korean given names joined and parted."""
    assert variants("Édouard Balladur", "FR") == {"Edouard Balladur"}
    assert variants("Shinzo Abe", "JP") == {"Abe Shinzo"}
    assert variants("Moon Jae-in", "KR") == {"Moon Jae In", "Moon Jaein"}
    assert variants("Lee Jae Myung", "KR") == {"Lee Jae-myung"}
