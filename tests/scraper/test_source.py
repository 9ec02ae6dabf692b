"""The sources file: what a row becomes, and how every wrong row is told."""
from __future__ import annotations

from pathlib import Path

import pytest

from scraper.source import Kind, Selectors, SourcesError, load_sources
from timeline.model import Tier

GOOD = """\
[[source]]
id = "ministry"
name = "The Ministry"
home = "https://ministry.example/"
kind = "listing"
url = "https://ministry.example/readouts"
language = "en"
time_zone = "Asia/Almaty"
interval = 900
tier = "official"
include = "/readouts/[0-9]+"
[source.selectors]
links = "a.readout"
body = "div.text"

[[source]]
id = "desk"
name = "The Desk"
kind = "folder"
url = "texts"
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(tmp_path: Path, text: str) -> list[tuple[int, str | None, str | None]]:
    with pytest.raises(SourcesError) as caught:
        load_sources(written(tmp_path, text))
    return [(problem.line, problem.source, problem.field) for problem in caught.value.problems]


def test_a_row_becomes_a_source_with_defaults_for_what_it_leaves_out(tmp_path: Path) -> None:
    ministry, desk = load_sources(written(tmp_path, GOOD))
    assert (ministry.kind, ministry.tier, ministry.interval) == (Kind.LISTING, Tier.OFFICIAL, 900)
    assert ministry.selectors == Selectors(links="a.readout", body="div.text")
    assert ministry.zone.key == "Asia/Almaty"
    assert (desk.tier, desk.interval, desk.time_zone, desk.language, desk.home) == (Tier.PRESS, 1800, "UTC", "en", "")


@pytest.mark.parametrize(("home", "row", "outlet"), [
    ("https://www.Ministry.example/press/", "", "ministry.example"), ("http://ministry.example:8080/", "", "ministry.example"),
    ("https://en.ministry.example/", "", "en.ministry.example"), ("https://gov.example/ministry", 'outlet = "ministry"\n', "ministry"),
    ("https://ministry.example.org/", 'outlet = "ministry.example"\n', "ministry.example")])
def test_an_outlet_is_known_by_the_host_of_its_home_or_as_its_row_says(tmp_path: Path, home: str, row: str, outlet: str) -> None:
    text = GOOD.replace('"https://ministry.example/"', f'"{home}"').replace("interval = 900\n", row)
    assert load_sources(written(tmp_path, text))[0].outlet_id == outlet


def test_a_folder_without_home_is_an_outlet_of_its_own(tmp_path: Path) -> None:
    assert load_sources(written(tmp_path, GOOD))[1].outlet_id == "desk"
    of_the_ministry = GOOD + 'home = "https://ministry.example/"\n'
    assert [source.outlet_id for source in load_sources(written(tmp_path, of_the_ministry))] == ["ministry.example", "ministry.example"]


def test_a_folder_is_found_beside_the_sources_file(tmp_path: Path) -> None:
    assert load_sources(written(tmp_path, GOOD))[1].url == str(tmp_path / "texts")


def test_every_wrong_row_is_told_at_once_with_line_field_and_reason(tmp_path: Path) -> None:
    text = GOOD.replace('"Asia/Almaty"', '"Asia/Atlantis"').replace("900", '"900"').replace('"folder"', '"file"')
    with pytest.raises(SourcesError) as caught:
        load_sources(written(tmp_path, text))
    assert [(problem.line, problem.source, problem.field) for problem in caught.value.problems] == [
        (8, "ministry", "time_zone"), (9, "ministry", "interval"), (19, "desk", "kind")]
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{tmp_path}/sources.toml:8: source 'ministry': time_zone: must be an IANA zone")
    assert "Asia/Atlantis" in first


@pytest.mark.parametrize(("change", "line", "field"), [
    (("interval = 900", "interval = 5"), 9, "interval"), (("interval = 900", "interval = true"), 9, "interval"),
    (("interval = 900", "interval = 90.5"), 9, "interval"), (('tier = "official"', 'tier = "state"'), 10, "tier"),
    (('kind = "listing"', 'kind = "rss"'), 5, "kind"), (('language = "en"', 'language = "English!"'), 7, "language"),
    (('home = "https://ministry.example/"', 'home = "ministry.example"'), 4, "home"),
    (('readouts"\nlang', 'readouts#x"\nlang'), 6, "url"), (('"https://ministry.example/readouts"', '"file:///etc"'), 6, "url"),
    (('"https://ministry.example/readouts"', '"https://me:word@ministry.example/"'), 6, "url"),
    (('id = "ministry"', 'id = "The Ministry"'), 2, "id"), (('id = "ministry"', "id = 7"), 2, "id"),
    (('name = "The Ministry"', 'name = ""'), 3, "name"), (('"/readouts/[0-9]+"', '"("'), 11, "include"),
    (('links = "a.readout"', 'links = "a["'), 13, "selectors.links"), (('body = "div', 'bdoy = "div'), 14, "selectors.bdoy"),
    (('links = "a.readout"\n', ""), 12, "selectors.links"), (('tier = "official"', 'teir = "official"'), 10, "teir"),
    (('name = "The Ministry"\n', ""), 1, "name"), (('url = "https://ministry.example/readouts"\n', ""), 1, "url"),
    (('home = "https://ministry.example/"\n', ""), 1, "home"),
    (("interval = 900", 'outlet = "www.ministry.example"'), 9, "outlet"), (("interval = 900", 'outlet = "The Ministry"'), 9, "outlet")])
def test_a_wrong_field_is_refused_where_it_stands(tmp_path: Path, change: tuple[str, str], line: int, field: str) -> None:
    text = GOOD.replace(*change)
    assert text != GOOD
    assert (line, field) in [(at, name) for at, _, name in problems(tmp_path, text)]


def test_an_id_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="used already on line 2"):
        load_sources(written(tmp_path, GOOD.replace('"desk"', '"ministry"')))


def test_fields_beside_the_tables_are_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, 'version = 1\n[defaults]\ninterval = 60\n' + GOOD) == [(1, None, "version"), (2, None, "defaults")]


def test_selectors_in_one_line_are_found_too(tmp_path: Path) -> None:
    row = GOOD.split("[[source]]")[2]
    text = "[[source]]" + row + 'selectors = { body = "p", body2 = "q" }\n'
    assert problems(tmp_path, text) == [(6, "desk", "selectors.body2")]


def test_text_within_a_long_string_is_no_field(tmp_path: Path) -> None:
    text = GOOD.replace('name = "The Ministry"', 'name = """\nkind = 1\n[[source]]\n"""')
    assert problems(tmp_path, text) == [(3, "ministry", "name")]


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD + "\nid = \n")[0][0] == 22
    (tmp_path / "bad.toml").write_bytes(b'[[source]]\nname = "\xff"\n')
    with pytest.raises(SourcesError, match=r"bad\.toml:2: is not UTF-8"):
        load_sources(tmp_path / "bad.toml")
    with pytest.raises(SourcesError, match=r"\.toml: No such file"):
        load_sources(tmp_path / "none.toml")


def test_source_must_be_a_list_of_tables(tmp_path: Path) -> None:
    assert problems(tmp_path, '[source]\nid = "a"\n') == [(1, None, "source")]
    assert problems(tmp_path, "source = 5\n") == [(1, None, "source")]


def test_no_rows_are_no_sources(tmp_path: Path) -> None:
    assert load_sources(written(tmp_path, "")) == ()
