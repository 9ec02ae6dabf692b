"""The tables agree with each other, look-ups go by date, and an operator's file is taken or refused with its line."""
from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from timeline.gazetteer import Gazetteer, GazetteerError, load_gazetteer
from timeline.model import ActorKind
from timeline.names import find_names
from timeline.spelling import fold, sound


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def test_every_state_with_a_capital_has_its_point(gazetteer: Gazetteer) -> None:
    without = [s.code for s in gazetteer.states.values() if s.capital and gazetteer.capital(s.code) is None]
    assert set(without) <= {"SU", "YU", "CS", "DD"}, without


def test_all_members_are_known_and_terms_do_not_end_before_they_begin(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.organisations) >= 60
    for body in gazetteer.organisations.values():
        for member, joined, left in body.memberships:
            assert member in gazetteer.states or member in gazetteer.organisations, (body.code, member)
            assert not joined or not left or left[:4] >= joined[:4], (body.code, member)


def test_a_party_is_a_state_or_an_organisations_name(gazetteer: Gazetteer) -> None:
    names = {body.name for body in gazetteer.organisations.values()}
    assert [b.code for b in gazetteer.organisations.values() if b.party not in names and b.party not in gazetteer.states] == []


def test_points_are_degrees_and_zones_exist(gazetteer: Gazetteer) -> None:
    zones = available_timezones()
    for city in gazetteer.cities:
        assert -90 <= city.latitude <= 90
        assert -180 <= city.longitude <= 180
        assert city.zone in zones, city
        assert city.country in gazetteer.states or len(city.country) == 2
    assert {v.place.time_zone for v in gazetteer.venues if v.place and v.place.time_zone} <= zones


@pytest.mark.parametrize(("code", "on", "member", "belongs"), [
    ("EU", date(2019, 6, 1), "GB", True), ("EU", date(2020, 2, 1), "GB", False), ("EU", date(2012, 1, 1), "HR", False),
    ("NATO", date(2023, 4, 4), "FI", True), ("NATO", date(2023, 4, 3), "FI", False), ("G8", date(2010, 1, 1), "RU", True),
    ("G8", date(2015, 1, 1), "RU", False), ("BRICS", date(2023, 12, 31), "EG", False), ("BRICS", date(2024, 1, 1), "EG", True),
    ("CIS", date(2005, 1, 1), "GE", True), ("CIS", date(2010, 1, 1), "GE", False),
])
def test_members_go_by_date(gazetteer: Gazetteer, code: str, on: date, member: str, belongs: bool) -> None:
    body = gazetteer.organisation(code)
    assert body is not None
    assert (member in body.members(on)) is belongs


def test_organisations_by_any_name(gazetteer: Gazetteer) -> None:
    for name in ("North Atlantic Treaty Organisation", "Nato", "NATO"):
        body = gazetteer.organisation(name)
        assert body is not None
        assert body.code == "NATO"
    assert gazetteer.organisation("League of Gentlemen") is None


def test_states_by_name_and_demonym(gazetteer: Gazetteer) -> None:
    for word, code in (("Dutch", "NL"), ("Filipino", "PH"), ("Emirati", "AE"), ("Burkinabé", "BF"), ("Kazakhs", "KZ")):
        state = gazetteer.state_of(word)
        assert state is not None
        assert state.code == code
    for word, code in (("Ivory Coast", "CI"), ("Russian Federation", "RU"), ("Türkiye", "TR"), ("DPRK", "KP")):
        state = gazetteer.state_named(word)
        assert state is not None
        assert state.code == code


def test_holders_go_by_date(gazetteer: Gazetteer) -> None:
    assert [a.id for a in gazetteer.holders("DE", "head_of_government", date(2020, 1, 1))] == ["person:angela-merkel"]
    assert [a.id for a in gazetteer.holders("DE", "head_of_government", date(2023, 1, 1))] == ["person:olaf-scholz"]
    assert gazetteer.holders("DE", "monarch", date(2023, 1, 1)) == ()


def test_the_capital_or_the_largest_city_of_a_name_is_meant(gazetteer: Gazetteer) -> None:
    city, unsure = gazetteer.city("London")
    assert city is not None
    assert (city.country, unsure) == ("GB", False)
    city, _ = gazetteer.city("London", "CA")
    assert city is not None
    assert city.country == "CA"
    assert gazetteer.city("Nowhere at all") == (None, False)


def test_actors_by_id(gazetteer: Gazetteer) -> None:
    for identity, kind in (("state:KZ", ActorKind.STATE), ("organisation:CSTO", ActorKind.ORGANISATION), ("person:vladimir-putin", ActorKind.PERSON)):
        actor = gazetteer.actor(identity)
        assert actor is not None
        assert (actor.id, actor.kind) == (identity, kind)
    assert gazetteer.actor("person:nobody-at-all") is None
    assert gazetteer.actor("nonsense") is None


@pytest.mark.parametrize(("one", "other"), [("Zelensky", "Zelenskyy"), ("Tokayev", "Toqaev"), ("Lavrov", "Lawrow"), ("Yeltsin", "Eltsin"), ("Erdoğan", "Erdogan")])
def test_romanisations_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_different_names_do_not() -> None:
    assert len({sound(word) for word in ("Keqiang", "Qiang", "Qin", "Xi", "Li")}) == 5


@pytest.mark.parametrize("text", ["Straße", "ÉLYSÉE", "Kassym-Jomart", "N’Djamena", "日本", "", "\u2060"])
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


OWN = """
[[state]]
code = "RT"
name = "Ruritania"
adjectives = ["Ruritanian"]
people = ["Ruritanians"]

[[organisation]]
code = "ZSZ"
name = "Zenda League"
members = ["RT", "AT"]

[[city]]
name = "Streslau"
country = "RT"
latitude = 50.1
longitude = 15.2
zone = "Europe/Prague"

[[person]]
name = "Ann Bell"
aliases = ["Anna Bell"]
country = "RT"
office = "foreign_minister"
title = "Foreign Minister"
start = "2021-03"
"""


def test_an_operators_names_are_found(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    mentions = find_names("Ruritanian Foreign Minister Anna Bell told the Zenda League in Streslau.", load_gazetteer(path), date(2023, 1, 1))
    assert [(m.kind.value, m.name, m.country) for m in mentions] == [
        ("person", "Ann Bell", "RT"), ("organisation", "Zenda League", "Zenda League"), ("city", "Streslau", "RT")]
    assert find_names("Zenda League", load_gazetteer(), date(2023, 1, 1)) == ()


def test_an_operators_table_of_persons_may_be_csv(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("name,country,office,title,start,end\nAnn Bell,DK,foreign_minister,Foreign Minister,2021-03,\n", encoding="utf-8")
    assert [a.id for a in load_gazetteer(path).person("Ann Bell", date(2023, 1, 1))] == ["person:ann-bell"]


@pytest.mark.parametrize(("row", "told"), [
    ('[[person]]\nname = "Ann Bell"\ncountry = "DK"\noffice = "wizard"', "own.toml:1: person: office 'wizard' is none of"),
    ('[[person]]\nname = "Ann Bell"\ncountry = "Atlantis"\noffice = "envoy"', "country 'Atlantis' is neither"),
    ('[[person]]\nname = "Ann Bell"\ncountry = "DK"\noffice = "envoy"\nstart = "March"', "start 'March' is no date"),
    ('[[person]]\nname = "Ann Bell"\ncountry = "DK"\noffice = "envoy"\nstart = "2021"\nend = "2019"', "end 2019 lies before start 2021"),
    ('\n\n[[person]]\ncountry = "DK"\noffice = "envoy"', "own.toml:3: person: name is empty"),
    ('[[city]]\nname = "Streslau"\ncountry = "DK"\nlatitude = 950\nlongitude = 1', "is no point in degrees"),
    ('[[city]]\nname = "Streslau"\nlatitude = 50\nlongitude = 1', "country is missing"),
    ('[[organisation]]\ncode = "ZSZ"\nname = "Zenda League"\nmembers = ["QQ"]', "member 'QQ' is no state's code"),
    ('[[state]]\ncode = "Ruritania"\nname = "Ruritania"', "is not two capitals"),
    ('[[castle]]\nname = "Zenda"', "unknown table 'castle'"),
    ('[[state]]\ncode = "RT"\nname = "Ruritania"\ncolour = "red"', "unknown key colour"),
    ("[[state", "own.toml:"),
])
def test_a_wrong_row_is_refused_with_line_and_reason(tmp_path: Path, row: str, told: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(GazetteerError) as refusal:
        load_gazetteer(path)
    assert told in str(refusal.value)


def test_all_wrong_rows_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("name,country,office\n,DK,envoy\nAnn Bell,DK,wizard\nAnn Bell,DK,envoy\n", encoding="utf-8")
    with pytest.raises(GazetteerError) as refusal:
        load_gazetteer(path)
    assert len(str(refusal.value).splitlines()) == 2
    path.write_text("name,office\nAnn Bell,envoy\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match="no column country"):
        load_gazetteer(path)
